"""What stores of older servers lack and newer ones rely on, added once at start."""

from collections.abc import AsyncGenerator

from controlplane.domain.catalog_records import (
    ALGORITHMS,
    BUILDS,
    algorithm_order_key,
    build_time_key,
    unpack_algorithm,
    unpack_build,
)
from controlplane.ports.state_store import MAX_OPERATIONS, Put, StateStore, Transaction, scan

CATALOG_ORDER = "install/catalog-order"
"""There once all algorithms and builds are in the orders that lists go by."""


async def upgrade(store: StateStore) -> None:
    """May be repeated, also after it was broken off."""
    if await store.get(CATALOG_ORDER) is not None:
        return
    puts: list[Put] = []
    async for key in _order_keys(store):
        puts.append(Put(key, b""))
        if len(puts) == MAX_OPERATIONS:
            await store.commit(Transaction(puts))
            puts = []
    await store.commit(Transaction([*puts, Put(CATALOG_ORDER, b"")]))


async def _order_keys(store: StateStore) -> AsyncGenerator[str, None]:
    async for entry in scan(store, ALGORITHMS):
        algorithm = unpack_algorithm(entry.value)
        yield algorithm_order_key(algorithm.created_at, algorithm.name)
    async for entry in scan(store, BUILDS):
        build = unpack_build(entry.value)
        yield build_time_key(build.started_at, build.build_id)
