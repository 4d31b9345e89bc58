"""What the two clients share of gRPC: options of the channel, stubs by name, and errors from statuses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import grpc
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from distributedkube.api.algorithm.v1.algorithm_service_pb2_grpc import AlgorithmServiceStub
from distributedkube.api.build.v1.build_service_pb2_grpc import BuildServiceStub
from distributedkube.api.job.v1.job_service_pb2_grpc import JobServiceStub
from distributedkube.api.pipeline.v1.pipeline_service_pb2_grpc import PipelineServiceStub
from distributedkube.api.trigger.v1.trigger_service_pb2_grpc import TriggerServiceStub
from distributedkube.api.watch.v1.watch_service_pb2_grpc import WatchServiceStub
from distributedkube.client import errors
from distributedkube.client.retry import service_config

DEFAULT_TARGET = "localhost:9090"
CALL_TIMEOUT_SECONDS = 60.0
UPLOAD_TIMEOUT_SECONDS = 600.0
MAX_MESSAGE_BYTES = 64 * 1024 * 1024
"""Largest answer taken: a result of many inline values, or a page of a thousand definitions."""
KEEPALIVE_MS = 330_000
"""Finds dead connections below a quiet stream. Servers refuse clients that ask more often than every 5 minutes."""

_STUBS: Mapping[str, Any] = {
    "algorithm": AlgorithmServiceStub,
    "build": BuildServiceStub,
    "job": JobServiceStub,
    "pipeline": PipelineServiceStub,
    "trigger": TriggerServiceStub,
    "watch": WatchServiceStub,
}

_CLASSES: Mapping[grpc.StatusCode, type[errors.DistributedKubeError]] = {
    grpc.StatusCode.INVALID_ARGUMENT: errors.InvalidError,
    grpc.StatusCode.OUT_OF_RANGE: errors.InvalidError,
    grpc.StatusCode.NOT_FOUND: errors.NotFoundError,
    grpc.StatusCode.ALREADY_EXISTS: errors.AlreadyExistsError,
    grpc.StatusCode.FAILED_PRECONDITION: errors.NotAllowedError,
    grpc.StatusCode.ABORTED: errors.UnavailableError,
    grpc.StatusCode.CANCELLED: errors.UnavailableError,  # by a server that stops
    grpc.StatusCode.PERMISSION_DENIED: errors.AccessError,
    grpc.StatusCode.UNAUTHENTICATED: errors.AccessError,
    grpc.StatusCode.RESOURCE_EXHAUSTED: errors.LimitError,
    grpc.StatusCode.UNAVAILABLE: errors.UnavailableError,
    grpc.StatusCode.DEADLINE_EXCEEDED: errors.UnavailableError,
}


def channel_options(target: str, *, attempts: int, first_pause_seconds: float) -> list[tuple[str, Any]]:
    """Options of a channel. Proxies of the environment are not used for the own machine."""
    options: list[tuple[str, Any]] = [
        ("grpc.service_config", service_config(attempts=attempts, first_seconds=first_pause_seconds)),
        ("grpc.enable_retries", 1),
        ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
        ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
        ("grpc.keepalive_time_ms", KEEPALIVE_MS),
    ]
    if is_local(target):
        options.append(("grpc.enable_http_proxy", 0))
    return options


def is_local(target: str) -> bool:
    """Whether a target is on the own machine."""
    if target.startswith("unix:"):
        return True
    host = target.removeprefix("dns:").lstrip("/").rpartition(":")[0] or target
    return host.strip("[]") in ("localhost", "::1") or host.startswith("127.")


def make_stubs(channel: Any) -> dict[str, Any]:
    """Stubs of all services, by the names that `calls` uses."""
    return {name: stub(channel) for name, stub in _STUBS.items()}


def call_metadata(token: str | None) -> tuple[tuple[str, str], ...]:
    return (("authorization", f"Bearer {token}"),) if token else ()


def error_of(failure: Any, target: str) -> errors.DistributedKubeError:
    """Makes our error of a failed call (``grpc.RpcError`` or ``AioRpcError``)."""
    code, text = failure.code(), failure.details() or ""
    info = _error_info(failure)
    reason, field = (info.reason, info.metadata.get("field", "")) if info else ("", "")
    if code == grpc.StatusCode.UNAVAILABLE and info is None:
        text = f"cannot reach {target}: {text or 'no answer'}"
    elif code == grpc.StatusCode.DEADLINE_EXCEEDED:
        text = f"{target} did not answer in time"
    message = text or f"the server answered {code.name}"
    return _CLASSES.get(code, errors.DistributedKubeError)(message, reason=reason, field=field)


def _error_info(failure: Any) -> error_details_pb2.ErrorInfo | None:
    try:
        status = rpc_status.from_call(failure)
    except ValueError:  # details that contradict the status come from somebody in between; the status alone counts
        return None
    for detail in status.details if status is not None else ():
        info = error_details_pb2.ErrorInfo()
        if detail.Unpack(info):
            return info
    return None
