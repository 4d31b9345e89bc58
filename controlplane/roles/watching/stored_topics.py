"""Topics about what is stored: builds as they go, and names with their revisions. Told by the store's own watch."""

import asyncio

from controlplane.domain.catalog_records import (
    ALGORITHMS,
    BUILD_TIMES,
    BUILDS,
    PIPELINES,
    BuildRecord,
    build_key,
    build_order_prefix,
    unpack_build,
)
from controlplane.domain.merge_patch import Document
from controlplane.domain.records import last_part
from controlplane.domain.values import Json
from controlplane.ports.state_store import Entry, Revision
from controlplane.roles.following import Follower
from controlplane.roles.watching.source import Bell
from controlplane.roles.watching.tools import WatchTools

FIRST_BUILDS = 50
"""Builds told at the beginning, the newest."""

MAX_BUILDS = 200
"""Builds told at a time; the oldest make room."""


class BuildsSource:
    """``builds``: the newest ones, of all algorithms or one."""

    def __init__(self, tools: WatchTools, algorithm: str) -> None:
        self._tools = tools
        self._algorithm = algorithm
        self._builds: dict[str, BuildRecord] = {}

    async def follow(self, bell: Bell) -> None:
        def changed(entry: Entry) -> None:
            build = unpack_build(entry.value)
            if self._algorithm in ("", build.algorithm):
                self._take(build)
                bell.ring(urgent=build.state.is_final)

        def gone(key: str) -> None:
            if self._builds.pop(key.removeprefix(BUILDS), None) is not None:
                bell.ring()

        changes = Follower(
            self._tools.store,
            self._tools.clock,
            BUILDS,
            put=changed,
            gone=gone,
            begin=self._builds.clear,
            settled=bell.ring,
            read=self._read_newest,
        )
        await changes.start()
        await changes.run()

    async def _read_newest(self) -> Revision:
        prefix = build_order_prefix(self._algorithm) if self._algorithm else BUILD_TIMES
        page = await self._tools.store.range(prefix, limit=FIRST_BUILDS)
        for entry in reversed(page.entries):
            build_id = entry.value.decode() or last_part(entry.key)
            found = await self._tools.store.get(build_key(build_id))
            if found is not None:
                self._take(unpack_build(found.value))
        return page.revision

    def _take(self, build: BuildRecord) -> None:
        self._builds[build.build_id] = build
        while len(self._builds) > MAX_BUILDS:
            del self._builds[min(self._builds.values(), key=lambda each: each.started_at).build_id]

    async def content(self) -> Document:
        newest = sorted(self._builds.values(), key=lambda build: -build.started_at)
        rows: dict[str, Json] = {build.build_id: self._tools.documents.build(build) for build in newest}
        return {"rows": rows}


class CatalogSource:
    """``catalog``: names of stored algorithms and pipelines, each with the revision of its last change.

    Names alone: who shows one of them reads it again when its revision changes.
    """

    def __init__(self, tools: WatchTools) -> None:
        self._tools = tools
        self._kinds: dict[str, dict[str, Json]] = {"algorithms": {}, "pipelines": {}}

    async def follow(self, bell: Bell) -> None:
        followers = [self._follower(ALGORITHMS, "algorithms", bell), self._follower(PIPELINES, "pipelines", bell)]
        for follower in followers:
            await follower.start()
        async with asyncio.TaskGroup() as group:
            for follower in followers:
                group.create_task(follower.run())

    def _follower(self, prefix: str, kind: str, bell: Bell) -> Follower:
        names = self._kinds[kind]

        def put(entry: Entry) -> None:
            names[entry.key.removeprefix(prefix)] = entry.mod_revision

        def gone(key: str) -> None:
            names.pop(key.removeprefix(prefix), None)

        return Follower(
            self._tools.store,
            self._tools.clock,
            prefix,
            put=put,
            gone=gone,
            begin=names.clear,
            settled=bell.ring,
        )

    async def content(self) -> Document:
        return {kind: {**names} for kind, names in self._kinds.items()}
