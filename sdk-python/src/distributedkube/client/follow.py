"""Streams that survive a broken connection. Pure: each knows what to ask for next and what of an answer is new.

A client opens the stream with `request`, hands each answer to `take`, and after a break opens it again with a fresh
`request` unless the stream is `complete`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol, TypeVar

from distributedkube.api.build.v1.build_service_pb2 import WatchBuildRequest, WatchBuildResponse
from distributedkube.api.job.v1.job_pb2 import JobResult, JobState
from distributedkube.api.job.v1.job_service_pb2 import (
    WatchJobLogsRequest,
    WatchJobLogsResponse,
    WatchJobRequest,
    WatchJobResponse,
)
from distributedkube.client.convert import enum_word, to_dict

FINAL_STATES = frozenset({"completed", "failed", "stopped"})
"""Words of the states in which jobs and builds have ended."""

Item = TypeVar("Item", covariant=True)


class Follow(Protocol[Item]):
    """What to follow and how far it has come."""

    service: str
    method: str

    @property
    def complete(self) -> bool:
        """Whether a stream that the server ended in order has brought all there is."""
        ...

    def request(self) -> Any:
        """What to ask for now, after all that was taken so far."""
        ...

    def take(self, response: Any) -> Iterable[Item]:
        """What is new in an answer."""
        ...


class JobFollow:
    """Statuses of a job as dicts, until it has ended."""

    service, method = "job", "WatchJob"

    def __init__(self, job_id: str) -> None:
        self._job_id = job_id
        self._last: dict[str, Any] = {}

    @property
    def complete(self) -> bool:
        return self._last.get("status") in FINAL_STATES

    def request(self) -> WatchJobRequest:
        return WatchJobRequest(job_id=self._job_id)

    def take(self, response: WatchJobResponse) -> list[dict[str, Any]]:
        status = to_dict(response.status)
        if status == self._last:  # the first answer after a break says it all again
            return []
        self._last = status
        return [status]


class ResultFollow:
    """The result of a job once it has ended; nothing when it is too large to come along."""

    service, method = "job", "WatchJob"

    def __init__(self, job_id: str) -> None:
        self._job_id = job_id
        self.complete = False

    def request(self) -> WatchJobRequest:
        return WatchJobRequest(job_id=self._job_id, include_result=True)

    def take(self, response: WatchJobResponse) -> list[JobResult]:
        self.complete = enum_word(JobState.DESCRIPTOR, response.status.status) in FINAL_STATES
        return [response.result] if response.HasField("result") else []


class LogFollow:
    """Log lines of a job as dicts, until the job has ended."""

    service, method = "job", "WatchJobLogs"
    complete = True

    def __init__(self, job_id: str, node: str | None) -> None:
        self._job_id = job_id
        self._node = node or ""
        self._page_token = ""

    def request(self) -> WatchJobLogsRequest:
        return WatchJobLogsRequest(job_id=self._job_id, node_name=self._node, page_token=self._page_token)

    def take(self, response: WatchJobLogsResponse) -> list[dict[str, Any]]:
        self._page_token = response.next_page_token or self._page_token
        return [to_dict(line) for line in response.lines]


class BuildFollow:
    """News of a build: pairs of the build as it is and its new log lines, until it has ended."""

    service, method = "build", "WatchBuild"

    def __init__(self, build_id: str) -> None:
        self._build_id = build_id
        self._line_count = 0
        self._last: dict[str, Any] = {}

    @property
    def complete(self) -> bool:
        return self._last.get("status") in FINAL_STATES

    def request(self) -> WatchBuildRequest:
        return WatchBuildRequest(build_id=self._build_id, after_line=self._line_count)

    def take(self, response: WatchBuildResponse) -> list[tuple[dict[str, Any], tuple[str, ...]]]:
        build, lines = to_dict(response.build), tuple(response.lines)
        self._line_count = max(self._line_count, response.line_count)
        if build == self._last and not lines:
            return []
        self._last = build
        return [(build, lines)]
