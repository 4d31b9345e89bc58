"""Order and range of lists: every combination gives what sorting everything and cutting would."""

import pytest

from controlplane.domain.item_order import Range, pick

VALUES = [5, None, 3, 9, None, 1, 3]


def keys(field: str):
    return VALUES.__getitem__ if field == "value" else None


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Range(), [0, 1, 2, 3, 4, 5, 6]),
        (Range(2, 4), [2, 3]),
        (Range(None, 2), [0, 1]),
        (Range(5), [5, 6]),
        (Range(4, 2), []),
        (Range(100), []),
        (Range(sort="value"), [5, 2, 6, 0, 3, 1, 4]),
        (Range(sort="value", descending=True), [3, 0, 2, 6, 5, 1, 4]),
        (Range(1, 3, sort="value"), [2, 6]),
        (Range(descending=True), [0, 1, 2, 3, 4, 5, 6]),
        (Range(sort="other", descending=True), [0, 1, 2, 3, 4, 5, 6]),
    ],
)
def test_range(wanted: Range, expected: list[int]) -> None:
    assert list(pick(range(len(VALUES)), keys, wanted, most=100)) == expected


@pytest.mark.parametrize("descending", [False, True])
def test_beginning_of_a_long_list(descending: bool) -> None:
    """The short way for the first few gives the same as sorting it all."""
    items = range(1000)

    def key(item: int) -> int | None:
        return None if item % 7 == 0 else item * 37 % 101

    short = pick(items, lambda _: key, Range(3, 9, "k", descending), most=100)
    whole = pick(items, lambda _: key, Range(0, 1000, "k", descending), most=1000)
    assert list(short) == list(whole)[3:9]


def test_most() -> None:
    assert list(pick(range(10), keys, Range(2), most=3)) == [2, 3, 4]
