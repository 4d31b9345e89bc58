"""The grammar of node inputs: which strings are references, and what they refer to.

Only a whole string can be a reference, and only by its prefix::

    @x.a.b    the value (for a batch: the list of values)        WAIT_NODE
    #@x.a     one task per element                                WAIT_BATCH
    *@x       one task per finished item of x                     WAIT_ANY
    *#@x      the same, each item's array fanned out              WAIT_ANY_BATCH
    #[1,a,3...5]  one task per element of a literal list

Everything else is a literal: ``#foo``, ``*foo`` and ``x @y`` are plain text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from controlplane.domain.errors import InvalidError
from controlplane.domain.values import Json

FLOW_INPUT = "flowInput"
DATA_SOURCE = "dataSource"
RESERVED_ROOTS = frozenset({FLOW_INPUT, DATA_SOURCE})

MAX_RAW_ELEMENTS = 10_000_000
"""Elements of one literal list; a range like ``0...10000000000`` must not be able to eat the memory."""

MAX_DEPTH = 64
"""Nesting of one input value."""


class Relation(StrEnum):
    """How a child waits for a parent; the words are those of the graph's edges."""

    WAIT_NODE = "waitNode"
    WAIT_BATCH = "waitBatch"
    WAIT_ANY = "waitAny"
    WAIT_ANY_BATCH = "waitAnyBatch"


ANY_RELATIONS = frozenset({Relation.WAIT_ANY, Relation.WAIT_ANY_BATCH})

_SIGNS = (  # longest first
    ("*#@", Relation.WAIT_ANY_BATCH),
    ("#@", Relation.WAIT_BATCH),
    ("*@", Relation.WAIT_ANY),
    ("@", Relation.WAIT_NODE),
)


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference to another node's output, or to the flow input."""

    relation: Relation
    root: str
    path: str
    """Dotted path inside the value; empty for all of it."""

    @property
    def fans_out(self) -> bool:
        return self.relation in (Relation.WAIT_BATCH, Relation.WAIT_ANY_BATCH)

    @property
    def any_element(self) -> bool:
        """Whether it is about one element of a batch at a time, as each ends."""
        return self.relation in ANY_RELATIONS

    @property
    def full_path(self) -> str:
        """Root and path, as shapes are named."""
        return f"{self.root}.{self.path}" if self.path else self.root


@dataclass(frozen=True, slots=True)
class RawBatch:
    """A literal list to fan out over."""

    elements: Sequence[int | float | str]
    """A tuple, or a range when the list is one: a million numbers cost nothing then."""


Place = tuple[str, ...]
"""Keys and decimal indices from the outside in."""


def parse(text: str) -> Reference | RawBatch | None:
    """What a string refers to; None for a literal.

    Raises ``InvalidError`` for a malformed list, for ``$$...`` (reserved) and for inline data sources.
    """
    for sign, relation in _SIGNS:
        if text.startswith(sign):
            root, _, path = text[len(sign) :].partition(".")
            if root == DATA_SOURCE:
                raise InvalidError(f'"{text}": inline data sources are not supported, use a node of kind dataSource')
            return Reference(relation, root, path)
    if text.startswith("#["):
        return parse_raw_batch(text)
    if text.startswith("$$"):
        raise InvalidError(f'"{text}": values that start with $$ are reserved')
    return None


_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")


def parse_raw_batch(text: str) -> RawBatch:
    """``#[a, 1, 5...7]``: white space vanishes, ranges are inclusive integers, everything else stays text (also digits)."""
    if not text.endswith("]"):
        raise InvalidError(f'"{_short(text)}": the list has no closing bracket')
    body = re.sub(r"[\[\]\s]", "", text[1:])
    elements: list[int | float | str] = []
    items = body.split(",")
    if len(items) == 1 and "..." in body:
        return RawBatch(_range(body, text, MAX_RAW_ELEMENTS))
    for item in items:
        if "..." in item:
            elements.extend(_range(item, text, MAX_RAW_ELEMENTS - len(elements)))
        else:
            elements.append(item)
        if len(elements) > MAX_RAW_ELEMENTS:
            raise InvalidError(f'"{_short(text)}": more than {MAX_RAW_ELEMENTS} elements')
    return RawBatch(tuple(elements))


def _range(item: str, text: str, room: int) -> range:
    low, _, high = item.partition("...")
    if not (_NUMBER.fullmatch(low) and _NUMBER.fullmatch(high)):
        raise InvalidError(f'"{_short(text)}": "{item}" is not a range of numbers like 1...5')
    try:
        first, last = int(low), int(high)
    except ValueError:
        raise InvalidError(f'"{_short(text)}": "{item}" is not a range of whole numbers') from None
    if last - first >= room:
        raise InvalidError(f'"{_short(text)}": more than {MAX_RAW_ELEMENTS} elements')
    return range(first, last + 1)


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:77]}..."


def find(value: Json, place: Place = ()) -> Iterator[tuple[Place, Reference | RawBatch]]:
    """All references inside a value with their places, depth first, in order."""
    if len(place) > MAX_DEPTH:
        raise InvalidError(f"nested deeper than {MAX_DEPTH} levels")
    match value:
        case str():
            found = parse(value)
            if found is not None:
                yield place, found
        case list():
            for i, item in enumerate(value):
                yield from find(item, (*place, str(i)))
        case dict():
            for key, item in value.items():
                yield from find(item, (*place, key))


def without(value: Json) -> Json:
    """The value with null in place of each reference; empty containers stay."""
    match value:
        case str():
            return None if parse(value) is not None else value
        case list():
            return [without(item) for item in value]
        case dict():
            return {key: without(item) for key, item in value.items()}
        case _:
            return value
