"""From contexts and bindings to the `args` of a task.

A context is decoded once and shared by all tasks of a node; what a task gets is its own: containers are rebuilt, so
that a task that changes its input changes nobody else's. Arrays are shared, because they are read-only.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from distributedkube import codec
from distributedkube.worker import wire
from distributedkube.worker.runner.failures import InputError

CACHE_BYTES: Final = 400 * 1024 * 1024
"""Encoded size of the decoded sources that are kept; the newest one is kept whatever its size."""

_IMMUTABLE: Final = frozenset({int, float, str, bool, type(None), bytes, complex, Decimal, datetime, frozenset})


class Part:
    """A payload: bytes, or the path of a file that the agent has fetched. None stands for null."""

    __slots__ = ("_content_type", "_data", "_ordered", "_path", "size")

    def __init__(self, payload: Sequence[Any] | None, *, ordered: bool = False) -> None:
        content_type, data, path, size = payload or ("", None, None, 0)
        self._content_type: str = content_type
        self._data: bytes | None = data
        self._path: str | None = path
        self.size: int = size
        self._ordered = ordered

    def decode(self) -> Any:
        """A new copy of the value. Raises `InputError`."""
        data = self._data if self._path is None else _read(self._path)
        if data is None:
            return None
        try:
            if self._ordered and self._content_type in ("", codec.MSGPACK):
                return codec.unpack(data, ordered=True)
            return codec.decode(self._content_type, data)
        except codec.DecodeError as error:
            raise InputError(wire.CATEGORY_INPUT_DECODE, f"an input cannot be decoded: {error}") from error

    def in_order(self) -> Part:
        """The same payload, whose sets decode to lists in the order in which they were written."""
        return Part((self._content_type, self._data, self._path, self.size), ordered=True)


class DecodedParts:
    """Decoded payloads, the least recently used ones dropped when there are too many bytes."""

    def __init__(self, limit_bytes: int = CACHE_BYTES) -> None:
        self._limit = limit_bytes
        self._bytes = 0
        self._values: OrderedDict[Part, Any] = OrderedDict()

    def get(self, part: Part) -> Any:
        """The value of a part; not to be changed. Raises `InputError`."""
        values = self._values
        if part in values:
            values.move_to_end(part)
            return values[part]
        value = values[part] = part.decode()
        self._bytes += part.size
        while self._bytes > self._limit and len(values) > 1:
            oldest, _ = values.popitem(last=False)
            self._bytes -= oldest.size
        return value

    def forget(self, part: Part) -> None:
        """Drops a part that will not be asked for again."""
        if self._values.pop(part, self) is not self:
            self._bytes -= part.size


class ValueSource:
    """A source that is one value."""

    def __init__(self, payload: Sequence[Any] | None, cache: DecodedParts) -> None:
        self._part = Part(payload)
        self._ordered: Part | None = None
        self._cache = cache

    def whole(self, selector: str) -> Any:
        """The value, or what a selector finds in it."""
        return codec.select(self._cache.get(self._part), selector)

    def element(self, index: int, selector: str) -> Any:
        """One element of what the selector finds."""
        part = self._ordered or self._part
        found = codec.select(self._cache.get(part), selector)
        if type(found) is set and self._ordered is None:
            # The tasks of a batch run in several processes, whose sets have orders of their own.
            self._cache.forget(self._part)
            self._ordered = self._part.in_order()
            found = codec.select(self._cache.get(self._ordered), selector)
        try:
            return found[index]
        except (IndexError, KeyError, TypeError) as error:
            what = f"'{selector}' of an input" if selector else "an input"
            raise InputError(
                wire.CATEGORY_INPUT_DECODE, f"{what} has no element {index}: it is {codec.shape_of(found)}"
            ) from error

    def close(self) -> None:
        """Gives back what is cached."""
        for part in (self._part, self._ordered):
            if part is not None:
                self._cache.forget(part)


class ListSource:
    """A source whose members come from several payloads: each holds one member, or an array of several."""

    def __init__(self, parts: Sequence[Sequence[Any]], cache: DecodedParts) -> None:
        """Takes pairs of a payload and a number of members; None as the number marks a single member."""
        self._cache = cache
        self._parts = [Part(payload) for payload, _ in parts]
        self._counts: list[int | None] = [count for _, count in parts]
        self._starts: list[int] = []
        self._size = 0
        for count in self._counts:
            self._starts.append(self._size)
            self._size += 1 if count is None else count

    def whole(self, selector: str) -> list[Any]:
        """All members, or what a selector finds in each."""
        members: list[Any] = []
        for part, count in zip(self._parts, self._counts):  # noqa: B905 - `strict` needs Python 3.10
            value = self._cache.get(part)
            members.extend([value] if count is None else self._chunk(value, count))
        return [codec.select(member, selector) for member in members] if selector else members

    def element(self, index: int, selector: str) -> Any:
        """What the selector finds in one member; only the payload that holds it is decoded."""
        if not 0 <= index < self._size:
            raise InputError(wire.CATEGORY_INPUT_DECODE, f"an input list of {self._size} has no member {index}")
        place = bisect_right(self._starts, index) - 1
        value, count = self._cache.get(self._parts[place]), self._counts[place]
        member = value if count is None else self._chunk(value, count)[index - self._starts[place]]
        return codec.select(member, selector)

    def close(self) -> None:
        """Gives back what is cached."""
        for part in self._parts:
            self._cache.forget(part)

    @staticmethod
    def _chunk(value: Any, count: int) -> Any:
        if type(value) is not list or len(value) != count:
            raise InputError(wire.CATEGORY_INPUT_DECODE, f"a chunk of an input list is not an array of {count} members")
        return value


class Context:
    """What all tasks of one node have in common, ready for use."""

    def __init__(self, message: Sequence[Any], cache: DecodedParts) -> None:
        """Takes a `wire.CONTEXT` message."""
        _, _, args, input_template, sources, bindings, save_paths = message
        self._args = Part(args)
        self._input = Part(input_template)
        self._plain: dict[str, Any] | None = None
        self._nested: dict[str, Any] = {}
        self._template: Any = None
        self._sources: list[Any] = [
            ListSource(source["list"], cache) if "list" in source else ValueSource(source["value"], cache)
            for source in sources
        ]
        self._bindings: list[tuple[list[str], int, int, str, int]] = [tuple(binding) for binding in bindings]
        self.save_paths = [(path, path.partition(".")[2]) for path in save_paths]
        self.mean_ns: float | None = None

    def arguments(self, task: Sequence[Any]) -> dict[str, Any]:
        """The `args` of a `wire.TASKS` task. Raises `InputError`."""
        if self._plain is None:
            self._decode()
        _, _, task_id, attempt, batch_index, elements, values, extras = task
        args = dict(self._plain)  # type: ignore[arg-type]
        for key, value in self._nested.items():
            args[key] = own_copy(value)
        args["input"] = self._resolve(elements, values)
        args["taskId"] = task_id
        args["batchIndex"] = batch_index
        args["attempt"] = attempt
        args["attempts"] = attempt - 1
        if extras is not None:
            args.update(extras["args"])
        return args

    def observe(self, elapsed_ns: int) -> None:
        """Notes how long a task took."""
        mean = self.mean_ns
        self.mean_ns = elapsed_ns if mean is None else mean + (elapsed_ns - mean) * 0.2

    def close(self) -> None:
        """Gives back what is cached."""
        for source in self._sources:
            source.close()

    def _decode(self) -> None:
        args = self._args.decode() or {}
        if type(args) is not dict:
            raise InputError(
                wire.CATEGORY_INPUT_DECODE, f"the args of a task are a {codec.shape_of(args)[0]}, not a map"
            )
        self._template = self._input.decode()
        self._nested = {key: value for key, value in args.items() if type(value) not in _IMMUTABLE}
        self._plain = {key: value for key, value in args.items() if key not in self._nested}

    def _resolve(self, elements: Sequence[int], values: Sequence[Any]) -> Any:
        filled = own_copy(self._template)
        for place, take, source, selector, index in self._bindings:
            value = self._take(take, source, selector, index, elements, values)
            if not place:
                filled = value
                continue
            target = filled
            for key in place[:-1]:
                target = target[int(key) if type(target) is list else key]
            key = place[-1]
            target[int(key) if type(target) is list else key] = value
        return filled

    def _take(
        self, take: int, source: int, selector: str, index: int, elements: Sequence[int], values: Sequence[Any]
    ) -> Any:
        try:
            if take == wire.TAKE_ELEMENT:
                element = elements[index]
                return None if element < 0 else own_copy(self._sources[source].element(element, selector))
            if take == wire.TAKE_VALUE:
                return codec.select(Part(values[index]).decode(), selector)
            if take == wire.TAKE_VALUE_ELEMENT:
                return _element_of_own(values[source], selector, elements[index])
            return own_copy(self._sources[source].whole(selector))
        except IndexError as error:
            raise InputError(
                wire.CATEGORY_INPUT_DECODE,
                f"a binding asks for source {source} and place {index} of {len(elements)} elements and {len(values)}"
                f" values; there are {len(self._sources)} sources",
            ) from error


def _element_of_own(payload: Sequence[Any] | None, selector: str, element: int) -> Any:
    """One element of the array that a selector finds in a task's own value; None where there is no such."""
    if element < 0:
        return None
    part = Part(payload)
    found = codec.select(part.decode(), selector)
    if type(found) is set:
        found = codec.select(part.in_order().decode(), selector)
    kind, size = codec.shape_of(found)
    return found[element] if kind == "array" and element < size else None


def own_copy(value: Any) -> Any:
    """A copy that may be changed. Immutable values and arrays, which are read-only, stay shared."""
    kind = type(value)
    if kind in _IMMUTABLE:
        return value
    if kind is list:
        return [item if type(item) in _IMMUTABLE else own_copy(item) for item in value]
    if kind is dict:
        return {key: item if type(item) in _IMMUTABLE else own_copy(item) for key, item in value.items()}
    if kind is tuple:
        return tuple([own_copy(item) for item in value])
    if kind is set:
        return set(value)
    return value


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise InputError(wire.CATEGORY_INPUT_FETCH, f"a fetched input cannot be read: {error}") from error
