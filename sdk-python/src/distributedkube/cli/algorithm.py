"""``distributedkubectl algorithm``: stored algorithms."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from distributedkube.cli import apply, output, versions
from distributedkube.cli.command import Session, command, new_group
from distributedkube.cli.failures import RefusedError, advice

group = new_group("Store algorithms, build their code, and look at them.")
apply.add_to(group)
versions.add_to(group, "algorithm")

Name = Annotated[str, typer.Argument(help="Name of the algorithm.")]

_HOW_TO_LIST = "see which algorithms there are: distributedkubectl algorithm list"


@command(group, "list", example="algorithm list --name range")
def list_algorithms(
    session: Session,
    name: Annotated[str | None, typer.Option("--name", help="Only names that contain this.")] = None,
) -> None:
    """List stored algorithms."""
    algorithms = session.api.get_all("/store/algorithms", {"name": name} if name else None)
    session.print(algorithms, lambda: _print_list(algorithms))


def _print_list(algorithms: list[dict[str, Any]]) -> None:
    rows = [
        (
            a.get("name"),
            a.get("env"),
            a.get("type"),
            a.get("cpu"),
            a.get("mem"),
            "building" if a.get("options", {}).get("pending") else a.get("version"),
            output.time_text(a.get("modified")),
        )
        for a in algorithms
    ]
    output.print_table(("NAME", "ENV", "TYPE", "CPU", "MEM", "VERSION", "MODIFIED"), rows)


@command(group, "get", example="algorithm get range")
def get(session: Session, name: Name) -> None:
    """Print an algorithm."""
    from distributedkube.cli.api import segment

    with advice(missing=_HOW_TO_LIST):
        algorithm = session.api.get(f"/store/algorithms/{segment(name)}")
    session.print(algorithm, lambda: output.print_yaml(algorithm))


@command(group, "delete", example="algorithm delete range")
def delete(
    session: Session,
    name: Name,
    force: Annotated[bool, typer.Option("--force", help="Delete the pipelines that use it and stop its jobs.")] = False,
    versions: Annotated[bool, typer.Option("--versions", help="Delete its versions and builds too.")] = False,
) -> None:
    """Delete an algorithm."""
    from distributedkube.cli.api import segment

    params = {**({"force": "true"} if force else {}), **({"keepOldVersions": "false"} if versions else {})}
    invalid = f"delete what uses it too: distributedkubectl algorithm delete {name} --force"
    with advice(missing=_HOW_TO_LIST, invalid="" if force else invalid):
        answer = session.api.delete(f"/store/algorithms/{segment(name)}", params)
    session.print(answer, lambda: output.print_text(answer.get("message", "deleted")))


@command(group, "debug", example="algorithm debug range")
def debug(_: Session, name: Name) -> None:
    """Not there yet: run an algorithm in your editor while the rest of its pipeline runs in the cluster."""
    raise RefusedError(
        "debugging an algorithm in an editor is not there yet; it comes with a later release",
        f"try its code on the nodes of a job that has run: distributedkubectl algorithm apply {name} ..., "
        "then distributedkubectl exec caching <jobId> <node>",
    )
