"""The builds role: takes up open builds, runs the builder and keeps the log; what comes of it is ``ending``'s.

A build that was under way when the control plane ended is begun again: builders start from nothing. While a build is open its
key in ``build-open/`` stays as it is; who stops or deletes a build removes the key, and every write here compares it. So a
build that was stopped is never written over, and the role ends its processes when it hears of it.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass, replace
from typing import TypeVar

import msgpack
import structlog

from controlplane.domain.catalog_records import (
    OPEN_BUILDS,
    BuildRecord,
    BuildState,
    build_key,
    build_log_key,
    open_build_key,
    pack,
    unpack_build,
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
from controlplane.ports.state_store import (
    ChangeEvent,
    Compare,
    Entry,
    Put,
    PutEvent,
    Revision,
    StateStore,
    Transaction,
)
from controlplane.ports.system import Clock, Ids
from controlplane.roles.builds.ending import BuildEnding

log = structlog.get_logger()

RETRY_SECONDS = 0.5
MAX_LOG_LINES = 20_000
LOG_PART_LINES = 500
MAX_LINE_CHARACTERS = 400

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildSettings:
    concurrent: int = 2
    """Builds at the same time; the others wait in order."""


class _Running:
    """A build under way."""

    def __init__(self, record: BuildRecord, open_revision: Revision) -> None:
        self.record = record
        self.is_open = Compare(open_build_key(record.build_id), open_revision)
        """Holds until somebody stops, deletes or begins the build again."""
        self.lines: list[str] = []
        self.changed = asyncio.Event()
        self.aio_task: asyncio.Task[None] | None = None
        self.ending = False
        """The builder is done; what is left is to store the end, if the build is still open."""
        self.stopped = False
        """Somebody stopped or deleted it, or began it again."""
        self.over = False
        """Nothing more will be told."""

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
        self._ending = BuildEnding(store=store, clock=clock, ids=ids)
        self._slots = asyncio.Semaphore(settings.concurrent)
        self._running: dict[str, _Running] = {}
        """By build; a build that was begun again may still have an earlier run that is ending, which is not here."""
        self._taken_up = asyncio.Event()
        """Replaced by a new one whenever it is set."""

    # BuildViews

    async def follow(self, build_id: str, *, after_line: int) -> AsyncGenerator[BuildNews, None]:
        sent = after_line
        while True:
            taken_up = self._taken_up
            record = await self._record(build_id)
            running = self._running.get(build_id)
            if running is not None:
                while not running.over:
                    changed, record, count = running.changed, running.record, len(running.lines)
                    yield BuildNews(build=record, lines=running.lines[sent:count], line_count=count)
                    sent = max(sent, count)
                    if record.state.is_final:
                        return
                    await changed.wait()
            elif record.state.is_final:
                lines = await self.log_lines(record)
                yield BuildNews(build=record, lines=lines[sent:], line_count=len(lines))
                return
            else:
                await taken_up.wait()

    async def log_lines(self, build: BuildRecord) -> list[str]:
        lines: list[str] = []
        for number in range(build.log_parts):
            part = await self._store.get(build_log_key(build.build_id, number))
            lines += msgpack.unpackb(part.value) if part else []
        return lines

    async def _record(self, build_id: str) -> BuildRecord:
        entry = await self._store.get(build_key(build_id))
        if entry is None:
            raise NotFoundError("build", build_id)
        return unpack_build(entry.value)

    # The role

    async def run(self, stopping: asyncio.Event) -> None:
        """Runs open builds, old and new, until told to stop; those under way are begun again at the next start."""
        async with asyncio.TaskGroup() as group:
            follower = group.create_task(self._follow(group), name="builds-follow")
            await stopping.wait()
            follower.cancel()
            for running in self._running.values():
                if running.aio_task is not None:
                    running.aio_task.cancel()

    async def _follow(self, group: asyncio.TaskGroup) -> None:
        revision: Revision | None = None
        while True:
            try:
                if revision is None:
                    revision = await self._list(group)
                async with aclosing(self._store.watch(OPEN_BUILDS, after=revision)) as changes:
                    async for events in changes:
                        for event in events:
                            await self._hear(group, event)
                            revision = _revision(event)
            except CompactedError:
                revision = None
            except UnavailableError:
                await self._clock.sleep(RETRY_SECONDS)

    async def _hear(self, group: asyncio.TaskGroup, event: ChangeEvent) -> None:
        """Takes note of a change; heard again it changes nothing."""
        if isinstance(event, PutEvent):
            await self._take_up(group, event.entry)
        else:
            self._gone(event.key.removeprefix(OPEN_BUILDS))

    async def _list(self, group: asyncio.TaskGroup) -> Revision:
        page = await self._store.range(OPEN_BUILDS)
        entries, revision = list(page.entries), page.revision
        while page.more:
            page = await self._store.range(OPEN_BUILDS, after=entries[-1].key)
            entries += page.entries
        for build_id in self._running.keys() - {entry.key.removeprefix(OPEN_BUILDS) for entry in entries}:
            self._gone(build_id)
        for entry in entries:
            await self._take_up(group, entry)
        return revision

    async def _take_up(self, group: asyncio.TaskGroup, entry: Entry) -> None:
        build_id = entry.key.removeprefix(OPEN_BUILDS)
        running = self._running.get(build_id)
        if running is not None:
            if running.is_open.mod_revision == entry.mod_revision:
                return
            self._gone(build_id)  # Stopped and begun again before we heard of either.
        try:
            record = await self._record(build_id)
        except NotFoundError:
            return  # Deleted meanwhile; the event that says so follows.
        if record.state.is_final:
            return  # Old news.
        running = self._running[build_id] = _Running(record, entry.mod_revision)
        running.aio_task = group.create_task(self._build(running), name=f"build:{build_id}")
        self._taken_up.set()
        self._taken_up = asyncio.Event()

    def _gone(self, build_id: str) -> None:
        """A build is no longer open: it has ended by itself, or somebody stopped or deleted it."""
        running = self._running.get(build_id)
        if running is None or running.ending or running.stopped or running.aio_task is None:
            return
        running.stopped = True
        running.aio_task.cancel()
        log.info("build_stopped", build_id=build_id)

    async def _build(self, running: _Running) -> None:
        build_id = running.record.build_id
        try:
            await self._end(running, await self._outcome(running))
        except CompareFailedError:
            log.info("build_no_longer_open", build_id=build_id)
        except asyncio.CancelledError:
            if running.stopped:
                await self._keep_log(running)
            raise
        finally:
            if self._running.get(build_id) is running:
                del self._running[build_id]
            running.over = True
            running.wake()

    async def _outcome(self, running: _Running) -> BuildSucceeded | BuildFailed:
        """What the builder makes of it. Raises ``CompareFailedError`` when the build is no longer open."""
        try:
            async with self._slots:
                await self._update(running, replace(running.record, state=BuildState.CREATING, progress=5))
                return await self._run_builder(running)
        except CompareFailedError:
            raise
        except (DistributedKubeError, OSError) as error:
            log.exception("build_broke", build_id=running.record.build_id)
            return BuildFailed(error=f"the build could not be run: {error}")

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
        put = Put(build_key(record.build_id), pack(record))
        await self._insist(lambda: self._store.commit(Transaction([put], [running.is_open])))
        running.record = record
        running.wake()

    async def _end(self, running: _Running, outcome: BuildSucceeded | BuildFailed) -> None:
        """Stores the log, then the end together with what it changes; a build that was stopped meanwhile leaves nothing."""
        running.ending = True
        try:
            running.record = await self._insist(lambda: self._store_end(running, outcome))
        except CompareFailedError:
            if isinstance(outcome, BuildSucceeded):
                await self._builder.remove(outcome.runtime)
            raise
        log.info("build_ended", build_id=running.record.build_id, state=running.record.state.value)

    async def _store_end(self, running: _Running, outcome: BuildSucceeded | BuildFailed) -> BuildRecord:
        try:
            record = replace(running.record, log_parts=await self._store_log(running, running.is_open))
            return await self._ending.end(record, outcome, running.is_open)
        except CompareFailedError:
            # The store may have taken the end before, and gone away before it said so.
            entry = await self._store.get(build_key(running.record.build_id))
            stored = unpack_build(entry.value) if entry is not None else None
            if stored is None or not isinstance(outcome, BuildSucceeded) or stored.runtime != outcome.runtime:
                raise
            return stored

    async def _insist(self, work: Callable[[], Awaitable[T]]) -> T:
        """While the store is away, builds wait for it: what is built is not built again for that."""
        while True:
            try:
                return await work()
            except UnavailableError as error:
                log.warning("build_waits_for_store", reason=error.message)
                await self._clock.sleep(RETRY_SECONDS)

    async def _store_log(self, running: _Running, guard: Compare) -> int:
        """Stores the log in pieces; returns how many. Raises ``CompareFailedError`` when the guard does not hold."""
        parts = [running.lines[i : i + LOG_PART_LINES] for i in range(0, len(running.lines), LOG_PART_LINES)]
        for number, part in enumerate(parts):
            text = msgpack.packb([line[:MAX_LINE_CHARACTERS] for line in part])
            put = Put(build_log_key(running.record.build_id, number), text)
            await self._store.commit(Transaction([put], [guard]))
        return len(parts)

    async def _keep_log(self, running: _Running) -> None:
        """What a build said before somebody stopped it; one that was deleted or begun again meanwhile needs no log."""
        with suppress(CompareFailedError):
            await self._insist(lambda: self._store_log_of_stopped(running))

    async def _store_log_of_stopped(self, running: _Running) -> None:
        entry = await self._store.get(build_key(running.record.build_id))
        stopped = unpack_build(entry.value) if entry is not None else None
        if entry is None or stopped is None or stopped.state is not BuildState.STOPPED:
            return
        guard = Compare(entry.key, entry.mod_revision)
        stopped = replace(stopped, log_parts=await self._store_log(running, guard))
        await self._store.commit(Transaction([Put(entry.key, pack(stopped))], [guard]))


def _spec(record: BuildRecord) -> BuildSpec:
    source = record.source
    return BuildSpec(
        build_id=record.build_id if record.runs == 1 else f"{record.build_id}.{record.runs}",
        algorithm_name=record.algorithm,
        env=record.env,
        archive_key=source.key if source else "",
        file_ext=source.file_ext if source else "",
        entry_point=record.entry_point,
        base_image=record.base_image,
        dependency_install_cmd=record.dependency_install_cmd,
        git_url=record.git_url,
        git_commit=record.git_commit,
    )


def _revision(event: ChangeEvent) -> Revision:
    return event.entry.mod_revision if isinstance(event, PutEvent) else event.mod_revision
