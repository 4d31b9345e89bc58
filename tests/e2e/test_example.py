"""The example of the README, by its own files and commands."""

import io
import tarfile
from collections.abc import AsyncIterator
from pathlib import Path

import grpc
import httpx
import pytest

from distributedkube import Client
from distributedkube.api.algorithm.v1 import algorithm_pb2, algorithm_service_pb2, algorithm_service_pb2_grpc
from distributedkube.api.build.v1 import build_service_pb2, build_service_pb2_grpc
from tests.e2e.product import EXAMPLE, Product, product

pytestmark = pytest.mark.e2e


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Product]:
    async with product(tmp_path / "data") as made:
        yield made


async def test_from_user_code_to_result(running: Product) -> None:
    """Three algorithms in two languages from folders; the pipeline gives 30 raw and 25050000 stored with other input."""
    for name in ("range", "multiply", "reduce"):
        said = await running.ctl("algorithm", "apply", "--f", f"{name}.yml", cwd=EXAMPLE)
        assert said.code == 0, said
    raw = await running.ctl("exec", "raw", "-f", "numbers.yml", "--watch", cwd=EXAMPLE)
    assert raw.code == 0, raw
    assert raw.out.splitlines()[-1] == "30"
    assert (await running.ctl("pipeline", "store", "-f", "numbers.yml", cwd=EXAMPLE)).code == 0
    stored = await running.ctl("exec", "stored", "numbers", "-f", "otherFlowInput.yml", "-o", "json", cwd=EXAMPLE)
    job = stored.json()["jobId"]
    watched = await running.ctl("exec", "watch", job)
    assert watched.out.splitlines()[-1] == "25050000"
    assert (await running.ctl("exec", "status", job, "-o", "json")).json()["status"] == "completed"
    result = (await running.ctl("exec", "result", job, "-o", "json")).json()
    assert result["data"] == [{"nodeName": "Reduce", "algorithmName": "reduce", "result": 25050000}]
    log = await running.ctl("logs", job, "Reduce")
    assert "algorithm: reduce start" in log.out
    by_default = await running.ctl("exec", "stored", "numbers", "--wait", cwd=EXAMPLE)
    assert by_default.out.strip() == "30"


async def test_the_same_over_grpc_with_the_python_client(running: Product) -> None:
    """The client applies, stores and runs; results are Python values."""
    with Client(f"unix:{running.data_dir}/workers.sock") as client:
        for name, env in (("range", "python"), ("multiply", "python"), ("reduce", "nodejs")):
            client.algorithms.apply({"name": name, "env": env}, code=EXAMPLE / name)
        pipeline = {
            "name": "numbers",
            "nodes": [
                {"nodeName": "Range", "algorithmName": "range", "input": ["@flowInput.data"]},
                {"nodeName": "Multiply", "algorithmName": "multiply", "input": ["#@Range", "@flowInput.mul"]},
                {"nodeName": "Reduce", "algorithmName": "reduce", "input": ["@Multiply"]},
            ],
            "flowInput": {"data": 5, "mul": 2},
        }
        client.pipelines.store(pipeline)
        assert client.run("numbers", {"data": 500, "mul": 200}).result().value == 25050000
        assert client.run(pipeline).result().value == 30


async def test_the_edges_of_rest(running: Product) -> None:
    """Health, metrics, the OpenAPI document and Swagger UI are there, also under the prefixes of existing clients."""
    async with httpx.AsyncClient(base_url=running.endpoint) as client:
        assert (await client.get("/healthz")).status_code == 200
        assert (await client.get("/readyz")).status_code == 200
        assert "distributedkube_jobs_running" in (await client.get("/metrics")).text
        for prefix in ("", "/distributedkube/api-server", "/hkube/api-server"):
            assert (await client.get(f"{prefix}/api/v1/store/algorithms")).json() == []
            assert "/exec/raw" in str((await client.get(f"{prefix}/swagger-api")).json()["paths"])
            assert "swagger" in (await client.get(f"{prefix}/swagger-ui", follow_redirects=True)).text.lower()
        missing = await client.get("/api/v1/exec/status/nope")
        assert (missing.status_code, missing.json()) == (
            404,
            {"error": {"code": 404, "message": "status nope Not Found"}},
        )


async def test_a_repeated_apply_is_one_apply(running: Product, tmp_path: Path) -> None:
    """A caller that lost the answer asks again with the same request id: the first answer, and no second build."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        tar.add(EXAMPLE / "range" / "main.py", arcname="main.py")
    async with grpc.aio.insecure_channel(f"unix:{running.data_dir}/workers.sock") as channel:
        builds = build_service_pb2_grpc.BuildServiceStub(channel)
        algorithms = algorithm_service_pb2_grpc.AlgorithmServiceStub(channel)
        piece = build_service_pb2.UploadSourceRequest(file_name="range.tar.gz", data=archive.getvalue())
        upload = await builds.UploadSource(iter([piece]))
        request = algorithm_service_pb2.ApplyAlgorithmRequest(
            algorithm=algorithm_pb2.Algorithm(name="range", env=algorithm_pb2.Algorithm.ENV_PYTHON),
            upload_id=upload.upload_id,
            request_id="once",
        )
        first = await algorithms.ApplyAlgorithm(request)
        second = await algorithms.ApplyAlgorithm(request)
        assert first.build_id
        assert (second.build_id, second.messages_code) == (first.build_id, first.messages_code)
        assert len((await builds.ListBuilds(build_service_pb2.ListBuildsRequest())).builds) == 1


async def test_deleting_an_algorithm_by_force(running: Product, tmp_path: Path) -> None:
    """Refused while a job uses it; by force the job is stopped and the pipeline goes too."""
    code = "import time\ndef start(args):\n    time.sleep(1000)\n"
    assert (await running.apply(tmp_path, "slow", code)).code == 0
    pipeline = {"name": "p", "nodes": [{"nodeName": "n", "algorithmName": "slow"}]}
    job = await running.submit(tmp_path, pipeline)
    assert (await running.ctl("pipeline", "store", "-f", "pipeline.json", cwd=tmp_path)).code == 0
    refused = await running.ctl("algorithm", "delete", "slow")
    assert refused.code == 2
    assert "1 pipelines (p), 1 executions" in refused.err
    assert (await running.ctl("algorithm", "delete", "slow", "--force")).code == 0
    watched = await running.ctl("exec", "watch", job)
    assert watched.code == 1
    assert (await running.ctl("exec", "status", job, "-o", "json")).json()["status"] == "stopped"
    assert (await running.ctl("pipeline", "get", "p")).code == 4
