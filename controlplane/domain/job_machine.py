"""The state machine of one job: events in, commands out.

A node is WAITING until all its parents have ended, then RUNNING with a known number of tasks (or SKIPPED when its batch
is empty), then DONE. A node with ``*@`` references gets its tasks one by one, as elements of its parents end.

=========  ============================================  ==========================
task       what is true                                  who moves it on
=========  ============================================  ==========================
ABSENT     its element has not come yet                  TasksEnded of a parent
CREATING   runnable, in a queue or on a worker           TasksEnded
WARNING    an attempt failed, the next one is runnable   TasksEnded
SUCCEED    its output has a number in the result log     nobody
FAILED     no attempts left                              nobody
STOPPED    the job, or the task that called it, ended    nobody
=========  ============================================  ==========================

========  ====================================  =============================
job       what is true                          who moves it on
========  ====================================  =============================
PENDING   accepted, waits to be admitted        JobStarted
ACTIVE    its nodes are run                     its tasks
PAUSED    what runs goes on, nothing starts     ResumeRequested
RESUMED   waits to be admitted again            JobStarted
========  ====================================  =============================

A paused job does not complete before it is resumed; it can be stopped, and it fails when a task fails for good.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import assert_never

from controlplane.domain.batch_sizes import BatchSizes, item_paths, note_sizes
from controlplane.domain.call_book import CallBook
from controlplane.domain.graph import MAX_TASKS_PER_NODE, Graph, task_count
from controlplane.domain.job_events import (
    CallEnded,
    CallKey,
    CallRequested,
    CancelReason,
    CancelTasks,
    EndJob,
    HoldTasks,
    JobCommand,
    JobEvent,
    JobStarted,
    JobState,
    NodeCached,
    NodeFailed,
    Noted,
    NoteKind,
    PauseRequested,
    Readmit,
    ReleaseTasks,
    ReportProgress,
    ResumeRequested,
    RunTasks,
    StartNode,
    StopCall,
    StopRequested,
    TakeNote,
    TaskEnd,
    TasksEnded,
    UserAction,
)
from controlplane.domain.node_run import (
    FAILED,
    SUCCEED,
    WARNING,
    Emission,
    NodeRun,
    NodeState,
    TaskState,
)
from controlplane.domain.pipeline import Pipeline
from controlplane.domain.retry import always_fails_job, delay_seconds, failed_percent, tolerated, tries_again
from controlplane.domain.values import Failure, Shape

MAX_ACTIONS = 100


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
        self.actions: tuple[UserAction, ...] = ()
        """What people did to it, the newest ``MAX_ACTIONS``."""
        paths = item_paths(graph)
        self.nodes = {name: NodeRun(spec, paths.get(name, ())) for name, spec in graph.nodes.items()}
        """Also nodes that user code made by calling algorithms, as they come."""
        self.calls = CallBook(self.nodes)
        self._sizes = BatchSizes(self.nodes, flow_input_shapes)
        self._waiting_for = {
            name: sum(spec.waits_for_all_of(p) and not graph.nodes[p].is_cached for p in spec.parents)
            for name, spec in graph.nodes.items()
        }
        """Parents of each node that must end as a whole and have not."""
        self._any_children = _any_children(graph)
        self._open_nodes = sum(1 for spec in graph.nodes.values() if not spec.is_cached)
        """Nodes of the pipeline that have not ended."""
        self._just_ended: deque[NodeRun] = deque()
        """Nodes that have ended and whose children have not been looked at; empty between events."""

    def handle(self, event: JobEvent) -> list[JobCommand]:
        """Takes one event; events for a job that has ended change nothing."""
        if self.state.is_final:
            return []
        commands = self._react(event)
        if self.state.is_final:
            # What was to start before the end was found is not wanted any more.
            return [c for c in commands if not isinstance(c, RunTasks | StartNode)]
        return commands

    def _react(self, event: JobEvent) -> list[JobCommand]:
        match event:
            case TasksEnded():
                return self._tasks_ended(event)
            case JobStarted():
                return self._started(event.at)
            case StopRequested():
                self._note_action(event.at, "stop", event.user)
                return self._end(JobState.STOPPED, event.at, reason=event.reason)
            case PauseRequested():
                return self._paused(event)
            case ResumeRequested():
                return self._resumed(event)
            case NodeFailed(node=node, error=error):
                return self._end(JobState.FAILED, event.at, error=f'node "{node}": {error}', node=node)
            case NodeCached():
                return self._cached(event)
            case CallRequested():
                return self.calls.requested(event)
            case CallEnded(outcome=outcome):
                return self.calls.ended(CallKey(event.node, event.task, event.attempt, event.call_id), outcome)
            case Noted():
                return []
            case _:
                assert_never(event)

    # The job

    def _started(self, at: float) -> list[JobCommand]:
        if self.state not in (JobState.PENDING, JobState.RESUMED):
            return []
        commands: list[JobCommand] = [ReleaseTasks()] if self.state is JobState.RESUMED else []
        self.state = JobState.ACTIVE
        if self.active_at is not None:
            if self._open_nodes == 0:
                return [*commands, *self._end(JobState.COMPLETED, at)]
            return [*commands, ReportProgress()]
        self.active_at = at
        for run in self.nodes.values():
            if run.spec.is_cached:
                run.state = NodeState.DONE if run.total else NodeState.SKIPPED
        entries = [n for n, w in self._waiting_for.items() if w == 0 and not self.nodes[n].spec.is_cached]
        commands += self._run_ready(entries, at)
        commands += self._follow(at)
        return commands if self.state.is_final else [*commands, ReportProgress()]

    def _note_action(self, at: float, action: str, user: str) -> None:
        self.actions = (*self.actions, UserAction(at, action, user))[-MAX_ACTIONS:]

    def _paused(self, event: PauseRequested) -> list[JobCommand]:
        if self.state is JobState.PAUSED:
            return []
        self._note_action(event.at, "pause", event.user)
        self.state = JobState.PAUSED
        return [HoldTasks(), ReportProgress()]

    def _resumed(self, event: ResumeRequested) -> list[JobCommand]:
        if self.state is not JobState.PAUSED:
            return []
        self._note_action(event.at, "resume", event.user)
        self.state = JobState.RESUMED
        return [Readmit(), ReportProgress()]

    def _end(
        self, state: JobState, at: float, *, error: str = "", node: str = "", reason: str = ""
    ) -> list[JobCommand]:
        if state is JobState.COMPLETED and self.state is not JobState.ACTIVE:
            return []  # held: it completes when it is resumed
        self.state = state
        self.ended_at = at
        self.error, self.failed_node, self.reason = error, node, reason
        commands: list[JobCommand] = []
        if state is not JobState.COMPLETED:
            for run in self.nodes.values():
                run.stop_unfinished()
            stopped = state is JobState.STOPPED
            why = f"the job that called it was {state.value}"
            commands += [StopCall(c.key, why) for c in self.calls.open() if not c.node]
            commands.append(CancelTasks(CancelReason.STOPPED if stopped else CancelReason.JOB_FAILED))
        note = Noted(at=at, kind=NoteKind.ENDED, node=node, text=f"{state.value}: {error or reason}".removesuffix(": "))
        return [*commands, TakeNote(note), EndJob(state, error=error, node=node, reason=reason)]

    # Tasks

    def _tasks_ended(self, event: TasksEnded) -> list[JobCommand]:
        run = self.nodes[event.node]
        name = run.spec.name
        commands: list[JobCommand] = []
        again: dict[int, list[int]] = {}
        done: list[int] = []
        for offset, end in enumerate(event.ends):
            if not run.is_under_way(end.task, end.attempt):
                continue
            if self.calls.count((name, end.task, end.attempt)):
                commands += self.calls.close((name, end.task, end.attempt))
            if end.failure is None:
                self._succeeded(run, end, event.first_result + offset)
                done.append(end.task)
            elif tries_again(run.spec.node.retry, end.failure, end.attempt):
                run.move(end.task, WARNING)
                run.note_error(end.task, end.failure.text())
                run.attempts[end.task] = end.attempt + 1
                again.setdefault(end.attempt + 1, []).append(end.task)
            else:
                run.move(end.task, FAILED)
                run.note_error(end.task, end.failure.text())
                done.append(end.task)
                problem = self._verdict(run, end.failure)
                if problem:
                    return [*commands, *self._end(JobState.FAILED, event.at, error=problem, node=name)]
            if run.spec.caller:
                commands += self.calls.task_ended(run, end)
        for attempt, indices in again.items():
            commands.append(RunTasks(name, indices, attempt, delay_seconds(run.spec.node.retry, attempt)))
        if done:
            commands += self._elements_ended(run, done, event.at)
        if not self.state.is_final:
            commands += self._maybe_ended(run, event.at)
            commands += self._follow(event.at)
        if not self.state.is_final:
            commands.append(ReportProgress())
        return commands

    @staticmethod
    def _succeeded(run: NodeRun, end: TaskEnd, result: int) -> None:
        index = end.task
        run.move(index, SUCCEED)
        output = end.output
        if output is None or output.is_null:
            run.nulls += 1
            return
        run.results[index] = result
        if not run.is_batch:
            run.shapes = dict(output.shapes)
        if run.item_sizes:
            note_sizes(run, index, output)

    def _verdict(self, run: NodeRun, failure: Failure) -> str:
        """Why the job fails with this task; empty when it goes on."""
        if run.spec.caller or run.spec.is_cached:
            return ""  # its caller is told, or its own job was
        if not run.is_batch or always_fails_job(failure):
            return failure.text()
        expected = self._sizes.expected(run)
        return self._batch_verdict(run, expected, failure.text()) if expected is not None else ""

    def _batch_verdict(self, run: NodeRun, total: int, error: str) -> str:
        failed, tolerance = run.counts[FAILED], self.pipeline.batch_tolerance
        if not failed or tolerated(failed, total, tolerance):
            return ""
        percent = failed_percent(failed, total)
        return f"{failed}/{total} ({percent}%) failed tasks, batch tolerance is {tolerance}%, error: {error}"

    # Nodes

    def _run_ready(self, names: Sequence[str], at: float) -> list[JobCommand]:
        commands: list[JobCommand] = []
        for name in names:
            run = self.nodes[name]
            if run.join is not None:
                commands += self._open_join(run, at)
            else:
                commands += self._run_node(run, at)
            if self.state.is_final:
                break
        return commands

    def _run_node(self, run: NodeRun, at: float) -> list[JobCommand]:
        sizes = self._sizes.of(run)
        if isinstance(sizes, str):
            return self._node_problem(run, sizes, at)
        total = task_count(run.spec.node.batch_operation, sizes) if run.is_batch else 1
        if total > MAX_TASKS_PER_NODE:
            return self._too_many(run, total, at)
        if total == 0:
            return self._node_ended(run, NodeState.SKIPPED, at)
        run.begin(sizes, total)
        return [_started(run, at, total), StartNode(run.spec.name), RunTasks(run.spec.name, range(total), 1)]

    def _node_problem(self, run: NodeRun, problem: str, at: float) -> list[JobCommand]:
        name = run.spec.name
        return self._end(JobState.FAILED, at, error=f'node "{name}": {problem}', node=name)

    def _too_many(self, run: NodeRun, total: int, at: float) -> list[JobCommand]:
        return self._node_problem(run, f"{total} tasks are more than the limit of {MAX_TASKS_PER_NODE}", at)

    def _maybe_ended(self, run: NodeRun, at: float) -> list[JobCommand]:
        if run.state is not NodeState.RUNNING or not run.closed or run.unfinished() or run.spec.is_cached:
            return []
        return self._node_ended(run, NodeState.DONE, at)

    def _node_ended(self, run: NodeRun, state: NodeState, at: float) -> list[JobCommand]:
        """A node ended; its children are left to ``_follow``."""
        run.state = state
        run.closed = True
        self._open_nodes -= 1
        self._just_ended.append(run)
        return [_ended(run, at)]

    def _follow(self, at: float) -> list[JobCommand]:
        """Goes on after nodes that ended, and after those that end thereby, having nothing to run: a chain may be long."""
        commands: list[JobCommand] = []
        while self._just_ended and not self.state.is_final:
            commands += self._parent_ended(self._just_ended.popleft(), at)
        if self._open_nodes == 0 and not self.state.is_final:
            commands += self._end(JobState.COMPLETED, at)
        return commands

    def _parent_ended(self, run: NodeRun, at: float) -> list[JobCommand]:
        ready: list[str] = []
        complete: list[NodeRun] = []
        for name in run.spec.children:
            child = self.nodes[name]
            if child.spec.waits_for_all_of(run.spec.name):
                self._waiting_for[name] -= 1
                if self._waiting_for[name] == 0:
                    ready.append(name)
            if child.join is not None and run.spec.name in child.spec.any_parents:
                child.join.open_parents -= 1
                if child.join.is_complete:
                    complete.append(child)
        commands = self._run_ready(ready, at)
        for child in complete:
            if not self.state.is_final:
                commands += self._close_join(child, at)
        return commands

    # Elements one by one

    def _elements_ended(self, run: NodeRun, elements: Sequence[int], at: float) -> list[JobCommand]:
        commands: list[JobCommand] = []
        for name in self._any_children.get(run.spec.name, ()):
            child = self.nodes[name]
            assert child.join is not None
            ready = child.join.ended(elements)
            if ready and not self.state.is_final:
                commands += self._emit(child, ready, at)
        return commands

    def _open_join(self, run: NodeRun, at: float) -> list[JobCommand]:
        assert run.join is not None
        ready = run.join.open()
        commands = self._emit(run, ready, at) if ready else []
        if run.join.is_complete and not self.state.is_final:
            commands += self._close_join(run, at)
        return commands

    def _close_join(self, run: NodeRun, at: float) -> list[JobCommand]:
        """No more elements will come."""
        assert run.join is not None
        if run.closed:
            return []
        rest = run.join.rest()
        commands = self._emit(run, rest, at) if rest else []
        if self.state.is_final:
            return commands
        run.closed = True
        if run.total == 0:
            return commands + self._node_ended(run, NodeState.SKIPPED, at)
        problem = self._batch_verdict(run, run.total, run.last_failure())
        if problem:
            return commands + self._end(JobState.FAILED, at, error=problem, node=run.spec.name)
        return commands + self._maybe_ended(run, at)

    def _emit(self, run: NodeRun, elements: Sequence[int], at: float) -> list[JobCommand]:
        """Makes the tasks of elements that are ready."""
        indices: Sequence[int] = elements
        if run.emissions is not None:
            found = self._fan_out(run, elements)
            if isinstance(found, str):
                return self._node_problem(run, found, at)
            indices = found
            if not indices:
                return []
        if len(run.tasks) + len(indices) > MAX_TASKS_PER_NODE:
            return self._too_many(run, len(run.tasks) + len(indices), at)
        run.grow(indices)
        name = run.spec.name
        if run.state is NodeState.RUNNING:
            return [RunTasks(name, indices, 1)]
        run.state = NodeState.RUNNING
        return [_started(run, at), StartNode(name), RunTasks(name, indices, 1)]

    def _fan_out(self, run: NodeRun, elements: Iterable[int]) -> Sequence[int] | str:
        """Numbers of the tasks that elements make together with the node's batch leaves, or why that cannot be told."""
        assert run.emissions is not None
        first = number = len(run.tasks)
        for element in elements:
            sizes = self._sizes.of(run, element)
            if isinstance(sizes, str):
                return sizes
            count = task_count(run.spec.node.batch_operation, sizes)
            if count:
                run.emissions.append(Emission(number, element, sizes))
                number += count
        return range(first, number)

    # Outputs of an earlier job

    def _cached(self, event: NodeCached) -> list[JobCommand]:
        run = self.nodes[event.node] = NodeRun(self.graph.nodes[event.node])
        run.is_batch = event.is_batch
        run.begin((), event.total)
        return []

    # After a restart

    def unfinished_tasks(self) -> Iterator[tuple[str, dict[int, list[int]]]]:
        """Runnable tasks by node and attempt: what a queue must hold after a restart."""
        for name, run in self.nodes.items():
            if run.state is NodeState.RUNNING and run.unfinished() and not run.spec.is_cached:
                by_attempt: dict[int, list[int]] = {}
                for index, attempt in run.waiting_tasks():
                    by_attempt.setdefault(attempt, []).append(index)
                yield name, by_attempt

    def check(self) -> None:
        """Asserts what must hold between events; for tests and simulation."""
        for name, run in self.nodes.items():
            assert run.spec.name == name, f"{name}: is called {run.spec.name}"
            for state in list(TaskState)[: len(run.counts)]:
                assert run.counts[state] == run.tasks.count(state), f"{name}: wrong count of {state.name}"
            if run.state is NodeState.RUNNING and run.closed and not (self.state.is_final or run.spec.is_cached):
                assert run.unfinished() > 0, f"{name}: running with nothing to run"
            if run.state.is_final and self.state is JobState.COMPLETED:
                assert run.unfinished() == 0, f"{name}: ended with open tasks"
                assert TaskState.ABSENT not in run.tasks, f"{name}: ended with elements missing"
            if run.state is not NodeState.WAITING and self.state is not JobState.FAILED:
                waited = [p for p in run.spec.parents if run.spec.waits_for_all_of(p)]
                assert all(self.nodes[p].state.is_final for p in waited), f"{name}: began before its parents"
            assert all(1 <= a <= run.spec.node.retry.limit + 1 for a in run.attempts), f"{name}: too many attempts"
        if self.state is JobState.COMPLETED:
            open_nodes = [n for n, r in self.nodes.items() if not r.spec.caller and not r.state.is_final]
            assert not open_nodes, f"completed with open nodes {open_nodes}"


def _any_children(graph: Graph) -> dict[str, list[str]]:
    children: dict[str, list[str]] = {}
    for name, spec in graph.nodes.items():
        for parent in spec.any_parents:
            children.setdefault(parent, []).append(name)
    return children


def _started(run: NodeRun, at: float, total: int | None = None) -> TakeNote:
    text = "as elements come" if total is None else f"{total} tasks" if total > 1 else ""
    return TakeNote(Noted(at=at, kind=NoteKind.NODE_STARTED, node=run.spec.name, text=text))


def _ended(run: NodeRun, at: float) -> TakeNote:
    kind = NoteKind.NODE_SKIPPED if run.state is NodeState.SKIPPED else NoteKind.NODE_ENDED
    counts = ", ".join(f"{n} {TaskState(i).name.lower()}" for i, n in enumerate(run.counts) if n)
    return TakeNote(Noted(at=at, kind=kind, node=run.spec.name, text=counts or "its batch has no elements"))
