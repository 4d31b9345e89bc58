"""Holding, repeating and explaining jobs; their history; clock times, triggers and webhooks."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
import typer
import yaml

from distributedkube.cli import main
from distributedkube.cli.main import app
from tests.unit.cli.conftest import Run
from tests.unit.cli.fake_rest import FakeRest, error, events
from tests.unit.cli.terminal import on_terminal

API = "/api/v1"
OK = {"message": "OK"}
TERMINAL = {"TERM": "xterm-256color", "COLUMNS": "200"}


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Times are shown as local ones, so the tests have a zone of their own."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


# pause and resume


@pytest.mark.parametrize(("verb", "text"), [("pause", "paused j1\n"), ("resume", "resumed j1\n")])
def test_pause_and_resume(run: Run, rest: FakeRest, verb: str, text: str) -> None:
    """The job is named in the body; people read what was done, programs what the server said."""
    rest.on("POST", f"{API}/exec/{verb}", OK)
    shown = run("exec", verb, "j1")
    assert (shown.exit_code, shown.stdout) == (0, text)
    assert rest.only("POST", f"{API}/exec/{verb}").body == {"jobId": "j1"}
    assert json.loads(run("exec", verb, "j1", "-o", "json").stdout) == OK
    assert yaml.safe_load(run("exec", verb, "j1", "-o", "yaml").stdout) == OK


@pytest.mark.parametrize(("verb", "step"), [("pause", "exec rerun j1"), ("resume", "exec explain j1")])
def test_the_wrong_moment_is_a_refusal(run: Run, rest: FakeRest, verb: str, step: str) -> None:
    """An ended or running job: the sentence of the server, what to do instead, exit code 5; nothing on standard output."""
    rest.on("POST", f"{API}/exec/{verb}", error(400, "unable to do that because the job is completed"))
    shown = run("exec", verb, "j1", "-o", "json")
    assert (shown.exit_code, shown.stdout) == (5, "")
    assert "error: unable to do that because the job is completed\n" in shown.stderr
    assert f"distributedkubectl {step}" in shown.stderr


@pytest.mark.parametrize(
    ("method", "path", "words"),
    [
        ("POST", "exec/pause", ("exec", "pause", "j1")),
        ("POST", "exec/resume", ("exec", "resume", "j1")),
        ("POST", "exec/rerun", ("exec", "rerun", "j1")),
        ("GET", "exec/history/j1", ("exec", "history", "j1")),
        ("GET", "exec/history/j1", ("exec", "history", "j1", "-o", "json")),
        ("GET", "exec/explain/j1", ("exec", "explain", "j1")),
    ],
)
def test_no_such_job(run: Run, rest: FakeRest, method: str, path: str, words: tuple[str, ...]) -> None:
    """Exit code 4 and where to find the jobs there are; nothing on standard output."""
    rest.on(method, f"{API}/{path}", error(404, "jobId j1 Not Found"))
    shown = run(*words)
    assert (shown.exit_code, shown.stdout) == (4, "")
    assert shown.stderr.startswith("error: jobId j1 Not Found\n")
    assert "distributedkubectl exec list" in shown.stderr


# rerun and caching


@pytest.mark.parametrize(
    ("words", "path", "body"),
    [
        (("rerun", "j1"), "rerun", {"jobId": "j1"}),
        (("caching", "j1", "Reduce"), "caching", {"jobId": "j1", "nodeName": "Reduce"}),
        (("caching", "j1", "Reduce", "--debug"), "caching", {"jobId": "j1", "nodeName": "Reduce", "debug": True}),
    ],
)
def test_repeated_jobs(run: Run, rest: FakeRest, words: tuple[str, ...], path: str, body: dict[str, Any]) -> None:
    """The new job is named as after `exec raw`; with --wait and --watch it is the new one that is followed."""
    rest.on("POST", f"{API}/exec/{path}", {"jobId": "j2"})
    rest.on("GET", f"{API}/watch/job/j2", events({"status": {"jobId": "j2", "status": "completed", "nodes": []}}))
    value = {"nodeName": "Reduce", "result": 20}
    rest.on("GET", f"{API}/exec/results/j2", {"jobId": "j2", "status": "completed", "data": [value]})
    assert run("exec", *words).stdout == "result:\n  jobId: j2\n"
    assert rest.only("POST", f"{API}/exec/{path}").body == body
    assert json.loads(run("exec", *words, "-o", "json").stdout) == {"jobId": "j2"}
    assert run("exec", *words, "--wait").stdout == "20\n"
    assert run("exec", *words, "--watch").stdout == "job j2: completed\n20\n"


def test_a_failed_rerun_fails_the_command(run: Run, rest: FakeRest) -> None:
    """Waiting for it ends with exit code 1 and the reason, without advice that is about the old job."""
    rest.on("POST", f"{API}/exec/rerun", {"jobId": "j2"})
    rest.on("GET", f"{API}/watch/job/j2", events({"status": {"jobId": "j2", "status": "failed", "nodes": []}}))
    rest.on("GET", f"{API}/exec/results/j2", {"jobId": "j2", "status": "failed", "error": "boom", "nodeName": "A"})
    shown = run("exec", "rerun", "j1", "--wait")
    assert (shown.exit_code, shown.stdout) == (1, "")
    assert "job j2 failed in node A: boom" in shown.stderr
    assert "exec raw" not in shown.stderr


def test_caching_from_a_node_that_cannot_be(run: Run, rest: FakeRest) -> None:
    """The server's sentence, then how to see the nodes and how to run all of it; exit code 2."""
    rest.on("POST", f"{API}/exec/caching", error(400, "cant find relations for Nope"))
    shown = run("exec", "caching", "j1", "Nope")
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert shown.stderr.splitlines() == [
        "error: cant find relations for Nope",
        "see its nodes: distributedkubectl exec status j1",
        "or run all of it again: distributedkubectl exec rerun j1",
    ]
    assert run("exec", "caching", "j1").exit_code == 2


