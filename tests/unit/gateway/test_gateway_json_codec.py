"""JSON documents become messages of the contract and come back in the documented form."""

import json
from contextlib import suppress
from typing import Any

import msgpack
import pytest
from google.protobuf.message import Message
from hypothesis import given
from hypothesis import strategies as st

from controlplane.domain.errors import InvalidError
from controlplane.gateway.json_codec import merge_json, parse_into, parse_message, to_json, to_json_field, without_nulls
from distributedkube.api.algorithm.v1 import algorithm_pb2, algorithm_service_pb2
from distributedkube.api.build.v1 import build_pb2
from distributedkube.api.job.v1 import job_pb2, job_service_pb2
from distributedkube.api.pipeline.v1 import pipeline_pb2, pipeline_service_pb2

Pipeline = pipeline_pb2.Pipeline
Algorithm = algorithm_pb2.Algorithm


def read(text: str, message_class: type[Message] = Pipeline) -> Any:
    return parse_message(message_class, text)


@pytest.mark.parametrize(
    "text",
    [
        '{"name":"p"}',
        '{"kind":"stream","nodes":[{"nodeName":"a","input":[]}]}',
        '{"nodes":[{"nodeName":"a","input":[12345678901234567890123,1.10,1e400,"@b",[ 1 , 2 ],{"x": null},null]}]}',
        '{"nodes":[{"nodeName":"a","input":[],"retry":{"policy":"OnCrash","limit":2},"batchOperation":"cartesian"}]}',
        '{"nodes":[{"nodeName":"a","kind":"dataSource","input":[],"ttl":0,"includeInResult":false}]}',
        '{"flowInput":{"a": 1.10}}',
        '{"flowInput":null}',
        '{"options":{"batchTolerance":0,"concurrentPipelines":{"amount":3,"rejectOnFailure":false},"zz":0.10}}',
        '{"options":{}}',
        '{"tags":["a","b"],"streaming":{"flows":{"x":"A >> B","y":"B >> C"},"defaultFlow":"x"}}',
        '{"created":1700000000123,"modified":-1}',
        '{"another":{"deep":[1.00]},"unknown":"\\u00e9é"}',
    ],
)
def test_documents_come_back_as_they_were(text: str) -> None:
    """What is written in the order of the contract and says everything that is always written is a fixed point."""
    assert to_json(read(text)).decode() == text


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ('{"priority":"2"}', '{"priority":2}'),
        ('{"priority":2.0}', '{"priority":2}'),
        ('{"priority":" 2e0 "}', '{"priority":2}'),
        ('{"name":1.50}', '{"name":"1.50"}'),
        ('{"name":true}', '{"name":"true"}'),
        ('{"description":null}', '{"description":""}'),
        ('{"priority":null}', '{"priority":0}'),
        ('{"tags":null,"nodes":null,"webhooks":null,"streaming":{"flows":null}}', '{"streaming":{}}'),
        ('{"types":[1,null]}', '{"types":["1",""]}'),
        ('{"triggers":{"cron":{"enabled":"true"}}}', '{"triggers":{"cron":{"enabled":true}}}'),
        ('{"triggers":{"cron":{"enabled":0}}}', '{"triggers":{"cron":{"enabled":false}}}'),
        ('{"created":"1700000000123"}', '{"created":1700000000123}'),
        ('{"streaming":{"parsedFlow":{"a":1},"gateways":[]}}', '{"streaming":{}}'),
        (
            '{"nodes":[{"nodeName":"a","includeInResults":true}]}',
            '{"nodes":[{"nodeName":"a","input":[],"includeInResult":true}]}',
        ),
    ],
)
def test_values_are_bent_to_their_type(given_text: str, expected: str) -> None:
    """Clients send texts for numbers and the like; null is the same as not said."""
    assert to_json(read(given_text)).decode() == expected


