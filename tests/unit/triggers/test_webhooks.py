"""Reports to webhooks in virtual time: nothing is lost or turned round, whatever receivers, store and process do."""

import asyncio
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from controlplane.adapters.memory import MemoryStateStore
from controlplane.domain.errors import UnavailableError
from controlplane.domain.job_events import JobState
from controlplane.domain.outbox import (
    DeliveryRecord,
    WebhookKind,
    accepted_entries,
    delivery_key,
    end_entries,
    unpack_delivery,
)
from controlplane.domain.pipeline import Verbosity
from controlplane.roles.webhooks.role import WebhooksRole
from controlplane.roles.webhooks.settings import WebhookSettings
from controlplane.simulation.virtual_time import EPOCH, VirtualClock, VirtualTimeLoop
from tests.unit.triggers.harness import (
    BROKEN,
    DEAD,
    OK,
    Documents,
    FlakyStore,
    Receivers,
    a_record,
    a_view,
    accept,
    end,
    in_virtual_time,
    keys,
    running,
)

P = "http://progress/hook"
R = "http://result/hook"


class World:
    def __init__(self, loop: VirtualTimeLoop, **settings: Any) -> None:
        self.clock = VirtualClock(loop)
        self.store = MemoryStateStore(self.clock)
        self.receivers = Receivers(self.clock)
        self.settings = WebhookSettings(**settings)

    def role(self, store: Any = None) -> WebhooksRole:
        return WebhooksRole(
            store=store or self.store,
            sender=self.receivers,
            documents=Documents(),
            clock=self.clock,
            chance=Random(1).random,
            settings=self.settings,
        )

    async def idle(self, step: float = 0.1) -> None:
        """Until nothing is left to be sent."""
        deadline = self.clock.monotonic() + 3 * 24 * 3600
        while left := await keys(self.store, "outbox/webhook/"):
            await self.clock.sleep(step)
            assert self.clock.monotonic() < deadline, left

    async def record(self, kind: WebhookKind, job_id: str = "job1") -> DeliveryRecord:
        entry = await self.store.get(delivery_key(kind, job_id))
        assert entry is not None
        return unpack_delivery(entry.value)


def test_entries_follow_the_verbosity_of_the_job() -> None:
    """A status is reported when the pipeline's level includes it; a result always is. Only completed jobs trigger others."""
    for level, state, wanted in [
        (Verbosity.INFO, JobState.COMPLETED, ["progress-2", "result"]),
        (Verbosity.WARN, JobState.STOPPED, ["result"]),
        (Verbosity.ERROR, JobState.FAILED, ["progress-2", "result"]),
        (Verbosity.CRITICAL, JobState.FAILED, ["result"]),
    ]:
        record = a_record(progress_webhook=P, result_webhook=R, verbosity=level)
        found = [key for key, _ in end_entries(record, a_view(record, state, EPOCH))]
        assert [key.rsplit("/")[-1] for key in found if key.startswith("outbox/webhook/")] == wanted
        assert ("outbox/trigger/job1" in found) == (state is JobState.COMPLETED)
        assert bool(accepted_entries(record)) == (level >= Verbosity.INFO)


def test_entries_are_small_however_much_a_job_has_to_say() -> None:
    record = a_record(progress_webhook="http://h/" + "x" * 2000, name="p" * 256, verbosity=Verbosity.TRACE)
    view = a_view(record, JobState.FAILED, EPOCH, error="e" * 100_000)
    for key, value in [*end_entries(record, view), *accepted_entries(record, "r" * 64)]:
        assert len(key) + len(value) < 4096


def test_all_reports_of_a_job_arrive_in_order_and_leave_the_outbox_empty() -> None:
    async def test(loop: VirtualTimeLoop) -> None:
        world = World(loop)
        record = a_record(progress_webhook=P, result_webhook=R)
        role = world.role()
        async with running(role):
            await accept(world.store, record)
            await world.clock.sleep(0.1)
            role.changed(record, a_view(record, JobState.ACTIVE, world.clock.now()), Verbosity.INFO)
            await world.clock.sleep(0.1)
            await end(world.store, record, world.clock.now())
            await world.idle()
        assert world.receivers.bodies(P) == ["job1 pending None", "job1 active 0.0", "job1 completed 100.0"]
        assert world.receivers.bodies(R) == ["result of job1"]
        progress = await world.record(WebhookKind.PROGRESS)
        assert (progress.state, progress.done, progress.delivered, progress.code) == (
            JobState.COMPLETED,
            True,
            True,
            "200",
        )
        ids = [headers["X-DistributedKube-Delivery"] for headers in world.receivers.headers]
        assert len(set(ids)) == 4

    in_virtual_time(test)


