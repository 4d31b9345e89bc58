"""Reads a JSON document into a message: by the schema where there is one, as raw text where there is none.

Values are bent to their field's type the way clients of this API know it: texts that hold a number count as numbers,
``"true"`` and 1 as true, numbers and booleans as texts. The first thing wrong ends the reading with an ``InvalidError``
that names it as a path below ``data``, the document.
"""

import base64
import binascii
import math
from typing import Any, NoReturn

from google.protobuf.message import Message

from controlplane.domain.errors import InvalidError
from controlplane.gateway.json_plan import FieldPlan, Kind, MessagePlan
from controlplane.gateway.json_text import (
    MAX_DEPTH,
    JsonSyntaxError,
    advance,
    broken,
    enter,
    number,
    plain,
    read_key,
    read_string,
    skip_value,
)

JSON = "application/json"

ROOT = "data"
"""What the document is called in error texts."""

MAX_FAULTS = 1000
"""Most that are collected of one document."""

_INTEGER_DIGITS = 20
"""Enough for 64 bits; texts of more digits are not turned into numbers at all."""

_TIMESTAMP_SECONDS = (-62_135_596_800, 253_402_300_799)
"""Years 1 to 9999, which is all that a ``Timestamp`` may hold."""
_DURATION_SECONDS = (-315_576_000_000, 315_576_000_000)
_NANOS = 1_000_000_000

_TYPE_NAMES = {
    Kind.STRING: "string",
    Kind.ENUM: "string",
    Kind.BYTES: "string",
    Kind.INTEGER: "integer",
    Kind.NUMBER: "number",
    Kind.TIMESTAMP: "number",
    Kind.DURATION: "number",
    Kind.BOOLEAN: "boolean",
    Kind.MESSAGE: "object",
}


class FieldError(InvalidError):
    """A field of the document has the wrong form."""

    reason = "FIELD_VIOLATION"


class ExtraKeyError(FieldError):
    """An object has a key that it should not have (again); all else of it counts."""


def fault(path: str, text: str) -> FieldError:
    """The error for the value at ``path``, such as ``data.nodes[0].ttl``; ``text`` goes on the sentence."""
    return FieldError(f"{path} {text}", field=_field(path))


def _field(path: str) -> str:
    return path.removeprefix(ROOT).removeprefix(".")


def _key_fault(path: str, key: str, what: str) -> ExtraKeyError:
    """The error for a key that the object at ``path`` should not have (again)."""
    return ExtraKeyError(f"{path} should NOT have {what} properties ({key})", field=_field(path))


