"""Broken rules of the contract are told in the words that REST clients know."""

import json

import pytest
from google.protobuf.message import Message

from controlplane.api.methods import ViolationError, check
from controlplane.gateway.json_codec import parse_message
from controlplane.gateway.violations import translated
from distributedkube.api.algorithm.v1 import algorithm_service_pb2
from distributedkube.api.job.v1 import job_service_pb2

Run = job_service_pb2.RunRawPipelineRequest
Apply = algorithm_service_pb2.ApplyAlgorithmRequest
RunAlgorithm = job_service_pb2.RunAlgorithmRequest
Stop = job_service_pb2.StopJobsRequest

PIPELINE_NAME = "pipeline name must contain only alphanumeric, dash, dot or underscore"
ALGORITHM_NAME = "algorithm name must contain only lower-case alphanumeric, dash or dot"


def first_violation(message: Message, body_field: str) -> tuple[str, str]:
    with pytest.raises(ViolationError) as caught:
        check(message)
    error = translated(caught.value, message.DESCRIPTOR, body_field)
    return str(error), error.field


@pytest.mark.parametrize(
    ("request_class", "body_field", "text", "error", "field"),
    [
        (Run, "pipeline", "{}", "data should have required property 'name'", "name"),
        (Run, "pipeline", '{"name":"a b"}', PIPELINE_NAME, "name"),
        (Run, "pipeline", '{"name":"%s"}' % ("a" * 257), "data.name should NOT be longer than 256 characters", "name"),
        (
            Run,
            "pipeline",
            '{"name":"p","nodes":[{}]}',
            "data.nodes[0] should have required property 'nodeName'",
            "nodes[0].nodeName",
        ),
        (
            Run,
            "pipeline",
            '{"name":"p","nodes":[{"nodeName":"a","algorithmName":"X"}]}',
            ALGORITHM_NAME,
            "nodes[0].algorithmName",
        ),
        (Run, "pipeline", '{"name":"p","priority":9}', "data.priority should be <= 5", "priority"),
        (Run, "pipeline", '{"name":"p","priority":0}', "data.priority should be >= 1", "priority"),
        (
            Run,
            "pipeline",
            '{"name":"p","options":{"batchTolerance":101}}',
            "data.options.batchTolerance should be <= 100",
            "options.batchTolerance",
        ),
        (
            Run,
            "pipeline",
            '{"name":"p","options":{"activeTtl":0}}',
            "data.options.activeTtl should be >= 1",
            "options.activeTtl",
        ),
        (
            Run,
            "pipeline",
            '{"name":"p","options":{"concurrentPipelines":{}}}',
            "data.options.concurrentPipelines.amount should be >= 1",
            "options.concurrentPipelines.amount",
        ),
        (
            Run,
            "pipeline",
            '{"name":"p","options":{"debugOverride":["a","b","a"]}}',
            "data.options.debugOverride should NOT have duplicate items (items ## 2 and 0 are identical)",
            "options.debugOverride",
        ),
        (
            Run,
            "pipeline",
            '{"name":"p","webhooks":{"result":"x"}}',
            'data.webhooks.result should match format "url"',
            "webhooks.result",
        ),
        (
            Run,
            "pipeline",
            '{"name":"p","experimentName":"a b"}',
            "experiment name must contain only alphanumeric, dash, dot or underscore",
            "experimentName",
        ),
        (
            Run,
            "pipeline",
            '{"name":"p","tags":["%s"]}' % ("a" * 33),
            "data.tags[0] should NOT be longer than 32 characters",
            "tags[0]",
        ),
        (
            Run,
            "pipeline",
            json.dumps({"name": "p", "tags": ["a"] * 65}),
            "data.tags should NOT have more than 64 items",
            "tags",
        ),
        (
            Run,
            "pipeline",
            '{"name":"p","triggers":{"cron":{}}}',
            "data.triggers.cron should have required property 'pattern'",
            "triggers.cron.pattern",
        ),
        (Run, "", "{}", "data should have required property 'pipeline'", "pipeline"),
        (RunAlgorithm, "", "{}", "data should have required property 'name'", "name"),
        (Stop, "", '{"jobId":"a b"}', PIPELINE_NAME, "jobId"),
        (Apply, "algorithm", '{"name":"x-"}', ALGORITHM_NAME, "name"),
        (Apply, "algorithm", '{"name":"xx","cpu":-1}', "data.cpu should be >= 0", "cpu"),
        (
            Apply,
            "algorithm",
            '{"name":"xx","algorithmImage":"a b"}',
            "algorithm image must contain only lower-case alphanumeric, dash or dot",
            "algorithmImage",
        ),
        (
            Apply,
            "algorithm",
            '{"name":"xx","mounts":[{"pvcName":"aa"}]}',
            "data.mounts[0] should have required property 'path'",
            "mounts[0].path",
        ),
        (
            Apply,
            "algorithm",
            '{"name":"xx","gitRepository":{"url":"https://u/v","gitKind":"x"}}',
            "data.gitRepository.gitKind should be equal to one of the allowed values (github,gitlab)",
            "gitRepository.gitKind",
        ),
    ],
)
def test_sentences(request_class: type[Message], body_field: str, text: str, error: str, field: str) -> None:
    """The path starts at the body and has JSON names; a text that was never said counts as missing."""
    assert first_violation(parse_message(request_class, text, body_of=body_field), body_field) == (error, field)


def test_keys_of_maps_are_steps() -> None:
    """A path may lead through any key of a map and ends in user data."""
    message = Apply()
    message.algorithm.name = "xx"
    message.algorithm.algorithm_env['a.b"c'].content_type = "x" * 129
    assert first_violation(message, "algorithm") == (
        'data.algorithmEnv.a.b"c should NOT be longer than 128 characters',
        'algorithmEnv.a.b"c',
    )


def test_rules_of_handlers() -> None:
    """Handlers may raise violations of types themselves; a rule that has no words here keeps its own."""
    request = Run.DESCRIPTOR
    typed = ViolationError("x", field="pipeline.flow_input", rule="json.type", bound="object,null", value=1)
    assert str(translated(typed, request, "pipeline")) == "data.flowInput should be object,null"
    other = ViolationError("pipeline.name is odd", field="pipeline.name", rule="string.odd", bound=1, value="")
    assert str(translated(other, request, "pipeline")) == "data.name is odd"
    elsewhere = ViolationError("a.b is odd", field="a.b", rule="x", bound=1, value="")
    assert str(translated(elsewhere, request, "pipeline")) == "data.a.b is odd"
