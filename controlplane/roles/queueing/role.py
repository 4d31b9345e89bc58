"""The queueing role: every algorithm's queue, the workers that serve it, and what scaling wants to know of both.

All of it runs on the event loop without locks; a call changes memory and sends frames, nothing waits. What must
outlive the process is one small record per worker session, so that a restarted control plane knows whom to expect back
before it gives recovered tasks to anyone else.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import msgpack

from controlplane.domain.calls import Call, CallOutcome
from controlplane.domain.errors import UnavailableError
from controlplane.domain.job_events import CancelReason, TaskEnd
from controlplane.domain.job_tasks import TasksOnWorkers
from controlplane.domain.task_context import NodeContext, TaskValues
from controlplane.domain.tokens import address, run_prefix
from controlplane.domain.values import Failure, FailureCategory
from controlplane.ports.catalog import AlgorithmCatalog
from controlplane.ports.demand import ConnectedWorker, QueueDemand
from controlplane.ports.dispatch import Admission, DurableMark, QueueView, TaskSink, WorkerHello, WorkerLink
from controlplane.ports.state_store import Delete, DeletePrefix, Put, StateStore, Transaction, scan
from controlplane.ports.system import Clock, Ids
from controlplane.roles.queueing.algorithm_queue import AlgorithmQueue
from controlplane.roles.queueing.leases import Leases
from controlplane.roles.queueing.places import on_workers
from controlplane.roles.queueing.restart_gate import RestartGate
from controlplane.roles.queueing.session import Held, Session
from controlplane.roles.queueing.task_run import TaskRun
from controlplane.roles.writer import BackgroundWriter
from controlplane.scheduling.task_order import TaskOrderSettings

SESSIONS = "session/"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueingSettings:
    """How patient queues are with workers."""

    lease_seconds: float = 20.0
    """A worker silent for longer loses its tasks."""
    resume_grace_seconds: float = 30.0
    """A worker whose stream broke may come back for so long."""
    restart_grace_seconds: float = 2.0
    """After a restart, recovered tasks wait so long for the workers that may have them."""
    quantum: int = 64
    """Most tasks granted from one node before it is the next one's turn."""
    order: TaskOrderSettings = field(default_factory=TaskOrderSettings)
    """What makes a node's tasks urgent."""