class Reader:
    """Reads one document.

    With ``loose`` a single value counts as a list of one: parameters of URLs and forms cannot say a list of one.
    With ``faults`` values of the wrong form are left out and what is wrong with them is added to the list; beyond
    ``MAX_FAULTS`` the next one is raised.
    """

    def __init__(self, text: str, *, loose: bool = False, faults: list[FieldError] | None = None) -> None:
        self._text = text
        self._loose = loose
        self._faults = faults

    def read_object(self, message: Message, plan: MessagePlan, position: int, path: str, depth: int = 0) -> int:
        """Reads the object at ``position`` into the message; returns where it ends."""
        text = self._text
        if text[position : position + 1] != "{":
            self._refuse_type(position, path, "object")
        if depth >= MAX_DEPTH:
            raise JsonSyntaxError(f"objects and lists are nested deeper than {MAX_DEPTH}")
        seen: set[str] = set()
        position, ended = enter(text, position, "}")
        while not ended:
            key, start = read_key(text, position)
            field = plan.by_key.get(key)
            try:
                if key in seen:
                    raise _key_fault(path, key, "duplicate")
                if field is None:
                    position = self._read_unknown(message, plan, key, start, path, depth + 1)
                else:
                    position = self._read_field(message, field, start, f"{path}.{key}", depth + 1)
            except FieldError as error:
                if self._faults is None or len(self._faults) >= MAX_FAULTS:
                    raise
                self._faults.append(error.with_traceback(None))  # Which would hold this frame and with it the list.
                position = skip_value(text, start, depth + 1)
            seen.add(key)
            position, ended = advance(text, position, "}")
        return position

    def _read_unknown(self, message: Message, plan: MessagePlan, key: str, position: int, path: str, depth: int) -> int:
        if not plan.open_field and not plan.ignores_unknown:
            raise _key_fault(path, key, "additional")
        end = skip_value(self._text, position, depth)
        if plan.open_field:
            _refuse_nul(key, path)
            getattr(message, plan.open_field)[key] = self._text[position:end].encode()
        return end

    def _read_field(self, message: Message, field: FieldPlan, position: int, path: str, depth: int) -> int:
        is_null = self._text.startswith("null", position)
        if is_null and (field.repeated or field.map_values):
            return position + 4
        if field.repeated:
            return self._read_list(message, field, position, path, depth)
        if field.map_values is not None:
            return self._read_map(message, field, field.map_values, position, path, depth)
        if field.kind is Kind.PAYLOAD:
            return self._read_payload(getattr(message, field.name), position, depth)
        if is_null:
            return self._read_null(message, field, position, path)
        if field.kind is Kind.MESSAGE:
            part = getattr(message, field.name)
            part.SetInParent()
            return self.read_object(part, field.message, position, path, depth)
        value, position = self._read_plain(field, position, path)
        if isinstance(value, tuple):
            _set_time(getattr(message, field.name), value)
        else:
            setattr(message, field.name, value)
        return position

    def _read_null(self, message: Message, field: FieldPlan, position: int, path: str) -> int:
        """Null is the zero value, which rules then may object to."""
        if field.kind is Kind.ENUM:
            raise _not_a_word(field, path)
        if field.refuses_empty:
            raise fault(path, "should NOT be shorter than 1 characters")
        if field.null_is_zero:
            setattr(message, field.name, _from_token(field, "null", path))
        return position + 4

    def _read_payload(self, payload: Any, position: int, depth: int) -> int:
        end = skip_value(self._text, position, depth)
        payload.content_type = JSON
        payload.data = self._text[position:end].encode()
        return end

    def _read_list(self, message: Message, field: FieldPlan, position: int, path: str, depth: int) -> int:
        items = getattr(message, field.name)
        if field.comma_list and self._text[position : position + 1] == '"':
            said, position = read_string(self._text, position)
            items.extend(from_text(field, part.strip(), path) for part in said.split(",") if part.strip())
            return position
        if self._text[position : position + 1] != "[":
            if not self._loose:
                self._refuse_type(position, path, f"array{field.or_null}")
            return self._read_item(items, field, position, path, depth)
        position, ended = enter(self._text, position, "]")
        index = 0
        while not ended:
            start = position
            try:
                position = self._read_item(items, field, start, f"{path}[{index}]", depth + 1)
            except FieldError as error:
                if self._faults is None or len(self._faults) >= MAX_FAULTS:
                    raise
                self._faults.append(error.with_traceback(None))  # Which would hold this frame and with it the list.
                position = skip_value(self._text, start, depth + 1)
                if len(items) == index:
                    _add_zero(items, field)  # So that the places of those behind it stay what they are.
            position, ended = advance(self._text, position, "]")
            index += 1
        return position

    def _read_item(self, items: Any, field: FieldPlan, position: int, path: str, depth: int) -> int:
        match field.kind:
            case Kind.PAYLOAD:
                return self._read_payload(items.add(), position, depth)
            case Kind.MESSAGE:
                return self.read_object(items.add(), field.message, position, path, depth)
            case _:
                value, position = self._read_plain(field, position, path)
                if isinstance(value, tuple):
                    _set_time(items.add(), value)
                else:
                    items.append(value)
                return position

    def _read_map(
        self, message: Message, field: FieldPlan, values: FieldPlan, position: int, path: str, depth: int
    ) -> int:
        if self._text[position : position + 1] != "{":
            self._refuse_type(position, path, f"object{field.or_null}")
        entries = getattr(message, field.name)
        seen: set[str] = set()
        position, ended = enter(self._text, position, "}")
        while not ended:
            key, position = read_key(self._text, position)
            if key in seen:
                raise _key_fault(path, key, "duplicate")
            seen.add(key)
            _refuse_nul(key, path)
            position = self._read_entry(entries, key, values, position, f"{path}.{key}", depth + 1)
            position, ended = advance(self._text, position, "}")
        return position

    def _read_entry(self, entries: Any, key: str, values: FieldPlan, position: int, path: str, depth: int) -> int:
        match values.kind:
            case Kind.PAYLOAD:
                return self._read_payload(entries[key], position, depth)
            case Kind.MESSAGE:
                return self.read_object(entries[key], values.message, position, path, depth)
            case _:
                value, position = self._read_plain(values, position, path)
                if isinstance(value, tuple):
                    _set_time(entries[key], value)
                else:
                    entries[key] = value
                return position

    def _read_plain(self, field: FieldPlan, position: int, path: str) -> tuple[Any, int]:
        """A value that is no object or list, bent to the field's type; times are (seconds, nanoseconds)."""
        text = self._text
        if text[position : position + 1] == '"':
            said, end = read_string(text, position)
            return from_text(field, said, path), end
        match = plain(text, position)
        if match is None:
            self._refuse_type(position, path, _expected(field))
        return _from_token(field, match[0], path), match.end()

    def _refuse_type(self, position: int, path: str, expected: str) -> NoReturn:
        found = self._text[position : position + 1]
        if found not in ("{", "[") and plain(self._text, position) is None:
            raise broken(self._text, position)
        raise fault(path, f"should be {expected}")


