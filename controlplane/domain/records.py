"""Keys and records of the state store: what is kept of jobs, and how it is written. Pure: bytes in, values out, and back.

=====================================  ===================================================================
key                                    what
=====================================  ===================================================================
``job/<id>``                           ``JobRecord``, written once
``job-part/<id>/<n>``                  pieces of what is too large for it
``job-order/<time>/<id>``              jobs, newest first
``live/<experiment>/<pipeline>/<id>``  the job has not ended: for limits of pipelines
``live-gate/<experiment>/<pipeline>``  written with each job that is limited, so that two cannot count at once
``request/<request id>``               job id that a request made
``open/<shard>/<id>``                  the job has not ended; its record again if that is small. Drivers watch this
``intent/<shard>/<id>/<what>``         somebody wants the job stopped, held or let go on; drivers watch this
``journal/<shard>/<id>/<seq>``         events of the job: its history, and its outputs for later jobs
``end/<id>``                           ``EndRecord``: the job has ended
``run/<experiment>/<pipeline>/<time>/<id>``  ``LastRun``: jobs of a pipeline that have ended, the last one first
``result/<id>/<n>``                    its result, in pieces
=====================================  ===================================================================
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any, NamedTuple

import msgpack

from controlplane.domain.calls import Call, CallKind, CallOutcome
from controlplane.domain.job_events import (
    CallEnded,
    CallRequested,
    JobEvent,
    JobStarted,
    JobState,
    NodeCached,
    NodeFailed,
    Noted,
    NoteKind,
    PauseRequested,
    ResumeRequested,
    StopRequested,
    TaskEnd,
    TasksEnded,
    UserAction,
)
from controlplane.domain.job_view import JobView, NodeView
from controlplane.domain.packing import packed
from controlplane.domain.pipeline import DEFAULT_EXPERIMENT, Pipeline
from controlplane.domain.values import BlobRef, Failure, FailureCategory, Payload, Shape

SHARDS = 1
"""Shards that jobs are spread over; fixed when a control plane is installed, 1 embedded."""

MAX_PART_BYTES = 192 * 1024
"""Pieces stay well below the store's limit for one value."""

_LAST_TIME = 10**16
"""Microseconds; larger than any time, so that its difference sorts newest first."""


def shard_of(job_id: str) -> int:
    return int.from_bytes(hashlib.blake2s(job_id.encode(), digest_size=4).digest(), "big") % SHARDS


def job_key(job_id: str) -> str:
    return f"job/{job_id}"


def job_part_key(job_id: str, number: int) -> str:
    return f"job-part/{job_id}/{number:06d}"


def job_order_key(submitted_at: float, job_id: str) -> str:
    return f"job-order/{_LAST_TIME - int(submitted_at * 1e6):016d}/{job_id}"


JOB_ORDER = "job-order/"


def request_key(request_id: str) -> str:
    return f"request/{request_id}"


def open_prefix(shard: int) -> str:
    return f"open/{shard:04d}/"


def open_key(job_id: str) -> str:
    return open_prefix(shard_of(job_id)) + job_id


def intent_prefix(shard: int) -> str:
    return f"intent/{shard:04d}/"


def job_intents(job_id: str) -> str:
    return f"{intent_prefix(shard_of(job_id))}{job_id}/"


def intent_key(job_id: str, kind: "IntentKind") -> str:
    """A stop has a key of its own, so that no later wish can undo it."""
    return job_intents(job_id) + ("stop" if kind is IntentKind.STOP else "hold")


def live_prefix(experiment: str, pipeline: str) -> str:
    return f"live/{experiment}/{pipeline}/"


def live_key(experiment: str, pipeline: str, job_id: str) -> str:
    return live_prefix(experiment, pipeline) + job_id


def live_gate_key(experiment: str, pipeline: str) -> str:
    return f"live-gate/{experiment}/{pipeline}"


def journal_prefix(job_id: str) -> str:
    return f"journal/{shard_of(job_id):04d}/{job_id}/"


def journal_key(job_id: str, seq: int) -> str:
    return f"{journal_prefix(job_id)}{seq:012x}"


def end_key(job_id: str) -> str:
    return f"end/{job_id}"


def result_prefix(job_id: str) -> str:
    return f"result/{job_id}/"


