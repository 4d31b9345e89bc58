"""Builds while the store is away, while they are stopped, and when there are many: none is lost or built twice for that."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace

from controlplane.adapters.memory import MemoryStateStore
from controlplane.adapters.system import SystemClock, SystemIds
from controlplane.domain.catalog_records import (
    AlgorithmRecord,
    BuildRecord,
    BuildState,
    algorithm_key,
    build_key,
    open_build_key,
    pack,
    unpack_algorithm,
    unpack_build,
)
from controlplane.domain.errors import CompactedError, StoreUnavailableError
from controlplane.ports.image_builder import BuildEvent, BuildLine, BuildProgress, BuildSpec, BuildSucceeded
from controlplane.ports.state_store import ChangeEvent, Delete, Page, Put, Revision, Transaction
from controlplane.roles.builds.role import BuildSettings, BuildsRole


class PoorStore(MemoryStateStore):
    """Is away for a number of calls: before they have any effect, or after it, so that only the answer is lost."""

    def __init__(self, clock: SystemClock) -> None:
        super().__init__(clock)
        self.unread = 0
        """Pages that cannot be read."""
        self.unheard = 0
        """Single entries that cannot be read."""
        self.refused = 0
        """Commits that have no effect."""
        self.unanswered = ""
        """A commit that deletes this key has an effect, and gets no answer."""
        self.gap = False
        """The next changes are not told: they are gone from the history."""

    async def watch(self, prefix: str, *, after: Revision) -> AsyncGenerator[Sequence[ChangeEvent], None]:
        async with aclosing(super().watch(prefix, after=after)) as changes:
            async for events in changes:
                if self.gap:
                    self.gap = False
                    raise CompactedError
                yield events

    async def range(self, prefix: str, *, after: str = "", limit: int = 1000, reverse: bool = False) -> Page:
        if self.unread:
            self.unread -= 1
            raise StoreUnavailableError("away")
        return await super().range(prefix, after=after, limit=min(limit, 10), reverse=reverse)

    async def get(self, key: str):  # type: ignore[no-untyped-def]
        if self.unheard:
            self.unheard -= 1
            raise StoreUnavailableError("away")
        return await super().get(key)

    async def commit(self, transaction: Transaction) -> Revision:
        if self.refused:
            self.refused -= 1
            raise StoreUnavailableError("away")
        revision = await super().commit(transaction)
        if self.unanswered and Delete(self.unanswered) in transaction.writes:
            self.unanswered = ""
            raise StoreUnavailableError("away")
        return revision


class HandBuilder:
    """Goes on when told to, and notes what it was asked for."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.broken_off: list[str] = []
        self.removed: list[str] = []
        self.may_end = asyncio.Event()
        self.news = asyncio.Event()

    async def build(self, spec: BuildSpec) -> AsyncGenerator[BuildEvent, None]:
        self.begun.append(spec.build_id)
        self.news.set()
        try:
            yield BuildProgress(percent=30, message="unpacking")
            yield BuildLine(text="a line")
            await self.may_end.wait()
        except (GeneratorExit, asyncio.CancelledError):
            self.broken_off.append(spec.build_id)
            self.news.set()
            raise
        yield BuildSucceeded(runtime=f"made:{spec.build_id}", entry_point="main.py")

    async def remove(self, runtime: str) -> None:
        self.removed.append(runtime)

    async def until(self, begun: int, broken_off: int = 0) -> None:
        async with asyncio.timeout(10):
            while len(self.begun) < begun or len(self.broken_off) < broken_off:
                self.news.clear()
                await self.news.wait()


