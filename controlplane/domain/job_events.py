"""What happens to a job, and what its machine wants done about it.

Events are what the journal keeps: the same events in the same order give the same commands.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from controlplane.domain.calls import Call, CallOutcome
from controlplane.domain.values import Failure, Payload


class JobState(StrEnum):
    """The words are those of the REST API."""

    PENDING = "pending"
    ACTIVE = "active"
    COMPLETED = "completed"
    FAILED = "failed"
    STOPPED = "stopped"
    PAUSED = "paused"
    RESUMED = "resumed"

    @property
    def is_final(self) -> bool:
        return self in (JobState.COMPLETED, JobState.FAILED, JobState.STOPPED)


class UserAction(NamedTuple):
    """What somebody did to a job."""

    at: float
    action: str
    """``pause``, ``resume`` or ``stop``."""
    user: str


class TaskEnd(NamedTuple):
    """How one attempt of one task ended; exactly one of output and failure is set."""

    task: int
    """Place in its node, from 0."""
    attempt: int
    output: Payload | None
    failure: Failure | None
    took_us: int = 0
    """Microseconds from when its worker began with it to its end; 0 when the worker does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStarted:
    """The job became active: for the first time, or again after a pause."""

    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TasksEnded:
    """Attempts of tasks of one node ended."""

    at: float
    node: str
    first_result: int
    """Number of the first end's output in the job's result log; the others follow."""
    ends: Sequence[TaskEnd]
    worker: str = ""
    """Who ran them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRequested:
    """Somebody, or a ttl, wants the job to end."""

    at: float
    reason: str
    user: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseRequested:
    """Somebody wants the job held: nothing new starts."""

    at: float
    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeRequested:
    """Somebody wants a held job to go on; it waits for ``JobStarted``."""

    at: float
    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeFailed:
    """A node cannot be run, for a reason that is no task's."""

    at: float
    node: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeCached:
    """Outputs of an earlier job stand in for a node of that job: its ``TasksEnded`` follow."""

    at: float
    node: str
    is_batch: bool
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRequested:
    """User code of a task called an algorithm or a pipeline."""

    at: float
    node: str
    task: int
    attempt: int
    call: Call


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnded:
    """A called pipeline ended, or a call was given up. Calls of algorithms end with their task."""

    at: float
    node: str
    task: int
    attempt: int
    call_id: str
    outcome: CallOutcome


class NoteKind(StrEnum):
    """What notes are about."""

    NODE_STARTED = "node_started"
    NODE_ENDED = "node_ended"
    NODE_SKIPPED = "node_skipped"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """Something that follows from the other events, kept so that a job's history can be read without repeating them."""

    at: float
    kind: NoteKind
    node: str = ""
    text: str = ""


JobEvent = (
    JobStarted
    | TasksEnded
    | StopRequested
    | PauseRequested
    | ResumeRequested
    | NodeFailed
    | NodeCached
    | CallRequested
    | CallEnded
    | Noted
)


@dataclass(frozen=True, slots=True)
class RunTasks:
    """These tasks of a node are runnable, for the given attempt."""

    node: str
    indices: Sequence[int]
    attempt: int
    delay_seconds: float = 0.0
    """Not before this has passed."""


@dataclass(frozen=True, slots=True)
class StartNode:
    """A node is runnable for the first time: its inputs are known from here on. ``RunTasks`` follows."""

    node: str


class CancelReason(StrEnum):
    """Why a worker is told to stop a task."""

    STOPPED = "stopped"
    """Somebody, or a ttl, ended the job."""
    JOB_FAILED = "job_failed"
    CALLER_ENDED = "caller_ended"
    """The task that called this one has ended."""


@dataclass(frozen=True, slots=True)
class CancelTasks:
    """Whatever the job still has in queues and on workers is not wanted any more."""

    reason: CancelReason


@dataclass(frozen=True, slots=True)
class EndJob:
    """The job is over; its result can be put together."""

    state: JobState
    error: str = ""
    node: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ReportProgress:
    """Counts have changed."""


@dataclass(frozen=True, slots=True)
class CancelSome:
    """Tasks of a node are not wanted any more: whoever called them has ended."""

    node: str
    indices: Sequence[int]


@dataclass(frozen=True, slots=True)
class HoldTasks:
    """Nothing more of the job is to start."""


@dataclass(frozen=True, slots=True)
class ReleaseTasks:
    """Ends ``HoldTasks``."""


@dataclass(frozen=True, slots=True)
class Readmit:
    """The job waits to become active again."""


class CallKey(NamedTuple):
    """Names a call in its job."""

    node: str
    task: int
    attempt: int
    call_id: str


@dataclass(frozen=True, slots=True)
class StartCall:
    """A pipeline that user code called is to be run."""

    key: CallKey
    call: Call


@dataclass(frozen=True, slots=True)
class StopCall:
    """A called pipeline is not wanted any more."""

    key: CallKey
    reason: str


@dataclass(frozen=True, slots=True)
class AnswerCall:
    """The caller is to be told how its call ended."""

    key: CallKey
    outcome: CallOutcome | None
    result: int = -1
    """Without ``outcome``: number of the output in the result log, -1 for null."""


@dataclass(frozen=True, slots=True)
class TakeNote:
    note: Noted


JobCommand = (
    RunTasks
    | StartNode
    | CancelTasks
    | CancelSome
    | HoldTasks
    | ReleaseTasks
    | Readmit
    | StartCall
    | StopCall
    | AnswerCall
    | TakeNote
    | EndJob
    | ReportProgress
)
