"""Clock times and ended jobs start jobs, once, whatever happens; with the real checks of submissions, in virtual time."""

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest

from controlplane.adapters.job_index import SqliteJobIndex
from controlplane.adapters.memory import MemoryObjectStore, MemoryStateStore
from controlplane.api.documents import JobDocuments
from controlplane.api.methods import Caller
from controlplane.api.pipeline_records import stored_pipeline
from controlplane.api.pipeline_storing import PipelineStoring
from controlplane.api.submission import JobSubmission
from controlplane.api.trigger_servicer import TriggerServicer
from controlplane.domain.catalog_records import (
    AlgorithmRecord,
    PipelineRecord,
    algorithm_key,
    pack,
    pipeline_key,
    unpack_pipeline,
)
from controlplane.domain.errors import InvalidError, NotFoundError, UnavailableError
from controlplane.domain.experiment_records import ExperimentRecord, experiment_key, pack_experiment
from controlplane.domain.job_events import JobState
from controlplane.domain.outbox import CronRecord, cron_key, pack_cron, refused_key, unpack_cron, unpack_refused
from controlplane.domain.records import JobRecord, ResultItem, last_part
from controlplane.domain.values import JSON, MSGPACK, BlobRef, Payload
from controlplane.gateway.json_codec import parse_message, to_json
from controlplane.ports.job_records import read_job
from controlplane.ports.job_starter import StartJob
from controlplane.ports.pipelines import pipeline_removal
from controlplane.ports.state_store import Delete, Put, Transaction
from controlplane.roles.catalog.role import CatalogRole
from controlplane.roles.indexing.role import IndexingRole
from controlplane.roles.triggers.role import TriggersRole
from controlplane.roles.triggers.settings import TriggerSettings
from controlplane.simulation.virtual_time import EPOCH, VirtualClock, VirtualTimeLoop
from distributedkube.api.pipeline.v1 import pipeline_pb2
from distributedkube.api.trigger.v1 import trigger_service_pb2 as triggers
from tests.unit.triggers.harness import FlakyStore, a_record, accept, end, in_virtual_time, keys, running

ME = Caller(user="me")


class Ids:
    def __init__(self) -> None:
        self._random = Random(1)

    def text(self, length: int) -> str:
        return "".join(self._random.choice("0123456789abcdefghijklmnopqrstuvwxyz") for _ in range(length))

    def secret(self, length: int) -> bytes:
        return self._random.randbytes(length)


class Starter:
    """The real submission, which can be away, and which notes what it was asked."""

    def __init__(self, submission: JobSubmission) -> None:
        self._submission = submission
        self.away = 0
        self.asked: list[str] = []

    async def start_stored(self, name: str, start: StartJob) -> str:
        self.asked.append(start.request_id)
        if self.away:
            self.away -= 1
            raise UnavailableError
        return await self._submission.start_stored(name, start)

    async def start_raw(self, descriptor: bytes, start: StartJob) -> str:
        return await self._submission.start_raw(descriptor, start)


