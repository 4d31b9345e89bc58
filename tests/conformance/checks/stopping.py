"""Checks 10 and 11: tasks that are told to stop, and tasks that run out of time; and workers that are told to leave."""

from __future__ import annotations

import asyncio
import signal

import pytest

from distributedkube import codec
from distributedkube.api.type.v1 import payload_pb2
from distributedkube.api.worker.v1 import worker_pb2
from tests.conformance.gateway import Event, binding, make_assign, value_source
from tests.conformance.harness import WorkerFactory

State = worker_pb2.WorkerState


class StoppingChecks:
    @pytest.mark.parametrize("force", [False, True])
    @pytest.mark.parametrize("phase", ["init", "polite"])
    async def test_stop_of_a_running_task(self, workers: WorkerFactory, phase: str, force: bool) -> None:
        """User code hears of it, its late result is discarded, and the process goes on."""
        gateway = (await workers.start("stopping")).gateway
        token = await gateway.run(phase)
        await gateway.line("in ")
        gateway.cancel(token, force=force)
        result = await gateway.result(token)
        assert result.cancelled
        assert await gateway.value(await gateway.run("options")) == [{"forceStop": force, "reason": "stopped"}]
        assert gateway.named("worker_state") == []

    async def test_user_code_that_does_not_stop(self, workers: WorkerFactory) -> None:
        """Its process is ended after the grace; the worker stays and serves the next task."""
        gateway = (await workers.start("stopping")).gateway
        token = await gateway.run("stubborn")
        await gateway.line("in start")
        gateway.cancel(token, grace_seconds=0.05)
        assert (await gateway.result(token)).cancelled
        await gateway.wait(lambda: gateway.named("worker_state"))
        assert gateway.named("worker_state")[0].state == State.STATE_RUNNER_RESTARTED
        assert await gateway.value(await gateway.run("sleep", 0)) == "done"

    async def test_stop_of_tasks_that_wait(self, workers: WorkerFactory) -> None:
        """A task that has not begun is given back, even behind one that runs."""
        gateway = (await workers.start("stopping")).gateway
        running = await gateway.run("polite")
        await gateway.line("in start")
        waiting = await gateway.run("sleep", 0)
        gateway.cancel(waiting)
        assert (await gateway.result(waiting)).released
        gateway.cancel(running, force=False)
        assert (await gateway.result(running)).cancelled

    async def test_given_back_and_assigned_again(self, workers: WorkerFactory) -> None:
        """Under the same token, before the first was acknowledged: it runs, and a new stream hears only of its result."""
        gateway = (await workers.start("stopping")).gateway
        running = await gateway.run("polite")
        await gateway.line("in start")
        waiting = await gateway.run("sleep", 0)
        gateway.auto_ack = False
        gateway.cancel(waiting)
        assert (await gateway.result(waiting)).released
        del gateway.results[waiting]
        gateway.cancel(running, force=False)
        gateway.send(make_assign(waiting, gateway.add_context(inputs=["sleep", 0])))
        assert await gateway.value(waiting) == "done"
        del gateway.results[waiting]
        gateway.break_stream()
        await gateway.connected(2)
        assert await gateway.value(waiting) == "done"

    async def test_stop_while_fetching(self, workers: WorkerFactory) -> None:
        """A task whose inputs are on their way has not begun, and is given back."""
        gateway = (await workers.start("stopping")).gateway
        gateway.blobs.gate.clear()
        source = value_source(payload_pb2.Payload(ref=gateway.blobs.ref("slow", codec.pack("sleep"))))
        token = await gateway.run(None, 0, sources=[source], bindings=[binding("0", source=0, whole=True)])
        await gateway.wait(lambda: gateway.named("task_phase"))
        assert gateway.named("task_phase")[0].phase == worker_pb2.TaskPhase.PHASE_FETCHING
        gateway.cancel(token)
        assert (await gateway.result(token)).released
        gateway.blobs.gate.set()
        assert await gateway.value(await gateway.run("sleep", 0)) == "done"

    async def test_stop_of_an_unknown_task(self, workers: WorkerFactory) -> None:
        """It is given back, so that nobody waits for it."""
        gateway = (await workers.start("stopping")).gateway
        await gateway.connected()
        gateway.cancel(b"never heard of")
        assert (await gateway.result(b"never heard of")).released

    async def test_phases_of_a_long_task(self, workers: WorkerFactory) -> None:
        """A task that runs long says so, and again when it stops."""
        gateway = (await workers.start("stopping")).gateway
        token = await gateway.run("stubborn")
        await gateway.wait(lambda: gateway.named("task_phase"))
        gateway.cancel(token, force=False)
        await gateway.wait(lambda: len(gateway.named("task_phase")) == 2)
        phases = [(event.token, event.phase) for event in gateway.named("task_phase")]
        assert phases == [(token, worker_pb2.TaskPhase.PHASE_RUNNING), (token, worker_pb2.TaskPhase.PHASE_STOPPING)]

    async def test_ttl(self, workers: WorkerFactory) -> None:
        """A task that runs longer fails as timed out; one without a limit does not."""
        gateway = (await workers.start("stopping")).gateway
        late = await gateway.run("polite", ttl_seconds=0.1)
        failure = (await gateway.result(late)).failure
        assert failure.category == payload_pb2.Failure.CATEGORY_TIMEOUT
        assert "0.1 s" in failure.message
        unlimited = await gateway.run("sleep", 0.2, ttl_seconds=0)
        assert await gateway.value(unlimited) == "done"

    async def test_revoked_tasks_are_not_reported(self, workers: WorkerFactory) -> None:
        """User code is told to stop, and nothing is said."""
        gateway = (await workers.start("stopping")).gateway
        token = await gateway.run("polite")
        await gateway.line("in start")
        gateway.send(Event(lease_revoked=worker_pb2.LeaseRevoked(tokens=[token], reason="late")))
        options = await gateway.value(await gateway.run("options"))
        assert options[0]["forceStop"] is True
        assert token not in gateway.results

    async def test_drain(self, workers: WorkerFactory) -> None:
        """What runs is finished, what waits and what still comes is given back, and no more is asked for."""
        gateway = (await workers.start("stopping")).gateway
        running = await gateway.run("polite")
        await gateway.line("in start")
        waiting = await gateway.run("sleep", 0)
        gateway.send(Event(drain=worker_pb2.Drain(reason="roll-out")))
        assert (await gateway.result(waiting)).released
        await gateway.wait(lambda: gateway.named("worker_state"))
        assert gateway.named("worker_state")[0].state == State.STATE_DRAINING
        assert (await gateway.result(await gateway.run("sleep", 0))).released
        credit = gateway.credit
        gateway.cancel(running, force=False)
        assert (await gateway.result(running)).cancelled
        assert gateway.credit == credit

    async def test_exit(self, workers: WorkerFactory) -> None:
        """The user's `exit` gets the code, and so does whoever waits for the process."""
        worker = await workers.start("leaving")
        assert await worker.gateway.value(await worker.gateway.run(0)) == "ended"
        worker.gateway.send(Event(exit=worker_pb2.Exit(exit_code=6)))
        assert await worker.exited() == 6
        assert [line.text for line in worker.gateway.lines if not line.token] == ["goodbye 6"]
        assert worker.gateway.named("worker_state")[-1].state == State.STATE_EXITING

    async def test_sigterm_lets_the_running_task_end(self, workers: WorkerFactory) -> None:
        """The result arrives, `exit` is called, and the worker leaves in peace."""
        worker = await workers.start("leaving")
        token = await worker.gateway.run(0.2)
        await worker.gateway.line("in start")
        worker.signal(signal.SIGTERM)
        assert await worker.gateway.value(token) == "ended"
        assert await worker.exited() == 0
        assert "goodbye 0" in [line.text for line in worker.gateway.lines]

    async def test_orphan_leaves(self, workers: WorkerFactory) -> None:
        """A worker that no control plane answers does not stay for ever."""
        gateway = await workers.gateway()
        await gateway.close_door()
        worker = await workers.start("leaving", gateway=gateway, environ={"DK_ORPHAN_SECONDS": "1"})
        assert await worker.exited() == 1

    async def test_refused_worker_does_not_come_back(self, workers: WorkerFactory) -> None:
        """It leaves and says why."""
        gateway = await workers.gateway()
        gateway.reject = worker_pb2.Reject(code=worker_pb2.Reject.CODE_ALGORITHM, message="no such algorithm here")
        worker = await workers.start("leaving", gateway=gateway)
        assert await worker.exited() == 1
        assert "no such algorithm here" in await asyncio.to_thread(worker.log.read_text)
