"""What became of each task, read from the events of a journal alone."""

from collections.abc import Sequence

import pytest

from controlplane.domain import graph as graphs
from controlplane.domain.job_events import JobEvent, JobStarted, Noted, NoteKind, TaskEnd, TasksEnded
from controlplane.domain.job_tasks import JobTasks, OnWorker, TaskWord
from controlplane.domain.pipeline import Node, Pipeline, Retry, RetryPolicy
from controlplane.domain.records import JobRecord
from controlplane.domain.task_ledger import OutputPlace, TaskLedger, levels
from controlplane.domain.values import NULL, Failure, Payload
from tests.unit.domain.harness import VALUE, array, failure, node


def ledger_of(*nodes: Node) -> TaskLedger:
    pipeline = Pipeline(name="p", nodes=nodes)
    record = JobRecord(
        job_id="j",
        submitted_at=1.0,
        types=(),
        document=b"",
        pipeline=pipeline,
        flow_input=NULL,
        flow_input_shapes=graphs.flow_input_shapes(graphs.build(pipeline), None),
    )
    return TaskLedger(record)


def ended(
    node: str, *ends: tuple[int, int, Payload | Failure], at: float, first: int, worker: str = "w", took_us: int = 0
) -> JobEvent:
    """Ends as (task, attempt, how)."""
    reports = [
        TaskEnd(task, attempt, None, how, took_us)
        if isinstance(how, Failure)
        else TaskEnd(task, attempt, how, None, took_us)
        for task, attempt, how in ends
    ]
    return TasksEnded(at=at, node=node, first_result=first, ends=reports, worker=worker)


@pytest.fixture
def ledger() -> TaskLedger:
    """A node of one task, done; then a batch of four: one done, one failed, one to be tried again, one not run yet."""
    retry = Retry(policy=RetryPolicy.ALWAYS, limit=1)
    ledger = ledger_of(node("a"), node("b", "#@a", retry=retry), node("c", "@b"))
    ledger.take([JobStarted(at=10.0), Noted(at=10.0, kind=NoteKind.NODE_STARTED, node="a")], 1)
    ledger.take([ended("a", (0, 1, array("a", 4)), at=12.0, first=0, took_us=500_000)], 2)
    ledger.take(
        [
            Noted(at=12.0, kind=NoteKind.NODE_ENDED, node="a"),
            Noted(at=12.0, kind=NoteKind.NODE_STARTED, node="b"),
            ended("b", (0, 1, VALUE), (1, 1, failure()), at=13.0, first=1, worker="v"),
            ended("b", (1, 2, failure(text="again")), (2, 1, failure()), at=14.0, first=3),
        ],
        3,
    )
    return ledger


def test_single_task(ledger: TaskLedger) -> None:
    row = JobTasks(ledger, {}).nodes["a"].row(0)
    assert (row.word, row.started_at, row.ended_at, row.worker) == (TaskWord.SUCCEED, 11.5, 12.0, "w")
    assert (row.batch_index, row.attempt, row.output_bytes) == (0, 1, 1)


def test_batch(ledger: TaskLedger) -> None:
    batch = JobTasks(ledger, {}).nodes["b"]
    rows = [batch.row(task) for task in batch.tasks()]
    assert [row.word for row in rows] == ["succeed", "failed", "warning", "creating"]
    assert [row.worker for row in rows] == ["v", "w", "w", ""]
    assert [row.attempt for row in rows] == [1, 2, 2, 1]
    assert [row.error for row in rows] == ["", "again", "boom", ""]
    assert [row.ended_at for row in rows] == [13.0, 14.0, None, None]
    assert batch.words() == {"succeed": 1, "failed": 1, "warning": 1, "creating": 1}
    assert batch.node_word() is TaskWord.ACTIVE
    assert JobTasks(ledger, {}).nodes["c"].node_word() is TaskWord.PENDING


def test_what_workers_have(ledger: TaskLedger) -> None:
    """Only what they hold of the attempt under way counts, and never a task that has ended."""
    held = {0: OnWorker("x", 1, 9.0), 2: OnWorker("x", 1, 9.0), 3: OnWorker("x", 1, 15.0)}
    batch = JobTasks(ledger, {"b": held}).nodes["b"]
    assert [batch.word(task) for task in range(4)] == ["succeed", "failed", "warning", "active"]
    assert batch.words() == {"succeed": 1, "failed": 1, "warning": 1, "active": 1}
    row = batch.row(3)
    assert (row.worker, row.started_at, row.ended_at) == ("x", 15.0, None)


def test_where_outputs_are(ledger: TaskLedger) -> None:
    assert ledger.place_of_output("a", 0) == OutputPlace(2, 0)
    assert ledger.place_of_output("b", 0) == OutputPlace(3, 1)
    assert [ledger.place_of_output("b", task) for task in (1, 2, 3, 4)] == [None] * 4
    assert ledger.place_of_output("nobody", 0) is None


def test_repeated_reports_change_nothing(ledger: TaskLedger) -> None:
    before = JobTasks(ledger, {}).nodes["b"].row(0)
    ledger.take([ended("b", (0, 1, failure()), at=99.0, first=5, worker="late")], 4)
    assert JobTasks(ledger, {}).nodes["b"].row(0) == before


@pytest.mark.parametrize(
    ("nodes", "expected"),
    [
        ([node("a")], {"a": 0}),
        ([node("c", "@b"), node("b", "@a"), node("a")], {"a": 0, "b": 1, "c": 2}),
        ([node("a"), node("b", "@a"), node("c", "*@a", "@b"), node("d", "#@a")], {"a": 0, "b": 1, "c": 2, "d": 1}),
    ],
)
def test_levels(nodes: Sequence[Node], expected: dict[str, int]) -> None:
    assert levels(ledger_of(*nodes).runs) == expected
