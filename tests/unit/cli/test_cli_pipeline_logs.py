"""Stored pipelines, logs, version, completion."""

import json
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import JSONResponse

from distributedkube import __version__
from tests.unit.cli.conftest import Run
from tests.unit.cli.fake_rest import FakeRest, error, events

EXAMPLE = Path(__file__).parents[3] / "examples" / "numbers"
API = "/api/v1"


def test_store_and_what_to_do_about_a_taken_name(run: Run, rest: FakeRest) -> None:
    """A new pipeline is posted; a taken name is refused with the command that replaces it."""
    rest.on("POST", f"{API}/store/pipelines", {"name": "numbers"}, error(409, "pipeline numbers already exists"))
    file = EXAMPLE / "numbers.yml"
    assert run("pipeline", "store", "--f", file).stdout == "pipeline numbers is stored\n"
    taken = run("pipeline", "store", "--f", file)
    assert taken.exit_code == 5
    assert "already exists" in taken.stderr
    assert "pipeline store --replace" in taken.stderr


def test_replace_puts_or_creates(run: Run, rest: FakeRest) -> None:
    """--replace works whether or not there is one already."""
    rest.on("PUT", f"{API}/store/pipelines", error(404, "pipeline numbers Not Found"), {"name": "numbers"})
    rest.on("POST", f"{API}/store/pipelines", {"name": "numbers"})
    for _ in range(2):
        assert run("pipeline", "store", "--replace", "-f", EXAMPLE / "numbers.yml").exit_code == 0
    assert [seen.method for seen in rest.seen] == ["PUT", "POST", "PUT"]


def test_list_get_and_delete(run: Run, rest: FakeRest) -> None:
    """A table, the document, the server's sentence; names are escaped in paths."""
    rest.on(
        "GET", f"{API}/store/pipelines", [{"name": "numbers", "kind": "batch", "nodes": [1, 2, 3], "version": "v1"}]
    )
    rest.on("GET", f"{API}/store/pipelines/a:b", {"name": "a:b"})
    rest.on("DELETE", f"{API}/store/pipelines/a:b", {"message": "pipeline a:b successfully deleted from store"})
    assert "numbers  batch  3      v1" in run("pipeline", "list").stdout
    assert run("pipeline", "get", "a:b").stdout == "name: a:b\n"
    assert run("pipeline", "delete", "a:b").stdout == "pipeline a:b successfully deleted from store\n"


def line(text: str, **more: Any) -> dict[str, Any]:
    return {"timestamp": 0, "nodeName": "Range", "stream": "stdout", "message": text, **more}


def test_logs_reads_all_pages_of_a_running_job(run: Run, rest: FakeRest) -> None:
    """Pages are read until one has no lines; lines tell node, place in the batch, and whether they are errors."""
    rest.on(
        "GET",
        f"{API}/logs/j1",
        {"lines": [line("one")], "nextPageToken": "t1"},
        {"lines": [line("two", batchIndex=3, stream="stderr")], "nextPageToken": "t2"},
        {"lines": [], "nextPageToken": "t2"},
    )
    shown = run("logs", "j1", "Range").stdout.splitlines()
    assert [text[10:] for text in shown] == ["Range  one", "Range[3]  ! two"]
    assert [seen.query.get("pageToken") for seen in rest.seen] == [None, "t1", "t2"]
    assert rest.seen[0].query["nodeName"] == "Range"


def test_logs_follow_goes_on_after_a_break(run: Run, rest: FakeRest) -> None:
    """A stream that broke, or ended with the server, is opened again at the last token; -o json gives a line each."""
    rest.on(
        "GET",
        f"{API}/watch/logs/j1",
        events({"lines": [line("one")], "nextPageToken": "t1"}, broken=True),
        events({"lines": [line("two")], "nextPageToken": "t2"}),
        events({"lines": [line("three")], "nextPageToken": "t3"}),
    )
    rest.on("GET", f"{API}/exec/status/j1", {"status": "active"}, {"status": "completed"})
    shown = run("logs", "j1", "-f", "-o", "json", "--level", "info")
    assert [json.loads(text)["message"] for text in shown.stdout.splitlines()] == ["one", "two", "three"]
    watched = [seen.query for seen in rest.seen if "watch" in seen.path]
    assert [query.pop("level") for query in watched] == ["info"] * 3
    assert watched == [{}, {"pageToken": "t1"}, {"pageToken": "t2"}]


def test_logs_begin_with_the_last_lines(run: Run, rest: FakeRest) -> None:
    """--tail reads one page from behind; with -f the lines to come begin where it ends."""
    rest.on("GET", f"{API}/logs/j1", {"lines": [line("three")], "nextPageToken": "t3"})
    rest.on("GET", f"{API}/watch/logs/j1", events({"lines": [line("four")], "nextPageToken": "t4"}))
    rest.on("GET", f"{API}/exec/status/j1", {"status": "completed"})
    assert run("logs", "j1", "--tail", "1", "--level", "error", "--grep", "x").stdout.endswith("three\n")
    assert rest.only("GET", f"{API}/logs/j1").query == {"backward": "true", "pageSize": "1", "level": "error", "q": "x"}
    followed = run("logs", "j1", "--tail", "1", "-f").stdout.splitlines()
    assert [text[10:] for text in followed] == ["Range  three", "Range  four"]
    assert rest.only("GET", f"{API}/watch/logs/j1").query["pageToken"] == "t3"


def test_lists_read_all_pages(run: Run, rest: FakeRest) -> None:
    """The header of one page asks for the next."""
    first = lambda: JSONResponse([{"name": "a"}], headers={"X-Next-Page-Token": "p2"})  # noqa: E731
    rest.on("GET", f"{API}/store/pipelines", first, [{"name": "b"}])
    shown = run("pipeline", "list", "-o", "json")
    assert [item["name"] for item in json.loads(shown.stdout)] == ["a", "b"]
    assert [seen.query for seen in rest.seen] == [{}, {"pageToken": "p2"}]


def test_version_with_and_without_a_server(run: Run, rest: FakeRest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The own version is told even when no server answers; one that differs is pointed out."""
    rest.on("GET", "/api", ["v1"])
    rest.on("GET", f"{API}/status/version", {"systemVersion": __version__}, {"systemVersion": "0.0.9"})
    same = run("version")
    assert f"server:    {__version__}" in same.stdout
    assert "api:       v1" in same.stdout
    assert same.stderr == ""
    assert "distributedkube==0.0.9" in run("version").stderr
    monkeypatch.setenv("DISTRIBUTEDKUBE_ENDPOINT", "http://127.0.0.1:1")
    shown = run("version", "-o", "json")
    told = json.loads(shown.stdout)
    assert (shown.exit_code, told["client"], told["server"], told["api"]) == (0, __version__, None, None)


def test_completion_scripts_name_the_program(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The script is for this program; an unknown shell is wrong usage."""
    monkeypatch.delenv("_DISTRIBUTEDKUBECTL_COMPLETE", raising=False)
    shown = run("completion", "show", "bash")
    assert "_DISTRIBUTEDKUBECTL_COMPLETE=complete_bash" in shown.stdout
    assert run("completion", "show", "tcsh").exit_code == 2
