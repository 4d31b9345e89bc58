"""``distributedkubectl exec search``: finds jobs, running or ended, page after page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from enum import Enum
from typing import Annotated, Any

import typer

from distributedkube.cli import output
from distributedkube.cli.command import Session, command
from distributedkube.cli.failures import UsageError

_COLUMNS = ("JOB", "PIPELINE", "STATUS", "STARTED", "SECONDS", "TYPES", "EXPERIMENT", "TAGS")
_SHOWN_FIELDS = (
    "jobId",
    "pipeline.name",
    "pipeline.startTime",
    "pipeline.types",
    "pipeline.experimentName",
    "pipeline.tags",
    "status.status",
    "result.timeTook",
)
"""What the table needs of a job; the rest stays on the server."""

_PAGE_SIZE = 100
"""Most that the server gives at once."""

_AGO = re.compile(r"^(\d{1,6})([mhdw])$")
_UNITS: Mapping[str, timedelta] = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}


class Sort(str, Enum):  # noqa: UP042
    """By the time when jobs came in."""

    asc = "asc"
    desc = "desc"


def add_to(group: typer.Typer) -> None:
    """Adds the command to those about jobs."""
    command(group, "search", example="exec search --pipeline numbers --status failed --from 2d")(search)


def search(
    session: Session,
    text: Annotated[str | None, typer.Argument(help="Id of a job, external id or name of a pipeline.")] = None,
    pipeline: Annotated[str | None, typer.Option("--pipeline", help="Same as the argument.")] = None,
    algorithm: Annotated[str | None, typer.Option("--algorithm", help="Jobs with a node that runs it.")] = None,
    status: Annotated[str | None, typer.Option("--status", help="As active, completed, failed, stopped.")] = None,
    kind: Annotated[str | None, typer.Option("--type", help="As raw, stored, cron, trigger, rerun.")] = None,
    experiment: Annotated[str | None, typer.Option("--experiment", help="Jobs of this experiment.")] = None,
    tags: Annotated[list[str] | None, typer.Option("--tag", help="Jobs with any of these; may be repeated.")] = None,
    since: Annotated[
        str | None, typer.Option("--from", help="Started then or later: a date and time, or 30m, 2h, 7d, 1w ago.")
    ] = None,
    until: Annotated[str | None, typer.Option("--to", help="Started before then.")] = None,
    sort: Annotated[Sort, typer.Option("--sort", help="Newest first, or oldest first.")] = Sort.desc,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100_000, help="Most jobs to list.")] = 20,
    fields: Annotated[
        str | None, typer.Option("--fields", help="With -o: only these parts, as jobId,status.status.")
    ] = None,
) -> None:
    """Find jobs. With -o json or yaml each is printed with all that is known of it, or with --fields alone."""
    now = datetime.now(tz=timezone.utc)  # noqa: UP017
    dates = {key: moment(value, now) for key, value in (("from", since), ("to", until)) if value is not None}
    query = {
        "pipelineName": pipeline or text,
        "algorithmName": algorithm,
        "pipelineStatus": status,
        "pipelineType": kind,
        "experimentName": experiment,
        "tags": tags or None,
        "datesRange": dates or None,
    }
    body: dict[str, Any] = {"query": {key: value for key, value in query.items() if value is not None}}
    body["sort"] = sort.value
    names = [name.strip() for name in fields.split(",")] if fields else [] if session.is_data else list(_SHOWN_FIELDS)
    if names:
        body["fields"] = dict.fromkeys(names, True)
    pages = _pages(session, body, limit)
    if session.is_data:
        output.print_list((job for page in pages for job in page), session.format)
        return
    table = output.TablePages(_COLUMNS, output.STATE_STYLES)
    for page in pages:
        table.print(map(_row, page))


def _pages(session: Session, body: dict[str, Any], limit: int) -> Iterator[list[dict[str, Any]]]:
    """Pages of hits, up to a limit; each begins where the cursor of the last one says."""
    left = limit
    while True:
        size = min(left, _PAGE_SIZE)
        page = session.api.post("/exec/search", {**body, "limit": size})
        hits = page.get("hits", [])
        yield hits
        left -= len(hits)
        if left <= 0 or len(hits) < size or not page.get("cursor"):
            return
        body = {**body, "cursor": page["cursor"]}


def moment(text: str, now: datetime) -> str:
    """A time as the API takes it, from a date with or without time, or from how long ago it was.

    Without a zone it is local time. Raises ``UsageError`` for anything else.
    """
    if match := _AGO.match(text):
        return (now - int(match[1]) * _UNITS[match[2]]).isoformat()
    try:
        return datetime.fromisoformat(re.sub("[zZ]$", "+00:00", text)).astimezone().isoformat()
    except ValueError:
        raise UsageError(f"{text} is no time", "write it like 2024-05-01, 2024-05-01T12:30 or 2h") from None


def _row(job: Mapping[str, Any]) -> tuple[Any, ...]:
    pipeline = job.get("pipeline") or {}
    return (
        job.get("jobId"),
        pipeline.get("name"),
        (job.get("status") or {}).get("status"),
        output.time_text(pipeline.get("startTime")),
        (job.get("result") or {}).get("timeTook"),
        ", ".join(pipeline.get("types") or ()),
        pipeline.get("experimentName"),
        ", ".join(pipeline.get("tags") or ()),
    )
