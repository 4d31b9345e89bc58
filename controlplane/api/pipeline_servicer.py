"""PipelineService: stored pipelines. ``pipeline_storing`` makes and changes them."""

from controlplane.api.job_filters import OPEN_STATES
from controlplane.api.job_verbs import JobVerbs
from controlplane.api.methods import Caller
from controlplane.api.paging import fitting, read_token
from controlplane.api.pipeline_records import must_get, stored_pipeline, to_message
from controlplane.api.pipeline_storing import PipelineStoring
from controlplane.domain.catalog_records import PIPELINES, unpack_pipeline
from controlplane.domain.versions import Versioned
from controlplane.ports.job_index import JobFilter, JobSearch, find_all
from controlplane.ports.pipelines import pipeline_removal
from controlplane.ports.state_store import StateStore, Transaction
from controlplane.ports.versions import delete_versions
from distributedkube.api.pipeline.v1 import pipeline_service_pb2 as service

MAX_PAGE = 1000
STORED = "stored"
"""Type of jobs that run because somebody started a stored pipeline by its name."""

DELETED_REASON = "pipeline has been deleted"


class PipelineServicer:
    def __init__(self, *, store: StateStore, storing: PipelineStoring, search: JobSearch, verbs: JobVerbs) -> None:
        self._store = store
        self._storing = storing
        self._search = search
        self._verbs = verbs

    async def create_pipeline(
        self, request: service.CreatePipelineRequest, caller: Caller
    ) -> service.CreatePipelineResponse:
        record = await self._storing.create(request.pipeline, caller.user, request.request_id)
        return service.CreatePipelineResponse(pipeline=to_message(record))

    async def update_pipeline(
        self, request: service.UpdatePipelineRequest, caller: Caller
    ) -> service.UpdatePipelineResponse:
        record = await self._storing.replace(request.pipeline, caller.user)
        return service.UpdatePipelineResponse(pipeline=to_message(record))

    async def list_pipelines(
        self, request: service.ListPipelinesRequest, caller: Caller
    ) -> service.ListPipelinesResponse:
        page = await self._store.range(
            PIPELINES, after=read_token(request.page_token), limit=request.page_size or MAX_PAGE
        )
        entries, token = fitting(page)
        pipelines = [to_message(unpack_pipeline(entry.value)) for entry in entries]
        return service.ListPipelinesResponse(pipelines=pipelines, next_page_token=token)

    async def get_pipeline(self, request: service.GetPipelineRequest, caller: Caller) -> service.GetPipelineResponse:
        return service.GetPipelineResponse(pipeline=await stored_pipeline(self._store, request.name))

    async def delete_pipeline(
        self, request: service.DeletePipelineRequest, caller: Caller
    ) -> service.DeletePipelineResponse:
        await must_get(self._store, request.name)
        await self._store.commit(Transaction(pipeline_removal(request.name)))
        if request.HasField("keep_old_versions") and not request.keep_old_versions:
            await delete_versions(self._store, Versioned.PIPELINE, request.name)
        message = f"pipeline {request.name} successfully deleted from store"
        unfinished = JobFilter(pipeline=request.name, type=STORED, states=OPEN_STATES)
        if running := await find_all(self._search, unfinished):
            stopped = await self._verbs.stop(running, DELETED_REASON, caller.user)
            message += f", stopped related running pipelines {len(stopped)}/{len(running)}"
        return service.DeletePipelineResponse(message=message)
