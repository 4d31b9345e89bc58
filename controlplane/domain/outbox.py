"""Keys and records of what leaves a job: reports to webhooks, starts of further jobs, and what is kept for how long. Pure.

=========================================  ===============================================================
key                                        what
=========================================  ===============================================================
``outbox/webhook/<job>/<slot>``            ``WebhookEntry``: a report that is to be sent
``outbox/trigger/<job>``                   ``TriggerEntry``: the job completed, others may have to start
``webhook/<kind>/<job>``                   ``DeliveryRecord``: how the last report of that kind went
``trigger-tree/<root>/<job>/job``          ``TreeEntry``: a job, and which one started it
``trigger-tree/<root>/<job>/refused``      pipelines that its end should have started, and why they were not
``cron/<pipeline>``                        ``CronRecord``: what came of the last clock time
``retention/<time>/<kind>/<id>``           when a job ended (the value is its root), or a request was made: what is kept
                                           for some time is kept from then on
``job-request/<job>``                      id of the request that made the job
``retention-cursor/<stage>``               how far the janitor came
=========================================  ===============================================================

Entries are made in the transaction that makes their cause durable, so that neither is without the other. They are small:
a report is put together when it is sent. The slots of a job's reports sort in the order in which they are sent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

import msgpack

from controlplane.domain.job_events import JobState
from controlplane.domain.job_view import JobView
from controlplane.domain.packing import packed
from controlplane.domain.pipeline import Verbosity
from controlplane.domain.records import JobRecord, LastRun, pack_last_run, run_key

WEBHOOK_OUTBOX = "outbox/webhook/"
TRIGGER_OUTBOX = "outbox/trigger/"
CRONS = "cron/"
RETENTION = "retention/"

MAX_TEXT = 300
"""Characters of details and reasons in an entry."""


class WebhookKind(StrEnum):
    PROGRESS = "progress"
    RESULT = "result"


class WebhookSlot(StrEnum):
    """Place of a report among those of a job. Each holds the newest of its sort."""

    ACCEPTED = "progress-0"
    """The status right after the job was accepted."""
    CHANGED = "progress-1"
    """A status in between."""
    ENDED = "progress-2"
    """The last status."""
    RESULT = "result"

    @property
    def kind(self) -> WebhookKind:
        return WebhookKind.RESULT if self is WebhookSlot.RESULT else WebhookKind.PROGRESS


def webhook_key(job_id: str, slot: WebhookSlot) -> str:
    return f"{WEBHOOK_OUTBOX}{job_id}/{slot.value}"


def split_webhook_key(key: str) -> tuple[str, WebhookSlot]:
    job_id, slot = key.removeprefix(WEBHOOK_OUTBOX).split("/")
    return job_id, WebhookSlot(slot)


def trigger_key(job_id: str) -> str:
    return TRIGGER_OUTBOX + job_id


def delivery_key(kind: WebhookKind, job_id: str) -> str:
    return f"webhook/{kind.value}/{job_id}"


def tree_prefix(root_job_id: str, job_id: str = "") -> str:
    """All of a tree, or what it has of one job."""
    return f"trigger-tree/{root_job_id}/{job_id}/" if job_id else f"trigger-tree/{root_job_id}/"


def tree_key(root_job_id: str, job_id: str) -> str:
    return tree_prefix(root_job_id, job_id) + "job"


def refused_key(root_job_id: str, job_id: str) -> str:
    return tree_prefix(root_job_id, job_id) + "refused"


def cron_key(pipeline: str) -> str:
    return CRONS + pipeline


def job_request_key(job_id: str) -> str:
    return f"job-request/{job_id}"


def retention_cursor_key(stage: str) -> str:
    return f"retention-cursor/{stage}"


# Reports


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEntry:
    """A report that is to be sent."""

    url: str
    state: JobState
    """State of the job that is reported."""
    view: JobView | None = None
    """What is reported, without nodes; None when the job's end record has it."""


def pack_webhook(entry: WebhookEntry) -> bytes:
    view = entry.view
    if view is not None:
        short = {name: getattr(view, name)[:MAX_TEXT] for name in ("details", "error", "reason")}
        view = replace(view, nodes=(), actions=(), **short)
    return packed([entry.url, entry.state, view])


def unpack_webhook(data: bytes) -> WebhookEntry:
    url, state, view = msgpack.unpackb(data)
    if view is not None:
        view = JobView(**{**view, "state": JobState(view["state"]), "nodes": (), "actions": ()})
    return WebhookEntry(url=url, state=JobState(state), view=view)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRecord:
    """How the last report of one kind went."""

    url: str
    state: JobState
    """State of the job that was reported."""
    attempts: int
    at: float
    """When it was tried last."""
    done: bool = True
    """No further try follows."""
    delivered: bool = False
    """The receiver took it."""
    code: str = ""
    """Status code of the answer, or a word for what went wrong before there was one."""
    message: str = ""


def pack_delivery(record: DeliveryRecord) -> bytes:
    return packed(replace(record, message=record.message[:MAX_TEXT]))


def unpack_delivery(data: bytes) -> DeliveryRecord:
    plain = msgpack.unpackb(data)
    return DeliveryRecord(**{**plain, "state": JobState(plain["state"])})