@pytest.mark.parametrize(
    ("text", "error", "field"),
    [
        ("[]", "data should be object", ""),
        ("1", "data should be object", ""),
        ('{"name":[]}', "data.name should be string", "name"),
        ('{"name":{}}', "data.name should be string", "name"),
        ('{"name":null}', "data.name should NOT be shorter than 1 characters", "name"),
        ('{"name":""}', "data.name should NOT be shorter than 1 characters", "name"),
        ('{"name":"a\\u0000"}', "data.name should NOT contain the NUL character", "name"),
        ('{"name":"a","name":"b"}', "data should NOT have duplicate properties (name)", ""),
        ('{"priority":"x"}', "data.priority should be integer", "priority"),
        ('{"priority":1.5}', "data.priority should be integer", "priority"),
        ('{"priority":true}', "data.priority should be integer", "priority"),
        ('{"priority":1e400}', "data.priority should be integer", "priority"),
        ('{"priority":99999999999}', "data.priority should be <= 2147483647", "priority"),
        ('{"priority":-' + "9" * 5000 + "}", "data.priority should be >= -2147483648", "priority"),
        ('{"kind":"x"}', "data.kind should be equal to one of the allowed values (batch,stream)", "kind"),
        ('{"kind":null}', "data.kind should be equal to one of the allowed values (batch,stream)", "kind"),
        ('{"kind":"unspecified"}', "data.kind should be equal to one of the allowed values (batch,stream)", "kind"),
        ('{"nodes":{}}', "data.nodes should be array", "nodes"),
        ('{"tags":"a"}', "data.tags should be array", "tags"),
        ('{"nodes":[{},null]}', "data.nodes[1] should be object", "nodes[1]"),
        ('{"nodes":[{},{"ttl":"x"}]}', "data.nodes[1].ttl should be integer", "nodes[1].ttl"),
        ('{"nodes":[{"input":{}}]}', "data.nodes[0].input should be array", "nodes[0].input"),
        ('{"webhooks":{"zz":1}}', "data.webhooks should NOT have additional properties (zz)", "webhooks"),
        (
            '{"options":{"debugOverride":[[]]}}',
            "data.options.debugOverride[0] should be string",
            "options.debugOverride[0]",
        ),
        ('{"streaming":{"flows":{"x":[]}}}', "data.streaming.flows.x should be string", "streaming.flows.x"),
        (
            '{"streaming":{"flows":{"":"","":""}}}',
            "data.streaming.flows should NOT have duplicate properties ()",
            "streaming.flows",
        ),
        (
            '{"triggers":{"cron":{"enabled":"yes"}}}',
            "data.triggers.cron.enabled should be boolean",
            "triggers.cron.enabled",
        ),
        ('{"created":"today"}', "data.created should be number", "created"),
        ('{"created":1e300}', "data.created is out of the range of times", "created"),
    ],
)
def test_errors_name_the_place(text: str, error: str, field: str) -> None:
    """The first thing wrong is told in the words of the contract, with its path."""
    with pytest.raises(InvalidError) as caught:
        read(text)
    assert (str(caught.value), caught.value.field) == (error, field)


@pytest.mark.parametrize(
    "text", ["", "{", '{"name":}', '{"a":NaN}', '{"name":"p"} x', '{"name":"\\ud800"}', "{'a':1}", '{"a":1,}']
)
def test_what_is_no_json_is_refused(text: str) -> None:
    """Broken text is an error of its own kind, whether the schema knows the place or not."""
    with pytest.raises(InvalidError, match="not valid JSON") as caught:
        read(text)
    assert caught.value.why == "INVALID_JSON"


def test_depth_counts_from_the_document() -> None:
    """Levels that the schema knows and levels inside user data count together."""
    deepest = 126
    read('{"nodes":[{"input":[' + "[" * (deepest - 2) + "]" * (deepest - 2) + "]}]}")
    with pytest.raises(InvalidError, match="deeper than 128"):
        read('{"nodes":[{"input":[' + "[" * deepest + "]" * deepest + "]}]}")


def test_answers_have_the_documented_shape() -> None:
    """Numbers and booleans of answers are there when zero; texts, times and parts that are not set are left out."""
    assert json.loads(to_json(job_pb2.JobStatus(job_id="j", status=1, level="info"))) == {
        "jobId": "j",
        "status": "pending",
        "level": "info",
    }
    assert json.loads(to_json(job_pb2.JobProgress())) == {"progress": 0, "states": {}}
    assert json.loads(to_json(job_pb2.JobProgress(progress=33.33, states={"active": 2}))) == {
        "progress": 33.33,
        "states": {"active": 2},
    }
    assert json.loads(to_json(build_pb2.Build(build_id="b", status=1, env=2, type=2))) == {
        "buildId": "b",
        "env": "python",
        "type": "Code",
        "status": "pending",
        "progress": 0,
        "result": None,
        "error": None,
        "trace": None,
        "endTime": None,
    }
    assert json.loads(to_json(job_pb2.ResultInfo(path="a/b", size=2**63))) == {
        "path": "a/b",
        "size": 2**63,
        "isBigData": False,
    }
    assert json.loads(to_json(algorithm_service_pb2.ApplyAlgorithmResponse())) == {"messages": [], "messagesCode": []}
    assert to_json(job_service_pb2.StopJobsResponse()) == b'{"stoppedJobIds":[]}'


