"""The stored pieces of logs: their names, so that a page reads only what it shows, and where in them a place is.

A log that is written for days has tens of thousands of pieces, and listing them takes longer than reading one. So the list
of a log that is being read is kept, within a bound on all of them together, and added to as pieces are stored.
"""

import asyncio
from bisect import bisect_left, bisect_right, insort
from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple

import msgpack

from controlplane.domain.errors import InvalidError, ObjectNotFoundError
from controlplane.ports.logs import LogLine
from controlplane.ports.object_store import ObjectStore

PREFIX = "log/"

MAX_LOGS = 1000
"""Logs whose lists are kept: also those with few pieces cost something, and are many."""


class Place(NamedTuple):
    """Between two lines: behind the first ``taken`` of a chunk."""

    name: str
    taken: int

    def __str__(self) -> str:
        return f"{self.name}.{self.taken}" if self.name else ""


BEGINNING = Place("", 0)


def place_of(cursor: str) -> Place:
    """The place that a cursor names; the beginning for an empty one. Raises ``InvalidError``."""
    if not cursor:
        return BEGINNING
    name, _, count = cursor.partition(".")
    if not (cursor.isascii() and name.isdigit() and count.isdigit() and len(cursor) < 40):
        raise InvalidError("the page token is not one of this log", field="page_token")
    return Place(name, int(count))


def chunk_key(job_id: str, name: str) -> str:
    return f"{PREFIX}{job_id}/{name}"


class _Names:
    """What is known of one log's chunks."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.counts: dict[str, int] = {}
        """Lines by chunk, where they are known: what tells that a place is behind all of them without reading."""
        self.listing: asyncio.Task[None] | None = None


class StoredChunks:
    """Chunks in the object store, by job and name."""

    def __init__(self, objects: ObjectStore, max_names: int) -> None:
        self._objects = objects
        self._max_names = max_names
        self._logs: OrderedDict[str, _Names] = OrderedDict()
        """Those read last are last."""

    async def names(self, job_id: str) -> Sequence[str]:
        """Names of all chunks in order; they sort by time. Must not be changed."""
        log = self._logs.get(job_id)
        if log is None:
            log = self._logs[job_id] = _Names()
            log.listing = asyncio.create_task(self._list(job_id, log), name=f"log-list-{job_id}")
        self._logs.move_to_end(job_id)
        if log.listing is not None:
            await asyncio.shield(log.listing)
        return log.names

    async def _list(self, job_id: str, log: _Names) -> None:
        prefix = chunk_key(job_id, "")
        try:
            found = [info.key.removeprefix(prefix) async for info in self._objects.list(prefix)]
        except BaseException:
            self._logs.pop(job_id, None)  # The next reader tries again.
            raise
        log.names = sorted({*found, *log.names})
        log.listing = None
        self._trim()

    def _trim(self) -> None:
        total = sum(len(log.names) for log in self._logs.values())
        while len(self._logs) > 1 and (total > self._max_names or len(self._logs) > MAX_LOGS):
            _, oldest = self._logs.popitem(last=False)
            total -= len(oldest.names)

    def saved(self, job_id: str, name: str, count: int) -> None:
        """A chunk was stored."""
        log = self._logs.get(job_id)
        if log is None:
            return
        log.counts[name] = count
        if name not in log.names[bisect_left(log.names, name) :]:  # A listing may have seen it before.
            insort(log.names, name)

    def is_behind(self, job_id: str, place: Place) -> bool:
        """Whether a place is known to be behind all lines of its chunk."""
        log = self._logs.get(job_id)
        return log is not None and place.taken >= log.counts.get(place.name, place.taken + 1)

    async def load(self, job_id: str, name: str) -> Sequence[LogLine]:
        """The lines of a chunk; none when it was deleted meanwhile."""
        try:
            data = b"".join([piece async for piece in self._objects.read(chunk_key(job_id, name))])
        except ObjectNotFoundError:
            return ()
        lines = [LogLine(*line) for line in msgpack.unpackb(data)]
        log = self._logs.get(job_id)
        if log is not None:
            log.counts[name] = len(lines)
        return lines


def behind(names: Sequence[str], place: Place) -> Sequence[str]:
    """The chunks that hold something behind a place, in order."""
    return names[bisect_left(names, place.name) :]


def before(names: Sequence[str], place: Place) -> Sequence[str]:
    """The chunks that hold something before a place, the last first."""
    return names[: bisect_right(names, place.name)][::-1]
