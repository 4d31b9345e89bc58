"""One job in motion: the machine decides, this acts.

Events are taken at once and in order; what they command is done at once too unless something before it still waits (an
input being loaded, a result being stored): then it queues up behind that, so commands are never reordered.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import assert_never

import structlog

from controlplane.domain import graph as graphs
from controlplane.domain.errors import DistributedKubeError, UnavailableError
from controlplane.domain.job_events import (
    CancelTasks,
    EndJob,
    JobCommand,
    JobEvent,
    JobStarted,
    JobState,
    NodeFailed,
    ReportProgress,
    RunTasks,
    StartNode,
    StopRequested,
    TaskEnd,
    TasksEnded,
)
from controlplane.domain.job_machine import JobMachine
from controlplane.domain.job_view import JobView, still_active, view_of
from controlplane.domain.records import JobRecord
from controlplane.domain.task_context import NodeContext
from controlplane.ports.dispatch import DurableMark, TaskQueues
from controlplane.ports.object_store import ObjectStore
from controlplane.ports.system import Clock
from controlplane.roles.driver.finisher import Finisher
from controlplane.roles.driver.inputs import InputBuilder
from controlplane.roles.driver.journal import MAX_VALUE, Journal, event_size
from controlplane.roles.driver.result_log import ResultLog

RETRY_SECONDS = 0.2

log = structlog.get_logger()

TTL_REASON = "pipeline expired"
ACTIVE_TTL_REASON = "pipeline active TTL expired"


class JobRunner:
    """Owns one job until it has ended."""

    def __init__(
        self,
        record: JobRecord,
        *,
        journal: Journal,
        log: ResultLog,
        queues: TaskQueues,
        objects: ObjectStore,
        finisher: Finisher,
        clock: Clock,
        on_change: Callable[["JobRunner"], None],
        on_ended: Callable[["JobRunner"], None],
        on_broken: Callable[[BaseException], None],
    ) -> None:
        self.record = record
        self.job_id = record.job_id
        graph = graphs.build(record.pipeline)
        self.machine = JobMachine(record.pipeline, graph, record.flow_input_shapes)
        self.final_view: JobView | None = None
        """Set once the end of the job is durable."""
        self.ended = asyncio.Event()
        self._journal = journal
        self._log = log
        self._queues = queues
        self._finisher = finisher
        self._clock = clock
        self._on_change = on_change
        self._on_ended = on_ended
        self._on_broken = on_broken
        self._inputs = InputBuilder(record, graph, self.machine, log, objects)
        self._contexts: dict[str, NodeContext] = {}
        self._backlog: deque[JobCommand] = deque()
        """Commands that wait for the one under way."""
        self._working: asyncio.Task[None] | None = None
        self._ttl: list[asyncio.TimerHandle] = []
        self._recovering = False

    def start(self) -> None:
        """Takes up a job for the first time."""
        self._expect()
        self._take(JobStarted(at=self._clock.now()))
        self._arm_ttl()

    def replay(self, event: JobEvent, key: str) -> None:
        """Takes an event of the journal again; nothing is done about it yet."""
        if isinstance(event, TasksEnded):
            self._log.add(event, key)
        self.machine.handle(event)

    def resume(self) -> None:
        """Goes on after the last replayed event."""
        machine = self.machine
        if machine.state is JobState.PENDING:
            self.start()
        elif machine.state.is_final:
            self._perform([EndJob(machine.state, error=machine.error, node=machine.failed_node, reason=machine.reason)])
        else:
            self._expect()
            self._recovering = True
            for node, by_attempt in machine.unfinished_tasks():
                runs = [RunTasks(node, tasks, attempt) for attempt, tasks in by_attempt.items()]
                self._perform([StartNode(node), *runs])
            self._recovering = self._working is not None
            self._arm_ttl()

    def tasks_ended(self, node: str, ends: Sequence[TaskEnd]) -> DurableMark:
        """Attempts of tasks ended."""
        mark = self._journal.durable
        for part in _split(ends):
            event = TasksEnded(at=self._clock.now(), node=node, first_result=self._log.next_number, ends=part)
            mark = self._journal.append(self.job_id, event, self._log.add(event))
            self._perform(self.machine.handle(event))
        return mark

    def stop(self, reason: str) -> None:
        """Somebody wants the job to end. Nothing happens when it has."""
        if not self.machine.state.is_final:
            self._take(StopRequested(at=self._clock.now(), reason=reason))

    def view(self) -> JobView:
        """The job as people may see it: its end only when that is durable."""
        if self.final_view is not None:
            return self.final_view
        view = view_of(
            self.machine,
            job_id=self.job_id,
            submitted_at=self.record.submitted_at,
            at=self._clock.now(),
            running=self._queues.running(self.job_id),
        )
        return still_active(view) if view.state.is_final else view

    async def close(self) -> None:
        """Lets go of the job without ending it."""
        for timer in self._ttl:
            timer.cancel()
        if self._working is not None:
            self._working.cancel()
            await asyncio.wait([self._working])

    def _take(self, event: JobEvent) -> None:
        self._journal.append(self.job_id, event)
        self._perform(self.machine.handle(event))

    def _expect(self) -> None:
        self._queues.expect(self.job_id, sorted({n.algorithm for n in self.record.pipeline.nodes}))

    def _arm_ttl(self) -> None:
        pipeline, machine = self.record.pipeline, self.machine
        loop = asyncio.get_running_loop()
        if pipeline.ttl_seconds > 0:
            left = self.record.submitted_at + pipeline.ttl_seconds - self._clock.now()
            self._ttl.append(loop.call_later(max(0.0, left), self.stop, TTL_REASON))
        if pipeline.active_ttl_seconds > 0 and machine.active_at is not None:
            left = machine.active_at + pipeline.active_ttl_seconds - self._clock.now()
            self._ttl.append(loop.call_later(max(0.0, left), self.stop, ACTIVE_TTL_REASON))

    # Commands

    def _perform(self, commands: Sequence[JobCommand]) -> None:
        for position, command in enumerate(commands):
            if self._working is not None or not self._do_now(command):
                self._backlog.extend(commands[position:])
                if self._working is None:
                    self._working = asyncio.create_task(self._work(), name=f"job-{self.job_id}")
                    self._working.add_done_callback(self._worked)
                return

    def _worked(self, work: asyncio.Task[None]) -> None:
        """A defect, or a lost lease, must not leave the job hanging: the role ends with it."""
        if not work.cancelled() and (error := work.exception()) is not None:
            self._on_broken(error)

    def _do_now(self, command: JobCommand) -> bool:
        """Carries a command out if that needs no waiting."""
        match command:
            case StartNode(node=node):
                context = self._inputs.context_now(node)
                if context is None:
                    return False
                self._contexts[node] = context
            case RunTasks(node=node, indices=tasks, attempt=attempt):
                if not self.machine.state.is_final:
                    self._queues.enqueue(self._contexts[node], tasks, attempt, recovered=self._recovering)
            case CancelTasks(reason=reason):
                self._queues.cancel(self.job_id, reason)
            case ReportProgress():
                self._on_change(self)
            case EndJob():
                return False
            case _:
                assert_never(command)
        return True

    async def _work(self) -> None:
        """Carries out the backlog, waiting where that is needed. While the store is away it waits for the store."""
        while self._backlog:
            command = self._backlog[0]
            try:
                await self._do(command)
            except UnavailableError as error:
                log.warning("job_waits_for_store", job_id=self.job_id, reason=error.message)
                await self._clock.sleep(RETRY_SECONDS)
                continue
            self._backlog.popleft()
        self._working = None
        self._recovering = False

    async def _do(self, command: JobCommand) -> None:
        """Carries out one command; may be repeated when it raises ``UnavailableError``."""
        match command:
            case StartNode(node=node):
                try:
                    self._contexts[node] = await self._inputs.context(node)
                except UnavailableError:
                    raise
                except DistributedKubeError as error:
                    self._fail(node, f"its input could not be put together: {error.message}")
            case EndJob():
                await self._finish()
            case RunTasks(node=node) if node not in self._contexts:
                pass  # its input could not be put together, the job is ending
            case _:
                self._do_now(command)

    def _fail(self, node: str, error: str) -> None:
        """Ends the job for a reason that is not a task's."""
        event = NodeFailed(at=self._clock.now(), node=node, error=error)
        self._journal.append(self.job_id, event)
        self._backlog.extend(self.machine.handle(event))

    async def _finish(self) -> None:
        for timer in self._ttl:
            timer.cancel()
        self._queues.forget(self.job_id)
        view = view_of(
            self.machine,
            job_id=self.job_id,
            submitted_at=self.record.submitted_at,
            at=self.machine.ended_at or self._clock.now(),
            running={},
        )
        await self._finisher.finish(view, self.machine, self._log)
        self._log.close()
        self.final_view = view
        self.ended.set()
        self._on_ended(self)


def _split(ends: Sequence[TaskEnd]) -> Iterator[Sequence[TaskEnd]]:
    """Pieces that fit into one value of the journal."""
    probe = TasksEnded(at=0, node="", first_result=0, ends=ends)
    if event_size(probe) <= MAX_VALUE:
        yield ends
        return
    part: list[TaskEnd] = []
    size = 0
    for end in ends:
        more = event_size(TasksEnded(at=0, node="", first_result=0, ends=(end,)))
        if part and size + more > MAX_VALUE:
            yield part
            part, size = [], 0
        part.append(end)
        size += more
    yield part
