"""What is shown of the two lists of the job queue, and where moved jobs go. Pure: lists in, lists and places out."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from controlplane.domain.errors import InvalidError
from controlplane.ports.job_queue import QueuedJob
from distributedkube.api.queue.v1 import queue_pb2

NO_TAG = ""
"""Name of the group of jobs without tags."""


class Filter(NamedTuple):
    """Which jobs of a list are wanted; the pipeline wins over the tag."""

    pipeline: str = ""
    tag: str | None = None
    """A blank one or ``null`` means jobs without tags; None means any."""

    @property
    def is_open(self) -> bool:
        return not self.pipeline and self.tag is None

    def takes(self, job: QueuedJob) -> bool:
        if self.pipeline:
            return job.pipeline == self.pipeline
        if self.tag is None:
            return True
        tag = self.tag.strip()
        return not job.tags if tag in ("", "null") else tag in job.tags


def page_start(length: int, size: int, *, first: int | None = None, last: int | None = None, at_end: bool) -> int:
    """Where a page of ``size`` begins in a list of ``length``.

    ``first``, ``last``: index of the job that the page is to begin or to end with. A page is full if the list is long enough.
    """
    most = max(length - size, 0)
    if at_end:
        return most
    if first is not None:
        return min(first, most)
    if last is not None:
        return min(max(last + 1 - size, 0), most)
    return 0


def totals(names: Iterable[str]) -> list[tuple[str, int]]:
    """How often each name occurs, by name."""
    return sorted(Counter(names).items())


def tags_of(jobs: Iterable[QueuedJob]) -> Iterable[str]:
    """A name for each tag of each job."""
    for job in jobs:
        yield from job.tags or (NO_TAG,)


def runs(jobs: Iterable[QueuedJob], name: Callable[[QueuedJob], str]) -> list[queue_pb2.QueueGroup]:
    """Jobs that stand next to each other and have the same name."""
    groups: list[queue_pb2.QueueGroup] = []
    for said, members in groupby(jobs, name):
        ids = [job.job_id for job in members]
        groups.append(queue_pb2.QueueGroup(name=said, count=len(ids), last_job=ids[-1]))
    return groups


class Placing(NamedTuple):
    """Where jobs are to go among the preferred ones."""

    position: "queue_pb2.QueuePosition.ValueType"
    matches: Callable[[QueuedJob], bool]
    """Which of the preferred jobs the position refers to."""

    def index_in(self, preferred: Sequence[QueuedJob | None]) -> int:
        """Where in the list they go; None stands for a listed job that does not wait now."""
        found = [place for place, job in enumerate(preferred) if job is not None and self.matches(job)]
        match self.position:
            case queue_pb2.QUEUE_POSITION_LAST:
                return len(preferred)
            case queue_pb2.QUEUE_POSITION_BEFORE if found:
                return found[0]
            case queue_pb2.QUEUE_POSITION_AFTER if found:
                return found[-1] + 1
            case _:
                return 0


def placing(position: "queue_pb2.QueuePosition.ValueType", query: queue_pb2.QueueQuery | None) -> Placing:
    """Checks a position against its query. Raises ``InvalidError``."""
    if position in (queue_pb2.QUEUE_POSITION_FIRST, queue_pb2.QUEUE_POSITION_LAST):
        if query is not None:
            raise InvalidError("No query is needed in case of position first or last", field="query")
        return Placing(position, lambda _: False)
    if query is None:
        raise InvalidError("Must supply query in case of position before or after", field="query")
    said = [(field.name, value) for field, value in query.ListFields()]
    if len(said) > 1:
        raise InvalidError("Query must contain only one of jobId ,tag ,pipeline", field="query")
    match said:
        case [("tag", tag)]:
            return Placing(position, lambda job: tag in job.tags)
        case [("job_id", job_id)]:
            return Placing(position, lambda job: job.job_id == job_id)
        case [("pipeline_name", pipeline)]:
            return Placing(position, lambda job: job.pipeline == pipeline)
        case _:
            raise InvalidError("Query must contain one of jobId ,tag ,pipeline", field="query")
