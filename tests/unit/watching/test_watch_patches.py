"""Patches of documents, and the ring that keeps the last of them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controlplane.domain.merge_patch import difference
from controlplane.roles.watching.ring import PATCH_OVERHEAD, Patch, PatchRing
from tests.rest.events import merged

_scalars = st.booleans() | st.integers(-3, 3) | st.floats(0, 2) | st.sampled_from(["", "a", "b"])
_values = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=12,
)
_documents = st.dictionaries(st.sampled_from("abcd"), _values, max_size=4)


@pytest.mark.parametrize(
    ("before", "after", "patch"),
    [
        ({}, {}, {}),
        ({"a": 1}, {"a": 1}, {}),
        ({"a": 1}, {"a": 2}, {"a": 2}),
        ({"a": 1}, {}, {"a": None}),
        ({}, {"a": {}}, {"a": {}}),
        ({"a": 1}, {"a": True}, {"a": True}),
        (
            {"rows": {"x": {"n": 1, "m": 1}, "y": {}}},
            {"rows": {"x": {"n": 2, "m": 1}}},
            {"rows": {"x": {"n": 2}, "y": None}},
        ),
        ({"list": [1, 2]}, {"list": [1, 3]}, {"list": [1, 3]}),
        ({"a": {"b": 1}}, {"a": [1]}, {"a": [1]}),
        ({"a": [1]}, {"a": {"b": 1}}, {"a": {"b": 1}}),
    ],
)
def test_only_changed_keys(before: Any, after: Any, patch: Any) -> None:
    assert difference(before, after) == patch


@given(_documents, _documents)
def test_a_patch_makes_one_document_of_the_other(before: Any, after: Any) -> None:
    made = merged(before, difference(before, after))
    assert made == after
    assert difference(made, after) == {}


def test_the_ring_gives_what_follows() -> None:
    ring = PatchRing(10_000)
    assert ring.after(0) is None
    patches = [Patch(number, b"x") for number in range(5, 8)]
    for patch in patches:
        ring.add(patch)
    assert [ring.after(revision) for revision in (4, 5, 6)] == patches
    assert ring.after(7) is None  # yet to come
    assert ring.after(3) is None  # before its first


def test_the_ring_is_bounded_in_bytes() -> None:
    """The oldest go first; a patch that is larger than the ring leaves nothing, so that everybody is given all anew."""
    ring = PatchRing(3 * (10 + PATCH_OVERHEAD))
    for number in range(1, 6):
        ring.add(Patch(number, b"0123456789"))
    assert ring.after(1) is None
    assert ring.after(2) == Patch(3, b"0123456789")
    ring.add(Patch(6, b"0" * 1000))
    assert all(ring.after(revision) is None for revision in range(8))
