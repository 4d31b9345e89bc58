"""The wired system over real gRPC with real worker processes: jobs from submission to result."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import grpc
import pytest

from distributedkube.api.job.v1 import job_pb2, job_service_pb2
from distributedkube.api.pipeline.v1 import pipeline_pb2
from tests.integration.plane import Plane, as_json, node, plane

ECHO = "def start(args):\n    return args['input'][0] if args['input'] else None\n"
ARGS = "def start(args):\n    return {k: args[k] for k in ('batchIndex', 'nodeName', 'attempt', 'parents', 'childs')}\n"


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[Plane]:
    async with plane(tmp_path) as made:
        yield made


async def test_the_example_pipeline(engine: Plane) -> None:
    """Range, Multiply and Reduce give 30 for N=5 and k=2; the flow input is read by path."""
    await engine.algorithm("range", "def start(args):\n    return list(range(1, args['input'][0] + 1))\n")
    await engine.algorithm("multiply", "def start(args):\n    return args['input'][0] * args['input'][1]\n")
    await engine.algorithm("reduce", "def start(args):\n    return sum(args['input'][0])\n")
    values = await engine.run(
        node("Range", "range", "@flowInput.data"),
        node("Multiply", "multiply", "#@Range", "@flowInput.mul"),
        node("Reduce", "reduce", "@Multiply"),
        flow_input={"data": 5, "mul": 2},
    )
    assert values == [30]


async def test_inputs_are_put_together_as_written(engine: Plane) -> None:
    """Literals, nested references, paths, empty containers, raw lists, and both ways to combine batches."""
    await engine.algorithm("echo", "def start(args):\n    return args['input']\n")
    whole = await engine.run(
        node("a", "echo", {"x": [1, {"y": 2}]}, "s"),
        node("b", "echo", "@a.0.x.1.y", {"k": ["@a.1", {}, []]}, "@a.9.zz", None),
        node("c", "echo", "@b"),
    )
    assert whole == [[[2, {"k": ["s", {}, []]}, None, None]]]
    indexed = await engine.run(node("a", "echo", "#[1...3]", "#[x,y]"), node("b", "echo", "@a"))
    assert indexed == [[[[1, "x"], [2, "y"], [3, None]]]]
    cartesian = await engine.run(
        node("a", "echo", "#[1,2]", "#[a,b,c]", batch_operation=pipeline_pb2.Node.BATCH_OPERATION_CARTESIAN)
    )
    assert cartesian == [["1", "a"], ["1", "b"], ["1", "c"], ["2", "a"], ["2", "b"], ["2", "c"]]


async def test_batch_over_a_batch_and_over_an_empty_list(engine: Plane) -> None:
    """Items keep their order and drop nulls; an empty batch is skipped and reads as an empty list."""
    await engine.algorithm("echo", ECHO)
    await engine.algorithm("odd", "def start(args):\n    v = args['input'][0]\n    return v if v % 2 else None\n")
    values = await engine.run(node("a", "odd", "#[1...6]"), node("b", "echo", "#@a"))
    assert values == [1, 3, 5]
    assert await engine.run(node("e", "echo", []), node("s", "echo", "#@e"), node("r", "echo", "@s")) == [[]]


async def test_args_of_an_algorithm(engine: Plane) -> None:
    """What authors read besides their input."""
    await engine.algorithm("show", ARGS)
    first, second = await engine.run(node("n", "show", "#[a,b]"))
    assert first == {"batchIndex": 1, "nodeName": "n", "attempt": 1, "parents": [], "childs": []}
    assert isinstance(second, dict)
    assert second["batchIndex"] == 2


async def test_many_tasks_keep_their_order(engine: Plane) -> None:
    """Five thousand tasks over several workers come back in batch order, and a node reduces all of them."""
    await engine.algorithm("echo", ECHO)
    await engine.algorithm("count", "def start(args):\n    v = args['input'][0]\n    return [len(v), v == sorted(v)]\n")
    assert await engine.run(node("a", "echo", "#[1...5000]"), node("b", "count", "@a")) == [[5000, True]]


async def test_large_values_go_by_reference(engine: Plane) -> None:
    """Outputs over 128 KiB pass through the object store, alone and as members of a list; results say where they are."""
    await engine.algorithm("big", "def start(args):\n    return 'x' * (200_000 + int(args['input'][0]))\n")
    await engine.algorithm("sizes", "def start(args):\n    return [len(v) for v in args['input'][0]]\n")
    await engine.algorithm("size", "def start(args):\n    return len(args['input'][0])\n")
    assert await engine.run(node("a", "big", 1), node("b", "size", "@a")) == [200_001]
    assert await engine.run(node("a", "big", "#[1,2,3]"), node("b", "sizes", "@a")) == [[200_001, 200_002, 200_003]]
    job_id = await engine.submit(pipeline_pb2.Pipeline(name="p", nodes=[node("a", "big", 1)]))
    await engine.ended(job_id)
    (item,) = await engine.items(job_id)
    assert item.info.is_big_data
    assert item.info.size > 200_000
    assert not item.HasField("result")


async def test_large_inputs_travel_in_chunks(engine: Plane) -> None:
    """A reduce over half a megabyte of small results, and a large flow input, are read from the object store."""
    await engine.algorithm("wide", "def start(args):\n    return 'y' * 300\n")
    await engine.algorithm("total", "def start(args):\n    return sum(map(len, args['input'][0]))\n")
    assert await engine.run(node("a", "wide", "#[1...2000]"), node("b", "total", "@a")) == [600_000]
    words = ["z" * 1000] * 200
    assert await engine.run(node("t", "total", "@flowInput.words"), flow_input={"words": words}) == [200_000]


async def test_a_failure_names_node_and_error_and_keeps_the_log(engine: Plane) -> None:
    """The job fails with the author's error; lines printed before are readable, also those of standard error."""
    await engine.algorithm(
        "bad",
        "import sys\ndef start(args):\n    print('so far')\n    print('oh', file=sys.stderr)\n    raise ValueError('boom')\n",
    )
    job_id = await engine.submit(pipeline_pb2.Pipeline(name="p", nodes=[node("n", "bad")]))
    status = await engine.ended(job_id)
    assert status.status == job_pb2.JOB_STATE_FAILED
    assert status.error == "ValueError: boom"
    assert status.node_name == "n"
    lines = (await engine.jobs.ListJobLogs(job_service_pb2.ListJobLogsRequest(job_id=job_id))).lines
    assert [(line.message, line.level) for line in lines if line.stream != job_pb2.LogLine.STREAM_WORKER][:2] == [
        ("so far", "info"),
        ("oh", "error"),
    ]
    assert {line.node_name for line in lines} == {"n"}


