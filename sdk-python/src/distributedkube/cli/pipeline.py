"""``distributedkubectl pipeline``: stored pipelines."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from distributedkube.cli import graph, output, versions
from distributedkube.cli.command import RequiredFile, Session, command, new_group
from distributedkube.cli.failures import MissingError, RefusedError, UsageError, advice
from distributedkube.cli.files import read_mapping
from distributedkube.client.definition import normal_pipeline

group = new_group("Store pipelines and look at them.")
graph.add_to_pipelines(group)
versions.add_to(group, "pipeline")

_HOW_TO_LIST = "see which pipelines there are: distributedkubectl pipeline list"

Name = Annotated[str, typer.Argument(help="Name of the pipeline.")]


@command(group, "store", example="pipeline store -f numbers.yml")
def store(
    session: Session,
    file: RequiredFile,
    replace: Annotated[bool, typer.Option("--replace", "--overwrite", help="Replace a pipeline of that name.")] = False,
) -> None:
    """Store a pipeline."""
    pipeline = normal_pipeline(read_mapping(file))
    stored = _replace(session, pipeline) if replace else _create(session, pipeline, str(file))
    session.print(stored, lambda: output.print_text(f"pipeline {stored.get('name', '')} is stored"))


def _create(session: Session, pipeline: dict[str, Any], file: str) -> Any:
    try:
        return session.api.post("/store/pipelines", pipeline)
    except RefusedError as error:
        again = f"replace it with: distributedkubectl pipeline store --replace -f {file}"
        raise RefusedError(error.message, error.next_step or again) from error


def _replace(session: Session, pipeline: dict[str, Any]) -> Any:
    """Replaces a pipeline, or creates it when there is none; the second call tells about a missing algorithm."""
    try:
        return session.api.put("/store/pipelines", pipeline)
    except MissingError:
        return session.api.post("/store/pipelines", pipeline)


@command(group, "validate", example="pipeline validate -f numbers.yml")
def validate(session: Session, file: RequiredFile) -> None:
    """Say all that is wrong with a pipeline, without storing it."""
    answer = session.api.post("/store/pipelines/validate", normal_pipeline(read_mapping(file)))
    problems = answer.get("problems", [])
    session.print(answer, lambda: _print_problems(problems, str(file)))
    if not answer.get("valid"):
        raise UsageError(f"{file} cannot be stored as it is", "correct what is an error")


def _print_problems(problems: list[dict[str, Any]], file: str) -> None:
    if not problems:
        output.print_text(f"{file} is valid")
        return
    rows = [(p.get("severity"), p.get("path"), p.get("message"), p.get("fix")) for p in problems]
    output.print_table(("SEVERITY", "WHERE", "WHAT", "FIX"), rows, {"error": "red", "warning": "yellow"})


@command(group, "list", example="pipeline list")
def list_pipelines(session: Session) -> None:
    """List stored pipelines."""
    pipelines = session.api.get_all("/store/pipelines")
    session.print(pipelines, lambda: _print_list(pipelines))


def _print_list(pipelines: list[dict[str, Any]]) -> None:
    rows = [
        (p.get("name"), p.get("kind"), len(p.get("nodes", ())), p.get("version"), output.time_text(p.get("modified")))
        for p in pipelines
    ]
    output.print_table(("NAME", "KIND", "NODES", "VERSION", "MODIFIED"), rows)


@command(group, "get", example="pipeline get numbers")
def get(session: Session, name: Name) -> None:
    """Print a stored pipeline."""
    from distributedkube.cli.api import segment

    with advice(missing=_HOW_TO_LIST):
        pipeline = session.api.get(f"/store/pipelines/{segment(name)}")
    session.print(pipeline, lambda: output.print_yaml(pipeline))


@command(group, "delete", example="pipeline delete numbers")
def delete(
    session: Session,
    name: Name,
    with_versions: Annotated[bool, typer.Option("--versions", help="Delete its versions too.")] = False,
) -> None:
    """Delete a stored pipeline and stop its jobs."""
    from distributedkube.cli.api import segment

    params = {"keepOldVersions": "false"} if with_versions else None
    with advice(missing=_HOW_TO_LIST):
        answer = session.api.delete(f"/store/pipelines/{segment(name)}", params)
    session.print(answer, lambda: output.print_text(answer.get("message", "deleted")))
