"""Checks 12, 13, 17 and 18: broken streams, repeated frames, forks, and user code that lets nobody else run."""

from __future__ import annotations

from distributedkube.api.worker.v1 import worker_pb2, worker_service_pb2
from tests.conformance.gateway import Event, make_assign, make_context, payload
from tests.conformance.harness import WorkerFactory


class SessionChecks:
    async def test_result_is_sent_again_until_acknowledged(self, workers: WorkerFactory) -> None:
        """A result that was not acknowledged when the stream broke comes again on the next one, and only then."""
        gateway = await workers.gateway()
        gateway.auto_ack = False
        await workers.start("echo", gateway=gateway)
        token = await gateway.run(1)
        await gateway.result(token)
        gateway.break_stream()
        second = await gateway.connected(2)
        assert list(second.hello.resume.held_tokens) == [token]
        assert second.hello.resume.session_id == "session"
        await gateway.wait(lambda: len(gateway.results[token]) == 2)
        assert gateway.results[token][0] == gateway.results[token][1]
        numbers = [frame.seq for stream in gateway.streams for frame in stream.frames]
        assert numbers == list(range(1, len(numbers) + 1)), "frames are numbered over the whole session"
        gateway.send(ack=numbers[-1])
        probe = await gateway.run(2)
        await gateway.result(probe)
        gateway.send(ack=gateway.stream.frames[-1].seq)
        last = await gateway.run(3)
        await gateway.result(last)
        gateway.break_stream()
        assert list((await gateway.connected(3)).hello.resume.held_tokens) == [last]

    async def test_running_task_survives_a_broken_stream(self, workers: WorkerFactory) -> None:
        """It goes on, ends under the same token, and is run once; tasks of the new stream use new contexts."""
        gateway = (await workers.start("stopping")).gateway
        token = await gateway.run("sleep", 0.3)
        await gateway.wait(lambda: gateway.named("task_phase"))
        gateway.break_stream()
        second = await gateway.connected(2)
        assert list(second.hello.resume.held_tokens) == [token]
        gateway.send(Event(task_context=make_context(1, inputs=["options"])), make_assign(b"new", 1), Event())
        assert await gateway.value(token) == "done"
        assert await gateway.value(b"new") == []
        assert len(gateway.results[token]) == 1

    async def test_control_plane_restarts_while_tasks_run(self, workers: WorkerFactory) -> None:
        """Tasks in hand are run once each while nobody listens, and all are recorded once."""
        gateway = await workers.gateway()
        await workers.start("counter", gateway=gateway)
        await gateway.connected()
        context = gateway.add_context(inputs=[{"k": 1}])
        await gateway.value(gateway.assign(context)[0])
        tokens = gateway.assign(context, 100)
        await gateway.result(tokens[0])
        await gateway.close_door()
        await gateway.listen()
        await gateway.connected(2)
        values = [(await gateway.value(token))[0] for token in tokens]
        assert values == list(range(2, 102)), "each ran once, in order"

    async def test_session_that_is_not_known_any_more(self, workers: WorkerFactory) -> None:
        """Held tasks are forgotten: stopped without a word; a new session begins with frame 1."""
        gateway = (await workers.start("stopping")).gateway
        token = await gateway.run("polite")
        await gateway.line("in start")
        gateway.accept_resume = False
        gateway.break_stream()
        second = await gateway.connected(2)
        options = await gateway.value(await gateway.run("options"))
        assert options[0]["forceStop"] is True
        assert token not in gateway.results
        assert second.frames[1].seq == 1

    async def test_dropped_on_resume(self, workers: WorkerFactory) -> None:
        """A task that ended for the control plane is stopped without a word."""
        gateway = (await workers.start("stopping")).gateway
        token = await gateway.run("polite")
        await gateway.line("in start")
        gateway.drop_on_resume = [token]
        gateway.break_stream()
        await gateway.connected(2)
        await gateway.value(await gateway.run("options"))
        assert token not in gateway.results

    async def test_repeated_frames_and_tasks(self, workers: WorkerFactory) -> None:
        """A frame that comes twice counts once, and so does a task that is in hand already."""
        gateway = (await workers.start("counter")).gateway
        await gateway.connected()
        gateway.add_context(inputs=[{"k": 1}])
        frame = worker_service_pb2.ConnectResponse(seq=3, events=[make_assign(b"once", 1)])
        gateway.send_raw(frame)
        gateway.send_raw(frame)
        await gateway.result(b"once")
        gateway._seq = 3
        gateway.send(make_assign(b"twice", 1), make_assign(b"twice", 1))
        assert (await gateway.value(b"twice"))[0] == 2
        assert (await gateway.value(gateway.assign(1)[0]))[0] == 3

    async def test_credit_and_acknowledgement(self, workers: WorkerFactory) -> None:
        """One task is asked for as long as nothing is known, many once they prove short; an assignment is acknowledged."""
        gateway = (await workers.start("echo")).gateway
        await gateway.wait(lambda: gateway.credit_log)
        assert gateway.credit == 1
        context = gateway.add_context(inputs=[1])
        for _ in range(20):
            await gateway.value(gateway.assign(context)[0])
        await gateway.wait(lambda: gateway.credit > 21)
        assert gateway.credit <= 20 + 1 + 256
        gateway.send(Event(config_update=worker_pb2.ConfigUpdate(max_prefetch=0)))
        await gateway.wait(lambda: gateway.stream.frames[-1].ack >= 22)

    async def test_long_task_is_acknowledged_while_it_runs(self, workers: WorkerFactory) -> None:
        """The lease on a task does not have to wait for its end, and no other task is asked for meanwhile."""
        gateway = (await workers.start("stopping")).gateway
        token = await gateway.run("polite")
        await gateway.wait(lambda: gateway.stream.frames[-1].ack >= 3)
        assert gateway.credit == 1
        gateway.cancel(token)
        assert (await gateway.result(token)).cancelled

    async def test_unacknowledged_results_hold_back_credit(self, workers: WorkerFactory) -> None:
        """A worker whose results are not acknowledged asks for no more than it may keep."""
        gateway = await workers.gateway()
        gateway.auto_ack = False
        gateway.limits.max_unacked_results = 10
        await workers.start("echo", gateway=gateway)
        await gateway.connected()
        context = gateway.add_context(inputs=[1])
        for sent in range(10):
            await gateway.wait(lambda sent=sent: gateway.credit > sent)
            await gateway.result(gateway.assign(context)[0])
        gateway.send(Event())
        probe = gateway.assign(context)[0]
        await gateway.result(probe)
        assert gateway.credit == 10

    async def test_reconnect_to_another_address(self, workers: WorkerFactory) -> None:
        """The session goes on where the control plane says."""
        gateway, other = await workers.gateway(), await workers.gateway()
        await workers.start("echo", gateway=gateway)
        await gateway.value(await gateway.run(1))
        gateway.send(Event(reconnect=worker_pb2.Reconnect(endpoint=other.target)))
        assert (await other.connected()).hello.resume.session_id == "session"

    async def test_several_slots(self, workers: WorkerFactory) -> None:
        """As many tasks as slots run at the same time."""
        gateway = (await workers.start("stopping", slots=2)).gateway
        stream = await gateway.connected()
        assert stream.hello.slots == 2
        context = gateway.add_context(inputs=["polite"])
        first, second = gateway.assign(context, 2)
        await gateway.wait(lambda: sum("in start" in line.text for line in gateway.lines) == 2)
        gateway.cancel(first)
        gateway.cancel(second)
        assert (await gateway.result(first)).cancelled
        assert (await gateway.result(second)).cancelled

    async def test_forks_and_pools(self, workers: WorkerFactory) -> None:
        """User code may fork and use process pools while the session is open."""
        gateway = (await workers.start("forking")).gateway
        assert await gateway.value(await gateway.run()) == {"fork": [1, 4, 9], "spawn": [1, 4, 9]}

    async def test_heartbeats_while_user_code_holds_the_interpreter(self, workers: WorkerFactory) -> None:
        """They keep coming, and say that a task runs."""
        gateway = await workers.gateway()
        gateway.heartbeat_ms = 100
        await workers.start("stopping", gateway=gateway)
        token = await gateway.run("hold the lock", 2)
        await gateway.line("in start")
        beats = len(gateway.named("heartbeat"))
        await gateway.wait(lambda: len(gateway.named("heartbeat")) >= beats + 5)
        assert token not in gateway.results
        assert gateway.named("heartbeat")[-1].running == 1
        assert gateway.named("heartbeat")[-1].rss_bytes > 1_000_000
        assert await gateway.value(token) == "done"

    async def test_progress(self, workers: WorkerFactory) -> None:
        """What a task reports arrives, and what the attempt before reported is handed to it."""
        gateway = (await workers.start("with_api")).gateway
        await gateway.connected()
        last = worker_pb2.TaskProgress(fraction=0.5, message="half", details=payload({"at": 9}))
        (token,) = gateway.assign(gateway.add_context(inputs=["progress"]), attempt=2, last_progress=last)
        assert await gateway.value(token) == {"fraction": 0.5, "message": "half", "details": {"at": 9}}
        (progress,) = gateway.named("task_progress")
        assert (progress.token, progress.fraction, progress.message) == (token, 0.25, "a quarter")
        assert gateway.decode(progress.details) == {"at": 1}
