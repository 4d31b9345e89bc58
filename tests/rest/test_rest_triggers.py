"""What starts pipelines by itself: clock times and other pipelines, what became of it, and what is reported to webhooks."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from queue import Queue
from threading import Thread
from typing import Any

import pytest

from tests.rest.conftest import ECHO, check_covers
from tests.rest.events import watching_one
from tests.rest.server import Rest, error, parse, server

Fresh = Callable[[str], str]
NODES = [{"nodeName": "n", "algorithmName": "echo", "input": ["@flowInput"]}]
EVERY_SECOND = "* * * * * *"
SELDOM = "0 0 29 2 *"


def store(rest: Rest, name: str, **triggers: Any) -> str:
    more = {"triggers": triggers} if triggers else {}
    answer = rest.post("store/pipelines", {"name": name, "nodes": NODES, "flowInput": {"x": 1}, **more})
    assert answer.status_code in (200, 201), answer.text
    return name


def next_job(events: Any) -> None:
    """Waits until a job has come that the topic ``jobs`` looks for."""
    next(event for event in events if event.content.get("newMatches"))


def triggers_of(rest: Rest, pipeline: str) -> list[Any]:
    return [each for each in rest.get("triggers").json() if each["pipeline"] == pipeline]


# Clock times


@pytest.mark.covers("POST /api/v1/cron/start", "POST /api/v1/cron/stop", "GET /api/v1/cron/list")
def test_on_and_off(rest: Rest, fresh: Fresh) -> None:
    """Without a pattern the stored one holds, and without that once an hour; a pattern to stop with is ignored."""
    name = store(rest, fresh("cron"))

    def cron() -> Any:
        (found,) = [each["cron"] for each in rest.get("cron/list").json() if each["name"] == name]
        assert rest.get(f"store/pipelines/{name}").json()["triggers"]["cron"] == found
        return found

    before = rest.get(f"store/pipelines/{name}").json()
    assert rest.post("cron/stop", {"name": name, "pattern": "1 1 1 1 1"}).json() == {"message": "OK"}
    assert cron() == {"enabled": False, "pattern": "0 * * * *"}
    assert rest.post("cron/start", {"name": name}).json() == {"message": "OK"}
    assert cron() == {"enabled": True, "pattern": "0 * * * *"}
    assert rest.post("cron/start", {"name": name, "pattern": SELDOM}).json() == {"message": "OK"}
    assert rest.post("cron/stop", {"name": name}).json() == {"message": "OK"}
    assert cron() == {"enabled": False, "pattern": SELDOM}
    after = rest.get(f"store/pipelines/{name}").json()
    assert after["modified"] >= before["modified"]
    assert (after["version"], after["auditTrail"]) == (before["version"], before["auditTrail"])


@pytest.mark.covers("GET /api/v1/cron/list", "GET /api/v1/cron/list/{name}")
def test_list_of_clock_times(rest: Rest, fresh: Fresh) -> None:
    """The limit holds; a name in the path is ignored."""
    names = {store(rest, fresh("cron"), cron={"enabled": False, "pattern": SELDOM}) for _ in range(2)}
    listed = rest.get("cron/list").json()
    assert names <= {each["name"] for each in listed}
    assert rest.get("cron/list/whatever").json() == listed
    assert len(rest.get("cron/list?limit=1").json()) == 1
    assert error(rest.get("cron/list?limit=x")) == (400, "data.limit should be integer")


@pytest.mark.covers("POST /api/v1/cron/start", "POST /api/v1/cron/stop")
@pytest.mark.parametrize(
    ("verb", "body", "status", "text"),
    [
        ("start", {}, 400, "data should have required property 'name'"),
        ("stop", {}, 400, "data should have required property 'name'"),
        ("start", {"name": ""}, 400, "data.name should NOT be shorter than 1 characters"),
        ("start", {"name": "a b"}, 400, "pipeline name must contain only alphanumeric, dash, dot or underscore"),
        ("stop", {"name": "a b"}, 400, "pipeline name must contain only alphanumeric, dash, dot or underscore"),
        ("start", {"name": "nobody"}, 404, "pipeline nobody Not Found"),
        ("stop", {"name": "nobody"}, 404, "pipeline nobody Not Found"),
        ("start", {"name": "x", "pattern": ""}, 400, "data.pattern should NOT be shorter than 1 characters"),
        ("start", {"name": "x", "pattern": "soon"}, 400, 'data.pattern should match format "cron"'),
        ("start", {"name": "x", "pattern": "61 * * * *"}, 400, 'data.pattern should match format "cron"'),
    ],
)
def test_refused_clock_times(rest: Rest, verb: str, body: Any, status: int, text: str) -> None:
    rest.post("cron/start" if verb == "stop" else "cron/stop", {"name": "nobody"})
    assert error(rest.post(f"cron/{verb}", body)) == (status, text)


@pytest.mark.covers("GET /api/v1/triggers")
def test_what_the_clock_started(rest: Rest, fresh: Fresh) -> None:
    """The list says when a pipeline starts next, and which job the clock started last."""
    name = store(rest, fresh("cron"), cron={"enabled": False, "pattern": EVERY_SECOND})
    assert triggers_of(rest, name) == [
        {"kind": "cron", "pipeline": name, "enabled": False, "cron": {"enabled": False, "pattern": EVERY_SECOND}}
    ]
    with watching_one(rest, "jobs", {"filter[query][pipelineName]": name}) as events:
        next(events)
        rest.post("cron/start", {"name": name})
        next_job(events)
    rest.post("cron/stop", {"name": name})
    (first,) = triggers_of(rest, name)
    job = first["lastRun"]["jobId"]
    assert rest.ended(job)["status"] == "completed"
    (last,) = triggers_of(rest, name)
    assert last["lastRun"]["startTime"] >= first["lastRun"]["startTime"]
    assert "nextTime" not in last
    rest.post("cron/start", {"name": name, "pattern": "0 0 1 1 *"})
    (on,) = triggers_of(rest, name)
    assert on["enabled"]
    assert on["nextTime"] > last["lastRun"]["startTime"]


@pytest.mark.covers("GET /api/v1/triggers")
def test_pages_of_triggers(rest: Rest, fresh: Fresh) -> None:
    names = {store(rest, fresh("cron"), cron={"enabled": False, "pattern": SELDOM}) for _ in range(3)}
    seen: list[str] = []
    token = ""
    while True:
        page = rest.get("triggers", params={"pageSize": 2, "pageToken": token})
        assert len({each["pipeline"] for each in page.json()}) <= 2
        seen += [each["pipeline"] for each in page.json()]
        token = page.headers.get("x-next-page-token", "")
        if not token:
            break
    assert names <= set(seen)
    assert seen == sorted(seen)
    assert error(rest.get("triggers?pageSize=1001")) == (400, "data.pageSize should be <= 1000")


@pytest.mark.covers("GET /api/v1/triggers/preview")
def test_preview(rest: Rest) -> None:
    """The next five times, in the zone that was asked for."""
    times = rest.get("triggers/preview", params={"pattern": "30 12 * * *", "timeZone": "Asia/Tokyo"}).json()["times"]
    assert len(times) == 5
    assert {later - earlier for earlier, later in pairwise(times)} == {24 * 3600 * 1000}
    assert times[0] // 60_000 % (24 * 60) == 3 * 60 + 30
    assert len(rest.get("triggers/preview", params={"pattern": "15 0 0 29 2 *"}).json()["times"]) == 5


@pytest.mark.covers("GET /api/v1/triggers/preview")
@pytest.mark.parametrize(
    ("query", "text"),
    [
        ({}, "data should have required property 'pattern'"),
        ({"pattern": "soon"}, 'data.pattern should match format "cron"'),
        (
            {"pattern": "* * * * *", "timeZone": "Mars/North"},
            "data.timeZone Mars/North is no time zone; give an IANA name such as Europe/Berlin",
        ),
    ],
)
def test_refused_previews(rest: Rest, query: Mapping[str, str], text: str) -> None:
    assert error(rest.get("triggers/preview", params=query)) == (400, text)


# Pipelines after pipelines


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rest]:
    """A server whose pipelines are those of this module alone."""
    with server(tmp_path_factory.mktemp("triggers")) as rest:
        rest.apply_code("echo", ECHO)
        yield rest


TREE = "pipelines/triggers/tree"


@pytest.mark.covers("GET /api/v1/pipelines/triggers/tree")
def test_trees_of_pipelines(alone: Rest, request: pytest.FixtureRequest) -> None:
    """All roots or one place; circles are refused, and so is the question while there is nothing to show."""
    alone.delete("store/pipelines/trigger-2")  # A pipeline that a new installation may have.
    assert error(alone.get(TREE)) == (400, "unable to find any pipeline with triggers")
    store(alone, "a")
    store(alone, "b", pipelines=["a"])
    store(alone, "c", pipelines=["b", "z"])
    c = {"name": "c", "children": []}
    b = {"name": "b", "children": [c]}
    assert alone.get(TREE).json() == [{"name": "a", "children": [b]}, {"name": "z", "children": [c]}]
    assert alone.get(f"{TREE}?name=b").json() == [b]
    assert error(alone.get(f"{TREE}?name=nobody")) == (404, "triggers tree nobody Not Found")
    store(alone, "d", pipelines=["e"])
    store(alone, "e", pipelines=["d"])
    assert error(alone.get(TREE)) == (400, "the pipelines triggers is cyclic")
    for name in ("a", "b", "c", "d", "e"):
        alone.delete(f"store/pipelines/{name}")
    check_covers(alone, request)


@pytest.mark.covers("GET /api/v1/exec/tree/{job_id}", "GET /api/v1/triggers")
def test_tree_of_jobs(rest: Rest, fresh: Fresh) -> None:
    """Only the first job has a tree; the follower's trigger names its last job."""
    first = store(rest, fresh("first"))
    second = store(rest, fresh("second"), pipelines=[first])
    assert triggers_of(rest, second) == [
        {"kind": "pipeline", "pipeline": second, "enabled": True, "startsAfter": [first]}
    ]
    with watching_one(rest, "jobs", {"filter[query][pipelineName]": second}) as events:
        next(events)
        root = rest.post("exec/stored", {"name": first}).json()["jobId"]
        next_job(events)
    (trigger,) = triggers_of(rest, second)
    child = trigger["lastRun"]["jobId"]
    assert rest.ended(child)["status"] == "completed"
    assert rest.get(f"exec/tree/{root}").json() == {
        "name": first,
        "jobId": root,
        "children": [{"name": second, "jobId": child, "children": []}],
    }
    assert error(rest.get(f"exec/tree/{child}")) == (404, f"tree {child} Not Found")


