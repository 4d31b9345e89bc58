"""JobBulkService: the same verb for many jobs, each with an outcome of its own."""

import asyncio
from collections.abc import Sequence
from hashlib import blake2s
from typing import NamedTuple

from controlplane.api.job_filters import job_filter, read_cursor, write_cursor
from controlplane.api.job_reader import JobReader
from controlplane.api.job_verbs import JobVerbs
from controlplane.api.methods import Caller
from controlplane.api.submission import JobSubmission
from controlplane.api.views import job_state_number
from controlplane.domain.errors import DistributedKubeError, InvalidError, NotFoundError, UnavailableError
from controlplane.domain.job_events import JobState
from controlplane.ports.job_index import JobPage, JobSearch
from distributedkube.api.job.v1 import bulk_service_pb2 as service

MAX_JOBS = 500
"""Most jobs of one call."""

JOBS_AT_ONCE = 20
"""Jobs that are changed at the same time."""

_Request = service.ChangeJobsRequest
_Changed = service.ChangedJob


class _Job(NamedTuple):
    """A job that may be changed."""

    job_id: str
    pipeline: str
    state: JobState | None
    """None: there is no such job."""


class JobBulkServicer:
    def __init__(self, *, search: JobSearch, reader: JobReader, verbs: JobVerbs, submission: JobSubmission) -> None:
        self._search = search
        self._reader = reader
        self._verbs = verbs
        self._submission = submission

    async def change_jobs(self, request: _Request, caller: Caller) -> service.ChangeJobsResponse:
        if bool(request.ids) is request.HasField("query"):
            raise InvalidError("say which jobs: either by ids or by a query", field="ids")
        response = service.ChangeJobsResponse()
        if request.ids:
            jobs = await self._named(request.ids)
        else:
            page = JobPage(limit=MAX_JOBS, after=read_cursor(request.cursor))
            found = await self._search.find(job_filter(request.query), page)
            jobs = [_Job(job.job_id, job.pipeline, job.state) for job in found]
            response.cursor = write_cursor(found[-1].place) if len(found) == MAX_JOBS else ""
        gate = asyncio.Semaphore(JOBS_AT_ONCE)

        async def gated(job: _Job) -> _Changed:
            async with gate:
                return await self._change(job, request, caller)

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(gated(job)) for job in jobs]
        response.jobs.extend(task.result() for task in tasks)
        outcomes = [job.outcome for job in response.jobs]
        response.changed = outcomes.count(_Changed.OUTCOME_CHANGED)
        response.skipped = outcomes.count(_Changed.OUTCOME_SKIPPED)
        response.failed = outcomes.count(_Changed.OUTCOME_FAILED)
        return response

    async def _named(self, ids: Sequence[str]) -> list[_Job]:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._reader.view(job_id)) for job_id in ids]
        views = [task.result() for task in tasks]
        return [
            _Job(job_id, view.pipeline, view.state) if view is not None else _Job(job_id, "", None)
            for job_id, view in zip(ids, views, strict=True)
        ]

    async def _change(self, job: _Job, request: _Request, caller: Caller) -> _Changed:
        """What comes of one job; errors of its own are told, those of the store end the call."""
        message = _Changed(job_id=job.job_id, pipeline_name=job.pipeline, outcome=_Changed.OUTCOME_CHANGED)
        if job.state is None:
            message.outcome = _Changed.OUTCOME_FAILED
            message.message = NotFoundError("jobId", job.job_id).message
            return message
        message.status = job_state_number(job.state)
        if why := _nothing_to_do(job.state, request.verb):
            message.outcome, message.message = _Changed.OUTCOME_SKIPPED, why
        elif not request.dry_run:
            try:
                message.new_job_id = await self._do(job.job_id, request, caller)
            except UnavailableError:
                raise
            except DistributedKubeError as error:
                message.outcome, message.message = _Changed.OUTCOME_FAILED, error.message
        return message

    async def _do(self, job_id: str, request: _Request, caller: Caller) -> str:
        """Does it; returns the new job of a rerun."""
        match request.verb:
            case _Request.VERB_STOP:
                await self._verbs.stop([job_id], request.reason, caller.user)
            case _Request.VERB_PAUSE:
                await self._verbs.pause(job_id, caller.user)
            case _Request.VERB_RESUME:
                await self._verbs.resume(job_id, caller.user)
            case _:
                request_id = request.request_id and _part_of(request.request_id, job_id)
                return await self._submission.rerun(job_id, user=caller.user, request_id=request_id)
        return ""


def _nothing_to_do(state: JobState, verb: "_Request.Verb.ValueType") -> str:
    """Why a verb does nothing to a job in a state; empty when it does something."""
    match verb:
        case _Request.VERB_RESUME if state is not JobState.PAUSED:
            return "it is not paused"
        case _Request.VERB_PAUSE if state is JobState.PAUSED:
            return "it is paused already"
        case _Request.VERB_STOP | _Request.VERB_PAUSE if state.is_final:
            return f"it has ended: {state.value}"
        case _:
            return ""


def _part_of(request_id: str, job_id: str) -> str:
    """The request id of one job's part of a request."""
    return blake2s(f"{request_id}/{job_id}".encode(), digest_size=16).hexdigest()