# Starts of further jobs


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerEntry:
    """A job that completed."""

    job_id: str
    pipeline: str
    root_job_id: str
    """Itself when no other job started it."""
    parent_job_id: str | None
    tags: tuple[str, ...]
    depth: int
    """Jobs above it that started each other."""


def pack_trigger(entry: TriggerEntry) -> bytes:
    return packed(entry)


def unpack_trigger(data: bytes) -> TriggerEntry:
    plain = msgpack.unpackb(data)
    return TriggerEntry(**{**plain, "tags": tuple(plain["tags"])})


class TreeEntry(NamedTuple):
    """A job of a trigger tree."""

    job_id: str
    pipeline: str
    parent_job_id: str | None
    """Job whose end started it; None when it is the first."""


def pack_tree(entry: TreeEntry) -> bytes:
    return packed(list(entry))


def unpack_tree(data: bytes) -> TreeEntry:
    return TreeEntry(*msgpack.unpackb(data))


def pack_refused(refused: Mapping[str, str]) -> bytes:
    """Reasons by pipeline."""
    return packed({name: why[:MAX_TEXT] for name, why in refused.items()})


def unpack_refused(data: bytes) -> Mapping[str, str]:
    plain: Mapping[str, str] = msgpack.unpackb(data)
    return plain


@dataclass(frozen=True, slots=True, kw_only=True)
class CronRecord:
    """What came of the last clock time of a pipeline."""

    handled_until: float
    """Times up to this one are dealt with; seconds since the epoch."""
    job_id: str = ""
    """The last job that was started."""
    error: str = ""
    """Why the last time started none."""


def pack_cron(record: CronRecord) -> bytes:
    return packed(record)


def unpack_cron(data: bytes) -> CronRecord:
    return CronRecord(**msgpack.unpackb(data))


# Retention


class Kept(StrEnum):
    """Sorts of things that are removed some time after they came about."""

    JOB = "job"
    REQUEST = "request"
    """The memory of a request id that made something else than a job."""


def retention_time(at: float) -> str:
    """All keys of what came about before ``at`` sort before this one."""
    return f"{RETENTION}{max(int(at * 1e6), 0):016d}/"


def retention_key(at: float, kind: Kept, name: str) -> str:
    return f"{retention_time(at)}{kind.value}/{name}"


def split_retention_key(key: str) -> tuple[float, Kept, str]:
    time, kind, name = key.removeprefix(RETENTION).split("/", 2)
    return int(time) / 1e6, Kept(kind), name


# What goes into transactions of others


def accepted_entries(record: JobRecord, request_id: str = "") -> Sequence[tuple[str, bytes]]:
    """What the transaction that accepts a job must also write."""
    entries: list[tuple[str, bytes]] = []
    pipeline = record.pipeline
    if request_id:
        entries.append((job_request_key(record.job_id), request_id.encode()))
    if pipeline.progress_webhook and pipeline.verbosity >= Verbosity.INFO:
        view = JobView(
            job_id=record.job_id,
            pipeline=pipeline.name,
            state=JobState.PENDING,
            at=record.submitted_at,
            submitted_at=record.submitted_at,
            active_at=None,
            ended_at=None,
            progress=None,
            details="",
            states={},
            nodes=(),
        )
        entry = WebhookEntry(url=pipeline.progress_webhook, state=JobState.PENDING, view=view)
        entries.append((webhook_key(record.job_id, WebhookSlot.ACCEPTED), pack_webhook(entry)))
    return entries


def end_entries(record: JobRecord, view: JobView) -> Sequence[tuple[str, bytes]]:
    """What the transaction that ends a job must also write; ``view`` is the job's last."""
    pipeline = record.pipeline
    ended_at = view.ended_at or view.at
    root = (record.root_job_id or record.job_id).encode()
    run = LastRun(ended_at, view.state, ended_at - view.submitted_at)
    entries = [
        (retention_key(ended_at, Kept.JOB, record.job_id), root),
        (run_key(pipeline.experiment, pipeline.name, ended_at, record.job_id), pack_last_run(run)),
    ]
    if view.state is JobState.COMPLETED:
        entries.append((trigger_key(record.job_id), pack_trigger(_trigger(record))))
    level = Verbosity.ERROR if view.state is JobState.FAILED else Verbosity.INFO
    if pipeline.progress_webhook and pipeline.verbosity >= level:
        entry = WebhookEntry(url=pipeline.progress_webhook, state=view.state)
        entries.append((webhook_key(record.job_id, WebhookSlot.ENDED), pack_webhook(entry)))
    if pipeline.result_webhook:
        entry = WebhookEntry(url=pipeline.result_webhook, state=view.state)
        entries.append((webhook_key(record.job_id, WebhookSlot.RESULT), pack_webhook(entry)))
    return entries


def _trigger(record: JobRecord) -> TriggerEntry:
    return TriggerEntry(
        job_id=record.job_id,
        pipeline=record.pipeline.name,
        root_job_id=record.root_job_id or record.job_id,
        parent_job_id=record.parent_job_id,
        tags=record.pipeline.tags,
        depth=record.depth,
    )
