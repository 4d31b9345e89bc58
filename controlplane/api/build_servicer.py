"""BuildService: takes code in and tells about builds."""

from collections.abc import AsyncIterator
from contextlib import aclosing

from controlplane.api import views
from controlplane.api.methods import Caller, check
from controlplane.api.paging import read_token, write_token
from controlplane.api.sources import Sources
from controlplane.domain.catalog_records import build_key, build_order_prefix, unpack_build
from controlplane.domain.errors import InvalidError, NotFoundError
from controlplane.ports.builds import BuildViews
from controlplane.ports.state_store import StateStore
from distributedkube.api.build.v1 import build_service_pb2 as service

DEFAULT_PAGE = 100


class BuildServicer:
    def __init__(self, *, store: StateStore, views: BuildViews, sources: Sources) -> None:
        self._store = store
        self._views = views
        self._sources = sources

    async def upload_source(
        self, requests: AsyncIterator[service.UploadSourceRequest], caller: Caller
    ) -> service.UploadSourceResponse:
        first = await anext(aiter(requests), None)
        if first is None or not first.file_name:
            raise InvalidError("the first piece must carry the file name", field="file_name")
        check(first)

        async def pieces() -> AsyncIterator[bytes]:
            yield first.data
            async for request in requests:
                check(request)
                yield request.data

        upload = await self._sources.receive(first.file_name, pieces())
        return service.UploadSourceResponse(upload_id=upload.upload_id, size=upload.source.size_bytes)

    async def get_build(self, request: service.GetBuildRequest, caller: Caller) -> service.GetBuildResponse:
        entry = await self._store.get(build_key(request.build_id))
        if entry is None:
            raise NotFoundError("build", request.build_id)
        return service.GetBuildResponse(build=views.build(unpack_build(entry.value)))

    async def list_builds(self, request: service.ListBuildsRequest, caller: Caller) -> service.ListBuildsResponse:
        page = await self._store.range(
            build_order_prefix(request.algorithm_name),
            after=read_token(request.page_token),
            limit=request.page_size or DEFAULT_PAGE,
        )
        response = service.ListBuildsResponse()
        for entry in page.entries:
            build = await self._store.get(build_key(entry.value.decode()))
            if build is not None:
                response.builds.append(views.build(unpack_build(build.value)))
        if page.more:
            response.next_page_token = write_token(page.entries[-1].key)
        return response

    async def watch_build(
        self, request: service.WatchBuildRequest, caller: Caller
    ) -> AsyncIterator[service.WatchBuildResponse]:
        follow = self._views.follow(request.build_id, after_line=request.after_line)
        async with aclosing(follow) as news:
            async for item in news:
                yield service.WatchBuildResponse(
                    build=views.build(item.build), lines=item.lines, line_count=item.line_count
                )
