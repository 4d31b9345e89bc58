"""Reads and writes what the state store has of algorithms; the keys and records are those of ``domain.catalog_records``."""

from dataclasses import dataclass

from controlplane.domain.catalog_records import (
    AlgorithmRecord,
    algorithm_key,
    algorithm_order_key,
    pack,
    unpack_algorithm,
)
from controlplane.domain.errors import NotFoundError
from controlplane.ports.job_records import open_jobs, read_job
from controlplane.ports.state_store import Compare, Delete, Entry, Put, Revision, StateStore, Write


@dataclass(frozen=True, slots=True)
class FoundAlgorithm:
    """A stored algorithm and the entry that holds it."""

    record: AlgorithmRecord
    entry: Entry


async def find_algorithm(store: StateStore, name: str) -> FoundAlgorithm | None:
    entry = await store.get(algorithm_key(name))
    return FoundAlgorithm(unpack_algorithm(entry.value), entry) if entry else None


async def must_find_algorithm(store: StateStore, name: str) -> FoundAlgorithm:
    """Raises ``NotFoundError``."""
    found = await find_algorithm(store, name)
    if found is None:
        raise NotFoundError("algorithm", name)
    return found


def unchanged(name: str, found: FoundAlgorithm | None) -> Compare:
    """Holds as long as the algorithm is as it was found, or is still missing."""
    return Compare(algorithm_key(name), found.entry.mod_revision if found else Revision(0))


def store_algorithm(record: AlgorithmRecord, before: AlgorithmRecord | None) -> list[Write]:
    """What stores an algorithm over what was there, and keeps the order of algorithms."""
    order = algorithm_order_key(record.created_at, record.name)
    writes: list[Write] = [Put(algorithm_key(record.name), pack(record)), Put(order, b"")]
    if before is not None and (old := algorithm_order_key(before.created_at, before.name)) != order:
        writes.append(Delete(old))
    return writes


async def is_in_use(store: StateStore, algorithm: str) -> bool:
    """Whether an unfinished job uses an algorithm."""
    async for job_id in open_jobs(store):
        job = await read_job(store, job_id)
        if job is not None and any(node.algorithm == algorithm for node in job.pipeline.nodes):
            return True
    return False
