"""The janitor: removes what jobs left behind, stage by stage, in the order in which they ended.

The end of a job writes one key below ``retention/`` that begins with the time. Each stage follows these keys up to its age
and keeps how far it came; the last stage removes the key. So there is nothing to look through: one timer is set for the next
key that comes of age, and everything may be repeated after a crash. A job without its end record, or with an open key, is
never touched.

=========  ====================================================================================================
stage      removes
=========  ====================================================================================================
data       the journal, and objects that are neither part of the result nor the input
results    the result, its objects and the logs
jobs       all that is left: record, end, reports, trigger trees, the memory of the request
=========  ====================================================================================================
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import structlog

from controlplane.domain.errors import CompareFailedError, UnavailableError
from controlplane.domain.outbox import (
    RETENTION,
    WEBHOOK_OUTBOX,
    Kept,
    WebhookKind,
    delivery_key,
    job_request_key,
    retention_cursor_key,
    retention_key,
    retention_time,
    split_retention_key,
    tree_prefix,
    trigger_key,
)
from controlplane.domain.records import (
    EndRecord,
    end_key,
    job_key,
    job_order_key,
    job_part_key,
    journal_prefix,
    open_key,
    pack_end,
    request_key,
    result_key,
    result_prefix,
    run_key,
    unpack_end,
    unpack_job_head,
    unpack_result_items,
)
from controlplane.ports.job_records import read_end
from controlplane.ports.object_store import ObjectStore
from controlplane.ports.state_store import (
    MAX_OPERATIONS,
    Compare,
    Delete,
    DeletePrefix,
    Put,
    Revision,
    StateStore,
    Transaction,
    Write,
)
from controlplane.ports.system import Clock
from controlplane.roles.following import RETRY_SECONDS, Alarm, until_stopped

log = structlog.get_logger()

DAY = 24 * 3600.0
ROUNDING_SECONDS = 0.001
"""Times in keys are cut off to microseconds."""

BATCH = 100
"""Keys that a stage looks at before it notes how far it came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JanitorSettings:
    keep_task_data_seconds: float = 5 * DAY
    """Outputs and history of single tasks, after the end of their job."""
    keep_results_seconds: float = 10 * DAY
    """Results and logs, after the end of their job."""
    keep_jobs_seconds: float = 0.0
    """Everything else of a job; 0: as long as its result."""
    gather_seconds: float = 10.0
    """Between two rounds, at least: what comes of age meanwhile is removed together."""
    max_sleep_seconds: float = 3600.0
    """The timer is set anew at least so often: the time of day may be set."""


class _Due(NamedTuple):
    """Something that came of age."""

    key: str
    """What leads to it."""
    kind: Kept
    name: str
    root_job_id: str


class _Stage(NamedTuple):
    name: str
    keep_seconds: float
    remove: Callable[[_Due], Awaitable[None]]
    last: bool = False
    """Takes the keys away, and so needs no note of how far it came."""