def test_progress_is_reported_at_most_once_a_second_and_the_newest_wins() -> None:
    async def test(loop: VirtualTimeLoop) -> None:
        world = World(loop)
        record = a_record(progress_webhook=P, verbosity=Verbosity.DEBUG)
        role = world.role()
        async with running(role):
            for percent in range(100):
                role.changed(
                    record, a_view(record, JobState.ACTIVE, world.clock.now(), float(percent)), Verbosity.DEBUG
                )
                await world.clock.sleep(0.05)
            await world.clock.sleep(2)
        times = [at for at, _, _ in world.receivers.got]
        assert 4 <= len(times) <= 6
        assert all(later - earlier >= 0.99 for earlier, later in pairwise(times))
        assert world.receivers.bodies()[-1] == "job1 active 99.0"

    in_virtual_time(test)


def test_failed_reports_are_tried_again_with_growing_pauses_and_the_same_delivery_id() -> None:
    async def test(loop: VirtualTimeLoop) -> None:
        world = World(loop)
        world.receivers.answers[R] = lambda count: OK if count == 6 else (BROKEN, DEAD)[count % 2]
        async with running(world.role()):
            await end(world.store, a_record(result_webhook=R), world.clock.now())
            await world.clock.sleep(0.01)
            first = await world.record(WebhookKind.RESULT)
            assert (first.done, first.attempts, first.code) == (False, 1, "ECONNREFUSED")
            await world.idle()
        record = await world.record(WebhookKind.RESULT)
        assert (record.done, record.delivered, record.attempts) == (True, True, 6)
        assert len({headers["X-DistributedKube-Delivery"] for headers in world.receivers.headers}) == 1

    in_virtual_time(test)


@pytest.mark.parametrize(("status", "tries"), [(404, 1), (301, 1), (429, 3), (503, 3)])
def test_only_what_may_help_is_tried_again(status: int, tries: int) -> None:
    """With three tries allowed: answers that will stay the same end a report at once, others use up the tries."""

    async def test(loop: VirtualTimeLoop) -> None:
        world = World(loop, attempts=3)
        world.receivers.answers[R] = lambda _: OK._replace(status=status, code=str(status))
        async with running(world.role()):
            await end(world.store, a_record(result_webhook=R), world.clock.now())
            await world.idle()
        record = await world.record(WebhookKind.RESULT)
        assert (record.attempts, record.delivered, record.code) == (tries, False, str(status))

    in_virtual_time(test)


def test_a_report_is_given_up_after_a_day() -> None:
    async def test(loop: VirtualTimeLoop) -> None:
        world = World(loop, attempts=10**6)
        world.receivers.answers[R] = lambda _: DEAD
        async with running(world.role()):
            await end(world.store, a_record(result_webhook=R), world.clock.now())
            await world.idle(step=10)
        assert 24 * 3600 <= loop.now <= 24 * 3600 + 71
        assert (await world.record(WebhookKind.RESULT)).done

    in_virtual_time(test)


def test_a_newer_status_replaces_an_older_one_that_failed() -> None:
    """While a receiver is away, only the last status is kept for it: it never sees an older one after a newer."""

    async def test(loop: VirtualTimeLoop) -> None:
        world = World(loop)
        world.receivers.answers[P] = lambda count: DEAD if count <= 3 else OK
        record = a_record(progress_webhook=P)
        role = world.role()
        async with running(role):
            await accept(world.store, record)
            await world.clock.sleep(0.01)
            role.changed(record, a_view(record, JobState.ACTIVE, world.clock.now()), Verbosity.INFO)
            await world.clock.sleep(0.01)
            await end(world.store, record, world.clock.now())
            await world.idle()
        bodies = world.receivers.bodies(P)
        order = ["pending", "active", "completed"]
        places = [order.index(body.split()[1]) for body in bodies]
        assert places == sorted(places)
        assert places[-1] == 2

    in_virtual_time(test)


def test_a_status_that_is_written_late_is_dropped() -> None:
    """A status whose write lost the race with the job's end is not sent after the end, not even by another process."""

    async def test(loop: VirtualTimeLoop) -> None:
        world = World(loop)
        record = a_record(progress_webhook=P)
        async with running(world.role()):
            await end(world.store, record, world.clock.now())
            await world.idle()
        role = world.role()
        async with running(role):
            role.changed(record, a_view(record, JobState.ACTIVE, world.clock.now()), Verbosity.INFO)
            await world.clock.sleep(0.1)
            await world.idle()
        assert world.receivers.bodies(P) == ["job1 completed 100.0"]

    in_virtual_time(test)


