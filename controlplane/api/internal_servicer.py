"""InternalService: jobs that other programs of the installation start and end, for those that are no role of ours."""

from collections import Counter
from collections.abc import Iterable, Mapping
from heapq import nlargest
from typing import Protocol, cast

import orjson

from controlplane.api.job_verbs import JobVerbs
from controlplane.api.methods import Caller, check
from controlplane.api.nested import lay_over
from controlplane.api.pipelines import json_bytes, json_of, merge
from controlplane.api.submission import JobSubmission, Submission
from controlplane.domain.errors import InvalidError, NotAllowedError, NotFoundError, UnavailableError
from controlplane.domain.outbox import TreeEntry, pack_tree, tree_key
from controlplane.domain.records import JobRecord
from controlplane.domain.values import JSON, Json
from controlplane.ports.demand import DemandSource
from controlplane.ports.job_records import read_job
from controlplane.ports.job_remover import JobRemover
from controlplane.ports.job_starter import StartJob
from controlplane.ports.state_store import Put, StateStore, Transaction
from controlplane.ports.webhook_sender import DocumentSource
from distributedkube.api.job.v1 import internal_service_pb2 as service
from distributedkube.api.pipeline.v1 import pipeline_pb2

MAX_INPUT_BYTES = 8 * 1024 * 1024
"""JSON of a result that is given to a job; what is larger only says where its values are."""

MAX_QUEUES = 1000

CLOCK_TYPES = ("stored", "internal", "cron")
TRIGGER_TYPES = ("internal", "stored", "trigger")
STORED_CALL_TYPES = ("internal", "stored", "sub-pipeline")
RAW_CALL_TYPES = ("internal", "raw", "sub-pipeline")


class _Start(Protocol):
    """What the requests for stored pipelines have in common."""

    @property
    def name(self) -> str: ...

    @property
    def user_name(self) -> str: ...

    @property
    def tags(self) -> Iterable[str]: ...


