"""A state store that is away now and then: before a call had any effect, or after it, so that only the answer was lost."""

from collections.abc import Sequence
from random import Random

from controlplane.adapters.memory import MemoryStateStore
from controlplane.domain.errors import StoreUnavailableError
from controlplane.ports.state_store import (
    ChangeEvent,
    Entry,
    LeaseId,
    Page,
    Revision,
    StateStore,
    Transaction,
)
from controlplane.ports.streams import AsyncStream


class FlakyStateStore(StateStore):
    """What the roles of a simulated control plane see of the store."""

    def __init__(self, store: MemoryStateStore, random: Random, chance: float) -> None:
        self._store = store
        self._random = random
        self.chance = chance

    def _maybe_fail(self) -> None:
        if self._random.random() < self.chance:
            raise StoreUnavailableError("simulated")

    async def get(self, key: str) -> Entry | None:
        self._maybe_fail()
        return await self._store.get(key)

    async def range(self, prefix: str, *, after: str = "", limit: int = 1000, reverse: bool = False) -> Page:
        self._maybe_fail()
        return await self._store.range(prefix, after=after, limit=limit, reverse=reverse)

    async def commit(self, transaction: Transaction) -> Revision:
        self._maybe_fail()
        revision = await self._store.commit(transaction)
        self._maybe_fail()
        return revision

    def watch(self, prefix: str, *, after: Revision) -> AsyncStream[Sequence[ChangeEvent]]:
        return self._store.watch(prefix, after=after)

    async def grant_lease(self, ttl_seconds: float) -> LeaseId:
        self._maybe_fail()
        return await self._store.grant_lease(ttl_seconds)

    async def keep_alive(self, lease: LeaseId) -> None:
        self._maybe_fail()
        await self._store.keep_alive(lease)

    async def revoke_lease(self, lease: LeaseId) -> None:
        await self._store.revoke_lease(lease)

    async def close(self) -> None:
        await self._store.close()
