"""Readmes come as files of multipart forms, which annotations cannot say. They end in the methods of ``ReadmeService``."""

from collections.abc import Mapping

from google.protobuf.message import Message
from starlette.requests import Request
from starlette.types import ASGIApp

from controlplane.api.methods import Caller, Method, ViolationError
from controlplane.domain.errors import InvalidError
from controlplane.domain.readmes import MAX_README_BYTES
from controlplane.gateway.edge import Edge, media_type, pieces_of_body
from controlplane.gateway.handwritten import unexpected_field
from controlplane.gateway.json_codec import to_json
from controlplane.gateway.multipart import read_parts
from controlplane.gateway.rest_errors import json_response
from controlplane.gateway.violations import translated
from distributedkube.api.readme.v1 import readme_service_pb2

FIELD = "README.md"
"""Name of the form's only part."""

_FORM_BYTES = MAX_README_BYTES + 64 * 1024
"""Of a whole form: the text, and what surrounds it."""

_SERVICE = "distributedkube.api.readme.v1.ReadmeService"
PUT_README = {
    "/api/v1/readme/algorithms/{name}": f"{_SERVICE}.PutAlgorithmReadme",
    "/api/v1/readme/pipelines/{name}": f"{_SERVICE}.PutPipelineReadme",
}
"""Path of a readme to the method that stores it."""


class ReadmeRoutes:
    """POST and PUT of the readmes of one kind of thing; both create or replace."""

    def __init__(self, edge: Edge, method: Method) -> None:
        self._edge = edge
        self._method = method

    async def create(self, request: Request, path: Mapping[str, str]) -> ASGIApp:
        return json_response(to_json(await self._put(request, path["name"])), 201)

    async def replace(self, request: Request, path: Mapping[str, str]) -> ASGIApp:
        return json_response(to_json(await self._put(request, path["name"])))

    async def _put(self, request: Request, name: str) -> Message:
        caller = await self._edge.authenticate(request.headers)
        text = await _text_of(request)
        return await self._call(name, text, caller)

    async def _call(self, name: str, text: str, caller: Caller) -> Message:
        message = self._method.request_class()
        assert isinstance(
            message, readme_service_pb2.PutAlgorithmReadmeRequest | readme_service_pb2.PutPipelineReadmeRequest
        )
        message.name, message.readme = name, text
        try:
            return await self._edge.methods.call(self._method, message, caller)
        except ViolationError as error:
            raise translated(error, self._method.descriptor.input_type, "") from error


async def _text_of(request: Request) -> str:
    """The text of the form's file. Raises ``InvalidError`` when there is none or when it is no text."""
    data: bytes | None = None
    if media_type(request) == "multipart/form-data":
        body = pieces_of_body(request, _FORM_BYTES)
        async for part in read_parts(request.headers["content-type"], body):
            if part.name != FIELD:
                raise unexpected_field(part.name)
            data = await part.text(MAX_README_BYTES)
    if data is None:
        raise InvalidError(f"send the readme as the file {FIELD} of a multipart form", field=FIELD)
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise InvalidError("the readme is no text in UTF-8", field=FIELD) from None
