"""How many workers of which algorithm: demand and capacity in, a plan with reasons out.

Every algorithm that has work gets its first worker before any gets a second, the most urgent one first; then workers go, one
at a time, to the algorithm with the most tasks per worker, and to the more urgent one when that is equal. Idle workers leave
when they have been idle for long, or at once when another algorithm with work finds no room.

A worker whose task only waits for what it called is *blocked*. It is no supply, and what it has reserved may be used by those
that it waits for, or all would wait for each other: blocked workers do not count when an algorithm has fewer working workers
than called tasks, nor when it has work and no working worker at all (what a blocked one waits for may be the task of another
job). Everybody else finds their room taken: otherwise a batch whose tasks all wait would start a process for each of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from controlplane.scheduling.task_order import TaskOrderSettings, urgency

MIDDLE_PRIORITY = 3


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
    """Waiting and running, without those that only wait for their calls."""
    called_tasks: int = 0
    """Those of them that other tasks wait for."""
    expected: bool = False
    """A running job will need it soon."""
    refusal: str = ""
    """Why no worker of it can ever be placed, whatever room there is."""
    priority: int = MIDDLE_PRIORITY
    """The strongest among its waiting tasks."""
    waiting_seconds: float = 0.0
    """How long the node that had no turn for longest has waited."""


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
    blocked: bool = False
    """Only waits for what its tasks called; such a worker is busy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalingPolicy:
    idle_seconds: float = 600.0
    """A worker idle for longer leaves, unless it is one of ``min_hot_workers``."""
    surplus_seconds: float = 2.0
    """A worker beyond ``max_workers`` that is idle for longer leaves. There are such once a blocked one goes on, and often not
    for long: the next call may follow at once."""
    max_blocked_workers: int = 50
    """An algorithm with so many blocked workers gets a first working one only for tasks that were called."""
    order: TaskOrderSettings = field(default_factory=TaskOrderSettings)
    """How urgent demand is."""
    backoff_until: Mapping[str, float] = field(default_factory=dict)
    """Algorithms whose workers keep failing to start, and when to try again (monotonic seconds)."""


class Reason(StrEnum):
    DEMAND = "demand"
    EXPECTED = "expected"
    MIN_HOT = "min_hot_workers"
    IDLE = "idle"
    OUTDATED = "outdated"
    MAKE_ROOM = "make_room"
    NO_PLACE = "no_place"
    NO_CPU = "no_cpu"
    NO_MEMORY = "no_memory"
    MAX_WORKERS = "max_workers"
    MAX_BLOCKED_WORKERS = "max_blocked_workers"
    BACKOFF = "backoff"


@dataclass(frozen=True, slots=True)
class Start:
    algorithm: str
    reason: Reason
    parts: Mapping[str, float] = field(default_factory=dict, compare=False)
    """What it got its turn by: tasks per worker, then the parts of its urgency."""


@dataclass(frozen=True, slots=True)
class Stop:
    worker_id: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Held:
    """An algorithm that gets no further worker, and why."""

    algorithm: str
    reason: Reason
    sentence: str = field(default="", compare=False)
    """For people: what is wanted, what is there, what is missing."""
    parts: Mapping[str, float] = field(default_factory=dict, compare=False)
    """As in ``Start``."""


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
    return _Planner(demands, workers, (cpu_milli, memory_mib), policy, now).plan()


