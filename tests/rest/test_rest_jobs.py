"""Lists of jobs, their audit trails, flow inputs and results, and stopping them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.rest.server import Rest, error

Fresh = Callable[[str], str]


def pipeline(name: str, algorithm: str = "echo", **more: Any) -> dict[str, Any]:
    return {"name": name, "nodes": [{"nodeName": "one", "algorithmName": algorithm, "input": [1]}], **more}


@pytest.fixture
def held(rest: Rest, fresh: Fresh) -> Iterator[tuple[str, str]]:
    """A job that runs until it is stopped, and its pipeline."""
    name = fresh("held")
    job = rest.run(pipeline(name, "hold"))
    yield job, name
    rest.client.post("/api/v1/exec/stop", json={"jobId": job, "statusToStop": "active,pending,paused,resumed"})


# Lists


@pytest.mark.covers("GET /api/v1/exec/jobs")
def test_jobs(rest: Rest, held: tuple[str, str]) -> None:
    job, name = held
    entry = {"jobId": job, "pipelineName": name}
    assert next(found for found in rest.get("exec/jobs").json() if found["jobId"] == job).items() >= entry.items()
    assert job in rest.get("exec/jobs?raw=true").json()
    assert all(isinstance(found, dict) for found in rest.get("exec/jobs?raw=1").json())
    rest.post("exec/pause", {"jobId": job})
    assert {**entry, "status": "paused"} in rest.get("exec/jobs?status=paused").json()
    assert job in rest.get("exec/jobs?status=paused&raw=true").json()
    assert job not in rest.get("exec/jobs?raw=true").json()
    assert rest.get("exec/jobs?status=no-such-word").json() == []
    first = rest.get("exec/jobs?status=completed&limit=1")
    assert len(first.json()) <= 1


@pytest.mark.covers("GET /api/v1/exec/jobs")
def test_pages_of_jobs(rest: Rest, fresh: Fresh) -> None:
    jobs = [rest.run(pipeline(fresh("pages"))) for _ in range(3)]
    for job in jobs:
        rest.ended(job)
    walked: list[str] = []
    token = ""
    while not set(jobs) <= set(walked):
        answer = rest.get("exec/jobs", params={"status": "completed", "limit": 2, "pageToken": token, "raw": "true"})
        assert 0 < len(answer.json()) <= 2
        walked += answer.json()
        token = answer.headers.get("x-next-page-token", "")
    assert [job for job in walked if job in jobs] == jobs[::-1]
    assert len(set(walked)) == len(walked)
    assert error(rest.get("exec/jobs?pageToken=x")) == (400, "the page token is not one of ours")


@pytest.mark.covers("GET /api/v1/exec/pipeline/list", "GET /api/v1/exec/pipelines/list")
def test_pipelines_of_live_jobs(rest: Rest, held: tuple[str, str]) -> None:
    job, name = held
    for path in ("exec/pipeline/list", "exec/pipelines/list"):
        (found,) = [item for item in rest.get(path).json() if item["jobId"] == job]
        assert found["name"] == name
        assert found["types"] == ["raw"]
    rest.post("exec/stop", {"jobId": job})
    assert job not in [item["jobId"] for item in rest.get("exec/pipeline/list").json()]


# One job


@pytest.mark.covers("GET /api/v1/exec/auditTrail/{job_id}")
def test_audit_trail(rest: Rest, held: tuple[str, str]) -> None:
    job, _ = held
    rest.post("exec/pause", {"jobId": job})
    rest.post("exec/resume", {"jobId": job})
    rest.post("exec/stop", {"jobId": job, "statusToStop": ["active", "resumed"]})
    trail = rest.get(f"exec/auditTrail/{job}").json()
    assert trail.pop("jobId") == job
    assert [trail[str(number)]["action"] for number in range(4)] == ["stop", "resume", "pause", "run"]
    assert {entry["user"] for entry in trail.values()} == {"defaultUser"}
    times = [trail[str(number)]["timestamp"] for number in range(4)]
    assert times == sorted(times, reverse=True)


@pytest.mark.covers("GET /api/v1/exec/flowInput/{job_id}")
def test_flow_input(rest: Rest, fresh: Fresh) -> None:
    """What was given comes back to the digit, as a file too, and also when it is too large for the job's record."""
    text = b'{"a": 1.50, "b": 12345678901234567890123}'
    body = b'{"name": "%s", "nodes": [{"nodeName": "one", "algorithmName": "echo"}], "flowInput": %s}'
    headers = {"Content-Type": "application/json"}
    sent = rest.call("POST", "exec/raw", content=body % (fresh("flow").encode(), text), headers=headers)
    answer = rest.get(f"exec/flowInput/{sent.json()['jobId']}")
    assert answer.content == text
    assert "content-disposition" not in answer.headers
    as_file = rest.get(f"exec/flowInput/{sent.json()['jobId']}?download=false")
    assert as_file.headers["content-disposition"] == 'attachment;filename="flowInput.json"'
    large = rest.run({**pipeline(fresh("large")), "flowInput": {"a": "x" * 300_000}})
    assert rest.get(f"exec/flowInput/{large}").json() == {"a": "x" * 300_000}
    assert rest.get(f"exec/pipelines/{large}").json()["flowInput"] == {"a": "x" * 300_000}
    without = rest.run(pipeline(fresh("none")))
    for path in (f"exec/flowInput/{without}", "exec/flowInput/nobody", "exec/flowInput"):
        answer = rest.get(path)
        assert (answer.status_code, answer.content) == (404, b"")


