"""Server-sent events: bytes in, events out. Pure.

Lines end at line feeds only. ``str.splitlines`` and what is built on it would also cut at separators such as U+2028,
which may stand unescaped in JSON.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """One event."""

    name: str
    data: str


MAX_LINE_BYTES = 64 * 1024 * 1024
"""Longest line taken, and so the largest event."""


def split_lines(chunks: Iterable[bytes]) -> Iterator[str]:
    """Lines of a stream without their ends; what is left without an end when the stream ends is dropped.

    Raises ``ValueError`` for a line longer than `MAX_LINE_BYTES`.
    """
    parts, length = list[bytes](), 0
    for chunk in chunks:
        *ended, rest = chunk.split(b"\n")
        for piece in ended:
            yield b"".join([*parts, piece]).removesuffix(b"\r").decode("utf-8", "replace")
            parts, length = [], 0
        parts.append(rest)
        length += len(rest)
        if length > MAX_LINE_BYTES:
            raise ValueError(f"the server sent a line of more than {MAX_LINE_BYTES >> 20} MiB")


def parse_events(lines: Iterable[str]) -> Iterator[Event]:
    """Events of a stream, given its lines without their ends. Comments, which keep the connection open, are left out."""
    name, data = "message", list[str]()
    for line in lines:
        if not line:
            if data:
                yield Event(name, "\n".join(data))
            name, data = "message", []
            continue
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        match field:
            case "event":
                name = value
            case "data":
                data.append(value)
