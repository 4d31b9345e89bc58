"""Whose turn it is: weighted fair queueing over runs of tasks.

Each run has a tag: the virtual time at which its next task would be done if it alone were served at its weight. The run with
the smallest tag is next; serving it ``tasks`` moves its tag on by ``tasks / weight``, and virtual time is the tag of the run
served last. What follows:

* Runs that always have work are served in proportion to their weights.
* A run of weight ``w`` that comes in gets its first turn after at most one turn (with a quantum of 64: 64 tasks) of every run
  that then has at most its weight, and after fewer than ``W / w`` tasks and one turn of every run of a greater weight ``W``.
  One step of priority is a factor 4: a run of priority 3 lets one of priority 5 have less than 16 + 64 tasks first, whether
  that has a hundred waiting or a million. So a huge batch cannot starve a small job.

  Why: the newcomer's tag is ``now + 1/w``, and all others have tags of at least ``now``. Another run goes first only while its
  tag is no greater, and all its turns before the last of those together moved it by less than ``1/w``.

* Serving costs O(log runs), whatever the number of tasks.
"""

import heapq
from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

Run = TypeVar("Run")


class _Entry(NamedTuple, Generic[Run]):
    tag: float
    order: int
    """Decides between equal tags: whoever has had its tag for longer is next."""
    weight: float
    """What the next task in ``tag`` was reckoned with."""
    run: Run


class FairQueue(Generic[Run]):
    """Runs with work, by tag."""

    def __init__(self) -> None:
        self._heap: list[_Entry[Run]] = []
        self._now = 0.0
        """Virtual time. No tag is smaller."""
        self._count = 0

    def __len__(self) -> int:
        return len(self._heap)

    def push(self, run: Run, weight: float) -> None:
        """Adds a run that has got work. The caller sees to it that a run is in here at most once."""
        if not self._heap:
            self._now = 0.0
        heapq.heappush(self._heap, self._entry(self._now + 1 / weight, weight, run))

    def first(self) -> Run | None:
        """The run whose turn it is."""
        return self._heap[0].run if self._heap else None

    def served(self, tasks: int, weight: float, *, more: bool) -> None:
        """The first run was served so many tasks, at the weight it has now; without ``more`` it leaves."""
        tag, run = self._heap[0].tag, self._heap[0].run
        self._now = tag
        if more:
            heapq.heapreplace(self._heap, self._entry(tag + tasks / weight, weight, run))
        else:
            heapq.heappop(self._heap)

    def drop_first(self) -> None:
        """The first run leaves without a turn."""
        heapq.heappop(self._heap)

    def reweigh(self, weight: Callable[[Run], float]) -> None:
        """Reckons all tags with the weights that runs have now, which change as they wait. O(runs)."""
        heap = [
            _Entry(max(self._now, e.tag - 1 / e.weight + 1 / new), e.order, new, e.run)
            for e in self._heap
            for new in (weight(e.run),)
        ]
        heapq.heapify(heap)
        self._heap = heap

    def in_order(self) -> list[Run]:
        """All runs, next first. O(runs log runs): for people who ask, not for turns."""
        return [entry.run for entry in sorted(self._heap, key=lambda e: (e.tag, e.order))]

    def _entry(self, tag: float, weight: float, run: Run) -> _Entry[Run]:
        self._count += 1
        return _Entry(tag, self._count, weight, run)


def fair_share(pending: int, workers: int, room: int, quantum: int) -> int:
    """How many of a queue's pending tasks one of several ready workers gets now, at least one if there is room.

    Dividing what is left by the workers keeps the last tasks of a batch spread over all of them.
    """
    return max(0, min(room, quantum, -(-pending // max(1, workers))))
