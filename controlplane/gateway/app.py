"""The HTTP server's application: routes, what surrounds every answer, and how it is served.

``build_app`` makes it, ``serving.serve`` runs it.
"""

import asyncio
import html
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path

from google.protobuf.descriptor import Descriptor
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from controlplane.api.methods import Method, MethodTable
from controlplane.domain.errors import LimitError
from controlplane.gateway import blobs, job_routes, log_download, storage_routes, swagger_ui
from controlplane.gateway.algorithm_routes import APPLY, UPLOAD, AlgorithmRoutes
from controlplane.gateway.edge import Authenticate, Edge, anybody, where
from controlplane.gateway.editor_schemas import DOCUMENTS, schema_document
from controlplane.gateway.handwritten import ALIASES, CREATE_PIPELINE, AliasRoute, PipelineRoutes
from controlplane.gateway.health import HealthRoutes, Ready, always_ready
from controlplane.gateway.middleware import CommonHeaders, Linger
from controlplane.gateway.odd_errors import NOT_FOUND, OddNotFound
from controlplane.gateway.openapi import openapi_document
from controlplane.gateway.rate_limit import RateLimit
from controlplane.gateway.readme_routes import PUT_README, ReadmeRoutes
from controlplane.gateway.rest_errors import dump, error_response, json_response
from controlplane.gateway.routes import Binding, Handler, Match, RouteTable, bindings_of
from controlplane.gateway.settings import PREFIXES, GatewaySettings
from controlplane.gateway.slow_callers import TimedBody
from controlplane.gateway.transcoder import NEXT_PAGE_HEADER, Transcoder, tagged
from controlplane.gateway.validate_route import VALIDATE_PIPELINE, ValidateRoute

GROUPS = ("store", "exec", "versions", "builds", "cron", "pipelines", "webhooks", "boards", "status", "storage")
"""Parts of the API whose root tells its name."""

GUARDED = "/api/v1/builds/"
"""Routes below refuse wrong verbs as such; elsewhere only those that can only be read do."""

INTERNAL = "/internal"
"""Routes below it are for programs of the installation: not in the OpenAPI document, and closed below every prefix, since
only an ingress that hands whole paths on asks for them there."""

_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET,PUT,POST,DELETE,OPTIONS,PATCH",
    "Access-Control-Allow-Headers": "Content-Type, Authorization, Content-Length, X-Requested-With",
    "Access-Control-Expose-Headers": f"{NEXT_PAGE_HEADER}, ETag, Retry-After",
}


def build_app(
    methods: MethodTable,
    *,
    settings: GatewaySettings | None = None,
    authenticate: Authenticate = anybody,
    stopping: asyncio.Event | None = None,
    blob_access: blobs.BlobAccess | None = None,
    ready: Ready = always_ready,
    registry: CollectorRegistry | None = None,
    more_routes: Sequence[BaseRoute] = (),
    monotonic: Callable[[], float] = time.monotonic,
) -> Starlette:
    """Makes the application.

    ``methods`` must be complete: routes are made for what is in it now. ``stopping`` ends event streams; it must be the
    one that ``serve`` gets. Without ``blob_access`` there is no ``/blobs``. ``more_routes`` are looked at first: the
    dashboard, for example. ``state.served`` of what is returned holds verb and path of each route.
    Raises ``TypeError`` for annotations that cannot be served.
    """
    settings = settings or GatewaySettings()
    edge = Edge(methods=methods, settings=settings, authenticate=authenticate, stopping=stopping or asyncio.Event())
    routes: RouteTable[Handler] = RouteTable()
    bindings = _add_annotated(routes, edge)
    _add_handwritten(routes, edge)
    _add_health(routes, HealthRoutes(ready, registry or CollectorRegistry()))
    _add_pages(routes, bindings, settings)
    if blob_access is not None:
        blob_routes = blobs.BlobRoutes(blob_access)
        routes.add("GET", blobs.PATH, blob_routes.read)
        routes.add("PUT", blobs.PATH, blob_routes.write)
    limits = [Middleware(RateLimit, settings=settings.rate_limit, monotonic=monotonic)]
    app = Starlette(
        routes=list(more_routes),
        middleware=[
            Middleware(Linger, max_bytes=settings.linger_bytes, max_seconds=settings.linger_seconds),
            Middleware(CommonHeaders, headers={"X-Powered-By": settings.powered_by, **_CORS}),
            Middleware(
                TimedBody,
                pause_seconds=settings.body_pause_seconds,
                bytes_per_second=settings.body_bytes_per_second,
            ),
            *(limits if settings.rate_limit.requests else ()),
            Middleware(
                GZipMiddleware,
                minimum_size=1024,
                compresslevel=5,
                exclude_content_types=(*DEFAULT_EXCLUDED_CONTENT_TYPES, "application/octet-stream"),
            ),
        ],
    )
    # No mount: its pattern knows no paths with line ends.
    app.router.default = _Gateway(edge, routes)
    app.router.redirect_slashes = False
    app.state.served = tuple(routes)
    return app


