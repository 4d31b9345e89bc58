"""What became of every task of a job, read from its journal: state, attempt, times, worker and size of the output.

The driver keeps only what it takes to run the job; who looks at single tasks reads them here, so looking costs the driver
nothing. The job's machine handles the same events again, and numbers of each task are noted beside it in flat arrays: a
million tasks take some 40 MB.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import NamedTuple

from controlplane.domain import graph as graphs
from controlplane.domain.job_events import JobEvent, Noted, NoteKind, TasksEnded
from controlplane.domain.job_machine import JobMachine
from controlplane.domain.node_run import NodeRun
from controlplane.domain.records import JobRecord

MAX_WORKERS = 65_535
"""Workers of one job that are told apart; what further ones ran bears no name."""

_NOBODY = 0


class TaskNotes:
    """What the machine does not keep of the tasks of one node, by task; longer than its tasks never, shorter often."""

    __slots__ = ("ended_at", "ended_node_at", "output_bytes", "started_at", "took_seconds", "workers")

    def __init__(self) -> None:
        self.started_at: float | None = None
        """When the node became runnable."""
        self.ended_node_at: float | None = None
        self.ended_at = array("d")
        """End of the last attempt that ended; 0 when none has."""
        self.took_seconds = array("f")
        """Time of that attempt on its worker; 0 when not known."""
        self.workers = array("H")
        """Who ran it: place in ``TaskLedger.workers``."""
        self.output_bytes = array("q")
        """Size of the output; -1 when there is none."""

    def grow(self, tasks: int) -> None:
        """Makes room for so many tasks."""
        missing = tasks - len(self.ended_at)
        if missing > 0:
            self.ended_at.frombytes(bytes(8 * missing))
            self.took_seconds.frombytes(bytes(4 * missing))
            self.workers.frombytes(bytes(2 * missing))
            self.output_bytes.extend(array("q", [-1]) * missing)


class TaskFacts(NamedTuple):
    """What is known of one task besides its state."""

    started_at: float | None
    ended_at: float | None
    """Of the last attempt that ended."""
    worker: str
    output_bytes: int | None


_NOTHING = TaskFacts(None, None, "", None)


@dataclass(frozen=True, slots=True)
class OutputPlace:
    """Where the output of a task is kept."""

    seq: int
    """Value of the job's journal."""
    number: int
    """Number of the output in the job."""


class TaskLedger:
    """One job. Not to be used by two threads at a time."""

    def __init__(self, record: JobRecord) -> None:
        graph = graphs.build(record.pipeline, cached=record.cached_nodes)
        self.record = record
        self.machine = JobMachine(record.pipeline, graph, record.flow_input_shapes)
        self.notes: dict[str, TaskNotes] = {}
        self.workers: list[str] = [""]
        self._worker_numbers: dict[str, int] = {"": _NOBODY}
        self._firsts = array("q")
        self._seqs = array("q")
        """Which outputs are in which value of the journal: first number, and the value's."""

    @property
    def runs(self) -> Mapping[str, NodeRun]:
        """The nodes that people see: without those that outputs of an earlier job stand in for."""
        return {name: run for name, run in self.machine.nodes.items() if not run.spec.is_cached}

    @property
    def task_count(self) -> int:
        return sum(len(run.tasks) for run in self.machine.nodes.values())

    def take(self, events: Iterable[JobEvent], seq: int) -> None:
        """Takes the events of one value of the journal; ``seq`` is its number."""
        machine = self.machine
        for event in events:
            match event:
                case TasksEnded(first_result=first):
                    self._firsts.append(first)
                    self._seqs.append(seq)
                    if not machine.state.is_final:
                        self._note_ends(event)
                case Noted(kind=NoteKind.NODE_STARTED, node=node, at=at):
                    self._notes(node).started_at = at
                case Noted(kind=NoteKind.NODE_ENDED | NoteKind.NODE_SKIPPED, node=node, at=at):
                    self._notes(node).ended_node_at = at
                case _:
                    pass
            machine.handle(event)

    def facts(self, node: str, task: int) -> TaskFacts:
        """Times, worker and output of a task."""
        notes = self.notes.get(node)
        if notes is None or task >= len(notes.ended_at) or not notes.ended_at[task]:
            return _NOTHING
        ended_at, took, size = notes.ended_at[task], notes.took_seconds[task], notes.output_bytes[task]
        return TaskFacts(
            max(ended_at - took, notes.started_at or 0.0) if took else None,
            ended_at,
            self.workers[notes.workers[task]],
            size if size >= 0 else None,
        )

    def place_of_output(self, node: str, task: int) -> OutputPlace | None:
        """Where the output of a task is; None when there is none, or it is null."""
        run = self.machine.nodes.get(node)
        if run is None or not 0 <= task < len(run.results) or run.results[task] < 0:
            return None
        number = run.results[task]
        return OutputPlace(self._seqs[bisect_right(self._firsts, number) - 1], number)

    def _notes(self, node: str) -> TaskNotes:
        return self.notes.setdefault(node, TaskNotes())

    def _note_ends(self, event: TasksEnded) -> None:
        run = self.machine.nodes[event.node]
        notes = self._notes(event.node)
        notes.grow(len(run.tasks))
        worker = self._worker_number(event.worker)
        for end in event.ends:
            task = end.task
            if not run.is_under_way(task, end.attempt):
                continue
            notes.ended_at[task] = event.at
            notes.took_seconds[task] = end.took_us / 1e6
            notes.workers[task] = worker
            if end.output is not None:
                notes.output_bytes[task] = end.output.size_bytes

    def _worker_number(self, worker: str) -> int:
        number = self._worker_numbers.get(worker)
        if number is None and len(self.workers) <= MAX_WORKERS:
            number = self._worker_numbers[worker] = len(self.workers)
            self.workers.append(worker)
        return number or _NOBODY


def levels(runs: Mapping[str, NodeRun]) -> dict[str, int]:
    """How deep in the graph each node is: 0 without parents, else one more than the deepest parent."""
    above = {name: [parent for parent in _above(run) if parent in runs] for name, run in runs.items()}
    found: dict[str, int] = {}
    for name in TopologicalSorter(above).static_order():
        found[name] = max((found[parent] + 1 for parent in above[name]), default=0)
    return found


def _above(run: NodeRun) -> Iterable[str]:
    return (run.spec.caller,) if run.spec.caller else run.spec.parents
