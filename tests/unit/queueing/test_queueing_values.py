"""Turns, values of single tasks, holds and partial cancels, as drivers and workers see them."""

from controlplane.domain.job_events import CancelReason
from controlplane.domain.values import Failure, FailureCategory
from controlplane.ports.dispatch import CancelMode, Ended
from controlplane.roles.queueing.role import QueueingSettings
from tests.unit.queueing.harness import Plane, own, token_of


async def test_values_go_with_their_task() -> None:
    """A task is granted with what it has of its own; others of its node without."""
    plane = Plane()
    plane.enqueue([0, 1], values={1: own("one")})
    worker = plane.worker(credit=2)
    assert [(grant.task, grant.values) for _, grant in worker.link.grants] == [(0, None), (1, own("one"))]


async def test_values_are_kept_until_a_task_ends_well() -> None:
    """A task that was given back, and one that failed and is tried again without saying them anew, have their values still."""
    plane = Plane()
    plane.enqueue([0], values={0: own("v")})
    worker = plane.worker(credit=1)
    worker.ends(worker.tokens[0], released=True)
    worker.take(2)
    assert worker.link.grants[-1][1].values == own("v")
    failed = Failure(category=FailureCategory.USER_CODE, message="m")
    worker.session.ended([Ended(worker.tokens[-1], None, failed, False)])
    worker.take(3)
    plane.enqueue([0], attempt=2)
    assert worker.tasks[-1] == ("n", 0, 2)
    assert worker.link.grants[-1][1].values == own("v")
    worker.ends(worker.tokens[-1])
    assert plane.driver.reporters == ["w", "w"]
    plane.enqueue([0], attempt=3)
    worker.take(4)
    assert worker.link.grants[-1][1].values is None


async def test_values_of_a_lost_worker_s_tasks_are_kept() -> None:
    """The next attempt after a lost worker is granted with them."""
    plane = Plane()
    plane.enqueue([0], values={0: own("v")})
    plane.worker("w1", credit=1)
    plane.role.lost("w1", "it died")
    assert [end.attempt for _, _, end in plane.driver.ends] == [1]
    assert plane.driver.reporters == ["w1"]
    plane.enqueue([0], attempt=2)
    assert plane.worker("w2", credit=1).link.grants[0][1].values == own("v")


async def test_a_held_job_is_not_served() -> None:
    """While a job is held, others go on and what runs goes on; also what comes in meanwhile waits; then all go out."""
    plane = Plane()
    plane.enqueue(range(3))
    worker = plane.worker(credit=1)
    plane.role.hold("j")
    plane.enqueue([0], node="late")
    plane.enqueue([0], job="k", node="other")
    worker.ends(worker.tokens[0])
    worker.take(10)
    assert worker.tasks == [("n", 0, 1), ("other", 0, 1)]
    assert [end.task for _, _, end in plane.driver.ends] == [0]
    assert plane.role.explain("j")["n"].held
    assert plane.role.explain("j")["n"].position == 0
    plane.role.release("j")
    assert sorted(worker.tasks[2:]) == [("late", 0, 1), ("n", 1, 1), ("n", 2, 1)]


async def test_a_given_back_task_of_a_held_job_waits() -> None:
    """Coming back into the queue is no way around a hold."""
    plane = Plane()
    plane.enqueue([0])
    worker = plane.worker(credit=1)
    plane.role.hold("j")
    worker.ends(worker.tokens[0], released=True)
    worker.take(5)
    assert len(worker.tasks) == 1
    plane.role.release("j")
    assert worker.tasks == [("n", 0, 1)] * 2


async def test_forgetting_a_job_ends_its_hold() -> None:
    """A job of that id that comes later is served."""
    plane = Plane()
    plane.role.hold("j")
    plane.role.forget("j")
    plane.enqueue([0])
    assert plane.worker(credit=1).tasks == [("n", 0, 1)]


async def test_held_jobs_want_no_workers() -> None:
    """Scaling sees what waits of a job only while it may run, and what it has running always."""
    plane = Plane()
    plane.role.expect("j", ["a"])
    plane.enqueue(range(5))
    plane.worker(credit=2)
    woken = plane.woken
    plane.role.hold("j")
    assert plane.woken > woken
    demand = plane.role.demand()["a"]
    assert (demand.tasks, demand.expected) == (2, False)
    plane.role.release("j")
    demand = plane.role.demand()["a"]
    assert (demand.tasks, demand.expected) == (5, True)


