"""The tasks of one node that wait in a queue, as ranges: a million of them cost as much as one."""

from collections import deque
from collections.abc import Sequence

from controlplane.domain.task_context import NodeContext


class TaskRun:
    """One node's tasks in the queue and on workers."""

    __slots__ = ("_segments", "_taken", "cancelled", "context", "granted", "prefix", "queued", "waiting")

    def __init__(self, context: NodeContext, prefix: bytes) -> None:
        self.context = context
        self.prefix = prefix
        self.waiting = 0
        """Tasks that wait for a worker."""
        self.granted = 0
        """Tasks on workers."""
        self.queued = False
        """Whether it is in its algorithm's fair queue."""
        self.cancelled = False
        self._segments: deque[tuple[int, Sequence[int], int]] = deque()
        """(attempt, tasks, how many of them are gone): what waits, next first."""
        self._taken: set[tuple[int, int]] = set()
        """(task, attempt) in a segment that a resumed worker holds already."""

    def add(self, tasks: Sequence[int], attempt: int, *, first: bool = False) -> None:
        """Tasks to run; ``first`` puts them before all others."""
        self.waiting += len(tasks)
        if first:
            self._segments.appendleft((attempt, tasks, 0))
        else:
            self._segments.append((attempt, tasks, 0))

    def take(self, most: int) -> list[tuple[int, int]]:
        """Removes up to so many waiting tasks and returns them as (task, attempt)."""
        taken: list[tuple[int, int]] = []
        while self._segments and len(taken) < most:
            attempt, tasks, gone = self._segments[0]
            upto = min(len(tasks), gone + most - len(taken))
            new = [(task, attempt) for task in tasks[gone:upto]]
            if self._taken:
                new = [pair for pair in new if pair not in self._taken]
            taken += new
            if upto == len(tasks):
                self._segments.popleft()
            else:
                self._segments[0] = (attempt, tasks, upto)
        self.waiting -= len(taken)
        return taken

    def adopt(self, task: int, attempt: int) -> bool:
        """Takes one certain waiting task out, for a worker that holds it; False when it does not wait."""
        if (task, attempt) in self._taken:
            return False
        for waiting_attempt, tasks, gone in self._segments:
            if waiting_attempt == attempt and _position(tasks, task) >= gone:
                self._taken.add((task, attempt))
                self.waiting -= 1
                return True
        return False

    def drop_waiting(self) -> None:
        self._segments.clear()
        self.waiting = 0


def _position(tasks: Sequence[int], task: int) -> int:
    try:
        return tasks.index(task)
    except ValueError:
        return -1
