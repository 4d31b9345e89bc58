"""The graphs that editors show of a pipeline before it runs. Pure."""

from dataclasses import dataclass

from controlplane.domain import graph as graphs
from controlplane.domain.errors import InvalidError, raise_first
from controlplane.domain.pipeline import STREAM, Pipeline
from controlplane.domain.pipeline_rules import graph_faults
from controlplane.domain.streaming_flow import choose_flow, parse_flow


@dataclass(frozen=True, slots=True)
class PreviewEdge:
    """An edge to look at."""

    source: str
    target: str
    types: tuple[str, ...] | None
    """Relations; None in flows, which have but one."""


def preview(pipeline: Pipeline, key_flow: str = "") -> tuple[PreviewEdge, ...]:
    """The edges of a batch pipeline, or of one flow of a stream pipeline; raises ``InvalidError`` for the first fault."""
    if pipeline.kind == STREAM:
        return flow_edges(pipeline, key_flow)
    raise_first(graph_faults(pipeline))
    return tuple(PreviewEdge(edge.source, edge.target, edge.types) for edge in graphs.build(pipeline).edges)


def flow_edges(pipeline: Pipeline, key_flow: str = "") -> tuple[PreviewEdge, ...]:
    """The relations of one flow: the one asked for, else the default one, else the first by name."""
    if pipeline.kind != STREAM and pipeline.flows:
        raise InvalidError(
            "streaming flow is only allowed in stream pipeline", reason="FLOW_IN_BATCH", field="streaming.flows"
        )
    flow = choose_flow(pipeline.flows, pipeline.default_flow, key_flow)
    relations = parse_flow(flow, pipeline.flows[flow], {node.name for node in pipeline.nodes})
    return tuple(PreviewEdge(relation.source, relation.target, None) for relation in relations)
