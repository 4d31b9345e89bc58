"""The state machine of one job: events in, commands out.

A node is WAITING until all its parents have ended, then RUNNING with a known number of tasks (or SKIPPED when its batch
is empty), then DONE. Per task there are three small numbers in flat arrays, so that a batch of a million costs megabytes.

=========  ============================================  ==========================
task       what is true                                  who moves it on
=========  ============================================  ==========================
CREATING   runnable, in a queue or on a worker           TasksEnded
WARNING    an attempt failed, the next one is runnable   TasksEnded
SUCCEED    its output has a number in the result log     nobody
FAILED     no attempts left                              nobody
STOPPED    the job ended first                           nobody
=========  ============================================  ==========================
"""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum
from typing import assert_never

from controlplane.domain.graph import MAX_TASKS_PER_NODE, Graph, GraphNode, task_count
from controlplane.domain.job_events import (
    CancelReason,
    CancelTasks,
    EndJob,
    JobCommand,
    JobEvent,
    JobStarted,
    JobState,
    NodeFailed,
    ReportProgress,
    RunTasks,
    StartNode,
    StopRequested,
    TaskEnd,
    TasksEnded,
)
from controlplane.domain.pipeline import Pipeline
from controlplane.domain.references import FLOW_INPUT, RawBatch, Reference
from controlplane.domain.retry import failed_percent, tolerated, tries_again
from controlplane.domain.values import Shape

MAX_KEPT_ERRORS = 1000
"""Failure texts kept per node; further failures are only counted."""

MAX_ERROR_CHARACTERS = 2000


class TaskState(IntEnum):
    CREATING = 0
    WARNING = 1
    SUCCEED = 2
    FAILED = 3
    STOPPED = 4

    @property
    def is_final(self) -> bool:
        return self >= TaskState.SUCCEED


class NodeState(IntEnum):
    WAITING = 0
    RUNNING = 1
    DONE = 2
    SKIPPED = 3

    @property
    def is_final(self) -> bool:
        return self >= NodeState.DONE


_CREATING, _WARNING, _SUCCEED, _FAILED = map(int, list(TaskState)[:4])


class NodeRun:
    """What is known of one node of a running job."""

    __slots__ = (
        "attempts",
        "counts",
        "errors",
        "is_batch",
        "nulls",
        "results",
        "shapes",
        "sizes",
        "spec",
        "state",
        "tasks",
    )

    def __init__(self, spec: GraphNode) -> None:
        self.spec = spec
        self.state = NodeState.WAITING
        self.is_batch = bool(spec.slots)
        self.sizes: tuple[int, ...] = ()
        """Elements of each batch leaf, known from RUNNING on."""
        self.tasks = bytearray()
        """One TaskState per task."""
        self.attempts = array("H")
        """Attempt under way or last made, per task, from 1."""
        self.results = array("q")
        """Number of the output in the result log, per task; -1 for none."""
        self.nulls = 0
        """Outputs that are null: they are no elements of a later batch."""
        self.counts = [0] * len(TaskState)
        """Tasks per state."""
        self.errors: dict[int, str] = {}
        """Failure text by index, at most MAX_KEPT_ERRORS."""
        self.shapes: Mapping[str, Shape] = {}
        """Shapes of the output of a single task."""

    @property
    def total(self) -> int:
        return len(self.tasks)

    def begin(self, sizes: tuple[int, ...], total: int) -> None:
        self.sizes = sizes
        self.state = NodeState.RUNNING
        self.tasks = bytearray(total)
        self.attempts = array("H", [1]) * total
        self.results = array("q", [-1]) * total
        self.counts[_CREATING] = total

    def unfinished(self) -> int:
        return self.counts[_CREATING] + self.counts[_WARNING]


