"""JobService: accepts jobs, and tells about them."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Protocol

import structlog

from controlplane.api import views
from controlplane.api.job_filters import OPEN_STATES, moment, read_place, write_cursor
from controlplane.api.job_pipelines import executed_pipeline, with_job_id
from controlplane.api.job_reader import JobReader
from controlplane.api.job_verbs import JobVerbs
from controlplane.api.methods import Caller
from controlplane.api.paging import Room, read_token, write_token
from controlplane.api.submission import JobSubmission, Submission
from controlplane.domain.errors import (
    InvalidError,
    NotAllowedError,
    NotFoundError,
)
from controlplane.domain.job_events import JobState
from controlplane.domain.job_view import JobView
from controlplane.domain.records import (
    job_key,
)
from controlplane.domain.storage_paths import StoragePaths
from controlplane.domain.values import Payload
from controlplane.ports.explain import JobExplainer
from controlplane.ports.job_history import read_history
from controlplane.ports.job_index import FoundJob, JobFilter, JobPage, JobSearch
from controlplane.ports.job_records import (
    read_job,
)
from controlplane.ports.job_views import JobViews
from controlplane.ports.logs import LogReader
from controlplane.ports.object_store import ObjectStore
from controlplane.ports.state_store import StateStore
from distributedkube.api.job.v1 import job_pb2
from distributedkube.api.job.v1 import job_service_pb2 as service
from distributedkube.api.pipeline.v1 import pipeline_pb2
from distributedkube.api.type.v1 import payload_pb2

log = structlog.get_logger()

MAX_PAGE = 1000
MAX_EXTERNAL_ID = 256

STOPPED_BY_DEFAULT = (JobState.ACTIVE, JobState.PENDING, JobState.PAUSED)
"""States of jobs that are stopped when nothing else is said; clients see them in a text."""

MAX_STOPPED = 100
"""Most jobs that one call stops, the newest."""


class _Repeatable(Protocol):
    @property
    def request_id(self) -> str: ...


class JobServicer:
    def __init__(
        self,
        *,
        store: StateStore,
        objects: ObjectStore,
        views: JobViews,
        reader: JobReader,
        search: JobSearch,
        verbs: JobVerbs,
        submission: JobSubmission,
        explainer: JobExplainer,
        logs: LogReader,
        paths: StoragePaths,
    ) -> None:
        self._store = store
        self._objects = objects
        self._views = views
        self._reader = reader
        self._search = search
        self._verbs = verbs
        self._submission = submission
        self._explainer = explainer
        self._logs = logs
        self._paths = paths

    # Running

    async def run_raw_pipeline(
        self, request: service.RunRawPipelineRequest, caller: Caller
    ) -> service.RunRawPipelineResponse:
        submission = _as(("raw",), request, caller)
        job_id = await self._submission.submit(request.pipeline, _named(submission, request.pipeline))
        return service.RunRawPipelineResponse(job_id=job_id)

    async def run_stored_pipeline(
        self, request: service.RunStoredPipelineRequest, caller: Caller
    ) -> service.RunStoredPipelineResponse:
        submission = _as(("stored",), request, caller)
        job_id = await self._submission.submit_stored(request.pipeline, _named(submission, request.pipeline))
        return service.RunStoredPipelineResponse(job_id=job_id)

    async def run_algorithm(self, request: service.RunAlgorithmRequest, caller: Caller) -> service.RunAlgorithmResponse:
        if request.debug:
            raise InvalidError("debugging an algorithm is not available yet", field="debug")
        node = pipeline_pb2.Node(node_name=request.name, algorithm_name=request.name, input=request.input)
        pipeline = pipeline_pb2.Pipeline(name=request.name, nodes=[node])
        job_id = await self._submission.submit(pipeline, _as(("algorithm",), request, caller))
        return service.RunAlgorithmResponse(job_id=job_id)

    async def rerun_job(self, request: service.RerunJobRequest, caller: Caller) -> service.RerunJobResponse:
        job_id = await self._submission.rerun(request.job_id, user=caller.user, request_id=request.request_id)
        return service.RerunJobResponse(job_id=job_id)

    async def run_from_node(self, request: service.RunFromNodeRequest, caller: Caller) -> service.RunFromNodeResponse:
        if request.debug:
            raise InvalidError("debugging a node is not available yet", field="debug")
        job_id = await self._submission.run_from(
            request.job_id, request.node_name, user=caller.user, request_id=request.request_id
        )
        return service.RunFromNodeResponse(job_id=job_id)

    # Holding

    async def pause_job(self, request: service.PauseJobRequest, caller: Caller) -> service.PauseJobResponse:
        await self._verbs.pause(request.job_id, caller.user)
        return service.PauseJobResponse(message="OK")

    async def resume_job(self, request: service.ResumeJobRequest, caller: Caller) -> service.ResumeJobResponse:
        await self._verbs.resume(request.job_id, caller.user)
        return service.ResumeJobResponse(message="OK")

    # Stopping

    async def stop_jobs(self, request: service.StopJobsRequest, caller: Caller) -> service.StopJobsResponse:
        words = [*dict.fromkeys(request.status_to_stop)] or [state.value for state in STOPPED_BY_DEFAULT]
        wanted = JobFilter(
            name=request.job_id or request.pipeline_name,
            states=tuple(state for state in OPEN_STATES if state.value in words),
            started_from=moment(request.start_time.since, "startTime.from"),
            started_before=moment(request.start_time.until, "startTime.to"),
        )
        found = [job.job_id for job in await self._search.find(wanted, JobPage(limit=MAX_STOPPED))]
        stopped = await self._verbs.stop(found, request.reason, caller.user)
        if not stopped:
            raise _nothing_to_stop(request, words)
        return service.StopJobsResponse(stopped_job_ids=stopped)

    # Reading

    async def get_job_status(
        self, request: service.GetJobStatusRequest, caller: Caller
    ) -> service.GetJobStatusResponse:
        view = await self._reader.view(request.job_id)
        if view is None:
            raise NotFoundError("status", request.job_id)
        return service.GetJobStatusResponse(status=views.job_status(view))

    async def watch_job(
        self, request: service.WatchJobRequest, caller: Caller
    ) -> AsyncIterator[service.WatchJobResponse]:
        async with aclosing(self._changes(request.job_id)) as changes:
            async for view in changes:
                response = service.WatchJobResponse(status=views.job_status(view))
                if request.include_result and view.state.is_final:
                    result = await self._reader.small_result(request.job_id)
                    if result is not None:
                        response.result.CopyFrom(result)
                yield response

    async def _changes(self, job_id: str) -> AsyncGenerator[JobView, None]:
        """Views of a job until it has ended, the final one last; one that nobody drives yet is waited for."""
        async with aclosing(self._driven(job_id)) as changes:
            async for view in changes:
                yield view
                if view.state.is_final:
                    return
        taken_up = asyncio.Event()
        stop_listening = self._views.listen(lambda changed, _ended: taken_up.set() if changed == job_id else None)
        try:
            while True:
                taken_up.clear()
                async with aclosing(self._driven(job_id)) as changes:
                    async for view in changes:
                        yield view
                        if view.state.is_final:
                            return
                await taken_up.wait()
        finally:
            stop_listening()

    async def _driven(self, job_id: str) -> AsyncGenerator[JobView, None]:
        """Views of a job for as long as somebody drives it, then the one that is stored, unless it was seen to end."""
        async with aclosing(self._views.watch(job_id)) as changes:
            async for view in changes:
                yield view
                if view.state.is_final:
                    return
        stored = await self._reader.view(job_id)
        if stored is None:
            raise NotFoundError("status", job_id)
        yield stored

    async def get_job_result(
        self, request: service.GetJobResultRequest, caller: Caller
    ) -> service.GetJobResultResponse:
        result = await self._reader.result(request.job_id)
        if result is None:
            view = await self._reader.view(request.job_id)
            if view is None:
                raise NotFoundError("status", request.job_id)
            raise NotAllowedError(
                f"unable to get results for pipeline {view.pipeline} because its in {view.state.value} status",
                reason="NO_RESULT_YET",
            )
        return service.GetJobResultResponse(result=result)

    async def get_job_pipeline(
        self, request: service.GetJobPipelineRequest, caller: Caller
    ) -> service.GetJobPipelineResponse:
        record = await read_job(self._store, request.job_id)
        if record is None:
            raise NotFoundError("pipeline", request.job_id)
        pipeline = executed_pipeline(record, await self._reader.view(request.job_id), self._paths)
        if not record.flow_input.is_null:
            pipeline.flow_input.CopyFrom(await self._flow_input(record.flow_input))
        return service.GetJobPipelineResponse(pipeline=with_job_id(pipeline, record.job_id))

    async def _flow_input(self, payload: Payload) -> payload_pb2.Payload:
        data = payload.data
        if payload.ref is not None:
            data = b"".join([piece async for piece in self._objects.read(payload.ref.key)])
        return payload_pb2.Payload(content_type=payload.content_type, data=data or b"")

    async def list_jobs(self, request: service.ListJobsRequest, caller: Caller) -> service.ListJobsResponse:
        wanted = views.job_state_from(request.status)
        states = (wanted,) if wanted is not None else (JobState.PENDING, JobState.ACTIVE)
        found, token = await self._page(states, request.page_size, request.page_token)
        jobs = [
            job_pb2.Job(job_id=job.job_id, pipeline_name=job.pipeline, status=views.job_state_number(job.state))
            for job in found
        ]
        return service.ListJobsResponse(jobs=jobs, next_page_token=token)

    async def list_job_pipelines(
        self, request: service.ListJobPipelinesRequest, caller: Caller
    ) -> service.ListJobPipelinesResponse:
        found, token = await self._page(OPEN_STATES, request.page_size, request.page_token)
        response = service.ListJobPipelinesResponse(next_page_token=token)
        room = Room()
        for job in found:
            document = await self._reader.document(job.job_id, ("pipeline",))
            if document is not None:
                response.pipelines.append(with_job_id(document.pipeline, job.job_id))
                if not room.take(document) and job is not found[-1]:
                    response.next_page_token = write_cursor(job.place)
                    break
        return response

    async def _page(self, states: Sequence[JobState], size: int, token: str) -> tuple[Sequence[FoundJob], str]:
        """A page of the jobs in some states, newest first, and the token for the next."""
        limit = size or MAX_PAGE
        page = JobPage(limit=limit, after=read_place(token))
        found = await self._search.find(JobFilter(states=tuple(states)), page)
        return found, write_cursor(found[-1].place) if len(found) == limit else ""

    async def get_job_audit_trail(
        self, request: service.GetJobAuditTrailRequest, caller: Caller
    ) -> service.GetJobAuditTrailResponse:
        document = await self._reader.document(request.job_id, ("audit_trail",))
        if document is None:
            raise NotFoundError("auditTrail", request.job_id)
        return service.GetJobAuditTrailResponse(job_id=request.job_id, entries=document.audit_trail)

    async def get_job_flow_input(
        self, request: service.GetJobFlowInputRequest, caller: Caller
    ) -> service.GetJobFlowInputResponse:
        record = await read_job(self._store, request.job_id)
        if record is None or record.flow_input.is_null:
            raise NotFoundError("flowInput", request.job_id)
        return service.GetJobFlowInputResponse(flow_input=await self._flow_input(record.flow_input))

    # What happened, and why

    async def list_job_history(
        self, request: service.ListJobHistoryRequest, caller: Caller
    ) -> service.ListJobHistoryResponse:
        record = await read_job(self._store, request.job_id)
        if record is None:
            raise NotFoundError("job", request.job_id)
        page = await read_history(
            self._store, record, after=read_token(request.page_token), limit=request.page_size or MAX_PAGE
        )
        return service.ListJobHistoryResponse(
            entries=[views.history_entry(entry) for entry in page.entries],
            next_page_token=write_token(page.cursor) if page.cursor else "",
        )

    async def explain_job(self, request: service.ExplainJobRequest, caller: Caller) -> service.ExplainJobResponse:
        reasons = self._explainer.explain(request.job_id)
        return views.explanation(await self._verbs.must_view(request.job_id), reasons, request.node)

    # Logs

    async def list_job_logs(self, request: service.ListJobLogsRequest, caller: Caller) -> service.ListJobLogsResponse:
        await self._must_exist(request.job_id)
        page = await self._logs.read(
            request.job_id,
            wanted=views.log_filter(request),
            cursor=request.page_token,
            limit=request.page_size or MAX_PAGE,
            backward=request.backward,
        )
        return service.ListJobLogsResponse(
            lines=[views.log_line(line) for line in page.lines],
            next_page_token="" if page.ended and self._views.live(request.job_id) is None else page.cursor,
            dropped=page.dropped,
            previous_page_token=page.before,
        )

    async def watch_job_logs(
        self, request: service.WatchJobLogsRequest, caller: Caller
    ) -> AsyncIterator[service.WatchJobLogsResponse]:
        await self._must_exist(request.job_id)
        follow = self._logs.follow(request.job_id, wanted=views.log_filter(request), cursor=request.page_token)
        async with aclosing(follow) as pages:
            async for page in pages:
                yield service.WatchJobLogsResponse(
                    lines=[views.log_line(line) for line in page.lines], next_page_token=page.cursor
                )

    async def _must_exist(self, job_id: str) -> None:
        if await self._store.get(job_key(job_id)) is None:
            raise NotFoundError("job", job_id)


def _nothing_to_stop(request: service.StopJobsRequest, words: Sequence[str]) -> NotFoundError:
    parts: list[str] = []
    if request.job_id:
        parts.append(f"jobId: {request.job_id}")
    if request.pipeline_name:
        parts.append(f"pipelineName: {request.pipeline_name}")
    if request.HasField("start_time"):
        since, until = request.start_time.since or "undefined", request.start_time.until or "undefined"
        parts.append(f"datesRange: {since} to {until}")
    parts.append(f"statuses: {','.join(words)}")
    error = NotFoundError("job", request.job_id or request.pipeline_name)
    error.message = f"No jobs found matching criteria ({', '.join(parts)})"
    return error


def _as(types: tuple[str, ...], request: _Repeatable, caller: Caller) -> Submission:
    return Submission(types=types, user=caller.user, request_id=request.request_id)


def _named(submission: Submission, pipeline: pipeline_pb2.Pipeline) -> Submission:
    """Takes what is about the job and not about its pipeline out of the document that clients send."""
    pipeline.open.pop("spanId", None)
    if "externalId" not in pipeline.open:
        return submission
    said = json.loads(pipeline.open.pop("externalId"))
    if isinstance(said, dict | list):
        raise InvalidError("data.externalId should be string", field="externalId")
    external_id = said if isinstance(said, str) else json.dumps(said) if said is not None else ""
    if len(external_id) > MAX_EXTERNAL_ID:
        raise InvalidError(
            f"data.externalId should NOT be longer than {MAX_EXTERNAL_ID} characters", field="externalId"
        )
    return replace(submission, external_id=external_id)
