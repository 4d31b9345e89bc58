"""How user data becomes bytes and comes back.

One module for everything in Python that holds user data: the worker's runner, the client and the notebook. It needs
msgpack and nothing else, and it runs on Python 3.9, because the runner lives in the environment of the algorithm.
NumPy is never a requirement: values can only be arrays when user code has imported NumPy already, and it is imported
here only to decode an array.

The default content type is msgpack with extension types for what plain msgpack cannot say:

====  ==================  ====================================================================================
code  value               bytes
====  ==================  ====================================================================================
-1    ``datetime``        msgpack's own timestamp; a datetime without a zone counts as UTC
1     ``int`` > 64 bits   two's complement, big-endian, as short as possible
2     ``ndarray``         msgpack array ``[dtype, shape, order, raw]``: NumPy's dtype string such as ``<f8``, the
                          list of lengths, ``C`` or ``F``, and the elements' bytes in that order
3     ``tuple``           msgpack array of the members
4     ``set``             msgpack array of the members
5     ``complex``         two big-endian doubles, real part first
6     ``Decimal``         its text in ASCII
====  ==================  ====================================================================================

Speed matters here more than anywhere else in the SDK: numbers, strings, lists and dicts never leave msgpack's C code.
"""

from __future__ import annotations

import json
import struct
import sys
from collections.abc import Callable
from datetime import datetime, timezone
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import msgpack

MSGPACK: Final = "application/vnd.dk.msgpack;v=1"
JSON: Final = "application/json"
OCTETS: Final = "application/octet-stream"
NPY: Final = "application/x-npy"
ARROW: Final = "application/vnd.apache.arrow.stream"

CONTENT_TYPES: Final = (MSGPACK, JSON, OCTETS, NPY, ARROW)
"""All content types that `decode` understands."""

_BIG_INT, _ARRAY, _TUPLE, _SET, _COMPLEX, _DECIMAL = 1, 2, 3, 4, 5, 6
_COMPLEX_BYTES = struct.Struct(">dd")
_UTC: Final = timezone.utc  # noqa: UP017 - `datetime.UTC` needs Python 3.11
_EPOCH = datetime(1970, 1, 1, tzinfo=_UTC)
_INT64_MIN, _UINT64_MAX = -(2**63), 2**64 - 1
_MISSING: Final = object()

Encoder = Callable[[Any], bytes]


class EncodeError(ValueError):
    """A value has no form in the content type; the text names the type and what to return instead."""


class DecodeError(ValueError):
    """Bytes are not what their content type says."""


def encode(value: Any, content_type: str = "") -> tuple[str, bytes]:
    """Encodes a value and says as what.

    Without `content_type` a bare ``bytes``-like value becomes `OCTETS` as it is and everything else `MSGPACK`.

    Raises:
        EncodeError: the value, or a part of it, has no form in the content type.
    """
    if not content_type:
        content_type = OCTETS if isinstance(value, (bytes, bytearray, memoryview)) else MSGPACK
    if content_type == MSGPACK:
        return content_type, pack(value)
    if content_type == JSON:
        return content_type, _encode_json(value)
    if content_type in (OCTETS, NPY, ARROW):
        if not isinstance(value, (bytes, bytearray, memoryview)):
            raise EncodeError(f"{content_type} takes bytes, not {type(value).__name__}")
        return content_type, bytes(value)
    raise EncodeError(f"unknown content type {content_type!r}; use one of {', '.join(CONTENT_TYPES)}")


def decode(content_type: str, data: bytes) -> Any:
    """Decodes what `encode`, or an SDK in another language, has written. An empty content type means `MSGPACK`.

    Raises:
        DecodeError: the content type is unknown or the bytes do not fit it.
    """
    if not content_type or content_type == MSGPACK:
        return unpack(data)
    kind = content_type.partition(";")[0].strip().lower()
    if kind == JSON:
        return _decode_json(data)
    if kind in (OCTETS, NPY, ARROW):
        return bytes(data)
    raise DecodeError(f"unknown content type {content_type!r}; known are {', '.join(CONTENT_TYPES)}")


def pack(value: Any) -> bytes:
    """Encodes a value as `MSGPACK`. Raises `EncodeError`."""
    return new_encoder()(value)


def new_encoder() -> Encoder:
    """Makes a function like `pack` that reuses its buffer: three times as fast for small values. Not thread-safe."""
    pack_once = msgpack.Packer(default=_extend, strict_types=True, use_bin_type=True).pack

    def encode_value(value: Any) -> bytes:
        try:
            data: bytes = pack_once(value)
        except EncodeError:
            raise
        except (TypeError, ValueError, OverflowError, RecursionError, BufferError) as error:
            raise EncodeError(f"the value cannot be encoded: {error}") from error
        return data

    return encode_value