async def test_tolerated_failures_leave_holes(engine: Plane) -> None:
    """One of three items fails within tolerance: it is null in the list, and its error is in the result."""
    await engine.algorithm(
        "picky", "def start(args):\n    v = args['input'][0]\n    assert v != 2, 'not two'\n    return v\n"
    )
    await engine.algorithm("echo", ECHO)
    assert await engine.run(node("a", "picky", "#[1...3]"), node("b", "echo", "@a")) == [[1, None, 3]]
    job_id = await engine.submit(pipeline_pb2.Pipeline(name="p", nodes=[node("a", "picky", "#[1...3]")]))
    assert (await engine.ended(job_id)).status == job_pb2.JOB_STATE_COMPLETED
    errors = [(item.batch_index, item.error) for item in await engine.items(job_id)]
    assert errors == [(1, ""), (2, "AssertionError: not two"), (3, "")]


async def test_a_killed_worker_does_not_lose_its_task(engine: Plane, tmp_path: Path) -> None:
    """kill -9 of the worker in the middle of a task: the task runs again elsewhere, and the job completes."""
    began = tmp_path / "began"
    os.mkfifo(began)
    code = (
        "import time\n"
        "def start(args):\n"
        "    if args['attempt'] == 1:\n"
        f"        open({str(began)!r}, 'w').write('x')\n"
        "        time.sleep(1000)\n"
        "    return args['attempt']\n"
    )
    await engine.algorithm("slow", code)
    job_id = await engine.submit(pipeline_pb2.Pipeline(name="p", nodes=[node("n", "slow")]))
    await _read(began)
    (worker,) = engine.core.queueing.connected()
    os.kill(worker.pid, signal.SIGKILL)
    await engine.ended(job_id)
    assert await engine.values(job_id) == [2]


