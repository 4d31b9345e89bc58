"""Calls of a task inside the runner: what the agent hears, in which order, and what becomes of those that wait."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

import pytest

from distributedkube import codec
from distributedkube.worker import wire
from distributedkube.worker.agent.calls import busy_ns
from distributedkube.worker.errors import (
    ChildFailedError,
    ChildStoppedError,
    DistributedKubeError,
    NotInJobError,
    TaskCancelled,
)
from distributedkube.worker.runner.api import TaskApi
from distributedkube.worker.runner.calls import Call, Outlet

LIMIT = 100


class Agent:
    """The other end: keeps what it hears, and lets a test wait for it."""

    def __init__(self, spool: Path) -> None:
        self.heard: list[Any] = []
        self._changed = threading.Condition()
        self.api = TaskApi(Outlet(self._hear, str(spool), LIMIT), 1, None)

    def _hear(self, message: Any) -> None:
        with self._changed:
            self.heard.append(message)
            self._changed.notify_all()

    def wait(self, *kinds: int) -> None:
        """Waits until exactly these kinds of messages were heard, in order."""
        with self._changed:
            assert self._changed.wait_for(lambda: [message[0] for message in self.heard] == list(kinds), timeout=60)


@pytest.fixture
def agent(tmp_path: Path) -> Agent:
    return Agent(tmp_path)


def called(agent: Agent, given: Any = ()) -> Call:
    call: Call = agent.api.start_algorithm("child", given, blocking=False)
    return call


def output(value: Any) -> list[Any]:
    data = codec.pack(value)
    return [wire.ANSWER_OUTPUT, ["", data, None, len(data)]]


def test_what_the_agent_hears(agent: Agent) -> None:
    """A call, that somebody waits for it, and that nobody does any more; an answer that is there takes no waiting."""
    call = called(agent, [1])
    waiter = threading.Thread(target=call.result)
    waiter.start()
    agent.wait(wire.CALL, wire.WAITS)
    other = threading.Thread(target=call.result)
    other.start()
    agent.api._answer("1", output("value"))
    waiter.join()
    other.join()
    agent.wait(wire.CALL, wire.WAITS, wire.WAITS)
    assert [message[2] for message in agent.heard[1:]] == [True, False]
    assert call.result() == "value"
    agent.wait(wire.CALL, wire.WAITS, wire.WAITS)


def test_errors(agent: Agent) -> None:
    """A failure without a text gets one; one value that cannot be decoded is an error of its own."""
    calls = [called(agent) for _ in range(3)]
    agent.api._answer("1", [wire.ANSWER_FAILED, "CRASH", "Crash", ""])
    agent.api._answer("2", [wire.ANSWER_STOPPED, "enough"])
    agent.api._answer("3", [wire.ANSWER_OUTPUT, ["", b"\x92\x01", None, 2]])
    with pytest.raises(ChildFailedError, match="child failed") as failed:
        calls[0].result()
    assert (failed.value.category, failed.value.type, failed.value.child) == ("CRASH", "Crash", "child")
    with pytest.raises(ChildStoppedError, match="enough"):
        calls[1].result()
    for _ in range(2):
        with pytest.raises(Exception, match="decoded"):
            calls[2].result()


def test_a_stop_ends_all_waiting(agent: Agent) -> None:
    """The children are given up, who waits and who calls gets an error; the end of the task says nothing more."""
    calls = [called(agent) for _ in range(2)]
    agent.api._stop("enough")
    agent.wait(wire.CALL, wire.CALL, wire.CANCEL_CALL, wire.CANCEL_CALL)
    for attempt in (calls[0].result, calls[1].result, lambda: called(agent)):
        with pytest.raises(TaskCancelled, match="enough"):
            attempt()
    agent.api._end()
    agent.wait(wire.CALL, wire.CALL, wire.CANCEL_CALL, wire.CANCEL_CALL)


def test_the_end_of_a_task(agent: Agent) -> None:
    """Nothing is said of open calls; who waits in another thread is told, and so is who calls later."""
    call = called(agent)
    agent.api._end()
    for attempt in (call.result, lambda: called(agent)):
        with pytest.raises(NotInJobError):
            attempt()
    call.cancel()
    agent.wait(wire.CALL)


def test_no_first_call_slips_past_the_end(tmp_path: Path) -> None:
    """However a first call from another thread and the end of the task meet, the call is refused or told of the end."""
    for _ in range(200):
        agent = Agent(tmp_path)
        ended = threading.Barrier(2)
        outcomes: list[str] = []

        def call(agent: Agent = agent, ended: threading.Barrier = ended, outcomes: list[str] = outcomes) -> None:
            ended.wait()
            try:
                called(agent).result(timeout=60)
            except DistributedKubeError as error:
                outcomes.append(type(error).__name__)

        thread = threading.Thread(target=call)
        thread.start()
        ended.wait()
        agent.api._end()
        thread.join()
        assert outcomes == ["NotInJobError"]


def test_large_values_leave_no_files(agent: Agent, tmp_path: Path) -> None:
    """An input is the agent's to delete, an answer that is read or not wanted is ours, and a refused call leaves none."""
    call, unwanted = called(agent, ["x" * 200]), called(agent)
    (_, _, _, _, _, given, _) = agent.heard[0]
    content_type, data, path, size = given
    written = Path(path).read_bytes()
    assert (data, size) == (None, len(written))
    assert codec.decode(content_type, written) == ["x" * 200]
    Path(path).unlink()
    for name in ("one", "two"):
        (tmp_path / name).write_bytes(codec.pack(name))
    agent.api._answer("1", [wire.ANSWER_OUTPUT, ["", None, str(tmp_path / "one"), 4]])
    assert [call.result(), call.result()] == ["one", "one"]
    unwanted.cancel()
    agent.api._answer("2", [wire.ANSWER_OUTPUT, ["", None, str(tmp_path / "two"), 4]])
    agent.api._end()
    with pytest.raises(NotInJobError):
        called(agent, ["x" * 200])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("method", "arguments", "text"),
    [
        ("start_algorithm", ("",), "name must be a name"),
        ("start_algorithm", ("child", {"a": 1}), "input must be a list, not dict"),
        ("start_stored_subpipeline", ("pipeline", [1]), "flow_input must be a dict, not list"),
        ("start_raw_subpipeline", ("raw", {}, {}), "nodes must be a list, not dict"),
        ("start_raw_subpipeline", ("raw", [], {}, "fast"), "options must be a dict, not str"),
    ],
)
def test_wrong_arguments(agent: Agent, method: str, arguments: tuple[Any, ...], text: str) -> None:
    """They are named, and nothing is sent."""
    with pytest.raises(TypeError, match=text):
        getattr(agent.api, method)(*arguments)
    assert agent.heard == []


def test_processor_time() -> None:
    """Of a process that is there it is known, whoever's child it is."""
    assert busy_ns(os.getpid()) > 0
    assert busy_ns(0) == 0
