"""A reader of live topics that does not read, over a real connection: it costs nothing, and is told what it missed."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import httpx

from controlplane.adapters.memory import MemoryObjectStore, MemoryStateStore
from controlplane.adapters.system import SystemClock, SystemIds
from controlplane.api.methods import MethodTable
from controlplane.api.watch_documents import WatchDocuments
from controlplane.api.watch_servicer import WatchServicer
from controlplane.domain.catalog_records import pipeline_key
from controlplane.domain.records import job_key
from controlplane.gateway.app import build_app
from controlplane.gateway.json_codec import to_json
from controlplane.gateway.serving import listen, serve
from controlplane.gateway.settings import GatewaySettings
from controlplane.ports.logs import LogLine
from controlplane.ports.state_store import Put, StateStore, Transaction
from controlplane.roles.logs.role import LogSettings, LogsRole
from controlplane.roles.watching.channel import WatchSettings
from controlplane.roles.watching.role import WatchingRole
from controlplane.roles.watching.tools import WatchTools
from distributedkube.api.watch.v1 import watch_service_pb2

JOB = "big"
LOG_BYTES = 64 * 1024 * 1024
"""More than the two ends of a connection can hold between them."""

LARGEST_LINE = 2 * 1024 * 1024
"""A client of asyncio reads no further when it holds twice as much."""

ROUND = 50
"""Changes in a row that a reader who reads is given one by one."""


class Quiet:
    """Queues and placement in which nothing happens."""

    def on_demand(self, _callback: object) -> None:
        """Nothing ever calls back."""

    on_decision = on_demand


class CountedLogs(LogsRole):
    pages = 0

    async def read(self, *args: Any, **more: Any) -> Any:
        self.pages += 1
        return await super().read(*args, **more)


@asynccontextmanager
async def running() -> AsyncIterator[tuple[int, StateStore, CountedLogs]]:
    """A server with a small ring, a store, and a log that is far larger than what a connection holds."""
    clock, store = SystemClock(), MemoryStateStore(clock=SystemClock())
    logs = CountedLogs(
        objects=MemoryObjectStore(clock),
        clock=clock,
        settings=LogSettings(max_job_bytes=2 * LOG_BYTES, flush_seconds=3600),
    )
    await store.commit(Transaction([Put(job_key(JOB), b"")]))
    line = LogLine(0.0, "N", "t", 0, 1, "stdout", "info", "x" * 16_000)
    logs.write(JOB, [line] * (LOG_BYTES // 16_000), 0)
    unused = cast(Any, Quiet())
    tools = WatchTools(
        store=store,
        clock=clock,
        logs=logs,
        documents=WatchDocuments(to_json=to_json, tasks=unused),
        demand=unused,
        placement=unused,
        jobs=unused,
        explainer=unused,
        cluster=unused,
        builds=unused,
        about=dict,
    )
    role = WatchingRole(tools=tools, ids=SystemIds(), settings=WatchSettings(pace_seconds=0, ring_bytes=2000))
    table = MethodTable()
    table.add_service(watch_service_pb2.DESCRIPTOR.services_by_name["WatchService"], WatchServicer(role))
    stopping, listener = asyncio.Event(), listen("127.0.0.1", 0)
    settings = GatewaySettings()
    app = build_app(table, settings=settings, stopping=stopping)
    serving = asyncio.create_task(serve(app, listener, stopping=stopping, settings=settings))
    try:
        yield listener.getsockname()[1], store, logs
    finally:
        stopping.set()
        await serving
        await role.close()
        await logs.close()


async def events(lines: AsyncIterator[str]) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    name = ""
    async for line in lines:
        if line.startswith("event: "):
            name = line[7:]
        elif line.startswith("data: "):
            yield name, json.loads(line[6:])


async def connect_small(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection that holds little on this side."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.setblocking(False)
    await asyncio.get_running_loop().sock_connect(client, ("127.0.0.1", port))
    return await asyncio.open_connection(sock=client, limit=LARGEST_LINE)


async def test_a_reader_that_does_not_read() -> None:
    """Its log waits for it without being read ahead; of the topic that changed meanwhile it gets a gap and a snapshot."""
    async with running() as (port, store, logs):
        topics = [{"name": "logs", "filter": {"job": JOB}}, {"name": "catalog"}]
        body = json.dumps({"topics": topics}).encode()
        slow, out = await connect_small(port)
        head = [
            "POST /api/v1/watch HTTP/1.1",
            "Host: x",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
        ]
        out.write("\r\n".join([*head, "", ""]).encode() + body)
        async with (
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=None) as client,
            client.stream("GET", "/api/v1/watch/topics/catalog") as answer,
        ):
            fast = events(answer.aiter_lines())
            assert (await anext(fast))[0] == "snapshot"
            before = -1
            while before != logs.pages:  # Until a whole round passes in which no further page of its log was wanted.
                before = logs.pages
                for number in range(ROUND):
                    await store.commit(Transaction([Put(pipeline_key(f"p{number}"), b"")]))
                    name, _ = await anext(fast)
                    assert name == "patch"
        assert logs.pages * LogSettings().page_bytes < LOG_BYTES
        catalog = []
        async for name, data in events(_lines(slow)):
            if data["topic"] == "catalog":
                catalog.append((name, data))
            if "gap" in [each for each, _ in catalog] and name == "snapshot":
                break
        assert [name for name, _ in catalog][-2:] == ["gap", "snapshot"]
        assert set(catalog[-1][1]["content"]["pipelines"]) == {f"p{number}" for number in range(ROUND)}
        out.close()


async def _lines(reader: asyncio.StreamReader) -> AsyncIterator[str]:
    while line := await reader.readline():
        yield line.decode().rstrip("\r\n")
