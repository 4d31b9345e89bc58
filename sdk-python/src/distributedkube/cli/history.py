"""``distributedkubectl exec history``: what happened to a job.

A job of a million tasks has a history of millions of entries, so pages are printed as they come and none is kept. For
people, what many tasks of a node have in common is one line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Annotated, Any

import typer

from distributedkube.cli import output
from distributedkube.cli.command import Session, command
from distributedkube.cli.failures import advice

_FEW = 3
"""So many tasks have a line each, even when the same happened to all of them."""

_COLUMNS = ("TIME", "WHAT", "NODE", "ITEM", "ATTEMPT", "WORKER", "WHY")

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


def history(
    session: Session,
    job_id: Annotated[str, typer.Argument(help="Id of the job.")],
    every: Annotated[bool, typer.Option("--all", help="A line for each task, even when many fared alike.")] = False,
) -> None:
    """Print what happened to a job: when, what, where, by whom and why; the oldest first.

    With -o json or yaml all of it is one list.
    """
    pages = _pages(session, job_id)
    if session.is_data:
        output.print_list((entry for page in pages for entry in page), session.format)
        return
    table = output.TablePages(_COLUMNS, KIND_STYLES)
    for page in pages:
        table.print(map(_row, page) if every else rows(page))


def _pages(session: Session, job_id: str) -> Iterator[list[dict[str, Any]]]:
    from distributedkube.cli.api import segment

    with advice():
        yield from session.api.pages(f"/exec/history/{segment(job_id)}", "entries")


def rows(entries: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Any, ...]]:
    """Entries as lines; tasks of a node that fared alike, one after the other, are one line."""
    for _, group in groupby(entries, _likeness):
        alike = list(group)
        if len(alike) > _FEW and str(alike[0].get("kind")).startswith("task_"):
            yield _common_row(alike)
        else:
            yield from map(_row, alike)


def _likeness(entry: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(entry.get(key) for key in ("kind", "nodeName", "attempt", "user", "message"))


def _common_row(entries: Sequence[Mapping[str, Any]]) -> tuple[Any, ...]:
    """The line of many tasks: when the first was there, which they are and how many workers had them."""
    items = sorted({int(entry.get("batchIndex") or 0) for entry in entries})
    whole = items[-1] - items[0] + 1 == len(items) == len(entries)
    workers = {worker for entry in entries if (worker := entry.get("workerId"))}
    time, kind, node, _, attempt, worker, why = _row(entries[0])
    return (
        time,
        kind,
        node,
        f"{items[0]}-{items[-1]}" if whole else f"{len(entries)} items",
        attempt,
        worker if len(workers) <= 1 else f"{len(workers)} workers",
        why,
    )


def _row(entry: Mapping[str, Any]) -> tuple[Any, ...]:
    """Nought is for what an entry is not about: single tasks have no place in a batch, jobs and nodes no attempt. The
    first attempt goes without saying, so that all fits into 80 columns."""
    attempt, user = entry.get("attempt") or 0, entry.get("user")
    return (
        output.time_text(entry.get("timestamp"), exact=True),
        entry.get("kind"),
        entry.get("nodeName"),
        entry.get("batchIndex") or None,
        attempt if attempt > 1 else None,
        entry.get("workerId"),
        ", ".join(filter(None, (entry.get("message"), user and f"by {user}"))),
    )