def unpack(data: bytes | memoryview, *, ordered: bool = False) -> Any:
    """Decodes `MSGPACK`. With `ordered`, sets come back as lists in the order in which they were written.

    Raises:
        DecodeError: the bytes are cut off, have a tail, or hold an extension type that is not known here.
    """
    hook = _restore_ordered if ordered else _restore
    try:
        return msgpack.unpackb(data, raw=False, strict_map_key=False, timestamp=3, ext_hook=hook)
    except DecodeError:
        raise
    except (ValueError, TypeError, OverflowError, RecursionError, msgpack.UnpackException) as error:
        raise DecodeError(f"not a value in {MSGPACK}: {error or type(error).__name__}") from error


def select(value: Any, path: str) -> Any:
    """Finds the part of a value at a dotted path such as ``files.0.name``; the empty path is the value itself.

    A path that leads nowhere gives None: pipelines may refer to parts that a result does not have.
    """
    found = find(value, path)
    return None if found is _MISSING else found


def contains(value: Any, path: str) -> bool:
    """Whether a dotted path leads somewhere, be it to None."""
    return find(value, path) is not _MISSING


def find(value: Any, path: str) -> Any:
    """Like `select`, but gives an object of its own, the same each time, for a path that leads nowhere."""
    if not path:
        return value
    for key in path.split("."):
        value = _step(value, key)
        if value is _MISSING:
            break
    return value


def shape_of(value: Any) -> tuple[str, int]:
    """Type and number of elements of a value, in the words of `PathShape`.

    Lists, tuples, sets and arrays with at least one dimension are an ``array``; all but arrays have the size 0.
    """
    known = _SHAPES.get(type(value))
    if known is not None:
        return known, len(value) if known == "array" else 0
    if _is_array(value):
        return ("array", len(value)) if value.ndim else ("number", 0)
    for kind, name in _BASE_SHAPES:
        if isinstance(value, kind):
            return name, len(value) if name == "array" else 0
    if _is_numpy_scalar(value):
        return shape_of(value.item())
    return "object", 0


_SHAPES: Final[dict[type, str]] = {
    list: "array",
    tuple: "array",
    set: "array",
    frozenset: "array",
    dict: "object",
    str: "string",
    int: "number",
    float: "number",
    Decimal: "number",
    bool: "boolean",
    type(None): "null",
    bytes: "bytes",
    bytearray: "bytes",
    memoryview: "bytes",
    datetime: "string",
}
_BASE_SHAPES: Final[tuple[tuple[Any, str], ...]] = tuple(
    (kind, name) for kind, name in _SHAPES.items() if kind is not type(None)
)


