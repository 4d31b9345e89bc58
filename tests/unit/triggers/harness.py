"""What the tests of this folder share: virtual time, jobs that have ended, and receivers that tests decide about."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from random import Random
from typing import Any, Protocol

from controlplane.adapters.memory import MemoryStateStore
from controlplane.domain.errors import StoreUnavailableError
from controlplane.domain.job_events import JobState
from controlplane.domain.job_view import JobView, NodeView
from controlplane.domain.outbox import accepted_entries, end_entries
from controlplane.domain.pipeline import Node, Pipeline
from controlplane.domain.records import (
    EndRecord,
    JobRecord,
    ResultItem,
    end_key,
    job_key,
    job_order_key,
    journal_key,
    open_key,
    pack_end,
    pack_job,
    pack_result_items,
    result_key,
)
from controlplane.domain.values import NULL
from controlplane.ports.state_store import Delete, Entry, Page, Put, Revision, StateStore, Transaction, scan
from controlplane.ports.webhook_sender import WebhookAnswer
from controlplane.simulation.virtual_time import EPOCH, VirtualClock, VirtualTimeLoop

OK = WebhookAnswer(200, "200", "OK")
BROKEN = WebhookAnswer(500, "500", "Internal Server Error")
DEAD = WebhookAnswer(0, "ECONNREFUSED", "connection refused")


def in_virtual_time(test: Callable[[VirtualTimeLoop], Coroutine[Any, Any, None]]) -> None:
    """Runs a test; errors that nobody took fail it."""
    loop = VirtualTimeLoop()
    try:
        loop.run_until_complete(test(loop))
        assert not loop.broken, loop.broken
    finally:
        loop.close()


class Role(Protocol):
    async def start(self) -> None: ...
    async def run(self, stopping: asyncio.Event) -> None: ...


@asynccontextmanager
async def running(role: Role) -> AsyncGenerator[asyncio.Task[None], None]:
    """A role from its start to an orderly stop, or to the kill that the test does by cancelling it."""
    stopping = asyncio.Event()
    await role.start()
    task = asyncio.create_task(role.run(stopping))
    try:
        yield task
    finally:
        stopping.set()
        await asyncio.wait([task])
        if not task.cancelled():
            task.result()


def a_record(job_id: str = "job1", **over: Any) -> JobRecord:
    own = {name: over.pop(name) for name in ("parent_job_id", "root_job_id", "depth") if name in over}
    fields: dict[str, Any] = {"name": "p", "nodes": (Node(name="a", algorithm="x"),), **over}
    return JobRecord(
        job_id=job_id,
        submitted_at=EPOCH,
        types=("stored",),
        document=b"",
        pipeline=Pipeline(**fields),
        flow_input=NULL,
        flow_input_shapes={},
        **own,
    )


def a_view(record: JobRecord, state: JobState, at: float, progress: float = 0.0, error: str = "") -> JobView:
    return JobView(
        job_id=record.job_id,
        pipeline=record.pipeline.name,
        state=state,
        at=at,
        submitted_at=record.submitted_at,
        active_at=record.submitted_at,
        ended_at=at if state.is_final else None,
        progress=progress,
        details=f"{progress:g}%",
        states={"succeed": 1},
        nodes=(
            NodeView(name="a", algorithm="x", state="succeed", batch=False, total=1, states={"succeed": 1}, error=""),
        ),
        error=error,
    )


async def accept(store: StateStore, record: JobRecord, request_id: str = "") -> None:
    head, _ = pack_job(record)
    puts = [Put(key, value) for key, value in accepted_entries(record, request_id)]
    puts += [Put(job_key(record.job_id), head), Put(open_key(record.job_id), head)]
    puts += [Put(job_order_key(record.submitted_at, record.job_id), b"")]
    await store.commit(Transaction(puts))


async def end(
    store: StateStore,
    record: JobRecord,
    at: float,
    state: JobState = JobState.COMPLETED,
    items: Sequence[ResultItem] = (),
) -> JobView:
    view = a_view(record, state, at, 100.0)
    puts = [Put(key, value) for key, value in end_entries(record, view)]
    if items:
        puts.append(Put(result_key(record.job_id, 0), pack_result_items(items)))
    puts.append(Put(end_key(record.job_id), pack_end(EndRecord(view=view, result_parts=1 if items else 0))))
    puts.append(Put(journal_key(record.job_id, 1), b""))
    await store.commit(Transaction([*puts, Delete(open_key(record.job_id))]))
    return view


async def keys(store: StateStore, prefix: str = "") -> list[str]:
    return [entry.key async for entry in scan(store, prefix)]


class Documents:
    """Bodies that tests can read."""

    async def status(self, job_id: str, view: JobView) -> bytes:
        return f"{job_id} {view.state.value} {view.progress}".encode()

    async def result(self, job_id: str) -> bytes:
        return f"result of {job_id}".encode()

    async def result_items(self, job_id: str, max_bytes: int) -> bytes:
        return f'[{{"nodeName":"a","result":"{job_id}"}}]'.encode()


class Receivers:
    """Implements ``WebhookSender``: answers per URL, and notes what came."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self.answers: dict[str, Callable[[int], WebhookAnswer]] = {}
        """By URL; the argument counts requests from 1."""
        self.seconds: dict[str, float] = {}
        """How long each URL takes to answer."""
        self.got: list[tuple[float, str, str]] = []
        """Time since the start, URL and body, as answered."""
        self.headers: list[Mapping[str, str]] = []
        self.under_way = 0
        self.most = 0

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> WebhookAnswer:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            await self._clock.sleep(self.seconds.get(url, 0.001))
        finally:
            self.under_way -= 1
        self.got.append((round(self._clock.monotonic(), 3), url, body.decode()))
        self.headers.append(headers)
        count = sum(1 for _, seen, _ in self.got if seen == url)
        return self.answers.get(url, lambda _: OK)(count)

    def bodies(self, url: str = "") -> list[str]:
        return [body for _, seen, body in self.got if not url or seen == url]


class FlakyStore:
    """A store that is away now and then: before a call had any effect, or after it, so that only the answer was lost."""

    def __init__(self, store: MemoryStateStore, random: Random, chance: float) -> None:
        self._store = store
        self._random = random
        self.chance = chance
        self.watch = store.watch

    def _maybe_fail(self) -> None:
        if self._random.random() < self.chance:
            raise StoreUnavailableError("not now")

    async def get(self, key: str) -> Entry | None:
        self._maybe_fail()
        return await self._store.get(key)

    async def range(self, prefix: str, *, after: str = "", limit: int = 1000, reverse: bool = False) -> Page:
        self._maybe_fail()
        return await self._store.range(prefix, after=after, limit=limit, reverse=reverse)

    async def commit(self, transaction: Transaction) -> Revision:
        self._maybe_fail()
        revision = await self._store.commit(transaction)
        self._maybe_fail()
        return revision

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)
