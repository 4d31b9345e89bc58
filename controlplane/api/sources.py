"""Uploaded archives between their upload and the apply that uses them."""

import asyncio
import hashlib
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from controlplane.domain.catalog_records import SourceFile
from controlplane.domain.errors import InvalidError, LimitError, NotFoundError
from controlplane.ports.image_builder import SourceInspector
from controlplane.ports.object_store import ObjectStore
from controlplane.ports.system import Clock, Ids

KEEP_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Upload:
    upload_id: str
    source: SourceFile
    at: float


class Sources:
    """Takes archives in, looks at them before anything is stored, and keeps them for an hour."""

    def __init__(
        self,
        *,
        objects: ObjectStore,
        inspector: SourceInspector,
        scratch: Path,
        clock: Clock,
        ids: Ids,
        max_bytes: int,
    ) -> None:
        self._objects = objects
        self._inspector = inspector
        self._scratch = scratch
        self._clock = clock
        self._ids = ids
        self._max_bytes = max_bytes
        self._uploads: dict[str, Upload] = {}
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)

    async def receive(self, file_name: str, pieces: AsyncIterator[bytes]) -> Upload:
        """Raises ``InvalidError`` for what is no archive or breaks a rule, ``LimitError`` when it is too large."""
        upload_id = self._ids.text(24)
        path = self._scratch / upload_id
        try:
            sha1, size = await self._write(path, pieces)
            file_ext = await asyncio.to_thread(self._inspector.inspect, path, file_name)
            key = f"source/{sha1}.{file_ext}"
            await self._objects.put(key, _read(path))
        finally:
            path.unlink(missing_ok=True)
        self._forget_old()
        upload = Upload(upload_id, SourceFile(file_ext, sha1, size, key), self._clock.monotonic())
        self._uploads[upload_id] = upload
        return upload

    async def find(self, upload_id: str) -> Upload:
        upload = self._uploads.get(upload_id)
        if upload is None:
            raise NotFoundError("upload", upload_id)
        return upload

    async def _write(self, path: Path, pieces: AsyncIterator[bytes]) -> tuple[str, int]:
        digest, size = hashlib.sha1(usedforsecurity=False), 0
        with path.open("wb") as file:
            async for piece in pieces:
                size += len(piece)
                if size > self._max_bytes:
                    raise LimitError(f"an archive has at most {self._max_bytes} bytes", field="file")
                digest.update(piece)
                await asyncio.to_thread(file.write, piece)
        if size == 0:
            raise InvalidError("the archive is empty", field="file")
        return digest.hexdigest(), size

    def _forget_old(self) -> None:
        oldest = self._clock.monotonic() - KEEP_SECONDS
        self._uploads = {i: u for i, u in self._uploads.items() if u.at > oldest}


async def _read(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while piece := await asyncio.to_thread(file.read, 1024 * 1024):
            yield piece