# history

ACCEPTED = {"cursor": "c1", "timestamp": 1700000000000, "kind": "accepted", "user": "ada", "attempt": 0}
FAILED = {
    "cursor": "c2", "timestamp": 1700000000123, "kind": "task_failed", "nodeName": "Multiply", "batchIndex": 3,
    "attempt": 2, "workerId": "w1", "message": "ValueError:\n  no",
}  # fmt: skip
ENDED = {"cursor": "c3", "timestamp": 1700000001000, "kind": "ended", "attempt": 0, "message": "failed"}


def test_history_is_a_table_of_all_pages(run: Run, rest: FakeRest) -> None:
    """One head, rows in order, what an entry is not about left blank; each page asks for the next."""
    rest.on(
        "GET",
        f"{API}/exec/history/j1",
        {"entries": [ACCEPTED, FAILED], "nextPageToken": "p2"},
        {"entries": [{**ENDED, "batchIndex": 0}]},
    )
    shown = run("exec", "history", "j1")
    assert (shown.exit_code, shown.stdout) == (
        0,
        "TIME                     WHAT         NODE      ITEM  ATTEMPT  WORKER  WHY\n"
        "2023-11-14 22:13:20.000  accepted                                      by ada\n"
        "2023-11-14 22:13:20.123  task_failed  Multiply  3     2        w1      ValueError: no\n"
        "2023-11-14 22:13:21.000  ended                                         failed\n",
    )
    assert [seen.query for seen in rest.seen] == [{}, {"pageToken": "p2"}]


