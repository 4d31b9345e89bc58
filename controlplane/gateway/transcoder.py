"""Calls methods of the table for HTTP requests, by their bindings.

The same few steps for every method: who calls, body, query, path, call, answer. Parameters of the query go to the fields
that neither the body nor the path fills; those that no field knows are ignored, as clients send what older servers knew.
"""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from google.protobuf.message import Message
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from controlplane.api.methods import Method, ViolationError
from controlplane.gateway.edge import Edge, media_type, off_loop, read_body
from controlplane.gateway.event_stream import open_event_stream
from controlplane.gateway.json_codec import parse_into, to_json, to_json_field
from controlplane.gateway.json_plan import FieldPlan, plan_of
from controlplane.gateway.json_reader import ROOT, FieldError, from_text
from controlplane.gateway.parameters import parameters_to_json, parse_parameters
from controlplane.gateway.rest_errors import json_response
from controlplane.gateway.routes import Binding
from controlplane.gateway.violations import translated, without_path

NEXT_PAGE_HEADER = "X-Next-Page-Token"
"""Where the next page starts, when the answer is the bare list."""

WITHOUT_PATHS = frozenset({"distributedkube.api.queue.v1.QueueService"})
"""Services whose clients expect sentences about fields without the path in front."""


class Transcoder:
    """Serves one binding of one method."""

    def __init__(self, edge: Edge, method: Method, binding: Binding) -> None:
        self._edge = edge
        self._method = method
        self._binding = binding
        self._request_class = method.request_class
        fields = plan_of(method.descriptor.input_type).by_key
        by_name = {plan.name: plan for plan in fields.values()}
        self._path_fields: Mapping[str, FieldPlan] = {name: by_name[name] for name in binding.path_fields}
        taken = {*binding.path_fields, binding.body_field}
        self._query_keys = frozenset(key for key, plan in fields.items() if plan.name not in taken)

    async def __call__(self, request: Request, path: Mapping[str, str], body: bytes | None = None) -> ASGIApp:
        """Answers a request. Raises errors of the tree in ``domain.errors``.

        ``body`` is the body when it has been read already.
        """
        try:
            return await self._respond(request, path, body)
        except FieldError as error:
            if self._method.descriptor.containing_service.full_name in WITHOUT_PATHS:
                raise without_path(error) from error
            raise

    async def _respond(self, request: Request, path: Mapping[str, str], body: bytes | None) -> ASGIApp:
        caller = await self._edge.authenticate(request.headers)
        message = await self._message(request, path, body)
        try:
            if self._method.descriptor.server_streaming:
                part = self._binding.response_body
                return await open_event_stream(self._edge, self._method, message, caller, request, part)
            answer = await self._edge.methods.call(self._method, message, caller)
        except ViolationError as error:
            raise translated(error, self._method.descriptor.input_type, self._binding.body_field) from error
        return await self._answer(request, answer)

    async def _message(self, request: Request, path: Mapping[str, str], body: bytes | None) -> Message:
        message = self._request_class()
        if self._binding.body:
            if body is None:
                body = await read_body(request, self._edge.settings.max_json_bytes)
            await self._fill(message, body, media_type(request))
        query = request.scope["query_string"]
        if query and self._query_keys:
            parameters = parse_parameters(query.decode("latin-1"))
            parse_into(message, parameters_to_json(parameters, self._query_keys), loose=True)
        for name, field in self._path_fields.items():
            if name in path:
                setattr(message, name, from_text(field, path[name], f"{ROOT}.{field.json_name}"))
        return message

    async def _fill(self, message: Message, body: bytes, kind: str) -> None:
        field = self._binding.body_field
        match kind:
            case "application/json" if body:
                await off_loop(len(body), parse_into, message, body, body_of=field)
            case "application/x-www-form-urlencoded":
                form = parameters_to_json(parse_parameters(body.decode("latin-1")))
                parse_into(message, form, body_of=field, loose=True)
            case _:
                parse_into(message, b"{}", body_of=field)

    async def _answer(self, request: Request, answer: Message) -> Response:
        headers: dict[str, str] = {}
        part = self._binding.response_body
        if part:
            body = await off_loop(answer.ByteSize(), to_json_field, answer, part)
            if token := getattr(answer, "next_page_token", ""):
                headers[NEXT_PAGE_HEADER] = token
        else:
            body = await off_loop(answer.ByteSize(), to_json, answer)
        return tagged(request, json_response(body, self._binding.success_status, headers))


def tagged(request: Request, response: Any) -> Response:
    """Adds a weak entity tag to an answer, or says that the caller has this very answer already."""
    tag = f'W/"{len(response.body):x}-{blake2b(response.body, digest_size=12).hexdigest()}"'
    if request.method in ("GET", "HEAD") and tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers={"ETag": tag})
    response.headers["ETag"] = tag
    return response  # type: ignore[no-any-return]
