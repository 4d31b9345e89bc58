"""Routes whose refusals have another form than everybody else's, because their clients read them so."""

import json
from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from controlplane.domain.errors import NotFoundError
from controlplane.gateway.rest_errors import JSON_TYPE
from controlplane.gateway.transcoder import Transcoder

Write = Callable[[str], Response]


def plain_text(message: str) -> Response:
    return Response(message, 404, media_type="text/plain")


def json_string(message: str) -> Response:
    return Response(json.dumps(message, ensure_ascii=False), 404, headers={"Content-Type": JSON_TYPE})


_SERVICE = "distributedkube.api.cluster.v1.ClusterService"

NOT_FOUND: Mapping[str, Write] = {
    f"{_SERVICE}.GetUnscheduled": plain_text,
    f"{_SERVICE}.GetIgnored": plain_text,
    f"{_SERVICE}.StopPods": json_string,
    f"{_SERVICE}.StopJobs": json_string,
}
"""How it is said, by method, that there is no such thing."""


class OddNotFound:
    """Serves a route, and says in its own form that there is no such thing."""

    def __init__(self, serve: Transcoder, write: Write) -> None:
        self._serve = serve
        self._write = write

    async def __call__(self, request: Request, path: Mapping[str, str]) -> ASGIApp:
        try:
            return await self._serve(request, path)
        except NotFoundError as error:
            return self._write(error.message)
