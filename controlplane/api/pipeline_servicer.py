"""PipelineService: storing pipelines. Each change makes a version, in the same transaction."""

from controlplane.api.methods import Caller
from controlplane.api.paging import read_token, write_token
from controlplane.api.pipeline_records import (
    check_storable,
    make_record,
    must_get,
    same,
    snapshot_of,
    stored_pipeline,
    to_message,
)
from controlplane.api.pipelines import fill_defaults
from controlplane.api.views import timestamp
from controlplane.domain.catalog_records import PIPELINES, Audit, PipelineRecord, pack, pipeline_key, unpack_pipeline
from controlplane.domain.errors import AlreadyExistsError, CompareFailedError
from controlplane.domain.outbox import Kept, retention_key
from controlplane.domain.records import request_key
from controlplane.domain.versions import VERSION_CHARACTERS, Versioned
from controlplane.ports.job_records import open_jobs, read_job, request_stop
from controlplane.ports.pipelines import pipeline_removal
from controlplane.ports.state_store import Compare, Entry, Put, Revision, StateStore, Transaction, Write
from controlplane.ports.system import Clock, Ids
from controlplane.ports.versions import delete_versions, prepare_version
from distributedkube.api.pipeline.v1 import pipeline_pb2
from distributedkube.api.pipeline.v1 import pipeline_service_pb2 as service

MAX_PAGE = 1000
DELETED_REASON = "pipeline has been deleted"


class PipelineServicer:
    def __init__(self, *, store: StateStore, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids

    async def create_pipeline(
        self, request: service.CreatePipelineRequest, caller: Caller
    ) -> service.CreatePipelineResponse:
        name = request.pipeline.name
        seen = request_key(request.request_id) if request.request_id else ""
        if seen and await self._store.get(seen) is not None:
            return service.CreatePipelineResponse(pipeline=await stored_pipeline(self._store, name))
        fill_defaults(request.pipeline)
        await check_storable(request.pipeline, self._store)
        more: list[Write] = []
        if seen:
            more.append(Put(seen, name.encode()))
            more.append(Put(retention_key(self._clock.now(), Kept.REQUEST, request.request_id), b""))
        while True:
            if await self._store.get(pipeline_key(name)) is not None:
                raise AlreadyExistsError("pipeline", name)
            try:
                record = await self._store_change(request.pipeline, None, caller, more)
            except CompareFailedError:
                continue
            return service.CreatePipelineResponse(pipeline=to_message(record))

    async def update_pipeline(
        self, request: service.UpdatePipelineRequest, caller: Caller
    ) -> service.UpdatePipelineResponse:
        fill_defaults(request.pipeline)
        await check_storable(request.pipeline, self._store)
        while True:
            entry = await must_get(self._store, request.pipeline.name)
            try:
                record = await self._store_change(request.pipeline, entry, caller)
            except CompareFailedError:
                continue
            return service.UpdatePipelineResponse(pipeline=to_message(record))

    async def _store_change(
        self, pipeline: pipeline_pb2.Pipeline, entry: Entry | None, caller: Caller, more: list[Write] | None = None
    ) -> PipelineRecord:
        """Stores a pipeline that keeps all rules, with its version. Raises ``CompareFailedError``: read again."""
        stored = unpack_pipeline(entry.value) if entry else None
        now = self._clock.now()
        is_new = stored is None or not same(pipeline, to_message(stored))
        version = self._ids.text(VERSION_CHARACTERS) if stored is None or is_new else stored.version
        changed = pipeline_pb2.Pipeline.FromString(pipeline.SerializeToString())
        if not changed.HasField("modified"):
            changed.modified.CopyFrom(timestamp(now))
        audit = Audit(caller.user, changed.modified.ToMilliseconds() / 1000, version)
        record = make_record(changed, stored=stored, version=version, audit=audit, now=now)
        put = Put(pipeline_key(record.name), pack(record))
        writes: list[Write] = [put, *(more or ())]
        compares = [Compare(put.key, entry.mod_revision if entry else Revision(0))]
        if is_new:
            made = await prepare_version(
                self._store,
                Versioned.PIPELINE,
                name=record.name,
                version=version,
                snapshot=snapshot_of(pipeline, record),
                created_at=now,
                created_by=caller.user,
            )
            writes += made.writes
            compares += made.compares
        await self._store.commit(Transaction(writes, compares))
        return record

    async def list_pipelines(
        self, request: service.ListPipelinesRequest, caller: Caller
    ) -> service.ListPipelinesResponse:
        page = await self._store.range(
            PIPELINES, after=read_token(request.page_token), limit=request.page_size or MAX_PAGE
        )
        response = service.ListPipelinesResponse(
            pipelines=[to_message(unpack_pipeline(entry.value)) for entry in page.entries]
        )
        if page.more:
            response.next_page_token = write_token(page.entries[-1].key)
        return response

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
        running = await self._stored_jobs_of(request.name)
        if running:
            stopped = [await request_stop(self._store, job_id, DELETED_REASON, caller.user) for job_id in running]
            message += f", stopped related running pipelines {sum(stopped)}/{len(running)}"
        return service.DeletePipelineResponse(message=message)

    async def _stored_jobs_of(self, pipeline: str) -> list[str]:
        """Jobs that run because somebody started the stored pipeline by its name."""
        found: list[str] = []
        async for job_id in open_jobs(self._store):
            job = await read_job(self._store, job_id)
            if job is not None and job.pipeline.name == pipeline and "stored" in job.types:
                found.append(job_id)
        return found