@pytest.mark.covers("GET /api/v1/exec/tree/{job_id}")
def test_no_tree(rest: Rest, fresh: Fresh) -> None:
    alone = rest.run({"name": fresh("alone"), "nodes": NODES, "flowInput": {"x": 1}})
    assert error(rest.get(f"exec/tree/{alone}")) == (404, f"tree {alone} Not Found")
    assert error(rest.get("exec/tree/nobody")) == (404, "tree nobody Not Found")
    assert error(rest.get("exec/tree")) == (400, "data should have required property 'jobId'")


# Webhooks


@contextmanager
def receiver(status: int = 200) -> Iterator[tuple[str, "Queue[Any]"]]:
    """A server that answers reports with a status; its address, and the reports as they come."""
    reports: Queue[Any] = Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            reports.put(parse(self.rfile.read(int(self.headers["content-length"])).decode()))
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing to be said."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = Thread(target=http.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{http.server_port}/hook", reports
        finally:
            http.shutdown()
            thread.join()


@pytest.mark.covers(
    "GET /api/v1/webhooks/results/{job_id}",
    "GET /api/v1/webhooks/status/{job_id}",
    "GET /api/v1/webhooks/list/{job_id}",
)
def test_records_of_reports(rest: Rest, fresh: Fresh) -> None:
    """What was sent is recorded for each kind. A record may still say that the answer is awaited."""
    with receiver() as (url, reports):
        job = rest.run(
            {"name": fresh("hook"), "nodes": NODES, "flowInput": {"x": 1}, "webhooks": {"progress": url, "result": url}}
        )
        got: list[Any] = []
        while not any("timeTook" in report for report in got) or not any(
            report["status"] == "completed" and "data" in report and "progress" in report["data"] for report in got
        ):
            got.append(reports.get(timeout=60))
    assert {report["jobId"] for report in got} == {job}
    result, status = rest.get(f"webhooks/results/{job}").json(), rest.get(f"webhooks/status/{job}").json()
    for record in (result, status):
        assert (record["jobId"], record["url"], record["pipelineStatus"]) == (job, url, "completed")
        assert record["status"] in ("pending", "completed")
        if record["status"] == "completed":
            assert record["responseStatus"] == "succeed"
            assert record["httpResponse"]["statusCode"] == "200"
    listed = rest.get(f"webhooks/list/{job}").json()
    assert (listed["jobId"], listed["result"]["url"], listed["progress"]["url"]) == (job, url, url)


@pytest.mark.covers(
    "GET /api/v1/webhooks/results/{job_id}",
    "GET /api/v1/webhooks/status/{job_id}",
    "GET /api/v1/webhooks/list/{job_id}",
)
def test_no_records(rest: Rest, fresh: Fresh) -> None:
    """Of a job that reports nothing, of none, and without saying which."""
    quiet = rest.run({"name": fresh("quiet"), "nodes": NODES, "flowInput": {"x": 1}})
    for kind in ("results", "status", "list"):
        for job in (quiet, "nobody"):
            assert error(rest.get(f"webhooks/{kind}/{job}")) == (404, f"webhook {job} Not Found")
        assert error(rest.get(f"webhooks/{kind}")) == (400, "data should have required property 'jobId'")
