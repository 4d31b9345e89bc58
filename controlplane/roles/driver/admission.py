"""Which waiting jobs may become active: by the limits of their pipelines and of the driver, in the order of their scores.

A job holds a place among those of its pipeline from when it is admitted until it has ended, also while it is paused; it
holds a place among the active ones only while it is active.

A job that user code called finds a place among the active ones always: the job that called it holds one until it has ended,
so if the called one waited for a place, both might wait for ever.

People may prefer jobs: those start before all others, by the same limits. Who leaves the queue is preferred no more.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from controlplane.domain.records import JobRecord
from controlplane.ports.job_queue import QueuedJob
from controlplane.roles.driver.tools import SUB_PIPELINE
from controlplane.scheduling.job_order import JobOrderSettings, JobQueue
from controlplane.scheduling.score import Score


class Group(NamedTuple):
    """Jobs that count together."""

    experiment: str
    pipeline: str


class Waiting(NamedTuple):
    """Why a job waits."""

    position: int
    """Place in the job queue, from 1."""
    length: int
    preferred: bool
    score: Score
    pipeline_limit: int
    """Most jobs of its pipeline, when those are why it waits; else 0."""
    pipeline_jobs: int
    """How many there are."""
    active: int
    most_active: int


class Admission:
    """Pure bookkeeping: jobs in, jobs that may become active out."""

    def __init__(
        self, most_active: int, settings: JobOrderSettings, left: Callable[[str], None] = lambda _: None
    ) -> None:
        """``left`` is told of each job that leaves the queue."""
        self._most_active = most_active
        self._left = left
        self._queue = JobQueue(settings)
        self._called = JobQueue(settings)
        """Those of the waiting jobs that user code called; they are in ``_queue`` too, which says who is before whom."""
        self._waiting: dict[str, JobRecord] = {}
        self._ranks: dict[str, int] = {}
        """Preferred jobs in their order, with those that do not wait yet."""
        self._active: set[str] = set()
        self._members: set[str] = set()
        """Jobs that count for their pipelines."""
        self._groups: Counter[Group] = Counter()

    def wait(self, record: JobRecord) -> None:
        """A job wants to become active."""
        if record.job_id not in self._waiting:
            self._waiting[record.job_id] = record
            limit = record.pipeline.concurrency
            group = None
            if limit is not None and record.job_id not in self._members:
                group = "/".join((*_group(record), str(limit.amount)))
            queues = [self._queue, self._called] if _is_called(record) else [self._queue]
            rank = self._ranks.get(record.job_id)
            for queue in queues:
                queue.push(record.job_id, record.pipeline.priority, record.submitted_at, group=group, rank=rank)

    def prefer(self, order: Sequence[str]) -> None:
        """These jobs start before all others, in this order; one that does not wait yet, once it does."""
        wanted = frozenset(order)
        kept = [job_id for job_id in self._ranks if job_id in wanted]
        # Mostly some have left and the others keep their ranks.
        numbers = [self._ranks[job_id] for job_id in order] if kept == list(order) else range(len(order))
        ranks = dict(zip(order, numbers, strict=True))
        for job_id in (*(self._ranks.keys() - wanted), *order):
            for queue in (self._queue, self._called):
                queue.rank(job_id, ranks.get(job_id))
        self._ranks = ranks

    def was_active(self, record: JobRecord) -> None:
        """A job had been admitted before a restart, whether it was held since or not."""
        self._join(record)

    def is_active(self, record: JobRecord) -> None:
        """A job was active when the restart came."""
        self._active.add(record.job_id)

    def next(self) -> str | None:
        """A job that becomes active now."""
        queue = self._called if len(self._active) >= self._most_active else self._queue
        job_id = queue.pop_first(self._admissible)
        if job_id is None:
            return None
        record = self._waiting[job_id]
        self._leave_queue(job_id)
        self._active.add(job_id)
        self._join(record)
        return job_id

    def pause(self, record: JobRecord) -> bool:
        """The job is not active any more; whether that makes room."""
        self._leave_queue(record.job_id)
        if record.job_id not in self._active:
            return False
        self._active.discard(record.job_id)
        return True

    def ended(self, record: JobRecord) -> None:
        self._leave_queue(record.job_id)
        self._active.discard(record.job_id)
        if record.job_id in self._members:
            self._members.discard(record.job_id)
            group = _group(record)
            self._groups[group] -= 1
            if not self._groups[group]:
                del self._groups[group]

    def why(self, job_id: str, now: float) -> Waiting | None:
        """Why a job waits; None when it does not."""
        record = self._waiting.get(job_id)
        if record is None:
            return None
        limit = record.pipeline.concurrency
        score = self._queue.score(job_id, now)
        assert score is not None
        return Waiting(
            self._queue.position(job_id),
            len(self._waiting),
            job_id in self._ranks,
            score,
            limit.amount if limit is not None and not self._admissible(job_id) else 0,
            self._groups[_group(record)],
            len(self._active),
            self._most_active,
        )

    def __len__(self) -> int:
        """Jobs that wait."""
        return len(self._waiting)

    @property
    def preferred(self) -> int:
        """How many of them are preferred: they are the first."""
        return self._queue.ranked

    def position(self, job_id: str) -> int:
        """Place of a job among those that wait, from 1; 0 when it does not."""
        return self._queue.position(job_id)

    def queued(self, index: int, now: float) -> QueuedJob:
        """The job at a place, counted from 0."""
        job_id = self._queue.at(index)
        record, score = self._waiting[job_id], self._queue.score(job_id, now)
        assert score is not None
        pipeline = record.pipeline
        return QueuedJob(
            job_id=job_id,
            experiment=pipeline.experiment,
            pipeline=pipeline.name,
            priority=pipeline.priority,
            max_exceeded=record.max_exceeded,
            submitted_at=record.submitted_at,
            tags=pipeline.tags,
            preferred=job_id in self._ranks,
            position=index + 1,
            score=score.total,
        )

    def _admissible(self, job_id: str) -> bool:
        record = self._waiting[job_id]
        limit = record.pipeline.concurrency
        return limit is None or job_id in self._members or self._groups[_group(record)] < limit.amount

    def _leave_queue(self, job_id: str) -> None:
        if self._waiting.pop(job_id, None) is not None:
            self._queue.remove(job_id)
            self._called.remove(job_id)
            self._ranks.pop(job_id, None)
            self._left(job_id)

    def _join(self, record: JobRecord) -> None:
        if record.job_id not in self._members:
            self._members.add(record.job_id)
            self._groups[_group(record)] += 1


def _group(record: JobRecord) -> Group:
    return Group(record.pipeline.experiment, record.pipeline.name)


def _is_called(record: JobRecord) -> bool:
    return record.parent_job_id is not None and SUB_PIPELINE in record.types
