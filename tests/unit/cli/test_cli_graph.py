"""Drawings of graphs: what they look like, and that the edges can be read from the lines and from nothing else."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from distributedkube.cli.dag_drawing import Box, Drawing, draw
from distributedkube.cli.dag_layout import TooLargeError
from tests.unit.cli.conftest import Run
from tests.unit.cli.fake_rest import FakeRest, error
from tests.unit.cli.terminal import on_terminal

API = "/api/v1"
EXAMPLE = Path(__file__).parents[3] / "examples" / "numbers"
DIAMOND = """\
    ┌───┐
    │ a │
    └─┬─┘
  ┌───┴───┐
┌─▼─┐   ┌─▼─┐
│ b │   │ c │
└─┬─┘   └─┬─┘
  └──┐ ┌──┘
   ┌─▼─▼─┐
   │  d  │
   └─────┘"""


def drawn(edges: str, nodes: str = "") -> Drawing:
    """Draws ``"a>b b>c"``; nodes are those of the edges unless they are given."""
    pairs = [(edge[0], edge[2]) for edge in edges.split()]
    names = nodes.split() or sorted({name for pair in pairs for name in pair})
    return draw([Box(name, (name,)) for name in names], pairs)


def test_edges_are_read_from_a_diamond() -> None:
    """Branches below a node, arrows above its children."""
    assert "\n".join(drawn("a>b a>c b>d c>d").lines) == DIAMOND
    assert edges_of(drawn("a>b a>c b>d c>d")) == {("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")}


@given(st.data())
@settings(max_examples=600, deadline=None)
def test_every_edge_can_be_followed_with_a_finger(data: st.DataObject) -> None:
    """Whatever the graph: from the bottom of each box its line leads to its children, crossing others, and nowhere else."""
    count = data.draw(st.integers(1, 12))
    names = [f"n{index}" for index in range(count)]
    pairs = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(lambda pair: pair[0] < pair[1])
    chosen = data.draw(st.sets(pairs, max_size=30)) if count > 1 else set()
    edges = {(names[source], names[target]) for source, target in chosen}
    shuffled = data.draw(st.permutations(names))
    drawing = draw([Box(name, (name, "x" * data.draw(st.integers(0, 9)))) for name in shuffled], sorted(edges))
    assert edges_of(drawing) == edges
    assert drawing.width == max(map(len, drawing.lines))


def edges_of(drawing: Drawing) -> set[tuple[str, str]]:
    """Reads a drawing as a person does."""
    boxes = {
        (span.row, column): drawing.lines[span.row + 1][span.start :][2 : span.end - span.start - 2].strip()
        for span in drawing.spans
        for column in range(span.start, span.end)
        if drawing.lines[span.row][span.start] == "┌"
    }
    found = set()
    for (row, column), name in boxes.items():
        bottom = next(r for r in range(row + 1, len(drawing.lines)) if _at(drawing, r, column) in "└┘─┬")
        if _at(drawing, bottom, column) == "┬":
            found |= {(name, boxes[end]) for end in _follow(drawing, bottom + 1, column)}
    return found


WAYS = {
    "│": "ud",
    "─": "lr",
    "└": "ur",
    "┘": "ul",
    "┌": "dr",
    "┐": "dl",
    "┴": "ulr",
    "┬": "dlr",
    "├": "udr",
    "┤": "udl",
}
STEPS = {"u": (-1, 0), "d": (1, 0), "l": (0, -1), "r": (0, 1)}
BACK = {"u": "d", "d": "u", "l": "r", "r": "l"}


def _follow(drawing: Drawing, row: int, column: int) -> set[tuple[int, int]]:
    """Where the lines from a place end, coming from above. A line that is interrupted goes on behind the other one."""
    ends, pending = set(), [(row, column, "d")]
    while pending:
        row, column, way = pending.pop()
        char = _at(drawing, row, column)
        if char == "▼":
            assert way == "d"
            ends.add((row, column))
            continue
        ways = "udlr" if char == "┼" else WAYS[char]
        if BACK[way] not in ways:
            assert char == "│", f"a dead end at {row}, {column} in\n" + "\n".join(drawing.lines)
            ways = way + BACK[way]
        for onward in set(ways) - {BACK[way]}:
            assert onward != "u", f"a way up at {row}, {column} in\n" + "\n".join(drawing.lines)
            pending.append((row + STEPS[onward][0], column + STEPS[onward][1], onward))
    return ends


def _at(drawing: Drawing, row: int, column: int) -> str:
    line = drawing.lines[row]
    return line[column] if column < len(line) else " "


def test_cycles_are_said_beside_the_drawing() -> None:
    """Streams may lead back: such edges are not drawn."""
    assert drawn("A>B B>C C>A C>C").back_edges == [("C", "A"), ("C", "C")]


def test_edges_to_nowhere_are_left_out() -> None:
    """What is no node is not drawn."""
    assert edges_of(drawn("a>b x>b", nodes="a b")) == {("a", "b")}


def test_plain_characters_and_wide_ones() -> None:
    """Every terminal can show the plain form; wide characters keep the box straight, long names are cut."""
    assert drawn("a>b").as_ascii() == ["+---+", "| a |", "+-+-+", "  |", "+-v-+", "| b |", "+---+"]
    lines = draw([Box("加法", ("加法", "x" * 40))], []).lines
    assert lines[1] == "│             加法              │"
    assert lines[2] == "│ " + "x" * 27 + "…  │"


def test_graphs_that_are_too_large() -> None:
    """Thousands of passages are refused at once."""
    names = [f"n{index}" for index in range(80)]
    with pytest.raises(TooLargeError):
        draw([Box(name, (name,)) for name in names], [(a, b) for a in names for b in names if a < b])


# commands


def graph(**states: str) -> dict[str, Any]:
    nodes = [{"nodeName": name, "algorithmName": f"{name}-alg", "status": state} for name, state in states.items()]
    names = list(states)
    return {"nodes": nodes, "edges": [{"from": a, "to": b} for a, b in pairwise(names)]}


def test_the_graph_of_a_job(run: Run, rest: FakeRest) -> None:
    """States and counts stand in the boxes; the items of batches are not asked for."""
    found = graph(Range="succeed", Multiply="active")
    found["nodes"][1]["batchInfo"] = {"idle": 1, "completed": 3, "errors": 1, "running": 1, "total": 5}
    rest.on("GET", f"{API}/graph/parsed/j1", found)
    assert run("exec", "graph", "j1").stdout.splitlines() == [
        "       ┌─────────┐",
        "       │  Range  │",
        "       │ succeed │",
        "       └────┬────┘",
        "            │",
        "┌───────────▼───────────┐",
        "│       Multiply        │",
        "│ active 3/5, 1 failed  │",
        "└───────────────────────┘",
    ]
    assert rest.only("GET", f"{API}/graph/parsed/j1").query == {"from": "0", "to": "0"}
    assert json.loads(run("exec", "graph", "j1", "-o", "json").stdout) == found
    assert "┌" not in run("exec", "graph", "j1", "--ascii").stdout


def test_the_graph_of_a_pipeline(run: Run, rest: FakeRest) -> None:
    """A stored one by name, one in a file as the server sees it; the pipeline's own command does the same."""
    numbers = {
        "nodes": [{"nodeName": "R", "algorithmName": "range"}, {"nodeName": "Eye", "algorithmName": "eye"}],
        "edges": [],
    }
    rest.on("GET", f"{API}/store/pipelines/graph/numbers", numbers)
    rest.on("POST", f"{API}/store/pipelines/graph", numbers)
    expected = "┌───────┐   ┌─────┐\n│   R   │   │ Eye │\n│ range │   └─────┘\n└───────┘\n"
    assert run("exec", "graph", "--pipeline", "numbers").stdout == expected
    assert run("pipeline", "graph", "numbers").stdout == expected
    assert run("pipeline", "graph", "-f", EXAMPLE / "numbers.yml").stdout == expected
    assert run("exec", "graph", "-f", EXAMPLE / "numbers.yml").stdout == expected
    assert rest.seen[-1].body["pipeline"]["name"] == "numbers"


