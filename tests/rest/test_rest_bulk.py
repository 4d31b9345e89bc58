"""The same for many jobs, and finding things by how their names begin."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.rest.server import Rest, error

Fresh = Callable[[str], str]
BULK = "POST /api/v1/exec/bulk"


def pipeline(name: str, algorithm: str = "echo", **more: Any) -> dict[str, Any]:
    return {"name": name, "nodes": [{"nodeName": "one", "algorithmName": algorithm, "input": [1]}], **more}


@pytest.fixture
def jobs(rest: Rest, fresh: Fresh) -> Iterator[tuple[str, list[str]]]:
    """Three jobs of one pipeline: one that has ended, one that runs, one that is paused."""
    name = fresh("bulk")
    done = rest.run(pipeline(name))
    rest.ended(done)
    held = [rest.run(pipeline(name, "hold")) for _ in range(2)]
    rest.client.post("/api/v1/exec/pause", json={"jobId": held[1]})
    yield name, [done, *held]
    rest.client.post("/api/v1/exec/stop", json={"pipelineName": name, "statusToStop": "active,pending,paused,resumed"})


def outcomes(answer: Any) -> dict[str, str]:
    return {job["jobId"]: job["outcome"] for job in answer["jobs"]}


def counts(answer: Any) -> tuple[int, int, int]:
    return answer["changed"], answer["skipped"], answer["failed"]


@pytest.mark.covers(BULK)
@pytest.mark.parametrize("by", ["ids", "query"])
def test_dry_run_then_stop(rest: Rest, jobs: tuple[str, list[str]], by: str) -> None:
    """What is told beforehand is what happens then; the job that has ended keeps nobody from it."""
    name, (done, running, paused) = jobs
    body = {"verb": "stop", "reason": "all of them"}
    body |= {"ids": jobs[1]} if by == "ids" else {"query": {"pipelineName": name}}
    told = rest.post("exec/bulk", {**body, "dryRun": True}).json()
    assert counts(told) == (2, 1, 0)
    assert outcomes(told) == {done: "skipped", running: "changed", paused: "changed"}
    assert rest.get(f"exec/status/{paused}").json()["status"] == "paused"
    assert rest.post("exec/bulk", body).json() == told
    assert [rest.get(f"exec/status/{job}").json()["status"] for job in jobs[1]] == ["completed", "stopped", "stopped"]
    assert rest.get(f"exec/results/{running}").json()["reason"] == "all of them"
    again = rest.post("exec/bulk", body).json()
    assert counts(again) == (0, 3, 0)
    assert {job["message"] for job in again["jobs"]} == {"it has ended: completed", "it has ended: stopped"}


@pytest.mark.covers(BULK)
def test_pause_and_resume(rest: Rest, jobs: tuple[str, list[str]]) -> None:
    name, (done, running, paused) = jobs
    query = {"query": {"pipelineName": name}}
    assert outcomes(rest.post("exec/bulk", {**query, "verb": "pause"}).json()) == {
        done: "skipped",
        running: "changed",
        paused: "skipped",
    }
    assert rest.get(f"exec/status/{running}").json()["status"] == "paused"
    only = {"query": {"pipelineName": name, "pipelineStatus": "paused"}, "verb": "resume"}
    assert outcomes(rest.post("exec/bulk", only).json()) == {running: "changed", paused: "changed"}
    assert rest.post("exec/bulk", only).json()["jobs"] == []


@pytest.mark.covers(BULK)
def test_rerun(rest: Rest, jobs: tuple[str, list[str]]) -> None:
    """Any job can be run again; asked again with the same request id, it is the same new job."""
    _, (done, *_) = jobs
    body = {"ids": [done, "nobody"], "verb": "rerun", "requestId": done}
    answer = rest.post("exec/bulk", body).json()
    assert counts(answer) == (1, 0, 1)
    assert answer["jobs"][1] == {"jobId": "nobody", "outcome": "failed", "message": "jobId nobody Not Found"}
    new = answer["jobs"][0]["newJobId"]
    assert rest.ended(new)["status"] == "completed"
    assert rest.get(f"exec/pipelines/{new}").json()["types"] == ["raw", "rerun"]
    assert rest.post("exec/bulk", body).json()["jobs"][0]["newJobId"] == new
    assert rest.post("exec/bulk", {**body, "requestId": ""}).json()["jobs"][0]["newJobId"] != new


WHICH = "say which jobs: either by ids or by a query"
ERRORS = [
    ({"verb": "stop"}, WHICH),
    ({"verb": "stop", "ids": ["a"], "query": {}}, WHICH),
    ({"ids": ["a"]}, "data should have required property 'verb'"),
    (
        {"ids": ["a"], "verb": "kill"},
        "data.verb should be equal to one of the allowed values (stop,pause,resume,rerun)",
    ),
    ({"ids": ["a", "a"], "verb": "stop"}, "data.ids should NOT have duplicate items (items ## 1 and 0 are identical)"),
    ({"ids": ["a"] * 501, "verb": "stop"}, "data.ids should NOT have more than 500 items"),
    ({"ids": [""], "verb": "stop"}, "data.ids[0] should NOT be shorter than 1 characters"),
    ({"query": {"tags": 1}, "verb": "stop"}, "data.query.tags should be array"),
    ({"query": {"datesRange": {"to": "x"}}, "verb": "stop"}, 'data.query.datesRange.to should match format "date"'),
]


@pytest.mark.covers(BULK)
@pytest.mark.parametrize(("body", "text"), ERRORS)
def test_refusals(rest: Rest, body: dict[str, Any], text: str) -> None:
    assert error(rest.post("exec/bulk", body)) == (400, text)


@pytest.mark.covers("GET /api/v1/search")
def test_names(rest: Rest, fresh: Fresh) -> None:
    stem = fresh("find-by-name")
    rest.post("store/pipelines", pipeline(f"{stem}-b"))
    rest.post("store/pipelines", pipeline(f"{stem}-a"))
    job = rest.post("exec/stored", {"name": f"{stem}-a", "externalId": f"{stem}-external"}).json()["jobId"]
    rest.ended(job)
    found = rest.get(f"search?q={stem}").json()
    entry = {"jobId": job, "pipelineName": f"{stem}-a", "status": "completed"}
    assert found == {"jobs": [entry], "pipelines": [f"{stem}-a", f"{stem}-b"], "algorithms": []}
    assert rest.get(f"search?q={stem}&limit=1").json()["pipelines"] == [f"{stem}-a"]
    for beginning in (job[:11], f"{stem}-ext"):
        assert rest.get(f"search?q={beginning}").json()["jobs"] == [entry]
    assert "echo" in rest.get("search?q=ech").json()["algorithms"]
    assert rest.get("search?q=no-such-name").json() == {"jobs": [], "pipelines": [], "algorithms": []}


@pytest.mark.covers("GET /api/v1/search")
@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("", "data should have required property 'q'"),
        ("?q=a&limit=0", "data.limit should be >= 1"),
        ("?q=a&limit=101", "data.limit should be <= 100"),
    ],
)
def test_refused_names(rest: Rest, query: str, text: str) -> None:
    assert error(rest.get(f"search{query}")) == (400, text)
