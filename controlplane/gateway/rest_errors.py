"""Errors as REST answers: ``{"error": {"code", "message", "details"?}}``."""

import json
import uuid
from typing import Any

import structlog
from starlette.responses import Response

from controlplane.domain.errors import (
    AlreadyExistsError,
    CompareFailedError,
    DistributedKubeError,
    InvalidError,
    LeaseLostError,
    LimitError,
    NotAllowedError,
    NotFoundError,
    ObjectNotFoundError,
    UnavailableError,
)

JSON_TYPE = "application/json; charset=utf-8"

_STATUS_BY_REASON = {
    "UNAUTHENTICATED": 401,
    "LOGIN_REFUSED": 401,
    "ACCESS_DENIED": 403,
    "SIGNATURE_INVALID": 403,
    "URL_EXPIRED": 403,
    "METHOD_NOT_ALLOWED": 403,
    "BODY_TOO_SLOW": 408,
    "BODY_TOO_LARGE": 413,
    "URL_TOO_LONG": 414,
    "HEADERS_TOO_LARGE": 431,
    "RANGE_NOT_SATISFIABLE": 416,
    "UNEXPECTED_FIELD": 500,
    "INVALID_CURSOR": 500,
    "EXPERIMENT_EXISTS": 500,
}
"""Reasons that are finer than their class."""

_STATUS_BY_CLASS: tuple[tuple[type[DistributedKubeError], int], ...] = (
    (InvalidError, 400),
    (NotFoundError, 404),
    (ObjectNotFoundError, 404),
    (AlreadyExistsError, 409),
    (CompareFailedError, 409),
    (NotAllowedError, 400),
    (LimitError, 429),
    (UnavailableError, 503),
    (LeaseLostError, 503),
)

_log = structlog.get_logger()


def error_status(error: BaseException) -> int:
    """The HTTP status for an error; 500 for what was not raised on purpose."""
    if not isinstance(error, DistributedKubeError):
        return 500
    by_class = next((status for kind, status in _STATUS_BY_CLASS if isinstance(error, kind)), 500)
    return _STATUS_BY_REASON.get(error.why, by_class)


def error_body(error: BaseException, *, where: str, **more: Any) -> dict[str, Any]:
    """The inner error object. What was not raised on purpose goes to the log under an incident id, never to the caller.

    ``where`` is the request, for the log; ``more`` goes into the object.
    """
    status = error_status(error)
    if not isinstance(error, DistributedKubeError) or (status == 500 and error.why not in _STATUS_BY_REASON):
        incident = uuid.uuid4().hex[:12]
        _log.error("rest_request_failed", incident=incident, request=where, exc_info=error)
        return {**more, "code": 500, "message": f"internal error; the server's log has it as incident {incident}"}
    body: dict[str, Any] = {**more, "code": status, "message": error.message}
    if error.details is not None:
        body["details"] = error.details
    return body


def error_response(error: BaseException, *, where: str, retry_after_seconds: int) -> Response:
    """The whole answer for an error."""
    status = error_status(error)
    if isinstance(error, DistributedKubeError) and error.why == "UNAUTHENTICATED":  # Clients know this one as a text.
        return json_response(b'{"error":"Unauthorized"}', 401, {"WWW-Authenticate": "Bearer"})
    headers = {"Retry-After": str(retry_after_seconds)} if status in (429, 503) else {}
    if status in (408, 413, 414, 431):
        headers["Connection"] = "close"  # What is left of the request is not looked at.
    return json_response(dump({"error": error_body(error, where=where)}), status, headers)


def json_response(body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """An answer whose body is JSON text."""
    return Response(body, status, {"Content-Type": JSON_TYPE, **(headers or {})})


def dump(value: Any) -> bytes:
    """Plain values as JSON text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
