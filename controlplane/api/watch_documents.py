"""What live topics show, as plain JSON: the same messages as over REST, with rows in objects by their names.

Rows by name and not in lists, so that a patch can say which of them changed.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any, cast

from google.protobuf.message import Message

from controlplane.api import views
from controlplane.api.build_views import build_message
from controlplane.domain.catalog_records import BuildRecord
from controlplane.domain.job_view import JobView
from controlplane.domain.merge_patch import Document
from controlplane.domain.reasons import Reason
from controlplane.ports.logs import LogLine

ToJson = Callable[[Message], bytes]
"""Writes a message as REST does: the gateway's ``to_json``, which the wiring hands in."""


class WatchDocuments:
    """Implements ``TopicDocuments``."""

    def __init__(self, to_json: ToJson) -> None:
        self._to_json = to_json

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

    def build(self, build: BuildRecord) -> Document:
        # In patches null means that a key is gone.
        return {key: value for key, value in self._plain(build_message(build)).items() if value is not None}

    def log_lines(self, lines: Sequence[LogLine]) -> bytes:
        return b"[" + b",".join(self._to_json(views.log_line(line)) for line in lines) + b"]"

    def build_lines(self, lines: Sequence[str]) -> bytes:
        return json.dumps([{"message": line} for line in lines], ensure_ascii=False).encode("utf-8", "replace")

    def _plain(self, message: Message) -> Document:
        document: Document = json.loads(self._to_json(message))
        return document
