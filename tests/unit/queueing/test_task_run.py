"""Waiting tasks as ranges: taken in order, retried first, adopted once."""

from hypothesis import given
from hypothesis import strategies as st

from controlplane.domain.pipeline import BatchOperation
from controlplane.domain.task_context import NodeContext
from controlplane.roles.queueing.task_run import TaskRun

CONTEXT = NodeContext(
    job_id="j", node="n", node_number=0, pipeline="p", algorithm="a", priority=3, args={}, template=[], sources=(),
    bindings=(), save_paths=(), ttl_seconds=0, is_batch=True, operation=BatchOperation.INDEXED, sizes=(1,),
)  # fmt: skip


def test_takes_in_order_and_retries_first() -> None:
    """Tasks go out in batch order; one that is tried again goes before those that have not been tried."""
    run = TaskRun(CONTEXT, b"p")
    run.add(range(5), 1, now=0)
    assert run.take(2) == [(0, 1), (1, 1)]
    run.add([0], 2, now=0, first=True)
    assert run.take(10) == [(0, 2), (2, 1), (3, 1), (4, 1)]
    assert run.waiting == 0


def test_adopted_tasks_are_not_given_out() -> None:
    """A task that a worker holds already is taken out once; one that is gone or unknown cannot be adopted."""
    run = TaskRun(CONTEXT, b"p")
    run.add(range(4), 1, now=0)
    run.take(1)
    assert run.adopt(2, 1)
    assert not run.adopt(2, 1)
    assert not run.adopt(0, 1)
    assert not run.adopt(3, 2)
    assert run.waiting == 2
    assert run.take(10) == [(1, 1), (3, 1)]


@given(st.lists(st.tuples(st.sampled_from(["add", "take", "adopt"]), st.integers(0, 20)), max_size=60))
def test_every_task_goes_out_once(steps: list[tuple[str, int]]) -> None:
    """Whatever the order of adding, taking and adopting, no task goes out twice and none is lost."""
    run = TaskRun(CONTEXT, b"p")
    added = 0
    out: list[tuple[int, int]] = []
    for verb, number in steps:
        match verb:
            case "add":
                run.add(range(added, added + number), 1, now=0)
                added += number
            case "take":
                out += run.take(number)
            case _ if run.adopt(number, 1):
                out.append((number, 1))
        assert run.waiting == added - len(out)
    out += run.take(added)
    assert sorted(out) == [(task, 1) for task in range(added)]
