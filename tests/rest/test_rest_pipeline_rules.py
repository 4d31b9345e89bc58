"""Every sentence with which a pipeline is refused, row by row: when it is stored, when it is run, when its graph is drawn."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.rest.server import Rest, error

Fresh = Callable[[str], str]
Json = dict[str, Any]


def node(name: str, *inputs: Any, **more: Any) -> Json:
    return {"nodeName": name, "algorithmName": "echo", "input": list(inputs), **more}


def of_kind(name: str, kind: str, *inputs: Any, **more: Any) -> Json:
    return {"nodeName": name, "kind": kind, "input": list(inputs), **more}


def stream(*nodes: Json, **more: Any) -> Json:
    return {"nodes": list(nodes), "kind": "stream", **more}


SIGN = 'the "@" sign is not allowed in "stream" pipeline, please use the "streaming.flows" property instead'
COUNTS = "Nodes which are not stateType=stateless cant have minStatelessCount or maxStatelessCount"
URL = 'should match format "url"'

FORM: list[tuple[str, Json]] = [
    ("data.nodes[0].nodeName should NOT be shorter than 1 characters", {"nodes": [node("")]}),
    (
        "data.nodes[0].algorithmName should NOT be shorter than 1 characters",
        {"nodes": [node("a", algorithmName="")]},
    ),
    ("data.nodes[0].ttl should be integer", {"nodes": [node("a", ttl="x")]}),
    ("data.nodes[0].minStatelessCount should be >= 0", {"nodes": [node("a", minStatelessCount=-1)]}),
    ("data.webhooks.result should NOT be shorter than 1 characters", {"webhooks": {"result": ""}}),
    (
        "data.triggers.pipelines should NOT have duplicate items (items ## 1 and 0 are identical)",
        {"triggers": {"pipelines": ["p", "p"]}},
    ),
    ("data.triggers.pipelines[0] should NOT be shorter than 1 characters", {"triggers": {"pipelines": [""]}}),
    ("data.triggers.cron.pattern should NOT be shorter than 1 characters", {"triggers": {"cron": {"pattern": ""}}}),
    ("data.triggers.cron should NOT have additional properties (zz)", {"triggers": {"cron": {"zz": 1}}}),
    ("data.options.ttl should be integer", {"options": {"ttl": "x"}}),
    (
        "data.options.concurrentPipelines.amount should be <= 10000",
        {"options": {"concurrentPipelines": {"amount": 10001}}},
    ),
]
"""What schemas say besides the rows of ``test_rest_validation``, the same when storing and running."""

GRAPH: list[tuple[str, Json]] = [
    ("pipeline must have at least one node", {"nodes": []}),
    ("please provide algorithm name", {"nodes": [{"nodeName": "a"}]}),
    ('found duplicate node "a"', {"nodes": [node("a"), node("a")]}),
    ('pipeline "<name>" has invalid reserved name "flowInput"', {"nodes": [node("flowInput")]}),
    ('pipeline "<name>" has invalid reserved name "dataSource"', {"nodes": [node("dataSource")]}),
    ('node "a" is depend on node "b" which is not exists', {"nodes": [node("a", "@b")]}),
    ('node "a" is depend on node "b" which is not exists', {"nodes": [node("a", {"deep": [["#@b.c"]]})]}),
    ('node "a" is depend on node "" which is not exists', {"nodes": [node("a", "@")]}),
    ("cyclic nodes are not allowed on batch pipeline", {"nodes": [node("a", "@b"), node("b", "*@a")]}),
    ("cyclic nodes are not allowed on batch pipeline", {"nodes": [node("a", "@a")]}),
    ('node "p" should not have child nodes', {"nodes": [node("a"), of_kind("p", "output", "@a"), node("b", "@p")]}),
    ('node "p" should have parent nodes', {"nodes": [node("a"), of_kind("p", "output")]}),
    (
        "pipeline can not have more than one output",
        {"nodes": [node("a"), of_kind("p", "output", "@a"), of_kind("q", "output", "@a")]},
    ),
    ("debugOverride node not in nodes list", {"nodes": [node("a")], "options": {"debugOverride": ["b"]}}),
    (COUNTS, stream(node("a", stateType="stateful", minStatelessCount=1), streaming={"flows": {"f": "a >> a"}})),
    (COUNTS, stream(node("a", maxStatelessCount=1))),
    (
        "maxStatelessCount must be greater or equal to minStatelessCount",
        stream(node("a", stateType="stateless", minStatelessCount=3, maxStatelessCount=2)),
    ),
    ("algorithm nobody Not Found", {"nodes": [node("a", algorithmName="nobody")]}),
    (
        'Gateway node g stateType must be "stateful". Got stateless',
        stream(of_kind("g", "gateway", stateType="stateless"), node("a")),
    ),
]
"""Rules of graphs and lists of nodes, the same when storing and running."""

FLOWS: list[tuple[str, Json, str]] = [
    ("please specify a stream flow", {}, ""),
    ("please specify a stream flow", {"flows": {}}, ""),
    ("invalid stream flow f", {"flows": {"f": ""}}, "f"),
    ("stream flow f should have valid flow, example: A >> B", {"flows": {"f": "a"}}, "f"),
    ("stream flow f should have valid flow, example: A >> B", {"flows": {"f": "a >> b | c"}}, "f"),
    ("invalid node name after a", {"flows": {"f": "a >>"}}, "f"),
    ("invalid node Z in stream flow f", {"flows": {"f": "a >> Z"}}, "f"),
    ("invalid relation found a >> a in flow f", {"flows": {"f": "a >> a"}}, "f"),
    ("duplicate relation found a >> b in flow f", {"flows": {"f": "a >> b | a >> b"}}, "f"),
]
"""What is wrong with flows, the same when running and drawing."""

SHORT = {"ids": lambda value: value[:60] if isinstance(value, str) else ""}


def document(fresh: Fresh, changes: Json) -> tuple[Json, str]:
    """A pipeline with some of it changed, and its name."""
    name = fresh("rule")
    return {"name": name, "nodes": [node("a")], **changes}, name


@pytest.mark.covers("POST /api/v1/store/pipelines", "PUT /api/v1/store/pipelines", "POST /api/v1/exec/raw")
@pytest.mark.parametrize(("text", "changes"), FORM, **SHORT)
def test_form(rest: Rest, fresh: Fresh, text: str, changes: Json) -> None:
    pipeline, name = document(fresh, changes)
    for answer in (
        rest.post("store/pipelines", pipeline),
        rest.put("store/pipelines", pipeline),
        rest.post("exec/raw", pipeline),
    ):
        assert error(answer) == (400, text)
    assert rest.get(f"store/pipelines/{name}").status_code == 404


@pytest.mark.covers("POST /api/v1/store/pipelines", "PUT /api/v1/store/pipelines", "POST /api/v1/exec/raw")
@pytest.mark.parametrize(("text", "changes"), GRAPH, **SHORT)
def test_graph(rest: Rest, fresh: Fresh, text: str, changes: Json) -> None:
    pipeline, name = document(fresh, changes)
    status = 404 if text.endswith("Not Found") else 400
    for answer in (
        rest.post("store/pipelines", pipeline),
        rest.put("store/pipelines", pipeline),
        rest.post("exec/raw", pipeline),
    ):
        assert error(answer) == (status, text.replace("<name>", name))
    assert rest.get(f"store/pipelines/{name}").status_code == 404


@pytest.mark.covers("POST /api/v1/store/pipelines")
@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("please provide pipeline name", {"nodes": [of_kind("n", "pipeline")]}),
        ("please provide pipeline name", {"nodes": [of_kind("n", "pipeline", spec={"x": 1})]}),
        ("please provide algorithm name", {"nodes": [of_kind("n", "debug")]}),
        (SIGN, stream(node("a"), node("b", "@a"))),
        ('node "p" from kind output can not be used in a streaming pipeline', stream(of_kind("p", "output"))),
    ],
    **SHORT,
)
def test_only_when_stored(rest: Rest, fresh: Fresh, text: str, changes: Json) -> None:
    """Runs say these otherwise, or find something else first."""
    pipeline, _ = document(fresh, changes)
    assert error(rest.post("store/pipelines", pipeline)) == (400, text)


@pytest.mark.covers("POST /api/v1/exec/raw")
@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("unable to find flowInput.x.y", {"nodes": [node("a", "@flowInput.x.y")], "flowInput": {"x": {"z": 1}}}),
        ("unable to find flowInput", {"nodes": [node("a", "@flowInput")]}),
        ("unable to find flowInput", {"nodes": [node("a", "#@flowInput")], "flowInput": {}}),
        ("node n must have spec with name", {"nodes": [of_kind("n", "pipeline")]}),
        ("pipeline nobody Not Found", {"nodes": [of_kind("n", "pipeline", spec={"name": "nobody"})]}),
        ("Node for debug must have algorithm name set", {"nodes": [of_kind("n", "debug")]}),
        ("debug nobody does not exists", {"nodes": [of_kind("n", "debug", algorithmName="nobody")]}),
        ("you must provide a valid data source spec", {"nodes": [of_kind("n", "dataSource")]}),
        ("Hyper params tuner node must have spec attribute", {"nodes": [of_kind("n", "hyperparamsTuner")]}),
        ("spec must include hyperParams", {"nodes": [of_kind("n", "hyperparamsTuner", spec={"numberOfTrials": 1})]}),
        ('data.name should match format "gateway-name"', stream(of_kind("g", "gateway", spec={"name": "G"}))),
        ("streaming flow is only allowed in stream pipeline", {"streaming": {"flows": {"f": "a >> b"}}}),
        (
            "please specify a default stream flow",
            stream(node("a"), node("b"), streaming={"flows": {"f": "a >> b", "g": "b >> a"}}),
        ),
        (
            'entry node "a" cannot be stateless on stream pipeline',
            stream(node("a", stateType="stateless"), node("b"), streaming={"flows": {"f": "a >> b"}}),
        ),
        (
            'entry node "a" cannot be stateless on stream pipeline',
            stream(node("a"), node("b"), streaming={"flows": {"f": "a >> b"}}),
        ),
        (SIGN, stream(node("a", stateType="stateful"), node("b", "@a"), streaming={"flows": {"f": "a >> b"}})),
        (
            'node "p" from kind output can not be used in a streaming pipeline',
            stream(node("a", stateType="stateful"), of_kind("p", "output"), streaming={"flows": {"f": "a >> p"}}),
        ),
    ],
    **SHORT,
)
def test_only_when_run(rest: Rest, fresh: Fresh, text: str, changes: Json) -> None:
    pipeline, _ = document(fresh, changes)
    status = 404 if text.endswith("Not Found") else 400
    assert error(rest.post("exec/raw", pipeline)) == (status, text)


@pytest.mark.covers("POST /api/v1/exec/raw", "POST /api/v1/store/pipelines")
@pytest.mark.parametrize(
    ("text", "changes"),
    [
        (
            "stream pipelines are not available yet, use kind batch",
            stream(node("a", stateType="stateful"), node("b"), streaming={"flows": {"f": "a >> b"}}),
        ),
        ('node "n": nodes of kind debug are not available yet', {"nodes": [node("n", kind="debug")]}),
        (
            'node "n": nodes of kind dataSource are not available yet',
            {"nodes": [of_kind("n", "dataSource", spec={"name": "x"})]},
        ),
        ('node "p": nodes of kind output are not available yet', {"nodes": [node("a"), of_kind("p", "output", "@a")]}),
        ("debug overrides are not available yet", {"options": {"debugOverride": ["a"]}}),
    ],
    **SHORT,
)
def test_what_can_be_stored_and_not_run_yet(rest: Rest, fresh: Fresh, text: str, changes: Json) -> None:
    pipeline, _ = document(fresh, changes)
    assert rest.post("store/pipelines", pipeline).status_code == 201
    assert error(rest.post("exec/raw", pipeline)) == (400, text)


@pytest.mark.covers("POST /api/v1/exec/stored")
def test_an_override_is_checked_by_itself_first(rest: Rest, fresh: Fresh) -> None:
    """Its nodes must say what they are, although the stored ones do; an override without `input` has none."""
    pipeline, name = document(fresh, {})
    rest.post("store/pipelines", pipeline)
    for nodes, text in (
        ([{"nodeName": "a"}], "please provide algorithm name"),
        ([of_kind("a", "pipeline")], "please provide pipeline name"),
        ([{"algorithmName": "echo"}], "data.nodes[0] should have required property 'nodeName'"),
    ):
        assert error(rest.post("exec/stored", {"name": name, "nodes": nodes})) == (400, text)
    answer = rest.post("exec/stored", {"name": name, "nodes": [{"nodeName": "a", "algorithmName": "echo"}]})
    assert rest.ended(answer.json()["jobId"])["status"] == "completed"
    assert error(rest.post("exec/stored", {"name": "nobody"})) == (404, "pipeline nobody Not Found")


@pytest.mark.covers(
    "POST /api/v1/exec/raw", "POST /api/v1/exec/getGraphByStreamingFlow", "POST /api/v1/store/pipelines/graph"
)
@pytest.mark.parametrize(("text", "streaming", "key"), FLOWS, **SHORT)
def test_flows(rest: Rest, fresh: Fresh, text: str, streaming: Json, key: str) -> None:
    pipeline, _ = document(fresh, stream(node("a", stateType="stateful"), node("b"), streaming=streaming))
    for answer in (
        rest.post("exec/raw", pipeline),
        rest.post("exec/getGraphByStreamingFlow", {"pipeline": pipeline, "keyFlow": key}),
        rest.post("store/pipelines/graph", {"pipeline": pipeline}),
    ):
        assert error(answer) == (400, text)


@pytest.mark.covers("POST /api/v1/store/pipelines/graph")
@pytest.mark.parametrize(("text", "changes"), [row for row in GRAPH[:12] if "output" not in row[0]], **SHORT)
def test_drawing_says_the_same(rest: Rest, fresh: Fresh, text: str, changes: Json) -> None:
    pipeline, name = document(fresh, changes)
    if text == "please provide algorithm name":
        assert rest.post("store/pipelines/graph", {"pipeline": pipeline}).status_code == 200
        return
    answer = rest.post("store/pipelines/graph", {"pipeline": pipeline})
    assert error(answer) == (400, text.replace("<name>", name))


@pytest.mark.covers("POST /api/v1/store/pipelines")
def test_an_algorithm_that_cannot_run(rest: Rest, fresh: Fresh) -> None:
    """One whose build failed has nothing to run from; its pipeline can be stored while a build may still make it run."""
    name = fresh("broken")
    form = {"payload": f'{{"name":"{name}","env":"python"}}'}
    assert rest.call("POST", "store/algorithms/apply", data=form).status_code == 400
    pipeline, _ = document(fresh, {"nodes": [node("a", algorithmName=name)]})
    assert error(rest.post("store/pipelines", pipeline)) == (404, f"algorithm {name} Not Found")


@pytest.mark.covers("POST /api/v1/store/pipelines")
def test_the_order_of_checks(rest: Rest, fresh: Fresh) -> None:
    """Form, graph, nodes together, algorithms, gateways, name: what comes earlier is told, whatever else is wrong."""
    name = fresh("rule")
    rest.post("store/pipelines", {"name": name, "nodes": [node("a")]})
    wrong: Json = {
        "name": name,
        "kind": "stream",
        "priority": 9,
        "nodes": [node("a"), node("b", "@a"), node("c", algorithmName="nobody"), of_kind("g", "gateway")],
        "options": {"debugOverride": ["zz"]},
    }
    wrong["nodes"][3]["stateType"] = "stateless"
    for status, text, mend in (
        (400, "data.priority should be <= 5", lambda: wrong.pop("priority")),
        (400, SIGN, lambda: wrong["nodes"][1].pop("input")),
        (400, "debugOverride node not in nodes list", lambda: wrong.pop("options")),
        (404, "algorithm nobody Not Found", lambda: wrong["nodes"].pop(2)),
        (400, 'Gateway node g stateType must be "stateful". Got stateless', lambda: wrong["nodes"].pop(2)),
        (409, f"pipeline {name} already exists", lambda: None),
    ):
        assert error(rest.post("store/pipelines", wrong)) == (status, text)
        mend()