def test_parts_of_answers() -> None:
    """The field that is the answer is written alone, and is never missing."""
    listed = pipeline_service_pb2.ListPipelinesResponse(pipelines=[Pipeline(name="a"), Pipeline(name="b")])
    assert to_json_field(listed, "pipelines") == b'[{"name":"a"},{"name":"b"}]'
    assert to_json_field(pipeline_service_pb2.ListPipelinesResponse(), "pipelines") == b"[]"
    assert to_json_field(pipeline_service_pb2.GetPipelineResponse(), "pipeline") == b"{}"


def test_payloads_of_every_type() -> None:
    """User data is a JSON value, whatever it is encoded as and wherever it is."""
    result = job_pb2.JobResult(job_id="j", time_took=1.5)
    result.data.add(node_name="a").result.SetInParent()
    result.data.add(node_name="b").result.data = msgpack.packb({"x": b"\x00"})
    binary = result.data.add(node_name="c", batch_index=1).result
    binary.content_type, binary.data = "application/octet-stream", b"\x01\x02"
    exact = result.data.add(node_name="d").result
    exact.content_type, exact.data = "application/json; charset=utf-8", b" 1.10 "
    result.data.add(node_name="e").result.ref.key = "k"
    broken = result.data.add(node_name="f").result
    broken.content_type, broken.data = "application/json", b'"}, "status": "completed'
    text = to_json(result)
    assert b" 1.10 " in text
    assert [item["result"] for item in json.loads(text)["data"]] == [
        None,
        {"x": "AA=="},
        "AQI=",
        1.1,
        {"path": "k", "size": 0, "isBigData": True},
        "In0sICJzdGF0dXMiOiAiY29tcGxldGVk",
    ]


def test_raw_fields_cannot_break_a_document() -> None:
    """Keys and values that came in another way than as JSON are written so that the document stays one."""
    pipeline = Pipeline(name="p", open={"name": b'"other"', "bad": b"]", 'quo"te': b"1"})
    assert json.loads(to_json(pipeline)) == {"name": "p", "bad": "XQ==", 'quo"te': 1}


def test_numbers_are_written_exactly() -> None:
    """Whole doubles look like integers, others are as short as can be, and what JSON does not know is null."""
    algorithm = Algorithm(cpu=1, gpu=0.1)
    assert to_json(algorithm) == b'{"cpu":1,"gpu":0.1}'
    assert to_json(Algorithm(cpu=1e300, gpu=float("inf"))) == b'{"cpu":1e+300,"gpu":null}'


def test_body_is_one_field_of_the_request() -> None:
    """The document may be a field of the message; errors do not name that field."""
    request = parse_message(job_service_pb2.RunRawPipelineRequest, '{"name":"p"}', body_of="pipeline")
    assert request.pipeline.name == "p"
    assert parse_message(job_service_pb2.RunRawPipelineRequest, "{}", body_of="pipeline").HasField("pipeline")
    with pytest.raises(InvalidError, match=r"^data\.name should be string"):
        parse_message(job_service_pb2.RunRawPipelineRequest, '{"name":[]}', body_of="pipeline")


def test_loose_reading_takes_single_values_for_lists() -> None:
    """Parameters of URLs cannot say a list of one."""
    pipeline = Pipeline()
    parse_into(pipeline, '{"tags":"a"}', loose=True)
    assert list(pipeline.tags) == ["a"]


