"""Values and results as bytes: ``storage/stream`` and ``storage/download``, by hand because the answers are no messages.

Each reads the stream of a method of the table and passes it on piece by piece, so what a request costs does not depend on the
size of what it is about. A value that ends early, since its store failed on the way, breaks the connection off.
"""

import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing
from typing import Any

from google.protobuf.message import Message
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import ASGIApp

from controlplane.api.methods import Method, ViolationError
from controlplane.api.views import BIG_RESULT_BYTES
from controlplane.domain.errors import InvalidError, NotFoundError
from controlplane.domain.values import JSON, MSGPACK
from controlplane.gateway.edge import Edge
from controlplane.gateway.json_codec import payload_to_json
from controlplane.gateway.violations import translated
from distributedkube.api.storage.v1 import storage_service_pb2
from distributedkube.api.type.v1 import payload_pb2

READ_VALUE = "distributedkube.api.storage.v1.StorageService.ReadValue"
READ_ARCHIVE = "distributedkube.api.storage.v1.StorageService.ReadResultArchive"

STREAM = "/api/v1/storage/stream/{path=**}"
STREAM_CUSTOM = "/api/v1/storage/stream/custom/{path=**}"
DOWNLOAD = "/api/v1/storage/download/{path=**}"
DOWNLOAD_CUSTOM = "/api/v1/storage/download/custom/{path=**}"
ARCHIVE = "/api/v1/storage/download/pipeline/result/{job_id}"
NAMED_ARCHIVE = f"{ARCHIVE}/{{namefile}}"

DEFAULT_NAME = "hkube-result"
MAX_NAME = 100
_OCTETS = "application/octet-stream"
_ZIP = "application/zip"

_unfit = re.compile(r"[^A-Za-z0-9._-]+")


class StorageRoutes:
    """The handlers; all are for GET."""

    def __init__(self, edge: Edge) -> None:
        self._edge = edge
        self._read_value = edge.methods[READ_VALUE]
        self._read_archive = edge.methods[READ_ARCHIVE]

    async def stream(self, request: Request, path: Mapping[str, str]) -> ASGIApp:
        """A value as it is encoded."""
        _, pieces = await self._value(request, path["path"])
        return StreamingResponse(pieces)

    async def stream_custom(self, request: Request, path: Mapping[str, str]) -> ASGIApp:
        """A small value as JSON, if it is encoded in a way that has such a form; any other as it is."""
        return StreamingResponse(await self._decoded(request, path["path"]))

    async def download(self, request: Request, path: Mapping[str, str]) -> ASGIApp:
        """A value as it is encoded, as a file."""
        _, pieces = await self._value(request, path["path"])
        return _file(pieces, _file_name("", request.query_params.get("ext", "")))

    async def download_custom(self, request: Request, path: Mapping[str, str]) -> ASGIApp:
        """The same as ``stream_custom``, as a file."""
        name = _file_name(request.query_params.get("namefile", ""), request.query_params.get("ext", ""))
        return _file(await self._decoded(request, path["path"]), name)

    async def archive(self, request: Request, path: Mapping[str, str]) -> ASGIApp:
        """The result of a job as a zip file. Clients know all refusals with the status 400."""
        wanted = storage_service_pb2.ReadResultArchiveRequest(job_id=path["job_id"])
        try:
            first, rest = await self._open(request, self._read_archive, wanted)
        except NotFoundError as error:
            raise InvalidError(error.message, field=error.field) from None
        return _file(_data(first, rest), _file_name(path.get("namefile", ""), "zip"), _ZIP)

    async def _value(self, request: Request, path: str) -> tuple[Any, AsyncGenerator[bytes, None]]:
        """What the first message says of a value, and its bytes."""
        wanted = storage_service_pb2.ReadValueRequest(path=path)
        first, rest = await self._open(request, self._read_value, wanted)
        return first, _data(first, rest)

    async def _decoded(self, request: Request, path: str) -> AsyncGenerator[bytes, None]:
        first, pieces = await self._value(request, path)
        if first.content_type not in (MSGPACK, JSON) or first.size >= BIG_RESULT_BYTES:
            return pieces
        data = b"".join([piece async for piece in pieces])
        return _once(payload_to_json(payload_pb2.Payload(content_type=first.content_type, data=data)))

    async def _open(self, request: Request, method: Method, wanted: Message) -> tuple[Any, AsyncIterator[Any]]:
        """The first message of a stream, so that a refusal comes before the answer begins, and the others."""
        caller = await self._edge.authenticate(request.headers)
        try:
            answers: AsyncIterator[Any] = self._edge.methods.stream(method, wanted, caller)
            return await anext(answers), answers
        except ViolationError as error:
            raise translated(error, method.descriptor.input_type, "") from error


def storage_routes(edge: Edge) -> Mapping[str, Callable[[Request, Mapping[str, str]], Any]]:
    """Handlers by path."""
    routes = StorageRoutes(edge)
    return {
        STREAM: routes.stream,
        STREAM_CUSTOM: routes.stream_custom,
        DOWNLOAD: routes.download,
        DOWNLOAD_CUSTOM: routes.download_custom,
        ARCHIVE: routes.archive,
        NAMED_ARCHIVE: routes.archive,
    }


async def _data(first: Any, rest: Any) -> AsyncGenerator[bytes, None]:
    async with aclosing(rest):
        if first.data:
            yield first.data
        async for message in rest:
            if message.data:
                yield message.data


async def _once(data: bytes) -> AsyncGenerator[bytes, None]:
    yield data


def _file(pieces: AsyncIterator[bytes], name: str, media_type: str = _OCTETS) -> Response:
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return StreamingResponse(pieces, media_type=media_type, headers=headers)


def _file_name(name: str, extension: str) -> str:
    """A name that cannot lead out of a folder, nor end the header it is in."""
    stem = _fitting(name) or DEFAULT_NAME
    end = _fitting(extension)
    return f"{stem}.{end}" if end else stem


def _fitting(text: str) -> str:
    return _unfit.sub("_", text[:MAX_NAME]).strip("._")
