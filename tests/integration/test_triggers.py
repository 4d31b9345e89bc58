"""Triggers and webhooks over the wired system: a pipeline starts another, and reports arrive."""

from contextlib import AsyncExitStack, aclosing, suppress
from pathlib import Path
from typing import Any

import grpc

from controlplane.domain.outbox import tree_prefix
from controlplane.ports.state_store import Revision, StateStore
from distributedkube.api.job.v1 import job_pb2
from distributedkube.api.pipeline.v1 import pipeline_pb2, pipeline_service_pb2, pipeline_service_pb2_grpc
from distributedkube.api.trigger.v1 import trigger_service_pb2, trigger_service_pb2_grpc
from tests.integration.plane import node, plane

ECHO = "def start(args):\n    return args['input'][0] if args['input'] else None\n"


async def child_of(store: StateStore, triggers: Any, job_id: str) -> str:
    """The job that the end of a job started, as soon as its tree tells."""
    request = trigger_service_pb2.GetTriggerTreeRequest(job_id=job_id)
    async with aclosing(store.watch(tree_prefix(job_id), after=Revision(0))) as changes:
        async for _ in changes:
            with suppress(grpc.aio.AioRpcError):
                tree = (await triggers.GetTriggerTree(request)).tree
                if tree.children:
                    return str(tree.children[0].job_id)
    raise AssertionError("the watch ended")


async def test_the_end_of_a_pipeline_starts_another(tmp_path: Path) -> None:
    """The follower gets the result as `flowInput.parent`, is of type trigger, and both are in the tree."""
    async with plane(tmp_path) as engine, AsyncExitStack() as stack:
        channel = grpc.aio.insecure_channel(engine.target)
        stack.push_async_callback(channel.close)
        await engine.algorithm("echo", ECHO)
        pipelines = pipeline_service_pb2_grpc.PipelineServiceStub(channel)
        triggers = trigger_service_pb2_grpc.TriggerServiceStub(channel)
        follower = pipeline_pb2.Pipeline(
            name="second",
            nodes=[node("b", "echo", "@flowInput.parent.0.result")],
            triggers=pipeline_pb2.Triggers(pipelines=["first"]),
        )
        await pipelines.CreatePipeline(pipeline_service_pb2.CreatePipelineRequest(pipeline=follower))
        cron = trigger_service_pb2.StartCronRequest(name="second", pattern="0 0 1 1 *")
        assert (await triggers.StartCron(cron)).message == "OK"
        (listed,) = (await triggers.ListCrons(trigger_service_pb2.ListCronsRequest())).crons
        assert (listed.name, listed.cron.enabled, listed.cron.pattern) == ("second", True, "0 0 1 1 *")
        job_id = await engine.submit(pipeline_pb2.Pipeline(name="first", nodes=[node("a", "echo", {"x": 7})]))
        assert (await engine.ended(job_id)).status == job_pb2.JOB_STATE_COMPLETED
        started = await child_of(engine.store, triggers, job_id)
        assert (await engine.ended(started)).status == job_pb2.JOB_STATE_COMPLETED
        assert await engine.values(started) == [{"x": 7}]
        tree = (await triggers.GetTriggerTree(trigger_service_pb2.GetTriggerTreeRequest(job_id=job_id))).tree
        assert [child.job_id for child in tree.children] == [started]
