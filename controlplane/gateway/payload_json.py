"""Shows user data as JSON for people and REST clients, whatever it is encoded as.

JSON has fewer types than user code: what has no JSON form of its own becomes the nearest thing that loses no digit.

=====================  ==============================================
integer of any size    number (beyond 4300 digits: hexadecimal text)
NaN, infinity          null
bytes                  base64 text
tuple, set             list
array                  nested lists
complex                list of real and imaginary part
decimal                text
timestamp              ISO 8601 text in UTC
key that is no text    its text
=====================  ==============================================
"""

import base64
import math
import struct
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from json.encoder import encode_basestring
from typing import Any

import msgpack

from controlplane.gateway.json_text import MAX_DEPTH


class _Extension(IntEnum):
    """Extension types of the worker contract."""

    BIG_INT = 1
    ARRAY = 2
    TUPLE = 3
    SET = 4
    COMPLEX = 5
    DECIMAL = 6


_LETTERS = {"b1": "?", "i1": "b", "u1": "B", "i2": "h", "u2": "H", "i4": "i", "u4": "I", "i8": "q", "u8": "Q"} | {
    "f2": "e",
    "f4": "f",
    "f8": "d",
}
"""Element types of arrays, and what ``struct`` calls them."""

_MAX_DIMENSIONS = 32
_MAX_LISTS = 1_000_000
"""Lists that one array may become: its shape is a claim which a few bytes can make as large as they like."""

_INT_TEXT_BITS = 14_000
"""Above this Python refuses to write an integer in decimal, as that takes quadratic time."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _NotConvertible(Exception):
    """The bytes are not what they should be."""


_BROKEN = (
    _NotConvertible,
    ValueError,
    TypeError,
    OverflowError,
    RecursionError,
    struct.error,
    msgpack.UnpackException,
)
"""All that comes of unpacking bytes which are no msgpack."""


@dataclass(frozen=True, slots=True)
class _Text:
    """JSON text that is ready."""

    text: str


def msgpack_to_json(data: bytes) -> bytes:
    """The JSON text for msgpack data; data that is not msgpack becomes base64 text, like any bytes."""
    try:
        value = _unpack(data, 0)
        out: list[str] = []
        _write(value, out.append, 0)
    except _BROKEN:
        return base64_text(data)
    # Lone surrogates cannot be: the unpacker takes strict UTF-8 only.
    return "".join(out).encode()


def base64_text(data: bytes) -> bytes:
    """Bytes as JSON text."""
    return b'"%s"' % base64.b64encode(data)


def _unpack(data: bytes, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise _NotConvertible
    return msgpack.unpackb(
        data,
        raw=False,
        strict_map_key=False,
        timestamp=0,
        ext_hook=lambda code, packed: _restore(code, packed, depth + 1),
    )


def _restore(code: int, packed: bytes, depth: int) -> Any:
    match code:
        case _Extension.BIG_INT:
            return int.from_bytes(packed, "big", signed=True)
        case _Extension.ARRAY:
            return _Text(_array(_unpack(packed, depth)))
        case _Extension.TUPLE | _Extension.SET:
            return tuple(_unpack(packed, depth))  # Hashable, as it may be the key of a map.
        case _Extension.COMPLEX:
            return struct.unpack(">dd", packed)
        case _Extension.DECIMAL:
            return packed.decode("ascii")
        case _:
            raise _NotConvertible


def _write(value: Any, out: Callable[[str], None], depth: int) -> None:
    if depth > MAX_DEPTH:
        raise _NotConvertible
    match value:
        case dict():
            separator = "{"
            for key, member in value.items():
                out(f"{separator}{encode_basestring(_key(key))}:")
                _write(member, out, depth + 1)
                separator = ","
            out("}" if value else "{}")
        case list() | tuple():
            separator = "["
            for member in value:
                out(separator)
                _write(member, out, depth + 1)
                separator = ","
            out("]" if value else "[]")
        case _:
            out(_plain(value))


def _plain(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return encode_basestring(value)
        case int():
            return str(value) if value.bit_length() <= _INT_TEXT_BITS else f'"{value:#x}"'
        case float():
            return float.__repr__(value) if math.isfinite(value) else "null"
        case bytes():
            return base64_text(value).decode()
        case msgpack.Timestamp():
            return f'"{_moment(value)}"'
        case _Text():
            return value.text
        case _:
            raise _NotConvertible


def _key(key: Any) -> str:
    match key:
        case str():
            return key
        case tuple():
            parts: list[str] = []
            _write(key, parts.append, 1)
            return "".join(parts)
        case _:
            return _plain(key).strip('"')


def _moment(value: msgpack.Timestamp) -> str:
    moment = _EPOCH + timedelta(seconds=value.seconds, microseconds=value.nanoseconds // 1000)
    return moment.isoformat().replace("+00:00", "Z")


def _array(parts: Any) -> str:
    kind, shape, order, raw = parts
    letter = _LETTERS.get(kind[1:])
    count = math.prod(shape)
    if letter is None or kind[0] not in "<>|=" or len(shape) > _MAX_DIMENSIONS or any(length < 0 for length in shape):
        raise _NotConvertible
    lists = sum(math.prod(shape[:axis]) for axis in range(len(shape)))
    if lists > _MAX_LISTS + count or len(raw) != count * int(kind[2:]):
        raise _NotConvertible
    byte_order = ">" if kind[0] == ">" else "<"
    return _nested([_plain(item) for item in struct.unpack(f"{byte_order}{count}{letter}", raw)], shape, order)


def _nested(items: list[str], shape: list[int], order: str) -> str:
    axes = range(len(shape))
    strides = [math.prod(shape[:axis] if order == "F" else shape[axis + 1 :]) for axis in axes]

    def part(axis: int, offset: int) -> str:
        if axis == len(shape):
            return items[offset]
        return f"[{','.join(part(axis + 1, offset + i * strides[axis]) for i in range(shape[axis]))}]"

    return part(0, 0)
