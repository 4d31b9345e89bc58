"""Calls from user code: of algorithms, which become tasks of the same job, and of pipelines, which become jobs of their own."""

import pytest

from controlplane.domain import call_book
from controlplane.domain.call_book import CALLER_ENDED
from controlplane.domain.calls import CallKind, CallOutcome
from controlplane.domain.graph import MAX_NODES
from controlplane.domain.job_events import (
    AnswerCall,
    CallKey,
    CallRequested,
    CancelReason,
    CancelSome,
    CancelTasks,
    EndJob,
    JobState,
    ReportProgress,
    RunTasks,
    StartCall,
    StartNode,
    StopCall,
)
from controlplane.domain.job_view import view_of
from controlplane.domain.node_run import NodeState, TaskState
from controlplane.domain.pipeline import Retry, RetryPolicy
from controlplane.domain.values import MSGPACK, NULL, FailureCategory, Payload
from tests.unit.domain.harness import VALUE, Job, a_call, failure, node, ran

PIPELINES = [CallKind.STORED_PIPELINE, CallKind.RAW_PIPELINE]
KEY = CallKey("a", 0, 1, "1")
OUTPUT = CallOutcome(output=Payload(MSGPACK, b"\x07"))


def started(*more: object, **options: object) -> Job:
    """A job whose node ``a`` runs."""
    job = Job(node("a", **options), *more)  # type: ignore[arg-type]
    job.start()
    return job


# Algorithms


def test_a_called_algorithm_is_a_task_of_the_same_job() -> None:
    """It runs in a node named after caller and algorithm; its output answers the call by its number in the log."""
    job = started()
    assert job.call("a") == [StartNode("a:y"), RunTasks("a:y", (0,), 1), ReportProgress()]
    assert job.call("a", "2") == [RunTasks("a:y", (1,), 1), ReportProgress()]
    assert job.unfinished() == {("a", 0, 1), ("a:y", 0, 1), ("a:y", 1, 1)}
    assert job.end("a:y", (1, VALUE)) == [AnswerCall(CallKey("a", 0, 1, "2"), None, 0), ReportProgress()]
    assert job.end("a:y", (0, VALUE)) == [AnswerCall(KEY, None, 1), ReportProgress()]
    assert job.end("a", (0, VALUE)) == [EndJob(JobState.COMPLETED)]


@pytest.mark.parametrize(("output", "wanted"), [(VALUE, False), (NULL, True)], ids=["not wanted", "null"])
def test_a_call_whose_output_is_null_or_not_wanted_is_answered_with_null(output: Payload, wanted: bool) -> None:
    """No number of an output then."""
    job = started()
    job.call("a", include_result=wanted)
    assert job.end("a:y", (0, output)) == [AnswerCall(KEY, None, -1), ReportProgress()]


@pytest.mark.parametrize("category", [FailureCategory.USER_CODE, FailureCategory.LOST, FailureCategory.IMAGE])
def test_a_called_algorithm_that_fails_is_the_caller_s_affair(category: FailureCategory) -> None:
    """It is never tried again and fails no job by itself, whatever is tolerated."""
    job = started()
    job.machine.pipeline = job.machine.pipeline.__class__(name="p", nodes=(), batch_tolerance=0)
    job.call("a")
    outcome = CallOutcome(failure=failure(category))
    assert job.end("a:y", (0, failure(category))) == [AnswerCall(KEY, outcome), ReportProgress()]
    assert job.state_of("a:y") is TaskState.FAILED
    assert job.end("a", (0, VALUE)) == [EndJob(JobState.COMPLETED)]


def test_asking_twice_is_asking_once() -> None:
    """A repeated request starts nothing, and repeats the answer once there is one."""
    job = started()
    job.call("a")
    assert job.call("a") == []
    job.end("a:y", (0, VALUE))
    assert job.call("a") == [AnswerCall(KEY, None, 0)]
    assert job.machine.calls.answers(("a", 0, 1)) == [AnswerCall(KEY, None, 0)]


def test_tasks_of_a_batch_call_apart_from_each_other() -> None:
    """The same name for a call in two tasks means two calls, in one node."""
    job = Job(node("a", "#[1,2]"))
    job.start()
    job.call("a", task=0)
    job.call("a", task=1)
    assert job.end("a:y", (1, VALUE))[0] == AnswerCall(CallKey("a", 1, 1, "1"), None, 0)
    assert job.end("a", (1, VALUE)) == [ReportProgress()]
    assert job.end("a", (0, VALUE))[0] == CancelSome("a:y", (0,))


@pytest.mark.parametrize("taken", ["a:y", "c"])
def test_a_node_of_the_pipeline_is_not_taken_for_a_called_one(taken: str) -> None:
    """Names may have colons: a called node keeps out of the way of a node, and of another caller's node, of its name."""
    job = Job(node("a"), node(taken, "@a"), node("a:b"))
    job.start()
    name = next(iter(ran(job.call("a"))))
    assert name == ("a::y" if taken == "a:y" else "a:y")
    assert job.machine.nodes[name].spec.caller == "a"
    assert job.end(name, (0, VALUE)) == [AnswerCall(KEY, None, 0), ReportProgress()]
    first, second = (next(iter(ran(job.call(caller, "2", name=what)))) for caller, what in (("a:b", "c"), ("a", "b:c")))
    assert (first, second) == ("a:b:c", "a::b:c")
    job.end("a:b", (0, VALUE))
    assert ran(job.end("a", (0, VALUE))) == {taken: [0]}
    assert job.end(taken, (0, VALUE)) == [EndJob(JobState.COMPLETED)]


# Pipelines


@pytest.mark.parametrize("kind", PIPELINES)
def test_a_called_pipeline_is_started_and_its_end_answers(kind: CallKind) -> None:
    """The job itself gets no node of it."""
    job = started()
    assert job.call("a", kind=kind) == [StartCall(KEY, a_call("1", kind))]
    assert [call.key for call in job.machine.calls.open()] == [KEY]
    assert job.call("a", kind=kind) == []
    assert job.call_ended(KEY, OUTPUT) == [AnswerCall(KEY, OUTPUT)]
    assert job.call_ended(KEY, CallOutcome(stopped="late")) == []
    assert job.call("a", kind=kind) == [AnswerCall(KEY, OUTPUT)]
    assert list(job.machine.nodes) == ["a"]


@pytest.mark.parametrize("outcome", [OUTPUT, CallOutcome(failure=failure())], ids=["output", "failure"])
def test_a_pipeline_that_ends_after_its_caller_is_not_answered(outcome: CallOutcome) -> None:
    """It was stopped with its caller, and nobody listens."""
    job = started(node("b"))
    job.call("a", kind=CallKind.STORED_PIPELINE)
    assert job.end("a", (0, VALUE)) == [StopCall(KEY, CALLER_ENDED), ReportProgress()]
    assert job.call_ended(KEY, outcome) == []
    assert list(job.machine.calls.open()) == []


# Ends in the wrong order


def test_what_a_task_called_and_did_not_wait_for_is_stopped_when_it_ends() -> None:
    """Both tasks of the job and other jobs; a late report of them changes nothing."""
    job = started(node("b"))
    job.call("a")
    job.call("a", "2", kind=CallKind.RAW_PIPELINE)
    commands = job.end("a", (0, VALUE))
    assert commands == [
        CancelSome("a:y", (0,)), StopCall(CallKey("a", 0, 1, "2"), CALLER_ENDED), ReportProgress()
    ]  # fmt: skip
    assert job.state_of("a:y") is TaskState.STOPPED
    assert job.end("a:y", (0, VALUE)) == [ReportProgress()]
    assert job.unfinished() == {("b", 0, 1)}
    assert job.end("b", (0, VALUE)) == [EndJob(JobState.COMPLETED)]


