"""Starting jobs in every way there is, and what is said when one cannot start; what happened to them and why."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.rest.server import Rest, error

Fresh = Callable[[str], str]

RAW = "POST /api/v1/exec/raw"
STORED = "POST /api/v1/exec/stored"
ALGORITHM = "POST /api/v1/exec/algorithm"
CACHING = "POST /api/v1/exec/caching"
RERUN = "POST /api/v1/exec/rerun"
PIPELINE = "GET /api/v1/exec/pipelines/{job_id}"


def node(name: str, *inputs: Any, algorithm: str = "echo", **more: Any) -> dict[str, Any]:
    return {"nodeName": name, "algorithmName": algorithm, "input": list(inputs), **more}


def chain(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "nodes": [node("a", "@flowInput.x"), node("b", "@a"), node("c", "@b")], **more}


def results(rest: Rest, job: str) -> list[Any]:
    return [item["result"] for item in rest.get(f"exec/results/{job}").json()["data"]]


# Raw


@pytest.mark.covers(RAW, "GET /api/v1/watch/job/{job_id}")
def test_a_raw_run(rest: Rest, fresh: Fresh) -> None:
    """The answer is the job's id alone; the pipeline of the job has exactly the defaults that the contract names."""
    name = fresh("raw")
    answer = rest.post("exec/raw", {"name": name, "nodes": [{"nodeName": "a", "algorithmName": "echo"}]})
    assert set(answer.json()) == {"jobId"}
    job = answer.json()["jobId"]
    assert len(job) == 12
    assert rest.follow(f"watch/job/{job}")["status"]["status"] == "completed"
    found = rest.get(f"exec/pipelines/{job}").json()
    assert found["jobId"] == job
    assert found["nodes"] == [
        {"nodeName": "a", "algorithmName": "echo", "input": [], "kind": "algorithm", "minStatelessCount": 0}
    ]
    assert found["options"] == {"ttl": 3600, "batchTolerance": 80, "progressVerbosityLevel": "info"}
    assert (found["kind"], found["priority"], found["experimentName"]) == ("batch", 3, "main")
    assert (found["types"], found["maxExceeded"], found["lastRunResult"]) == (["raw"], False, None)


@pytest.mark.covers(RAW)
@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"nodes": [node("a", algorithm="not-there")]}, 404, "algorithm not-there Not Found"),
        ({"nodes": []}, 400, "pipeline must have at least one node"),
        ({"nodes": [node("a", "@flowInput.y")]}, 400, "unable to find flowInput.y"),
        ({"nodes": [node("a", "@flowInput")], "flowInput": None}, 400, "unable to find flowInput"),
        ({"experimentName": "not-there"}, 404, "experiment not-there Not Found"),
    ],
)
def test_raw_runs_that_cannot_start(rest: Rest, fresh: Fresh, change: Any, status: int, said: str) -> None:
    """Nothing is left of them: no job has the name."""
    name = fresh("cannot")
    assert error(rest.post("exec/raw", {**chain(name, flowInput={"x": 1}), **change})) == (status, said)
    assert rest.post("exec/search", {"query": {"pipelineName": name}}).json()["hits"] == []


@pytest.mark.covers(RAW)
def test_a_falsy_flow_input_is_there(rest: Rest, fresh: Fresh) -> None:
    job = rest.run(chain(fresh("zero"), flowInput={"x": 0}))
    assert rest.ended(job)["status"] == "completed"
    assert results(rest, job) == [0]


@pytest.mark.covers(RAW)
def test_a_request_id_makes_one_job(rest: Rest, fresh: Fresh) -> None:
    request = fresh("request")
    jobs = {
        rest.post(f"exec/raw?requestId={request}", chain(request, flowInput={"x": 1})).json()["jobId"] for _ in range(3)
    }
    assert len(jobs) == 1


