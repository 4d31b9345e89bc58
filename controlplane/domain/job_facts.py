"""What jobs are found by: the few words of a record that somebody may search for. Pure; read without the rest of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgpack

from controlplane.domain.job_events import JobState
from controlplane.domain.pipeline import DEFAULT_EXPERIMENT


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFacts:
    """A job that was accepted."""

    job_id: str
    submitted_at: float
    """Seconds since the epoch."""
    pipeline: str
    experiment: str = DEFAULT_EXPERIMENT
    external_id: str = ""
    """What its submitter calls it."""
    types: tuple[str, ...] = ()
    algorithms: tuple[str, ...] = ()
    """Algorithms of its nodes, each once."""
    tags: tuple[str, ...] = ()
    user: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChange:
    """A job has come into another state."""

    job_id: str
    state: JobState
    at: float
    """Seconds since the epoch."""


def job_facts(data: bytes, parts: Sequence[bytes]) -> JobFacts:
    """What a record says, as ``records.pack_job`` wrote it; a tenth of the work of reading all of it."""
    head = msgpack.unpackb(data)
    body = msgpack.unpackb(head["body"] if "body" in head else b"".join(parts))
    pipeline = body["pipeline"]
    return JobFacts(
        job_id=head["job"],
        submitted_at=head["submitted_at"],
        pipeline=head["name"],
        experiment=head.get("experiment", DEFAULT_EXPERIMENT),
        external_id=body.get("external", ""),
        types=tuple(head["types"]),
        algorithms=tuple(dict.fromkeys(node["algorithm"] for node in pipeline["nodes"] if node["algorithm"])),
        tags=tuple(dict.fromkeys(pipeline["tags"])),
        user=body["user"],
    )
