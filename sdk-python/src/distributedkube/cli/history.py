"""``distributedkubectl exec history``: what happened to a job.

A job of a million tasks has a history of millions of entries, so pages are printed as they come and none is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from distributedkube.cli import output
from distributedkube.cli.command import Session, command
from distributedkube.cli.failures import advice

_COLUMNS = ("TIME", "WHAT", "NODE", "ITEM", "ATTEMPT", "WORKER", "WHO", "WHY")

KIND_STYLES: Mapping[str, str] = {
    "accepted": "blue",
    "started": "cyan",
    "resumed": "cyan",
    "ended": "bold",
    "paused": "yellow",
    "stop_requested": "yellow",
    "task_retried": "yellow",
    "task_failed": "red",
    "node_failed": "red",
    "task_succeeded": "green",
    "node_ended": "green",
    "node_skipped": "dim",
}
"""Colours of what happened; other kinds have none."""


def add_to(group: typer.Typer) -> None:
    """Adds the command to those about jobs."""
    command(group, "history", example="exec history 4xk9d2m1q7az | less")(history)


def history(session: Session, job_id: Annotated[str, typer.Argument(help="Id of the job.")]) -> None:
    """Print what happened to a job: when, what, where, by whom and why; the oldest first.

    With -o json or yaml all of it is one list.
    """
    pages = _pages(session, job_id)
    if session.is_data:
        output.print_list((entry for page in pages for entry in page), session.format)
        return
    table = output.TablePages(_COLUMNS, KIND_STYLES)
    for page in pages:
        table.print(map(_row, page))


def _pages(session: Session, job_id: str) -> Iterator[list[dict[str, Any]]]:
    from distributedkube.cli.api import segment

    with advice():
        yield from session.api.pages(f"/exec/history/{segment(job_id)}", "entries")


def _row(entry: Mapping[str, Any]) -> tuple[Any, ...]:
    """Nought is for what an entry is not about: single tasks have no place in a batch, jobs and nodes no attempt."""
    return (
        output.time_text(entry.get("timestamp"), exact=True),
        entry.get("kind"),
        entry.get("nodeName"),
        entry.get("batchIndex") or None,
        entry.get("attempt") or None,
        entry.get("workerId"),
        entry.get("user"),
        entry.get("message"),
    )
