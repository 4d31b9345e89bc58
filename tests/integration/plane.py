"""A control plane for tests: all roles, real gRPC on a Unix socket, real HTTP for blobs, real worker processes.

Only the builder is left out: environments are made by hand, so that a test needs no build.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import grpc

from controlplane.adapters.files import FileObjectStore
from controlplane.adapters.job_index import SqliteJobIndex
from controlplane.adapters.processes import ProcessCluster, ProcessSettings
from controlplane.adapters.sqlite import SqliteStateStore
from controlplane.adapters.system import SystemClock, SystemIds
from controlplane.adapters.webhooks import HttpWebhookSender
from controlplane.api.grpc_server import build_server
from controlplane.api.worker_servicer import WorkerIdentities
from controlplane.app.core import Core, Outside, installation_secret
from controlplane.app.embedded import FileBlobs
from controlplane.app.settings import EmbeddedSettings
from controlplane.domain.catalog_records import AlgorithmRecord, algorithm_key, pack
from controlplane.domain.errors import InvalidError
from controlplane.gateway.app import build_app
from controlplane.gateway.serving import listen, serve
from controlplane.gateway.settings import GatewaySettings
from controlplane.ports.cluster import Capacity
from controlplane.ports.image_builder import BuildEvent, BuildFailed, BuildSpec
from controlplane.ports.state_store import Put, Transaction
from distributedkube.api.job.v1 import job_pb2, job_service_pb2, job_service_pb2_grpc
from distributedkube.api.pipeline.v1 import pipeline_pb2
from distributedkube.api.type.v1.payload_pb2 import Payload
from distributedkube.codec import decode


class NoBuilder:
    """These tests build nothing; whoever tries is told so."""

    async def build(self, spec: BuildSpec) -> AsyncIterator[BuildEvent]:
        yield BuildFailed(error="there is no builder here")

    async def remove(self, runtime: str) -> None:
        return

    def inspect(self, archive: Path, file_name: str) -> str:
        raise InvalidError("there is no builder here")


def as_json(value: object) -> Payload:
    return Payload(content_type="application/json", data=json.dumps(value).encode())


def node(name: str, algorithm: str, *inputs: object, **more: Any) -> pipeline_pb2.Node:
    return pipeline_pb2.Node(
        node_name=name, algorithm_name=algorithm, input=[as_json(value) for value in inputs], **more
    )


class Plane:
    """The running control plane, and short verbs to use it over gRPC."""

    def __init__(self, core: Core, store: SqliteStateStore, cluster: ProcessCluster, folder: Path, target: str) -> None:
        self.core = core
        self.store = store
        self.cluster = cluster
        self.target = target
        self._folder = folder
        self._channel = grpc.aio.insecure_channel(target)
        self.jobs = job_service_pb2_grpc.JobServiceStub(self._channel)

    async def close(self) -> None:
        await self._channel.close()

    async def algorithm(self, name: str, code: str, *, cpu_milli: int = 500, version: str = "v1", **more: Any) -> None:
        """Stores a Python algorithm that runs in this test's own interpreter."""
        path = self._folder / "environments" / name / version
        (path / "code").mkdir(parents=True)
        (path / "code" / "main.py").write_text(code)
        (path / "venv" / "bin").mkdir(parents=True)
        (path / "venv" / "bin" / "python").symlink_to(sys.executable)
        record = AlgorithmRecord(
            name=name, document=b"", type="Code", env="python", cpu_milli=cpu_milli, memory_mib=64, version=version,
            runtime=f"env:python:{path}", runtime_entry_point="main.py", created_at=0, modified_at=0, **more,
        )  # fmt: skip
        await self.store.commit(Transaction([Put(algorithm_key(name), pack(record))]))

    async def submit(self, pipeline: pipeline_pb2.Pipeline, request_id: str = "") -> str:
        request = job_service_pb2.RunRawPipelineRequest(pipeline=pipeline, request_id=request_id)
        answer = await self.jobs.RunRawPipeline(request)
        return str(answer.job_id)

    async def until(self, job_id: str, wanted: Any) -> job_pb2.JobStatus:
        """Follows a job until a status satisfies the condition."""
        async for response in self.jobs.WatchJob(job_service_pb2.WatchJobRequest(job_id=job_id)):
            if wanted(response.status):
                return response.status  # type: ignore[no-any-return]
        raise AssertionError("the job ended before that")

    async def ended(self, job_id: str) -> job_pb2.JobStatus:
        final = (job_pb2.JOB_STATE_COMPLETED, job_pb2.JOB_STATE_FAILED, job_pb2.JOB_STATE_STOPPED)
        return await self.until(job_id, lambda status: status.status in final)

    async def items(self, job_id: str) -> list[job_pb2.ResultItem]:
        answer = await self.jobs.GetJobResult(job_service_pb2.GetJobResultRequest(job_id=job_id))
        return list(answer.result.data)

    async def values(self, job_id: str) -> list[object]:
        return [decode(item.result.content_type, item.result.data) for item in await self.items(job_id)]

    async def run(self, *nodes: pipeline_pb2.Node, flow_input: object = None, **more: Any) -> list[object]:
        """Runs a pipeline that must complete, and returns the values of its result."""
        pipeline = pipeline_pb2.Pipeline(name="test", nodes=nodes, **more)
        if flow_input is not None:
            pipeline.flow_input.CopyFrom(as_json(flow_input))
        job_id = await self.submit(pipeline)
        status = await self.ended(job_id)
        assert status.status == job_pb2.JOB_STATE_COMPLETED, status
        return await self.values(job_id)


