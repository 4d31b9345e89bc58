"""QueueService: shows the jobs that wait to become active, and writes the order that people want of some of them."""

import asyncio
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import structlog

from controlplane.api import views
from controlplane.api.job_queue_lists import Filter, page_start, placing, runs, tags_of, totals
from controlplane.api.methods import Caller
from controlplane.api.paging import read_token, write_token
from controlplane.domain.errors import CompareFailedError, InvalidError, LimitError
from controlplane.domain.queue_records import MAX_PREFERRED, PREFERRED_KEY, pack_preferred, unpack_preferred
from controlplane.ports.job_queue import JobQueueView, QueuedJob
from controlplane.ports.state_store import Compare, Put, Revision, StateStore, Transaction
from distributedkube.api.queue.v1 import queue_pb2
from distributedkube.api.queue.v1 import queue_service_pb2 as service

log = structlog.get_logger()

MAX_GROUPS = 10_000
ORDER_WAIT_SECONDS = 5.0
"""A move answers when the drivers go by the new order, or after this: the order is durable by then."""

ListRequest = service.ListManagedRequest | service.ListPreferredRequest


class _Move(NamedTuple):
    order: Sequence[str]
    """The new list of preferred jobs."""
    jobs: Sequence[QueuedJob]
    """Those that were moved."""


