"""Starts jobs from inside: triggers and calls from user code go through the same checks as clients."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from controlplane.domain.values import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class StartJob:
    """How a job is to be started."""

    request_id: str
    """Up to 64 characters: starting twice is starting once, also after a crash."""
    types: tuple[str, ...]
    user: str
    """Who the job's history names."""
    flow_input: Mapping[str, Json] | None = None
    """Laid over the stored flow input, key by key and deep."""
    tags: tuple[str, ...] = ()
    """Besides those of the pipeline."""
    root_job_id: str | None = None
    parent_job_id: str | None = None
    experiment: str = ""
    """Instead of the pipeline's."""


class JobStarter(Protocol):
    """Both return the id of a durable job.

    Errors: ``NotFoundError``, ``InvalidError``, ``NotAllowedError`` (a limit, or an algorithm without a version): it will not
    start, whatever is tried. ``UnavailableError``: try again with the same request id.
    """

    async def start_stored(self, name: str, start: StartJob) -> str: ...

    async def start_raw(self, descriptor: bytes, start: StartJob) -> str:
        """``descriptor``: the pipeline in JSON, as the REST API takes it."""
        ...
