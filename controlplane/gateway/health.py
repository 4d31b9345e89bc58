"""Whether this process lives, whether it is ready, and its metrics."""

from collections.abc import Awaitable, Callable, Mapping

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from controlplane.gateway.rest_errors import dump, json_response

Ready = Callable[[], Awaitable[list[str]]]
"""Reasons why the server is not ready, in sentences; empty when it is."""


async def always_ready() -> list[str]:
    """For servers that are ready once they listen."""
    return []


class HealthRoutes:
    """The handlers."""

    def __init__(self, ready: Ready, registry: CollectorRegistry) -> None:
        self._ready = ready
        self._registry = registry

    async def live(self, _request: Request, _path: Mapping[str, str]) -> ASGIApp:
        """Answers as long as the event loop turns."""
        return json_response(b'{"status":"ok"}')

    async def ready(self, _request: Request, _path: Mapping[str, str]) -> ASGIApp:
        """200 when requests can be served, else 503 with the reasons."""
        reasons = await self._ready()
        body = {"status": "not ready" if reasons else "ok", "reasons": reasons}
        return json_response(dump(body), 503 if reasons else 200)

    async def metrics(self, _request: Request, _path: Mapping[str, str]) -> ASGIApp:
        """All metrics in the text form of Prometheus."""
        return Response(generate_latest(self._registry), headers={"Content-Type": CONTENT_TYPE_LATEST})
