"""The scaling role: when demand, algorithms or workers change, gather, plan, apply.

It acts on events; a timer runs only while an idle worker is due to leave or a back-off is to end.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

import structlog

from controlplane.domain.errors import DistributedKubeError
from controlplane.domain.reasons import Reason as JobReason
from controlplane.domain.reasons import ReasonCode
from controlplane.ports.catalog import AlgorithmCatalog, RunnableAlgorithm
from controlplane.ports.cluster import Cluster, RunningWorker, WorkerEnded, WorkerSpec
from controlplane.ports.demand import ConnectedWorker, DemandSource, QueueDemand
from controlplane.ports.placement import Obstacle, Unplaced
from controlplane.ports.system import Clock
from controlplane.roles.following import Listeners
from controlplane.scheduling.task_order import TaskOrderSettings
from controlplane.scheduling.worker_plan import (
    AlgorithmDemand,
    Held,
    Reason,
    ScalingPlan,
    ScalingPolicy,
    WorkerView,
    plan_workers,
)

log = structlog.get_logger()

_CODES = {
    Reason.NO_PLACE: ReasonCode.ALGORITHM,
    Reason.NO_CPU: ReasonCode.CAPACITY,
    Reason.NO_MEMORY: ReasonCode.CAPACITY,
    Reason.MAX_WORKERS: ReasonCode.MAX_WORKERS,
    Reason.MAX_BLOCKED_WORKERS: ReasonCode.MAX_WORKERS,
    Reason.BACKOFF: ReasonCode.WORKER_FAILING,
}
"""What holds jobs, by what holds an algorithm: all reasons that ``Held`` has."""

_OBSTACLES = {
    Reason.NO_PLACE: Obstacle.NO_PLACE,
    Reason.NO_CPU: Obstacle.NO_CPU,
    Reason.NO_MEMORY: Obstacle.NO_MEMORY,
    Reason.BACKOFF: Obstacle.NO_START,
}
"""What is no matter of an algorithm's own limits, but of where workers can be."""

