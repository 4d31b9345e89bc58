"""Hand-written routes about jobs: searches, whose answers are cut down to what was asked for.

Each ends in the same methods of the table as everything else.
"""

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from google.protobuf.message import Message
from starlette.requests import Request
from starlette.types import ASGIApp

from controlplane.api.methods import ViolationError
from controlplane.gateway.edge import Edge, media_type, off_loop, read_body
from controlplane.gateway.json_codec import parse_into, to_json
from controlplane.gateway.json_cut import cut, tree_of
from controlplane.gateway.parameters import parameters_to_json, parse_parameters
from controlplane.gateway.rest_errors import json_response
from controlplane.gateway.transcoder import tagged
from controlplane.gateway.violations import translated
from distributedkube.api.job.v1 import search_service_pb2

SEARCH = "distributedkube.api.job.v1.JobSearchService.SearchJobs"
SEARCH_PATH = "/api/v1/exec/search"

M = TypeVar("M", bound=Message)

_IN_QUERY = ("experimentName", "pipelineName", "pipelineType", "algorithmName", "pipelineStatus", "tags", "user")
_ON_TOP = {"cursor": "cursor", "page": "pageNum", "pageNum": "pageNum", "sort": "sort", "limit": "limit"}
_MAPS = ("fields", "exists")
SEARCH_PARAMETERS = (*_IN_QUERY, "from", "to", *_ON_TOP, *_MAPS)


class SearchRoutes:
    """``exec/search``, with a body or with parameters."""

    def __init__(self, edge: Edge) -> None:
        self._edge = edge
        self._method = edge.methods[SEARCH]

    async def post(self, request: Request, _path: Mapping[str, str]) -> ASGIApp:
        """The body is the request."""
        body = await read_body(request, self._edge.settings.max_json_bytes)
        return await self._answer(request, body if media_type(request) == "application/json" and body else b"{}")

    async def get(self, request: Request, _path: Mapping[str, str]) -> ASGIApp:
        """Everything is a parameter; lists of paths are texts such as ``jobId:true,pipeline.name:true``."""
        query = request.scope["query_string"].decode("latin-1")
        given: dict[str, Any] = json.loads(parameters_to_json(parse_parameters(query), SEARCH_PARAMETERS))
        return await self._answer(request, json.dumps(_from_parameters(given)).encode())

    async def _answer(self, request: Request, body: bytes) -> ASGIApp:
        caller = await self._edge.authenticate(request.headers)
        wanted = search_service_pb2.SearchJobsRequest()
        await off_loop(len(body), parse_into, wanted, body)
        try:
            answer = await self._edge.methods.call(self._method, wanted, caller)
        except ViolationError as error:
            raise translated(error, self._method.descriptor.input_type, "") from error
        fields = dict(wanted.fields)
        return tagged(request, json_response(await off_loop(answer.ByteSize(), _search_json, answer, fields)))


def _search_json(answer: search_service_pb2.SearchJobsResponse, fields: Mapping[str, bool]) -> bytes:
    tree = tree_of(fields)
    hits = [to_json(hit) for hit in answer.hits]
    if tree:
        hits = [cut(hit.decode(), tree).encode() for hit in hits]
    del answer.hits[:]
    rest = to_json(answer).removeprefix(b'{"hits":[]').removeprefix(b"{").lstrip(b",")
    return b'{"hits":[' + b",".join(hits) + b"]," + rest


def _from_parameters(given: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as the body of the same search."""
    query = {name: given[name] for name in _IN_QUERY if given.get(name) not in (None, "")}
    dates = {name: given[name] for name in ("from", "to") if given.get(name)}
    body: dict[str, Any] = {"query": query | ({"datesRange": dates} if dates else {})}
    body |= {_ON_TOP[name]: given[name] for name in _ON_TOP if given.get(name) not in (None, "")}
    return body | {name: _paths(given[name]) for name in _MAPS if given.get(name)}


def _paths(said: Any) -> Any:
    """``a:true,b.c:false`` as an object; what is no text is left to the rules of the contract."""
    if not isinstance(said, str):
        return said
    pairs = (pair.partition(":") for pair in "".join(said.split()).split(",") if pair)
    return {path: value or "true" for path, _, value in pairs}