def test_many_tasks_that_fared_alike_are_one_line(run: Run, rest: FakeRest) -> None:
    """Which items and how many workers; a failure among them stands alone. With --all each has its line."""
    done = {"timestamp": 1700000000000, "kind": "task_succeeded", "nodeName": "Multiply", "attempt": 1}
    tasks = [{**done, "batchIndex": item, "workerId": f"w{item % 2}"} for item in range(1, 11)]
    rest.on("GET", f"{API}/exec/history/j1", {"entries": [*tasks[:4], FAILED, *tasks[5:8:2], *tasks[4:7:2]]})
    rows = [re.split(" {2,}", line)[1:5] for line in run("exec", "history", "j1").stdout.splitlines()[1:]]
    assert rows == [
        ["task_succeeded", "Multiply", "1-4", "2 workers"],
        ["task_failed", "Multiply", "3", "2"],
        ["task_succeeded", "Multiply", "5-8", "2 workers"],
    ]
    assert len(run("exec", "history", "j1", "--all").stdout.splitlines()) == 1 + 9
    rest.on("GET", f"{API}/exec/history/j2", {"entries": tasks[::2]})
    assert "5 items" in run("exec", "history", "j2").stdout


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_history_as_data_is_one_list(run: Run, rest: FakeRest, form: str) -> None:
    """All entries of all pages as the server said them, in one document; an empty history is an empty list."""
    pages = {"entries": [ACCEPTED, FAILED], "nextPageToken": "p2"}, {"entries": [ENDED]}
    rest.on("GET", f"{API}/exec/history/j1", *pages)
    rest.on("GET", f"{API}/exec/history/j2", {})
    load = json.loads if form == "json" else yaml.safe_load
    assert load(run("exec", "history", "j1", "-o", form).stdout) == [ACCEPTED, FAILED, ENDED]
    assert load(run("exec", "history", "j2", "-o", form).stdout) == []


def test_history_json_looks_like_that_of_other_lists(run: Run, rest: FakeRest) -> None:
    """Printed piece by piece it is the same text as printed at once."""
    rest.on("GET", f"{API}/exec/history/j1", {"entries": [ACCEPTED, FAILED]})
    expected = json.dumps([ACCEPTED, FAILED], ensure_ascii=False, indent=2) + "\n"
    assert run("exec", "history", "j1", "-o", "json").stdout == expected


def test_a_history_that_breaks_off(run: Run, rest: FakeRest) -> None:
    """What was read is shown, then the error with its exit code."""
    rest.on("GET", f"{API}/exec/history/j1", {"entries": [ACCEPTED], "nextPageToken": "p2"}, error(503, "store down"))
    shown = run("exec", "history", "j1")
    assert shown.exit_code == 3
    assert "accepted" in shown.stdout
    assert "is not available: store down" in shown.stderr


def test_history_is_read_no_further_than_it_is_looked_at(rest: FakeRest, address: str) -> None:
    """With `| head` an endless history ends: a page is asked for when the one before is printed."""
    rest.on("GET", f"{API}/exec/history/j1", {"entries": [FAILED] * 100, "nextPageToken": "more"})
    program = [sys.executable, "-m", "distributedkube.cli.main", "exec", "history", "j1", "--endpoint", address]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith(b"TIME")
        process.stdout.close()
        assert process.wait() == 74
        assert process.stderr is not None
        assert process.stderr.read() == b""


def test_history_on_a_terminal(rest: FakeRest, address: str) -> None:
    """What happened has its colour, and each page its head."""
    pages = {"entries": [FAILED], "nextPageToken": "p2"}, {"entries": [{**FAILED, "kind": "task_retried"}]}
    rest.on("GET", f"{API}/exec/history/j1", *pages)
    shown = on_terminal(["exec", "history", "j1", "--endpoint", address], TERMINAL)
    assert "\x1b[31mtask_failed" in shown
    assert "\x1b[33mtask_retried" in shown
    assert shown.count("WHAT") == 2


# explain


def explained(*reasons: dict[str, Any]) -> dict[str, Any]:
    return {"jobId": "j1", "status": "active", "sentence": "Multiply waits for a free worker.", "reasons": [*reasons]}


QUEUE = {
    "code": "queue", "sentence": "3 tasks wait; more workers would help", "nodeName": "Multiply",
    "algorithmName": "multiply", "tasksWaiting": 3, "tasksRunning": 2, "queuePosition": 2, "queueLength": 7,
    "workers": 2, "score": {"age": 0.1, "priority": 0.4},
}  # fmt: skip
PARENTS = {
    "code": "parents", "sentence": "it starts when Multiply has ended", "nodeName": "Reduce",
    "waitingFor": ["Multiply", "Range"], "tasksWaiting": 0, "tasksRunning": 0, "queuePosition": 0, "queueLength": 0,
    "workers": 0,
}  # fmt: skip