def test_nulls_of_an_apply() -> None:
    """Top-level nulls are what an apply removes; nulls further in are data, and equal keys stay to be refused."""
    text = '{"name":"a","gitRepository":null,"zz":null,"open":null,"side_cars":null,"options":{"x":null},"kind":null}'
    rest, nulls = without_nulls(Algorithm, text)
    assert nulls == ["git_repository", "zz", "kind"]
    assert json.loads(rest) == {"name": "a", "options": {"x": None}}
    with pytest.raises(InvalidError, match="duplicate"):
        parse_message(Algorithm, without_nulls(Algorithm, '{"name":"a","name":"b"}')[0])


def test_merge() -> None:
    """Objects merge by key, lists by index, named keys are replaced whole, and no value changes its text."""
    base = '{"a":[1.0,{"b":1.10}],"flowInput":{"x":1},"o":{"p":1}}'
    override = '{"a":[2.00,{"c":[]},4],"flowInput":{"y":1},"o":null}'
    merged = merge_json(base, override, replace={"flowInput"})
    assert merged == b'{"a":[2.00,{"b":1.10,"c":[]},4],"flowInput":{"y":1},"o":null}'
    with pytest.raises(InvalidError):
        merge_json("{}", "{")


# Properties -------------------------------------------------------------------------------------------------------------

numbers = st.from_regex(r"-?(0|[1-9][0-9]{0,40})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,4})?", fullmatch=True)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
raw_values = st.recursive(
    st.sampled_from(["null", "true", "false"]) | numbers | st.builds(json.dumps, texts, ensure_ascii=st.booleans()),
    lambda inner: (
        st.lists(inner, max_size=4).map(lambda items: "[ " + " ,".join(items) + "]")
        | st.dictionaries(texts, inner, max_size=4).map(lambda fields: "{" + " , ".join(_members(fields)) + " }")
    ),
    max_leaves=12,
)
open_keys = st.from_regex(r"x[a-zA-Zé\"\\]{0,8}", fullmatch=True)
open_fields = st.dictionaries(open_keys, raw_values, max_size=4)


@given(open_fields, open_fields, st.lists(raw_values, max_size=4), raw_values)
def test_user_data_keeps_its_text(
    top: dict[str, str], inner: dict[str, str], inputs: list[str], flow_input: str
) -> None:
    """Through a pipeline and back, every value that no field names and all user data are the very text that came in."""
    node = ",".join(['"nodeName":"n"', f'"input":[{",".join(inputs)}]', *_members(inner)])
    document = (
        "{" + ",".join(['"name":"p"', f'"nodes":[{{{node}}}]', f'"flowInput":{flow_input}', *_members(top)]) + "}"
    )
    message = read(document)
    assert {key: value.decode() for key, value in message.open.items()} == top
    assert {key: value.decode() for key, value in message.nodes[0].open.items()} == inner
    assert [payload.data.decode() for payload in message.nodes[0].input] == inputs
    assert message.flow_input.data.decode() == flow_input
    written = to_json(message).decode()
    for value in [*top.values(), *inner.values(), *inputs, flow_input]:
        assert value in written
    assert read(written) == message


def _members(fields: dict[str, str]) -> list[str]:
    return [f"{json.dumps(key)}:{value}" for key, value in fields.items()]


KEYS = [
    "name",
    "kind",
    "nodes",
    "nodeName",
    "input",
    "options",
    "priority",
    "triggers",
    "cron",
    "enabled",
    "created",
    "tags",
]
KEYS += ["flows", "streaming", "webhooks", "progress", "flowInput", "retry", "limit", "zz", ""]
wild_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["batch", "1", "true", "1e999", "\0", "\ud800"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=20,
)


@given(
    st.dictionaries(st.sampled_from(KEYS), wild_values),
    st.sampled_from([Pipeline, Algorithm, job_service_pb2.StopJobsRequest]),
)
def test_wild_documents_give_a_message_or_an_invalid_error(
    document: dict[str, Any], message_class: type[Message]
) -> None:
    """Nothing but ``InvalidError`` comes out, and what was taken can be written."""
    try:
        message = parse_message(message_class, json.dumps(document))
    except InvalidError:
        return
    json.loads(to_json(message))


@given(st.binary(max_size=100) | st.text(alphabet='{}[]",:0123456789-+.eEtruefalsn\\ "name', max_size=60))
def test_noise_gives_an_invalid_error(noise: bytes | str) -> None:
    """Bytes and texts that look a little like JSON are refused with ``InvalidError``, or are an object."""
    with suppress(InvalidError):
        parse_message(Pipeline, noise)