def test_dead_and_slow_receivers_do_not_delay_others() -> None:
    """Forty receivers hang for thirty seconds each, with many reports; a good one still gets each of its reports at once."""

    async def test(loop: VirtualTimeLoop) -> None:
        world = World(loop, in_all=200)
        for number in range(40):
            url = f"http://slow{number}/x"
            world.receivers.seconds[url] = 30.0
            world.receivers.answers[url] = lambda _: DEAD
        async with running(world.role()) as task:
            for number in range(400):
                await end(
                    world.store, a_record(f"s{number}", result_webhook=f"http://slow{number % 40}/x"), world.clock.now()
                )
            await world.clock.sleep(100)
            for number in range(20):
                before = world.clock.monotonic()
                await end(world.store, a_record(f"g{number}", result_webhook=R), world.clock.now())
                await world.clock.sleep(0.01)
                at, url, _ = world.receivers.got[-1]
                assert url == R
                assert at - before < 0.01
            task.cancel()
        assert world.receivers.most <= 200

    in_virtual_time(test)


def test_one_host_gets_only_so_many_requests_at_a_time_and_all_of_its_reports() -> None:
    """Far more reports than are kept in mind: those left in the store are taken up when there is room."""

    async def test(loop: VirtualTimeLoop) -> None:
        world = World(loop, per_host=4, waiting_per_host=10)
        async with running(world.role()):
            for number in range(100):
                await end(world.store, a_record(f"j{number}", result_webhook=R), world.clock.now())
            await world.idle()
        assert world.receivers.most == 4
        assert len(world.receivers.got) == 100

    in_virtual_time(test)


@pytest.mark.parametrize("seed", range(30))
def test_nothing_is_lost_or_turned_round_by_crashes_and_a_flaky_store(seed: int) -> None:
    """The role is killed again and again, at any moment, on a store that fails now and then: all reports arrive in order."""

    async def test(loop: VirtualTimeLoop) -> None:
        random = Random(seed)
        world = World(loop, total_seconds=10**6, attempts=10**6)
        flaky = FlakyStore(world.store, random, 0.1)
        world.receivers.answers[P] = lambda _: random.choice([OK, OK, BROKEN])
        world.receivers.answers[R] = lambda _: random.choice([OK, BROKEN])
        jobs = [a_record(f"job{number}", progress_webhook=P, result_webhook=R) for number in range(5)]
        for job in jobs:
            await accept(world.store, job)
        for round_ in range(12):
            role = world.role(flaky)
            if round_ == 4:
                for job in jobs:
                    await end(world.store, job, world.clock.now())
            try:
                await role.start()
            except UnavailableError:
                continue
            task = asyncio.create_task(role.run(asyncio.Event()))
            for job in jobs:
                if round_ < 4:
                    role.changed(job, a_view(job, JobState.ACTIVE, world.clock.now(), round_), Verbosity.INFO)
            await world.clock.sleep(random.random() * 0.2)
            task.cancel()
            await asyncio.wait([task])
        flaky.chance = 0.0
        world.receivers.answers.clear()
        async with running(world.role()):
            await world.idle()
        for job in jobs:
            bodies = [b for b in world.receivers.bodies(P) if b.startswith(job.job_id + " ")]
            order = ["pending", "active", "completed"]
            places = [order.index(body.split()[1]) for body in bodies]
            assert places == sorted(places)
            assert places[-1] == 2
            assert f"result of {job.job_id}" in world.receivers.bodies(R)
            assert (await world.record(WebhookKind.RESULT, job.job_id)).delivered

    in_virtual_time(test)


def test_reports_go_on_after_the_history_of_the_store_is_gone() -> None:
    """The watch falls out of the store's history: the role lists again and misses nothing."""

    async def test(loop: VirtualTimeLoop) -> None:
        world = World(loop)
        role = world.role()
        await role.start()
        await end(world.store, a_record(result_webhook=R), world.clock.now())
        world.store.compact()
        stopping = asyncio.Event()
        task = asyncio.create_task(role.run(stopping))
        await world.idle()
        assert world.receivers.bodies() == ["result of job1"]
        stopping.set()
        await task

    in_virtual_time(test)
