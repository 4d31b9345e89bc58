"""The driver role: takes up the jobs of its shard, drives them to their end and shows where they are.

It owns the shard by a lease and every write is fenced by it. New jobs and wishes to stop are learnt by watches: list at
a revision, watch from there, list again after a gap.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

import structlog

from controlplane.domain.calls import Call
from controlplane.domain.errors import CompactedError, UnavailableError
from controlplane.domain.job_events import JobState, TaskEnd
from controlplane.domain.pipeline import Verbosity
from controlplane.domain.reasons import Reason
from controlplane.domain.records import (
    Intent,
    IntentKind,
    intent_prefix,
    journal_prefix,
    last_part,
    open_prefix,
    unpack_events,
    unpack_intent,
    unpack_job,
)
from controlplane.ports.catalog import AlgorithmCatalog
from controlplane.ports.dispatch import DurableMark, TaskQueues
from controlplane.ports.explain import CapacityReasons
from controlplane.ports.job_feed import JobFeed, JobStateFeed
from controlplane.ports.job_records import read_job
from controlplane.ports.job_starter import JobStarter
from controlplane.ports.logs import LogSink
from controlplane.ports.object_store import ObjectStore
from controlplane.ports.state_store import ChangeEvent, Entry, PutEvent, Revision, StateStore, scan
from controlplane.ports.system import Clock
from controlplane.roles.driver.admission import Admission
from controlplane.roles.driver.driven_jobs import DrivenJobs
from controlplane.roles.driver.explain import explain
from controlplane.roles.driver.finisher import Finisher
from controlplane.roles.driver.job_line import JobLine
from controlplane.roles.driver.job_runner import JobRunner
from controlplane.roles.driver.journal import Journal, JournalSettings
from controlplane.roles.driver.result_log import ResultLog, ResultMemory
from controlplane.roles.driver.tools import DriverTools
from controlplane.scheduling.job_order import JobOrderSettings

JOURNAL_PAGE = 100
"""Values of a journal read at a time; each may have 200 KiB."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverSettings:
    shard: int = 0
    lease_seconds: float = 10.0
    max_active_jobs: int = 10_000
    """Further jobs wait in the job queue."""
    job_order: JobOrderSettings = field(default_factory=JobOrderSettings)
    result_memory_bytes: int = 48 * 1024 * 1024
    """Outputs of running jobs kept in memory; the rest is read back from the journal when needed."""
    journal: JournalSettings = field(default_factory=JournalSettings)


