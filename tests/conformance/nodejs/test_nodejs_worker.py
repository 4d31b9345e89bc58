"""The Node worker passes the checks of the worker contract.

User code runs in a thread of the worker's process. Two things follow, and the checks for them are replaced here: a signal or a
fault of native code ends the whole worker, which its control plane sees as a lost worker; and only what is printed through
`process.stdout`, `process.stderr` and `console` is known to belong to a task.
"""

from __future__ import annotations

from typing import Any

import pytest

from distributedkube import codec
from distributedkube.api.type.v1 import payload_pb2
from distributedkube.api.worker.v1 import worker_pb2
from tests.conformance.checks.data import DataChecks
from tests.conformance.checks.failing import FailingChecks
from tests.conformance.checks.loading import LoadingChecks
from tests.conformance.checks.printing import STDERR, STDOUT, LoggingChecks
from tests.conformance.checks.sessions import SessionChecks
from tests.conformance.checks.stopping import StoppingChecks
from tests.conformance.gateway import Event, Gateway, binding, payload
from tests.conformance.harness import WorkerFactory


class TestLoading(LoadingChecks):
    """Checks 1 to 5."""


class TestData(DataChecks):
    """Checks 6 and 7."""


class TestFailing(FailingChecks):
    """Checks 8 and 9."""

    @pytest.mark.parametrize(("how", "words", "exit_code", "signal"), [("exit", "exit code 3", 3, None)])
    async def test_process_ends(
        self, workers: WorkerFactory, how: str, words: str, exit_code: int | None, signal: int | None
    ) -> None:
        """What ends the thread alone is a crash of the running task, and no more."""
        await super().test_process_ends(workers, how, words, exit_code, signal)


class TestStopping(StoppingChecks):
    """Checks 10 and 11."""


class TestSessions(SessionChecks):
    """Checks 12, 13, 17 and 18."""

    test_calls_are_not_supported_yet = None  # type: ignore[assignment]
    """For workers that cannot call. This one can: see `TestCalls`."""


class TestCalls:
    """Check 14 as far as it concerns the worker: what is asked, and what becomes of each answer."""

    async def _call(self, workers: WorkerFactory) -> tuple[Gateway, bytes]:
        """A task that has called the algorithm `other` with 1 and gives back what comes of it."""
        gateway = (await workers.start("with_api")).gateway
        token = await gateway.run("call")
        await gateway.wait(lambda: gateway.named("call_request"))
        (request,) = gateway.named("call_request")
        assert (request.token, request.algorithm_name, request.include_result) == (token, "other", True)
        assert gateway.decode(request.input) == [1]
        assert "calls" in gateway.stream.hello.features
        return gateway, token

    def _answer(self, gateway: Gateway, token: bytes, **outcome: Any) -> None:
        gateway.send(Event(call_result=worker_pb2.CallResult(token=token, call_id="1", **outcome)))

    async def test_an_answer(self, workers: WorkerFactory) -> None:
        """The slot is blocked until it comes; one that is repeated does nothing."""
        gateway, token = await self._call(workers)
        await gateway.wait(lambda: gateway.named("slot_state"))
        self._answer(gateway, token, output=payload({"from": "other"}))
        self._answer(gateway, token, stopped="a second answer")
        assert await gateway.value(token) == {"from": "other"}
        assert [(state.token, state.blocked) for state in gateway.named("slot_state")] == [
            (token, True),
            (token, False),
        ]

    async def test_an_answer_by_reference(self, workers: WorkerFactory) -> None:
        """It is fetched."""
        gateway, token = await self._call(workers)
        self._answer(gateway, token, output=payload_pb2.Payload(ref=gateway.blobs.ref("large", codec.pack("x" * 10))))
        assert await gateway.value(token) == "x" * 10

    async def test_children_that_fail_or_stop(self, workers: WorkerFactory) -> None:
        """User code gets an error for each."""
        gateway, token = await self._call(workers)
        self._answer(gateway, token, failure=payload_pb2.Failure(message="no good"))
        assert await gateway.value(token) == "ChildFailedError"
        token = await gateway.run("call")
        await gateway.wait(lambda: len(gateway.named("call_request")) == 2)
        self._answer(gateway, token, stopped="by somebody")
        assert await gateway.value(token) == "ChildStoppedError"

    async def test_a_call_that_was_lost_with_its_stream(self, workers: WorkerFactory) -> None:
        """It is made again under the same number, as nobody has acknowledged it."""
        gateway = await workers.gateway()
        gateway.auto_ack = False
        await workers.start("with_api", gateway=gateway)
        token = await gateway.run("call")
        await gateway.wait(lambda: gateway.named("call_request"))
        gateway.break_stream()
        await gateway.wait(lambda: len(gateway.named("call_request")) == 2)
        first, again = gateway.named("call_request")
        assert first == again
        self._answer(gateway, token, output=payload("answered"))
        assert await gateway.value(token) == "answered"

    async def test_a_stop_in_a_call(self, workers: WorkerFactory) -> None:
        """The call is given up and the task ends in its own time."""
        gateway, token = await self._call(workers)
        gateway.cancel(token, force=False)
        assert (await gateway.result(token)).cancelled
        assert [(cancel.token, cancel.call_id) for cancel in gateway.named("call_cancel")] == [(token, "1")]