class QueueingRole:
    """Implements ``TaskQueues``, ``TaskPlaces``, ``WorkerDoor`` and ``DemandSource``."""

    def __init__(
        self,
        *,
        sink: TaskSink,
        catalog: AlgorithmCatalog,
        store: StateStore,
        clock: Clock,
        ids: Ids,
        token_key: bytes,
        settings: QueueingSettings,
    ) -> None:
        self._sink = sink
        self._catalog = catalog
        self._store = store
        self._clock = clock
        self._ids = ids
        self._token_key = token_key
        self._settings = settings
        self._queues: dict[str, AlgorithmQueue] = {}
        self._jobs: dict[str, dict[str, TaskRun]] = {}
        """Runs by job and node."""
        self._by_prefix: dict[bytes, TaskRun] = {}
        self._sessions: dict[str, Session] = {}
        self._by_worker: dict[str, Session] = {}
        self._gate = RestartGate(self._offer)
        self._unacknowledged: set[Session] = set()
        self._on_hold: set[str] = set()
        """Jobs of which nothing is to be granted; shared with all queues."""
        self._leases = Leases(
            clock=clock,
            lease_seconds=settings.lease_seconds,
            resume_grace_seconds=settings.resume_grace_seconds,
            give_up=self._end,
        )
        self._on_demand: list[Callable[[], None]] = []
        self._writer = BackgroundWriter(store, clock)
        sink.on_durable(self._became_durable)
        catalog.on_change(self._retire_outdated)

    async def recover(self) -> None:
        """Reads who was connected before a restart. Call before drivers recover their jobs."""
        sessions = [entry.key.removeprefix(SESSIONS) async for entry in scan(self._store, SESSIONS)]
        self._gate.await_sessions(sessions, self._settings.restart_grace_seconds)

    async def run(self, stopping: asyncio.Event) -> None:
        """Writes session records until told to stop; then no worker is expected back."""
        await self._writer.run(stopping)
        self._leases.close()
        await self._store.commit(Transaction([DeletePrefix(SESSIONS)]))

    # TaskQueues

    def enqueue(
        self,
        context: NodeContext,
        tasks: Sequence[int],
        attempt: int,
        *,
        recovered: bool,
        values: Mapping[int, TaskValues] | None = None,
    ) -> None:
        queue = self._queue(context.algorithm)
        runs = self._jobs.setdefault(context.job_id, {})
        run = runs.get(context.node)
        if run is None:
            prefix = run_prefix(self._token_key, context.job_id, context.node, context.sources)
            run = TaskRun(context, prefix)
            runs[context.node] = run
            queue.runs[context.job_id, context.node] = run
            self._by_prefix[run.prefix] = run
        run.add(tasks, attempt, now=self._clock.monotonic(), first=attempt > 1, values=values)
        if recovered:
            self._gate.keep(run)
        self._offer((run,))

    def hold(self, job_id: str) -> None:
        self._on_hold.add(job_id)
        self._demand_changed()

    def release(self, job_id: str) -> None:
        self._on_hold.discard(job_id)
        self._offer(tuple(self._jobs.get(job_id, {}).values()))

    def cancel_tasks(self, job_id: str, node: str, tasks: Sequence[int], reason: CancelReason) -> None:
        run = self._run(job_id, node)
        if run is None:
            return
        unwanted = frozenset(tasks)
        run.discard(unwanted)
        if run.granted:
            for session in self._queue(run.context.algorithm).sessions.values():
                session.cancel(lambda held: held.run is run and held.task in unwanted, reason)
        self._demand_changed()

    def answer(self, job_id: str, node: str, task: int, attempt: int, call_id: str, outcome: CallOutcome) -> None:
        run = self._run(job_id, node)
        if run is None:
            return
        text = run.token_of(task, attempt)
        for session in self._queue(run.context.algorithm).sessions.values():
            if text in session.held and session.link is not None:
                session.link.answer(text, call_id, outcome)

    def explain(self, job_id: str) -> Mapping[str, QueueView]:
        by_algorithm: dict[str, list[TaskRun]] = {}
        for run in self._jobs.get(job_id, {}).values():
            if run.waiting or run.granted:
                by_algorithm.setdefault(run.context.algorithm, []).append(run)
        now = self._clock.monotonic()
        return {
            node: view
            for algorithm, runs in by_algorithm.items()
            for node, view in self._queue(algorithm).views(runs, now)
        }

    def cancel(self, job_id: str, reason: CancelReason) -> None:
        for name in {run.context.algorithm for run in self._jobs.get(job_id, {}).values()}:
            for session in self._queues[name].sessions.values():
                session.cancel(lambda held: held.run.context.job_id == job_id, reason)
        self.forget(job_id)

    def expect(self, job_id: str, algorithms: Sequence[str]) -> None:
        for name in algorithms:
            self._queue(name).expecting.add(job_id)
        self._demand_changed()

    def forget(self, job_id: str) -> None:
        for run in self._jobs.pop(job_id, {}).values():
            run.cancelled = True
            run.drop_waiting()
            queue = self._queues[run.context.algorithm]
            del queue.runs[job_id, run.context.node]
            del self._by_prefix[run.prefix]
            for session in queue.sessions.values():
                if session.link is not None:
                    session.link.drop_context(run.context)
        for queue in self._queues.values():
            queue.expecting.discard(job_id)
        self._on_hold.discard(job_id)
        self._demand_changed()

    def running(self, job_id: str) -> Mapping[str, int]:
        return {node: run.granted for node, run in self._jobs.get(job_id, {}).items() if run.granted}

    # TaskPlaces

    def on_workers(self, job_id: str) -> TasksOnWorkers:
        runs = list(self._jobs.get(job_id, {}).values())
        queues = [self._queue(algorithm) for algorithm in {run.context.algorithm for run in runs if run.granted}]
        sessions = (session for queue in queues for session in queue.sessions.values())
        return on_workers(runs, sessions, epoch=self._clock.now() - self._clock.monotonic())

    # WorkerDoor

    def admit(self, hello: WorkerHello, link: WorkerLink) -> Admission:
        if self._catalog.get(hello.algorithm) is None:
            raise UnavailableError(f"algorithm {hello.algorithm} is not runnable now")
        session = self._sessions.get(hello.session_id) if hello.session_id else None
        known = session is not None or self._gate.awaits(hello.session_id)
        if session is None:
            # After a restart the session goes on under its old name.
            name = hello.session_id if known else self._ids.text(16)
            session = Session(name, hello, link, self)
            self._add(session)
        else:
            for held in session.drop_unreceived(frozenset(hello.held_tokens)):
                self._return(held)
            session.link = None
        session.reconnected(link, hello.assigned_tasks if known else 0)
        drop = self._reconcile(session, hello.held_tokens) if known else ()
        if session.held:
            # Later, since answers must not overtake the welcome.
            asyncio.get_running_loop().call_soon(self._tell_reattached, session, link)
        session.retired = session.retired or self._is_outdated(session)
        self._gate.arrived(hello.session_id)
        self._demand_changed()
        return Admission(session, known, drop)

    def context_of(self, token: bytes) -> NodeContext | None:
        at = address(token)
        run = self._by_prefix.get(at.prefix) if at else None
        return run.context if run else None

    def _add(self, session: Session) -> None:
        hello = session.hello
        session.last_seen = self._clock.monotonic()
        session.note_idleness(session.last_seen)
        self._sessions[session.session_id] = session
        self._by_worker[hello.worker_id] = session
        self._queue(hello.algorithm).sessions[session.session_id] = session
        record = {"algorithm": hello.algorithm, "version": hello.version, "worker": hello.worker_id, "pid": hello.pid}
        self._writer.write(Put(SESSIONS + session.session_id, msgpack.packb(record)))
        self._leases.watch(session)

    def _reconcile(self, session: Session, tokens: Sequence[bytes]) -> list[bytes]:
        """Takes note of what a worker that came back holds; returns what it is to forget."""
        drop: list[bytes] = []
        for text in tokens:
            if session.still_holds(text):
                continue
            held = self._named(text)
            if held is not None and held.run.adopt(held.task, held.attempt):
                session.adopt(text, held)
            else:
                drop.append(text)
        return drop

    def _named(self, text: bytes) -> Held | None:
        """The task that a token names; None for one that had that number before a restart and is another one now."""
        at = address(text)
        run = self._by_prefix.get(at.prefix) if at else None
        if at is None or run is None or text != run.token_of(at.task, at.attempt):
            return None
        return Held(run, at.task, at.attempt)

    def _tell_reattached(self, session: Session, link: WorkerLink) -> None:
        """Answers to calls may have been lost with the old stream."""
        for text, held in list(session.held.items()):
            if session.link is link and text in session.held and not held.run.cancelled:
                context = held.run.context
                self._sink.reattached(context.job_id, context.node, held.task, held.attempt)

    # Owner of sessions

    def report(self, session: Session, run: TaskRun, ends: Sequence[TaskEnd]) -> DurableMark | None:
        return self._sink.tasks_ended(run.context.job_id, run.context.node, ends, session.hello.worker_id)

    def called(self, held: Held, call: Call) -> DurableMark | None:
        context = held.run.context
        return self._sink.called(context.job_id, context.node, held.task, held.attempt, call)

    def call_cancelled(self, held: Held, call_id: str, reason: str) -> None:
        context = held.run.context
        self._sink.call_cancelled(context.job_id, context.node, held.task, held.attempt, call_id, reason)

    def give_back(self, run: TaskRun, task: int, attempt: int) -> None:
        run.add((task,), attempt, now=self._clock.monotonic(), first=True)
        self._offer((run,))

    def seen(self, session: Session) -> None:
        session.last_seen = self._clock.monotonic()
        session.became_durable(self._sink.durable_mark())
        if session.wants_acknowledgement:
            self._unacknowledged.add(session)

    def refill(self, session: Session) -> None:
        now = self._clock.monotonic()
        self._queue(session.hello.algorithm).refill(session, now)
        if session.note_idleness(now):
            self._demand_changed()

    def slot_changed(self) -> None:
        """What a blocked worker has reserved is free for others, until it goes on."""
        self._demand_changed()

    def gone(self, session: Session) -> None:
        """The stream broke. Its tasks wait for the worker, which may be running any of them, also one it was sent last."""
        self._leases.stream_broke(session)
        self._demand_changed()

    # DemandSource

    def demand(self) -> Mapping[str, QueueDemand]:
        now = self._clock.monotonic()
        return {name: queue.demand(now) for name, queue in self._queues.items() if queue.runs or queue.expecting}

    def connected(self) -> Sequence[ConnectedWorker]:
        return [
            ConnectedWorker(
                worker_id=session.hello.worker_id,
                algorithm=session.hello.algorithm,
                version=session.hello.version,
                host=session.hello.host,
                pid=session.hello.pid,
                busy=session.busy,
                idle_since=session.idle_since or 0.0,
                blocked=session.blocked,
            )
            for session in self._sessions.values()
        ]

    def on_demand(self, callback: Callable[[], None]) -> None:
        self._on_demand.append(callback)

    def leave(self, worker_id: str, *, grace_seconds: float) -> None:
        session = self._by_worker.get(worker_id)
        if session is not None:
            session.retired = True
            if session.link is not None:
                session.link.leave("not needed any more", grace_seconds=grace_seconds)

    def lost(self, worker_id: str, reason: str) -> None:
        session = self._by_worker.get(worker_id)
        if session is not None:
            self._end(session, reason)

    # Inside

    def _queue(self, algorithm: str) -> AlgorithmQueue:
        queue = self._queues.get(algorithm)
        if queue is None:
            queue = self._queues[algorithm] = AlgorithmQueue(
                order=self._settings.order,
                quantum=self._settings.quantum,
                on_hold=self._on_hold,
                started=self._sink.tasks_started,
            )
        return queue

    def _run(self, job_id: str, node: str) -> TaskRun | None:
        return self._jobs.get(job_id, {}).get(node)

    def _offer(self, runs: Sequence[TaskRun]) -> None:
        """Runs that may have got work for workers."""
        now = self._clock.monotonic()
        for run in runs:
            self._queue(run.context.algorithm).offer(run, now)
        self._demand_changed()

    def _return(self, held: Held) -> None:
        if not held.run.cancelled:
            self.give_back(held.run, held.task, held.attempt)

    def _became_durable(self, mark: DurableMark) -> None:
        for session in list(self._unacknowledged):
            session.became_durable(mark)
            if not session.wants_acknowledgement:
                self._unacknowledged.discard(session)

    def _is_outdated(self, session: Session) -> bool:
        current = self._catalog.get(session.hello.algorithm)
        return current is None or current.version != session.hello.version

    def _retire_outdated(self) -> None:
        for session in self._sessions.values():
            session.retired = session.retired or self._is_outdated(session)
        self._demand_changed()

    def _end(self, session: Session, reason: str) -> None:
        """The worker is gone for good: its tasks fail as lost, and their nodes' retry policies decide."""
        if self._sessions.pop(session.session_id, None) is None:
            return
        self._leases.forget(session)
        hello = session.hello
        if self._by_worker.get(hello.worker_id) is session:
            del self._by_worker[hello.worker_id]
        del self._queue(hello.algorithm).sessions[session.session_id]
        self._unacknowledged.discard(session)
        self._writer.write(Delete(SESSIONS + session.session_id))
        failure = Failure(category=FailureCategory.LOST, message=f"worker was lost: {reason}", source=hello.worker_id)
        by_run: dict[TaskRun, list[TaskEnd]] = {}
        for held in session.take_all():
            by_run.setdefault(held.run, []).append(TaskEnd(held.task, held.attempt, None, failure))
        for run, ends in by_run.items():
            self.report(session, run, ends)
        self._demand_changed()

    def _demand_changed(self) -> None:
        for callback in self._on_demand:
            callback()