async def test_user_code_that_exits_is_tried_again_up_to_the_limit(engine: Plane) -> None:
    """os._exit in user code is a crash: limit + 1 attempts, then the task has failed; the worker stays."""
    await engine.algorithm("exits", "import os\ndef start(args):\n    os._exit(3)\n")
    retry = pipeline_pb2.Retry(policy=pipeline_pb2.Retry.POLICY_ON_CRASH, limit=1)
    job_id = await engine.submit(pipeline_pb2.Pipeline(name="p", nodes=[node("n", "exits", retry=retry)]))
    status = await engine.ended(job_id)
    assert status.status == job_pb2.JOB_STATE_FAILED
    assert "3" in status.error


async def test_stop_ends_running_tasks(engine: Plane, tmp_path: Path) -> None:
    """A stopped job shows its reason at once; the worker is free for other jobs afterwards."""
    began = tmp_path / "began"
    os.mkfifo(began)
    code = (
        "import time\nstopped = False\n"
        "def start(args):\n"
        "    if args['input'] != ['go']:\n"
        f"        open({str(began)!r}, 'w').write('x')\n"
        "        while not stopped:\n            time.sleep(0.01)\n"
        "    return 'done'\n"
        "def stop(options):\n    global stopped\n    stopped = True\n"
    )
    await engine.algorithm("loop", code, cpu_milli=2000)
    job_id = await engine.submit(pipeline_pb2.Pipeline(name="p", nodes=[node("n", "loop")]))
    await _read(began)
    answer = await engine.jobs.StopJobs(job_service_pb2.StopJobsRequest(job_id=job_id, reason="enough"))
    assert list(answer.stopped_job_ids) == [job_id]
    status = (await engine.jobs.GetJobStatus(job_service_pb2.GetJobStatusRequest(job_id=job_id))).status
    assert status.status == job_pb2.JOB_STATE_STOPPED
    assert status.reason == "enough"
    assert await engine.run(node("n", "loop", "go")) == ["done"]
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await engine.jobs.StopJobs(job_service_pb2.StopJobsRequest(job_id=job_id))
    assert error.value.code() is grpc.StatusCode.NOT_FOUND


async def test_node_ttl(engine: Plane) -> None:
    """A task that runs longer than its node's ttl fails, and says so."""
    await engine.algorithm("slow", "import time\ndef start(args):\n    time.sleep(1000)\n")
    job_id = await engine.submit(pipeline_pb2.Pipeline(name="p", nodes=[node("n", "slow", ttl=1)]))
    status = await engine.ended(job_id)
    assert status.status == job_pb2.JOB_STATE_FAILED
    assert "ttl" in status.error.lower()


async def test_the_same_request_is_the_same_job(engine: Plane) -> None:
    """A repeated submission with one request id makes one job."""
    await engine.algorithm("echo", ECHO)
    pipeline = pipeline_pb2.Pipeline(name="p", nodes=[node("n", "echo", 1)])
    first = await engine.submit(pipeline, "request-1")
    assert await engine.submit(pipeline, "request-1") == first
    assert await engine.submit(pipeline, "request-2") != first


