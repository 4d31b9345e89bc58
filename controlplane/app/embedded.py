"""The control plane on one machine: state in SQLite, objects in files, workers as local processes, REST and gRPC.

Stopping is one readable sequence: not ready, no new work, workers ended, roles drained, store closed. What was under way
goes on at the next start.
"""

import asyncio
import os
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from hashlib import blake2s
from pathlib import Path

import structlog
from grpc import aio

from controlplane.adapters.environments import ArchiveInspector, EnvironmentBuilder, EnvironmentSettings
from controlplane.adapters.files import FileObjectStore, Grant, verify_presigned
from controlplane.adapters.job_index import SqliteJobIndex
from controlplane.adapters.processes import ProcessCluster, ProcessSettings
from controlplane.adapters.sqlite import SqliteStateStore
from controlplane.adapters.system import SystemClock, SystemIds
from controlplane.adapters.webhooks import HttpWebhookSender
from controlplane.api.grpc_server import build_server
from controlplane.api.pipeline_storing import PipelineStoring
from controlplane.api.worker_servicer import WorkerIdentities
from controlplane.app.core import Core, Outside, installation_secret
from controlplane.app.metrics import registry_of
from controlplane.app.seeds import seed
from controlplane.app.settings import EmbeddedSettings
from controlplane.domain.errors import InvalidError, NotAllowedError
from controlplane.gateway.app import build_app
from controlplane.gateway.serving import listen, serve
from controlplane.gateway.settings import GatewaySettings
from controlplane.ports.cluster import Capacity
from controlplane.ports.system import Clock

log = structlog.get_logger()

LOOPBACK = ("127.0.0.1", "::1", "localhost")
MAX_SOCKET_PATH = 100
"""Unix socket addresses are limited to about this many bytes."""

CONTRACT = Path(__file__).resolve().parents[1] / "gateway" / "contract.binpb"
"""The contract with its comments, from ``make proto``."""