class TestValues:
    """Values that only one task has."""

    async def test_values_of_single_tasks(self, workers: WorkerFactory) -> None:
        """Whole and by element, inline and by reference; where a selector or an element leads nowhere there is null."""
        gateway = (await workers.start("echo")).gateway
        await gateway.connected()
        context = gateway.add_context(
            inputs=[None] * 4,
            bindings=[
                binding("0", value=0, selector="n"),
                binding("1", value_element=worker_pb2.ValueElement(value=1, element=0), selector="list"),
                binding("2", value_element=worker_pb2.ValueElement(value=1, element=1), selector="list"),
                binding("3", value_element=worker_pb2.ValueElement(value=0, element=0), selector="n"),
            ],
        )
        large = payload_pb2.Payload(ref=gateway.blobs.ref("own", codec.pack({"list": ["a", "b"]})))
        (token,) = gateway.assign(context, values=[payload({"n": 7}), large], elements=[1, -1])
        assert await gateway.value(token) == [7, "b", None, None]

    async def test_a_called_task(self, workers: WorkerFactory) -> None:
        """A value takes the place of the whole `input`; the number of the call and the element that made it are arguments."""
        gateway = (await workers.start("arguments")).gateway
        await gateway.connected()
        context = gateway.add_context(bindings=[binding(value=0)])
        (token,) = gateway.assign(context, values=[payload(["x", 2])], call_id="12", trigger_index=3)
        seen = await gateway.value(token)
        assert seen["initInput"] == ["x", 2]
        assert (seen["args"]["execId"], seen["args"]["triggerIndex"]) == ("12", 3)


class TestPrinting(LoggingChecks):
    """Check 19."""

    async def test_lines_of_a_task(self, workers: WorkerFactory) -> None:
        """All that a task prints arrives no later than its result, under its token."""
        gateway = (await workers.start("printing")).gateway
        token = await gateway.run("lines")
        await gateway.result(token)
        assert [(line.stream, line.text) for line in gateway.lines if line.token == token] == [
            (STDOUT, "to stdout"),
            (STDERR, "to stderr"),
            (STDOUT, '{"log": "in json", "stream": "stderr", "key": 1}'),
            (STDOUT, "no newline"),
        ]
        assert all(line.token == token for line in gateway.lines)
        assert all(line.time_us > 1_600_000_000_000_000 for line in gateway.lines)

    async def test_each_line_finds_its_task(self, workers: WorkerFactory) -> None:
        """Tasks that come in one frame and are over at once keep their lines apart."""
        gateway = (await workers.start("printing")).gateway
        await gateway.connected()
        tokens = gateway.assign(gateway.add_context(inputs=["lines"]), 20)
        quiet = gateway.assign(gateway.add_context(inputs=["quiet"]), 20)
        for token in tokens + quiet:
            await gateway.result(token)
        for token in tokens:
            assert len([line for line in gateway.lines if line.token == token]) == 4
        assert len(gateway.lines) == 4 * len(tokens)
