"""Routes for other programs of the installation, and that they are closed from outside."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.rest.server import Rest, error

Fresh = Callable[[str], str]
INTERNAL = "/internal/v1/"
NODES = [{"nodeName": "n", "algorithmName": "echo", "input": ["@flowInput"]}]


def store(rest: Rest, name: str, **more: Any) -> str:
    pipeline = {"name": name, "nodes": NODES, "flowInput": {"own": {"a": 1, "b": 2}}, **more}
    assert rest.post("store/pipelines", pipeline).status_code == 201
    return name


def started(rest: Rest, path: str, body: Any) -> tuple[str, Any]:
    """The job that a start made, and its pipeline."""
    answer = rest.post(f"{INTERNAL}exec/{path}", body)
    assert answer.status_code == 200, answer.text
    assert set(answer.json()) == {"jobId"}
    job = answer.json()["jobId"]
    return job, rest.get(f"exec/pipelines/{job}").json()


def result(rest: Rest, job: str) -> Any:
    assert rest.ended(job)["status"] == "completed"
    return rest.get(f"exec/results/{job}").json()["data"][0]["result"]


def holding(rest: Rest, name: str) -> str:
    return rest.run({"name": name, "nodes": [{"nodeName": "n", "algorithmName": "hold"}]})


@pytest.mark.covers("GET /internal/v1")
def test_root(rest: Rest) -> None:
    assert rest.get("/internal/v1").json() == {"message": "internal api"}
    assert rest.get("/internal/v1/").json() == {"message": "internal api"}


@pytest.mark.parametrize("prefix", ["/hkube/api-server", "/HKUBE/api-server", "/distributedkube/api-server"])
@pytest.mark.parametrize("path", ["/internal", "/internal/v1/exec/stop", "/Internal/v1", "/internal/nothing"])
def test_closed_from_outside(rest: Rest, prefix: str, path: str) -> None:
    """Whatever the verb, and whether or not there is something."""
    for answer in (rest.get(prefix + path), rest.post(prefix + path, {})):
        assert (answer.status_code, answer.json()) == (403, {"error": "Forbidden"})


def test_not_documented(rest: Rest) -> None:
    paths = rest.get("/swagger-api").json()["paths"]
    assert [path for path in paths if "internal" in path] == []


# Clocks and triggers


@pytest.mark.covers("POST /internal/v1/exec/stored/cron")
def test_by_clock(rest: Rest, fresh: Fresh) -> None:
    name = store(rest, fresh("clock"), tags=["own"])
    job, pipeline = started(rest, "stored/cron", {"name": name, "userName": "clock", "tags": ["more"]})
    assert pipeline["types"] == ["stored", "internal", "cron"]
    assert pipeline["tags"] == ["own", "more"]
    assert result(rest, job) == {"own": {"a": 1, "b": 2}}
    assert rest.get(f"exec/auditTrail/{job}").json()["0"]["user"] == "clock"


@pytest.mark.covers("POST /internal/v1/exec/stored/trigger", "GET /api/v1/exec/tree/{job_id}")
def test_after_a_job(rest: Rest, fresh: Fresh) -> None:
    """The follower gets the result as `parent`, and both are in the tree of the first job."""
    first, second = store(rest, fresh("first")), store(rest, fresh("second"))
    parent = rest.post("exec/stored", {"name": first}).json()["jobId"]
    output = result(rest, parent)
    job, pipeline = started(rest, "stored/trigger", {"name": second, "parentJobId": parent, "userName": "triggerUser"})
    assert pipeline["types"] == ["internal", "stored", "trigger"]
    assert pipeline["rootJobId"] == parent
    given = result(rest, job)
    assert given["own"] == {"a": 1, "b": 2}
    assert [item["result"] for item in given["parent"]] == [output]
    last, _ = started(rest, "stored/trigger", {"name": first, "parentJobId": job})
    assert rest.get(f"exec/tree/{parent}").json()["children"] == [
        {"name": second, "jobId": job, "children": [{"name": first, "jobId": last, "children": []}]}
    ]
    alone, _ = started(rest, "stored/trigger", {"name": second})
    assert result(rest, alone) == {"own": {"a": 1, "b": 2}}


@pytest.mark.covers("POST /internal/v1/exec/stored/cron", "POST /internal/v1/exec/stored/trigger")
@pytest.mark.parametrize("path", ["cron", "trigger"])
def test_refused_starts(rest: Rest, path: str) -> None:
    for kind in ("cron", "trigger"):
        refused = rest.post(f"{INTERNAL}exec/stored/{kind}", {})
        assert error(refused) == (400, "data should have required property 'name'")
    start = f"{INTERNAL}exec/stored/{path}"
    assert error(rest.post(start, {"name": "nobody"})) == (404, "pipeline nobody Not Found")
    said = "pipeline name must contain only alphanumeric, dash, dot or underscore"
    assert error(rest.post(start, {"name": "a b"})) == (400, said)


@pytest.mark.covers("POST /internal/v1/exec/stored/trigger")
def test_after_a_job_without_result(rest: Rest, fresh: Fresh) -> None:
    name = store(rest, fresh("follower"))
    start = {"name": name, "parentJobId": "nobody"}
    assert error(rest.post(f"{INTERNAL}exec/stored/trigger", start)) == (404, "jobId nobody Not Found")
    running = rest.run({"name": fresh("runs"), "nodes": [{"nodeName": "a", "algorithmName": "hold"}]})
    start = {"name": name, "parentJobId": running}
    assert error(rest.post(f"{INTERNAL}exec/stored/trigger", start)) == (404, f"status {running} Not Found")
    rest.post("exec/stop", {"jobId": running})


# Pipelines that code called


@pytest.mark.covers("POST /internal/v1/exec/stored/subPipeline", "POST /internal/v1/exec/raw/subPipeline")
def test_sub_pipelines(rest: Rest, fresh: Fresh) -> None:
    """In the experiment of the caller; the flow input is laid over the stored one, or is all there is."""
    caller = holding(rest, fresh("caller"))
    name = store(rest, fresh("called"))
    more = {"jobId": caller, "taskId": "t1", "flowInput": {"own": {"b": 3}}, "priority": 4}
    job, pipeline = started(rest, "stored/subPipeline", {"name": name, **more})
    assert pipeline["types"] == ["internal", "stored", "sub-pipeline"]
    assert (pipeline["jobId"], pipeline["rootJobId"], pipeline["priority"]) == (job, caller, 4)
    assert "taskId" not in pipeline
    assert result(rest, job) == {"own": {"a": 1, "b": 3}}
    job, pipeline = started(
        rest, "raw/subPipeline", {"name": fresh("raw"), "nodes": NODES, **more, "rootJobId": "root"}
    )
    assert pipeline["types"] == ["internal", "raw", "sub-pipeline"]
    assert pipeline["rootJobId"] == "root"
    assert result(rest, job) == {"own": {"b": 3}}
    rest.post("exec/stop", {"jobId": caller})


@pytest.mark.covers("POST /internal/v1/exec/stored/subPipeline", "POST /internal/v1/exec/raw/subPipeline")
def test_refused_sub_pipelines(rest: Rest) -> None:
    for path in ("stored", "raw"):
        for body, status, text in (
            ({}, 400, "data should have required property 'jobId'"),
            ({"jobId": "nobody"}, 400, "data should have required property 'taskId'"),
            ({"jobId": 1, "taskId": "t"}, 400, "data.jobId should be string"),
            ({"jobId": "nobody", "taskId": "t"}, 404, "jobId nobody Not Found"),
        ):
            refused = rest.post(f"{INTERNAL}exec/{path}/subPipeline", {"name": "p", "nodes": NODES, **body})
            assert error(refused) == (status, text)


# Ends


@pytest.mark.covers("POST /internal/v1/exec/stop")
def test_stop(rest: Rest, fresh: Fresh) -> None:
    name = fresh("stopped")
    job = holding(rest, name)
    assert rest.post(f"{INTERNAL}exec/stop", {"jobId": job, "reason": "it is late"}).json() == {"message": "OK"}
    status = rest.get(f"exec/status/{job}").json()
    assert (status["status"], status["reason"]) == ("stopped", "it is late")
    said = f"unable to stop pipeline {name} because it's in stopped status"
    assert error(rest.post(f"{INTERNAL}exec/stop", {"jobId": job})) == (400, said)
    assert error(rest.post(f"{INTERNAL}exec/stop", {"jobId": "nobody"})) == (404, "jobId nobody Not Found")
    assert error(rest.post(f"{INTERNAL}exec/stop", {})) == (400, "data should have required property 'jobId'")


@pytest.mark.covers("POST /internal/v1/exec/clean")
def test_clean(rest: Rest, fresh: Fresh) -> None:
    """A job that runs is stopped first; nothing is left of it."""
    job = holding(rest, fresh("cleaned"))
    assert rest.post(f"{INTERNAL}exec/clean", {"jobId": job}).json() == {"message": "OK"}
    assert error(rest.get(f"exec/status/{job}")) == (404, f"status {job} Not Found")
    assert error(rest.post(f"{INTERNAL}exec/clean", {"jobId": job})) == (404, f"jobId {job} Not Found")
    assert error(rest.post(f"{INTERNAL}exec/clean", {})) == (400, "data should have required property 'jobId'")


# Looking


@pytest.mark.covers("GET /internal/v1/exec/pipelines/{job_id}")
def test_pipeline(rest: Rest, fresh: Fresh) -> None:
    """The same as everybody gets."""
    job = rest.run({"name": fresh("seen"), "nodes": NODES, "flowInput": {"x": 1}})
    rest.ended(job)
    assert rest.get(f"{INTERNAL}exec/pipelines/{job}").json() == rest.get(f"exec/pipelines/{job}").json()
    assert error(rest.get(f"{INTERNAL}exec/pipelines/nobody")) == (404, "pipeline nobody Not Found")


@pytest.mark.covers("GET /internal/v1/algorithms/queue")
def test_queues(rest: Rest, fresh: Fresh) -> None:
    """An algorithm that works is listed with its tasks and workers."""
    job = holding(rest, fresh("queued"))
    rest.until(job, lambda status: any(node.get("states", {}).get("active") for node in status["nodes"]))
    queues = rest.get(f"{INTERNAL}algorithms/queue").json()
    (own,) = [queue for queue in queues if queue["name"] == "hold"]
    assert own["pendingAmount"] >= 1
    assert own["workers"] >= 1
    assert [queue["name"] for queue in queues] == sorted(queue["name"] for queue in queues)
    rest.post("exec/stop", {"jobId": job})