@pytest.mark.covers(RAW)
def test_a_limit_of_concurrent_pipelines(rest: Rest, fresh: Fresh) -> None:
    """One refuses what is over it, another lets it wait."""
    name = fresh("limited")
    held = {"name": name, "nodes": [node("a", algorithm="hold")], "options": {"concurrentPipelines": {"amount": 1}}}
    first = rest.run(held)
    assert error(rest.post("exec/raw", held)) == (400, "maximum number [1] of concurrent pipelines has been reached")
    held["options"] = {"concurrentPipelines": {"amount": 1, "rejectOnFailure": False}}
    second = rest.run(held)
    assert rest.get(f"exec/pipelines/{second}").json()["maxExceeded"] is True
    for job in (second, first):
        rest.post("exec/stop", {"jobId": job})


# Stored


@pytest.mark.covers(STORED, PIPELINE)
def test_a_stored_run_with_overrides(rest: Rest, fresh: Fresh) -> None:
    """Objects merge by key, lists by place, scalars and the flow input are replaced; an external id finds the job."""
    name, external = fresh("stored"), fresh("external")
    options = {"ttl": 100, "mine": {"a": 1}}
    stored = rest.post("store/pipelines", chain(name, flowInput={"x": 1}, options=options, tags=["one", "two"])).json()
    body = {
        "name": name,
        "flowInput": {"x": 7},
        "tags": ["eins"],
        "options": {"batchTolerance": 10},
        "nodes": [{"nodeName": "a", "algorithmName": "echo", "input": ["@flowInput.x"], "ttl": 9}],
        "externalId": external,
        "spanId": {"trace": 1},
    }
    job = rest.post("exec/stored", body).json()["jobId"]
    assert rest.ended(job)["status"] == "completed"
    assert results(rest, job) == [7]
    found = rest.get(f"exec/pipelines/{job}").json()
    assert found["flowInput"] == {"x": 7}
    assert found["tags"] == ["eins", "two"]
    assert (found["options"]["ttl"], found["options"]["batchTolerance"], found["options"]["mine"]) == (
        100,
        10,
        {"a": 1},
    )
    assert [(n["nodeName"], n.get("ttl")) for n in found["nodes"]] == [("a", 9), ("b", None), ("c", None)]
    assert (found["version"], found["types"]) == (stored["version"], ["stored"])
    hits = rest.post("exec/search", {"query": {"pipelineName": external}, "fields": {"jobId": True}}).json()["hits"]
    assert hits == [{"jobId": job}]


@pytest.mark.covers(STORED)
@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"name": "not-there"}, 404, "pipeline not-there Not Found"),
        ({}, 400, "data should have required property 'name'"),
        ({"name": "not-there", "nodes": [{"nodeName": "a"}]}, 400, "please provide algorithm name"),
        ({"name": "not-there", "priority": 9}, 400, "data.priority should be <= 5"),
    ],
)
def test_stored_runs_that_cannot_start(rest: Rest, body: Any, status: int, said: str) -> None:
    """The form is looked at before what is stored."""
    assert error(rest.post("exec/stored", body)) == (status, said)


# One algorithm


@pytest.mark.covers(ALGORITHM, PIPELINE)
def test_an_algorithm(rest: Rest) -> None:
    job = rest.post("exec/algorithm", {"name": "echo", "input": [{"deep": [1, None]}]}).json()["jobId"]
    assert rest.ended(job)["status"] == "completed"
    assert results(rest, job) == [{"deep": [1, None]}]
    found = rest.get(f"exec/pipelines/{job}").json()
    assert (found["name"], found["nodes"][0]["nodeName"], found["types"]) == ("echo", "echo", ["algorithm"])


@pytest.mark.covers(ALGORITHM)
@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({}, 400, "data should have required property 'name'"),
        ({"name": "not-there"}, 404, "algorithm not-there Not Found"),
        ({"name": "e" * 33}, 400, "data.name should NOT be longer than 32 characters"),
        ({"name": "E"}, 400, "algorithm name must contain only lower-case alphanumeric, dash or dot"),
        ({"name": "echo", "input": 7}, 400, "data.input should be array"),
        ({"name": "echo", "zz": 1}, 400, "data should NOT have additional properties (zz)"),
        ({"name": "echo", "debug": "perhaps"}, 400, "data.debug should be boolean"),
    ],
)
def test_algorithms_that_cannot_run(rest: Rest, body: Any, status: int, said: str) -> None:
    assert error(rest.post("exec/algorithm", body)) == (status, said)


