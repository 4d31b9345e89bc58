"""``distributedkubectl cron``, ``trigger`` and ``webhook``: what starts jobs by itself, and what others are told of
them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from distributedkube.cli import output
from distributedkube.cli.command import Session, command, new_group
from distributedkube.cli.failures import advice

if TYPE_CHECKING:
    from rich.tree import Tree

crons = new_group("Run stored pipelines by the clock.")
trees = new_group("See what the end of jobs and pipelines starts.")
webhooks = new_group("See how reports about jobs went.")

PipelineName = Annotated[str, typer.Argument(help="Name of the pipeline.")]
JobId = Annotated[str, typer.Argument(help="Id of the job.")]

_HOW_TO_LIST_PIPELINES = "see which pipelines there are: distributedkubectl pipeline list"

_WIDTH_IN_PIPES = 4096
"""Columns of a line of the tree: enough for the longest names some hundreds of jobs deep."""


class MissedRuns(str, Enum):  # noqa: UP042
    """What to do about times that passed while nobody was there to see them."""

    skip = "skip"
    once = "once"


@command(crons, "list", example="cron list")
def list_crons(session: Session) -> None:
    """List the stored pipelines that have clock times, and when they run next."""
    found = session.api.get_all("/cron/list")
    columns = ("PIPELINE", "ON", "PATTERN", "TIME ZONE", "MISSED RUNS", "NEXT")
    session.print(found, lambda: output.print_table(columns, map(_cron_row, found)))


def _cron_row(trigger: Mapping[str, Any]) -> tuple[Any, ...]:
    cron = trigger.get("cron", {})
    return (
        trigger.get("name"),
        "on" if cron.get("enabled") else "off",
        cron.get("pattern"),
        cron.get("timeZone") or "UTC",
        cron.get("missedRuns") or "skip",
        output.time_text(trigger.get("nextTime")),
    )


@command(crons, "start", example='cron start numbers "0 5 * * *" --time-zone Europe/Rome')
def start_cron(
    session: Session,
    name: PipelineName,
    pattern: Annotated[
        str | None,
        typer.Argument(help="5 fields, or 6 with seconds first. Default: the stored one, else once an hour."),
    ] = None,
    time_zone: Annotated[
        str | None,
        typer.Option("--time-zone", "--timeZone", help="Of the pattern, as Europe/Rome. Default: the stored one."),
    ] = None,
    missed_runs: Annotated[
        MissedRuns | None,
        typer.Option("--missed-runs", "--missedRuns", help="About times that passed unseen: skip, or run once."),
    ] = None,
) -> None:
    """Run a stored pipeline by the clock. What is not said stays as it is stored."""
    said = {"pattern": pattern, "timeZone": time_zone, "missedRuns": missed_runs and missed_runs.value}
    body = {"name": name, **{key: value for key, value in said.items() if value is not None}}
    invalid = 'write the pattern like "0 5 * * *" and the time zone like Europe/Rome'
    with advice(missing=_HOW_TO_LIST_PIPELINES, invalid=invalid):
        answer = session.api.post("/cron/start", body)
    session.print(answer, lambda: output.print_text(f"cron of {name} is on"))


@command(crons, "stop", example="cron stop numbers")
def stop_cron(session: Session, name: PipelineName) -> None:
    """Run a stored pipeline by the clock no more. Its pattern stays stored."""
    with advice(missing=_HOW_TO_LIST_PIPELINES):
        answer = session.api.post("/cron/stop", {"name": name})
    session.print(answer, lambda: output.print_text(f"cron of {name} is off"))


@command(crons, "preview", example='cron preview "0 5 * * 1" --time-zone Europe/Rome')
def preview_cron(
    session: Session,
    pattern: Annotated[str, typer.Argument(help="5 fields, or 6 with seconds first.")],
    time_zone: Annotated[
        str | None, typer.Option("--time-zone", "--timeZone", help="Of the pattern, as Europe/Rome. Default: UTC.")
    ] = None,
) -> None:
    """Print the next times of a pattern, without storing anything."""
    params = {"pattern": pattern, **({"timeZone": time_zone} if time_zone else {})}
    answer = session.api.get("/triggers/preview", params)
    times = answer.get("times", [])
    session.print(answer, lambda: output.print_text("\n".join(map(output.time_text, times)) or "never"))


@command(trees, "list", example="trigger list")
def list_triggers(session: Session) -> None:
    """List what starts stored pipelines by itself: what, when next, and what became of the last time."""
    found = session.api.get_all("/triggers")
    columns = ("PIPELINE", "STARTS", "ON", "NEXT", "LAST JOB", "STARTED", "STATUS", "ERROR")
    session.print(found, lambda: output.print_table(columns, map(_trigger_row, found)))


def _trigger_row(trigger: Mapping[str, Any]) -> tuple[Any, ...]:
    last, after = trigger.get("lastRun") or {}, trigger.get("startsAfter") or ()
    return (
        trigger.get("pipeline"),
        f"after {', '.join(after)}" if after else (trigger.get("cron") or {}).get("pattern"),
        "on" if trigger.get("enabled") else "off",
        output.time_text(trigger.get("nextTime")),
        last.get("jobId"),
        output.time_text(last.get("startTime")),
        last.get("status"),
        trigger.get("error"),
    )


@command(trees, "tree", example="trigger tree 4xk9d2m1q7az")
def tree(session: Session, job_id: JobId) -> None:
    """Draw the jobs that the end of a job started, and so on down."""
    from distributedkube.cli.api import segment

    with advice(missing=f"see what happened to it: distributedkubectl exec history {job_id}"):
        answer = session.api.get(f"/exec/tree/{segment(job_id)}")
    session.print(answer, lambda: _print_trees([answer]))


@command(trees, "pipelines", example="trigger pipelines nightly")
def pipeline_tree(
    session: Session,
    name: Annotated[str | None, typer.Argument(help="Only what follows this pipeline.")] = None,
) -> None:
    """Draw which stored pipelines the end of others starts."""
    with advice(missing=_HOW_TO_LIST_PIPELINES):
        answer = session.api.get("/pipelines/triggers/tree", {"name": name} if name is not None else None)
    session.print(answer, lambda: _print_trees(answer))


def _print_trees(roots: Sequence[Mapping[str, Any]]) -> None:
    """Draws on a terminal and in pipes alike; only terminals have an edge where lines fold."""
    from rich.console import Console
    from rich.tree import Tree

    top = Tree("", hide_root=True)
    pending: list[tuple[Tree, Mapping[str, Any]]] = [(top, root) for root in reversed(roots)]
    while pending:
        parent, item = pending.pop()
        drawn = parent.add(_label(item))
        pending += [(drawn, child) for child in reversed(item.get("children", ()))]
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = _WIDTH_IN_PIPES
    console.print(top)


def _label(item: Mapping[str, Any]) -> Any:
    """A pipeline has a name alone, a job an id too."""
    from rich.text import Text

    job = ("  ", (item["jobId"], "cyan")) if item.get("jobId") else ()
    return Text.assemble((item.get("name", ""), "bold"), *job)


@command(webhooks, "list", example="webhook list 4xk9d2m1q7az")
def list_webhooks(session: Session, job_id: JobId) -> None:
    """List how the reports of a job's result and of its progress went."""
    from distributedkube.cli.api import segment

    with advice(missing="webhooks are asked for in a pipeline, as webhooks: {result: <url>, progress: <url>}"):
        answer = session.api.get(f"/webhooks/list/{segment(job_id)}")
    rows = [_delivery_row(kind, answer[kind]) for kind in ("result", "progress") if answer.get(kind)]
    columns = ("REPORT", "URL", "JOB", "STATUS", "OUTCOME", "ANSWER", "TRIES", "LAST TRY")
    session.print(answer, lambda: output.print_table(columns, rows))


def _delivery_row(kind: str, delivery: Mapping[str, Any]) -> tuple[Any, ...]:
    http = delivery.get("httpResponse", {})
    return (
        kind,
        delivery.get("url"),
        delivery.get("pipelineStatus"),
        delivery.get("status"),
        delivery.get("responseStatus"),
        f"{http.get('statusCode', '')} {http.get('statusMessage', '')}".strip(),
        delivery.get("attempts") or None,
        output.time_text(delivery.get("timestamp")),
    )