@pytest.mark.covers("GET /api/v1/exec/pipelines/{job_id}")
def test_pipeline_of_a_job(rest: Rest, fresh: Fresh) -> None:
    stored = pipeline(fresh("stored"), flowInput={"a": 1}, tags=["t"])
    rest.post("store/pipelines", stored)
    job = rest.post("exec/stored", {"name": stored["name"], "flowInput": {"x": 1}}).json()["jobId"]
    found = rest.get(f"exec/pipelines/{job}").json()
    assert found["jobId"] == job
    assert found["flowInput"] == {"x": 1}
    assert found["flowInputMetadata"] == {"metadata": {}, "storageInfo": {"path": f"local-hkube/{job}/{job}"}}
    assert (found["types"], found["maxExceeded"], found["lastRunResult"]) == (["stored"], False, None)
    assert found["version"]
    assert found["modified"]


@pytest.mark.covers("GET /api/v1/exec/results/{job_id}", "GET /api/v1/exec/status/{job_id}")
def test_result_of_a_stopped_job(rest: Rest, held: tuple[str, str]) -> None:
    job, name = held
    assert error(rest.get(f"exec/results/{job}"))[1].startswith(
        f"unable to get results for pipeline {name} because its in "
    )
    rest.post("exec/stop", {"jobId": job, "statusToStop": "active,pending", "reason": "why"})
    result = rest.get(f"exec/results/{job}").json()
    assert set(result) == {"jobId", "startTime", "pipeline", "reason", "status", "timestamp", "timeTook"}
    assert (result["jobId"], result["pipeline"], result["reason"]) == (job, name, "why")
    status = rest.get(f"exec/status/{job}").json()
    assert (status["status"], status["reason"], status["level"]) == ("stopped", "why", "info")


@pytest.mark.covers("GET /api/v1/exec/status/{job_id}")
def test_first_status(rest: Rest, held: tuple[str, str]) -> None:
    status = rest.get(f"exec/status/{held[0]}").json()
    assert status.keys() >= {"jobId", "timestamp", "pipeline", "status", "level"}


NOT_FOUND = [
    ("exec/status/{}", "status nobody Not Found"),
    ("exec/results/{}", "status nobody Not Found"),
    ("exec/pipelines/{}", "pipeline nobody Not Found"),
    ("exec/auditTrail/{}", "auditTrail nobody Not Found"),
]


@pytest.mark.parametrize(("path", "text"), NOT_FOUND)
def test_unknown_jobs(rest: Rest, path: str, text: str) -> None:
    assert error(rest.get(path.format("nobody"))) == (404, text)


@pytest.mark.parametrize("path", [path for path, _ in NOT_FOUND])
def test_without_a_job(rest: Rest, path: str) -> None:
    said = (400, "data should have required property 'jobId'")
    assert error(rest.get(path.format("").rstrip("/"))) == said
    assert error(rest.get(path.format(""))) == said


