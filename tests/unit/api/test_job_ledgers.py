"""Ledgers and graphs over a store: a journal is read on from where the last look ended, and what is kept is bounded."""

from collections.abc import Mapping

import pytest

from controlplane.adapters.memory import MemoryStateStore
from controlplane.adapters.system import SystemClock
from controlplane.api import job_ledgers
from controlplane.api.job_graphs import JobGraphs
from controlplane.api.job_ledgers import JobLedgers
from controlplane.domain import graph as graphs
from controlplane.domain.job_events import JobEvent, JobStarted, JobState, Noted, NoteKind, TaskEnd, TasksEnded
from controlplane.domain.job_tasks import OnWorker
from controlplane.domain.job_view import JobView, NodeView
from controlplane.domain.pipeline import Pipeline
from controlplane.domain.records import (
    EndRecord,
    JobRecord,
    end_key,
    job_key,
    journal_key,
    journal_prefix,
    pack_end,
    pack_events,
    pack_job,
)
from controlplane.domain.storage_paths import StoragePaths
from controlplane.domain.values import NULL
from controlplane.ports.state_store import Delete, DeletePrefix, Put, Transaction, Write
from distributedkube.api.job.v1 import job_pb2
from distributedkube.api.pipeline.v1 import pipeline_pb2
from tests.unit.domain.harness import VALUE, node

TASKS = 6


class Driver:
    """Nothing waits for its journal, and workers have what a test says."""

    def __init__(self) -> None:
        self.held: Mapping[int, OnWorker] = {}

    async def settled(self, job_id: str) -> None:
        pass

    def on_workers(self, job_id: str) -> Mapping[str, Mapping[int, OnWorker]]:
        return {"b": self.held}


class World:
    """A store with jobs of one batch each, and ledgers over it."""

    def __init__(self) -> None:
        clock = SystemClock()
        self.store = MemoryStateStore(clock)
        self.driver = Driver()
        self.ledgers = JobLedgers(store=self.store, views=self.driver, places=self.driver)  # type: ignore[arg-type]
        self.graphs = JobGraphs(store=self.store, ledgers=self.ledgers, clock=clock, paths=StoragePaths())
        self._seqs: dict[str, int] = {}

    async def write(self, *writes: Write) -> None:
        await self.store.commit(Transaction(list(writes)))

    async def accept(self, job_id: str) -> None:
        pipeline = Pipeline(name="p", nodes=(node("b", f"#[1...{TASKS}]"),))
        document = pipeline_pb2.Pipeline(name="p", nodes=[pipeline_pb2.Node(node_name="b", algorithm_name="x")])
        record = JobRecord(
            job_id=job_id,
            submitted_at=1.0,
            types=("raw",),
            document=document.SerializeToString(),
            pipeline=pipeline,
            flow_input=NULL,
            flow_input_shapes=graphs.flow_input_shapes(graphs.build(pipeline), None),
        )
        await self.write(Put(job_key(job_id), pack_job(record)[0]))

    async def journal(self, job_id: str, *events: JobEvent) -> None:
        self._seqs[job_id] = self._seqs.get(job_id, 0) + 1
        await self.write(Put(journal_key(job_id, self._seqs[job_id]), pack_events(events)))

    async def end(self, job_id: str) -> None:
        nodes = (
            NodeView(name="b", algorithm="x", state="succeed", batch=True, total=6, states={"succeed": 6}, error=""),
        )
        view = JobView(
            job_id=job_id,
            pipeline="p",
            state=JobState.COMPLETED,
            at=9.0,
            submitted_at=1.0,
            active_at=2.0,
            ended_at=9.0,
            progress=100.0,
            details="",
            states={"succeed": TASKS},
            nodes=nodes,
        )
        await self.write(Put(end_key(job_id), pack_end(EndRecord(view=view, result_parts=0))))


def started() -> tuple[JobEvent, ...]:
    return JobStarted(at=2.0), Noted(at=2.0, kind=NoteKind.NODE_STARTED, node="b")


def succeeded(*tasks: int) -> JobEvent:
    return TasksEnded(
        at=3.0, node="b", first_result=tasks[0], ends=[TaskEnd(t, 1, VALUE, None) for t in tasks], worker="w"
    )


async def words(world: World, job_id: str) -> dict[str, int]:
    async with world.ledgers.open(job_id) as found:
        assert found is not None
        return found.tasks.nodes["b"].words()


async def test_reads_on_from_where_it_was() -> None:
    """What the journal gains between two looks is seen; what it had is not taken twice."""
    world = World()
    async with world.ledgers.open("j") as found:
        assert found is None
    await world.accept("j")
    assert await words(world, "j") == {}
    await world.journal("j", *started())
    world.driver.held = {5: OnWorker("w", 1, 2.5)}
    assert await words(world, "j") == {"creating": 5, "active": 1}
    await world.journal("j", succeeded(0, 1))
    assert await words(world, "j") == {"creating": 3, "active": 1, "succeed": 2}
    world.driver.held = {}
    for task in range(2, TASKS):
        await world.journal("j", succeeded(task))
    assert await words(world, "j") == {"succeed": TASKS}


async def test_long_journals_are_read_whole() -> None:
    world = World()
    await world.accept("j")
    await world.journal("j", *started())
    for _ in range(3 * job_ledgers.JOURNAL_PAGE):
        await world.journal("j", Noted(at=2.0, kind=NoteKind.NODE_STARTED, node="b"))
    await world.journal("j", succeeded(*range(TASKS)))
    assert await words(world, "j") == {"succeed": TASKS}


async def test_a_job_that_was_removed_is_gone() -> None:
    world = World()
    await world.accept("j")
    await world.journal("j", *started(), succeeded(*range(TASKS)))
    await world.end("j")
    assert await words(world, "j") == {"succeed": TASKS}
    await world.write(Delete(job_key("j")))
    async with world.ledgers.open("j") as found:
        assert found is None


async def test_the_end_tells_what_the_journal_cannot_any_more() -> None:
    """Numbers and states stay, single tasks do not."""
    world = World()
    await world.accept("j")
    await world.journal("j", *started(), succeeded(*range(TASKS)))
    await world.end("j")
    await world.write(DeletePrefix(journal_prefix("j")))
    graph = await world.graphs.graph("j")
    assert graph is not None
    (shown,) = graph.nodes
    assert shown.status == job_pb2.TASK_STATE_SUCCEED
    assert (shown.batch_info.total, shown.batch_info.completed, len(shown.batch)) == (TASKS, TASKS, 0)


async def test_only_so_many_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ones looked at last stay; a job that is not kept any more is read again and looks the same."""
    world = World()
    for name in ("a", "b", "c"):
        await world.accept(name)
        await world.journal(name, *started(), succeeded(0))
    monkeypatch.setattr(job_ledgers, "MAX_KEPT_TASKS", 2 * TASKS)
    for name in ("a", "b", "a", "c"):
        assert await words(world, name) == {"succeed": 1, "creating": TASKS - 1}
    assert list(world.ledgers._kept) == ["a", "c"]
    assert await words(world, "b") == {"succeed": 1, "creating": TASKS - 1}
    assert list(world.ledgers._kept) == ["c", "b"]