def test_explain_says_the_sentence_first(run: Run, rest: FakeRest) -> None:
    """Then a row for each reason: where, what it waits for, its place and what this is made of, what would change it."""
    rest.on("GET", f"{API}/exec/explain/j1", explained(QUEUE, PARENTS))
    shown = run("exec", "explain", "j1")
    assert shown.exit_code == 0
    sentence, blank, *rows = shown.stdout.splitlines()
    assert (sentence, blank) == ("Multiply waits for a free worker.", "")
    details = "3 waiting, 2 running; place 2 of 7 (priority 0.40, age 0.10); 2 workers"
    assert [re.split(" {2,}", row) for row in rows] == [
        ["REASON", "NODE", "ALGORITHM", "DETAILS", "WHAT WOULD CHANGE IT"],
        ["queue", "Multiply", "multiply", details, "3 tasks wait; more workers would help"],
        ["parents", "Reduce", "waits for Multiply, Range", "it starts when Multiply has ended"],
    ]


def test_explain_leaves_empty_columns_out(run: Run, rest: FakeRest) -> None:
    """A reason that is about the job alone takes two columns; no reason but what was said takes no table."""
    paused = {"code": "paused", "sentence": "ada paused it; resume it", "tasksWaiting": 0, "workers": 0}
    rest.on("GET", f"{API}/exec/explain/j1", explained(paused), {"jobId": "j1", "sentence": "It has ended."})
    rest.on("GET", f"{API}/exec/explain/j2", {"sentence": "It has ended.", "reasons": [{"sentence": "It has ended."}]})
    table = "REASON  WHAT WOULD CHANGE IT\npaused  ada paused it; resume it\n"
    assert run("exec", "explain", "j1").stdout == f"Multiply waits for a free worker.\n\n{table}"
    assert run("exec", "explain", "j1").stdout == "It has ended.\n"
    assert run("exec", "explain", "j2").stdout == "It has ended.\n"


@pytest.mark.parametrize(("form", "load"), [("json", json.loads), ("yaml", yaml.safe_load)])
def test_explain_as_data(run: Run, rest: FakeRest, form: str, load: Any) -> None:
    """All that the server said."""
    rest.on("GET", f"{API}/exec/explain/j1", explained(QUEUE, PARENTS))
    assert load(run("exec", "explain", "j1", "-o", form).stdout) == explained(QUEUE, PARENTS)


@pytest.mark.parametrize(
    ("code", "colour"), [("running", "32"), ("queue", "36"), ("capacity", "33"), ("worker_failing", "31")]
)
def test_explain_on_a_terminal(rest: FakeRest, address: str, code: str, colour: str) -> None:
    """The colour of a reason says what it asks for: nothing, patience, a decision, a repair. The sentence comes first."""
    rest.on("GET", f"{API}/exec/explain/j1", explained({**PARENTS, "code": code}))
    shown = on_terminal(["exec", "explain", "j1", "--endpoint", address], TERMINAL)
    assert f"\x1b[{colour}m{code}" in shown
    assert shown.startswith("Multiply waits for a free worker.")


def test_every_word_of_the_contract_has_its_colour() -> None:
    """New reasons of the contract are not forgotten, and no kind of entry has a colour that does not exist."""
    from distributedkube.api.job.v1.job_pb2 import HistoryEntry, Reason
    from distributedkube.cli.explain import REASON_STYLES
    from distributedkube.cli.history import KIND_STYLES

    assert set(REASON_STYLES) == {name.removeprefix("CODE_").lower() for name in Reason.Code.keys()[1:]}
    assert set(KIND_STYLES) < {name.removeprefix("KIND_").lower() for name in HistoryEntry.Kind.keys()[1:]}


