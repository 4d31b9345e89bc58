"""Checks 8 and 9: user code that raises, and processes that end."""

from __future__ import annotations

import pytest

from distributedkube.api.type.v1 import payload_pb2
from distributedkube.api.worker.v1 import worker_pb2
from tests.conformance.gateway import Event
from tests.conformance.harness import WorkerFactory

Failure = payload_pb2.Failure


class FailingChecks:
    @pytest.mark.parametrize(
        ("place", "category"), [("init", Failure.CATEGORY_INIT), ("start", Failure.CATEGORY_USER_CODE)]
    )
    async def test_raises(self, workers: WorkerFactory, place: str, category: int) -> None:
        """Type, message, stack and cause are told, and the next task is served by the same process."""
        gateway = (await workers.start("raising")).gateway
        failure = (await gateway.result(await gateway.run(place))).failure
        assert failure.category == category
        assert failure.type.endswith("OwnError")
        assert failure.message == f"failed in {place}"
        assert "raising" in failure.stack_trace
        assert failure.cause.message == "'the root'"
        assert await gateway.value(await gateway.run("fine")) == "fine"
        assert gateway.named("worker_state") == []

    async def test_result_that_cannot_be_encoded(self, workers: WorkerFactory) -> None:
        """This is no failure of user code proper, and is told as such."""
        gateway = (await workers.start("raising")).gateway
        failure = (await gateway.result(await gateway.run("unencodable"))).failure
        assert failure.category == Failure.CATEGORY_OUTPUT_ENCODE
        assert "object" in failure.message
        assert await gateway.value(await gateway.run("fine")) == "fine"

    async def test_exit_that_raises(self, workers: WorkerFactory) -> None:
        """The worker leaves all the same, with the code it was given."""
        worker = await workers.start("raising")
        assert await worker.gateway.value(await worker.gateway.run("fine")) == "fine"
        worker.gateway.send(Event(exit=worker_pb2.Exit(exit_code=5)))
        assert await worker.exited() == 5
        assert any("failed in exit" in line.text for line in worker.gateway.lines)

    @pytest.mark.parametrize(
        ("how", "words", "exit_code", "signal"),
        [("exit", "exit code 3", 3, None), ("segfault", "SIGSEGV", None, 11), ("kill", "SIGKILL", None, 9)],
    )
    async def test_process_ends(
        self, workers: WorkerFactory, how: str, words: str, exit_code: int | None, signal: int | None
    ) -> None:
        """The running task fails as a crash, the ones behind it are run by a new process, and the worker stays."""
        gateway = await workers.gateway()
        await workers.start("crashing", gateway=gateway)
        await gateway.connected()
        crash, rest = gateway.add_context(inputs=[how]), gateway.add_context(inputs=["pid"])
        before = await gateway.value(gateway.assign(rest)[0])
        (crashing,) = gateway.assign(crash)
        waiting = gateway.assign(rest, 3)
        failure = (await gateway.result(crashing)).failure
        assert failure.category == Failure.CATEGORY_CRASH
        assert words in failure.message
        pids = {await gateway.value(token) for token in waiting}
        assert len(pids) == 1
        assert before not in pids
        (state,) = gateway.named("worker_state")
        assert state.state == worker_pb2.WorkerState.STATE_RUNNER_RESTARTED
        assert (state.exit_code if state.HasField("exit_code") else None) == exit_code
        assert (state.signal if state.HasField("signal") else None) == signal
        assert all(len(results) == 1 for results in gateway.results.values())
