"""Topics about jobs: one job, why it is where it is, its tasks, and the visible rows of lists of jobs."""

import asyncio
from contextlib import aclosing

from controlplane.domain.errors import NotFoundError
from controlplane.domain.job_view import JobView
from controlplane.domain.merge_patch import Document
from controlplane.domain.queue_records import PREFERRED_KEY
from controlplane.domain.values import Json
from controlplane.ports.job_index import MAX_FOUND, JobFilter, JobOrder, JobPage
from controlplane.ports.state_store import Entry, Revision
from controlplane.ports.watching import TopicFilter, Window
from controlplane.roles.following import Alarm, Follower
from controlplane.roles.watching.source import Bell
from controlplane.roles.watching.tools import WatchTools, WorkNews, ringing


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
    """``jobs``: rows of the jobs that somebody looks at, and how many jobs came since that a query finds."""

    def __init__(self, tools: WatchTools, ids: tuple[str, ...], query: JobFilter) -> None:
        self._tools = tools
        self._rows: dict[str, Json] = {}
        self._changed: set[str] = set()
        self._ids = frozenset(ids)
        self._query = query
        self._newest: int | None = None
        """Place of the newest job when the topic began; None when there was none."""
        self._has_begun = False
        self._known: set[str] = set()
        """Jobs that run now and have been counted, or not."""
        self._matches = 0
        self._recount = True

    async def follow(self, bell: Bell) -> None:
        def heard(job_id: str, ended: bool) -> None:
            if job_id in self._ids:
                self._changed.add(job_id)
                bell.ring(urgent=ended)
            if ended or job_id not in self._known or self._query.states is not None:
                self._recount = True
                bell.ring()
            if ended:
                self._known.discard(job_id)
            else:
                self._known.add(job_id)

        self._changed.update(self._ids)
        self._known.clear()
        self._recount = True
        if not self._has_begun:
            newest = await self._tools.search.find(JobFilter(), JobPage(limit=1))
            self._newest = newest[0].place if newest else None
            self._has_begun = True
        async with ringing(bell, self._tools.jobs.listen(heard)):
            await asyncio.Event().wait()  # Until nobody watches any more.

    async def content(self) -> Document:
        changed, self._changed = self._changed, set()
        for job_id in changed:
            view = await self._tools.view(job_id)
            if view is not None:
                self._rows[job_id] = self._tools.documents.job_row(view)
            else:
                self._rows.pop(job_id, None)
        if self._recount:
            self._recount = False
            page = JobPage(limit=MAX_FOUND, order=JobOrder.OLDEST, after=self._newest)
            self._matches = len(await self._tools.search.find(self._query, page))
        return {"rows": {**self._rows}, "newMatches": self._matches}


class TasksSource:
    """``job.tasks``: the tasks in a window of a job's, and how many there are in each state, until it has ended."""

    def __init__(self, tools: WatchTools, wanted: TopicFilter) -> None:
        self._tools = tools
        self._wanted = wanted
        self._ended = asyncio.Event()

    async def follow(self, bell: Bell) -> None:
        def heard(job_id: str, ended: bool) -> None:
            if job_id == self._wanted.id:
                bell.ring(urgent=ended)

        async with ringing(bell, self._tools.jobs.listen(heard)):
            await self._ended.wait()

    async def content(self) -> Document:
        # Looked at before the tasks are read, so that what is read of a job that has ended is all of it.
        view = await self._tools.view(self._wanted.id)
        tasks = await self._tools.documents.tasks(self._wanted)
        if view is not None and view.state.is_final:
            self._ended.set()
        return tasks


class QueueSource:
    """``queue``: the jobs that wait to become active, in a window."""

    def __init__(self, tools: WatchTools, window: Window) -> None:
        self._tools = tools
        self._window = window
        self._moved = Revision(0)
        """When people changed the order last."""

    async def follow(self, bell: Bell) -> None:
        def heard(_job_id: str, _ended: bool) -> None:
            bell.ring()

        def moved(entry: Entry) -> None:
            self._moved = entry.mod_revision

        order = Follower(
            self._tools.store,
            self._tools.clock,
            PREFERRED_KEY,
            put=moved,
            gone=lambda _: None,
            begin=lambda: None,
            settled=bell.ring,
        )
        async with ringing(bell, self._tools.jobs.listen(heard)):
            await order.start()
            await order.run()

    async def content(self) -> Document:
        await self._tools.queue.settled(self._moved)
        counts = self._tools.queue.counts()
        start = self._window.first - 1
        stop = start + self._window.size
        preferred = self._tools.queue.jobs(preferred=True, start=start, stop=stop)
        managed = self._tools.queue.jobs(
            preferred=False, start=max(0, start - counts.preferred), stop=max(0, stop - counts.preferred)
        )
        rows: dict[str, Json] = {job.job_id: self._tools.documents.queued(job) for job in (*preferred, *managed)}
        return {"managed": counts.managed, "preferred": counts.preferred, "rows": rows}