class World:
    def __init__(self, loop: VirtualTimeLoop, **settings: Any) -> None:
        self.clock = VirtualClock(loop)
        self.store = MemoryStateStore(self.clock)
        self.objects = MemoryObjectStore(self.clock)
        self.settings = TriggerSettings(**settings)
        self.pipelines = PipelineStoring(store=self.store, clock=self.clock, ids=Ids())
        index = IndexingRole(store=self.store, index=SqliteJobIndex(None), clock=self.clock, source="test")
        self.api = TriggerServicer(store=self.store, search=index, clock=self.clock)
        self.starter = Starter(
            JobSubmission(
                store=self.store,
                objects=self.objects,
                catalog=CatalogRole(store=self.store, clock=self.clock),
                clock=self.clock,
                ids=Ids(),
                parse=lambda data: parse_message(pipeline_pb2.Pipeline, data),
            )
        )

    def role(self, store: Any = None) -> TriggersRole:
        return TriggersRole(
            store=store or self.store,
            starter=self.starter,
            documents=JobDocuments(store=store or self.store, to_json=to_json),
            clock=self.clock,
            settings=self.settings,
        )

    async def experiment(self, name: str) -> None:
        record = ExperimentRecord(name=name, description=None, created_at=EPOCH)
        await self.store.commit(Transaction([Put(experiment_key(name), pack_experiment(record))]))

    async def algorithm(self) -> None:
        record = AlgorithmRecord(
            name="x",
            document=b"",
            type="Image",
            env="python",
            cpu_milli=100,
            memory_mib=100,
            runtime="r",
            created_at=0,
            modified_at=0,
        )
        await self.store.commit(Transaction([Put(algorithm_key("x"), pack(record))]))

    async def pipeline(self, name: str, update: bool = False, **fields: Any) -> None:
        await self.algorithm()
        document = {"name": name, "nodes": [{"nodeName": "a", "algorithmName": "x", "input": []}], **fields}
        message = parse_message(pipeline_pb2.Pipeline, json.dumps(document))
        if update:
            await self.pipelines.replace(message, ME.user)
        else:
            await self.pipelines.create(message, ME.user)

    async def record(self, name: str) -> PipelineRecord:
        entry = await self.store.get(pipeline_key(name))
        assert entry is not None
        return unpack_pipeline(entry.value)

    async def jobs(self) -> list[JobRecord]:
        """All jobs, oldest first."""
        found = [await read_job(self.store, last_part(key)) for key in await keys(self.store, "job-order/")]
        return sorted((job for job in found if job is not None), key=lambda job: (job.submitted_at, job.depth))

    async def times(self) -> list[str]:
        """When jobs were started."""
        return [
            datetime.fromtimestamp(job.submitted_at, UTC).strftime("%H:%M:%S")
            for job in await self.jobs()
            if "cron" in job.types
        ]

    async def cron(self, name: str) -> CronRecord:
        entry = await self.store.get(cron_key(name))
        assert entry is not None
        return unpack_cron(entry.value)


def cron(pattern: str, **more: Any) -> dict[str, Any]:
    return {"cron": {"enabled": True, "pattern": pattern, **more}}


# The virtual day starts at 22:13:20.
assert datetime.fromtimestamp(EPOCH, UTC).strftime("%H:%M:%S") == "22:13:20"


def test_jobs_start_at_their_times_and_say_where_they_come_from() -> None:
    async def test(loop: VirtualTimeLoop) -> None:
        world = World(loop)
        await world.experiment("e")
        await world.pipeline("p", triggers=cron("30 */2 * * * *"), tags=["t"], experimentName="e")
        async with running(world.role()):
            await world.clock.sleep(320)
        assert await world.times() == ["22:14:30", "22:16:30", "22:18:30"]
        first, *_ = await world.jobs()
        assert first.types == ("stored", "internal", "cron")
        assert (first.user, first.pipeline.experiment, first.pipeline.tags) == ("cron", "e", ("t",))

    in_virtual_time(test)


def test_changes_take_effect_at_once() -> None:
    """Started, given another pattern, stopped and deleted while the role runs; between times it does nothing."""

    async def test(loop: VirtualTimeLoop) -> None:
        world = World(loop)
        await world.pipeline("p")
        async with running(world.role()):
            await world.clock.sleep(10)
            await world.api.start_cron(triggers.StartCronRequest(name="p", pattern="* * * * *"), ME)
            await world.clock.sleep(95)
            assert await world.times() == ["22:14:00", "22:15:00"]
            await world.pipeline("p", update=True, triggers=cron("10 * * * * *"))
            await world.clock.sleep(60)
            assert await world.times() == ["22:14:00", "22:15:00", "22:15:10"]
            await world.api.stop_cron(triggers.StopCronRequest(name="p"), ME)
            await world.clock.sleep(600)
            assert len(await world.times()) == 3
            await world.api.start_cron(triggers.StartCronRequest(name="p"), ME)
            await world.clock.sleep(60)
            assert len(await world.times()) == 4
            await world.store.commit(Transaction(pipeline_removal("p")))
            await world.clock.sleep(600)
            assert len(await world.times()) == 4
            assert not await keys(world.store, "cron/")

    in_virtual_time(test)


