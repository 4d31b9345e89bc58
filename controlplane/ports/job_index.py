"""Finding jobs by what they are, among very many.

``JobIndex`` is the projection: what it holds can be made again from the state store at any time, so it need not be durable,
only honest about how far it has come. ``JobSearch`` is what callers ask; whoever implements it keeps the index up with the
store, so that a search sees every job whose acceptance was answered before it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple, Protocol

from controlplane.domain.job_events import JobState
from controlplane.domain.job_facts import JobFacts, StateChange
from controlplane.ports.state_store import Revision

MAX_FOUND = 1000
"""Most jobs in one answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFilter:
    """All that is said must hold; what is empty or None says nothing."""

    experiment: str = ""
    name: str = ""
    """Job id, external id or name of the pipeline."""
    name_prefix: str = ""
    """How one of these begins."""
    pipeline: str = ""
    """Name of the pipeline and nothing else."""
    type: str = ""
    algorithm: str = ""
    """Algorithm of any node."""
    states: tuple[JobState, ...] | None = None
    """Any of these; none at all matches nothing."""
    tags: tuple[str, ...] = ()
    """Any of these."""
    user: str = ""
    """Who started it."""
    external: bool | None = None
    """Whether it has an external id."""
    started_from: float | None = None
    """Submitted then or later; seconds since the epoch."""
    started_before: float | None = None
    """Submitted earlier; seconds since the epoch."""


class JobOrder(Enum):
    """What comes first."""

    NEWEST = auto()
    """Submitted last."""
    OLDEST = auto()
    """Submitted first."""
    CHANGED_LAST = auto()
    """Came into its present state last."""
    CHANGED_FIRST = auto()
    """Came into its present state first."""


class FoundJob(NamedTuple):
    """A job that matches."""

    place: int
    """Where it is in the order of submission: larger is later. Unique, never changes, survives that the index is made anew."""
    job_id: str
    pipeline: str
    """Name of its pipeline."""
    state: JobState


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPage:
    """Which of the jobs that match."""

    limit: int
    """At most ``MAX_FOUND``."""
    order: JobOrder = JobOrder.NEWEST
    after: int | None = None
    """Only those behind this place in the order; for orders by submission."""
    skip: int = 0
    """Leaves out so many first."""


@dataclass(frozen=True, slots=True)
class JobRemoved:
    """A job that is no more."""

    job_id: str


JobChange = JobFacts | StateChange | JobRemoved


class JobIndex(Protocol):
    """Holds what ``JobFilter`` looks at. Calls run one after the other. Jobs that are new are pending."""

    async def open(self, source: str) -> Mapping[str, Revision]:
        """Makes the index ready and says how far it has come in each feed; nothing when it is new, was lost or damaged,
        was written by another version, or belongs to a store other than ``source``: it is empty then."""
        ...

    async def clear(self) -> None:
        """Forgets all jobs, and how far it has come."""
        ...

    async def apply(self, changes: Sequence[JobChange], reached: Mapping[str, Revision]) -> Sequence[str]:
        """Takes changes in their order, and how far that brings it in some feeds, together or not at all.

        May be repeated. Returns the ids of jobs whose state changed and that it does not know.
        """
        ...

    async def find(self, wanted: JobFilter, page: JobPage) -> Sequence[FoundJob]: ...

    async def count(self, wanted: JobFilter) -> int: ...

    async def close(self) -> None: ...


class JobSearch(Protocol):
    """May raise ``UnavailableError`` while a large index is being made anew."""

    def expect(self, revision: Revision) -> None:
        """A job was accepted or removed with this commit: no later search looks before that is in the index."""
        ...

    async def find(self, wanted: JobFilter, page: JobPage) -> Sequence[FoundJob]: ...

    async def count(self, wanted: JobFilter) -> int: ...


async def find_all(search: JobSearch, wanted: JobFilter) -> list[str]:
    """Ids of all jobs that match, newest first; for filters that match only jobs that have not ended, which are not so many."""
    found: list[str] = []
    after: int | None = None
    while page := await search.find(wanted, JobPage(limit=MAX_FOUND, after=after)):
        found += [job.job_id for job in page]
        after = page[-1].place
    return found
