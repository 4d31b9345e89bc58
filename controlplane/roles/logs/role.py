"""The logs role: lines of a job are gathered in memory and written to the object store in chunks.

A chunk is written when it is full, a second after its first line, or when its job ends; so a crash costs at most the last
second of output. Chunks are named by the time of their first line. Followers get lines as they arrive. A cursor is
``<chunk>.<lines of it that were read>``.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from dataclasses import dataclass

import msgpack
import structlog

from controlplane.domain.errors import InvalidError, ObjectNotFoundError, UnavailableError
from controlplane.ports.logs import LogLine, LogPage
from controlplane.ports.object_store import ObjectStore
from controlplane.ports.system import Clock

log = structlog.get_logger()

LINE_OVERHEAD = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSettings:
    chunk_bytes: int = 256 * 1024
    flush_seconds: float = 1.0
    max_job_bytes: int = 256 * 1024 * 1024
    """Lines of a job beyond this are dropped and counted."""
    page_lines: int = 1000


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
        self._jobs: dict[str, _JobLog] = {}
        self._writes: set[asyncio.Task[None]] = set()

    # LogSink

    def write(self, job_id: str, lines: Sequence[LogLine], dropped: int) -> None:
        job = self._jobs.setdefault(job_id, _JobLog())
        job.dropped += dropped
        for line in lines:
            size = len(line.text) + LINE_OVERHEAD
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
            await self._objects.put(_key(job_id, chunk.name), msgpack.packb(chunk.lines))
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

    async def read(self, job_id: str, *, node: str, task_id: str, cursor: str, limit: int) -> LogPage:
        job = self._jobs.get(job_id)
        start, skip = _parse(cursor)
        lines: list[LogLine] = []
        end = cursor
        async for name, content in self._chunks(job_id, job, start):
            first = skip if name == start else 0
            for position in range(first, len(content)):
                line = content[position]
                if len(lines) == limit:
                    return LogPage(lines=lines, cursor=end, ended=False, dropped=job.dropped if job else 0)
                if (not node or line.node == node) and (not task_id or line.task_id == task_id):
                    lines.append(line)
                end = f"{name}.{position + 1}"
        ended = job is None or job.ended
        return LogPage(lines=lines, cursor=end, ended=ended, dropped=job.dropped if job else 0)

    async def follow(self, job_id: str, *, node: str, cursor: str) -> AsyncGenerator[LogPage, None]:
        while True:
            job = self._jobs.get(job_id)
            changed = job.changed if job is not None else None
            page = await self.read(job_id, node=node, task_id="", cursor=cursor, limit=self._settings.page_lines)
            cursor = page.cursor
            if page.lines or page.ended:
                yield page
            if page.ended or changed is None:
                return
            if not page.lines:
                await changed.wait()

    async def _chunks(
        self, job_id: str, job: _JobLog | None, start: str
    ) -> AsyncGenerator[tuple[str, Sequence[LogLine]], None]:
        """Chunks from ``start`` on in order; those in memory after those in the store."""
        unsaved = {chunk.name: chunk for chunk in job.unsaved()} if job is not None else {}
        prefix = _key(job_id, "")
        async for info in self._objects.list(prefix):
            name = info.key.removeprefix(prefix)
            if name >= start and name not in unsaved:
                yield name, await self._load(info.key)
        for name in sorted(unsaved):
            if name >= start:
                yield name, unsaved[name].lines

    async def _load(self, key: str) -> Sequence[LogLine]:
        try:
            data = b"".join([piece async for piece in self._objects.read(key)])
        except ObjectNotFoundError:
            return ()  # deleted meanwhile
        return [LogLine(*line) for line in msgpack.unpackb(data)]


def _key(job_id: str, name: str) -> str:
    return f"log/{job_id}/{name}"


def _parse(cursor: str) -> tuple[str, int]:
    if not cursor:
        return "", 0
    name, _, count = cursor.partition(".")
    if not (name.isdigit() and count.isdigit()):
        raise InvalidError("the page token is not one of this log", field="page_token")
    return name, int(count)