# cron


def test_cron_list(run: Run, rest: FakeRest) -> None:
    """Patterns with their zone and the next time; what is not stored shows its default. The head asks for more pages."""
    from starlette.responses import JSONResponse

    cron = {"enabled": True, "pattern": "0 5 * * *", "timeZone": "Europe/Rome", "missedRuns": "once"}
    on, off = (
        {"name": "numbers", "cron": cron, "nextTime": 1700000000000},
        {"name": "x", "cron": {"pattern": "* * * * *"}},
    )
    first = lambda: JSONResponse([on], headers={"X-Next-Page-Token": "p2"})  # noqa: E731
    rest.on("GET", f"{API}/cron/list", first, [off])
    assert run("cron", "list").stdout == (
        "PIPELINE  ON   PATTERN    TIME ZONE    MISSED RUNS  NEXT\n"
        "numbers   on   0 5 * * *  Europe/Rome  once         2023-11-14 22:13:20\n"
        "x         off  * * * * *  UTC          skip\n"
    )
    rest.on("GET", f"{API}/cron/list", first, [off])
    assert json.loads(run("cron", "list", "-o", "json").stdout) == [on, off]


@pytest.mark.parametrize(
    ("words", "body"),
    [
        ((), {}),
        (("0 5 * * *",), {"pattern": "0 5 * * *"}),
        (
            ("0 5 * * *", "--time-zone", "Europe/Rome", "--missed-runs", "once"),
            {"pattern": "0 5 * * *", "timeZone": "Europe/Rome", "missedRuns": "once"},
        ),
        (("--timeZone", "UTC", "--missedRuns", "skip"), {"timeZone": "UTC", "missedRuns": "skip"}),
    ],
)
def test_cron_start_sends_what_is_said(run: Run, rest: FakeRest, words: tuple[str, ...], body: dict[str, str]) -> None:
    """The rest stays as it is stored."""
    rest.on("POST", f"{API}/cron/start", OK)
    assert run("cron", "start", "numbers", *words).stdout == "cron of numbers is on\n"
    assert rest.only("POST", f"{API}/cron/start").body == {"name": "numbers", **body}


def test_cron_stop(run: Run, rest: FakeRest) -> None:
    """The pipeline is named in the body; programs read what the server said."""
    rest.on("POST", f"{API}/cron/stop", OK)
    assert run("cron", "stop", "numbers").stdout == "cron of numbers is off\n"
    assert rest.only("POST", f"{API}/cron/stop").body == {"name": "numbers"}
    assert json.loads(run("cron", "stop", "numbers", "-o", "json").stdout) == OK


def test_cron_errors(run: Run, rest: FakeRest) -> None:
    """A bad pattern says how one looks, a missing pipeline where to find those there are, a bad word is not sent."""
    rest.on(
        "POST", f"{API}/cron/start", error(400, 'data.pattern should match format "cron"'), error(404, "pipeline x")
    )
    shown = run("cron", "start", "x", "nonsense")
    assert shown.exit_code == 2
    assert '"0 5 * * *"' in shown.stderr
    shown = run("cron", "start", "x")
    assert shown.exit_code == 4
    assert "distributedkubectl pipeline list" in shown.stderr
    assert run("cron", "start", "x", "--missed-runs", "twice").exit_code == 2
    assert len(rest.seen) == 2


# trigger

TREE = {
    "name": "root", "jobId": "j1",
    "children": [
        {"name": "a", "jobId": "j2", "children": [{"name": "[red]deep", "jobId": "j3"}]},
        {"name": "b" * 120, "jobId": "j4"},
    ],
}  # fmt: skip


def test_trigger_tree_is_drawn(run: Run, rest: FakeRest) -> None:
    """In the order of the server, names as they are, lines as long as they are."""
    rest.on("GET", f"{API}/exec/tree/j1", TREE)
    shown = run("trigger", "tree", "j1")
    assert shown.exit_code == 0
    assert [line.rstrip() for line in shown.stdout.splitlines()] == [
        "root  j1",
        "├── a  j2",
        "│   └── [red]deep  j3",
        f"└── {'b' * 120}  j4",
    ]


