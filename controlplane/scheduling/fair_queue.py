"""Whose turn it is: weighted fair queueing over runs of tasks.

Each run has a virtual time that grows by ``tasks / weight`` as it is served, and the one with the smallest is next. So over
any stretch, runs that always have work are served in proportion to their weights, and a run that comes in waits for at
most one turn of each other run however many tasks those have: a huge batch cannot starve a small job. Serving costs
O(log runs), whatever the number of tasks.
"""

import heapq
from typing import Generic, TypeVar

Run = TypeVar("Run")

PRIORITY_WEIGHT = 4.0
"""One step of priority is worth this factor."""


def weight_of(priority: int) -> float:
    """Weight of a priority 1 (lowest) to 5."""
    return PRIORITY_WEIGHT ** (priority - 1)


class FairQueue(Generic[Run]):
    """Runs with work, by virtual time. Ties go to the run that came first."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, float, Run]] = []
        self._now = 0.0
        """Virtual time of the run served last: what a newcomer starts from."""
        self._count = 0

    def __len__(self) -> int:
        return len(self._heap)

    def push(self, run: Run, weight: float) -> None:
        """Adds a run that has got work. The caller sees to it that a run is in here at most once."""
        self._count += 1
        heapq.heappush(self._heap, (self._now, self._count, weight, run))

    def first(self) -> Run | None:
        """The run whose turn it is."""
        return self._heap[0][3] if self._heap else None

    def served(self, tasks: int, *, more: bool) -> None:
        """The first run was served so many tasks; without ``more`` it leaves."""
        start, order, weight, run = self._heap[0]
        self._now = start
        if more:
            heapq.heapreplace(self._heap, (start + tasks / weight, order, weight, run))
        else:
            heapq.heappop(self._heap)


def fair_share(pending: int, workers: int, room: int, quantum: int) -> int:
    """How many of a queue's pending tasks one of several ready workers gets now, at least one if there is room.

    Dividing what is left by the workers keeps the last tasks of a batch spread over all of them.
    """
    return max(0, min(room, quantum, -(-pending // max(1, workers))))
