"""The graph of a pipeline: edges, order, shapes, and every rule that a pipeline can break."""

import pytest

from controlplane.domain import graph
from controlplane.domain.errors import InvalidError
from controlplane.domain.pipeline import BatchOperation, Node, Pipeline
from controlplane.domain.values import Json, Shape


def pipeline(*nodes: tuple[str, list[Json]], edges: tuple[tuple[str, str], ...] = ()) -> Pipeline:
    return Pipeline(
        name="p", nodes=tuple(Node(name=name, algorithm="x", input=inputs) for name, inputs in nodes), edges=edges
    )


def test_edges_carry_how_the_child_waits() -> None:
    """One edge per pair, with the union of its relations."""
    built = graph.build(pipeline(("a", []), ("b", ["#@a", "@a", {"k": "@a.x"}])))
    (edge,) = built.edges
    assert (edge.source, edge.target) == ("a", "b")
    assert set(edge.types) == {"waitBatch", "waitNode", "input"}
    assert built.nodes["a"].save_paths == ("a", "a.x")
    assert built.nodes["a"].children == ("b",)


def test_explicit_edge_orders_without_input() -> None:
    """An edge makes its target wait although the target takes no input from its source."""
    built = graph.build(pipeline(("a", []), ("b", ["lit"]), edges=(("a", "b"),)))
    assert list(built.nodes["b"].parents) == ["a"]
    assert [n.name for n in built.entries()] == ["a"]
    assert [n.name for n in built.result_nodes()] == ["b"]


def test_a_node_may_come_before_its_parents() -> None:
    """The order of nodes in the pipeline is not the order in which they run."""
    built = graph.build(pipeline(("b", ["@a"]), ("a", [])))
    assert [n.name for n in built.entries()] == ["a"]


BROKEN = [
    (pipeline(), "nodes", "at least one node"),
    (pipeline(("a", []), ("a", [])), "nodes[1].node_name", 'found duplicate node "a"'),
    (pipeline(("flowInput", [])), "nodes[0].node_name", 'invalid reserved name "flowInput"'),
    (pipeline(("a.b", [])), "nodes[0].node_name", "must not contain a dot"),
    (pipeline(("a", []), ("b", [1, "@zz"])), "nodes[1].input[1]", 'depend on node "zz" which is not exists'),
    (pipeline(("a", ["@"])), "nodes[0].input[0]", 'depend on node "" which is not exists'),
    (pipeline(("a", ["@a"])), "nodes", "cyclic"),
    (pipeline(("a", ["@c"]), ("b", ["@a"]), ("c", ["#@b"])), "nodes", "cyclic"),
    (pipeline(("a", []), edges=(("a", "zz"),)), "edges[0]", 'node "zz" which is not exists'),
    (pipeline(("a", ["*@flowInput.x"])), "nodes[0].input[0]", "no tasks to wait for"),
    (pipeline(("a", [{"k": ["$$x"]}])), "nodes[0].input[0]", "reserved"),
    (pipeline(("a", ["#[1,2"])), "nodes[0].input[0]", "closing bracket"),
]


@pytest.mark.parametrize(("broken", "field", "text"), BROKEN, ids=[row[2] for row in BROKEN])
def test_broken_pipeline(broken: Pipeline, field: str, text: str) -> None:
    """Each broken rule names the field at fault."""
    with pytest.raises(InvalidError) as error:
        graph.build(broken)
    assert error.value.field == field
    assert text in error.value.message


def test_flow_input_shapes_only_what_is_referenced() -> None:
    """Shapes are kept by reference path; falsy values are there, missing ones are not."""
    built = graph.build(pipeline(("a", ["@flowInput.v", "#@flowInput.o.l", "@flowInput", "@flowInput.z"])))
    shapes = graph.flow_input_shapes(built, {"v": 0, "o": {"l": [1, 2]}, "z": None, "other": 1})
    assert shapes == {
        "flowInput": Shape("object", 0),
        "flowInput.o.l": Shape("array", 2),
        "flowInput.v": Shape("number", 0),
        "flowInput.z": Shape("null", 0),
    }


@pytest.mark.parametrize("flow_input", [None, {}, {"o": 1}, {"o": {"m": 1}}])
def test_missing_flow_input(flow_input: Json) -> None:
    """A path that is not there is an error that names it."""
    built = graph.build(pipeline(("a", ["@flowInput.o.l"])))
    with pytest.raises(InvalidError, match=r"unable to find flowInput\.o\.l"):
        graph.flow_input_shapes(built, flow_input)


def test_indexed_and_cartesian_elements() -> None:
    """Indexed pads with null; cartesian varies the last list fastest."""
    indexed, cartesian = BatchOperation.INDEXED, BatchOperation.CARTESIAN
    assert graph.task_count(indexed, (3, 2)) == 3
    assert [graph.elements_of(indexed, (3, 2), i) for i in range(3)] == [(0, 0), (1, 1), (2, -1)]
    assert graph.task_count(cartesian, (2, 3)) == 6
    assert [graph.elements_of(cartesian, (2, 3), i) for i in range(6)] == [
        (0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)
    ]  # fmt: skip
    assert graph.task_count(cartesian, (2, 0)) == 0
