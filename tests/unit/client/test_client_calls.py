"""Both clients against a real server: every test runs with the blocking and with the awaiting one."""

import asyncio
import inspect
import io
import tarfile
from pathlib import Path
from typing import Any

import grpc
import pytest

from distributedkube import AsyncClient, Client
from distributedkube.api.algorithm.v1 import algorithm_service_pb2 as algorithms
from distributedkube.api.build.v1 import build_service_pb2 as builds
from distributedkube.api.build.v1.build_pb2 import Build
from distributedkube.api.job.v1 import job_pb2
from distributedkube.api.job.v1 import job_service_pb2 as jobs
from distributedkube.client import (
    AccessError,
    AlreadyExistsError,
    BuildFailedError,
    DistributedKubeError,
    InvalidError,
    JobFailedError,
    JobStoppedError,
    LargeValue,
    LimitError,
    NotAllowedError,
    NotFoundError,
    UnavailableError,
    WaitTimeoutError,
)
from distributedkube.client.channel import is_local
from tests.unit.client.conftest import Ask
from tests.unit.client.fake_server import Break, FakeServer, Hang, failure, serve


def status(state: "job_pb2.JobState.ValueType", progress: float = 0.0) -> jobs.WatchJobResponse:
    return jobs.WatchJobResponse(status=job_pb2.JobStatus(job_id="j1", status=state, data={"progress": progress}))


ACTIVE, COMPLETED = job_pb2.JOB_STATE_ACTIVE, job_pb2.JOB_STATE_COMPLETED


async def test_apply_uploads_a_folder_and_waits_for_its_build(ask: Ask, fake: FakeServer, tmp_path: Path) -> None:
    """The grouped form becomes an algorithm, the folder an upload in pieces, and the build's lines arrive in order."""
    code = tmp_path / "range"
    code.mkdir()
    (code / "main.py").write_text("def start(args): ...")
    active, completed = ({"build_id": "b1", "status": state} for state in (Build.STATE_ACTIVE, Build.STATE_COMPLETED))
    fake.streams["WatchBuild"] = [
        [builds.WatchBuildResponse(build=active, lines=["one"], line_count=1), Break()],
        [builds.WatchBuildResponse(build=completed, lines=["two"], line_count=2)],
    ]
    lines: list[str] = []
    definition = {
        "name": "range", "env": "python", "resources": {"cpu": 0.5}, "code": {"path": str(code), "entryPoint": "main.py"},
        "gpu": None, "custom": {"x": [1]},
    }  # fmt: skip
    applied = await ask(lambda client: client.algorithms.apply(definition, on_log=lines.append))
    assert lines == ["one", "two"]
    assert [request.after_line for request in fake.seen["WatchBuild"]] == [0, 1]
    assert (applied.build["status"], applied.build_id, applied.messages) == ("completed", "b1", ("ok",))
    assert applied.algorithm == {
        "name": "range",
        "env": "python",
        "cpu": 0.5,
        "entryPoint": "main.py",
        "custom": {"x": [1]},
    }
    [request] = fake.seen["ApplyAlgorithm"]
    assert (request.upload_id, list(request.clear.paths), len(request.request_id)) == ("u1", ["gpu"], 32)
    [(name, data)] = fake.uploads
    assert name == "range.tar.gz"
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        assert tar.getnames() == ["main.py"]


async def test_apply_of_bytes_larger_than_a_piece(ask: Ask, fake: FakeServer) -> None:
    """An archive in memory is sent in pieces and arrives whole; without waiting the build is only named."""
    data = bytes(range(256)) * 10_000
    applied = await ask(lambda client: client.algorithms.apply({"name": "big"}, code=data, wait=False))
    assert (applied.build_id, applied.build) == ("b1", None)
    assert fake.uploads == [("code", data)]


async def test_a_failed_build_raises_with_its_own_words(ask: Ask, fake: FakeServer) -> None:
    """The error carries the build as it ended."""
    failed = {"build_id": "b1", "status": Build.STATE_FAILED, "error": "no such package"}
    fake.streams["WatchBuild"] = [[builds.WatchBuildResponse(build=failed)]]
    with pytest.raises(BuildFailedError, match="no such package") as caught:
        await ask(lambda client: client.algorithms.apply({"name": "bad"}, code=b"x"))
    assert caught.value.build["status"] == "failed"


