"""Hand-written routes that store algorithms with their code: uploads, and algorithms inside other documents.

Each ends in the same methods of the table as everything else.
"""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field

from google.protobuf.message import Message
from starlette.requests import Request
from starlette.types import ASGIApp

from controlplane.api.methods import Caller, Method, ViolationError
from controlplane.domain.errors import AlreadyExistsError, DistributedKubeError, InvalidError
from controlplane.gateway.edge import Edge, media_type, off_loop, pieces_of_body, read_body
from controlplane.gateway.handwritten import error_item, list_answer, name_of, too_many, unexpected_field, update_error
from controlplane.gateway.json_codec import parse_into, to_json, to_json_field, without_nulls
from controlplane.gateway.json_plan import plan_of
from controlplane.gateway.json_reader import fault
from controlplane.gateway.json_text import decode, list_slices, object_slices, whole_value
from controlplane.gateway.multipart import Part, read_parts
from controlplane.gateway.rest_errors import json_response
from controlplane.gateway.violations import translated
from distributedkube.api.algorithm.v1 import algorithm_pb2, algorithm_service_pb2
from distributedkube.api.build.v1 import build_service_pb2

APPLY = "distributedkube.api.algorithm.v1.AlgorithmService.ApplyAlgorithm"
UPLOAD = "distributedkube.api.build.v1.BuildService.UploadSource"
GET_ALGORITHM = "distributedkube.api.algorithm.v1.AlgorithmService.GetAlgorithm"

_PIECE_BYTES = 1024 * 1024
"""Most that one message of an upload may hold."""

_NO_NAME = 'algorithm should have required property "name"'
_MISSING_NAME = "data should have required property 'name'"


@dataclass(slots=True)
class _Form:
    """What a request to store an algorithm consists of."""

    payloads: list[str] = field(default_factory=list)
    """JSON texts of algorithms."""
    is_list: bool = False
    options: str = "{}"
    upload_id: str = ""
    is_plain: bool = False
    """The body is the algorithm itself, or a list of them."""


class AlgorithmRoutes:
    """``store/algorithms`` for POST and PUT, and ``store/algorithms/apply``."""

    def __init__(self, edge: Edge) -> None:
        self._edge = edge
        self._apply_method = edge.methods[APPLY]
        self._upload_method = edge.methods[UPLOAD]
        self._get_method = edge.methods[GET_ALGORITHM]

    async def apply(self, request: Request, _path: Mapping[str, str]) -> ASGIApp:
        """Creates or changes one algorithm: parts or keys ``payload``, ``options`` and ``file``."""
        caller = await self._edge.authenticate(request.headers)
        form = await self._form(request, caller, plain_allowed=False)
        answer = await self._apply(_single(form), form, caller, _options(form.options))
        return json_response(to_json(answer))

    async def create(self, request: Request, _path: Mapping[str, str]) -> ASGIApp:
        """Stores new algorithms, or changes those that are there when the caller says so."""
        caller = await self._edge.authenticate(request.headers)
        form = await self._form(request, caller, plain_allowed=True)
        options = object_slices(form.options)
        overwrite = bool(request.query_params.get("overwrite")) or options.get("allowOverwrite") in ("true", '"true"')
        if form.is_list:

            async def one(payload: str) -> bytes:
                return await self._create_item(payload, form, caller, overwrite, request)

            return await list_answer(one, form.payloads, self._edge.settings.parallel_items)
        payload = _single(form)
        try:
            return json_response(await self._create(payload, form, caller, overwrite), 201)
        except InvalidError as error:
            if error.field == "name" or error.why == "INVALID_JSON":
                raise
            return json_response(error_item(error, request, name=name_of(payload)), 201)

    async def update(self, request: Request, _path: Mapping[str, str]) -> ASGIApp:
        """Changes an algorithm that is there."""
        caller = await self._edge.authenticate(request.headers)
        form = await self._form(request, caller, plain_allowed=True)
        payload = _single(form)
        options = _options(form.options)
        if request.query_params.get("forceStopAndApplyVersion") == "true":
            options.force_update = True
        await self._call(self._get_method, algorithm_service_pb2.GetAlgorithmRequest(name=name_of(payload)), caller)
        answer = await self._apply(payload, form, caller, options)
        return json_response(_shown(answer, form))

    async def _create_item(self, payload: str, form: _Form, caller: Caller, overwrite: bool, request: Request) -> bytes:
        try:
            return await self._create(payload, form, caller, overwrite)
        except DistributedKubeError as error:
            return error_item(error, request, name="" if isinstance(error, AlreadyExistsError) else name_of(payload))

    async def _create(self, payload: str, form: _Form, caller: Caller, overwrite: bool) -> bytes:
        options = _options(form.options)
        options.create_only = True
        try:
            return _shown(await self._apply(payload, form, caller, options), form)
        except AlreadyExistsError:
            if not overwrite:
                raise
        options.create_only = False
        options.force_update = True
        try:
            return _shown(await self._apply(payload, form, caller, options), form)
        except DistributedKubeError as error:
            raise update_error(name_of(payload), error) from error

    async def _apply(
        self, payload: str, form: _Form, caller: Caller, options: algorithm_service_pb2.ApplyOptions
    ) -> Message:
        message = algorithm_service_pb2.ApplyAlgorithmRequest(upload_id=form.upload_id, options=options)
        rest, nulls = await off_loop(len(payload), without_nulls, algorithm_pb2.Algorithm, payload)
        await off_loop(len(rest), parse_into, message, rest, body_of="algorithm")
        if not message.algorithm.name:
            raise InvalidError(_MISSING_NAME if form.is_plain else _NO_NAME, field="name")
        message.clear.paths.extend([*nulls, *_emptied(rest)])
        return await self._call(self._apply_method, message, caller)

    async def _call(self, method: Method, message: Message, caller: Caller) -> Message:
        try:
            return await self._edge.methods.call(method, message, caller)
        except ViolationError as error:
            raise translated(error, method.descriptor.input_type, "algorithm") from error

    async def _form(self, request: Request, caller: Caller, *, plain_allowed: bool) -> _Form:
        if media_type(request) == "multipart/form-data":
            return await self._multipart_form(request, caller)
        body = b"{}"
        if media_type(request) == "application/json":
            body = await read_body(request, self._edge.settings.max_json_bytes) or body
        form = await off_loop(len(body), _json_form, body, plain_allowed=plain_allowed)
        if len(form.payloads) > self._edge.settings.max_array_items:
            raise too_many(self._edge)
        return form

    async def _multipart_form(self, request: Request, caller: Caller) -> _Form:
        settings = self._edge.settings
        form = _Form()
        body = pieces_of_body(request, settings.max_upload_bytes)
        async for part in read_parts(request.headers["content-type"], body):
            match part.name:
                case "payload":
                    form.payloads.append(decode(await part.text(settings.max_json_bytes)))
                    form.is_list = len(form.payloads) > 1
                case "options":
                    form.options = decode(await part.text(settings.max_json_bytes)).strip() or "{}"
                case "file":
                    form.upload_id = await self._upload(part, caller)
                case _:
                    raise unexpected_field(part.name)
        if len(form.payloads) > settings.max_array_items:
            raise too_many(self._edge)
        if form.is_list and form.upload_id:
            raise InvalidError("a file belongs to a single payload; send one request for each", field="file")
        return form

    async def _upload(self, part: Part, caller: Caller) -> str:
        """Hands a file on as it comes in. Clients may send an empty field instead of leaving it out."""
        pieces = part.pieces()
        first = await anext(pieces, b"")
        if not first and not part.file_name:
            return ""
        if part.file_name is None:
            raise InvalidError("file is a text; send it as a file, with a file name", field="file")
        requests = _upload_requests(part.file_name, first, pieces)
        answer = await self._edge.methods.call(self._upload_method, requests, caller)
        upload_id: str = answer.upload_id  # type: ignore[attr-defined]  # An UploadSourceResponse.
        return upload_id


