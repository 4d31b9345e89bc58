"""A job that is removed while it is read is not there, which is no defect; one that lacks a piece is."""

import asyncio
from dataclasses import replace

import pytest

from controlplane.adapters.memory import MemoryStateStore
from controlplane.adapters.system import SystemClock
from controlplane.domain.errors import DistributedKubeError
from controlplane.domain.records import job_key, job_part_key, pack_job
from controlplane.ports.job_records import read_job
from controlplane.ports.state_store import Delete, Entry, Put, Transaction
from tests.unit.triggers.harness import a_record


class Emptied(MemoryStateStore):
    """Loses a job, or one piece of it, before the first piece is read."""

    def __init__(self, *keys: str) -> None:
        super().__init__(SystemClock())
        self._lost = keys

    async def get(self, key: str) -> Entry | None:
        if key == job_part_key("job1", 0):
            await self.commit(Transaction([Delete(gone) for gone in self._lost]))
        return await super().get(key)


async def read_from(store: MemoryStateStore) -> bool:
    head, parts = pack_job(replace(a_record(), document=bytes(300_000)))
    pieces = [Put(job_part_key("job1", number), part) for number, part in enumerate(parts)]
    assert pieces
    await store.commit(Transaction([Put(job_key("job1"), head), *pieces]))
    return await read_job(store, "job1") is not None


def test_removed_meanwhile() -> None:
    assert not asyncio.run(read_from(Emptied(job_key("job1"), job_part_key("job1", 0))))


def test_a_lost_piece() -> None:
    with pytest.raises(DistributedKubeError, match="a part is missing"):
        asyncio.run(read_from(Emptied(job_part_key("job1", 0))))
