"""Finding jobs, their queue, and what they stored."""

import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import Response

from distributedkube.cli.failures import UsageError
from distributedkube.cli.search import moment
from tests.unit.cli.conftest import Run
from tests.unit.cli.fake_rest import FakeRest, error

API = "/api/v1"
SEARCH = f"{API}/exec/search"
NOW = datetime(2024, 5, 1, 12, tzinfo=timezone.utc)  # noqa: UP017


def hit(job_id: str) -> dict[str, Any]:
    return {
        "jobId": job_id, "pipeline": {"name": "numbers", "types": ["raw", "rerun"]},
        "status": {"status": "failed"}, "result": {"timeTook": 1.5},
    }  # fmt: skip


# search


def test_a_search_sends_what_was_said_and_no_more(run: Run, rest: FakeRest) -> None:
    """Filters go into the query; a table asks for the fields that it shows."""
    rest.on("POST", SEARCH, {"hits": [hit("j1")], "timeTook": "1ms"})
    shown = run(
        "exec", "search", "numbers", "--status", "failed", "--tag", "a", "--tag", "b", "--type", "raw",
        "--algorithm", "range", "--experiment", "main", "--from", "2024-05-01T00:00:00+00:00", "--sort", "asc",
    )  # fmt: skip
    assert shown.stdout.splitlines() == [
        "JOB  PIPELINE  STATUS  STARTED  SECONDS  TYPES       EXPERIMENT  TAGS",
        "j1   numbers   failed           1.5      raw, rerun",
    ]
    body = rest.only("POST", SEARCH).body
    start = datetime.fromisoformat(body["query"].pop("datesRange")["from"])
    assert start == datetime(2024, 5, 1, tzinfo=timezone.utc)  # noqa: UP017
    assert body["query"] == {
        "pipelineName": "numbers", "pipelineStatus": "failed", "pipelineType": "raw", "algorithmName": "range",
        "experimentName": "main", "tags": ["a", "b"],
    }  # fmt: skip
    assert (body["sort"], body["limit"], body["fields"]["status.status"]) == ("asc", 20, True)


def test_a_search_of_many_goes_page_after_page(run: Run, rest: FakeRest) -> None:
    """The cursor of a page asks for the next; the last page asks for what is left."""
    pages = [{"hits": [hit(f"j{i}") for i in range(100)], "cursor": "c1"}, {"hits": [hit("k")] * 30, "cursor": "c2"}]
    rest.on("POST", SEARCH, *pages)
    found = json.loads(run("exec", "search", "--limit", "130", "-o", "json").stdout)
    assert len(found) == 130
    assert [(seen.body.get("cursor"), seen.body["limit"]) for seen in rest.seen] == [(None, 100), ("c1", 30)]
    assert "fields" not in rest.seen[0].body, "data is all that is known"


def test_chosen_fields(run: Run, rest: FakeRest) -> None:
    """--fields names the parts that data is made of; nothing found is an empty list."""
    rest.on("POST", SEARCH, {"hits": [], "timeTook": "1ms"})
    assert run("exec", "search", "--fields", "jobId, status.status", "-o", "json").stdout == "[]\n"
    assert rest.only("POST", SEARCH).body["fields"] == {"jobId": True, "status.status": True}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30m", "2024-05-01T11:30:00+00:00"),
        ("2h", "2024-05-01T10:00:00+00:00"),
        ("7d", "2024-04-24T12:00:00+00:00"),
        ("2024-04-30T23:00:00-02:00", "2024-05-01T01:00:00+00:00"),
    ],
)
def test_moments(text: str, expected: str) -> None:
    """How long ago, or a date with its zone."""
    assert datetime.fromisoformat(moment(text, NOW)) == datetime.fromisoformat(expected)


@pytest.mark.parametrize("text", ["yesterday", "2024-13-01", "5y", ""])
def test_what_is_no_moment(text: str) -> None:
    """It is refused with examples."""
    with pytest.raises(UsageError, match="is no time"):
        moment(text, NOW)


# stopping many