async def _upload_requests(file_name: str, first: bytes, pieces: AsyncIterator[bytes]) -> AsyncIterator[Message]:
    yield build_service_pb2.UploadSourceRequest(file_name=file_name, data=first[:_PIECE_BYTES])
    for start in range(_PIECE_BYTES, len(first), _PIECE_BYTES):
        yield build_service_pb2.UploadSourceRequest(data=first[start : start + _PIECE_BYTES])
    async for piece in pieces:
        for start in range(0, len(piece), _PIECE_BYTES):
            yield build_service_pb2.UploadSourceRequest(data=piece[start : start + _PIECE_BYTES])


def _json_form(body: bytes, *, plain_allowed: bool) -> _Form:
    text = decode(body)
    start, _ = whole_value(text)
    match text[start]:
        case "[" if plain_allowed:
            return _Form(payloads=list_slices(text), is_list=True, is_plain=True)
        case "{":
            pass
        case _:
            raise fault("data", "should be object")
    keys = object_slices(text)
    if "payload" not in keys:
        return _Form(payloads=[text] if plain_allowed else ["{}"], is_plain=plain_allowed)
    payload = _unquoted(keys["payload"])
    options = _unquoted(keys.get("options", "{}"))
    if payload.startswith("["):
        return _Form(payloads=[_unquoted(item) for item in list_slices(payload)], is_list=True, options=options)
    return _Form(payloads=[payload], options=options)


def _unquoted(value: str) -> str:
    """JSON text that may have been put into a JSON string."""
    return str(json.loads(value)).strip() if value.startswith('"') else value


def _single(form: _Form) -> str:
    if len(form.payloads) != 1:
        raise InvalidError(f"send one payload, not {len(form.payloads)}", field="payload")
    return form.payloads[0]


def _options(text: str) -> algorithm_service_pb2.ApplyOptions:
    """The options of an apply; keys for other routes are left alone."""
    start, _ = whole_value(text)
    if text[start] != "{":
        raise fault("options", "should be object")
    options = algorithm_service_pb2.ApplyOptions()
    known = {key: value for key, value in object_slices(text).items() if key in ("forceUpdate", "forceBuild")}
    parse_into(options, "{" + ",".join(f'"{key}":{value}' for key, value in known.items()) + "}")
    return options


def _emptied(text: str) -> Iterator[str]:
    """Lists and maps that are said to be empty: messages do not know them from those that are not said."""
    fields = plan_of(algorithm_pb2.Algorithm.DESCRIPTOR).by_key
    for key, value in object_slices(text).items():
        field = fields.get(key)
        if field is not None and (field.repeated or field.map_values is not None) and not value[1:-1].strip():
            yield field.name


def _shown(answer: Message, form: _Form) -> bytes:
    return to_json_field(answer, "algorithm") if form.is_plain else to_json(answer)
