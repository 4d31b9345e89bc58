"""The graph of a pipeline: nodes with their inputs taken apart, edges, order; and the rules it must keep.

Built once when a job is submitted (to refuse bad pipelines with the field at fault) and once when its driver takes it up.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import NamedTuple

from controlplane.domain import references
from controlplane.domain.errors import InvalidError, raise_first
from controlplane.domain.pipeline import BatchOperation, Node, Pipeline, Retry, RetryPolicy
from controlplane.domain.references import (
    ANY_RELATIONS,
    FLOW_INPUT,
    RESERVED_ROOTS,
    Place,
    RawBatch,
    Reference,
    Relation,
)
from controlplane.domain.values import Json, Shape

MAX_TASKS_PER_NODE = 36**6
"""More would not fit into a task's id."""

MAX_NODES = 36**2


MAX_ANY_PARENTS = 250
"""Parents of one node that it waits for element by element; below 255 so that they can be counted in a byte."""


class Binding(NamedTuple):
    """One place of a node's input and where its value comes from."""

    place: Place
    source: Reference | RawBatch | None
    """None: what the task was called with."""
    slot: int | None
    """Which of the node's batch leaves this is, from 0; None when it is none."""
    value: int | None = None
    """Which of the task's own values it draws on: an element of a parent, or what it was called with. None for those that all
    tasks share."""


@dataclass(frozen=True, slots=True)
class GraphNode:
    """A node with its input taken apart."""

    number: int
    """Place in the pipeline, from 0."""
    node: Node
    template: list[Json]
    """The input with null where ``bindings`` go."""
    bindings: tuple[Binding, ...]
    parents: Mapping[str, frozenset[Relation]]
    """How it waits for each parent."""
    children: tuple[str, ...]
    save_paths: tuple[str, ...]
    """Reference paths into this node's output that its children use."""
    any_parents: tuple[str, ...] = ()
    """Parents whose elements it waits for one by one (``*@``), in order of use: their places are ``Binding.value``."""
    caller: str = ""
    """For nodes that user code made by calling an algorithm: the node that called."""

    @property
    def name(self) -> str:
        return self.node.name

    @property
    def is_cached(self) -> bool:
        """Whether outputs of an earlier job stand in for it."""
        return not self.node.algorithm

    @property
    def slots(self) -> tuple[Reference | RawBatch, ...]:
        """The batch leaves in order."""
        return tuple(b.source for b in self.bindings if b.slot is not None and b.source is not None)

    @property
    def is_batch(self) -> bool:
        return bool(self.any_parents or self.caller or self.slots)

    def waits_for_all_of(self, parent: str) -> bool:
        """Whether nothing of it runs before all tasks of that parent have ended."""
        return bool(self.parents[parent] - ANY_RELATIONS)


@dataclass(frozen=True, slots=True)
class Edge:
    source: str
    target: str
    types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Graph:
    nodes: Mapping[str, GraphNode]
    """In the order of the pipeline."""
    edges: tuple[Edge, ...]
    flow_input_paths: frozenset[str] = field(default=frozenset())
    """Paths below the flow input that are referenced: ``flowInput`` or ``flowInput.a.b``."""

    def entries(self) -> Iterable[GraphNode]:
        """Nodes that wait for nothing."""
        return (n for n in self.nodes.values() if not n.parents)

    def result_nodes(self) -> Iterable[GraphNode]:
        """Nodes whose outputs are the job's result, in order: those without children, and those flagged."""
        return (n for n in self.nodes.values() if not n.is_cached and (not n.children or n.node.include_in_result))


def build(pipeline: Pipeline, *, cached: Iterable[str] = ()) -> Graph:
    """Takes a pipeline apart; raises ``InvalidError`` naming the field when it breaks a rule.

    ``cached``: nodes of an earlier job whose outputs may be referred to although they are not in the pipeline.
    """
    raise_first(name_faults(pipeline))
    pipeline = replace(pipeline, nodes=(*pipeline.nodes, *(Node(name=name, algorithm="") for name in cached)))
    names = {n.name for n in pipeline.nodes}
    bindings = {n.name: _bindings(n, i, names) for i, n in enumerate(pipeline.nodes)}
    edges = _edges(pipeline, bindings, names)
    _check_acyclic(pipeline, edges)
    parents = _parents(pipeline, edges)
    children: dict[str, list[str]] = {n.name: [] for n in pipeline.nodes}
    for edge in edges:
        children[edge.source].append(edge.target)
    save_paths: dict[str, dict[str, None]] = {n.name: {} for n in pipeline.nodes}
    flow_paths: dict[str, None] = {}
    for found in bindings.values():
        for binding in found:
            if isinstance(binding.source, Reference):
                paths = flow_paths if binding.source.root == FLOW_INPUT else save_paths[binding.source.root]
                paths[binding.source.full_path] = None
    nodes = {
        n.name: GraphNode(
            number=i,
            node=n,
            template=[references.without(v) for v in n.input],
            bindings=bindings[n.name],
            parents=parents[n.name],
            children=tuple(children[n.name]),
            save_paths=tuple(save_paths[n.name]),
            any_parents=_any_parents(bindings[n.name]),
        )
        for i, n in enumerate(pipeline.nodes)
    }
    return Graph(nodes, edges, frozenset(flow_paths))


