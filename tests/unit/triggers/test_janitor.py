"""The janitor in virtual time: what is old enough goes, in stages; what is not, or is still running, is never touched."""

import asyncio
from random import Random
from typing import Any

import pytest

from controlplane.adapters.memory import MemoryObjectStore, MemoryStateStore
from controlplane.domain.errors import UnavailableError
from controlplane.domain.job_events import JobState
from controlplane.domain.outbox import (
    DeliveryRecord,
    Kept,
    TreeEntry,
    WebhookKind,
    delivery_key,
    pack_delivery,
    pack_tree,
    retention_key,
    tree_key,
)
from controlplane.domain.records import JobRecord, ResultItem, end_key, last_part, open_key, request_key, unpack_end
from controlplane.domain.values import JSON, MSGPACK, BlobRef, Payload
from controlplane.ports.job_records import read_result
from controlplane.ports.state_store import Put, Transaction
from controlplane.roles.janitor.role import DAY, JanitorRole, JanitorSettings
from controlplane.simulation.virtual_time import VirtualClock, VirtualTimeLoop
from tests.unit.triggers.harness import FlakyStore, a_record, accept, end, in_virtual_time, keys, running

INDEX = ("retention/", "retention-cursor/")


class World:
    def __init__(self, loop: VirtualTimeLoop, **settings: Any) -> None:
        self.clock = VirtualClock(loop)
        self.store = MemoryStateStore(self.clock)
        self.objects = MemoryObjectStore(self.clock)
        self.settings = JanitorSettings(gather_seconds=1.0, **settings)

    def role(self, store: Any = None) -> JanitorRole:
        return JanitorRole(store=store or self.store, objects=self.objects, clock=self.clock, settings=self.settings)

    async def finished(self, job_id: str) -> JobRecord:
        """A job that left something everywhere."""
        record = a_record(job_id, progress_webhook="http://h/p", result_webhook="http://h/r", root_job_id="root")
        await accept(self.store, record, request_id=f"request-of-{job_id}")
        await self.store.commit(Transaction([Put(request_key(f"request-of-{job_id}"), job_id.encode())]))
        result, output = f"job/{job_id}/result", f"job/{job_id}/output"
        for key in (result, output, f"job/{job_id}/flow-input", f"log/{job_id}/1"):
            await self.objects.put(key, b"x")
        items = [
            ResultItem("a", 0, "x", Payload(MSGPACK, None, BlobRef(result, 1)), ""),
            ResultItem("b", 0, "x", Payload(JSON, b"1"), ""),
        ]
        await end(self.store, record, self.clock.now(), items=items)
        delivery = DeliveryRecord(url="u", state=JobState.COMPLETED, attempts=1, at=0.0)
        puts = [Put(delivery_key(kind, job_id), pack_delivery(delivery)) for kind in WebhookKind]
        tree = Put(tree_key("root", job_id), pack_tree(TreeEntry(job_id, "p", "root")))
        await self.store.commit(Transaction([*puts, tree]))
        return record

    async def objects_left(self) -> list[str]:
        return [info.key async for info in self.objects.list("")]

    async def keys_left(self) -> list[str]:
        return [key for key in await keys(self.store) if not key.startswith(INDEX)]


def test_things_go_stage_by_stage() -> None:
    """Task data after five days, results after ten, the rest after thirty; each stage keeps what the next one needs."""

    async def test(loop: VirtualTimeLoop) -> None:
        world = World(loop, keep_jobs_seconds=30 * DAY)
        await world.finished("job1")
        before = await world.keys_left()
        async with running(world.role()):
            await world.clock.sleep(5 * DAY - 1)
            assert await world.keys_left() == before
            assert len(await world.objects_left()) == 4
            await world.clock.sleep(3)
            assert await world.keys_left() == [key for key in before if not key.startswith("journal/")]
            assert await world.objects_left() == ["job/job1/flow-input", "job/job1/result", "log/job1/1"]
            assert len(await read_result(world.store, "job1", 1)) == 2
            await world.clock.sleep(5 * DAY)
            assert not await keys(world.store, "result/")
            entry = await world.store.get(end_key("job1"))
            assert entry is not None
            assert unpack_end(entry.value).result_parts == 0
            assert await world.objects_left() == ["job/job1/flow-input"]
            await world.clock.sleep(20 * DAY)
            assert await world.keys_left() == []
            assert await world.objects_left() == []
            assert not await keys(world.store, "retention/")

    in_virtual_time(test)


