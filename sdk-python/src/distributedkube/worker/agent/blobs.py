"""Large data: fetched into files that runners read, and put from files that runners wrote.

Plain HTTP with the standard library, in a few threads of its own, so that bulk data never holds up the session.
Fetched objects are immutable and named by their key; they stay on disk for other tasks until they are the oldest of
too many bytes.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import urllib.error
import urllib.parse
import urllib.request
from collections import OrderedDict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from distributedkube.api.type.v1 import payload_pb2

CACHE_BYTES: Final = 400 * 1024 * 1024
"""Fetched objects that no task in hand needs are kept up to so many bytes."""

TRANSFERS: Final = 8
ATTEMPTS: Final = 4
FIRST_DELAY_SECONDS: Final = 0.1
IDLE_TIMEOUT_SECONDS: Final = 30.0
CHUNK_BYTES: Final = 1 << 20

T = TypeVar("T")


class TransferError(Exception):
    """An object could not be fetched or put, after several attempts."""


@dataclass(slots=True)
class _Entry:
    size: int = 0  # On disk; 0 until it is there.
    pins: int = 0
    fetching: asyncio.Future[None] | None = None
    here: bool = False


class BlobStore:
    """Fetches each object once, however many tasks wait for it."""

    def __init__(self, folder: Path, limit_bytes: int = CACHE_BYTES) -> None:
        self._folder = folder
        self._limit = limit_bytes
        self._idle_bytes = 0  # On disk and not pinned.
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._threads = ThreadPoolExecutor(TRANSFERS, thread_name_prefix="transfer")

    def path(self, ref: payload_pb2.BlobRef) -> str:
        """Where the object is, once it is fetched."""
        return str(self._folder / f"input-{hashlib.sha256(ref.key.encode()).hexdigest()[:32]}")

    def pin(self, refs: Iterable[payload_pb2.BlobRef]) -> None:
        """Keeps objects, fetched or yet to be, until as many calls of `unpin`."""
        for ref in refs:
            entry = self._entries.setdefault(ref.key, _Entry())
            if entry.pins == 0:
                self._idle_bytes -= entry.size
            entry.pins += 1
            self._entries.move_to_end(ref.key)

    def unpin(self, refs: Iterable[payload_pb2.BlobRef]) -> None:
        """Lets objects go when room is needed."""
        for ref in refs:
            entry = self._entries[ref.key]
            entry.pins -= 1
            if entry.pins == 0:
                self._idle_bytes += entry.size
                if not entry.here and entry.fetching is None:
                    del self._entries[ref.key]
        while self._idle_bytes > self._limit:
            self._remove_oldest()

    def missing(self, refs: Iterable[payload_pb2.BlobRef]) -> list[payload_pb2.BlobRef]:
        """Those of the pinned objects that are not on disk."""
        return [ref for ref in refs if not self._entries[ref.key].here]

    async def fetch(self, refs: Iterable[payload_pb2.BlobRef]) -> None:
        """Brings pinned objects to disk. Raises `TransferError` for the first that cannot be had."""
        fetches = [asyncio.ensure_future(self._fetch(ref)) for ref in refs]
        try:
            await asyncio.gather(*fetches)
        finally:
            for fetch in fetches:
                fetch.cancel()

    async def put(self, path: str, size: int, url: str) -> str:
        """Sends a file with one HTTP PUT and gives its SHA-256 in hex. Raises `TransferError`."""
        return await self._retry(f"put {size} bytes", _put, url, path, size)

    async def close(self) -> None:
        """Ends the threads and deletes all files."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        shutil.rmtree(self._folder, ignore_errors=True)

    async def _fetch(self, ref: payload_pb2.BlobRef) -> None:
        entry = self._entries[ref.key]
        if entry.here:
            return
        if entry.fetching is None:
            entry.fetching = asyncio.ensure_future(self._download(ref, entry))
        # Shielded, because other tasks may wait for the same object when this one is stopped.
        await asyncio.shield(entry.fetching)

    async def _download(self, ref: payload_pb2.BlobRef, entry: _Entry) -> None:
        try:
            if not ref.url:
                raise TransferError(f"the reference to {ref.key} has no URL to read it from")
            length = await self._retry(f"fetch {ref.key}", _get, ref.url, self.path(ref), ref.size, ref.sha256)
            entry.size, entry.here = length, True
            if not entry.pins:
                self._idle_bytes += entry.size
        finally:
            entry.fetching = None
            if not entry.pins and not entry.here:
                del self._entries[ref.key]

    async def _retry(self, what: str, transfer: Callable[..., T], *args: object) -> T:
        loop = asyncio.get_running_loop()
        delay = FIRST_DELAY_SECONDS
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return await loop.run_in_executor(self._threads, transfer, *args)
            except TransferError:
                raise
            except (OSError, urllib.error.URLError, ValueError) as error:
                refused = isinstance(error, urllib.error.HTTPError) and 400 <= error.code < 500
                if attempt == ATTEMPTS or refused:
                    raise TransferError(f"cannot {what}: {error}") from error
            await asyncio.sleep(delay)
            delay *= 4
        raise AssertionError("the last attempt returns or raises")

    def _remove_oldest(self) -> None:
        key, entry = next((key, entry) for key, entry in self._entries.items() if not entry.pins and entry.size)
        self._idle_bytes -= entry.size
        del self._entries[key]
        os.unlink(self.path(payload_pb2.BlobRef(key=key)))


def _get(url: str, path: str, size: int, sha256: str) -> int:
    """Streams an object into a file, which appears under its name when it is whole; gives its length."""
    digest, length, part = hashlib.sha256(), 0, f"{path}.part"
    with _open(urllib.request.Request(url)) as response, open(part, "wb") as file:
        while chunk := response.read(CHUNK_BYTES):
            digest.update(chunk)
            length += len(chunk)
            file.write(chunk)
    if size and length != size:
        raise ValueError(f"got {length} bytes instead of {size}")
    if sha256 and digest.hexdigest() != sha256.lower():
        raise ValueError(f"the SHA-256 of the bytes that came is {digest.hexdigest()}, not {sha256}")
    os.replace(part, path)
    return length


def _put(url: str, path: str, size: int) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
        file.seek(0)
        headers = {"Content-Length": str(size), "Content-Type": "application/octet-stream"}
        with _open(urllib.request.Request(url, data=file, headers=headers, method="PUT")) as response:
            response.read()
    return digest.hexdigest()


def _open(request: urllib.request.Request):  # type: ignore[no-untyped-def]
    """Opens a request, past any proxy when it goes to this machine."""
    host = urllib.parse.urlsplit(request.full_url).hostname
    handlers = [urllib.request.ProxyHandler({})] if host in ("127.0.0.1", "localhost", "::1") else []
    try:
        return urllib.request.build_opener(*handlers).open(request, timeout=IDLE_TIMEOUT_SECONDS)
    except urllib.error.HTTPError as error:
        error.close()  # It holds the connection.
        raise
