"""The result of a job as a zip archive, made while it is sent: neither the archive nor the result is ever in memory.

The list of outputs comes first, with a name for each large value; the large values follow as files.
"""

import io
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from controlplane.api.documents import ToJson
from controlplane.api.payloads import fill_payload
from controlplane.api.stored_values import StoredValues
from controlplane.api.views import is_big
from controlplane.domain.ids import short_name
from controlplane.domain.records import EndRecord, ResultItem
from controlplane.domain.values import JSON
from controlplane.ports.job_records import result_items
from controlplane.ports.state_store import StateStore
from distributedkube.api.storage.v1 import storage_pb2

LIST = "metadata.json"
DEFAULT_EXTENSION = "hkube"
PIECE_BYTES = 1024 * 1024


FIRST_TIME = datetime(1980, 1, 1, tzinfo=UTC)
"""Archives know no earlier one."""


class _Sink(io.RawIOBase):
    """Where the archive is written. It cannot seek, so sizes follow the files."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._pieces.append(piece)
        self.size += len(piece)
        return len(piece)

    def take(self) -> bytes:
        """What was written since the last time."""
        data = b"".join(self._pieces)
        self._pieces.clear()
        self.size = 0
        return data


class ResultArchive:
    """The archive of one job."""

    def __init__(
        self,
        end: EndRecord,
        *,
        store: StateStore,
        values: StoredValues,
        to_json: ToJson,
        extensions: Mapping[str, str],
    ) -> None:
        """``extensions``: of files, by algorithm, where one is said."""
        self._end = end
        self._store = store
        self._values = values
        self._to_json = to_json
        self._extensions = extensions
        self._sink = _Sink()
        ended_at = datetime.fromtimestamp(end.view.ended_at or 0.0, UTC)
        self._time = max(ended_at, FIRST_TIME).timetuple()[:6]

    async def pieces(self) -> AsyncGenerator[bytes, None]:
        """The archive in pieces of about 1 MiB."""
        with ZipFile(self._sink, "w") as archive:
            async with aclosing(self._write_list(archive)) as pieces:
                async for piece in pieces:
                    yield piece
            async with aclosing(self._write_files(archive)) as pieces:
                async for piece in pieces:
                    yield piece
        yield self._sink.take()

    def _items(self) -> AsyncGenerator[ResultItem, None]:
        return result_items(self._store, self._end.view.job_id, self._end.result_parts)

    async def _write_list(self, archive: ZipFile) -> AsyncGenerator[bytes, None]:
        number = 0
        separator = b"["
        with archive.open(self._entry(LIST, ZIP_DEFLATED), "w", force_zip64=True) as file:
            async for item in self._items():
                big = item.output is not None and is_big(item.output)
                file.write(separator + self._to_json(self._described(item, number if big else None)))
                separator = b","
                number += big
                if self._sink.size >= PIECE_BYTES:
                    yield self._sink.take()
            file.write(b"[]" if separator == b"[" else b"]")

    async def _write_files(self, archive: ZipFile) -> AsyncGenerator[bytes, None]:
        number = 0
        async for item in self._items():
            if item.output is None or not is_big(item.output):
                continue
            value = await self._values.of(item.output)
            entry = self._entry(self._file_name(item, number), ZIP_STORED)
            number += 1
            with archive.open(entry, "w", force_zip64=True) as file:
                async for piece in value.pieces:
                    file.write(piece)
                    yield self._sink.take()

    def _described(self, item: ResultItem, file_number: int | None) -> storage_pb2.ArchivedResult:
        message = storage_pb2.ArchivedResult(node_name=item.node, algorithm_name=item.algorithm, error=item.error)
        if item.batch_index:
            message.batch_index = item.batch_index
        if item.output is None:
            return message
        if file_number is not None:
            message.info.size = item.output.size_bytes
            message.info.file_name = self._file_name(item, file_number)
        elif item.output.is_null:
            message.result.content_type, message.result.data = JSON, b"null"
        else:
            fill_payload(message.result, item.output)
        return message

    def _file_name(self, item: ResultItem, number: int) -> str:
        return f"{short_name(number)}.{self._extensions.get(item.algorithm, DEFAULT_EXTENSION)}"

    def _entry(self, name: str, compression: int) -> ZipInfo:
        entry = ZipInfo(name, self._time)
        entry.compress_type = compression
        entry.external_attr = 0o644 << 16
        return entry