async def test_some_tasks_are_cancelled() -> None:
    """Waiting ones are dropped, running ones are stopped by force and never heard of again; all others go on."""
    plane = Plane()
    plane.enqueue(range(6), values={i: own(str(i)) for i in range(6)})
    worker = plane.worker(credit=3)
    plane.role.cancel_tasks("j", "n", [0, 2, 4], CancelReason.CALLER_ENDED)
    stopped = [token_of(task, values=own(str(task))) for task in (0, 2)]
    assert worker.link.cancelled == [(token, CancelMode.FORCE, CancelReason.CALLER_ENDED) for token in stopped]
    assert plane.role.running("j") == {"n": 1}
    view = plane.role.explain("j")["n"]
    assert (view.waiting, view.running) == (2, 1)
    assert plane.role.demand()["a"].tasks == 3
    for token in worker.tokens[:3]:
        worker.ends(token)
    assert [end.task for _, _, end in plane.driver.ends] == [1]
    assert worker.link.refused == []
    worker.take(10)
    assert worker.tasks[3:] == [("n", 3, 1), ("n", 5, 1)]
    plane.enqueue([0, 4], attempt=2)
    assert [grant.values for _, grant in worker.link.grants[-2:]] == [None, None]


async def test_a_worker_is_busy_until_it_is_done_with_what_was_cancelled() -> None:
    """It may be in the middle of it: it is not idle before it says so."""
    plane = Plane()
    plane.enqueue([0])
    worker = plane.worker(credit=1)
    plane.role.cancel_tasks("j", "n", [0], CancelReason.CALLER_ENDED)
    assert plane.role.connected()[0].busy
    worker.ends(token_of(0), output=None)
    assert not plane.role.connected()[0].busy


async def test_cancelled_tasks_are_dropped_by_a_worker_that_comes_back() -> None:
    """The order to stop may have been lost with its stream; what it holds rightly it keeps."""
    plane = Plane()
    plane.enqueue(range(2))
    worker = plane.worker(credit=2)
    worker.session.disconnected(worker.link)
    plane.role.cancel_tasks("j", "n", [0], CancelReason.CALLER_ENDED)
    worker.connect(holds=[token_of(0), token_of(1)])
    assert worker.drop == [token_of(0)]
    assert plane.role.running("j") == {"n": 1}


async def test_cancelled_tasks_of_a_lost_worker_do_not_fail() -> None:
    """Nothing is reported of them, however their worker ends."""
    plane = Plane()
    plane.enqueue(range(2))
    plane.worker(credit=2)
    plane.role.cancel_tasks("j", "n", [0], CancelReason.CALLER_ENDED)
    plane.role.lost("w", "it died")
    assert [end.task for _, _, end in plane.driver.ends] == [1]
    assert plane.role.running("j") == {}


async def test_a_released_task_can_be_adopted_and_given_back() -> None:
    """A task that a worker came back with after a restart and then gave back is granted again."""
    plane = Plane()
    plane.enqueue(range(2), values={0: own("zero")})
    first = plane.worker("w1", credit=1)
    await plane.persist()
    restarted = Plane(plane.store)
    await restarted.role.recover()
    restarted.enqueue(range(2), recovered=True, values={0: own("zero")})
    second = restarted.worker("w2", credit=5)
    assert second.tasks == []
    held = token_of(0, values=own("zero"))
    first.moved_to(restarted).connect(holds=[held])
    assert second.tasks == [("n", 1, 1)]
    assert restarted.role.running("j") == {"n": 2}
    first.ends(held, released=True)
    assert second.tasks == [("n", 1, 1), ("n", 0, 1)]
    assert second.link.grants[1][1].values == own("zero")