@pytest.mark.parametrize(
    ("words", "body"),
    [
        (("--pipeline", "numbers", "--yes"), {"pipelineName": "numbers"}),
        (("old", "--pipeline", "numbers", "--yes"), {"pipelineName": "numbers", "reason": "old"}),
        (("--all", "--status", "pending", "--yes"), {"statusToStop": "pending"}),
    ],
)
def test_many_jobs_are_stopped(run: Run, rest: FakeRest, words: tuple[str, ...], body: dict[str, str]) -> None:
    """All of a pipeline, or all; the one argument is then the reason."""
    rest.on("POST", f"{API}/exec/stop", {"stoppedJobIds": ["j1", "j2"]})
    assert run("exec", "stop", *words).stdout == "stopped j1, j2\n"
    assert rest.only("POST", f"{API}/exec/stop").body == body


@pytest.mark.parametrize("words", [(), ("--all",), ("j1", "why", "--all", "--yes"), ("--pipeline", "p")])
def test_many_jobs_are_not_stopped_by_mistake(run: Run, rest: FakeRest, words: tuple[str, ...]) -> None:
    """It has to be said which, and that it is meant."""
    assert run("exec", "stop", *words).exit_code == 2
    assert rest.seen == []


def test_the_pipeline_of_a_job(run: Run, rest: FakeRest) -> None:
    """`exec get` prints it as it runs."""
    rest.on("GET", f"{API}/exec/pipelines/j1", {"jobId": "j1", "flowInput": {"data": 5}})
    assert run("exec", "get", "j1").stdout == "jobId: j1\nflowInput:\n  data: 5\n"


# queue


def test_the_queue_is_listed_in_the_order_of_its_starts(run: Run, rest: FakeRest) -> None:
    """Preferred jobs, then managed ones."""
    waiting = {"jobId": "j2", "pipelineName": "numbers", "priority": 3, "tags": ["t"], "maxExceeded": True}
    rest.on("GET", f"{API}/queue/preferred", {"returnList": [{**waiting, "jobId": "j1", "maxExceeded": False}]})
    rest.on("GET", f"{API}/queue/managed", {"returnList": [waiting], "nextCount": 0})
    shown = run("queue", "list", "--pipeline", "numbers").stdout
    assert [line.split()[:4] for line in shown.splitlines()[1:]] == [
        ["j1", "numbers", "preferred", "3"],
        ["j2", "numbers", "managed", "3"],
    ]
    assert shown.splitlines()[2].endswith("waits for its pipeline's limit")
    assert [seen.query["pipelineName"] for seen in rest.seen] == ["numbers", "numbers"]


def test_pages_of_the_queue_overlap(run: Run, rest: FakeRest) -> None:
    """A page starts with the job that it was asked for, or before it; each job is listed once, up to the limit."""
    jobs = [{"jobId": f"j{i}"} for i in range(250)]
    pages = [
        {"returnList": jobs[:100], "nextCount": 150},
        {"returnList": jobs[99:199], "nextCount": 51},
        {"returnList": jobs[150:250], "nextCount": 0},
    ]
    rest.on("GET", f"{API}/queue/managed", *pages)
    listed = json.loads(run("queue", "list", "--managed", "--limit", "1000", "-o", "json").stdout)
    assert [job["jobId"] for job in listed] == [job["jobId"] for job in jobs]
    assert [seen.query.get("firstJobId") for seen in rest.seen] == [None, "j99", "j198"]
    rest.on("GET", f"{API}/queue/managed", *pages)
    assert len(json.loads(run("queue", "list", "--managed", "--limit", "120", "-o", "json").stdout)) == 120


def test_jobs_are_put_first_and_given_back(run: Run, rest: FakeRest) -> None:
    """What was not waiting is said beside the data."""
    rest.on("POST", f"{API}/queue/preferred", [{"jobId": "j1"}])
    rest.on("POST", f"{API}/queue/preferred/deletes", [{"jobId": "j1"}])
    rest.on("GET", f"{API}/queue/count", {"managed": 2, "preferred": 1})
    shown = run("queue", "prefer", "j1", "j2", "--position", "before", "--tag", "x")
    assert (shown.stdout, shown.stderr) == ("preferred: j1\n", "not waiting there: j2\n")
    body = rest.only("POST", f"{API}/queue/preferred").body
    assert body == {"jobs": ["j1", "j2"], "position": "before", "query": {"tag": "x"}}
    assert run("queue", "release", "j1").stdout == "managed: j1\n"
    assert run("queue", "count").stdout == "managed:    2\npreferred:  1\n"


