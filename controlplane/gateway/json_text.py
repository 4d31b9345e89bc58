"""Reads JSON text without building values: where does a value end, and is it JSON at all?

User data passes through the control plane as slices of the text it came in, so that no digit of a number is lost. That
needs a way over a value that does not decode it. The one below takes runs of plain members with one regular expression
and keeps its own stack: it costs no memory for the values, and no depth of nesting can exhaust the interpreter.
"""

import re
from collections.abc import Iterator
from json.decoder import JSONDecodeError, scanstring  # type: ignore[attr-defined]  # Missing in its stub.

from controlplane.domain.errors import InvalidError

MAX_DEPTH = 128
"""Objects and lists inside each other; more is no data but an attack or an accident."""

_SPACE = r"[ \t\n\r]*+"
_STRING = r'"(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+"'
_NUMBER = r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+"
_PLAIN = rf"(?:{_STRING}|{_NUMBER}|true|false|null)"

_RUN = 4096
"""Members taken by one match: bounds how long other threads wait for the interpreter."""

space = re.compile(_SPACE).match
plain = re.compile(_PLAIN).match
number = re.compile(_NUMBER).match
_colon = re.compile(rf"{_SPACE}:{_SPACE}").match
_key = re.compile(rf"{_STRING}{_SPACE}:{_SPACE}").match
_runs = {
    "]": re.compile(rf"{_SPACE}(?:{_PLAIN}{_SPACE},{_SPACE}){{0,{_RUN}}}+").match,
    "}": re.compile(rf"{_SPACE}(?:{_STRING}{_SPACE}:{_SPACE}{_PLAIN}{_SPACE},{_SPACE}){{0,{_RUN}}}+").match,
}
_CLOSERS = {"[": "]", "{": "}"}

_escapes = re.compile(r"\\(?:u([0-9a-fA-F]{4})|.)", re.DOTALL).finditer


class JsonSyntaxError(InvalidError):
    """The text is not JSON."""

    reason = "INVALID_JSON"


def broken(text: str, position: int) -> JsonSyntaxError:
    """The error for a text that cannot be JSON because of what stands at ``position``."""
    line = text.count("\n", 0, position) + 1
    column = position - (text.rfind("\n", 0, position) + 1) + 1
    found = repr(text[position]) if position < len(text) else "the end"
    return JsonSyntaxError(f"not valid JSON: {found} is unexpected at line {line} column {column}")


def decode(data: bytes | str) -> str:
    """The text of a JSON document. Raises ``JsonSyntaxError`` unless it is UTF-8 without lone surrogates."""
    if isinstance(data, bytes):
        try:
            data = data.decode()
        except UnicodeDecodeError as error:
            raise JsonSyntaxError(f"not valid JSON: byte {error.start} is not UTF-8") from None
    elif not data.isascii():
        _refuse_surrogates(data)
    if "\\u" in data:
        _refuse_escaped_surrogates(data)
    return data