class InternalServicer:
    def __init__(
        self,
        *,
        store: StateStore,
        submission: JobSubmission,
        documents: DocumentSource,
        verbs: JobVerbs,
        remover: JobRemover,
        demand: DemandSource,
    ) -> None:
        self._store = store
        self._submission = submission
        self._documents = documents
        self._verbs = verbs
        self._remover = remover
        self._demand = demand

    # Clocks and triggers

    async def start_by_clock(
        self, request: service.StartByClockRequest, caller: Caller
    ) -> service.StartByClockResponse:
        job_id = await self._start(request, CLOCK_TYPES, parent_job_id=request.parent_job_id or None)
        return service.StartByClockResponse(job_id=job_id)

    async def start_after_job(
        self, request: service.StartAfterJobRequest, caller: Caller
    ) -> service.StartAfterJobResponse:
        if not request.parent_job_id:
            return service.StartAfterJobResponse(job_id=await self._start(request, TRIGGER_TYPES))
        parent = await self._must_read(request.parent_job_id)
        items = orjson.loads(await self._documents.result_items(parent.job_id, MAX_INPUT_BYTES))
        root = parent.root_job_id or parent.job_id
        job_id = await self._start(
            request,
            TRIGGER_TYPES,
            flow_input={"parent": cast(Json, items)},
            root_job_id=root,
            parent_job_id=parent.job_id,
        )
        above = None if parent.job_id == root else parent.parent_job_id
        places = (
            TreeEntry(parent.job_id, parent.pipeline.name, above),
            TreeEntry(job_id, request.name, parent.job_id),
        )
        await self._store.commit(Transaction([Put(tree_key(root, each.job_id), pack_tree(each)) for each in places]))
        return service.StartAfterJobResponse(job_id=job_id)

    async def _start(
        self,
        request: _Start,
        types: tuple[str, ...],
        *,
        flow_input: Mapping[str, Json] | None = None,
        root_job_id: str | None = None,
        parent_job_id: str | None = None,
    ) -> str:
        start = StartJob(
            request_id="",
            types=types,
            user=request.user_name,
            flow_input=flow_input,
            tags=tuple(request.tags),
            root_job_id=root_job_id,
            parent_job_id=parent_job_id,
        )
        return await self._submission.start_stored(request.name, start)

    # Pipelines that code called

    async def start_stored_sub_pipeline(
        self, request: service.StartStoredSubPipelineRequest, caller: Caller
    ) -> service.StartStoredSubPipelineResponse:
        parent = await self._calling(request.pipeline)
        pipeline = await self._submission.stored(request.pipeline.name)
        own, given = (json_of(each.flow_input, "flow_input") for each in (pipeline, request.pipeline))
        merge(pipeline, request.pipeline)
        if isinstance(own, Mapping) and isinstance(given, Mapping):
            pipeline.flow_input.content_type = JSON
            pipeline.flow_input.data = json_bytes(lay_over(own, given))
        return service.StartStoredSubPipelineResponse(job_id=await self._call(pipeline, parent, STORED_CALL_TYPES))

    async def start_raw_sub_pipeline(
        self, request: service.StartRawSubPipelineRequest, caller: Caller
    ) -> service.StartRawSubPipelineResponse:
        parent = await self._calling(request.pipeline)
        return service.StartRawSubPipelineResponse(job_id=await self._call(request.pipeline, parent, RAW_CALL_TYPES))

    async def _calling(self, pipeline: pipeline_pb2.Pipeline) -> JobRecord:
        """The job whose code calls, as ``open`` says; what it says is taken out, as it is no part of the pipeline."""
        job_id, _ = (_taken_out(pipeline, key) for key in ("jobId", "taskId"))
        return await self._must_read(job_id)

    async def _call(self, pipeline: pipeline_pb2.Pipeline, parent: JobRecord, types: tuple[str, ...]) -> str:
        root = pipeline.root_job_id or parent.root_job_id or parent.job_id
        pipeline.ClearField("root_job_id")
        pipeline.experiment_name = parent.pipeline.experiment
        check(pipeline)
        submission = Submission(types=types, user="", root_job_id=root, parent_job_id=parent.job_id)
        return await self._submission.submit(pipeline, submission)

    async def _must_read(self, job_id: str) -> JobRecord:
        record = await read_job(self._store, job_id)
        if record is None:
            raise NotFoundError("jobId", job_id)
        return record

    # Ends

    async def stop_job(self, request: service.StopJobRequest, caller: Caller) -> service.StopJobResponse:
        view = await self._verbs.must_view(request.job_id)
        if view.state.is_final or not await self._verbs.stop([request.job_id], request.reason, caller.user):
            view = await self._verbs.must_view(request.job_id)
            raise NotAllowedError(
                f"unable to stop pipeline {view.pipeline} because it's in {view.state.value} status",
                reason="JOB_HAS_ENDED",
            )
        return service.StopJobResponse(message="OK")

    async def clean_job(self, request: service.CleanJobRequest, caller: Caller) -> service.CleanJobResponse:
        await self._verbs.must_view(request.job_id)
        await self._verbs.stop([request.job_id], "", caller.user)
        if await self._remover.remove(request.job_id) is None:
            raise UnavailableError(f"job {request.job_id} is being stopped; try again", reason="JOB_HAS_NOT_ENDED")
        return service.CleanJobResponse(message="OK")

    # Queues

    async def list_algorithm_queues(
        self, request: service.ListAlgorithmQueuesRequest, caller: Caller
    ) -> service.ListAlgorithmQueuesResponse:
        workers = Counter(worker.algorithm for worker in self._demand.connected())
        most = nlargest(MAX_QUEUES, self._demand.demand().items(), key=lambda item: item[1].tasks)
        return service.ListAlgorithmQueuesResponse(
            queues=[
                service.AlgorithmQueue(
                    name=name,
                    pending_amount=demand.tasks,
                    priority=demand.best_priority,
                    waiting_seconds=round(demand.oldest_seconds, 3),
                    workers=workers[name],
                )
                for name, demand in sorted(most, key=lambda item: item[0])
            ]
        )


def _taken_out(pipeline: pipeline_pb2.Pipeline, key: str) -> str:
    """The text that ``open`` has under a key. Raises ``InvalidError`` when there is none."""
    if key not in pipeline.open:
        raise InvalidError(f"data should have required property '{key}'", field=key)
    said = orjson.loads(pipeline.open.pop(key))
    if not isinstance(said, str):
        raise InvalidError(f"data.{key} should be string", field=key)
    return said
