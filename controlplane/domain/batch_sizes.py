"""How large batches are: from lists, from the shapes of outputs and of the flow input, and from the batches before them."""

from collections.abc import Mapping

from controlplane.domain.graph import Graph
from controlplane.domain.node_run import SUCCEED, NodeRun
from controlplane.domain.references import FLOW_INPUT, RawBatch, Reference
from controlplane.domain.values import Payload, Shape


class BatchSizes:
    """Sizes as far as they can be told from what is known of the nodes now."""

    def __init__(self, nodes: Mapping[str, NodeRun], flow_input_shapes: Mapping[str, Shape]) -> None:
        self._nodes = nodes
        self._flow_input_shapes = flow_input_shapes

    def of(self, run: NodeRun, element: int = -1) -> tuple[int, ...] | str:
        """Elements of each batch leaf, or why they cannot be told. ``element``: of the parents, for ``*#@``."""
        sizes: list[int] = []
        for source in run.spec.slots:
            by_element = isinstance(source, Reference) and source.any_element
            size = self._element(source, element) if by_element else self._whole(source)  # type: ignore[arg-type]
            if isinstance(size, str):
                return size
            sizes.append(size)
        return tuple(sizes)

    def _whole(self, source: Reference | RawBatch) -> int | str:
        if isinstance(source, RawBatch):
            return len(source.elements)
        if source.root == FLOW_INPUT:
            return _array_size(self._flow_input_shapes[source.full_path])
        parent = self._nodes[source.root]
        if parent.is_batch:
            return parent.counts[SUCCEED] - parent.nulls
        if parent.nulls or parent.counts[SUCCEED] == 0:
            return 0
        shape = parent.shapes.get(source.full_path)
        return _nothing_to_iterate(source) if shape is None else _array_size(shape)

    def _element(self, source: Reference, element: int) -> int | str:
        parent = self._nodes[source.root]
        if not 0 <= element < len(parent.results) or parent.results[element] < 0:
            return 0
        size = parent.item_sizes[source.full_path][element]
        return _nothing_to_iterate(source) if size < 0 else size

    def expected(self, run: NodeRun) -> int | None:
        """How many tasks a node that runs will have had; None while that depends on outputs to come.

        Without fanning out, a node with ``join`` has as many as the largest of those whose elements reach it. Those run too, or
        have ended: its elements came from all of them.
        """
        most = 0
        above = [run.spec.name]
        seen = set(above)
        while above:
            run = self._nodes[above.pop()]
            if run.closed:
                most = max(most, run.total)
            elif run.emissions is not None:
                return None
            else:
                fresh = [parent for parent in run.spec.any_parents if parent not in seen]
                seen.update(fresh)
                above += fresh
        return most


def _array_size(shape: Shape) -> int:
    return shape.size if shape.type == "array" else 0


def _nothing_to_iterate(source: Reference) -> str:
    sign = "*#@" if source.any_element else "#@"
    return f'"{sign}{source.full_path}": the result of node "{source.root}" has no "{source.path}" to iterate over'


def note_sizes(run: NodeRun, index: int, output: Payload) -> None:
    """Keeps how much a task's output has at each path whose sizes are needed one by one."""
    shapes = dict(output.shapes)
    for path, sizes in run.item_sizes.items():
        shape = shapes.get(path)
        sizes[index] = -1 if shape is None else _array_size(shape)


def item_paths(graph: Graph) -> dict[str, set[str]]:
    """By node: the paths into its outputs whose sizes are needed one by one."""
    paths: dict[str, set[str]] = {}
    for spec in graph.nodes.values():
        for source in spec.slots:
            if isinstance(source, Reference) and source.any_element:
                paths.setdefault(source.root, set()).add(source.full_path)
    return paths
