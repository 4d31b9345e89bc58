"""Statuses of running jobs on their way into the outbox: only the newest of each job, and progress not too often."""

import asyncio

from controlplane.domain.job_view import JobView
from controlplane.domain.outbox import WebhookEntry, WebhookSlot, pack_webhook, webhook_key
from controlplane.domain.pipeline import Verbosity
from controlplane.domain.records import JobRecord
from controlplane.ports.state_store import Put
from controlplane.ports.system import Clock
from controlplane.roles.following import Alarm
from controlplane.roles.writer import BackgroundWriter


class ProgressFeed:
    """Implements ``JobFeed``."""

    def __init__(self, writer: BackgroundWriter, clock: Clock, progress_seconds: float) -> None:
        self._writer = writer
        self._clock = clock
        self._progress_seconds = progress_seconds
        self._due: dict[str, tuple[str, JobView]] = {}
        """URL and newest view of jobs whose progress was not written yet; one per running job at most."""
        self._alarm = Alarm(clock)

    def changed(self, record: JobRecord, view: JobView, level: Verbosity) -> None:
        if level <= Verbosity.INFO:
            self._due.pop(record.job_id, None)
            self._write(record.pipeline.progress_webhook, view)
            return
        if not self._due:
            self._alarm.ring()
        self._due[record.job_id] = (record.pipeline.progress_webhook, view)

    async def run(self) -> None:
        """Writes progress once in a while, as long as there is any; until cancelled."""
        while True:
            try:
                await self._alarm.wait(None)
                while self._due:
                    await self._clock.sleep(self._progress_seconds)
                    self._flush()
            except asyncio.CancelledError:
                self._flush()
                raise

    def _flush(self) -> None:
        due, self._due = self._due, {}
        for url, view in due.values():
            self._write(url, view)

    def _write(self, url: str, view: JobView) -> None:
        entry = WebhookEntry(url=url, state=view.state, view=view)
        self._writer.write(Put(webhook_key(view.job_id, WebhookSlot.CHANGED), pack_webhook(entry)))
