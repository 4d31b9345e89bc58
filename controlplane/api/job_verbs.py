"""What people do to jobs: hold them, let them go on, stop them. Each is a wish that the job's driver obeys.

A wish is durable before anything is answered; the answer then waits until the job has obeyed, so that who asks next sees it.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing

import structlog

from controlplane.api.job_reader import JobReader
from controlplane.domain.errors import NotAllowedError, NotFoundError
from controlplane.domain.job_events import JobState
from controlplane.domain.job_view import JobView
from controlplane.domain.records import Intent, IntentKind
from controlplane.ports.job_records import request_intent, request_stop
from controlplane.ports.job_views import JobViews
from controlplane.ports.state_store import StateStore

log = structlog.get_logger()

STOP_REASON = "stopped due to request"
WISH_WAIT_SECONDS = 5.0
"""An answer waits so long for a job to obey; the wish is durable by then."""


class JobVerbs:
    """One for the whole API."""

    def __init__(self, *, store: StateStore, views: JobViews, reader: JobReader) -> None:
        self._store = store
        self._views = views
        self._reader = reader

    async def pause(self, job_id: str, user: str) -> None:
        """Errors: ``NotFoundError``; ``NotAllowedError`` (``JOB_HAS_ENDED``)."""
        view = await self.must_view(job_id)
        wish = Intent(IntentKind.PAUSE, "", user)
        if view.state.is_final or not await request_intent(self._store, job_id, wish):
            raise await self._wrong_state("pause", job_id, "JOB_HAS_ENDED")
        await self._until(job_id, lambda state: state is JobState.PAUSED)

    async def resume(self, job_id: str, user: str) -> None:
        """Errors: ``NotFoundError``; ``NotAllowedError`` (``JOB_NOT_PAUSED``)."""
        view = await self.must_view(job_id)
        wish = Intent(IntentKind.RESUME, "", user)
        if view.state is not JobState.PAUSED or not await request_intent(self._store, job_id, wish):
            raise await self._wrong_state("resume", job_id, "JOB_NOT_PAUSED")
        await self._until(job_id, lambda state: state is not JobState.PAUSED)

    async def stop(self, job_ids: Sequence[str], reason: str, user: str) -> list[str]:
        """Stops those of some jobs that have not ended; returns their ids."""
        why = reason or STOP_REASON
        stopped = [job_id for job_id in job_ids if await request_stop(self._store, job_id, why, user)]
        async with asyncio.TaskGroup() as group:
            for job_id in stopped:
                group.create_task(self._until(job_id, lambda _: False))
        return stopped

    async def must_view(self, job_id: str) -> JobView:
        """A job as it is; raises ``NotFoundError``."""
        view = await self._reader.view(job_id)
        if view is None:
            raise NotFoundError("jobId", job_id)
        return view

    async def _wrong_state(self, verb: str, job_id: str, reason: str) -> NotAllowedError:
        view = await self.must_view(job_id)
        return NotAllowedError(
            f"unable to {verb} pipeline {view.pipeline} because its in {view.state.value} status", reason=reason
        )

    async def _until(self, job_id: str, reached: Callable[[JobState], bool]) -> None:
        """Waits for a state that was asked for, or the end; the wish is durable, so this may end early."""
        try:
            async with asyncio.timeout(WISH_WAIT_SECONDS), aclosing(self._views.watch(job_id)) as changes:
                async for view in changes:
                    if view.state.is_final or reached(view.state):
                        return
        except TimeoutError:
            log.info("wish_goes_on", job_id=job_id)
