"""The builds role: takes up open builds, runs the builder, keeps the log, and makes the result the current version.

A build that was under way when the control plane ended is begun again: builders start from nothing.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace

import msgpack
import structlog

from controlplane.domain.catalog_records import (
    OPEN_BUILDS,
    Audit,
    BuildRecord,
    BuildState,
    algorithm_key,
    build_key,
    build_log_key,
    open_build_key,
    pack,
    unpack_algorithm,
    unpack_build,
    with_audit,
)
from controlplane.domain.errors import (
    CompactedError,
    CompareFailedError,
    DistributedKubeError,
    NotFoundError,
    UnavailableError,
)
from controlplane.ports.builds import BuildNews
from controlplane.ports.image_builder import (
    BuildEvent,
    BuildFailed,
    BuildLine,
    BuildProgress,
    BuildSpec,
    BuildSucceeded,
    ImageBuilder,
)
from controlplane.ports.state_store import Compare, Delete, Put, PutEvent, Revision, StateStore, Transaction, Write
from controlplane.ports.system import Clock, Ids

log = structlog.get_logger()

RETRY_SECONDS = 0.5
MAX_LOG_LINES = 20_000
MAX_ERROR_CHARACTERS = 8000
LOG_PART_LINES = 500
VERSION_CHARACTERS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildSettings:
    concurrent: int = 2
    """Builds at the same time; the others wait in order."""


class _Running:
    """A build under way."""

    def __init__(self, record: BuildRecord) -> None:
        self.record = record
        self.lines: list[str] = []
        self.changed = asyncio.Event()

    def wake(self) -> None:
        """Wakes all followers; each waits for the event that was there when it looked."""
        self.changed.set()
        self.changed = asyncio.Event()


class BuildsRole:
    """Implements ``BuildViews``."""

    def __init__(
        self, *, store: StateStore, builder: ImageBuilder, clock: Clock, ids: Ids, settings: BuildSettings
    ) -> None:
        self._store = store
        self._builder = builder
        self._clock = clock
        self._ids = ids
        self._slots = asyncio.Semaphore(settings.concurrent)
        self._running: dict[str, _Running] = {}
        self._taken_up = asyncio.Event()
        """Set, and replaced, when a build is taken up."""
        self._tasks: set[asyncio.Task[None]] = set()

    # BuildViews

    async def follow(self, build_id: str, *, after_line: int) -> AsyncGenerator[BuildNews, None]:
        sent = after_line
        while True:
            taken_up, running = self._taken_up, self._running.get(build_id)
            if running is not None:
                changed, record, count = running.changed, running.record, len(running.lines)
                yield BuildNews(build=record, lines=running.lines[sent:count], line_count=count)
                sent = max(sent, count)
                if record.state.is_final:
                    return
                await changed.wait()
                continue
            record = await self._record(build_id)
            if record.state.is_final:
                lines = await self._stored_lines(record)
                yield BuildNews(build=record, lines=lines[sent:], line_count=len(lines))
                return
            if build_id not in self._running:  # It was accepted a moment ago.
                await taken_up.wait()

    async def _record(self, build_id: str) -> BuildRecord:
        entry = await self._store.get(build_key(build_id))
        if entry is None:
            raise NotFoundError("build", build_id)
        return unpack_build(entry.value)

    async def _stored_lines(self, record: BuildRecord) -> list[str]:
        lines: list[str] = []
        for number in range(record.log_parts):
            part = await self._store.get(build_log_key(record.build_id, number))
            lines += msgpack.unpackb(part.value) if part else []
        return lines

    # The role

    async def run(self, stopping: asyncio.Event) -> None:
        """Runs open builds, old and new, until told to stop; those under way are begun again at the next start."""
        async with asyncio.TaskGroup() as group:
            follower = group.create_task(self._follow(group), name="builds-follow")
            await stopping.wait()
            follower.cancel()
            for build in self._tasks:
                build.cancel()

    async def _follow(self, group: asyncio.TaskGroup) -> None:
        revision = await self._list(group)
        while True:
            try:
                async with aclosing(self._store.watch(OPEN_BUILDS, after=revision)) as changes:
                    async for events in changes:
                        for event in events:
                            if isinstance(event, PutEvent):
                                revision = event.entry.mod_revision
                                await self._take_up(group, event.entry.key.removeprefix(OPEN_BUILDS))
            except CompactedError:
                revision = await self._list(group)
            except UnavailableError:
                await self._clock.sleep(RETRY_SECONDS)

    async def _list(self, group: asyncio.TaskGroup) -> Revision:
        page = await self._store.range(OPEN_BUILDS)
        for entry in page.entries:
            await self._take_up(group, entry.key.removeprefix(OPEN_BUILDS))
        return page.revision

    async def _take_up(self, group: asyncio.TaskGroup, build_id: str) -> None:
        if build_id in self._running:
            return
        running = _Running(await self._record(build_id))
        self._running[build_id] = running
        self._taken_up.set()
        self._taken_up = asyncio.Event()
        task = group.create_task(self._build(running), name=f"build:{build_id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _build(self, running: _Running) -> None:
        record = running.record
        try:
            async with self._slots:
                await self._update(running, replace(record, state=BuildState.CREATING, progress=5))
                outcome = await self._run_builder(running)
            await self._end(running, outcome)
        except (DistributedKubeError, OSError) as error:
            log.exception("build_broke", build_id=record.build_id)
            await self._end(running, BuildFailed(error=f"the build could not be run: {error}"))
        finally:
            self._running.pop(record.build_id, None)
            running.wake()

    async def _run_builder(self, running: _Running) -> BuildSucceeded | BuildFailed:
        async with aclosing(self._builder.build(_spec(running.record))) as events:
            async for event in events:
                outcome = await self._heard(running, event)
                if outcome is not None:
                    return outcome
        return BuildFailed(error="the builder ended without an outcome")

    async def _heard(self, running: _Running, event: BuildEvent) -> BuildSucceeded | BuildFailed | None:
        match event:
            case BuildProgress(percent=percent, message=message):
                self._add_line(running, message)
                state = BuildState.ACTIVE if percent >= 20 else BuildState.CREATING
                await self._update(running, replace(running.record, state=state, progress=min(percent, 99)))
            case BuildLine(text=text):
                self._add_line(running, text)
            case BuildSucceeded() | BuildFailed():
                return event
        return None

    @staticmethod
    def _add_line(running: _Running, text: str) -> None:
        if len(running.lines) < MAX_LOG_LINES:
            running.lines.append(text)
            running.wake()

    async def _update(self, running: _Running, record: BuildRecord) -> None:
        running.record = record
        await self._store.commit(Transaction([Put(build_key(record.build_id), pack(record))]))
        running.wake()

    async def _end(self, running: _Running, outcome: BuildSucceeded | BuildFailed) -> None:
        """Stores the log, then the end together with what it changes."""
        parts = [running.lines[i : i + LOG_PART_LINES] for i in range(0, len(running.lines), LOG_PART_LINES)]
        for number, part in enumerate(parts):
            text = msgpack.packb([line[:400] for line in part])
            await self._store.commit(Transaction([Put(build_log_key(running.record.build_id, number), text)]))
        record = replace(running.record, ended_at=self._clock.now(), log_parts=len(parts))
        if isinstance(outcome, BuildFailed):
            record = replace(record, state=BuildState.FAILED, progress=80, error=_cut(outcome.error))
            await self._commit_end(running, record, [], ())
            return
        await self._succeed(running, record, outcome)

    async def _succeed(self, running: _Running, record: BuildRecord, outcome: BuildSucceeded) -> None:
        record = replace(
            record,
            state=BuildState.COMPLETED,
            progress=100,
            runtime=outcome.runtime,
            version=self._ids.text(VERSION_CHARACTERS),
        )
        while True:
            entry = await self._store.get(algorithm_key(record.algorithm))
            try:
                if entry is None or (current := unpack_algorithm(entry.value)).build_id != record.build_id:
                    # Deleted, or applied again meanwhile: the newer build decides.
                    await self._commit_end(running, record, [], ())
                    return
                now = self._clock.now()
                updated = replace(
                    current,
                    version=record.version,
                    runtime=outcome.runtime,
                    runtime_entry_point=outcome.entry_point,
                    modified_at=now,
                    audit=with_audit(current.audit, Audit("", now, record.version)),
                )
                put = Put(algorithm_key(record.algorithm), pack(updated))
                await self._commit_end(running, record, [put], (Compare(put.key, entry.mod_revision),))
                return
            except CompareFailedError:
                continue

    async def _commit_end(
        self, running: _Running, record: BuildRecord, writes: list[Write], compares: tuple[Compare, ...]
    ) -> None:
        end = Put(build_key(record.build_id), pack(record))
        await self._store.commit(Transaction([*writes, end, Delete(open_build_key(record.build_id))], compares))
        running.record = record
        log.info("build_ended", build_id=record.build_id, state=record.state.value)


def _cut(error: str) -> str:
    """The beginning and the end of a long error: tools say last what went wrong."""
    if len(error) <= MAX_ERROR_CHARACTERS:
        return error
    half = MAX_ERROR_CHARACTERS // 2
    return f"{error[:half]}\n...\n{error[-half:]}"


def _spec(record: BuildRecord) -> BuildSpec:
    return BuildSpec(
        build_id=record.build_id,
        algorithm_name=record.algorithm,
        env=record.env,
        archive_key=record.source.key,
        file_ext=record.source.file_ext,
        entry_point=record.entry_point,
        base_image=record.base_image,
        dependency_install_cmd=record.dependency_install_cmd,
    )
