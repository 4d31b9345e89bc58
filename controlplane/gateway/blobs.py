"""Answers presigned URLs of the embedded object store: ``/blobs/<key>``.

The URL itself is the credential, so there is no caller here. Content passes through in pieces.
"""

import re
from collections.abc import AsyncIterator, Mapping
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import ASGIApp

from controlplane.domain.errors import InvalidError
from controlplane.gateway.edge import pieces_of_body

PATH = "/blobs/{key=**}"
_TYPE = "application/octet-stream"

_range = re.compile(r"bytes=(\d{0,18})-(\d{0,18})").fullmatch


class Grant(Protocol):
    """What the holder of a URL may do."""

    @property
    def max_bytes(self) -> int:
        """Largest body of a PUT."""


class BlobAccess(Protocol):
    """The object store as this module needs it. Raises errors of the tree in ``domain.errors``."""

    def verify(self, method: str, key: str, query: Mapping[str, str]) -> Grant:
        """Checks the URL: ``InvalidError`` when it is no presigned one, ``NotAllowedError`` when it does not allow this."""

    async def size(self, key: str) -> int:
        """Length of an object in bytes; ``ObjectNotFoundError``."""

    def read(self, key: str, offset: int, length: int) -> AsyncIterator[bytes]:
        """A range of an object, in pieces."""

    async def write(self, key: str, pieces: AsyncIterator[bytes]) -> None:
        """Stores an object, whole or not at all when ``pieces`` raises."""


class BlobRoutes:
    """The handlers for GET, HEAD and PUT."""

    def __init__(self, access: BlobAccess) -> None:
        self._access = access

    async def read(self, request: Request, path: Mapping[str, str]) -> ASGIApp:
        """The object, or the one range of it that is asked for."""
        key = path["key"]
        self._access.verify(request.method, key, request.query_params)
        size = await self._access.size(key)
        headers = {"Accept-Ranges": "bytes"}
        chosen = _chosen_range(request.headers.get("range", ""), size)
        if chosen is None:
            return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{size}"})
        start, end = chosen
        status = 200
        if (start, end) != (0, size):
            status = 206
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
        headers["Content-Length"] = str(end - start)
        if request.method == "HEAD" or start == end:
            return Response(status_code=status, headers=headers, media_type=_TYPE)
        return StreamingResponse(self._access.read(key, start, end - start), status, headers, _TYPE)

    async def write(self, request: Request, path: Mapping[str, str]) -> ASGIApp:
        """Stores the body."""
        key = path["key"]
        grant = self._access.verify(request.method, key, request.query_params)
        if request.headers.get("content-range"):
            raise InvalidError("an object is written as a whole; leave out Content-Range", field="content-range")
        await self._access.write(key, pieces_of_body(request, grant.max_bytes))
        return Response(status_code=200)


def _chosen_range(header: str, size: int) -> tuple[int, int] | None:
    """First byte and the one behind the last; None when the object has no such bytes.

    Several ranges, and what is no range, give the whole object, as HTTP allows.
    """
    match = _range(header.strip())
    if match is None or match[0] == "bytes=-":
        return 0, size
    first, last = match[1], match[2]
    if not first:
        length = min(int(last), size)
        return (size - length, size) if length else None
    start = int(first)
    end = min(int(last) + 1, size) if last else size
    if last and int(last) < start:
        return 0, size
    return (start, end) if start < size else None
