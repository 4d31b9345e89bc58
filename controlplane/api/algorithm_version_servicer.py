"""AlgorithmVersionService: looking at versions of algorithms, and making one of them the current one."""

from dataclasses import replace

from controlplane.api import algorithms
from controlplane.api.job_filters import OPEN_STATES
from controlplane.api.methods import Caller
from controlplane.api.paging import fitting, read_token
from controlplane.api.views import timestamp
from controlplane.domain.catalog_records import Audit, unpack_algorithm, with_audit
from controlplane.domain.errors import CompareFailedError, InvalidError, NotAllowedError, NotFoundError
from controlplane.domain.versions import Versioned, VersionRecord, unpack_version
from controlplane.ports.algorithm_records import (
    find_algorithm,
    must_find_algorithm,
    store_algorithm,
    unchanged,
)
from controlplane.ports.job_index import JobFilter, JobSearch, find_all
from controlplane.ports.state_store import StateStore, Transaction
from controlplane.ports.system import Clock
from controlplane.ports.versions import FoundVersion, delete_version, find_version, replace_version, versions_page
from distributedkube.api.algorithm.v1 import algorithm_version_pb2 as pb
from distributedkube.api.algorithm.v1 import algorithm_version_service_pb2 as service

MAX_PAGE = 1000

_KIND = Versioned.ALGORITHM


class AlgorithmVersionServicer:
    def __init__(self, *, store: StateStore, search: JobSearch, clock: Clock) -> None:
        self._store = store
        self._search = search
        self._clock = clock

    async def list_algorithm_versions(
        self, request: service.ListAlgorithmVersionsRequest, caller: Caller
    ) -> service.ListAlgorithmVersionsResponse:
        size, before = request.page_size or MAX_PAGE, read_token(request.page_token)
        page = await versions_page(self._store, _KIND, request.name, before=before, limit=size)
        entries, token = fitting(page)
        versions = [_message(unpack_version(entry.value)) for entry in entries]
        return service.ListAlgorithmVersionsResponse(versions=versions, next_page_token=token)

    async def get_algorithm_version(
        self, request: service.GetAlgorithmVersionRequest, caller: Caller
    ) -> service.GetAlgorithmVersionResponse:
        found = await self._must_find(request.name, request.version)
        return service.GetAlgorithmVersionResponse(version=_message(found.record))

    async def delete_algorithm_version(
        self, request: service.DeleteAlgorithmVersionRequest, caller: Caller
    ) -> service.DeleteAlgorithmVersionResponse:
        while True:
            found = await self._must_find(request.name, request.version)
            owner = await find_algorithm(self._store, found.record.name)
            if owner is not None and owner.record.version == request.version:
                raise NotAllowedError("unable to remove the currently used version", reason="CURRENT_VERSION")
            try:
                await delete_version(self._store, _KIND, found, unchanged(found.record.name, owner))
            except CompareFailedError:
                continue
            return service.DeleteAlgorithmVersionResponse(deleted=1)

    async def apply_algorithm_version(
        self, request: service.ApplyAlgorithmVersionRequest, caller: Caller
    ) -> service.ApplyAlgorithmVersionResponse:
        while True:
            current = await must_find_algorithm(self._store, request.name)
            found = await self._to_apply(request)
            version = found.record
            if not request.force:
                await self._refuse_while_used(request.name)
            snapshot, now = unpack_algorithm(version.snapshot), self._clock.now()
            record = replace(
                snapshot,
                created_at=snapshot.created_at or now,
                modified_at=now,
                audit=with_audit(current.record.audit, Audit(caller.user, now, version.version)),
            )
            writes = store_algorithm(record, current.record)
            try:
                await self._store.commit(Transaction(writes, [unchanged(request.name, current), found.unchanged]))
            except CompareFailedError:
                continue
            message = _message(version)
            message.algorithm.CopyFrom(algorithms.to_message(record))
            return service.ApplyAlgorithmVersionResponse(version=message)

    async def tag_algorithm_version(
        self, request: service.TagAlgorithmVersionRequest, caller: Caller
    ) -> service.TagAlgorithmVersionResponse:
        while True:
            found = await self._must_find(request.name, request.version)
            tagged = replace(found.record, pinned=request.pinned, tags=tuple(request.tags))
            if await self._replaced(found, tagged):
                return service.TagAlgorithmVersionResponse(version=_message(found.record))

    async def alias_algorithm_version(
        self, request: service.AliasAlgorithmVersionRequest, caller: Caller
    ) -> service.AliasAlgorithmVersionResponse:
        while True:
            found = await find_version(self._store, _KIND, request.version)
            named = replace(found.record, alias=request.alias)
            if await self._replaced(found, named):
                return service.AliasAlgorithmVersionResponse(version=_message(named))

    async def _replaced(self, found: FoundVersion, record: VersionRecord) -> bool:
        """False when somebody else changed the version meanwhile."""
        try:
            await self._store.commit(replace_version(found, record))
        except CompareFailedError:
            return False
        return True

    async def _must_find(self, name: str, version: str) -> FoundVersion:
        await must_find_algorithm(self._store, name)
        return await find_version(self._store, _KIND, version)

    async def _to_apply(self, request: service.ApplyAlgorithmVersionRequest) -> FoundVersion:
        """The version that is asked for by its id or by its image; it must be one of the algorithm."""
        if not request.version and request.image:
            return await self._newest_of_image(request.name, request.image)
        if not request.HasField("version"):
            raise InvalidError("data should have required property 'version'", field="version")
        if not request.version:
            raise InvalidError("data.version should NOT be shorter than 1 characters", field="version")
        found = await find_version(self._store, _KIND, request.version)
        if found.record.name != request.name:
            raise NotFoundError("version", request.version)
        return found

    async def _newest_of_image(self, name: str, image: str) -> FoundVersion:
        before = ""
        while True:
            page = await versions_page(self._store, _KIND, name, before=before, limit=MAX_PAGE)
            for entry in page.entries:
                record = unpack_version(entry.value)
                if algorithms.image_of(unpack_algorithm(record.snapshot).runtime) == image:
                    return FoundVersion(record, entry)
            if not page.more:
                raise NotFoundError("version", image)
            before = page.entries[-1].key

    async def _refuse_while_used(self, name: str) -> None:
        jobs = await find_all(self._search, JobFilter(algorithm=name, states=OPEN_STATES))
        if not jobs:
            return
        subject = (
            "is a running pipeline which depends"
            if len(jobs) == 1
            else f"are {len(jobs)} running pipelines which depend"
        )
        raise NotAllowedError(f'there {subject} on "{name}" algorithm', reason="IN_USE", details=jobs)


def _message(record: VersionRecord) -> pb.AlgorithmVersion:
    algorithm = algorithms.to_message(unpack_algorithm(record.snapshot))
    message = pb.AlgorithmVersion(
        version=record.version,
        semver=record.semver,
        created=timestamp(record.created_at),
        created_by=record.created_by,
        name=record.name,
        version_alias=record.alias,
        algorithm=algorithm,
        tags=record.tags or (),
        algorithm_image=algorithm.algorithm_image,
        build_id=record.build_id,
    )
    if record.pinned is not None:
        message.pinned = record.pinned
    return message
