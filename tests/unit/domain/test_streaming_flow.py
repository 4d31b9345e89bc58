"""The language of flows: what relations a text has, which texts are refused, and which flow is shown."""

import pytest

from controlplane.domain.errors import InvalidError
from controlplane.domain.streaming_flow import FlowEdge, choose_flow, parse_flow, union

NODES = set("ABCDE")


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("A >> B", "AB"),
        ("A>>B", "AB"),
        (" A\n>>\tB ", "AB"),
        ("A >> B >> C", "AB BC"),
        ("A >> B&C >> D", "AB AC BD CD"),
        ("A&B >> C", "AC BC"),
        ("A >> B&C >> D | A >> E", "AB AC BD CD AE"),
        ("A >> B | B >> A", "AB BA"),
    ],
)
def test_relations(text: str, pairs: str) -> None:
    assert parse_flow("f", text, NODES) == tuple(FlowEdge(pair[0], pair[1]) for pair in pairs.split())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "invalid stream flow f"),
        ("  ", "invalid stream flow f"),
        ("A", "stream flow f should have valid flow, example: A >> B"),
        ("A & B", "stream flow f should have valid flow, example: A >> B"),
        ("A >> B |", "stream flow f should have valid flow, example: A >> B"),
        ("A >>", "invalid node name after A"),
        ("A >> >> B", "invalid node name after A"),
        ("A&B >>", "invalid node name after A&B"),
        ("A >> Z", "invalid node Z in stream flow f"),
        ("A >> B&", "invalid node  in stream flow f"),
        (">> A", "invalid node  in stream flow f"),
        ("A > B >> C", "invalid node A>B in stream flow f"),
        ("A >> A", "invalid relation found A >> A in flow f"),
        ("A >> B >> B", "invalid relation found B >> B in flow f"),
        ("A >> B | A >> B", "duplicate relation found A >> B in flow f"),
        ("A >> B&B", "duplicate relation found A >> B in flow f"),
    ],
)
def test_what_is_refused(text: str, said: str) -> None:
    with pytest.raises(InvalidError) as caught:
        parse_flow("f", text, NODES)
    assert (caught.value.message, caught.value.field) == (said, "streaming.flows.f")


def test_a_flow_cannot_grow_without_bound() -> None:
    """The sides of one relation multiply."""
    left, right = ([f"{side}{i}" for i in range(400)] for side in "ab")
    with pytest.raises(InvalidError, match="more than 100000 relations"):
        parse_flow("f", f"{'&'.join(left)} >> {'&'.join(right)}", {*left, *right})


def test_which_flow_is_shown() -> None:
    flows = {"b": "x", "a": "y"}
    assert choose_flow(flows, "") == "a"
    assert choose_flow(flows, "b") == "b"
    assert choose_flow(flows, "b", "a") == "a"
    with pytest.raises(InvalidError, match="invalid stream flow zz"):
        choose_flow(flows, "b", "zz")
    with pytest.raises(InvalidError, match="please specify a stream flow"):
        choose_flow({}, "")


def test_union_has_each_once_in_order() -> None:
    one, two = parse_flow("f", "A >> B >> C", NODES), parse_flow("g", "B >> C | A >> D", NODES)
    assert union([one, two]) == (FlowEdge("A", "B"), FlowEdge("B", "C"), FlowEdge("A", "D"))
