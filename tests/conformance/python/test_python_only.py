"""What only Python has: arrays, coroutines, environments of other versions, and a runner that outlives nothing."""

from __future__ import annotations

import asyncio
import os
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from distributedkube.api.type.v1 import payload_pb2
from tests.conformance.gateway import HANG_SECONDS, binding, value_source
from tests.conformance.harness import CODE, WorkerFactory


@pytest.mark.parametrize(
    ("entry_point", "module"),
    [("main.py", ""), ("main", ""), ("pkg/mod.py", "pkg.mod"), ("pkg.mod", "pkg.mod")],
)
async def test_entry_points(workers: WorkerFactory, entry_point: str, module: str) -> None:
    """A file or a dotted name; relative and absolute imports of neighbours work from both."""
    worker = await workers.start("", code_dir=CODE / "python" / "loading", entry_point=entry_point)
    value = await worker.gateway.value(await worker.gateway.run())
    assert value["names"] == ["sibling", "sibling"]
    assert value.get("module", "").endswith(module)


async def test_coroutines(workers: WorkerFactory) -> None:
    """They are awaited, `init` too, task after task."""
    gateway = (await workers.start("asynchronous")).gateway
    for _ in range(2):
        assert await gateway.value(await gateway.run()) == [True, False]


async def test_coroutine_is_cancelled(workers: WorkerFactory) -> None:
    """A coroutine that is told to stop by force does not go on, and the process does."""
    gateway = (await workers.start("asynchronous")).gateway
    token = await gateway.run("wait")
    await gateway.line("in start")
    gateway.cancel(token)
    assert (await gateway.result(token)).cancelled
    assert await gateway.value(await gateway.run()) == [True, False]
    assert gateway.named("worker_state") == []


async def test_cancelled_event(workers: WorkerFactory) -> None:
    """Code that waits for `api.cancelled` ends when it is told to."""
    gateway = (await workers.start("with_api")).gateway
    token = await gateway.run("wait")
    await gateway.line("in start")
    gateway.cancel(token, force=False)
    assert (await gateway.result(token)).cancelled


async def test_arrays_and_other_values(workers: WorkerFactory) -> None:
    """Arrays, NumPy's scalars, tuples and long lists are results like others, with their shapes."""
    gateway = (await workers.start("values")).gateway
    assert await gateway.value(await gateway.run("scalar")) == {"float": 1.5, "int": -3, "bool": True}
    assert await gateway.value(await gateway.run("bytes")) == b"\x00\x01"
    assert await gateway.value(await gateway.run("long list", 1_000_000)) == list(range(1_000_000))
    token = await gateway.run("tuple", save_paths=["node"])
    assert await gateway.value(token) == ("a", ("b", 1))
    assert (await gateway.result(token)).output.shapes[0] == payload_pb2.PathShape(path="node", type="array", size=2)
    token = await gateway.run("array", 1000, save_paths=["node"])
    assert (await gateway.result(token)).output.shapes[0].size == 1000


async def test_large_array_from_task_to_task(workers: WorkerFactory) -> None:
    """100 MB leave through the object store and come back as the input of the next task."""
    gateway = (await workers.start("values")).gateway
    produced = await gateway.result(await gateway.run("array", 12_500_000))
    reference = payload_pb2.Payload(ref=produced.output.ref)
    assert reference.ref.size > 100_000_000
    reference.ref.url = gateway.blobs.url(reference.ref.key)
    consumed = await gateway.run(
        "sum", None, sources=[value_source(reference)], bindings=[binding("1", source=0, whole=True)]
    )
    assert await gateway.value(consumed) == sum(range(12_500_000))


async def test_exit_inside_start(workers: WorkerFactory) -> None:
    """`sys.exit` in user code counts as a crash, with its code."""
    gateway = (await workers.start("raising")).gateway
    failure = (await gateway.result(await gateway.run("exit"))).failure
    assert failure.category == payload_pb2.Failure.CATEGORY_CRASH
    assert "exit code 4" in failure.message
    assert await gateway.value(await gateway.run("fine")) == "fine"


def interpreter(version: str) -> str | None:
    """An interpreter of a version that really runs."""
    found = shutil.which(f"python{version}")
    runs = found is not None and subprocess.run([found, "-c", ""], capture_output=True, check=False).returncode == 0
    return found if runs else None


@pytest.mark.parametrize(
    "version", ["3.9", "3.10", f"{sys.version_info.major}.{sys.version_info.minor}", "3.13", "3.14"]
)
async def test_bare_environment(workers: WorkerFactory, tmp_path: Path, version: str) -> None:
    """The algorithm's environment needs nothing installed, of any version; user code sees neither gRPC nor secrets."""
    python = interpreter(version)
    if python is None:
        pytest.skip(f"no Python {version} here")
    await asyncio.to_thread(
        subprocess.run, [python, "-m", "venv", "--without-pip", tmp_path / "env"], check=True, capture_output=True
    )
    worker = await workers.start("environment", environ={"DK_RUNNER_PYTHON": str(tmp_path / "env/bin/python")})
    value = await worker.gateway.value(await worker.gateway.run({"any": [1.5, b"x"]}))
    assert value == {"token": None, "grpc": False, "main": True, "version": [int(part) for part in version.split(".")]}


async def test_interpreter_that_is_not_there(workers: WorkerFactory) -> None:
    """It is an error of loading, which names the interpreter."""
    worker = await workers.start("echo", environ={"DK_RUNNER_PYTHON": "/no/such/python"})
    error = (await worker.gateway.connected()).hello.load_error
    assert error.category == payload_pb2.Failure.CATEGORY_LOAD
    assert "/no/such/python" in error.message


async def test_runner_ends_with_its_agent(workers: WorkerFactory) -> None:
    """When the agent is killed, user code does not go on for nobody, even in the middle of a task."""
    worker = await workers.start("crashing")
    pid = await worker.gateway.value(await worker.gateway.run("pid"))
    runner = os.pidfd_open(pid)
    try:
        worker.signal(signal.SIGKILL)
        ready, _, _ = await asyncio.to_thread(select.select, [runner], [], [], HANG_SECONDS)
        assert ready == [runner]
    finally:
        os.close(runner)


async def test_settings_are_checked(workers: WorkerFactory) -> None:
    """A wrong environment ends the worker with a sentence."""
    worker = await workers.start("echo", environ={"DK_SLOTS": "none"})
    assert await worker.exited() == 2
    assert "DK_SLOTS" in await asyncio.to_thread(worker.log.read_text)
