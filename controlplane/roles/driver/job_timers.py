"""What of a job waits for a time: its own limits of time, and retries that back off. Over a restart too."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from controlplane.domain.job_events import RunTasks
from controlplane.domain.records import JobRecord
from controlplane.ports.system import Clock

TTL_REASON = "pipeline expired"
ACTIVE_TTL_REASON = "pipeline active TTL expired"


class JobTimers:
    """For one job. Nothing is called any more once ``cancel`` was."""

    def __init__(
        self, record: JobRecord, clock: Clock, *, stop: Callable[[str], None], run: Callable[[RunTasks], None]
    ) -> None:
        """``stop`` is given the reason; ``run`` is given retries whose time has come."""
        self._record = record
        self._clock = clock
        self._stop = stop
        self._run = run
        self._limits: list[asyncio.TimerHandle] = []
        self._delayed: dict[int, tuple[RunTasks, asyncio.TimerHandle]] = {}
        """Retries that wait for their time."""
        self._replayed: dict[tuple[str, int, int], float] = {}
        """While the journal is replayed: when a retry's time comes, by node, task and attempt."""

    # Limits

    def limit(self) -> None:
        """Stops the job when it has been there for too long."""
        seconds = self._record.pipeline.ttl_seconds
        if seconds > 0:
            self._stop_at(self._record.submitted_at + seconds, TTL_REASON)

    def limit_active(self, active_at: float | None) -> None:
        """Stops the job when it has been active for too long; nothing happens when it is not."""
        seconds = self._record.pipeline.active_ttl_seconds
        if seconds > 0 and active_at is not None:
            self._stop_at(active_at + seconds, ACTIVE_TTL_REASON)

    def _stop_at(self, at: float, reason: str) -> None:
        loop = asyncio.get_running_loop()
        self._limits.append(loop.call_later(max(0.0, at - self._clock.now()), self._stop, reason))

    # Retries

    @property
    def waiting(self) -> Mapping[str, int]:
        """Tasks by node that wait for the time of their next try."""
        counts: Counter[str] = Counter()
        for run, _ in self._delayed.values():
            counts[run.node] += len(run.indices)
        return counts

    def delay(self, command: RunTasks) -> None:
        """Runs tasks later, as the command says."""
        due = replace(command, delay_seconds=0.0)
        timer = asyncio.get_running_loop().call_later(command.delay_seconds, self._come_due, due)
        self._delayed[id(due)] = due, timer

    def _come_due(self, due: RunTasks) -> None:
        del self._delayed[id(due)]
        self._run(due)

    def replayed(self, command: RunTasks, at: float) -> None:
        """A retry was commanded at a time (seconds since the epoch), before a restart."""
        due = at + command.delay_seconds
        self._replayed.update({(command.node, task, command.attempt): due for task in command.indices})

    def runs_again(self, node: str, tasks: Sequence[int], attempt: int) -> list[RunTasks]:
        """Commands for tasks that had not ended at a restart: they wait for what is left of their time."""
        now = self._clock.now()
        by_delay: dict[float, list[int]] = {}
        for task in tasks:
            by_delay.setdefault(max(0.0, self._replayed.get((node, task, attempt), 0.0) - now), []).append(task)
        return [RunTasks(node, some, attempt, delay_seconds=delay) for delay, some in by_delay.items()]

    def forget_replayed(self) -> None:
        self._replayed.clear()

    def cancel(self) -> None:
        for timer in [*self._limits, *(timer for _, timer in self._delayed.values())]:
            timer.cancel()
        self._delayed.clear()