NO_DEMAND = QueueDemand(tasks=0, expected=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalingSettings:
    idle_seconds: float = 600.0
    """A worker idle for longer leaves, unless the algorithm is to have it or a job will need it."""
    surplus_seconds: float = 2.0
    """A worker idle for longer leaves when there are more than the algorithm's ``max_workers``."""
    max_blocked_workers: int = 50
    """Of one algorithm: most workers whose tasks wait for calls before no more are started in their place."""
    order: TaskOrderSettings = field(default_factory=TaskOrderSettings)
    """How urgent demand is; the same as in the queues."""
    stop_grace_seconds: float = 10.0
    pace_seconds: float = 0.05
    """Changes within this time of a turn are answered by one more: turns cost the same however fast tasks come and go."""
    first_backoff_seconds: float = 1.0
    """After a worker that ended before it connected; doubles each time in a row."""
    max_backoff_seconds: float = 60.0


@dataclass(slots=True)
class _Trouble:
    """An algorithm whose workers do not come up."""

    failures: int = 0
    until: float = 0.0
    reason: str = ""


@dataclass(slots=True)
class _State:
    leaving: set[str] = field(default_factory=set)
    """Workers that were asked to end."""
    connected_once: set[str] = field(default_factory=set)
    troubles: dict[str, _Trouble] = field(default_factory=dict)


class ScalingRole:
    """Implements ``CapacityReasons``, ``Placement`` and ``WorkerStops``."""

    def __init__(
        self,
        *,
        cluster: Cluster,
        demand: DemandSource,
        catalog: AlgorithmCatalog,
        clock: Clock,
        settings: ScalingSettings,
    ) -> None:
        self._cluster = cluster
        self._demand = demand
        self._catalog = catalog
        self._clock = clock
        self._settings = settings
        self._state = _State()
        self._changed = asyncio.Event()
        self._helpers: set[asyncio.Task[None]] = set()
        self._held: Mapping[str, Held] = {}
        self._unplaced_since: dict[str, float] = {}
        """Algorithms that could not be placed at the last turn, and since when."""
        self._on_decision = Listeners[Callable[[], None]]()
        demand.on_demand(self._changed.set)
        catalog.on_change(self._changed.set)

    async def run(self, stopping: asyncio.Event) -> None:
        """Turns ``step`` at every change until told to stop."""
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(self._follow_cluster(), name="scaling-cluster"),
                group.create_task(self._loop(), name="scaling-loop"),
            ]
            await stopping.wait()
            for task in (*tasks, *self._helpers):
                task.cancel()

    async def _loop(self) -> None:
        while True:
            wake_at = await self.step()
            await self._clock.sleep(self._settings.pace_seconds)
            timeout = None if wake_at is None else max(0.0, wake_at - self._clock.monotonic())
            try:
                async with asyncio.timeout(timeout):
                    await self._changed.wait()
            except TimeoutError:
                pass

    async def step(self) -> float | None:
        """One turn; returns when the next one is due at the latest (monotonic seconds)."""
        self._changed.clear()
        workers = await self._gather()
        capacity = await self._cluster.capacity()
        plan = plan_workers(
            self._demands(),
            workers,
            cpu_milli=capacity.cpu_milli,
            memory_mib=capacity.memory_mib,
            policy=ScalingPolicy(
                idle_seconds=self._settings.idle_seconds,
                surplus_seconds=self._settings.surplus_seconds,
                max_blocked_workers=self._settings.max_blocked_workers,
                order=self._settings.order,
                backoff_until={name: trouble.until for name, trouble in self._state.troubles.items()},
            ),
            now=self._clock.monotonic(),
        )
        before, self._held = self._held, {held.algorithm: held for held in plan.held}
        self._note_unplaced()
        if _reasons(before) != _reasons(self._held):
            for callback in self._on_decision:
                callback()
        await self._apply(plan)
        return plan.wake_at

    def why(self, algorithm: str) -> Held | None:
        """Why an algorithm got no further worker at the last turn, with numbers; None: it has all that it is wanted to have.

        ``Held.reason`` is for machines, ``Held.sentence`` for people, ``Held.parts`` say how urgent its demand was.
        """
        held = self._held.get(algorithm)
        trouble = self._state.troubles.get(algorithm)
        if held is None or held.reason is not Reason.BACKOFF or trouble is None:
            return held
        return replace(held, sentence=f"{held.sentence}; the last one: {trouble.reason}")

    def why_no_worker(self, algorithm: str) -> JobReason | None:
        held = self.why(algorithm)
        return (
            None
            if held is None
            else JobReason(code=_CODES[held.reason], sentence=f"{held.sentence}.", algorithm=algorithm)
        )

    def on_decision(self, callback: Callable[[], None]) -> None:
        self._on_decision.add(callback)

    def unplaced(self) -> Sequence[Unplaced]:
        return [
            Unplaced(
                algorithm=name,
                obstacle=_OBSTACLES[held.reason],
                sentence=f"{held.sentence}.",
                since=self._unplaced_since[name],
            )
            for name in self._unplaced_since
            if (held := self.why(name)) is not None
        ]

    def _note_unplaced(self) -> None:
        now = self._clock.now()
        self._unplaced_since = {
            name: self._unplaced_since.get(name, now) for name, held in self._held.items() if held.reason in _OBSTACLES
        }

    async def _gather(self) -> list[WorkerView]:
        connected = {w.worker_id: w for w in self._demand.connected()}
        running = {w.worker_id: w for w in await self._cluster.workers()}
        for worker in connected.values():
            if worker.worker_id not in self._state.connected_once:
                self._state.connected_once.add(worker.worker_id)
                self._state.troubles.pop(worker.algorithm, None)
            if worker.worker_id not in running:
                adopted = self._adopt(worker)
                if adopted is not None:
                    running[worker.worker_id] = adopted
        self._state.connected_once &= running.keys() | connected.keys()
        self._state.leaving &= running.keys()
        return [_view(w, connected.get(w.worker_id), w.worker_id in self._state.leaving) for w in running.values()]

    def _adopt(self, worker: ConnectedWorker) -> RunningWorker | None:
        """A worker that an earlier control plane started counts as ours from here on."""
        algorithm = self._catalog.get(worker.algorithm)
        candidate = RunningWorker(
            worker_id=worker.worker_id,
            algorithm_name=worker.algorithm,
            algorithm_version=worker.version,
            cpu_milli=algorithm.cpu_milli if algorithm else 0,
            memory_mib=algorithm.memory_mib if algorithm else 0,
            started_at=self._clock.now(),
        )
        return candidate if self._cluster.adopt(candidate, host=worker.host, pid=worker.pid) else None

    def _demands(self) -> list[AlgorithmDemand]:
        demand = self._demand.demand()
        return [
            _demand_of(a, demand.get(a.name, NO_DEMAND), self._cluster.refusal(a.runtime, a.references))
            for a in self._catalog.all()
        ]

    async def _apply(self, plan: ScalingPlan) -> None:
        for stop in plan.stops:
            self._stop(stop.worker_id, stop.reason.value)
        for start in plan.starts:
            algorithm = self._catalog.get(start.algorithm)
            if algorithm is None:
                continue
            try:
                worker = await self._cluster.start_worker(_spec(algorithm))
            except DistributedKubeError as error:
                self._failed(start.algorithm, error.message)
            else:
                log.info(
                    "worker_starting",
                    worker_id=worker.worker_id,
                    algorithm=start.algorithm,
                    reason=start.reason.value,
                    parts=start.parts,
                )

    def stop_workers(self, worker_ids: Iterable[str]) -> None:
        for worker_id in worker_ids:
            self._stop(worker_id, "asked for")

    def _stop(self, worker_id: str, reason: str) -> None:
        self._state.leaving.add(worker_id)
        log.info("worker_stopping", worker_id=worker_id, reason=reason)
        self._demand.leave(worker_id, grace_seconds=self._settings.stop_grace_seconds)
        helper = asyncio.create_task(
            self._cluster.stop_worker(worker_id, grace_seconds=self._settings.stop_grace_seconds),
            name=f"stop-{worker_id}",
        )
        self._helpers.add(helper)
        helper.add_done_callback(self._helpers.discard)

    def _failed(self, algorithm: str, reason: str) -> None:
        trouble = self._state.troubles.setdefault(algorithm, _Trouble())
        wait = min(self._settings.max_backoff_seconds, self._settings.first_backoff_seconds * 2**trouble.failures)
        trouble.failures += 1
        trouble.reason = reason
        trouble.until = self._clock.monotonic() + wait
        log.warning("worker_did_not_start", algorithm=algorithm, reason=reason, retry_in_seconds=wait)
        self._changed.set()

    async def _follow_cluster(self) -> None:
        async with aclosing(self._cluster.events()) as events:
            async for event in events:
                if isinstance(event, WorkerEnded):
                    self._ended(event)
                self._changed.set()

    def _ended(self, event: WorkerEnded) -> None:
        expected = event.worker_id in self._state.leaving
        log.info("worker_ended", worker_id=event.worker_id, exit_code=event.exit_code, expected=expected)
        if event.worker_id not in self._state.connected_once and not expected:
            self._failed(event.algorithm_name, _ending(event))
        self._demand.lost(event.worker_id, _ending(event))


