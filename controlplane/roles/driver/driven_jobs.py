"""The jobs of a driver as others see them: their views, how many are in which state, and calls back when one changes.

Nothing here grows with the tasks of a job, and what nobody looks at costs next to nothing: this is on the way of every result.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import suppress

from controlplane.domain.job_events import JobState
from controlplane.domain.job_view import JobView
from controlplane.ports.job_views import JobCallback
from controlplane.roles.driver.job_runner import JobRunner
from controlplane.roles.driver.journal import Journal
from controlplane.roles.following import Listeners

VIEW_INTERVAL_SECONDS = 0.25
"""A watcher gets at most one view of a job in this time."""


class DrivenJobs:
    """Implements ``JobViews``."""

    def __init__(self, runners: Mapping[str, JobRunner], journal: Journal) -> None:
        """``runners``: jobs that are driven, by their ids; the driver's own map."""
        self._runners = runners
        self._journal = journal
        self._watchers: dict[str, set[asyncio.Event]] = {}
        self._listeners = Listeners[JobCallback]()
        self._shown: dict[str, JobState] = {}
        """State of each job as it was told last."""
        self._counts: Counter[JobState] = Counter()
        """Of ``_shown``, kept along: there may be very many jobs."""

    # JobViews

    def live(self, job_id: str) -> JobView | None:
        runner = self._runners.get(job_id)
        return runner.view() if runner is not None else None

    async def settled(self, job_id: str) -> None:
        if job_id in self._runners:
            await self._journal.settled()

    async def watch(self, job_id: str) -> AsyncGenerator[JobView, None]:
        runner = self._runners.get(job_id)
        if runner is None:
            return
        changed = asyncio.Event()
        watchers = self._watchers.setdefault(job_id, set())
        watchers.add(changed)
        try:
            while True:
                changed.clear()
                view = runner.view()
                yield view
                if view.state.is_final:
                    return
                await changed.wait()
                await _rest(runner)
        finally:
            watchers.discard(changed)
            if not watchers:
                self._watchers.pop(job_id, None)

    def states(self) -> Mapping[JobState, int]:
        return {state: count for state, count in self._counts.items() if count}

    def listen(self, callback: JobCallback) -> Callable[[], None]:
        return self._listeners.add(callback)

    # For the driver

    def changed(self, runner: JobRunner) -> None:
        """A job was taken up, or something has become of it."""
        before, now = self._shown.get(runner.job_id), runner.visible_state
        if before is not now:
            if before is not None:
                self._counts[before] -= 1
            self._shown[runner.job_id] = now
            self._counts[now] += 1
        self.wake(runner.job_id)

    def ended(self, job_id: str) -> None:
        """The end of a job is durable, and nobody drives it any more."""
        before = self._shown.pop(job_id, None)
        if before is not None:
            self._counts[before] -= 1
        self.wake(job_id, ended=True)

    def wake(self, job_id: str, *, ended: bool = False) -> None:
        """Tells those who look that the view of a job may have changed."""
        for event in self._watchers.get(job_id, ()):
            event.set()
        for callback in self._listeners:
            callback(job_id, ended)


async def _rest(runner: JobRunner) -> None:
    """Lets a moment pass so that changes are merged; the end of the job cuts it short."""
    with suppress(TimeoutError):
        async with asyncio.timeout(VIEW_INTERVAL_SECONDS):
            await runner.ended.wait()
