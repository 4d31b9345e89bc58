"""The reference grammar: one row per rule, with what each string means."""

import pytest

from controlplane.domain.errors import InvalidError
from controlplane.domain.references import MAX_RAW_ELEMENTS, RawBatch, Reference, Relation, find, parse, without
from controlplane.domain.values import Json

REFERENCES = [
    ("@a", Relation.WAIT_NODE, "a", ""),
    ("@a.data.x", Relation.WAIT_NODE, "a", "data.x"),
    ("@a.0.x", Relation.WAIT_NODE, "a", "0.x"),
    ("#@a", Relation.WAIT_BATCH, "a", ""),
    ("#@a.list", Relation.WAIT_BATCH, "a", "list"),
    ("*@a", Relation.WAIT_ANY, "a", ""),
    ("*#@a.v", Relation.WAIT_ANY_BATCH, "a", "v"),
    ("@flowInput", Relation.WAIT_NODE, "flowInput", ""),
    ("#@flowInput.arr", Relation.WAIT_BATCH, "flowInput", "arr"),
    ("@flowInputX", Relation.WAIT_NODE, "flowInputX", ""),
    ("@dataSourceX.y", Relation.WAIT_NODE, "dataSourceX", "y"),
    ("@", Relation.WAIT_NODE, "", ""),
]

LITERALS = ["", "x @a", "pre@a", "#foo", "*foo", "#", "*", "*#", "$", "plain", "[1,2]", " @a"]

RAW = [
    ("#[1,2,hello, 5...7]", ("1", "2", "hello", 5, 6, 7)),
    ("#[-2...1]", (-2, -1, 0, 1)),
    ("#[ -2 ... 1 ]", (-2, -1, 0, 1)),
    ("#[0...0]", (0,)),
    ("#[5...3]", ()),
    ("#[]", ("",)),
    ("#[a,]", ("a", "")),
    ("#[hello world, b]", ("helloworld", "b")),
    ('#[1.5,true,null,[1,2],{"a":1}]', ("1.5", "true", "null", "1", "2", '{"a":1}')),
    ("#[5...3,z]", ("z",)),
]

BAD = ["#[1,2", "#[1,2]tail", "#[a...b]", "#[1...]", "#[1.5...3]", "$$abc", "@dataSource.name/file", "#@dataSource.x"]


@pytest.mark.parametrize(("text", "relation", "root", "path"), REFERENCES)
def test_reference(text: str, relation: Relation, root: str, path: str) -> None:
    """A sign, a root up to the first dot, and a path."""
    assert parse(text) == Reference(relation, root, path)


@pytest.mark.parametrize("text", LITERALS)
def test_literal(text: str) -> None:
    """Text without a whole sign before it is only text."""
    assert parse(text) is None


@pytest.mark.parametrize(("text", "elements"), RAW)
def test_raw_batch(text: str, elements: tuple[object, ...]) -> None:
    """Ranges give numbers, everything else stays text."""
    found = parse(text)
    assert isinstance(found, RawBatch)
    assert tuple(found.elements) == elements


@pytest.mark.parametrize("text", BAD)
def test_malformed(text: str) -> None:
    """What cannot be meant is refused, and the message shows it."""
    with pytest.raises(InvalidError) as error:
        parse(text)
    assert text[:20] in error.value.message


def test_huge_range_is_refused_before_it_is_made() -> None:
    """A range of more elements than the limit costs nothing but the message."""
    with pytest.raises(InvalidError, match="more than"):
        parse(f"#[0...{MAX_RAW_ELEMENTS * 1000}]")
    assert len(parse(f"#[1...{MAX_RAW_ELEMENTS // 100}]").elements) == MAX_RAW_ELEMENTS // 100  # type: ignore[union-attr]


def test_find_goes_depth_first_through_nested_inputs() -> None:
    """References anywhere in a value are found in order, with their places."""
    value: Json = [{"x": "@a", "y": ["#@b", 1]}, "lit", [[["@c.d"]]]]
    places = [place for place, _ in find(value)]
    assert places == [("0", "x"), ("0", "y", "0"), ("2", "0", "0", "0")]


def test_without_keeps_empty_containers() -> None:
    """The template has null where references were, and empty containers stay as they are."""
    assert without([{}, [], {"k": {}}, 1, "@a", {"p": "#@b"}]) == [{}, [], {"k": {}}, 1, None, {"p": None}]


def test_too_deep_is_refused() -> None:
    """Nesting has a limit."""
    value: Json = "@a"
    for _ in range(80):
        value = [value]
    with pytest.raises(InvalidError, match="deeper"):
        list(find(value))
