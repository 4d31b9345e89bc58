"""Turns the dicts that people write into protos, and protos into the dicts of the REST API. Pure; driven by
descriptors.

A dict has the names and words of the JSON contract: lowerCamelCase keys, states and kinds as words, times in
milliseconds since 1970. User data (node inputs, flow input, ``spec``...) becomes a `Payload` of JSON; keys that the
contract does not name are kept in the ``open`` map where a message has one, and refused where it has none.

Fields without a value are left out of what comes back: unset ones, empty text, empty lists and maps. Numbers and
switches that cannot be unset are always there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias, TypeVar

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from distributedkube.api.type.v1 import annotations_pb2
from distributedkube.api.type.v1.payload_pb2 import Payload
from distributedkube.client.errors import InvalidError

JSON_TYPE = "application/json"
MAX_DEPTH = 64
"""Deepest nesting of messages in a definition; the contract itself needs five."""

M = TypeVar("M", bound=Message)

# The stubs of protobuf know two unrelated classes for each of these.
Descriptor: TypeAlias = Any
EnumDescriptor: TypeAlias = Any
Field: TypeAlias = Any

_PAYLOAD = Payload.DESCRIPTOR.full_name
_TIMESTAMP = "google.protobuf.Timestamp"
_FLOATS = (FieldDescriptor.CPPTYPE_DOUBLE, FieldDescriptor.CPPTYPE_FLOAT)
_BIT_LENGTHS: Mapping[int, int] = {
    FieldDescriptor.CPPTYPE_INT32: 31,
    FieldDescriptor.CPPTYPE_UINT32: 32,
    FieldDescriptor.CPPTYPE_INT64: 63,
    FieldDescriptor.CPPTYPE_UINT64: 64,
}


@dataclass(frozen=True, slots=True)
class LargeValue:
    """A value that is too large to travel inline; it lies in the object store."""

    key: str
    size: int
    """Length in bytes as encoded."""
    url: str = ""
    """Where to read it without further credentials, empty when the server made no such address."""


def to_message(message_class: type[M], value: Mapping[str, Any]) -> M:
    """Makes a message of a dict.

    Raises ``InvalidError``, naming the field, for an unknown key, a value of the wrong type or an unknown word.
    """
    message = message_class()
    _fill(message, value, "", 0)
    return message


def to_dict(message: Message) -> dict[str, Any]:
    """Makes a dict of a message. Payloads become the Python values they hold."""
    result: dict[str, Any] = {}
    for field in message.DESCRIPTOR.fields:
        if _is_open(field):
            result.update((key, json.loads(raw)) for key, raw in getattr(message, field.name).items())
            continue
        value = _field_value(message, field)
        if value is not None:
            result[field.json_name] = value
    return result


def json_payload(value: Any, field: str) -> Payload:
    """Wraps user data. Raises ``InvalidError`` when it has no JSON form."""
    return Payload(content_type=JSON_TYPE, data=_json(value, field))


def payload_value(payload: Payload) -> Any:
    """The Python value of a payload; None when there is none, a `LargeValue` when it is somewhere else."""
    match payload.WhichOneof("location"):
        case None:
            return None
        case "ref":
            return LargeValue(payload.ref.key, payload.ref.size, payload.ref.url)
        case _ if payload.content_type == JSON_TYPE:
            return json.loads(payload.data)
        case _:
            from distributedkube.codec import decode

            return decode(payload.content_type, payload.data)


def enum_word(enum: EnumDescriptor, number: int) -> str:
    """The word for an enum value in JSON; empty for the unspecified one."""
    return _words(enum)[0].get(number, "")


def enum_number(enum: EnumDescriptor, word: str, field: str) -> int:
    """The number of an enum's word. Raises ``InvalidError`` listing the words there are."""
    numbers = _words(enum)[1]
    if word not in numbers:
        raise InvalidError(f"{field} should be one of {', '.join(numbers)}, not {word}", field=field)
    return numbers[word]


def proto_name(message_class: type[Message], key: str) -> str | None:
    """Proto name of the field with a JSON name, None when no field has it."""
    field = _fields(message_class.DESCRIPTOR).get(key)
    return None if field is None else str(field.name)


# dict -> message


def _fill(message: Message, value: Any, path: str, depth: int) -> None:
    if not isinstance(value, Mapping):
        raise _wrong(path, "a mapping", value)
    if depth > MAX_DEPTH:
        raise InvalidError(f"{path} is nested more than {MAX_DEPTH} levels deep", field=path)
    fields, open_field = _fields(message.DESCRIPTOR), _open_field(message.DESCRIPTOR)
    for key, item in value.items():
        where = f"{path}.{key}" if path else str(key)
        if (field := fields.get(key)) is not None:
            if item is not None:
                _set(message, field, item, where, depth)
        elif open_field is not None:
            getattr(message, open_field.name)[str(key)] = _json(item, where)
        else:
            known = ", ".join(sorted({f.json_name for f in fields.values()}))
            raise InvalidError(f"there is no field {where}; known here are {known}", field=where)


