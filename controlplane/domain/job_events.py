"""What happens to a job, and what its machine wants done about it.

Events are what the journal keeps: the same events in the same order give the same commands.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

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


class TaskEnd(NamedTuple):
    """How one attempt of one task ended; exactly one of output and failure is set."""

    task: int
    """Place in its node, from 0."""
    attempt: int
    output: Payload | None
    failure: Failure | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStarted:
    """A driver took the job up for the first time."""

    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TasksEnded:
    """Attempts of tasks of one node ended."""

    at: float
    node: str
    first_result: int
    """Number of the first end's output in the job's result log; the others follow."""
    ends: Sequence[TaskEnd]


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRequested:
    """Somebody, or a ttl, wants the job to end."""

    at: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeFailed:
    """A node cannot be run, for a reason that is no task's."""

    at: float
    node: str
    error: str


JobEvent = JobStarted | TasksEnded | StopRequested | NodeFailed


@dataclass(frozen=True, slots=True)
class RunTasks:
    """These tasks of a node are runnable, for the given attempt."""

    node: str
    indices: Sequence[int]
    attempt: int


@dataclass(frozen=True, slots=True)
class StartNode:
    """A node is runnable for the first time: its inputs are known from here on. ``RunTasks`` follows."""

    node: str


class CancelReason(StrEnum):
    """Why a worker is told to stop a task."""

    STOPPED = "stopped"
    """Somebody, or a ttl, ended the job."""
    JOB_FAILED = "job_failed"


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


JobCommand = RunTasks | StartNode | CancelTasks | EndJob | ReportProgress
