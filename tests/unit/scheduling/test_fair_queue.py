"""Fair queueing: who is next, and that nobody starves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controlplane.scheduling.fair_queue import FairQueue, fair_share, weight_of


def test_equal_runs_take_turns() -> None:
    """Two runs of one weight are served alternately, the first comer first."""
    queue: FairQueue[str] = FairQueue()
    queue.push("a", 1.0)
    queue.push("b", 1.0)
    order = []
    for _ in range(6):
        order.append(queue.first())
        queue.served(10, more=True)
    assert order == ["a", "b", "a", "b", "a", "b"]


def test_a_priority_step_is_worth_four_times_the_service() -> None:
    """While both have work, priority 4 is served four times as much as priority 3."""
    queue: FairQueue[str] = FairQueue()
    queue.push("low", weight_of(3))
    queue.push("high", weight_of(4))
    served = {"low": 0, "high": 0}
    for _ in range(500):
        run = queue.first()
        assert run is not None
        served[run] += 1
        queue.served(1, more=True)
    assert served["high"] / served["low"] == pytest.approx(4, rel=0.05)


@given(st.lists(st.integers(1, 64), min_size=1, max_size=50), st.integers(1, 5))
def test_a_newcomer_waits_for_at_most_one_turn_of_each_other(turns: list[int], others: int) -> None:
    """However long the others have been served, a run that comes in is next after one turn of each at the latest."""
    queue: FairQueue[str] = FairQueue()
    for i in range(others):
        queue.push(f"old{i}", 1.0)
    for tasks in turns:
        queue.served(tasks, more=True)
    queue.push("new", 1.0)
    waited = 0
    while queue.first() != "new":
        queue.served(64, more=True)
        waited += 1
    assert waited <= others


def test_a_run_without_work_leaves() -> None:
    """The caller says when there is nothing more."""
    queue: FairQueue[str] = FairQueue()
    queue.push("a", 1.0)
    queue.served(1, more=False)
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
