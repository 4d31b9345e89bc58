"""How many workers of which algorithm: demand and capacity in, a plan with reasons out.

Every algorithm that has work gets its first worker before any gets a second; then workers go, one at a time, to the
algorithm with the most tasks per worker. Idle workers leave when they have been idle for long, or at once when another
algorithm with work finds no room.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class AlgorithmDemand:
    """One algorithm that can run, and what there is to do for it."""

    name: str
    version: str
    cpu_milli: int
    memory_mib: int
    min_hot_workers: int = 0
    max_workers: int = 0
    """0: no limit."""
    tasks: int = 0
    """Waiting and running."""
    expected: bool = False
    """A running job will need it soon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerView:
    worker_id: str
    algorithm: str
    version: str
    cpu_milli: int
    memory_mib: int
    busy: bool
    """Has tasks, or is still starting."""
    idle_since: float = 0.0
    """Monotonic seconds; meaningless when busy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalingPolicy:
    idle_seconds: float = 600.0
    """A worker idle for longer leaves, unless it is one of ``min_hot_workers``."""
    backoff_until: Mapping[str, float] = field(default_factory=dict)
    """Algorithms whose workers keep failing to start, and when to try again (monotonic seconds)."""


class Reason(StrEnum):
    DEMAND = "demand"
    EXPECTED = "expected"
    MIN_HOT = "min_hot_workers"
    IDLE = "idle"
    OUTDATED = "outdated"
    MAKE_ROOM = "make_room"
    NO_CPU = "no_cpu"
    NO_MEMORY = "no_memory"
    MAX_WORKERS = "max_workers"
    BACKOFF = "backoff"


@dataclass(frozen=True, slots=True)
class Start:
    algorithm: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Stop:
    worker_id: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Held:
    """An algorithm that gets no further worker, and why."""

    algorithm: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class ScalingPlan:
    starts: Sequence[Start]
    stops: Sequence[Stop]
    held: Sequence[Held]
    wake_at: float | None
    """When the next idle worker is due to leave or a back-off ends (monotonic seconds); None: nothing to wait for."""


@dataclass(slots=True)
class _Room:
    cpu_milli: int
    memory_mib: int

    def lacks(self, demand: AlgorithmDemand) -> Reason | None:
        if demand.cpu_milli > self.cpu_milli:
            return Reason.NO_CPU
        return Reason.NO_MEMORY if demand.memory_mib > self.memory_mib else None

    def take(self, of: AlgorithmDemand | WorkerView) -> None:
        self.cpu_milli -= of.cpu_milli
        self.memory_mib -= of.memory_mib

    def give(self, of: WorkerView) -> None:
        self.cpu_milli += of.cpu_milli
        self.memory_mib += of.memory_mib


def plan_workers(
    demands: Sequence[AlgorithmDemand],
    workers: Sequence[WorkerView],
    *,
    cpu_milli: int,
    memory_mib: int,
    policy: ScalingPolicy,
    now: float,
) -> ScalingPlan:
    """What to start and stop now. ``cpu_milli`` and ``memory_mib`` are what all machines hold, used parts included."""
    return _Planner(demands, workers, _Room(cpu_milli, memory_mib), policy, now).plan()


class _Planner:
    def __init__(
        self,
        demands: Sequence[AlgorithmDemand],
        workers: Sequence[WorkerView],
        room: _Room,
        policy: ScalingPolicy,
        now: float,
    ) -> None:
        self._demands = {d.name: d for d in demands}
        self._room = room
        self._policy = policy
        self._now = now
        self._starts: list[Start] = []
        self._stops: list[Stop] = []
        self._held: dict[str, Reason] = {}
        self._have = dict.fromkeys(self._demands, 0)
        self._idle: list[WorkerView] = []
        """Idle workers that stay so far, longest idle first."""
        for worker in workers:
            room.take(worker)
            if self._is_current(worker):
                self._have[worker.algorithm] += 1
        self._workers = workers

    def _is_current(self, worker: WorkerView) -> bool:
        demand = self._demands.get(worker.algorithm)
        return demand is not None and demand.version == worker.version

    def plan(self) -> ScalingPlan:
        self._retire()
        for demand in self._demands.values():
            while self._have[demand.name] < self._floor(demand) and self._start(demand, Reason.MIN_HOT):
                pass
        for demand in sorted(self._demands.values(), key=lambda d: (-d.tasks, d.name)):
            if self._have[demand.name] == 0 and (demand.tasks or demand.expected):
                self._start(demand, Reason.DEMAND if demand.tasks else Reason.EXPECTED)
        self._grow()
        return ScalingPlan(
            self._starts, self._stops, [Held(name, reason) for name, reason in self._held.items()], self._wake_at()
        )

    def _retire(self) -> None:
        for worker in sorted(self._workers, key=lambda w: (w.idle_since, w.worker_id)):
            if worker.busy:
                continue
            if not self._is_current(worker):
                self._stop(worker, Reason.OUTDATED)
                continue
            demand = self._demands[worker.algorithm]
            due = worker.idle_since + self._policy.idle_seconds <= self._now
            if due and not demand.expected and self._have[worker.algorithm] > demand.min_hot_workers:
                self._have[worker.algorithm] -= 1
                self._stop(worker, Reason.IDLE)
            else:
                self._idle.append(worker)

    def _stop(self, worker: WorkerView, reason: Reason) -> None:
        self._room.give(worker)
        self._stops.append(Stop(worker.worker_id, reason))

    @staticmethod
    def _floor(demand: AlgorithmDemand) -> int:
        return min(demand.min_hot_workers, demand.max_workers or demand.min_hot_workers)

    def _grow(self) -> None:
        """Gives the room that is left, one worker at a time, to whoever has most tasks per worker."""
        growing = {d.name for d in self._demands.values() if d.tasks > self._have[d.name] > 0}
        while growing:
            name = max(growing, key=lambda n: (self._demands[n].tasks / self._have[n], n))
            demand = self._demands[name]
            if demand.tasks <= self._have[name] or not self._start(demand, Reason.DEMAND, make_room=False):
                growing.discard(name)

    def _start(self, demand: AlgorithmDemand, reason: Reason, *, make_room: bool = True) -> bool:
        if demand.max_workers and self._have[demand.name] >= demand.max_workers:
            self._held[demand.name] = Reason.MAX_WORKERS
            return False
        if self._policy.backoff_until.get(demand.name, 0.0) > self._now:
            self._held[demand.name] = Reason.BACKOFF
            return False
        lacking = self._room.lacks(demand)
        if lacking and make_room:
            self._make_room(demand)
            lacking = self._room.lacks(demand)
        if lacking:
            self._held[demand.name] = lacking
            return False
        self._room.take(demand)
        self._have[demand.name] += 1
        self._starts.append(Start(demand.name, reason))
        return True

    def _make_room(self, demand: AlgorithmDemand) -> None:
        """Sends away idle workers of others, longest idle first, if that is enough."""
        leaving: list[WorkerView] = []
        left = dict(self._have)
        room = _Room(self._room.cpu_milli, self._room.memory_mib)
        for worker in self._idle:
            other = self._demands[worker.algorithm]
            spare = left[worker.algorithm] > max(other.min_hot_workers, 1 if other.tasks else 0)
            if worker.algorithm == demand.name or not spare:
                continue
            leaving.append(worker)
            left[worker.algorithm] -= 1
            room.give(worker)
            if room.lacks(demand) is None:
                break
        if room.lacks(demand) is None:
            for worker in leaving:
                self._idle.remove(worker)
                self._have[worker.algorithm] -= 1
                self._stop(worker, Reason.MAKE_ROOM)

    def _wake_at(self) -> float | None:
        times = [
            w.idle_since + self._policy.idle_seconds
            for w in self._idle
            if self._have[w.algorithm] > self._demands[w.algorithm].min_hot_workers
            and not self._demands[w.algorithm].expected
        ]
        times += [t for name, t in self._policy.backoff_until.items() if t > self._now and name in self._held]
        return min(times, default=None)
