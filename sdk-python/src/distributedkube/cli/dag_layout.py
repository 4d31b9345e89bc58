"""Where the nodes of a graph stand when it is drawn: layers from top to bottom, boxes side by side in them. Pure.

The usual four steps for layered drawings: a layer for each node, places for edges that pass through layers (`Slot`
without a box), an order in each layer with few crossings, and columns that keep edges straight.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

GAP = 3
"""Least number of columns between two slots."""

MAX_SLOTS = 2000
"""Graphs with more nodes and passages are not for a terminal."""

_SWEEPS = 4


class TooLargeError(Exception):
    """The graph has more slots than can be looked at."""


@dataclass(slots=True, eq=False)
class Slot:
    """A place in a layer: the box of a node, or the passage of the edges of a node further up."""

    net: int
    """The node, or the one whose edges pass. All edges that leave a node are drawn as one net."""
    is_box: bool
    width: int
    column: int = 0
    """Where edges leave it, and about where they arrive."""
    parents: list[Slot] = field(default_factory=list)
    children: list[Slot] = field(default_factory=list)

    @property
    def left(self) -> int:
        return self.column - self.width // 2

    @property
    def right(self) -> int:
        return self.left + self.width - 1


@dataclass(frozen=True, slots=True)
class Layout:
    """All slots, layer by layer from the top, each from left to right; and the edges that lead back up."""

    layers: list[list[Slot]]
    back_edges: list[tuple[int, int]]


def lay_out(widths: Sequence[int], edges: Sequence[tuple[int, int]]) -> Layout:
    """Places nodes, given the widths of their boxes and edges by the numbers of the nodes.

    Edges that close a cycle are left out and returned. Raises ``TooLargeError``.
    """
    forward, back = _without_cycles(len(widths), sorted(set(edges)))
    layers = _with_passages(widths, forward, _layer_numbers(len(widths), forward))
    for _ in range(_SWEEPS):
        _order(layers)
    _place(layers)
    return Layout(layers, back)


def _without_cycles(
    count: int, edges: Sequence[tuple[int, int]]
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Edges that lead on, and those that lead back to a node on the way to where they start."""
    children = _targets(count, edges)
    back, state = set[tuple[int, int]](), [0] * count  # 0 new, 1 on the way, 2 done
    for root in range(count):
        pending = [(root, iter(children[root]))] if state[root] == 0 else []
        state[root] = max(state[root], 1)
        while pending:
            node, rest = pending[-1]
            child = next(rest, None)
            if child is None:
                state[node] = 2
                pending.pop()
            elif state[child] == 1:
                back.add((node, child))
            elif state[child] == 0:
                state[child] = 1
                pending.append((child, iter(children[child])))
    return [edge for edge in edges if edge not in back], sorted(back)


def _targets(count: int, edges: Sequence[tuple[int, int]]) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in range(count)]
    for source, target in edges:
        found[source].append(target)
    return found


