"""Bars on standard error for what takes a while; nothing where nobody looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from distributedkube.cli import output

SHOWN_BYTES = 1024 * 1024
"""Less is over before a bar could be read."""


@contextmanager
def byte_bar(title: str, size: int | None) -> Iterator[Callable[[int], None]]:
    """A bar for bytes on their way; the function that it gives takes how many have just passed.

    ``size`` is None when it is not known.
    """
    console = output.error_console() if size is None or size >= SHOWN_BYTES else None
    if console is None or not console.is_terminal:
        yield lambda _: None
        return
    from rich.progress import BarColumn, DownloadColumn, Progress, TransferSpeedColumn

    with Progress("{task.description}", BarColumn(), DownloadColumn(), TransferSpeedColumn(), console=console) as bars:
        bar = bars.add_task(title, total=size)
        yield lambda count: bars.advance(bar, count)


@contextmanager
def step_bar(title: str) -> Iterator[tuple[Callable[[str], None], Callable[[float], None]]]:
    """A bar from 0 to 100 with lines of text that go up above it: gives what prints a line and what sets the bar.

    Where there is no terminal the lines are printed alone.
    """
    console = output.error_console()
    if not console.is_terminal:
        yield output.note, lambda _: None
        return
    from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TimeElapsedColumn
    from rich.text import Text

    columns = (SpinnerColumn(), "{task.description}", BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bars:
        bar = bars.add_task(title, total=100)
        yield (
            lambda line: bars.console.print(Text(line, style="dim")),
            lambda percent: bars.update(bar, completed=percent),
        )
