"""The worker plan: demand and capacity in, starts and stops with reasons out."""

from hypothesis import given, settings
from hypothesis import strategies as st

from controlplane.scheduling.worker_plan import (
    AlgorithmDemand,
    Held,
    Reason,
    ScalingPlan,
    ScalingPolicy,
    Start,
    Stop,
    WorkerView,
    plan_workers,
)

POLICY = ScalingPolicy(idle_seconds=100)


def demand(name: str, tasks: int = 0, **more: object) -> AlgorithmDemand:
    fields: dict[str, object] = {"version": "v1", "cpu_milli": 500, "memory_mib": 100, "tasks": tasks, **more}
    return AlgorithmDemand(name=name, **fields)  # type: ignore[arg-type]


def worker(name: str, algorithm: str, *, busy: bool = False, idle_since: float = 0, version: str = "v1") -> WorkerView:
    return WorkerView(
        worker_id=name, algorithm=algorithm, version=version, cpu_milli=500, memory_mib=100, busy=busy,
        idle_since=idle_since,
    )  # fmt: skip


def plan(demands: list[AlgorithmDemand], workers: list[WorkerView], now: float = 50, cpu: int = 2000) -> ScalingPlan:
    return plan_workers(demands, workers, cpu_milli=cpu, memory_mib=10_000, policy=POLICY, now=now)


def test_everyone_gets_one_before_anyone_gets_two() -> None:
    """Four workers fit; three algorithms have work, the one with most tasks gets the fourth."""
    found = plan([demand("a", 1000), demand("b", 1), demand("c", 2)], [])
    assert [s.algorithm for s in found.starts] == ["a", "c", "b", "a"]
    assert found.held == [Held("a", Reason.NO_CPU), Held("c", Reason.NO_CPU)]


def test_no_more_workers_than_tasks() -> None:
    """Three tasks need at most three workers."""
    assert len(plan([demand("a", 3)], []).starts) == 3


def test_expected_algorithms_are_warmed_once() -> None:
    """An algorithm that a running job will need gets one worker ahead of time."""
    assert plan([demand("a", expected=True)], []).starts == [Start("a", Reason.EXPECTED)]


def test_what_is_refused_takes_nothing() -> None:
    """An algorithm that can be nowhere makes no room and starts nothing, whatever it wants; its reason is told."""
    found = plan([demand("a", 5, refusal="no"), demand("b", 1)], [worker("w", "b", busy=True)])
    assert found.starts == found.stops == []
    assert found.held == [Held("a", Reason.NO_PLACE)]
    assert found.held[0].sentence == "5 workers are wanted and 0 are there: no"
    warm = plan([demand("a", min_hot_workers=1, refusal="no")], [])
    assert (warm.starts, warm.wake_at) == ([], None)


def test_max_workers() -> None:
    """The author's limit holds."""
    found = plan([demand("a", 100, max_workers=2)], [])
    assert len(found.starts) == 2
    assert found.held == [Held("a", Reason.MAX_WORKERS)]


def test_min_hot_workers_start_without_work_and_stay() -> None:
    """Hot workers are there before the work and are not sent away for being idle."""
    assert len(plan([demand("a", min_hot_workers=2)], []).starts) == 2
    idle = [worker("w1", "a"), worker("w2", "a"), worker("w3", "a")]
    found = plan([demand("a", min_hot_workers=2)], idle, now=1000)
    assert len(found.stops) == 1


def test_idle_workers_leave_after_their_time() -> None:
    """Before it they stay warm, and the plan says when to look again."""
    early = plan([demand("a")], [worker("w", "a", idle_since=10)], now=50)
    assert early.stops == []
    assert early.wake_at == 110
    assert plan([demand("a")], [worker("w", "a", idle_since=10)], now=110).stops == [Stop("w", Reason.IDLE)]


def test_idle_workers_make_room_for_others() -> None:
    """Capacity is full of idle workers of a: b needs one, so the longest idle of a leaves."""
    workers = [worker(f"w{i}", "a", idle_since=10 - i) for i in range(4)]
    found = plan([demand("a"), demand("b", 1)], workers)
    assert found.stops == [Stop("w3", Reason.MAKE_ROOM)]
    assert found.starts == [Start("b", Reason.DEMAND)]


