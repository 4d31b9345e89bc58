"""Presigned URLs of the embedded object store.

The counterpart of S3's: whoever holds the URL may do this one thing with this one object until it expires. Pure; the
store makes them and the HTTP gateway, which answers them, checks them.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from urllib.parse import urlencode

from controlplane.adapters import check_object_key
from controlplane.domain.errors import InvalidError, LimitError, NotAllowedError

PATH = "/blobs/"
"""What comes before the key in the path of every presigned URL."""

_MAX_DIGITS = 15
"""Of a number in a URL: far more than any time or size, and never slow to read."""


class Operation(StrEnum):
    """What a URL is good for."""

    GET = "get"
    PUT = "put"


_OPERATIONS = {"GET": Operation.GET, "HEAD": Operation.GET, "PUT": Operation.PUT}
"""By HTTP method."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What the holder of a valid URL may do."""

    operation: Operation
    key: str
    max_bytes: int
    """Largest body of a PUT; 0 for a GET, which has none."""

    def check_body(self, size_bytes: int) -> None:
        """``LimitError`` when a body is larger; call it with the declared length and while the body comes in."""
        if size_bytes > self.max_bytes:
            raise LimitError(
                f"the body has {size_bytes} bytes or more; this URL takes at most {self.max_bytes}",
                reason="BODY_TOO_LARGE",
            )


def presigned_url(
    base_url: str, secret: bytes, operation: Operation, key: str, *, expires_at: int, max_bytes: int = 0
) -> str:
    """The URL below ``base_url``; ``expires_at`` is in seconds since the epoch."""
    query = {"op": operation, "expires": expires_at, "max": max_bytes}
    signature = _signature(secret, operation, key, expires_at, max_bytes)
    return f"{base_url.rstrip('/')}{PATH}{key}?{urlencode(query)}&signature={signature}"


def verify_presigned(secret: bytes, method: str, key: str, query: Mapping[str, str], now: float) -> Grant:
    """What a request may do, by its HTTP method, the path behind ``/blobs/`` and its query parameters.

    Errors: ``InvalidError`` when the URL is no presigned one (says which parameter), ``NotAllowedError`` when its
    signature is wrong, it has expired, or it is for another method.
    """
    check_object_key(key)
    try:
        operation = Operation(_parameter(query, "op"))
    except ValueError:
        raise InvalidError("op is neither get nor put; use the URL as it was given", field="op") from None
    expires_at = _number(query, "expires")
    max_bytes = _number(query, "max")
    expected = _signature(secret, operation, key, expires_at, max_bytes)
    if not hmac.compare_digest(expected.encode(), _parameter(query, "signature").encode(errors="replace")):
        raise NotAllowedError("the signature does not fit this URL; ask for a new one", reason="SIGNATURE_INVALID")
    if expires_at <= now:
        raise NotAllowedError("this URL has expired; ask for a new one", reason="URL_EXPIRED")
    if _OPERATIONS.get(method.upper()) is not operation:
        raise NotAllowedError(f"this URL is for {operation.upper()}, not {method}", reason="METHOD_NOT_ALLOWED")
    return Grant(operation, key, max_bytes)


def _signature(secret: bytes, operation: Operation, key: str, expires_at: int, max_bytes: int) -> str:
    # A key holds no line break, so no two different grants have one text.
    return hmac.new(secret, f"{operation}\n{key}\n{expires_at}\n{max_bytes}".encode(), sha256).hexdigest()


def _parameter(query: Mapping[str, str], name: str) -> str:
    value = query.get(name)
    if not value:
        raise InvalidError(f"query parameter {name} is missing; use the URL as it was given", field=name)
    return value


def _number(query: Mapping[str, str], name: str) -> int:
    text = _parameter(query, name)
    if not (text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS):
        raise InvalidError(f"query parameter {name} is not a whole number; use the URL as it was given", field=name)
    return int(text)
