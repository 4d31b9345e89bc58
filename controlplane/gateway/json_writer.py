"""Writes messages as JSON.

One rule makes the documented shapes: what was not said is left out. Fields with presence are written when they are set;
without presence, texts, enums, lists and maps are written when they are not empty, and numbers and booleans always, as
zero and false are values there (the contract gives a field presence where "not said" means something). The few lists
that clients expect even when empty are in ``json_plan.ALWAYS_WRITTEN``.
"""

import math
from json.encoder import encode_basestring
from typing import Any

from google.protobuf.message import Message

from controlplane.gateway.json_plan import FieldPlan, Kind, MessagePlan, plan_of
from controlplane.gateway.json_text import is_json
from controlplane.gateway.payload_json import base64_text, msgpack_to_json

_MSGPACK = ("", "application/vnd.dk.msgpack")
_JSON = "application/json"

_EXACT = 2**53
"""Whole doubles below this are written like integers."""

_ALWAYS = frozenset({Kind.INTEGER, Kind.NUMBER, Kind.BOOLEAN})


def write_object(message: Message, plan: MessagePlan, out: list[bytes]) -> None:
    """Appends the pieces of a message's JSON text to ``out``."""
    out.append(b"{")
    first = len(out)
    for field in plan.fields:
        write_field(message, field, out)
    if plan.open_field:
        _write_open(getattr(message, plan.open_field), plan, out)
    if len(out) > first:
        out[first] = out[first][1:]  # The comma.
    out.append(b"}")


def write_field_value(message: Message, name: str) -> bytes:
    """JSON text of one field alone, also when it is unset: an empty object or list then."""
    field = next(field for field in plan_of(message.DESCRIPTOR).fields if field.name == name)
    out: list[bytes] = []
    _write_value(getattr(message, name), field, out)
    return b"".join(out)


def write_field(message: Message, field: FieldPlan, out: list[bytes]) -> None:
    """Appends one member of a message's JSON text, with a comma before it; nothing when the field has no value."""
    if field.has_presence:
        if not message.HasField(field.name):
            if field.null_when_unset:
                out.append(field.prefix + b"null")
            return
        value = getattr(message, field.name)
    else:
        value = getattr(message, field.name)
        if not value and (field.kind not in _ALWAYS or field.repeated or field.map_values or field.written_with):
            always = field.always_written or (field.written_with and message.HasField(field.written_with))
            if not always:
                return
    if field.kind is Kind.ENUM and not field.repeated and value not in field.words_by_number:
        return  # Unspecified, or newer than this server.
    out.append(field.prefix)
    _write_value(value, field, out)


def _write_value(value: Any, field: FieldPlan, out: list[bytes]) -> None:
    if field.repeated:
        separator = b"["
        for item in value:
            out.append(separator)
            _write_single(item, field, out)
            separator = b","
        out.append(b"]" if len(value) else b"[]")
    elif field.map_values is not None:
        separator = b"{"
        for key in sorted(value):
            out.append(separator + _text(key) + b":")
            _write_single(value[key], field.map_values, out)
            separator = b","
        out.append(b"}" if len(value) else b"{}")
    else:
        _write_single(value, field, out)


def _write_single(value: Any, field: FieldPlan, out: list[bytes]) -> None:
    match field.kind:
        case Kind.PAYLOAD:
            out.append(payload_to_json(value))
        case Kind.MESSAGE:
            write_object(value, field.message, out)
        case Kind.STRING:
            out.append(_text(value))
        case Kind.INTEGER:
            out.append(b"%d" % value)
        case Kind.NUMBER:
            out.append(_number(value))
        case Kind.BOOLEAN:
            out.append(b"true" if value else b"false")
        case Kind.ENUM:
            out.append(field.words_by_number.get(value, b"null"))
        case Kind.BYTES:
            out.append(base64_text(value))
        case Kind.TIMESTAMP:
            out.append(b"%d" % (value.seconds * 1000 + value.nanos // 1_000_000))
        case Kind.DURATION:
            out.append(_number(value.seconds + value.nanos / 1e9))


def _write_open(entries: Any, plan: MessagePlan, out: list[bytes]) -> None:
    for key in sorted(entries):
        if key not in plan.by_key:  # Else the document would have the key twice.
            out.append(b"," + _text(key) + b":" + raw_json(entries[key]))


def payload_to_json(payload: Any) -> bytes:
    """JSON text for user data; for data by reference, where it is."""
    match payload.WhichOneof("location"):
        case None:
            return b"null"
        case "ref":
            return b'{"path":%s,"size":%d,"isBigData":true}' % (_text(payload.ref.key), payload.ref.size)
    kind = payload.content_type.partition(";")[0].strip().lower()
    if kind == _JSON:
        return raw_json(payload.data)
    return msgpack_to_json(payload.data) if kind in _MSGPACK else base64_text(payload.data)


def raw_json(data: bytes) -> bytes:
    """Raw JSON as it is. It may come from anywhere, so what is no JSON is shown like other bytes."""
    return data if is_json(data) else base64_text(data)


def _text(value: str) -> bytes:
    return encode_basestring(value).encode()


def _number(value: float) -> bytes:
    if not math.isfinite(value):
        return b"null"
    return b"%d" % value if value.is_integer() and abs(value) < _EXACT else repr(value).encode()