async def test_lists_read_all_pages(ask: Ask, fake: FakeServer) -> None:
    """The token of one page asks for the next."""
    fake.pages["ListAlgorithms"] = [
        algorithms.ListAlgorithmsResponse(algorithms=[{"name": "a"}], next_page_token="p2"),
        algorithms.ListAlgorithmsResponse(algorithms=[{"name": "b"}]),
    ]
    assert [item["name"] for item in await ask(lambda client: client.algorithms.list("x"))] == ["a", "b"]
    assert [(request.name, request.page_token) for request in fake.seen["ListAlgorithms"]] == [("x", ""), ("x", "p2")]


async def test_the_small_calls(ask: Ask, fake: FakeServer) -> None:
    """Get, delete, store, stop: what is sent and what comes back; each call carries the token."""
    assert await ask(lambda client: client.algorithms.get("range")) == {"name": "range", "cpu": 0.5}
    assert await ask(lambda client: client.algorithms.delete("range", force=True, keep_old_versions=False)) == "gone"
    assert (fake.seen["DeleteAlgorithm"][0].force, fake.seen["DeleteAlgorithm"][0].keep_old_versions) == (True, False)
    pipeline = {
        "name": "p",
        "nodes": [{"nodeName": "A", "input": ["@flowInput.x", None, 2**60]}],
        "flowInput": {"x": 1.0},
    }
    assert await ask(lambda client: client.pipelines.store(pipeline)) == pipeline
    assert await ask(lambda client: client.pipelines.store(pipeline, replace=True)) == pipeline
    assert await ask(lambda client: client.pipelines.get("p")) == {"name": "p"}
    assert await ask(lambda client: client.pipelines.list()) == [{"name": "numbers"}]
    assert await ask(lambda client: client.pipelines.delete("p")) == "gone"
    assert await ask(lambda client: client.jobs("active")) == [{"jobId": "j1", "status": "active"}]
    assert fake.seen["ListJobs"][0].status == ACTIVE
    assert await ask(lambda client: client.stop_pipeline("p", "why")) == ["j1"]
    assert await ask(lambda client: client.builds.list("a")) == [{"buildId": "b1", "progress": 0}]
    assert (await ask(lambda client: client.builds.get("b1")))["status"] == "active"
    assert {metadata["authorization"] for metadata in fake.metadata} == {"Bearer t0"}


async def test_run_and_result(ask: Ask, fake: FakeServer) -> None:
    """A dict runs raw, a name runs stored; the result waits for the end and is decoded, whatever its encoding."""
    fake.streams["WatchJob"] = [[status(ACTIVE), status(ACTIVE, 50.0), status(COMPLETED)]]
    fake.result.data.add(node_name="Reduce").result.CopyFrom(_json(b'{"big": 12345678901234567890, "f": 1.0}'))
    job = await ask(lambda client: client.run({"name": "numbers", "options": {"concurrentPipelines": 2}}, {"data": 5}))
    result = await ask(lambda _: job.result())
    assert result.value == {"big": 12345678901234567890, "f": 1.0}
    request = fake.seen["RunRawPipeline"][0]
    assert request.pipeline.flow_input.data == b'{"data":5}'
    assert request.pipeline.options.concurrent_pipelines.amount == 2
    fake.streams["WatchJob"] = [[status(COMPLETED)]]
    waited = await ask(lambda client: client.run("numbers", wait=True))
    assert waited.id == "j1"
    assert fake.seen["RunStoredPipeline"][0].pipeline.name == "numbers"
    assert not fake.seen["RunStoredPipeline"][0].pipeline.HasField("flow_input")


async def test_results_of_every_kind(ask: Ask, fake: FakeServer) -> None:
    """msgpack with its extensions, bytes, nothing, large values and failures within tolerance."""
    from distributedkube.codec import encode

    for value in ((1, 2), b"raw"):
        content_type, data = encode(value)
        fake.result.data.add(node_name="A").result.MergeFrom(_payload(content_type, data))
    fake.result.data.add(node_name="B", batch_index=1)
    fake.result.data.add(node_name="C", info={"path": "k", "size": 9})
    fake.result.data.add(node_name="D", batch_index=2, error="boom")
    fake.streams["WatchJob"] = [[status(COMPLETED)]]
    result = await ask(lambda client: client.job("j1").result())
    assert result.values == [(1, 2), b"raw", None, LargeValue("k", 9), None]
    assert [(item.batch_index, item.error) for item in result.items[2:]] == [(1, ""), (None, ""), (2, "boom")]
    with pytest.raises(ValueError, match="returned 5 values"):
        _ = result.value