@pytest.mark.parametrize(
    ("missed_runs", "wanted"),
    [("skip", ["22:14:00", "22:25:00"]), ("once", ["22:14:00", "22:24:10", "22:25:00"])],
)
def test_missed_times_are_skipped_or_made_up_for_once(missed_runs: str, wanted: list[str]) -> None:
    """Nobody is there from 22:14:10 to 22:24:10."""

    async def test(loop: VirtualTimeLoop) -> None:
        world = World(loop)
        await world.pipeline("p", triggers=cron("* * * * *", missedRuns=missed_runs))
        async with running(world.role()):
            await world.clock.sleep(50)
        await world.clock.sleep(600)
        async with running(world.role()):
            await world.clock.sleep(60)
        assert await world.times() == wanted

    in_virtual_time(test)


def test_times_while_it_was_off_are_not_made_up_for() -> None:
    async def test(loop: VirtualTimeLoop) -> None:
        world = World(loop)
        await world.pipeline("p", triggers=cron("* * * * *", missedRuns="once"))
        async with running(world.role()):
            await world.clock.sleep(50)
        await world.api.stop_cron(triggers.StopCronRequest(name="p"), ME)
        await world.clock.sleep(600)
        await world.api.start_cron(triggers.StartCronRequest(name="p"), ME)
        async with running(world.role()):
            await world.clock.sleep(30)
        assert await world.times() == ["22:14:00"]

    in_virtual_time(test)


