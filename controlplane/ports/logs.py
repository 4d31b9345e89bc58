"""Lines that user code and workers write: kept by job, in the order of arrival."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from controlplane.domain.values import Json
from controlplane.ports.streams import AsyncStream

LEVELS = ("trace", "debug", "info", "warning", "error", "critical")
"""What a filter may ask for, the least important first."""

_RANKS = {level: rank for rank, level in enumerate(LEVELS)} | {"warn": 3, "fatal": 5}
_UNKNOWN_RANK = _RANKS["info"]


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
class LogFilter:
    """Which lines are wanted; what is empty admits all."""

    node: str = ""
    task_id: str = ""
    attempt: int = 0
    level: str = ""
    """One of ``LEVELS``: lines of this level or worse. Levels of other names count as ``info``."""
    stream: str = ""
    text: str = ""
    """Part of the line, in any case."""

    def admits(self, line: LogLine) -> bool:
        return (
            (not self.node or line.node == self.node)
            and (not self.task_id or line.task_id == self.task_id)
            and (not self.attempt or line.attempt == self.attempt)
            and (not self.stream or line.stream == self.stream)
            and (not self.level or _RANKS.get(line.level.lower(), _UNKNOWN_RANK) >= _RANKS[self.level])
            and (not self.text or self.text.casefold() in line.text.casefold())
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPage:
    lines: Sequence[LogLine]
    before: str
    """The place before the lines; empty when there is nothing before it."""
    cursor: str
    """The place behind the lines."""
    ended: bool
    """The job has ended and there is nothing behind this page."""
    more: bool = False
    """Whether it was cut: there is more in its direction already."""
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
    async def read(self, job_id: str, *, wanted: LogFilter, cursor: str, limit: int, backward: bool = False) -> LogPage:
        """Lines behind a place, or before it; an empty ``cursor`` is the beginning, or the end.

        At most ``limit``, and fewer when they are long: no page is larger than what one message may be.
        Raises ``InvalidError`` for a bad cursor. An unknown job has no lines.
        """
        ...

    def follow(self, job_id: str, *, wanted: LogFilter, cursor: str) -> AsyncStream[LogPage]:
        """Pages as lines arrive; the last one has ``ended``."""
        ...
