"""What queues tell scaling: how much there is to do, and which workers are busy."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueDemand:
    tasks: int
    """Waiting and running."""
    expected: bool
    """A running job will need the algorithm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectedWorker:
    worker_id: str
    algorithm: str
    version: str
    host: str
    pid: int
    busy: bool
    idle_since: float
    """Monotonic seconds."""


class DemandSource(Protocol):
    def demand(self) -> Mapping[str, QueueDemand]:
        """By algorithm; those without any are left out."""
        ...

    def connected(self) -> Sequence[ConnectedWorker]:
        """Workers with a session, also while its stream is broken."""
        ...

    def on_demand(self, callback: Callable[[], None]) -> None:
        """Calls back when more or other workers may be wanted. May call often: the callee merges."""
        ...

    def leave(self, worker_id: str, *, grace_seconds: float) -> None:
        """Asks a connected worker to finish what it has begun and end; it gets no new tasks."""
        ...

    def lost(self, worker_id: str, reason: str) -> None:
        """The cluster says that a worker is gone; its tasks need not wait for its lease."""
        ...
