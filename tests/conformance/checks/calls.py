"""Check 14: calls of other algorithms and pipelines, their answers, and what is said while a task only waits for them."""

from __future__ import annotations

import pytest

from distributedkube import codec
from distributedkube.api.type.v1 import payload_pb2
from distributedkube.api.worker.v1 import worker_pb2
from tests.conformance.gateway import Event, payload
from tests.conformance.harness import WorkerFactory

Failure = payload_pb2.Failure
ITEMS = [{"nodeName": "n", "algorithmName": "child", "batchIndex": 0, "result": 42}]


class CallChecks:
    async def test_says_that_it_can_call(self, workers: WorkerFactory) -> None:
        """The control plane hears of it in the first event."""
        gateway = (await workers.start("calls")).gateway
        assert "calls" in (await gateway.connected()).hello.features

    async def test_algorithm(self, workers: WorkerFactory) -> None:
        """Name and input arrive, and the call gives what comes back; without a result it gives null at the end."""
        gateway = (await workers.start("calls")).gateway
        token = await gateway.run("algorithm", [1, {"two": 2}])
        call = await gateway.call(token)
        assert (call.WhichOneof("target"), call.algorithm_name) == ("algorithm_name", "child")
        assert gateway.decode(call.input) == [1, {"two": 2}]
        assert call.include_result
        gateway.answer(token, output=payload({"done": [1]}))
        assert await gateway.value(token) == {"done": [1]}
        token = await gateway.run("algorithm", [], False)
        call = await gateway.call(token)
        assert not call.include_result
        assert gateway.decode(call.input) == []
        gateway.answer(token, output=payload_pb2.Payload())
        assert await gateway.value(token) is None

    async def test_stored_pipeline(self, workers: WorkerFactory) -> None:
        """It is called by its name, with a flow input; its result is the list of its items."""
        gateway = (await workers.start("calls")).gateway
        token = await gateway.run("stored", {"x": 1})
        call = await gateway.call(token)
        assert (call.WhichOneof("target"), call.pipeline_name) == ("pipeline_name", "pipeline")
        assert gateway.decode(call.input) == {"x": 1}
        gateway.answer(token, output=payload(ITEMS))
        assert await gateway.value(token) == ITEMS

    async def test_raw_pipeline(self, workers: WorkerFactory) -> None:
        """It travels as JSON: name, nodes, options and webhooks; the flow input is apart."""
        gateway = (await workers.start("calls")).gateway
        nodes = [{"nodeName": "n", "algorithmName": "child", "input": ["@flowInput.x"]}]
        token = await gateway.run("raw", nodes, {"x": 1}, {"ttl": 5}, {"result": "hook"})
        call = await gateway.call(token)
        assert call.raw_pipeline.content_type == "application/json"
        assert gateway.decode(call.raw_pipeline) == {
            "name": "raw", "nodes": nodes, "options": {"ttl": 5}, "webhooks": {"result": "hook"},
        }  # fmt: skip
        assert gateway.decode(call.input) == {"x": 1}
        gateway.answer(token, output=payload(ITEMS))
        assert await gateway.value(token) == ITEMS

    @pytest.mark.parametrize(("how", "child"), [("algorithm", "child"), ("stored", "pipeline"), ("raw", "raw")])
    async def test_child_fails_or_is_stopped(self, workers: WorkerFactory, how: str, child: str) -> None:
        """User code gets an error that says which child it was and why, and may go on."""
        gateway = (await workers.start("calls")).gateway
        given = ([], {}) if how == "raw" else ()
        token = await gateway.run(how, *given)
        await gateway.call(token)
        gateway.answer(
            token, failure=Failure(category=Failure.CATEGORY_USER_CODE, type="ValueError", message="no good")
        )
        failed = await gateway.value(token)
        assert failed.items() >= {
            "error": "ChildFailedError", "message": "no good", "child": child, "category": "USER_CODE",
        }.items()  # fmt: skip
        token = await gateway.run(how, *given)
        await gateway.call(token)
        gateway.answer(token, stopped="by somebody")
        stopped = await gateway.value(token)
        assert stopped.items() >= {"error": "ChildStoppedError", "child": child, "reason": "by somebody"}.items()

    async def test_algorithm_that_does_not_exist(self, workers: WorkerFactory) -> None:
        """The control plane knows which there are; what it says reaches user code, even without a category."""
        gateway = (await workers.start("calls")).gateway
        token = await gateway.run("algorithm")
        await gateway.call(token)
        gateway.answer(token, failure=Failure(message="there is no algorithm child"))
        failed = await gateway.value(token)
        assert (failed["error"], failed["message"]) == ("ChildFailedError", "there is no algorithm child")

    async def test_large_input_and_large_result(self, workers: WorkerFactory) -> None:
        """What is over the limit is stored before the call; what comes by reference is fetched before the answer."""
        gateway = await workers.gateway()
        gateway.limits.max_inline_bytes = 1000
        await workers.start("calls", gateway=gateway)
        token = await gateway.run("big", 5000)
        given = (await gateway.call(token)).input
        stored = gateway.blobs.objects[given.ref.key]
        assert (given.ref.size, given.ref.sha256) == (len(stored), gateway.blobs.ref("again", stored).sha256)
        assert gateway.decode(given) == ["x" * 5000]
        gateway.answer(token, output=payload_pb2.Payload(ref=gateway.blobs.ref("large", codec.pack("fetched"))))
        assert await gateway.value(token) == "fetched"
        token = await gateway.run("stored")
        await gateway.call(token)
        gateway.answer(token, output=payload_pb2.Payload(ref=gateway.blobs.ref("items", codec.pack(ITEMS))))
        assert await gateway.value(token) == ITEMS

    async def test_transfers_that_fail(self, workers: WorkerFactory) -> None:
        """They fail the call, not the task, by their own categories."""
        gateway = await workers.gateway()
        gateway.limits.max_inline_bytes = 1000
        gateway.blobs.refuse_puts = True
        await workers.start("calls", gateway=gateway)
        token = await gateway.run("big", 5000)
        failed = await gateway.value(token)
        assert (failed["error"], failed["category"]) == ("ChildFailedError", "OUTPUT_STORE")
        assert gateway.calls(token) == []
        token = await gateway.run("algorithm")
        await gateway.call(token)
        lost = payload_pb2.BlobRef(key="lost", size=1, url=gateway.blobs.url("lost"))
        gateway.answer(token, output=payload_pb2.Payload(ref=lost))
        failed = await gateway.value(token)
        assert (failed["error"], failed["category"]) == ("ChildFailedError", "INPUT_FETCH")

    async def test_calls_at_once_and_repeated_answers(self, workers: WorkerFactory) -> None:
        """Answers find their call in any order; the second answer to a call, and one that nobody waits for, do nothing."""
        gateway = (await workers.start("calls")).gateway
        token = await gateway.run("many", 10)
        calls = [await gateway.call(token, str(number + 1)) for number in range(10)]
        for call in reversed(calls):
            (number,) = gateway.decode(call.input)
            gateway.answer(token, call.call_id, output=payload(number * 10))
            gateway.answer(token, call.call_id, failure=Failure(message="a second answer"))
        gateway.answer(token, "99", output=payload("nobody asked"))
        gateway.answer(b"stranger", output=payload("nobody asked"))
        assert await gateway.value(token) == [number * 10 for number in range(10)]

    async def test_cancel(self, workers: WorkerFactory) -> None:
        """Who gives a call up waits no longer, and the control plane hears of it once, after the call."""
        gateway = (await workers.start("calls")).gateway
        token = await gateway.run("cancel")
        stopped = await gateway.value(token)
        assert (stopped["error"], stopped["reason"]) == ("ChildStoppedError", "no need")
        said = [name for name, _ in gateway.events if name in ("call_request", "call_cancel")]
        assert said == ["call_request", "call_cancel"]
        (given_up,) = gateway.named("call_cancel")
        assert (given_up.token, given_up.call_id, given_up.reason) == (token, "1", "no need")
        gateway.answer(token, stopped="given up")
        assert await gateway.value(await gateway.run("number", 5)) == 5

    async def test_calls_that_make_no_sense(self, workers: WorkerFactory) -> None:
        """They are refused before anything is sent: an input that is no array, and one call too many."""
        gateway = (await workers.start("calls")).gateway
        token = await gateway.run("no array")
        refused = await gateway.value(token)
        assert refused["error"] == "TypeError"
        assert "input" in refused["message"]
        assert gateway.calls(token) == []
        token = await gateway.run("too many")
        assert "1000" in (await gateway.value(token))["message"]
        assert len({call.call_id for call in gateway.calls(token)}) == 1000

    async def test_only_while_start_runs(self, workers: WorkerFactory) -> None:
        """An api that is kept from an earlier task is of no use in `init`, nor in `start`."""
        gateway = (await workers.start("calls")).gateway
        assert await gateway.value(await gateway.run("leave")) == "left"
        for what in ("in init", "kept"):
            assert (await gateway.value(await gateway.run(what)))["error"] == "NotInJobError"
        assert len(gateway.named("call_request")) == 1

    async def test_task_ends_with_open_calls(self, workers: WorkerFactory) -> None:
        """Nothing is said of them: the control plane stops them by itself. A late answer does no harm."""
        gateway = (await workers.start("calls")).gateway
        token = await gateway.run("leave")
        assert await gateway.value(token) == "left"
        gateway.answer(token, output=payload("too late"))
        assert await gateway.value(await gateway.run("number", 5)) == 5
        assert gateway.named("call_cancel") == []

    async def test_process_ends_with_open_calls(self, workers: WorkerFactory) -> None:
        """The task fails as a crash, a late answer does no harm, and no slot stays blocked."""
        gateway = (await workers.start("calls")).gateway
        token = await gateway.run("crash")
        await gateway.call(token)
        assert (await gateway.result(token)).failure.category == Failure.CATEGORY_CRASH
        gateway.answer(token, output=payload("too late"))
        assert await gateway.value(await gateway.run("number", 5)) == 5

    async def test_blocked_slot(self, workers: WorkerFactory) -> None:
        """A task that only waits gives back what waits behind it and takes nothing more, until it goes on."""
        gateway = (await workers.start("calls")).gateway
        await gateway.value(await gateway.run("number", 0))
        waits, number = gateway.add_context(inputs=["algorithm"]), gateway.add_context(inputs=["number", 1])
        (token,) = gateway.assign(waits)
        (behind,) = gateway.assign(number)
        assert (await gateway.result(behind)).released
        assert gateway.slots(token) == [True]
        credit = gateway.credit
        (more,) = gateway.assign(number)
        assert (await gateway.result(more)).released
        assert gateway.credit == credit
        gateway.answer(token, output=payload("answered"))
        assert await gateway.value(token) == "answered"
        await gateway.slot(token, True, False)
        assert await gateway.value(gateway.assign(number)[0]) == 1

    async def test_short_wait_does_not_block(self, workers: WorkerFactory) -> None:
        """A call that is answered at once is not worth a word."""
        gateway = (await workers.start("calls")).gateway
        token = await gateway.run("many", 2)
        assert gateway.slots(token) == []
        await gateway.slot(token, True)
        for call_id in ("1", "2"):
            gateway.answer(token, call_id, output=payload(0))
        assert await gateway.value(token) == [0, 0]
        await gateway.slot(token, True, False)

    async def test_other_slot_goes_on(self, workers: WorkerFactory) -> None:
        """While one of two slots waits, the other takes tasks."""
        gateway = (await workers.start("calls", slots=2)).gateway
        token = await gateway.run("algorithm")
        await gateway.slot(token, True)
        context = gateway.add_context(inputs=["number", 1])
        for _ in range(5):
            assert await gateway.value(gateway.assign(context)[0]) == 1
        gateway.answer(token, output=payload("answered"))
        assert await gateway.value(token) == "answered"

    async def test_called_again_until_acknowledged(self, workers: WorkerFactory) -> None:
        """Calls that were not acknowledged when the stream broke come again on the next, and are answered there."""
        gateway = await workers.gateway()
        gateway.auto_ack = False
        await workers.start("calls", gateway=gateway)
        token = await gateway.run("many", 2)
        before = [await gateway.call(token, "1"), await gateway.call(token, "2")]
        await gateway.slot(token, True)
        gateway.break_stream()
        assert list((await gateway.connected(2)).hello.resume.held_tokens) == [token]
        await gateway.wait(lambda: len(gateway.calls(token)) == 4)
        assert sorted(map(str, gateway.calls(token)[2:])) == sorted(map(str, before))
        await gateway.slot(token, True, True)
        gateway.send(ack=gateway.stream.frames[-1].seq)
        for call in before:
            gateway.answer(token, call.call_id, output=gateway.calls(token)[2].input)
        assert len(await gateway.value(token)) == 2

    async def test_acknowledged_call_is_not_made_again(self, workers: WorkerFactory) -> None:
        """It is made once, and its answer comes on the stream that is open then."""
        gateway = (await workers.start("calls")).gateway
        token = await gateway.run("algorithm")
        await gateway.call(token)
        await gateway.slot(token, True)
        gateway.break_stream()
        await gateway.connected(2)
        await gateway.slot(token, True, True)
        gateway.answer(token, output=payload("answered"))
        assert await gateway.value(token) == "answered"
        assert len(gateway.calls(token)) == 1

    @pytest.mark.parametrize("force", [False, True])
    async def test_stop_while_it_waits(self, workers: WorkerFactory, force: bool) -> None:
        """The waiting ends, the calls are given up, and the process goes on."""
        gateway = (await workers.start("calls")).gateway
        token = await gateway.run("many", 2)
        await gateway.call(token, "1")
        await gateway.call(token, "2")
        gateway.cancel(token, force=force)
        assert (await gateway.result(token)).cancelled
        assert sorted(given_up.call_id for given_up in gateway.named("call_cancel")) == ["1", "2"]
        assert await gateway.value(await gateway.run("number", 5)) == 5
        assert gateway.named("worker_state") == []

    async def test_revoked_while_it_waits(self, workers: WorkerFactory) -> None:
        """Of the calls and the slot of a task that is somebody else's nothing more is said."""
        gateway = (await workers.start("calls")).gateway
        token = await gateway.run("many", 2)
        await gateway.slot(token, True)
        gateway.send(Event(lease_revoked=worker_pb2.LeaseRevoked(tokens=[token])))
        assert await gateway.value(await gateway.run("number", 5)) == 5
        assert gateway.slots(token) == [True]
        assert gateway.named("call_cancel") == []
        assert token not in gateway.results