def _layer_numbers(count: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    """The longest way from the top for each node; those without parents stand right above their first child."""
    children, missing = _targets(count, edges), [0] * count
    for _, target in edges:
        missing[target] += 1
    roots = [node for node in range(count) if not missing[node]]
    layer, ready = [0] * count, list(roots)
    while ready:
        node = ready.pop()
        for child in children[node]:
            layer[child] = max(layer[child], layer[node] + 1)
            missing[child] -= 1
            if not missing[child]:
                ready.append(child)
    for root in roots:
        layer[root] = min((layer[child] - 1 for child in children[root]), default=0)
    return layer


def _with_passages(
    widths: Sequence[int], edges: Sequence[tuple[int, int]], layer_of: Sequence[int]
) -> list[list[Slot]]:
    """Slots joined from layer to layer. Edges of one node share their passages."""
    layers: list[list[Slot]] = [[] for _ in range(max(layer_of, default=-1) + 1)]
    boxes = [Slot(net=node, is_box=True, width=width) for node, width in enumerate(widths)]
    for node, box in enumerate(boxes):
        layers[layer_of[node]].append(box)
    passages: dict[tuple[int, int], Slot] = {}
    for source, target in edges:
        above = boxes[source]
        for layer in range(layer_of[source] + 1, layer_of[target]):
            slot = passages.get((source, layer))
            if slot is None:
                slot = passages[source, layer] = Slot(net=source, is_box=False, width=1)
                layers[layer].append(slot)
                _join(above, slot)
                if len(boxes) + len(passages) > MAX_SLOTS:
                    raise TooLargeError
            above = slot
        _join(above, boxes[target])
    return layers


def _join(above: Slot, below: Slot) -> None:
    above.children.append(below)
    below.parents.append(above)


def _order(layers: Sequence[list[Slot]]) -> None:
    """Sorts each layer by the middle of what it is joined to, going up and then down."""
    for index in reversed(range(len(layers) - 1)):
        _sort(layers[index], {id(slot): place for place, slot in enumerate(layers[index + 1])}, up=False)
    for index in range(1, len(layers)):
        _sort(layers[index], {id(slot): place for place, slot in enumerate(layers[index - 1])}, up=True)


def _sort(layer: list[Slot], places: Mapping[int, int], *, up: bool) -> None:
    own, share = {id(slot): place for place, slot in enumerate(layer)}, len(places) / len(layer)

    def middle(slot: Slot) -> float:
        joined = [places[id(other)] for other in (slot.parents if up else slot.children)]
        # What is joined to nothing keeps its place, seen as a share of the other layer.
        return _mean(joined) if joined else own[id(slot)] * share

    layer.sort(key=middle)


def _place(layers: Sequence[list[Slot]]) -> None:
    """Gives columns: down, up and down again, each layer as near as can be to what it is joined to."""
    for layer in layers:
        _spread(layer, [0.0] * len(layer))
    for layer in layers[1:]:
        _spread(layer, [_wanted(slot, slot.parents) for slot in layer])
    for layer in reversed(layers[:-1]):
        _spread(layer, [_wanted(slot, slot.children) for slot in layer])
    for above, layer in pairwise(layers):
        _spread(layer, [_wanted(slot, slot.parents) for slot in layer])
        _step_aside(above, layer)


def _wanted(slot: Slot, joined: Sequence[Slot]) -> float:
    return _mean([other.column for other in joined]) if joined else float(slot.column)


def _mean(values: Sequence[int]) -> float:
    return sum(values) / len(values)


def _spread(layer: Sequence[Slot], wanted: Sequence[float]) -> None:
    """Puts slots where they are wanted; those that would overlap are moved together, as little as can be."""
    offset, offsets = 0, list[int]()
    for index, slot in enumerate(layer):
        offset += _distance(layer[index - 1], slot) if index else 0
        offsets.append(offset)
    groups: list[tuple[float, int]] = []  # of slots that touch: sum of the wanted starts, and how many
    for want, shift in zip(wanted, offsets, strict=True):
        total, count = want - shift, 1
        while groups and groups[-1][0] / groups[-1][1] >= total / count:
            before = groups.pop()
            total, count = total + before[0], count + before[1]
        groups.append((total, count))
    starts = [round(total / count) for total, count in groups for _ in range(count)]
    for slot, start, shift in zip(layer, starts, offsets, strict=True):
        slot.column = start + shift


def _distance(left: Slot, right: Slot) -> int:
    """Least distance of the columns of two neighbours."""
    return (left.width - left.width // 2) + GAP + right.width // 2


def _step_aside(above: Sequence[Slot], layer: Sequence[Slot]) -> None:
    """Moves passages right where the edges of another node would run into them; what follows gives way."""
    taken = {slot.column: slot.net for slot in above if slot.children}
    for index, slot in enumerate(layer):
        if index:
            slot.column = max(slot.column, layer[index - 1].column + _distance(layer[index - 1], slot))
        while not slot.is_box and taken.get(slot.column, slot.net) != slot.net:
            slot.column += 1