_CLOSED = tuple(prefix + INTERNAL for prefix in PREFIXES if prefix)


def _add_annotated(routes: RouteTable[Handler], edge: Edge) -> list[Binding]:
    bindings: list[Binding] = []
    for method in _all(edge.methods):
        odd = NOT_FOUND.get(method.name)
        for binding in bindings_of(method.descriptor):
            serve = Transcoder(edge, method, binding)
            routes.add(binding.verb, binding.path, OddNotFound(serve, odd) if odd else serve)
            if not binding.path.startswith(INTERNAL):
                bindings.append(binding)
    return bindings


def _add_handwritten(routes: RouteTable[Handler], edge: Edge) -> None:
    served = {method.name for method in _all(edge.methods)}
    if {APPLY, UPLOAD} <= served:
        algorithms = AlgorithmRoutes(edge)
        routes.add("POST", "/api/v1/store/algorithms/apply", algorithms.apply)
        routes.add("POST", "/api/v1/store/algorithms", algorithms.create)
        routes.add("PUT", "/api/v1/store/algorithms", algorithms.update)
    if CREATE_PIPELINE in served:
        method = edge.methods[CREATE_PIPELINE]
        binding = next(bindings_of(method.descriptor))
        pipelines = PipelineRoutes(edge, Transcoder(edge, method, binding))
        routes.add("POST", binding.path, pipelines.create, replace=True)
    if VALIDATE_PIPELINE in served:
        path = next(bindings_of(edge.methods[VALIDATE_PIPELINE].descriptor)).path
        routes.add("POST", path, ValidateRoute(edge).validate, replace=True)
    for name in served & ALIASES:
        method = edge.methods[name]
        binding = next(bindings_of(method.descriptor))
        routes.add(binding.verb, binding.path, AliasRoute(Transcoder(edge, method, binding)).alias, replace=True)
    for path, name in PUT_README.items():
        if name in served:
            readmes = ReadmeRoutes(edge, edge.methods[name])
            routes.add("POST", path, readmes.create)
            routes.add("PUT", path, readmes.replace)
    _add_job_routes(routes, edge, served)
    if {storage_routes.READ_VALUE, storage_routes.READ_ARCHIVE} <= served:
        for path, handler in storage_routes.storage_routes(edge).items():
            routes.add("GET", path, handler)
    if log_download.LIST_JOB_LOGS in served:
        routes.add("GET", log_download.PATH, log_download.LogDownload(edge))


def _add_job_routes(routes: RouteTable[Handler], edge: Edge, served: Collection[str]) -> None:
    if job_routes.SEARCH in served:
        search = job_routes.SearchRoutes(edge)
        routes.add("POST", job_routes.SEARCH_PATH, search.post, replace=True)
        routes.add("GET", job_routes.SEARCH_PATH, search.get)
    if job_routes.LIST_JOBS in served:
        binding = next(bindings_of(edge.methods[job_routes.LIST_JOBS].descriptor))
        jobs = job_routes.JobListRoute(edge, Transcoder(edge, edge.methods[job_routes.LIST_JOBS], binding))
        routes.add("GET", binding.path, jobs.get, replace=True)
    if job_routes.AUDIT_TRAIL in served:
        binding = next(bindings_of(edge.methods[job_routes.AUDIT_TRAIL].descriptor))
        routes.add("GET", binding.path, job_routes.AuditTrailRoute(edge).get, replace=True)
    if job_routes.FLOW_INPUT in served:
        binding = next(bindings_of(edge.methods[job_routes.FLOW_INPUT].descriptor))
        routes.add("GET", binding.path, job_routes.FlowInputRoute(edge).get, replace=True)


