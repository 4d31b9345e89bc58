"""Checks a pipeline that may not even be one: what is wrong with the form of its JSON is listed beside all else.

``ValidatePipeline`` gets what could be read; what could not is known only here.
"""

from collections.abc import Mapping
from typing import cast

from starlette.requests import Request
from starlette.types import ASGIApp

from controlplane.api.pipeline_check import MAX_PROBLEMS, json_path
from controlplane.gateway.edge import Edge, media_type, off_loop, read_body
from controlplane.gateway.json_codec import parse_into, to_json
from controlplane.gateway.json_reader import ExtraKeyError, FieldError
from controlplane.gateway.rest_errors import json_response
from distributedkube.api.pipeline.v1 import pipeline_design_service_pb2 as service

VALIDATE_PIPELINE = "distributedkube.api.pipeline.v1.PipelineDesignService.ValidatePipeline"


class ValidateRoute:
    """``POST store/pipelines/validate``."""

    def __init__(self, edge: Edge) -> None:
        self._edge = edge
        self._method = edge.methods[VALIDATE_PIPELINE]

    async def validate(self, request: Request, _path: Mapping[str, str]) -> ASGIApp:
        caller = await self._edge.authenticate(request.headers)
        body = b"{}"
        if media_type(request) == "application/json":
            body = await read_body(request, self._edge.settings.max_json_bytes) or body
        message, faults = service.ValidatePipelineRequest(), list[FieldError]()
        try:
            await off_loop(len(body), parse_into, message, body, body_of="pipeline", faults=faults)
        except FieldError:
            if not faults:
                raise
            answer = service.ValidatePipelineResponse()  # There is more than one can read.
        else:
            answer = cast(
                service.ValidatePipelineResponse, await self._edge.methods.call(self._method, message, caller)
            )
        return json_response(to_json(_with(faults, answer)))


def _with(faults: list[FieldError], answer: service.ValidatePipelineResponse) -> service.ValidatePipelineResponse:
    """The answer with what is wrong with the JSON in front; that a value is missing is not said of one that was left out."""
    unread = [
        service.Problem(
            severity=service.Problem.SEVERITY_ERROR, path=json_path(fault.field), code=fault.why, message=fault.message
        )
        for fault in faults
    ]
    paths = tuple({json_path(fault.field) for fault in faults if not isinstance(fault, ExtraKeyError)})
    below = tuple(path + end for path in paths for end in (".", "["))
    others = [
        problem for problem in answer.problems if problem.path not in paths and not problem.path.startswith(below)
    ]
    valid = answer.valid and not unread
    return service.ValidatePipelineResponse(valid=valid, problems=[*unread, *others][:MAX_PROBLEMS])
