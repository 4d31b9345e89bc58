"""The complete engine over real gRPC with real workers: elements one by one, nested pipelines, holds, limits, repetition."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc
import pytest

from controlplane.app.settings import EmbeddedSettings
from controlplane.ports.job_records import read_job
from controlplane.roles.driver.role import DriverSettings
from distributedkube.api.job.v1 import job_pb2, job_service_pb2
from distributedkube.api.pipeline.v1 import pipeline_pb2
from distributedkube.codec import decode
from tests.integration.plane import Plane, as_json, node, plane

ECHO = "def start(args):\n    return args['input'][0] if args['input'] else None\n"
ALL = "def start(args):\n    return args['input']\n"
GATED = "def start(args):\n    with open(args['input'][0]) as gate:\n        return gate.read()\n"
"""Waits until somebody writes into the pipe that it is given, and returns what was written."""

COMPLETED = job_pb2.JOB_STATE_COMPLETED


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[Plane]:
    async with plane(tmp_path) as made:
        await made.algorithm("echo", ECHO)
        await made.algorithm("all", ALL)
        yield made


class Gate:
    """A named pipe that a task waits at."""

    def __init__(self, folder: Path, name: str) -> None:
        self.path = folder / name
        os.mkfifo(self.path)

    def open(self, text: str = "done") -> None:
        """Lets the task go on; waits until it is there."""
        self.path.write_text(text)

    async def pass_through(self, text: str = "done") -> None:
        await asyncio.to_thread(self.open, text)


def pipeline(name: str, *nodes: pipeline_pb2.Node, **more: object) -> pipeline_pb2.Pipeline:
    return pipeline_pb2.Pipeline(name=name, nodes=nodes, **more)  # type: ignore[arg-type]


async def test_elements_pass_one_by_one(engine: Plane, tmp_path: Path) -> None:
    """With `*@` the second stage of one element runs while another element is still in the first stage."""
    await engine.algorithm("gated", GATED)
    gates = [Gate(tmp_path, f"gate{i}") for i in range(2)]
    job_id = await engine.submit(
        pipeline(
            "p",
            node("a", "gated", "#@flowInput.gates"),
            node("b", "echo", "*@a"),
            node("c", "all", "@b"),
            flow_input=as_json({"gates": [str(gate.path) for gate in gates]}),
        )
    )
    await gates[1].pass_through("second")
    status = await engine.until(job_id, lambda s: any(n.node_name == "b" and n.states["succeed"] == 1 for n in s.nodes))
    assert {n.node_name: dict(n.states) for n in status.nodes}["a"]["succeed"] == 1
    await gates[0].pass_through("first")
    assert (await engine.ended(job_id)).status == COMPLETED
    assert await engine.values(job_id) == [[["first", "second"]]]


async def test_each_element_fans_out_on_its_own(engine: Plane) -> None:
    """`*#@` makes a task of each element of each item; joins of two batches keep their elements together."""
    values = await engine.run(
        node("a", "echo", "#@flowInput.lists"),
        node("b", "echo", "*#@a"),
        node("c", "all", "@b"),
        flow_input={"lists": [[1, 2], [], [3]]},
    )
    assert sorted(values[0][0]) == [1, 2, 3]  # type: ignore[index]
    joined = await engine.run(
        node("s", "echo", "#[1...20]"),
        node("a", "echo", "*@s"),
        node("b", "echo", "*@s"),
        node("c", "all", "*@a", "*@b"),
    )
    assert joined == [[i, i] for i in range(1, 21)]


async def test_nested_pipelines_inline_three_deep(engine: Plane) -> None:
    """Inline pipelines in pipelines: names are joined, order holds, `@N` is the value of the last node."""
    inner = {"nodes": [{"nodeName": "x", "algorithmName": "echo", "input": ["@flowInput.v"]}]}
    middle = {
        "nodes": [
            {"nodeName": "in", "kind": "pipeline", "spec": inner},
            {"nodeName": "y", "algorithmName": "all", "input": ["@in", "y"]},
        ]
    }
    outer = pipeline_pb2.Node(node_name="N", kind=pipeline_pb2.Node.KIND_PIPELINE, spec=as_json(middle))
    job_id = await engine.submit(
        pipeline_pb2.Pipeline(name="p", nodes=[outer, node("z", "echo", "@N")], flow_input=as_json({"v": 7}))
    )
    assert (await engine.ended(job_id)).status == COMPLETED
    assert await engine.values(job_id) == [[7, "y"]]
    answer = await engine.jobs.GetJobPipeline(job_service_pb2.GetJobPipelineRequest(job_id=job_id))
    assert [n.node_name for n in answer.pipeline.nodes] == ["N-in-x", "N-y", "z"]


async def test_pause_holds_what_has_not_begun_and_resume_lets_it_go(engine: Plane, tmp_path: Path) -> None:
    """A paused job ends no earlier than it is resumed, also across a restart of nothing but its tasks."""
    await engine.algorithm("gated", GATED)
    gate = Gate(tmp_path, "gate")
    job_id = await engine.submit(pipeline("p", node("a", "gated", str(gate.path)), node("b", "echo", "@a")))
    await engine.until(job_id, lambda s: any(n.states["active"] for n in s.nodes))
    request = job_service_pb2.PauseJobRequest(job_id=job_id)
    assert (await engine.jobs.PauseJob(request)).message == "OK"
    await gate.pass_through()
    status = await engine.until(job_id, lambda s: s.nodes[0].states["succeed"] == 1)
    assert status.status == job_pb2.JOB_STATE_PAUSED
    assert not status.nodes[1].states["succeed"]
    reasons = (await engine.jobs.ExplainJob(job_service_pb2.ExplainJobRequest(job_id=job_id))).reasons
    assert reasons[0].code == job_pb2.Reason.CODE_PAUSED
    assert (await engine.jobs.ResumeJob(job_service_pb2.ResumeJobRequest(job_id=job_id))).message == "OK"
    assert (await engine.ended(job_id)).status == COMPLETED
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await engine.jobs.PauseJob(request)
    assert error.value.details() == "unable to pause pipeline p because its in completed status"
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await engine.jobs.ResumeJob(job_service_pb2.ResumeJobRequest(job_id=job_id))
    assert error.value.details() == "unable to resume pipeline p because its in completed status"


async def test_a_limit_refuses_or_queues(engine: Plane, tmp_path: Path) -> None:
    """With one job at a time a second is refused, or waits and says for what, and starts when the first has ended."""
    await engine.algorithm("gated", GATED)
    gates = [Gate(tmp_path, f"gate{i}") for i in range(2)]

    def limited(gate: Gate, *, reject: bool) -> pipeline_pb2.Pipeline:
        limit = pipeline_pb2.ConcurrentPipelines(amount=1, reject_on_failure=reject)
        options = pipeline_pb2.PipelineOptions(concurrent_pipelines=limit)
        return pipeline("limited", node("a", "gated", str(gate.path)), options=options)

    first = await engine.submit(limited(gates[0], reject=True))
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await engine.submit(limited(gates[1], reject=True))
    assert error.value.details() == "maximum number [1] of concurrent pipelines has been reached"
    second = await engine.submit(limited(gates[1], reject=False))
    answer = await engine.jobs.ExplainJob(job_service_pb2.ExplainJobRequest(job_id=second))
    assert answer.reasons[0].code == job_pb2.Reason.CODE_PIPELINE_LIMIT
    assert answer.reasons[0].queue_position == 1
    assert set(answer.reasons[0].score) == {"priority", "waiting"}
    await gates[0].pass_through()
    assert (await engine.ended(first)).status == COMPLETED
    await gates[1].pass_through()
    assert (await engine.ended(second)).status == COMPLETED


async def test_simultaneous_submissions_never_exceed_a_limit(engine: Plane, tmp_path: Path) -> None:
    """Of twenty at once exactly three are accepted."""
    await engine.algorithm("gated", GATED)
    gates = [Gate(tmp_path, f"gate{i}") for i in range(20)]
    limit = pipeline_pb2.ConcurrentPipelines(amount=3)
    options = pipeline_pb2.PipelineOptions(concurrent_pipelines=limit)

    async def one(gate: Gate) -> tuple[Gate, str]:
        try:
            return gate, await engine.submit(pipeline("limited", node("a", "gated", str(gate.path)), options=options))
        except grpc.aio.AioRpcError:
            return gate, ""

    accepted = [(gate, job) for gate, job in await asyncio.gather(*map(one, gates)) if job]
    assert len(accepted) == 3
    await asyncio.gather(*(gate.pass_through() for gate, _ in accepted))
    for _, job_id in accepted:
        assert (await engine.ended(job_id)).status == COMPLETED


async def test_rerun_and_run_from_a_node(engine: Plane) -> None:
    """A rerun gives the same; run from a node takes the outputs of other nodes and makes its own anew."""
    await engine.algorithm("add", "def start(args):\n    return sum(args['input'])\n")
    await engine.algorithm("total", "def start(args):\n    return sum(args['input'][0]) + args['input'][1]\n")
    given = pipeline_pb2.Pipeline(
        name="p",
        nodes=[
            node("list", "echo", "@flowInput.v"),
            node("each", "add", "#@list", 10),
            node("sum", "total", "@each", 0),
            node("end", "total", "@each", "@sum"),
        ],
        flow_input=as_json({"v": [1, 2, 3]}),
    )
    job_id = await engine.submit(given)
    assert (await engine.ended(job_id)).status == COMPLETED
    assert await engine.values(job_id) == [72]
    again = (await engine.jobs.RerunJob(job_service_pb2.RerunJobRequest(job_id=job_id))).job_id
    assert (await engine.ended(again)).status == COMPLETED
    assert await engine.values(again) == [72]
    request = job_service_pb2.RunFromNodeRequest(job_id=job_id, node_name="sum")
    part = (await engine.jobs.RunFromNode(request)).job_id
    status = await engine.ended(part)
    assert (status.status, status.pipeline) == (COMPLETED, "p-sum")
    assert [n.node_name for n in status.nodes] == ["sum", "end"]
    assert await engine.values(part) == [72]
    whole = await engine.jobs.GetJobPipeline(job_service_pb2.GetJobPipelineRequest(job_id=part))
    assert list(whole.pipeline.types) == ["raw", "node"]
    further = job_service_pb2.RunFromNodeRequest(job_id=part, node_name="end")
    last = (await engine.jobs.RunFromNode(further)).job_id
    assert (await engine.ended(last)).status == COMPLETED
    assert await engine.values(last) == [72]


async def test_a_job_is_followed_from_before_it_is_driven(engine: Plane, monkeypatch: pytest.MonkeyPatch) -> None:
    """The driver hears of an accepted job a moment later; who follows it at once sees it to its end all the same."""
    heard, find = asyncio.Event(), engine.core.driver._found

    async def find_later(*args: Any, **more: Any) -> None:
        await heard.wait()
        await find(*args, **more)

    monkeypatch.setattr(engine.core.driver, "_found", find_later)
    job_id = await engine.submit(pipeline("p", node("a", "echo", 1)))
    seen: list[int] = []
    async for response in engine.jobs.WatchJob(job_service_pb2.WatchJobRequest(job_id=job_id)):
        seen.append(response.status.status)
        heard.set()
    assert (seen[0], seen[-1]) == (job_pb2.JOB_STATE_PENDING, COMPLETED)


async def test_code_sees_how_the_run_before_ended(engine: Plane) -> None:
    """The first run has none before it; runs of another experiment do not count; a failed one does."""
    code = "def start(args):\n    assert args['input'] != ['fail']\n    return args['info']['lastRunResult']\n"
    await engine.algorithm("before", code)

    async def run(value: str, experiment: str = "main") -> job_pb2.JobResult:
        made = pipeline("again", node("a", "before", value))
        made.experiment_name = experiment
        job_id = await engine.submit(made)
        await engine.ended(job_id)
        return (await engine.jobs.GetJobResult(job_service_pb2.GetJobResultRequest(job_id=job_id))).result

    def said(result: job_pb2.JobResult) -> Any:
        return decode(result.data[0].result.content_type, result.data[0].result.data)

    first = await run("go")
    assert said(first) is None
    second = said(await run("go"))
    assert (second["status"], second["timestamp"]) == ("completed", first.timestamp.ToMilliseconds())
    assert second["timeTook"] == pytest.approx(first.time_took, abs=0.001)
    assert (await run("fail")).status == job_pb2.JOB_STATE_FAILED
    assert said(await run("go"))["status"] == "failed"


async def test_jobs_keep_the_versions_that_their_algorithms_had(engine: Plane) -> None:
    """A later version of the algorithm does not change what the job says."""
    await engine.algorithm("changing", "def start(args):\n    return 1\n", version="v1")
    first = await engine.submit(pipeline("p", node("a", "changing"), node("b", "echo", "@a")))
    await engine.ended(first)
    await engine.algorithm("changing", "def start(args):\n    return 2\n", version="v2")
    record = await read_job(engine.store, first)
    assert record is not None
    assert record.versions == {"changing": "v1", "echo": "v1"}


async def test_history_says_who_what_when_and_why(engine: Plane) -> None:
    """Every step of a job is in its history, a page at a time, also after it has ended: retries with worker and reason."""
    await engine.algorithm(
        "second",
        "def start(args):\n    if args['attempt'] == 1:\n        raise ValueError('not yet')\n    return args['attempt']\n",
    )
    retry = pipeline_pb2.Retry(policy=pipeline_pb2.Retry.POLICY_ALWAYS, limit=2, backoff_seconds=0.01)
    job_id = await engine.submit(pipeline("p", node("a", "second", "#[1,2]", retry=retry), node("b", "all", "@a")))
    assert (await engine.ended(job_id)).status == COMPLETED
    entries: list[job_pb2.HistoryEntry] = []
    token = ""
    while True:
        request = job_service_pb2.ListJobHistoryRequest(job_id=job_id, page_size=3, page_token=token)
        answer = await engine.jobs.ListJobHistory(request)
        assert len(answer.entries) <= 3
        entries += answer.entries
        token = answer.next_page_token
        if not token:
            break
    words = [job_pb2.HistoryEntry.Kind.Name(entry.kind).removeprefix("KIND_") for entry in entries]
    assert words[:3] == ["ACCEPTED", "STARTED", "NODE_STARTED"]
    assert words[-1] == "ENDED"
    assert words.count("TASK_RETRIED") == 2
    assert words.count("TASK_SUCCEEDED") == 3
    retried = [entry for entry in entries if entry.kind == job_pb2.HistoryEntry.KIND_TASK_RETRIED]
    assert {(entry.batch_index, entry.attempt) for entry in retried} == {(1, 1), (2, 1)}
    assert all("not yet" in entry.message and entry.worker_id for entry in retried)
    assert [entry.cursor for entry in entries] == sorted({entry.cursor for entry in entries})


async def test_explain_names_the_parent_and_the_missing_algorithm(engine: Plane, tmp_path: Path) -> None:
    """A running job says what runs and what waits for what; an ended one that it has ended, and how."""
    await engine.algorithm("gated", GATED)
    gate = Gate(tmp_path, "gate")
    job_id = await engine.submit(pipeline("p", node("a", "gated", str(gate.path)), node("b", "echo", "@a")))
    await engine.until(job_id, lambda s: any(n.states["active"] for n in s.nodes))
    answer = await engine.jobs.ExplainJob(job_service_pb2.ExplainJobRequest(job_id=job_id))
    codes = {reason.code: reason for reason in answer.reasons}
    assert codes[job_pb2.Reason.CODE_RUNNING].tasks_running == 1
    assert list(codes[job_pb2.Reason.CODE_PARENTS].waiting_for) == ["a"]
    await gate.pass_through()
    await engine.ended(job_id)
    answer = await engine.jobs.ExplainJob(job_service_pb2.ExplainJobRequest(job_id=job_id))
    assert answer.sentence == "The job has ended: completed."


async def test_more_jobs_than_may_be_active_wait_in_order(tmp_path: Path) -> None:
    """With one active job the others start by priority, strongest first."""
    settings = EmbeddedSettings(data_dir=tmp_path, driver=DriverSettings(max_active_jobs=1))
    async with plane(tmp_path, settings) as engine:
        await engine.algorithm("gated", GATED)
        await engine.algorithm("echo", ECHO)
        gate = Gate(tmp_path, "gate")
        first = await engine.submit(pipeline("first", node("a", "gated", str(gate.path))))
        await engine.until(first, lambda s: any(n.states["active"] for n in s.nodes))
        jobs = {p: await engine.submit(pipeline(f"p{p}", node("a", "echo", p), priority=p)) for p in (1, 5, 3)}
        await gate.pass_through()
        ended = {p: await engine.ended(job_id) for p, job_id in jobs.items()}
        order = sorted(ended, key=lambda p: ended[p].active_time.ToNanoseconds())
        assert order == [5, 3, 1]
