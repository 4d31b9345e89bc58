"""The history of a job, read from its journal: who or what, when, why, which attempt, on which worker."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, assert_never

from controlplane.domain import graph as graphs
from controlplane.domain.calls import CallKind, CallOutcome
from controlplane.domain.job_events import (
    CallEnded,
    CallRequested,
    JobEvent,
    JobStarted,
    NodeCached,
    NodeFailed,
    Noted,
    NoteKind,
    PauseRequested,
    ResumeRequested,
    StopRequested,
    TaskEnd,
    TasksEnded,
)
from controlplane.domain.pipeline import Retry, RetryPolicy
from controlplane.domain.records import JobRecord
from controlplane.domain.retry import tries_again


class HistoryKind(StrEnum):
    """The words are those of the API."""

    ACCEPTED = "accepted"
    STARTED = "started"
    PAUSED = "paused"
    RESUMED = "resumed"
    STOP_REQUESTED = "stop_requested"
    ENDED = "ended"
    NODE_STARTED = "node_started"
    NODE_ENDED = "node_ended"
    NODE_SKIPPED = "node_skipped"
    NODE_FAILED = "node_failed"
    TASK_SUCCEEDED = "task_succeeded"
    TASK_RETRIED = "task_retried"
    TASK_FAILED = "task_failed"
    CALL_STARTED = "call_started"
    CALL_ENDED = "call_ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One thing that happened."""

    at: float
    kind: HistoryKind
    user: str = ""
    node: str = ""
    batch_index: int | None = None
    """Task: its place in the batch from 1, 0 for single tasks; None when it is about no task."""
    attempt: int = 0
    worker: str = ""
    text: str = ""
    cursor: str = ""
    """Where it is in the history."""


_NOTES = {
    NoteKind.NODE_STARTED: HistoryKind.NODE_STARTED,
    NoteKind.NODE_ENDED: HistoryKind.NODE_ENDED,
    NoteKind.NODE_SKIPPED: HistoryKind.NODE_SKIPPED,
    NoteKind.ENDED: HistoryKind.ENDED,
}


class NodeFacts(NamedTuple):
    """What it takes to read a node's events."""

    retry: Retry
    is_batch: bool


_CALLED = NodeFacts(Retry(policy=RetryPolicy.NEVER), is_batch=True)
"""Nodes that calls made."""


def accepted(record: JobRecord) -> HistoryEntry:
    """The first entry of every history."""
    why = ", ".join(record.types)
    if record.parent_job_id:
        why += f" of job {record.parent_job_id}"
    if record.max_exceeded:
        why += "; it waits for other jobs of its pipeline"
    return HistoryEntry(at=record.submitted_at, kind=HistoryKind.ACCEPTED, user=record.user, text=why)


def facts_of(record: JobRecord) -> Mapping[str, NodeFacts]:
    """By node."""
    graph = graphs.build(record.pipeline, cached=record.cached_nodes)
    return {name: NodeFacts(spec.node.retry, spec.is_batch) for name, spec in graph.nodes.items()}


def entries(event: JobEvent, facts: Mapping[str, NodeFacts]) -> Iterator[HistoryEntry]:
    """What one event of the journal says."""
    match event:
        case TasksEnded(at=at, node=node, ends=ends, worker=worker):
            for end in ends:
                yield _task(at, node, end, worker, facts.get(node, _CALLED))
        case Noted(at=at, kind=kind, node=node, text=text):
            yield HistoryEntry(at=at, kind=_NOTES[kind], node=node, text=text)
        case JobStarted(at=at):
            yield HistoryEntry(at=at, kind=HistoryKind.STARTED)
        case StopRequested(at=at, reason=reason, user=user):
            yield HistoryEntry(at=at, kind=HistoryKind.STOP_REQUESTED, user=user, text=reason)
        case PauseRequested(at=at, user=user):
            yield HistoryEntry(at=at, kind=HistoryKind.PAUSED, user=user)
        case ResumeRequested(at=at, user=user):
            yield HistoryEntry(at=at, kind=HistoryKind.RESUMED, user=user)
        case NodeFailed(at=at, node=node, error=error):
            yield HistoryEntry(at=at, kind=HistoryKind.NODE_FAILED, node=node, text=error)
        case NodeCached(at=at, node=node, total=total):
            text = f"{total} outputs of an earlier job stand in for it"
            yield HistoryEntry(at=at, kind=HistoryKind.NODE_ENDED, node=node, text=text)
        case CallRequested(at=at, node=node, task=task, attempt=attempt, call=call):
            what = "pipeline" if call.kind is not CallKind.ALGORITHM else "algorithm"
            text = f"call {call.call_id} of {what} {call.name}".rstrip()
            place = _batch_index(node, task, facts)
            yield HistoryEntry(
                at=at, kind=HistoryKind.CALL_STARTED, node=node, batch_index=place, attempt=attempt, text=text
            )
        case CallEnded(at=at, node=node, task=task, attempt=attempt, call_id=call_id, outcome=outcome):
            text = f"call {call_id}: {_outcome(outcome)}"
            place = _batch_index(node, task, facts)
            yield HistoryEntry(
                at=at, kind=HistoryKind.CALL_ENDED, node=node, batch_index=place, attempt=attempt, text=text
            )
        case _:
            assert_never(event)


def _batch_index(node: str, task: int, facts: Mapping[str, NodeFacts]) -> int:
    return task + 1 if facts.get(node, _CALLED).is_batch else 0


def _task(at: float, node: str, end: TaskEnd, worker: str, facts: NodeFacts) -> HistoryEntry:
    if end.failure is None:
        kind, text = HistoryKind.TASK_SUCCEEDED, ""
    else:
        again = tries_again(facts.retry, end.failure, end.attempt)
        kind = HistoryKind.TASK_RETRIED if again else HistoryKind.TASK_FAILED
        text = f"{end.failure.category.value}: {end.failure.text()}"
    place = end.task + 1 if facts.is_batch else 0
    return HistoryEntry(at=at, kind=kind, node=node, batch_index=place, attempt=end.attempt, worker=worker, text=text)


def _outcome(outcome: CallOutcome) -> str:
    if outcome.failure is not None:
        return outcome.failure.text()
    return outcome.stopped or "completed"
