"""Graphs of pipelines that need not be stored, all their problems at once, and the schemas that editors complete from."""

import json
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest

from tests.rest.server import Rest, error

Fresh = Callable[[str], str]
Json = dict[str, Any]

BATCH: Json = {
    "nodes": [
        {"nodeName": "a", "algorithmName": "echo", "input": ["@flowInput.x"]},
        {"nodeName": "b", "algorithmName": "echo", "input": ["#@a", "@a.y"]},
        {"nodeName": "c", "kind": "pipeline", "spec": {"name": "other"}, "input": ["*@b"]},
        {"nodeName": "d", "algorithmName": "echo"},
    ],
    "edges": [{"source": "a", "target": "d"}],
}
BATCH_GRAPH = {
    "nodes": [
        {"nodeName": "a", "algorithmName": "echo"},
        {"nodeName": "b", "algorithmName": "echo"},
        {"nodeName": "c"},
        {"nodeName": "d", "algorithmName": "echo"},
    ],
    "edges": [
        {"from": "a", "to": "b", "value": {"types": ["waitBatch", "input", "waitNode"]}},
        {"from": "b", "to": "c", "value": {"types": ["waitAny", "input"]}},
        {"from": "a", "to": "d", "value": {"types": ["waitNode"]}},
    ],
}
STREAM: Json = {
    "kind": "stream",
    "nodes": [
        {"nodeName": name, "algorithmName": "echo", "stateType": "stateful", "input": [{"n": name}], "mine": 1}
        for name in ("A", "B", "C", "D")
    ],
    "streaming": {"flows": {"one": "A >> B&C >> D", "two": "D >> A"}, "defaultFlow": "two"},
}
ONE = [{"from": a, "to": b} for a, b in ("AB", "AC", "BD", "CD")]
TWO = [{"from": "D", "to": "A"}]


@pytest.mark.covers("GET /api/v1/store/pipelines/graph/{name}", "POST /api/v1/store/pipelines/graph")
def test_graph_of_a_batch_pipeline(rest: Rest, fresh: Fresh) -> None:
    """The same for a stored one, by either verb, and for one that is sent along."""
    name, other = fresh("pipe"), fresh("pipe")
    rest.post("store/pipelines", {"name": name, **BATCH})
    rest.post("store/pipelines", {"name": other, "nodes": BATCH["nodes"][:1]})
    for answer in (
        rest.get(f"store/pipelines/graph/{name}"),
        rest.post("store/pipelines/graph", {"name": name}),
        rest.post("store/pipelines/graph", {"pipeline": BATCH, "isBuildAllFlows": True}),
    ):
        assert (answer.status_code, answer.json()) == (200, BATCH_GRAPH)


@pytest.mark.covers(
    "GET /api/v1/store/pipelines/graph/{name}",
    "POST /api/v1/store/pipelines/graph",
    "POST /api/v1/exec/getGraphByStreamingFlow",
)
def test_graph_of_a_stream_pipeline(rest: Rest, fresh: Fresh) -> None:
    """One flow with whole nodes: the one asked for, else the default one, else the first."""
    name = fresh("pipe")
    made = rest.post("store/pipelines", {"name": name, **STREAM}).json()
    assert rest.get(f"store/pipelines/graph/{name}").json() == {"nodes": made["nodes"], "edges": TWO}
    for path in ("store/pipelines/graph", "exec/getGraphByStreamingFlow"):
        for key, edges in (("one", ONE), ("", TWO)):
            answer = rest.post(path, {"pipeline": STREAM, "keyFlow": key})
            assert (answer.status_code, answer.json()) == (200, {"nodes": STREAM["nodes"], "edges": edges})
        without = {**STREAM, "streaming": {"flows": STREAM["streaming"]["flows"]}}
        assert rest.post(path, {"pipeline": without}).json()["edges"] == ONE
        assert error(rest.post(path, {"pipeline": STREAM, "keyFlow": "zz"})) == (400, "invalid stream flow zz")


