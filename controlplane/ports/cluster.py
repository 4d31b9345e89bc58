"""Where workers run: local processes or pods. Workers wanted in, workers and capacity out, events; nothing here blocks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from controlplane.ports.streams import AsyncStream


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSpec:
    """What one worker is started from."""

    algorithm_name: str
    algorithm_version: str
    runtime: str
    """``image:<name>`` for a container image, or what a build made (``ImageBuilder.build``), like ``env:python:/path``."""

    entry_point: str
    cpu_milli: int
    memory_mib: int
    slots: int = 1
    environment: Mapping[str, str] = field(default_factory=dict)
    """Variables of the author."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningWorker:
    worker_id: str
    """Chosen by the cluster, unique for ever; the worker announces it as ``incarnation_id``."""

    algorithm_name: str
    algorithm_version: str
    cpu_milli: int
    memory_mib: int
    started_at: float
    """Seconds since the epoch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """What all machines together can hold; part of it may be in use."""

    cpu_milli: int
    memory_mib: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """One machine and what it holds in all."""

    name: str
    cpu_milli: int
    memory_mib: int
    gpus: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerStarted:
    worker: RunningWorker


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerEnded:
    """A worker is gone, for whatever reason."""

    worker_id: str
    algorithm_name: str
    exit_code: int | None
    """None when it is not known; negative: killed by that signal."""
    last_lines: Sequence[str] = ()
    """End of what the worker itself wrote (not user code), at most 50 lines, for the reason shown to people."""


ClusterEvent = WorkerStarted | WorkerEnded


class Cluster(Protocol):
    async def start_worker(self, spec: WorkerSpec) -> RunningWorker:
        """Starts one worker; it connects to the control plane by itself.

        Raises ``UnavailableError`` when it cannot be started, with the reason.
        """
        ...

    async def stop_worker(self, worker_id: str, *, grace_seconds: float) -> None:
        """Ends a worker: politely, and by force after the grace. Nothing happens when it is gone."""
        ...

    def adopt(self, worker: RunningWorker, *, host: str, pid: int) -> bool:
        """Takes a worker over that an earlier control plane started; False when there is no such process."""
        ...

    async def workers(self) -> Sequence[RunningWorker]: ...

    async def capacity(self) -> Capacity: ...

    async def machines(self) -> Sequence[Machine]:
        """The machines that make up the capacity; empty when they are not known yet."""
        ...

    def refusal(self, runtime: str, references: Sequence[str] = ()) -> str:
        """Why no worker of that runtime can ever be here, as a sentence without its full stop; empty when there can.

        ``references`` are the author's variables that stand for secrets, config maps or fields of a pod.
        """
        ...

    def events(self) -> AsyncStream[ClusterEvent]:
        """Events from now on, in order. Closing the iterator ends the subscription."""
        ...

    async def close(self) -> None:
        """Ends all workers and returns when they are gone."""
        ...
