"""Which pipelines start after which, as trees."""

from typing import Any

import pytest

from controlplane.api.pipeline_trees import MAX_DEPTH, pipeline_trees
from controlplane.domain.errors import InvalidError, NotAllowedError, NotFoundError


def plain(trees: Any) -> Any:
    return [{tree.name: plain(tree.children)} if tree.children else tree.name for tree in trees]


DIAMOND = {"b": ["a"], "c": ["a"], "d": ["b", "c"], "y": ["x"]}


@pytest.mark.parametrize(
    ("only", "trees"),
    [
        ("", [{"a": [{"b": ["d"]}, {"c": ["d"]}]}, {"x": ["y"]}]),
        ("b", [{"b": ["d"]}]),
        ("d", ["d"]),
        ("x", [{"x": ["y"]}]),
    ],
)
def test_trees(only: str, trees: Any) -> None:
    """A pipeline that starts after several has a place below each; all are in the order of their names."""
    assert plain(pipeline_trees(DIAMOND, only)) == trees


@pytest.mark.parametrize("circle", [{"a": ["a"]}, {"a": ["b"], "b": ["a"]}, {"a": ["b"], "b": ["c"], "c": ["b"]}])
def test_circles(circle: dict[str, list[str]]) -> None:
    with pytest.raises(InvalidError, match="the pipelines triggers is cyclic"):
        pipeline_trees({**circle, "y": ["x"]}, "x")


def test_nothing_to_show() -> None:
    with pytest.raises(InvalidError, match="unable to find any pipeline with triggers"):
        pipeline_trees({})
    with pytest.raises(NotFoundError, match="triggers tree e Not Found"):
        pipeline_trees(DIAMOND, "e")


def test_what_is_too_large_is_refused() -> None:
    """Also when it would be far too large to make: each of 60 levels doubles the places."""
    chain = {f"p{n}": [f"p{n - 1}"] for n in range(1, MAX_DEPTH)}
    assert pipeline_trees(chain)[0].name == "p0"
    chain[f"p{MAX_DEPTH}"] = [f"p{MAX_DEPTH - 1}"]
    with pytest.raises(NotAllowedError):
        pipeline_trees(chain)
    doubling = {
        f"{side}{n}": [f"a{n - 1}", f"b{n - 1}"] if n > 1 else ["root"]
        for n in range(1, MAX_DEPTH - 4)
        for side in "ab"
    }
    with pytest.raises(NotAllowedError):
        pipeline_trees(doubling)
    assert pipeline_trees(doubling, f"a{MAX_DEPTH - 7}")