async def test_tasks_that_come_in_after_a_restart_do_not_open_the_gate() -> None:
    """A retry of a recovered node does not give the node's other tasks to somebody else than the worker that has them."""
    plane = Plane()
    plane.enqueue([0])
    plane.worker("w1", credit=1)
    await plane.persist()
    restarted = Plane(plane.store)
    await restarted.role.recover()
    restarted.enqueue([0], recovered=True)
    restarted.enqueue([7], attempt=2)
    assert restarted.worker("w2", credit=5).tasks == []


async def test_explains_where_nodes_are() -> None:
    """Place, length, workers and the parts of the score; a node on a worker only has no place."""
    plane = Plane(settings=QueueingSettings(quantum=1))
    plane.enqueue([0], job="first", node="x", priority=1)
    plane.worker(credit=1)
    plane.enqueue(range(4), job="j", node="n", priority=2)
    plane.enqueue(range(4), job="k", node="n", priority=5)
    plane.enqueue([0], job="j", node="elsewhere", algorithm="b")
    plane.clock.seconds += 1800
    found = plane.role.explain("j")
    assert (found["n"].position, found["n"].length, found["n"].workers) == (2, 2, 1)
    assert found["n"].score["waiting"] == 0.1
    assert set(found["n"].score) == {"attempts", "priority", "waiting", "batch_index", "batch_place", "called"}
    assert (found["elsewhere"].algorithm, found["elsewhere"].position, found["elsewhere"].workers) == ("b", 1, 0)
    assert plane.role.explain("k")["n"].position == 1
    running = plane.role.explain("first")["x"]
    assert (running.position, running.waiting, running.running, running.score) == (0, 0, 1, {})
    assert plane.role.explain("unknown") == {}


async def test_urgent_nodes_get_more_turns() -> None:
    """Priority 5 is served about 16 times as much as priority 3."""
    plane = Plane(settings=QueueingSettings(quantum=1))
    plane.enqueue(range(10_000), job="low", node="low", priority=3)
    plane.enqueue(range(10_000), job="high", node="high", priority=5)
    names = [node for node, _, _ in plane.worker(credit=340).tasks]
    assert 310 <= names.count("high") <= 325


async def test_a_huge_batch_does_not_keep_a_small_job_waiting() -> None:
    """A job that comes in while a million tasks of its priority wait is served after at most a turn of those."""
    plane = Plane()
    plane.enqueue(range(1_000_000), job="huge", node="huge")
    worker = plane.worker(credit=640)
    plane.enqueue([0], job="small", node="small")
    worker.take(640 + 65)
    assert ("small", 0, 1) in worker.tasks[640:]


async def test_waiting_makes_up_for_priority() -> None:
    """A node that has waited for an hour goes before one of two steps more that has just come in."""
    plane = Plane()
    plane.enqueue([0], job="old", node="old", priority=3)
    plane.clock.seconds += 3600
    plane.enqueue([0], job="new", node="new", priority=5)
    assert [node for node, _, _ in plane.worker(credit=1).tasks] == ["old"]


async def test_demand_says_how_urgent_it_is() -> None:
    """The strongest priority and the longest wait among what waits, and nothing of what is on hold."""
    plane = Plane()
    plane.enqueue([0], job="held", node="h", priority=5)
    plane.role.hold("held")
    plane.clock.seconds += 50
    plane.enqueue([0], job="j", priority=2)
    plane.clock.seconds += 10
    plane.enqueue([0], job="k", priority=4)
    demand = plane.role.demand()["a"]
    assert (demand.tasks, demand.best_priority, demand.oldest_seconds) == (2, 4, 10)


async def test_a_number_that_was_given_anew_is_another_task() -> None:
    """Numbers of elements and calls follow from the order of reports, which may differ after a restart: what a worker holds
    from before is dropped when its number now stands for other values."""
    plane = Plane()
    plane.enqueue(range(2), values={0: own("zero"), 1: own("one")})
    worker = plane.worker("w1", credit=2)
    await plane.persist()
    restarted = Plane(plane.store)
    await restarted.role.recover()
    restarted.enqueue(range(2), recovered=True, values={0: own("one"), 1: own("one")})
    held = [token_of(task, values=own(text)) for task, text in enumerate(("zero", "one"))]
    worker.moved_to(restarted).connect(holds=held)
    assert worker.drop == [held[0]]
    assert restarted.role.running("j") == {"n": 1}
