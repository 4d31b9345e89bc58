"""What one incarnation of a simulated control plane sees of the store: it is away now and then (before a call had any effect,
or after it, so that only the answer was lost), its watches lag and lose their history, and at a given call the process dies."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from contextvars import Context
from random import Random

from controlplane.adapters.memory import MemoryStateStore
from controlplane.domain.errors import CompactedError, StoreUnavailableError
from controlplane.ports.state_store import (
    ChangeEvent,
    Entry,
    LeaseId,
    Page,
    Revision,
    StateStore,
    Transaction,
)
from controlplane.simulation.faults import StoreFaults


class FlakyStateStore(StateStore):
    """See the module."""

    def __init__(self, store: MemoryStateStore, random: Random, faults: StoreFaults) -> None:
        self._store = store
        self._random = random
        self._faults = faults
        self.calls_left: int | None = None
        """The process dies at this call, counted down; None: it lives."""
        self.on_death: Callable[[], None] = lambda: None
        self.lease: LeaseId | None = None
        """The lease that was granted last."""

    async def _call(self) -> None:
        """Something may happen instead of a call."""
        if self.calls_left is not None:
            self.calls_left -= 1
            if self.calls_left <= 0:
                self.on_death()
                await asyncio.get_running_loop().create_future()
        if self._faults.most_latency_seconds:
            await asyncio.sleep(self._random.random() * self._faults.most_latency_seconds)
        if self._random.random() < self._faults.away_chance:
            raise StoreUnavailableError("simulated")

    async def get(self, key: str) -> Entry | None:
        await self._call()
        return await self._store.get(key)

    async def range(self, prefix: str, *, after: str = "", limit: int = 1000, reverse: bool = False) -> Page:
        await self._call()
        return await self._store.range(prefix, after=after, limit=limit, reverse=reverse)

    async def commit(self, transaction: Transaction) -> Revision:
        await self._call()
        revision = await self._store.commit(transaction)
        await self._call()
        return revision

    async def watch(self, prefix: str, *, after: Revision) -> AsyncGenerator[Sequence[ChangeEvent], None]:
        if self._random.random() < self._faults.compact_chance:
            raise CompactedError
        async with aclosing(self._store.watch(prefix, after=after)) as changes:
            async for events in changes:
                if self._random.random() < self._faults.away_chance:
                    raise StoreUnavailableError("simulated")
                if self._random.random() < self._faults.compact_chance:
                    raise CompactedError
                if self._faults.most_lag_seconds:
                    await asyncio.sleep(self._random.random() * self._faults.most_lag_seconds)
                yield events

    async def grant_lease(self, ttl_seconds: float) -> LeaseId:
        await self._call()
        # Its timer is the store's own, and outlives the process that asked.
        granting = asyncio.get_running_loop().create_task(self._store.grant_lease(ttl_seconds), context=Context())
        self.lease = await granting
        return self.lease

    async def keep_alive(self, lease: LeaseId) -> None:
        await self._call()
        await self._store.keep_alive(lease)

    async def revoke_lease(self, lease: LeaseId) -> None:
        await self._store.revoke_lease(lease)

    async def close(self) -> None:
        await self._store.close()