class _Planner:
    def __init__(
        self,
        demands: Sequence[AlgorithmDemand],
        workers: Sequence[WorkerView],
        capacity: tuple[int, int],
        policy: ScalingPolicy,
        now: float,
    ) -> None:
        self._demands = {d.name: d for d in demands}
        self._capacity = capacity
        self._room = _Room(*capacity)
        """What no worker has reserved."""
        self._lent = _Room(*capacity)
        """The same, with what blocked workers have reserved."""
        self._policy = policy
        self._now = now
        self._starts: list[Start] = []
        self._stops: list[Stop] = []
        self._held: dict[str, Held] = {}
        self._have = dict.fromkeys(self._demands, 0)
        """Workers that work, could, or are coming up."""
        self._blocked = dict.fromkeys(self._demands, 0)
        self._idle: list[WorkerView] = []
        """Idle workers that stay so far, longest idle first."""
        self._urgency = {d.name: urgency(d.priority, d.waiting_seconds, policy.order) for d in demands}
        for worker in workers:
            self._room.take(worker)
            if not worker.blocked:
                self._lent.take(worker)
            if self._is_current(worker):
                (self._blocked if worker.blocked else self._have)[worker.algorithm] += 1
        self._workers = workers

    def _is_current(self, worker: WorkerView) -> bool:
        demand = self._demands.get(worker.algorithm)
        return demand is not None and demand.version == worker.version

    def plan(self) -> ScalingPlan:
        self._retire()
        for demand in self._demands.values():
            while self._have[demand.name] < self._floor(demand) and self._start(demand, Reason.MIN_HOT):
                pass
        for demand in sorted(self._demands.values(), key=self._turn):
            if self._have[demand.name] == 0 and (demand.tasks or demand.expected):
                self._start(demand, Reason.DEMAND if demand.tasks else Reason.EXPECTED)
        self._grow()
        return ScalingPlan(self._starts, self._stops, list(self._held.values()), self._wake_at())

    def _turn(self, demand: AlgorithmDemand) -> tuple[bool, float, float, int, str]:
        """Sorts algorithms for their first workers: those with work, the most urgent, the oldest, those with most tasks."""
        return (
            not demand.tasks,
            -self._urgency[demand.name].total,
            -demand.waiting_seconds,
            -demand.tasks,
            demand.name,
        )

    def _retire(self) -> None:
        for worker in sorted(self._workers, key=lambda w: (w.idle_since, w.worker_id)):
            if worker.busy:
                continue
            if not self._is_current(worker):
                self._stop(worker, Reason.OUTDATED)
                continue
            reason = self._outstayed(worker)
            if reason is not None:
                self._have[worker.algorithm] -= 1
                self._stop(worker, reason)
            else:
                self._idle.append(worker)

    def _outstayed(self, worker: WorkerView) -> Reason | None:
        """Why an idle worker has been idle for too long, if it has."""
        due, reason = self._leaves_at(worker)
        return reason if due is not None and due <= self._now else None

    def _leaves_at(self, worker: WorkerView) -> tuple[float | None, Reason]:
        """When an idle worker is to leave if nothing changes, and why; None: it stays."""
        demand, have = self._demands[worker.algorithm], self._have[worker.algorithm]
        if demand.max_workers and have > demand.max_workers:
            return worker.idle_since + self._policy.surplus_seconds, Reason.MAX_WORKERS
        if demand.expected or have <= demand.min_hot_workers:
            return None, Reason.IDLE
        return worker.idle_since + self._policy.idle_seconds, Reason.IDLE

    def _stop(self, worker: WorkerView, reason: Reason) -> None:
        self._room.give(worker)
        self._lent.give(worker)
        self._stops.append(Stop(worker.worker_id, reason))

    @staticmethod
    def _floor(demand: AlgorithmDemand) -> int:
        return min(demand.min_hot_workers, demand.max_workers or demand.min_hot_workers)

    def _grow(self) -> None:
        """Gives the room that is left, one worker at a time, to whoever has most tasks per worker."""
        growing = {d.name for d in self._demands.values() if d.tasks > self._have[d.name] > 0}
        while growing:
            name = max(growing, key=self._pressure)
            demand = self._demands[name]
            if demand.tasks <= self._have[name] or not self._start(demand, Reason.DEMAND, make_room=False):
                growing.discard(name)

    def _pressure(self, name: str) -> tuple[float, float, float, str]:
        demand = self._demands[name]
        return demand.tasks / self._have[name], self._urgency[name].total, demand.waiting_seconds, name

    def _start(self, demand: AlgorithmDemand, reason: Reason, *, make_room: bool = True) -> bool:
        name = demand.name
        lent = self._may_borrow(demand)
        obstacle = self._forbidden(demand, lent=lent)
        room = self._lent if lent else self._room
        if obstacle is None and room.lacks(demand) and make_room:
            self._make_room(demand, room)
        obstacle = obstacle or room.lacks(demand)
        parts = {"tasks_per_worker": demand.tasks / max(1, self._have[name]), **self._urgency[name].parts}
        if obstacle is not None:
            self._held[name] = Held(name, obstacle, self._sentence(demand, obstacle, room), parts)
            return False
        self._room.take(demand)
        self._lent.take(demand)
        self._have[name] += 1
        self._starts.append(Start(name, reason, parts))
        return True

    def _may_borrow(self, demand: AlgorithmDemand) -> bool:
        """Whether its next worker may use what blocked ones have reserved: see the module."""
        have = self._have[demand.name]
        if demand.called_tasks > have:
            return True
        return demand.tasks > 0 and have == 0 and self._blocked[demand.name] < self._policy.max_blocked_workers

    def _forbidden(self, demand: AlgorithmDemand, *, lent: bool) -> Reason | None:
        """Why there may be no further worker, whatever room there is."""
        if demand.refusal:
            return Reason.NO_PLACE
        have, blocked = self._have[demand.name], self._blocked[demand.name]
        if demand.max_workers and have + (0 if lent else blocked) >= demand.max_workers:
            # Below its limit but for blocked workers, with none to do its work: only their number is in the way.
            only_blocked = have == 0 and demand.tasks > 0
            return Reason.MAX_BLOCKED_WORKERS if only_blocked else Reason.MAX_WORKERS
        if self._policy.backoff_until.get(demand.name, 0.0) > self._now:
            return Reason.BACKOFF
        return None

    def _make_room(self, demand: AlgorithmDemand, within: _Room) -> None:
        """Sends away idle workers of others, longest idle first, if that is enough."""
        leaving: list[WorkerView] = []
        left = dict(self._have)
        room = _Room(within.cpu_milli, within.memory_mib)
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

    def _sentence(self, demand: AlgorithmDemand, reason: Reason, room: _Room) -> str:
        have, blocked = self._have[demand.name], self._blocked[demand.name]
        wanted = max(demand.tasks, self._floor(demand), 1 if demand.expected else 0)
        there = f"{wanted} workers are wanted and {have} are there"
        if blocked:
            there += f", besides {blocked} whose tasks wait for calls"
        cpu, memory = self._capacity
        match reason:
            case Reason.NO_PLACE:
                why = demand.refusal
            case Reason.NO_CPU:
                free = max(0, room.cpu_milli)
                why = f"one more needs {demand.cpu_milli / 1000:g} cores, {free / 1000:g} of {cpu / 1000:g} are free"
            case Reason.NO_MEMORY:
                free = max(0, room.memory_mib)
                why = f"one more needs {demand.memory_mib} MiB of memory, {free} of {memory} are free"
            case Reason.MAX_WORKERS:
                why = f"the algorithm may have {demand.max_workers}"
            case Reason.MAX_BLOCKED_WORKERS:
                why = f"no more than {self._policy.max_blocked_workers} may wait for calls of theirs"
            case _:
                wait = self._policy.backoff_until[demand.name] - self._now
                why = f"its workers end before they connect, the next is started in {wait:.0f} s"
        return f"{there}: {why}"

    def _wake_at(self) -> float | None:
        times = [due for due, _ in map(self._leaves_at, self._idle) if due is not None]
        times += [t for name, t in self._policy.backoff_until.items() if t > self._now and name in self._held]
        return min(times, default=None)
