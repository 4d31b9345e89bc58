"""Algorithms and pipelines that an installation may begin with, as examples: they go through the API like those of users.

What is there already is left alone, so a changed example stays changed; a deleted one comes back at the next start. Their
algorithms are container images: where those cannot run, jobs of these pipelines wait and say so.
"""

import json
from typing import Any

from controlplane.api.methods import Caller, MethodTable
from controlplane.api.pipeline_storing import PipelineStoring
from controlplane.domain.errors import AlreadyExistsError
from controlplane.gateway.json_codec import parse_into, parse_message
from distributedkube.api.algorithm.v1 import algorithm_service_pb2
from distributedkube.api.pipeline.v1 import pipeline_pb2

Json = dict[str, Any]

_APPLY = "distributedkube.api.algorithm.v1.AlgorithmService.ApplyAlgorithm"
_INSTALLATION = Caller(user="")

_EXAMPLE = "hkube/algorithm-example-python"


def _algorithm(name: str, image: str, cpu: float, mem: str) -> Json:
    return {
        "name": name,
        "algorithmImage": image,
        "cpu": cpu,
        "mem": mem,
        "type": "Image",
        "minHotWorkers": 0,
        "options": {"pending": False},
    }


ALGORITHMS = (
    _algorithm("eval-alg", "hkube/algorunner", 0.5, "512Mi"),
    _algorithm("green-alg", _EXAMPLE, 0.1, "256Mi"),
    _algorithm("yellow-alg", _EXAMPLE, 0.1, "256Mi"),
    _algorithm("black-alg", _EXAMPLE, 0.1, "256Mi"),
    _algorithm("stream-alg", _EXAMPLE, 0.5, "512Mi"),
)

_OPTIONS: Json = {"batchTolerance": 100, "progressVerbosityLevel": "debug"}


def _colours(green: list[Any], yellow: list[Any], black: list[Any]) -> list[Json]:
    """Three nodes, named like their algorithms, with these inputs."""
    inputs = {"green": green, "yellow": yellow, "black": black}
    return [{"nodeName": name, "algorithmName": f"{name}-alg", "input": values} for name, values in inputs.items()]


def _batch(name: str, nodes: list[Json], files: Json, **more: Any) -> Json:
    return {"name": name, "nodes": nodes, "options": _OPTIONS, "flowInput": {"files": files}, **more}


def _chained(name: str, **more: Any) -> Json:
    """A pipeline that waits to be started by others, or starts them."""
    return _batch(name, _colours(["@flowInput"], ["@green"], ["@yellow"]), {"link": "links-1"}, **more)


def _stream_node(name: str, state_type: str, value: Json) -> Json:
    return {"nodeName": name, "algorithmName": "stream-alg", "stateType": state_type, "input": [value]}


_LINKS = [f"links-{number}" for number in range(1, 11)]

PIPELINES = (
    _batch("simple", _colours(["@flowInput.files.link"], ["@green"], ["@yellow"]), {"link": "links-1"}),
    _batch("batch", _colours(["#@flowInput.files.links"], ["#@green"], ["@yellow"]), {"links": _LINKS}),
    _batch(
        "for-each",
        _colours(
            ["#@flowInput.files.links"],
            ["#@flowInput.files.links"],
            ["*@green", "*@yellow", "@green", "@yellow"],
        ),
        {"links": ["links-1"]},
    ),
    _chained("trigger-1"),
    _chained("trigger-2", triggers={"pipelines": ["trigger-1"]}),
    {
        "name": "streaming",
        "kind": "stream",
        "nodes": [
            _stream_node("A", "stateful", {"msgPerSec": "@flowInput.msgPerSec"}),
            *(_stream_node(name, "stateless", {"delay": "@flowInput.delay"}) for name in ("B", "C", "D")),
        ],
        "flowInput": {"msgPerSec": 30, "delay": 0.033},
        "streaming": {"flows": {"analyze": "A >> B&C >> D"}},
    },
)


async def seed(methods: MethodTable, pipelines: PipelineStoring) -> None:
    """Stores all examples that are missing; may be repeated."""
    for algorithm in ALGORITHMS:
        request = algorithm_service_pb2.ApplyAlgorithmRequest()
        parse_into(request, json.dumps(algorithm), body_of="algorithm")
        request.options.create_only = True
        try:
            await methods.call(methods[_APPLY], request, _INSTALLATION)
        except AlreadyExistsError:
            continue
    for pipeline in PIPELINES:
        await pipelines.seed(parse_message(pipeline_pb2.Pipeline, json.dumps(pipeline)))