def test_the_last_caller_ends_the_job_after_its_calls_were_stopped() -> None:
    """Nothing of a completed job is left running."""
    job = started()
    job.call("a")
    job.call("a", "2", kind=CallKind.STORED_PIPELINE)
    assert job.end("a", (0, VALUE)) == [
        CancelSome("a:y", (0,)), StopCall(CallKey("a", 0, 1, "2"), CALLER_ENDED), EndJob(JobState.COMPLETED)
    ]  # fmt: skip


def test_calls_of_calls_are_stopped_with_the_outermost_caller() -> None:
    """Three deep: each level is told, the innermost first."""
    job = started(node("b"))
    job.call("a")
    job.call("a:y", name="z")
    assert ran(job.call("a:y:z", kind=CallKind.ALGORITHM, name="w")) == {"a:y:z:w": [0]}
    job.call("a:y:z:w", kind=CallKind.STORED_PIPELINE)
    assert job.end("a", (0, VALUE)) == [
        StopCall(CallKey("a:y:z:w", 0, 1, "1"), CALLER_ENDED),
        CancelSome("a:y:z:w", (0,)),
        CancelSome("a:y:z", (0,)),
        CancelSome("a:y", (0,)),
        ReportProgress(),
    ]
    assert list(job.machine.calls.open()) == []
    assert job.unfinished() == {("b", 0, 1)}


def test_an_algorithm_that_calls_itself_very_often_can_be_stopped() -> None:
    """As deep as a job has room for nodes."""
    job = started()
    again = a_call("1", CallKind.ALGORITHM)
    name: str | None = "a"
    while name is not None:
        call = CallRequested(at=2.0, node=name, task=0, attempt=1, call=again)
        name = next(iter(ran(job.machine.handle(call))), None)
    assert len(job.machine.nodes) == MAX_NODES
    assert len(job.end("a", (0, VALUE))) == MAX_NODES  # all but the outermost are cancelled, and the job ends
    assert job.machine.state is JobState.COMPLETED


def test_calls_of_calls_answer_from_the_inside() -> None:
    """Each level is answered when its own task ends."""
    job = started()
    job.call("a")
    job.call("a:y", name="z")
    assert job.end("a:y:z", (0, VALUE))[0] == AnswerCall(CallKey("a:y", 0, 1, "1"), None, 0)
    assert job.end("a:y", (0, VALUE))[0] == AnswerCall(KEY, None, 1)
    assert job.end("a", (0, VALUE)) == [EndJob(JobState.COMPLETED)]


def test_a_caller_that_is_tried_again_starts_afresh() -> None:
    """What the failed attempt called is stopped; the next attempt's calls are new ones, whatever their names."""
    job = started(retry=Retry(policy=RetryPolicy.ALWAYS))
    job.call("a")
    job.call("a", "2")
    job.end("a:y", (1, VALUE))
    assert job.end("a", (0, failure())) == [CancelSome("a:y", (0,)), RunTasks("a", [0], 2), ReportProgress()]
    assert job.call("a", attempt=1) == []
    assert job.call("a", attempt=2) == [RunTasks("a:y", (2,), 1), ReportProgress()]
    assert job.end("a:y", (2, VALUE))[0] == AnswerCall(CallKey("a", 0, 2, "1"), None, 2)


def test_a_call_that_is_given_up_is_stopped_and_counts_as_over() -> None:
    """The caller hears of it, goes on, and the job can complete with all of its progress."""
    job = started(node("b"))
    job.call("a")
    given_up = CallOutcome(stopped="not needed")
    assert job.call_ended(KEY, given_up) == [
        AnswerCall(KEY, given_up), CancelSome("a:y", (0,)), ReportProgress()
    ]  # fmt: skip
    assert job.end("a:y", (0, VALUE)) == [ReportProgress()]
    assert job.end("a", (0, VALUE)) == [ReportProgress()]
    job.end("b", (0, VALUE))
    assert job.machine.state is JobState.COMPLETED
    assert view_of(job.machine, job_id="j", submitted_at=0, at=0, running={}).progress == 100


