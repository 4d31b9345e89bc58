"""The live view of a job: a tree of its nodes with a bar each, on a terminal; in a pipe one line per change."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from distributedkube.cli import output
from distributedkube.cli.progress import NodeView, change_lines, choose, is_final, node_views, percent

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

_BAR_WIDTHS = ((80, 24), (56, 10))
"""Widths of the terminal, and of the bars that they leave room for. Narrower ones have none."""
_STATE_WIDTH = 9
_MOST_NAME_WIDTH = 40
_ROWS_AROUND = 5
"""Lines of the view that are no nodes."""


def show_job(statuses: Iterator[dict[str, Any]], *, data_only: bool) -> dict[str, Any]:
    """Shows a job while it runs; returns its last status.

    With ``data_only`` standard output belongs to the result, and the view goes to standard error.
    """
    from rich.console import Console

    console = Console(stderr=data_only, highlight=False)
    if console.is_terminal:
        return _show_live(statuses, console)
    before: dict[str, Any] = {}
    for status in statuses:
        for line in change_lines(before, status):
            (output.note if data_only else _print_now)(line)
        before = status
    return before


def _print_now(line: str) -> None:
    output.print_text(line)
    output.flush()


def _show_live(statuses: Iterator[dict[str, Any]], console: Console) -> dict[str, Any]:
    from rich.live import Live

    view = JobView(console)
    with Live(view, console=console, refresh_per_second=8) as live:
        for status in statuses:
            view.status = status
            live.refresh()
    return view.status


class JobView:
    """Draws the latest status; the clock goes on between two of them."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._began = time.monotonic()
        self.status: dict[str, Any] = {}

    def __rich__(self) -> RenderableType:
        from rich.tree import Tree

        bar = next((width for least, width in _BAR_WIDTHS if self._console.width >= least), 0)
        tree = Tree(_job_row(self.status, self._seconds(), bar))
        shown, hidden = choose(node_views(self.status), max(self._console.height - _ROWS_AROUND, 1))
        width = min(max((len(view.name) for view in shown), default=0), _MOST_NAME_WIDTH)
        for view in shown:
            tree.add(_node_row(view, width, bar))
        if hidden:
            tree.add(f"[dim]and {hidden} more nodes[/dim]")
        return tree

    def _seconds(self) -> float:
        if is_final(self.status) and self.status.get("grossTimeTook") is not None:
            return float(self.status["grossTimeTook"])
        return time.monotonic() - self._began


def _job_row(status: Mapping[str, Any], seconds: float, bar: int) -> RenderableType:
    names = (status.get("pipeline"), status.get("jobId")) if bar else (status.get("pipeline"),)
    title = "  ".join(filter(None, names)) or "job"
    return _row(title, len(title), percent(status), 100.0, status.get("status", "waiting"), f"{seconds:.1f} s", bar)


def _node_row(view: NodeView, width: int, bar: int) -> RenderableType:
    counts = f"{view.done}/{view.total}"
    if view.running and view.total > 1:
        counts += f", {view.running} running"
    if view.failed and view.total > 1:
        counts += f", {view.failed} failed"
    if view.error:
        counts += f"  {' '.join(view.error.split())}"
    return _row(view.name, width, view.done, view.total, view.state, counts, bar)


def _row(title: str, width: int, done: float, total: float, state: str, text: str, bar: int) -> RenderableType:
    """A line of the view; ``bar`` is the width of its bar, 0 for none."""
    from rich.progress_bar import ProgressBar
    from rich.table import Table
    from rich.text import Text

    style = output.STATE_STYLES.get(state, "")
    bar_style = style if style in ("red", "yellow", "green") else "cyan"
    row = Table.grid(padding=(0, 2), expand=True)  # the last column takes what is left, and gives way
    row.add_column(width=width, no_wrap=True, overflow="ellipsis")
    cells: list[RenderableType] = [Text(title)]
    if bar:
        row.add_column(width=bar)
        cells.append(
            ProgressBar(total=total, completed=done, width=bar, complete_style=bar_style, finished_style=bar_style)
        )
    row.add_column(width=_STATE_WIDTH, no_wrap=True)
    row.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    row.add_row(*cells, Text(state, style=style), Text(text))
    return row
