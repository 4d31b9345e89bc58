"""One job in motion: the machine decides, this acts.

Events are taken at once and in order; what they command is done at once too unless something before it still waits (an
input being loaded, a result being stored): then it queues up behind that, so commands are never reordered.
"""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, assert_never

import structlog

from controlplane.domain import graph as graphs
from controlplane.domain.calls import Call, CallOutcome
from controlplane.domain.errors import DistributedKubeError, NotAllowedError, UnavailableError
from controlplane.domain.job_events import (
    AnswerCall,
    CallEnded,
    CallKey,
    CallRequested,
    CancelReason,
    CancelSome,
    CancelTasks,
    EndJob,
    HoldTasks,
    JobCommand,
    JobEvent,
    JobStarted,
    JobState,
    NodeFailed,
    PauseRequested,
    Readmit,
    ReleaseTasks,
    ReportProgress,
    ResumeRequested,
    RunTasks,
    StartCall,
    StartNode,
    StopCall,
    StopRequested,
    TakeNote,
    TaskEnd,
    TasksEnded,
)
from controlplane.domain.job_machine import JobMachine
from controlplane.domain.job_view import JobView, still_active, view_of
from controlplane.domain.node_run import NodeState
from controlplane.domain.records import JobRecord
from controlplane.domain.task_context import NodeContext
from controlplane.domain.values import Failure, FailureCategory
from controlplane.ports.dispatch import DurableMark
from controlplane.roles.driver.cached_outputs import cached_outputs
from controlplane.roles.driver.inputs import InputBuilder
from controlplane.roles.driver.job_timers import JobTimers
from controlplane.roles.driver.journal import split_ends
from controlplane.roles.driver.pipeline_calls import PipelineCalls
from controlplane.roles.driver.result_log import ResultLog
from controlplane.roles.driver.task_feed import TaskFeed
from controlplane.roles.driver.tools import DriverTools

RETRY_SECONDS = 0.2

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class LoadCached:
    """Outputs of an earlier job are to be taken over."""


@dataclass(frozen=True, slots=True)
class LoadValues:
    """Values of single tasks are to be read from the journal."""


Work = JobCommand | LoadCached | LoadValues
"""What a runner does: what its machine commands, and what it must wait for besides."""


