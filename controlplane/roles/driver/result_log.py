"""Outputs of a job's tasks by number: in memory while there is room, in the journal always.

The journal writes every output anyway, so nothing is written twice; when memory runs short the oldest chunks are let go
and read back from there.
"""

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence

from controlplane.domain.job_events import TaskEnd, TasksEnded
from controlplane.domain.records import unpack_events
from controlplane.domain.values import NULL, Payload
from controlplane.ports.state_store import StateStore

OVERHEAD_BYTES = 260
"""What an output costs in memory besides its data."""


Outputs = list[Payload | None]


class ResultChunk:
    """Outputs of one event."""

    __slots__ = ("first", "key", "outputs", "size_bytes")

    def __init__(self, first: int, ends: Sequence[TaskEnd]) -> None:
        self.first = first
        self.key = ""
        """Journal key that holds it; empty until it is durable."""
        self.outputs: Outputs | None = [end.output for end in ends]
        """None when it was let go."""
        self.size_bytes = sum(OVERHEAD_BYTES + len(o.data or b"") for o in self.outputs if o is not None)


class ResultMemory:
    """Budget of memory for outputs, shared by all jobs of a driver: the chunks used last stay."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit = limit_bytes
        self._used = 0
        self._chunks: OrderedDict[ResultChunk, None] = OrderedDict()

    def add(self, chunk: ResultChunk) -> None:
        self._chunks[chunk] = None
        self._used += chunk.size_bytes
        while self._used > self._limit:
            oldest = next(iter(self._chunks))
            if not oldest.key:
                break  # not durable yet, and so are all after it
            self.drop(oldest)
            oldest.outputs = None

    def drop(self, chunk: ResultChunk) -> None:
        if chunk in self._chunks:
            del self._chunks[chunk]
            self._used -= chunk.size_bytes


class ResultLog:
    """Outputs of one job."""

    def __init__(self, store: StateStore, memory: ResultMemory) -> None:
        self._store = store
        self._memory = memory
        self._chunks: list[ResultChunk] = []
        self._firsts: list[int] = []
        self.next_number = 0

    def add(self, event: TasksEnded, key: str = "") -> ResultChunk:
        """Keeps the outputs of an event, which must begin at ``next_number``."""
        chunk = ResultChunk(event.first_result, event.ends)
        chunk.key = key
        self._chunks.append(chunk)
        self._firsts.append(chunk.first)
        self.next_number = event.first_result + len(event.ends)
        self._memory.add(chunk)
        return chunk

    def cached(self, numbers: Iterable[int]) -> list[Payload] | None:
        """The outputs with these numbers (-1 is null), or None when one of them is not in memory."""
        found: list[Payload] = []
        chunks, firsts = self._chunks, self._firsts
        for number in numbers:
            if number < 0:
                found.append(NULL)
                continue
            chunk = chunks[bisect_right(firsts, number) - 1]
            if chunk.outputs is None:
                return None
            found.append(chunk.outputs[number - chunk.first] or NULL)
        return found

    async def load(self, numbers: Sequence[int]) -> list[Payload]:
        """The outputs with these numbers, from the journal where needed. Ask for a page at a time."""
        found: list[Payload] = []
        read: dict[int, Outputs] = {}
        """What this call has read, by first number: the memory may let it go again at once."""
        for number in numbers:
            if number < 0:
                found.append(NULL)
                continue
            chunk = self._chunks[bisect_right(self._firsts, number) - 1]
            outputs = chunk.outputs or read.get(chunk.first)
            if outputs is None:
                read = await self._read(chunk.key)
                outputs = read[chunk.first]
            found.append(outputs[number - chunk.first] or NULL)
        return found

    async def _read(self, key: str) -> dict[int, Outputs]:
        """Outputs of all chunks of one journal value, by first number; they are kept while there is room."""
        entry = await self._store.get(key)
        if entry is None:
            raise AssertionError(f"journal value {key} is gone before its job ended")
        read: dict[int, Outputs] = {}
        for event in unpack_events(entry.value):
            if isinstance(event, TasksEnded):
                outputs = read[event.first_result] = [end.output for end in event.ends]
                chunk = self._chunks[bisect_right(self._firsts, event.first_result) - 1]
                if chunk.outputs is None:
                    chunk.outputs = outputs
                    self._memory.add(chunk)
        return read

    def sibling(self) -> "ResultLog":
        """An empty log on the same store and memory, for the outputs of another job."""
        return ResultLog(self._store, self._memory)

    def close(self) -> None:
        """The job has ended."""
        for chunk in self._chunks:
            self._memory.drop(chunk)


def pages(numbers: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), size):
        yield numbers[start : start + size]
