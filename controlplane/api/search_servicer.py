"""JobSearchService: finds jobs by what they are."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from controlplane.api.job_filters import FINAL_STATES, has_paths, job_filter, read_cursor, with_parts, write_cursor
from controlplane.api.job_reader import PARTS, JobReader, parts_of
from controlplane.api.methods import Caller
from controlplane.api.paging import Room, read_token, write_token
from controlplane.api.views import job_state_number
from controlplane.domain.catalog_records import ALGORITHMS, PIPELINES
from controlplane.domain.errors import InvalidError, NotFoundError
from controlplane.domain.pipeline import DEFAULT_EXPERIMENT
from controlplane.ports.job_index import MAX_FOUND, FoundJob, JobFilter, JobOrder, JobPage, JobSearch
from controlplane.ports.state_store import StateStore
from controlplane.ports.system import Clock
from distributedkube.api.job.v1 import document_pb2, job_pb2
from distributedkube.api.job.v1 import search_service_pb2 as service

DEFAULT_LIMIT = 100
DEFAULT_NAMES = 10
READ_AT_ONCE = 25
"""Jobs of a page that are read at the same time."""

MAX_SEARCH_BYTES = 32 * 1024 * 1024
"""A page of hits that takes more ends early. More than of other lists, since pages by number leave out what comes after it;
callers over gRPC, where no message may have as much, name the fields they want."""

CRON = "cron"
"""Type of jobs that a clock time started."""

_LatestRequest = (
    service.ListLatestResultsRequest
    | service.ListLatestStatusesRequest
    | service.ListCronResultsRequest
    | service.ListCronStatusesRequest
)


_PLURALS = {"result": "results", "status": "status"}
"""Parts of jobs as clients know them from texts."""


class _LatestPage(NamedTuple):
    documents: Sequence[document_pb2.JobDocument]
    next_token: str

    @property
    def statuses(self) -> list[job_pb2.JobStatus]:
        return [document.status for document in self.documents]


class JobSearchServicer:
    def __init__(self, *, store: StateStore, search: JobSearch, reader: JobReader, clock: Clock) -> None:
        self._store = store
        self._search = search
        self._reader = reader
        self._clock = clock

    async def search_jobs(self, request: service.SearchJobsRequest, caller: Caller) -> service.SearchJobsResponse:
        began = self._clock.monotonic()
        wanted, paths = with_parts(job_filter(request.query, request.tags), request.exists)
        limit = (request.limit if request.HasField("limit") else DEFAULT_LIMIT) or MAX_FOUND
        cursor = read_cursor(request.cursor)
        page = JobPage(
            limit=limit if not paths else MAX_FOUND,
            order=JobOrder.OLDEST if request.sort == request.SORT_ASC else JobOrder.NEWEST,
            after=cursor,
            skip=(request.page_num - 1) * limit if request.page_num > 1 and cursor is None else 0,
        )
        response = service.SearchJobsResponse()
        if wanted is not None:
            last = await self._fill(response, wanted, page, limit, request.fields, paths)
            if last is not None:
                response.cursor = write_cursor(last.place)
        response.time_took = f"{(self._clock.monotonic() - began) * 1000:.2f}ms"
        return response

    async def find_by_name(self, request: service.FindByNameRequest, caller: Caller) -> service.FindByNameResponse:
        limit = request.limit or DEFAULT_NAMES
        found = await self._search.find(JobFilter(name_prefix=request.q), JobPage(limit=limit))
        return service.FindByNameResponse(
            jobs=[
                job_pb2.Job(job_id=job.job_id, pipeline_name=job.pipeline, status=job_state_number(job.state))
                for job in found
            ],
            pipelines=await self._names(PIPELINES, request.q, limit),
            algorithms=await self._names(ALGORITHMS, request.q, limit),
        )

    async def _names(self, prefix: str, beginning: str, limit: int) -> list[str]:
        page = await self._store.range(prefix + beginning, limit=limit)
        return [entry.key.removeprefix(prefix) for entry in page.entries]

    # Latest results and statuses

    async def list_latest_results(
        self, request: service.ListLatestResultsRequest, caller: Caller
    ) -> service.ListLatestResultsResponse:
        page = await self._latest(request, JobFilter(states=FINAL_STATES), "result", by_change=True)
        results = [document.result for document in page.documents if document.HasField("result")]
        return service.ListLatestResultsResponse(results=results, next_page_token=page.next_token)

    async def list_latest_statuses(
        self, request: service.ListLatestStatusesRequest, caller: Caller
    ) -> service.ListLatestStatusesResponse:
        page = await self._latest(request, JobFilter(), "status", by_change=True)
        return service.ListLatestStatusesResponse(statuses=page.statuses, next_page_token=page.next_token)

    async def list_cron_results(
        self, request: service.ListCronResultsRequest, caller: Caller
    ) -> service.ListCronResultsResponse:
        page = await self._latest(request, JobFilter(type=CRON), "result", by_change=False)
        results = [
            document.result if document.HasField("result") else job_pb2.JobResult(job_id=document.job_id)
            for document in page.documents
        ]
        return service.ListCronResultsResponse(results=results, next_page_token=page.next_token)

    async def list_cron_statuses(
        self, request: service.ListCronStatusesRequest, caller: Caller
    ) -> service.ListCronStatusesResponse:
        page = await self._latest(request, JobFilter(type=CRON), "status", by_change=False)
        return service.ListCronStatusesResponse(statuses=page.statuses, next_page_token=page.next_token)

    async def _latest(self, request: _LatestRequest, wanted: JobFilter, part: str, *, by_change: bool) -> _LatestPage:
        """A page of jobs with one part of each. Its token says how many came before the next: orders by change have no cursor.

        Raises ``NotFoundError`` when there are none.
        """
        skip = _read_skip(request.page_token)
        limit = min(request.limit or 1, MAX_FOUND)
        oldest = request.sort == service.SearchJobsRequest.SORT_ASC
        if by_change:
            order = JobOrder.CHANGED_FIRST if oldest else JobOrder.CHANGED_LAST
        else:
            order = JobOrder.OLDEST if oldest else JobOrder.NEWEST
        experiment = request.experiment_name or DEFAULT_EXPERIMENT
        wanted = replace(wanted, name=request.name, experiment=experiment)
        found = await self._search.find(wanted, JobPage(limit=limit, order=order, skip=skip))
        if not found:
            raise _none(f"{'pipeline' if by_change else CRON} {_PLURALS[part]}", request.name)
        documents, looked_at = await self._documents(found, part)
        more = looked_at < len(found) or len(found) == limit
        return _LatestPage(documents, write_token(str(skip + looked_at)) if more else "")

    async def _documents(self, found: Sequence[FoundJob], part: str) -> tuple[list[document_pb2.JobDocument], int]:
        """One part of each of some jobs, and how many were looked at: not all when that gets too large for one answer."""
        documents: list[document_pb2.JobDocument] = []
        room = Room()
        for first in range(0, len(found), READ_AT_ONCE):
            jobs = found[first : first + READ_AT_ONCE]
            for number, document in enumerate(await self._read(jobs, frozenset({"job_id", part}), {}), first + 1):
                if document is not None:
                    documents.append(document)
                    if not room.take(document):
                        return documents, number
        return documents, len(found)

    # Pages of searches

    async def _fill(
        self,
        response: service.SearchJobsResponse,
        wanted: JobFilter,
        page: JobPage,
        limit: int,
        fields: Mapping[str, bool],
        paths: Mapping[str, bool],
    ) -> FoundJob | None:
        """Adds the jobs of a page; returns the last that was looked at."""
        parts = parts_of([path for path, on in fields.items() if on], [path for path, on in fields.items() if not on])
        found = await self._search.find(wanted, page)
        last: FoundJob | None = None
        room = Room(MAX_SEARCH_BYTES)
        for first in range(0, len(found), READ_AT_ONCE):
            jobs = found[first : first + READ_AT_ONCE]
            for job, document in zip(jobs, await self._read(jobs, parts, paths), strict=True):
                last = job
                if document is not None:
                    response.hits.append(document)
                    has_room = room.take(document)
                    if len(response.hits) == limit or not has_room:
                        return last
        return last

    async def _read(
        self, jobs: Sequence[FoundJob], parts: frozenset[str], paths: Mapping[str, bool]
    ) -> list[document_pb2.JobDocument | None]:
        """The documents of some jobs; None for those that went away, or lack a path."""
        looked_at = parts | parts_of(list(paths), ()) if paths else parts
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._reader.document(job.job_id, looked_at)) for job in jobs]
        documents = [task.result() for task in tasks]
        if not paths:
            return documents
        kept = [document if document and has_paths(document, paths) else None for document in documents]
        for document in kept:
            for part in PARTS - parts if document is not None else ():
                document.ClearField(part)  # type: ignore[union-attr, arg-type]
        return kept


def _none(kind: str, name: str) -> NotFoundError:
    return NotFoundError(kind, name or "undefined")


def _read_skip(token: str) -> int:
    said = read_token(token)
    if said and not (said.isascii() and said.isdecimal() and len(said) < 10):
        raise InvalidError("the page token is not one of ours", field="page_token")
    return int(said or 0)