@pytest.mark.covers(
    "GET /api/v1/store/pipelines/graph/{name}",
    "POST /api/v1/store/pipelines/graph",
    "POST /api/v1/exec/getGraphByStreamingFlow",
)
def test_graphs_that_there_are_not(rest: Rest) -> None:
    assert error(rest.get("store/pipelines/graph/nobody")) == (404, "pipeline nobody Not Found")
    assert error(rest.post("store/pipelines/graph", {"name": "nobody"})) == (404, "pipeline nobody Not Found")
    missing = "data should have required property 'pipeline'"
    assert error(rest.post("store/pipelines/graph", {})) == (400, missing)
    assert error(rest.post("exec/getGraphByStreamingFlow", {})) == (400, missing)
    batch = {"nodes": BATCH["nodes"][:1], "streaming": {"flows": {"f": "a >> a"}}}
    answer = rest.post("exec/getGraphByStreamingFlow", {"pipeline": batch})
    assert error(answer) == (400, "streaming flow is only allowed in stream pipeline")


@pytest.mark.covers("POST /api/v1/store/pipelines/validate")
def test_all_problems_at_once(rest: Rest, fresh: Fresh) -> None:
    """Wrong types, broken limits, the graph, what is not stored: each with its place, and nothing is kept."""
    name = fresh("pipe")
    answer = rest.post(
        "store/pipelines/validate",
        {
            "name": name,
            "priority": "high",
            "tags": [{}, "ok", "t" * 40],
            "webhooks": {"zz": 1, "result": "x"},
            "triggers": {"cron": {"pattern": "x"}},
            "nodes": [
                {"nodeName": "a", "algorithmName": "nobody", "ttl": -1, "input": ["@b", "@zz"]},
                {"nodeName": "a", "algorithmName": "echo"},
                {"nodeName": {}, "algorithmName": "echo"},
                {"nodeName": "n", "kind": "pipeline", "spec": {"name": "nobody"}},
                {"nodeName": "m"},
            ],
            "options": {"debugOverride": ["yy"], "concurrentPipelines": 3},
        },
    )
    assert answer.status_code == 200
    assert answer.json()["valid"] is False
    found = {(item["severity"], item["path"], item["message"]) for item in answer.json()["problems"]}
    assert found == {
        ("error", "$.priority", "data.priority should be integer"),
        ("error", "$.nodes[2].nodeName", "data.nodes[2].nodeName should be string"),
        ("error", "$.options.concurrentPipelines", "data.options.concurrentPipelines should be object"),
        ("error", "$.tags[0]", "data.tags[0] should be string"),
        ("error", "$.webhooks", "data.webhooks should NOT have additional properties (zz)"),
        ("error", "$.webhooks.result", 'data.webhooks.result should match format "url"'),
        ("error", "$.tags[2]", "data.tags[2] should NOT be longer than 32 characters"),
        ("error", "$.nodes[0].ttl", "data.nodes[0].ttl should be >= 0"),
        ("error", "$.triggers.cron.pattern", 'data.triggers.cron.pattern should match format "cron"'),
        ("error", "$.nodes[4].algorithmName", "please provide algorithm name"),
        ("error", "$.nodes[1].nodeName", 'found duplicate node "a"'),
        ("error", "$.nodes[0].input[0]", 'node "a" is depend on node "b" which is not exists'),
        ("error", "$.nodes[0].input[1]", 'node "a" is depend on node "zz" which is not exists'),
        ("error", "$.options.debugOverride[0]", "debugOverride node not in nodes list"),
        ("error", "$.nodes[0].algorithmName", "algorithm nobody Not Found"),
        ("warning", "$.nodes[3].spec.name", "pipeline nobody Not Found"),
    }
    by_path = {item["path"]: item for item in answer.json()["problems"]}
    assert by_path["$.nodes[1].nodeName"]["code"] == "DUPLICATE_NODE"
    assert by_path["$.nodes[1].nodeName"]["fix"] == "Give one of the nodes another name."
    assert rest.get(f"store/pipelines/{name}").status_code == 404