@pytest.mark.parametrize("seed", range(20))
def test_a_time_starts_one_job_whatever_happens(seed: int) -> None:
    """Two replicas at once, both killed at any moment, on a flaky store: each minute has one job at most, and most have one."""

    async def test(loop: VirtualTimeLoop) -> None:
        random = Random(seed)
        world = World(loop)
        flaky = FlakyStore(world.store, random, 0.1)
        await world.pipeline("p", triggers=cron("* * * * *", missedRuns="once"))
        for _ in range(10):
            tasks: list[asyncio.Task[None]] = []
            for _ in range(2):
                role = world.role(flaky)
                try:
                    await role.start()
                except UnavailableError:
                    continue
                tasks.append(asyncio.create_task(role.run(asyncio.Event())))
            await world.clock.sleep(60 * random.random() * 3)
            for task in tasks:
                task.cancel()
            if tasks:
                await asyncio.wait(tasks)
        jobs = [job for job in await world.jobs() if "cron" in job.types]
        minutes = [int(job.submitted_at // 60) for job in jobs]
        assert len(minutes) >= loop.now / 60 * 0.5
        on_time = [int(job.submitted_at // 60) for job in jobs if job.submitted_at % 60 < 1]
        assert len(on_time) == len(set(on_time))
        assert len(jobs) == len(await keys(world.store, "request/cron-"))

    in_virtual_time(test)


def test_a_refused_start_is_recorded_and_does_not_stop_the_next() -> None:
    async def test(loop: VirtualTimeLoop) -> None:
        world = World(loop)
        await world.pipeline("p", triggers=cron("* * * * *"))
        await world.store.commit(Transaction([Delete(algorithm_key("x"))]))
        async with running(world.role()):
            await world.clock.sleep(45)
            assert "algorithm x Not Found" in (await world.cron("p")).error
            await world.algorithm()
            world.starter.away = 20
            await world.clock.sleep(60)
            assert (await world.cron("p")).error == ""
        assert len(await world.times()) == 1

    in_virtual_time(test)


def test_only_one_timer_runs_and_it_sleeps() -> None:
    """A day of nothing to do costs no more than one wake-up a minute."""

    async def test(loop: VirtualTimeLoop) -> None:
        world = World(loop)
        for number in range(50):
            await world.pipeline(f"p{number}", triggers=cron("0 0 1 1 *"))
        async with running(world.role()):
            await world.clock.sleep(10)
            timers = [task for task in asyncio.all_tasks() if task.get_name() == "alarm-timer"]
            assert len(timers) == 1

    in_virtual_time(test)


# After others


async def completed(world: World, name: str, items: Sequence[ResultItem] = (), **over: Any) -> JobRecord:
    record = a_record(over.pop("job_id", "parent"), name=name, **over)
    await accept(world.store, record)
    await end(world.store, record, world.clock.now(), items=items)
    return record


def test_pipelines_start_after_others_with_their_results() -> None:
    async def test(loop: VirtualTimeLoop) -> None:
        world = World(loop)
        await world.pipeline("child", triggers={"pipelines": ["p"]}, flowInput={"own": 1}, tags=["mine"])
        await world.pipeline("other", triggers={"pipelines": ["q"]})
        items = [
            ResultItem("a", 1, "x", Payload(JSON, b'{"n":[1,2.5,null]}'), ""),
            ResultItem("a", 2, "x", Payload(MSGPACK, b"\xc4\x02hi"), ""),
            ResultItem("b", 0, "x", None, "went wrong"),
            ResultItem("c", 0, "x", Payload(MSGPACK, None, BlobRef("job/parent/o", 500_000)), ""),
        ]
        async with running(world.role()):
            await completed(world, "p", items, tags=("theirs",))
            await world.clock.sleep(1)
        _, child = await world.jobs()
        assert child.types == ("internal", "stored", "trigger")
        assert (child.parent_job_id, child.root_job_id, child.user) == ("parent", "parent", "triggerUser")
        assert child.pipeline.tags == ("mine", "theirs")
        assert child.flow_input.data is not None
        flow_input = json.loads(child.flow_input.data)
        assert flow_input["own"] == 1
        assert flow_input["parent"] == [
            {"nodeName": "a", "batchIndex": 1, "algorithmName": "x", "result": {"n": [1, 2.5, None]}},
            {"nodeName": "a", "batchIndex": 2, "algorithmName": "x", "result": "aGk="},
            {"nodeName": "b", "algorithmName": "x", "error": "went wrong"},
            {
                "nodeName": "c",
                "algorithmName": "x",
                "info": {
                    "path": "job/parent/o",
                    "size": 500_000,
                    "isBigData": True,
                    "message": "data too large (0.48 MB), use the stream api",
                },
            },
        ]
        assert not await keys(world.store, "outbox/trigger/")

    in_virtual_time(test)


@pytest.mark.parametrize("state", [JobState.FAILED, JobState.STOPPED])
def test_only_completed_jobs_start_others(state: JobState) -> None:
    async def test(loop: VirtualTimeLoop) -> None:
        world = World(loop)
        await world.pipeline("child", triggers={"pipelines": ["p"]})
        record = a_record("parent", name="p")
        async with running(world.role()):
            await accept(world.store, record)
            await end(world.store, record, world.clock.now(), state)
            await world.clock.sleep(1)
        assert len(await world.jobs()) == 1

    in_virtual_time(test)


def test_large_results_only_say_where_they_are() -> None:
    """Of two results that are too large together, the larger one loses its value."""

    async def test(loop: VirtualTimeLoop) -> None:
        world = World(loop, max_input_bytes=600)
        await world.pipeline("child", triggers={"pipelines": ["p"]})
        items = [
            ResultItem("a", 0, "x", Payload(JSON, json.dumps("s" * 100).encode()), ""),
            ResultItem("b", 0, "x", Payload(JSON, json.dumps("l" * 500).encode()), ""),
        ]
        async with running(world.role()):
            await completed(world, "p", items)
            await world.clock.sleep(1)
        _, child = await world.jobs()
        small, large = json.loads(child.flow_input.data or b"")["parent"]
        assert small["result"] == "s" * 100
        assert "result" not in large
        assert large["info"]["isBigData"]

    in_virtual_time(test)


def test_an_input_that_cannot_be_written_does_not_stop_the_others() -> None:
    """A stored number of thirty digits: whatever becomes of that job, the next one starts and the entry goes away."""

    async def test(loop: VirtualTimeLoop) -> None:
        world = World(loop)
        await world.pipeline("c1", triggers={"pipelines": ["p"]}, flowInput={"big": 10**30})
        await world.pipeline("c2", triggers={"pipelines": ["p"]})
        async with running(world.role()):
            await completed(world, "p", [ResultItem("a", 0, "x", Payload(JSON, b"1" * 30), "")])
            await world.clock.sleep(1)
        assert "c2" in [job.pipeline.name for job in await world.jobs()]
        assert not await keys(world.store, "outbox/trigger/")

    in_virtual_time(test)


def test_chains_make_a_tree_and_circles_end() -> None:
    """Two pipelines start each other: the chain ends at the limit, says why, and the root shows all of it."""

    async def test(loop: VirtualTimeLoop) -> None:
        world = World(loop, max_depth=3)
        await world.pipeline("p", triggers={"pipelines": ["q"]})
        await world.pipeline("q", triggers={"pipelines": ["p"]})
        async with running(world.role()):
            await completed(world, "p", job_id="root")
            for _ in range(6):
                await world.clock.sleep(1)
                for job in await world.jobs():
                    if await world.store.get(f"end/{job.job_id}") is None:
                        await end(world.store, job, world.clock.now())
        jobs = await world.jobs()
        assert [job.pipeline.name for job in jobs] == ["p", "q", "p", "q"]
        assert [job.depth for job in jobs] == [0, 1, 2, 3]
        last = jobs[-1].job_id
        refused = await world.store.get(refused_key("root", last))
        assert refused is not None
        assert "circle" in unpack_refused(refused.value)["p"]
        response = await world.api.get_trigger_tree(triggers.GetTriggerTreeRequest(job_id="root"), ME)
        assert json.loads(to_json(response.tree)) == {
            "name": "p",
            "jobId": "root",
            "children": [
                {
                    "name": "q",
                    "jobId": jobs[1].job_id,
                    "children": [
                        {
                            "name": "p",
                            "jobId": jobs[2].job_id,
                            "children": [{"name": "q", "jobId": jobs[3].job_id, "children": []}],
                        }
                    ],
                }
            ],
        }
        for job_id in (last, "nobody"):
            with pytest.raises(NotFoundError, match=f"tree {job_id} Not Found"):
                await world.api.get_trigger_tree(triggers.GetTriggerTreeRequest(job_id=job_id), ME)

    in_virtual_time(test)


def test_refused_starts_are_recorded_and_do_not_stop_others() -> None:
    async def test(loop: VirtualTimeLoop) -> None:
        world = World(loop)
        for name in ("c1", "c2"):
            await world.pipeline(name, triggers={"pipelines": ["p"]})
        limit = {"concurrentPipelines": {"amount": 1, "rejectOnFailure": True}}
        await world.pipeline("c1", update=True, triggers={"pipelines": ["p"]}, options=limit)
        async with running(world.role()):
            for number in range(2):
                await completed(world, "p", job_id=f"parent{number}")
                await world.clock.sleep(1)
        assert sorted(job.pipeline.name for job in await world.jobs()) == ["c1", "c2", "c2", "p", "p"]
        refused = await world.store.get(refused_key("parent1", "parent1"))
        assert refused is not None
        assert "maximum number [1]" in unpack_refused(refused.value)["c1"]
        assert not await keys(world.store, "outbox/trigger/")

    in_virtual_time(test)


@pytest.mark.parametrize("seed", range(20))
def test_each_end_starts_each_follower_once_through_crashes(seed: int) -> None:
    async def test(loop: VirtualTimeLoop) -> None:
        random = Random(seed)
        world = World(loop)
        flaky = FlakyStore(world.store, random, 0.15)
        for name in ("c1", "c2", "c3"):
            await world.pipeline(name, triggers={"pipelines": ["p"]})
        for number in range(4):
            await completed(world, "p", job_id=f"parent{number}")
        for _ in range(10):
            world.starter.away = random.randrange(3)
            tasks = []
            for _ in range(2):
                role = world.role(flaky)
                try:
                    await role.start()
                except UnavailableError:
                    continue
                tasks.append(asyncio.create_task(role.run(asyncio.Event())))
            for _ in range(random.randrange(40)):
                await asyncio.sleep(0)
            for task in tasks:
                task.cancel()
            if tasks:
                await asyncio.wait(tasks)
        flaky.chance = 0.0
        async with running(world.role()):
            await world.clock.sleep(10)
        started = sorted(
            (job.parent_job_id or "", job.pipeline.name) for job in await world.jobs() if job.parent_job_id
        )
        assert started == [(f"parent{number}", name) for number in range(4) for name in ("c1", "c2", "c3")]
        assert not await keys(world.store, "outbox/trigger/")
        for number in range(4):
            response = await world.api.get_trigger_tree(triggers.GetTriggerTreeRequest(job_id=f"parent{number}"), ME)
            assert len(response.tree.children) == 3

    in_virtual_time(test)


# The API


def test_crons_are_listed_and_toggled_without_a_version() -> None:
    async def test(loop: VirtualTimeLoop) -> None:
        world = World(loop)
        await world.pipeline("p")
        await world.pipeline("q", triggers=cron("0 12 * * *", timeZone="Europe/Berlin"))
        before = await world.record("p")
        await world.clock.sleep(5)
        await world.api.stop_cron(triggers.StopCronRequest(name="p"), ME)
        response = await world.api.list_crons(triggers.ListCronsRequest(), ME)
        assert [json.loads(to_json(found)) for found in response.crons] == [
            {"name": "p", "cron": {"enabled": False, "pattern": "0 * * * *"}},
            {
                "name": "q",
                "cron": {"enabled": True, "pattern": "0 12 * * *", "timeZone": "Europe/Berlin"},
                "nextTime": int(datetime(2023, 11, 15, 11, tzinfo=UTC).timestamp() * 1000),
            },
        ]
        await world.api.start_cron(triggers.StartCronRequest(name="p"), ME)
        after = await world.record("p")
        assert (after.version, after.audit) == (before.version, before.audit)
        assert after.modified_at > before.modified_at
        assert (await stored_pipeline(world.store, "p")).triggers.cron.enabled
        page = await world.api.list_crons(triggers.ListCronsRequest(page_size=1), ME)
        rest = await world.api.list_crons(triggers.ListCronsRequest(page_token=page.next_page_token), ME)
        assert [found.name for found in (*page.crons, *rest.crons)] == ["p", "q"]

    in_virtual_time(test)


def test_bad_patterns_are_refused_when_stored_and_when_started() -> None:
    async def test(loop: VirtualTimeLoop) -> None:
        world = World(loop)
        await world.pipeline("p")
        with pytest.raises(InvalidError, match=r'data\.pattern should match format "cron"') as caught:
            await world.api.start_cron(triggers.StartCronRequest(name="p", pattern="nonsense"), ME)
        assert caught.value.field == "pattern"
        with pytest.raises(InvalidError) as caught:
            await world.api.start_cron(triggers.StartCronRequest(name="p", time_zone="Nowhere/At/All"), ME)
        assert caught.value.field == "time_zone"
        with pytest.raises(InvalidError) as caught:
            await world.pipeline("q", triggers=cron("1 2 3"))
        assert caught.value.field == "triggers.cron.pattern"
        assert await world.store.get(pipeline_key("q")) is None
        for call in (
            world.api.start_cron(triggers.StartCronRequest(name="nobody"), ME),
            world.api.stop_cron(triggers.StopCronRequest(name="nobody"), ME),
        ):
            with pytest.raises(NotFoundError, match="pipeline nobody Not Found"):
                await call

    in_virtual_time(test)


def test_reports_are_shown_before_and_after_they_are_sent() -> None:
    async def test(loop: VirtualTimeLoop) -> None:
        world = World(loop)
        request = triggers.ListWebhooksRequest(job_id="job1")
        with pytest.raises(NotFoundError, match="webhook job1 Not Found"):
            await world.api.list_webhooks(request, ME)
        await end(world.store, a_record(result_webhook="http://h/x"), world.clock.now())
        response = await world.api.list_webhooks(request, ME)
        assert json.loads(to_json(response)) == {
            "jobId": "job1",
            "result": {
                "jobId": "job1",
                "url": "http://h/x",
                "pipelineStatus": "completed",
                "status": "pending",
                "attempts": 0,
            },
        }
        with pytest.raises(NotFoundError, match="webhook job1 Not Found"):
            await world.api.get_progress_webhook(triggers.GetProgressWebhookRequest(job_id="job1"), ME)

    in_virtual_time(test)


def test_records_of_older_versions_are_still_read() -> None:
    """Pipelines that were stored before there were triggers have none."""
    import msgpack

    record = PipelineRecord(name="p", document=b"", version="v", created_at=1.0, modified_at=1.0)
    plain = msgpack.unpackb(pack(record))
    del plain["cron"], plain["starts_after"]
    assert unpack_pipeline(msgpack.packb(plain)) == record
    assert unpack_cron(pack_cron(CronRecord(handled_until=1.0))) == CronRecord(handled_until=1.0)
