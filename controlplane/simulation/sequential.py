"""What a pipeline returns when its nodes are simply run one after another: worked out without any part of the engine but the
grammar of references, to compare the engine with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product, zip_longest

import orjson

from controlplane.api.pipelines import fill_defaults, to_domain
from controlplane.domain import references
from controlplane.domain.calls import CallKind
from controlplane.domain.pipeline import BatchOperation, Node, Pipeline
from controlplane.domain.references import FLOW_INPUT, Place, RawBatch, Reference
from controlplane.domain.values import Json
from controlplane.gateway.json_codec import parse_message
from controlplane.simulation.inputs import filled, lookup, select
from controlplane.simulation.programs import STORED, Care, PlannedCall, calls_of, output_of
from distributedkube.api.pipeline.v1 import pipeline_pb2


class FailsError(Exception):
    """The pipeline cannot complete."""


@dataclass(slots=True)
class NodeOutputs:
    """What the tasks of one node returned."""

    is_batch: bool
    outputs: list[Json]
    in_order: bool = True
    """Whether the numbers of tasks follow from the pipeline alone."""
    certain: bool = True
    """Whether the outputs do."""

    @property
    def survivors(self) -> list[Json]:
        return [output for output in self.outputs if output is not None]


@dataclass(slots=True)
class _Leaf:
    """One place of a node's input that is filled."""

    place: Place
    source: Reference | RawBatch

    @property
    def fans_out(self) -> bool:
        return isinstance(self.source, RawBatch) or self.source.fans_out

    @property
    def by_element(self) -> bool:
        return isinstance(self.source, Reference) and self.source.any_element


@dataclass(slots=True)
class Evaluation:
    """Runs one pipeline."""

    pipeline: Pipeline
    flow_input: Json
    nodes: dict[str, NodeOutputs] = field(default_factory=dict)
    """Outputs so far; those of an earlier job are there from the start."""

    def run(self) -> Mapping[str, NodeOutputs]:
        """Outputs of all nodes; raises ``FailsError``."""
        left = {node.name: node for node in self.pipeline.nodes}
        while left:
            ready = [node for node in left.values() if all(p not in left for p in _parents(node))]
            assert ready, "the pipeline is cyclic"
            for node in ready:
                self.nodes[node.name] = self._node(node)
                del left[node.name]
        return self.nodes

    def results(self) -> dict[str, NodeOutputs]:
        """Outputs of the nodes that make the job's result."""
        parents = {p for node in self.pipeline.nodes for p in _parents(node)} | {a for a, _ in self.pipeline.edges}
        return {
            node.name: self.nodes[node.name]
            for node in self.pipeline.nodes
            if node.name not in parents or node.include_in_result
        }

    def _node(self, node: Node) -> NodeOutputs:
        leaves = [_Leaf(p, s) for i, v in enumerate(node.input) for p, s in references.find(v, (str(i),))]
        roots = [leaf.source.root for leaf in leaves if isinstance(leaf.source, Reference)]
        certain = all(self.nodes[r].certain and self.nodes[r].in_order for r in roots if r != FLOW_INPUT)
        elements = dict.fromkeys(leaf.source.root for leaf in leaves if leaf.by_element)  # type: ignore[union-attr]
        slots = [leaf for leaf in leaves if leaf.fans_out]
        if not elements and not slots:
            return NodeOutputs(False, [self._task(node, leaves, {}, {})], certain=certain)
        if not elements:
            return NodeOutputs(True, self._fan_out(node, leaves, slots, {}), certain=certain)
        outputs: list[Json] = []
        for number in range(max(len(self.nodes[name].outputs) for name in elements)):
            own = {name: _at(self.nodes[name].outputs, number) for name in elements}
            outputs += self._fan_out(node, leaves, slots, own) if slots else [self._task(node, leaves, {}, own)]
        return NodeOutputs(True, outputs, in_order=not slots, certain=certain)

    def _fan_out(
        self, node: Node, leaves: Sequence[_Leaf], slots: Sequence[_Leaf], own: Mapping[str, Json]
    ) -> list[Json]:
        """One task for each combination of the batch leaves' elements."""
        lists = [self._list(leaf, own) for leaf in slots]
        combine = product if node.batch_operation is BatchOperation.CARTESIAN else zip_longest
        places = [leaf.place for leaf in slots]
        return [self._task(node, leaves, dict(zip(places, chosen, strict=True)), own) for chosen in combine(*lists)]

    def _list(self, leaf: _Leaf, own: Mapping[str, Json]) -> Sequence[Json]:
        source = leaf.source
        if isinstance(source, RawBatch):
            return list(source.elements)
        if source.root != FLOW_INPUT and not leaf.by_element and self.nodes[source.root].is_batch:
            return [select(member, source.path) for member in self.nodes[source.root].survivors]
        value = own[source.root] if leaf.by_element else self._single(source.root)
        if value is None:
            return []
        try:
            found = lookup(value, source.path)
        except LookupError:
            raise FailsError(f"{source.full_path} is not there") from None
        return found if isinstance(found, list) else []

    def _single(self, root: str) -> Json:
        return self.flow_input if root == FLOW_INPUT else self.nodes[root].outputs[0]

    def _task(self, node: Node, leaves: Sequence[_Leaf], chosen: Mapping[Place, Json], own: Mapping[str, Json]) -> Json:
        given: list[Json] = [references.without(value) for value in node.input]
        for leaf in leaves:
            value = chosen[leaf.place] if leaf.place in chosen else self._whole(leaf, own)
            given = filled(given, leaf.place, value)  # type: ignore[assignment]
        return run_code(node.algorithm, given)

    def _whole(self, leaf: _Leaf, own: Mapping[str, Json]) -> Json:
        source = leaf.source
        assert isinstance(source, Reference)
        if leaf.by_element:
            return select(own[source.root], source.path)
        if source.root != FLOW_INPUT and self.nodes[source.root].is_batch:
            return [select(member, source.path) for member in self.nodes[source.root].outputs]
        return select(self._single(source.root), source.path)


