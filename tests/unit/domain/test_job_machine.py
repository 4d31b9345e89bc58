"""The job machine: events in, commands out."""

import pytest

from controlplane.domain.graph import MAX_NODES, MAX_TASKS_PER_NODE
from controlplane.domain.job_events import (
    CancelReason,
    CancelTasks,
    EndJob,
    JobState,
    NodeCached,
    NodeFailed,
    Noted,
    NoteKind,
    ReportProgress,
    RunTasks,
    StartNode,
    StopRequested,
)
from controlplane.domain.job_view import view_of
from controlplane.domain.node_run import NodeState
from controlplane.domain.pipeline import BatchOperation, Node, Retry, RetryPolicy
from controlplane.domain.values import MSGPACK, NULL, Failure, FailureCategory, Payload, Shape
from tests.unit.domain.harness import VALUE, Job, array, failure, node, ran


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


@pytest.mark.parametrize("sign", ["#@", "*@", "*#@"])
def test_a_long_chain_without_elements_is_skipped_at_once(sign: str) -> None:
    """As many nodes as there may be, each skipped because the one before it was: the job completes, in either order."""
    first = [node("n0"), node("n1", "#@n0")]
    rest = [node(f"n{i}", f"{sign}n{i - 1}") for i in range(2, MAX_NODES)]
    for nodes in (first + rest, rest[::-1] + first):
        job = Job(*nodes)
        job.start()
        assert job.end("n0", (0, NULL)) == [EndJob(JobState.COMPLETED)]
        assert all(run.state is NodeState.SKIPPED for name, run in job.machine.nodes.items() if name != "n0")


def test_a_job_without_anything_to_run_ends_when_it_starts() -> None:
    """Its end is the last that is heard of it."""
    job = Job(node("a", "#[5...3]"))
    assert job.start() == [EndJob(JobState.COMPLETED)]


def test_nothing_starts_once_a_node_cannot_be_run() -> None:
    """Of two nodes that become runnable together one cannot be: the other one is not started."""
    job = Job(node("a"), node("b", "@a"), node("c", "#@a.zz"))
    job.start()
    commands = job.end("a", (0, VALUE))
    assert ran(commands) == {}
    assert not [c for c in commands if isinstance(c, StartNode)]
    assert commands[-1] == EndJob(JobState.FAILED, error=job.machine.error, node="c")


def test_more_tasks_than_a_node_may_have_fail_the_job() -> None:
    """The product of lists is checked before anything is made of it."""
    job = Job(node("a", *["#[1...10000]"] * 3, batch_operation=BatchOperation.CARTESIAN))
    job.start()
    assert job.machine.error == f'node "a": {10**12} tasks are more than the limit of {MAX_TASKS_PER_NODE}'


# Outputs of an earlier job


def cached_job(*nodes: Node, cached: str, total: int, batch: bool) -> Job:
    job = Job(*nodes, cached=[cached])
    job.take(NodeCached(at=0.5, node=cached, is_batch=batch, total=total))
    return job


def test_outputs_of_an_earlier_job_stand_in_for_a_node() -> None:
    """Its batch is iterated over without the failed and null outputs; nothing of it is run, shown or in the result."""
    job = cached_job(node("b", "#@a"), node("c", "@a"), cached="a", total=3, batch=True)
    lasting = Failure(category=FailureCategory.USER_CODE, message="then", retryable=False)
    job.end("a", (0, VALUE), (1, lasting), (2, VALUE))
    assert job.machine.state is JobState.PENDING
    assert job.unfinished() == set()
    assert ran(job.start()) == {"b": [0, 1], "c": [0]}
    assert [n.name for n in job.machine.graph.result_nodes()] == ["b", "c"]
    view = view_of(job.machine, job_id="j", submitted_at=0, at=0, running={})
    assert [n.name for n in view.nodes] == ["b", "c"]
    job.end("b", (0, VALUE), (1, VALUE))
    assert job.end("c", (0, VALUE)) == [EndJob(JobState.COMPLETED)]


def test_a_cached_single_output_is_iterated_over_by_its_shape() -> None:
    """As it would be in the job that made it."""
    job = cached_job(node("b", "#@a.list"), cached="a", total=1, batch=False)
    job.end("a", (0, array("a.list", 4)))
    assert ran(job.start()) == {"b": [0, 1, 2, 3]}


def test_a_cached_node_that_was_skipped_skips_its_children() -> None:
    """No outputs then, no elements now."""
    job = cached_job(node("b", "#@a"), node("c", "@a"), cached="a", total=0, batch=True)
    assert ran(job.start()) == {"c": [0]}
    assert job.machine.nodes["b"].state is NodeState.SKIPPED


# Notes


def test_notes_tell_how_nodes_came_and_went() -> None:
    """What the history shows besides the events: when nodes start, end, are skipped, and how the job ends."""
    job = Job(node("a", "#[1...3]", retry=Retry(policy=RetryPolicy.NEVER)), node("b", "*@a"), node("c", "#@b"))
    job.start()
    job.end("a", (0, VALUE), (1, failure()), (2, VALUE))
    job.call("b")
    job.end("b", (0, NULL), (1, NULL), (2, NULL))
    assert [(note.kind, note.node, note.text) for note in job.notes] == [
        (NoteKind.NODE_STARTED, "a", "3 tasks"),
        (NoteKind.NODE_STARTED, "b", "as elements come"),
        (NoteKind.NODE_ENDED, "a", "2 succeed, 1 failed"),
        (NoteKind.NODE_STARTED, "b:y", 'called by node "b"'),
        (NoteKind.NODE_ENDED, "b", "3 succeed"),
        (NoteKind.NODE_SKIPPED, "c", "its batch has no elements"),
        (NoteKind.ENDED, "", "completed"),
    ]


@pytest.mark.parametrize("why", ["stop", "fail"])
def test_the_last_note_tells_why_a_job_ended(why: str) -> None:
    """Reason or error, and the node at fault."""
    job = Job(node("a"))
    job.start()
    if why == "stop":
        job.stop()
        expected = ("", "stopped: enough")
    else:
        job.end("a", (0, failure()))
        expected = ("a", "failed: boom")
    assert job.notes[-1] == Noted(at=job.notes[-1].at, kind=NoteKind.ENDED, node=expected[0], text=expected[1])


def test_notes_change_nothing() -> None:
    """They follow from the other events, so a journal that is read again may pass them on."""
    job = Job(node("a"))
    job.start()
    assert job.take(job.notes[0]) == []
    assert job.unfinished() == {("a", 0, 1)}
