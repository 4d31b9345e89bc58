"""The logs role: lines of a job are gathered in memory and written to the object store in chunks.

A chunk is written when it is full, a second after its first line, or when its job ends; so a crash costs at most the last
second of output. Chunks are named by the time of their first line. Followers get lines as they arrive. A cursor is
``<chunk>.<lines of it that were read>``.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgpack
import structlog

from controlplane.domain.errors import UnavailableError
from controlplane.ports.logs import LogFilter, LogLine, LogPage
from controlplane.ports.object_store import ObjectStore
from controlplane.ports.system import Clock
from controlplane.roles.logs.chunks import BEGINNING, Place, StoredChunks, before, behind, chunk_key, place_of

log = structlog.get_logger()

LINE_OVERHEAD = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSettings:
    chunk_bytes: int = 256 * 1024
    flush_seconds: float = 1.0
    max_job_bytes: int = 256 * 1024 * 1024
    """Lines of a job beyond this are dropped and counted."""
    page_lines: int = 1000
    page_bytes: int = 1024 * 1024
    """About the most that the lines of a page have together."""
    max_names: int = 200_000
    """Names of chunks kept in memory, of all logs that are being read together: some 20 MB."""


class _Chunk:
    """Lines that are not stored yet."""

    __slots__ = ("lines", "name", "size")

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: list[LogLine] = []
        self.size = 0


class _JobLog:
    """What is known of a job's log while the job runs."""

    def __init__(self) -> None:
        self.open: _Chunk | None = None
        """Takes new lines."""
        self.saving: dict[str, _Chunk] = {}
        """Being written, by name."""
        self.total = 0
        self.dropped = 0
        self.ended = False
        self.timer: asyncio.TimerHandle | None = None
        self.last_name = ""
        self.changed = asyncio.Event()

    def wake(self) -> None:
        """Wakes all followers; each waits for the event that was there when it looked."""
        self.changed.set()
        self.changed = asyncio.Event()

    def unsaved(self) -> Iterator[_Chunk]:
        yield from self.saving.values()
        if self.open is not None:
            yield self.open


