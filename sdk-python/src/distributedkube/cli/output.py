"""Printing: data on standard output, everything about it on standard error.

Tables have lines and colour only on a terminal; in pipes they are aligned text. ``NO_COLOR`` is respected. With JSON
or YAML nothing but the data is on standard output.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timezone
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console


class Format(str, Enum):  # noqa: UP042
    """Forms of output."""

    table = "table"
    json = "json"
    yaml = "yaml"


STATE_STYLES: Mapping[str, str] = {
    "completed": "green",
    "succeed": "green",
    "failed": "red",
    "stopped": "yellow",
    "warning": "yellow",
    "stalled": "yellow",
    "paused": "yellow",
    "active": "cyan",
    "creating": "blue",
    "pending": "dim",
    "skipped": "dim",
}
"""Colours of states, the same in all views."""


def print_json(data: Any, *, one_line: bool = False) -> None:
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=None if one_line else 2) + "\n")


def print_yaml(data: Any) -> None:
    sys.stdout.write(to_yaml(data))


def to_yaml(data: Any) -> str:
    import yaml

    return str(yaml.safe_dump(data, sort_keys=False, allow_unicode=True, default_flow_style=False))


def print_text(text: str) -> None:
    sys.stdout.write(text.rstrip("\n") + "\n")


def flush() -> None:
    """Hands over what was printed, for readers that follow."""
    sys.stdout.flush()


def note(text: str) -> None:
    """A sentence beside the data."""
    sys.stderr.write(text.rstrip("\n") + "\n")


def print_value(value: Any) -> None:
    """One value as a person reads it: text as it is, everything else as JSON."""
    print_text(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    cells = [[cell_text(cell) for cell in row] for row in rows]
    if sys.stdout.isatty():
        _print_rich_table(columns, cells)
    else:
        print_text(aligned([list(columns), *cells]))


def print_fields(fields: Iterable[tuple[str, Any]]) -> None:
    """Names and values, one a line; those without a value are left out."""
    rows = [[f"{name}:", cell_text(value)] for name, value in fields if value not in (None, "")]
    print_text(aligned(rows))


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Rows as text with columns below each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return "\n".join(lines)


def cell_text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return " ".join(value.split())
        case list() | dict():
            return json.dumps(value, ensure_ascii=False)
        case _:
            return str(value)


def time_text(milliseconds: Any) -> str:
    """A time of the API as local time."""
    if not milliseconds:
        return ""
    moment = datetime.fromtimestamp(int(milliseconds) / 1000, tz=timezone.utc)  # noqa: UP017
    return moment.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def size_text(size: int) -> str:
    """A length in bytes for people."""
    amount, units = float(size), ["B", "KiB", "MiB", "GiB"]
    while amount >= 1024 and len(units) > 1:
        amount /= 1024
        units.pop(0)
    return f"{amount:.0f} {units[0]}" if units[0] == "B" else f"{amount:.1f} {units[0]}"


def error_console() -> Console:
    """The console for progress and errors."""
    from rich.console import Console

    return Console(stderr=True, highlight=False)


def _print_rich_table(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in cells:
        table.add_row(*(Text(cell, style=STATE_STYLES.get(cell, "")) for cell in row))
    Console().print(table)
