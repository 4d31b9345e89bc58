"""The journal of a shard: events of all its jobs, appended in memory and committed in groups.

Group commit keeps disks and networks out of a task's path: a commit takes everything that came in while the one before
was under way. Each commit is fenced by the shard's lease, so a driver that lost it can append but never commit.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from controlplane.domain.errors import UnavailableError
from controlplane.domain.job_events import CallEnded, CallRequested, JobEvent, JobStarted, Noted, TaskEnd, TasksEnded
from controlplane.domain.records import journal_key, pack_events
from controlplane.domain.values import Failure
from controlplane.ports.dispatch import DurableMark
from controlplane.ports.state_store import (
    MAX_OPERATIONS,
    LeaseId,
    Put,
    StateStore,
    Transaction,
    Write,
)
from controlplane.ports.system import Clock
from controlplane.roles.driver.result_log import ResultChunk

MAX_VALUE = 200 * 1024
"""Bytes of events in one value."""

MAX_COMMIT = 8 * 1024 * 1024
"""Bytes in one transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalSettings:
    gather_seconds: float = 0.003
    """A commit waits so long for company, unless somebody waits for it."""
    retry_seconds: float = 0.2
    max_pending_bytes: int = 256 * 1024 * 1024
    """Uncommitted events beyond this fail the role: the store has been away for too long."""


class _Entry(NamedTuple):
    mark: int
    job_id: str
    event: JobEvent | None
    size: int
    chunk: ResultChunk | None
    final: Sequence[Write] = ()
    """Instead of an event: what ends the job. Nothing of it follows."""


class Journal:
    def __init__(self, store: StateStore, clock: Clock, settings: JournalSettings) -> None:
        self._store = store
        self._clock = clock
        self._settings = settings
        self._pending: deque[_Entry] = deque()
        self._pending_bytes = 0
        self._seqs: dict[str, int] = {}
        """Last journal key of each job."""
        self._mark = 0
        self._durable = 0
        self._wake = asyncio.Event()
        self._urgent = asyncio.Event()
        self._stopping = False
        self._placed: list[tuple[_Entry, str]] = []
        """Where the entries of the commit under way will be: known to their chunks once they are."""
        self._callbacks: list[Callable[[DurableMark], None]] = []
        self._waiters: deque[tuple[int, asyncio.Future[None]]] = deque()
        self.lease: LeaseId | None = None
        """The shard's lease: the fence of every commit."""

    @property
    def durable(self) -> DurableMark:
        return DurableMark(self._durable)

    @property
    def appended(self) -> DurableMark:
        """Where the last event is."""
        return DurableMark(self._mark)

    def on_durable(self, callback: Callable[[DurableMark], None]) -> None:
        self._callbacks.append(callback)

    def recovered(self, job_id: str, seq: int) -> None:
        """A job's journal goes on after this key."""
        self._seqs[job_id] = seq

    def append(self, job_id: str, event: JobEvent, chunk: ResultChunk | None = None) -> DurableMark:
        """Takes an event (at most ``MAX_VALUE`` bytes); the chunk learns where its outputs are kept."""
        size = event_size(event)
        self._add(_Entry(self._mark + 1, job_id, event, size, chunk))
        return DurableMark(self._mark)

    async def finish(self, job_id: str, writes: Sequence[Write]) -> None:
        """Ends a job: makes the writes after all its events, in one transaction with whatever else is due.

        Returns once that is durable. The journal stays: it is the job's history.
        """
        size = sum(len(w.value) if isinstance(w, Put) else 64 for w in writes)
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._add(_Entry(self._mark + 1, job_id, None, size, None, writes))
        self._waiters.append((self._mark, waiter))
        self._urgent.set()
        await waiter
        self._seqs.pop(job_id, None)

    async def settled(self) -> None:
        """Returns once everything that was appended until now is durable."""
        if self._durable < self._mark:
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiters.append((self._mark, waiter))
            self._urgent.set()
            await waiter

    def _add(self, entry: _Entry) -> None:
        self._mark = entry.mark
        self._pending.append(entry)
        self._pending_bytes += entry.size
        self._wake.set()

    async def run(self) -> None:
        """Commits until told to stop and nothing is left.

        Raises ``LeaseLostError`` when the shard is somebody else's now, and ``UnavailableError`` when the store has been
        away for so long that what waits for it would fill the memory.
        """
        while not self._stopping or self._pending:
            if not self._pending:
                self._wake.clear()
                await self._wake.wait()
                continue
            await self._gather()
            await self._commit(self._take())

    def stop(self) -> None:
        """``run`` ends once everything is durable."""
        self._stopping = True
        self._wake.set()

    async def _gather(self) -> None:
        """Lets more events come in, unless somebody waits for what is there."""
        if not self._urgent.is_set():
            try:
                async with asyncio.timeout(self._settings.gather_seconds):
                    await self._urgent.wait()
            except TimeoutError:
                pass
        self._urgent.clear()

    def _take(self) -> list[_Entry]:
        """The next group: what fits into one transaction."""
        group: list[_Entry] = []
        jobs: dict[str, int] = {}
        keys = total = 0
        while self._pending:
            entry = self._pending[0]
            used = jobs.get(entry.job_id, MAX_VALUE + 1)
            new_value = not entry.final and used + entry.size > MAX_VALUE
            more = len(entry.final) or int(new_value)
            if group and (total + entry.size > MAX_COMMIT or keys + more > MAX_OPERATIONS):
                break
            if not entry.final:
                jobs[entry.job_id] = entry.size if new_value else used + entry.size
            keys += more
            total += entry.size
            group.append(self._pending.popleft())
        self._pending_bytes -= total
        return group

    async def _commit(self, group: list[_Entry]) -> None:
        writes: list[Write] = list(self._values(group))
        while True:
            try:
                await self._store.commit(Transaction(writes, lease=self.lease))
                break
            except UnavailableError:
                if self._pending_bytes > self._settings.max_pending_bytes:
                    raise
                # Repeating is safe: these keys are ours, and hold the same values.
                await self._clock.sleep(self._settings.retry_seconds)
        for entry, key in self._placed:
            if entry.chunk is not None:
                entry.chunk.key = key
        self._placed.clear()
        self._durable = group[-1].mark
        while self._waiters and self._waiters[0][0] <= self._durable:
            _, waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_result(None)
        if self._waiters:
            self._urgent.set()
        for callback in self._callbacks:
            callback(DurableMark(self._durable))

    def _values(self, group: list[_Entry]) -> Iterator[Write]:
        """One value per job, more where they grow too large."""
        by_job: dict[str, list[_Entry]] = {}
        for entry in group:
            by_job.setdefault(entry.job_id, []).append(entry)
        for job_id, entries in by_job.items():
            part: list[_Entry] = []
            size = 0
            for entry in entries:
                if entry.final:
                    yield from entry.final
                    continue
                if part and size + entry.size > MAX_VALUE:
                    yield self._value(job_id, part)
                    part, size = [], 0
                part.append(entry)
                size += entry.size
            if part:
                yield self._value(job_id, part)

    def _value(self, job_id: str, entries: list[_Entry]) -> Put:
        seq = self._seqs.get(job_id, 0) + 1
        self._seqs[job_id] = seq
        key = journal_key(job_id, seq)
        self._placed += [(entry, key) for entry in entries]
        return Put(key, pack_events(entry.event for entry in entries if entry.event is not None))


