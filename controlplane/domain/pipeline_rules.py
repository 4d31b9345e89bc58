"""The rules that pipelines must keep beyond the form of their fields, each with the sentence clients know. Pure.

A rule yields what is wrong instead of raising it, so that storing and running can end at the first fault and a check can
list them all. What needs the store (algorithms, nested pipelines) is not here.
"""

import re
from collections.abc import Collection, Iterator

from controlplane.domain import graph as graphs
from controlplane.domain import references
from controlplane.domain.errors import InvalidError, raise_first
from controlplane.domain.graph import Graph
from controlplane.domain.pipeline import STATEFUL, STATELESS, STREAM, Node, NodeKind, Pipeline
from controlplane.domain.references import FLOW_INPUT, Reference
from controlplane.domain.streaming_flow import FlowEdge, parse_flow, union
from controlplane.domain.values import Json

SIGN_IN_STREAM = 'the "@" sign is not allowed in "stream" pipeline, please use the "streaming.flows" property instead'

MAX_GATEWAY_NAME = 32
_GATEWAY_NAME = re.compile(r"[a-z0-9][-a-z0-9\\.]*[a-z0-9]")


def store_faults(pipeline: Pipeline) -> Iterator[InvalidError]:
    """What keeps a pipeline from being stored, in the order in which its author is told."""
    yield from node_faults(pipeline)
    yield from graph_faults(pipeline)
    yield from list_faults(pipeline)


def node_faults(pipeline: Pipeline) -> Iterator[InvalidError]:
    """Nodes that do not say what they stand for."""
    for i, node in enumerate(pipeline.nodes):
        if node.kind.names_algorithm and not node.algorithm:
            yield InvalidError(
                "please provide algorithm name", reason="NO_ALGORITHM_NAME", field=f"nodes[{i}].algorithm_name"
            )
        if node.kind is NodeKind.PIPELINE and not _has(node.spec, "name", "nodes"):
            yield InvalidError("please provide pipeline name", reason="NO_PIPELINE_NAME", field=f"nodes[{i}].spec")


def graph_faults(pipeline: Pipeline) -> Iterator[InvalidError]:
    """What is wrong with names, references and edges."""
    if pipeline.kind == STREAM:
        yield from graphs.name_faults(pipeline)
        yield from _stream_faults(pipeline)
        return
    clean = True
    for fault in graphs.faults(pipeline):
        clean = False
        yield fault
    if clean and any(node.kind is NodeKind.OUTPUT for node in pipeline.nodes):
        yield from _output_faults(pipeline, graphs.build(pipeline))


def _stream_faults(pipeline: Pipeline) -> Iterator[InvalidError]:
    sources = {node.name for node in pipeline.nodes if node.kind is NodeKind.DATA_SOURCE}
    for number, node in enumerate(pipeline.nodes):
        for i, value in enumerate(node.input):
            where = f"nodes[{number}].input[{i}]"
            try:
                roots = {source.root for _, source in references.find(value) if isinstance(source, Reference)}
            except InvalidError as error:
                yield InvalidError(f'node "{node.name}": {error.message}', reason="BAD_REFERENCE", field=where)
                continue
            if roots - sources - {FLOW_INPUT}:
                yield InvalidError(SIGN_IN_STREAM, reason="REFERENCE_IN_STREAM", field=where)
        if node.kind is NodeKind.OUTPUT:
            yield InvalidError(
                f'node "{node.name}" from kind output can not be used in a streaming pipeline',
                reason="OUTPUT_IN_STREAM",
                field=f"nodes[{number}].kind",
            )


def _output_faults(pipeline: Pipeline, graph: Graph) -> Iterator[InvalidError]:
    for i, node in enumerate(pipeline.nodes):
        if node.kind is not NodeKind.OUTPUT:
            continue
        name, where = node.name, f"nodes[{i}]"
        if graph.nodes[name].children:
            yield InvalidError(f'node "{name}" should not have child nodes', reason="OUTPUT_HAS_CHILDREN", field=where)
        if not graph.nodes[name].parents:
            yield InvalidError(f'node "{name}" should have parent nodes', reason="OUTPUT_WITHOUT_PARENTS", field=where)


def list_faults(pipeline: Pipeline) -> Iterator[InvalidError]:
    """What is wrong with the nodes taken together, and with what options say of them."""
    if not pipeline.nodes:
        yield InvalidError("pipeline must have at least one node", reason="NO_NODES", field="nodes")
    outputs = [i for i, node in enumerate(pipeline.nodes) if node.kind is NodeKind.OUTPUT]
    if len(outputs) > 1:
        yield InvalidError(
            "pipeline can not have more than one output", reason="SEVERAL_OUTPUTS", field=f"nodes[{outputs[1]}]"
        )
    names = {node.name for node in pipeline.nodes}
    for i, name in enumerate(pipeline.debug_override):
        if name not in names:
            yield InvalidError(
                "debugOverride node not in nodes list", reason="UNKNOWN_NODE", field=f"options.debug_override[{i}]"
            )
    if pipeline.kind == STREAM:
        for i, node in enumerate(pipeline.nodes):
            yield from _count_faults(node, f"nodes[{i}]")