class LogsRole:
    """Implements ``LogSink`` and ``LogReader``."""

    def __init__(self, *, objects: ObjectStore, clock: Clock, settings: LogSettings) -> None:
        self._objects = objects
        self._clock = clock
        self._settings = settings
        self._stored = StoredChunks(objects, settings.max_names)
        self._jobs: dict[str, _JobLog] = {}
        self._writes: set[asyncio.Task[None]] = set()

    # LogSink

    def write(self, job_id: str, lines: Sequence[LogLine], dropped: int) -> None:
        job = self._jobs.setdefault(job_id, _JobLog())
        job.dropped += dropped
        for line in lines:
            size = _size(line)
            if job.total + size > self._settings.max_job_bytes:
                job.dropped += 1
                continue
            chunk = job.open or self._open_chunk(job_id, job)
            chunk.lines.append(line)
            chunk.size += size
            job.total += size
            if chunk.size >= self._settings.chunk_bytes:
                self._save(job_id, job)
        job.wake()

    def _open_chunk(self, job_id: str, job: _JobLog) -> _Chunk:
        name = f"{int(self._clock.now() * 1e6):016d}"
        if name <= job.last_name:
            name = f"{int(job.last_name) + 1:016d}"
        job.last_name = name
        job.open = _Chunk(name)
        loop = asyncio.get_running_loop()
        job.timer = loop.call_later(self._settings.flush_seconds, self._save, job_id, job)
        return job.open

    def begin(self, job_id: str) -> None:
        self._jobs.setdefault(job_id, _JobLog())

    def end(self, job_id: str) -> None:
        job = self._jobs.setdefault(job_id, _JobLog())
        job.ended = True
        self._save(job_id, job)
        self._forget_if_done(job_id, job)
        job.wake()

    def _save(self, job_id: str, job: _JobLog) -> None:
        if job.timer is not None:
            job.timer.cancel()
            job.timer = None
        if job.open is None:
            return
        chunk, job.open = job.open, None
        job.saving[chunk.name] = chunk
        write = asyncio.create_task(self._write_chunk(job_id, job, chunk), name=f"log-{job_id}")
        self._writes.add(write)
        write.add_done_callback(self._writes.discard)

    async def _write_chunk(self, job_id: str, job: _JobLog, chunk: _Chunk) -> None:
        try:
            await self._objects.put(chunk_key(job_id, chunk.name), msgpack.packb(chunk.lines))
            self._stored.saved(job_id, chunk.name, len(chunk.lines))
        except UnavailableError as error:
            log.warning("log_lines_lost", job_id=job_id, lines=len(chunk.lines), reason=error.message)
            job.dropped += len(chunk.lines)
        del job.saving[chunk.name]
        self._forget_if_done(job_id, job)

    def _forget_if_done(self, job_id: str, job: _JobLog) -> None:
        if job.ended and not job.saving and job.open is None:
            self._jobs.pop(job_id, None)

    async def close(self) -> None:
        """Writes what is left."""
        for job_id, job in list(self._jobs.items()):
            self._save(job_id, job)
        if self._writes:
            await asyncio.wait(self._writes)

    # LogReader

    async def read(self, job_id: str, *, wanted: LogFilter, cursor: str, limit: int, backward: bool = False) -> LogPage:
        place = place_of(cursor)
        job = self._jobs.get(job_id)
        # First what is in memory: what is stored meanwhile is found in the store too, but nothing is missed.
        unsaved = {chunk.name: chunk.lines for chunk in job.unsaved()} if job is not None else {}
        stored = await self._stored.names(job_id)
        names = sorted({*stored, *unsaved}) if unsaved else stored
        part = _Part(job_id, names, unsaved, job)
        if backward:
            return await self._page_before(part, place if cursor else None, wanted, limit)
        return await self._page_behind(part, place, wanted, limit)

    async def _page_behind(self, part: "_Part", place: Place, wanted: LogFilter, limit: int) -> LogPage:
        lines, size = list[LogLine](), 0
        end = place
        for name in behind(part.names, place):
            if name == place.name and name not in part.unsaved and self._stored.is_behind(part.job_id, place):
                continue
            content = await self._lines(part, name)
            for position in range(place.taken if name == place.name else 0, len(content)):
                if len(lines) == limit or size >= self._settings.page_bytes:
                    return part.page(lines, place, end, ended=False, more=True)
                if wanted.admits(content[position]):
                    lines.append(content[position])
                    size += _size(content[position])
                end = Place(name, position + 1)
        return part.page(lines, place, end, ended=part.job is None or part.job.ended)

    async def _page_before(self, part: "_Part", place: Place | None, wanted: LogFilter, limit: int) -> LogPage:
        """The last lines before a place (None: all), read from behind."""
        lines, size = list[LogLine](), 0
        end = place
        for name in before(part.names, place) if place is not None else part.names[::-1]:
            content = await self._lines(part, name)
            if end is None:
                end = Place(name, len(content))
            last = min(place.taken, len(content)) if place is not None and name == place.name else len(content)
            for position in reversed(range(last)):
                if len(lines) == limit or size >= self._settings.page_bytes:
                    return part.page(lines[::-1], Place(name, position + 1), end, ended=False, more=True)
                if wanted.admits(content[position]):
                    lines.append(content[position])
                    size += _size(content[position])
        at_end = place is None and (part.job is None or part.job.ended)
        return part.page(lines[::-1], BEGINNING, end or BEGINNING, ended=at_end)

    async def _lines(self, part: "_Part", name: str) -> Sequence[LogLine]:
        lines = part.unsaved.get(name)
        return lines if lines is not None else await self._stored.load(part.job_id, name)

    async def follow(self, job_id: str, *, wanted: LogFilter, cursor: str) -> AsyncGenerator[LogPage, None]:
        while True:
            job = self._jobs.get(job_id)
            changed = job.changed if job is not None else None
            page = await self.read(job_id, wanted=wanted, cursor=cursor, limit=self._settings.page_lines)
            cursor = page.cursor
            if page.lines or page.ended:
                yield page
            if page.more:
                continue
            if page.ended or changed is None:
                return
            if not page.lines:
                await changed.wait()


@dataclass(frozen=True, slots=True)
class _Part:
    """A log as it was when a page of it was asked for."""

    job_id: str
    names: Sequence[str]
    unsaved: Mapping[str, Sequence[LogLine]]
    """Chunks that may not be in the store, by name."""
    job: _JobLog | None

    def page(self, lines: Sequence[LogLine], before: Place, end: Place, *, ended: bool, more: bool = False) -> LogPage:
        dropped = self.job.dropped if self.job is not None else 0
        return LogPage(lines=lines, before=str(before), cursor=str(end), ended=ended, more=more, dropped=dropped)


def _size(line: LogLine) -> int:
    """About what a line costs, in bytes."""
    return len(line.text) + LINE_OVERHEAD
