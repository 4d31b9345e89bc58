"""PipelineVersionService: what stored pipelines looked like, and going back to it."""

from dataclasses import replace

from controlplane.api.methods import Caller
from controlplane.api.paging import fitting, read_token
from controlplane.api.pipeline_records import make_record, must_get, snapshot_message, to_message
from controlplane.api.views import timestamp
from controlplane.domain.catalog_records import Audit, pack, pipeline_key, unpack_pipeline
from controlplane.domain.errors import CompareFailedError, NotAllowedError, NotFoundError
from controlplane.domain.versions import Versioned, VersionRecord, unpack_version
from controlplane.ports.state_store import Compare, Entry, Put, Revision, StateStore, Transaction
from controlplane.ports.system import Clock
from controlplane.ports.versions import FoundVersion, delete_version, find_version, replace_version, versions_page
from distributedkube.api.pipeline.v1 import pipeline_pb2, pipeline_version_pb2
from distributedkube.api.pipeline.v1 import pipeline_version_service_pb2 as service

MAX_PAGE = 1000


class PipelineVersionServicer:
    def __init__(self, *, store: StateStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def list_pipeline_versions(
        self, request: service.ListPipelineVersionsRequest, caller: Caller
    ) -> service.ListPipelineVersionsResponse:
        page = await versions_page(
            self._store,
            Versioned.PIPELINE,
            request.name,
            before=read_token(request.page_token),
            limit=request.page_size or MAX_PAGE,
        )
        entries, token = fitting(page)
        versions = [_message(unpack_version(entry.value)) for entry in entries]
        return service.ListPipelineVersionsResponse(versions=versions, next_page_token=token)

    async def get_pipeline_version(
        self, request: service.GetPipelineVersionRequest, caller: Caller
    ) -> service.GetPipelineVersionResponse:
        await must_get(self._store, request.name)
        found = await find_version(self._store, Versioned.PIPELINE, request.version)
        return service.GetPipelineVersionResponse(version=_message(found.record))

    async def delete_pipeline_version(
        self, request: service.DeletePipelineVersionRequest, caller: Caller
    ) -> service.DeletePipelineVersionResponse:
        while True:
            await must_get(self._store, request.name)
            found = await find_version(self._store, Versioned.PIPELINE, request.version)
            key = pipeline_key(found.record.name)  # Of the pipeline that it is a version of, whatever name was given.
            owner = await self._store.get(key)
            if owner is not None and unpack_pipeline(owner.value).version == request.version:
                raise NotAllowedError("unable to remove the currently used version", reason="VERSION_IN_USE")
            guard = Compare(key, owner.mod_revision if owner is not None else Revision(0))
            try:
                await delete_version(self._store, Versioned.PIPELINE, found, guard)
            except CompareFailedError:
                continue
            return service.DeletePipelineVersionResponse(deleted=1)

    async def apply_pipeline_version(
        self, request: service.ApplyPipelineVersionRequest, caller: Caller
    ) -> service.ApplyPipelineVersionResponse:
        while True:
            current = await must_get(self._store, request.name)
            found = await find_version(self._store, Versioned.PIPELINE, request.version)
            if found.record.name != request.name:
                raise NotFoundError("version", request.version)
            try:
                await self._apply(current, found, caller)
            except CompareFailedError:
                continue
            return service.ApplyPipelineVersionResponse(version=_message(found.record))

    async def _apply(self, current: Entry, found: FoundVersion, caller: Caller) -> None:
        """Lays a version over what is stored: keys that the version does not have survive."""
        stored, version, now = unpack_pipeline(current.value), found.record, self._clock.now()
        pipeline = to_message(stored)
        _lay_over(pipeline, snapshot_message(unpack_pipeline(version.snapshot)))
        pipeline.modified.CopyFrom(timestamp(now))
        if not pipeline.HasField("created"):
            pipeline.created.CopyFrom(timestamp(stored.created_at))
        audit = Audit(caller.user, None, version.version)
        record = make_record(pipeline, stored=stored, version=version.version, audit=audit, now=now)
        put = Put(current.key, pack(record))
        compares = [Compare(current.key, current.mod_revision), found.unchanged]
        await self._store.commit(Transaction([put], compares))

    async def alias_pipeline_version(
        self, request: service.AliasPipelineVersionRequest, caller: Caller
    ) -> service.AliasPipelineVersionResponse:
        while True:
            found = await find_version(self._store, Versioned.PIPELINE, request.version)
            record = replace(found.record, alias=request.alias)
            try:
                await self._store.commit(replace_version(found, record))
            except CompareFailedError:
                continue
            return service.AliasPipelineVersionResponse(version=_message(record))


def _lay_over(pipeline: pipeline_pb2.Pipeline, version: pipeline_pb2.Pipeline) -> None:
    """Each top-level field that the version says replaces the one there is, whole."""
    for field, _ in version.ListFields():
        if field.name != "open":
            pipeline.ClearField(field.name)  # type: ignore[arg-type]
    pipeline.MergeFrom(version)


def _message(record: VersionRecord) -> pipeline_version_pb2.PipelineVersion:
    return pipeline_version_pb2.PipelineVersion(
        version=record.version,
        semver=record.semver,
        created=timestamp(record.created_at),
        created_by=record.created_by,
        name=record.name,
        version_alias=record.alias,
        pipeline=snapshot_message(unpack_pipeline(record.snapshot)),
    )
