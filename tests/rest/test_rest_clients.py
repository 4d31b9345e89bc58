"""The clients that exist: each test makes the calls of one of them in its order and its form, and reads what that one reads."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from queue import Queue
from typing import Any
from zipfile import ZipFile

import pytest

from tests.rest.server import Rest, error

Fresh = Callable[[str], str]

CODE = "def start(args):\n    return args['input'][0] * 2\n"
PREFIX = "/hkube/api-server/api/v1/"


def packed(code: str = CODE) -> bytes:
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        archive.writestr("main.py", code)
    return made.getvalue()


@contextmanager
def listener() -> Iterator[tuple[str, "Queue[Any]"]]:
    """A receiver of webhooks: its address, and the bodies that came in."""
    received: Queue[Any] = Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/webhook/progress", received
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.covers(
    "POST /api/v1/store/algorithms/apply",
    "GET /api/v1/builds/status/{build_id}",
    "POST /api/v1/store/pipelines",
    "POST /api/v1/exec/stored",
)
def test_the_command_line(rest: Rest, fresh: Fresh) -> None:
    """Paths end with a slash, a missing file is an empty text, lists are imported item by item."""
    algorithm, pipeline = fresh("cli"), fresh("cli-pipe")

    def call(verb: str, path: str, **more: Any) -> Any:
        answer = rest.client.request(verb, PREFIX + path, **more)
        rest.seen.append((verb, f"/api/v1/{path}".partition("?")[0]))
        assert answer.status_code < 300, answer.text
        said = answer.json()
        assert isinstance(said, list) or not said.get("error")
        return said

    payload = json.dumps({"name": algorithm, "env": "python", "cpu": 0.1, "mem": "64Mi"})
    applied = call(
        "POST",
        "store/algorithms/apply",
        data={"payload": payload, "options": json.dumps({"forceUpdate": True})},
        files={"file": ("code.zip", packed())},
    )
    assert set(applied) >= {"buildId", "messages", "messagesCode", "algorithm"}
    rest.follow(f"watch/build/{applied['buildId']}")
    build = call("GET", f"builds/status/{applied['buildId']}")
    assert build["status"] == "completed"
    again = call(
        "POST",
        "store/algorithms/apply",
        files={"payload": (None, json.dumps({"name": algorithm, "cpu": 0.2})), "file": (None, "")},
    )
    assert "buildId" not in again
    assert algorithm in [item["name"] for item in call("GET", "store/algorithms/")]
    assert call("GET", "storage/info")["type"]
    nodes = [{"nodeName": "a", "algorithmName": algorithm, "input": ["@flowInput.x"]}]
    imported = call("POST", "store/pipelines?overwrite=undefined", json=[{"name": pipeline, "nodes": nodes}])
    assert imported[0]["name"] == pipeline
    imported = call("POST", "store/pipelines?overwrite=undefined", json=[{"name": pipeline, "nodes": nodes}])
    assert imported[0]["error"] == {"code": 409, "message": f"pipeline {pipeline} already exists"}
    job = call("POST", "exec/stored/", json={"name": pipeline, "flowInput": {"x": 21}})["jobId"]
    rest.ended(job)
    assert call("GET", f"exec/status/{job}")["status"] == "completed"
    assert call("GET", f"exec/results/{job}")["data"][0]["result"] == 42
    assert call("GET", f"exec/pipelines/{job}")["flowInput"] == {"x": 21}
    versions = call("GET", f"versions/algorithms/{algorithm}")
    applied = call(
        "POST", "versions/algorithms/apply", json={"name": algorithm, "version": versions[-1]["version"], "force": True}
    )
    assert applied["version"] == versions[-1]["version"]
    raw = call("POST", "exec/raw/", json={"name": fresh("raw"), "nodes": [{"nodeName": "a", "algorithmName": "hold"}]})
    assert call("POST", "exec/stop/", json={"jobId": raw["jobId"], "reason": "enough"}) == {
        "stoppedJobIds": [raw["jobId"]]
    }
    call("DELETE", f"store/algorithms/{algorithm}?force=true")
    assert error(rest.get(f"store/pipelines/{pipeline}"))[0] == 404


@pytest.mark.covers("POST /api/v1/exec/stored", "GET /api/v1/exec/status/{job_id}", "GET /api/v1/exec/results/{job_id}")
def test_the_notebook(rest: Rest, fresh: Fresh) -> None:
    """Progress goes to a listener of the notebook; a finished status keeps its data, and every result has a result."""
    algorithm, pipeline = fresh("nb"), fresh("nb-pipe")
    payload = {"name": algorithm, "env": "python", "cpu": 0.1, "mem": "64Mi", "userInfo": {"platform": "linux"}}
    answer = rest.post(
        "store/algorithms/apply", data={"payload": json.dumps(payload)}, files={"file": ("code.zip", packed())}
    )
    rest.follow(f"watch/build/{answer.json()['buildId']}")
    assert rest.get(f"store/algorithms/{algorithm}").json()["userInfo"] == {"platform": "linux"}
    nodes = [{"nodeName": "a", "algorithmName": algorithm, "input": ["#[1,2,3]"], "extraData": {"k": 1}}]
    stored = rest.post("store/pipelines", {"name": pipeline, "nodes": nodes, "options": {"batchTolerance": 100}})
    assert stored.status_code == 201
    with listener() as (address, received):
        body = {
            "name": pipeline,
            "flowInput": {},
            "options": {"batchTolerance": 100, "progressVerbosityLevel": "debug"},
            "webhooks": {"progress": address},
        }
        job = rest.post("exec/stored", body).json()["jobId"]
        rest.ended(job)
        told = received.get(timeout=60)
        while told["status"] != "completed":
            assert told["jobId"] == job
            told = received.get(timeout=60)
        assert told["data"]["progress"] == 100
        assert told["data"]["details"]
    status = rest.get(f"exec/status/{job}").json()
    assert (status["status"], status["data"]["progress"]) == ("completed", 100)
    assert status["data"]["details"]
    result = rest.get(f"exec/results/{job}").json()
    assert {"pipeline", "status", "timeTook"} <= set(result)
    assert [item["result"] for item in result["data"]] == ["11", "22", "33"]
    listed = rest.get("exec/pipelines/list").json()
    assert job not in [item["jobId"] for item in listed]
    assert rest.get("exec/status/nobody").json()["error"]["message"] == "status nobody Not Found"


@pytest.mark.covers(
    "PUT /api/v1/store/pipelines",
    "PUT /api/v1/versions/pipelines/alias",
    "POST /api/v1/versions/pipelines/apply",
    "DELETE /api/v1/versions/pipelines/{name}/{version}",
    "POST /api/v1/store/pipelines/graph",
    "GET /api/v1/queue/count",
)
def test_the_dashboard(rest: Rest, fresh: Fresh) -> None:
    """What its pages send: whole documents back, aliases with a slash at the end, previews of graphs, three forms of stops."""
    pipeline = fresh("db")
    nodes = [
        {"nodeName": "a", "algorithmName": "echo", "input": [1]},
        {"nodeName": "b", "algorithmName": "hold", "input": ["@a"]},
    ]
    first = rest.post("store/pipelines", {"name": pipeline, "nodes": nodes}).json()
    second = rest.put("store/pipelines", {**first, "description": "changed"}).json()
    assert second["version"] != first["version"]
    assert (
        rest.put("versions/pipelines/alias/", {"version": first["version"], "alias": "good"}).json()["versionAlias"]
        == "good"
    )
    applied = rest.post("versions/pipelines/apply", {"name": pipeline, "version": first["version"]})
    assert applied.status_code == 201
    assert rest.delete(f"versions/pipelines/{pipeline}/{second['version']}").json() == {"deleted": 1}
    graph = rest.post("store/pipelines/graph", {"pipeline": {"name": pipeline, "nodes": nodes}}).json()
    assert [(edge["from"], edge["to"]) for edge in graph["edges"]] == [("a", "b")]
    assert rest.post("cron/start", {"name": pipeline, "pattern": "0 0 1 1 *"}).json() == {"message": "OK"}
    assert rest.post("cron/stop", {"name": pipeline}).json() == {"message": "OK"}
    assert set(rest.get("queue/count").json()) == {"managed", "preferred"}
    jobs = [rest.post("exec/stored", {"name": pipeline, "flowInput": {"n": 1}}).json()["jobId"] for _ in range(2)]
    flow = rest.get(f"exec/flowInput/{jobs[0]}?download=true")
    assert flow.headers["content-disposition"] == 'attachment;filename="flowInput.json"'
    assert flow.json() == {"n": 1}
    assert rest.post("exec/stop", {"jobId": jobs[0]}).json() == {"stoppedJobIds": [jobs[0]]}
    missed = rest.post("exec/stop", {"pipelineName": pipeline, "statusToStop": "stalled"})
    assert error(missed) == (404, f"No jobs found matching criteria (pipelineName: {pipeline}, statuses: stalled)")
    left = rest.post("exec/stop", {"pipelineName": pipeline, "statusToStop": ["active", "pending"]}).json()
    assert left == {"stoppedJobIds": [jobs[1]]}
    assert rest.post("exec/rerun", {"jobId": jobs[0]}).status_code == 200
    rest.post("exec/stop", {"pipelineName": pipeline})


@pytest.mark.covers("POST /api/v1/exec/search")
def test_the_tool_server(rest: Rest, fresh: Fresh) -> None:
    """Tags are one text, fields are dotted, dates always there."""
    name, tag = fresh("mcp"), fresh("tag")
    job = rest.run({"name": name, "tags": [tag], "nodes": [{"nodeName": "a", "algorithmName": "echo", "input": [1]}]})
    rest.ended(job)
    now = datetime.now(UTC)
    body = {
        "query": {
            "tags": f"{tag},none",
            "datesRange": {"from": (now - timedelta(days=1)).isoformat(), "to": (now + timedelta(days=1)).isoformat()},
        },
        "fields": {"jobId": True, "pipeline.name": True, "status.status": True, "graph": True},
        "limit": 10,
        "sort": "desc",
    }
    answer = rest.post("exec/search", body)
    assert answer.status_code == 200, answer.text
    (hit,) = answer.json()["hits"]
    assert (hit["jobId"], hit["pipeline"], hit["status"]) == (job, {"name": name}, {"status": "completed"})
    assert [node["nodeName"] for node in hit["graph"]["nodes"]] == ["a"]
    assert answer.json()["timeTook"].endswith("ms")