def test_a_called_pipeline_that_is_given_up_is_stopped() -> None:
    """Its later end is no second answer."""
    job = started()
    job.call("a", kind=CallKind.STORED_PIPELINE)
    given_up = CallOutcome(stopped="not needed")
    assert job.call_ended(KEY, given_up) == [AnswerCall(KEY, given_up), StopCall(KEY, "not needed")]
    assert job.call_ended(KEY, OUTPUT) == []


@pytest.mark.parametrize(("end", "why"), [("stop", "stopped"), ("fail", "failed")])
def test_a_job_that_ends_early_stops_what_it_called(end: str, why: str) -> None:
    """Called tasks go with all tasks of the job; called pipelines are stopped one by one, with the reason."""
    job = started(node("b"))
    job.call("a")
    job.call("a", "2", kind=CallKind.STORED_PIPELINE)
    commands = job.stop() if end == "stop" else job.end("b", (0, failure()))
    reason = CancelReason.STOPPED if end == "stop" else CancelReason.JOB_FAILED
    assert commands[:2] == [
        StopCall(CallKey("a", 0, 1, "2"), f"the job that called it was {why}"), CancelTasks(reason)
    ]  # fmt: skip
    assert job.state_of("a:y") is TaskState.STOPPED
    assert job.call("a", "3") == []


def test_calls_while_the_job_is_held() -> None:
    """What runs may call; what it called is held by the queue, and ends are answered."""
    job = started()
    job.call("a", "2", kind=CallKind.STORED_PIPELINE)
    job.pause()
    assert ran(job.call("a")) == {"a:y": [0]}
    assert job.call_ended(CallKey("a", 0, 1, "2"), OUTPUT) == [AnswerCall(CallKey("a", 0, 1, "2"), OUTPUT)]


# Refusals


@pytest.mark.parametrize(
    ("name", "task", "attempt"), [("zz", 0, 1), ("a", 5, 1), ("a", 0, 2), ("a", 0, 0), ("a", -1, 1), ("b", 0, 1)]
)
def test_a_call_of_nobody_is_ignored(name: str, task: int, attempt: int) -> None:
    """Only an attempt that is under way calls."""
    job = started(node("b", "@a"))
    assert job.call(name, task=task, attempt=attempt) == []


def test_a_task_makes_only_so_many_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next one is refused with the limit; other attempts are not concerned."""
    monkeypatch.setattr(call_book, "MAX_CALLS_PER_ATTEMPT", 2)
    job = started(node("b"))
    job.call("a", "1")
    job.call("a", "2", kind=CallKind.STORED_PIPELINE)
    (refused,) = job.call("a", "3")
    assert isinstance(refused, AnswerCall)
    assert refused.outcome is not None
    assert refused.outcome.failure is not None
    assert refused.outcome.failure.message == "a task makes at most 2 calls"
    assert job.unfinished() == {("a", 0, 1), ("a:y", 0, 1), ("b", 0, 1)}
    assert ran(job.call("b")) == {"b:y": [0]}


def test_calls_make_only_so_many_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    """An algorithm more than a job has room for is refused; those it has a node for go on."""
    monkeypatch.setattr(call_book, "MAX_NODES", 2)
    job = started()
    job.call("a", "1")
    (refused,) = job.call("a", "2", name="z")
    assert isinstance(refused, AnswerCall)
    assert refused.outcome is not None
    assert refused.outcome.failure is not None
    assert refused.outcome.failure.message == "a job has at most 2 nodes, those of its calls included"
    assert ran(job.call("a", "3")) == {"a:y": [1]}


def test_a_called_node_is_seen_while_it_runs() -> None:
    """It is part of the job's view and of its progress."""
    job = started()
    job.call("a")
    job.call("a", "2")
    job.end("a:y", (0, VALUE))
    view = view_of(job.machine, job_id="j", submitted_at=0, at=0, running={"a": 1, "a:y": 1})
    assert [(n.name, n.algorithm, n.states) for n in view.nodes] == [
        ("a", "x", {"active": 1}), ("a:y", "y", {"succeed": 1, "active": 1})
    ]  # fmt: skip
    assert view.progress == 33.33
    assert job.machine.nodes["a:y"].state is NodeState.RUNNING
