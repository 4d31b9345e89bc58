"""Jobs, results and log lines as messages of the contract."""

import json
from collections.abc import Sequence

from google.protobuf.timestamp_pb2 import Timestamp

from controlplane.api.payloads import fill_payload
from controlplane.domain.errors import NotFoundError
from controlplane.domain.history import HistoryEntry
from controlplane.domain.ids import task_id
from controlplane.domain.job_events import JobState
from controlplane.domain.job_view import JobView, NodeView
from controlplane.domain.reasons import Reason, ReasonCode
from controlplane.domain.records import ResultItem
from controlplane.domain.storage_paths import JOB_OBJECTS
from controlplane.domain.values import JSON, Payload
from controlplane.ports.job_queue import QueuedJob
from controlplane.ports.logs import LogFilter, LogLine
from distributedkube.api.job.v1 import job_pb2, job_service_pb2
from distributedkube.api.queue.v1 import queue_pb2

BIG_RESULT_BYTES = 100 * 1024
"""Outputs of this size or more are not put into a result; it says where they are."""

SCORE_DIGITS = 6

_JOB_STATES = {state: job_pb2.JobState.Value(f"JOB_STATE_{state.name}") for state in JobState}
_JOB_STATE_NAMES = {number: state for state, number in _JOB_STATES.items()}
_LOG_STREAMS = {
    "stdout": job_pb2.LogLine.STREAM_STDOUT,
    "stderr": job_pb2.LogLine.STREAM_STDERR,
    "worker": job_pb2.LogLine.STREAM_WORKER,
}
_LOG_STREAM_NAMES = {number: name for name, number in _LOG_STREAMS.items()}
_MEBI = 1024 * 1024


def timestamp(seconds: float) -> Timestamp:
    """Seconds since the epoch, to the millisecond, as a message."""
    message = Timestamp()
    message.FromMilliseconds(int(seconds * 1000))
    return message


def optional_timestamp(seconds: float | None) -> Timestamp | None:
    """The same for a time that may not be known: constructors of messages leave a field out that is None."""
    return None if seconds is None else timestamp(seconds)


def job_state_number(state: JobState) -> "job_pb2.JobState.ValueType":
    return _JOB_STATES[state]


def job_state_from(number: int) -> JobState | None:
    return _JOB_STATE_NAMES.get(number)  # type: ignore[call-overload,no-any-return]


def job_status(view: JobView) -> job_pb2.JobStatus:
    status = job_pb2.JobStatus(
        job_id=view.job_id,
        timestamp=timestamp(view.at),
        pipeline=view.pipeline,
        status=_JOB_STATES[view.state],
        level="error" if view.state is JobState.FAILED else "info",
        reason=view.reason,
        error=view.error,
        node_name=view.failed_node,
        active_time=optional_timestamp(view.active_at),
        nodes=[_node_status(node) for node in view.nodes],
    )
    if view.progress is not None:
        status.data.progress = view.progress
        status.data.details = view.details
        status.data.states.update(view.states)
    if view.ended_at is not None:
        status.gross_time_took = round(view.ended_at - view.submitted_at, 3)
        if view.active_at is not None:
            status.net_time_took = round(view.ended_at - view.active_at, 3)
    return status


def _node_status(node: NodeView) -> job_pb2.NodeStatus:
    return job_pb2.NodeStatus(
        node_name=node.name,
        algorithm_name=node.algorithm,
        status=job_pb2.TaskState.Value(f"TASK_STATE_{node.state.upper()}"),
        batch=node.batch,
        total=node.total,
        states=node.states,
        error=node.error,
    )


def job_result(view: JobView, items: list[ResultItem]) -> job_pb2.JobResult:
    ended_at = view.ended_at or view.at
    numbers = {node.name: number for number, node in enumerate(view.nodes)}
    return job_pb2.JobResult(
        job_id=view.job_id,
        start_time=timestamp(view.submitted_at),
        pipeline=view.pipeline,
        status=_JOB_STATES[view.state],
        timestamp=timestamp(ended_at),
        time_took=round(ended_at - view.submitted_at, 3),
        data=[_result_item(item, view.job_id, numbers.get(item.node, 0)) for item in items],
        reason=view.reason,
        error=view.error,
        node_name=view.failed_node,
    )


def _result_item(item: ResultItem, job_id: str, node_number: int) -> job_pb2.ResultItem:
    message = job_pb2.ResultItem(node_name=item.node, algorithm_name=item.algorithm, error=item.error)
    if item.batch_index:
        message.batch_index = item.batch_index
    output = item.output
    if output is None:
        return message
    if is_big(output):
        own = f"{JOB_OBJECTS}{job_id}/{task_id(node_number, max(item.batch_index - 1, 0))}"
        message.info.path = output.ref.key if output.ref else own
        message.info.size = output.size_bytes
        message.info.is_big_data = True
        message.info.message = too_large(output.size_bytes)
    elif output.is_null:
        message.result.content_type = JSON
        message.result.data = b"null"
    else:
        fill_payload(message.result, output)
    return message


