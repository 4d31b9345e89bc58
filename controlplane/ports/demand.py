"""What queues tell scaling: how much there is to do and how urgent it is, and which workers are busy."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from controlplane.domain.pipeline import DEFAULT_PRIORITY


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueDemand:
    """All that one algorithm is wanted for."""

    tasks: int
    """Waiting and running, without those of jobs on hold and those that only wait for their calls."""
    expected: bool
    """A running job will need the algorithm."""
    called_tasks: int = 0
    """Those of ``tasks`` that were made by calls: other tasks wait for them, and keep their workers meanwhile."""
    best_priority: int = DEFAULT_PRIORITY
    """The strongest among the waiting tasks; the default one when none waits."""
    oldest_seconds: float = 0.0
    """For how long the node with work that had no turn for longest has had none; 0 when none waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectedWorker:
    worker_id: str
    algorithm: str
    version: str
    host: str
    pid: int
    busy: bool
    idle_since: float
    """Monotonic seconds; meaningless when busy."""
    blocked: bool = False
    """All of its slots wait for calls of their tasks: it is busy, does no work, and gets none."""


class DemandSource(Protocol):
    def demand(self) -> Mapping[str, QueueDemand]:
        """By algorithm; those without any are left out."""
        ...

    def connected(self) -> Sequence[ConnectedWorker]:
        """Workers with a session, also while its stream is broken."""
        ...

    def on_demand(self, callback: Callable[[], None]) -> None:
        """Calls back when more or other workers may be wanted, also because one blocks or goes on.

        May call often: the callee merges.
        """
        ...

    def leave(self, worker_id: str, *, grace_seconds: float) -> None:
        """Asks a connected worker to finish what it has begun and end; it gets no new tasks."""
        ...

    def lost(self, worker_id: str, reason: str) -> None:
        """The cluster says that a worker is gone; its tasks need not wait for its lease."""
        ...