class DriverRole:
    """Implements ``TaskSink`` and ``JobExplainer``."""

    def __init__(
        self,
        *,
        store: StateStore,
        objects: ObjectStore,
        catalog: AlgorithmCatalog,
        starter: JobStarter,
        logs: LogSink,
        clock: Clock,
        settings: DriverSettings,
        feeds: Sequence[JobFeed] = (),
        states: Sequence[JobStateFeed] = (),
    ) -> None:
        self._store = store
        self._objects = objects
        self._catalog = catalog
        self._starter = starter
        self._feeds = feeds
        self._states = states
        self._logs = logs
        self._clock = clock
        self._settings = settings
        self._journal = Journal(store, clock, settings.journal)
        self._finisher = Finisher(store, self._journal, clock)
        self._memory = ResultMemory(settings.result_memory_bytes)
        self._runners: dict[str, JobRunner] = {}
        self.views = DrivenJobs(self._runners, self._journal)
        """The jobs, for those who look at them."""
        self._admission = Admission(settings.max_active_jobs, settings.job_order, lambda job_id: self.line.left(job_id))
        self.line = JobLine(
            store=store,
            clock=clock,
            journal=self._journal,
            admission=self._admission,
            is_driven=lambda job_id: job_id in self._runners,
            shard=settings.shard,
        )
        """The job queue, for those who look at it."""
        self._tools: DriverTools | None = None
        self._capacity: CapacityReasons | None = None
        self._broken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Gets the error of a job that could not be driven on."""
        self._wishes: dict[str, dict[str, Intent]] = {}
        """What is wanted of jobs that are still being taken up, by the last part of the key."""
        self._gone: set[str] = set()
        """Jobs that have ended, until the watch has seen that they are not open: what it sees of them before is old."""
        self._is_complete = False
        """Whether all jobs of the shard have been taken up: who may become active depends on all of them."""

    def connect(self, queues: TaskQueues) -> None:
        """Queues need their sink and drivers their queues: this closes the circle."""
        self._tools = DriverTools(
            store=self._store,
            objects=self._objects,
            clock=self._clock,
            journal=self._journal,
            finisher=self._finisher,
            queues=queues,
            catalog=self._catalog,
            starter=self._starter,
        )

    def connect_capacity(self, capacity: CapacityReasons) -> None:
        """Scaling knows why there are no more workers."""
        self._capacity = capacity

    @property
    def running_jobs(self) -> int:
        return len(self._runners)

    # TaskSink

    def tasks_ended(self, job_id: str, node: str, ends: Sequence[TaskEnd], worker: str = "") -> DurableMark | None:
        runner = self._runners.get(job_id)
        return runner.tasks_ended(node, ends, worker) if runner is not None else None

    def called(self, job_id: str, node: str, task: int, attempt: int, call: Call) -> DurableMark | None:
        runner = self._runners.get(job_id)
        return runner.called(node, task, attempt, call) if runner is not None else None

    def call_cancelled(self, job_id: str, node: str, task: int, attempt: int, call_id: str, reason: str) -> None:
        runner = self._runners.get(job_id)
        if runner is not None:
            runner.call_cancelled(node, task, attempt, call_id, reason)

    def reattached(self, job_id: str, node: str, task: int, attempt: int) -> None:
        runner = self._runners.get(job_id)
        if runner is not None:
            runner.reattached(node, task, attempt)

    def tasks_started(self, job_id: str) -> None:
        self.views.wake(job_id)

    def durable_mark(self) -> DurableMark:
        return self._journal.durable

    def on_durable(self, callback: Callable[[DurableMark], None]) -> None:
        self._journal.on_durable(callback)

    # JobExplainer

    def explain(self, job_id: str) -> Sequence[Reason] | None:
        runner = self._runners.get(job_id)
        if runner is None or self._tools is None:
            return None
        waiting = self._admission.why(job_id, self._clock.now())
        queues = self._tools.queues.explain(job_id)
        return explain(runner, waiting, queues, self._catalog, self._capacity)

    # The role

    async def start(self) -> Revision:
        """Takes the shard and its jobs; returns the revision to watch from."""
        lease = await self._store.grant_lease(self._settings.lease_seconds)
        self._journal.lease = self._finisher.lease = lease
        revision = await self._list(open_prefix(self._settings.shard), recovering=True)
        await self._list(intent_prefix(self._settings.shard), recovering=True)
        await self.line.start()
        self._is_complete = True
        self._admit()
        return revision

    async def run(self, stopping: asyncio.Event, revision: Revision) -> None:
        """Drives jobs until told to stop. Ends with an error when the shard is lost."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._journal.run(), name="driver-journal")
            followers = [
                group.create_task(self._fail_when_broken(), name="driver-broken"),
                group.create_task(self._follow(open_prefix(self._settings.shard), revision), name="driver-jobs"),
                group.create_task(self._follow(intent_prefix(self._settings.shard), revision), name="driver-intents"),
                group.create_task(self._keep_lease(), name="driver-lease"),
                group.create_task(self.line.run(), name="driver-job-line"),
            ]
            await stopping.wait()
            for task in followers:
                task.cancel()
            for runner in list(self._runners.values()):
                await runner.close()
            self._journal.stop()
        if self._journal.lease is not None:
            await self._store.revoke_lease(self._journal.lease)

    async def _fail_when_broken(self) -> None:
        await asyncio.shield(self._broken)

    async def _keep_lease(self) -> None:
        assert self._journal.lease is not None
        while True:
            await self._clock.sleep(self._settings.lease_seconds / 3)
            try:
                await self._store.keep_alive(self._journal.lease)
            except UnavailableError:
                log.warning("lease_not_renewed", shard=self._settings.shard)

    async def _follow(self, prefix: str, revision: Revision) -> None:
        compacted = False
        while True:
            try:
                if compacted:
                    revision = await self._list(prefix, recovering=False)
                    compacted = False
                async with aclosing(self._store.watch(prefix, after=revision)) as changes:
                    async for events in changes:
                        for event in events:
                            await self._changed(prefix, event)
                        revision = max(revision, *map(_revision, events))
            except CompactedError:
                compacted = True
            except UnavailableError:
                await self._clock.sleep(self._settings.journal.retry_seconds)

    async def _changed(self, prefix: str, event: ChangeEvent) -> None:
        is_open = prefix == open_prefix(self._settings.shard)
        if isinstance(event, PutEvent):
            await self._found(prefix, event.entry, recovering=False)
        elif is_open:
            self._gone.discard(last_part(event.key))
        else:
            self._wishes.pop(event.key.removeprefix(prefix).split("/")[0], None)

    async def _found(self, prefix: str, entry: Entry, *, recovering: bool) -> None:
        if prefix == open_prefix(self._settings.shard):
            await self._take_up(last_part(entry.key), entry.value, recovering=recovering)
        else:
            self._hear(entry)

    async def _list(self, prefix: str, *, recovering: bool) -> Revision:
        """Takes up all open jobs that are not being driven, or hears all wishes; returns the revision to watch from."""
        revision, after = Revision(0), ""
        gone = set(self._gone)
        while True:
            page = await self._store.range(prefix, after=after)
            revision = revision or page.revision
            for entry in page.entries:
                gone.discard(last_part(entry.key))
                await self._found(prefix, entry, recovering=recovering)
            if not page.more:
                break
            after = page.entries[-1].key
        if prefix == open_prefix(self._settings.shard):
            self._gone -= gone
        return revision

    def _hear(self, entry: Entry) -> None:
        """Somebody wants something of a job."""
        job_id = entry.key.removeprefix(intent_prefix(self._settings.shard)).split("/")[0]
        intent = unpack_intent(entry.value)
        runner = self._runners.get(job_id)
        if runner is not None:
            _obey(runner, intent)
        else:
            # A job that has ended is not heard of again; its wishes go with their keys.
            self._wishes.setdefault(job_id, {})[last_part(entry.key)] = intent

    async def _take_up(self, job_id: str, value: bytes, *, recovering: bool) -> None:
        if job_id in self._runners or job_id in self._gone:
            return
        record = unpack_job(value, ()) if value else await read_job(self._store, job_id)
        if record is None:
            log.error("job_without_record", job_id=job_id)
            return
        assert self._tools is not None
        self._logs.begin(job_id)
        runner = JobRunner(record, self._tools, ResultLog(self._store, self._memory), self)
        if recovering:
            await self._replay(runner)
        self._runners[job_id] = runner
        runner.recover()
        state, was_active = runner.machine.state, runner.machine.active_at is not None
        if was_active:
            self._admission.was_active(record)
        if state in (JobState.PENDING, JobState.RESUMED):
            self._admission.wait(record)
        elif was_active and state is not JobState.PAUSED:
            # Also when only its end is to be recorded: until then it has its place, as without a restart.
            self._admission.is_active(record)
        if not state.is_final:
            self._tell(runner, state)
        for intent in self._wishes.pop(job_id, {}).values():
            _obey(runner, intent)
        self.views.changed(runner)
        self._admit()

    def _admit(self) -> None:
        """Lets jobs become active for which there is room."""
        while self._is_complete and (job_id := self._admission.next()) is not None:
            self._runners[job_id].admitted()

    async def _replay(self, runner: JobRunner) -> None:
        async for entry in scan(self._store, journal_prefix(runner.job_id), page_size=JOURNAL_PAGE):
            for event in unpack_events(entry.value):
                runner.replay(event, entry.key)
            self._journal.recovered(runner.job_id, int(last_part(entry.key), 16))

    # RunnerListener

    def changed(self, runner: JobRunner) -> None:
        self.views.changed(runner)
        pipeline = runner.record.pipeline
        state = runner.machine.state
        if not state.is_final:
            self._tell(runner, state)
        if state is JobState.PAUSED and self._admission.pause(runner.record):
            self._admit()
        if state not in (JobState.PENDING, JobState.RESUMED):
            self.line.recorded(runner.job_id)
        if not pipeline.progress_webhook or not self._feeds:
            return
        level = Verbosity.DEBUG if runner.reported_state is state else Verbosity.INFO
        if pipeline.verbosity >= level:
            runner.reported_state = state
            view = runner.view()
            for feed in self._feeds:
                feed.changed(runner.record, view, level)

    def readmit(self, runner: JobRunner) -> None:
        # That it was held may not have been told yet, when it was let go on at once.
        self._admission.pause(runner.record)
        self.line.recorded(runner.job_id)
        self._admission.wait(runner.record)
        self._admit()

    def _tell(self, runner: JobRunner, state: JobState) -> None:
        at = self._clock.now() if state is not JobState.PENDING else runner.record.submitted_at
        for feed in self._states:
            feed.state_changed(runner.job_id, state, at)

    def ended(self, runner: JobRunner) -> None:
        if runner.final_view is not None:
            for feed in self._states:
                feed.state_changed(runner.job_id, runner.final_view.state, runner.machine.ended_at or self._clock.now())
        self._runners.pop(runner.job_id, None)
        self._gone.add(runner.job_id)
        self._logs.end(runner.job_id)
        self.views.ended(runner.job_id)
        self._admission.ended(runner.record)
        self.line.recorded(runner.job_id)
        self._admit()

    def broken(self, error: BaseException) -> None:
        if not self._broken.done():
            self._broken.set_exception(error)


def _obey(runner: JobRunner, intent: Intent) -> None:
    match intent.kind:
        case IntentKind.STOP:
            runner.stop(intent.reason, intent.user)
        case IntentKind.PAUSE:
            runner.pause(intent.user)
        case IntentKind.RESUME:
            runner.unpause(intent.user)


def _revision(event: ChangeEvent) -> Revision:
    return event.entry.mod_revision if isinstance(event, PutEvent) else event.mod_revision
