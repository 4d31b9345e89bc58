"""BuildService: takes code in, tells about builds, stops and repeats them, and hears of pushes to repositories."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace

from controlplane.api.build_views import build_message
from controlplane.api.methods import Caller, check
from controlplane.api.paging import Room, read_token, write_token
from controlplane.api.pushes import Pushes, github_push, gitlab_push
from controlplane.api.sources import Sources
from controlplane.domain.catalog_records import (
    BUILD_TIMES,
    BuildRecord,
    BuildState,
    build_key,
    build_order_key,
    build_order_prefix,
    build_time_key,
    open_build_key,
    pack,
    unpack_build,
)
from controlplane.domain.errors import CompareFailedError, InvalidError, NotAllowedError, NotFoundError
from controlplane.ports.builds import BuildViews
from controlplane.ports.state_store import Compare, Delete, Entry, Put, StateStore, Transaction, Write
from controlplane.ports.system import Clock
from distributedkube.api.build.v1 import build_service_pb2 as service

MAX_PAGE = 1000
DEFAULT_LIMIT = 1


class BuildServicer:
    def __init__(self, *, store: StateStore, views: BuildViews, sources: Sources, pushes: Pushes, clock: Clock) -> None:
        self._store = store
        self._views = views
        self._sources = sources
        self._pushes = pushes
        self._clock = clock

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
        record = unpack_build((await self._must_get(request.build_id)).value)
        lines = await self._views.log_lines(record)
        return service.GetBuildResponse(build=build_message(record, lines=lines))

    async def _must_get(self, build_id: str) -> Entry:
        entry = await self._store.get(build_key(build_id))
        if entry is None:
            raise NotFoundError("build", build_id)
        return entry

    async def list_builds(self, request: service.ListBuildsRequest, caller: Caller) -> service.ListBuildsResponse:
        of_one = request.algorithm_name
        page = await self._store.range(
            build_order_prefix(of_one) if of_one else BUILD_TIMES,
            after=read_token(request.page_token),
            limit=min(request.page_size or request.limit or DEFAULT_LIMIT, MAX_PAGE),
            reverse=request.sort == "asc",
        )
        response = service.ListBuildsResponse()
        room = Room()
        for entry in page.entries:
            build_id = entry.value.decode() if of_one else entry.key.rpartition("/")[2]
            found = await self._store.get(build_key(build_id))
            if found is not None:
                message = build_message(unpack_build(found.value))
                response.builds.append(message)
                if not room.take(message) and entry is not page.entries[-1]:
                    response.next_page_token = write_token(entry.key)
                    return response
        if page.more:
            response.next_page_token = write_token(page.entries[-1].key)
        return response

    async def stop_build(self, request: service.StopBuildRequest, caller: Caller) -> service.StopBuildResponse:
        """Whoever runs the build hears of it by the key that goes."""
        while True:
            entry = await self._must_get(request.build_id)
            record = unpack_build(entry.value)
            if record.state.is_final:
                raise NotAllowedError(
                    f"unable to stop build because its in {record.state.value} status", reason="BUILD_ENDED"
                )
            stopped = replace(record, state=BuildState.STOPPED, ended_at=self._clock.now())
            writes: list[Write] = [Put(entry.key, pack(stopped)), Delete(open_build_key(record.build_id))]
            try:
                await self._store.commit(Transaction(writes, [Compare(entry.key, entry.mod_revision)]))
            except CompareFailedError:
                continue
            return service.StopBuildResponse(message="OK")

    async def rerun_build(self, request: service.RerunBuildRequest, caller: Caller) -> service.RerunBuildResponse:
        while True:
            entry = await self._must_get(request.build_id)
            record = unpack_build(entry.value)
            if not record.state.is_final:
                raise NotAllowedError(
                    f"unable to rerun build because its in {record.state.value} status", reason="BUILD_NOT_ENDED"
                )
            try:
                await self._store.commit(self._again(record, entry))
            except CompareFailedError:
                continue
            return service.RerunBuildResponse(message="OK")

    def _again(self, record: BuildRecord, entry: Entry) -> Transaction:
        """Opens a build again under a new start time."""
        build_id, now = record.build_id, self._clock.now()
        again = replace(
            record,
            state=BuildState.PENDING,
            progress=0,
            error="",
            started_at=now,
            ended_at=None,
            version="",
            semver="",
            runtime="",
            runtime_entry_point="",
            log_parts=0,
            runs=record.runs + 1,
        )
        writes: list[Write] = [
            Put(entry.key, pack(again)),
            Delete(build_order_key(record.algorithm, record.started_at)),
            Delete(build_time_key(record.started_at, build_id)),
            Put(build_order_key(record.algorithm, now), build_id.encode()),
            Put(build_time_key(now, build_id), b""),
            Put(open_build_key(build_id), b""),
        ]
        return Transaction(writes, [Compare(entry.key, entry.mod_revision)])

    async def receive_github_push(
        self, request: service.ReceiveGithubPushRequest, caller: Caller
    ) -> service.ReceiveGithubPushResponse:
        applied = await self._pushes.apply(github_push(request), caller)
        return service.ReceiveGithubPushResponse(applied=applied)

    async def receive_gitlab_push(
        self, request: service.ReceiveGitlabPushRequest, caller: Caller
    ) -> service.ReceiveGitlabPushResponse:
        applied = await self._pushes.apply(gitlab_push(request), caller)
        return service.ReceiveGitlabPushResponse(applied=applied)

    async def watch_build(
        self, request: service.WatchBuildRequest, caller: Caller
    ) -> AsyncIterator[service.WatchBuildResponse]:
        follow = self._views.follow(request.build_id, after_line=request.after_line)
        async with aclosing(follow) as news:
            async for item in news:
                yield service.WatchBuildResponse(
                    build=build_message(item.build), lines=item.lines, line_count=item.line_count
                )