class World:
    def __init__(self) -> None:
        self.clock = SystemClock()
        self.store = PoorStore(self.clock)
        self.builder = HandBuilder()

    @asynccontextmanager
    async def role(self, concurrent: int = 2) -> AsyncGenerator[BuildsRole, None]:
        role = BuildsRole(
            store=self.store,
            builder=self.builder,
            clock=self.clock,
            ids=SystemIds(),
            settings=BuildSettings(concurrent=concurrent),
        )
        stopping = asyncio.Event()
        task = asyncio.create_task(role.run(stopping))
        try:
            yield role
        finally:
            stopping.set()
            await task

    async def ask(self, name: str) -> None:
        """An algorithm with a build that is open; the build's id is the algorithm's name."""
        build = BuildRecord(
            build_id=name,
            algorithm=name,
            image_tag="",
            env="python",
            type="Code",
            entry_point="main.py",
            base_image="",
            dependency_install_cmd="",
            source=None,
            state=BuildState.PENDING,
            progress=0,
            started_at=self.clock.now(),
        )
        algorithm = AlgorithmRecord(
            name=name,
            document=b"",
            type="Code",
            env="python",
            cpu_milli=100,
            memory_mib=128,
            build_id=name,
            created_at=1.0,
            modified_at=1.0,
        )
        writes = [
            Put(algorithm_key(name), pack(algorithm)),
            Put(build_key(name), pack(build)),
            Put(open_build_key(name), b""),
        ]
        await self.store.commit(Transaction(writes))

    async def stop(self, name: str) -> Revision:
        stopped = replace(await self.record(name), state=BuildState.STOPPED)
        return await self.store.commit(Transaction([Put(build_key(name), pack(stopped)), Delete(open_build_key(name))]))

    async def record(self, name: str) -> BuildRecord:
        entry = await self.store.get(build_key(name))
        assert entry is not None
        return unpack_build(entry.value)

    async def runtime(self, name: str) -> str:
        entry = await self.store.get(algorithm_key(name))
        assert entry is not None
        return unpack_algorithm(entry.value).runtime


async def ended(role: BuildsRole, name: str) -> BuildRecord:
    """The build as it was told last, once nothing more is told."""
    async with asyncio.timeout(10):
        return [news.build async for news in role.follow(name, after_line=0)][-1]


async def test_an_outage_at_the_start_is_waited_for() -> None:
    world = World()
    await world.ask("a")
    world.store.unread = 2
    world.builder.may_end.set()
    async with world.role():
        await world.builder.until(begun=1)


async def test_a_build_that_came_in_during_an_outage_is_taken_up() -> None:
    """It was heard of, but could not be read then."""
    world = World()
    world.builder.may_end.set()
    async with world.role() as role:
        await world.ask("first")
        await ended(role, "first")
        world.store.unheard = 1
        await world.ask("a")
        await world.builder.until(begun=2)
        assert (await ended(role, "a")).state is BuildState.COMPLETED


async def test_an_outage_on_the_way_costs_no_work() -> None:
    """While the store is away the build waits with what it has to say; it is not begun again, and does not fail."""
    world = World()
    async with world.role() as role:
        await world.ask("a")
        world.store.refused = 2
        await world.builder.until(begun=1)
        world.store.refused = 2
        world.builder.may_end.set()
        assert (await ended(role, "a")).state is BuildState.COMPLETED
    assert world.builder.begun == ["a"]
    assert await world.runtime("a") == "made:a"


async def test_an_end_that_got_no_answer_is_kept() -> None:
    """What was built is the algorithm's current version then, and must not be removed."""
    world = World()
    async with world.role() as role:
        await world.ask("a")
        world.store.unanswered = open_build_key("a")
        world.builder.may_end.set()
        assert (await ended(role, "a")).state is BuildState.COMPLETED
    assert world.builder.removed == []
    assert await world.runtime("a") == "made:a"


async def test_a_stopped_build_keeps_its_log_over_an_outage() -> None:
    world = World()
    async with world.role() as role:
        await world.ask("a")
        async with aclosing(role.follow("a", after_line=0)) as following:
            async for news in following:
                if news.line_count == 2:
                    break
        stopped = await world.stop("a")
        world.store.unheard = 1
        async with asyncio.timeout(10), aclosing(world.store.watch(build_key("a"), after=stopped)) as changes:
            await anext(changes)
        record = await world.record("a")
        assert record.state is BuildState.STOPPED
        assert await role.log_lines(record) == ["unpacking", "a line"]


async def test_more_builds_than_a_page_has() -> None:
    """All are taken up, and none is taken for stopped because it is not on the first page."""
    world = World()
    for number in range(25):
        await world.ask(f"b{number:02d}")
    async with world.role(concurrent=30):
        await world.builder.until(begun=25)
        world.store.gap = True
        await world.ask("last")
        await world.builder.until(begun=26)
        assert world.builder.broken_off == []
    assert len(world.builder.broken_off) == 26
