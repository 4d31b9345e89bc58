"""The object store in memory.

Its presigned URLs have the scheme ``memory``; simulated workers follow them with :meth:`MemoryObjectStore.fetch` and
:meth:`MemoryObjectStore.upload`, which check what an HTTP server would check.
"""

import bisect
import hashlib
from collections.abc import AsyncGenerator, AsyncIterator
from urllib.parse import parse_qs, urlencode, urlsplit

from controlplane.adapters import check_object_key, check_object_prefix
from controlplane.domain.errors import (
    InvalidError,
    LimitError,
    NotAllowedError,
    ObjectNotFoundError,
    StoreUnavailableError,
)
from controlplane.ports.object_store import ObjectInfo
from controlplane.ports.system import Clock

_PIECE_BYTES = 1024 * 1024


class MemoryObjectStore:
    """See the port for the promises; nothing outlives the object."""

    kind = "memory"

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._objects: dict[str, tuple[ObjectInfo, bytes]] = {}
        self._closed = False

    async def put(self, key: str, data: bytes | AsyncIterator[bytes]) -> ObjectInfo:
        """Stores the whole of ``data`` under ``key``; an iterator that fails leaves what was there."""
        self._check_open()
        check_object_key(key)
        content = bytes(data) if isinstance(data, bytes) else b"".join([piece async for piece in data])
        info = ObjectInfo(key, len(content), hashlib.sha256(content).hexdigest(), self._clock.now())
        self._objects[key] = (info, content)
        return info

    async def stat(self, key: str) -> ObjectInfo:
        """Size and digest of the object."""
        return self._find(key)[0]

    async def read(self, key: str, *, offset: int = 0, length: int | None = None) -> AsyncGenerator[bytes, None]:
        """See the port; a range that reaches behind the end gives what there is."""
        if offset < 0 or (length is not None and length < 0):
            raise InvalidError(f"range {offset}+{length} is negative; count bytes from 0", field="offset")
        content = self._find(key)[1]
        end = len(content) if length is None else min(len(content), offset + length)
        for start in range(offset, end, _PIECE_BYTES):
            yield content[start : min(start + _PIECE_BYTES, end)]

    async def list(self, prefix: str) -> AsyncGenerator[ObjectInfo, None]:
        """See the port; objects put meanwhile may or may not be among them."""
        self._check_open()
        check_object_prefix(prefix)
        keys = sorted(self._objects)
        for key in keys[bisect.bisect_left(keys, prefix) :]:
            if not key.startswith(prefix):
                return
            if key in self._objects:
                yield self._objects[key][0]

    async def folders(self, prefix: str) -> AsyncGenerator[str, None]:
        """See the port."""
        self._check_open()
        check_object_prefix(prefix)
        below = (key[len(prefix) :].split("/") for key in self._objects if key.startswith(prefix))
        for name in sorted({parts[0] for parts in below if len(parts) > 1}):
            yield name

    async def delete(self, key: str) -> None:
        """See the port."""
        self._check_open()
        check_object_key(key)
        self._objects.pop(key, None)

    async def delete_prefix(self, prefix: str) -> int:
        """See the port."""
        self._check_open()
        check_object_prefix(prefix)
        keys = [key for key in self._objects if key.startswith(prefix)]
        for key in keys:
            del self._objects[key]
        return len(keys)

    def presign_get(self, key: str, *, expires_seconds: int) -> str:
        """A URL for :meth:`fetch`."""
        return self._presign("get", key, expires_seconds, 0)

    def presign_put(self, key: str, *, expires_seconds: int, max_bytes: int) -> str:
        """A URL for :meth:`upload`."""
        return self._presign("put", key, expires_seconds, max_bytes)

    async def fetch(self, url: str) -> bytes:
        """What a GET of a presigned URL answers; ``NotAllowedError`` when it is no longer, or never was, valid."""
        key, _ = self._verify("get", url)
        return self._find(key)[1]

    async def upload(self, url: str, body: bytes) -> None:
        """What a PUT to a presigned URL does; ``LimitError`` when the body is larger than was agreed."""
        key, max_bytes = self._verify("put", url)
        if len(body) > max_bytes:
            raise LimitError(f"the body has {len(body)} bytes; this URL takes at most {max_bytes}")
        await self.put(key, body)

    async def close(self) -> None:
        """Forgets everything; every later call raises ``StoreUnavailableError``."""
        self._closed = True
        self._objects.clear()

    def _check_open(self) -> None:
        if self._closed:
            raise StoreUnavailableError("the object store is closed")

    def _find(self, key: str) -> tuple[ObjectInfo, bytes]:
        self._check_open()
        check_object_key(key)
        try:
            return self._objects[key]
        except KeyError:
            raise ObjectNotFoundError(f"object {key} Not Found", field="key") from None

    def _presign(self, operation: str, key: str, expires_seconds: int, max_bytes: int) -> str:
        check_object_key(key)
        expires = str(int(self._clock.now()) + expires_seconds)
        query = {"op": operation, "expires": expires, "max": str(max_bytes)}
        return f"memory://blobs/{key}?" + urlencode(query | {"signature": _sign(key, query)})

    def _verify(self, operation: str, url: str) -> tuple[str, int]:
        parts = urlsplit(url)
        key = parts.path.removeprefix("/")
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if query.pop("signature", "") != _sign(key, query) or query["op"] != operation:
            raise NotAllowedError("the signature does not fit this URL; ask for a new one", reason="SIGNATURE_INVALID")
        if float(query["expires"]) <= self._clock.now():
            raise NotAllowedError("this URL has expired; ask for a new one", reason="URL_EXPIRED")
        return key, int(query["max"])


def _sign(key: str, query: dict[str, str]) -> str:
    """Guards against mistakes in simulated clients, not against attackers: nothing here leaves the process."""
    return hashlib.sha256(repr((key, sorted(query.items()))).encode()).hexdigest()