async def test_a_clean_restart_goes_on(tmp_path: Path) -> None:
    """Stopped in the middle of a batch and started again on the same folder: what was finished is not run again."""
    counted = tmp_path / "counted"
    code = (
        "import os, time\n"
        "def start(args):\n"
        f"    with open({str(counted)!r}, 'a') as file:\n"
        "        file.write(f\"{args['input'][0]}\\n\")\n"
        "    time.sleep(0.02)\n"
        "    return args['input'][0]\n"
    )
    async with plane(tmp_path) as first:
        await first.algorithm("work", code, cpu_milli=1000)
        job_id = await first.submit(pipeline_pb2.Pipeline(name="p", nodes=[node("n", "work", "#[1...100]")]))
        await first.until(job_id, lambda status: status.nodes and status.nodes[0].states.get("succeed", 0) > 20)
    async with plane(tmp_path) as second:
        status = await second.ended(job_id)
        assert status.status == job_pb2.JOB_STATE_COMPLETED
        assert await second.values(job_id) == list(range(1, 101))
    runs = [int(line) for line in counted.read_text().split()]
    assert set(runs) == set(range(1, 101))
    # Those under way when it stopped, at most one a worker, may run twice.
    assert len(runs) <= 100 + 4


async def test_a_new_version_replaces_the_workers(engine: Plane) -> None:
    """After a new version is current, tasks run on it."""
    await engine.algorithm("vv", "def start(args):\n    return 'one'\n")
    assert await engine.run(node("n", "vv")) == ["one"]
    await engine.algorithm("vv", "def start(args):\n    return 'two'\n", version="v2")
    assert await engine.run(node("n", "vv")) == ["two"]


BAD = [
    (pipeline_pb2.Pipeline(name="p", nodes=[node("n", "nope")]), grpc.StatusCode.NOT_FOUND, "algorithm nope Not Found"),
    (pipeline_pb2.Pipeline(name="p"), grpc.StatusCode.INVALID_ARGUMENT, "at least one node"),
    (pipeline_pb2.Pipeline(name="p q", nodes=[node("n", "echo")]), grpc.StatusCode.INVALID_ARGUMENT, "pipeline.name"),
    (
        pipeline_pb2.Pipeline(name="p", priority=6, nodes=[node("n", "echo")]),
        grpc.StatusCode.INVALID_ARGUMENT,
        "priority",
    ),
    (
        pipeline_pb2.Pipeline(name="p", nodes=[node("a", "echo", "@b"), node("b", "echo", "@a")]),
        grpc.StatusCode.INVALID_ARGUMENT,
        "cyclic",
    ),
    (
        pipeline_pb2.Pipeline(name="p", nodes=[node("a", "echo", "@flowInput.x")], flow_input=as_json({"y": 1})),
        grpc.StatusCode.INVALID_ARGUMENT,
        "unable to find flowInput.x",
    ),
    (
        pipeline_pb2.Pipeline(name="p", nodes=[node("a", "echo")], flow_input=as_json([1])),
        grpc.StatusCode.INVALID_ARGUMENT,
        "flowInput should be object",
    ),
    (
        pipeline_pb2.Pipeline(name="p", kind=pipeline_pb2.Pipeline.KIND_STREAM, nodes=[node("a", "echo")]),
        grpc.StatusCode.INVALID_ARGUMENT,
        "please specify a stream flow",
    ),
]


@pytest.mark.parametrize(("pipeline", "code", "text"), BAD, ids=[row[2] for row in BAD])
async def test_bad_pipelines_are_refused_and_nothing_is_stored(
    engine: Plane, pipeline: pipeline_pb2.Pipeline, code: grpc.StatusCode, text: str
) -> None:
    """The error names what is wrong; there is no job afterwards."""
    await engine.algorithm("echo", ECHO)
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await engine.submit(pipeline)
    assert error.value.code() is code
    assert text in (error.value.details() or "")
    assert not (await engine.store.range("job")).entries
    assert not (await engine.store.range("open/")).entries


async def _read(fifo: Path) -> None:
    """Waits until somebody has written into the pipe."""
    await asyncio.to_thread(fifo.read_text)