class JobMachine:
    """One job's graph in motion. Pure: the same events give the same commands."""

    def __init__(self, pipeline: Pipeline, graph: Graph, flow_input_shapes: Mapping[str, Shape]) -> None:
        self.pipeline = pipeline
        self.graph = graph
        self.state = JobState.PENDING
        self.active_at: float | None = None
        self.ended_at: float | None = None
        self.error = ""
        self.reason = ""
        self.failed_node = ""
        self.nodes = {name: NodeRun(spec) for name, spec in graph.nodes.items()}
        self._flow_input_shapes = flow_input_shapes
        self._waiting_for = {name: len(spec.parents) for name, spec in graph.nodes.items()}
        """Parents of each node that have not ended."""
        self._open_nodes = len(self.nodes)
        """Nodes that have not ended."""

    def handle(self, event: JobEvent) -> list[JobCommand]:
        """Takes one event; events for a job that has ended change nothing."""
        if self.state.is_final:
            return []
        match event:
            case JobStarted():
                return self._started(event)
            case TasksEnded():
                return self._tasks_ended(event)
            case StopRequested():
                return self._end(JobState.STOPPED, event.at, reason=event.reason)
            case NodeFailed(node=node, error=error):
                return self._end(JobState.FAILED, event.at, error=f'node "{node}": {error}', node=node)
            case _:
                assert_never(event)

    def _started(self, event: JobStarted) -> list[JobCommand]:
        if self.state is not JobState.PENDING:
            return []
        self.state = JobState.ACTIVE
        self.active_at = event.at
        return self._run_ready([spec.name for spec in self.graph.entries()], event.at)

    def _tasks_ended(self, event: TasksEnded) -> list[JobCommand]:
        run = self.nodes[event.node]
        again: dict[int, list[int]] = {}
        for offset, end in enumerate(event.ends):
            if not self._is_current(run, end):
                continue
            if end.failure is None:
                self._succeeded(run, end, event.first_result + offset)
            elif tries_again(run.spec.node.retry, end.failure, end.attempt):
                self._note(run, end.task, TaskState.WARNING, end.failure.text())
                run.attempts[end.task] = end.attempt + 1
                again.setdefault(end.attempt + 1, []).append(end.task)
            else:
                self._note(run, end.task, TaskState.FAILED, end.failure.text())
                problem = self._verdict(run, end)
                if problem:
                    return self._end(JobState.FAILED, event.at, error=problem, node=run.spec.name)
        commands: list[JobCommand] = [RunTasks(event.node, indices, attempt) for attempt, indices in again.items()]
        if run.state is NodeState.RUNNING and run.unfinished() == 0:
            commands += self._node_ended(run, NodeState.DONE, event.at)
        if not self.state.is_final:
            commands.append(ReportProgress())
        return commands

    @staticmethod
    def _is_current(run: NodeRun, end: TaskEnd) -> bool:
        """Whether this is news about the attempt under way, not a late or repeated report."""
        return (
            0 <= end.task < len(run.tasks) and run.tasks[end.task] <= _WARNING and run.attempts[end.task] == end.attempt
        )

    @staticmethod
    def _succeeded(run: NodeRun, end: TaskEnd, result: int) -> None:
        index = end.task
        counts = run.counts
        counts[run.tasks[index]] -= 1
        counts[_SUCCEED] += 1
        run.tasks[index] = _SUCCEED
        output = end.output
        if output is None or output.is_null:
            run.nulls += 1
            return
        run.results[index] = result
        if not run.is_batch:
            run.shapes = dict(output.shapes)

    @staticmethod
    def _note(run: NodeRun, index: int, state: TaskState, error: str) -> None:
        run.counts[run.tasks[index]] -= 1
        run.counts[state] += 1
        run.tasks[index] = state
        if index in run.errors or len(run.errors) < MAX_KEPT_ERRORS:
            run.errors[index] = error[:MAX_ERROR_CHARACTERS]

    def _verdict(self, run: NodeRun, end: TaskEnd) -> str:
        """Why the job fails with this task; empty when it goes on."""
        assert end.failure is not None
        error = end.failure.text()
        if not run.is_batch:
            return error
        failed, tolerance = run.counts[_FAILED], self.pipeline.batch_tolerance
        if tolerated(failed, run.total, tolerance):
            return ""
        percent = failed_percent(failed, run.total)
        return f"{failed}/{run.total} ({percent}%) failed tasks, batch tolerance is {tolerance}%, error: {error}"

    def _node_ended(self, run: NodeRun, state: NodeState, at: float) -> list[JobCommand]:
        run.state = state
        self._open_nodes -= 1
        if self._open_nodes == 0:
            return self._end(JobState.COMPLETED, at)
        ready = []
        for child in run.spec.children:
            self._waiting_for[child] -= 1
            if self._waiting_for[child] == 0:
                ready.append(child)
        return self._run_ready(ready, at)

    def _run_ready(self, names: Sequence[str], at: float) -> list[JobCommand]:
        commands: list[JobCommand] = []
        for name in names:
            commands += self._run_node(self.nodes[name], at)
            if self.state.is_final:
                # What was to start before the failure was found is not wanted any more.
                return [c for c in commands if isinstance(c, CancelTasks | EndJob)]
        return commands

    def _run_node(self, run: NodeRun, at: float) -> list[JobCommand]:
        name = run.spec.name
        sizes: list[int] = []
        for source in run.spec.slots:
            size = self._size(source)
            if isinstance(size, str):
                return self._end(JobState.FAILED, at, error=f'node "{name}": {size}', node=name)
            sizes.append(size)
        total = task_count(run.spec.node.batch_operation, sizes) if run.is_batch else 1
        if total > MAX_TASKS_PER_NODE:
            problem = f'node "{name}": {total} tasks are more than the limit of {MAX_TASKS_PER_NODE}'
            return self._end(JobState.FAILED, at, error=problem, node=name)
        if total == 0:
            return self._node_ended(run, NodeState.SKIPPED, at)
        run.begin(tuple(sizes), total)
        return [StartNode(name), RunTasks(name, range(total), 1)]

    def _size(self, source: Reference | RawBatch) -> int | str:
        """Elements of a batch leaf, or why they cannot be told."""
        if isinstance(source, RawBatch):
            return len(source.elements)
        if source.root == FLOW_INPUT:
            return _array_size(self._flow_input_shapes[source.full_path])
        parent = self.nodes[source.root]
        if parent.is_batch:
            return parent.counts[_SUCCEED] - parent.nulls
        if parent.nulls or parent.counts[_SUCCEED] == 0:
            return 0
        shape = parent.shapes.get(source.full_path)
        if shape is None:
            return f'"#@{source.full_path}": the result of node "{source.root}" has no "{source.path}" to iterate over'
        return _array_size(shape)

    def _end(
        self, state: JobState, at: float, *, error: str = "", node: str = "", reason: str = ""
    ) -> list[JobCommand]:
        self.state = state
        self.ended_at = at
        self.error, self.failed_node, self.reason = error, node, reason
        commands: list[JobCommand] = []
        if state is not JobState.COMPLETED:
            for run in self.nodes.values():
                _stop(run)
            stopped = state is JobState.STOPPED
            commands.append(CancelTasks(CancelReason.STOPPED if stopped else CancelReason.JOB_FAILED))
        return [*commands, EndJob(state, error=error, node=node, reason=reason)]

    def unfinished_tasks(self) -> Iterator[tuple[str, dict[int, list[int]]]]:
        """Runnable tasks by node and attempt: what a queue must hold after a restart."""
        for name, run in self.nodes.items():
            if run.state is NodeState.RUNNING and run.unfinished():
                by_attempt: dict[int, list[int]] = {}
                for index, state in enumerate(run.tasks):
                    if state <= _WARNING:
                        by_attempt.setdefault(run.attempts[index], []).append(index)
                yield name, by_attempt

    def check(self) -> None:
        """Asserts what must hold between events; for tests and simulation."""
        for name, run in self.nodes.items():
            assert sum(run.counts) == run.total, f"{name}: counts do not add up"
            for state in TaskState:
                assert run.counts[state] == run.tasks.count(state), f"{name}: wrong count of {state.name}"
            if run.state is NodeState.RUNNING and not self.state.is_final:
                assert run.unfinished() > 0, f"{name}: running with nothing to run"
            if run.state is not NodeState.WAITING and self.state is not JobState.FAILED:
                assert all(self.nodes[p].state.is_final for p in run.spec.parents), f"{name}: began before its parents"
            assert all(1 <= a <= run.spec.node.retry.limit + 1 for a in run.attempts), f"{name}: too many attempts"
        if self.state is JobState.COMPLETED:
            assert all(run.state.is_final for run in self.nodes.values()), "completed with open nodes"


def _array_size(shape: Shape) -> int:
    return shape.size if shape.type == "array" else 0


def _stop(run: NodeRun) -> None:
    for index, state in enumerate(run.tasks):
        if state <= _WARNING:
            run.counts[state] -= 1
            run.counts[TaskState.STOPPED] += 1
            run.tasks[index] = TaskState.STOPPED