@pytest.mark.parametrize("verb", ["pause", "resume"])
def test_hold_refusals(rest: Rest, fresh: Fresh, verb: str) -> None:
    assert error(rest.post(f"exec/{verb}", {})) == (400, "data should have required property 'jobId'")
    assert error(rest.post(f"exec/{verb}", {"jobId": "nobody"})) == (404, "jobId nobody Not Found")
    name = fresh("over")
    job = rest.run(pipeline(name))
    rest.ended(job)
    text = f"unable to {verb} pipeline {name} because its in completed status"
    assert error(rest.post(f"exec/{verb}", {"jobId": job})) == (400, text)


# Stopping


@pytest.mark.covers("POST /api/v1/exec/stop")
@pytest.mark.parametrize(
    ("status", "stops"),
    [
        (None, True),
        ([], True),
        ("paused", True),
        ("pending,paused", True),
        (["pending", "paused"], True),
        ("pending", False),
        (["active", "resumed"], False),
        ("no-such-word", False),
    ],
)
def test_stop_by_status(rest: Rest, held: tuple[str, str], status: Any, stops: bool) -> None:
    job, name = held
    rest.post("exec/pause", {"jobId": job})
    body = {"pipelineName": name, **({} if status is None else {"statusToStop": status})}
    answer = rest.post("exec/stop", body)
    if stops:
        assert answer.json() == {"stoppedJobIds": [job]}
        assert rest.get(f"exec/status/{job}").json()["status"] == "stopped"
    else:
        words = status if isinstance(status, str) else ",".join(status)
        text = f"No jobs found matching criteria (pipelineName: {name}, statuses: {words})"
        assert error(answer) == (404, text)


@pytest.mark.covers("POST /api/v1/exec/stop")
def test_stop_by_time(rest: Rest, held: tuple[str, str]) -> None:
    job, name = held
    early = {"pipelineName": name, "startTime": {"from": "2001-01-01", "to": "2001-01-02"}}
    text = (
        f"No jobs found matching criteria (pipelineName: {name}, datesRange: 2001-01-01 to 2001-01-02, "
        "statuses: active,pending,paused)"
    )
    assert error(rest.post("exec/stop", early)) == (404, text)
    now = {"pipelineName": name, "startTime": {"from": "2001-01-01", "to": "2200-01-01T00:00:00Z"}}
    assert rest.post("exec/stop", now).json() == {"stoppedJobIds": [job]}


@pytest.mark.covers("POST /api/v1/exec/stop")
def test_stop_of_all_jobs_of_a_pipeline(rest: Rest, fresh: Fresh) -> None:
    name = fresh("many")
    jobs = [rest.run(pipeline(name, "hold")) for _ in range(3)]
    assert sorted(rest.post("exec/stop", {"pipelineName": name}).json()["stoppedJobIds"]) == sorted(jobs)
    assert {rest.get(f"exec/results/{job}").json()["reason"] for job in jobs} == {"stopped due to request"}


STOP_ERRORS = [
    ({"jobId": "nobody"}, 404, "No jobs found matching criteria (jobId: nobody, statuses: active,pending,paused)"),
    (
        {"jobId": "a", "pipelineName": "b"},
        404,
        "No jobs found matching criteria (jobId: a, pipelineName: b, statuses: active,pending,paused)",
    ),
    ({"jobId": "a b"}, 400, "pipeline name must contain only alphanumeric, dash, dot or underscore"),
    ({"pipelineName": "a b"}, 400, "pipeline name must contain only alphanumeric, dash, dot or underscore"),
    ({"statusToStop": {}}, 400, "data.statusToStop should be array"),
    ({"startTime": {"from": "soon"}}, 400, 'data.startTime.from should match format "date"'),
]


@pytest.mark.covers("POST /api/v1/exec/stop")
@pytest.mark.parametrize(("body", "code", "text"), STOP_ERRORS)
def test_stop_refusals(rest: Rest, body: dict[str, Any], code: int, text: str) -> None:
    assert error(rest.post("exec/stop", body)) == (code, text)