def _add_health(routes: RouteTable[Handler], health: HealthRoutes) -> None:
    routes.add("GET", "/healthz", health.live)
    routes.add("GET", "/readyz", health.ready)
    routes.add("GET", "/metrics", health.metrics)


def _add_pages(routes: RouteTable[Handler], bindings: Iterable[Binding], settings: GatewaySettings) -> None:
    @cache
    def document(prefix: str) -> bytes:
        return dump(openapi_document(bindings, settings, prefix))

    async def openapi(request: Request, _path: Mapping[str, str]) -> ASGIApp:
        return tagged(request, json_response(document(_prefix(request.url.path))))

    for path, message in DOCUMENTS.items():
        routes.add("GET", path, partial(_schema, message, settings.descriptor_set))
    routes.add("GET", "/swagger-api", openapi)
    routes.add("GET", "/openapi.json", openapi)
    routes.add("GET", "/swagger-ui", swagger_ui.page)
    routes.add("GET", "/swagger-ui/{file}", swagger_ui.file)
    routes.add("GET", "/api", partial(_constant, b'["v1"]'))
    routes.add("GET", f"{INTERNAL}/v1", partial(_constant, dump({"message": "internal api"})))
    for group in GROUPS:
        routes.add("GET", f"/api/v1/{group}", partial(_constant, dump({"message": f"v1 {group} api"})))


async def _schema(
    message: Descriptor, descriptor_set: Path | None, request: Request, _path: Mapping[str, str]
) -> ASGIApp:
    return tagged(request, json_response(schema_document(message, descriptor_set)))


async def _constant(body: bytes, request: Request, _path: Mapping[str, str]) -> ASGIApp:
    return tagged(request, json_response(body))


def _prefix(path: str) -> str:
    return next(prefix for prefix in reversed(PREFIXES) if path.lower().startswith(prefix))


def _all(methods: MethodTable) -> Iterable[Method]:
    return iter(methods)


class _Gateway:
    """Finds the handler for a request, and turns errors into answers."""

    def __init__(self, edge: Edge, routes: RouteTable[Handler]) -> None:
        self._edge = edge
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        response: ASGIApp
        try:
            response = await self._respond(request)
        except ClientDisconnect:
            return
        except HTTPException:
            response = _unknown(request)
        except Exception as error:  # noqa: BLE001  Nothing may get past the edge; the log has it.
            retry_after = self._edge.settings.retry_after_seconds
            response = error_response(error, where=where(request), retry_after_seconds=retry_after)
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> ASGIApp:
        _check_head(request, self._edge.settings)
        if request.url.path.lower().startswith(_CLOSED):
            return json_response(b'{"error":"Forbidden"}', 403)
        match = self._routes.find(request.scope["raw_path"].decode("latin-1"))
        if match is None:
            return _unknown(request)
        found = match.verbs.get("GET" if request.method == "HEAD" else request.method)
        if found is None:
            return _no_such_verb(request, match)
        handler, names = found
        return await handler(request, match.parameters(names))


def _check_head(request: Request, settings: GatewaySettings) -> None:
    scope = request.scope
    if len(scope["raw_path"]) + len(scope["query_string"]) > settings.max_url_bytes:
        raise LimitError(f"the URL is longer than {settings.max_url_bytes} bytes", reason="URL_TOO_LONG")
    if sum(len(name) + len(value) for name, value in scope["headers"]) > settings.max_header_bytes:
        raise LimitError(f"the headers are larger than {settings.max_header_bytes} bytes", reason="HEADERS_TOO_LARGE")


def _unknown(request: Request) -> Response:
    said = html.escape(f"Cannot {request.method} {request.url.path}")
    return Response(f"<!DOCTYPE html><html><body><pre>{said}</pre></body></html>", 404, media_type="text/html")


def _no_such_verb(request: Request, match: Match[Handler]) -> Response:
    verbs = list(match.verbs)
    if request.method == "OPTIONS":
        allowed = ",".join([*verbs, "HEAD"] if "GET" in verbs else verbs)
        return Response(allowed, headers={"Allow": allowed}, media_type="text/plain")
    if verbs != ["GET"] and GUARDED not in request.url.path.lower():
        return _unknown(request)
    allowed = ", ".join(verbs)
    return json_response(dump({"error": {"code": 405, "message": "Method Not Allowed"}}), 405, {"Allow": allowed})
