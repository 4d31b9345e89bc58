"""Routes that annotations cannot describe, because of the form of the request or of the answer: storing many pipelines at
once, and what such routes have in common. Those of algorithms are in ``algorithm_routes``.

Each ends in the same methods of the table as everything else; what is special is the form of the request and that some
failures are answered inside a good answer, which clients of this API look for.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping

from google.protobuf.message import Message
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from controlplane.api.methods import Caller, Method, ViolationError
from controlplane.domain.errors import AlreadyExistsError, DistributedKubeError, InvalidError, LimitError, NotFoundError
from controlplane.gateway.edge import Edge, media_type, off_loop, read_body, where
from controlplane.gateway.json_codec import parse_into, to_json_field
from controlplane.gateway.json_text import decode, list_slices, object_slices, whole_value
from controlplane.gateway.rest_errors import dump, error_body, error_status, json_response
from controlplane.gateway.transcoder import Transcoder
from controlplane.gateway.violations import translated
from distributedkube.api.pipeline.v1 import pipeline_service_pb2

CREATE_PIPELINE = "distributedkube.api.pipeline.v1.PipelineService.CreatePipeline"
UPDATE_PIPELINE = "distributedkube.api.pipeline.v1.PipelineService.UpdatePipeline"

ALIASES = frozenset(
    {
        "distributedkube.api.algorithm.v1.AlgorithmVersionService.AliasAlgorithmVersion",
        "distributedkube.api.pipeline.v1.PipelineVersionService.AliasPipelineVersion",
    }
)
"""Methods whose routes are ``AliasRoute``s."""


class PipelineRoutes:
    """``store/pipelines`` for a POST of several pipelines; a single one goes to ``single``."""

    def __init__(self, edge: Edge, single: Transcoder) -> None:
        self._edge = edge
        self._single = single
        self._create_method = edge.methods[CREATE_PIPELINE]
        self._update_method = edge.methods[UPDATE_PIPELINE]

    async def create(self, request: Request, path: Mapping[str, str]) -> ASGIApp:
        """Stores one pipeline, or each of a list and answers for each."""
        if media_type(request) != "application/json":
            return await self._single(request, path)
        body = await read_body(request, self._edge.settings.max_json_bytes)
        if not body.lstrip().startswith(b"["):
            return await self._single(request, path, body)
        caller = await self._edge.authenticate(request.headers)
        items = await off_loop(len(body), _items_of, body)
        if len(items) > self._edge.settings.max_array_items:
            raise too_many(self._edge)
        overwrite = request.query_params.get("overwrite") == "true"

        async def one(item: str) -> bytes:
            return await self._item(item, caller, overwrite, request)

        return await list_answer(one, items, self._edge.settings.parallel_items)

    async def _item(self, text: str, caller: Caller, overwrite: bool, request: Request) -> bytes:
        try:
            return await self._store(text, caller, overwrite)
        except DistributedKubeError as error:
            return error_item(error, request, name=name_of(text) if error_status(error) == 400 else "")

    async def _store(self, text: str, caller: Caller, overwrite: bool) -> bytes:
        created = pipeline_service_pb2.CreatePipelineRequest()
        await off_loop(len(text), parse_into, created, text, body_of="pipeline")
        try:
            return await self._call(self._create_method, created, caller)
        except AlreadyExistsError:
            if not overwrite:
                raise
        replaced = pipeline_service_pb2.UpdatePipelineRequest(pipeline=created.pipeline)
        try:
            return await self._call(self._update_method, replaced, caller)
        except DistributedKubeError as error:
            raise update_error(created.pipeline.name, error) from error

    async def _call(self, method: Method, message: Message, caller: Caller) -> bytes:
        try:
            answer = await self._edge.methods.call(method, message, caller)
        except ViolationError as error:
            raise translated(error, method.descriptor.input_type, "pipeline") from error
        return await off_loop(answer.ByteSize(), to_json_field, answer, "pipeline")


def _items_of(body: bytes) -> list[str]:
    text = decode(body)
    whole_value(text)
    return list_slices(text)


async def list_answer(work: Callable[[str], Awaitable[bytes]], items: list[str], limit: int) -> Response:
    """Does the work for all items, some at a time, and answers with the list of what came out."""
    gate = asyncio.Semaphore(limit)

    async def gated(item: str) -> bytes:
        async with gate:
            return await work(item)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(gated(item)) for item in items]
    return json_response(b"[" + b",".join(task.result() for task in tasks) + b"]", 201)


def unexpected_field(name: str) -> InvalidError:
    """The error for a part of a form that the route does not know; clients look for this text, with status 500."""
    return InvalidError("Unexpected field", reason="UNEXPECTED_FIELD", field=name)


class AliasRoute:
    """A change of a version's alias: clients of this API know no version by an answer that is no error."""

    def __init__(self, single: Transcoder) -> None:
        self._single = single

    async def alias(self, request: Request, path: Mapping[str, str]) -> ASGIApp:
        try:
            return await self._single(request, path)
        except NotFoundError as error:
            missing = {"entityType": error.kind, "id": error.name}
            return json_response(dump({"type": "NOT_FOUND", "metaData": missing}))


def error_item(error: DistributedKubeError, request: Request, *, name: str) -> bytes:
    """An error as one answer among others; the name of what it is about goes into it where there is one."""
    named = {"name": name} if name else {}
    return dump({"error": error_body(error, where=where(request), **named)})


def update_error(name: str, error: DistributedKubeError) -> DistributedKubeError:
    """What a failed replacement is answered with; failures that are not the caller's stay what they are."""
    if error_status(error) not in (400, 404, 409):
        return error
    return InvalidError(f"Error updating {name} {error.message}", details=error.details)


def name_of(text: str) -> str:
    """The name in the JSON text of an algorithm or pipeline; empty when there is none."""
    try:
        whole_value(text)
        name = object_slices(text).get("name", "") if text.lstrip().startswith("{") else ""
        return str(json.loads(name)) if name.startswith('"') else ""
    except InvalidError:
        return ""


def too_many(edge: Edge) -> LimitError:
    """The error for a list that is longer than one request may have."""
    return LimitError(
        f"at most {edge.settings.max_array_items} items are taken in one request; send several",
        reason="BODY_TOO_LARGE",
    )
