"""PipelineDesignService: graphs and checks for editors of pipelines. Nothing here stores or runs anything."""

import json
from collections.abc import Iterable, Sequence

from controlplane.api.documents import ToJson
from controlplane.api.methods import Caller
from controlplane.api.pipeline_check import Words, problems_of
from controlplane.api.pipeline_records import stored_pipeline
from controlplane.api.pipelines import to_domain
from controlplane.domain.errors import InvalidError
from controlplane.domain.pipeline import STREAM
from controlplane.domain.pipeline_preview import PreviewEdge, flow_edges, preview
from controlplane.ports.state_store import StateStore
from distributedkube.api.pipeline.v1 import pipeline_design_service_pb2 as service
from distributedkube.api.pipeline.v1 import pipeline_pb2

_OWN_KEYS = ("nodeName", "algorithmName")
"""Keys of a node for which a node of a preview has fields."""


class PipelineDesignServicer:
    def __init__(self, *, store: StateStore, to_json: ToJson, words: Words) -> None:
        self._store = store
        self._to_json = to_json
        self._words = words

    async def get_stored_pipeline_graph(
        self, request: service.GetStoredPipelineGraphRequest, caller: Caller
    ) -> service.GetStoredPipelineGraphResponse:
        pipeline = await stored_pipeline(self._store, request.name)
        return service.GetStoredPipelineGraphResponse(graph=self._graph(pipeline, ""))

    async def preview_pipeline_graph(
        self, request: service.PreviewPipelineGraphRequest, caller: Caller
    ) -> service.PreviewPipelineGraphResponse:
        if request.HasField("pipeline"):
            pipeline = request.pipeline
        elif request.name:
            pipeline = await stored_pipeline(self._store, request.name)
        else:
            raise InvalidError("data should have required property 'pipeline'", field="pipeline")
        return service.PreviewPipelineGraphResponse(graph=self._graph(pipeline, request.key_flow))

    async def get_streaming_flow_graph(
        self, request: service.GetStreamingFlowGraphRequest, caller: Caller
    ) -> service.GetStreamingFlowGraphResponse:
        if not request.HasField("pipeline"):
            raise InvalidError("data should have required property 'pipeline'", field="pipeline")
        edges = flow_edges(to_domain(request.pipeline), request.key_flow)
        return service.GetStreamingFlowGraphResponse(graph=self._drawn(request.pipeline.nodes, edges, whole=True))

    def _graph(self, pipeline: pipeline_pb2.Pipeline, key_flow: str) -> service.PreviewGraph:
        engine = to_domain(pipeline)
        return self._drawn(pipeline.nodes, preview(engine, key_flow), whole=engine.kind == STREAM)

    def _drawn(
        self, nodes: Sequence[pipeline_pb2.Node], edges: Iterable[PreviewEdge], *, whole: bool
    ) -> service.PreviewGraph:
        """``whole``: with all that the nodes say, not just their names."""
        graph = service.PreviewGraph()
        for node in nodes:
            drawn = graph.nodes.add(node_name=node.node_name, algorithm_name=node.algorithm_name)
            if whole:
                said = json.loads(self._to_json(node))
                for key, value in said.items():
                    if key not in _OWN_KEYS:
                        drawn.open[key] = json.dumps(value, ensure_ascii=False).encode()
        for edge in edges:
            message = graph.edges.add(to=edge.target)
            setattr(message, "from", edge.source)  # A word of Python.
            if edge.types is not None:
                message.value.types.extend(edge.types)
        return graph

    async def validate_pipeline(
        self, request: service.ValidatePipelineRequest, caller: Caller
    ) -> service.ValidatePipelineResponse:
        problems = await problems_of(request.pipeline, self._store, self._words)
        errors = (problem.severity == service.Problem.SEVERITY_ERROR for problem in problems)
        return service.ValidatePipelineResponse(valid=not any(errors), problems=problems)
