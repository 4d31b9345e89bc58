"""How lists of things are ordered and cut by those who ask: the rules of ``sort``, ``order``, ``from`` and ``to``."""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Range:
    """What part of a list is wanted: half open, counted from 0; None is the beginning, or the end."""

    start: int | None = None
    end: int | None = None
    sort: str = ""
    """Name of a field; empty, or a field that the things do not have: they stay in the order they have."""
    descending: bool = False


ALL = Range()


def pick(
    items: Sequence[T], keys: Callable[[str], Callable[[T], Any] | None], wanted: Range, *, most: int
) -> Sequence[T]:
    """The wanted part, at most ``most`` of it. ``keys`` gives what to sort by for the name of a field.

    Things without a value come last, in either direction. Costs no more than the list does, and little for its beginning.
    """
    start = wanted.start or 0
    end = min(len(items) if wanted.end is None else wanted.end, start + most)
    key = keys(wanted.sort) if wanted.sort else None
    if key is None:
        return items[start:end]
    if end * 20 < len(items):
        smallest = heapq.nlargest if wanted.descending else heapq.nsmallest
        return smallest(end, items, key=_comparable(key, wanted.descending))[start:]
    ordered = sorted(items, key=_comparable(key, wanted.descending), reverse=wanted.descending)
    return ordered[start:end]


def _comparable(key: Callable[[T], Any], descending: bool) -> Callable[[T], tuple[bool, Any]]:
    def comparable(item: T) -> tuple[bool, Any]:
        value = key(item)
        # In descending order the larger comes first, so there what has a value must be the larger.
        return (value is None) is not descending, 0 if value is None else value

    return comparable
