"""Waiting tasks as ranges: taken in order, retried first, adopted once."""

from hypothesis import given, settings
from hypothesis import strategies as st

from controlplane.domain.pipeline import BatchOperation
from controlplane.domain.task_context import NodeContext, TaskValues
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


def test_a_given_back_task_goes_out_again() -> None:
    """One that a worker held before a restart and gave back waits once more, and only once."""
    run = TaskRun(CONTEXT, b"p")
    run.add(range(2), 1, now=0)
    assert run.adopt(1, 1)
    run.add([1], 1, now=0, first=True)
    assert run.waiting == 2
    assert run.take(10) == [(1, 1), (0, 1)]


def test_discarded_tasks_do_not_go_out() -> None:
    """Whatever attempt they wait for; tasks that are gone or unknown change nothing."""
    run = TaskRun(CONTEXT, b"p")
    run.add(range(10), 1, now=0)
    run.add([20, 21], 2, now=0, first=True)
    assert run.take(3) == [(20, 2), (21, 2), (0, 1)]
    run.add([0], 2, now=0, first=True)
    run.discard({0, 1, 2, 20, 99})
    run.discard({2})
    assert run.waiting == 7
    assert run.take(20) == [(task, 1) for task in range(3, 10)]
    assert run.waiting == 0


def test_what_is_next() -> None:
    """The next task is the first that waits still, and it has waited since it came in or since its node's last turn."""
    run = TaskRun(CONTEXT, b"p")
    run.add(range(10), 1, now=100)
    run.discard(range(4))
    found = run.next_task(now=130)
    assert (found.attempt, found.priority, found.waiting_seconds) == (1, 3, 30)
    assert (found.batch_index, found.batch_size, found.called) == (5, 10, False)
    run.served_at = 120
    assert run.next_task(now=130).waiting_seconds == 10
    assert run.waiting_since() == 120
    run.add([2], 3, now=125, first=True, values={2: TaskValues((), call_id="c")})
    found = run.next_task(now=130)
    assert (found.attempt, found.waiting_seconds, found.batch_index, found.called) == (3, 5, 3, True)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["add", "list", "take", "adopt", "discard", "back"]), st.integers(0, 20)), max_size=60
    )
)
def test_every_task_goes_out_once(steps: list[tuple[str, int]]) -> None:
    """Whatever the order of adding, taking, adopting, discarding and giving back, none goes out twice and none is lost."""
    run = TaskRun(CONTEXT, b"p")
    waiting: set[int] = set()
    out: set[int] = set()
    added = 0
    for verb, number in steps:
        match verb:
            case "add" | "list":
                new = range(added, added + number)
                run.add(new if verb == "add" else list(new), 1, now=0)
                waiting |= set(new)
                added += number
            case "take":
                taken = [task for task, _ in run.take(number)]
                assert len(taken) == min(number, len(waiting))
                assert set(taken) <= waiting
                assert len(set(taken)) == len(taken)
                waiting -= set(taken)
                out |= set(taken)
            case "adopt":
                assert run.adopt(number, 1) == (number in waiting)
                if number in waiting:
                    waiting.discard(number)
                    out.add(number)
            case "discard":
                run.discard({number, number * 2, number + 1})
                waiting -= {number, number * 2, number + 1}
            case _ if number in out:
                run.add([number], 1, now=0, first=True)
                out.discard(number)
                waiting.add(number)
        assert run.waiting == len(waiting)
        if waiting:
            assert run.next_task(0).batch_index - 1 in waiting
    assert {task for task, _ in run.take(added)} == waiting
