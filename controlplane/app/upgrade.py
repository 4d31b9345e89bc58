"""What stores of older servers lack and newer ones rely on, added once at start."""

from collections.abc import AsyncGenerator
from dataclasses import replace

from controlplane.domain.catalog_records import (
    ALGORITHMS,
    BUILDS,
    AlgorithmRecord,
    algorithm_order_key,
    build_time_key,
    pack,
    unpack_algorithm,
    unpack_build,
)
from controlplane.domain.versions import Versioned
from controlplane.ports.state_store import MAX_OPERATIONS, Put, StateStore, Transaction, scan
from controlplane.ports.versions import newest_version, prepare_version

CATALOG = "install/catalog-upgraded"
"""There once all algorithms and builds are in the orders that lists go by, and algorithms have their versions."""


async def upgrade(store: StateStore) -> None:
    """May be repeated, also after it was broken off."""
    if await store.get(CATALOG) is not None:
        return
    puts: list[Put] = []
    async for key in _order_keys(store):
        puts.append(Put(key, b""))
        if len(puts) == MAX_OPERATIONS:
            await store.commit(Transaction(puts))
            puts = []
    async for entry in scan(store, ALGORITHMS):
        await _add_version(store, unpack_algorithm(entry.value))
    await store.commit(Transaction([*puts, Put(CATALOG, b"")]))


async def _order_keys(store: StateStore) -> AsyncGenerator[str, None]:
    async for entry in scan(store, ALGORITHMS):
        algorithm = unpack_algorithm(entry.value)
        yield algorithm_order_key(algorithm.created_at, algorithm.name)
    async for entry in scan(store, BUILDS):
        build = unpack_build(entry.value)
        yield build_time_key(build.started_at, build.build_id)


async def _add_version(store: StateStore, algorithm: AlgorithmRecord) -> None:
    """What is current becomes a version that can be applied again; versions before it were never kept."""
    if not algorithm.version or await newest_version(store, Versioned.ALGORITHM, algorithm.name) is not None:
        return
    new = await prepare_version(
        store,
        Versioned.ALGORITHM,
        name=algorithm.name,
        version=algorithm.version,
        snapshot=pack(replace(algorithm, audit=())),
        created_at=algorithm.modified_at,
        build_id=algorithm.build_id,
    )
    await store.commit(Transaction(new.writes, new.compares))
