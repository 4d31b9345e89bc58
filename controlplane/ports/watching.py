"""Live topics: what is watched, and what is told of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, Protocol

from controlplane.domain.catalog_records import BuildRecord
from controlplane.domain.errors import DistributedKubeError
from controlplane.domain.job_view import JobView
from controlplane.domain.merge_patch import Document
from controlplane.domain.reasons import Reason
from controlplane.ports.job_index import JobFilter
from controlplane.ports.job_queue import QueuedJob
from controlplane.ports.logs import LogLine
from controlplane.ports.streams import AsyncStream


class Window(NamedTuple):
    """Part of a list."""

    first: int = 1
    """Place of its first row, from 1."""
    size: int = 100
    """Most rows in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicFilter:
    """Which part of a topic. Filters that are equal are one topic, computed once."""

    id: str = ""
    ids: tuple[str, ...] = ()
    query: JobFilter = field(default_factory=JobFilter)
    """Which jobs count as matches."""
    job: str = ""
    node: str = ""
    task: str = ""
    build: str = ""
    algorithm: str = ""
    attempt: int = 0
    level: str = ""
    source: str = ""
    q: str = ""
    window: Window = field(default=Window())
    status: tuple[str, ...] = ()
    """Words of task states."""
    sort: str = ""
    """Name of what tasks are ordered by; empty: their order in the job."""
    order: str = ""
    """``desc`` to turn the order round."""
    unknown: tuple[str, ...] = ()
    """Keys that no topic takes."""


@dataclass(frozen=True, slots=True)
class Topic:
    name: str
    filter: TopicFilter = field(default_factory=TopicFilter)
    cursor: str = ""
    """Of the last frame that the caller has; empty to begin with a snapshot."""
    error: DistributedKubeError | None = None
    """What was found wrong with it when it was read; it is told in the topic's place."""


class FrameKind(StrEnum):
    """The words are those of the API."""

    SNAPSHOT = "snapshot"
    PATCH = "patch"
    GONE = "gone"
    GAP = "gap"
    ERROR = "error"


class Frame(NamedTuple):
    """One piece of news."""

    place: int
    """Place of its topic among those that were asked for."""
    topic: str
    kind: FrameKind
    cursor: str = ""
    revision: int = 0
    content: bytes = b""
    """A JSON object; for patches a merge patch."""
    error: DistributedKubeError | None = None


class Watching(Protocol):
    def watch(self, topics: Sequence[Topic]) -> AsyncStream[Frame]:
        """News of all topics until nothing more will come of any. Read slowly, it leaves patches out and says so.

        What is wrong with one topic is a frame of its own; it is raised when the topic is the only one and never began.
        """
        ...


class TopicDocuments(Protocol):
    """Writes what topics show as plain JSON, in the form it has over REST."""

    def job(self, view: JobView) -> Document:
        """The status of a job, with ``nodes`` by their names."""
        ...

    def job_row(self, view: JobView) -> Document:
        """A job among others: its status without nodes and counts."""
        ...

    def explanation(self, view: JobView, reasons: Sequence[Reason] | None) -> Document:
        """Why a job is where it is; None for reasons when nobody drives it."""
        ...

    async def tasks(self, wanted: TopicFilter) -> Document:
        """Tasks of a job in a window, and how many there are in each state. Raises as ``ListTasks``."""
        ...

    def queued(self, job: QueuedJob) -> Document:
        """A job that waits, with its place."""
        ...

    def build(self, build: BuildRecord) -> Document: ...

    def log_lines(self, lines: Sequence[LogLine]) -> bytes:
        """The JSON text of a list."""
        ...

    def build_lines(self, lines: Sequence[str]) -> bytes:
        """The same of a build's log, with the key ``message`` alone."""
        ...
