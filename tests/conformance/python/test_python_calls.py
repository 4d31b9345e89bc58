"""Calls in the ways that only Python has: awaiters, coroutines, older names, and threads of which one waits."""

from __future__ import annotations

from pathlib import Path

from distributedkube.api.type.v1 import payload_pb2
from tests.conformance.gateway import payload
from tests.conformance.harness import WorkerFactory

Failure = payload_pb2.Failure


async def test_await(workers: WorkerFactory) -> None:
    """Calls can be awaited, together as well; while nothing but calls is awaited, the slot is blocked."""
    gateway = (await workers.start("calling")).gateway
    token = await gateway.run("gather", 3)
    for call_id in ("1", "2", "3"):
        await gateway.call(token, call_id)
    await gateway.slot(token, True)
    for call_id in ("3", "1", "2"):
        gateway.answer(token, call_id, output=payload(call_id))
    assert await gateway.value(token) == ["1", "2", "3"]
    await gateway.slot(token, True, False)


async def test_waiting_that_is_given_up(workers: WorkerFactory) -> None:
    """Neither a timeout nor a cancelled `await` ends the call; it can be waited for again, more than once."""
    gateway = (await workers.start("calling")).gateway
    token = await gateway.run("too late")
    await gateway.line("timed out")
    gateway.answer(token, output=payload("late"))
    assert await gateway.value(token) == ["late", "late"]
    token = await gateway.run("timeout")
    await gateway.line("timed out again")
    gateway.answer(token, output=payload("late"))
    message, *rest = await gateway.value(token)
    assert "0.05 s" in message
    assert rest[1:] == ["late", True, "late", True]
    assert gateway.named("call_cancel") == []


async def test_errors_are_raised_each_time(workers: WorkerFactory) -> None:
    """They are those of `distributedkube.worker`."""
    gateway = (await workers.start("calling")).gateway
    token = await gateway.run("failed")
    await gateway.call(token)
    gateway.answer(token, failure=Failure(category=Failure.CATEGORY_TIMEOUT, type="Timeout", message="too long"))
    assert await gateway.value(token) == [["too long", "pipeline", "TIMEOUT", "Timeout"]] * 2


async def test_coroutine_is_stopped_while_it_waits(workers: WorkerFactory) -> None:
    """By an error where it waits, even when the stop is graceful."""
    gateway = (await workers.start("calling")).gateway
    token = await gateway.run("wait")
    await gateway.call(token)
    gateway.cancel(token, force=False)
    assert (await gateway.result(token)).cancelled
    assert await gateway.value(await gateway.run("number", 5)) == 5


async def test_older_names(workers: WorkerFactory) -> None:
    """Code written for older wrappers finds methods and arguments under the names it knows."""
    gateway = (await workers.start("calling")).gateway
    token = await gateway.run("old names")
    for call_id, given, include in (("1", [1], False), ("2", {"x": 1}, True), ("3", {"x": 2}, True)):
        call = await gateway.call(token, call_id)
        assert (gateway.decode(call.input), call.include_result) == (given, include)
        gateway.answer(token, call_id, output=payload(call_id))
    assert await gateway.value(token) == ["1", "2", "3"]
    failure = (await gateway.result(await gateway.run("twice"))).failure
    assert "includeResult is the old name of include_result" in failure.message


async def test_forked_process(workers: WorkerFactory) -> None:
    """It has nobody to call; its parent has."""
    gateway = (await workers.start("calling")).gateway
    token = await gateway.run("forked")
    await gateway.call(token)
    gateway.answer(token, output=payload("answered"))
    assert await gateway.value(token) == ["NotInJobError", "answered"]
    assert len(gateway.calls(token)) == 1


async def test_large_pipeline(workers: WorkerFactory) -> None:
    """The descriptor of a pipeline has to travel inline; the error says what to do."""
    gateway = await workers.gateway()
    gateway.limits.max_inline_bytes = 1000
    await workers.start("calling", gateway=gateway)
    failure = (await gateway.result(await gateway.run("large pipeline"))).failure
    assert failure.type == "PayloadTooLargeError"
    assert "flow_input" in failure.message


async def test_call_that_nobody_waits_for(workers: WorkerFactory) -> None:
    """The slot is blocked from when somebody does, not before."""
    gateway = (await workers.start("calling")).gateway
    token = await gateway.run("nobody waits")
    await gateway.line("in start")
    assert gateway.slots(token) == []
    await gateway.slot(token, True)
    gateway.answer(token, output=payload("answered"))
    assert await gateway.value(token) == "answered"


async def test_thread_that_waits_while_another_works(workers: WorkerFactory, tmp_path: Path) -> None:
    """The slot is not blocked as long as the process is busy."""
    gateway = (await workers.start("calling")).gateway
    gate = tmp_path / "gate"
    token = await gateway.run("busy", str(gate))
    await gateway.line("is busy")
    assert gateway.slots(token) == []
    gate.touch()
    await gateway.slot(token, True)
    gateway.answer(token, output=payload("answered"))
    assert await gateway.value(token) == "answered"


async def test_waiting_for_one_after_the_other(workers: WorkerFactory) -> None:
    """The slot stays blocked when the next wait follows at once."""
    gateway = (await workers.start("calling")).gateway
    token = await gateway.run("one by one", 20)
    await gateway.call(token, "20")
    await gateway.slot(token, True)
    for number in range(20):
        gateway.answer(token, str(number + 1), output=payload(number))
    assert await gateway.value(token) == list(range(20))
    await gateway.slot(token, True, False)


async def test_files_are_in_the_folder_for_work(workers: WorkerFactory, tmp_path: Path) -> None:
    """A worker leaves nothing anywhere else, so that who gave the folder can clean up after one that is killed."""
    work, elsewhere = tmp_path / "work", tmp_path / "elsewhere"
    work.mkdir()
    elsewhere.mkdir()
    gateway = await workers.gateway()
    gateway.limits.max_inline_bytes = 1000
    environ = {"DK_WORK_DIR": str(work), "TMPDIR": str(elsewhere)}
    worker = await workers.start("calls", gateway=gateway, environ=environ)
    token = await gateway.run("big", 5000)
    await gateway.call(token)
    gateway.answer(token, output=payload_pb2.Payload(ref=gateway.blobs.ref("large", b"\x01")))
    assert await gateway.value(token) == 1
    (folder,) = work.iterdir()
    left = sorted(path.name.partition("-")[0] for path in folder.iterdir())
    assert left == ["input", "support"], "of the call nothing is left but what the cache keeps"
    assert list(elsewhere.iterdir()) == []
    worker.process.terminate()
    assert await worker.exited() == 0
    assert list(work.iterdir()) == []
