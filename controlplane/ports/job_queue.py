"""The queue of jobs that wait to become active, from whoever drives them. Embedded a function call; between replicas an RPC.

The queue is two lists: *preferred* jobs start first, in the order that people gave them, then the *managed* ones by their
score. What people want is written to the store (``domain.queue_records``); drivers follow it. Nothing here changes anything.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from controlplane.ports.state_store import Revision


class QueuedJob(NamedTuple):
    """A job that waits to become active."""

    job_id: str
    experiment: str
    pipeline: str
    priority: int
    max_exceeded: bool
    """Whether it had to wait for other jobs of its pipeline when it was accepted."""
    submitted_at: float
    """Seconds since the epoch."""
    tags: tuple[str, ...]
    preferred: bool
    position: int
    """Place among all that wait, from 1: the preferred ones come first."""
    score: float
    """What a managed job stands by; for a preferred one what it would have."""


class QueueCounts(NamedTuple):
    managed: int
    preferred: int


class JobQueueView(Protocol):
    def counts(self) -> QueueCounts: ...

    def jobs(self, *, preferred: bool, start: int = 0, stop: int | None = None) -> Sequence[QueuedJob]:
        """A part of one of the lists, the next to start first; ``start`` and ``stop`` count from 0 as in a slice."""
        ...

    def get(self, job_id: str) -> QueuedJob | None:
        """A job that waits; None when it does not, or is not driven here."""
        ...

    async def settled(self, revision: Revision) -> None:
        """Returns when the lists show what was written at a revision; at once when they show something newer."""
        ...
