"""Running pipelines and following their jobs."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.conftest import Run
from tests.unit.cli.fake_rest import FakeRest, error, events

EXAMPLE = Path(__file__).parents[3] / "examples" / "numbers"
API = "/api/v1"


def status(state: str, *nodes: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"status": {"jobId": "j1", "pipeline": "numbers", "status": state, "nodes": list(nodes), **more}}


def node(name: str, state: str, total: int = 1, **states: int) -> dict[str, Any]:
    return {
        "nodeName": name, "algorithmName": name.lower(), "status": state, "batch": total > 1,
        "total": total, "states": states,
    }  # fmt: skip


def result(*data: dict[str, Any], state: str = "completed", **more: Any) -> dict[str, Any]:
    return {"jobId": "j1", "pipeline": "numbers", "status": state, "timeTook": 0.1, "data": list(data), **more}


VALUE = {"nodeName": "Reduce", "algorithmName": "reduce", "result": 20}


def test_raw_prints_the_job_id_in_the_form_of_the_brief(run: Run, rest: FakeRest) -> None:
    """`exec raw --f numbers.yml` posts the file as it is and answers with `result: jobId:`."""
    rest.on("POST", f"{API}/exec/raw", {"jobId": "j1"})
    answer = run("exec", "raw", "--f", EXAMPLE / "numbers.yml")
    assert (answer.exit_code, answer.stdout) == (0, "result:\n  jobId: j1\n")
    body = rest.only("POST", f"{API}/exec/raw").body
    assert body["name"] == "numbers"
    assert body["nodes"][1]["input"] == ["#@Range", "@flowInput.mul"]
    assert body["flowInput"] == {"data": 5, "mul": 2}


@pytest.mark.parametrize(("form", "expected"), [("json", '{\n  "jobId": "j1"\n}\n'), ("yaml", "jobId: j1\n")])
def test_other_forms_hold_the_data_alone(run: Run, rest: FakeRest, form: str, expected: str) -> None:
    """JSON and YAML are what the server said, so that other programs can read them."""
    rest.on("POST", f"{API}/exec/stored", {"jobId": "j1"})
    assert run("exec", "stored", "numbers", "-o", form).stdout == expected


def test_stored_sends_another_flow_input(run: Run, rest: FakeRest) -> None:
    """`exec stored numbers --f otherFlowInput.yml` sends name and input, nothing else."""
    rest.on("POST", f"{API}/exec/stored", {"jobId": "j1"})
    assert run("exec", "stored", "numbers", "--f", EXAMPLE / "otherFlowInput.yml").exit_code == 0
    body = rest.only("POST", f"{API}/exec/stored").body
    assert body == {"flowInput": {"data": 500, "mul": 200}, "name": "numbers"}


def test_stored_needs_a_name(run: Run, rest: FakeRest) -> None:
    """Neither argument nor file names the pipeline: nothing is sent."""
    assert run("exec", "stored").exit_code == 2
    assert rest.seen == []


def test_json_files_standard_input_and_short_limits(run: Run, rest: FakeRest) -> None:
    """A definition may come as JSON through a pipe; the brief's short `concurrentPipelines: 2` is spelled out."""
    rest.on("POST", f"{API}/exec/raw", {"jobId": "j1"})
    run("exec", "raw", "-f", "-", stdin='{"name": "p", "nodes": [], "options": {"concurrentPipelines": 2}}')
    assert rest.only("POST", f"{API}/exec/raw").body["options"] == {"concurrentPipelines": {"amount": 2}}


def test_algorithm_sends_its_inputs_as_json(run: Run, rest: FakeRest) -> None:
    """Each --input is one value, read as JSON or YAML."""
    rest.on("POST", f"{API}/exec/algorithm", {"jobId": "j1"})
    run("exec", "algorithm", "range", "--input", "5", "--input", '{"a": [1]}', "-i", "text")
    assert rest.only("POST", f"{API}/exec/algorithm").body == {"name": "range", "input": [5, {"a": [1]}, "text"]}


def test_wait_prints_the_result_only(run: Run, rest: FakeRest) -> None:
    """With --wait standard output is the value and nothing else."""
    rest.on("POST", f"{API}/exec/raw", {"jobId": "j1"})
    rest.on("GET", f"{API}/watch/job/j1", events(status("active"), status("completed")))
    rest.on("GET", f"{API}/exec/results/j1", result(VALUE))
    answer = run("exec", "raw", "-f", EXAMPLE / "numbers.yml", "--wait")
    assert (answer.exit_code, answer.stdout) == (0, "20\n")


def test_watch_prints_one_line_per_change_in_a_pipe(run: Run, rest: FakeRest) -> None:
    """Nodes and job appear when they change, then the value comes last."""
    rest.on(
        "GET",
        f"{API}/watch/job/j1",
        events(
            status("active", node("Range", "active", active=1)),
            status("active", node("Range", "succeed", succeed=1), node("Multiply", "active", 5, active=2, pending=3)),
            status("active", node("Range", "succeed", succeed=1), node("Multiply", "active", 5, succeed=4, failed=1)),
            status(
                "completed", node("Range", "succeed", succeed=1), node("Multiply", "succeed", 5, succeed=4, failed=1)
            ),
        ),
    )
    rest.on("GET", f"{API}/exec/results/j1", result(VALUE))
    answer = run("exec", "watch", "j1")
    assert answer.stdout.splitlines() == [
        "Range: active 0/1",
        "job j1: active",
        "Range: succeed 1/1",
        "Multiply: active 0/5",
        "Multiply: active 5/5, 1 failed",
        "Multiply: succeed 5/5, 1 failed",
        "job j1: completed",
        "20",
    ]


