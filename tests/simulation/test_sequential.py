"""The plain evaluation that results are compared with knows the rules of references by itself: a few pipelines by hand."""

import orjson
import pytest

from controlplane.domain.values import Json
from controlplane.simulation import sequential
from controlplane.simulation.sequential import Evaluation, FailsError, as_pipeline


@pytest.fixture(autouse=True)
def _tell_inputs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Algorithms return what the node ``give`` says, else their input."""

    def run(algorithm: str, given: list[Json]) -> Json:
        return given[1] if algorithm == "give" else given

    monkeypatch.setattr(sequential, "run_code", run)


def evaluate(*nodes: tuple[str, str, list[Json]], cartesian: bool = False) -> dict[str, list[Json]]:
    operation = "cartesian" if cartesian else "indexed"
    document: Json = {
        "name": "p",
        "nodes": [
            {"nodeName": name, "algorithmName": algorithm, "input": given, "batchOperation": operation}
            for name, algorithm, given in nodes
        ],
    }
    found = Evaluation(as_pipeline(orjson.dumps(document)), {"list": [1, 2]}).run()
    return {name: node.outputs for name, node in found.items()}


def test_raw_lists_are_text_and_ranges_numbers() -> None:
    """`#[a, 1, 5...6]` gives "a", "1", 5 and 6."""
    assert evaluate(("a", "x", ["#[a, 1, 5...6]"]))["a"] == [["a"], ["1"], [5], [6]]


def test_lists_are_combined() -> None:
    """Indexed lists go side by side and end with null; cartesian ones make all pairs, the last one fastest."""
    nodes: list[Json] = ["#[1...2]", "#[a,b,c]"]
    assert evaluate(("a", "x", nodes))["a"] == [[1, "a"], [2, "b"], [None, "c"]]
    assert evaluate(("a", "x", nodes), cartesian=True)["a"][:4] == [[1, "a"], [1, "b"], [1, "c"], [2, "a"]]


def test_a_batch_is_reduced_and_followed_element_by_element() -> None:
    """`@a` is the whole list with null for nothing, `#@a` fans out what is there, `*@a` all elements."""
    found = evaluate(
        ("a", "give", ["x", "#[7...8]"]),
        ("b", "x", ["@a"]),
        ("c", "x", ["#@a"]),
        ("d", "x", ["*@a", "@a"]),
    )
    assert found["b"] == [[[7, 8]]]
    assert found["c"] == [[7], [8]]
    assert found["d"] == [[7, [7, 8]], [8, [7, 8]]]


def test_what_is_empty_is_skipped() -> None:
    """A list without elements makes no tasks, and `@` gives an empty list then."""
    found = evaluate(("a", "x", ["#[5...3]"]), ("b", "x", ["*@a"]), ("c", "x", ["@b"]))
    assert found == {"a": [], "b": [], "c": [[[]]]}


def test_unequal_parents_are_filled_with_null() -> None:
    """An element that one parent has alone runs with null for the other."""
    found = evaluate(("a", "give", ["x", "#[1...2]"]), ("b", "give", ["x", "#[5...7]"]), ("c", "x", ["*@a", "*@b"]))
    assert found["c"] == [[1, 5], [2, 6], [None, 7]]


def test_a_missing_part_is_null_or_a_failure() -> None:
    """`@a.k` of something without k is null; `#@a.k` has nothing to iterate over."""
    assert evaluate(("a", "give", ["x", {"v": 1}]), ("b", "x", ["@a.k"]))["b"] == [[None]]
    with pytest.raises(FailsError):
        evaluate(("a", "give", ["x", {"v": 1}]), ("b", "x", ["#@a.k"]))