# Again


@pytest.mark.covers(RERUN, PIPELINE)
def test_a_rerun(rest: Rest, fresh: Fresh) -> None:
    """The same input; how the first run ended; both types, once each however often it is repeated."""
    job = rest.run(chain(fresh("again"), flowInput={"x": 5}))
    rest.ended(job)
    first = rest.get(f"exec/results/{job}").json()
    for _ in range(2):
        job = rest.post("exec/rerun", {"jobId": job}).json()["jobId"]
        assert rest.ended(job)["status"] == "completed"
        assert results(rest, job) == [5]
        found = rest.get(f"exec/pipelines/{job}").json()
        assert (found["types"], found["flowInput"]) == (["raw", "rerun"], {"x": 5})
        assert (found["lastRunResult"]["status"], found["lastRunResult"]["timestamp"]) == (
            "completed",
            first["timestamp"],
        )
        assert found["lastRunResult"]["timeTook"] == pytest.approx(first["timeTook"], abs=0.001)
        first = rest.get(f"exec/results/{job}").json()


@pytest.mark.covers(RERUN)
@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({}, 400, "data should have required property 'jobId'"),
        ({"jobId": "nobody"}, 404, "jobId nobody Not Found"),
        ({"jobId": "nobody", "zz": 1}, 400, "data should NOT have additional properties (zz)"),
    ],
)
def test_reruns_that_cannot_start(rest: Rest, body: Any, status: int, said: str) -> None:
    assert error(rest.post("exec/rerun", body)) == (status, said)


@pytest.mark.covers(CACHING, PIPELINE)
def test_a_run_from_a_node(rest: Rest, fresh: Fresh) -> None:
    """That node and what follows it; names and roots grow as runs follow runs."""
    name = fresh("from")
    job = rest.run(chain(name, flowInput={"x": 3}))
    rest.ended(job)
    part = rest.post("exec/caching", {"jobId": job, "nodeName": "b"}).json()["jobId"]
    assert rest.ended(part)["status"] == "completed"
    assert results(rest, part) == [3]
    found = rest.get(f"exec/pipelines/{part}").json()
    assert (found["name"], [n["nodeName"] for n in found["nodes"]]) == (f"{name}-b", ["b", "c"])
    assert (found["nodes"][0]["cacheJobId"], found["rootJobId"], found["types"]) == (job, job, ["raw", "node"])
    last = rest.post("exec/caching", {"jobId": part, "nodeName": "c"}).json()["jobId"]
    assert rest.ended(last)["status"] == "completed"
    found = rest.get(f"exec/pipelines/{last}").json()
    assert (found["name"], found["rootJobId"]) == (f"{name}-b-c", job)


@pytest.mark.covers(CACHING)
def test_runs_from_a_node_that_cannot_start(rest: Rest, fresh: Fresh) -> None:
    nodes = [node("a", "#@flowInput.x"), node("b", "*@a")]
    job = rest.run({"name": fresh("any"), "nodes": nodes, "flowInput": {"x": [1, 2]}})
    rest.ended(job)
    for body, said in (
        ({}, "data should have required property 'jobId'"),
        ({"jobId": job}, "data should have required property 'nodeName'"),
        ({"jobId": job, "nodeName": ""}, "data.nodeName should NOT be shorter than 1 characters"),
        ({"jobId": "nobody", "nodeName": "a"}, "unable to find pipeline nobody"),
        ({"jobId": job, "nodeName": "zz"}, "cant find relations for zz"),
        ({"jobId": job, "nodeName": "a"}, "relation waitAny for node b is not allowed"),
        ({"jobId": job, "nodeName": "a", "zz": 1}, "data should NOT have additional properties (zz)"),
    ):
        assert error(rest.post("exec/caching", body)) == (400, said)