@pytest.mark.parametrize(
    "words", [("--position", "after"), ("--tag", "x"), ("--position", "after", "--tag", "x", "--job", "y")]
)
def test_places_in_the_queue_that_make_no_sense(run: Run, rest: FakeRest, words: tuple[str, ...]) -> None:
    """Before and after go with one place, first and last with none."""
    assert run("queue", "prefer", "j1", *words).exit_code == 2
    assert rest.seen == []


# storage


def test_what_is_stored_is_listed(run: Run, rest: FakeRest) -> None:
    """The top, then what is below a path and the values at it."""
    rest.on("GET", f"{API}/storage/prefix/types", ["local-hkube", "local-hkube-results"])
    rest.on("GET", f"{API}/storage/prefixes/local-hkube", {"keys": ["j1"], "total": 1})
    key = {"path": "/local-hkube/j1/x", "size": 2048, "mtime": "2024-05-01T00:00:00Z"}
    rest.on("GET", f"{API}/storage/keys/local-hkube", {"keys": [key], "total": 300})
    assert run("storage", "ls").stdout == "PATH\nlocal-hkube\nlocal-hkube-results\n"
    shown = run("storage", "list", "/local-hkube/")
    assert shown.stdout.splitlines()[1:] == [
        "j1/",
        "/local-hkube/j1/x  2.0 KiB  2024-05-01T00:00:00Z",
    ]
    assert "1 of 300 values" in shown.stderr


def test_nothing_is_stored_there(run: Run, rest: FakeRest) -> None:
    """Exit code 4 and where to begin."""
    for what in ("prefixes", "keys"):
        rest.on("GET", f"{API}/storage/{what}/none", error(404, f"{what} none Not Found"))
    shown = run("storage", "ls", "none")
    assert shown.exit_code == 4
    assert "storage ls" in shown.stderr


def test_values_are_printed_and_saved(run: Run, rest: FakeRest, tmp_path: Path) -> None:
    """Decoded, or with --raw as stored; a file is there whole or not at all."""
    rest.on("GET", f"{API}/storage/stream/custom/b/k", lambda: Response(b"[1,2]"))
    rest.on("GET", f"{API}/storage/stream/b/k", lambda: Response(b"\x93\x01"))
    rest.on("GET", f"{API}/storage/values/b/k", [1, 2])
    rest.on("GET", f"{API}/storage/download/custom/b/k", lambda: Response(bytes(range(256)) * 20_000))
    assert run("storage", "cat", "b/k").stdout_bytes == b"[1,2]"
    assert run("storage", "cat", "/b/k", "--raw").stdout_bytes == b"\x93\x01"
    assert json.loads(run("storage", "cat", "b/k", "-o", "json").stdout) == [1, 2]
    file = tmp_path / "value"
    assert run("storage", "get", "b/k", file).stdout == f"saved {file}, 4.9 MiB\n"
    assert file.read_bytes() == bytes(range(256)) * 20_000
    assert list(tmp_path.iterdir()) == [file]
    assert run("storage", "get", "b/k", tmp_path / "no" / "file").exit_code == 2


def test_a_result_is_saved(run: Run, rest: FakeRest, tmp_path: Path) -> None:
    """`exec result --save` takes the archive; that of a running job is not there yet."""
    route = f"{API}/storage/download/pipeline/result/j1"
    rest.on("GET", route, lambda: Response(b"PK"), error(400, "unable to get results because its in active status"))
    file = tmp_path / "result.zip"
    assert run("exec", "result", "j1", "--save", file).exit_code == 0
    assert file.read_bytes() == b"PK"
    refused = run("exec", "result", "j1", "--save", file)
    assert refused.exit_code == 1
    assert "exec result --wait j1" in refused.stderr
    assert file.read_bytes() == b"PK", "what was there stays"
