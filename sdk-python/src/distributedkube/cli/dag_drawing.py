"""Draws a graph as text: boxes joined by lines that go down. Pure.

All edges of a node are one line that branches. Lines of different nodes never share a part of their way: between two
layers each has a row of its own, and arrives at a box in a column of its own, so that a crossing, where the line from
left to right is drawn as interrupted, is never taken for a branch.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from distributedkube.cli.dag_layout import Layout, Slot, lay_out

MOST_TEXT = 28
"""Columns of the longest line in a box; what is longer is cut."""

_UP, _DOWN, _LEFT, _RIGHT = 1, 2, 4, 8
_LINES: Mapping[int, str] = {
    _UP | _DOWN: "│",
    _LEFT | _RIGHT: "─",
    _UP | _RIGHT: "└",
    _UP | _LEFT: "┘",
    _DOWN | _RIGHT: "┌",
    _DOWN | _LEFT: "┐",
    _UP | _LEFT | _RIGHT: "┴",
    _DOWN | _LEFT | _RIGHT: "┬",
    _UP | _DOWN | _RIGHT: "├",
    _UP | _DOWN | _LEFT: "┤",
    _UP | _DOWN | _LEFT | _RIGHT: "┼",
}
_ARROW, _LEAVES = "▼", "┬"
_ASCII = str.maketrans({**dict.fromkeys("└┘┌┐┴┬├┤┼", "+"), "─": "-", "│": "|", _ARROW: "v", "…": "~"})


@dataclass(frozen=True, slots=True)
class Box:
    """A node as it is drawn."""

    name: str
    lines: tuple[str, ...]
    """What stands in it, from the top."""
    state: str = ""
    """What its colour is taken from."""


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a line that belongs to a box."""

    row: int
    start: int
    end: int
    """Behind its last character."""
    state: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """Text, line by line, and where boxes are in it."""

    lines: list[str]
    spans: list[Span]
    width: int
    """Columns of the widest line."""
    back_edges: list[tuple[str, str]]
    """Edges that lead back up, which are not drawn."""

    def as_ascii(self) -> list[str]:
        """The lines for terminals that know nothing else."""
        return [line.translate(_ASCII) for line in self.lines]


def draw(boxes: Sequence[Box], edges: Sequence[tuple[str, str]]) -> Drawing:
    """Draws boxes and the edges between them, given by names. Edges to nowhere are left out.

    Raises ``TooLargeError`` when there is more than can be looked at.
    """
    number = {box.name: index for index, box in enumerate(boxes)}
    known = [(number[source], number[target]) for source, target in edges if source in number and target in number]
    texts = [[_cells(line) for line in box.lines] for box in boxes]
    arriving = [len({source for source, target in known if target == index}) for index in range(len(boxes))]
    widths = [  # odd, so that each box has a middle
        max(max(map(len, text), default=0) + 4, 2 * count + 3) | 1 for text, count in zip(texts, arriving, strict=True)
    ]
    layout = lay_out(widths, known)
    canvas = _Canvas()
    _draw_layers(canvas, layout, boxes, texts)
    return canvas.drawing([(boxes[source].name, boxes[target].name) for source, target in layout.back_edges])


def _draw_layers(
    canvas: _Canvas, layout: Layout, boxes: Sequence[Box], texts: Sequence[Sequence[Sequence[str]]]
) -> None:
    row, arrivals = 0, dict[int, list[int]]()
    for index, layer in enumerate(layout.layers):
        height = max((len(texts[slot.net]) for slot in layer if slot.is_box), default=0) + 2
        for slot in layer:
            if slot.is_box:
                canvas.box(row, height, slot, texts[slot.net], arrivals.get(id(slot), ()), boxes[slot.net].state)
            else:
                canvas.down(slot.net, slot.column, row, row + height - 1)
        row += height
        if index + 1 < len(layout.layers):
            arrivals = _arrivals(layer, layout.layers[index + 1])
            row = _draw_between(canvas, layer, arrivals, row)


def _arrivals(above: Sequence[Slot], layer: Sequence[Slot]) -> dict[int, list[int]]:
    """Columns in which lines arrive at each slot, in the order of its parents."""
    leaving = {slot.column: slot for slot in above if slot.children}
    return {id(slot): _columns_of(slot, leaving) for slot in layer}


def _columns_of(slot: Slot, leaving: Mapping[int, Slot]) -> list[int]:
    """A column for each parent: straight below it where that can be, else near the middle, from left to right.

    Every other column is taken as long as there are any, since arrows side by side are hard to tell apart.
    """
    if not slot.is_box:
        return [slot.column] * len(slot.parents)
    inside = range(slot.left + 1, slot.right)
    straight = {id(parent): parent.column for parent in slot.parents if parent.column in inside}
    parity = (len(slot.parents) + 1) % 2

    def preference(column: int) -> tuple[bool, int]:
        distance = abs(column - slot.column)
        return distance % 2 != parity, distance

    free = sorted((column for column in inside if column not in leaving), key=preference)
    others = sorted((p for p in slot.parents if id(p) not in straight), key=lambda parent: parent.column)
    chosen = dict(zip(map(id, others), sorted(free[: len(others)]), strict=True))
    return [straight.get(id(parent), chosen.get(id(parent), slot.column)) for parent in slot.parents]


