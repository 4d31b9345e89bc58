"""``distributedkubectl exec explain``: why a job is where it is, and what would change that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import typer

from distributedkube.cli import output
from distributedkube.cli.command import Session, command
from distributedkube.cli.failures import advice

_COLUMNS = ("REASON", "NODE", "ALGORITHM", "DETAILS", "WHAT WOULD CHANGE IT")
_ALWAYS_SHOWN = ("REASON", "WHAT WOULD CHANGE IT")

_NORMAL, _ON_ITS_WAY, _HELD, _BROKEN = "green", "cyan", "yellow", "red"

REASON_STYLES: Mapping[str, str] = {
    "ended": _NORMAL,
    "running": _NORMAL,
    "parents": _ON_ITS_WAY,
    "queue": _ON_ITS_WAY,
    "worker_starting": _ON_ITS_WAY,
    "storing": _ON_ITS_WAY,
    "driver": _ON_ITS_WAY,
    "call": _ON_ITS_WAY,
    "paused": _HELD,
    "pipeline_limit": _HELD,
    "job_limit": _HELD,
    "capacity": _HELD,
    "max_workers": _HELD,
    "backoff": _HELD,
    "worker_failing": _BROKEN,
    "algorithm": _BROKEN,
}
"""Colours by what a reason asks of its reader: nothing, patience, a decision, a repair."""


def add_to(group: typer.Typer) -> None:
    """Adds the command to those about jobs."""
    command(group, "explain", example="exec explain 4xk9d2m1q7az")(explain)


def explain(session: Session, job_id: Annotated[str, typer.Argument(help="Id of the job.")]) -> None:
    """Say why a job is where it is: in a sentence, then each reason with what would change it."""
    from distributedkube.cli.api import segment

    with advice():
        answer = session.api.get(f"/exec/explain/{segment(job_id)}")
    session.print(answer, lambda: _print(answer))


def _print(answer: Mapping[str, Any]) -> None:
    output.print_text(answer.get("sentence", ""))
    reasons = answer.get("reasons", [])
    if [reason.get("sentence") for reason in reasons] != [answer.get("sentence")] and reasons:
        output.print_text("")
        output.flush()
        columns, rows = _without_empty([_row(reason) for reason in reasons])
        output.print_table(columns, rows, REASON_STYLES)


def _row(reason: Mapping[str, Any]) -> tuple[Any, ...]:
    return (
        reason.get("code"),
        reason.get("nodeName"),
        reason.get("algorithmName"),
        "; ".join(filter(None, _details(reason))),
        reason.get("sentence"),
    )


def _details(reason: Mapping[str, Any]) -> Iterator[str]:
    """What is known in names and numbers; nought is for what a reason is not about."""
    if names := reason.get("waitingFor"):
        yield f"waits for {', '.join(names)}"
    counts = (("tasksWaiting", "waiting"), ("tasksRunning", "running"))
    yield ", ".join(f"{reason[key]} {word}" for key, word in counts if reason.get(key))
    yield _place(reason)
    if workers := reason.get("workers"):
        yield f"{workers} workers" if workers > 1 else "1 worker"


def _place(reason: Mapping[str, Any]) -> str:
    """Where it stands in its queue, and what this is made of: the parts of the score, the largest first."""
    if not reason.get("queuePosition"):
        return ""
    place = f"place {reason['queuePosition']}"
    if reason.get("queueLength"):
        place += f" of {reason['queueLength']}"
    parts = sorted(reason.get("score", {}).items(), key=lambda part: (-part[1], part[0]))
    return f"{place} ({', '.join(f'{name} {part:.2f}' for name, part in parts)})" if parts else place


def _without_empty(rows: Sequence[Sequence[Any]]) -> tuple[list[str], list[list[Any]]]:
    """The columns that say something, and the rows with these alone: most reasons are about few of them."""
    kept = [
        index
        for index, column in enumerate(_COLUMNS)
        if column in _ALWAYS_SHOWN or any(row[index] not in (None, "") for row in rows)
    ]
    return [_COLUMNS[index] for index in kept], [[row[index] for index in kept] for row in rows]