def faults(pipeline: Pipeline) -> Iterator[InvalidError]:
    """Everything for which ``build`` refuses a pipeline. Cycles are looked for when nothing else is wrong."""
    clean = True
    for fault in chain(name_faults(pipeline), _reference_faults(pipeline)):
        clean = False
        yield fault
    if clean:
        try:
            build(pipeline)
        except InvalidError as error:
            yield error


def name_faults(pipeline: Pipeline) -> Iterator[InvalidError]:
    """What is wrong with the number of nodes and their names."""
    if not pipeline.nodes:
        yield InvalidError("pipeline must have at least one node", reason="NO_NODES", field="nodes")
    if len(pipeline.nodes) > MAX_NODES:
        yield InvalidError(f"pipeline must have at most {MAX_NODES} nodes", reason="TOO_MANY_NODES", field="nodes")
    seen: set[str] = set()
    for i, node in enumerate(pipeline.nodes):
        where = f"nodes[{i}].node_name"
        if node.name in RESERVED_ROOTS:
            yield InvalidError(
                f'pipeline "{pipeline.name}" has invalid reserved name "{node.name}"',
                reason="RESERVED_NODE_NAME",
                field=where,
            )
        if "." in node.name:
            yield InvalidError(
                f'node "{node.name}": a node name must not contain a dot', reason="DOT_IN_NODE_NAME", field=where
            )
        if node.name in seen:
            yield InvalidError(f'found duplicate node "{node.name}"', reason="DUPLICATE_NODE", field=where)
        seen.add(node.name)


def _reference_faults(pipeline: Pipeline) -> Iterator[InvalidError]:
    """What is wrong with the inputs of nodes, each by itself."""
    names = {node.name for node in pipeline.nodes}
    for number, node in enumerate(pipeline.nodes):
        for i, value in enumerate(node.input):
            try:
                for _, source in _leaves(node, number, i, value):
                    _check_reference(node, source, names, f"nodes[{number}].input[{i}]")
            except InvalidError as error:
                yield error


def _leaves(node: Node, number: int, i: int, value: Json) -> list[tuple[Place, Reference | RawBatch]]:
    """The references in one value of a node's input."""
    try:
        return list(references.find(value, (str(i),)))
    except InvalidError as error:
        raise InvalidError(
            f'node "{node.name}": {error.message}', reason="BAD_REFERENCE", field=f"nodes[{number}].input[{i}]"
        ) from None


def _bindings(node: Node, number: int, names: set[str]) -> tuple[Binding, ...]:
    found: list[Binding] = []
    slots = 0
    values: dict[str, int] = {}
    for i, value in enumerate(node.input):
        for place, source in _leaves(node, number, i, value):
            _check_reference(node, source, names, f"nodes[{number}].input[{i}]")
            fans_out = isinstance(source, RawBatch) or source.fans_out
            by_element = isinstance(source, Reference) and source.any_element
            value = (
                values.setdefault(source.root, len(values)) if isinstance(source, Reference) and by_element else None
            )
            found.append(Binding(place, source, slots if fans_out else None, value))
            slots += fans_out
    if len(values) > MAX_ANY_PARENTS:
        raise InvalidError(
            f'node "{node.name}": more than {MAX_ANY_PARENTS} nodes are referred to by "*@"',
            field=f"nodes[{number}].input",
        )
    return tuple(found)


def _any_parents(bindings: Iterable[Binding]) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(b.source.root for b in bindings if isinstance(b.source, Reference) and b.value is not None)
    )


def called_node(caller: GraphNode, name: str, algorithm: str, number: int) -> GraphNode:
    """The node that the tasks belong to which a node's code makes by calling an algorithm."""
    node = Node(
        name=name,
        algorithm=algorithm,
        retry=Retry(policy=RetryPolicy.NEVER),
        ttl_seconds=caller.node.ttl_seconds,
    )
    return GraphNode(number, node, [], (Binding((), None, None, 0),), {}, (), (), caller=caller.name)


