"""The job machine: events in, commands out."""

from collections.abc import Sequence

import pytest

from controlplane.domain import graph
from controlplane.domain.job_events import (
    CancelReason,
    CancelTasks,
    EndJob,
    JobEvent,
    JobStarted,
    JobState,
    NodeFailed,
    ReportProgress,
    RunTasks,
    StartNode,
    StopRequested,
    TakeNote,
    TaskEnd,
    TasksEnded,
)
from controlplane.domain.job_machine import JobMachine
from controlplane.domain.job_view import view_of
from controlplane.domain.node_run import NodeState
from controlplane.domain.pipeline import Node, Pipeline, Retry, RetryPolicy
from controlplane.domain.retry import failed_percent, tolerated, tries_again
from controlplane.domain.values import MSGPACK, NULL, Failure, FailureCategory, Json, Payload, Shape

VALUE = Payload(MSGPACK, b"\x01")


def array(path: str, size: int) -> Payload:
    return Payload(MSGPACK, b"\x90", None, ((path, Shape("array", size)),))


def failure(category: FailureCategory = FailureCategory.USER_CODE, text: str = "boom") -> Failure:
    return Failure(category=category, message=text)


class Job:
    """A machine with short verbs."""

    def __init__(self, *nodes: Node, flow_input: Json = None, tolerance: int = 80) -> None:
        pipeline = Pipeline(name="p", nodes=nodes, batch_tolerance=tolerance)
        built = graph.build(pipeline)
        self.machine = JobMachine(pipeline, built, graph.flow_input_shapes(built, flow_input))
        self.next = 0

    def start(self) -> list[object]:
        return self.take(JobStarted(at=1.0))

    def take(self, event: JobEvent) -> list[object]:
        """What an event commands, but for the notes of the history."""
        commands = [c for c in self.machine.handle(event) if not isinstance(c, TakeNote)]
        self.machine.check()
        return list(commands)

    def end(self, node: str, *ends: tuple[int, Payload | Failure], attempt: int = 1) -> list[object]:
        reports = [
            TaskEnd(task, attempt, *((None, what) if isinstance(what, Failure) else (what, None)))
            for task, what in ends
        ]
        event = TasksEnded(at=2.0, node=node, first_result=self.next, ends=reports)
        self.next += len(ends)
        return self.take(event)


def node(name: str, *inputs: Json, retry: Retry | None = None, **more: object) -> Node:
    return Node(name=name, algorithm="x", input=list(inputs), retry=retry or Retry(), **more)  # type: ignore[arg-type]


def ran(commands: Sequence[object]) -> dict[str, list[int]]:
    return {c.node: list(c.indices) for c in commands if isinstance(c, RunTasks)}


def test_the_example_pipeline() -> None:
    """Range gives five numbers, Multiply runs five tasks, Reduce one, and the job completes."""
    job = Job(
        node("Range", "@flowInput.data"),
        node("Multiply", "#@Range", "@flowInput.mul"),
        node("Reduce", "@Multiply"),
        flow_input={"data": 5, "mul": 2},
    )
    assert job.start() == [StartNode("Range"), RunTasks("Range", range(1), 1), ReportProgress()]
    assert job.end("Range", (0, array("Range", 5))) == [
        StartNode("Multiply"), RunTasks("Multiply", range(5), 1), ReportProgress()
    ]  # fmt: skip
    assert job.end("Multiply", (1, VALUE), (0, VALUE), (4, VALUE)) == [ReportProgress()]
    assert ran(job.end("Multiply", (2, VALUE), (3, VALUE))) == {"Reduce": [0]}
    assert job.end("Reduce", (0, VALUE)) == [EndJob(JobState.COMPLETED)]