def _json(data: bytes) -> Any:
    return _payload("application/json", data)


def _payload(content_type: str, data: bytes) -> Any:
    from distributedkube.api.type.v1.payload_pb2 import Payload

    return Payload(content_type=content_type, data=data)


@pytest.mark.parametrize(
    ("result", "error", "text"),
    [
        ({"status": job_pb2.JOB_STATE_FAILED, "error": "boom", "node_name": "A"}, JobFailedError, "boom"),
        ({"status": job_pb2.JOB_STATE_STOPPED, "reason": "enough"}, JobStoppedError, "enough"),
    ],
)
async def test_results_of_jobs_that_did_not_complete(
    ask: Ask, fake: FakeServer, result: dict[str, Any], error: type[Exception], text: str
) -> None:
    """They raise with the job's own words."""
    fake.result = job_pb2.JobResult(job_id="j1", **result)
    fake.streams["WatchJob"] = [[status(result["status"])]]
    with pytest.raises(error, match=text):
        await ask(lambda client: client.job("j1").result())


async def test_watch_survives_breaks_and_early_ends(ask: Ask, fake: FakeServer) -> None:
    """The stream is opened again until the job has ended; what the server says again is not new."""
    fake.streams["WatchJob"] = [[status(ACTIVE), Break()], [status(ACTIVE)], [status(ACTIVE), status(COMPLETED)]]
    seen = await ask(lambda client: client.job("j1").watch())
    assert [item["status"] for item in seen] == ["active", "completed"]
    assert len(fake.seen["WatchJob"]) == 3


async def test_watch_survives_a_restart_of_the_server(tmp_path: Path) -> None:
    """A server that stops in the middle and comes back is found again by both clients."""
    address, fake = f"unix:{tmp_path}/api.sock", FakeServer()
    server = await serve(fake, address)
    async with AsyncClient(address) as client:
        with Client(address) as blocking:
            fake.streams["WatchJob"] = [[status(ACTIVE), Hang()] for _ in range(2)]
            watching, waiting = client.job("j1").watch(), blocking.job("j1").watch()
            first = [await anext(watching), await asyncio.to_thread(next, waiting)]
            await server.stop(None)
            fake.streams["WatchJob"] = [[status(COMPLETED)] for _ in range(2)]
            server = await serve(fake, address)
            rest = [item async for item in watching] + await asyncio.to_thread(list, waiting)
    await server.stop(None)
    assert [item["status"] for item in first + rest] == ["active", "active", "completed", "completed"]


async def test_waiting_has_an_end(ask: Ask, fake: FakeServer) -> None:
    """A job that goes on longer than the caller waits raises; the job is left alone."""
    fake.streams["WatchJob"] = [[status(ACTIVE), Hang()]]
    with pytest.raises(WaitTimeoutError):
        await ask(lambda client: client.job("j1").wait(timeout=0.05))
    fake.streams["WatchJob"] = [[Hang()]]
    with pytest.raises(TimeoutError):
        await ask(lambda client: client.job("j1").result(timeout=0.0))


async def test_logs_listed_and_followed(ask: Ask, fake: FakeServer) -> None:
    """Pages end at one without lines; a followed log goes on after a break where it was."""
    line = job_pb2.LogLine(node_name="A", message="one", stream=job_pb2.LogLine.STREAM_STDERR, fields={"k": b"[1]"})
    fake.pages["ListJobLogs"] = [
        jobs.ListJobLogsResponse(lines=[line], next_page_token="t1"),
        jobs.ListJobLogsResponse(next_page_token="t1"),
    ]
    listed = await ask(lambda client: client.job("j1").logs("A"))
    assert listed == [
        {"nodeName": "A", "batchIndex": 0, "attempt": 0, "stream": "stderr", "message": "one", "k": [1]}
    ]  # fmt: skip
    fake.streams["WatchJobLogs"] = [
        [jobs.WatchJobLogsResponse(lines=[line], next_page_token="t1"), Break()],
        [jobs.WatchJobLogsResponse(lines=[line], next_page_token="t2")],
    ]
    assert len(await ask(lambda client: client.job("j1").logs(follow=True))) == 2
    assert [request.page_token for request in fake.seen["WatchJobLogs"]] == ["", "t1"]


