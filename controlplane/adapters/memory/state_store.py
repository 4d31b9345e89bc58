"""The state store in memory.

Written to be read as the plainest form of the port's promises: each method does all of its work in one step of the
event loop, so the same calls in the same order give the same answers. The adapters that write to disk are compared
with it, which is why it shares no storage code with them.
"""

import asyncio
import bisect
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field

from controlplane.adapters import check_limit, check_transaction, check_ttl, prefix_end
from controlplane.domain.errors import CompactedError, CompareFailedError, LeaseLostError, StoreUnavailableError
from controlplane.ports.state_store import (
    ChangeEvent,
    Delete,
    DeleteEvent,
    DeletePrefix,
    Entry,
    LeaseId,
    Page,
    Put,
    PutEvent,
    Revision,
    Transaction,
)
from controlplane.ports.system import Clock


@dataclass(slots=True)
class _Lease:
    ttl_seconds: float
    deadline: float
    """On the clock's monotonic scale."""
    keys: dict[str, None] = field(default_factory=dict)
    """All and only the keys attached now; a dict, since a set has no order to rely on."""
    timer: asyncio.Task[None] | None = None


@dataclass(slots=True, eq=False)
class _Watcher:
    prefix: str
    seen: int
    """Everything up to this revision has been handed over or does not match."""
    wake: asyncio.Event = field(default_factory=asyncio.Event)


