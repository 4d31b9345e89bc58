"""Where drivers, queues and worker sessions meet. Embedded these are function calls; between replicas, streams.

A driver enqueues tasks; a queue grants them to workers through their links and reports how they ended to the driver's sink.
Calls here do not block and are made on the event loop.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple, NewType, Protocol

from controlplane.domain.calls import Call, CallOutcome
from controlplane.domain.job_events import CancelReason, TaskEnd
from controlplane.domain.task_context import NodeContext, TaskValues
from controlplane.domain.values import Failure, Payload

DurableMark = NewType("DurableMark", int)
"""A position in a driver's journal; what was reported before it is durable once the journal has passed it."""


class TaskQueues(Protocol):
    """What drivers ask of queues."""

    def enqueue(
        self,
        context: NodeContext,
        tasks: Sequence[int],
        attempt: int,
        *,
        recovered: bool,
        values: Mapping[int, TaskValues] | None = None,
    ) -> None:
        """Tasks that may run now. ``recovered``: found after a restart, so a worker may be running them already.

        ``values``: what each task has of its own; kept until it ends. None when the node's context says it all.
        """
        ...

    def hold(self, job_id: str) -> None:
        """Grants no more tasks of a job, now and when more come in, until ``release``. What runs goes on."""
        ...

    def release(self, job_id: str) -> None:
        """Ends a ``hold``."""
        ...

    def cancel_tasks(self, job_id: str, node: str, tasks: Sequence[int], reason: CancelReason) -> None:
        """Drops and stops some tasks of a node; nothing is reported of them any more."""
        ...

    def answer(self, job_id: str, node: str, task: int, attempt: int, call_id: str, outcome: CallOutcome) -> None:
        """Tells whoever runs a task how one of its calls ended. Nothing happens when nobody does."""
        ...

    def explain(self, job_id: str) -> Mapping[str, "QueueView"]:
        """Where the runnable nodes of a job are, by node."""
        ...

    def cancel(self, job_id: str, reason: CancelReason) -> None:
        """Drops what a job has queued and stops what it has running; nothing is reported of it any more."""
        ...

    def expect(self, job_id: str, algorithms: Sequence[str]) -> None:
        """A job will need workers of these soon, so that they can be warmed. Ends with ``forget``."""
        ...

    def forget(self, job_id: str) -> None:
        """The job has ended by itself."""
        ...

    def running(self, job_id: str) -> Mapping[str, int]:
        """Tasks on workers, by node."""
        ...


class TaskSink(Protocol):
    """What queues tell drivers."""

    def tasks_ended(self, job_id: str, node: str, ends: Sequence[TaskEnd], worker: str = "") -> DurableMark | None:
        """Attempts ended on a worker. The answer says when that is durable; None when the job is unknown or over."""
        ...

    def tasks_started(self, job_id: str) -> None:
        """Tasks of the job went to workers: its view has changed."""
        ...

    def called(self, job_id: str, node: str, task: int, attempt: int, call: Call) -> DurableMark | None:
        """A task calls an algorithm or a pipeline. May be repeated. The answer is as for ``tasks_ended``."""
        ...

    def call_cancelled(self, job_id: str, node: str, task: int, attempt: int, call_id: str, reason: str) -> None:
        """A task gives a call up."""
        ...

    def reattached(self, job_id: str, node: str, task: int, attempt: int) -> None:
        """A worker came back with this task: answers to its calls may have been lost on the way."""
        ...

    def durable_mark(self) -> DurableMark:
        """How far the journal is durable."""
        ...

    def on_durable(self, callback: Callable[[DurableMark], None]) -> None:
        """Calls back each time the journal has become durable further."""
        ...


class QueueView(NamedTuple):
    """Where the tasks of one node are."""

    algorithm: str
    waiting: int
    running: int
    position: int
    """Place of the node in its algorithm's queue, from 1; 0 when nothing of it waits."""
    length: int
    """Nodes in that queue."""
    workers: int
    """Connected workers of the algorithm."""
    held: bool
    score: Mapping[str, float]
    """Parts of the score that gave it its place, by heuristic."""


class Grant(NamedTuple):
    """One task given to a worker."""

    token: bytes
    task: int
    attempt: int
    values: TaskValues | None = None


class CancelMode(Enum):
    GRACEFUL = auto()
    FORCE = auto()


class WorkerLink(Protocol):
    """The control plane's end of one worker's stream."""

    def assign(self, context: NodeContext, grants: Sequence[Grant]) -> None:
        """Sends tasks, and their context first if the worker does not have it."""
        ...

    def drop_context(self, context: NodeContext) -> None: ...

    def cancel(self, tokens: Sequence[bytes], mode: CancelMode, reason: CancelReason) -> None: ...

    def refuse(self, token: bytes) -> None:
        """A result was not recorded: its attempt is not the current one, or there is a result already."""
        ...

    def answer(self, token: bytes, call_id: str, outcome: CallOutcome) -> None:
        """How a call of a task ended."""
        ...

    def acknowledge(self, seq: int) -> None:
        """The worker's frames up to this one are durable."""
        ...

    def leave(self, reason: str, *, grace_seconds: float) -> None:
        """Asks the worker to finish what it has begun, give back the rest and end."""
        ...

    def close(self) -> None:
        """Ends the stream; the worker may come back and resume."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerHello:
    """A worker that connects."""

    worker_id: str
    algorithm: str
    version: str
    host: str
    pid: int
    session_id: str = ""
    """Session to go on with; empty for a new one."""
    held_tokens: Sequence[bytes] = ()
    assigned_tasks: int = 0
    """Tasks that it was assigned in the session so far."""


class Ended(NamedTuple):
    """How a worker says that a task ended."""

    token: bytes
    output: Payload | None
    failure: Failure | None
    released: bool
    """Given back before it began. Without output, failure and this: it was cancelled."""
    took_us: int = 0
    """Microseconds that it took on the worker; 0 when the worker does not say."""


class WorkerSession(Protocol):
    """A connected worker; the API calls this as frames arrive."""

    @property
    def session_id(self) -> str: ...

    def credit(self, max_tasks: int) -> None: ...

    def ended(self, ends: Sequence[Ended]) -> None:
        """Results of the frame that is being taken in."""
        ...

    def called(self, token: bytes, call: Call) -> None:
        """A call in the frame that is being taken in; the frame is acknowledged when the call is durable."""
        ...

    def call_cancelled(self, token: bytes, call_id: str, reason: str) -> None: ...

    def slot(self, token: bytes, *, blocked: bool) -> None:
        """A task only waits for its calls, or goes on."""
        ...

    def frame_done(self, seq: int) -> None:
        """The frame ``seq`` was taken in."""
        ...

    def disconnected(self, link: "WorkerLink") -> None:
        """That stream is gone; the worker may come back within its grace, or has on another one."""
        ...


class Admission(NamedTuple):
    session: WorkerSession
    resumed: bool
    drop_tokens: Sequence[bytes]
    """Held tasks that the worker is to forget."""


class WorkerDoor(Protocol):
    """Where workers come in."""

    def admit(self, hello: WorkerHello, link: WorkerLink) -> Admission:
        """Raises ``UnavailableError`` when the algorithm cannot run now."""
        ...

    def context_of(self, token: bytes) -> NodeContext | None:
        """The node that a task belongs to, if its job is under way."""
        ...
