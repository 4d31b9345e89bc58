"""Is the simulation any good? Bugs are planted one by one, and it must find each of them."""

import pytest
import structlog

from controlplane.simulation.planted import BUGS, PlantedBug

SEEDS = 400
"""Most that it may take; see the table that ``python -m controlplane.simulation.planted`` prints."""

SELDOM = {"takes a task for the one that had its number"}
"""Needs a crash, a worker that comes back late and the same number for something else: thousands of seeds show it."""


@pytest.mark.parametrize("bug", [bug for bug in BUGS if bug.name not in SELDOM], ids=lambda bug: bug.name)
def test_a_planted_bug_is_found(bug: PlantedBug) -> None:
    """Some seed of the first few shows it, by whatever promise it breaks."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    caught = bug.hunt(range(SEEDS))
    assert caught is not None, f"{SEEDS} seeds did not show it"


def test_the_real_function_comes_back() -> None:
    """A planted bug is gone when its time is over."""
    for bug in BUGS:
        real = vars(bug.owner)[bug.attribute]
        with bug.planted():
            assert vars(bug.owner)[bug.attribute] is not real
        assert vars(bug.owner)[bug.attribute] is real
