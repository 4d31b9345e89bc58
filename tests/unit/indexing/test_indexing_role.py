"""The index is what the store says, whatever order things are heard in, and over restarts, gaps and failures."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from controlplane.adapters.job_index import SqliteJobIndex
from controlplane.adapters.memory import MemoryStateStore
from controlplane.adapters.system import SystemClock
from controlplane.domain.errors import CompactedError, UnavailableError
from controlplane.domain.job_events import JobState
from controlplane.domain.job_facts import StateChange
from controlplane.domain.pipeline import Node, Pipeline
from controlplane.domain.records import EndRecord, JobRecord, end_key, job_key, job_part_key, pack_end, pack_job
from controlplane.domain.values import NULL
from controlplane.ports.job_index import FoundJob, JobChange, JobFilter, JobIndex, JobPage
from controlplane.ports.job_records import accepted_view
from controlplane.ports.state_store import ChangeEvent, Delete, Put, Revision, Transaction
from controlplane.roles.indexing.role import JOBS, IndexingRole

ALL = JobPage(limit=1000)
EVERY = JobFilter()


class World:
    """A store, and the index of its jobs."""

    def __init__(self, index: JobIndex | None = None) -> None:
        self.clock = SystemClock()
        self.store = MemoryStateStore(self.clock)
        self.index: JobIndex = index or SqliteJobIndex(None)

    @asynccontextmanager
    async def role(self) -> AsyncGenerator[IndexingRole, None]:
        """A role from its start to an orderly stop."""
        role = IndexingRole(store=self.store, index=self.index, clock=self.clock, source="here")
        stopping = asyncio.Event()
        await role.start()
        task = asyncio.create_task(role.run(stopping))
        try:
            yield role
        finally:
            stopping.set()
            await task

    async def accept(self, job_id: str, name: str = "p") -> Revision:
        pipeline = Pipeline(name=name, nodes=(Node(name="n", algorithm="x"),))
        record = JobRecord(
            job_id=job_id,
            submitted_at=1000.0,
            types=("raw",),
            document=b"",
            pipeline=pipeline,
            flow_input=NULL,
            flow_input_shapes={},
        )
        head, parts = pack_job(record)
        writes = [Put(job_part_key(job_id, number), part) for number, part in enumerate(parts)]
        return await self.store.commit(Transaction([*writes, Put(job_key(job_id), head)]))

    async def end(self, job_id: str, state: JobState = JobState.COMPLETED) -> Revision:
        view = replace(accepted_view(job_id, "p", 1000.0, 1001.0), state=state, ended_at=1001.0)
        return await self.store.commit(
            Transaction([Put(end_key(job_id), pack_end(EndRecord(view=view, result_parts=0)))])
        )

    async def remove(self, job_id: str) -> Revision:
        return await self.store.commit(Transaction([Delete(end_key(job_id)), Delete(job_key(job_id))]))


async def found(role: IndexingRole, wanted: JobFilter = EVERY) -> dict[str, str]:
    """State by job."""
    return {job.job_id: job.state.value for job in await role.find(wanted, ALL)}


async def until(role: IndexingRole, expected: dict[str, str]) -> None:
    """Searches until the feeds have brought something; a search itself lets them."""
    async with asyncio.timeout(10):
        while await found(role) != expected:
            pass


async def test_a_search_sees_what_was_accepted_before_it() -> None:
    world = World()
    async with world.role() as role:
        for number in range(20):
            role.expect(await world.accept(f"job{number}"))
            assert await role.count(EVERY) == number + 1
        role.expect(await world.remove("job3"))
        assert "job3" not in await found(role)


async def test_states_that_drivers_tell() -> None:
    """Of jobs whose acceptance has not been heard of yet too; an end that was told needs no record to be seen."""
    world = World()
    async with world.role() as role:
        role.state_changed("a", JobState.ACTIVE, 1000.5)
        assert await found(role) == {}
        role.expect(await world.accept("a"))
        assert await found(role) == {"a": "active"}
        role.state_changed("a", JobState.PAUSED, 1000.6)
        assert await found(role, JobFilter(states=(JobState.PAUSED,))) == {"a": "paused"}
        role.state_changed("a", JobState.STOPPED, 1000.7)
        role.state_changed("a", JobState.STOPPED, 1000.7)
        assert await found(role) == {"a": "stopped"}


async def test_ends_are_heard_from_the_store() -> None:
    world = World()
    async with world.role() as role:
        await world.accept("a")
        await world.end("a", JobState.FAILED)
        await until(role, {"a": "failed"})
        await world.remove("a")
        await until(role, {})


async def test_what_was_missed_is_made_up_for(tmp_path: Path) -> None:
    """After a restart only what is new is read; an index that was lost, or that belongs elsewhere, is made anew."""
    world = World(SqliteJobIndex(tmp_path / "index.db"))
    await world.accept("old")
    async with world.role() as role:
        await until(role, {"old": "pending"})
    await world.end("old")
    await world.accept("new")
    expected = {"old": "completed", "new": "pending"}
    world.index = noting = Noting(SqliteJobIndex(tmp_path / "index.db"))
    async with world.role() as role:
        await until(role, expected)
    assert noting.cleared == 0
    (tmp_path / "index.db").unlink()
    world.index = noting = Noting(SqliteJobIndex(tmp_path / "index.db"))
    async with world.role() as role:
        assert await found(role) == expected
    assert noting.cleared == 1


async def test_a_store_that_was_put_back_makes_it_anew(tmp_path: Path) -> None:
    """An index that has come further than the store knows jobs that the store does not."""
    world = World(SqliteJobIndex(tmp_path / "index.db"))
    async with world.role() as role:
        for number in range(5):
            role.expect(await world.accept(f"job{number}"))
        await role.count(EVERY)
    again = World(SqliteJobIndex(tmp_path / "index.db"))
    await again.accept("other")
    async with again.role() as role:
        assert await found(role) == {"other": "pending"}


async def test_a_gap_makes_it_anew(tmp_path: Path) -> None:
    world = World(SqliteJobIndex(tmp_path / "index.db"))
    await world.accept("gone")
    async with world.role() as role:
        await until(role, {"gone": "pending"})
    await world.remove("gone")
    await world.accept("here")
    await world.end("here")
    world.store.compact()
    world.index = SqliteJobIndex(tmp_path / "index.db")
    async with world.role() as role:
        await until(role, {"here": "completed"})


async def test_a_gap_leaves_the_states_that_only_drivers_know() -> None:
    """The store does not say what a job that has not ended is doing: that must outlive an index that is made anew."""
    world = World()
    store = world.store = Patchy(world.clock)
    world.index = noting = Noting(world.index)
    await world.accept("a")
    async with world.role() as role:
        role.state_changed("a", JobState.ACTIVE, 1000.5)
        await until(role, {"a": "active"})
        store.gap.set()
        await world.accept("b")
        await noting.made_anew(2)
        await until(role, {"a": "active", "b": "pending"})


async def test_an_end_that_is_heard_before_its_job_is_not_lost_with_the_process(tmp_path: Path) -> None:
    world = World()
    store = world.store = Patchy(world.clock)
    world.index = noting = Noting(SqliteJobIndex(tmp_path / "index.db"))
    async with world.role() as role:
        role.expect(await world.accept("first"))
        await role.count(EVERY)
        store.held_back = True
        await world.accept("a")
        await world.end("a", JobState.FAILED)
        await until_heard(role, noting, "a")
    store.held_back = False
    world.index = SqliteJobIndex(tmp_path / "index.db")
    async with world.role() as role:
        await until(role, {"first": "pending", "a": "failed"})


async def test_what_was_said_of_jobs_that_are_gone_is_not_kept(tmp_path: Path) -> None:
    """A restart hears again of ends since the last job; some of these jobs are gone meanwhile."""
    world = World()
    world.index = noting = Noting(SqliteJobIndex(tmp_path / "index.db"))
    async with world.role() as role:
        role.expect(await world.accept("here"))
        await role.count(EVERY)
    for number in range(20):
        await world.end(f"gone{number}")
    for number in range(20):
        await world.remove(f"gone{number}")
    await world.end("here")
    world.index = noting = Noting(SqliteJobIndex(tmp_path / "index.db"))
    async with world.role() as role:
        await until(role, {"here": "completed"})
        noting.heard.clear()
        role.state_changed("here", JobState.STOPPED, 2000.0)
        assert await found(role) == {"here": "stopped"}
        assert noting.heard == {"here"}


async def until_heard(role: IndexingRole, noting: "Noting", job_id: str) -> None:
    """Lets the role write until the index was told of a job's state."""
    async with asyncio.timeout(10):
        while job_id not in noting.heard:
            await role.count(EVERY)


