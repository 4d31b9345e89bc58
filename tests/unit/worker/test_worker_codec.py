"""The default content type keeps every value, and refuses what it cannot keep."""

from __future__ import annotations

import contextlib
import enum
import math
import subprocess
import sys
from collections import OrderedDict, namedtuple
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgpack
import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from distributedkube import codec

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary()
    | st.complex_numbers(allow_nan=False)
    | st.decimals(allow_nan=False)
    | st.datetimes(timezones=st.just(UTC))
)
KEYS = st.text() | st.integers() | st.binary() | st.booleans()


def containers(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    hashable = st.integers() | st.text() | st.tuples(st.integers(), st.text())
    return (
        st.lists(children)
        | st.dictionaries(KEYS, children)
        | st.lists(children).map(tuple)
        | st.sets(hashable)
        | st.frozensets(hashable).map(set)
    )


VALUES = st.recursive(SCALARS, containers, max_leaves=20)


def same(left: Any, right: Any) -> bool:
    """Equal in type as well as in value, all the way down: 1, 1.0 and True differ."""
    if type(left) is not type(right):
        return False
    if isinstance(left, (list, tuple)):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return list(map(repr, left)) == list(map(repr, right)) and all(map(same, left.values(), right.values()))
    return bool(left == right)


@given(VALUES)
def test_round_trip(value: Any) -> None:
    """What is encoded comes back with its types, whatever it is made of."""
    content_type, data = codec.encode(value)
    assert content_type == (codec.OCTETS if isinstance(value, bytes) else codec.MSGPACK)
    assert same(codec.decode(content_type, data), value)
    assert same(codec.unpack(codec.new_encoder()(value)), value)


@given(st.binary(max_size=60))
def test_any_bytes_decode_or_are_refused(data: bytes) -> None:
    """Bytes from outside never raise anything but a DecodeError."""
    with contextlib.suppress(codec.DecodeError):
        codec.unpack(data)


@given(st.integers())
def test_big_integers_are_as_short_as_possible(value: int) -> None:
    """Beyond 64 bits the extension holds two's complement, big-endian."""
    plain = msgpack.unpackb(codec.pack(value))
    if -(2**63) <= value < 2**64:
        assert plain == value
    else:
        assert plain.code == 1
        assert int.from_bytes(plain.data, "big", signed=True) == value
        assert len(plain.data) == value.bit_length() // 8 + 1


@pytest.mark.parametrize("dtype", ["<f8", "<i4", ">i2", "|b1", "<c16", "<M8[s]", "|u1", "<U3"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays(dtype: str, order: Any) -> None:
    """Arrays keep dtype, shape, order and elements, and come back read-only."""
    array = numpy.asarray(numpy.arange(12).reshape(3, 4), order=order).astype(dtype, order="K")
    back = codec.unpack(codec.pack(array))
    assert back.dtype == array.dtype
    assert back.tolist() == array.tolist()
    assert back.flags.f_contiguous == array.flags.f_contiguous
    assert not back.flags.writeable


def test_array_views_and_scalars() -> None:
    """A strided view travels as its elements; NumPy's scalars become Python's."""
    assert codec.unpack(codec.pack(numpy.arange(10)[::3])).tolist() == [0, 3, 6, 9]
    assert codec.unpack(codec.pack(numpy.array(3.5))).shape == ()
    assert codec.unpack(codec.pack(numpy.zeros((0, 3)))).shape == (0, 3)
    scalars = [numpy.float32(1.5), numpy.int64(-1), numpy.uint64(2**64 - 1), numpy.bool_(True), numpy.str_("x")]
    plain = codec.unpack(codec.pack(scalars))
    assert same(plain, [1.5, -1, 2**64 - 1, True, "x"])


def test_subclasses_become_what_they_derive_from() -> None:
    """Enums of numbers and strings, named tuples and ordered dicts need no conversion by hand."""

    class Colour(enum.IntEnum):
        RED = 3

    class Word(enum.StrEnum):
        YES = "yes"

    point = namedtuple("point", "x y")(1, 2)
    value = [Colour.RED, Word.YES, point, OrderedDict(a=1), range(3), bytearray(b"x")]
    assert same(codec.unpack(codec.pack(value)), [3, "yes", (1, 2), {"a": 1}, [0, 1, 2], b"x"])


def test_datetimes() -> None:
    """Any zone is the same instant in UTC; none counts as UTC."""
    zoned = datetime(1960, 5, 4, 3, 2, 1, 123456, tzinfo=timezone(timedelta(hours=5)))
    assert codec.unpack(codec.pack(zoned)) == zoned
    assert codec.unpack(codec.pack(datetime(2020, 1, 1))) == datetime(2020, 1, 1, tzinfo=UTC)  # noqa: DTZ001


def test_not_a_number() -> None:
    """NaN and infinities are values like others."""
    nan, infinity = codec.unpack(codec.pack([math.nan, math.inf]))
    assert math.isnan(nan)
    assert infinity == math.inf


@pytest.mark.parametrize(
    "value",
    [object(), [lambda: 0], {"a": {1: type}}, "\ud800", numpy.array([object()]), numpy.zeros(1, dtype=[("a", "i4")])],
)
def test_what_cannot_be_encoded(value: Any) -> None:
    """The error says what it is about."""
    with pytest.raises(codec.EncodeError, match="encode"):
        codec.encode(value)


def test_endless_values_are_refused() -> None:
    """A list that holds itself, and tuples deeper than the stack, do not end the process."""
    endless: list[Any] = []
    endless.append(endless)
    deep: Any = ()
    for _ in range(100_000):
        deep = (deep,)
    for value in (endless, deep):
        with pytest.raises(codec.EncodeError):
            codec.pack(value)


def test_encoder_goes_on_after_an_error() -> None:
    """An encoder that has refused a value has nothing left of it."""
    encode = codec.new_encoder()
    with pytest.raises(codec.EncodeError):
        encode([1, 2, object()])
    assert codec.unpack(encode([3])) == [3]


@pytest.mark.parametrize("data", [b"", b"\x92\x01", b"\x01\x01", b"\xc7\x01\x63x", b"\xc7\x01\x05x", b"\xc7\x01\x06x"])
def test_what_cannot_be_decoded(data: bytes) -> None:
    """Cut, overlong, of an unknown or of a malformed extension type."""
    with pytest.raises(codec.DecodeError):
        codec.unpack(data)


def test_other_content_types() -> None:
    """JSON keeps integers; bytes, npy and arrow pass as they are."""
    assert codec.decode("application/json; charset=utf-8", b'[9007199254740993, 1.5, "\\u00e9"]') == [
        2**53 + 1,
        1.5,
        "é",
    ]
    assert codec.encode({"a": "é"}, codec.JSON) == (codec.JSON, '{"a":"é"}'.encode())
    for kind in (codec.OCTETS, codec.NPY, codec.ARROW):
        assert codec.decode(kind, b"raw") == b"raw"
        assert codec.encode(bytearray(b"raw"), kind) == (kind, b"raw")
    with pytest.raises(codec.DecodeError, match="text/plain"):
        codec.decode("text/plain", b"")
    with pytest.raises(codec.EncodeError, match="JSON"):
        codec.encode(math.nan, codec.JSON)


def test_select() -> None:
    """A dotted path goes through maps, lists, tuples and arrays; one that leads nowhere gives None."""
    value = {"a": [{"b": 1}, (2, 3)], "7": "text", 8: "number", "array": numpy.arange(6).reshape(2, 3), "none": None}
    cases = {"": value, "a.0.b": 1, "a.1.1": 3, "7": "text", "8": "number", "array.1.2": 5, "none": None}
    assert [codec.select(value, path) for path in cases] == list(cases.values())
    for path in ("b", "a.2", "a.-1", "a.x", "a.0.b.c", "none.x", "array.9"):
        assert codec.select(value, path) is None
        assert not codec.contains(value, path)
    assert codec.contains(value, "none")


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        ([1, 2], ("array", 2)),
        ((1,), ("array", 1)),
        ({1, 2, 3}, ("array", 3)),
        (numpy.zeros((4, 2)), ("array", 4)),
        (numpy.array(1.0), ("number", 0)),
        ({"a": 1}, ("object", 0)),
        (OrderedDict(), ("object", 0)),
        ("abc", ("string", 0)),
        (2**70, ("number", 0)),
        (True, ("boolean", 0)),
        (numpy.bool_(True), ("boolean", 0)),
        (None, ("null", 0)),
        (b"x", ("bytes", 0)),
    ],
)
def test_shape_of(value: Any, shape: tuple[str, int]) -> None:
    """Shapes speak the words of the contract, whatever Python calls the type."""
    assert codec.shape_of(value) == shape


def test_order_of_sets_is_kept_on_request() -> None:
    """The members come back as they were written, as each process has an order of its own."""
    data = msgpack.packb(msgpack.ExtType(4, msgpack.packb(["b", "a", "c"])))
    assert codec.unpack(data, ordered=True) == ["b", "a", "c"]


def test_without_numpy() -> None:
    """NumPy is not imported for values without arrays; where it is missing, arrays come back as nested lists."""
    array = codec.pack({"a": numpy.arange(6, dtype="<i4").reshape(2, 3), "e": numpy.zeros((2, 0))})
    code = f"""
import sys
from distributedkube import codec
assert codec.unpack(codec.pack([1, (2,), {{3}}])) == [1, (2,), {{3}}]
assert "numpy" not in sys.modules
sys.modules["numpy"] = None
print(codec.unpack({array!r}))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "{'a': [[0, 1, 2], [3, 4, 5]], 'e': [[], []]}", done.stderr