def _refuse_surrogates(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise JsonSyntaxError(f"not valid JSON: half a surrogate pair at character {error.start}") from None


def _refuse_escaped_surrogates(text: str) -> None:
    # Back-slashes only stand in strings, so looking at escapes alone is enough; what is no string fails later anyway.
    high_end = -1  # Where the pair of a high surrogate has to go on; -1: none is open.
    for match in _escapes(text):
        code = int(match[1], 16) if match[1] else 0
        is_low = 0xDC00 <= code <= 0xDFFF
        if (is_low or high_end >= 0) and not (is_low and high_end == match.start()):
            raise JsonSyntaxError(f"not valid JSON: half a surrogate pair at character {match.start()}")
        high_end = match.end() if 0xD800 <= code <= 0xDBFF else -1
    if high_end >= 0:
        raise JsonSyntaxError(f"not valid JSON: half a surrogate pair at character {high_end - 6}")


def skip_value(text: str, position: int, depth: int = 0) -> int:
    """Where the value that begins at ``position`` ends. Raises ``JsonSyntaxError``.

    ``depth`` is how deep the value is in its document.
    """
    match = plain(text, position)
    return match.end() if match else _skip_container(text, position, depth)


def _skip_container(text: str, position: int, depth: int) -> int:
    open_until: list[str] = []
    while True:
        closer = _CLOSERS.get(text[position : position + 1])
        if closer is None:
            raise broken(text, position)
        if depth + len(open_until) >= MAX_DEPTH:
            raise JsonSyntaxError(f"objects and lists are nested deeper than {MAX_DEPTH}")
        position, ended = enter(text, position, closer)
        if not ended:
            open_until.append(closer)
        while True:
            while ended and open_until:
                position, ended = advance(text, position, open_until[-1])
                if ended:
                    open_until.pop()
            if not open_until:
                return position
            position = _skip_run(text, position, open_until[-1])
            value = plain(text, position)
            if value is None:
                break
            position, ended = value.end(), True


def _skip_run(text: str, position: int, closer: str) -> int:
    """Goes over plain members, and the key after them, to a value that has no comma behind it or is a container."""
    position = _runs[closer](text, position).end()  # type: ignore[union-attr]  # It matches the empty text.
    if closer == "]":
        return position
    key = _key(text, position)
    if key is None:
        raise broken(text, position)
    return key.end()


def enter(text: str, position: int, closer: str) -> tuple[int, bool]:
    """Goes into the object or list that opens at ``position``: to its first member, or behind it when it is empty.

    Says whether it has ended.
    """
    position = skip_space(text, position + 1)
    return (position + 1, True) if text.startswith(closer, position) else (position, False)


def advance(text: str, position: int, closer: str) -> tuple[int, bool]:
    """Goes from the end of a member to the next one, or behind the whole; says whether it has ended."""
    position = skip_space(text, position)
    found = text[position : position + 1]
    if found == closer:
        return position + 1, True
    if found != ",":
        raise broken(text, position)
    return skip_space(text, position + 1), False


def skip_space(text: str, position: int) -> int:
    """The first position that is not white space."""
    return space(text, position).end()  # type: ignore[union-attr]  # It matches the empty text.


def read_string(text: str, position: int) -> tuple[str, int]:
    """The string whose opening quote is at ``position``, and where it ends."""
    try:
        string, end = scanstring(text, position + 1, True)
    except JSONDecodeError as error:
        raise broken(text, error.pos) from None
    return string, end


def read_key(text: str, position: int) -> tuple[str, int]:
    """The key at ``position``, and where its value begins."""
    if text[position : position + 1] != '"':
        raise broken(text, position)
    key, position = read_string(text, position)
    match = _colon(text, position)
    if match is None:
        raise broken(text, position)
    return key, match.end()


def is_json(data: bytes) -> bool:
    """Whether the bytes are one JSON value, so that they can stand in a larger document as they are."""
    try:
        whole_value(decode(data))
    except JsonSyntaxError:
        return False
    return True


def whole_value(text: str) -> tuple[int, int]:
    """Where the only value of a document begins and ends. Raises ``JsonSyntaxError`` when there is anything else."""
    start = skip_space(text, 0)
    end = skip_value(text, start)
    expect_end(text, end)
    return start, end


def expect_end(text: str, position: int) -> None:
    """Raises ``JsonSyntaxError`` when something follows."""
    position = skip_space(text, position)
    if position < len(text):
        raise broken(text, position)


def object_slices(text: str) -> dict[str, str]:
    """Keys of a document that is an object, with the text of their values; of equal keys the last one wins."""
    return dict(object_pairs(text))


def object_pairs(text: str) -> list[tuple[str, str]]:
    """The same with equal keys kept apart, in order."""
    return list(_slices(text, "}"))


def list_slices(text: str) -> list[str]:
    """The texts of the members of a document that is a list."""
    return [value for _, value in _slices(text, "]")]


def _slices(text: str, closer: str) -> Iterator[tuple[str, str]]:
    position, ended = enter(text, skip_space(text, 0), closer)
    key = ""
    while not ended:
        if closer == "}":
            key, position = read_key(text, position)
        end = skip_value(text, position, 1)
        yield key, text[position:end]
        position, ended = advance(text, end, closer)
    expect_end(text, position)
