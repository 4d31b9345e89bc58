"""What every handler shares: who calls, the body within its limit, and what to say when something goes wrong."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from starlette.requests import Request

from controlplane.api.methods import Caller, MethodTable
from controlplane.domain.errors import LimitError
from controlplane.gateway.settings import GatewaySettings

Authenticate = Callable[[Mapping[str, str]], Awaitable[Caller]]
"""Says who calls, by the request's headers (lower-case names). Raises ``NotAllowedError`` with the reason
``UNAUTHENTICATED``."""

DEFAULT_USER = "defaultUser"

_LARGE_BYTES = 256 * 1024
"""Takes about 3 ms for the most plain JSON."""

T = TypeVar("T")


async def anybody(_headers: Mapping[str, str]) -> Caller:
    """Lets everybody do everything, for installations without login."""
    return Caller(user=DEFAULT_USER)


@dataclass(slots=True)
class OpenStreams:
    """Event streams that are open."""

    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """What handlers work with."""

    methods: MethodTable
    settings: GatewaySettings
    authenticate: Authenticate = anybody
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the server is to stop: event streams end then."""
    streams: OpenStreams = field(default_factory=OpenStreams)


def where(request: Request) -> str:
    """The request, for the log."""
    return f"{request.method} {request.url.path}"


async def pieces_of_body(request: Request, max_bytes: int) -> AsyncIterator[bytes]:
    """The body as it comes in. Raises ``LimitError`` as soon as it is clear that it is too large."""
    declared = request.headers.get("content-length", "")
    size = int(declared) if declared.isascii() and declared.isdecimal() and len(declared) < 20 else 0
    check_size(size, max_bytes)
    size = 0
    async for piece in request.stream():
        size += len(piece)
        check_size(size, max_bytes)
        if piece:
            yield piece


def check_size(size: int, max_bytes: int) -> None:
    """Raises ``LimitError`` for a body that is too large."""
    if size > max_bytes:
        raise LimitError(
            f"the body has {size} bytes or more; at most {max_bytes} are accepted here", reason="BODY_TOO_LARGE"
        )


async def read_body(request: Request, max_bytes: int) -> bytes:
    """The whole body."""
    return b"".join([piece async for piece in pieces_of_body(request, max_bytes)])


async def off_loop(size: int, work: Callable[..., T], *args: Any, **more: Any) -> T:
    """Does work on JSON or messages: at once when they are small, else in a thread, so that other requests go on."""
    return work(*args, **more) if size < _LARGE_BYTES else await asyncio.to_thread(work, *args, **more)


def media_type(request: Request) -> str:
    """Content type of the body without its parameters, in lower case."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()
