"""A server of live topics alone: real HTTP and gRPC over a store and logs in memory."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from controlplane.adapters.memory import MemoryObjectStore, MemoryStateStore
from controlplane.adapters.system import SystemClock, SystemIds
from controlplane.api.grpc_server import build_server
from controlplane.api.methods import MethodTable
from controlplane.api.watch_documents import WatchDocuments
from controlplane.api.watch_servicer import WatchServicer
from controlplane.gateway.app import build_app
from controlplane.gateway.json_codec import to_json
from controlplane.gateway.serving import listen, serve
from controlplane.gateway.settings import GatewaySettings
from controlplane.ports.state_store import StateStore
from controlplane.roles.logs.role import LogSettings, LogsRole
from controlplane.roles.watching.channel import WatchSettings
from controlplane.roles.watching.role import WatchingRole
from controlplane.roles.watching.tools import WatchTools
from distributedkube.api.watch.v1 import watch_service_pb2


class Quiet:
    """Queues and placement in which nothing happens."""

    def on_demand(self, _callback: object) -> None:
        """Nothing ever calls back."""

    on_decision = on_demand


class CountedLogs(LogsRole):
    """Counts the pages that were read."""

    pages = 0

    async def read(self, *args: Any, **more: Any) -> Any:
        self.pages += 1
        return await super().read(*args, **more)


@dataclass(slots=True)
class Watched:
    """A running server."""

    http_port: int
    grpc: str
    store: StateStore
    logs: CountedLogs
    stopping: asyncio.Event
    serving: asyncio.Task[None]


@asynccontextmanager
async def running(folder: Path, settings: WatchSettings, log_settings: LogSettings) -> AsyncIterator[Watched]:
    """Serves the topics that need nothing but a store and logs: ``catalog`` and ``logs`` of jobs."""
    clock, store = SystemClock(), MemoryStateStore(clock=SystemClock())
    logs = CountedLogs(objects=MemoryObjectStore(clock), clock=clock, settings=log_settings)
    unused = cast(Any, Quiet())
    tools = WatchTools(
        store=store,
        clock=clock,
        logs=logs,
        documents=WatchDocuments(to_json=to_json, tasks=unused),
        search=unused,
        queue=unused,
        demand=unused,
        placement=unused,
        jobs=unused,
        explainer=unused,
        cluster=unused,
        builds=unused,
        about=dict,
    )
    role = WatchingRole(tools=tools, ids=SystemIds(), settings=settings)
    table = MethodTable()
    table.add_service(watch_service_pb2.DESCRIPTOR.services_by_name["WatchService"], WatchServicer(role))
    stopping, listener = asyncio.Event(), listen("127.0.0.1", 0)
    app = build_app(table, settings=GatewaySettings(), stopping=stopping)
    # So patient that a stream which does not end by itself fails its test.
    serving = asyncio.create_task(
        serve(app, listener, stopping=stopping, settings=GatewaySettings(), grace_seconds=3600)
    )
    grpc_server = build_server(table)
    address = f"unix:{folder}/watch.sock"
    grpc_server.add_insecure_port(address)
    await grpc_server.start()
    try:
        yield Watched(listener.getsockname()[1], address, store, logs, stopping, serving)
    finally:
        stopping.set()
        await serving
        await grpc_server.stop(None)
        await role.close()
        await logs.close()