def is_big(output: Payload) -> bool:
    """Whether a value is only referred to where values are shown."""
    return output.ref is not None or output.size_bytes >= BIG_RESULT_BYTES


def too_large(size_bytes: int) -> str:
    """What is said in place of such a value."""
    return f"data too large ({size_bytes / _MEBI:.2f} MB), use the stream api"


def log_line(line: LogLine) -> job_pb2.LogLine:
    return job_pb2.LogLine(
        timestamp=timestamp(line.time),
        node_name=line.node,
        task_id=line.task_id,
        batch_index=line.batch_index,
        attempt=line.attempt,
        stream=_LOG_STREAMS.get(line.stream, job_pb2.LogLine.STREAM_UNSPECIFIED),
        level=line.level,
        message=line.text,
        fields={key: json.dumps(value).encode() for key, value in line.fields.items()},
    )


def log_filter(request: job_service_pb2.ListJobLogsRequest | job_service_pb2.WatchJobLogsRequest) -> LogFilter:
    return LogFilter(
        node=request.node_name,
        task_id=request.task_id,
        attempt=request.attempt,
        level=request.level,
        stream=log_stream(request.source),
        text=request.q,
    )


def log_stream(number: int) -> str:
    """Where lines come from; empty when it was not said."""
    return _LOG_STREAM_NAMES.get(number, "")  # type: ignore[call-overload,no-any-return]


def queued_job(job: QueuedJob) -> queue_pb2.QueuedJob:
    return queue_pb2.QueuedJob(
        job_id=job.job_id,
        experiment_name=job.experiment,
        pipeline_name=job.pipeline,
        priority=job.priority,
        max_exceeded=job.max_exceeded,
        entrance_time=timestamp(job.submitted_at),
        tags=job.tags,
        position=job.position,
        score=round(job.score, SCORE_DIGITS),
    )


def history_entry(entry: HistoryEntry) -> job_pb2.HistoryEntry:
    message = job_pb2.HistoryEntry(
        cursor=entry.cursor,
        timestamp=timestamp(entry.at),
        kind=job_pb2.HistoryEntry.Kind.Value(f"KIND_{entry.kind.name}"),
        user=entry.user,
        node_name=entry.node,
        attempt=entry.attempt,
        worker_id=entry.worker,
        message=entry.text,
    )
    if entry.batch_index is not None:
        message.batch_index = entry.batch_index
    return message


def reason(found: Reason) -> job_pb2.Reason:
    return job_pb2.Reason(
        code=job_pb2.Reason.Code.Value(f"CODE_{found.code.name}"),
        sentence=found.sentence,
        node_name=found.node,
        algorithm_name=found.algorithm,
        waiting_for=found.waiting_for,
        tasks_waiting=found.tasks_waiting,
        tasks_running=found.tasks_running,
        queue_position=found.queue_position,
        queue_length=found.queue_length,
        workers=found.workers,
        score=found.score,
    )


ENDED_WORDS = frozenset({"succeed", "failed", "skipped", "stopped"})
"""States of tasks that have ended."""


def explanation(view: JobView, reasons: Sequence[Reason] | None, node: str = "") -> job_service_pb2.ExplainJobResponse:
    """What holds a job, or one node of it; no reasons when nobody drives it. Raises ``NotFoundError`` for the node."""
    found = reasons or [why_not_driven(view)]
    if node:
        found = _about_node(view, found, node)
    return job_service_pb2.ExplainJobResponse(
        job_id=view.job_id,
        status=job_state_number(view.state),
        sentence=found[0].sentence,
        reasons=[reason(each) for each in found],
    )


def _about_node(view: JobView, reasons: Sequence[Reason], node: str) -> Sequence[Reason]:
    known = next((each for each in view.nodes if each.name == node), None)
    if known is None and view.nodes:
        raise NotFoundError("node", node)
    own = [each for each in reasons if each.node == node]
    if own or known is None or not set(known.states) <= ENDED_WORDS:
        return own or [each for each in reasons if not each.node] or [*reasons[:1]]
    counts = ", ".join(f"{count} {word}" for word, count in known.states.items())
    return [Reason(code=ReasonCode.ENDED, sentence=f"Node {node} has ended: {counts}.", node=node)]


def why_not_driven(view: JobView) -> Reason:
    """What to say of a job that nobody drives: it has ended, or was not taken up yet."""
    if not view.state.is_final:
        return Reason(code=ReasonCode.DRIVER, sentence="The job was accepted and is about to be taken up.")
    why = view.error or view.reason
    return Reason(code=ReasonCode.ENDED, sentence=f"The job has ended: {view.state.value}{': ' if why else ''}{why}.")