class MemoryStateStore:
    """See the port for the promises; nothing outlives the object.

    ``history`` is the number of changes kept for watches; the newest revision is kept whole even when it is larger.
    """

    def __init__(self, clock: Clock, *, history: int = 100_000) -> None:
        self._clock = clock
        self._history_limit = history
        self._entries: dict[str, Entry] = {}
        self._keys: list[str] = []
        """The keys of ``_entries``, sorted."""
        self._revision = 0
        self._compacted = 0
        """``_history`` holds all revisions above this one."""
        self._history: dict[int, list[ChangeEvent]] = {}
        self._history_size = 0
        self._leases: dict[LeaseId, _Lease] = {}
        self._lease_of: dict[str, LeaseId] = {}
        self._last_lease = 0
        self._watchers: dict[_Watcher, None] = {}
        self._closed = False

    async def get(self, key: str) -> Entry | None:
        """The entry at this moment, None when there is none."""
        self._check_open()
        return self._entries.get(key)

    async def range(self, prefix: str, *, after: str = "", limit: int = 1000, reverse: bool = False) -> Page:
        """See the port."""
        self._check_open()
        check_limit(limit)
        low, high = self._span(prefix)
        if after and reverse:
            high = min(high, bisect.bisect_left(self._keys, after))
        elif after:
            low = max(low, bisect.bisect_right(self._keys, after))
        chosen = (
            self._keys[max(low, high - limit) : high][::-1] if reverse else self._keys[low : min(high, low + limit)]
        )
        entries = [self._entries[key] for key in chosen]
        return Page(entries, Revision(self._revision), more=high - low > limit)

    async def commit(self, transaction: Transaction) -> Revision:
        """See the port."""
        self._check_open()
        check_transaction(transaction)
        self._check_holds(transaction)
        revision = Revision(self._revision + 1)
        events: list[ChangeEvent] = []
        for write in transaction.writes:
            match write:
                case Put():
                    events.append(self._put(write, revision))
                case Delete(key=key):
                    events.extend(self._delete([key] if key in self._entries else [], revision))
                case DeletePrefix(prefix=prefix):
                    low, high = self._span(prefix)
                    events.extend(self._delete(self._keys[low:high], revision))
        self._publish(events)
        return Revision(self._revision)

    async def watch(self, prefix: str, *, after: Revision) -> AsyncGenerator[Sequence[ChangeEvent], None]:
        """See the port."""
        watcher = _Watcher(prefix, after)
        self._watchers[watcher] = None
        try:
            while True:
                self._check_open()
                if watcher.seen >= self._revision:
                    watcher.wake.clear()
                    await watcher.wake.wait()
                    continue
                if watcher.seen < self._compacted:
                    raise CompactedError
                watcher.seen += 1
                events = [event for event in self._history[watcher.seen] if _key(event).startswith(prefix)]
                if events:
                    yield events
        finally:
            del self._watchers[watcher]

    async def grant_lease(self, ttl_seconds: float) -> LeaseId:
        """A lease that ends ``ttl_seconds`` from now unless kept alive."""
        self._check_open()
        check_ttl(ttl_seconds)
        self._last_lease += 1
        lease = LeaseId(self._last_lease)
        held = self._leases[lease] = _Lease(ttl_seconds, self._clock.monotonic() + ttl_seconds)
        held.timer = asyncio.create_task(self._end_when_due(lease, held), name=f"lease-{lease}")
        return lease

    async def keep_alive(self, lease: LeaseId) -> None:
        """See the port."""
        self._check_open()
        held = self._alive(lease)
        held.deadline = self._clock.monotonic() + held.ttl_seconds

    async def revoke_lease(self, lease: LeaseId) -> None:
        """See the port."""
        self._check_open()
        held = self._leases.get(lease)
        if held is not None:
            self._end(lease)
            if held.timer is not None:
                held.timer.cancel()

    async def close(self) -> None:
        """Ends all watches and timers; every later call raises ``StoreUnavailableError``."""
        self._closed = True
        for watcher in self._watchers:
            watcher.wake.set()
        timers = [held.timer for held in self._leases.values() if held.timer is not None]
        for timer in timers:
            timer.cancel()
        await asyncio.gather(*timers, return_exceptions=True)

    def compact(self) -> None:
        """Forgets all history: a watch from below the present revision raises ``CompactedError``."""
        self._history.clear()
        self._history_size = 0
        self._compacted = self._revision

    def _check_open(self) -> None:
        if self._closed:
            raise StoreUnavailableError("the state store is closed")

    def _span(self, prefix: str) -> tuple[int, int]:
        """Where the keys below ``prefix`` begin and end in ``_keys``."""
        end = prefix_end(prefix)
        high = len(self._keys) if end is None else bisect.bisect_left(self._keys, end)
        return bisect.bisect_left(self._keys, prefix), high

    def _alive(self, lease: LeaseId) -> _Lease:
        held = self._leases.get(lease)
        if held is None or held.deadline <= self._clock.monotonic():
            raise LeaseLostError
        return held

    def _check_holds(self, transaction: Transaction) -> None:
        if transaction.lease is not None:
            self._alive(transaction.lease)
        for write in transaction.writes:
            if isinstance(write, Put) and write.lease is not None:
                self._alive(write.lease)
        for compare in transaction.compares:
            entry = self._entries.get(compare.key)
            if (entry.mod_revision if entry else 0) != compare.mod_revision:
                raise CompareFailedError(f"{compare.key} changed meanwhile; read it again")

    def _put(self, put: Put, revision: Revision) -> PutEvent:
        old = self._entries.get(put.key)
        entry = Entry(put.key, put.value, old.create_revision if old else revision, revision)
        if old is None:
            bisect.insort(self._keys, put.key)
        self._entries[put.key] = entry
        self._detach(put.key)
        if put.lease is not None:
            self._lease_of[put.key] = put.lease
            self._leases[put.lease].keys[put.key] = None
        return PutEvent(entry)

    def _delete(self, keys: Sequence[str], revision: Revision) -> list[ChangeEvent]:
        """Deletes ``keys``, which exist and lie side by side."""
        if keys:
            low = bisect.bisect_left(self._keys, keys[0])
            del self._keys[low : low + len(keys)]
        for key in keys:
            del self._entries[key]
            self._detach(key)
        return [DeleteEvent(key, revision) for key in keys]

    def _detach(self, key: str) -> None:
        lease = self._lease_of.pop(key, None)
        if lease is not None:
            del self._leases[lease].keys[key]

    def _publish(self, events: list[ChangeEvent]) -> None:
        if not events:
            return
        self._revision += 1
        self._history[self._revision] = events
        self._history_size += len(events)
        while self._history_size > self._history_limit and len(self._history) > 1:
            self._compacted += 1
            self._history_size -= len(self._history.pop(self._compacted))
        for watcher in self._watchers:
            self._notify(watcher, events)

    def _notify(self, watcher: _Watcher, events: list[ChangeEvent]) -> None:
        """Wakes the watcher, or moves it on, so that one with nothing to see never falls out of the history."""
        if any(_key(event).startswith(watcher.prefix) for event in events):
            watcher.wake.set()
        elif watcher.seen == self._revision - 1:
            watcher.seen = self._revision

    async def _end_when_due(self, lease: LeaseId, held: _Lease) -> None:
        while (left := held.deadline - self._clock.monotonic()) > 0:
            await self._clock.sleep(left)
        self._end(lease)

    def _end(self, lease: LeaseId) -> None:
        revision = Revision(self._revision + 1)
        events = [event for key in sorted(self._leases[lease].keys) for event in self._delete([key], revision)]
        del self._leases[lease]
        self._publish(events)


def _key(event: ChangeEvent) -> str:
    match event:
        case PutEvent(entry=entry):
            return entry.key
        case DeleteEvent(key=key):
            return key
