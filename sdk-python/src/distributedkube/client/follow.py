"""Streams that survive a broken connection. Pure: each knows what to ask for next and what of an answer is new.

A client opens the stream with `request`, hands each answer to `take`, and after a break opens it again with a fresh
`request` unless the stream is `complete`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Protocol, TypeVar

from distributedkube.api.build.v1.build_service_pb2 import WatchBuildRequest, WatchBuildResponse
from distributedkube.api.job.v1.job_pb2 import JobResult, JobState
from distributedkube.api.job.v1.job_service_pb2 import (
    WatchJobLogsRequest,
    WatchJobLogsResponse,
    WatchJobRequest,
    WatchJobResponse,
)
from distributedkube.api.watch.v1.watch_pb2 import Frame, TopicFilter
from distributedkube.api.watch.v1.watch_service_pb2 import WatchTopicRequest, WatchTopicResponse
from distributedkube.client.convert import enum_word, to_dict, to_message
from distributedkube.client.errors import DistributedKubeError, UnavailableError

FINAL_STATES = frozenset({"completed", "failed", "stopped"})
"""Words of the states in which jobs and builds have ended."""

LOGS = "logs"
"""The topic whose frames are not about one document: each has further lines."""

_AWAY = frozenset({"UNAVAILABLE", "STORE_UNAVAILABLE"})
"""Reasons for which a topic is tried again."""

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


class TopicFollow:
    """What a live topic shows, whole after each change, until nothing more will come; of ``logs`` the new lines alone."""

    service, method = "watch", "WatchTopic"

    def __init__(self, name: str, wanted: Mapping[str, Any]) -> None:
        self._name = name
        self._filter = to_message(TopicFilter, wanted)
        self._cursor = ""
        self._shown: dict[str, Any] = {}
        self.complete = False

    def request(self) -> WatchTopicRequest:
        return WatchTopicRequest(name=self._name, filter=self._filter, cursor=self._cursor)

    def take(self, response: WatchTopicResponse) -> list[dict[str, Any]]:
        frame = response.frame
        match frame.event:
            case Frame.EVENT_SNAPSHOT:
                self._shown = json.loads(frame.content.data)
            case Frame.EVENT_PATCH if self._name == LOGS:
                self._shown = json.loads(frame.content.data)
            case Frame.EVENT_PATCH:
                self._shown = _patched(self._shown, json.loads(frame.content.data))
            case Frame.EVENT_ERROR:
                error = UnavailableError if frame.error.reason in _AWAY else DistributedKubeError
                raise error(frame.error.message, reason=frame.error.reason, field=frame.error.field)
            case _:  # After a gap a snapshot follows.
                self.complete = frame.event == Frame.EVENT_GONE
                return []
        self._cursor = frame.cursor
        return [self._shown]


def _patched(document: Any, patch: Any) -> Any:
    """The document after a JSON merge patch (RFC 7386); what was handed out before stays as it was."""
    if not isinstance(patch, dict):
        return patch
    result = dict(document) if isinstance(document, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = _patched(result.get(key), value)
    return result
