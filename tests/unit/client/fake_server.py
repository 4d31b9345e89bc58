"""A real gRPC server with servicers that keep a few things in memory and fail when told to."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import grpc
import grpc.aio
from google.protobuf import any_pb2
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status

from distributedkube.api.algorithm.v1 import algorithm_service_pb2 as algorithms
from distributedkube.api.algorithm.v1.algorithm_service_pb2_grpc import (
    AlgorithmServiceServicer,
    add_AlgorithmServiceServicer_to_server,
)
from distributedkube.api.build.v1 import build_pb2
from distributedkube.api.build.v1 import build_service_pb2 as builds
from distributedkube.api.build.v1.build_service_pb2_grpc import (
    BuildServiceServicer,
    add_BuildServiceServicer_to_server,
)
from distributedkube.api.job.v1 import job_pb2
from distributedkube.api.job.v1 import job_service_pb2 as jobs
from distributedkube.api.job.v1.job_service_pb2_grpc import JobServiceServicer, add_JobServiceServicer_to_server
from distributedkube.api.pipeline.v1 import pipeline_service_pb2 as pipelines
from distributedkube.api.pipeline.v1.pipeline_service_pb2_grpc import (
    PipelineServiceServicer,
    add_PipelineServiceServicer_to_server,
)
from distributedkube.api.trigger.v1 import trigger_service_pb2 as triggers
from distributedkube.api.trigger.v1.trigger_service_pb2_grpc import (
    TriggerServiceServicer,
    add_TriggerServiceServicer_to_server,
)
from distributedkube.api.watch.v1.watch_service_pb2_grpc import WatchServiceServicer, add_WatchServiceServicer_to_server

Context = grpc.aio.ServicerContext


class Break:
    """In a stream: ends it as a server does that goes away."""


class Hang:
    """In a stream: says nothing more until the caller leaves."""


class FakeServer(
    AlgorithmServiceServicer,
    BuildServiceServicer,
    JobServiceServicer,
    PipelineServiceServicer,
    TriggerServiceServicer,
    WatchServiceServicer,
):
    """Records requests by method; streams and failures are scripted."""

    def __init__(self) -> None:
        self.seen: dict[str, list[Any]] = {}
        self.uploads: list[tuple[str, bytes]] = []
        self.metadata: list[dict[str, str]] = []
        self.failures: dict[str, list[status_pb2.Status]] = {}
        """Failures of a method, one for each call, before it answers."""
        self.streams: dict[str, list[list[Any]]] = {}
        """What each call of a streaming method sends."""
        self.result = job_pb2.JobResult(job_id="j1", status=job_pb2.JOB_STATE_COMPLETED)
        self.pages: dict[str, list[Any]] = {}

    async def _note(self, method: str, request: Any, context: Context) -> None:
        self.seen.setdefault(method, []).append(request)
        self.metadata.append(dict(context.invocation_metadata() or ()))
        if self.failures.get(method):
            await context.abort_with_status(rpc_status.to_status(self.failures[method].pop(0)))

    async def _stream(self, method: str, request: Any, context: Context) -> AsyncIterator[Any]:
        await self._note(method, request, context)
        for item in self.streams[method].pop(0):
            match item:
                case Break():
                    await context.abort(grpc.StatusCode.UNAVAILABLE, "going away")
                case Hang():
                    await asyncio.Event().wait()
                case _:
                    yield item

    async def ApplyAlgorithm(self, request: Any, context: Context) -> Any:
        await self._note("ApplyAlgorithm", request, context)
        build_id = "b1" if request.upload_id else ""
        return algorithms.ApplyAlgorithmResponse(build_id=build_id, messages=["ok"], algorithm=request.algorithm)

    async def ListAlgorithms(self, request: Any, context: Context) -> Any:
        await self._note("ListAlgorithms", request, context)
        return self.pages["ListAlgorithms"].pop(0)

    async def GetAlgorithm(self, request: Any, context: Context) -> Any:
        await self._note("GetAlgorithm", request, context)
        return algorithms.GetAlgorithmResponse(algorithm={"name": request.name, "cpu": 0.5})

    async def DeleteAlgorithm(self, request: Any, context: Context) -> Any:
        await self._note("DeleteAlgorithm", request, context)
        return algorithms.DeleteAlgorithmResponse(message="gone")

    async def UploadSource(self, requests: Any, context: Context) -> Any:
        name, data = "", bytearray()
        async for piece in requests:
            assert len(piece.data) <= 1024 * 1024
            name, data = name or piece.file_name, data + piece.data
        self.uploads.append((name, bytes(data)))
        return builds.UploadSourceResponse(upload_id="u1", size=len(data))

    async def GetBuild(self, request: Any, context: Context) -> Any:
        await self._note("GetBuild", request, context)
        return builds.GetBuildResponse(build={"build_id": request.build_id, "status": build_pb2.Build.STATE_ACTIVE})

    async def ListBuilds(self, request: Any, context: Context) -> Any:
        await self._note("ListBuilds", request, context)
        return builds.ListBuildsResponse(builds=[build_pb2.Build(build_id="b1")])

    async def WatchBuild(self, request: Any, context: Context) -> AsyncIterator[Any]:
        async for item in self._stream("WatchBuild", request, context):
            yield item

    async def CreatePipeline(self, request: Any, context: Context) -> Any:
        await self._note("CreatePipeline", request, context)
        return pipelines.CreatePipelineResponse(pipeline=request.pipeline)

    async def UpdatePipeline(self, request: Any, context: Context) -> Any:
        await self._note("UpdatePipeline", request, context)
        return pipelines.UpdatePipelineResponse(pipeline=request.pipeline)

    async def ListPipelines(self, request: Any, context: Context) -> Any:
        await self._note("ListPipelines", request, context)
        return pipelines.ListPipelinesResponse(pipelines=[{"name": "numbers"}])

    async def GetPipeline(self, request: Any, context: Context) -> Any:
        await self._note("GetPipeline", request, context)
        return pipelines.GetPipelineResponse(pipeline={"name": request.name})

    async def DeletePipeline(self, request: Any, context: Context) -> Any:
        await self._note("DeletePipeline", request, context)
        return pipelines.DeletePipelineResponse(message="gone")

    async def RunRawPipeline(self, request: Any, context: Context) -> Any:
        await self._note("RunRawPipeline", request, context)
        return jobs.RunRawPipelineResponse(job_id="j1")

    async def RunStoredPipeline(self, request: Any, context: Context) -> Any:
        await self._note("RunStoredPipeline", request, context)
        return jobs.RunStoredPipelineResponse(job_id="j1")

    async def RunAlgorithm(self, request: Any, context: Context) -> Any:
        await self._note("RunAlgorithm", request, context)
        return jobs.RunAlgorithmResponse(job_id="j1")

    async def StopJobs(self, request: Any, context: Context) -> Any:
        await self._note("StopJobs", request, context)
        return jobs.StopJobsResponse(stopped_job_ids=["j1"])

    async def PauseJob(self, request: Any, context: Context) -> Any:
        await self._note("PauseJob", request, context)
        return jobs.PauseJobResponse(message="OK")

    async def ResumeJob(self, request: Any, context: Context) -> Any:
        await self._note("ResumeJob", request, context)
        return jobs.ResumeJobResponse(message="OK")

    async def RerunJob(self, request: Any, context: Context) -> Any:
        await self._note("RerunJob", request, context)
        return jobs.RerunJobResponse(job_id="j2")

    async def RunFromNode(self, request: Any, context: Context) -> Any:
        await self._note("RunFromNode", request, context)
        return jobs.RunFromNodeResponse(job_id="j3")

    async def ListJobHistory(self, request: Any, context: Context) -> Any:
        await self._note("ListJobHistory", request, context)
        return self.pages["ListJobHistory"].pop(0)

    async def ExplainJob(self, request: Any, context: Context) -> Any:
        await self._note("ExplainJob", request, context)
        reason = job_pb2.Reason(
            code=job_pb2.Reason.CODE_QUEUE, sentence="node A waits for its turn", node_name="A", tasks_waiting=3,
            queue_position=2, queue_length=4, score={"priority": 0.5},
        )  # fmt: skip
        return jobs.ExplainJobResponse(
            job_id=request.job_id, status=job_pb2.JOB_STATE_ACTIVE, sentence="it waits", reasons=[reason]
        )

    async def ListCrons(self, request: Any, context: Context) -> Any:
        await self._note("ListCrons", request, context)
        return self.pages["ListCrons"].pop(0)

    async def StartCron(self, request: Any, context: Context) -> Any:
        await self._note("StartCron", request, context)
        return triggers.StartCronResponse(message="OK")

    async def StopCron(self, request: Any, context: Context) -> Any:
        await self._note("StopCron", request, context)
        return triggers.StopCronResponse(message="OK")

    async def GetTriggerTree(self, request: Any, context: Context) -> Any:
        await self._note("GetTriggerTree", request, context)
        child = {"name": "child", "job_id": "j2"}
        return triggers.GetTriggerTreeResponse(tree={"name": "root", "job_id": request.job_id, "children": [child]})

    async def ListWebhooks(self, request: Any, context: Context) -> Any:
        await self._note("ListWebhooks", request, context)
        delivery = {"url": "http://x", "status": "completed", "response_status": "failed", "attempts": 3}
        delivery["http_response"] = {"status_code": "503", "status_message": "busy"}
        return triggers.ListWebhooksResponse(job_id=request.job_id, result=delivery)

    async def ListJobs(self, request: Any, context: Context) -> Any:
        await self._note("ListJobs", request, context)
        return jobs.ListJobsResponse(jobs=[job_pb2.Job(job_id="j1", status=job_pb2.JOB_STATE_ACTIVE)])

    async def GetJobStatus(self, request: Any, context: Context) -> Any:
        await self._note("GetJobStatus", request, context)
        return jobs.GetJobStatusResponse(status={"job_id": request.job_id, "status": job_pb2.JOB_STATE_ACTIVE})

    async def GetJobResult(self, request: Any, context: Context) -> Any:
        await self._note("GetJobResult", request, context)
        return jobs.GetJobResultResponse(result=self.result)

    async def GetJobPipeline(self, request: Any, context: Context) -> Any:
        await self._note("GetJobPipeline", request, context)
        return jobs.GetJobPipelineResponse(pipeline={"name": "numbers", "open": {"jobId": b'"j1"'}})

    async def ListJobLogs(self, request: Any, context: Context) -> Any:
        await self._note("ListJobLogs", request, context)
        return self.pages["ListJobLogs"].pop(0)

    async def WatchJob(self, request: Any, context: Context) -> AsyncIterator[Any]:
        async for item in self._stream("WatchJob", request, context):
            yield item

    async def WatchJobLogs(self, request: Any, context: Context) -> AsyncIterator[Any]:
        async for item in self._stream("WatchJobLogs", request, context):
            yield item

    async def WatchTopic(self, request: Any, context: Context) -> AsyncIterator[Any]:
        async for item in self._stream("WatchTopic", request, context):
            yield item


def failure(code: grpc.StatusCode, message: str, reason: str = "", **metadata: str) -> status_pb2.Status:
    """A status with an ``ErrorInfo``, as the API sends it."""
    detail = any_pb2.Any()
    detail.Pack(error_details_pb2.ErrorInfo(reason=reason, domain="distributedkube", metadata=metadata))
    return status_pb2.Status(code=code.value[0], message=message, details=[detail] if reason else [])


async def serve(fake: FakeServer, address: str) -> grpc.aio.Server:
    server = grpc.aio.server()
    add_AlgorithmServiceServicer_to_server(fake, server)  # type: ignore[no-untyped-call]
    add_BuildServiceServicer_to_server(fake, server)  # type: ignore[no-untyped-call]
    add_JobServiceServicer_to_server(fake, server)  # type: ignore[no-untyped-call]
    add_PipelineServiceServicer_to_server(fake, server)  # type: ignore[no-untyped-call]
    add_TriggerServiceServicer_to_server(fake, server)  # type: ignore[no-untyped-call]
    add_WatchServiceServicer_to_server(fake, server)  # type: ignore[no-untyped-call]
    assert server.add_insecure_port(address)
    await server.start()
    return server
