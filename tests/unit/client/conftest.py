"""Fixtures of the client: a real server for each test, asked by the blocking and by the awaiting client."""

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from distributedkube import AsyncClient, Client
from tests.unit.client.fake_server import FakeServer, serve

Ask = Callable[[Callable[[Any], Any]], Awaitable[Any]]


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[tuple[FakeServer, str]]:
    fake, address = FakeServer(), f"unix:{tmp_path}/api.sock"
    server = await serve(fake, address)
    yield fake, address
    await server.stop(None)


@pytest.fixture
def fake(served: tuple[FakeServer, str]) -> FakeServer:
    return served[0]


@pytest.fixture(params=["blocking", "awaiting"])
async def ask(request: pytest.FixtureRequest, served: tuple[FakeServer, str]) -> AsyncIterator[Ask]:
    """Calls ``use(client)`` on either client; iterators come back as lists."""
    options: dict[str, Any] = {"token": "t0", "first_pause_seconds": 0.01}
    if request.param == "blocking":
        blocking = Client(served[1], **options)

        def run(use: Callable[[Any], Any]) -> Any:
            answer = use(blocking)
            return list(answer) if isinstance(answer, Iterator) else answer

        yield lambda use: asyncio.to_thread(run, use)
        blocking.close()
        return
    async with AsyncClient(served[1], **options) as client:

        async def call(use: Callable[[Any], Any]) -> Any:
            answer = use(client)
            if inspect.isasyncgen(answer):
                return [item async for item in answer]
            return await answer if inspect.isawaitable(answer) else answer

        yield call
