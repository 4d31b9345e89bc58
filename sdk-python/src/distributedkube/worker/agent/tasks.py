"""A task in the agent's hands, and how its end is told."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from pathlib import Path
from typing import Any, Final, TypeAlias

from distributedkube.api.type.v1 import payload_pb2
from distributedkube.worker import wire
from distributedkube.worker.agent.calls import OpenCalls
from distributedkube.worker.agent.contexts import AgentContext
from distributedkube.worker.agent.runner import RunnerProcess

Category: TypeAlias = "payload_pb2.Failure.Category.ValueType"

_OOM_COUNTERS: Final = (Path("/sys/fs/cgroup/memory.events"), Path("/sys/fs/cgroup/memory/memory.oom_control"))


class Ending(StrEnum):
    """Why a task was told to stop, which decides what is said of it when it has."""

    CANCELLED = "cancelled"
    TIMEOUT = "timeout"
    LOST = "lost"
    REVOKED = "revoked"  # Nothing is said.


class Place(Enum):
    """Where a task is."""

    FETCHING = 1  # Its inputs are on their way.
    RUNNER = 2  # It runs, or waits to.
    STORING = 3  # Its result is on its way.


@dataclass(slots=True, eq=False)
class HeldTask:
    """A task from its assignment to its result."""

    token: bytes
    context: AgentContext
    message: list[Any]
    """The task as runners take it; the first field is its number there."""
    place: Place = Place.RUNNER
    runner: RunnerProcess | None = None
    """Set while the place is `RUNNER`."""
    refs: Sequence[payload_pb2.BlobRef] = ()
    """Objects that are pinned for it."""
    transfer: asyncio.Task[None] | None = None
    """Set while the place is `FETCHING` or `STORING`."""
    since_ns: int = 0
    """When the transfer or the stopping began."""
    reported_phase: int = 0
    reported_ns: int = 0
    fetch_us: int = 0
    ending: Ending | None = None
    ending_reason: str = ""
    kill_timer: asyncio.TimerHandle | None = None
    calls: OpenCalls | None = None
    """Set from the first call of its user code to the end of that."""

    @property
    def number(self) -> int:
        """Its number in its runner; 0 before it gets there."""
        return int(self.message[0])

    @property
    def begun(self) -> bool:
        """Whether its runner has begun it, or is done with it."""
        return self.place is Place.STORING or (self.runner is not None and self.number <= self.runner.page[wire.BEGUN])


def failure(category: Category, kind: str, message: str) -> payload_pb2.Failure:
    """A failure that the agent itself has noticed."""
    return payload_pb2.Failure(category=category, type=kind, message=message, source="worker")


def failure_from_runner(fields: dict[str, Any]) -> payload_pb2.Failure:
    """The failure that a runner has described."""
    described = payload_pb2.Failure(
        category=fields["category"],
        type=fields["type"],
        message=_valid(fields["message"]),
        stack_trace=_valid(fields.get("stack_trace", "")),
        source="runner",
    )
    if "cause" in fields:
        described.cause.CopyFrom(failure_from_runner(fields["cause"]))
    return described


def crash_failure(exit_code: int, out_of_memory: bool) -> payload_pb2.Failure:
    """The failure of the task in which a runner ended."""
    if out_of_memory:
        return failure(
            payload_pb2.Failure.CATEGORY_OUT_OF_MEMORY,
            "OutOfMemory",
            "the process with the user code was killed because it used too much memory; give the algorithm more memory",
        )
    return failure(
        payload_pb2.Failure.CATEGORY_CRASH, "Crash", f"the process with the user code ended {describe_exit(exit_code)}"
    )


def describe_exit(exit_code: int) -> str:
    """An exit code, negative for a signal, in words."""
    if exit_code >= 0:
        return f"with exit code {exit_code}"
    try:
        return f"by signal {signal.Signals(-exit_code).name}"
    except ValueError:
        return f"by signal {-exit_code}"


def count_oom_kills(counters: tuple[Path, ...] = _OOM_COUNTERS) -> int:
    """How often the kernel has killed a process of this container for its memory use; 0 where that cannot be told."""
    for path in counters:
        try:
            lines = path.read_text().splitlines()
        except OSError:
            continue
        for line in lines:
            name, _, value = line.partition(" ")
            if name == "oom_kill" and value.isdecimal():
                return int(value)
    return 0


def _valid(text: str) -> str:
    """A text without lone surrogates, which protobuf does not take."""
    return text.encode(errors="replace").decode()