def event_size(event: JobEvent) -> int:
    """Upper bound of an event's bytes in the journal."""
    match event:
        case TasksEnded(ends=ends):
            return _ends_size(ends)
        case CallRequested(call=call):
            return 4096 + len(call.descriptor) + len(call.input.data or b"")
        case CallEnded(outcome=outcome):
            inline = len(outcome.output.data or b"") if outcome.output else 0
            return 4096 + inline + (failure_size(outcome.failure) if outcome.failure else 0)
        case Noted() | JobStarted():
            return 512
        case _:
            return 4096


def _ends_size(ends: Sequence[TaskEnd]) -> int:
    size = 128
    for _, _, output, failure, _ in ends:
        size += 64
        if output is not None:
            size += len(output.data or b"")
            if output.shapes or output.ref:
                size += 200 + 100 * len(output.shapes)
        elif failure is not None:
            size += failure_size(failure)
    return size


def failure_size(failure: Failure) -> int:
    size = 256 + 4 * (len(failure.message) + len(failure.stack_trace) + len(failure.type) + len(failure.source))
    return size + (failure_size(failure.cause) if failure.cause else 0)


def split_ends(ends: Sequence[TaskEnd]) -> Iterator[Sequence[TaskEnd]]:
    """Pieces that fit into one value of the journal."""
    probe = TasksEnded(at=0, node="", first_result=0, ends=ends)
    if event_size(probe) <= MAX_VALUE:
        yield ends
        return
    part: list[TaskEnd] = []
    size = 0
    for end in ends:
        more = event_size(TasksEnded(at=0, node="", first_result=0, ends=(end,)))
        if part and size + more > MAX_VALUE:
            yield part
            part, size = [], 0
        part.append(end)
        size += more
    yield part
