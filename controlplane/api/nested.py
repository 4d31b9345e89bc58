"""Nested pipelines: a node of kind ``pipeline`` is replaced by the nodes of the pipeline that it names, before anything runs.

Inner node ``n`` of node ``N`` becomes ``N-n``. ``@N`` is the output of N's only last node, or the list of the outputs of all
of them. What N's own input refers to only says what must have ended before N's first nodes start.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field

from controlplane.api.pipelines import json_bytes, json_of
from controlplane.domain import references
from controlplane.domain.errors import InvalidError
from controlplane.domain.graph import MAX_NODES
from controlplane.domain.references import FLOW_INPUT, Reference, Relation
from controlplane.domain.values import JSON, Json
from distributedkube.api.pipeline.v1 import pipeline_pb2 as pb

MAX_NESTING = 16

Resolve = Callable[[str], Awaitable[pb.Pipeline]]
"""The stored pipeline of that name; raises ``NotFoundError``."""

Parse = Callable[[bytes], pb.Pipeline]
"""Reads the JSON of an inline pipeline; raises ``InvalidError``."""

_SIGNS = {
    Relation.WAIT_NODE: "@",
    Relation.WAIT_BATCH: "#@",
    Relation.WAIT_ANY: "*@",
    Relation.WAIT_ANY_BATCH: "*#@",
}


@dataclass(slots=True)
class _Expanded:
    """What one nested node has become."""

    nodes: list[pb.Node]
    edges: list[tuple[str, str]]
    first: list[str]
    """Nodes that wait for no other inner node."""
    last: list[str]
    """Nodes that no other inner node waits for."""
    flow_input: dict[str, Json] = field(default_factory=dict)


async def expand(pipeline: pb.Pipeline, resolve: Resolve, parse: Parse) -> None:
    """Replaces all nested pipelines in place; their flow inputs lie under that of the caller.

    Raises ``NotFoundError`` and ``InvalidError``.
    """
    if not any(node.kind == pb.Node.KIND_PIPELINE for node in pipeline.nodes):
        return
    flow_input = await _expand(pipeline, resolve, parse, (pipeline.name,))
    own = json_of(pipeline.flow_input, "flow_input")
    if flow_input and isinstance(own, dict | None):
        pipeline.flow_input.content_type = JSON
        pipeline.flow_input.data = json_bytes(lay_over(flow_input, own or {}))


async def _expand(pipeline: pb.Pipeline, resolve: Resolve, parse: Parse, within: tuple[str, ...]) -> dict[str, Json]:
    nested: dict[str, _Expanded] = {}
    flow_input: dict[str, Json] = {}
    for i, node in enumerate(pipeline.nodes):
        if node.kind == pb.Node.KIND_PIPELINE:
            inner = await _inner(node, f"nodes[{i}].spec", resolve, parse, within)
            nested[node.node_name] = inner
            flow_input = lay_over(flow_input, inner.flow_input)
    if nested:
        _splice(pipeline, nested)
    return flow_input


async def _inner(node: pb.Node, where: str, resolve: Resolve, parse: Parse, within: tuple[str, ...]) -> _Expanded:
    """The flat graph of one nested node, its names prefixed."""
    spec = json_of(node.spec, where)
    if not isinstance(spec, dict) or not (spec.get("name") or spec.get("nodes")):
        raise InvalidError(f"node {node.node_name} must have spec with name", reason="NO_PIPELINE_NAME", field=where)
    name = str(spec.get("name", ""))
    if len(within) > MAX_NESTING:
        raise InvalidError(f"pipelines are nested deeper than {MAX_NESTING} levels", field=where)
    if spec.get("nodes"):
        pipeline = parse(json_bytes({"name": name or node.node_name, **spec}))
    elif name in within:
        raise InvalidError(f'pipeline "{name}" contains itself: {" > ".join((*within, name))}', field=where)
    else:
        pipeline = await resolve(name)
    below = await _expand(pipeline, resolve, parse, (*within, name))
    own = json_of(pipeline.flow_input, "flow_input")
    return _prefixed(pipeline, node.node_name, lay_over(below, own if isinstance(own, dict) else {}))


def _prefixed(pipeline: pb.Pipeline, outer: str, flow_input: dict[str, Json]) -> _Expanded:
    names = {n.node_name for n in pipeline.nodes}
    waits_for = {n.node_name: _parents(n) & names for n in pipeline.nodes}
    edges = [(edge.source, edge.target) for edge in pipeline.edges]
    for source, target in edges:
        waits_for.setdefault(target, set()).add(source)
    waited_for = set().union(*waits_for.values())
    for node in pipeline.nodes:
        _rewrite(node, {name: f"{outer}-{name}" for name in names})
        node.orig_name = outer
    prefix = f"{outer}-"
    ordered = [n.node_name for n in pipeline.nodes]
    for node in pipeline.nodes:
        node.node_name = prefix + node.node_name
    return _Expanded(
        nodes=list(pipeline.nodes),
        edges=[(prefix + a, prefix + b) for a, b in edges],
        first=[prefix + n for n in ordered if not waits_for[n]],
        last=[prefix + n for n in ordered if n not in waited_for],
        flow_input=flow_input,
    )


def _splice(pipeline: pb.Pipeline, nested: Mapping[str, _Expanded]) -> None:
    """Puts the inner nodes in the places of the nested ones, and makes all references and edges follow."""
    edges: dict[tuple[str, str], None] = {}
    for edge in pipeline.edges:
        _connect(edges, _ends(edge.source, nested), _starts(edge.target, nested))
    nodes: list[pb.Node] = []
    for node in pipeline.nodes:
        parents = _parents(node)
        if node.node_name in nested:
            for parent in sorted(parents):
                _connect(edges, _ends(parent, nested), nested[node.node_name].first)
            nodes += nested[node.node_name].nodes
            continue
        for parent in sorted(parents & nested.keys()):
            _connect(edges, nested[parent].last, [node.node_name])
        _rewrite(node, {name: inner.last for name, inner in nested.items()})
        nodes.append(node)
    if len(nodes) > MAX_NODES:
        raise InvalidError(f"pipeline must have at most {MAX_NODES} nodes, nested ones included", field="nodes")
    for inner in nested.values():
        edges.update(dict.fromkeys(inner.edges))
    copies = [pb.Node.FromString(node.SerializeToString()) for node in nodes]
    pipeline.ClearField("nodes")
    pipeline.nodes.extend(copies)
    pipeline.ClearField("edges")
    for source, target in edges:
        pipeline.edges.add(source=source, target=target)


def _connect(edges: dict[tuple[str, str], None], sources: Iterable[str], targets: Iterable[str]) -> None:
    targets = list(targets)
    edges.update(dict.fromkeys((source, target) for source in sources for target in targets))


def _ends(name: str, nested: Mapping[str, _Expanded]) -> list[str]:
    return nested[name].last if name in nested else [name]


def _starts(name: str, nested: Mapping[str, _Expanded]) -> list[str]:
    return nested[name].first if name in nested else [name]


def _parents(node: pb.Node) -> set[str]:
    """Nodes that a node's input refers to."""
    return {
        source.root
        for i, payload in enumerate(node.input)
        for _, source in references.find(json_of(payload, f"input[{i}]"))
        if isinstance(source, Reference) and source.root != FLOW_INPUT
    }


