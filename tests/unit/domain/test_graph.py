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


def test_an_edge_beside_a_reference_changes_nothing() -> None:
    """It is added only where there is none: elements still come one by one."""
    built = graph.build(pipeline(("a", []), ("b", ["*@a"]), edges=(("a", "b"), ("a", "b"))))
    (edge,) = built.edges
    assert edge.types == ("waitAny", "input")
    assert not built.nodes["b"].waits_for_all_of("a")


def test_references_of_every_sign_to_one_node_are_kept_apart() -> None:
    """Elements and wholes of the same parent: it waits for the whole, and both are bound."""
    built = graph.build(pipeline(("a", []), ("b", ["*@a.x", "@a", "*#@a.y", "#@a"])))
    spec = built.nodes["b"]
    assert spec.waits_for_all_of("a")
    assert spec.any_parents == ("a",)
    assert [(b.place, b.slot, b.value) for b in spec.bindings] == [
        (("0",), None, 0), (("1",), None, None), (("2",), 0, 0), (("3",), 1, None)
    ]  # fmt: skip
    assert built.nodes["a"].save_paths == ("a.x", "a", "a.y")


def test_outputs_of_an_earlier_job_may_be_referred_to() -> None:
    """Nodes that are not run again are no nodes of the result, but known to references."""
    built = graph.build(pipeline(("b", ["@a"])), cached=["a"])
    assert built.nodes["a"].is_cached
    assert [n.name for n in built.result_nodes()] == ["b"]
    with pytest.raises(InvalidError, match='depend on node "a"'):
        graph.build(pipeline(("b", ["@a"])))


def test_names_that_only_begin_like_reserved_ones_are_names() -> None:
    """The whole root counts."""
    built = graph.build(pipeline(("flowInputX", []), ("dataSourceX", ["@flowInputX"]), ("c", ["@dataSourceX.y"])))
    assert [(e.source, e.target) for e in built.edges] == [("flowInputX", "dataSourceX"), ("dataSourceX", "c")]
    assert built.flow_input_paths == frozenset()


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
    (pipeline(("dataSource", [])), "nodes[0].node_name", 'invalid reserved name "dataSource"'),
    (pipeline(("a", ["*#@flowInput"])), "nodes[0].input[0]", "use"),
    (pipeline(("a", []), edges=(("a", "a"),)), "nodes", "cyclic nodes"),
    (pipeline(("a", []), ("b", ["*@a"]), edges=(("b", "a"),)), "nodes", "not allowed on batch pipeline"),
    (pipeline(("a", ["@dataSource.d/file"])), "nodes[0].input[0]", "inline data sources are not supported"),
    (pipeline(("a", ["#[1...x]"])), "nodes[0].input[0]", "is not a range"),
    (pipeline(*[(f"n{i}", []) for i in range(graph.MAX_NODES + 1)]), "nodes", "at most 1296 nodes"),
    (
        pipeline(*[(f"n{i}", []) for i in range(251)], ("z", [[f"*@n{i}" for i in range(251)]])),
        "nodes[251].input",
        "more than 250 nodes",
    ),
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


@pytest.mark.parametrize("segment", ["2", "-1", "x", "\u00b2", "9" * 5000, ""])
def test_places_in_a_list_that_are_not_there(segment: str) -> None:
    """Only plain decimal places that exist are found; anything else is missing, however odd."""
    built = graph.build(pipeline(("a", [f"@flowInput.l.{segment}", "@flowInput.l.1"])))
    with pytest.raises(InvalidError, match=r"unable to find flowInput\.l\."):
        graph.flow_input_shapes(built, {"l": [1, 2]})


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
