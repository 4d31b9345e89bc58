"""What is drawn on a terminal: the tree of a job, the bar of an upload, the log of a build; what gives way in narrow ones."""

import os
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from distributedkube.cli.live import JobView
from distributedkube.cli.output import aligned, size_text
from distributedkube.cli.progress import NodeView, choose, node_views
from tests.unit.cli.fake_rest import FakeRest, events
from tests.unit.cli.terminal import on_terminal

API = "/api/v1"


def node(name: str, state: str, total: int = 1, error: str = "", **states: int) -> dict[str, Any]:
    return {"nodeName": name, "algorithmName": "a", "status": state, "total": total, "states": states, "error": error}


def status(state: str, *nodes: dict[str, Any]) -> dict[str, Any]:
    return {"status": {"jobId": "j1", "pipeline": "numbers", "status": state, "nodes": list(nodes)}}


@pytest.mark.parametrize("colours", [True, False])
def test_live_view_of_a_job(rest: FakeRest, address: str, colours: bool) -> None:
    """The job is drawn as a tree with bars and ends with the value; NO_COLOR leaves the colours out."""
    running = status("active", node("Multiply", "active", 5, active=5))
    ended = status("completed", node("Multiply", "succeed", 5, succeed=5))
    rest.on("GET", f"{API}/watch/job/j1", events(running, ended))
    value = {"nodeName": "Reduce", "result": 20}
    rest.on("GET", f"{API}/exec/results/j1", {"jobId": "j1", "status": "completed", "data": [value]})
    environ = {"TERM": "xterm-256color", "COLUMNS": "120", **({} if colours else {"NO_COLOR": "1"})}
    shown = on_terminal(["exec", "watch", "j1", "--endpoint", address], environ)
    assert "Multiply" in shown
    assert "5/5" in shown
    assert "━" in shown
    assert ("\x1b[32m" in shown) is colours
    assert shown.rstrip().endswith("20")


def test_apply_shows_the_upload_and_the_log(rest: FakeRest, address: str, tmp_path: Path) -> None:
    """A large upload has a bar; the build's lines stay on the screen above its spinner."""
    archive = tmp_path / "big.zip"
    archive.write_bytes(os.urandom(2 * 1024 * 1024))
    rest.on("POST", f"{API}/store/algorithms/apply", {"buildId": "b1", "messages": [], "algorithm": {"name": "big"}})
    done = {
        "build": {"buildId": "b1", "status": "completed", "progress": 100},
        "lines": ["[installed]"],
        "lineCount": 1,
    }
    rest.on("GET", f"{API}/watch/build/b1", events(done))
    words = ["algorithm", "apply", "big", "--codePath", str(archive), "--endpoint", address]
    shown = on_terminal(words, {"TERM": "xterm-256color", "COLUMNS": "120"})
    assert "uploading" in shown
    assert "2.1/2.1 MB" in shown
    assert "[installed]" in shown
    assert "algorithm big is applied" in shown


def test_tables_on_a_terminal(rest: FakeRest, address: str) -> None:
    """States have their colour and the head is set off by a line."""
    rest.on("GET", f"{API}/exec/jobs", [{"jobId": "j1", "pipelineName": "numbers", "status": "failed"}])
    shown = on_terminal(["exec", "list", "--endpoint", address], {"TERM": "xterm-256color", "COLUMNS": "80"})
    assert "─" in shown
    assert "\x1b[31mfailed" in shown


def test_tables_on_a_narrow_terminal(rest: FakeRest, address: str) -> None:
    """What is empty takes no column; words stay whole, as names and values below each other if need be."""
    hit = {"jobId": "j1", "pipeline": {"name": "numbers"}, "status": {"status": "completed"}}
    rest.on("POST", f"{API}/exec/search", {"hits": [hit, {**hit, "jobId": "j2"}]})
    words = ["exec", "search", "--endpoint", address]
    plain = {"TERM": "xterm-256color", "NO_COLOR": "1"}
    columns = on_terminal(words, {**plain, "COLUMNS": "40"})
    assert "TAGS" not in columns
    assert "j2   numbers   completed" in columns
    fields = on_terminal(words, {**plain, "COLUMNS": "20"}).split()
    assert fields[:6] == ["JOB", "j1", "PIPELINE", "numbers", "STATUS", "completed"]
    assert fields[6:8] == ["JOB", "j2"]


def test_a_narrow_screen_has_no_room_for_bars() -> None:
    """Names, states and numbers stay whole."""
    out = StringIO()
    console = Console(file=out, width=40, height=9)
    view = JobView(console)
    view.status = status("active", node("Multiply", "active", 5, active=2, succeed=1))["status"]
    console.print(view)
    lines = [line.split() for line in out.getvalue().splitlines()]
    assert lines[0][:2] == ["numbers", "active"]
    assert lines[1][1:] == ["Multiply", "active", "1/5,", "2", "running"]


def test_a_narrow_screen_keeps_names_and_drops_quiet_nodes() -> None:
    """Long errors are cut, not the names beside them; of many nodes those with something to see are shown."""
    many = [node(f"N{i}", "pending") for i in range(50)]
    view = JobView(Console(file=StringIO(), width=90, height=9))
    view.status = status("active", *many, node("Busy", "active", 500, "x" * 500, active=4, failed=3))["status"]
    out = StringIO()
    Console(file=out, width=90, height=9).print(view)
    lines = out.getvalue().splitlines()
    assert len(lines) <= 9
    assert any("Busy" in line and "3/500, 4 running, 3 failed" in line for line in lines)
    assert "and 47 more nodes" in lines[-1]
    assert all(len(line) <= 90 for line in lines)


def test_which_nodes_are_chosen() -> None:
    """All when there is room; else busy and failed ones first, in the order of the pipeline."""
    views = node_views(
        status("active", node("A", "succeed", succeed=1), node("B", "active", active=1), node("C", "pending"))["status"]
    )
    assert choose(views, 3) == (views, 0)
    shown, hidden = choose(views, 2)
    assert ([view.name for view in shown], hidden) == (["A", "B"], 1)
    assert [view.name for view in choose(views, 1)[0]] == ["B"]


def test_a_node_without_counts_is_done_when_its_state_is_final() -> None:
    """Servers may leave counts out for single tasks."""
    [view] = node_views({"nodes": [{"nodeName": "A", "status": "succeed"}]})
    assert view == NodeView("A", "", "succeed", 1, 1, 0, 0, "")


def test_sizes_and_columns() -> None:
    """Sizes have binary units; columns line up without trailing blanks."""
    assert [size_text(size) for size in (5, 1024, 1536, 5 << 30)] == ["5 B", "1.0 KiB", "1.5 KiB", "5.0 GiB"]
    assert aligned([["A", "B"], ["long", "x"]]) == "A     B\nlong  x"
