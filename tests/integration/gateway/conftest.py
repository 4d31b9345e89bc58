"""A real HTTP server on a free port, with servicers that tests can look into."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from prometheus_client import CollectorRegistry, Counter

from controlplane.gateway.app import build_app
from controlplane.gateway.serving import listen, serve
from controlplane.gateway.settings import GatewaySettings
from tests.integration.gateway.gateway_servicers import MemoryBlobs, Servicers


@dataclass(slots=True, kw_only=True)
class Server:
    """A running server."""

    client: httpx.AsyncClient
    servicers: Servicers
    blobs: MemoryBlobs
    stopping: asyncio.Event
    serving: asyncio.Task[None]
    not_ready: list[str]
    port: int


StartServer = Callable[..., AbstractAsyncContextManager[Server]]


@asynccontextmanager
async def running_server(settings: GatewaySettings | None = None, **more: Any) -> AsyncIterator[Server]:
    """Starts a server and stops it in the end."""
    settings = settings or GatewaySettings()
    servicers, blobs, stopping, not_ready = Servicers(), MemoryBlobs(), asyncio.Event(), list[str]()
    registry = CollectorRegistry()
    Counter("distributedkube_test_things", "Things.", registry=registry).inc()

    async def ready() -> list[str]:
        return not_ready

    app = build_app(
        servicers.table(),
        settings=settings,
        stopping=stopping,
        blob_access=blobs,
        ready=ready,
        registry=registry,
        **more,
    )
    listener = listen("127.0.0.1", 0)
    port = listener.getsockname()[1]
    # So patient that a request which does not end by itself fails its test.
    serving = asyncio.create_task(serve(app, listener, stopping=stopping, settings=settings, grace_seconds=3600))
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=None) as client:
            yield Server(
                client=client,
                servicers=servicers,
                blobs=blobs,
                stopping=stopping,
                serving=serving,
                not_ready=not_ready,
                port=port,
            )
    finally:
        stopping.set()
        await serving


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """A server with default settings."""
    async with running_server() as running:
        yield running


@pytest.fixture
def start_server() -> StartServer:
    """Starts further servers, with settings."""
    return running_server
