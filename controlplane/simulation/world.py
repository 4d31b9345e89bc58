"""One simulated run: a control plane that crashes, workers that fail, jobs that are submitted; then calm, then the check.

Safety is checked all the way; when the faults stop, everything accepted must end within a bound of virtual time.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from controlplane.adapters.memory import MemoryObjectStore, MemoryStateStore
from controlplane.api.submission import JobSubmission
from controlplane.domain import graph as graphs
from controlplane.domain.catalog_records import AlgorithmRecord, algorithm_key, pack
from controlplane.domain.errors import UnavailableError
from controlplane.domain.records import (
    JobRecord,
    end_key,
    job_key,
    open_key,
    pack_job,
    unpack_end,
)
from controlplane.domain.values import NULL
from controlplane.gateway.json_codec import parse_message
from controlplane.ports.dispatch import WorkerDoor
from controlplane.ports.job_records import read_result, request_stop
from controlplane.ports.state_store import Put, StateStore, Transaction
from controlplane.roles.catalog.role import CatalogRole
from controlplane.roles.driver.role import DriverRole, DriverSettings
from controlplane.roles.logs.role import LogSettings, LogsRole
from controlplane.roles.queueing.role import QueueingRole, QueueingSettings
from controlplane.simulation.flaky_store import FlakyStateStore
from controlplane.simulation.history import BrokenPromiseError, History
from controlplane.simulation.pipelines import ALGORITHMS, random_pipeline
from controlplane.simulation.virtual_time import VirtualClock, VirtualTimeLoop
from controlplane.simulation.workers import Faults, SimulatedWorker
from distributedkube.api.pipeline.v1 import pipeline_pb2

JOBS = 6
WORKERS_PER_ALGORITHM = 2
TROUBLE_SECONDS = 6.0
BOOT_SECONDS = 0.1
CALM_SECONDS = 600.0
"""Bound for everything to end once the faults have stopped."""

DRIVER = DriverSettings(result_memory_bytes=4096)
"""So little that outputs are read back from the journal all the time."""

SECRET = b"simulation-secret-simulation-key"


class _Ids:
    def __init__(self, random: Random) -> None:
        self._random = random

    def text(self, length: int) -> str:
        return "".join(self._random.choice("0123456789abcdefghijklmnopqrstuvwxyz") for _ in range(length))

    def secret(self, length: int) -> bytes:
        return self._random.randbytes(length)


class ControlPlane:
    """The engine's roles in one process that can be killed."""

    def __init__(self, store: StateStore, objects: MemoryObjectStore, clock: VirtualClock, ids: _Ids) -> None:
        logs = LogsRole(objects=objects, clock=clock, settings=LogSettings())
        self.catalog = CatalogRole(store=store, clock=clock)
        self.submission = JobSubmission(
            store=store,
            objects=objects,
            catalog=self.catalog,
            clock=clock,
            ids=ids,
            parse=lambda data: parse_message(pipeline_pb2.Pipeline, data),
        )
        self.driver = DriverRole(
            store=store,
            objects=objects,
            catalog=self.catalog,
            starter=self.submission,
            logs=logs,
            clock=clock,
            settings=DRIVER,
        )
        self.queueing = QueueingRole(
            sink=self.driver,
            catalog=self.catalog,
            store=store,
            clock=clock,
            ids=ids,
            token_key=SECRET,
            settings=QueueingSettings(),
        )
        self.driver.connect(self.queueing)
        self._stopping = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        catalog_from = await self.catalog.start()
        await self.queueing.recover()
        jobs_from = await self.driver.start()
        for run in (
            self.queueing.run(self._stopping),
            self.catalog.run(self._stopping, catalog_from),
            self.driver.run(self._stopping, jobs_from),
        ):
            self._tasks.append(asyncio.create_task(run))

    async def kill(self) -> None:
        """Ends everything at once, wherever it waits; only what is in the store is left."""
        tasks = [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def check(self) -> None:
        """A role that ended by itself is a defect."""
        for task in self._tasks:
            if task.done() and not task.cancelled() and task.exception() is not None:
                raise BrokenPromiseError(f"a role ended: {task.exception()!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run showed."""

    seed: int
    trace: Sequence[str]
    jobs: int
    attempts: int
    virtual_seconds: float


class World:
    def __init__(self, seed: int, loop: VirtualTimeLoop) -> None:
        self._seed = seed
        self._loop = loop
        self._random = Random(seed)
        self._clock = VirtualClock(loop)
        self._ids = _Ids(self._random)
        self._store = MemoryStateStore(self._clock)
        self._flaky = FlakyStateStore(self._store, self._random, self._random.choice([0.0, 0.02, 0.2]))
        self._objects = MemoryObjectStore(self._clock)
        self._history = History()
        self._plane: ControlPlane | None = None
        self._workers: list[SimulatedWorker] = []
        self._worker_count = 0
        self._faults = Faults(
            raise_chance=self._random.choice([0.0, 0.02, 0.2]),
            crash_chance=self._random.choice([0.0, 0.01, 0.05]),
            break_chance=self._random.choice([0.0, 0.02, 0.1]),
            repeat_chance=self._random.choice([0.0, 0.1]),
        )

    async def run(self) -> Outcome:
        for name in ALGORITHMS:
            await self._store.commit(Transaction([Put(algorithm_key(name), pack(_algorithm(name)))]))
        await self._boot()
        for name in ALGORITHMS:
            for _ in range(WORKERS_PER_ALGORITHM):
                self._add_worker(name)
        await self._trouble()
        self._faults = Faults()
        self._flaky.chance = 0.0
        for worker in self._workers:
            worker.faults = self._faults
        await self._calm()
        await self._check()
        return Outcome(
            seed=self._seed,
            trace=self._history.trace,
            jobs=len(self._history.accepted),
            attempts=self._history.attempts(),
            virtual_seconds=self._loop.time(),
        )

    async def _boot(self) -> None:
        """Starts a control plane, as often as it takes: one that finds no store ends at once."""
        while True:
            plane = ControlPlane(self._flaky, self._objects, self._clock, self._ids)
            try:
                await plane.start()
            except UnavailableError:
                await plane.kill()
                await asyncio.sleep(BOOT_SECONDS)
                continue
            self._plane = plane
            return

    def _door(self) -> WorkerDoor | None:
        return self._plane.queueing if self._plane is not None else None

    def _add_worker(self, algorithm: str) -> None:
        self._worker_count += 1
        worker = SimulatedWorker(
            f"w{self._worker_count}",
            algorithm,
            door=self._door,
            faults=self._faults,
            random=self._random,
            history=self._history,
            on_death=self._bury,
        )
        self._workers.append(worker)
        worker.connect()

    def _bury(self, worker: SimulatedWorker) -> None:
        """The cluster notices a dead worker and starts another."""
        self._workers.remove(worker)
        self._history.note(f"died {worker.name}")

        def notice() -> None:
            if self._plane is not None:
                self._plane.queueing.lost(worker.name, "it died")
            self._add_worker(worker.algorithm)

        self._loop.call_later(self._random.random(), notice)

    async def _trouble(self) -> None:
        """Jobs come in while the control plane is killed and started again."""
        submissions = sorted(self._random.random() * TROUBLE_SECONDS for _ in range(JOBS))
        crashes = sorted(self._random.random() * TROUBLE_SECONDS for _ in range(self._random.randint(0, 3)))
        moments = [(at, "submit") for at in submissions] + [(at, "crash") for at in crashes]
        for at, what in sorted(moments):
            await asyncio.sleep(max(0.0, at - self._loop.time()))
            if what == "submit":
                await self._submit()
            else:
                await self._crash()

    async def _submit(self) -> None:
        pipeline = random_pipeline(self._random, len(self._history.accepted))
        graphs.build(pipeline)
        record = JobRecord(
            job_id=self._ids.text(12),
            submitted_at=self._clock.now(),
            types=("raw",),
            document=b"",
            pipeline=pipeline,
            flow_input=NULL,
            flow_input_shapes={},
        )
        head, _ = pack_job(record)
        await self._store.commit(Transaction([Put(job_key(record.job_id), head), Put(open_key(record.job_id), head)]))
        self._history.accept(record.job_id)
        if self._random.random() < 0.1:
            await request_stop(self._store, record.job_id, "simulated stop")

    async def _crash(self) -> None:
        plane, self._plane = self._plane, None
        assert plane is not None
        plane.check()
        self._history.note("crash")
        for worker in self._workers:
            if worker.link is not None:
                worker.stream_lost(worker.link)
        await plane.kill()
        await asyncio.sleep(self._random.random())
        await self._boot()
        self._history.note("boot")

    async def _calm(self) -> None:
        """No more faults: all jobs end within the bound."""
        plane = self._plane
        assert plane is not None
        deadline = self._loop.time() + CALM_SECONDS
        for job_id in self._history.accepted:
            while await self._store.get(end_key(job_id)) is None:
                plane.check()
                if self._loop.time() > deadline:
                    raise BrokenPromiseError(f"job {job_id} does not end: {plane.driver.live(job_id)}")
                await asyncio.sleep(0.5)
        plane.check()

    async def _check(self) -> None:
        for job_id in self._history.accepted:
            entry = await self._store.get(end_key(job_id))
            end = unpack_end(entry.value) if entry else None
            items = await read_result(self._store, job_id, end.result_parts) if end else []
            self._history.check_end(job_id, end, items)
            if await self._store.get(open_key(job_id)) is not None:
                raise BrokenPromiseError(f"job {job_id} has ended and is still open")
        if self._loop.broken:
            raise BrokenPromiseError(f"an error was lost: {self._loop.broken[0]}")


def _algorithm(name: str) -> AlgorithmRecord:
    return AlgorithmRecord(
        name=name,
        document=b"",
        type="Code",
        env="python",
        cpu_milli=1,
        memory_mib=1,
        version="v1",
        runtime="simulated",
        created_at=0,
        modified_at=0,
    )


def simulate(seed: int) -> Outcome:
    """One run. Raises ``BrokenPromiseError`` or ``DeadlockError``."""
    loop = VirtualTimeLoop()
    try:
        asyncio.set_event_loop(loop)
        return loop.run_until_complete(World(seed, loop).run())
    finally:
        _drain(loop)
        asyncio.set_event_loop(None)
        loop.close()


def _drain(loop: VirtualTimeLoop) -> None:
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    if tasks:
        loop.run_until_complete(asyncio.wait(tasks))
