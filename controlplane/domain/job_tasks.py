"""The tasks of a job as people see them: what the ledger says, and what workers have right now."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from controlplane.domain.ids import task_id
from controlplane.domain.node_run import ABSENT, CREATING, FAILED, STOPPED, SUCCEED, WARNING, NodeRun, NodeState
from controlplane.domain.task_ledger import TaskLedger, TaskNotes


class TaskWord(StrEnum):
    """State of a task, or of a node that has none yet; the words are those of the API."""

    PENDING = "pending"
    CREATING = "creating"
    ACTIVE = "active"
    SUCCEED = "succeed"
    FAILED = "failed"
    STOPPED = "stopped"
    SKIPPED = "skipped"
    WARNING = "warning"


WORDS = {
    CREATING: TaskWord.CREATING,
    WARNING: TaskWord.WARNING,
    SUCCEED: TaskWord.SUCCEED,
    FAILED: TaskWord.FAILED,
    STOPPED: TaskWord.STOPPED,
}
"""By the machine's states, but for those that workers have."""


class OnWorker(NamedTuple):
    """A task that a worker has."""

    worker: str
    attempt: int
    since: float | None
    """When the worker got it (seconds since the epoch); None when that was before a restart of the control plane."""


TasksOnWorkers = Mapping[str, Mapping[int, OnWorker]]
"""By node and task. Bounded by the number of workers, not by the size of the job."""


class TaskRow(NamedTuple):
    """One task."""

    node: str
    task: int
    """Place in its node, from 0."""
    task_id: str
    batch_index: int
    """From 1; 0 for the single task of a node."""
    word: TaskWord
    attempt: int
    """Under way, or the last one."""
    worker: str
    started_at: float | None
    ended_at: float | None
    """Of the last attempt that ended."""
    output_bytes: int | None
    error: str
    """Of its last failure; a task that ended well later keeps it."""


@dataclass(frozen=True, slots=True)
class NodeTasks:
    """The tasks of one node."""

    ledger: TaskLedger
    run: NodeRun
    on_workers: Mapping[int, OnWorker]

    @property
    def name(self) -> str:
        return self.run.spec.name

    @property
    def notes(self) -> TaskNotes:
        """Times and workers; empty of a node that has not begun."""
        return self.ledger.notes.get(self.name) or TaskNotes()

    def word(self, task: int) -> TaskWord:
        """State of a task that is there."""
        state = self.run.tasks[task]
        return TaskWord.ACTIVE if state <= WARNING and self._place(task) is not None else WORDS[state]

    def words(self) -> dict[str, int]:
        """Number of tasks by state, without zeros: exact, and as cheap for a million as for one."""
        counts: dict[str, int] = {word: self.run.counts[state] for state, word in WORDS.items()}
        for task in self.active():
            counts[WORDS[self.run.tasks[task]]] -= 1
            counts[TaskWord.ACTIVE] = counts.get(TaskWord.ACTIVE, 0) + 1
        return {word: count for word, count in counts.items() if count}

    def active(self) -> Iterator[int]:
        """Tasks that workers have."""
        return (task for task in self.on_workers if self._is_open(task) and self._place(task) is not None)

    def node_word(self) -> TaskWord:
        """State of the node as a whole."""
        match self.run.state:
            case NodeState.WAITING:
                return TaskWord.PENDING
            case NodeState.SKIPPED:
                return TaskWord.SKIPPED
        words = self.words()
        if len(words) == 1:
            return TaskWord(next(iter(words)))
        if self.run.state is NodeState.DONE:
            return TaskWord.SUCCEED
        return TaskWord.STOPPED if TaskWord.STOPPED in words else TaskWord.ACTIVE

    def tasks(self) -> Sequence[int]:
        """All tasks that are there, in order."""
        states = self.run.tasks
        if self.run.total == len(states):
            return range(len(states))
        return [task for task, state in enumerate(states) if state != ABSENT]

    def row(self, task: int) -> TaskRow:
        """Everything about one task."""
        run = self.run
        facts = self.ledger.facts(self.name, task)
        word = self.word(task)
        place = self._place(task) if word is TaskWord.ACTIVE else None
        ended = word not in (TaskWord.ACTIVE, TaskWord.CREATING, TaskWord.WARNING)
        return TaskRow(
            node=self.name,
            task=task,
            task_id=task_id(run.spec.number, task),
            batch_index=task + 1 if run.is_batch else 0,
            word=word,
            attempt=run.attempts[task],
            worker=place.worker if place is not None else facts.worker,
            started_at=place.since if place is not None else facts.started_at,
            ended_at=facts.ended_at if ended else None,
            output_bytes=facts.output_bytes,
            error=run.errors.get(task, ""),
        )

    def key_of(self, field: str) -> Callable[[int], Any] | None:
        """What tasks are ordered by for the name of a field of theirs, in REST spelling; None for other names."""
        make = _KEYS.get(field)
        return make(self) if make is not None else None

    def started_at(self, task: int) -> float | None:
        """When the attempt under way, or the last one that ended, began."""
        place = self._place(task) if self._is_open(task) else None
        return place.since if place is not None else self.ledger.facts(self.name, task).started_at

    def _is_open(self, task: int) -> bool:
        return task < len(self.run.tasks) and self.run.tasks[task] <= WARNING

    def _place(self, task: int) -> OnWorker | None:
        """The worker that has a task; what it holds of an attempt that is over does not count."""
        place = self.on_workers.get(task)
        return place if place is not None and place.attempt == self.run.attempts[task] else None


def _duration(node: NodeTasks) -> Callable[[int], float | None]:
    took = node.notes.took_seconds
    return lambda task: took[task] or None if task < len(took) else None


def _size(node: NodeTasks) -> Callable[[int], int | None]:
    sizes = node.notes.output_bytes
    return lambda task: sizes[task] if task < len(sizes) and sizes[task] >= 0 else None


_KEYS: Mapping[str, Callable[[NodeTasks], Callable[[int], Any]]] = {
    "batchIndex": lambda _: lambda task: task,
    "taskId": lambda _: lambda task: task,
    "status": lambda node: node.word,
    "startTime": lambda node: node.started_at,
    "endTime": lambda node: lambda task: node.row(task).ended_at,
    "duration": _duration,
    "podName": lambda node: lambda task: node.row(task).worker or None,
    "error": lambda node: node.run.errors.get,
    "retries": lambda node: node.run.attempts.__getitem__,
    "size": _size,
}
"""What tasks can be ordered by, for the tasks of a node; None is no value."""


class JobTasks:
    """The tasks of one job at one moment."""

    def __init__(self, ledger: TaskLedger, on_workers: TasksOnWorkers) -> None:
        self.ledger = ledger
        live = not ledger.machine.state.is_final
        self.nodes: dict[str, NodeTasks] = {
            name: NodeTasks(ledger, run, on_workers.get(name, {}) if live else {}) for name, run in ledger.runs.items()
        }
        """In the order of the pipeline, nodes made by calls behind them."""
