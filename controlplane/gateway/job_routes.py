"""Hand-written routes about jobs: searches, whose answers are cut down to what was asked for, and answers of odd forms.

Each ends in the same methods of the table as everything else.
"""

import json
from collections.abc import Mapping
from typing import Any

from google.protobuf.message import Message
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from controlplane.api.methods import Caller, Method, ViolationError
from controlplane.domain.errors import NotFoundError
from controlplane.gateway.edge import Edge, media_type, off_loop, read_body
from controlplane.gateway.json_codec import parse_into, to_json, to_json_field
from controlplane.gateway.json_cut import to_cut_json, tree_of
from controlplane.gateway.json_plan import plan_of
from controlplane.gateway.parameters import parameters_to_json, parse_parameters
from controlplane.gateway.rest_errors import dump, json_response
from controlplane.gateway.transcoder import NEXT_PAGE_HEADER, Transcoder, tagged
from controlplane.gateway.violations import translated
from distributedkube.api.job.v1 import job_service_pb2, search_service_pb2

SEARCH = "distributedkube.api.job.v1.JobSearchService.SearchJobs"
SEARCH_PATH = "/api/v1/exec/search"
LIST_JOBS = "distributedkube.api.job.v1.JobService.ListJobs"
AUDIT_TRAIL = "distributedkube.api.job.v1.JobService.GetJobAuditTrail"
FLOW_INPUT = "distributedkube.api.job.v1.JobService.GetJobFlowInput"

_IN_QUERY = ("experimentName", "pipelineName", "pipelineType", "algorithmName", "pipelineStatus", "tags", "user")
_ON_TOP = {"cursor": "cursor", "page": "pageNum", "pageNum": "pageNum", "sort": "sort", "limit": "limit"}
_MAPS = ("fields", "exists")
SEARCH_PARAMETERS = (*_IN_QUERY, "from", "to", *_ON_TOP, *_MAPS)


_LISTED_BY = ("status", "limit", "pageSize", "pageToken")


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
        answer = await _call(self._edge, self._method, wanted, caller)
        fields = dict(wanted.fields)
        return tagged(request, json_response(await off_loop(answer.ByteSize(), _search_json, answer, fields)))


class JobListRoute:
    """``exec/jobs``: words that no job is ever in find nothing, and ``raw=true`` asks for bare ids."""

    def __init__(self, edge: Edge, single: Transcoder) -> None:
        self._edge = edge
        self._single = single
        self._method = edge.methods[LIST_JOBS]
        self._words = plan_of(job_service_pb2.ListJobsRequest.DESCRIPTOR).by_key["status"].words

    async def get(self, request: Request, path: Mapping[str, str]) -> ASGIApp:
        """Lists jobs, or their ids."""
        status = request.query_params.get("status")
        if status and status not in self._words:
            return json_response(b"[]")
        if request.query_params.get("raw") != "true":
            return await self._single(request, path)
        caller = await self._edge.authenticate(request.headers)
        query = parse_parameters(request.scope["query_string"].decode("latin-1"))
        wanted = job_service_pb2.ListJobsRequest()
        parse_into(wanted, parameters_to_json([(key, value) for key, value in query if value], _LISTED_BY), loose=True)
        answer = await _call(self._edge, self._method, wanted, caller)
        headers = {NEXT_PAGE_HEADER: answer.next_page_token} if answer.next_page_token else {}
        return tagged(request, json_response(dump([job.job_id for job in answer.jobs]), 200, headers))


class AuditTrailRoute:
    """``exec/auditTrail``: the entries are keys of one object."""

    def __init__(self, edge: Edge) -> None:
        self._edge = edge
        self._method = edge.methods[AUDIT_TRAIL]

    async def get(self, request: Request, path: Mapping[str, str]) -> ASGIApp:
        """Who did what to a job."""
        caller = await self._edge.authenticate(request.headers)
        wanted = job_service_pb2.GetJobAuditTrailRequest(job_id=path.get("job_id", ""))
        answer = await _call(self._edge, self._method, wanted, caller)
        entries = [b'"%d":%s,' % (number, to_json(entry)) for number, entry in enumerate(answer.entries)]
        return tagged(request, json_response(b'{%s"jobId":%s}' % (b"".join(entries), dump(answer.job_id))))


class FlowInputRoute:
    """``exec/flowInput``: a job without one is answered with nothing at all."""

    def __init__(self, edge: Edge) -> None:
        self._edge = edge
        self._method = edge.methods[FLOW_INPUT]

    async def get(self, request: Request, path: Mapping[str, str]) -> ASGIApp:
        """What a job was given, as it was given."""
        caller = await self._edge.authenticate(request.headers)
        wanted = job_service_pb2.GetJobFlowInputRequest(job_id=path.get("job_id", ""))
        if not wanted.job_id:
            return Response(status_code=404)
        try:
            answer = await _call(self._edge, self._method, wanted, caller)
        except NotFoundError:
            return Response(status_code=404)
        is_file = bool(request.query_params.get("download"))
        headers = {"Content-Disposition": 'attachment;filename="flowInput.json"'} if is_file else {}
        return tagged(request, json_response(to_json_field(answer, "flow_input"), 200, headers))


async def _call(edge: Edge, method: Method, message: Message, caller: Caller) -> Any:
    try:
        return await edge.methods.call(method, message, caller)
    except ViolationError as error:
        raise translated(error, method.descriptor.input_type, "") from error


def _search_json(answer: search_service_pb2.SearchJobsResponse, fields: Mapping[str, bool]) -> bytes:
    tree = tree_of(fields)
    hits = [to_cut_json(hit, tree) if tree else to_json(hit) for hit in answer.hits]
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
