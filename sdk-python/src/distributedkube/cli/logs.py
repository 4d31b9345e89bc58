"""``distributedkubectl logs``: what the tasks of a job wrote."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Annotated, Any

import typer

from distributedkube.cli import output
from distributedkube.cli.command import Session, command
from distributedkube.cli.output import Format
from distributedkube.cli.progress import is_final


def add_to(app: typer.Typer) -> None:
    """Adds the command; it belongs to no group."""
    command(app, "logs", example="logs 4xk9d2m1q7az Range --follow")(logs)


def logs(
    session: Session,
    job_id: Annotated[str, typer.Argument(help="Id of the job.")],
    node: Annotated[str | None, typer.Argument(help="Only lines of this node.")] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until the job has ended.")] = False,
) -> None:
    """Print what the tasks of a job wrote. With -o json one line of JSON for each, with -o yaml one document."""
    lines = _followed(session, job_id, node) if follow else _listed(session, job_id, node)
    for line in lines:
        match session.format:
            case Format.json:
                output.print_json(line, one_line=True)
            case Format.yaml:
                output.print_text("---\n" + output.to_yaml(line))
            case Format.table:
                output.print_text(_text(line))
        output.flush()


def _listed(session: Session, job_id: str, node: str | None) -> Iterator[dict[str, Any]]:
    """Lines that are there; the token on the last page of a running job is for those to come."""
    from distributedkube.cli.api import segment

    params = {"nodeName": node} if node else {}
    while True:
        page = session.api.get(f"/logs/{segment(job_id)}", params)
        lines, token = page.get("lines", []), page.get("nextPageToken", "")
        yield from lines
        if int(page.get("dropped", 0)) and not (lines and token):
            output.note(f"{page['dropped']} lines were dropped because the job wrote too much")
        if not (lines and token):
            return
        params = {**params, "pageToken": token}


def _followed(session: Session, job_id: str, node: str | None) -> Iterator[dict[str, Any]]:
    from distributedkube.cli.api import follow, segment

    params = {"nodeName": node} if node else {}

    def ended() -> bool:  # a stream also ends when the server stops
        return is_final(session.api.get(f"/exec/status/{segment(job_id)}"))

    for update in follow(lambda: session.api.events(f"/watch/logs/{segment(job_id)}", dict(params)), ended):
        if token := update.get("nextPageToken"):
            params["pageToken"] = token
        yield from update.get("lines", ())


def _text(line: dict[str, Any]) -> str:
    moment = datetime.fromtimestamp(int(line.get("timestamp", 0)) / 1000, tz=timezone.utc).astimezone()  # noqa: UP017
    index = int(line.get("batchIndex", 0))
    node = f"{line.get('nodeName', '')}[{index}]" if index else line.get("nodeName", "")
    mark = "! " if line.get("stream") == "stderr" or line.get("level") == "error" else ""
    return f"{moment:%H:%M:%S}  {node}  {mark}{line.get('message', '')}"
