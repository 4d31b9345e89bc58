"""The graph of a job: nodes with what became of them, edges by kind of reference, batches ordered and cut."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.rest.server import Rest, error

RAW = "GET /api/v1/graph/raw/{job_id}"
PART = "GET /api/v1/graph/parsed/{job_id}"

Fresh = Callable[[str], str]


FAIL_ODD = """
def start(args):
    if args["input"][0] % 2:
        raise ValueError("odd")
    return args["input"][0]
"""
CALLS_ECHO = """
def start(args, api):
    return [api.start_algorithm("echo", [n]) for n in (1, 2)]
"""


@pytest.fixture(scope="module", autouse=True)
def algorithms(live: Rest) -> None:
    live.apply_code("fail-odd", FAIL_ODD)
    live.apply_code("calls-echo", CALLS_ECHO)


def chain(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "nodes": [
            {"nodeName": "first", "algorithmName": "echo", "input": ["@flowInput.list"]},
            {"nodeName": "each", "algorithmName": "echo", "input": ["#@first"]},
            {"nodeName": "follow", "algorithmName": "echo", "input": ["*@each"]},
            {"nodeName": "last", "algorithmName": "echo", "input": ["@each", "@follow", 7]},
        ],
        "flowInput": {"list": ["a", "b", "c"]},
    }


def by_name(graph: Any) -> dict[str, Any]:
    return {node["nodeName"]: node for node in graph["nodes"]}


@pytest.mark.covers(RAW)
def test_graph_of_a_job_that_ended(rest: Rest, fresh: Fresh) -> None:
    job = rest.run(chain(fresh("chain")))
    rest.ended(job)
    graph = rest.get(f"graph/raw/{job}").json()
    assert graph["jobId"] == job
    nodes = by_name(graph)
    assert list(nodes) == ["first", "each", "follow", "last"]
    assert [node["level"] for node in nodes.values()] == [0, 1, 2, 3]
    assert {node["kind"] for node in nodes.values()} == {"algorithm"}
    assert {node["status"] for node in nodes.values()} == {"succeed"}
    edges = {(edge["from"], edge["to"]): edge["value"]["types"] for edge in graph["edges"]}
    assert edges == {
        ("first", "each"): ["waitBatch", "input"],
        ("each", "follow"): ["waitAny", "input"],
        ("each", "last"): ["waitNode", "input"],
        ("follow", "last"): ["waitNode", "input"],
    }
    first = nodes["first"]
    assert "batch" not in first
    assert "batchInfo" not in first
    assert first["input"] == ["@flowInput.list"]
    assert first["startTime"] <= first["endTime"] <= graph["timestamp"]
    assert first["retries"] == 0
    assert first["podName"]
    assert first["algorithmVersion"] == rest.get("store/algorithms/echo").json()["version"]
    assert first["output"]["taskId"] == first["taskId"]
    assert len(first["taskId"]) == 8
    assert first["output"]["metadata"] == {"first": {"type": "array", "size": 3}}
    assert first["output"]["storageInfo"]["path"] == f"local-hkube/{job}/{first['taskId']}"
    assert first["output"]["storageInfo"]["size"] > 0
    assert nodes["last"]["input"][2] == 7
    for name in ("each", "follow"):
        node = nodes[name]
        assert node["batchInfo"] == {"idle": 0, "completed": 3, "errors": 0, "running": 0, "total": 3}
        assert [item["batchIndex"] for item in node["batch"]] == [1, 2, 3]
        assert {item["status"] for item in node["batch"]} == {"succeed"}
        assert all(item["startTime"] <= item["endTime"] for item in node["batch"])
        assert len({item["taskId"] for item in node["batch"]}) == 3


@pytest.mark.covers(RAW)
def test_graph_of_a_job_that_runs(rest: Rest, fresh: Fresh) -> None:
    """A node that a worker has is active, what waits for it is pending; once stopped, so is the node."""
    nodes = [
        {"nodeName": "held", "algorithmName": "hold", "input": []},
        {"nodeName": "later", "algorithmName": "echo", "input": ["#@held"]},
    ]
    job = rest.run({"name": fresh("held"), "nodes": nodes})
    rest.until(job, lambda status: status.get("data", {}).get("states", {}).get("active") == 1)
    found = by_name(rest.get(f"graph/raw/{job}").json())
    assert found["held"]["status"] == "active"
    assert found["held"]["podName"]
    assert found["held"]["startTime"]
    assert "endTime" not in found["held"]
    assert found["later"]["status"] == "pending"
    assert found["later"]["batch"] == []
    assert found["later"]["batchInfo"]["total"] == 0
    assert rest.post("exec/stop", {"jobId": job}).status_code == 200
    found = by_name(rest.get(f"graph/raw/{job}").json())
    assert found["held"]["status"] == "stopped"


@pytest.mark.covers(RAW)
def test_failures_and_retries(rest: Rest, fresh: Fresh) -> None:
    nodes = [
        {
            "nodeName": "odd",
            "algorithmName": "fail-odd",
            "input": ["#[1...4]"],
            "retry": {"policy": "Always", "limit": 1},
        }
    ]
    job = rest.run({"name": fresh("odd"), "nodes": nodes, "options": {"batchTolerance": 100}})
    assert rest.ended(job)["status"] == "completed"
    node = by_name(rest.get(f"graph/raw/{job}").json())["odd"]
    assert node["batchInfo"] == {"idle": 0, "completed": 4, "errors": 2, "running": 0, "total": 4}
    assert [item["status"] for item in node["batch"]] == ["failed", "succeed", "failed", "succeed"]
    assert [item["retries"] for item in node["batch"]] == [1, 0, 1, 0]
    assert [item.get("error") for item in node["batch"]] == ["ValueError: odd", None, "ValueError: odd", None]
    assert "output" not in node["batch"][0]
    assert node["error"] == "ValueError: odd"


@pytest.fixture(scope="module")
def job_of_five(live: Rest) -> str:
    nodes = [
        {"nodeName": "five", "algorithmName": "echo", "input": ["#[1...5]"]},
        {"nodeName": "after", "algorithmName": "echo", "input": ["@five"]},
    ]
    job = live.run({"name": "job-of-five", "nodes": nodes})
    live.ended(job)
    return job


def indices(rest: Rest, job: str, **query: Any) -> list[int]:
    answer = rest.get(f"graph/parsed/{job}", params=query)
    assert answer.status_code == 200, answer.text
    node = by_name(answer.json())["five"]
    assert node["batchInfo"]["total"] == 5, "numbers are those of the whole batch"
    return [item["batchIndex"] for item in node["batch"]]


@pytest.mark.covers(PART)
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, [1, 2, 3, 4, 5]),
        ({"from": 1, "to": 3}, [2, 3]),
        ({"from": 3}, [4, 5]),
        ({"to": 2}, [1, 2]),
        ({"from": 0, "to": 0}, []),
        ({"from": 5, "to": 9}, []),
        ({"from": 4, "to": 2}, []),
        ({"sort": "batchIndex"}, [1, 2, 3, 4, 5]),
        ({"sort": "batchIndex", "order": "asc"}, [1, 2, 3, 4, 5]),
        ({"sort": "batchIndex", "order": "desc"}, [5, 4, 3, 2, 1]),
        ({"sort": "batchIndex", "order": "desc", "from": 1, "to": 3}, [4, 3]),
        ({"order": "desc"}, [1, 2, 3, 4, 5]),
        ({"sort": "status", "order": "desc"}, [1, 2, 3, 4, 5]),
        ({"sort": "nothing", "order": "desc"}, [1, 2, 3, 4, 5]),
    ],
)
def test_order_and_range(rest: Rest, job_of_five: str, query: dict[str, Any], expected: list[int]) -> None:
    assert indices(rest, job_of_five, **query) == expected


@pytest.mark.covers(PART)
def test_order_by_time(rest: Rest, job_of_five: str) -> None:
    answer = rest.get(f"graph/parsed/{job_of_five}", params={"node": "five", "sort": "endTime", "order": "desc"})
    times = [item["endTime"] for item in answer.json()["nodes"][0]["batch"]]
    assert times == sorted(times, reverse=True)


@pytest.mark.covers(PART)
def test_one_node(rest: Rest, job_of_five: str) -> None:
    graph = rest.get(f"graph/parsed/{job_of_five}", params={"node": "after"}).json()
    assert list(by_name(graph)) == ["after"]
    assert [(edge["from"], edge["to"]) for edge in graph["edges"]] == [("five", "after")]


@pytest.mark.covers(PART)
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"from": -1}, (400, "data.from should be >= 0")),
        ({"to": -1}, (400, "data.to should be >= 0")),
        ({"from": "x"}, (400, "data.from should be integer")),
        ({"order": "up"}, (400, "data.order should be equal to one of the allowed values (asc,desc)")),
        ({"node": "nobody"}, (404, "node nobody Not Found")),
    ],
)
def test_bad_parts(rest: Rest, job_of_five: str, query: dict[str, Any], expected: tuple[int, str]) -> None:
    assert error(rest.get(f"graph/parsed/{job_of_five}", params=query)) == expected


@pytest.mark.covers(RAW, PART)
@pytest.mark.parametrize("kind", ["raw", "parsed"])
def test_jobs_that_do_not_exist(rest: Rest, kind: str) -> None:
    assert error(rest.get(f"graph/{kind}/nobody")) == (404, "graph nobody Not Found")
    assert error(rest.get(f"graph/{kind}")) == (400, "data should have required property 'jobId'")
    assert rest.get("graph").status_code == 404
    # One call of each route, for the mark.
    rest.get("graph/raw/nobody")
    rest.get("graph/parsed/nobody")


@pytest.mark.covers(RAW)
def test_calls_of_user_code_are_nodes(rest: Rest, fresh: Fresh) -> None:
    nodes = [{"nodeName": "caller", "algorithmName": "calls-echo", "input": []}]
    job = rest.run({"name": fresh("calls"), "nodes": nodes})
    assert rest.ended(job)["status"] == "completed"
    graph = rest.get(f"graph/raw/{job}").json()
    called = by_name(graph)["caller:echo"]
    assert called["level"] == 1
    assert called["batchInfo"]["completed"] == 2
    assert graph["edges"] == [{"from": "caller", "to": "caller:echo", "value": {"types": ["algorithmExecution"]}}]


@pytest.mark.covers(RAW)
def test_node_that_cannot_be_run(rest: Rest, fresh: Fresh) -> None:
    """It has no task that could have failed, and still says why the job did."""
    nodes = [
        {"nodeName": "first", "algorithmName": "echo", "input": [1]},
        {"nodeName": "each", "algorithmName": "echo", "input": ["#@first.list"]},
    ]
    job = rest.run({"name": fresh("stuck"), "nodes": nodes})
    assert rest.ended(job)["status"] == "failed"
    node = by_name(rest.get(f"graph/raw/{job}").json())["each"]
    assert node["status"] == "failed"
    assert 'has no "list" to iterate over' in node["error"]