def _check_reference(node: Node, source: Reference | RawBatch, names: set[str], where: str) -> None:
    if not isinstance(source, Reference):
        return
    if source.root == FLOW_INPUT:
        if source.any_element:
            raise InvalidError(
                f'node "{node.name}": "*@flowInput" has no tasks to wait for, use "@" or "#@"',
                reason="BAD_REFERENCE",
                field=where,
            )
        return
    if source.root not in names:
        raise InvalidError(
            f'node "{node.name}" is depend on node "{source.root}" which is not exists',
            reason="UNKNOWN_NODE",
            field=where,
        )


def _edges(pipeline: Pipeline, bindings: Mapping[str, tuple[Binding, ...]], names: set[str]) -> tuple[Edge, ...]:
    types: dict[tuple[str, str], list[str]] = {}
    for node in pipeline.nodes:
        for binding in bindings[node.name]:
            source = binding.source
            if isinstance(source, Reference) and source.root != FLOW_INPUT:
                words = types.setdefault((source.root, node.name), [])
                for word in (source.relation.value, "input"):
                    if word not in words:
                        words.append(word)
    for i, (source_name, target) in enumerate(pipeline.edges):
        for name in (source_name, target):
            if name not in names:
                raise InvalidError(
                    f'edge names node "{name}" which is not exists', reason="UNKNOWN_NODE", field=f"edges[{i}]"
                )
        types.setdefault((source_name, target), [Relation.WAIT_NODE.value])
    return tuple(Edge(a, b, tuple(words)) for (a, b), words in types.items())


def _parents(pipeline: Pipeline, edges: Iterable[Edge]) -> dict[str, dict[str, frozenset[Relation]]]:
    parents: dict[str, dict[str, frozenset[Relation]]] = {n.name: {} for n in pipeline.nodes}
    for edge in edges:
        parents[edge.target][edge.source] = frozenset(Relation(t) for t in edge.types if t != "input")
    return parents


def _check_acyclic(pipeline: Pipeline, edges: Iterable[Edge]) -> None:
    waiting = {n.name: 0 for n in pipeline.nodes}
    children: dict[str, list[str]] = {n.name: [] for n in pipeline.nodes}
    for edge in edges:
        waiting[edge.target] += 1
        children[edge.source].append(edge.target)
    ready = deque(name for name, count in waiting.items() if count == 0)
    done = 0
    while ready:
        done += 1
        for child in children[ready.popleft()]:
            waiting[child] -= 1
            if waiting[child] == 0:
                ready.append(child)
    if done < len(waiting):
        stuck = sorted(name for name, count in waiting.items() if count)
        raise InvalidError(
            "cyclic nodes are not allowed on batch pipeline",
            reason="CYCLE",
            field="nodes",
            details=f"in a cycle: {', '.join(stuck)}",
        )


_MISSING = object()

_INDEX = re.compile(r"[0-9]{1,18}")
"""A path segment that can be a place in a list; longer ones could not be counted to."""


def flow_input_shapes(graph: Graph, flow_input: Json) -> dict[str, Shape]:
    """Shapes of the referenced parts of the flow input; raises ``InvalidError`` when one does not exist."""
    shapes: dict[str, Shape] = {}
    for full_path in sorted(graph.flow_input_paths):
        path = full_path.removeprefix(FLOW_INPUT).removeprefix(".")
        value = _MISSING if not flow_input else _lookup(flow_input, path)
        if value is _MISSING:
            raise InvalidError(f"unable to find {full_path}", reason="NOT_IN_FLOW_INPUT", field="flow_input")
        shapes[full_path] = shape_of(value)  # type: ignore[arg-type]
    return shapes


def _lookup(value: object, path: str) -> object:
    for key in path.split(".") if path else ():
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif isinstance(value, list) and _INDEX.fullmatch(key) and int(key) < len(value):
            value = value[int(key)]
        else:
            return _MISSING
    return value


def shape_of(value: Json) -> Shape:
    """Shape of a JSON value."""
    match value:
        case list():
            return Shape("array", len(value))
        case dict():
            return Shape("object", 0)
        case str():
            return Shape("string", 0)
        case bool():
            return Shape("boolean", 0)
        case None:
            return Shape("null", 0)
        case _:
            return Shape("number", 0)


def task_count(operation: BatchOperation, sizes: Iterable[int]) -> int:
    """Number of tasks of a node whose batch leaves have these sizes."""
    sizes = tuple(sizes)
    if operation is BatchOperation.INDEXED:
        return max(sizes)
    count = 1
    for size in sizes:
        count *= size
    return count


def elements_of(operation: BatchOperation, sizes: tuple[int, ...], index: int) -> tuple[int, ...]:
    """Which element each batch leaf gives to the task at ``index`` (from 0); -1 where a shorter list has ended."""
    if operation is BatchOperation.INDEXED:
        return tuple(index if index < size else -1 for size in sizes)
    digits: list[int] = []
    for size in reversed(sizes):
        index, digit = divmod(index, size)
        digits.append(digit)
    return tuple(reversed(digits))