async def test_records_in_pieces() -> None:
    """A job whose record is cut up is found by what its pieces say."""
    world = World()
    pipeline = Pipeline(name="p", nodes=(Node(name="n", algorithm="rare", input=["x" * 400_000]),))
    record = JobRecord(
        job_id="big",
        submitted_at=1000.0,
        types=("raw",),
        document=b"",
        pipeline=pipeline,
        flow_input=NULL,
        flow_input_shapes={},
        external_id="mine",
    )
    head, parts = pack_job(record)
    assert len(parts) > 1
    for number, part in enumerate(parts):
        await world.store.commit(Transaction([Put(job_part_key("big", number), part)]))
    async with world.role() as role:
        role.expect(await world.store.commit(Transaction([Put(job_key("big"), head)])))
        assert await found(role, JobFilter(algorithm="rare", name="mine")) == {"big": "pending"}


async def test_failures_of_the_index_are_told_and_made_up_for() -> None:
    """Searches fail with what to do; nothing that was to be written is lost."""
    world = World()
    noting = Noting(world.index)
    world.index = noting
    async with world.role() as role:
        role.expect(await world.accept("a"))
        assert await role.count(EVERY) == 1
        noting.broken = True
        role.expect(await world.accept("b"))
        role.state_changed("a", JobState.ACTIVE, 1001.0)
        with pytest.raises(UnavailableError):
            await role.count(EVERY)
        noting.broken = False
        assert await found(role) == {"a": "active", "b": "pending"}