def _reasons(held: Mapping[str, Held]) -> Mapping[str, Reason]:
    return {name: one.reason for name, one in held.items()}


def _ending(event: WorkerEnded) -> str:
    code = event.exit_code
    how = (
        "it ended" if code is None else f"it was killed by signal {-code}" if code < 0 else f"it ended with code {code}"
    )
    tail = event.last_lines[-1] if event.last_lines else ""
    return f"{how}: {tail}" if tail else how


def _demand_of(algorithm: RunnableAlgorithm, demand: QueueDemand, refusal: str) -> AlgorithmDemand:
    return AlgorithmDemand(
        name=algorithm.name,
        version=algorithm.version,
        cpu_milli=algorithm.cpu_milli,
        memory_mib=algorithm.memory_mib,
        min_hot_workers=algorithm.min_hot_workers,
        max_workers=algorithm.max_workers,
        tasks=demand.tasks,
        called_tasks=demand.called_tasks,
        priority=demand.best_priority,
        waiting_seconds=demand.oldest_seconds,
        expected=demand.expected,
        refusal=refusal,
    )


def _spec(algorithm: RunnableAlgorithm) -> WorkerSpec:
    return WorkerSpec(
        algorithm_name=algorithm.name,
        algorithm_version=algorithm.version,
        runtime=algorithm.runtime,
        entry_point=algorithm.entry_point,
        cpu_milli=algorithm.cpu_milli,
        memory_mib=algorithm.memory_mib,
        environment=algorithm.environment,
    )


def _view(worker: RunningWorker, connected: ConnectedWorker | None, leaving: bool) -> WorkerView:
    """A worker that is still coming up, or on its way out, cannot be sent away."""
    return WorkerView(
        worker_id=worker.worker_id,
        algorithm=worker.algorithm_name,
        version=worker.algorithm_version,
        cpu_milli=worker.cpu_milli,
        memory_mib=worker.memory_mib,
        busy=connected is None or connected.busy or leaving,
        idle_since=connected.idle_since if connected else 0.0,
        blocked=connected is not None and connected.blocked,
    )
