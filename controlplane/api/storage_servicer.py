"""StorageService: reads values and lists objects by path."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing, suppress
from datetime import UTC, datetime
from typing import Any, Protocol

from controlplane.api.documents import ToJson
from controlplane.api.file_extensions import file_extensions
from controlplane.api.methods import Caller
from controlplane.api.result_archive import ResultArchive
from controlplane.api.stored_values import StoredValues, missing, read_all
from controlplane.api.views import BIG_RESULT_BYTES, too_large
from controlplane.domain.errors import InvalidError, NotAllowedError, NotFoundError, ObjectNotFoundError
from controlplane.domain.item_order import Range, pick
from controlplane.domain.storage_paths import StoragePaths, StoragePlace
from controlplane.ports.job_records import read_end, read_view
from controlplane.ports.job_views import JobViews
from controlplane.ports.object_store import ObjectInfo, ObjectStore
from controlplane.ports.state_store import StateStore
from controlplane.ports.system import Clock
from distributedkube.api.storage.v1 import storage_pb2
from distributedkube.api.storage.v1 import storage_service_pb2 as service
from distributedkube.api.type.v1 import payload_pb2

MAX_NAMES = 10_000
"""Names directly below a path that are looked at."""

MAX_KEYS = 100
"""Objects below a path that are looked at."""


class _Ranged(Protocol):
    """A request for part of a list."""

    sort: str
    order: str
    start: int
    end: int

    def HasField(self, field_name: Any) -> bool: ...


class StorageServicer:
    def __init__(
        self,
        *,
        store: StateStore,
        objects: ObjectStore,
        values: StoredValues,
        views: JobViews,
        clock: Clock,
        paths: StoragePaths,
        to_json: ToJson,
    ) -> None:
        self._store = store
        self._objects = objects
        self._values = values
        self._views = views
        self._clock = clock
        self._paths = paths
        self._to_json = to_json

    async def get_storage_info(
        self, request: service.GetStorageInfoRequest, caller: Caller
    ) -> service.GetStorageInfoResponse:
        info = storage_pb2.StorageInfo(
            type=self._objects.kind,
            encoding="msgpack",
            cluster_name=self._paths.cluster,
            module_name=type(self._objects).__name__,
            storage_results_threshold=f"{BIG_RESULT_BYTES // 1024}Ki",
        )
        return service.GetStorageInfoResponse(info=info)

    # Lists

    async def list_prefix_types(
        self, request: service.ListPrefixTypesRequest, caller: Caller
    ) -> service.ListPrefixTypesResponse:
        return service.ListPrefixTypesResponse(types=self._paths.buckets)

    async def list_prefixes(self, request: service.ListPrefixesRequest, caller: Caller) -> service.ListPrefixesResponse:
        wanted = _range_of(request)
        places = map(self._paths.place, self._paths.buckets)
        return service.ListPrefixesResponse(
            prefixes=[await self._prefix(place, place.bucket, wanted) for place in places]
        )

    async def get_prefix(self, request: service.GetPrefixRequest, caller: Caller) -> service.GetPrefixResponse:
        place = self._paths.place(request.path)
        found = await self._prefix(place, request.path, _range_of(request))
        if place.rest and not found.total and not await self._objects_below(place, most=1):
            raise missing("prefix", request.path, f"no object begins with {place.key or place.rest}/")
        return service.GetPrefixResponse(prefix=found)

    async def list_keys(self, request: service.ListKeysRequest, caller: Caller) -> service.ListKeysResponse:
        wanted = _range_of(request)
        places = map(self._paths.place, self._paths.buckets)
        return service.ListKeysResponse(prefixes=[await self._keys(place, place.bucket, wanted) for place in places])

    async def get_keys(self, request: service.GetKeysRequest, caller: Caller) -> service.GetKeysResponse:
        place = self._paths.place(request.path)
        found = await self._keys(place, request.path, _range_of(request))
        if place.rest and not found.total:
            raise missing("key", request.path, f"no object begins with {place.key or place.rest}")
        return service.GetKeysResponse(keys=found)

    async def _prefix(self, place: StoragePlace, path: str, wanted: Range) -> storage_pb2.StoragePrefix:
        names: list[str] = []
        if place.objects:
            async with aclosing(self._objects.folders(_below(place))) as found:
                async for name in found:
                    if len(names) == MAX_NAMES:
                        break
                    names.append(name)
        if wanted.descending:
            names.reverse()
        keys = pick(names, lambda _: None, wanted, most=MAX_NAMES)
        return storage_pb2.StoragePrefix(path=path, total=len(names), keys=keys)

    async def _keys(self, place: StoragePlace, path: str, wanted: Range) -> storage_pb2.StorageKeys:
        infos = await self._objects_below(place, most=MAX_KEYS)
        keys = pick(infos, _KEYS.get, wanted, most=MAX_KEYS)
        return storage_pb2.StorageKeys(path=path, total=len(infos), keys=[self._shown(place, info) for info in keys])

    async def _objects_below(self, place: StoragePlace, *, most: int) -> Sequence[ObjectInfo]:
        """The object at the place, and those below it."""
        found: list[ObjectInfo] = []
        if not place.objects:
            return found
        if place.rest:
            with suppress(ObjectNotFoundError):
                found.append(await self._objects.stat(place.key))
        async with aclosing(self._objects.list(_below(place))) as infos:
            async for info in infos:
                if len(found) == most:
                    break
                found.append(info)
        return found

    def _shown(self, place: StoragePlace, info: ObjectInfo) -> storage_pb2.StorageObject:
        moment = datetime.fromtimestamp(info.modified_at, UTC).isoformat(timespec="milliseconds")
        return storage_pb2.StorageObject(
            path=self._paths.of_object(place, info.key), size=info.size_bytes, mtime=moment.replace("+00:00", "Z")
        )

    # Values

    async def get_value(self, request: service.GetValueRequest, caller: Caller) -> service.GetValueResponse:
        value = await self._values.open(request.path, "value")
        if value.size_bytes >= BIG_RESULT_BYTES:
            raise InvalidError(too_large(value.size_bytes), field="path", reason="VALUE_TOO_LARGE")
        payload = payload_pb2.Payload(content_type=value.content_type, data=await read_all(value.pieces))
        return service.GetValueResponse(value=payload)

    async def read_value(
        self, request: service.ReadValueRequest, caller: Caller
    ) -> AsyncIterator[service.ReadValueResponse]:
        value = await self._values.open(request.path, "stream")
        yield service.ReadValueResponse(content_type=value.content_type, size=value.size_bytes)
        async for piece in value.pieces:
            yield service.ReadValueResponse(data=piece)

    async def read_result_archive(
        self, request: service.ReadResultArchiveRequest, caller: Caller
    ) -> AsyncIterator[service.ReadResultArchiveResponse]:
        end = await read_end(self._store, request.job_id)
        if end is None:
            view = await read_view(self._store, self._views, self._clock, request.job_id)
            if view is None:
                raise NotFoundError("status", request.job_id)
            raise NotAllowedError(
                f"unable to get results for pipeline {view.pipeline} because its in {view.state.value} status",
                reason="NO_RESULT_YET",
            )
        if not end.result_parts:
            raise NotFoundError("results", request.job_id)
        archive = ResultArchive(
            end,
            store=self._store,
            values=self._values,
            to_json=self._to_json,
            extensions=await file_extensions(self._store, {node.algorithm for node in end.view.nodes}),
        )
        async with aclosing(archive.pieces()) as pieces:
            async for piece in pieces:
                yield service.ReadResultArchiveResponse(data=piece)


def _below(place: StoragePlace) -> str:
    """What keys of objects below a place begin with."""
    return f"{place.key}/" if place.rest else place.key


_KEYS: dict[str, Callable[[ObjectInfo], Any]] = {
    "path": lambda info: info.key,
    "size": lambda info: info.size_bytes,
    "mtime": lambda info: info.modified_at,
}


def _range_of(request: _Ranged) -> Range:
    return Range(
        start=request.start if request.HasField("start") else None,
        end=request.end if request.HasField("end") else None,
        sort=request.sort,
        descending=request.order == "desc",
    )