def _set(message: Message, field: Field, item: Any, path: str, depth: int) -> None:
    target = getattr(message, field.name)
    if _is_map(field):
        if not isinstance(item, Mapping):
            raise _wrong(path, "a mapping", item)
        for key, entry in item.items():
            _set_map_entry(target, field, str(key), entry, f"{path}.{key}", depth)
    elif field.is_repeated:
        if not isinstance(item, Sequence) or isinstance(item, (str, bytes)):
            raise _wrong(path, "a list", item)
        for index, entry in enumerate(item):
            where = f"{path}[{index}]"
            if field.message_type is not None:
                _fill_message(target.add(), entry, where, depth)
            else:
                target.append(_scalar(field, entry, where))
    elif field.message_type is not None:
        target.SetInParent()
        _fill_message(target, item, path, depth)
    else:
        setattr(message, field.name, _scalar(field, item, path))


def _set_map_entry(target: Any, field: Field, key: str, entry: Any, path: str, depth: int) -> None:
    value_field = field.message_type.fields_by_name["value"]
    if value_field.message_type is not None:
        _fill_message(target[key], entry, path, depth)
    else:
        target[key] = _scalar(value_field, entry, path)


def _fill_message(message: Any, item: Any, path: str, depth: int) -> None:
    match message.DESCRIPTOR.full_name:
        case name if name == _PAYLOAD:
            message.CopyFrom(json_payload(item, path))
        case name if name == _TIMESTAMP:
            if not _is_number(item):
                raise _wrong(path, "a time in milliseconds since 1970", item)
            message.FromMilliseconds(int(item))
        case _:
            _fill(message, item, path, depth + 1)


def _scalar(field: Field, item: Any, path: str) -> Any:
    kind = field.cpp_type
    if kind in _BIT_LENGTHS:
        return _integer(item, path, _BIT_LENGTHS[kind], signed=kind in (field.CPPTYPE_INT32, field.CPPTYPE_INT64))
    if kind in _FLOATS:
        if not _is_number(item):
            raise _wrong(path, "a number", item)
        return float(item)
    if kind == field.CPPTYPE_BOOL:
        if not isinstance(item, bool):
            raise _wrong(path, "true or false", item)
        return item
    if not isinstance(item, str):
        raise _wrong(path, "text", item)
    return enum_number(field.enum_type, item, path) if kind == field.CPPTYPE_ENUM else item


def _integer(item: Any, path: str, bits: int, *, signed: bool) -> int:
    if not _is_number(item) or item != item or (isinstance(item, float) and not item.is_integer()):
        raise _wrong(path, "a whole number", item)
    number = int(item)
    if number >= 2**bits or number < (-(2**bits) if signed else 0):
        raise InvalidError(f"{path} is out of range: {number}", field=path)
    return number


def _is_number(item: Any) -> bool:
    return isinstance(item, (int, float)) and not isinstance(item, bool)


def _json(value: Any, field: str) -> bytes:
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidError(f"{field} cannot be written as JSON: {error}", field=field) from error


def _wrong(path: str, wanted: str, item: Any) -> InvalidError:
    shown = "nothing" if item is None else f"{type(item).__name__} {item!r}"
    return InvalidError(f"{path or 'the definition'} should be {wanted}, not {shown[:80]}", field=path)


# message -> dict


def _field_value(message: Message, field: Field) -> Any:
    """The value of a field as it goes into a dict, None when it stays out."""
    if _is_map(field):
        convert = _converter(field.message_type.fields_by_name["value"])
        return {key: convert(item) for key, item in getattr(message, field.name).items()} or None
    convert = _converter(field)
    if field.is_repeated:
        return [convert(item) for item in getattr(message, field.name)] or None
    if field.has_presence:
        return convert(getattr(message, field.name)) if message.HasField(field.name) else None
    value = convert(getattr(message, field.name))
    return None if value in ("", b"") else value


def _converter(field: Field) -> Callable[[Any], Any]:
    if field.enum_type is not None:
        return lambda number: enum_word(field.enum_type, number)
    if field.message_type is None:
        return lambda value: value
    match field.message_type.full_name:
        case name if name == _PAYLOAD:
            return payload_value
        case name if name == _TIMESTAMP:
            return lambda time: time.ToMilliseconds()
        case _:
            return to_dict


# descriptors


@cache
def _fields(descriptor: Descriptor) -> Mapping[str, Field]:
    """Fields that a dict may name, by JSON name."""
    return {field.json_name: field for field in descriptor.fields if not _is_open(field)}


@cache
def _open_field(descriptor: Descriptor) -> Field | None:
    return next((field for field in descriptor.fields if _is_open(field)), None)


@cache
def _is_open(field: Field) -> bool:
    return bool(field.GetOptions().Extensions[annotations_pb2.open_fields])


def _is_map(field: Field) -> bool:
    return field.message_type is not None and bool(field.message_type.GetOptions().map_entry)


@cache
def _words(enum: EnumDescriptor) -> tuple[Mapping[int, str], Mapping[str, int]]:
    """Number to word and back; the unspecified value has no word."""
    prefix = "".join(f"_{c}" if c.isupper() and i else c for i, c in enumerate(enum.name)).upper() + "_"
    words = {
        value.number: value.GetOptions().Extensions[annotations_pb2.word] or value.name.removeprefix(prefix).lower()
        for value in enum.values
        if value.number
    }
    return words, {word: number for number, word in words.items()}
