"""One simulated run: control planes that die, workers that fail, users that submit, stop, hold and repeat jobs; then calm, then
the check.

Safety is checked all the way; when the faults stop, everything accepted must end within a bound of virtual time.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextvars import Context
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

import orjson

from controlplane.adapters.memory import MemoryObjectStore, MemoryStateStore
from controlplane.api.pipelines import fill_defaults
from controlplane.domain.catalog_records import (
    AlgorithmRecord,
    PipelineRecord,
    algorithm_key,
    pack,
    pipeline_key,
)
from controlplane.domain.errors import LeaseLostError, UnavailableError
from controlplane.domain.job_events import JobState
from controlplane.domain.records import SHARDS, open_prefix
from controlplane.ports.state_store import Put, Transaction
from controlplane.roles.driver.role import DriverSettings
from controlplane.simulation.checks import check_all
from controlplane.simulation.facts import facts_of
from controlplane.simulation.faults import StoreFaults, WorkerFaults
from controlplane.simulation.flaky_store import FlakyStateStore
from controlplane.simulation.history import BrokenPromiseError, History
from controlplane.simulation.plane import ControlPlane, SeededIds, parse_pipeline
from controlplane.simulation.programs import ALGORITHMS, STORED
from controlplane.simulation.users import Users
from controlplane.simulation.virtual_time import VirtualClock, VirtualTimeLoop
from controlplane.simulation.workers import Entrance, SimulatedWorker, Surroundings

WORKERS_PER_ALGORITHM = 2
MOST_WORKERS = 60
TROUBLE_SECONDS = 6.0
MOST_CRASHES = 5
BOOT_CRASH_CHANCE = 0.2
"""It dies while it comes up, or soon after."""
BOOT_SECONDS = 0.1
WATCH_SECONDS = 0.1
"""How often the cluster looks at workers and the control plane."""
CALM_SECONDS = 900.0
"""Bound for everything to end once the faults have stopped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run showed."""

    seed: int
    trace: Sequence[str]
    jobs: int
    attempts: int
    virtual_seconds: float


class World:
    def __init__(self, seed: int, loop: VirtualTimeLoop, history: History) -> None:
        self._seed = seed
        self._loop = loop
        self._random = random = Random(seed)
        self._ids = SeededIds(random)
        clock = VirtualClock(loop)
        self._store = MemoryStateStore(clock)
        self._objects = MemoryObjectStore(clock)
        self._store_faults = StoreFaults(
            away_chance=random.choice([0.0, 0.02, 0.2]),
            most_latency_seconds=random.choice([0.0, 0.005, 0.1]),
            compact_chance=random.choice([0.0, 0.0, 0.05]),
            most_lag_seconds=random.choice([0.0, 0.0, 0.5]),
        )
        self._worker_faults = WorkerFaults(
            raise_chance=random.choice([0.0, 0.02, 0.1]),
            crash_chance=random.choice([0.0, 0.01, 0.05]),
            break_chance=random.choice([0.0, 0.02, 0.1]),
            repeat_chance=random.choice([0.0, 0.1]),
            silent_chance=random.choice([0.0, 0.0, 0.01]),
            slow_chance=random.choice([0.0, 0.1]),
        )
        # So little memory that outputs are read back from the journal all the time.
        self._settings = DriverSettings(
            result_memory_bytes=random.choice([2048, 1 << 20]), max_active_jobs=random.choice([1, 3, 100])
        )
        self._history = history
        self._plane: ControlPlane | None = None
        self._old_planes: list[ControlPlane] = []
        """They have lost their lease and do not know it yet."""
        self._workers: list[SimulatedWorker] = []
        self._worker_count = 0
        self._around = Surroundings(
            loop=loop,
            random=random,
            history=self._history,
            objects=self._objects,
            entrance=self._entrance,
            faults=lambda: self._worker_faults,
            on_death=self._bury,
        )
        self._users = Users(random, self._history, lambda: self._plane, TROUBLE_SECONDS)
        self._in_trouble = True
        """Faults may happen."""
        self._died = asyncio.Event()
        """The control plane has died; another one is to be started."""

    async def run(self) -> Outcome:
        await self._prepare()
        await self._boot()
        for name in ALGORITHMS:
            for _ in range(WORKERS_PER_ALGORITHM):
                self._add_worker(name)
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(self._watch(), name="watch")
            reviving = group.create_task(self._revive(), name="revive")
            crashing = group.create_task(self._crash_now_and_then(), name="crashes")
            await self._users.run()
            await crashing
            self._in_trouble = False
            self._loop.on_turn = None
            self._worker_faults = WorkerFaults()
            self._store_faults.away_chance = self._store_faults.compact_chance = 0.0
            self._store_faults.most_lag_seconds = self._store_faults.most_latency_seconds = 0.0
            await self._calm()
            watching.cancel()
            reviving.cancel()
        if self._loop.broken:
            raise _lost(self._loop.broken[0])
        facts = await facts_of(self._store, self._objects, self._history, most_active=self._settings.max_active_jobs)
        check_all(facts)
        return Outcome(
            seed=self._seed,
            trace=self._history.trace,
            jobs=len(facts.jobs),
            attempts=self._history.attempts,
            virtual_seconds=self._loop.time(),
        )

    async def _prepare(self) -> None:
        for write in algorithm_writes():
            await self._store.commit(Transaction([write]))
        for name, document in STORED.items():
            message = parse_pipeline(orjson.dumps(document))
            fill_defaults(message)
            record = PipelineRecord(
                name=name, document=message.SerializeToString(), version="1", created_at=0, modified_at=0
            )
            await self._store.commit(Transaction([Put(pipeline_key(name), pack(record))]))

    # The control plane

    async def _boot(self) -> None:
        """Starts a control plane, as often as it takes: one that finds no store ends at once."""
        while True:
            store = FlakyStateStore(self._store, self._random, self._store_faults)
            plane = ControlPlane(store, self._objects, self._loop, self._ids, self._history, self._settings)
            store.on_death = partial(self._kill, plane)
            if self._in_trouble and self._random.random() < BOOT_CRASH_CHANCE:
                store.calls_left = self._random.randint(1, 40)
            if await self._start(plane):
                self._plane = plane
                self._history.note("boot")
                return
            plane.process.kill()
            await asyncio.sleep(BOOT_SECONDS)

    @staticmethod
    async def _start(plane: ControlPlane) -> bool:
        try:
            await plane.do(plane.start)
        except UnavailableError:
            return False
        except asyncio.CancelledError:
            if not plane.process.is_dead:
                raise
            return False
        return not plane.process.is_dead

    def _kill(self, plane: ControlPlane) -> None:
        """It ends at once, wherever it waits; only what is in the store is left."""
        if plane.process.is_dead:
            return
        self._history.note("crash")
        plane.in_charge = False
        plane.process.kill()
        if plane is self._plane:
            self._plane = None
            self._loop.on_turn = None
            self._died.set()
        for worker in self._workers:
            if worker.link is not None and worker.link.plane is plane:
                worker.link.close()

    async def _revive(self) -> None:
        while True:
            await self._died.wait()
            self._died.clear()
            await asyncio.sleep(self._random.random())
            await self._boot()

    async def _crash_now_and_then(self) -> None:
        """At given moments something happens to the control plane, at once or a little later."""
        moments = sorted(self._random.random() * TROUBLE_SECONDS for _ in range(self._random.randint(0, 3)))
        for at in moments:
            await asyncio.sleep(max(0.0, at - self._loop.time()))
            plane = self._plane
            if plane is None:
                continue
            match self._random.choice(["now", "call", "turn", "lease"]):
                case "now":
                    self._kill(plane)
                case "call":
                    plane.store.calls_left = self._random.randint(1, 60)
                case "turn":
                    self._crash_at_turn(plane, self._random.randint(1, 300))
                case _:
                    await self._lose_lease(plane)

    def _crash_at_turn(self, plane: ControlPlane, turns: int) -> None:
        left = turns

        def turn() -> None:
            nonlocal left
            left -= 1
            if left <= 0:
                self._loop.on_turn = None
                self._kill(plane)

        self._loop.on_turn = turn

    async def _lose_lease(self, plane: ControlPlane) -> None:
        """Its lease ends while it goes on; another one takes over at once."""
        lease = plane.store.lease
        assert lease is not None
        self._history.note("lease lost")
        await self._store.revoke_lease(lease)
        if plane is self._plane:
            plane.in_charge = False
            self._old_planes.append(plane)
            self._plane = None
            self._died.set()

    def _end_those_that_failed(self) -> None:
        """A process whose role has ended ends; only a lost lease is a reason for that."""
        for plane in [*self._old_planes, *([self._plane] if self._plane else [])]:
            error = plane.failure()
            if error is None:
                continue
            if not _only(error, LeaseLostError):
                raise BrokenPromiseError(f"a role ended: {_plain(error)!r}") from error
            if plane in self._old_planes:
                self._old_planes.remove(plane)
            self._kill(plane)

    # Workers

    def _entrance(self) -> Entrance | None:
        return Entrance(self._plane.queueing, self._plane) if self._plane is not None else None

    def _add_worker(self, algorithm: str) -> None:
        self._worker_count += 1
        worker = SimulatedWorker(f"w{self._worker_count}", algorithm, self._around)
        self._workers.append(worker)
        worker.start()

    def _bury(self, worker: SimulatedWorker) -> None:
        """The cluster notices a dead worker and starts another."""
        self._workers.remove(worker)
        self._history.note(f"died {worker.name}")

        def notice() -> None:
            plane = self._plane
            if plane is not None:
                plane.run_here(lambda: plane.queueing.lost(worker.name, "it died"))
            self._add_worker(worker.algorithm)

        Context().run(self._loop.call_later, self._random.random(), notice)

    async def _watch(self) -> None:
        """The cluster: a further worker when all of an algorithm wait for calls. And whether processes have ended."""
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            self._end_those_that_failed()
            if self._history.broken:
                raise self._history.broken[0]
            if self._loop.broken:
                raise _lost(self._loop.broken[0])
            if self._plane is None:
                continue
            demand = self._plane.queueing.demand()
            for name in ALGORITHMS:
                own = [worker for worker in self._workers if worker.algorithm == name]
                if own and all(worker.blocked for worker in own) and name in demand and demand[name].tasks > 0:
                    if len(self._workers) >= MOST_WORKERS:
                        raise BrokenPromiseError(f"{MOST_WORKERS} workers are not enough")
                    self._add_worker(name)

    # The end

    async def _calm(self) -> None:
        """No more faults, and nobody holds a job: all jobs end within the bound."""
        deadline = self._loop.time() + CALM_SECONDS
        while True:
            open_jobs = [
                e.key for shard in range(SHARDS) for e in (await self._store.range(open_prefix(shard))).entries
            ]
            if not open_jobs:
                return
            if self._loop.time() > deadline:
                raise BrokenPromiseError(f"jobs do not end: {[self._explain(key) for key in open_jobs]}")
            await self._users.resume_all()
            await asyncio.sleep(0.5)

    def _explain(self, key: str) -> str:
        job_id = key.rsplit("/", 1)[1]
        if self._plane is None:
            return f"{job_id}: there is no control plane"
        view = self._plane.driver.views.live(job_id)
        state = view.state if view is not None else JobState.PENDING
        reasons = [reason.sentence for reason in self._plane.driver.explain(job_id) or ()]
        return f"{job_id}: {state.value}; {view.states if view else 'not driven'}; {reasons}"


def _lost(context: Mapping[str, Any]) -> BrokenPromiseError:
    error = BrokenPromiseError(f"an error was lost: {context}")
    error.__cause__ = context.get("exception")
    return error


def _only(error: BaseException, kind: type[BaseException]) -> bool:
    if isinstance(error, BaseExceptionGroup):
        return all(_only(one, kind) for one in error.exceptions)
    return isinstance(error, kind)


def _plain(error: BaseException) -> BaseException:
    """The first error inside groups."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def algorithm_writes() -> list[Put]:
    """What makes the simulated algorithms runnable."""
    return [Put(algorithm_key(name), pack(_algorithm(name))) for name in ALGORITHMS]


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


def simulate(seed: int, history: History | None = None) -> Outcome:
    """One run; what is observed goes into ``history``. Raises ``BrokenPromiseError`` or ``DeadlockError``."""
    loop = VirtualTimeLoop()
    try:
        asyncio.set_event_loop(loop)
        return loop.run_until_complete(World(seed, loop, history or History()).run())
    except BaseExceptionGroup as group:
        raise _plain(group) from group
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