def test_nothing_is_left_of_a_job_after_its_time() -> None:
    async def test(loop: VirtualTimeLoop) -> None:
        world = World(loop)
        async with running(world.role()):
            for number in range(30):
                await world.finished(f"job{number}")
                await world.clock.sleep(DAY)
            assert 10 <= len(await keys(world.store, "end/")) <= 11
            await world.clock.sleep(11 * DAY)
            assert await world.keys_left() == []
            assert await world.objects_left() == []

    in_virtual_time(test)


def test_a_run_of_a_pipeline_goes_with_its_job() -> None:

    async def test(loop: VirtualTimeLoop) -> None:
        world = World(loop)
        await world.finished("first")
        await world.clock.sleep(DAY)
        await world.finished("second")
        async with running(world.role()):
            await world.clock.sleep(9.5 * DAY)
            assert await world.store.get(end_key("first")) is None
            assert [last_part(key) for key in await keys(world.store, "run/main/p/")] == ["second"]
            await world.clock.sleep(DAY)
            assert await world.keys_left() == []

    in_virtual_time(test)


def test_jobs_that_have_not_ended_are_not_touched() -> None:
    """Neither one that never ended, nor one that is still open although an index says that it has ended."""

    async def test(loop: VirtualTimeLoop) -> None:
        world = World(loop)
        await accept(world.store, a_record("running"))
        await world.objects.put("job/running/output", b"x")
        await world.finished("odd")
        await world.store.commit(Transaction([Put(open_key("odd"), b"")]))
        before = await world.keys_left()
        async with running(world.role()):
            await world.clock.sleep(100 * DAY)
        assert await world.keys_left() == before
        assert "job/odd/output" in await world.objects_left()
        assert "job/running/output" in await world.objects_left()

    in_virtual_time(test)


def test_the_memory_of_other_requests_goes_too() -> None:
    async def test(loop: VirtualTimeLoop) -> None:
        world = World(loop)
        await world.store.commit(
            Transaction(
                [Put(request_key("r/1"), b"p"), Put(retention_key(world.clock.now(), Kept.REQUEST, "r/1"), b"")]
            )
        )
        async with running(world.role()):
            await world.clock.sleep(10 * DAY - 1)
            assert await world.store.get(request_key("r/1")) is not None
            await world.clock.sleep(3)
        assert await keys(world.store) == ["retention-cursor/data"]

    in_virtual_time(test)


@pytest.mark.parametrize("seed", range(15))
def test_crashes_and_a_flaky_store_leave_nothing_behind(seed: int) -> None:
    """Killed at any moment, again and again, with another janitor at work: in the end all old jobs are gone, and no other."""

    async def test(loop: VirtualTimeLoop) -> None:
        random = Random(seed)
        world = World(loop, keep_jobs_seconds=random.choice([0.0, 20 * DAY]))
        flaky = FlakyStore(world.store, random, 0.1)
        for number in range(150):
            await world.finished(f"old{number}")
        await world.clock.sleep(40 * DAY)
        await world.finished("new")
        kept = [key for key in await keys(world.store) if "new" in key]
        for _ in range(30):
            tasks = [asyncio.create_task(world.role(flaky).run(asyncio.Event())) for _ in range(2)]
            for _ in range(random.randrange(60)):
                await asyncio.sleep(0)
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
        flaky.chance = 0.0
        async with running(world.role()):
            await world.clock.sleep(1)
        assert [key for key in await keys(world.store) if not key.startswith("retention-cursor/")] == kept
        assert [key for key in await world.objects_left() if "/new/" not in key] == []

    in_virtual_time(test)


def test_a_store_that_is_away_is_waited_for() -> None:
    async def test(loop: VirtualTimeLoop) -> None:
        world = World(loop)
        await world.finished("job1")
        flaky = FlakyStore(world.store, Random(1), 1.0)
        with pytest.raises(UnavailableError):
            await world.role(flaky).sweep()
        await world.clock.sleep(11 * DAY)
        async with running(world.role(flaky)):
            await world.clock.sleep(60)
            assert await world.keys_left()
            flaky.chance = 0.0
            await world.clock.sleep(1)
            assert await world.keys_left() == []

    in_virtual_time(test)
