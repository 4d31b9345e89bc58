"""Topics about jobs: one job, why it is where it is, and the visible rows of a list."""

import asyncio
from collections import deque
from contextlib import aclosing

from controlplane.domain.errors import NotFoundError
from controlplane.domain.job_view import JobView
from controlplane.domain.merge_patch import Document
from controlplane.domain.records import JOB_ORDER, last_part
from controlplane.ports.state_store import Entry, Revision
from controlplane.ports.watching import JobFilter
from controlplane.roles.following import Alarm, Follower
from controlplane.roles.watching.source import Bell
from controlplane.roles.watching.tools import WatchTools, WorkNews, ringing

MAX_ARRIVALS = 1000
"""New jobs looked at in one turn; those beyond it wait for the next one."""

MAX_WAITING_ARRIVALS = 100_000
"""New jobs that wait to be looked at; beyond it the count is a lower bound."""


class JobSource:
    """``job``: the status of one job, until it has ended."""

    def __init__(self, tools: WatchTools, job_id: str) -> None:
        self._tools = tools
        self._job_id = job_id
        self._view: JobView | None = None

    async def follow(self, bell: Bell) -> None:
        taken_up = Alarm(self._tools.clock)

        def heard(job_id: str, _ended: bool) -> None:
            if job_id == self._job_id:
                taken_up.ring()

        self._view = None
        async with ringing(bell, self._tools.jobs.listen(heard)):
            while True:
                await self._follow_driven(bell)
                if self._view is None or not self._view.state.is_final:
                    self._view = await self._tools.view(self._job_id)
                if self._view is None:
                    raise NotFoundError("job", self._job_id)
                bell.ring(urgent=self._view.state.is_final)
                if self._view.state.is_final:
                    return
                await taken_up.wait(None)

    async def _follow_driven(self, bell: Bell) -> None:
        async with aclosing(self._tools.jobs.watch(self._job_id)) as views:
            async for view in views:
                self._view = view
                bell.ring(urgent=view.state.is_final)

    async def content(self) -> Document:
        view = self._view = self._view or await self._tools.view(self._job_id)
        if view is None:
            raise NotFoundError("job", self._job_id)
        return self._tools.documents.job(view)


class ExplainSource:
    """``job.explain``: what holds a job, as queues, workers and the job itself change."""

    def __init__(self, tools: WatchTools, work: WorkNews, job_id: str) -> None:
        self._tools = tools
        self._work = work
        self._job_id = job_id
        self._ended = asyncio.Event()

    async def follow(self, bell: Bell) -> None:
        def heard(job_id: str, ended: bool) -> None:
            if job_id == self._job_id:
                bell.ring(urgent=ended)

        async with ringing(bell, self._tools.jobs.listen(heard), self._work.add(bell.ring)):
            await self._ended.wait()

    async def content(self) -> Document:
        # Asked first: a job that ends in between is then told as ended, not as one that nobody has taken up.
        reasons = self._tools.explainer.explain(self._job_id)
        view = await self._tools.view(self._job_id)
        if view is None:
            raise NotFoundError("job", self._job_id)
        if view.state.is_final:
            self._ended.set()
        return self._tools.documents.explanation(view, None if view.state.is_final else reasons)


class JobsSource:
    """``jobs``: rows of the jobs that somebody looks at, and how many jobs came since that match a filter."""

    def __init__(self, tools: WatchTools, ids: tuple[str, ...], wanted: JobFilter) -> None:
        self._tools = tools
        self._rows: dict[str, Document] = {}
        self._changed: set[str] = set()
        self._ids = frozenset(ids)
        self._wanted = wanted
        self._newest: str | None = None
        """Key of the newest job when somebody looked last; newer ones sort before it."""
        self._arrived: deque[str] = deque(maxlen=MAX_WAITING_ARRIVALS)
        self._matches = 0
        self._bell: Bell | None = None

    async def follow(self, bell: Bell) -> None:
        def heard(job_id: str, ended: bool) -> None:
            if job_id in self._ids:
                self._changed.add(job_id)
                bell.ring(urgent=ended)

        def arrived(entry: Entry) -> None:
            self._newest = min(self._newest or entry.key, entry.key)
            self._arrived.append(last_part(entry.key))
            bell.ring()

        self._bell = bell
        self._changed.update(self._ids)
        new_jobs = Follower(
            self._tools.store,
            self._tools.clock,
            JOB_ORDER,
            put=arrived,
            gone=lambda _: None,
            begin=lambda: None,
            settled=bell.ring,
            read=self._read_missed,
        )
        async with ringing(bell, self._tools.jobs.listen(heard)):
            await new_jobs.start()
            await new_jobs.run()

    async def _read_missed(self) -> Revision:
        """Finds the jobs that came while nobody watched, or during a gap."""
        limit = MAX_ARRIVALS if self._newest is not None else 1
        page = await self._tools.store.range(JOB_ORDER, limit=limit)
        if self._newest is not None:
            self._arrived.extend(last_part(entry.key) for entry in page.entries if entry.key < self._newest)
        if page.entries:
            self._newest = page.entries[0].key
        return page.revision

    async def content(self) -> Document:
        changed, self._changed = self._changed, set()
        for job_id in changed:
            view = await self._tools.view(job_id)
            if view is not None:
                self._rows[job_id] = self._tools.documents.job_row(view)
            else:
                self._rows.pop(job_id, None)
        await self._count_arrived()
        return {"rows": {**self._rows}, "newMatches": self._matches}

    async def _count_arrived(self) -> None:
        for _ in range(min(len(self._arrived), MAX_ARRIVALS)):
            view = await self._tools.view(self._arrived.popleft())
            self._matches += view is not None and _matches(view, self._wanted)
        if self._arrived and self._bell is not None:
            self._bell.ring()


def _matches(view: JobView, wanted: JobFilter) -> bool:
    return (not wanted.pipeline or view.pipeline == wanted.pipeline) and (
        not wanted.states or view.state in wanted.states
    )