async def test_job_handle(ask: Ask, fake: FakeServer) -> None:
    """Status, pipeline and stop of a job by its id; an algorithm on its own."""
    assert (await ask(lambda client: client.job("j1").status()))["status"] == "active"
    assert await ask(lambda client: client.job("j1").pipeline()) == {"name": "numbers", "jobId": "j1"}
    assert await ask(lambda client: client.job("j1").stop("why")) == ["j1"]
    assert fake.seen["StopJobs"][0].reason == "why"
    await ask(lambda client: client.run_algorithm("range", [5, {"a": None}]))
    assert [payload.data for payload in fake.seen["RunAlgorithm"][0].input] == [b"5", b'{"a":null}']


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (grpc.StatusCode.INVALID_ARGUMENT, InvalidError),
        (grpc.StatusCode.NOT_FOUND, NotFoundError),
        (grpc.StatusCode.ALREADY_EXISTS, AlreadyExistsError),
        (grpc.StatusCode.FAILED_PRECONDITION, NotAllowedError),
        (grpc.StatusCode.PERMISSION_DENIED, AccessError),
        (grpc.StatusCode.UNAUTHENTICATED, AccessError),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, LimitError),
        (grpc.StatusCode.INTERNAL, DistributedKubeError),
    ],
)
async def test_statuses_become_errors(
    ask: Ask, fake: FakeServer, code: grpc.StatusCode, error: type[DistributedKubeError]
) -> None:
    """Class from the status, reason and field from ErrorInfo."""
    fake.failures["CreatePipeline"] = [failure(code, "bad nodes", "WHY", field="nodes[0].kind")]
    with pytest.raises(error) as caught:
        await ask(lambda client: client.pipelines.store({"name": "p"}))
    assert type(caught.value) is error
    assert (caught.value.message, caught.value.reason, caught.value.field) == ("bad nodes", "WHY", "nodes[0].kind")


async def test_repeatable_calls_are_repeated_with_one_request_id(ask: Ask, fake: FakeServer) -> None:
    """An unavailable store is tried again, and the server can tell that it is the same request."""
    down = failure(grpc.StatusCode.UNAVAILABLE, "store down", "STORE_UNAVAILABLE")
    fake.failures["RunRawPipeline"] = [down, down]
    assert (await ask(lambda client: client.run({"name": "p"}))).id == "j1"
    assert len(fake.seen["RunRawPipeline"]) == 3
    assert len({request.request_id for request in fake.seen["RunRawPipeline"]}) == 1


async def test_other_calls_are_not_repeated(ask: Ask, fake: FakeServer) -> None:
    """A second stop would find nothing and report that, so the first failure counts."""
    fake.failures["StopJobs"] = [failure(grpc.StatusCode.UNAVAILABLE, "down", "STORE_UNAVAILABLE")]
    with pytest.raises(UnavailableError, match="down"):
        await ask(lambda client: client.job("j1").stop())
    assert len(fake.seen["StopJobs"]) == 1


async def test_no_server(tmp_path: Path) -> None:
    """The error names the target."""
    target = f"unix:{tmp_path}/nobody"
    async with AsyncClient(target, attempts=1) as client:
        with pytest.raises(UnavailableError, match=f"cannot reach {target}"):
            await client.algorithms.get("x")
    with Client(target, attempts=1) as blocking, pytest.raises(UnavailableError, match=f"cannot reach {target}"):
        blocking.algorithms.get("x")


def test_both_clients_offer_the_same() -> None:
    """Every public method has its twin with the same parameters, so that neither falls behind."""
    from distributedkube.client import aio, sync

    for name in ("Client", "Job", "Algorithms", "Pipelines", "Builds"):
        ours, theirs = getattr(sync, name), getattr(aio, f"Async{name}")
        methods = {key for key in vars(ours) if not key.startswith("_")}
        assert methods == {key for key in vars(theirs) if not key.startswith("_")}
        for method in methods:
            parameters = [list(inspect.signature(getattr(side, method)).parameters) for side in (ours, theirs)]
            assert parameters[0] == parameters[1], f"{name}.{method}"


@pytest.mark.parametrize(
    ("target", "local"),
    [
        ("localhost:9090", True),
        ("unix:/x", True),
        ("127.0.0.1:1", True),
        ("[::1]:1", True),
        ("dns:///localhost:1", True),
        ("cluster:443", False),
    ],
)
def test_which_targets_are_local(target: str, local: bool) -> None:
    """Only those skip the proxies of the environment."""
    assert is_local(target) is local
