"""Serves the method table over gRPC: one place for identities, errors and limits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import grpc
import structlog
from google.protobuf import any_pb2
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2
from grpc import aio
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from controlplane.api.methods import ALL_ACCESS, Caller, Method, MethodTable
from controlplane.domain import errors
from distributedkube.api.type.v1 import annotations_pb2

log = structlog.get_logger()

MAX_MESSAGE_BYTES = 8 * 1024 * 1024
ERROR_DOMAIN = "distributedkube"
DETAILS_KEY = "grpc-status-details-bin"
DEFAULT_USER = "defaultUser"
RETRY_DELAY_SECONDS = 1

OPTIONS = [
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
    ("grpc.http2.max_ping_strikes", 0),
    ("grpc.so_reuseport", 0),
    ("grpc.http2.lookahead_bytes", 1024 * 1024),
]

_CODES: list[tuple[type[errors.DistributedKubeError], grpc.StatusCode]] = [
    (errors.InvalidError, grpc.StatusCode.INVALID_ARGUMENT),
    (errors.NotFoundError, grpc.StatusCode.NOT_FOUND),
    (errors.ObjectNotFoundError, grpc.StatusCode.NOT_FOUND),
    (errors.AlreadyExistsError, grpc.StatusCode.ALREADY_EXISTS),
    (errors.NotAllowedError, grpc.StatusCode.FAILED_PRECONDITION),
    (errors.LimitError, grpc.StatusCode.RESOURCE_EXHAUSTED),
    (errors.UnavailableError, grpc.StatusCode.UNAVAILABLE),
    (errors.CompareFailedError, grpc.StatusCode.ABORTED),
    (errors.LeaseLostError, grpc.StatusCode.ABORTED),
]

_CODES_BY_REASON = {
    "UNAUTHENTICATED": grpc.StatusCode.UNAUTHENTICATED,
    "LOGIN_REFUSED": grpc.StatusCode.UNAUTHENTICATED,
    "ACCESS_DENIED": grpc.StatusCode.PERMISSION_DENIED,
}
"""Reasons that are finer than their class."""

_WORKER_ACCESS = frozenset({annotations_pb2.ACCESS_PUBLIC, annotations_pb2.ACCESS_WORKER})


def build_server(table: MethodTable) -> aio.Server:
    """A server with all methods of the table, health and reflection; ports are added by the caller."""
    server = aio.server(options=OPTIONS)
    services: dict[str, dict[str, grpc.RpcMethodHandler[Any, Any]]] = {}
    for method in table:
        service = method.descriptor.containing_service.full_name
        services.setdefault(service, {})[method.descriptor.name] = _handler(table, method)
    for name, handlers in services.items():
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(name, handlers),))
    health_servicer = health.aio.HealthServicer()  # type: ignore[attr-defined]  # chosen at run time by the package
    health_pb2_grpc.add_HealthServicer_to_server(health_servicer, server)
    names = [*services, health_pb2.DESCRIPTOR.services_by_name["Health"].full_name, reflection.SERVICE_NAME]
    reflection.enable_server_reflection(names, server)
    return server


def _handler(table: MethodTable, method: Method) -> grpc.RpcMethodHandler[Any, Any]:
    descriptor = method.descriptor

    async def once(request: Any, context: aio.ServicerContext[Any, Any]) -> Message:
        try:
            return await table.call(method, request, _caller(method, context))
        except errors.DistributedKubeError as error:
            await _abort(context, error)
            raise

    async def stream(request: Any, context: aio.ServicerContext[Any, Any]) -> AsyncIterator[Message]:
        try:
            async for response in table.stream(method, request, _caller(method, context)):
                yield response
        except errors.DistributedKubeError as error:
            await _abort(context, error)

    make = {
        (False, False): grpc.unary_unary_rpc_method_handler,
        (False, True): grpc.unary_stream_rpc_method_handler,
        (True, False): grpc.stream_unary_rpc_method_handler,
        (True, True): grpc.stream_stream_rpc_method_handler,
    }[bool(descriptor.client_streaming), bool(descriptor.server_streaming)]
    return make(
        stream if descriptor.server_streaming else once,
        request_deserializer=method.request_class.FromString,
        response_serializer=method.response_class.SerializeToString,
    )


def _caller(method: Method, context: aio.ServicerContext[Any, Any]) -> Caller:
    """Who calls. On loopback everybody may do everything; workers prove who they are in their first event."""
    metadata = {str(key): value for key, value in context.invocation_metadata() or () if isinstance(value, str)}
    access = _WORKER_ACCESS if method.access == annotations_pb2.ACCESS_WORKER else ALL_ACCESS
    return Caller(user=DEFAULT_USER, access=access, metadata=metadata)


async def _abort(context: aio.ServicerContext[Any, Any], error: errors.DistributedKubeError) -> None:
    by_class = next((code for kind, code in _CODES if isinstance(error, kind)), grpc.StatusCode.INTERNAL)
    code = _CODES_BY_REASON.get(error.why, by_class)
    if code is grpc.StatusCode.INTERNAL:
        log.error("rpc_failed", error=error.message, reason=error.why)
    packed = [_any(error_details_pb2.ErrorInfo(reason=error.why, domain=ERROR_DOMAIN, metadata=error.metadata()))]
    if code is grpc.StatusCode.UNAVAILABLE:
        retry = error_details_pb2.RetryInfo()
        retry.retry_delay.FromSeconds(RETRY_DELAY_SECONDS)
        packed.append(_any(retry))
    status = status_pb2.Status(code=code.value[0], message=error.message, details=packed)
    await context.abort(code, error.message, ((DETAILS_KEY, status.SerializeToString()),))


def _any(detail: Message) -> any_pb2.Any:
    packed = any_pb2.Any()
    packed.Pack(detail)
    return packed