class Patchy(MemoryStateStore):
    """A store whose history of jobs is late, or has a gap, when told to."""

    def __init__(self, clock: SystemClock) -> None:
        super().__init__(clock)
        self.held_back = False
        self.gap = asyncio.Event()

    async def watch(self, prefix: str, *, after: Revision) -> AsyncGenerator[Sequence[ChangeEvent], None]:
        async with aclosing(super().watch(prefix, after=after)) as changes:
            async for events in changes:
                if prefix == JOBS and self.gap.is_set():
                    self.gap.clear()
                    raise CompactedError
                if prefix == JOBS and self.held_back:
                    await asyncio.Event().wait()
                yield events


class Noting:
    """An index that notes what is done to it, and fails when told to."""

    def __init__(self, index: JobIndex) -> None:
        self._index = index
        self.cleared = 0
        self.broken = False
        self.heard: set[str] = set()
        """Jobs whose states it was told."""
        self._news = asyncio.Event()

    async def open(self, source: str) -> object:
        return await self._index.open(source)

    async def clear(self) -> None:
        await self._index.clear()
        self.cleared += 1
        self._news.set()

    async def made_anew(self, times: int) -> None:
        """Returns once it was cleared so often."""
        async with asyncio.timeout(10):
            while self.cleared < times:
                self._news.clear()
                await self._news.wait()

    async def apply(self, changes: Sequence[JobChange], reached: object) -> Sequence[str]:
        if self.broken:
            raise UnavailableError
        self.heard |= {change.job_id for change in changes if isinstance(change, StateChange)}
        return await self._index.apply(changes, reached)  # type: ignore[arg-type]

    async def find(self, wanted: JobFilter, page: JobPage) -> Sequence[FoundJob]:
        return await self._index.find(wanted, page)

    async def count(self, wanted: JobFilter) -> int:
        return await self._index.count(wanted)

    async def close(self) -> None:
        await self._index.close()
