"""``distributedkubectl exec graph`` and ``pipeline graph``: the nodes of a job or pipeline and how they depend on each
other, drawn in the terminal."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from distributedkube.cli import output
from distributedkube.cli.command import FileOption, Session, command
from distributedkube.cli.failures import UsageError, advice
from distributedkube.cli.files import read_mapping
from distributedkube.client.definition import normal_pipeline

if TYPE_CHECKING:
    from distributedkube.cli.dag_drawing import Box, Drawing

Ascii = Annotated[bool, typer.Option("--ascii", help="Draw with plain characters.")]

_COLUMNS = ("NODE", "ALGORITHM", "STATUS", "DONE", "AFTER")


def add_to_jobs(group: typer.Typer) -> None:
    """Adds the command to those about jobs."""
    command(group, "graph", example="exec graph 4xk9d2m1q7az")(job_graph)


def add_to_pipelines(group: typer.Typer) -> None:
    """Adds the command to those about pipelines."""
    command(group, "graph", example="pipeline graph numbers")(pipeline_graph)


def job_graph(
    session: Session,
    job_id: Annotated[str | None, typer.Argument(help="Id of the job.")] = None,
    pipeline: Annotated[str | None, typer.Option("--pipeline", help="Instead: a stored pipeline.")] = None,
    file: FileOption = None,
    ascii_only: Ascii = False,
) -> None:
    """Draw the nodes of a job with their states; or those of a pipeline, stored or in a file."""
    if sum(given is not None for given in (job_id, pipeline, file)) != 1:
        raise UsageError("which graph?", "name one of: a job, --pipeline <name>, -f <file>")
    found = _of_job(session, job_id) if job_id is not None else _of_pipeline(session, pipeline, file)
    session.print(found, lambda: _print(found, ascii_only=ascii_only))


def pipeline_graph(
    session: Session,
    name: Annotated[str | None, typer.Argument(help="Name of a stored pipeline.")] = None,
    file: FileOption = None,
    ascii_only: Ascii = False,
) -> None:
    """Draw the nodes of a pipeline, stored or in a file."""
    if (name is None) == (file is None):
        raise UsageError("which pipeline?", "name a stored one, or give a file with -f")
    found = _of_pipeline(session, name, file)
    session.print(found, lambda: _print(found, ascii_only=ascii_only))


def _of_job(session: Session, job_id: str) -> Any:
    from distributedkube.cli.api import segment

    with advice():
        # Without its items, of which a batch may have millions.
        return session.api.get(f"/graph/parsed/{segment(job_id)}", {"from": 0, "to": 0})


def _of_pipeline(session: Session, name: str | None, file: Path | None) -> Any:
    from distributedkube.cli.api import segment

    if file is not None:
        return session.api.post("/store/pipelines/graph", {"pipeline": normal_pipeline(read_mapping(file))})
    with advice(missing="see which pipelines there are: distributedkubectl pipeline list"):
        return session.api.get(f"/store/pipelines/graph/{segment(name or '')}")


def _print(graph: Mapping[str, Any], *, ascii_only: bool) -> None:
    """Draws the graph; where there is no room for it, a table says the same."""
    from distributedkube.cli.dag_drawing import draw
    from distributedkube.cli.dag_layout import TooLargeError

    nodes = graph.get("nodes", [])
    edges = [(edge["from"], edge["to"]) for edge in graph.get("edges", [])]
    if not nodes:
        output.note("there are no nodes")
        return
    try:
        drawing = draw([_box(node) for node in nodes], edges)
    except TooLargeError:
        drawing = None
    if drawing is None or (sys.stdout.isatty() and drawing.width > shutil.get_terminal_size().columns):
        output.note("the graph is too wide to be drawn here")
        output.print_table(_COLUMNS, _rows(nodes, edges))
        return
    _print_drawing(drawing, ascii_only=ascii_only or not _can_print("│▼"))
    for source, target in drawing.back_edges:
        output.print_text(f"and back: {source} to {target}")


def _box(node: Mapping[str, Any]) -> Box:
    from distributedkube.cli.dag_drawing import Box

    name, state = str(node["nodeName"]), str(node.get("status") or "")
    about = f"{state} {_counts(node)}".strip() if state else str(node.get("algorithmName") or node.get("kind") or "")
    return Box(name, (name, about) if about and about.lower() != name.lower() else (name,), state)


def _counts(node: Mapping[str, Any]) -> str:
    """How many items of a batch have ended, and how many of these failed; nothing for single tasks."""
    info = node.get("batchInfo") or {}
    if int(info.get("total") or 0) < 2:
        return ""
    failed = int(info.get("errors") or 0)
    return f"{info.get('completed') or 0}/{info['total']}" + (f", {failed} failed" if failed else "")


def _rows(nodes: list[dict[str, Any]], edges: list[tuple[str, str]]) -> Iterator[tuple[Any, ...]]:
    before: dict[str, list[str]] = {}
    for source, target in edges:
        before.setdefault(target, []).append(source)
    for node in nodes:
        name = node["nodeName"]
        yield name, node.get("algorithmName"), node.get("status"), _counts(node), ", ".join(before.get(name, ()))


def _print_drawing(drawing: Drawing, *, ascii_only: bool) -> None:
    lines = drawing.as_ascii() if ascii_only else drawing.lines
    if not sys.stdout.isatty():
        output.print_text("\n".join(lines))
        return
    from rich.console import Console
    from rich.text import Text

    texts = [Text(line) for line in lines]
    for span in drawing.spans:
        texts[span.row].stylize(output.STATE_STYLES.get(span.state, ""), span.start, span.end)
    console = Console(highlight=False)
    for text in texts:
        console.print(text, soft_wrap=True)


def _can_print(text: str) -> bool:
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True
