"""JobService: accepts jobs, and tells about them."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import replace
from typing import Protocol

import structlog

from controlplane.api import views
from controlplane.api.job_pipelines import executed_pipeline, with_job_id
from controlplane.api.job_reader import JobReader
from controlplane.api.methods import Caller
from controlplane.api.paging import read_token, write_token
from controlplane.api.submission import JobSubmission, Submission
from controlplane.domain.errors import (
    InvalidError,
    NotAllowedError,
    NotFoundError,
)
from controlplane.domain.job_events import JobState
from controlplane.domain.job_view import JobView
from controlplane.domain.records import (
    JOB_ORDER,
    Intent,
    IntentKind,
    job_key,
    job_order_key,
    last_part,
)
from controlplane.domain.storage_paths import StoragePaths
from controlplane.domain.values import Payload
from controlplane.ports.explain import JobExplainer
from controlplane.ports.job_history import read_history
from controlplane.ports.job_records import (
    open_jobs,
    read_head,
    read_job,
    request_intent,
    request_stop,
)
from controlplane.ports.job_views import JobViews
from controlplane.ports.logs import LogFilter, LogReader
from controlplane.ports.object_store import ObjectStore
from controlplane.ports.state_store import StateStore, scan
from distributedkube.api.job.v1 import job_pb2
from distributedkube.api.job.v1 import job_service_pb2 as service
from distributedkube.api.pipeline.v1 import pipeline_pb2
from distributedkube.api.type.v1 import payload_pb2

log = structlog.get_logger()

MAX_PAGE = 1000
MAX_RESULT_ALONG = 1024 * 1024
"""Larger results do not go along with the last answer of a watch."""

MAX_EXTERNAL_ID = 256

STOP_REASON = "stopped due to request"
WISH_WAIT_SECONDS = 5.0
"""A stop or a pause answers when the jobs have obeyed, or after this: the wish is durable by then."""


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
        submission: JobSubmission,
        explainer: JobExplainer,
        logs: LogReader,
        paths: StoragePaths,
    ) -> None:
        self._store = store
        self._objects = objects
        self._views = views
        self._reader = reader
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
        view = await self._must_view(request.job_id)
        wish = Intent(IntentKind.PAUSE, "", caller.user)
        if view.state.is_final or not await request_intent(self._store, request.job_id, wish):
            raise await self._wrong_state("pause", request.job_id, "JOB_HAS_ENDED")
        await self._until(request.job_id, lambda state: state is JobState.PAUSED)
        return service.PauseJobResponse(message="OK")

    async def resume_job(self, request: service.ResumeJobRequest, caller: Caller) -> service.ResumeJobResponse:
        view = await self._must_view(request.job_id)
        wish = Intent(IntentKind.RESUME, "", caller.user)
        if view.state is not JobState.PAUSED or not await request_intent(self._store, request.job_id, wish):
            raise await self._wrong_state("resume", request.job_id, "JOB_NOT_PAUSED")
        await self._until(request.job_id, lambda state: state is not JobState.PAUSED)
        return service.ResumeJobResponse(message="OK")

    async def _must_view(self, job_id: str) -> JobView:
        view = await self._reader.view(job_id)
        if view is None:
            raise NotFoundError("jobId", job_id)
        return view

    async def _wrong_state(self, verb: str, job_id: str, reason: str) -> NotAllowedError:
        view = await self._must_view(job_id)
        return NotAllowedError(
            f"unable to {verb} pipeline {view.pipeline} because its in {view.state.value} status", reason=reason
        )

    async def _until(self, job_id: str, reached: Callable[[JobState], bool]) -> None:
        """Waits for a state that was asked for, or the end; the wish is durable, so this may end early."""
        try:
            async with asyncio.timeout(WISH_WAIT_SECONDS), aclosing(self._views.watch(job_id)) as changes:
                async for view in changes:
                    if view.state.is_final or reached(view.state):
                        return
        except TimeoutError:
            log.info("wish_goes_on", job_id=job_id)

    # Stopping

    async def stop_jobs(self, request: service.StopJobsRequest, caller: Caller) -> service.StopJobsResponse:
        reason = request.reason or STOP_REASON
        candidates = await self._candidates(request)
        found = [job for job in candidates if await request_stop(self._store, job, reason, caller.user)]
        if not found:
            parts = [f"jobId: {request.job_id}"] if request.job_id else []
            parts += [f"pipelineName: {request.pipeline_name}"] if request.pipeline_name else []
            parts.append("statuses: active,pending,paused")
            error = NotFoundError("job", request.job_id or request.pipeline_name)
            error.message = f"No jobs found matching criteria ({', '.join(parts)})"
            raise error
        async with asyncio.TaskGroup() as group:
            for job_id in found:
                group.create_task(self._until(job_id, lambda _: False))
        return service.StopJobsResponse(stopped_job_ids=found)

    async def _candidates(self, request: service.StopJobsRequest) -> list[str]:
        if request.job_id:
            return [request.job_id]
        if not request.pipeline_name:
            raise InvalidError("say which jobs to stop: job_id or pipeline_name", field="job_id")
        found: list[str] = []
        async for job_id in open_jobs(self._store):
            head = await read_head(self._store, job_id)
            if head is not None and head.pipeline_name == request.pipeline_name:
                found.append(job_id)
        return found

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
        last: JobView | None = None
        async with aclosing(self._views.watch(request.job_id)) as changes:
            async for view in changes:
                last = view
                if not view.state.is_final:
                    yield service.WatchJobResponse(status=views.job_status(view))
        if last is None or not last.state.is_final:
            last = await self._reader.view(request.job_id)
        if last is None:
            raise NotFoundError("status", request.job_id)
        response = service.WatchJobResponse(status=views.job_status(last))
        if request.include_result and last.state.is_final:
            await self._add_result(response)
        yield response

    async def _add_result(self, response: service.WatchJobResponse) -> None:
        result = await self._reader.result(response.status.job_id)
        if result is not None and result.ByteSize() <= MAX_RESULT_ALONG:
            response.result.CopyFrom(result)

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
        size = request.page_size or MAX_PAGE
        response = service.ListJobsResponse()
        last = ""
        async for key in self._order_keys(wanted, read_token(request.page_token)):
            if len(response.jobs) == size:
                response.next_page_token = write_token(last)
                break
            last = key
            view = await self._reader.view(last_part(key))
            if view is not None and (wanted is None or view.state is wanted):
                response.jobs.append(
                    job_pb2.Job(
                        job_id=view.job_id, pipeline_name=view.pipeline, status=views.job_state_number(view.state)
                    )
                )
        return response

    async def _order_keys(self, wanted: JobState | None, after: str) -> AsyncGenerator[str, None]:
        """Keys of jobs that may be in the wanted state, newest first. Finished jobs are not looked at for others."""
        if wanted is not None and wanted.is_final:
            async for entry in scan(self._store, JOB_ORDER, after=after):
                yield entry.key
            return
        keys: list[str] = []
        async for job_id in open_jobs(self._store):
            head = await read_head(self._store, job_id)
            if head is not None:
                keys.append(job_order_key(head.submitted_at, job_id))
        for key in sorted(keys):
            if key > after:
                yield key

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
        return views.explanation(await self._must_view(request.job_id), reasons)

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
        wanted = LogFilter(node=request.node_name)
        follow = self._logs.follow(request.job_id, wanted=wanted, cursor=request.page_token)
        async with aclosing(follow) as pages:
            async for page in pages:
                yield service.WatchJobLogsResponse(
                    lines=[views.log_line(line) for line in page.lines], next_page_token=page.cursor
                )

    async def _must_exist(self, job_id: str) -> None:
        if await self._store.get(job_key(job_id)) is None:
            raise NotFoundError("job", job_id)


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
