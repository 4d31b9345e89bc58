"""How many tasks a worker asks for: numbers in, numbers out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distributedkube.worker.agent.credit import CreditLedger, RunTimes, prefetch


@pytest.mark.parametrize(
    ("average", "expected"),
    [(None, 0), (0.6, 0), (0.5, 1), (0.05, 1), (0.02, 2), (0.01, 5), (0.001, 50), (5e-6, 256), (0.0, 256)],
)
def test_prefetch(average: float | None, expected: int) -> None:
    """Long and unknown tasks are not prefetched; of short ones there is 50 ms of work."""
    assert prefetch(average, 256) == expected


def test_prefetch_is_capped() -> None:
    """The control plane's word is the last."""
    assert prefetch(1e-6, 0) == 0
    assert prefetch(1e-6, 7) == 7


def test_run_times_follow_the_tasks() -> None:
    """One long task after many short ones is noticed, and so is the way back."""
    times = RunTimes()
    times.observe(0.001, 100)
    assert times.average_seconds == pytest.approx(1e-5)
    times.observe(8.0, 1)
    assert times.average_seconds is not None
    assert times.average_seconds > 0.5
    times.observe(0.0001, 10)
    assert times.average_seconds == pytest.approx(1e-5)


def test_a_lone_slot_refills_after_each_task() -> None:
    """Without prefetch, credit goes out when the slot is free and not before."""
    ledger = CreditLedger()
    assert ledger.refill(target=1, held=0, unacked=0, max_unacked=1024) == 1
    assert ledger.refill(target=1, held=0, unacked=0, max_unacked=1024) is None, "granted already"
    ledger.assigned = 1
    assert ledger.refill(target=1, held=1, unacked=0, max_unacked=1024) is None
    assert ledger.refill(target=1, held=0, unacked=1, max_unacked=1024) == 2


def test_refills_are_batched() -> None:
    """With prefetch, nothing is sent until half of the tasks are done."""
    ledger = CreditLedger()
    assert ledger.refill(target=100, held=0, unacked=0, max_unacked=1024) == 100
    ledger.assigned = 100
    assert ledger.refill(target=100, held=51, unacked=0, max_unacked=1024) is None
    assert ledger.refill(target=100, held=50, unacked=0, max_unacked=1024) == 150


def test_a_new_stream_voids_what_was_not_used() -> None:
    """Tasks that were lost on their way do not count as granted for ever."""
    ledger = CreditLedger()
    ledger.refill(target=10, held=0, unacked=0, max_unacked=1024)
    ledger.assigned = 3
    ledger.resume()
    assert ledger.refill(target=10, held=2, unacked=0, max_unacked=1024) == 11


@given(st.data())
def test_never_more_than_promised(data: st.DataObject) -> None:
    """However tasks come, end and are acknowledged: totals never fall, tasks in hand and on their way stay within the
    target, and together with the unacknowledged results within their limit."""
    ledger = CreditLedger()
    held = unacked = granted = 0
    max_unacked = data.draw(st.integers(1, 40))
    target = data.draw(st.integers(1, 40))
    for _ in range(data.draw(st.integers(0, 30))):
        total = ledger.refill(target=target, held=held, unacked=unacked, max_unacked=max_unacked)
        if total is not None:
            assert total > granted
            granted = total
        outstanding = held + granted - ledger.assigned
        assert outstanding <= target
        assert outstanding + unacked <= max_unacked
        come = data.draw(st.integers(0, granted - ledger.assigned))
        ledger.assigned += come
        held += come
        end = data.draw(st.integers(0, held))
        held -= end
        unacked += end
        unacked -= data.draw(st.integers(0, unacked))
    if held == 0 and unacked == 0:
        ledger.refill(target=target, held=0, unacked=0, max_unacked=max_unacked)
        assert ledger.granted > ledger.assigned, "an idle worker always has credit out"
