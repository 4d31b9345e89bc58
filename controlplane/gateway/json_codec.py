"""JSON <-> messages of the contract. Knows nothing of HTTP.

* Keys are the fields' JSON names, enums are words, timestamps milliseconds, durations seconds, 64-bit integers numbers.
* User data (``Payload``) is the JSON value itself, and so are keys that no field names where a message has a map with
  ``open_fields``: the very text that came in goes out.
* Nothing but ``InvalidError`` comes out of bad input.
"""

from collections.abc import Collection
from json.encoder import encode_basestring
from typing import TypeVar

from google.protobuf.message import Message

from controlplane.gateway.json_plan import MessagePlan, plan_of
from controlplane.gateway.json_reader import ROOT, FieldError, Reader, fault
from controlplane.gateway.json_text import (
    decode,
    expect_end,
    list_slices,
    object_pairs,
    object_slices,
    skip_space,
    whole_value,
)
from controlplane.gateway.json_writer import payload_to_json, write_field_value, write_object

__all__ = ["merge_json", "parse_into", "parse_message", "payload_to_json", "to_json", "to_json_field", "without_nulls"]

M = TypeVar("M", bound=Message)


def parse_message(message_class: type[M], text: bytes | str, *, body_of: str = "") -> M:
    """Reads a JSON object into a new message.

    With ``body_of`` the document is that field of the message alone; it is ``data`` in error texts either way. Rules of
    ``buf.validate`` are not checked here; see ``controlplane.api.methods.check``.

    Errors: ``InvalidError`` (``INVALID_JSON`` or ``FIELD_VIOLATION``; ``field`` is the path with JSON names).
    """
    message = message_class()
    parse_into(message, text, body_of=body_of)
    return message


def parse_into(
    message: Message,
    text: bytes | str,
    *,
    body_of: str = "",
    loose: bool = False,
    faults: list[FieldError] | None = None,
) -> None:
    """Like ``parse_message``, into an empty or partly filled message: fields that are not said stay, lists grow.

    With ``loose`` a single value counts as a list of one, as in parameters of URLs. With ``faults`` what is wrong with
    values goes there, they are left out, and only broken JSON is raised.
    """
    target = message
    if body_of:
        target = getattr(message, body_of)
        target.SetInParent()
    document = decode(text)
    end = Reader(document, loose=loose, faults=faults).read_object(target, _plan(target), skip_space(document, 0), ROOT)
    expect_end(document, end)


def to_json(message: Message) -> bytes:
    """Writes a message as a JSON object."""
    out: list[bytes] = []
    write_object(message, _plan(message), out)
    return b"".join(out)


def to_json_field(message: Message, name: str) -> bytes:
    """Writes the value of one field (proto name) of a message; an empty object or list when it is unset."""
    return write_field_value(message, name)


def without_nulls(message_class: type[Message], text: bytes | str) -> tuple[str, list[str]]:
    """A JSON object without its top-level keys that are null, and those keys, which are what an apply removes.

    The keys are proto names; those that no field names stay as they are, unless a field's proto name would be meant.
    Errors: as ``parse_message``.
    """
    document = decode(text)
    start, _ = whole_value(document)
    if document[start] != "{":
        raise fault(ROOT, "should be object")
    by_key, names = plan_of(message_class.DESCRIPTOR).by_key, message_class.DESCRIPTOR.fields_by_name
    pairs = object_pairs(document)
    null_keys = [key for key, value in pairs if value == "null" and (key in by_key or key not in names)]
    nulls = [by_key[key].name if key in by_key else key for key in null_keys]
    rest = ",".join(f"{encode_basestring(key)}:{value}" for key, value in pairs if value != "null")
    return "{" + rest + "}", nulls


def merge_json(base: bytes | str, override: bytes | str, *, replace: Collection[str] = ()) -> bytes:
    """Lays one JSON text over another: objects merge by key, lists by index, anything else is replaced.

    Top-level keys in ``replace`` are replaced whole. Values keep their text.

    Errors: ``InvalidError`` when one of them is no JSON.
    """
    base, override = decode(base), decode(override)
    whole_value(base)
    whole_value(override)
    return _merge(base.strip(), override.strip(), replace).encode()


def _merge(base: str, override: str, replace: Collection[str] = ()) -> str:
    match base[0], override[0]:
        case "{", "{":
            merged = object_slices(base)
            for key, value in object_slices(override).items():
                merged[key] = _merge(merged[key], value) if key in merged and key not in replace else value
            return "{" + ",".join(f"{encode_basestring(key)}:{value}" for key, value in merged.items()) + "}"
        case "[", "[":
            items, others = list_slices(base), list_slices(override)
            both = [_merge(a, b) for a, b in zip(items, others, strict=False)]
            return "[" + ",".join(both + items[len(both) :] + others[len(both) :]) + "]"
        case _:
            return override


def _plan(message: Message) -> MessagePlan:
    return plan_of(message.DESCRIPTOR)