class JobRunner:
    """Owns one job until it has ended."""

    def __init__(self, record: JobRecord, tools: DriverTools, log: ResultLog, listener: "RunnerListener") -> None:
        self.record = record
        self.job_id = record.job_id
        graph = graphs.build(record.pipeline, cached=record.cached_nodes)
        self.machine = JobMachine(record.pipeline, graph, record.flow_input_shapes)
        self.final_view: JobView | None = None
        """Set once the end of the job is durable."""
        self.ended = asyncio.Event()
        self.reported_state = JobState.PENDING
        """State that was told to webhooks last."""
        self._tools = tools
        self._journal = tools.journal
        self._log = log
        self._queues = tools.queues
        self._clock = tools.clock
        self._listener = listener
        self._inputs = InputBuilder(record, self.machine, log, tools.objects)
        self._feed = TaskFeed(self.machine, self._inputs, tools.queues, self._load_values)
        self._calls = PipelineCalls(record, tools, self._call_ended, listener.broken)
        self._timers = JobTimers(record, tools.clock, stop=self.stop, run=lambda due: self._perform([due]))
        self._contexts: dict[str, NodeContext] = {}
        self._backlog: deque[Work] = deque()
        """Commands that wait for the one under way."""
        self._working: asyncio.Task[None] | None = None
        self._recovering = False

    def admitted(self) -> None:
        """The job may become active, for the first time or again."""
        machine = self.machine
        if machine.state not in (JobState.PENDING, JobState.RESUMED):
            return
        if self.record.cached_nodes and machine.active_at is None:
            self._perform([LoadCached()])
        else:
            self._begin()

    def _begin(self) -> None:
        self._expect()
        self._take(JobStarted(at=self._clock.now()))
        self._timers.limit_active(self.machine.active_at)

    def replay(self, event: JobEvent, key: str) -> None:
        """Takes an event of the journal again; nothing is done about it yet, but calls to be stopped are not forgotten."""
        if isinstance(event, TasksEnded):
            self._log.add(event, key)
        for command in self.machine.handle(event):
            match command:
                case StopCall(key=call, reason=reason):
                    self._calls.stop(call, reason)
                case RunTasks() if command.delay_seconds:
                    self._timers.replayed(command, event.at)

    def recover(self) -> None:
        """Goes on after the last replayed event; one that waits to be admitted waits on."""
        machine = self.machine
        self._timers.limit()
        if machine.state.is_final:
            self._perform([EndJob(machine.state, error=machine.error, node=machine.failed_node, reason=machine.reason)])
            return
        if machine.active_at is None:
            return
        self._expect()
        self._timers.limit_active(self.machine.active_at)
        if machine.state is not JobState.ACTIVE:
            self._queues.hold(self.job_id)
        self._recovering = True
        for node, by_attempt in machine.unfinished_tasks():
            runs = [
                run for attempt, tasks in by_attempt.items() for run in self._timers.runs_again(node, tasks, attempt)
            ]
            self._perform([StartNode(node), *runs])
        self._timers.forget_replayed()
        for node, run in machine.nodes.items():
            if run.state is NodeState.RUNNING and not run.closed and not run.unfinished():
                self._perform([StartNode(node)])  # more tasks of it may come
        for call in machine.calls.open():
            if not call.node:
                self._perform([StartCall(call.key, call.call)])
        self._recovering = self._working is not None

    # What happens to it

    def tasks_ended(self, node: str, ends: Sequence[TaskEnd], worker: str) -> DurableMark:
        """Attempts of tasks ended."""
        mark = self._journal.durable
        for part in split_ends(ends):
            event = TasksEnded(
                at=self._clock.now(), node=node, first_result=self._log.next_number, ends=part, worker=worker
            )
            mark = self._journal.append(self.job_id, event, self._log.add(event))
            self._perform(self.machine.handle(event))
        self._feed.ended(node, len(ends))
        return mark

    def called(self, node: str, task: int, attempt: int, call: Call) -> DurableMark:
        """User code of a task calls an algorithm or a pipeline; asked again, it is answered again."""
        key = CallKey(node, task, attempt, call.call_id)
        refusal = "" if self.machine.calls.find(key) else self._calls.refusal(call)
        if refusal:
            failure = Failure(category=FailureCategory.USER_CODE, message=refusal)
            self._queues.answer(self.job_id, *key, CallOutcome(failure=failure))
            return self._journal.durable
        event = CallRequested(at=self._clock.now(), node=node, task=task, attempt=attempt, call=call)
        if self.machine.calls.find(key) is None and not self.machine.state.is_final:
            self._journal.append(self.job_id, event)
        self._perform(self.machine.handle(event))
        return self._journal.appended

    def call_cancelled(self, node: str, task: int, attempt: int, call_id: str, reason: str) -> None:
        """User code gives a call up."""
        self._call_ended(CallKey(node, task, attempt, call_id), CallOutcome(stopped=reason or "the caller gave it up"))

    def _call_ended(self, key: CallKey, outcome: CallOutcome) -> None:
        call = self.machine.calls.find(key)
        if call is not None and call.answer is None and not self.machine.state.is_final:
            self._take(CallEnded(at=self._clock.now(), **key._asdict(), outcome=outcome))

    def reattached(self, node: str, task: int, attempt: int) -> None:
        """The worker of a task came back: it hears the answers to its calls again."""
        self._perform(self.machine.calls.answers((node, task, attempt)))

    def stop(self, reason: str, user: str = "") -> None:
        """Somebody wants the job to end. Nothing happens when it has."""
        if not self.machine.state.is_final:
            self._take(StopRequested(at=self._clock.now(), reason=reason, user=user))

    def pause(self, user: str) -> None:
        """Somebody wants the job held. Nothing happens when it is, or has ended."""
        if not self.machine.state.is_final and self.machine.state is not JobState.PAUSED:
            self._take(PauseRequested(at=self._clock.now(), user=user))

    def unpause(self, user: str) -> None:
        """Somebody wants a held job to go on. Nothing happens when it is not held."""
        if self.machine.state is JobState.PAUSED:
            self._take(ResumeRequested(at=self._clock.now(), user=user))

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

    @property
    def visible_state(self) -> JobState:
        """Its state as people may see it, as in ``view``."""
        if self.final_view is not None:
            return self.final_view.state
        state = self.machine.state
        return JobState.ACTIVE if state.is_final else state

    @property
    def delayed(self) -> Mapping[str, int]:
        """Tasks by node that wait for the time of their next try."""
        return self._timers.waiting

    @property
    def is_storing(self) -> bool:
        """Whether it waits for a store."""
        return self._working is not None

    async def close(self) -> None:
        """Lets go of the job without ending it."""
        self._timers.cancel()
        await self._calls.close()
        if self._working is not None:
            self._working.cancel()
            await asyncio.wait([self._working])

    def _take(self, event: JobEvent) -> None:
        self._journal.append(self.job_id, event)
        self._perform(self.machine.handle(event))

    def _expect(self) -> None:
        self._queues.expect(self.job_id, sorted({n.algorithm for n in self.record.pipeline.nodes}))

    # Commands

    def _perform(self, commands: Sequence[Work]) -> None:
        for command in commands:
            # Holding and releasing never wait: both also count for tasks that come later.
            waits = self._working is not None and not isinstance(command, HoldTasks | ReleaseTasks)
            if waits or not self._do_now(command):
                self._backlog.append(command)
                if self._working is None:
                    self._working = asyncio.create_task(self._work(), name=f"job-{self.job_id}")
                    self._working.add_done_callback(self._worked)

    def _load_values(self) -> None:
        """Values of tasks must be read from the journal: that waits its turn behind what is under way."""
        if not any(isinstance(work, LoadValues) for work in self._backlog):
            self._perform([LoadValues()])

    def _worked(self, work: asyncio.Task[None]) -> None:
        """A defect, or a lost lease, must not leave the job hanging: the role ends with it."""
        if not work.cancelled() and (error := work.exception()) is not None:
            self._listener.broken(error)

    def _do_now(self, command: Work) -> bool:
        """Carries a command out if that needs no waiting."""
        match command:
            case StartNode(node=node):
                context = self._inputs.context_now(node)
                if context is None:
                    return False
                self._contexts[node] = context
            case RunTasks():
                self._run(command)
            case ReportProgress():
                self._listener.changed(self)
            case TakeNote(note=note):
                self._journal.append(self.job_id, note)
            case CancelTasks(reason=reason):
                self._queues.cancel(self.job_id, reason)
            case CancelSome(node=node, indices=tasks):
                self._queues.cancel_tasks(self.job_id, node, tasks, CancelReason.CALLER_ENDED)
            case HoldTasks():
                self._queues.hold(self.job_id)
            case ReleaseTasks():
                self._queues.release(self.job_id)
            case Readmit():
                self._listener.readmit(self)
            case StartCall(key=key, call=call):
                self._calls.start(key, call)
            case StopCall(key=key, reason=reason):
                self._calls.stop(key, reason)
            case AnswerCall():
                return self._answer_now(command)
            case EndJob() | LoadCached() | LoadValues():
                return False
            case _:
                assert_never(command)
        return True

    def _run(self, command: RunTasks) -> None:
        if self.machine.state.is_final:
            return
        node, tasks, attempt = command.node, command.indices, command.attempt
        if command.delay_seconds:
            self._timers.delay(command)
            return
        run, context = self.machine.nodes[node], self._contexts[node]
        if run.join is not None or run.spec.caller:
            self._feed.add(context, tasks, attempt, recovered=self._recovering)
        else:
            self._queues.enqueue(context, tasks, attempt, recovered=self._recovering)

    def _answer_now(self, command: AnswerCall) -> bool:
        """Tells the caller, if the output is at hand."""
        outcome = command.outcome
        if outcome is None:
            outputs = self._log.cached([command.result])
            if outputs is None:
                return False
            outcome = CallOutcome(output=outputs[0])
        self._queues.answer(self.job_id, *command.key, outcome)
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

    async def _do(self, command: Work) -> None:
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
            case LoadValues():
                await self._feed.run()
            case LoadCached():
                await self._load_cached()
            case AnswerCall(key=key, outcome=None, result=result):
                outputs = await self._log.load([result])
                self._queues.answer(self.job_id, *key, CallOutcome(output=outputs[0]))
            case RunTasks(node=node) if node not in self._contexts:
                pass  # its input could not be put together, the job is ending
            case _:
                self._do_now(command)

    def _fail(self, node: str, error: str) -> None:
        """Ends the job for a reason that is not a task's."""
        event = NodeFailed(at=self._clock.now(), node=node, error=error)
        self._journal.append(self.job_id, event)
        self._perform(self.machine.handle(event))

    async def _load_cached(self) -> None:
        """Takes the outputs of an earlier job over, then begins. A repetition begins anew and gives the same."""
        try:
            async for event in cached_outputs(self.record, self._tools.store, self._clock, self._log):
                chunk = self._log.add(event) if isinstance(event, TasksEnded) else None
                self._journal.append(self.job_id, event, chunk)
                self.machine.handle(event)
        except NotAllowedError as error:
            self._fail(self.record.pipeline.nodes[0].name, error.message)
            return
        self._expect()
        event = JobStarted(at=self._clock.now())
        self._journal.append(self.job_id, event)
        self._perform(self.machine.handle(event))
        self._timers.limit_active(self.machine.active_at)

    async def _finish(self) -> None:
        self._timers.cancel()
        await self._calls.settle()
        self._queues.forget(self.job_id)
        view = view_of(
            self.machine,
            job_id=self.job_id,
            submitted_at=self.record.submitted_at,
            at=self.machine.ended_at or self._clock.now(),
            running={},
        )
        await self._tools.finisher.finish(self.record, view, self.machine, self._log)
        self._log.close()
        self.final_view = view
        self.ended.set()
        self._listener.ended(self)


class RunnerListener(Protocol):
    """What a runner tells its role."""

    def changed(self, runner: JobRunner) -> None:
        """Its view has changed."""
        ...

    def readmit(self, runner: JobRunner) -> None:
        """It waits to become active again."""
        ...

    def ended(self, runner: JobRunner) -> None:
        """Its end is durable."""
        ...

    def broken(self, error: BaseException) -> None:
        """It cannot be driven on."""
        ...