def test_trigger_tree_as_data_and_without_one(run: Run, rest: FakeRest) -> None:
    """The tree as the server said it; a job that started none is exit code 4 with a next step."""
    rest.on("GET", f"{API}/exec/tree/j1", TREE, TREE, error(404, "triggers tree j1 Not Found"))
    assert json.loads(run("trigger", "tree", "j1", "-o", "json").stdout) == TREE
    assert yaml.safe_load(run("trigger", "tree", "j1", "-o", "yaml").stdout) == TREE
    shown = run("trigger", "tree", "j1")
    assert (shown.exit_code, shown.stdout) == (4, "")
    assert "distributedkubectl exec history j1" in shown.stderr


def test_trigger_tree_on_a_terminal(rest: FakeRest, address: str) -> None:
    """Names are set off from ids."""
    rest.on("GET", f"{API}/exec/tree/j1", TREE)
    shown = on_terminal(["trigger", "tree", "j1", "--endpoint", address], TERMINAL)
    assert "\x1b[1mroot" in shown
    assert "\x1b[36mj3" in shown


# webhook


def test_webhook_list(run: Run, rest: FakeRest) -> None:
    """One row for each kind of report that there is; one that is being tried has no answer yet."""
    result = {
        "jobId": "j1", "url": "http://x/r", "pipelineStatus": "completed", "status": "completed",
        "responseStatus": "failed", "httpResponse": {"statusCode": "503", "statusMessage": "busy"},
        "timestamp": 1700000000000, "attempts": 3,
    }  # fmt: skip
    progress = {"jobId": "j1", "url": "http://x/p", "pipelineStatus": "active", "status": "pending", "attempts": 0}
    answer = {"jobId": "j1", "result": result, "progress": progress}
    rest.on("GET", f"{API}/webhooks/list/j1", answer)
    assert run("webhook", "list", "j1").stdout == (
        "REPORT    URL         JOB        STATUS     OUTCOME  ANSWER    TRIES  LAST TRY\n"
        "result    http://x/r  completed  completed  failed   503 busy  3      2023-11-14 22:13:20\n"
        "progress  http://x/p  active     pending\n"
    )
    assert json.loads(run("webhook", "list", "j1", "-o", "json").stdout) == answer
    rest.on("GET", f"{API}/webhooks/list/j1", {"jobId": "j1", "result": result, "progress": None})
    assert len(run("webhook", "list", "j1").stdout.splitlines()) == 2


def test_no_webhooks(run: Run, rest: FakeRest) -> None:
    """Exit code 4, and how a pipeline asks for reports."""
    rest.on("GET", f"{API}/webhooks/list/j1", error(404, "webhook j1 Not Found"))
    shown = run("webhook", "list", "j1")
    assert (shown.exit_code, shown.stdout) == (4, "")
    assert "webhooks: {result: <url>, progress: <url>}" in shown.stderr


# help


def commands(group: typer.Typer = app, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The words of all commands that are shown, but those about completion, which have no session."""
    for info in group.registered_commands:
        if not info.hidden:
            yield (*words, str(info.name))
    for inner in group.registered_groups:
        if inner.name != "completion" and not inner.hidden:
            assert inner.typer_instance is not None
            yield from commands(inner.typer_instance, (*words, str(inner.name)))


@pytest.mark.parametrize("words", list(commands()), ids=" ".join)
def test_help_ends_with_an_example(run: Run, words: tuple[str, ...]) -> None:
    """Every command shows one, and it is of that command."""
    shown = run(*words, "--help")
    assert shown.exit_code == 0
    assert f"Example: distributedkubectl {' '.join(words)}" in " ".join(shown.stdout.split())


def test_the_program_lists_its_commands() -> None:
    """The list at the top of its main module names all that are shown."""
    text = main.__doc__ or ""
    listed = set(text.replace(",", " ").split())
    assert [words for words in commands() if not set(words) <= listed] == []
