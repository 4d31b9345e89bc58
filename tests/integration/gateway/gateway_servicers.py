"""Servicers with canned behaviour, registered for the real services, behind a real HTTP server."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from controlplane.api.methods import Caller, MethodTable
from controlplane.domain.errors import (
    AlreadyExistsError,
    InvalidError,
    NotAllowedError,
    NotFoundError,
    ObjectNotFoundError,
    StoreUnavailableError,
)
from distributedkube.api.algorithm.v1 import algorithm_pb2, algorithm_service_pb2
from distributedkube.api.build.v1 import build_pb2, build_service_pb2
from distributedkube.api.job.v1 import job_pb2, job_service_pb2
from distributedkube.api.pipeline.v1 import pipeline_pb2, pipeline_service_pb2

Request = Any
"""Of the method's type; handlers here are too many to say it each time."""


NOT_SERVED = "is not served here"


class Servicer:
    """Refuses the methods that no test of the gateway calls, so that the contract may grow."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)

        async def refuse(request: Request, caller: Caller) -> Any:
            raise NotAllowedError(f"{name} {NOT_SERVED}")

        return refuse


class Algorithms(Servicer):
    """Keeps algorithms in memory; a name with ``bad`` in it is refused after the checks of the contract."""

    def __init__(self) -> None:
        self.stored: dict[str, Any] = {}
        self.applied: list[Any] = []

    async def apply_algorithm(self, request: Request, caller: Caller) -> Any:
        self.applied.append(request)
        name = request.algorithm.name
        if "bad" in name:
            raise InvalidError(f"{name} is bad", field="algorithm.mem", details="very")
        if request.options.create_only and name in self.stored:
            raise AlreadyExistsError("algorithm", name)
        kept = algorithm_pb2.Algorithm()
        kept.CopyFrom(self.stored.get(name, algorithm_pb2.Algorithm()))
        kept.MergeFrom(request.algorithm)
        self.stored[name] = kept
        return algorithm_service_pb2.ApplyAlgorithmResponse(messages=["done"], messages_code=[1024], algorithm=kept)

    async def list_algorithms(self, request: Request, caller: Caller) -> Any:
        found = [self.stored[name] for name in sorted(self.stored) if request.name in name]
        size = request.page_size or request.limit or 1000
        start = int(request.page_token or 0)
        more = str(start + size) if start + size < len(found) else ""
        return algorithm_service_pb2.ListAlgorithmsResponse(
            algorithms=found[start : start + size], next_page_token=more
        )

    async def get_algorithm(self, request: Request, caller: Caller) -> Any:
        if request.name not in self.stored:
            raise NotFoundError("algorithm", request.name)
        return algorithm_service_pb2.GetAlgorithmResponse(algorithm=self.stored[request.name])

    async def search_algorithms(self, request: Request, caller: Caller) -> Any:
        hits = [self.stored[name] for name in sorted(self.stored)]
        return algorithm_service_pb2.SearchAlgorithmsResponse(hits=hits, time_took="0.10ms")

    async def delete_algorithm(self, request: Request, caller: Caller) -> Any:
        keep = request.keep_old_versions if request.HasField("keep_old_versions") else "unset"
        return algorithm_service_pb2.DeleteAlgorithmResponse(message=f"force {request.force} keep {keep}")


class Pipelines(Servicer):
    """Keeps pipelines in memory."""

    def __init__(self) -> None:
        self.stored: dict[str, Any] = {}

    async def create_pipeline(self, request: Request, caller: Caller) -> Any:
        name = request.pipeline.name
        if name == "no-algorithm":
            raise NotFoundError("algorithm", "x")
        if name in self.stored:
            raise AlreadyExistsError("pipeline", name)
        self.stored[name] = request.pipeline
        return pipeline_service_pb2.CreatePipelineResponse(pipeline=request.pipeline)

    async def update_pipeline(self, request: Request, caller: Caller) -> Any:
        name = request.pipeline.name
        if name not in self.stored:
            raise NotFoundError("pipeline", name)
        if request.pipeline.description == "bad":
            raise InvalidError("the graph is bad")
        self.stored[name] = request.pipeline
        return pipeline_service_pb2.UpdatePipelineResponse(pipeline=request.pipeline)

    async def list_pipelines(self, request: Request, caller: Caller) -> Any:
        return pipeline_service_pb2.ListPipelinesResponse(pipelines=self.stored.values())

    async def get_pipeline(self, request: Request, caller: Caller) -> Any:
        if request.name not in self.stored:
            raise NotFoundError("pipeline", request.name)
        return pipeline_service_pb2.GetPipelineResponse(pipeline=self.stored[request.name])

    async def delete_pipeline(self, request: Request, caller: Caller) -> Any:
        return pipeline_service_pb2.DeletePipelineResponse(message=f"{caller.user} deleted {request.name}")


class Jobs(Servicer):
    """Knows the job ``known``; other names raise the error they stand for."""

    def __init__(self) -> None:
        self.requests: list[Any] = []
        self.more = asyncio.Event()
        """Lets the stream of job ``waits`` give its second answer."""
        self.closed = asyncio.Event()
        """Set when a stream of job ``waits`` was closed."""

    async def run_raw_pipeline(self, request: Request, caller: Caller) -> Any:
        self.requests.append(request)
        match request.pipeline.name:
            case "unavailable":
                raise StoreUnavailableError()
            case "crash":
                raise RuntimeError("password=secret")
            case "not-now":
                raise NotAllowedError("not now", details={"why": [1, None]})
        return job_service_pb2.RunRawPipelineResponse(job_id="abcdefghijkl")

    async def run_stored_pipeline(self, request: Request, caller: Caller) -> Any:
        self.requests.append(request)
        return job_service_pb2.RunStoredPipelineResponse(job_id="abcdefghijkl")

    async def run_algorithm(self, request: Request, caller: Caller) -> Any:
        self.requests.append(request)
        return job_service_pb2.RunAlgorithmResponse(job_id="abcdefghijkl")

    async def stop_jobs(self, request: Request, caller: Caller) -> Any:
        self.requests.append(request)
        return job_service_pb2.StopJobsResponse(stopped_job_ids=[request.job_id])

    async def pause_job(self, request: Request, caller: Caller) -> Any:
        self.requests.append(request)
        return job_service_pb2.PauseJobResponse(message="OK")

    async def resume_job(self, request: Request, caller: Caller) -> Any:
        self.requests.append(request)
        return job_service_pb2.ResumeJobResponse(message="OK")

    async def rerun_job(self, request: Request, caller: Caller) -> Any:
        self.requests.append(request)
        return job_service_pb2.RerunJobResponse(job_id="abcdefghijkl")

    async def run_from_node(self, request: Request, caller: Caller) -> Any:
        self.requests.append(request)
        return job_service_pb2.RunFromNodeResponse(job_id="abcdefghijkl")

    async def list_job_history(self, request: Request, caller: Caller) -> Any:
        entry = job_pb2.HistoryEntry(cursor="1", kind=job_pb2.HistoryEntry.KIND_TASK_FAILED, batch_index=0)
        return job_service_pb2.ListJobHistoryResponse(entries=[entry])

    async def explain_job(self, request: Request, caller: Caller) -> Any:
        reason = job_pb2.Reason(code=job_pb2.Reason.CODE_QUEUE, sentence="s", score={"priority": 0.5})
        return job_service_pb2.ExplainJobResponse(job_id=request.job_id, sentence="s", reasons=[reason])

    async def list_jobs(self, request: Request, caller: Caller) -> Any:
        job = job_pb2.Job(job_id="known", pipeline_name="p", status=request.status or job_pb2.JOB_STATE_ACTIVE)
        return job_service_pb2.ListJobsResponse(jobs=[job])

    async def get_job_status(self, request: Request, caller: Caller) -> Any:
        if request.job_id != "known":
            raise NotFoundError("status", request.job_id)
        return job_service_pb2.GetJobStatusResponse(status=status("known"))

    async def get_job_result(self, request: Request, caller: Caller) -> Any:
        result = job_pb2.JobResult(job_id=request.job_id, status=job_pb2.JOB_STATE_COMPLETED, time_took=0.25)
        item = result.data.add(node_name="a", algorithm_name="x-y")
        item.result.content_type, item.result.data = "application/json", b"[1.10,12345678901234567890123]"
        return job_service_pb2.GetJobResultResponse(result=result)

    async def get_job_pipeline(self, request: Request, caller: Caller) -> Any:
        pipeline = pipeline_pb2.Pipeline(name="p", open={"jobId": b'"%s"' % request.job_id.encode()})
        return job_service_pb2.GetJobPipelineResponse(pipeline=pipeline)

    async def watch_job(self, request: Request, caller: Caller) -> AsyncIterator[Any]:
        match request.job_id:
            case "unknown":
                raise NotFoundError("status", request.job_id)
            case "breaks":
                yield job_service_pb2.WatchJobResponse(status=status("breaks"))
                raise NotFoundError("job", "breaks")
            case "late":
                await self.more.wait()
                raise NotFoundError("job", "late")
            case "waits":
                try:
                    yield job_service_pb2.WatchJobResponse(status=status("waits"))
                    await self.more.wait()
                    yield job_service_pb2.WatchJobResponse(status=status("waits", job_pb2.JOB_STATE_COMPLETED))
                finally:
                    self.closed.set()

    async def list_job_logs(self, request: Request, caller: Caller) -> Any:
        line = job_pb2.LogLine(message=f"{request.job_id} {request.node_name}", fields={"extra": b"[1.0]"})
        return job_service_pb2.ListJobLogsResponse(lines=[line], next_page_token="next")

    async def watch_job_logs(self, request: Request, caller: Caller) -> AsyncIterator[Any]:
        start = int(request.page_token or 0)
        for place in range(start, start + 2):
            line = job_pb2.LogLine(message=f"line {place}\nand more", fields={"x": b"{\n\r\n}"})
            yield job_service_pb2.WatchJobLogsResponse(lines=[line], next_page_token=str(place + 1))


def status(job_id: str, state: Any = job_pb2.JOB_STATE_ACTIVE) -> Any:
    """Where a job is."""
    return job_pb2.JobStatus(job_id=job_id, status=state, data=job_pb2.JobProgress(progress=50))


class Builds(Servicer):
    """Takes uploads and remembers them."""

    def __init__(self) -> None:
        self.uploads: list[tuple[str, int, str]] = []
        """File name, length and digest of each complete upload."""
        self.pieces: list[int] = []
        self.started = asyncio.Event()
        """Set by the first piece of an upload."""
        self.broken = asyncio.Event()
        """Set when the pieces of an upload ended in an error."""

    async def upload_source(self, requests: AsyncIterator[Any], caller: Caller) -> Any:
        digest, size, name = sha256(), 0, ""
        try:
            async for request in requests:
                name = name or request.file_name
                digest.update(request.data)
                size += len(request.data)
                self.pieces.append(len(request.data))
                self.started.set()
        except BaseException:
            self.broken.set()
            raise
        self.uploads.append((name, size, digest.hexdigest()))
        return build_service_pb2.UploadSourceResponse(upload_id=f"upload-{len(self.uploads)}", size=size)

    async def get_build(self, request: Request, caller: Caller) -> Any:
        return build_service_pb2.GetBuildResponse(build=build_pb2.Build(build_id=request.build_id, status=1))

    async def list_builds(self, request: Request, caller: Caller) -> Any:
        return build_service_pb2.ListBuildsResponse(builds=[build_pb2.Build(algorithm_name=request.algorithm_name)])

    async def stop_build(self, request: Request, caller: Caller) -> Any:
        return build_service_pb2.StopBuildResponse(message=f"stopped {request.build_id}")

    async def rerun_build(self, request: Request, caller: Caller) -> Any:
        return build_service_pb2.RerunBuildResponse(message=f"again {request.build_id}")

    async def receive_github_push(self, request: Request, caller: Caller) -> Any:
        applied = algorithm_service_pb2.ApplyAlgorithmResponse(messages=[request.payload])
        return build_service_pb2.ReceiveGithubPushResponse(applied=[applied])

    async def receive_gitlab_push(self, request: Request, caller: Caller) -> Any:
        applied = algorithm_service_pb2.ApplyAlgorithmResponse(messages=[request.repository.homepage])
        return build_service_pb2.ReceiveGitlabPushResponse(applied=[applied])

    async def watch_build(self, request: Request, caller: Caller) -> AsyncIterator[Any]:
        for line in range(request.after_line + 1, 4):
            yield build_service_pb2.WatchBuildResponse(lines=[f"line {line}"], line_count=line)


@dataclass(slots=True)
class Servicers:
    """One of each."""

    algorithms: Algorithms = field(default_factory=Algorithms)
    pipelines: Pipelines = field(default_factory=Pipelines)
    jobs: Jobs = field(default_factory=Jobs)
    builds: Builds = field(default_factory=Builds)

    def table(self) -> MethodTable:
        """A table with all of them."""
        table = MethodTable()
        for file, name, servicer in (
            (algorithm_service_pb2, "AlgorithmService", self.algorithms),
            (pipeline_service_pb2, "PipelineService", self.pipelines),
            (job_service_pb2, "JobService", self.jobs),
            (build_service_pb2, "BuildService", self.builds),
        ):
            table.add_service(file.DESCRIPTOR.services_by_name[name], servicer)
        return table


@dataclass(frozen=True, slots=True)
class MemoryGrant:
    """May write this much."""

    max_bytes: int


class MemoryBlobs:
    """An object store in memory whose URLs are signed with the word ``right``."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def verify(self, method: str, key: str, query: Mapping[str, str]) -> MemoryGrant:
        if query.get("signature") != "right":
            raise NotAllowedError("the signature does not fit", reason="SIGNATURE_INVALID")
        return MemoryGrant(int(query.get("max", "0")))

    async def size(self, key: str) -> int:
        if key not in self.objects:
            raise ObjectNotFoundError()
        return len(self.objects[key])

    async def read(self, key: str, offset: int, length: int) -> AsyncIterator[bytes]:
        data = self.objects[key][offset : offset + length]
        for start in range(0, len(data), 1000):
            yield data[start : start + 1000]

    async def write(self, key: str, pieces: AsyncIterator[bytes]) -> None:
        self.objects[key] = b"".join([piece async for piece in pieces])
