"""In which order waiting jobs start.

A job's score grows as it waits, but all scores grow equally fast, so the order of two jobs never changes: what a score has
apart from the time of day is a static key, and nothing is ever scored again.

Whether a job may start now is not for its score to say. Jobs that may start together or not at all (those under one limit)
share a *group*, and only the best of each group is asked about: a thousand jobs behind one limit cost one question.

Jobs that people put in front have a rank instead: ranked jobs come before all others, the smallest rank first.
"""

from bisect import bisect_left, insort
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from controlplane.scheduling.score import HighestPriority, Score, hours, priority_fraction

KEY_DIGITS = 9
"""Keys are told apart to some microseconds of waiting; beyond that floats would decide between equal scores."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOrderSettings:
    """Weights of the heuristics for jobs; 0 switches one off."""

    priority: float = 0.5
    """For the strongest priority; a fifth of it for the weakest. By default one step is worth 12 minutes of waiting."""
    waiting_per_hour: float = 0.5
    """For each hour since submission."""
    highest_priority: HighestPriority = 5
    """5: priority 5 starts first. 1: for installations whose users take 1 for the highest."""


def job_score(priority: int, entered_at: float, now: float, settings: JobOrderSettings) -> Score:
    """Score of a job that waits since ``entered_at`` (both in seconds since the epoch)."""
    return Score.of(
        {
            "priority": settings.priority * priority_fraction(priority, settings.highest_priority),
            "waiting": settings.waiting_per_hour * hours(now - entered_at),
        }
    )


class _Place(NamedTuple):
    """Sorts jobs, best first."""

    band: int
    """0 for jobs with a rank, 1 for the others."""
    key: float
    """The rank; else minus the score it would have at the epoch."""
    order: int
    job_id: str


_FIRST_UNRANKED = (1, float("-inf"))
"""Sorts behind all jobs with a rank and before all others."""


class _Waiting(NamedTuple):
    place: _Place
    group: str
    priority: int
    entered_at: float
    rank: int | None


class JobQueue:
    """Waiting jobs in order.

    Sorted lists: to push, to take out and to find a position takes O(log jobs) comparisons. Putting in and taking out also move
    up to 8 bytes per waiting job in one piece, which for 100,000 jobs is a few tens of microseconds.
    """

    def __init__(self, settings: JobOrderSettings) -> None:
        self._settings = settings
        self._jobs: dict[str, _Waiting] = {}
        self._order: list[_Place] = []
        """All jobs."""
        self._groups: dict[str, list[_Place]] = {}
        self._heads: list[_Place] = []
        """The best of each group."""
        self._count = 0

    def __len__(self) -> int:
        return len(self._jobs)

    def __contains__(self, job_id: str) -> bool:
        return job_id in self._jobs

    def push(
        self, job_id: str, priority: int, entered_at: float, *, group: str | None = None, rank: int | None = None
    ) -> None:
        """Adds a job, or changes one that is there. Of equal scores the one that was pushed first goes first.

        ``entered_at``: seconds since the epoch. ``group``: jobs of one group may all start or none of them may; without it, a
        job stands for itself. ``rank``: its place among those that were put in front; None: its score says where it stands.
        """
        self.remove(job_id)
        self._count += 1
        # A group's name and a job's id may be the same text.
        name = f"job:{job_id}" if group is None else f"group:{group}"
        self._insert(
            job_id, _Waiting(self._place(job_id, priority, entered_at, rank), name, priority, entered_at, rank)
        )

    def rank(self, job_id: str, rank: int | None) -> None:
        """Puts a job that is there in front, or back to where its score puts it; nothing happens when it is not there."""
        job = self._jobs.get(job_id)
        if job is None or job.rank == rank:
            return
        self.remove(job_id)
        place = self._place(job_id, job.priority, job.entered_at, rank, job.place.order)
        self._insert(job_id, job._replace(place=place, rank=rank))

    def _place(
        self, job_id: str, priority: int, entered_at: float, rank: int | None, order: int | None = None
    ) -> _Place:
        order = self._count if order is None else order
        if rank is not None:
            return _Place(0, rank, order, job_id)
        at_epoch = self._settings.priority * priority_fraction(
            priority, self._settings.highest_priority
        ) - self._settings.waiting_per_hour * hours(entered_at)
        return _Place(1, round(-at_epoch, KEY_DIGITS), order, job_id)

    def _insert(self, job_id: str, job: _Waiting) -> None:
        self._jobs[job_id] = job
        insort(self._order, job.place)
        members = self._groups.setdefault(job.group, [])
        if members and members[0] < job.place:
            insort(members, job.place)
            return
        if members:
            _take_out(self._heads, members[0])
        members.insert(0, job.place)
        insort(self._heads, job.place)

    def remove(self, job_id: str) -> bool:
        """Takes a job out; False when it is not there."""
        job = self._jobs.pop(job_id, None)
        if job is None:
            return False
        _take_out(self._order, job.place)
        members = self._groups[job.group]
        was_head = members[0] == job.place
        _take_out(members, job.place)
        if was_head:
            _take_out(self._heads, job.place)
            if members:
                insort(self._heads, members[0])
        if not members:
            del self._groups[job.group]
        return True

    def pop_first(self, admissible: Callable[[str], bool]) -> str | None:
        """Takes out the best job that may start now; None when there is none.

        ``admissible`` is asked about the best job of each group, best first, until it says yes.
        """
        for head in self._heads:
            if admissible(head.job_id):
                self.remove(head.job_id)
                return head.job_id
        return None

    def position(self, job_id: str) -> int:
        """Place of a job among all that wait, from 1; 0 when it is not there."""
        job = self._jobs.get(job_id)
        return bisect_left(self._order, job.place) + 1 if job else 0

    def score(self, job_id: str, now: float) -> Score | None:
        """Score of a job and its parts at a time (seconds since the epoch); None when it is not there."""
        job = self._jobs.get(job_id)
        return job_score(job.priority, job.entered_at, now, self._settings) if job else None

    def in_order(self) -> list[str]:
        """All jobs, best first."""
        return [place.job_id for place in self._order]

    @property
    def ranked(self) -> int:
        """How many jobs have a rank: they are the first."""
        return bisect_left(self._order, _FIRST_UNRANKED)

    def at(self, index: int) -> str:
        """The job at a place, from 0."""
        return self._order[index].job_id


def _take_out(places: list[_Place], place: _Place) -> None:
    del places[bisect_left(places, place)]
