"""User data in msgpack becomes JSON without losing a digit, and nothing that claims to be msgpack can break it."""

import json
import struct
from typing import Any

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from controlplane.gateway.payload_json import base64_text, msgpack_to_json


def ext(code: int, data: bytes) -> msgpack.ExtType:
    return msgpack.ExtType(code, data)


def array(kind: str, shape: list[int], order: str, raw: bytes) -> msgpack.ExtType:
    return ext(2, msgpack.packb([kind, shape, order, raw]))


BIG = 12345678901234567890123

CASES: list[tuple[Any, str]] = [
    (None, "null"),
    (True, "true"),
    (-(2**63), "-9223372036854775808"),
    (2**64 - 1, "18446744073709551615"),
    (0.1, "0.1"),
    (1.0, "1.0"),
    (float("nan"), "null"),
    (float("-inf"), "null"),
    ('a"\né', '"a\\"\\né"'),
    (b"\x00\xff", '"AP8="'),
    ([], "[]"),
    ({}, "{}"),
    ([1, [2, {}]], "[1,[2,{}]]"),
    ({"a": 1, "b": [None]}, '{"a":1,"b":[null]}'),
    ({1: 2, None: 3, False: 4, 1.5: 5, b"\x00": 6}, '{"1":2,"null":3,"false":4,"1.5":5,"AA==":6}'),
    (ext(1, BIG.to_bytes(10, "big", signed=True)), str(BIG)),
    (ext(1, (-BIG).to_bytes(10, "big", signed=True)), str(-BIG)),
    (ext(3, msgpack.packb([1, "a"])), '[1,"a"]'),
    (ext(4, msgpack.packb([3, 2])), "[3,2]"),
    (ext(5, struct.pack(">dd", 1.0, -2.5)), "[1.0,-2.5]"),
    (ext(6, b"1.10"), '"1.10"'),
    (msgpack.Timestamp(1700000000, 250_000_000), '"2023-11-14T22:13:20.250000Z"'),
    (array("<i4", [2, 3], "C", struct.pack("<6i", *range(6))), "[[0,1,2],[3,4,5]]"),
    (array("<i4", [2, 3], "F", struct.pack("<6i", *range(6))), "[[0,2,4],[1,3,5]]"),
    (array(">f8", [2], "C", struct.pack(">2d", 0.5, float("nan"))), "[0.5,null]"),
    (array("|b1", [2], "C", b"\x01\x00"), "[true,false]"),
    (array("<i8", [], "C", struct.pack("<q", 7)), "7"),
    (array("<f4", [0, 3], "C", b""), "[]"),
    (array("<f4", [2, 0], "C", b""), "[[],[]]"),
]


@pytest.mark.parametrize(("value", "expected"), CASES, ids=[text[:20] for _, text in CASES])
def test_values(value: Any, expected: str) -> None:
    """Each type has its form, alone and inside a list."""
    assert msgpack_to_json(msgpack.packb(value)).decode() == expected
    assert msgpack_to_json(msgpack.packb([value])).decode() == f"[{expected}]"


def test_integers_too_long_for_decimal() -> None:
    """Beyond what Python writes in decimal an integer is hexadecimal text, still exact."""
    number = 7**20_000
    data = msgpack.packb(ext(1, number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True)))
    assert int(json.loads(msgpack_to_json(data)), 16) == number


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xc1",
        b"\x91",
        msgpack.packb(1) + b"\x00",
        msgpack.packb(ext(99, b"x")),
        msgpack.packb(ext(5, b"short")),
        msgpack.packb(ext(2, b"\xc1")),
        msgpack.packb(array("<i4", [3], "C", b"1234")),
        msgpack.packb(array("<i4", [-1], "C", b"1234")),
        msgpack.packb(array("<O8", [1], "C", b"12345678")),
        msgpack.packb(array("<i4", [10**9, 0], "C", b"")),
        msgpack.packb(array("<i4", [2**40, 2**40, 0], "C", b"")),
        b"\x91" * 5000 + b"\x01",
        msgpack.packb("a\ud800", unicode_errors="surrogatepass"),
    ],
)
def test_what_has_no_form_is_shown_as_bytes(data: bytes) -> None:
    """Broken data, and claims about sizes that the bytes do not back, are shown as base64 text at no cost."""
    assert msgpack_to_json(data) == base64_text(data)


def test_nested_extensions_end() -> None:
    """Tuples inside tuples beyond the depth limit are shown as bytes, not followed."""
    value: Any = 1
    for _ in range(300):
        value = ext(3, msgpack.packb([value]))
    data = msgpack.packb(value)
    assert msgpack_to_json(data) == base64_text(data)


@given(st.binary(max_size=200))
def test_any_bytes_give_json(data: bytes) -> None:
    """Whatever a worker sends, the answer stays JSON."""
    json.loads(msgpack_to_json(data))