@pytest.mark.parametrize(
    "words", [("exec", "graph"), ("exec", "graph", "j1", "--pipeline", "p"), ("pipeline", "graph")]
)
def test_one_graph_at_a_time(run: Run, rest: FakeRest, words: tuple[str, ...]) -> None:
    """It has to be clear which one."""
    assert run(*words).exit_code == 2
    assert rest.seen == []


def test_graphs_that_are_not_there(run: Run, rest: FakeRest) -> None:
    """Exit code 4 with where to look; a cycle in a file is the server's sentence; a graph without nodes is said."""
    rest.on("GET", f"{API}/graph/parsed/j1", error(404, "graph j1 Not Found"), {"nodes": [], "edges": []})
    assert "exec list" in run("exec", "graph", "j1").stderr
    assert run("exec", "graph", "j1").stderr == "there are no nodes\n"
    rest.on("POST", f"{API}/store/pipelines/graph", error(400, "cyclic nodes are not allowed on batch pipeline"))
    assert run("exec", "graph", "-f", EXAMPLE / "numbers.yml").exit_code == 2


def test_graphs_on_a_terminal(rest: FakeRest, address: str) -> None:
    """Boxes have the colours of their states; without room there is a table instead."""
    rest.on("GET", f"{API}/graph/parsed/j1", graph(Range="failed", Multiply="pending"))
    words = ["exec", "graph", "j1", "--endpoint", address]
    assert "\x1b[31m┌─────────┐" in on_terminal(words, {"TERM": "xterm-256color", "COLUMNS": "80"})
    narrow = on_terminal(words, {"TERM": "dumb", "COLUMNS": "8"})
    assert "too wide" in narrow
    assert "┌" not in narrow


def test_terminals_that_know_no_lines(rest: FakeRest, address: str) -> None:
    """Where the encoding has none, plain characters are used."""
    rest.on("GET", f"{API}/graph/parsed/j1", graph(Range="failed"))
    environ = {"TERM": "dumb", "COLUMNS": "80", "PYTHONIOENCODING": "ascii"}
    shown = on_terminal(["exec", "graph", "j1", "--endpoint", address], environ)
    assert "+---------+" in shown
