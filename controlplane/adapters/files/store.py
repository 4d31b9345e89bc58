"""The object store over a folder: the part that lives on the event loop. All blocking work is on a few threads."""

import asyncio
import itertools
import os
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

from controlplane.adapters import check_object_key, check_object_prefix
from controlplane.adapters.files.presign import Operation, presigned_url
from controlplane.adapters.files.tree import Tree, Upload, explained
from controlplane.domain.errors import InvalidError, StoreUnavailableError
from controlplane.ports.object_store import ObjectInfo
from controlplane.ports.system import Clock

T = TypeVar("T")

_PIECE_BYTES = 1024 * 1024
"""Of a read or write: the port's limit, and enough to make the way to a thread cheap."""

_THREADS = 4
"""Enough to keep a disk busy."""

_LIST_AT_ONCE = 500


class FileObjectStore:
    """See the port for the promises. Keeps objects as plain files below ``root``, which is made when missing."""

    kind = "fs"

    def __init__(
        self, root: str | os.PathLike[str], *, base_url: Callable[[], str], secret: bytes, clock: Clock
    ) -> None:
        """``base_url`` says where the gateway can be reached, at the time a URL is made; ``secret`` signs the URLs.

        Blocks shortly. Raises ``NotAllowedError`` when the folder cannot be made or written to.
        """
        self._tree = Tree(Path(root).absolute())
        self._base_url = base_url
        self._secret = secret
        self._clock = clock
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="object-store")
        self._closed = False

    async def put(self, key: str, data: bytes | AsyncIterator[bytes]) -> ObjectInfo:
        """Stores the whole of ``data`` durably; when it fails or is cancelled, what was there stays."""
        check_object_key(key)
        if isinstance(data, bytes):
            return await self._run(partial(self._put_at_once, key, data))
        upload = await self._run(self._tree.begin)
        try:
            async for piece in _gathered(data):
                await self._run(partial(upload.write, piece))
            return await self._run(partial(self._tree.finish, upload, key))
        finally:
            upload.end()  # Here, since it must also happen when the store is closing; it is short.

    async def stat(self, key: str) -> ObjectInfo:
        """Size and digest of the object."""
        check_object_key(key)
        return await self._run(partial(self._tree.stat, key))

    async def read(self, key: str, *, offset: int = 0, length: int | None = None) -> AsyncGenerator[bytes, None]:
        """See the port; a range that reaches behind the end gives what there is."""
        check_object_key(key)
        if offset < 0 or (length is not None and length < 0):
            raise InvalidError(f"range {offset}+{length} is negative; count bytes from 0", field="offset")
        descriptor = await self._run(partial(self._tree.open, key))
        try:
            rest = length
            while rest is None or rest > 0:
                wanted = _PIECE_BYTES if rest is None else min(rest, _PIECE_BYTES)
                piece = await self._run(partial(_read, descriptor, wanted, offset))
                if not piece:
                    return
                yield piece
                offset += len(piece)
                rest = None if rest is None else rest - len(piece)
        finally:
            os.close(descriptor)

    async def list(self, prefix: str) -> AsyncGenerator[ObjectInfo, None]:
        """See the port; objects put or deleted meanwhile may or may not be among them."""
        check_object_prefix(prefix)
        found = self._tree.scan(prefix)
        while part := await self._run(partial(_some, found)):
            for info in part:
                yield info

    async def folders(self, prefix: str) -> AsyncGenerator[str, None]:
        """See the port."""
        check_object_prefix(prefix)
        found = await self._run(partial(self._tree.folders, prefix))
        for name in found:
            yield name

    async def delete(self, key: str) -> None:
        """See the port."""
        check_object_key(key)
        await self._run(partial(self._tree.delete, key))

    async def delete_prefix(self, prefix: str) -> int:
        """See the port. What is there when it starts is deleted."""
        check_object_prefix(prefix)
        deleted = 0
        found = self._tree.scan(prefix)
        while part := await self._run(partial(_some, found)):
            deleted += await self._run(partial(self._delete_all, part))
        return deleted

    def presign_get(self, key: str, *, expires_seconds: int) -> str:
        """See the port and ``presign``."""
        return self._presign(Operation.GET, key, expires_seconds, 0)

    def presign_put(self, key: str, *, expires_seconds: int, max_bytes: int) -> str:
        """See the port and ``presign``."""
        return self._presign(Operation.PUT, key, expires_seconds, max_bytes)

    async def close(self) -> None:
        """Waits for what is under way; every later call raises ``StoreUnavailableError``."""
        self._closed = True
        await asyncio.to_thread(self._threads.shutdown)

    def _presign(self, operation: Operation, key: str, expires_seconds: int, max_bytes: int) -> str:
        check_object_key(key)
        expires_at = int(self._clock.now()) + expires_seconds
        return presigned_url(self._base_url(), self._secret, operation, key, expires_at=expires_at, max_bytes=max_bytes)

    def _put_at_once(self, key: str, data: bytes) -> ObjectInfo:
        upload: Upload = self._tree.begin()
        try:
            upload.write(data)
            return self._tree.finish(upload, key)
        finally:
            upload.end()

    def _delete_all(self, infos: Iterable[ObjectInfo]) -> int:
        return sum(self._tree.delete(info.key) for info in infos)

    async def _run(self, work: Callable[[], T]) -> T:
        """Does ``work`` on a thread; when cancelled, ends only after the thread, as files must not close under it."""
        if self._closed:
            raise StoreUnavailableError("the object store is closed")
        future = asyncio.get_running_loop().run_in_executor(self._threads, work)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            await asyncio.wait([future])
            raise


async def _gathered(data: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    """The same bytes in pieces large enough to be worth the way to a thread."""
    pieces: list[bytes] = []
    size = 0
    async for piece in data:
        pieces.append(piece)
        size += len(piece)
        if size >= _PIECE_BYTES:
            yield b"".join(pieces)
            pieces, size = [], 0
    if pieces:
        yield b"".join(pieces)


def _some(found: Iterator[ObjectInfo]) -> tuple[ObjectInfo, ...]:
    return tuple(itertools.islice(found, _LIST_AT_ONCE))


def _read(descriptor: int, size: int, offset: int) -> bytes:
    with explained("read an object"):
        return os.pread(descriptor, size, offset)