def _draw_between(canvas: _Canvas, above: Sequence[Slot], arrivals: Mapping[int, list[int]], top: int) -> int:
    """Draws the lines between two layers; returns the row below them."""
    targets = {id(slot): [arrivals[id(child)][child.parents.index(slot)] for child in slot.children] for slot in above}
    rows = _rows([slot for slot in above if slot.children], targets)
    height = max(rows.values(), default=0) + 1
    for slot in above:
        if slot.children:
            canvas.line(slot.net, slot.column, targets[id(slot)], top, top + rows.get(id(slot), 0), top + height - 1)
    return top + height


def _rows(slots: Sequence[Slot], targets: Mapping[int, list[int]]) -> dict[int, int]:
    """Rows of the lines that go sideways, so that none meets another: the first one that is free where it goes."""
    ends, found = list[int](), dict[int, int]()  # the rightmost column in use of each row
    spans = [(min(columns := [slot.column, *targets[id(slot)]]), max(columns), slot) for slot in slots]
    for start, end, slot in sorted(spans, key=lambda span: span[:2]):
        if start == end:
            continue
        row = next((row for row, used in enumerate(ends) if used + 1 < start), len(ends))
        ends[row : row + 1] = [end]
        found[id(slot)] = row
    return found


class _Canvas:
    """Characters by row and column; columns may be negative until the drawing is made."""

    def __init__(self) -> None:
        self._text: dict[tuple[int, int], str] = {}
        self._arms: defaultdict[tuple[int, int], dict[int, int]] = defaultdict(dict)
        """By cell: which ways each line goes on from it."""
        self._spans: list[Span] = []

    def box(
        self, row: int, height: int, slot: Slot, text: Sequence[Sequence[str]], arrivals: Sequence[int], state: str
    ) -> None:
        bottom = row + len(text) + 1
        for column in range(slot.left + 1, slot.right):
            self._text[row, column] = _ARROW if column in arrivals else "─"
            self._text[bottom, column] = _LEAVES if slot.children and column == slot.column else "─"
        for place, start, end in ((row, "┌", "┐"), (bottom, "└", "┘")):
            self._text[place, slot.left], self._text[place, slot.right] = start, end
        for line, cells in enumerate(text, start=row + 1):
            self._text[line, slot.left] = self._text[line, slot.right] = "│"
            indent = (slot.width - len(cells)) // 2
            self._text.update({(line, slot.left + indent + i): cell for i, cell in enumerate(cells)})
        self._spans += [Span(line, slot.left, slot.right + 1, state) for line in range(row, bottom + 1)]
        if slot.children:
            self.down(slot.net, slot.column, bottom + 1, row + height - 1)

    def down(self, net: int, column: int, top: int, bottom: int) -> None:
        for row in range(top, bottom + 1):
            self._add(row, column, net, _UP | _DOWN)

    def line(self, net: int, column: int, targets: Sequence[int], top: int, middle: int, bottom: int) -> None:
        """Down to the middle row, sideways in it, and down to each target."""
        self.down(net, column, top, middle - 1)
        self._add(middle, column, net, _UP)
        left, right = min(column, *targets), max(column, *targets)
        for place in range(left, right + 1):
            self._add(middle, place, net, (_LEFT if place > left else 0) | (_RIGHT if place < right else 0))
        for target in set(targets):
            self._add(middle, target, net, _DOWN)
            self.down(net, target, middle + 1, bottom)

    def _add(self, row: int, column: int, net: int, arms: int) -> None:
        cell = self._arms[row, column]
        cell[net] = cell.get(net, 0) | arms

    def drawing(self, back_edges: list[tuple[str, str]]) -> Drawing:
        cells = {place: _crossing(nets) for place, nets in self._arms.items()} | self._text
        left = min((column for _, column in cells), default=0)
        rows: defaultdict[int, dict[int, str]] = defaultdict(dict)
        for (row, column), char in cells.items():
            rows[row][column - left] = char
        lines = ["".join(_row_text(rows[row])) for row in range(max(rows, default=-1) + 1)]
        spans = [Span(span.row, span.start - left, span.end - left, span.state) for span in self._spans]
        return Drawing(lines, spans, max((max(row) + 1 for row in rows.values() if row), default=0), back_edges)


def _crossing(nets: Mapping[int, int]) -> str:
    """Of two lines in one cell one goes down and is drawn; the other one goes on behind it."""
    return _LINES[next((arms for arms in nets.values() if arms & (_UP | _DOWN)), _LEFT | _RIGHT)]


def _row_text(row: Mapping[int, str]) -> Iterator[str]:
    return (row.get(column, " ") for column in range(max(row, default=-1) + 1))


def _cells(text: str) -> list[str]:
    """Text as the cells of a terminal: wide characters take two, marks go with what they stand on."""
    cells = list[str]()
    for char in text:
        if unicodedata.combining(char) and cells:
            cells[-1] += char
        elif unicodedata.east_asian_width(char) in "WF":
            cells += [char, ""]
        else:
            cells.append(char if char.isprintable() else "?")
    if len(cells) <= MOST_TEXT:
        return cells
    kept = cells[: MOST_TEXT - 1]
    if cells[MOST_TEXT - 1] == "":  # would cut a wide character in two
        kept[-1] = " "
    return [*kept, "…"]
