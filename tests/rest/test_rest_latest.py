"""The latest results and statuses of jobs, by name, for pipelines and for those that a clock time started."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.rest.events import watching_one
from tests.rest.server import Rest, error

Fresh = Callable[[str], str]


def pipeline(name: str, algorithm: str = "echo", **more: Any) -> dict[str, Any]:
    return {"name": name, "nodes": [{"nodeName": "one", "algorithmName": algorithm, "input": [1]}], **more}


@pytest.mark.covers("GET /api/v1/pipelines/results", "GET /api/v1/pipelines/status")
def test_latest_of_a_pipeline(rest: Rest, fresh: Fresh) -> None:
    """By the time of the end, whatever the order of the start; jobs that run have a status but no result."""
    name = fresh("latest")
    slow = rest.run(pipeline(name, "hold"))
    quick = rest.run(pipeline(name))
    rest.ended(quick)
    query = f"name={name}&limit=10"
    assert [item["jobId"] for item in rest.get(f"pipelines/results?{query}").json()] == [quick]
    assert {item["jobId"] for item in rest.get(f"pipelines/status?{query}").json()} == {slow, quick}
    rest.post("exec/stop", {"jobId": slow})
    for path in ("results", "status"):
        assert [item["jobId"] for item in rest.get(f"pipelines/{path}?{query}").json()] == [slow, quick]
        assert [item["jobId"] for item in rest.get(f"pipelines/{path}?{query}&sort=asc").json()] == [quick, slow]
        assert [item["jobId"] for item in rest.get(f"pipelines/{path}?name={name}").json()] == [slow]
        assert [item["jobId"] for item in rest.get(f"pipelines/{path}?name={quick}").json()] == [quick]
        assert error(rest.get(f"pipelines/{path}?name={name}&experimentName=nowhere"))[0] == 404
    stopped, completed = rest.get(f"pipelines/results?{query}").json()
    assert completed["data"][0]["result"] == 1
    assert "data" not in stopped
    assert stopped["status"] == "stopped"
    first = rest.get(f"pipelines/results?name={name}")
    token = first.headers["x-next-page-token"]
    assert rest.get("pipelines/results", params={"name": name, "pageToken": token}).json() == [completed]


@pytest.mark.covers("GET /api/v1/cron/results", "GET /api/v1/cron/status")
def test_latest_of_cron(rest: Rest, fresh: Fresh) -> None:
    """A job that has not ended is told with its id alone, and keeps its place by the time of its start."""
    name = fresh("clock")
    every_second = {"cron": {"enabled": True, "pattern": "* * * * * *"}}
    rest.post("store/pipelines", pipeline(name, "hold", triggers=every_second))
    with watching_one(rest, "counters") as stream:
        next(event for event in stream if rest.get(f"cron/status?name={name}").status_code == 200)
    rest.post("cron/stop", {"name": name})
    statuses = rest.get(f"cron/status?name={name}&limit=9").json()
    job = statuses[0]["jobId"]
    assert {status["pipeline"] for status in statuses} == {name}
    assert rest.get(f"cron/results?name={name}").json() == [{"jobId": job}]
    rest.post("exec/stop", {"pipelineName": name})
    (result,) = rest.get(f"cron/results?name={name}").json()
    assert (result["jobId"], result["status"]) == (job, "stopped")


NONE = [
    ("pipelines/results", "pipeline results"),
    ("pipelines/status", "pipeline status"),
    ("cron/results", "cron results"),
    ("cron/status", "cron status"),
]


@pytest.mark.parametrize(("path", "kind"), NONE)
def test_none(rest: Rest, path: str, kind: str) -> None:
    assert error(rest.get(f"{path}?name=nobody")) == (404, f"{kind} nobody Not Found")
    assert error(rest.get(f"{path}?experimentName=nowhere")) == (404, f"{kind} undefined Not Found")


REFUSED = [
    ("limit=0", "data.limit should be >= 1"),
    ("limit=100001", "data.limit should be <= 100000"),
    ("limit=x", "data.limit should be integer"),
    ("sort=up", "data.sort should be equal to one of the allowed values (asc,desc)"),
    ("experimentName=", "data.experimentName should NOT be shorter than 1 characters"),
    (f"experimentName={'x' * 33}", "data.experimentName should NOT be longer than 32 characters"),
    ("experimentName=a%20b", "experiment name must contain only alphanumeric, dash, dot or underscore"),
    ("pageToken=x", "the page token is not one of ours"),
    ("pageToken=LTE%3D", "the page token is not one of ours"),
]


@pytest.mark.parametrize("path", [path for path, _ in NONE])
@pytest.mark.parametrize(("query", "text"), REFUSED)
def test_refusals(rest: Rest, path: str, query: str, text: str) -> None:
    assert error(rest.get(f"{path}?{query}")) == (400, text)
