"""PipelineService: storing pipelines."""

from dataclasses import replace

from controlplane.api.algorithms import audit_entry
from controlplane.api.methods import Caller
from controlplane.api.paging import read_token, write_token
from controlplane.api.pipelines import NESTED, fill_defaults, json_of, to_domain
from controlplane.api.views import timestamp
from controlplane.domain import graph as graphs
from controlplane.domain.catalog_records import (
    PIPELINES,
    Audit,
    CronSpec,
    PipelineRecord,
    algorithm_key,
    pack,
    pipeline_key,
    unpack_algorithm,
    unpack_pipeline,
    with_audit,
)
from controlplane.domain.cron import DEFAULT_TIME_ZONE, parse_cron
from controlplane.domain.errors import (
    AlreadyExistsError,
    CompareFailedError,
    InvalidError,
    NotAllowedError,
    NotFoundError,
)
from controlplane.domain.outbox import Kept, cron_key, retention_key
from controlplane.domain.records import (
    request_key,
)
from controlplane.ports.job_records import open_jobs, read_head, request_stop
from controlplane.ports.state_store import Compare, Delete, Put, Revision, StateStore, Transaction, Write
from controlplane.ports.system import Clock, Ids
from distributedkube.api.pipeline.v1 import pipeline_pb2
from distributedkube.api.pipeline.v1 import pipeline_service_pb2 as service

MAX_PAGE = 1000
VERSION_CHARACTERS = 10
DELETED_REASON = "pipeline was deleted"
_SERVER_FIELDS = ("version", "created", "modified", "audit_trail", "types", "root_job_id")


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
            return service.CreatePipelineResponse(pipeline=_message(await self._must_get(name)))
        record = await self._record(request.pipeline, None, caller)
        put = Put(pipeline_key(name), pack(record))
        writes: list[Write] = [put]
        if seen:
            writes.append(Put(seen, name.encode()))
            writes.append(Put(retention_key(self._clock.now(), Kept.REQUEST, request.request_id), b""))
        try:
            await self._store.commit(Transaction(writes, [Compare(put.key, Revision(0))]))
        except CompareFailedError:
            raise AlreadyExistsError("pipeline", name) from None
        return service.CreatePipelineResponse(pipeline=_message(record))

    async def update_pipeline(
        self, request: service.UpdatePipelineRequest, caller: Caller
    ) -> service.UpdatePipelineResponse:
        while True:
            entry = await self._store.get(pipeline_key(request.pipeline.name))
            if entry is None:
                raise NotFoundError("pipeline", request.pipeline.name)
            record = await self._record(request.pipeline, unpack_pipeline(entry.value), caller)
            try:
                put = Put(entry.key, pack(record))
                await self._store.commit(Transaction([put], [Compare(entry.key, entry.mod_revision)]))
            except CompareFailedError:
                continue
            return service.UpdatePipelineResponse(pipeline=_message(record))

    async def _record(
        self, pipeline: pipeline_pb2.Pipeline, stored: PipelineRecord | None, caller: Caller
    ) -> PipelineRecord:
        """Validates a pipeline and makes its record; nothing is stored."""
        for field in _SERVER_FIELDS:
            pipeline.ClearField(field)  # type: ignore[arg-type]
        fill_defaults(pipeline)
        engine = to_domain(pipeline)
        graphs.build(engine)
        if not isinstance(json_of(pipeline.flow_input, "flow_input"), dict | None):
            raise InvalidError("data.flowInput should be object,null", field="flow_input")
        algorithms = tuple(dict.fromkeys(node.algorithm for node in engine.nodes if node.algorithm != NESTED))
        for name in algorithms:
            await self._check_algorithm(name)
        now, version = self._clock.now(), self._ids.text(VERSION_CHARACTERS)
        cron = cron_spec(pipeline.triggers.cron, stored, now) if pipeline.triggers.HasField("cron") else None
        return PipelineRecord(
            name=pipeline.name,
            document=pipeline.SerializeToString(deterministic=True),
            version=version,
            created_at=stored.created_at if stored else now,
            modified_at=now,
            audit=with_audit(stored.audit if stored else (), Audit(caller.user, now, version)),
            algorithms=algorithms,
            cron=cron,
            starts_after=tuple(pipeline.triggers.pipelines),
        )

    async def _check_algorithm(self, name: str) -> None:
        entry = await self._store.get(algorithm_key(name))
        if entry is None:
            raise NotFoundError("algorithm", name)
        record = unpack_algorithm(entry.value)
        if not (record.runtime or record.build_id):
            raise NotAllowedError(f"missing image for algorithm {name}", reason="ALGORITHM_NOT_READY")

    async def list_pipelines(
        self, request: service.ListPipelinesRequest, caller: Caller
    ) -> service.ListPipelinesResponse:
        page = await self._store.range(
            PIPELINES, after=read_token(request.page_token), limit=request.page_size or MAX_PAGE
        )
        response = service.ListPipelinesResponse(
            pipelines=[_message(unpack_pipeline(entry.value)) for entry in page.entries]
        )
        if page.more:
            response.next_page_token = write_token(page.entries[-1].key)
        return response

    async def get_pipeline(self, request: service.GetPipelineRequest, caller: Caller) -> service.GetPipelineResponse:
        return service.GetPipelineResponse(pipeline=_message(await self._must_get(request.name)))

    async def _must_get(self, name: str) -> PipelineRecord:
        entry = await self._store.get(pipeline_key(name))
        if entry is None:
            raise NotFoundError("pipeline", name)
        return unpack_pipeline(entry.value)

    async def delete_pipeline(
        self, request: service.DeletePipelineRequest, caller: Caller
    ) -> service.DeletePipelineResponse:
        await self._must_get(request.name)
        await self._store.commit(Transaction([Delete(pipeline_key(request.name)), Delete(cron_key(request.name))]))
        stopped = 0
        for job_id in await self._open_jobs_of(request.name):
            stopped += await request_stop(self._store, job_id, DELETED_REASON)
        related = f"{stopped} executions" if stopped else ""
        return service.DeletePipelineResponse(
            message=f"pipeline {request.name} successfully deleted from store. related data deleted: {related}"
        )

    async def _open_jobs_of(self, pipeline: str) -> list[str]:
        found: list[str] = []
        async for job_id in open_jobs(self._store):
            head = await read_head(self._store, job_id)
            if head is not None and head.pipeline_name == pipeline:
                found.append(job_id)
        return found


def cron_spec(cron: pipeline_pb2.Cron, stored: PipelineRecord | None, now: float) -> CronSpec:
    """The clock times of a pipeline, checked, and since when they are so.

    Raises ``InvalidError`` that names the field at fault.
    """
    spec = CronSpec(
        enabled=cron.enabled,
        pattern=cron.pattern,
        time_zone=cron.time_zone or DEFAULT_TIME_ZONE,
        catch_up=cron.missed_runs == pipeline_pb2.Cron.MISSED_RUNS_ONCE,
        since=now,
    )
    parse_cron(spec.pattern, spec.time_zone, where="triggers.cron.")
    before = stored.cron if stored else None
    return replace(spec, since=before.since) if before and spec.same_times(before) else spec


def _message(record: PipelineRecord) -> pipeline_pb2.Pipeline:
    pipeline = pipeline_pb2.Pipeline.FromString(record.document)
    pipeline.version = record.version
    pipeline.modified.CopyFrom(timestamp(record.modified_at))
    pipeline.audit_trail.extend(audit_entry(entry) for entry in record.audit)
    return pipeline
