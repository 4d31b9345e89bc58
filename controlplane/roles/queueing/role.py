"""The queueing role: every algorithm's queue, the workers that serve it, and what scaling wants to know of both.

All of it runs on the event loop without locks; a call changes memory and sends frames, nothing waits. What must
outlive the process is one small record per worker session, so that a restarted control plane knows whom to expect back
before it gives recovered tasks to anyone else.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import msgpack

from controlplane.domain.errors import UnavailableError
from controlplane.domain.job_events import CancelReason, TaskEnd
from controlplane.domain.task_context import NodeContext
from controlplane.domain.tokens import address, run_prefix
from controlplane.domain.values import Failure, FailureCategory
from controlplane.ports.catalog import AlgorithmCatalog
from controlplane.ports.demand import ConnectedWorker, QueueDemand
from controlplane.ports.dispatch import Admission, DurableMark, TaskSink, WorkerHello, WorkerLink
from controlplane.ports.state_store import Delete, DeletePrefix, Put, StateStore, Transaction, scan
from controlplane.ports.system import Clock, Ids
from controlplane.roles.queueing.session import Held, Session
from controlplane.roles.queueing.task_run import TaskRun
from controlplane.roles.writer import BackgroundWriter
from controlplane.scheduling.fair_queue import FairQueue, fair_share, weight_of

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


class AlgorithmQueue:
    """One algorithm's runs and workers."""

    def __init__(self) -> None:
        self.runs: dict[tuple[str, str], TaskRun] = {}
        self.fair: FairQueue[TaskRun] = FairQueue()
        self.sessions: dict[str, Session] = {}
        self.expecting: set[str] = set()
        """Jobs that will need it."""

    @property
    def waiting(self) -> int:
        return sum(run.waiting for run in self.runs.values())

    @property
    def granted(self) -> int:
        return sum(run.granted for run in self.runs.values())