@asynccontextmanager
async def plane(folder: Path, settings: EmbeddedSettings | None = None) -> AsyncIterator[Plane]:
    """A control plane on a folder; a second one on the same folder, later, goes on where the first stopped."""
    settings = settings or EmbeddedSettings(data_dir=folder)
    async with AsyncExitStack() as stack:
        clock, ids = SystemClock(), SystemIds()
        store = await SqliteStateStore.open(folder / "state.db", clock=clock)
        stack.push_async_callback(store.close)
        secret = await installation_secret(store, ids)
        listener = listen("127.0.0.1", 0)
        stack.callback(listener.close)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        objects = FileObjectStore(folder / "objects", base_url=lambda: url, secret=secret, clock=clock)
        stack.push_async_callback(objects.close)
        socket_path = folder / "workers.sock"
        cluster = ProcessCluster(
            gateway=lambda: f"unix:{socket_path}",
            token=WorkerIdentities(secret).issue,
            commands={"python": [sys.executable, "-P", "-m", "distributedkube.worker.agent"]},
            log_dir=folder / "workers",
            capacity=Capacity(cpu_milli=2000, memory_mib=4000),
            clock=clock,
            ids=ids,
            settings=ProcessSettings(orphan_seconds=20, close_grace_seconds=10),
        )
        builder = NoBuilder()
        sender = HttpWebhookSender(settings.webhook_sender)
        stack.push_async_callback(sender.close)
        core = Core(
            Outside(
                store=store, objects=objects, cluster=cluster, builder=builder, inspector=builder, clock=clock, ids=ids,
                webhooks=sender, index=SqliteJobIndex(None), secret=secret,
            ),
            settings,
        )  # fmt: skip
        server = build_server(core.methods)
        socket_path.unlink(missing_ok=True)
        server.add_insecure_port(f"unix:{socket_path}")
        await core.start()
        stack.push_async_callback(core.stop)
        await server.start()
        stack.push_async_callback(server.stop, 1.0)
        stack.callback(core.worker_servicer.close)
        stack.push_async_callback(cluster.close)
        stack.push_async_callback(core.stop_scaling)
        stopping = asyncio.Event()
        app = build_app(core.methods, stopping=stopping, blob_access=FileBlobs(objects, secret, clock))
        http = asyncio.create_task(serve(app, listener, stopping=stopping, settings=GatewaySettings()))
        stack.push_async_callback(asyncio.wait, [http])
        stack.callback(stopping.set)
        made = Plane(core, store, cluster, folder, f"unix:{socket_path}")
        stack.push_async_callback(made.close)
        yield made