# What happened, and why


@pytest.mark.covers("GET /api/v1/exec/history/{job_id}")
def test_history(rest: Rest, fresh: Fresh) -> None:
    """From acceptance to the end, in pages that follow each other."""
    job = rest.run(chain(fresh("told"), flowInput={"x": 1}))
    rest.ended(job)
    kinds: list[str] = []
    token = ""
    while True:
        page = rest.get(f"exec/history/{job}?pageSize=4&pageToken={token}").json()
        assert len(page["entries"]) <= 4
        kinds += [entry["kind"] for entry in page["entries"]]
        token = page.get("nextPageToken", "")
        if not token:
            break
    assert (kinds[0], kinds[1], kinds[-1]) == ("accepted", "started", "ended")
    assert kinds.count("task_succeeded") == 3
    assert error(rest.get("exec/history/nobody")) == (404, "job nobody Not Found")
    assert error(rest.get(f"exec/history/{job}?pageToken=zz"))[0] == 400


@pytest.mark.covers("GET /api/v1/exec/explain/{job_id}")
def test_explanations(rest: Rest, fresh: Fresh) -> None:
    """A job that waits for its limit says so with the place in the queue; an ended one that it has ended."""
    held = {
        "name": fresh("why"),
        "nodes": [node("a", algorithm="hold")],
        "options": {"concurrentPipelines": {"amount": 1, "rejectOnFailure": False}},
    }
    first, second = rest.run(held), rest.run(held)
    said = rest.get(f"exec/explain/{second}").json()
    assert said["status"] == "pending"
    assert said["reasons"][0]["code"] == "pipeline_limit"
    assert said["sentence"]
    for job in (second, first):
        rest.post("exec/stop", {"jobId": job})
    assert rest.get(f"exec/explain/{first}").json()["sentence"].startswith("The job has ended: stopped")
    assert error(rest.get("exec/explain/nobody"))[0] == 404


@pytest.mark.covers("GET /api/v1/exec/explain/{job_id}")
def test_why_a_node_waits(rest: Rest, fresh: Fresh) -> None:
    """Of one node: that it has ended, that it runs, or which other it waits for."""
    nodes = [node("a", 1), node("b", "@a", algorithm="hold"), node("c", "@b")]
    job = rest.run({"name": fresh("nodes"), "nodes": nodes})
    rest.until(
        job, lambda status: any(each["states"].get("active") for each in status["nodes"] if each["nodeName"] == "b")
    )
    told = {name: rest.get(f"exec/explain/{job}?node={name}").json() for name in "abc"}
    assert told["a"]["sentence"] == "Node a has ended: 1 succeed."
    assert [(each["code"], each["nodeName"]) for each in told["b"]["reasons"]] == [("running", "b")]
    assert [(each["code"], each["waitingFor"]) for each in told["c"]["reasons"]] == [("parents", ["b"])]
    assert error(rest.get(f"exec/explain/{job}?node=zz")) == (404, "node zz Not Found")
    rest.post("exec/stop", {"jobId": job})
    assert rest.get(f"exec/explain/{job}?node=a").json()["sentence"] == "Node a has ended: 1 succeed."


@pytest.mark.covers("GET /api/v1/watch/build/{build_id}")
def test_a_build_is_followed(rest: Rest, fresh: Fresh) -> None:
    """Its lines and its end; after it has ended the same again, or what comes after a line."""
    build = rest.apply_code(fresh("followed"), "def start(args):\n    return 1\n")
    last = rest.follow(f"watch/build/{build}")
    assert (last["build"]["status"], last["build"]["progress"]) == ("completed", 100)
    assert last["lineCount"] == len(last["lines"]) > 0
    after = rest.follow(f"watch/build/{build}?afterLine={last['lineCount'] - 1}")
    assert after["lines"] == last["lines"][-1:]
    assert error(rest.get("watch/build/nobody")) == (404, "build nobody Not Found")
