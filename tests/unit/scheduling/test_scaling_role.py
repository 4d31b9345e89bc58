"""The scaling role in virtual time: how often it turns, what it says, and that waiting workers never block everything."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from controlplane.domain.errors import UnavailableError
from controlplane.domain.reasons import ReasonCode
from controlplane.ports.catalog import RunnableAlgorithm
from controlplane.ports.cluster import Capacity, ClusterEvent, Machine, RunningWorker, WorkerEnded, WorkerSpec
from controlplane.ports.demand import ConnectedWorker, QueueDemand
from controlplane.ports.placement import Obstacle
from controlplane.roles.scaling.role import ScalingRole, ScalingSettings
from controlplane.scheduling.worker_plan import Reason
from controlplane.simulation.virtual_time import VirtualClock, VirtualTimeLoop
from tests.unit.queueing.harness import Plane, Worker, own, token_of


class Catalog:
    """One algorithm that needs a whole core."""

    def __init__(self, max_workers: int = 0, runtime: str = "r") -> None:
        self._one = RunnableAlgorithm(
            name="a",
            version="v1",
            runtime=runtime,
            entry_point="e",
            cpu_milli=1000,
            memory_mib=10,
            max_workers=max_workers,
        )

    def get(self, name: str) -> RunnableAlgorithm | None:
        return self._one if name == "a" else None

    def all(self) -> Sequence[RunnableAlgorithm]:
        return [self._one]

    def on_change(self, callback: Callable[[], None]) -> None:
        return


class Demand:
    """Says what a test makes it say, and counts how often it is asked."""

    def __init__(self) -> None:
        self.queues: Mapping[str, QueueDemand] = {}
        self.workers: list[ConnectedWorker] = []
        self.asked = 0
        self.changed: Callable[[], None] = lambda: None

    def demand(self) -> Mapping[str, QueueDemand]:
        self.asked += 1
        return self.queues

    def connected(self) -> Sequence[ConnectedWorker]:
        return self.workers

    def on_demand(self, callback: Callable[[], None]) -> None:
        self.changed = callback

    def leave(self, worker_id: str, *, grace_seconds: float) -> None:
        return

    def lost(self, worker_id: str, reason: str) -> None:
        return


class Cluster:
    """A machine of so many cores whose workers start at once, unless it is broken."""

    def __init__(self, cores: int, started: Callable[[RunningWorker], None] = lambda _: None) -> None:
        self._cores = cores
        self._started = started
        self.running: list[RunningWorker] = []
        self.stopped: list[str] = []
        self.broken = ""
        self._events: asyncio.Queue[ClusterEvent] = asyncio.Queue()

    async def start_worker(self, spec: WorkerSpec) -> RunningWorker:
        if self.broken:
            raise UnavailableError(self.broken)
        worker = RunningWorker(
            worker_id=f"w{len(self.running) + len(self.stopped)}", algorithm_name=spec.algorithm_name,
            algorithm_version=spec.algorithm_version, cpu_milli=spec.cpu_milli, memory_mib=spec.memory_mib, started_at=0,
        )  # fmt: skip
        self.running.append(worker)
        self._started(worker)
        return worker

    async def stop_worker(self, worker_id: str, *, grace_seconds: float) -> None:
        self.running = [worker for worker in self.running if worker.worker_id != worker_id]
        self.stopped.append(worker_id)
        self._events.put_nowait(WorkerEnded(worker_id=worker_id, algorithm_name="a", exit_code=0))

    def adopt(self, worker: RunningWorker, *, host: str, pid: int) -> bool:
        return False

    async def workers(self) -> Sequence[RunningWorker]:
        return self.running

    async def capacity(self) -> Capacity:
        return Capacity(cpu_milli=self._cores * 1000, memory_mib=1000)

    async def machines(self) -> Sequence[Machine]:
        return [Machine(name="m", cpu_milli=self._cores * 1000, memory_mib=1000)]

    def refusal(self, runtime: str, references: Sequence[str] = ()) -> str:
        return "it is too odd" if runtime == "odd" else ""

    async def events(self) -> AsyncGenerator[ClusterEvent, None]:
        while True:
            yield await self._events.get()

    async def close(self) -> None:
        return


def in_virtual_time(test: Callable[[VirtualTimeLoop], Coroutine[Any, Any, None]]) -> None:
    loop = VirtualTimeLoop()
    try:
        loop.run_until_complete(test(loop))
        assert loop.broken == []
    finally:
        loop.close()


@asynccontextmanager
async def running(role: ScalingRole) -> AsyncIterator[None]:
    stopping = asyncio.Event()
    task = asyncio.create_task(role.run(stopping))
    try:
        yield
    finally:
        stopping.set()
        await task


def test_turns_are_paced() -> None:
    """A change every millisecond for a second makes a turn every 50 ms, the last change is answered, then all is quiet."""

    async def test(loop: VirtualTimeLoop) -> None:
        demand, cluster = Demand(), Cluster(4)
        role = ScalingRole(
            cluster=cluster, demand=demand, catalog=Catalog(), clock=VirtualClock(loop),
            settings=ScalingSettings(pace_seconds=0.05),
        )  # fmt: skip
        async with running(role):
            await asyncio.sleep(0.001)
            assert demand.asked == 1
            for _ in range(1000):
                demand.changed()
                await asyncio.sleep(0.001)
            assert 19 <= demand.asked <= 21
            demand.queues = {"a": QueueDemand(tasks=1, expected=False)}
            demand.changed()
            await asyncio.sleep(0.06)
            assert len(cluster.running) == 1
            await asyncio.sleep(0.1)
            asked = demand.asked
            await asyncio.sleep(100)
            assert demand.asked == asked

    in_virtual_time(test)


def test_says_why() -> None:
    """What an algorithm wants and what is free, at the last turn; nothing once it has what it wants."""

    async def test(loop: VirtualTimeLoop) -> None:
        demand, cluster = Demand(), Cluster(2)
        role = ScalingRole(
            cluster=cluster, demand=demand, catalog=Catalog(), clock=VirtualClock(loop), settings=ScalingSettings()
        )
        demand.queues = {"a": QueueDemand(tasks=5, expected=False, best_priority=5, oldest_seconds=3600)}
        await role.step()
        held = role.why("a")
        assert held is not None
        assert held.reason is Reason.NO_CPU
        assert held.sentence == "5 workers are wanted and 2 are there: one more needs 1 cores, 0 of 2 are free"
        assert held.parts == {"tasks_per_worker": 2.5, "priority": 0.4, "waiting": 0.2}
        assert role.why("unknown") is None
        told = role.why_no_worker("a")
        assert told is not None
        assert (told.code, told.sentence, told.algorithm) == (ReasonCode.CAPACITY, f"{held.sentence}.", "a")
        assert role.why_no_worker("unknown") is None
        demand.queues = {"a": QueueDemand(tasks=2, expected=False)}
        await role.step()
        assert role.why("a") is None

    in_virtual_time(test)


def test_says_what_can_never_be_placed() -> None:
    """While it is wanted, with the time since when; nothing is started or tried, and no turn is due by itself."""

    async def test(loop: VirtualTimeLoop) -> None:
        demand, cluster = Demand(), Cluster(2)
        role = ScalingRole(
            cluster=cluster, demand=demand, catalog=Catalog(runtime="odd"), clock=VirtualClock(loop),
            settings=ScalingSettings(),
        )  # fmt: skip
        assert await role.step() is None
        assert role.unplaced() == []
        demand.queues = {"a": QueueDemand(tasks=1, expected=False)}
        await asyncio.sleep(5)
        began = loop.time()
        assert await role.step() is None
        await asyncio.sleep(5)
        assert await role.step() is None
        assert cluster.running == []
        (unplaced,) = role.unplaced()
        assert (unplaced.algorithm, unplaced.obstacle) == ("a", Obstacle.NO_PLACE)
        assert unplaced.since == VirtualClock(loop).now() - (loop.time() - began)
        assert unplaced.sentence == "1 workers are wanted and 0 are there: it is too odd."
        told = role.why_no_worker("a")
        assert told is not None
        assert (told.code, told.sentence) == (ReasonCode.ALGORITHM, unplaced.sentence)
        demand.queues = {}
        await role.step()
        assert role.unplaced() == []

    in_virtual_time(test)


def test_says_what_went_wrong_with_the_last_worker() -> None:
    """While it waits to try again it names the reason, and when it will."""

    async def test(loop: VirtualTimeLoop) -> None:
        demand, cluster = Demand(), Cluster(2)
        cluster.broken = "no such interpreter"
        role = ScalingRole(
            cluster=cluster, demand=demand, catalog=Catalog(), clock=VirtualClock(loop), settings=ScalingSettings()
        )
        demand.queues = {"a": QueueDemand(tasks=1, expected=False)}
        await role.step()
        await role.step()
        held = role.why("a")
        assert held is not None
        assert held.reason is Reason.BACKOFF
        told = role.why_no_worker("a")
        assert told is not None
        assert told.code is ReasonCode.WORKER_FAILING
        assert held.sentence.endswith("the next is started in 1 s; the last one: no such interpreter")

    in_virtual_time(test)


def test_an_algorithm_that_calls_itself_ends_with_one_worker_allowed() -> None:
    """Three deep with ``max_workers`` 1 on one core: each waits for the next, all end, and one worker is left."""

    async def test(loop: VirtualTimeLoop) -> None:
        plane = Plane()
        workers: dict[str, Worker] = {}

        def started(worker: RunningWorker) -> None:
            workers[worker.worker_id] = plane.worker(worker.worker_id, credit=1)

        plane.clock.monotonic = plane.clock.now = loop.time  # type: ignore[method-assign]
        cluster = Cluster(1, started)
        role = ScalingRole(
            cluster=cluster, demand=plane.role, catalog=Catalog(max_workers=1), clock=VirtualClock(loop),
            settings=ScalingSettings(surplus_seconds=2),
        )  # fmt: skip
        nodes = ["n", "n:a", "n:a:a", "n:a:a:a"]
        tokens: dict[str, bytes] = {}
        async with running(role):
            for depth, node in enumerate(nodes):
                values = own("v", call_id="c") if depth else None
                tokens[node] = token_of(0, node=node, values=values)
                plane.enqueue([0], node=node, values={0: values} if values else None)
                await asyncio.sleep(0.2)
                assert workers[f"w{depth}"].tasks == [(node, 0, 1)]
                if depth < 3:
                    workers[f"w{depth}"].session.slot(tokens[node], blocked=True)
            for depth, node in reversed(list(enumerate(nodes))):
                worker = workers[f"w{depth}"]
                worker.session.slot(tokens[node], blocked=False)
                worker.ends(tokens[node])
            await asyncio.sleep(3)
            assert [end.output is not None for _, _, end in plane.driver.ends] == [True] * 4
            assert len(cluster.running) == 1
            await asyncio.sleep(0.1)

    in_virtual_time(test)
