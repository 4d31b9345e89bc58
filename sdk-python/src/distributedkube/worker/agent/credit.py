"""How many tasks to ask for. Pure: numbers in, numbers out.

Short tasks are prefetched, so that the runner never waits for the next one; long ones are not, because a task that
waits in a busy worker could run elsewhere, and because priorities mean nothing once a task has been handed out.
"""

from __future__ import annotations

from typing import Final

LONG_TASK_SECONDS: Final = 0.5
"""Tasks that take longer on average are not prefetched."""

PREFETCH_SECONDS: Final = 0.05
"""Work that waits in the worker, in seconds of one slot."""

SMOOTHING_TASKS: Final = 8
"""The average forgets about so many tasks back."""


class RunTimes:
    """Moving average of how long tasks take."""

    def __init__(self) -> None:
        self.average_seconds: float | None = None

    def observe(self, seconds: float, tasks: int) -> None:
        """Takes in `tasks` tasks that took `seconds` together."""
        if tasks <= 0:
            return
        mean = seconds / tasks
        if self.average_seconds is None:
            self.average_seconds = mean
        else:
            weight = min(1.0, tasks / SMOOTHING_TASKS)
            self.average_seconds += (mean - self.average_seconds) * weight


def prefetch(average_seconds: float | None, max_prefetch: int) -> int:
    """Tasks to hold beyond the running ones; none as long as nothing is known about them."""
    if average_seconds is None or average_seconds > LONG_TASK_SECONDS:
        return 0
    wanted = round(PREFETCH_SECONDS / average_seconds) if average_seconds > 0 else max_prefetch
    return min(max_prefetch, max(1, wanted))


class CreditLedger:
    """Counts what a session has granted and what came of it."""

    def __init__(self) -> None:
        self.granted = 0  # The last total sent, which is a promise: it never falls.
        self.assigned = 0

    def reset(self) -> None:
        """Starts over with a new session."""
        self.granted = self.assigned = 0

    def resume(self) -> None:
        """Goes on with a session on a new stream: credit that was not used is void, and tasks on their way are lost."""
        self.granted = self.assigned

    def refill(self, *, target: int, held: int, unacked: int, max_unacked: int) -> int | None:
        """The new total to send, or None while less than half of what is wanted is free.

        Args:
            target: tasks to have in hand: slots and prefetch.
            held: tasks in hand.
            unacked: results that wait for an acknowledgement.
            max_unacked: most results that may wait. Tasks granted and results waiting never exceed it together, so
                no task that is in hand ever has to wait for acknowledgements.
        """
        outstanding = held + max(0, self.granted - self.assigned)
        wanted = min(target, max_unacked - unacked)
        room = wanted - outstanding
        if room <= 0 or room * 2 < wanted:
            return None
        self.granted = max(self.granted, self.assigned) + room
        return self.granted