def test_parents_run_in_parallel_and_a_child_waits_for_all() -> None:
    """A diamond: the join starts once both sides have ended."""
    job = Job(node("a"), node("b", "@a"), node("c", "@a"), node("d", "@b", "@c"))
    job.start()
    assert ran(job.end("a", (0, VALUE))) == {"b": [0], "c": [0]}
    assert ran(job.end("c", (0, VALUE))) == {}
    assert ran(job.end("b", (0, VALUE))) == {"d": [0]}


EMPTY = [
    ("an empty array", "#@a", array("a", 0)),
    ("no array", "#@a", Payload(MSGPACK, b"\x80", None, (("a", Shape("object", 0)),))),
    ("null", "#@a", NULL),
]


@pytest.mark.parametrize(("reference", "output"), [row[1:] for row in EMPTY], ids=[row[0] for row in EMPTY])
def test_an_empty_batch_is_skipped_and_its_child_runs(reference: str, output: Payload) -> None:
    """A node without elements is skipped; @ of it is an empty list, #@ of it is skipped too."""
    job = Job(node("a"), node("b", reference), node("c", "@b"), node("d", "#@b"))
    job.start()
    commands = job.end("a", (0, output))
    assert ran(commands) == {"c": [0]}
    assert job.machine.nodes["b"].state is NodeState.SKIPPED
    assert job.machine.nodes["d"].state is NodeState.SKIPPED


def test_a_batch_over_a_path_that_is_not_there_fails_with_the_path() -> None:
    """Not an internal error and not a guess: the job says what is missing."""
    job = Job(node("a"), node("b", "#@a.zz"))
    job.start()
    commands = job.end("a", (0, Payload(MSGPACK, b"\x80")))
    assert commands[-1] == EndJob(
        JobState.FAILED,
        error='node "b": "#@a.zz": the result of node "a" has no "zz" to iterate over',
        node="b",
    )


def test_batch_over_a_batch_drops_failed_and_null_items() -> None:
    """#@ of a batch takes the results that are there; numbering is dense again."""
    job = Job(node("a", "#[1...4]", retry=Retry(policy=RetryPolicy.NEVER)), node("b", "#@a"))
    job.start()
    commands = job.end("a", (0, VALUE), (1, failure()), (2, NULL), (3, VALUE))
    assert ran(commands) == {"b": [0, 1]}


def test_a_failed_single_task_fails_the_job_and_cancels_the_rest() -> None:
    """No tolerance without a batch; what is queued or running is cancelled."""
    job = Job(node("a"), node("b"))
    job.start()
    commands = job.end("a", (0, failure()))
    assert commands == [CancelTasks(CancelReason.JOB_FAILED), EndJob(JobState.FAILED, error="boom", node="a")]
    assert job.machine.nodes["b"].counts[4] == 1


TOLERANCE = [
    (0, 10, True), (0, 0, False), (1, 1, True), (8, 80, True), (7, 80, False), (10, 100, True), (9, 100, False)
]  # fmt: skip


@pytest.mark.parametrize(("failed", "tolerance", "fails"), TOLERANCE)
def test_batch_tolerance(failed: int, tolerance: int, fails: bool) -> None:
    """Of ten tasks: the job fails once the share of failed ones reaches the tolerance."""
    job = Job(node("a", "#[1...10]"), tolerance=tolerance)
    job.start()
    for task in range(failed):
        job.end("a", (task, failure()))
    assert (job.machine.state is JobState.FAILED) == (fails and failed > 0)
    if fails and failed:
        assert f"{failed}/10 ({failed * 10}%) failed tasks, batch tolerance is {tolerance}%" in job.machine.error


def test_percent_rounds_half_up() -> None:
    """199 of 200 is 99.5, which counts as 100."""
    assert failed_percent(199, 200) == 100
    assert failed_percent(1, 200) == 1
    assert failed_percent(1, 201) == 0
    assert not tolerated(199, 200, 100)


