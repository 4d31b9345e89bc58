"""Scores of tasks and what they are worth: named parts that add up."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controlplane.scheduling.task_order import (
    NextTask,
    TaskOrderSettings,
    stronger,
    task_parts,
    urgency,
    weight_of,
)

SETTINGS = TaskOrderSettings()
FRESH = NextTask(attempt=1, priority=3, waiting_seconds=0, batch_index=0, batch_size=1)


@pytest.mark.parametrize(
    ("task", "part", "value"),
    [
        (FRESH, "priority", 0.24),
        (FRESH._replace(priority=5), "priority", 0.4),
        (FRESH._replace(priority=1), "priority", 0.08),
        (FRESH, "attempts", 0.0),
        (FRESH._replace(attempt=4), "attempts", 0.2),
        (FRESH, "waiting", 0.0),
        (FRESH._replace(waiting_seconds=3600), "waiting", 0.2),
        (FRESH._replace(waiting_seconds=-5), "waiting", 0.0),
        (FRESH, "batch_index", 0.1),
        (FRESH._replace(batch_index=1, batch_size=3000), "batch_index", 0.1),
        (FRESH._replace(batch_index=1500, batch_size=3000), "batch_index", 0.1 / 1500),
        (FRESH._replace(batch_index=1501, batch_size=3000), "batch_index", 0.0),
        (FRESH._replace(batch_index=3000, batch_size=3000), "batch_index", 0.0),
        (FRESH, "batch_place", 0.1),
        (FRESH._replace(batch_index=1, batch_size=10), "batch_place", 0.1),
        (FRESH._replace(batch_index=10, batch_size=10), "batch_place", 0.01),
        (FRESH, "called", 0.0),
        (FRESH._replace(called=True), "called", 0.4),
    ],
)
def test_parts(task: NextTask, part: str, value: float) -> None:
    """Each heuristic by itself, at its ends and where it is cut off."""
    assert task_parts(task, SETTINGS).score.parts[part] == pytest.approx(value)


@settings(deadline=None)
@given(
    st.builds(
        NextTask, st.integers(1, 100), st.integers(-3, 9), st.floats(0, 1e9), st.integers(0, 10**6), st.integers(0, 10**6),
        st.booleans(),
    )
)  # fmt: skip
def test_parts_add_up_and_weights_stay_within_bounds(task: NextTask) -> None:
    """A total is the sum of its parts, and its weight a number between 1 and the cap, for anything that comes in."""
    score = task_parts(task, SETTINGS).score
    assert score.total == pytest.approx(sum(score.parts.values()))
    assert 1 <= weight_of(score.total, SETTINGS) <= 4.0**12


def test_direction_of_priorities() -> None:
    """5 is served first, or 1 for installations that want it so."""
    turned = TaskOrderSettings(highest_priority=1)
    one, five = FRESH._replace(priority=1), FRESH._replace(priority=5)
    assert task_parts(five, SETTINGS).score.total > task_parts(one, SETTINGS).score.total
    assert task_parts(one, turned).score.total > task_parts(five, turned).score.total
    assert stronger(2, 4, SETTINGS) == 4
    assert stronger(2, 4, turned) == 2


def test_what_steps_are_worth() -> None:
    """A step of priority is a factor 4 of weight, an hour of waiting a factor 32."""

    def weight(task: NextTask) -> float:
        return weight_of(task_parts(task, SETTINGS).score.total, SETTINGS)

    assert weight(FRESH._replace(priority=4)) / weight(FRESH) == pytest.approx(4)
    assert weight(FRESH._replace(waiting_seconds=3600)) / weight(FRESH) == pytest.approx(32)
    assert weight(FRESH._replace(waiting_seconds=10 * 3600)) == 4.0**12
    assert weight_of(1.0, TaskOrderSettings(priority=0)) == 1.0


def test_urgency() -> None:
    """Of an algorithm as a whole: its strongest priority and its longest waiting time."""
    found = urgency(5, 1800, SETTINGS)
    assert found.parts == {"priority": 0.4, "waiting": pytest.approx(0.1)}
    assert found.total == pytest.approx(0.5)