@pytest.mark.covers("POST /api/v1/store/pipelines/validate")
@pytest.mark.parametrize(
    ("pipeline", "problems"),
    [
        ({"name": "good", "nodes": [{"nodeName": "a", "algorithmName": "echo"}]}, []),
        (
            {"name": "later", "nodes": [{"nodeName": "a", "algorithmName": "echo", "input": ["@flowInput.x"]}]},
            [("warning", "$.flowInput", "unable to find flowInput.x")],
        ),
        (
            {
                "name": "flows",
                "kind": "stream",
                "nodes": [{"nodeName": "a", "algorithmName": "echo"}],
                "streaming": {"flows": {"my_flow": "a >> b"}, "defaultFlow": "my_flow"},
            },
            [("warning", "$.streaming.flows.my_flow", "invalid node b in stream flow my_flow")],
        ),
    ],
    ids=["good", "flow input", "flows"],
)
def test_what_only_a_run_needs_is_a_warning(rest: Rest, pipeline: Json, problems: list[tuple[str, str, str]]) -> None:
    """Such a pipeline can be stored."""
    answer = rest.post("store/pipelines/validate", pipeline).json()
    assert answer["valid"] is True
    assert [(item["severity"], item["path"], item["message"]) for item in answer["problems"]] == problems


@pytest.mark.covers("POST /api/v1/store/pipelines/validate")
@pytest.mark.parametrize(
    ("body", "text"), [(b"[]", "data should be object"), (b'{"name":', ""), (b'{"name": 1 2}', "")]
)
def test_no_pipeline_at_all(rest: Rest, body: bytes, text: str) -> None:
    answer = rest.call("POST", "store/pipelines/validate", content=body, headers={"content-type": "application/json"})
    status, message = error(answer)
    assert status == 400
    assert message
    assert not text or message == text


@pytest.mark.covers("GET /api/v1/schemas/pipeline.json", "GET /api/v1/schemas/algorithm.json")
def test_schemas(rest: Rest, fresh: Fresh) -> None:
    """They are schemas; what the server stores and what it bends to a type fit them, what it refuses does not."""
    for kind in ("pipeline", "algorithm"):
        jsonschema.Draft202012Validator.check_schema(rest.get(f"schemas/{kind}.json").json())
    schema = jsonschema.Draft202012Validator(rest.get("schemas/pipeline.json").json())
    made = rest.post("store/pipelines", {"name": fresh("pipe"), **STREAM}).json()
    assert list(schema.iter_errors(made)) == []
    bent = {
        "name": "p",
        "priority": "2",
        "options": {"ttl": None, "activeTtl": None, "mine": 1},
        "flowInput": None,
        "nodes": None,
    }
    assert schema.is_valid({**bent, "nodes": None})
    assert rest.post("store/pipelines/validate", {**bent, "nodes": BATCH["nodes"][:1]}).json()["valid"]
    for wrong in (
        {"nodes": []},
        {"name": ""},
        {"name": None},
        {"name": "a b"},
        {"name": "p", "priority": 9},
        {"name": "p", "priority": None},
        {"name": "p", "priority": "x"},
        {"name": "p", "kind": "other"},
        {"name": "p", "webhooks": {"zz": 1}},
        {"name": "p", "flowInput": []},
        {"name": "p", "nodes": [{"algorithmName": "echo"}]},
    ):
        assert not schema.is_valid(wrong), json.dumps(wrong)
    described = schema.schema["$defs"]["Node"]["properties"]["nodeName"]["description"]
    assert described == "Unique name without dots."


@pytest.mark.covers("POST /api/v1/store/pipelines/validate")
def test_problems_have_a_limit(rest: Rest) -> None:
    """A document that is nothing but wrong is not answered with a list of its own size."""
    answer = rest.post("store/pipelines/validate", {"name": "p", "tags": [{}] * 50_000})
    assert (answer.status_code, answer.json()["valid"], len(answer.json()["problems"])) == (200, False, 1000)
    several = {"name": "p", "nodes": [{"nodeName": "a", "algorithmName": "echo", "input": ["@zz"] * 3000}]}
    assert len(rest.post("store/pipelines/validate", several).json()["problems"]) == 1000
