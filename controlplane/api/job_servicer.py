"""JobService: accepts jobs, and tells about them."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

import structlog

from controlplane.api import views
from controlplane.api.methods import Caller, check
from controlplane.api.paging import read_token, write_token
from controlplane.api.pipelines import fill_defaults, flow_input_of, merge, to_domain
from controlplane.domain import graph as graphs
from controlplane.domain.catalog_records import algorithm_key, pipeline_key, unpack_algorithm, unpack_pipeline
from controlplane.domain.errors import (
    CompareFailedError,
    InvalidError,
    NotAllowedError,
    NotFoundError,
)
from controlplane.domain.job_events import JobState
from controlplane.domain.job_view import JobView
from controlplane.domain.records import (
    JOB_ORDER,
    EndRecord,
    JobRecord,
    end_key,
    job_key,
    job_order_key,
    job_part_key,
    last_part,
    open_key,
    pack_job,
    request_key,
    unpack_end,
)
from controlplane.domain.values import MAX_INLINE_BYTES, BlobRef, Payload
from controlplane.ports.catalog import AlgorithmCatalog
from controlplane.ports.job_records import open_jobs, read_head, read_job, read_result, request_stop
from controlplane.ports.job_views import JobViews
from controlplane.ports.logs import LogReader
from controlplane.ports.object_store import ObjectStore
from controlplane.ports.state_store import Compare, Entry, Put, Revision, StateStore, Transaction, scan
from controlplane.ports.system import Clock, Ids
from distributedkube.api.job.v1 import job_pb2
from distributedkube.api.job.v1 import job_service_pb2 as service
from distributedkube.api.pipeline.v1 import pipeline_pb2
from distributedkube.api.type.v1 import payload_pb2

log = structlog.get_logger()

JOB_ID_CHARACTERS = 12
MAX_PAGE = 1000
MAX_RESULT_ALONG = 1024 * 1024
"""Larger results do not go along with the last answer of a watch."""

STOP_REASON = "stopped due to request"
STOP_WAIT_SECONDS = 5.0
"""A stop answers when the jobs have stopped, or after this: the wish is durable by then."""


class JobServicer:
    def __init__(
        self,
        *,
        store: StateStore,
        objects: ObjectStore,
        views: JobViews,
        catalog: AlgorithmCatalog,
        logs: LogReader,
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._store = store
        self._objects = objects
        self._views = views
        self._catalog = catalog
        self._logs = logs
        self._clock = clock
        self._ids = ids

    # Running

    async def run_raw_pipeline(
        self, request: service.RunRawPipelineRequest, caller: Caller
    ) -> service.RunRawPipelineResponse:
        job_id = await self._submit(request.pipeline, ("raw",), request.request_id)
        return service.RunRawPipelineResponse(job_id=job_id)

    async def run_stored_pipeline(
        self, request: service.RunStoredPipelineRequest, caller: Caller
    ) -> service.RunStoredPipelineResponse:
        entry = await self._store.get(pipeline_key(request.pipeline.name))
        if entry is None:
            raise NotFoundError("pipeline", request.pipeline.name)
        pipeline = pipeline_pb2.Pipeline.FromString(unpack_pipeline(entry.value).document)
        merge(pipeline, request.pipeline)
        check(pipeline)
        job_id = await self._submit(pipeline, ("stored",), request.request_id)
        return service.RunStoredPipelineResponse(job_id=job_id)

    async def run_algorithm(self, request: service.RunAlgorithmRequest, caller: Caller) -> service.RunAlgorithmResponse:
        if request.debug:
            raise InvalidError("debugging an algorithm is not available yet", field="debug")
        node = pipeline_pb2.Node(node_name=request.name, algorithm_name=request.name, input=request.input)
        pipeline = pipeline_pb2.Pipeline(name=request.name, nodes=[node])
        job_id = await self._submit(pipeline, ("algorithm",), request.request_id)
        return service.RunAlgorithmResponse(job_id=job_id)

    async def _submit(self, pipeline: pipeline_pb2.Pipeline, types: tuple[str, ...], request_id: str) -> str:
        """Validates everything, then makes the job durable in one transaction."""
        if request_id and (earlier := await self._store.get(request_key(request_id))) is not None:
            return earlier.value.decode()
        fill_defaults(pipeline)
        engine = to_domain(pipeline)
        graph = graphs.build(engine)
        for name in dict.fromkeys(node.algorithm for node in engine.nodes):
            # The view in memory may lag behind by a moment, so only its yes counts.
            if self._catalog.get(name) is None:
                _check_runnable(name, await self._store.get(algorithm_key(name)))
        flow_input, flow_value = flow_input_of(pipeline)
        shapes = graphs.flow_input_shapes(graph, flow_value)
        job_id = self._ids.text(JOB_ID_CHARACTERS)
        flow_input = await self._place(job_id, flow_input)
        pipeline.ClearField("flow_input")
        record = JobRecord(
            job_id=job_id,
            submitted_at=self._clock.now(),
            types=types,
            document=pipeline.SerializeToString(),
            pipeline=engine,
            flow_input=flow_input,
            flow_input_shapes=shapes,
        )
        return await self._accept(record, request_id)

    async def _place(self, job_id: str, flow_input: Payload) -> Payload:
        """A large flow input goes to the object store."""
        if flow_input.data is None or len(flow_input.data) <= MAX_INLINE_BYTES:
            return flow_input
        info = await self._objects.put(f"job/{job_id}/flow-input", flow_input.data)
        return Payload(flow_input.content_type, None, BlobRef(info.key, info.size_bytes, info.sha256))

    async def _accept(self, record: JobRecord, request_id: str) -> str:
        head, parts = pack_job(record)
        for number, part in enumerate(parts):
            await self._store.commit(Transaction([Put(job_part_key(record.job_id, number), part)]))
        writes = [
            Put(job_key(record.job_id), head),
            Put(job_order_key(record.submitted_at, record.job_id), b""),
            Put(open_key(record.job_id), head if not parts else b""),
        ]
        if not request_id:
            await self._store.commit(Transaction(writes))
            return record.job_id
        key = request_key(request_id)
        try:
            await self._store.commit(
                Transaction([*writes, Put(key, record.job_id.encode())], [Compare(key, Revision(0))])
            )
        except CompareFailedError:
            earlier = await self._store.get(key)
            if earlier is None:
                raise
            return earlier.value.decode()
        return record.job_id

    # Stopping

    async def stop_jobs(self, request: service.StopJobsRequest, caller: Caller) -> service.StopJobsResponse:
        reason = request.reason or STOP_REASON
        found = [job for job in await self._candidates(request) if await request_stop(self._store, job, reason)]
        if not found:
            parts = [f"jobId: {request.job_id}"] if request.job_id else []
            parts += [f"pipelineName: {request.pipeline_name}"] if request.pipeline_name else []
            parts.append("statuses: active,pending,paused")
            error = NotFoundError("job", request.job_id or request.pipeline_name)
            error.message = f"No jobs found matching criteria ({', '.join(parts)})"
            raise error
        try:
            async with asyncio.timeout(STOP_WAIT_SECONDS):
                for job_id in found:
                    await self._ended(job_id)
        except TimeoutError:
            log.info("stop_goes_on", jobs=found)
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

    async def _ended(self, job_id: str) -> None:
        async with aclosing(self._views.watch(job_id)) as changes:
            async for view in changes:
                if view.state.is_final:
                    return

    # Reading

    async def get_job_status(
        self, request: service.GetJobStatusRequest, caller: Caller
    ) -> service.GetJobStatusResponse:
        view = await self._view(request.job_id)
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
            last = await self._view(request.job_id)
        if last is None:
            raise NotFoundError("status", request.job_id)
        response = service.WatchJobResponse(status=views.job_status(last))
        if request.include_result and last.state.is_final:
            await self._add_result(response)
        yield response

    async def _add_result(self, response: service.WatchJobResponse) -> None:
        result = await self._result(response.status.job_id)
        if result is not None and result.ByteSize() <= MAX_RESULT_ALONG:
            response.result.CopyFrom(result)

    async def _result(self, job_id: str) -> job_pb2.JobResult | None:
        end = await self._end(job_id)
        if end is None:
            return None
        return views.job_result(end.view, await read_result(self._store, job_id, end.result_parts))

    async def get_job_result(
        self, request: service.GetJobResultRequest, caller: Caller
    ) -> service.GetJobResultResponse:
        result = await self._result(request.job_id)
        if result is None:
            view = await self._view(request.job_id)
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
        pipeline = pipeline_pb2.Pipeline.FromString(record.document)
        if not record.flow_input.is_null:
            pipeline.flow_input.CopyFrom(await self._flow_input(record.flow_input))
        pipeline.types.extend(record.types)
        pipeline.open["jobId"] = f'"{record.job_id}"'.encode()
        pipeline.open["startTime"] = str(int(record.submitted_at * 1000)).encode()
        return service.GetJobPipelineResponse(pipeline=pipeline)

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
            view = await self._view(last_part(key))
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

    async def _end(self, job_id: str) -> EndRecord | None:
        entry = await self._store.get(end_key(job_id))
        return unpack_end(entry.value) if entry else None

    async def _view(self, job_id: str) -> JobView | None:
        """A job as it is: from whoever drives it, from its end, or as it was accepted."""
        live = self._views.live(job_id)
        if live is not None:
            return live
        end = await self._end(job_id)
        if end is not None:
            return end.view
        head = await read_head(self._store, job_id)
        if head is None:
            return None
        return JobView(
            job_id=job_id,
            pipeline=head.pipeline_name,
            state=JobState.PENDING,
            at=self._clock.now(),
            submitted_at=head.submitted_at,
            active_at=None,
            ended_at=None,
            progress=None,
            details="",
            states={},
            nodes=(),
        )

    # Logs

    async def list_job_logs(self, request: service.ListJobLogsRequest, caller: Caller) -> service.ListJobLogsResponse:
        await self._must_exist(request.job_id)
        page = await self._logs.read(
            request.job_id,
            node=request.node_name,
            task_id=request.task_id,
            cursor=request.page_token,
            limit=request.page_size or MAX_PAGE,
        )
        return service.ListJobLogsResponse(
            lines=[views.log_line(line) for line in page.lines],
            next_page_token="" if page.ended and self._views.live(request.job_id) is None else page.cursor,
            dropped=page.dropped,
        )

    async def watch_job_logs(
        self, request: service.WatchJobLogsRequest, caller: Caller
    ) -> AsyncIterator[service.WatchJobLogsResponse]:
        await self._must_exist(request.job_id)
        follow = self._logs.follow(request.job_id, node=request.node_name, cursor=request.page_token)
        async with aclosing(follow) as pages:
            async for page in pages:
                yield service.WatchJobLogsResponse(
                    lines=[views.log_line(line) for line in page.lines], next_page_token=page.cursor
                )

    async def _must_exist(self, job_id: str) -> None:
        if await self._store.get(job_key(job_id)) is None:
            raise NotFoundError("job", job_id)


def _check_runnable(name: str, entry: Entry | None) -> None:
    if entry is None:
        raise NotFoundError("algorithm", name)
    record = unpack_algorithm(entry.value)
    if not record.runtime:
        raise NotAllowedError(
            f"missing image for algorithm {name}",
            reason="ALGORITHM_NOT_READY",
            details=f"build {record.build_id} has not made a version yet" if record.build_id else None,
        )