def test_watch_survives_broken_and_early_ended_streams(run: Run, rest: FakeRest) -> None:
    """A server that is killed or ends a stream early while the job runs is asked again; nothing is printed twice."""
    rest.on(
        "GET",
        f"{API}/watch/job/j1",
        events(status("active"), broken=True),
        events(status("active")),
        events(status("active"), status("completed")),
    )
    rest.on("GET", f"{API}/exec/results/j1", result(VALUE))
    answer = run("exec", "watch", "j1")
    assert answer.exit_code == 0
    assert answer.stdout.splitlines() == ["job j1: active", "job j1: completed", "20"]
    assert len(rest.seen) == 4


def test_watch_ends_with_the_error_that_the_stream_reports(run: Run, rest: FakeRest) -> None:
    """An error event is not a broken connection: it is told and ends the command."""
    failure = {"error": {"code": 404, "message": "status j1 Not Found"}}
    rest.on("GET", f"{API}/watch/job/j1", events(failure, name="error"))
    answer = run("exec", "watch", "j1")
    assert answer.exit_code == 4
    assert "status j1 Not Found" in answer.stderr


def test_data_forms_keep_progress_off_standard_output(run: Run, rest: FakeRest) -> None:
    """With -o json the view goes to standard error and standard output is one JSON document."""
    rest.on("GET", f"{API}/watch/job/j1", events(status("active"), status("completed")))
    rest.on("GET", f"{API}/exec/results/j1", result(VALUE))
    answer = run("exec", "watch", "j1", "-o", "json")
    assert json.loads(answer.stdout)["data"][0]["result"] == 20
    assert "job j1: completed" in answer.stderr


def test_a_failed_job_fails_the_command(run: Run, rest: FakeRest) -> None:
    """The failure names node and reason, and says where to read on; nothing is on standard output."""
    rest.on("GET", f"{API}/exec/results/j1", result(state="failed", error="ValueError: no", nodeName="Multiply"))
    answer = run("exec", "result", "j1")
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert "job j1 failed in node Multiply: ValueError: no" in answer.stderr
    assert "distributedkubectl logs j1" in answer.stderr


def test_a_result_that_is_not_there_yet(run: Run, rest: FakeRest) -> None:
    """A running job has no result: exit 1, and how to wait for it."""
    rest.on("GET", f"{API}/exec/results/j1", error(400, "unable to get results because its in active status"))
    answer = run("exec", "result", "j1")
    assert answer.exit_code == 1
    assert "exec result --wait j1" in answer.stderr


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([VALUE], "20\n"),
        ([{**VALUE, "result": "plain text"}], "plain text\n"),
        ([{**VALUE, "result": None}], "null\n"),
        ([{**VALUE, "result": {"a": [1.0, 12345678901234567890]}}], '{"a": [1.0, 12345678901234567890]}\n'),
        (
            [
                VALUE,
                {"nodeName": "M", "batchIndex": 2, "error": "boom"},
                {"nodeName": "L", "info": {"path": "k", "size": 2048}},
            ],
            "NODE    BATCH  RESULT\nReduce         20\nM       2      error: boom\nL              2.0 KiB at k\n",
        ),
        ([], ""),
    ],
)
def test_results_for_people(run: Run, rest: FakeRest, items: list[dict[str, Any]], expected: str) -> None:
    """A single value is printed as it is, without loss; several make a table."""
    rest.on("GET", f"{API}/exec/results/j1", result(*items))
    answer = run("exec", "result", "j1")
    assert (answer.exit_code, answer.stdout) == (0, expected)


def test_status_shows_the_job_and_its_nodes(run: Run, rest: FakeRest) -> None:
    """State, progress and one row for each node, aligned."""
    answer = status("active", node("Multiply", "active", 5, succeed=2, active=3), data={"details": "40% completed"})
    rest.on("GET", f"{API}/exec/status/j1", answer["status"])
    shown = run("exec", "status", "j1").stdout
    assert "progress:  40% completed" in shown
    assert "Multiply  multiply   active  2/5" in shown
    assert json.loads(run("exec", "status", "j1", "-o", "json").stdout) == answer["status"]


def test_stop_sends_the_reason(run: Run, rest: FakeRest) -> None:
    """`exec stop <jobId> [reason]` as in the brief."""
    rest.on("POST", f"{API}/exec/stop", {"stoppedJobIds": ["j1"]})
    assert run("exec", "stop", "j1", "not needed").stdout == "stopped j1\n"
    assert rest.only("POST", f"{API}/exec/stop").body == {"jobId": "j1", "reason": "not needed"}


def test_list_filters_by_state(run: Run, rest: FakeRest) -> None:
    """Jobs as a table; the state goes into the query."""
    rest.on("GET", f"{API}/exec/jobs", [{"jobId": "j1", "pipelineName": "numbers", "status": "active"}])
    assert run("exec", "list", "--status", "active").stdout == "JOB  PIPELINE  STATUS\nj1   numbers   active\n"
    assert rest.seen[0].query == {"status": "active"}