class JanitorRole:
    def __init__(self, *, store: StateStore, objects: ObjectStore, clock: Clock, settings: JanitorSettings) -> None:
        self._store = store
        self._objects = objects
        self._clock = clock
        self._settings = settings
        self._alarm = Alarm(clock)
        keep_jobs = settings.keep_jobs_seconds or settings.keep_results_seconds
        stages = [_Stage("data", settings.keep_task_data_seconds, self._remove_data)]
        stages.append(_Stage("results", settings.keep_results_seconds, self._remove_results))
        # What a job loses with all the rest needs no stage of its own.
        self._stages = [stage for stage in stages if stage.keep_seconds < keep_jobs]
        self._stages.append(_Stage("jobs", keep_jobs, self._remove_all, last=True))

    async def start(self) -> None:
        """Nothing is remembered but what is in the store."""

    async def run(self, stopping: asyncio.Event) -> None:
        """Removes what comes of age until told to stop."""
        await until_stopped(stopping, self._sweep_for_ever())

    async def _sweep_for_ever(self) -> None:
        while True:
            try:
                pause = max(await self.sweep(), self._settings.gather_seconds)
            except UnavailableError:
                pause = RETRY_SECONDS
            await self._alarm.wait(min(pause, self._settings.max_sleep_seconds))

    async def sweep(self) -> float:
        """Removes all that has come of age; returns the seconds until more does.

        Raises ``UnavailableError``: call again, it goes on where it was.
        """
        pause = min(stage.keep_seconds for stage in self._stages)
        for stage in self._stages:
            next_at = await self._sweep_stage(stage)
            if next_at is not None:
                pause = min(pause, next_at - self._clock.now())
        return max(pause, 0.0)

    async def _sweep_stage(self, stage: _Stage) -> float | None:
        """Returns when the next key comes of age, as far as there is one."""
        after = "" if stage.last else await self._cursor(stage)
        while True:
            page = await self._store.range(RETENTION, after=after, limit=BATCH)
            limit = retention_time(self._clock.now() - stage.keep_seconds)
            try:
                for entry in page.entries:
                    at, kind, name = split_retention_key(entry.key)
                    if entry.key >= limit:
                        return at + stage.keep_seconds + ROUNDING_SECONDS
                    await stage.remove(_Due(entry.key, kind, name, entry.value.decode()))
                    after = entry.key
            finally:
                if not stage.last:
                    await self._store.commit(Transaction([Put(retention_cursor_key(stage.name), after.encode())]))
            if not page.more:
                return None

    async def _cursor(self, stage: _Stage) -> str:
        entry = await self._store.get(retention_cursor_key(stage.name))
        return entry.value.decode() if entry is not None else ""

    # The stages

    async def _remove_data(self, due: _Due) -> None:
        end = await self._ended(due)
        if end is None:
            return
        await self._remove_objects(due.name, await self._in_result(due.name, end))
        await self._store.commit(Transaction([DeletePrefix(journal_prefix(due.name))]))

    async def _remove_objects(self, job_id: str, kept: Collection[str]) -> None:
        """Removes the objects of a job but for its input, which belongs to its record, and those to keep."""
        due: list[str] = []
        async for info in self._objects.list(_objects_of(job_id)):
            if info.key not in kept and info.key != _input_of(job_id):
                due.append(info.key)
            if len(due) == BATCH:
                await self._delete_objects(due)
        await self._delete_objects(due)

    async def _delete_objects(self, due: list[str]) -> None:
        for key in due:
            await self._objects.delete(key)
        due.clear()

    async def _in_result(self, job_id: str, end: EndRecord) -> set[str]:
        """Objects that the result of a job points to."""
        kept: set[str] = set()
        for number in range(end.result_parts):
            part = await self._store.get(result_key(job_id, number))
            for item in unpack_result_items(part.value) if part else ():
                if item.output is not None and item.output.ref is not None:
                    kept.add(item.output.ref.key)
        return kept

    async def _remove_results(self, due: _Due) -> None:
        end = await self._ended(due)
        if end is None:
            return
        await self._remove_objects(due.name, ())
        await self._objects.delete_prefix(_logs_of(due.name))
        without = pack_end(replace(end, result_parts=0))
        writes: list[Write] = [
            DeletePrefix(journal_prefix(due.name)),
            DeletePrefix(result_prefix(due.name)),
            Put(end_key(due.name), without),
        ]
        await self._store.commit(Transaction(writes))

    async def remove(self, job_id: str) -> Revision | None:
        """Implements ``JobRemover``."""
        if await self._store.get(job_key(job_id)) is None:
            return Revision(0)
        end = await read_end(self._store, job_id)
        if end is None:
            return None
        key = retention_key(end.view.ended_at or end.view.at, Kept.JOB, job_id)
        retained = await self._store.get(key)
        root = retained.value.decode() if retained is not None else ""
        return await self._remove_job(_Due(key, Kept.JOB, job_id, root))

    async def _remove_all(self, due: _Due) -> None:
        if due.kind is Kept.REQUEST:
            await self._store.commit(Transaction([Delete(request_key(due.name)), Delete(due.key)]))
            return
        if await self._store.get(open_key(due.name)) is not None:
            log.error("ended_job_is_open", job_id=due.name)
            return
        await self._remove_job(due)

    async def _remove_job(self, due: _Due) -> Revision:
        """Returns the revision at which its record went; 0 when there was none."""
        gone = Revision(0)
        await self._objects.delete_prefix(_objects_of(due.name))
        await self._objects.delete_prefix(_logs_of(due.name))
        # The last transaction takes away what leads here, so that a crash in between is made up for.
        writes = [*await self._all_keys(due), Delete(due.key)]
        for first in range(0, len(writes), MAX_OPERATIONS):
            some = writes[first : first + MAX_OPERATIONS]
            job = await self._store.get(job_key(due.name)) if Delete(job_key(due.name)) in some else None
            # Only one of two who remove the same job at the same time may say that it did.
            compares = [Compare(job.key, job.mod_revision)] if job is not None else []
            try:
                revision = await self._store.commit(Transaction(some, compares))
            except CompareFailedError:
                revision, job = await self._store.commit(Transaction(some)), None
            gone = revision if job is not None else gone
        log.debug("job_removed", job_id=due.name)
        return gone

    async def _all_keys(self, due: _Due) -> Sequence[Write]:
        job_id = due.name
        writes: list[Write] = [
            DeletePrefix(journal_prefix(job_id)),
            DeletePrefix(result_prefix(job_id)),
            DeletePrefix(f"{WEBHOOK_OUTBOX}{job_id}/"),
            DeletePrefix(tree_prefix(due.root_job_id or job_id, job_id)),
            Delete(trigger_key(job_id)),
            *(Delete(delivery_key(kind, job_id)) for kind in WebhookKind),
        ]
        request = await self._store.get(job_request_key(job_id))
        if request is not None:
            writes.append(Delete(request_key(request.value.decode())))
        entry = await self._store.get(job_key(job_id))
        if entry is not None:
            head = unpack_job_head(entry.value)
            end = await self._ended(due)
            if end is not None:
                ended_at = end.view.ended_at or end.view.at
                writes.append(Delete(run_key(head.experiment, head.pipeline_name, ended_at, job_id)))
            writes.append(Delete(job_order_key(head.submitted_at, job_id)))
            writes += [Delete(job_part_key(job_id, number)) for number in range(head.parts)]
        # These last: they are what the others are found by.
        return [*writes, Delete(end_key(job_id)), Delete(job_request_key(job_id)), Delete(job_key(job_id))]

    async def _ended(self, due: _Due) -> EndRecord | None:
        """The end of a job whose things may be removed."""
        if due.kind is not Kept.JOB or await self._store.get(open_key(due.name)) is not None:
            return None
        entry = await self._store.get(end_key(due.name))
        return unpack_end(entry.value) if entry is not None else None


def _objects_of(job_id: str) -> str:
    """Where the API and workers put what belongs to a job."""
    return f"job/{job_id}/"


def _input_of(job_id: str) -> str:
    return f"{_objects_of(job_id)}flow-input"


def _logs_of(job_id: str) -> str:
    """Where the logs role puts them."""
    return f"log/{job_id}/"