RETRIES = [
    (RetryPolicy.NEVER, FailureCategory.USER_CODE, False),
    (RetryPolicy.NEVER, FailureCategory.LOST, False),
    (RetryPolicy.ON_ERROR, FailureCategory.USER_CODE, True),
    (RetryPolicy.ON_ERROR, FailureCategory.CRASH, False),
    (RetryPolicy.ON_CRASH, FailureCategory.USER_CODE, False),
    (RetryPolicy.ON_CRASH, FailureCategory.CRASH, True),
    (RetryPolicy.ON_CRASH, FailureCategory.LOST, True),
    (RetryPolicy.ON_CRASH, FailureCategory.OUT_OF_MEMORY, True),
    (RetryPolicy.ALWAYS, FailureCategory.USER_CODE, True),
    (RetryPolicy.ALWAYS, FailureCategory.CRASH, True),
    (RetryPolicy.ALWAYS, FailureCategory.TIMEOUT, False),
    (RetryPolicy.ALWAYS, FailureCategory.IMAGE, False),
]


@pytest.mark.parametrize(("policy", "category", "again"), RETRIES)
def test_retry_matrix(policy: RetryPolicy, category: FailureCategory, again: bool) -> None:
    """The policy and the class of the failure decide, up to limit + 1 attempts."""
    retry = Retry(policy=policy, limit=2)
    assert [tries_again(retry, failure(category), attempt) for attempt in (1, 2, 3)] == [again, again, False]


def test_a_retried_task_runs_again_with_the_next_attempt_and_old_reports_are_ignored() -> None:
    """After a crash attempt 2 is due; whatever attempt 1 still says changes nothing."""
    job = Job(node("a", retry=Retry(policy=RetryPolicy.ON_CRASH, limit=1)))
    job.start()
    assert job.end("a", (0, failure(FailureCategory.CRASH)))[0] == RunTasks("a", [0], 2)
    assert job.end("a", (0, VALUE), attempt=1) == [ReportProgress()]
    assert job.end("a", (0, VALUE), attempt=2) == [EndJob(JobState.COMPLETED)]


def test_a_second_result_of_the_same_attempt_is_ignored() -> None:
    """At most one result per task."""
    job = Job(node("a", "#[1,2]"))
    job.start()
    job.end("a", (0, VALUE))
    before = list(job.machine.nodes["a"].results)
    job.end("a", (0, VALUE), (0, failure()))
    assert list(job.machine.nodes["a"].results) == before


def test_stop_and_what_comes_after() -> None:
    """A stop ends the job once; later events change nothing."""
    job = Job(node("a"))
    job.start()
    assert job.machine.handle(StopRequested(at=3, reason="why"))[-1] == EndJob(JobState.STOPPED, reason="why")
    assert job.machine.handle(StopRequested(at=4, reason="again")) == []
    assert job.end("a", (0, VALUE)) == []
    assert job.machine.reason == "why"


def test_node_failed() -> None:
    """A node that cannot be run for another reason than a task fails the job, with its name."""
    job = Job(node("a"))
    job.start()
    assert job.machine.handle(NodeFailed(at=3, node="a", error="no"))[-1] == EndJob(
        JobState.FAILED, error='node "a": no', node="a"
    )


def test_progress_counts_unstarted_nodes_as_one() -> None:
    """Progress may fall when a node fans out."""
    job = Job(node("a"), node("b", "#@a"))
    job.start()

    def progress() -> float | None:
        return view_of(job.machine, job_id="j", submitted_at=0, at=0, running={}).progress

    assert progress() == 0.0
    job.end("a", (0, array("a", 3)))
    assert progress() == 25.0
    job.end("b", (0, VALUE), (1, VALUE))
    assert progress() == 75.0


def test_view_shows_running_tasks() -> None:
    """Tasks on workers are active, the others of a running node are creating."""
    job = Job(node("a", "#[1...5]"))
    job.start()
    view = view_of(job.machine, job_id="j", submitted_at=0, at=0, running={"a": 2})
    assert view.nodes[0].states == {"active": 2, "creating": 3}
    assert view.nodes[0].state == "active"
