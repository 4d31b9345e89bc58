"""JobSearchService: finds jobs by what they are."""

import asyncio
from collections.abc import Mapping, Sequence

from controlplane.api.job_filters import has_paths, job_filter, read_cursor, with_parts, write_cursor
from controlplane.api.job_reader import PARTS, JobReader, parts_of
from controlplane.api.methods import Caller
from controlplane.ports.job_index import MAX_FOUND, FoundJob, JobFilter, JobOrder, JobPage, JobSearch
from controlplane.ports.system import Clock
from distributedkube.api.job.v1 import document_pb2
from distributedkube.api.job.v1 import search_service_pb2 as service

DEFAULT_LIMIT = 100
READ_AT_ONCE = 25
"""Jobs of a page that are read at the same time."""


class JobSearchServicer:
    def __init__(self, *, search: JobSearch, reader: JobReader, clock: Clock) -> None:
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
        for first in range(0, len(found), READ_AT_ONCE):
            jobs = found[first : first + READ_AT_ONCE]
            for job, document in zip(jobs, await self._read(jobs, parts, paths), strict=True):
                last = job
                if document is not None:
                    response.hits.append(document)
                    if len(response.hits) == limit:
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
