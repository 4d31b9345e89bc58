"""Starts pipelines at clock times: one timer for the earliest of all.

A time is dealt with once its outcome is stored. The request id of a start is made from pipeline and time, so that a crash in
between, or two replicas at work, start one job all the same.
"""

import asyncio
from dataclasses import dataclass
from hashlib import blake2s

import structlog

from controlplane.domain.catalog_records import CronSpec, PipelineRecord
from controlplane.domain.cron import CronPattern, parse_cron
from controlplane.domain.errors import DistributedKubeError, InvalidError, UnavailableError
from controlplane.domain.outbox import CRONS, CronRecord, cron_key, pack_cron, unpack_cron
from controlplane.ports.job_starter import JobStarter, StartJob
from controlplane.ports.state_store import Put, StateStore, Transaction, scan
from controlplane.ports.system import Clock
from controlplane.roles.following import RETRY_SECONDS, Alarm
from controlplane.roles.triggers.settings import TriggerSettings

log = structlog.get_logger()

TYPES = ("stored", "internal", "cron")
USER = "cron"


@dataclass(slots=True, eq=False)
class _Cron:
    """Clock times that are on."""

    spec: CronSpec
    pattern: CronPattern
    due: float | None
    """The next time, seconds since the epoch; None when there is none any more."""


class Crons:
    def __init__(self, *, store: StateStore, starter: JobStarter, clock: Clock, settings: TriggerSettings) -> None:
        self._store = store
        self._starter = starter
        self._clock = clock
        self._settings = settings
        self._crons: dict[str, _Cron] = {}
        self._records: dict[str, CronRecord] = {}
        """What came of the last time, as stored; also of pipelines whose times are off."""
        self._busy: set[str] = set()
        """Pipelines that are being started."""
        self._places = asyncio.Semaphore(settings.starts_at_a_time)
        self._alarm = Alarm(clock)

    async def start(self) -> None:
        """Reads what was dealt with; before the first pipeline is told of."""
        self._records = {
            entry.key.removeprefix(CRONS): unpack_cron(entry.value) async for entry in scan(self._store, CRONS)
        }

    # What there is

    def begin(self) -> None:
        self._crons.clear()

    def put(self, record: PipelineRecord) -> None:
        self._crons.pop(record.name, None)
        if record.cron is not None and record.cron.enabled:
            try:
                pattern = parse_cron(record.cron.pattern, record.cron.time_zone)
            except InvalidError as error:  # A time zone may be gone from one version of the database to the next.
                log.warning("cron_not_readable", pipeline=record.name, reason=error.message)
            else:
                self._crons[record.name] = _Cron(record.cron, pattern, self._due(record.name, record.cron, pattern))
        self._alarm.ring()

    def gone(self, name: str) -> None:
        self._crons.pop(name, None)
        self._records.pop(name, None)
        self._alarm.ring()

    def _due(self, name: str, spec: CronSpec, pattern: CronPattern) -> float | None:
        handled = self._records.get(name)
        return pattern.next_after(max(spec.since, handled.handled_until if handled else 0.0))

    # When it is time

    async def run(self) -> None:
        """Starts what is due; until cancelled."""
        async with asyncio.TaskGroup() as group:
            while True:
                now = self._clock.now()
                next_at: float | None = None
                for name, cron in self._crons.items():
                    if cron.due is None or name in self._busy:
                        continue
                    if cron.due <= now:
                        self._busy.add(name)
                        group.create_task(self._fire(name, cron, cron.due, now), name=f"cron-{name}")
                    else:
                        next_at = cron.due if next_at is None else min(next_at, cron.due)
                pause = None if next_at is None else min(next_at - now, self._settings.max_sleep_seconds)
                await self._alarm.wait(pause)

    async def _fire(self, name: str, cron: _Cron, due: float, now: float) -> None:
        before = self._records.get(name) or CronRecord(handled_until=due)
        missed = now - due > self._settings.late_seconds
        if missed and not cron.spec.catch_up:
            log.info("cron_missed", pipeline=name, due=due)
            record = CronRecord(handled_until=now, job_id=before.job_id, error="missed: nobody was there to see it")
        else:
            async with self._places:
                record = await self._start(name, due, now)
        await self._keep(name, record)
        self._busy.discard(name)
        if name in self._crons:
            self._records[name] = record
            latest = self._crons[name]
            latest.due = self._due(name, latest.spec, latest.pattern)
        self._alarm.ring()

    async def _start(self, name: str, due: float, now: float) -> CronRecord:
        start = StartJob(request_id=request_id_of(name, due), types=TYPES, user=USER)
        while True:
            try:
                job_id = await self._starter.start_stored(name, start)
            except UnavailableError:
                await self._clock.sleep(RETRY_SECONDS)
            except DistributedKubeError as error:
                log.warning("cron_refused", pipeline=name, reason=error.message)
                return CronRecord(handled_until=now, error=error.message)
            else:
                log.info("cron_started", pipeline=name, job_id=job_id)
                return CronRecord(handled_until=now, job_id=job_id)

    async def _keep(self, name: str, record: CronRecord) -> None:
        while True:
            try:
                await self._store.commit(Transaction([Put(cron_key(name), pack_cron(record))]))
                return
            except UnavailableError:
                await self._clock.sleep(RETRY_SECONDS)


def request_id_of(pipeline: str, due: float) -> str:
    return "cron-" + blake2s(f"{pipeline}\n{round(due * 1000)}".encode(), digest_size=20).hexdigest()
