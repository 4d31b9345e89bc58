"""``distributedkubectl queue``: jobs that wait to be started, and their order.

The order of managed jobs is made by scores. Preferred ones go first, in the order that people gave them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Annotated, Any

import typer

from distributedkube.cli import output
from distributedkube.cli.command import Session, command, new_group
from distributedkube.cli.failures import UsageError, advice

group = new_group("See which jobs wait to be started, and change their order.")

Jobs = Annotated[list[str], typer.Argument(help="Ids of jobs.")]

_PAGE_SIZE = 100


class Position(str, Enum):  # noqa: UP042
    """Where among the preferred jobs."""

    first = "first"
    last = "last"
    before = "before"
    after = "after"


@command(group, "list", example="queue list --preferred")
def list_jobs(
    session: Session,
    preferred: Annotated[bool, typer.Option("--preferred", help="Only those that people put first.")] = False,
    managed: Annotated[bool, typer.Option("--managed", help="Only those in the order of their scores.")] = False,
    pipeline: Annotated[str | None, typer.Option("--pipeline", help="Only jobs of this pipeline.")] = None,
    tag: Annotated[str | None, typer.Option("--tag", help="Only jobs with this tag.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100_000, help="Most jobs to list of each kind.")] = 100,
) -> None:
    """List waiting jobs in the order in which they start: preferred ones, then managed ones."""
    wanted = {"pipelineName": pipeline, "tag": tag}
    params = {key: value for key, value in wanted.items() if value is not None}
    both = preferred == managed
    kinds = [kind for kind, chosen in (("preferred", preferred), ("managed", managed)) if chosen or both]
    found = [{**job, "queue": kind} for kind in kinds for job in _jobs(session, kind, params, limit)]
    columns = ("JOB", "PIPELINE", "QUEUE", "PRIORITY", "WAITING SINCE", "EXPERIMENT", "TAGS", "")
    session.print(found, lambda: output.print_table(columns, map(_row, found)))


def _jobs(session: Session, kind: str, params: Mapping[str, Any], limit: int) -> Iterator[dict[str, Any]]:
    """The first jobs of a queue, each once: a page begins with the job it was asked for, or before it."""
    seen, query = set[str](), {**params, "pageSize": _PAGE_SIZE}
    while True:
        page = session.api.get(f"/queue/{kind}", query)
        new = [job for job in page.get("returnList", []) if job["jobId"] not in seen][: limit - len(seen)]
        yield from new
        seen.update(job["jobId"] for job in new)
        if not new or len(seen) >= limit or not page.get("nextCount"):
            return
        query["firstJobId"] = new[-1]["jobId"]


def _row(job: Mapping[str, Any]) -> tuple[Any, ...]:
    return (
        job.get("jobId"),
        job.get("pipelineName"),
        job.get("queue"),
        job.get("priority"),
        output.time_text(job.get("entranceTime")),
        job.get("experimentName"),
        ", ".join(job.get("tags") or ()),
        "waits for its pipeline's limit" if job.get("maxExceeded") else "",
    )


@command(group, "count", example="queue count")
def count(session: Session) -> None:
    """Count waiting jobs."""
    answer = session.api.get("/queue/count")
    session.print(answer, lambda: output.print_fields(answer.items()))


@command(group, "prefer", example="queue prefer 4xk9d2m1q7az --position before --pipeline nightly")
def prefer(
    session: Session,
    jobs: Jobs,
    position: Annotated[Position, typer.Option("--position", help="Where among the preferred jobs.")] = Position.first,
    job: Annotated[str | None, typer.Option("--job", help="Before or after this job.")] = None,
    pipeline: Annotated[str | None, typer.Option("--pipeline", help="Before or after jobs of this pipeline.")] = None,
    tag: Annotated[str | None, typer.Option("--tag", help="Before or after jobs with this tag.")] = None,
) -> None:
    """Start jobs before all others, in the order given."""
    given = {"jobId": job, "pipelineName": pipeline, "tag": tag}
    query = {key: value for key, value in given.items() if value is not None}
    needs_place = position in (Position.before, Position.after)
    if needs_place and len(query) != 1:
        raise UsageError(f"{position.value} what?", "say one of --job, --pipeline and --tag")
    if query and not needs_place:
        raise UsageError(f"{position.value} needs no place", "leave out --job, --pipeline and --tag")
    body = {"jobs": jobs, "position": position.value, **({"query": query} if query else {})}
    with advice(invalid="see which jobs wait: distributedkubectl queue list --managed"):
        moved = session.api.post("/queue/preferred", body)
    _print_moved(session, moved, jobs, "preferred")


@command(group, "release", example="queue release 4xk9d2m1q7az")
def release(session: Session, jobs: Jobs) -> None:
    """Give preferred jobs back to the order by scores."""
    moved = session.api.post("/queue/preferred/deletes", {"jobs": jobs})
    _print_moved(session, moved, jobs, "managed")


def _print_moved(session: Session, moved: list[dict[str, Any]], jobs: list[str], where: str) -> None:
    """Says what was moved, and notes what was not."""
    ids = [job.get("jobId", "") for job in moved]
    session.print(moved, lambda: output.print_text(f"{where}: {', '.join(ids) or 'none'}"))
    if rest := [job for job in jobs if job not in ids]:
        output.note(f"not waiting there: {', '.join(rest)}")