def run_code(algorithm: str, given: list[Json]) -> Json:
    """What a task returns, calls of its code included."""
    answers = [_answer(call) for call in calls_of(algorithm, given) if call.care is Care.AWAIT]
    return output_of(algorithm, given, answers)


def _answer(call: PlannedCall) -> Json:
    if not call.include_result:
        return None
    if call.kind is CallKind.ALGORITHM:
        assert isinstance(call.given, list)
        return run_code(call.name, call.given)
    document = call.descriptor if call.kind is CallKind.RAW_PIPELINE else STORED[call.name]
    assert document is not None
    own = document.get("flowInput")
    flow_input = {**(own if isinstance(own, dict) else {}), **(call.given if isinstance(call.given, dict) else {})}
    evaluation = Evaluation(as_pipeline(orjson.dumps(document)), flow_input)
    evaluation.run()
    return result_items(evaluation.results())


def result_items(results: Mapping[str, NodeOutputs]) -> list[Json]:
    """A result as code that called a pipeline sees it."""
    items: list[Json] = []
    for name, found in results.items():
        if found.is_batch and not found.outputs:
            items.append([name, -1, None])
        items += [[name, i + 1 if found.is_batch else 0, output] for i, output in enumerate(found.outputs)]
    return items


@lru_cache(maxsize=512)
def as_pipeline(document: bytes) -> Pipeline:
    """A pipeline in JSON as the engine knows it."""
    message = parse_message(pipeline_pb2.Pipeline, document)
    fill_defaults(message)
    return to_domain(message)


def _parents(node: Node) -> set[str]:
    return {
        source.root
        for value in node.input
        for _, source in references.find(value)
        if isinstance(source, Reference) and source.root != FLOW_INPUT
    }


def _at(outputs: Sequence[Json], number: int) -> Json:
    return outputs[number] if number < len(outputs) else None