class QueueServicer:
    def __init__(self, *, store: StateStore, queue: JobQueueView) -> None:
        self._store = store
        self._queue = queue

    # Looking

    async def count_queue(self, request: service.CountQueueRequest, caller: Caller) -> service.CountQueueResponse:
        counts = self._queue.counts()
        return service.CountQueueResponse(managed=counts.managed, preferred=counts.preferred)

    async def list_managed(self, request: service.ListManagedRequest, caller: Caller) -> service.ListManagedResponse:
        before, after, jobs = self._page(request, preferred=False)
        return service.ListManagedResponse(prev_count=before, next_count=after, return_list=map(views.queued_job, jobs))

    async def list_preferred(
        self, request: service.ListPreferredRequest, caller: Caller
    ) -> service.ListPreferredResponse:
        before, after, jobs = self._page(request, preferred=True)
        return service.ListPreferredResponse(
            prev_count=before, next_count=after, return_list=map(views.queued_job, jobs)
        )

    def _page(self, request: ListRequest, *, preferred: bool) -> tuple[int, int, Sequence[QueuedJob]]:
        """How many jobs are before a page, how many behind it, and the page."""
        wanted = Filter(request.pipeline_name, request.tag if request.HasField("tag") else None)
        found: Sequence[QueuedJob] | None = None
        if wanted.is_open:
            counts = self._queue.counts()
            length = counts.preferred if preferred else counts.managed
        else:
            found = [job for job in self._queue.jobs(preferred=preferred) if wanted.takes(job)]
            length = len(found)

        size = request.page_size
        start = page_start(
            length,
            size,
            first=self._index(request.first_job_id, found, preferred=preferred),
            last=self._index(request.last_job_id, found, preferred=preferred),
            at_end=request.last_jobs,
        )
        stop = min(start + size, length)
        jobs = self._queue.jobs(preferred=preferred, start=start, stop=stop) if found is None else found[start:stop]
        return start, length - stop, jobs

    def _index(self, job_id: str, found: Sequence[QueuedJob] | None, *, preferred: bool) -> int | None:
        """Where a job is in what was found, or in the whole list; 0 when it is not there, None when it was not said."""
        if not job_id:
            return None
        if found is not None:
            return next((place for place, job in enumerate(found) if job.job_id == job_id), 0)
        job = self._queue.get(job_id)
        if job is None or job.preferred is not preferred:
            return 0
        return job.position - 1 - (0 if preferred else self._queue.counts().preferred)

    async def group_managed_by_pipeline(
        self, request: service.GroupManagedByPipelineRequest, caller: Caller
    ) -> service.GroupManagedByPipelineResponse:
        names = totals(job.pipeline for job in self._queue.jobs(preferred=False))
        groups, token = _group_page(names, request.page_size, request.page_token)
        return service.GroupManagedByPipelineResponse(groups=groups, next_page_token=token)

    async def group_managed_by_tag(
        self, request: service.GroupManagedByTagRequest, caller: Caller
    ) -> service.GroupManagedByTagResponse:
        names = totals(tags_of(self._queue.jobs(preferred=False)))
        groups, token = _group_page(names, request.page_size, request.page_token)
        return service.GroupManagedByTagResponse(groups=groups, next_page_token=token)

    async def group_preferred_by_pipeline(
        self, request: service.GroupPreferredByPipelineRequest, caller: Caller
    ) -> service.GroupPreferredByPipelineResponse:
        groups = runs(self._queue.jobs(preferred=True), lambda job: job.pipeline)
        return service.GroupPreferredByPipelineResponse(groups=groups)

    async def group_preferred_by_tag(
        self, request: service.GroupPreferredByTagRequest, caller: Caller
    ) -> service.GroupPreferredByTagResponse:
        groups = runs(self._queue.jobs(preferred=True), lambda job: ",".join(job.tags))
        return service.GroupPreferredByTagResponse(groups=groups)

    # Moving

    async def prefer_jobs(self, request: service.PreferJobsRequest, caller: Caller) -> service.PreferJobsResponse:
        place = placing(request.position, request.query if request.HasField("query") else None)

        def put_in(order: tuple[str, ...]) -> _Move:
            taken = () if request.reorder else order
            moved = self._waiting(request.jobs, lambda job: job.job_id not in taken)
            if not moved:
                raise InvalidError("None of the jobs exist in the general queue", field="jobs", reason="NOT_MANAGED")
            ids = [job.job_id for job in moved]
            rest = [job_id for job_id in order if job_id not in ids]
            index = place.index_in([self._queue.get(job_id) for job_id in rest])
            return _Move([*rest[:index], *ids, *rest[index:]], moved)

        moved = await self._move(put_in)
        log.info("jobs_preferred", jobs=[job.job_id for job in moved], user=caller.user)
        return service.PreferJobsResponse(jobs=map(views.queued_job, reversed(moved)))

    async def unprefer_jobs(self, request: service.UnpreferJobsRequest, caller: Caller) -> service.UnpreferJobsResponse:
        def take_out(order: tuple[str, ...]) -> _Move:
            moved = self._waiting(request.jobs, lambda job: job.job_id in order)
            ids = [job.job_id for job in moved]
            return _Move([job_id for job_id in order if job_id not in ids], moved)

        moved = await self._move(take_out)
        log.info("jobs_not_preferred", jobs=[job.job_id for job in moved], user=caller.user)
        return service.UnpreferJobsResponse(jobs=map(views.queued_job, moved))

    def _waiting(self, job_ids: Iterable[str], wanted: Callable[[QueuedJob], bool]) -> Sequence[QueuedJob]:
        jobs = map(self._queue.get, dict.fromkeys(job_ids))
        return [job for job in jobs if job is not None and wanted(job)]

    async def _move(self, change: Callable[[tuple[str, ...]], _Move]) -> Sequence[QueuedJob]:
        """Changes the list; returns what was moved, as it is once the drivers go by the new order."""
        while True:
            entry = await self._store.get(PREFERRED_KEY)
            move = change(unpack_preferred(entry.value) if entry is not None else ())
            if not move.jobs:
                return ()
            if len(move.order) > MAX_PREFERRED:
                raise LimitError(
                    f"at most {MAX_PREFERRED} jobs can be preferred, these would be {len(move.order)}; put others back first",
                    reason="TOO_MANY_PREFERRED",
                )
            put = Put(PREFERRED_KEY, pack_preferred(move.order))
            compare = Compare(PREFERRED_KEY, entry.mod_revision if entry is not None else Revision(0))
            try:
                revision = await self._store.commit(Transaction([put], [compare]))
            except CompareFailedError:
                continue
            await self._settled(revision)
            return [self._queue.get(job.job_id) or job for job in move.jobs]

    async def _settled(self, revision: Revision) -> None:
        try:
            async with asyncio.timeout(ORDER_WAIT_SECONDS):
                await self._queue.settled(revision)
        except TimeoutError:
            log.info("order_goes_on", revision=revision)


def _group_page(
    groups: Sequence[tuple[str, int]], page_size: int, page_token: str
) -> tuple[list[queue_pb2.QueueGroup], str]:
    """The groups behind a token, and the token for those that follow; ``groups`` are in the order of their names."""
    start = bisect_right(groups, read_token(page_token), key=lambda group: group[0]) if page_token else 0
    page = groups[start : start + (page_size or MAX_GROUPS)]
    more = start + len(page) < len(groups)
    messages = [queue_pb2.QueueGroup(name=name, count=count) for name, count in page]
    return messages, write_token(page[-1][0]) if more else ""
