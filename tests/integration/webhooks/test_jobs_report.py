"""Whole jobs on real workers: what a receiver gets of them, and what their end starts."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import grpc
import pytest

from controlplane.domain.outbox import trigger_key
from controlplane.gateway.json_codec import to_json
from controlplane.ports.state_store import DeleteEvent, Revision
from distributedkube.api.job.v1 import job_service_pb2
from distributedkube.api.pipeline.v1 import pipeline_pb2, pipeline_service_pb2, pipeline_service_pb2_grpc
from distributedkube.api.trigger.v1 import trigger_service_pb2, trigger_service_pb2_grpc
from tests.integration.plane import Plane, as_json, node, plane
from tests.integration.webhooks.receiver import receiving

ECHO = "def start(args):\n    return args['input'][0]\n"
FAIL = "def start(args):\n    raise ValueError('on purpose')\n"


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[Plane]:
    async with plane(tmp_path) as made:
        await made.algorithm("echo", ECHO)
        await made.algorithm("fail", FAIL)
        yield made


async def _dealt_with(engine: Plane, job_id: str) -> None:
    """Returns once all that follows the end of a job was started, and recorded."""
    async for events in engine.store.watch(trigger_key(job_id), after=Revision(0)):
        if any(isinstance(event, DeleteEvent) for event in events):
            return


async def test_a_job_reports_its_statuses_and_its_result(engine: Plane) -> None:
    """The receiver gets `pending` first and the end last, and a result that is the document which the API shows."""
    async with receiving() as receiver:
        hooks = pipeline_pb2.Webhooks(progress=f"{receiver.url}/progress", result=f"{receiver.url}/result")
        pipeline = pipeline_pb2.Pipeline(name="p", nodes=[node("a", "echo", "#@flowInput.items")], webhooks=hooks)
        pipeline.flow_input.CopyFrom(as_json({"items": [1, "two", {"three": 3.5}]}))
        job_id = await engine.submit(pipeline)
        await engine.ended(job_id)
        while not {"completed"} <= {json.loads(r.body)["status"] for r in receiver.reports if r.path == "/progress"}:
            await receiver.wait_for(len(receiver.reports) + 1)
        while not any(report.path == "/result" for report in receiver.reports):
            await receiver.wait_for(len(receiver.reports) + 1)
        states = [json.loads(r.body)["status"] for r in receiver.reports if r.path == "/progress"]
        assert states[0] == "pending"
        assert states[-1] == "completed"
        assert states == sorted(states, key=["pending", "active", "completed"].index)
        answer = await engine.jobs.GetJobResult(job_service_pb2.GetJobResultRequest(job_id=job_id))
        results = [report.body for report in receiver.reports if report.path == "/result"]
        assert results == [to_json(answer.result)]


async def test_a_failed_job_reports_its_error(engine: Plane) -> None:
    async with receiving() as receiver:
        options = pipeline_pb2.PipelineOptions(
            progress_verbosity_level=pipeline_pb2.PipelineOptions.PROGRESS_VERBOSITY_LEVEL_ERROR
        )
        hooks = pipeline_pb2.Webhooks(progress=f"{receiver.url}/progress")
        pipeline = pipeline_pb2.Pipeline(name="p", nodes=[node("a", "fail")], webhooks=hooks, options=options)
        job_id = await engine.submit(pipeline)
        await receiver.wait_for(1)
        body = json.loads(receiver.reports[0].body)
        assert (body["jobId"], body["status"], body["level"], body["nodeName"]) == (job_id, "failed", "error", "a")
        assert "on purpose" in body["error"]


async def test_the_end_of_a_job_starts_another_with_its_result(engine: Plane) -> None:
    """The child's own webhook tells when it is done; its input was the parent's list of results."""
    async with receiving() as receiver, grpc.aio.insecure_channel(engine.target) as channel:
        child = pipeline_pb2.Pipeline(
            name="child",
            nodes=[node("b", "echo", "@flowInput.parent")],
            webhooks=pipeline_pb2.Webhooks(result=receiver.url),
            triggers=pipeline_pb2.Triggers(pipelines=["p"]),
        )
        pipelines = pipeline_service_pb2_grpc.PipelineServiceStub(channel)
        await pipelines.CreatePipeline(pipeline_service_pb2.CreatePipelineRequest(pipeline=child))
        job_id = await engine.submit(pipeline_pb2.Pipeline(name="p", nodes=[node("a", "echo", [1, 2])]))
        await receiver.wait_for(1)
        body = json.loads(receiver.reports[0].body)
        assert body["data"][0]["result"] == [{"nodeName": "a", "algorithmName": "echo", "result": [1, 2]}]
        await _dealt_with(engine, job_id)
        triggers = trigger_service_pb2_grpc.TriggerServiceStub(channel)
        answer = await triggers.GetTriggerTree(trigger_service_pb2.GetTriggerTreeRequest(job_id=job_id))
        assert [(found.name, found.job_id) for found in answer.tree.children] == [("child", body["jobId"])]