def test_busy_workers_never_leave() -> None:
    """No room is no reason to stop work."""
    found = plan([demand("a", 4), demand("b", 1)], [worker(f"w{i}", "a", busy=True) for i in range(4)])
    assert found.stops == []
    assert Held("b", Reason.NO_CPU) in found.held


def test_outdated_idle_workers_leave_at_once() -> None:
    """A worker of an old version is replaced."""
    found = plan([demand("a", 1, version="v2")], [worker("w", "a")])
    assert found.stops == [Stop("w", Reason.OUTDATED)]
    assert found.starts == [Start("a", Reason.DEMAND)]


def test_backoff() -> None:
    """An algorithm whose workers do not come up waits, and the plan says until when."""
    policy = ScalingPolicy(idle_seconds=100, backoff_until={"a": 60})
    found = plan_workers([demand("a", 1)], [], cpu_milli=2000, memory_mib=1000, policy=policy, now=50)
    assert found.starts == []
    assert found.held == [Held("a", Reason.BACKOFF)]
    assert found.wake_at == 60


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 50), st.integers(0, 4), st.integers(0, 5), st.integers(100, 3000), st.booleans()),
        max_size=6,
    ),
    st.lists(st.tuples(st.integers(0, 7), st.booleans(), st.integers(0, 200)), max_size=10),
    st.integers(0, 8000),
)
def test_promises(
    algorithms: list[tuple[int, int, int, int, bool]], running: list[tuple[int, bool, int]], cpu: int
) -> None:
    """Starts fit into what is free, limits hold, busy workers stay, and whoever has work and nothing is explained."""
    demands = [
        demand(f"a{i}", tasks, min_hot_workers=hot, max_workers=most, cpu_milli=milli, expected=expected)
        for i, (tasks, hot, most, milli, expected) in enumerate(algorithms)
    ]
    workers = [worker(f"w{i}", f"a{a}", busy=busy, idle_since=since) for i, (a, busy, since) in enumerate(running)]
    found = plan(demands, workers, now=150, cpu=cpu)
    by_name = {d.name: d for d in demands}
    stopped = {s.worker_id for s in found.stops}
    used = sum(w.cpu_milli for w in workers if w.worker_id not in stopped)
    started = sum(by_name[s.algorithm].cpu_milli for s in found.starts)
    assert not started or used + started <= cpu
    assert all(not w.busy for w in workers if w.worker_id in stopped)
    for d in demands:
        have = sum(1 for w in workers if w.algorithm == d.name and w.worker_id not in stopped)
        new = sum(1 for s in found.starts if s.algorithm == d.name)
        assert not d.max_workers or not new or have + new <= d.max_workers
        if d.tasks and have + new == 0:
            assert any(h.algorithm == d.name for h in found.held)


def test_the_most_urgent_gets_its_first_worker_first() -> None:
    """Room for two: priority decides, then how long they have waited; who goes without is told what is missing."""
    found = plan(
        [demand("old", 1, waiting_seconds=600), demand("many", 50), demand("urgent", 1, priority=5)], [], cpu=1000
    )
    assert [s.algorithm for s in found.starts] == ["urgent", "old"]
    assert found.starts[0].parts == {"tasks_per_worker": 1.0, "priority": 0.4, "waiting": 0.0}
    (held,) = [h for h in found.held if h.algorithm == "many"]
    assert held.sentence == "50 workers are wanted and 0 are there: one more needs 0.5 cores, 0 of 1 are free"
    assert held.parts["tasks_per_worker"] == 50


def test_an_hour_of_waiting_beats_two_steps_of_priority() -> None:
    """Ageing also decides between algorithms."""
    found = plan([demand("urgent", 1, priority=5), demand("old", 1, waiting_seconds=3700)], [], cpu=500)
    assert [s.algorithm for s in found.starts] == ["old"]


def test_growth_ties_go_to_the_more_urgent() -> None:
    """With equally many tasks per worker the more urgent one grows first, be it by priority or by waiting."""
    found = plan([demand("a", 2, priority=4), demand("b", 2)], [], cpu=1500)
    assert [s.algorithm for s in found.starts] == ["a", "b", "a"]
    found = plan([demand("b", 2, waiting_seconds=1), demand("a", 2)], [], cpu=1500)
    assert [s.algorithm for s in found.starts] == ["b", "a", "b"]


def blocked(name: str, algorithm: str) -> WorkerView:
    return WorkerView(
        worker_id=name, algorithm=algorithm, version="v1", cpu_milli=500, memory_mib=100, busy=True, blocked=True
    )


def test_blocked_workers_lend_their_room() -> None:
    """All capacity is taken by workers that wait for calls: those that they wait for are started in their place."""
    parents = [blocked(f"w{i}", "parent") for i in range(4)]
    found = plan([demand("parent"), demand("child", 4, called_tasks=4)], parents)
    assert [s.algorithm for s in found.starts] == ["child"] * 4
    assert found.held == []


def test_blocked_workers_do_not_count_as_supply_or_towards_the_limit() -> None:
    """An algorithm that may have one worker and calls itself three deep gets a worker for each depth."""
    workers: list[WorkerView] = []
    for depth in range(3):
        found = plan([demand("a", 1, called_tasks=min(depth, 1), max_workers=1)], workers, cpu=500)
        assert found.starts == [Start("a", Reason.DEMAND)], depth
        workers.append(blocked(f"w{depth}", "a"))


def test_what_waits_for_another_job_gets_a_first_worker() -> None:
    """A task of another job, which nothing says to be called, may be what the blocked ones wait for."""
    found = plan([demand("x", 5), demand("parent")], [blocked(f"w{i}", "parent") for i in range(4)])
    assert [s.algorithm for s in found.starts] == ["x"]
    assert Held("x", Reason.NO_CPU) in found.held


def test_parents_do_not_take_each_others_room() -> None:
    """A batch whose tasks all wait gets no process for each of them: its next worker finds the room taken."""
    workers = [*(blocked(f"b{i}", "parent") for i in range(3)), worker("w", "parent", busy=True)]
    found = plan([demand("parent", 1000, max_workers=4)], workers, cpu=100_000)
    assert found.starts == []
    assert found.held == [Held("parent", Reason.MAX_WORKERS)]
    found = plan([demand("parent", 1000)], workers)
    assert found.starts == []
    assert found.held == [Held("parent", Reason.NO_CPU)]
    assert found.held[0].sentence.startswith(
        "1000 workers are wanted and 1 are there, besides 3 whose tasks wait for calls"
    )


def test_blocked_workers_are_bounded() -> None:
    """Beyond their limit only called tasks get a worker in a blocked one's place, and the reason is said."""
    workers = [blocked(f"b{i}", "a") for i in range(POLICY.max_blocked_workers)]
    found = plan([demand("a", 5, max_workers=1)], workers)
    assert found.starts == []
    assert found.held == [Held("a", Reason.MAX_BLOCKED_WORKERS)]
    assert "no more than 50" in found.held[0].sentence
    found = plan([demand("a", 5, called_tasks=1, max_workers=1)], workers)
    assert found.starts == [Start("a", Reason.DEMAND)]


def test_surplus_workers_leave_once_idle() -> None:
    """When a blocked worker goes on there may be more than the limit: the idle one leaves soon, the busy one does not."""
    workers = [worker("busy", "a", busy=True), worker("spare", "a", idle_since=49)]
    early = plan([demand("a", 1, max_workers=1)], workers, now=50)
    assert early.stops == []
    assert early.wake_at == 49 + POLICY.surplus_seconds
    late = plan([demand("a", 1, max_workers=1)], workers, now=early.wake_at)
    assert late.stops == [Stop("spare", Reason.MAX_WORKERS)]


def test_back_off_is_explained() -> None:
    """The sentence says when the next worker is tried."""
    policy = ScalingPolicy(backoff_until={"a": 60})
    found = plan_workers([demand("a", 1)], [], cpu_milli=2000, memory_mib=1000, policy=policy, now=50)
    assert found.held[0].sentence.endswith("the next is started in 10 s")


def test_missing_memory_is_explained() -> None:
    """As is what is free of what there is."""
    found = plan([demand("a", 1, memory_mib=20_000)], [])
    assert found.held[0].sentence.endswith("one more needs 20000 MiB of memory, 10000 of 10000 are free")