def _step(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        if key in value:
            return value[key]
        return value.get(int(key), _MISSING) if key.isdecimal() else _MISSING
    if (isinstance(value, (list, tuple)) or (_is_array(value) and value.ndim)) and key.isdecimal():
        index = int(key)
        return value[index] if index < len(value) else _MISSING
    return _MISSING


def _encode_json(value: Any) -> bytes:
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise EncodeError(f"the value cannot be encoded as JSON: {error}") from error


def _decode_json(data: bytes) -> Any:
    try:
        return json.loads(bytes(data))
    except (ValueError, RecursionError) as error:
        raise DecodeError(f"not a value in {JSON}: {error}") from error


def _extend(value: Any) -> Any:
    """Called by msgpack for everything but exact built-in types; answers with what stands for the value."""
    kind = type(value)
    if kind is tuple:
        return msgpack.ExtType(_TUPLE, pack(list(value)))
    if isinstance(value, int):
        return _encode_int(value)
    if _is_array(value):
        return _encode_array(value)
    if _is_numpy_scalar(value):
        return _encode_numpy_scalar(value)
    if isinstance(value, datetime):
        return _encode_datetime(value)
    for base, convert in _CONVERSIONS:
        if isinstance(value, base):
            return convert(value)
    raise EncodeError(
        f"a value of type {kind.__module__}.{kind.__qualname__} cannot be encoded; return numbers, strings, bytes,"
        " lists, tuples, sets, dicts or arrays instead"
    )


_CONVERSIONS: Final[tuple[tuple[Any, Callable[[Any], Any]], ...]] = (
    ((set, frozenset), lambda value: msgpack.ExtType(_SET, pack(list(value)))),
    (complex, lambda value: msgpack.ExtType(_COMPLEX, _COMPLEX_BYTES.pack(value.real, value.imag))),
    (Decimal, lambda value: msgpack.ExtType(_DECIMAL, str(value).encode())),
    # Subclasses of built-in types: a named tuple, an ordered dict, an enum of strings.
    (tuple, lambda value: msgpack.ExtType(_TUPLE, pack(list(value)))),
    (dict, dict),
    (list, list),
    (range, list),
    (str, str.__str__),
    (float, float.__float__),
    (bytes, bytes),
    (bytearray, bytes),
)


def _encode_int(value: int) -> Any:
    value = int(value)
    if _INT64_MIN <= value <= _UINT64_MAX:
        return value
    # One bit more than the digits need, for the sign.
    return msgpack.ExtType(_BIG_INT, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def _encode_datetime(value: datetime) -> Any:
    if value.tzinfo is None:
        value = value.replace(tzinfo=_UTC)
    since = value - _EPOCH
    return msgpack.Timestamp(since.days * 86400 + since.seconds, since.microseconds * 1000)


def _encode_numpy_scalar(value: Any) -> Any:
    plain = value.item()
    if type(plain) is type(value):
        raise EncodeError(
            f"a NumPy scalar of type {value.dtype} has no exact form in Python; convert it to float first"
        )
    return _encode_int(plain) if type(plain) is int else _extend(plain) if type(plain) is complex else plain


def _encode_array(array: Any) -> Any:
    if array.dtype.hasobject or array.dtype.names is not None:
        raise EncodeError(f"an array of dtype {array.dtype} cannot be encoded; return a list, or one array per field")
    order = "F" if array.flags.f_contiguous and not array.flags.c_contiguous else "C"
    header: list[Any] = [array.dtype.str, list(array.shape), order, array.tobytes(order)]
    return msgpack.ExtType(_ARRAY, pack(header))


def _restore(code: int, data: bytes) -> Any:
    """Called by msgpack for each extension value."""
    if code == _TUPLE:
        return tuple(unpack(data))
    if code == _SET:
        return {frozenset(member) if type(member) is set else member for member in unpack(data)}
    if code == _BIG_INT:
        return int.from_bytes(data, "big", signed=True)
    if code == _ARRAY:
        return _decode_array(data)
    if code == _COMPLEX:
        return _decode_complex(data)
    if code == _DECIMAL:
        return _decode_decimal(data)
    raise DecodeError(f"extension type {code} is not known here; a newer SDK may have written the value")


def _restore_ordered(code: int, data: bytes) -> Any:
    if code == _SET:
        return unpack(data, ordered=True)
    if code == _TUPLE:
        return tuple(unpack(data, ordered=True))
    return _restore(code, data)


def _decode_complex(data: bytes) -> complex:
    if len(data) != _COMPLEX_BYTES.size:
        raise DecodeError(f"a complex number has {_COMPLEX_BYTES.size} bytes, not {len(data)}")
    return complex(*_COMPLEX_BYTES.unpack(data))


def _decode_decimal(data: bytes) -> Decimal:
    try:
        return Decimal(data.decode("ascii"))
    except InvalidOperation as error:
        raise DecodeError(f"{data[:40]!r} is not a decimal number") from error


def _decode_array(data: bytes) -> Any:
    """An array that is read-only: it views the bytes that came in, which other tasks may share."""
    header = unpack(data)
    if type(header) is not list or len(header) != 4 or header[2] not in ("C", "F"):
        raise DecodeError("an array is written as [dtype, shape, order, raw]")
    dtype, shape, order, raw = header
    try:
        import numpy
    except ImportError:
        return _decode_array_plainly(dtype, shape, order, raw)
    kind = numpy.dtype(dtype)
    if kind.hasobject:
        raise DecodeError(f"an array of dtype {dtype} does not travel")
    return numpy.frombuffer(raw, dtype=kind).reshape(shape, order=order)


def _decode_array_plainly(dtype: str, shape: list[int], order: str, raw: bytes) -> Any:
    """Nested lists instead of an array, for environments without NumPy."""
    formats = {"i1": "b", "u1": "B", "i2": "h", "u2": "H", "i4": "i", "u4": "I", "i8": "q", "u8": "Q", "f4": "f"}
    formats.update({"f8": "d", "b1": "?"})
    swapped = sys.byteorder == "little" and dtype[:1] == ">"
    if dtype[1:] not in formats or swapped or (order == "F" and len(shape) > 1):
        raise DecodeError(f"an array of dtype {dtype} in order {order} needs NumPy; add numpy to the requirements")
    if 0 in shape:
        return _nested_empty(shape)
    return memoryview(raw).cast("B").cast(formats[dtype[1:]], shape).tolist()  # type: ignore[call-overload]


def _nested_empty(shape: list[int]) -> Any:
    return [_nested_empty(shape[1:]) for _ in range(shape[0])] if shape else None


def _is_array(value: Any) -> bool:
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.ndarray)


def _is_numpy_scalar(value: Any) -> bool:
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.generic)
