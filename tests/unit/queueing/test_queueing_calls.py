"""Calls from user code on their way through the queue, and workers that wait for them."""

import asyncio

from controlplane.domain.calls import CallOutcome
from controlplane.domain.job_events import CancelReason
from controlplane.domain.values import NULL
from controlplane.ports.dispatch import DurableMark
from tests.unit.queueing.harness import Plane, call, own, token_of

OUTCOME = CallOutcome(output=NULL)


async def test_a_call_is_acknowledged_when_it_is_durable() -> None:
    """The driver hears of it with its task; the frame waits for the later one of its results and its calls."""
    plane = Plane()
    plane.enqueue(range(2))
    worker = plane.worker(credit=2)
    plane.driver.mark, plane.driver.call_mark = DurableMark(3), DurableMark(5)
    worker.session.called(token_of(0), call("c1"))
    worker.ends(token_of(1))
    assert plane.driver.calls == [("j", "n", 0, 1, "c1")]
    plane.driver.becomes_durable(4)
    assert worker.link.acknowledged == 0
    plane.driver.becomes_durable(5)
    assert worker.link.acknowledged == 2


async def test_a_call_after_a_result_in_a_frame_does_not_hurry_it() -> None:
    """Also when the call is durable before the result is."""
    plane = Plane()
    plane.enqueue(range(2))
    worker = plane.worker(credit=2)
    plane.driver.mark, plane.driver.call_mark = DurableMark(5), DurableMark(3)
    worker.session.called(token_of(0), call("c1"))
    worker.ends(token_of(1))
    plane.driver.becomes_durable(3)
    assert worker.link.acknowledged == 0
    plane.driver.becomes_durable(5)
    assert worker.link.acknowledged == 2


async def test_a_call_of_an_unknown_task_is_refused() -> None:
    """And its frame acknowledged, so that the worker does not send it for ever."""
    plane = Plane()
    worker = plane.worker()
    worker.session.called(b"x" * 26, call("c1"))
    worker.frame()
    assert worker.link.refused == [b"x" * 26]
    assert plane.driver.calls == []
    assert worker.link.acknowledged == 1


async def test_a_call_of_a_cancelled_task_is_ignored() -> None:
    """Of a cancelled job or task nothing is told to the driver, and the frame is acknowledged."""
    plane = Plane()
    plane.enqueue(range(2))
    plane.enqueue([0], job="k")
    worker = plane.worker(credit=3)
    plane.role.cancel_tasks("j", "n", [0], CancelReason.CALLER_ENDED)
    plane.role.cancel("k", CancelReason.STOPPED)
    for token in (token_of(0), token_of(0, job="k")):
        worker.session.called(token, call("c1"))
        worker.session.call_cancelled(token, "c1", "r")
        worker.frame()
    assert plane.driver.calls == []
    assert plane.driver.cancelled_calls == []
    assert worker.link.refused == []
    assert worker.link.acknowledged == 3


async def test_a_call_of_a_job_that_is_over_is_acknowledged() -> None:
    """The driver does not know the job any more: there is nothing to wait for."""
    plane = Plane()
    plane.enqueue([0])
    worker = plane.worker(credit=1)
    plane.driver.call_mark = None
    worker.session.called(token_of(0), call("c1"))
    worker.frame()
    assert worker.link.acknowledged == 2


async def test_a_call_is_given_up() -> None:
    """The driver is told; a token that is not the worker's says nothing."""
    plane = Plane()
    plane.enqueue([0])
    worker = plane.worker(credit=1)
    worker.session.call_cancelled(token_of(0), "c1", "not needed")
    worker.session.call_cancelled(token_of(5), "c1", "not needed")
    assert plane.driver.cancelled_calls == [("j", "n", 0, 1, "c1", "not needed")]


async def test_answers_find_the_worker_that_runs_the_task() -> None:
    """That one and no other; nothing happens for another attempt, an unknown node, or a broken stream."""
    plane = Plane()
    plane.enqueue(range(2))
    first, second = plane.worker("w1", credit=1), plane.worker("w2", credit=1)
    plane.role.answer("j", "n", 1, 1, "c1", OUTCOME)
    plane.role.answer("j", "n", 1, 2, "c1", OUTCOME)
    plane.role.answer("j", "m", 1, 1, "c1", OUTCOME)
    assert first.link.answers == []
    assert second.link.answers == [(token_of(1), "c1", OUTCOME)]
    second.session.disconnected(second.link)
    plane.role.answer("j", "n", 1, 1, "c2", OUTCOME)
    assert len(second.link.answers) == 1