def from_text(field: FieldPlan, said: str, path: str) -> Any:
    """A text bent to the type of a field. Raises ``FieldError``."""
    match field.kind:
        case Kind.STRING:
            _refuse_nul(said, path)
            if field.refuses_empty and not said:
                raise fault(path, "should NOT be shorter than 1 characters")
            return said
        case Kind.ENUM:
            value = field.words.get(said)
            if value is None:
                raise _not_a_word(field, path)
            return value
        case Kind.BOOLEAN:
            if said not in ("true", "false"):
                raise _wrong_type(field, path)
            return said == "true"
        case Kind.BYTES:
            try:
                return base64.b64decode(said, validate=True)
            except (binascii.Error, ValueError):
                raise fault(path, "should be base64 text") from None
        case _:
            said = said.strip()
            match = number(said)
            if match is None or match.end() != len(said):
                raise _wrong_type(field, path)
            return _from_number(field, said, path)


def _from_token(field: FieldPlan, token: str, path: str) -> Any:
    """A number, boolean or null bent to the type of a field."""
    if token == "null":  # Only in lists and maps.
        token = {Kind.STRING: "", Kind.BOOLEAN: "false"}.get(field.kind, "0")
        return from_text(field, token, path)
    if field.kind in (Kind.STRING, Kind.ENUM):
        return from_text(field, token, path)
    if field.kind is Kind.BOOLEAN:
        return from_text(field, {"1": "true", "0": "false"}.get(token, token), path)
    if field.kind is Kind.BYTES or token in ("true", "false"):
        raise _wrong_type(field, path)
    return _from_number(field, token, path)


def _from_number(field: FieldPlan, token: str, path: str) -> Any:
    if field.kind is Kind.INTEGER:
        return _integer(field, token, path)
    value = float(token)
    if not math.isfinite(value):
        raise _wrong_type(field, path)
    match field.kind:
        case Kind.TIMESTAMP:
            return _time(value / 1000, _TIMESTAMP_SECONDS, path)
        case Kind.DURATION:
            return _time(value, _DURATION_SECONDS, path)
        case _:
            return value


def _integer(field: FieldPlan, token: str, path: str) -> int:
    lowest, highest = field.integers
    if any(letter in token for letter in ".eE"):
        value = float(token)
        if not value.is_integer():  # Neither is infinity.
            raise _wrong_type(field, path)
        whole = int(value) if abs(value) < 2.0**64 else highest + 1 if value > 0 else lowest - 1
    elif len(token) > _INTEGER_DIGITS:
        whole = lowest - 1 if token.startswith("-") else highest + 1
    else:
        whole = int(token)
    if whole < lowest:
        raise fault(path, f"should be >= {lowest}")
    if whole > highest:
        raise fault(path, f"should be <= {highest}")
    return whole


def _time(seconds: float, bounds: tuple[int, int], path: str) -> tuple[int, int]:
    if not bounds[0] <= seconds <= bounds[1]:
        raise fault(path, "is out of the range of times")
    whole = math.floor(seconds)
    # Microseconds, since a double of this size holds no more.
    return divmod(whole * _NANOS + round((seconds - whole) * 1_000_000) * 1000, _NANOS)


def _set_time(message: Any, value: tuple[int, int]) -> None:
    message.SetInParent()
    seconds, nanos = value
    if seconds < 0 < nanos and message.DESCRIPTOR.name == "Duration":  # Both parts have one sign there.
        seconds, nanos = seconds + 1, nanos - _NANOS
    message.seconds, message.nanos = seconds, nanos


def _add_zero(items: Any, field: FieldPlan) -> None:
    match field.kind:
        case Kind.TIMESTAMP | Kind.DURATION:
            items.add()
        case Kind.STRING:
            items.append("")
        case Kind.BYTES:
            items.append(b"")
        case _:
            items.append(0)


def _wrong_type(field: FieldPlan, path: str) -> FieldError:
    return fault(path, f"should be {_expected(field)}")


def _expected(field: FieldPlan) -> str:
    return f"{_TYPE_NAMES[field.kind]}{field.or_null}"


def _not_a_word(field: FieldPlan, path: str) -> FieldError:
    return fault(path, f"should be equal to one of the allowed values ({','.join(field.words)})")


def _refuse_nul(text: str, path: str) -> None:
    if "\0" in text:
        raise fault(path, "should NOT contain the NUL character")
