"""The indexing role: follows jobs in the store and their states at the drivers, and answers searches.

Jobs come from two feeds of the store: ``job/`` (accepted, removed) and ``end/`` (ended). What a job's state is meanwhile
its driver tells, in memory: that is a change per state of a job, none per task. All of it gathers and is written to the
index together; a search writes what has gathered first. The index keeps how far it has come in each feed, so that a restart
goes on from there; after a gap in the history it is made anew, and searches wait for that.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing, suppress

import structlog

from controlplane.domain.errors import CompactedError, UnavailableError
from controlplane.domain.job_events import JobState
from controlplane.domain.job_facts import StateChange, job_facts
from controlplane.domain.records import last_part, unpack_end, unpack_job_head
from controlplane.ports.job_index import FoundJob, JobChange, JobFilter, JobIndex, JobPage, JobRemoved
from controlplane.ports.job_records import read_parts
from controlplane.ports.state_store import ChangeEvent, Entry, PutEvent, Revision, StateStore
from controlplane.ports.system import Clock
from controlplane.roles.following import RETRY_SECONDS, until_stopped

JOBS = "job/"
ENDS = "end/"
FEEDS = (JOBS, ENDS)
"""In this order: the end of a job says nothing before the job is known."""

PAGE = 200
"""Records read at a time when the index is made anew; each may have 200 KiB."""

MAX_GATHERED = 2000
"""Changes that wait to be written; then the feeds wait."""

GATHER_SECONDS = 0.25
"""Changes are written together after so long, or when somebody searches."""

SEARCH_WAIT_SECONDS = 30.0
"""A search waits so long for the index to come up with what the caller has seen."""

log = structlog.get_logger()


class IndexingRole:
    """Implements ``JobSearch`` and ``JobStateFeed``."""

    def __init__(self, *, store: StateStore, index: JobIndex, clock: Clock, source: str) -> None:
        self._store = store
        self._index = index
        self._clock = clock
        self._source = source
        self._reached: dict[str, Revision] = {}
        """Revision up to which each feed has been taken."""
        self._expected = Revision(0)
        """Last revision of ``JOBS`` that somebody was told of."""
        self._gathered: list[JobChange] = []
        self._told: dict[str, StateChange] = {}
        """States of jobs that have not ended, as their drivers told; the store does not know them."""
        self._states: dict[str, StateChange] = {}
        """The newest state by job, where the index does not have it yet."""
        self._complete = asyncio.Event()
        """Set while the index misses nothing but what is still to come from the feeds."""
        self._moved = asyncio.Event()
        """Rung for a moment when a feed has moved."""
        self._news = asyncio.Event()
        self._writing = asyncio.Lock()

    # JobStateFeed

    def state_changed(self, job_id: str, state: JobState, at: float) -> None:
        told = self._told.get(job_id)
        if told is not None and told.state is state:
            return
        change = StateChange(job_id=job_id, state=state, at=at)
        if state.is_final:
            self._told.pop(job_id, None)
        else:
            self._told[job_id] = change
        self._states[job_id] = change
        self._news.set()

    # JobSearch

    def expect(self, revision: Revision) -> None:
        self._expected = max(self._expected, revision)

    async def find(self, wanted: JobFilter, page: JobPage) -> Sequence[FoundJob]:
        await self._catch_up()
        return await self._index.find(wanted, page)

    async def count(self, wanted: JobFilter) -> int:
        await self._catch_up()
        return await self._index.count(wanted)

    async def _catch_up(self) -> None:
        try:
            async with asyncio.timeout(SEARCH_WAIT_SECONDS):
                await self._complete.wait()
                while self._reached[JOBS] < self._expected:
                    await self._moved.wait()
                await self._write()
        except TimeoutError:
            raise UnavailableError("the index of jobs is being made anew; try again in a moment") from None

    # The role

    async def start(self) -> None:
        """Opens the index; what it has missed comes with ``run``."""
        reached = await self._index.open(self._source)
        head = (await self._store.range(JOBS, limit=1)).revision
        if all(feed in reached for feed in FEEDS) and max(reached.values()) <= head:
            self._reached = {feed: reached[feed] for feed in FEEDS}
            self._complete.set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Follows changes until told to stop."""
        try:
            await until_stopped(stopping, self._follow(), self._write_news())
        finally:
            with suppress(UnavailableError):  # Then it is read again at the next start.
                await self._write()
            await self._index.close()

    async def _follow(self) -> None:
        while True:
            try:
                if not self._complete.is_set():
                    await self._make_anew()
                async with asyncio.TaskGroup() as group:
                    for feed in FEEDS:
                        group.create_task(self._watch(feed), name=f"index-{feed}")
            except* CompactedError:
                self._complete.clear()
            except* UnavailableError as group:
                log.warning("job_index_waits", reason=str(group.exceptions[0]))
                await self._clock.sleep(RETRY_SECONDS)

    async def _watch(self, feed: str) -> None:
        async with aclosing(self._store.watch(feed, after=self._reached[feed])) as changes:
            async for events in changes:
                for event in events:
                    await self._take(event)
                # Only now: what is written meanwhile must not say that it has all of a revision.
                self._reached[feed] = _revision(events[-1])
                self._news.set()
                self._moved.set()
                self._moved.clear()
                if len(self._gathered) >= MAX_GATHERED:
                    await self._write()

    async def _take(self, event: ChangeEvent) -> None:
        if isinstance(event, PutEvent):
            async for change in self._read(event.entry):
                self._gathered.append(change)
            return
        # Either feed says so: the other one may be far behind, and then tell of the state of a job that is gone.
        job_id = last_part(event.key)
        self._states.pop(job_id, None)
        self._gathered.append(JobRemoved(job_id))

    async def _read(self, entry: Entry) -> AsyncGenerator[JobChange, None]:
        """What an entry of a feed says; nothing when the rest of its job is gone."""
        if entry.key.startswith(ENDS):
            view = unpack_end(entry.value).view
            yield StateChange(job_id=view.job_id, state=view.state, at=view.ended_at or view.at)
            return
        parts = await read_parts(self._store, last_part(entry.key), unpack_job_head(entry.value).parts)
        if parts is not None:
            yield job_facts(entry.value, parts)

    async def _make_anew(self) -> None:
        """Forgets all and reads all, as it is now."""
        async with self._writing:
            self._gathered.clear()
            await self._index.clear()
            log.info("job_index_made_anew")
            self._states = self._told | self._states
            # Jobs that were accepted and ended while this reads are heard of again from both feeds.
            reached = dict.fromkeys(FEEDS, min([await self._read_all(feed) for feed in FEEDS]))
            await self._index.apply((), reached)
            self._reached = reached
            self._complete.set()
            # What drivers told of jobs that were not in it yet is written with the next news.
            self._news.set()

    async def _read_all(self, feed: str) -> Revision:
        after, first = "", Revision(0)
        while True:
            page = await self._store.range(feed, after=after, limit=PAGE)
            first = first or page.revision
            await self._index.apply([change for entry in page.entries async for change in self._read(entry)], {})
            if not page.more:
                return first
            after = page.entries[-1].key

    async def _write_news(self) -> None:
        while True:
            await self._news.wait()
            await self._clock.sleep(GATHER_SECONDS)
            self._news.clear()
            try:
                await self._write()
            except UnavailableError as error:
                log.warning("job_index_not_written", reason=error.message)
                self._news.set()

    async def _write(self) -> None:
        """Writes what has gathered to the index."""
        async with self._writing:
            if not self._complete.is_set() or not (self._gathered or self._states):
                return
            gathered, states, reached = self._gathered, self._states, self._safely_reached()
            self._gathered, self._states = [], {}
            try:
                unknown = await self._index.apply([*gathered, *states.values()], reached)
            except BaseException:
                self._gathered[:0] = gathered
                self._states = states | self._states
                raise
            self._keep(unknown, gathered, states)

    def _safely_reached(self) -> dict[str, Revision]:
        """From where a restart goes on. Ends of jobs that were not heard of yet are only in memory: they must come again."""
        return {**self._reached, ENDS: min(self._reached[ENDS], self._reached[JOBS])}

    def _keep(self, unknown: Sequence[str], gathered: Sequence[JobChange], states: Mapping[str, StateChange]) -> None:
        """States of jobs whose acceptance is still on its way are kept for the next time."""
        gone = {change.job_id for change in gathered if isinstance(change, JobRemoved)}
        by_job = {change.job_id: change for change in gathered if isinstance(change, StateChange)} | dict(states)
        for job_id in unknown:
            if job_id not in gone:
                self._states.setdefault(job_id, by_job[job_id])


def _revision(event: ChangeEvent) -> Revision:
    return event.entry.mod_revision if isinstance(event, PutEvent) else event.mod_revision
