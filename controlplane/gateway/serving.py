"""Runs the HTTP application inside a loop that other roles use too."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp

from controlplane.gateway.settings import GatewaySettings
from controlplane.gateway.slow_callers import TimedHead


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leaves signals alone: they are the business of the program around it."""
        yield


def listen(host: str, port: int) -> socket.socket:
    """Takes a port, a free one for 0, so that it is known before anything is served. Raises ``OSError``."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=2048)
    # Inherited by connections. asyncio does it only for sockets that were made with the protocol's number; without it the
    # second part of each answer waits for the caller's delayed acknowledgement, 40 ms.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


async def serve(
    app: ASGIApp, listener: socket.socket, *, stopping: asyncio.Event, settings: GatewaySettings, grace_seconds: int = 5
) -> None:
    """Serves until ``stopping`` is set; then takes no more requests and lets the running ones end.

    Event streams watch ``stopping`` themselves and end at once; other requests are cut off after ``grace_seconds``. Closes
    the listener. When this is cancelled, all requests are cut off.
    """
    server = _Server(
        uvicorn.Config(
            app,
            http=cast(
                Any,
                partial(TimedHead, head_seconds=settings.head_seconds, linger_seconds=settings.linger_seconds),
            ),
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=grace_seconds,
            h11_max_incomplete_event_size=settings.max_url_bytes + settings.max_header_bytes,
        )
    )
    serving = asyncio.create_task(server.serve(sockets=[listener]), name="http-server")
    stop = asyncio.create_task(stopping.wait(), name="http-server-stop")
    try:
        await asyncio.wait([serving, stop], return_when=asyncio.FIRST_COMPLETED)
        server.should_exit = True
        await serving
    finally:
        stop.cancel()
        server.should_exit = server.force_exit = True
        await asyncio.gather(serving, stop, return_exceptions=True)