def result_key(job_id: str, number: int) -> str:
    return f"{result_prefix(job_id)}{number:06d}"


def runs_prefix(experiment: str, pipeline: str) -> str:
    return f"run/{experiment}/{pipeline}/"


def run_key(experiment: str, pipeline: str, ended_at: float, job_id: str) -> str:
    return f"{runs_prefix(experiment, pipeline)}{_LAST_TIME - int(ended_at * 1e6):016d}/{job_id}"


def last_part(key: str) -> str:
    return key.rsplit("/", 1)[1]


class LastRun(NamedTuple):
    """How the job of a pipeline ended that ended last."""

    at: float
    """When it ended; seconds since the epoch."""
    state: JobState
    seconds: float
    """From its submission to its end."""


def pack_last_run(run: LastRun) -> bytes:
    return packed(list(run))


def unpack_last_run(data: bytes) -> LastRun:
    return _as_last_run(msgpack.unpackb(data))


def _as_last_run(plain: Sequence[Any]) -> LastRun:
    at, state, seconds = plain
    return LastRun(at, JobState(state), seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRecord:
    """A job as it was accepted."""

    job_id: str
    submitted_at: float
    """Seconds since the epoch."""
    types: tuple[str, ...]
    document: bytes
    """The pipeline that is run, as the API knows it, encoded by the API."""
    given: bytes = b""
    """The same as it was given, before defaults and nested pipelines: what runs when it is run again."""
    pipeline: Pipeline
    flow_input: Payload
    flow_input_shapes: Mapping[str, Shape]
    root_job_id: str | None = None
    parent_job_id: str | None = None
    """Job whose code or whose end started this one."""
    depth: int = 0
    """Jobs above it that started each other."""
    user: str = ""
    """Who started it."""
    max_exceeded: bool = False
    """Whether it had to wait for other jobs of its pipeline when it was accepted."""
    cache_job_id: str = ""
    """Job whose outputs stand in for nodes that are not run again."""
    cached_nodes: tuple[str, ...] = ()
    """Those nodes."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """Version that each algorithm had when the job was accepted."""
    external_id: str = ""
    """What its submitter calls it."""
    last_run: LastRun | None = None
    """The run of the same pipeline in the same experiment that had ended last by then."""


class IntentKind(StrEnum):
    STOP = "stop"
    PAUSE = "pause"
    RESUME = "resume"


class Intent(NamedTuple):
    """What somebody wants of a job."""

    kind: IntentKind
    reason: str
    user: str


def pack_intent(intent: Intent) -> bytes:
    return packed(list(intent))


def unpack_intent(data: bytes) -> Intent:
    kind, reason, user = msgpack.unpackb(data)
    return Intent(IntentKind(kind), reason, user)


def pack_job(record: JobRecord) -> tuple[bytes, Sequence[bytes]]:
    """The record for ``job/<id>`` and the pieces for ``job-part/<id>/<n>``."""
    body = packed(
        {
            "document": record.document,
            "pipeline": record.pipeline,
            "flow_input": _payload(record.flow_input),
            "shapes": {path: list(shape) for path, shape in record.flow_input_shapes.items()},
            "given": record.given,
            "parent": record.parent_job_id,
            "depth": record.depth,
            "user": record.user,
            "max_exceeded": record.max_exceeded,
            "cache": [record.cache_job_id, *record.cached_nodes],
            "versions": dict(record.versions),
            "external": record.external_id,
            "last_run": list(record.last_run) if record.last_run else None,
        }
    )
    parts = [body[i : i + MAX_PART_BYTES] for i in range(0, len(body), MAX_PART_BYTES)]
    head = {
        "job": record.job_id,
        "submitted_at": record.submitted_at,
        "types": list(record.types),
        "name": record.pipeline.name,
        "experiment": record.pipeline.experiment,
        "root": record.root_job_id,
    }
    if len(parts) == 1:
        return packed({**head, "body": parts.pop()}), ()
    return packed({**head, "parts": len(parts)}), parts


class JobHead(NamedTuple):
    """What ``job/<id>`` says without its pieces."""

    pipeline_name: str
    experiment: str
    submitted_at: float
    parts: int


def unpack_job_head(data: bytes) -> JobHead:
    head = msgpack.unpackb(data)
    return JobHead(head["name"], head.get("experiment", DEFAULT_EXPERIMENT), head["submitted_at"], head.get("parts", 0))


def unpack_job(data: bytes, parts: Sequence[bytes]) -> JobRecord:
    head = msgpack.unpackb(data)
    body = msgpack.unpackb(head["body"] if "body" in head else b"".join(parts))
    return JobRecord(
        job_id=head["job"],
        submitted_at=head["submitted_at"],
        types=tuple(head["types"]),
        document=body["document"],
        pipeline=Pipeline.from_plain(body["pipeline"]),
        flow_input=_as_payload(body["flow_input"]),
        flow_input_shapes={path: Shape(*shape) for path, shape in body["shapes"].items()},
        root_job_id=head["root"],
        given=body["given"],
        parent_job_id=body["parent"],
        depth=body["depth"],
        user=body["user"],
        max_exceeded=body["max_exceeded"],
        cache_job_id=body["cache"][0],
        cached_nodes=tuple(body["cache"][1:]),
        versions=body.get("versions", {}),
        external_id=body.get("external", ""),
        last_run=_as_last_run(body["last_run"]) if body.get("last_run") else None,
    )


# Events


def pack_events(events: Iterable[JobEvent]) -> bytes:
    """One value of the journal."""
    return packed([_event(event) for event in events])


def unpack_events(data: bytes) -> Iterator[JobEvent]:
    for kind, *fields in msgpack.unpackb(data):
        yield _as_event(kind, fields)


def _as_event(kind: int, fields: Sequence[Any]) -> JobEvent:
    match kind:
        case 0:
            return JobStarted(at=fields[0])
        case 1:
            at, node, first, worker, ends = fields
            return TasksEnded(at=at, node=node, first_result=first, worker=worker, ends=[_as_end(end) for end in ends])
        case 2:
            return StopRequested(at=fields[0], reason=fields[1], user=fields[2])
        case 3:
            return NodeFailed(at=fields[0], node=fields[1], error=fields[2])
        case 4:
            return PauseRequested(at=fields[0], user=fields[1])
        case 5:
            return ResumeRequested(at=fields[0], user=fields[1])
        case 6:
            return NodeCached(at=fields[0], node=fields[1], is_batch=fields[2], total=fields[3])
        case 7:
            return CallRequested(
                at=fields[0], node=fields[1], task=fields[2], attempt=fields[3], call=_as_call(fields[4])
            )
        case 8:
            at, node, task, attempt, call_id, outcome = fields
            return CallEnded(
                at=at, node=node, task=task, attempt=attempt, call_id=call_id, outcome=_as_outcome(outcome)
            )
        case 9:
            return Noted(at=fields[0], kind=NoteKind(fields[1]), node=fields[2], text=fields[3])
        case _:
            raise ValueError(f"unknown kind of event {kind}: written by a newer version")


def _event(event: JobEvent) -> list[Any]:
    match event:
        case TasksEnded(at=at, node=node, first_result=first, ends=ends, worker=worker):
            return [1, at, node, first, worker, [_end(end) for end in ends]]
        case JobStarted(at=at):
            return [0, at]
        case StopRequested(at=at, reason=reason, user=user):
            return [2, at, reason, user]
        case NodeFailed(at=at, node=node, error=error):
            return [3, at, node, error]
        case PauseRequested(at=at, user=user):
            return [4, at, user]
        case ResumeRequested(at=at, user=user):
            return [5, at, user]
        case NodeCached(at=at, node=node, is_batch=is_batch, total=total):
            return [6, at, node, is_batch, total]
        case CallRequested(at=at, node=node, task=task, attempt=attempt, call=call):
            return [
                7,
                at,
                node,
                task,
                attempt,
                [call.call_id, call.kind.value, call.name, call.descriptor, _payload(call.input), call.include_result],
            ]
        case CallEnded(at=at, node=node, task=task, attempt=attempt, call_id=call_id, outcome=outcome):
            return [8, at, node, task, attempt, call_id, _outcome(outcome)]
        case Noted(at=at, kind=kind, node=node, text=text):
            return [9, at, kind.value, node, text]


def _as_call(plain: Sequence[Any]) -> Call:
    call_id, kind, name, descriptor, given, include = plain
    return Call(call_id, CallKind(kind), name, descriptor, _as_payload(given), include)


def _outcome(outcome: CallOutcome) -> list[Any]:
    output, failure, stopped = outcome
    return [_payload(output) if output else None, pack_failure(failure) if failure else None, stopped]


def _as_outcome(plain: Sequence[Any]) -> CallOutcome:
    output, failure, stopped = plain
    return CallOutcome(_as_payload(output) if output else None, unpack_failure(failure) if failure else None, stopped)


def _end(end: TaskEnd) -> tuple[Any, ...]:
    """Short, as there is one for each task; the number of members tells which form it is."""
    task, attempt, output, failure, took = end
    if output is not None:
        content_type, data, ref, shapes = output
        if ref is None and not shapes:
            return (task, attempt, content_type, data, took, 0) if took else (task, attempt, content_type, data)
        return (task, attempt, _payload(output), took, 0, 0, 0) if took else (task, attempt, _payload(output))
    return (task, attempt, pack_failure(failure) if failure else None, took, 0)


def _as_end(plain: Sequence[Any]) -> TaskEnd:
    match len(plain):
        case 6:
            return TaskEnd(plain[0], plain[1], Payload(plain[2], plain[3]), None, plain[4])
        case 4:
            return TaskEnd(plain[0], plain[1], Payload(plain[2], plain[3]), None)
        case 7:
            return TaskEnd(plain[0], plain[1], _as_payload(plain[2]), None, plain[3])
        case 3:
            return TaskEnd(plain[0], plain[1], _as_payload(plain[2]), None)
        case _:
            return TaskEnd(plain[0], plain[1], None, unpack_failure(plain[2]) if plain[2] else None, plain[3])


def _payload(payload: Payload) -> list[Any]:
    content_type, data, ref, shapes = payload
    return [content_type, data, list(ref) if ref else None, [[path, *shape] for path, shape in shapes]]


def _as_payload(plain: Sequence[Any]) -> Payload:
    content_type, data, ref, shapes = plain
    return Payload(
        content_type,
        data,
        BlobRef(*ref) if ref else None,
        tuple((path, Shape(kind, size)) for path, kind, size in shapes),
    )


def pack_failure(failure: Failure) -> dict[str, Any]:
    plain = asdict(failure)
    plain["category"] = failure.category.value
    plain["cause"] = pack_failure(failure.cause) if failure.cause else None
    return plain


def unpack_failure(plain: Mapping[str, Any]) -> Failure:
    return Failure(
        **{
            **plain,
            "category": FailureCategory(plain["category"]),
            "cause": unpack_failure(plain["cause"]) if plain["cause"] else None,
        }
    )


# The end of a job


@dataclass(frozen=True, slots=True, kw_only=True)
class EndRecord:
    """How a job ended."""

    view: JobView
    result_parts: int
    """Number of ``result/<id>/<n>``."""


class ResultItem(NamedTuple):
    """Output of one task in a job's result."""

    node: str
    batch_index: int
    """From 1; 0 for a single task, -1 for a skipped batch."""
    algorithm: str
    output: Payload | None
    error: str


def pack_end(record: EndRecord) -> bytes:
    data = packed(record)
    if len(data) > MAX_PART_BYTES:
        # Very many nodes with very long errors: the job's own error stays.
        nodes = tuple(replace(node, error="") for node in record.view.nodes)
        data = packed(replace(record, view=replace(record.view, nodes=nodes)))
    return data


def unpack_end(data: bytes) -> EndRecord:
    plain = msgpack.unpackb(data)
    view = plain["view"]
    view["state"] = JobState(view["state"])
    view["nodes"] = tuple(NodeView(**node) for node in view["nodes"])
    view["actions"] = tuple(UserAction(*action) for action in view.get("actions", ()))
    return EndRecord(view=JobView(**view), result_parts=plain["result_parts"])


def pack_result_items(items: Iterable[ResultItem]) -> bytes:
    return packed(
        [(i.node, i.batch_index, i.algorithm, _payload(i.output) if i.output else None, i.error) for i in items]
    )


def unpack_result_items(data: bytes) -> list[ResultItem]:
    return [
        ResultItem(node, index, algorithm, _as_payload(output) if output else None, error)
        for node, index, algorithm, output, error in msgpack.unpackb(data)
    ]
