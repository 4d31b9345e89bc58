"""The tasks of one node that wait in a queue, as ranges: a million of them cost as much as one."""

from collections import deque
from collections.abc import Collection, Mapping, Sequence

from controlplane.domain.task_context import NodeContext, TaskValues
from controlplane.domain.tokens import token, values_mark
from controlplane.scheduling.task_order import NextTask


class _Segment:
    """Tasks that wait for the same attempt, from ``gone`` on, without those in ``skipped``."""

    __slots__ = ("attempt", "entered_at", "gone", "skipped", "tasks")

    def __init__(self, tasks: Sequence[int], attempt: int, entered_at: float) -> None:
        self.tasks = tasks
        self.attempt = attempt
        self.entered_at = entered_at
        self.gone = 0
        self.skipped: set[int] = set()

    def skip(self, task: int) -> bool:
        """Takes one task out, wherever it is; False when it does not wait here."""
        if task in self.skipped or task not in self.tasks:
            return False
        if self.gone and self.tasks.index(task) < self.gone:
            return False
        self.skipped.add(task)
        return True

    def skip_all(self, tasks: Collection[int]) -> int:
        """Takes all of these out that wait here, and says how many did; costs the smaller of the two."""
        if isinstance(self.tasks, range) and len(tasks) < len(self.tasks) - self.gone:
            return sum(self.skip(task) for task in tasks)
        waiting = {task for task in self.tasks[self.gone :] if task in tasks} - self.skipped
        self.skipped |= waiting
        return len(waiting)


class TaskRun:
    """One node's tasks in the queue and on workers."""

    __slots__ = (
        "_segments",
        "batch_size",
        "called",
        "cancelled",
        "context",
        "gated",
        "granted",
        "prefix",
        "queued",
        "served_at",
        "values",
        "waiting",
    )

    def __init__(self, context: NodeContext, prefix: bytes) -> None:
        self.context = context
        self.prefix = prefix
        self.waiting = 0
        """Tasks that wait for a worker."""
        self.granted = 0
        """Tasks on workers, without those that were cancelled there."""
        self.queued = False
        """Whether it is in its algorithm's fair queue."""
        self.gated = False
        """Whether it waits for workers from before a restart."""
        self.cancelled = False
        self.values: dict[int, TaskValues] = {}
        """What tasks have of their own, until they end well, are cancelled, or the job is over: a failed one may be retried."""
        self.called = False
        """Whether its tasks were made by calls. All tasks of a node were, or none."""
        self.served_at = 0.0
        """When it had its last turn (monotonic seconds)."""
        self.batch_size = 0
        """As far as is known from the tasks that came in."""
        self._segments: deque[_Segment] = deque()
        """What waits, next first."""

    def add(
        self,
        tasks: Sequence[int],
        attempt: int,
        *,
        now: float,
        first: bool = False,
        values: Mapping[int, TaskValues] | None = None,
    ) -> None:
        """Tasks to run; ``first`` puts them before all others. ``now``: monotonic seconds."""
        if not tasks:
            return
        self.waiting += len(tasks)
        self.batch_size = max(self.batch_size, tasks[-1] + 1)
        segment = _Segment(tasks, attempt, now)
        if first:
            self._segments.appendleft(segment)
        else:
            self._segments.append(segment)
        if values:
            self.values.update(values)
            self.called = self.called or any(own.call_id for own in values.values())

    def take(self, most: int) -> list[tuple[int, int]]:
        """Removes up to so many waiting tasks and returns them as (task, attempt)."""
        taken: list[tuple[int, int]] = []
        while self._segments and len(taken) < most:
            segment = self._segments[0]
            upto = min(len(segment.tasks), segment.gone + most - len(taken))
            new = segment.tasks[segment.gone : upto]
            attempt, skipped = segment.attempt, segment.skipped
            taken += (
                [(task, attempt) for task in new if task not in skipped] if skipped else [(t, attempt) for t in new]
            )
            if upto == len(segment.tasks):
                self._segments.popleft()
            else:
                segment.gone = upto
        self.waiting -= len(taken)
        return taken

    def token_of(self, task: int, attempt: int) -> bytes:
        """Names an attempt of a task to a worker."""
        own = self.values.get(task)
        return token(self.prefix, task, attempt, values_mark(own) if own is not None else b"")

    def adopt(self, task: int, attempt: int) -> bool:
        """Takes one certain waiting task out, for a worker that holds it; False when it does not wait."""
        for segment in self._segments:
            if segment.attempt == attempt and segment.skip(task):
                self.waiting -= 1
                return True
        return False

    def discard(self, tasks: Collection[int]) -> None:
        """Drops waiting tasks, whatever their attempt, and what was kept for these tasks."""
        for segment in self._segments:
            self.waiting -= segment.skip_all(tasks)
        for task in tasks:
            self.values.pop(task, None)

    def drop_waiting(self) -> None:
        self._segments.clear()
        self.values.clear()
        self.waiting = 0

    def waiting_since(self) -> float:
        """Since when the task that is next has not been served: it came in, or its node had a turn (monotonic seconds)."""
        segment = self._next()
        return max(self.served_at, segment.entered_at) if segment else self.served_at

    def next_task(self, now: float) -> NextTask:
        """What its score is made of; there must be a waiting task."""
        segment = self._next()
        assert segment is not None
        context = self.context
        return NextTask(
            segment.attempt,
            context.priority,
            now - max(self.served_at, segment.entered_at),
            context.batch_index(segment.tasks[segment.gone]),
            self.batch_size if context.is_batch else 1,
            self.called,
        )

    def _next(self) -> _Segment | None:
        """The segment of the next task, with what was skipped before that gone for good."""
        while self._segments:
            segment = self._segments[0]
            tasks, skipped = segment.tasks, segment.skipped
            while skipped and segment.gone < len(tasks) and tasks[segment.gone] in skipped:
                skipped.discard(tasks[segment.gone])
                segment.gone += 1
            if segment.gone < len(tasks):
                return segment
            self._segments.popleft()
        return None