class QueueingRole:
    """Implements ``TaskQueues``, ``WorkerDoor`` and ``DemandSource``."""

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
        self._awaited: set[str] = set()
        """Sessions from before a restart that may come back; recovered tasks wait for them."""
        self._held_back: list[TaskRun] = []
        """Runs that wait for ``_awaited`` to empty."""
        self._unacknowledged: set[Session] = set()
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._on_demand: list[Callable[[], None]] = []
        self._writer = BackgroundWriter(store, clock)
        sink.on_durable(self._became_durable)
        catalog.on_change(self._retire_outdated)

    async def recover(self) -> None:
        """Reads who was connected before a restart. Call before drivers recover their jobs."""
        async for entry in scan(self._store, SESSIONS):
            self._awaited.add(entry.key.removeprefix(SESSIONS))
        if self._awaited:
            asyncio.get_running_loop().call_later(self._settings.restart_grace_seconds, self._open_gate)

    async def run(self, stopping: asyncio.Event) -> None:
        """Writes session records until told to stop; then no worker is expected back."""
        await self._writer.run(stopping)
        for timer in self._timers.values():
            timer.cancel()
        await self._store.commit(Transaction([DeletePrefix(SESSIONS)]))

    # TaskQueues

    def enqueue(self, context: NodeContext, tasks: Sequence[int], attempt: int, *, recovered: bool) -> None:
        queue = self._queue(context.algorithm)
        runs = self._jobs.setdefault(context.job_id, {})
        run = runs.get(context.node)
        if run is None:
            run = TaskRun(context, run_prefix(self._token_key, context.job_id, context.node))
            runs[context.node] = run
            queue.runs[context.job_id, context.node] = run
            self._by_prefix[run.prefix] = run
        run.add(tasks, attempt, first=attempt > 1)
        if recovered and self._awaited:
            self._held_back.append(run)
        else:
            self._offer(queue, run)

    def cancel(self, job_id: str, reason: CancelReason) -> None:
        touched = {run.context.algorithm for run in self._jobs.get(job_id, {}).values()}
        for name in touched:
            for session in self._queues[name].sessions.values():
                session.cancel_job(job_id, reason)
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
        self._demand_changed()

    def running(self, job_id: str) -> Mapping[str, int]:
        return {node: run.granted for node, run in self._jobs.get(job_id, {}).items() if run.granted}

    # WorkerDoor

    def admit(self, hello: WorkerHello, link: WorkerLink) -> Admission:
        if self._catalog.get(hello.algorithm) is None:
            raise UnavailableError(f"algorithm {hello.algorithm} is not runnable now")
        session = self._sessions.get(hello.session_id) if hello.session_id else None
        known = session is not None or hello.session_id in self._awaited
        if session is None:
            # After a restart the session goes on under its old name.
            name = hello.session_id if known else self._ids.text(16)
            session = Session(name, hello, link, self)
            self._add(session)
        else:
            self._leave_unreceived(session, hello.held_tokens)
            session.link = None
        session.reconnected(link, hello.assigned_tasks if known else 0)
        drop = self._reconcile(session, hello.held_tokens) if known else ()
        session.retired = session.retired or self._is_outdated(session)
        self._stop_waiting_for(hello.session_id)
        self._demand_changed()
        return Admission(session, known, drop)

    def context_of(self, token: bytes) -> NodeContext | None:
        at = address(token)
        run = self._by_prefix.get(at.prefix) if at else None
        return run.context if run else None

    def _add(self, session: Session) -> None:
        hello = session.hello
        session.idle_since = self._clock.monotonic()
        session.last_seen = session.idle_since
        self._sessions[session.session_id] = session
        self._by_worker[hello.worker_id] = session
        self._queue(hello.algorithm).sessions[session.session_id] = session
        record = {"algorithm": hello.algorithm, "version": hello.version, "worker": hello.worker_id, "pid": hello.pid}
        self._writer.write(Put(SESSIONS + session.session_id, msgpack.packb(record)))
        self._arm(session, self._settings.lease_seconds)

    def _reconcile(self, session: Session, tokens: Sequence[bytes]) -> list[bytes]:
        """Takes note of what a worker that came back holds; returns what it is to forget."""
        drop: list[bytes] = []
        for text in tokens:
            if text in session.held:
                continue
            at = address(text)
            run = self._by_prefix.get(at.prefix) if at else None
            if at is not None and run is not None and run.adopt(at.task, at.attempt):
                session.adopt(text, run, at.task, at.attempt)
            else:
                drop.append(text)
        return drop

    def _leave_unreceived(self, session: Session, tokens: Sequence[bytes]) -> None:
        """What we sent and the worker does not have goes back into the queue."""
        has = set(tokens)
        for text in [t for t in session.held if t not in has]:
            held = session.held.pop(text)
            held.run.granted -= 1
            self._return(held)

    # Owner of sessions

    def report(self, run: TaskRun, ends: Sequence[TaskEnd]) -> DurableMark | None:
        return self._sink.tasks_ended(run.context.job_id, run.context.node, ends)

    def give_back(self, run: TaskRun, task: int, attempt: int) -> None:
        run.add((task,), attempt, first=True)
        self._offer(self._queue(run.context.algorithm), run)

    def seen(self, session: Session) -> None:
        session.last_seen = self._clock.monotonic()
        session.became_durable(self._sink.durable_mark())
        if session.wants_acknowledgement:
            self._unacknowledged.add(session)

    def refill(self, session: Session) -> None:
        queue = self._queue(session.hello.algorithm)
        while session.room > 0:
            run = queue.fair.first()
            if run is None:
                break
            if not self._serve(queue, run, session):
                break
        self._note_idleness(session)

    def _note_idleness(self, session: Session) -> None:
        if session.held:
            session.idle_since = 0.0
        elif session.idle_since == 0.0:
            session.idle_since = self._clock.monotonic()
            self._demand_changed()

    def gone(self, session: Session) -> None:
        """The stream broke. Its tasks wait for the worker, which may be running any of them, also one it was sent last."""
        self._arm(session, self._settings.resume_grace_seconds)
        self._demand_changed()

    # DemandSource

    def demand(self) -> Mapping[str, QueueDemand]:
        return {
            name: QueueDemand(tasks=queue.waiting + queue.granted, expected=bool(queue.expecting))
            for name, queue in self._queues.items()
            if queue.runs or queue.expecting
        }

    def connected(self) -> Sequence[ConnectedWorker]:
        return [
            ConnectedWorker(
                worker_id=session.hello.worker_id,
                algorithm=session.hello.algorithm,
                version=session.hello.version,
                host=session.hello.host,
                pid=session.hello.pid,
                busy=bool(session.held),
                idle_since=session.idle_since,
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
            queue = self._queues[algorithm] = AlgorithmQueue()
        return queue

    def _offer(self, queue: AlgorithmQueue, run: TaskRun) -> None:
        """New waiting tasks: into the fair queue, and out to workers with room, the least loaded first."""
        if not run.queued and run.waiting:
            run.queued = True
            queue.fair.push(run, weight_of(run.context.priority))
        ready = sorted((s for s in queue.sessions.values() if s.room > 0), key=lambda s: len(s.held))
        for position, session in enumerate(ready):
            first = queue.fair.first()
            if first is None:
                break
            while session.room > 0 and first is not None:
                if not self._serve(queue, first, session, sharers=len(ready) - position):
                    break
                # One share each before anybody gets a second one.
                if position < len(ready) - 1:
                    break
                first = queue.fair.first()
            self._note_idleness(session)
        self._demand_changed()

    def _serve(self, queue: AlgorithmQueue, run: TaskRun, session: Session, *, sharers: int | None = None) -> bool:
        """Grants one turn of the fair queue's first run to a worker; False when that granted nothing."""
        workers = sharers or sum(1 for s in queue.sessions.values() if s.link is not None and not s.retired)
        share = fair_share(run.waiting, workers, session.room, self._settings.quantum)
        tasks = run.take(share) if share else []
        more = run.waiting > 0
        run.queued = more
        queue.fair.served(len(tasks), more=more)
        if tasks:
            session.grant(run, tasks)
            self._sink.tasks_started(run.context.job_id)
        return bool(tasks) or not more

    def _return(self, held: Held) -> None:
        if not held.run.cancelled:
            self.give_back(held.run, held.task, held.attempt)

    def _open_gate(self) -> None:
        """Recovered tasks may go to anyone from here on."""
        self._awaited.clear()
        held_back, self._held_back = self._held_back, []
        for run in held_back:
            if not run.cancelled:
                self._offer(self._queue(run.context.algorithm), run)

    def _stop_waiting_for(self, session_id: str) -> None:
        if session_id in self._awaited:
            self._awaited.discard(session_id)
            if not self._awaited:
                self._open_gate()

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

    def _arm(self, session: Session, seconds: float) -> None:
        old = self._timers.pop(session.session_id, None)
        if old is not None:
            old.cancel()
        loop = asyncio.get_running_loop()
        self._timers[session.session_id] = loop.call_later(seconds, self._lease_due, session)

    def _lease_due(self, session: Session) -> None:
        if session.link is None:
            self._end(session, "its connection broke and it did not come back")
            return
        silent = self._clock.monotonic() - session.last_seen
        if silent >= self._settings.lease_seconds:
            session.link.close()
            self._end(session, f"it was silent for {silent:.0f} s")
        else:
            self._arm(session, self._settings.lease_seconds - silent)

    def _end(self, session: Session, reason: str) -> None:
        """The worker is gone for good: its tasks fail as lost, and their nodes' retry policies decide."""
        if self._sessions.pop(session.session_id, None) is None:
            return
        timer = self._timers.pop(session.session_id, None)
        if timer is not None:
            timer.cancel()
        hello = session.hello
        if self._by_worker.get(hello.worker_id) is session:
            del self._by_worker[hello.worker_id]
        del self._queue(hello.algorithm).sessions[session.session_id]
        self._unacknowledged.discard(session)
        self._writer.write(Delete(SESSIONS + session.session_id))
        failure = Failure(category=FailureCategory.LOST, message=f"worker was lost: {reason}", source=hello.worker_id)
        by_run: dict[TaskRun, list[TaskEnd]] = {}
        for held in session.take_all():
            if not held.run.cancelled:
                by_run.setdefault(held.run, []).append(TaskEnd(held.task, held.attempt, None, failure))
        for run, ends in by_run.items():
            self.report(run, ends)
        self._demand_changed()

    def _demand_changed(self) -> None:
        for callback in self._on_demand:
            callback()