def _count_faults(node: Node, where: str) -> Iterator[InvalidError]:
    most = node.max_stateless
    if node.state_type != STATELESS:
        if node.min_stateless or most is not None:
            yield InvalidError(
                "Nodes which are not stateType=stateless cant have minStatelessCount or maxStatelessCount",
                reason="NOT_STATELESS",
                field=f"{where}.min_stateless_count" if node.min_stateless else f"{where}.max_stateless_count",
            )
    elif most is not None and most < node.min_stateless:
        yield InvalidError(
            "maxStatelessCount must be greater or equal to minStatelessCount",
            reason="COUNTS_CROSSED",
            field=f"{where}.max_stateless_count",
        )


def gateway_faults(pipeline: Pipeline) -> Iterator[InvalidError]:
    """Gateways that are said to keep no state."""
    for i, node in enumerate(pipeline.nodes):
        if node.kind is NodeKind.GATEWAY and node.state_type not in ("", STATEFUL):
            yield InvalidError(
                f'Gateway node {node.name} stateType must be "stateful". Got {node.state_type}',
                reason="GATEWAY_NOT_STATEFUL",
                field=f"nodes[{i}].state_type",
            )


# Only asked when a pipeline is run


def build_runnable(pipeline: Pipeline, cached: Collection[str]) -> Graph:
    """The graph of a pipeline that can be run; raises the first fault. ``cached`` is as in ``graph.build``."""
    if pipeline.kind == STREAM:
        raise_first(graph_faults(pipeline))
        raise_first(unavailable_faults(pipeline))
    graph = graphs.build(pipeline, cached=cached)
    raise_first(_output_faults(pipeline, graph))
    raise_first(unavailable_faults(pipeline))
    return graph


def spec_faults(pipeline: Pipeline) -> Iterator[InvalidError]:
    """Nodes whose ``spec`` does not say what their kind needs; pipelines in nodes have been put in their place."""
    for i, node in enumerate(pipeline.nodes):
        if text := _spec_fault(node):
            yield InvalidError(text, reason="BAD_SPEC", field=f"nodes[{i}].spec")


def _spec_fault(node: Node) -> str:
    match node.kind:
        case NodeKind.DEBUG if not node.algorithm:
            return "Node for debug must have algorithm name set"
        case NodeKind.GATEWAY:
            return _gateway_fault(node.spec)
        case NodeKind.DATA_SOURCE if not _has(node.spec, "id", "name"):
            return "you must provide a valid data source spec"
        case NodeKind.HYPERPARAMS_TUNER if not isinstance(node.spec, dict):
            return "Hyper params tuner node must have spec attribute"
        case NodeKind.HYPERPARAMS_TUNER if not _has(node.spec, "hyperParams") and _sampler(node.spec) != "Grid":
            return "spec must include hyperParams"
        case _:
            return ""


def _gateway_fault(spec: Json) -> str:
    name = spec.get("name") if isinstance(spec, dict) else None
    if name is None:
        return ""
    if not isinstance(name, str):
        return "data.name should be string"
    if len(name) > MAX_GATEWAY_NAME:
        return f"data.name should NOT be longer than {MAX_GATEWAY_NAME} characters"
    return "" if _GATEWAY_NAME.fullmatch(name) else 'data.name should match format "gateway-name"'


def flow_faults(pipeline: Pipeline, stateless: Collection[str]) -> Iterator[InvalidError]:
    """What is wrong with the flows; ``stateless`` names the nodes that keep no state."""
    where = "streaming.flows"
    if pipeline.kind != STREAM:
        if pipeline.flows:
            yield InvalidError("streaming flow is only allowed in stream pipeline", reason="FLOW_IN_BATCH", field=where)
        return
    if not pipeline.flows:
        yield InvalidError("please specify a stream flow", reason="NO_FLOW", field=where)
    if len(pipeline.flows) > 1 and not pipeline.default_flow:
        yield InvalidError(
            "please specify a default stream flow", reason="NO_DEFAULT_FLOW", field="streaming.default_flow"
        )
    names = {node.name for node in pipeline.nodes}
    parsed: list[tuple[FlowEdge, ...]] = []
    for name, text in sorted(pipeline.flows.items()):
        try:
            parsed.append(parse_flow(name, text, names))
        except InvalidError as error:
            yield error
    all_of_them = union(parsed)
    if all_of_them and (entry := all_of_them[0].source) in stateless:
        yield InvalidError(
            f'entry node "{entry}" cannot be stateless on stream pipeline', reason="STATELESS_ENTRY", field=where
        )


def unavailable_faults(pipeline: Pipeline) -> Iterator[InvalidError]:
    """What is understood and cannot be run yet."""
    reason = "NOT_AVAILABLE"
    if pipeline.kind == STREAM:
        yield InvalidError("stream pipelines are not available yet, use kind batch", reason=reason, field="kind")
    for i, node in enumerate(pipeline.nodes):
        if node.kind is not NodeKind.ALGORITHM:
            yield InvalidError(
                f'node "{node.name}": nodes of kind {node.kind.value} are not available yet',
                reason=reason,
                field=f"nodes[{i}].kind",
            )
    if pipeline.debug_override:
        yield InvalidError("debug overrides are not available yet", reason=reason, field="options.debug_override")


def _has(spec: Json, *keys: str) -> bool:
    """Whether a spec says one of the keys."""
    return isinstance(spec, dict) and any(spec.get(key) for key in keys)


def _sampler(spec: Json) -> Json:
    sampler = spec.get("sampler") if isinstance(spec, dict) else None
    return sampler.get("name") if isinstance(sampler, dict) else None
