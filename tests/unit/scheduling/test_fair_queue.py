"""Fair queueing: who is next, in which proportion, and that nobody starves."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controlplane.scheduling.fair_queue import FairQueue, fair_share

QUANTUM = 64

weights = st.integers(0, 12).map(lambda steps: 2.0**steps)
"""Up to six steps of priority apart."""


def test_equal_runs_take_turns() -> None:
    """Two runs of one weight are served alternately, the first comer first."""
    queue: FairQueue[str] = FairQueue()
    queue.push("a", 1.0)
    queue.push("b", 1.0)
    order = []
    for _ in range(6):
        order.append(queue.first())
        queue.served(10, 1.0, more=True)
    assert order == ["a", "b", "a", "b", "a", "b"]


def test_single_tasks_go_by_weight() -> None:
    """Of runs that have one task each and came together, the weightiest is first, whoever was pushed first."""
    queue: FairQueue[str] = FairQueue()
    for name, weight in (("low", 1.0), ("high", 16.0), ("middle", 4.0)):
        queue.push(name, weight)
    assert queue.in_order() == ["high", "middle", "low"]
    order = []
    while (run := queue.first()) is not None:
        order.append(run)
        queue.served(1, 1.0, more=False)
    assert order == ["high", "middle", "low"]


def test_light_single_tasks_do_not_starve() -> None:
    """However many runs of one task and 16 times the weight keep coming, a light one is served among the first 17 or so."""
    queue: FairQueue[str] = FairQueue()
    queue.push("light", 1.0)
    for served in range(40):
        queue.push(f"heavy{served}", 16.0)
        if queue.first() == "light":
            break
        queue.served(1, 16.0, more=False)
    assert 10 <= served <= 18


@settings(deadline=None)
@given(st.lists(st.integers(0, 4).map(lambda step: 4.0**step), min_size=2, max_size=5), st.integers(1, QUANTUM))
def test_service_is_proportional_to_weights(share_weights: list[float], turn: int) -> None:
    """Runs that always have work are served in proportion to their weights, but for a turn or two of each."""
    queue: FairQueue[int] = FairQueue()
    served = [0] * len(share_weights)
    for run, weight in enumerate(share_weights):
        queue.push(run, weight)
    total = 0
    while total < 20_000:
        run = _first(queue)
        served[run] += turn
        total += turn
        queue.served(turn, share_weights[run], more=True)
    # What a unit of weight got, give or take what one turn of each makes of that.
    for one, first in zip(served, share_weights, strict=True):
        for other, second in zip(served, share_weights, strict=True):
            assert abs(one / first - other / second) <= (turn + 1) * (1 / first + 1 / second)


@settings(deadline=None)
@given(
    st.lists(weights, min_size=1, max_size=6),
    st.lists(st.integers(1, QUANTUM), max_size=60),
    weights,
    st.lists(weights, max_size=6),
)
def test_a_newcomer_is_served_within_its_bound(
    others: list[float], history: list[int], weight: float, later: list[float]
) -> None:
    """A newcomer waits for one turn of each run of at most its weight, and less than ``W/w`` tasks more of heavier ones.

    Whatever was served before, however many tasks the others have, and with others coming in after it.
    """
    queue: FairQueue[int] = FairQueue()
    known = others + later
    for run, w in enumerate(others):
        queue.push(run, w)
    for tasks in history:
        run = _first(queue)
        queue.served(tasks, known[run], more=True)
    queue.push(-1, weight)
    for run in range(len(others), len(known)):
        queue.push(run, known[run])
    tasks_first = [0] * len(known)
    turns_first = [0] * len(known)
    while (run := _first(queue)) != -1:
        tasks_first[run] += QUANTUM
        turns_first[run] += 1
        queue.served(QUANTUM, known[run], more=True)
    for w, tasks, turns in zip(known, tasks_first, turns_first, strict=True):
        if w <= weight:
            assert turns <= 1
        assert tasks < w / weight + QUANTUM + 1e-3


def test_waiting_can_be_made_to_count() -> None:
    """A run that has become heavier since it came in overtakes one that came later; what was served is not forgotten."""
    queue: FairQueue[str] = FairQueue()
    queue.push("old", 1.0)
    queue.push("new", 4.0)
    assert queue.first() == "new"
    queue.reweigh({"old": 32.0, "new": 4.0}.__getitem__)
    assert queue.in_order() == ["old", "new"]
    queue.served(64, 32.0, more=True)
    queue.reweigh({"old": 32.0, "new": 4.0}.__getitem__)
    assert queue.in_order() == ["new", "old"]


@settings(deadline=None)
@given(st.lists(st.tuples(weights, weights), min_size=1, max_size=8), st.lists(st.integers(1, 64), max_size=20))
def test_reweighing_lets_nobody_pass_a_newcomer_for_longer(runs: list[tuple[float, float]], turns: list[int]) -> None:
    """Also just after all weights changed a newcomer waits for one turn of each run of at most its weight."""
    queue: FairQueue[int] = FairQueue()
    for run, (before, _) in enumerate(runs):
        queue.push(run, before)
    for tasks in turns:
        run = _first(queue)
        queue.served(tasks, runs[run][0], more=True)
    queue.reweigh(lambda run: runs[run][1])
    heaviest = max(after for _, after in runs)
    queue.push(-1, heaviest)
    seen: list[int] = []
    while (run := _first(queue)) != -1:
        seen.append(run)
        queue.served(64, runs[run][1], more=True)
    assert len(seen) == len(set(seen))


def test_a_run_without_work_leaves() -> None:
    """The caller says when there is nothing more, or that a run is not to be served now."""
    queue: FairQueue[str] = FairQueue()
    queue.push("a", 1.0)
    queue.push("b", 1.0)
    queue.served(1, 1.0, more=False)
    queue.drop_first()
    assert queue.first() is None
    assert len(queue) == 0


@pytest.mark.parametrize(
    ("pending", "workers", "room", "share"),
    [
        (5, 2, 8, 3),
        (2, 2, 8, 1),
        (1, 3, 8, 1),
        (100, 2, 8, 8),
        (100, 1, 500, 64),
        (0, 2, 8, 0),
        (5, 0, 8, 5),
        (5, 2, 0, 0),
    ],
)
def test_fair_share(pending: int, workers: int, room: int, share: int) -> None:
    """What is left is divided by the workers, within the worker's room and the quantum of 64."""
    assert fair_share(pending, workers, room, 64) == share


def _first(queue: FairQueue[int]) -> int:
    run = queue.first()
    assert run is not None
    return run