NODE_WORKER = Path(__file__).resolve().parents[2] / "sdk-js"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the control plane listens."""

    http: str
    """Base URL."""
    grpc: str
    """``host:port``."""


class FileBlobs:
    """The object store behind presigned URLs, as the gateway wants it."""

    def __init__(self, objects: FileObjectStore, secret: bytes, clock: Clock) -> None:
        self._objects = objects
        self._secret = secret
        self._clock = clock

    def verify(self, method: str, key: str, query: Mapping[str, str]) -> Grant:
        return verify_presigned(self._secret, method, key, query, self._clock.now())

    async def size(self, key: str) -> int:
        return (await self._objects.stat(key)).size_bytes

    def read(self, key: str, offset: int, length: int) -> AsyncIterator[bytes]:
        return self._objects.read(key, offset=offset, length=length)

    async def write(self, key: str, pieces: AsyncIterator[bytes]) -> None:
        await self._objects.put(key, pieces)


class Embedded:
    """A running control plane."""

    def __init__(self, core: Core, addresses: Addresses) -> None:
        self.core = core
        self.addresses = addresses

    async def wait(self, stopping: asyncio.Event) -> None:
        """Returns when told to stop; raises the error of a role that ended by itself."""
        stop = asyncio.create_task(stopping.wait(), name="stop")
        try:
            await asyncio.wait((stop, self.core.failed), return_when=asyncio.FIRST_COMPLETED)
            if self.core.failed.done():
                self.core.failed.result()
        finally:
            stop.cancel()


@asynccontextmanager
async def embedded(settings: EmbeddedSettings) -> AsyncIterator[Embedded]:
    """Runs a control plane for as long as the context lasts.

    Raises ``InvalidError``, ``NotAllowedError`` or ``UnavailableError`` with what to do when it cannot start.
    """
    if settings.host not in LOOPBACK:
        raise InvalidError(
            f"--host {settings.host}: without authentication only loopback addresses are served", field="host"
        )
    _make_data_dir(settings.data_dir)
    async with AsyncExitStack() as stack:
        http_socket = _listen(settings.host, settings.http_port)
        stack.callback(http_socket.close)
        base_url = f"http://{_in_url(settings.host)}:{http_socket.getsockname()[1]}"
        clock, ids = SystemClock(), SystemIds()
        store = await SqliteStateStore.open(settings.data_dir / "state.db", clock=clock)
        stack.push_async_callback(store.close)
        secret = await installation_secret(store, ids)
        objects = FileObjectStore(settings.data_dir / "objects", base_url=lambda: base_url, secret=secret, clock=clock)
        stack.push_async_callback(objects.close)
        sender = HttpWebhookSender(settings.webhook_sender)
        stack.push_async_callback(sender.close)
        socket_path = _socket_path(settings.data_dir)
        cluster = _cluster(settings, socket_path, secret, clock, ids)
        core = Core(
            Outside(
                store=store,
                objects=objects,
                cluster=cluster,
                builder=EnvironmentBuilder(
                    settings.data_dir / "environments",
                    objects=objects,
                    clock=clock,
                    ids=ids,
                    settings=EnvironmentSettings(),
                ),
                inspector=ArchiveInspector(),
                clock=clock,
                ids=ids,
                webhooks=sender,
                index=SqliteJobIndex(settings.data_dir / "index.db"),
                secret=secret,
            ),
            settings,
        )
        server = build_server(core.methods)
        grpc_port = _bind(server, settings, socket_path)
        await core.start()
        stack.push_async_callback(core.stop)
        if settings.seed:
            await seed(core.methods, PipelineStoring(store=store, clock=clock, ids=ids))
        await server.start()
        stack.push_async_callback(server.stop, 1.0)
        stack.callback(core.worker_servicer.close)
        # Workers first see their control plane stop, so that what they have is not declared lost.
        stack.push_async_callback(cluster.close)
        stack.push_async_callback(core.stop_scaling)
        http_stopping = asyncio.Event()
        gateway_settings = GatewaySettings(
            max_upload_bytes=settings.max_upload_bytes, descriptor_set=CONTRACT, rate_limit=settings.rate_limit
        )
        app = build_app(
            core.methods,
            settings=gateway_settings,
            stopping=http_stopping,
            blob_access=FileBlobs(objects, secret, clock),
            registry=registry_of(core),
        )
        http = asyncio.create_task(
            serve(app, http_socket, stopping=http_stopping, settings=gateway_settings), name="http"
        )
        stack.push_async_callback(asyncio.wait, [http])
        stack.callback(http_stopping.set)
        addresses = Addresses(base_url, f"{settings.host}:{grpc_port}")
        core.listens = {"http": addresses.http, "grpc": addresses.grpc}
        yield Embedded(core, addresses)


def _cluster(
    settings: EmbeddedSettings, socket_path: Path, secret: bytes, clock: SystemClock, ids: SystemIds
) -> ProcessCluster:
    return ProcessCluster(
        gateway=lambda: f"unix:{socket_path}",
        token=WorkerIdentities(secret).issue,
        commands={
            "python": [sys.executable, "-P", "-m", "distributedkube.worker.agent"],
            "nodejs": ["node", str(NODE_WORKER / "bin" / "worker.js")],
        },
        log_dir=settings.data_dir / "workers",
        capacity=_capacity(settings),
        clock=clock,
        ids=ids,
        settings=ProcessSettings(
            orphan_seconds=settings.orphan_seconds, close_grace_seconds=settings.stop_grace_seconds
        ),
    )


def _capacity(settings: EmbeddedSettings) -> Capacity | None:
    if not settings.cpu_milli and not settings.memory_mib:
        return None
    machine = ProcessCluster.machine_capacity()
    return replace(
        machine,
        cpu_milli=settings.cpu_milli or machine.cpu_milli,
        memory_mib=settings.memory_mib or machine.memory_mib,
    )


def _make_data_dir(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = path / f".probe-{os.getpid()}"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise NotAllowedError(
            f"the data folder {path} cannot be written: {error.strerror}; choose another with --data-dir",
            reason="DATA_DIR_NOT_WRITABLE",
            field="data_dir",
        ) from None


def _listen(host: str, port: int) -> socket.socket:
    try:
        return listen(host, port)
    except OSError as error:
        raise _port_error("--port", host, port, error) from None


def _port_error(option: str, host: str, port: int, error: OSError) -> NotAllowedError:
    why = error.strerror or str(error)
    return NotAllowedError(
        f"cannot listen on {host}:{port}: {why}; choose another port with {option}, or 0 for a free one",
        reason="PORT_NOT_AVAILABLE",
        field=option.removeprefix("--").replace("-", "_"),
    )


def _bind(server: aio.Server, settings: EmbeddedSettings, socket_path: Path) -> int:
    """Opens the public port and the workers' socket; returns the port."""
    socket_path.unlink(missing_ok=True)
    server.add_insecure_port(f"unix:{socket_path}")
    try:
        return int(server.add_insecure_port(f"{_in_url(settings.host)}:{settings.grpc_port}"))
    except RuntimeError:
        raise _port_error("--grpc-port", settings.host, settings.grpc_port, OSError("the address is in use")) from None


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _socket_path(data_dir: Path) -> Path:
    """The workers' socket: the same after a restart, so that they find their way back."""
    path = data_dir.resolve() / "workers.sock"
    if len(str(path)) <= MAX_SOCKET_PATH:
        return path
    digest = blake2s(str(path).encode(), digest_size=8).hexdigest()
    return Path(tempfile.gettempdir()) / f"distributedkube-{digest}.sock"