async def test_answers_are_asked_for_when_a_worker_comes_back() -> None:
    """For each task that it still holds, after it has been let in; not for those that it has to drop."""
    plane = Plane()
    plane.enqueue(range(3))
    worker = plane.worker(credit=3)
    worker.session.disconnected(worker.link)
    plane.role.cancel_tasks("j", "n", [2], CancelReason.CALLER_ENDED)
    plane.driver.on_reattached = lambda job, node, task, attempt: plane.role.answer(
        job, node, task, attempt, "c", OUTCOME
    )
    worker.connect(holds=[token_of(0), token_of(2)])
    assert worker.link.answers == []
    await asyncio.sleep(0)
    assert plane.driver.back == [("j", "n", 0, 1)]
    assert worker.link.answers == [(token_of(0), "c", OUTCOME)]


async def test_answers_are_asked_for_after_a_restart() -> None:
    """A worker that is taken over by a new control plane is told of too."""
    plane = Plane()
    plane.enqueue([0])
    worker = plane.worker(credit=1)
    await plane.persist()
    restarted = Plane(plane.store)
    await restarted.role.recover()
    restarted.enqueue([0], recovered=True)
    worker.moved_to(restarted).connect(holds=[token_of(0)])
    await asyncio.sleep(0)
    assert restarted.driver.back == [("j", "n", 0, 1)]


async def test_a_blocked_worker_is_given_nothing() -> None:
    """Not while its task waits for a call, also not what it gave back itself; again once it goes on."""
    plane = Plane()
    plane.enqueue(range(3))
    worker = plane.worker(credit=2)
    woken = plane.woken
    worker.session.slot(token_of(0), blocked=True)
    assert plane.woken > woken
    assert plane.role.connected()[0].blocked
    assert plane.role.connected()[0].busy
    worker.ends(token_of(1), released=True)
    worker.take(10)
    assert len(worker.tasks) == 2
    other = plane.worker("w2", credit=1)
    assert other.tasks == [("n", 1, 1)]
    woken = plane.woken
    worker.session.slot(token_of(0), blocked=False)
    worker.frame()
    assert plane.woken > woken
    assert not plane.role.connected()[0].blocked
    assert worker.tasks[2:] == [("n", 2, 1)]


async def test_a_blocked_task_is_no_demand() -> None:
    """It needs no worker but the one it has; what it called does, and scaling is told that others wait for that."""
    plane = Plane()
    plane.enqueue([0])
    worker = plane.worker(credit=1)
    assert plane.role.demand()["a"].tasks == 1
    worker.session.slot(token_of(0), blocked=True)
    assert plane.role.demand()["a"].tasks == 0
    plane.enqueue([0], node="n:a", values={0: own("v", call_id="c1")})
    demand = plane.role.demand()["a"]
    assert (demand.tasks, demand.called_tasks) == (1, 1)
    plane.worker("w2", credit=1).session.slot(token_of(0, node="n:a", values=own("v", call_id="c1")), blocked=True)
    demand = plane.role.demand()["a"]
    assert (demand.tasks, demand.called_tasks) == (0, 0)


async def test_the_end_of_a_blocked_task_frees_its_worker() -> None:
    """A task that ends without saying that it goes on, or is cancelled, blocks nothing any more."""
    plane = Plane()
    plane.enqueue(range(3))
    worker = plane.worker(credit=1)
    worker.session.slot(token_of(0), blocked=True)
    worker.ends(token_of(0))
    worker.take(2)
    assert worker.tasks == [("n", 0, 1), ("n", 1, 1)]
    worker.session.slot(token_of(1), blocked=True)
    plane.role.cancel_tasks("j", "n", [1], CancelReason.CALLER_ENDED)
    assert plane.role.connected()[0].blocked
    assert plane.role.demand()["a"].tasks == 1
    worker.ends(token_of(1), output=None)
    worker.take(3)
    assert worker.tasks[2:] == [("n", 2, 1)]


async def test_only_its_own_tasks_block_a_worker() -> None:
    """A token that it does not hold says nothing."""
    plane = Plane()
    worker = plane.worker()
    worker.session.slot(token_of(0), blocked=True)
    assert not plane.role.connected()[0].blocked


async def test_a_worker_is_still_blocked_when_its_stream_comes_back() -> None:
    """It is one as long as it holds the task that waits."""
    plane = Plane()
    plane.enqueue(range(2))
    worker = plane.worker(credit=1)
    worker.session.slot(token_of(0), blocked=True)
    worker.session.disconnected(worker.link)
    worker.connect(holds=[token_of(0)], credit=5)
    assert plane.role.connected()[0].blocked
    assert worker.tasks == []
    worker.session.disconnected(worker.link)
    worker.connect(holds=[], credit=5)
    assert not plane.role.connected()[0].blocked
    assert worker.tasks[0] == ("n", 0, 1)


async def test_called_tasks_go_first() -> None:
    """What a waiting task called is done before more is begun of the batch that it is of."""
    plane = Plane()
    plane.enqueue(range(1000))
    worker = plane.worker(credit=1)
    plane.enqueue([0], node="n:a", values={0: own("v", call_id="c1")})
    worker.take(2)
    assert worker.tasks[1] == ("n:a", 0, 1)