def _rewrite(node: pb.Node, targets: Mapping[str, str | list[str]]) -> None:
    """Makes references follow nodes to their new names: one name, or the last nodes of a nested pipeline."""
    for i, payload in enumerate(node.input):
        value = json_of(payload, f"input[{i}]")
        changed = _rewritten(value, targets, node.node_name)
        if changed != value:
            payload.data = json_bytes(changed)


def _rewritten(value: Json, targets: Mapping[str, str | list[str]], node: str) -> Json:
    match value:
        case str():
            found = references.parse(value)
            if isinstance(found, Reference) and found.root in targets:
                return _renamed(found, targets[found.root], node)
            return value
        case list():
            return [_rewritten(item, targets, node) for item in value]
        case dict():
            return {key: _rewritten(item, targets, node) for key, item in value.items()}
        case _:
            return value


def _renamed(found: Reference, target: str | list[str], node: str) -> Json:
    sign = _SIGNS[found.relation]
    path = f".{found.path}" if found.path else ""
    if isinstance(target, str):
        return sign + target + path
    if len(target) == 1:
        return sign + target[0] + path
    if found.relation is Relation.WAIT_NODE and not path:
        return [sign + name for name in target]
    head, _, rest = found.path.partition(".")
    if head.isdigit() and int(head) < len(target):
        return sign + target[int(head)] + (f".{rest}" if rest else "")
    raise InvalidError(
        f'node "{node}": "{sign}{found.full_path}" refers to a pipeline with {len(target)} last nodes; name one of them by its '
        f"place, for example {sign}{found.root}.0",
        field="nodes",
    )


def lay_over(base: Mapping[str, Json], over: Mapping[str, Json]) -> dict[str, Json]:
    """One object over another: objects merge by key and deep, everything else is replaced."""
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        merged[key] = lay_over(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged
