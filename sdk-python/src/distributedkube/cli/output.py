"""Printing: data on standard output, everything about it on standard error.

Tables have lines and colour only on a terminal; in pipes they are aligned text. ``NO_COLOR`` is respected. With JSON
or YAML nothing but the data is on standard output.
"""

from __future__ import annotations

import json
import os
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

_LONG_WORD = 24
"""Longer words in tables may be broken where there is little room."""


def print_json(data: Any, *, one_line: bool = False) -> None:
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=None if one_line else 2) + "\n")


def print_yaml(data: Any) -> None:
    sys.stdout.write(to_yaml(data))


def to_yaml(data: Any) -> str:
    import yaml

    return str(yaml.safe_dump(data, sort_keys=False, allow_unicode=True, default_flow_style=False))


def print_list(items: Iterable[Any], form: Format) -> None:
    """Prints a list as one document of JSON or YAML, item by item, so that it may be of any length."""
    begun = False
    for item in items:
        if form is Format.json:
            text = json.dumps(item, ensure_ascii=False, indent=2).replace("\n", "\n  ")
            sys.stdout.write(f"{',' if begun else '['}\n  {text}")
        else:
            print_yaml([item])
        begun = True
    if not begun:
        sys.stdout.write("[]\n")
    elif form is Format.json:
        sys.stdout.write("\n]\n")


def print_text(text: str) -> None:
    sys.stdout.write(text.rstrip("\n") + "\n")


def flush() -> None:
    """Hands over what was printed, for readers that follow."""
    sys.stdout.flush()


def discard() -> None:
    """Leaves standard output to nobody, so that what is still in its buffer is no error when the program ends."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    os.close(null)


def note(text: str) -> None:
    """A sentence beside the data."""
    sys.stderr.write(text.rstrip("\n") + "\n")


def print_value(value: Any) -> None:
    """One value as a person reads it: text as it is, everything else as JSON."""
    print_text(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def print_table(
    columns: Sequence[str], rows: Iterable[Sequence[Any]], styles: Mapping[str, str] = STATE_STYLES
) -> None:
    """Prints a table; ``styles`` gives the colour of cells by their text."""
    TablePages(columns, styles).print(rows)


class TablePages:
    """A table that is printed page by page, so that it may be of any length.

    On a terminal each page has its head, columns in which nothing is said are left out, and where there is no room for
    columns each row is a list of names and values. In pipes all columns are there, the first page alone has a head, and
    columns get wider but never narrower.
    """

    def __init__(self, columns: Sequence[str], styles: Mapping[str, str]) -> None:
        self._columns = columns
        self._styles = styles
        self._widths = [0] * len(columns)
        self._begun = False

    def print(self, rows: Iterable[Sequence[Any]]) -> None:
        """Prints the next page; the first one also when it is empty."""
        cells = [[cell_text(cell) for cell in row] for row in rows]
        if sys.stdout.isatty():
            _print_rich_table(self._columns, cells, self._styles)
            return
        shown = cells if self._begun else [list(self._columns), *cells]
        self._begun = True
        if shown:
            self._widths = [max(pair) for pair in zip(self._widths, _widths(shown), strict=True)]
            print_text(_lines(shown, self._widths))
            flush()


def print_fields(fields: Iterable[tuple[str, Any]]) -> None:
    """Names and values, one a line; those without a value are left out."""
    rows = [[f"{name}:", cell_text(value)] for name, value in fields if value not in (None, "")]
    print_text(aligned(rows))


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Rows as text with columns below each other."""
    return _lines(rows, _widths(rows))


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    return [max(map(len, column)) for column in zip(*rows, strict=True)]


def _lines(rows: Sequence[Sequence[str]], widths: Sequence[int]) -> str:
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


def time_text(milliseconds: Any, *, exact: bool = False) -> str:
    """A time of the API as local time; with ``exact`` down to milliseconds."""
    if not milliseconds:
        return ""
    moment = datetime.fromtimestamp(int(milliseconds) / 1000, tz=timezone.utc).astimezone()  # noqa: UP017
    text = moment.strftime("%Y-%m-%d %H:%M:%S")
    return f"{text}.{int(milliseconds) % 1000:03d}" if exact else text


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


def _print_rich_table(columns: Sequence[str], cells: Sequence[Sequence[str]], styles: Mapping[str, str]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    shown = [place for place in range(len(columns)) if not cells or any(row[place] for row in cells)]
    if sum(2 + _least_width([columns[place], *(row[place] for row in cells)]) for place in shown) > console.width:
        _print_fields_of(
            console, [columns[place] for place in shown], [[row[place] for place in shown] for row in cells]
        )
        return
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False, padding=(0, 1, 0, 0))
    for place in shown:
        table.add_column(columns[place], overflow="fold")
    for row in cells:
        table.add_row(*(Text(row[place], style=styles.get(row[place], "")) for place in shown))
    console.print(table)


def _least_width(column: Sequence[str]) -> int:
    """What a column needs so that its words stay whole; long ones may be broken."""
    return max(min(len(word), _LONG_WORD) for text in column for word in (text.split() or [""]))


def _print_fields_of(console: Console, columns: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    """Rows of a table as names and values, for terminals that are too narrow."""
    width = max(map(len, columns))
    for row in cells:
        for name, cell in zip(columns, row, strict=True):
            if cell:
                console.print(f"{name.ljust(width)}  {cell}", markup=False, highlight=False, soft_wrap=True)
        console.print()
