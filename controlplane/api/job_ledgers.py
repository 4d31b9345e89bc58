"""Ledgers of jobs that somebody looks at, kept for a while: reading a journal again for each look would be slow.

A ledger grows with its job: each look reads only what the journal has gained since. The ones used last are kept, within a
budget of tasks. Journals are read a few values at a time, on threads, so that a job of a million tasks holds nobody up.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import TypeVar

from controlplane.domain.errors import UnavailableError
from controlplane.domain.job_events import TasksEnded
from controlplane.domain.job_tasks import JobTasks
from controlplane.domain.records import (
    EndRecord,
    end_key,
    journal_key,
    journal_prefix,
    last_part,
    unpack_end,
    unpack_events,
)
from controlplane.domain.task_ledger import OutputPlace, TaskLedger
from controlplane.domain.values import NULL, Payload
from controlplane.ports.job_records import read_head, read_job
from controlplane.ports.job_views import JobViews
from controlplane.ports.state_store import Entry, StateStore
from controlplane.ports.task_places import TaskPlaces

MAX_KEPT_TASKS = 2_000_000
"""Tasks of all ledgers together, some 40 bytes each; a single larger job is kept alone."""

MAX_KEPT_JOBS = 64
JOURNAL_PAGE = 16
"""Values of a journal read at a time; each may have 200 KiB."""

MAX_READERS = 2
"""Journals read at the same time: more would only take processor time from the engine."""

MAX_WAIT_SECONDS = 5.0
"""For a journal to be written; longer only when the store is away."""

SMALL_TASKS = 500
"""Work on so many tasks is done at once; more of them go to a thread."""

T = TypeVar("T")


class JobLedger:
    """The ledger of one job, for one user at a time; see ``JobLedgers.open``."""

    def __init__(self, ledger: TaskLedger) -> None:
        self.ledger = ledger
        self.end: EndRecord | None = None
        """Set when the job has ended and the ledger has all of it."""
        self.has_journal = False
        """False of a job that has ended: what became of its tasks was not kept that long."""
        self.tasks = JobTasks(ledger, {})
        self.lock = asyncio.Lock()
        self.seq = 0
        """Last value of the journal that was taken."""

    async def work(self, work: Callable[[JobTasks], T]) -> T:
        """Does something with all tasks, on a thread when they are many."""
        if self.ledger.task_count <= SMALL_TASKS:
            return work(self.tasks)
        return await _on_thread(work, self.tasks)


class JobLedgers:
    """One for the whole API."""

    def __init__(self, *, store: StateStore, views: JobViews, places: TaskPlaces) -> None:
        self._store = store
        self._views = views
        self._places = places
        self._kept: OrderedDict[str, JobLedger] = OrderedDict()
        self._readers = asyncio.Semaphore(MAX_READERS)

    @asynccontextmanager
    async def open(self, job_id: str) -> AsyncGenerator[JobLedger | None, None]:
        """The ledger of a job as the journal has it now, for as long as the context lasts; None when there is no such job."""
        found = await self._find(job_id)
        if found is None:
            yield None
            return
        async with found.lock:
            await self._read_on(job_id, found)
            self._let_go()
            found.tasks = JobTasks(found.ledger, self._places.on_workers(job_id))
            yield found

    async def output(self, job_id: str, place: OutputPlace) -> Payload | None:
        """An output from the journal; None when that is gone."""
        entry = await self._store.get(journal_key(job_id, place.seq))
        if entry is None:
            return None
        return await _on_thread(_output, entry, place.number)

    async def _find(self, job_id: str) -> JobLedger | None:
        found = self._kept.get(job_id)
        if found is not None:
            if await read_head(self._store, job_id) is None:
                self._kept.pop(job_id, None)
                return None
            self._kept[job_id] = self._kept.pop(job_id, found)
            return found
        record = await read_job(self._store, job_id)
        if record is None:
            return None
        return self._kept.setdefault(job_id, JobLedger(TaskLedger(record)))

    async def _read_on(self, job_id: str, found: JobLedger) -> None:
        if found.end is not None:
            return
        await self._settle(job_id)
        end = await self._store.get(end_key(job_id))  # Before the journal, so that what is read then is all of it.
        more = True
        while more:
            async with self._readers:
                after = journal_key(job_id, found.seq) if found.seq else ""
                page = await self._store.range(journal_prefix(job_id), after=after, limit=JOURNAL_PAGE)
                if page.entries:
                    found.has_journal = True
                    await _on_thread(_take, found, page.entries)
            more = page.more
        if end is not None:
            found.end = unpack_end(end.value)

    async def _settle(self, job_id: str) -> None:
        """Lets the journal catch up, so that nobody sees less here than in the job's status."""
        try:
            async with asyncio.timeout(MAX_WAIT_SECONDS):
                await self._views.settled(job_id)
        except TimeoutError:
            raise UnavailableError("the job's journal cannot be written now; try again") from None

    def _let_go(self) -> None:
        """Keeps to the budget, the ones used last first. Whoever has one open goes on with it."""
        total = sum(kept.ledger.task_count for kept in self._kept.values())
        while len(self._kept) > 1 and (total > MAX_KEPT_TASKS or len(self._kept) > MAX_KEPT_JOBS):
            _, gone = self._kept.popitem(last=False)
            total -= gone.ledger.task_count


async def _on_thread(work: Callable[..., T], *args: object) -> T:
    """When cancelled, ends only after the thread: nobody else may touch a ledger before."""
    thread = asyncio.get_running_loop().run_in_executor(None, partial(work, *args))
    try:
        return await asyncio.shield(thread)
    except asyncio.CancelledError:
        await asyncio.wait([thread])
        raise


def _take(found: JobLedger, entries: Sequence[Entry]) -> None:
    for entry in entries:
        seq = int(last_part(entry.key), 16)
        found.ledger.take(unpack_events(entry.value), seq)
        found.seq = seq


def _output(entry: Entry, number: int) -> Payload | None:
    for event in unpack_events(entry.value):
        if isinstance(event, TasksEnded) and event.first_result <= number < event.first_result + len(event.ends):
            return event.ends[number - event.first_result].output or NULL
    return None
