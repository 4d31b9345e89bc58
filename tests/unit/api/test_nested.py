"""Nested pipelines: which nodes, edges and references they become, and what is refused."""

import json
from typing import Any

import pytest

from controlplane.api.nested import expand
from controlplane.domain.errors import InvalidError, NotFoundError
from controlplane.gateway.json_codec import parse_message
from distributedkube.api.pipeline.v1 import pipeline_pb2 as pb


def parsed(data: bytes) -> pb.Pipeline:
    return parse_message(pb.Pipeline, data)


def pipeline(name: str, *nodes: dict[str, Any], **more: Any) -> pb.Pipeline:
    return parsed(json.dumps({"name": name, "nodes": list(nodes), **more}).encode())


def algorithm(name: str, *inputs: Any) -> dict[str, Any]:
    return {"nodeName": name, "algorithmName": "xx", "input": list(inputs)}


def nested(name: str, of: str, *inputs: Any) -> dict[str, Any]:
    return {"nodeName": name, "kind": "pipeline", "spec": {"name": of}, "input": list(inputs)}


async def expanded(outer: pb.Pipeline, *stored: pb.Pipeline) -> pb.Pipeline:
    by_name = {one.name: one for one in stored}

    async def resolve(name: str) -> pb.Pipeline:
        if name not in by_name:
            raise NotFoundError("pipeline", name)
        return pb.Pipeline.FromString(by_name[name].SerializeToString())

    await expand(outer, resolve, parsed)
    return outer


def inputs(made: pb.Pipeline) -> dict[str, list[Any]]:
    return {node.node_name: [json.loads(value.data) for value in node.input] for node in made.nodes}


def edges(made: pb.Pipeline) -> set[tuple[str, str]]:
    return {(edge.source, edge.target) for edge in made.edges}


async def test_names_references_and_order() -> None:
    """Inner names get the outer one in front; the outer input orders; the only last node stands for the whole."""
    inner = pipeline("inner", algorithm("a", "@flowInput.v"), algorithm("b", {"k": "#@a.list"}))
    made = await expanded(
        pipeline("outer", algorithm("first"), nested("N", "inner", "@first"), algorithm("last", ["@N.x"], "#@N")), inner
    )
    assert inputs(made) == {
        "first": [],
        "N-a": ["@flowInput.v"],
        "N-b": [{"k": "#@N-a.list"}],
        "last": [["@N-b.x"], "#@N-b"],
    }
    assert edges(made) == {("first", "N-a"), ("N-b", "last")}
    assert [node.orig_name for node in made.nodes] == ["", "N", "N", ""]


async def test_several_last_nodes_are_a_list() -> None:
    """`@N` lists the outputs of all last nodes, `@N.1` is one of them; to fan out over several is refused."""
    inner = pipeline("inner", algorithm("a"), algorithm("b"))
    made = await expanded(pipeline("p", nested("N", "inner"), algorithm("c", "@N", "@N.1.x")), inner)
    assert inputs(made)["c"] == [["@N-a", "@N-b"], "@N-b.x"]
    assert edges(made) == {("N-a", "c"), ("N-b", "c")}
    with pytest.raises(InvalidError, match="2 last nodes"):
        await expanded(pipeline("p", nested("N", "inner"), algorithm("c", "#@N")), inner)


async def test_edges_between_nested_pipelines_and_three_levels() -> None:
    """Edges go from all last nodes to all first ones, however deep; flow inputs lie under the caller's."""
    leaf = pipeline("leaf", algorithm("x"), flowInput={"a": 1, "o": {"p": 1}})
    middle = pipeline("middle", nested("l", "leaf"), algorithm("y", "@l"), flowInput={"b": 2})
    outer = pipeline(
        "outer",
        nested("M", "middle"),
        nested("L", "leaf"),
        edges=[{"source": "M", "target": "L"}],
        flowInput={"o": {"q": 3}},
    )
    made = await expanded(outer, leaf, middle)
    assert [node.node_name for node in made.nodes] == ["M-l-x", "M-y", "L-x"]
    assert edges(made) == {("M-l-x", "M-y"), ("M-y", "L-x")}
    assert json.loads(made.flow_input.data) == {"a": 1, "b": 2, "o": {"p": 1, "q": 3}}


async def test_what_is_refused() -> None:
    """A pipeline within itself, one that is not there, and a node that names none."""
    one, two = pipeline("one", nested("n", "two")), pipeline("two", nested("n", "one"))
    with pytest.raises(InvalidError, match="contains itself: one > two > one"):
        await expanded(pipeline("one", nested("n", "two")), one, two)
    with pytest.raises(NotFoundError, match="pipeline gone Not Found"):
        await expanded(pipeline("p", nested("n", "gone")))
    unnamed = pipeline("p", {"nodeName": "n", "kind": "pipeline", "spec": {}})
    with pytest.raises(InvalidError, match="node n must have spec with name") as error:
        await expanded(unnamed)
    assert error.value.field == "nodes[0].spec"
