"""``distributedkubectl logs``: what the tasks of a job wrote."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from enum import Enum
from typing import Annotated, Any

import typer

from distributedkube.cli import output
from distributedkube.cli.command import Session, command
from distributedkube.cli.failures import advice
from distributedkube.cli.output import Format
from distributedkube.cli.progress import is_final


class Level(str, Enum):  # noqa: UP042
    """Levels of lines, the worst last."""

    trace = "trace"
    debug = "debug"
    info = "info"
    warning = "warning"
    error = "error"
    critical = "critical"


class Source(str, Enum):  # noqa: UP042
    """Where a line comes from."""

    stdout = "stdout"
    stderr = "stderr"
    worker = "worker"


def add_to(app: typer.Typer) -> None:
    """Adds the command; it belongs to no group."""
    command(app, "logs", example="logs 4xk9d2m1q7az Range --follow")(logs)


def logs(
    session: Session,
    job_id: Annotated[str, typer.Argument(help="Id of the job.")],
    node: Annotated[str | None, typer.Argument(help="Only lines of this node.")] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until the job has ended.")] = False,
    tail: Annotated[int | None, typer.Option("--tail", min=1, max=1000, help="Begin with the last lines.")] = None,
    level: Annotated[Level | None, typer.Option("--level", help="Only lines of this level or worse.")] = None,
    text: Annotated[
        str | None, typer.Option("--grep", metavar="TEXT", help="Only lines with this, in any case.")
    ] = None,
    task: Annotated[str | None, typer.Option("--task", help="Only lines of this task.")] = None,
    attempt: Annotated[int | None, typer.Option("--attempt", min=1, help="Only lines of this attempt.")] = None,
    source: Annotated[Source | None, typer.Option("--source", help="Only lines from there.")] = None,
) -> None:
    """Print what the tasks of a job wrote. With -o json one line of JSON for each, with -o yaml one document."""
    said = {
        "nodeName": node,
        "level": level and level.value,
        "q": text,
        "taskId": task,
        "attempt": attempt,
        "source": source and source.value,
    }
    params = {key: value for key, value in said.items() if value is not None}
    with advice():
        for line in _lines(session, job_id, params, tail=tail, follow=follow):
            _print(session, line)


def _lines(
    session: Session, job_id: str, params: dict[str, Any], *, tail: int | None, follow: bool
) -> Iterator[dict[str, Any]]:
    """The lines that were asked for. Those to come begin where the last ones end."""
    if tail is not None:
        page = _page(session, job_id, {**params, "backward": "true", "pageSize": tail})
        yield from page.get("lines", [])
        params = {**params, "pageToken": page.get("nextPageToken", "")}
        if not follow or not params["pageToken"]:
            return
    yield from _followed(session, job_id, params) if follow else _listed(session, job_id, params)


def _page(session: Session, job_id: str, params: dict[str, Any]) -> dict[str, Any]:
    from distributedkube.cli.api import segment

    page: dict[str, Any] = session.api.get(f"/logs/{segment(job_id)}", params)
    return page


def _listed(session: Session, job_id: str, params: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Lines that are there; the token on the last page of a running job is for those to come."""
    while True:
        page = _page(session, job_id, params)
        lines, token = page.get("lines", []), page.get("nextPageToken", "")
        yield from lines
        if int(page.get("dropped", 0)) and not (lines and token):
            output.note(f"{page['dropped']} lines were dropped because the job wrote too much")
        if not (lines and token):
            return
        params = {**params, "pageToken": token}


def _followed(session: Session, job_id: str, params: dict[str, Any]) -> Iterator[dict[str, Any]]:
    from distributedkube.cli.api import follow, segment

    params = dict(params)

    def ended() -> bool:  # a stream also ends when the server stops
        return is_final(session.api.get(f"/exec/status/{segment(job_id)}"))

    for update in follow(lambda: session.api.events(f"/watch/logs/{segment(job_id)}", dict(params)), ended):
        if token := update.get("nextPageToken"):
            params["pageToken"] = token
        yield from update.get("lines", ())


def _print(session: Session, line: dict[str, Any]) -> None:
    match session.format:
        case Format.json:
            output.print_json(line, one_line=True)
        case Format.yaml:
            output.print_text("---\n" + output.to_yaml(line))
        case Format.table:
            output.print_text(_text(line))
    output.flush()


def _text(line: dict[str, Any]) -> str:
    moment = datetime.fromtimestamp(int(line.get("timestamp", 0)) / 1000, tz=timezone.utc).astimezone()  # noqa: UP017
    index = int(line.get("batchIndex", 0))
    node = f"{line.get('nodeName', '')}[{index}]" if index else line.get("nodeName", "")
    mark = "! " if line.get("stream") == "stderr" or line.get("level") == "error" else ""
    return f"{moment:%H:%M:%S}  {node}  {mark}{line.get('message', '')}"
