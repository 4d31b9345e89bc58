"""What live topics show, as plain JSON: the same messages as over REST, with rows in objects by their names.

Rows by name and not in lists, so that a patch can say which of them changed.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any, cast

from google.protobuf.message import Message

from controlplane.api import views
from controlplane.api.build_views import build_message
from controlplane.api.methods import Caller
from controlplane.api.task_servicer import TaskServicer
from controlplane.api.task_views import task_state
from controlplane.domain.catalog_records import BuildRecord
from controlplane.domain.job_view import JobView
from controlplane.domain.merge_patch import Document
from controlplane.domain.reasons import Reason
from controlplane.domain.values import Json
from controlplane.ports.job_queue import QueuedJob
from controlplane.ports.logs import LogLine
from controlplane.ports.watching import TopicFilter
from distributedkube.api.job.v1 import task_service_pb2

ToJson = Callable[[Message], bytes]
"""Writes a message as REST does: the gateway's ``to_json``, which the wiring hands in."""

_WATCHER = Caller(user="")
"""Who watches was let in when the topic was opened; what is shown does not depend on it."""


class WatchDocuments:
    """Implements ``TopicDocuments``."""

    def __init__(self, *, to_json: ToJson, tasks: TaskServicer) -> None:
        self._to_json = to_json
        self._tasks = tasks

    def job(self, view: JobView) -> Document:
        document = self._status(view)
        rows: list[Any] = cast(list[Any], document.pop("nodes", []))
        return {**document, "nodes": {row["nodeName"]: row for row in rows}}

    def job_row(self, view: JobView) -> Document:
        document = self._status(view)
        document.pop("nodes", None)
        data = document.pop("data", None)
        if isinstance(data, dict):
            document["progress"] = data["progress"]
        return document

    def _status(self, view: JobView) -> Document:
        document = self._plain(views.job_status(view))
        del document["timestamp"]  # When it was looked at is no change of the job.
        document["startTime"] = int(view.submitted_at * 1000)
        return document

    def explanation(self, view: JobView, reasons: Sequence[Reason] | None) -> Document:
        return self._plain(views.explanation(view, reasons))

    async def tasks(self, wanted: TopicFilter) -> Document:
        request = task_service_pb2.ListTasksRequest(
            job_id=wanted.id,
            node=wanted.node,
            status=map(task_state, wanted.status),
            q=wanted.q,
            sort=task_service_pb2.ListTasksRequest.Sort.Value(f"SORT_{wanted.sort or 'INDEX'}"),
            order=wanted.order,
            item=wanted.window.first if wanted.window.first > 1 else 0,
            page_size=wanted.window.size,
        )
        page = await self._tasks.list_tasks(request, _WATCHER)
        rows = {task.task_id: self._plain(task) for task in page.tasks}
        return {"states": {**page.states}, "total": page.total, "ids": [*rows], "rows": {**rows}}

    def queued(self, job: QueuedJob) -> Document:
        return self._plain(views.queued_job(job))

    def build(self, build: BuildRecord) -> Document:
        return self._plain(build_message(build))

    def log_lines(self, lines: Sequence[LogLine]) -> bytes:
        return b"[" + b",".join(self._to_json(views.log_line(line)) for line in lines) + b"]"

    def build_lines(self, lines: Sequence[str]) -> bytes:
        return json.dumps([{"message": line} for line in lines], ensure_ascii=False).encode("utf-8", "replace")

    def _plain(self, message: Message) -> Document:
        document: Document = json.loads(self._to_json(message), object_pairs_hook=_without_nulls)
        return document


def _without_nulls(pairs: list[tuple[str, Json]]) -> Document:
    """In patches null means that a key is gone."""
    return {key: value for key, value in pairs if value is not None}
