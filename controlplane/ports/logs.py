"""Lines that user code and workers write: kept by job, in the order of arrival."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from controlplane.domain.values import Json
from controlplane.ports.streams import AsyncStream


class LogLine(NamedTuple):
    time: float
    """Seconds since the epoch."""
    node: str
    task_id: str
    batch_index: int
    attempt: int
    stream: str
    """``stdout``, ``stderr`` or ``worker``."""
    level: str
    text: str
    fields: dict[str, Json] = {}  # noqa: RUF012  (never written to)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPage:
    lines: Sequence[LogLine]
    cursor: str
    """Where the next page starts."""
    ended: bool
    """The job has ended and there is nothing after this page."""
    dropped: int = field(default=0)


class LogSink(Protocol):
    def write(self, job_id: str, lines: Sequence[LogLine], dropped: int) -> None:
        """Takes lines; never blocks. Over a job's limit they are dropped and counted."""
        ...

    def begin(self, job_id: str) -> None:
        """The job is being driven: lines may come, and followers wait for them."""
        ...

    def end(self, job_id: str) -> None:
        """No more lines will come."""
        ...


class LogReader(Protocol):
    async def read(self, job_id: str, *, node: str, task_id: str, cursor: str, limit: int) -> LogPage:
        """Raises ``InvalidError`` for a bad cursor. An unknown job has no lines."""
        ...

    def follow(self, job_id: str, *, node: str, cursor: str) -> AsyncStream[LogPage]:
        """Pages as lines arrive; the last one has ``ended``."""
        ...
