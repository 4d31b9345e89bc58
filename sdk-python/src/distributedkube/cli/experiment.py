"""``distributedkubectl experiment``: places that keep jobs apart."""

from __future__ import annotations

from typing import Annotated

import typer

from distributedkube.cli import output
from distributedkube.cli.command import Session, Yes, command, confirm, new_group
from distributedkube.cli.failures import advice

group = new_group("Keep jobs apart by what they are for.")

Name = Annotated[str, typer.Argument(help="Name of the experiment.")]

_HOW_TO_LIST = "see which experiments there are: distributedkubectl experiment list"


@command(group, "list", example="experiment list")
def list_experiments(session: Session) -> None:
    """List experiments."""
    found = session.api.get_all("/experiment")
    rows = [(e.get("name"), e.get("description"), output.time_text(e.get("created"))) for e in found]
    session.print(found, lambda: output.print_table(("EXPERIMENT", "DESCRIPTION", "CREATED"), rows))


@command(group, "get", example="experiment get main")
def get(session: Session, name: Name) -> None:
    """Print an experiment."""
    from distributedkube.cli.api import segment

    with advice(missing=_HOW_TO_LIST):
        found = session.api.get(f"/experiment/{segment(name)}")
    session.print(found, lambda: output.print_yaml(found))


@command(group, "create", example='experiment create spring --description "new features"')
def create(
    session: Session,
    name: Name,
    description: Annotated[str | None, typer.Option("--description", help="What it is for.")] = None,
) -> None:
    """Create an experiment. Pipelines name theirs as experimentName."""
    body = {"name": name, **({"description": description} if description else {})}
    answer = session.api.post("/experiment", body)
    session.print(answer, lambda: output.print_text(f"experiment {name} is created"))


@command(group, "delete", example="experiment delete spring --yes")
def delete(
    session: Session,
    name: Name,
    yes: Yes = False,
) -> None:
    """Delete an experiment with all its jobs; running ones are stopped, and the crons of its pipelines end."""
    from distributedkube.cli.api import segment

    confirm(f"Delete experiment {name} with all its jobs and their results?", yes=yes)
    with advice(missing=_HOW_TO_LIST):
        answer = session.api.delete(f"/experiment/{segment(name)}")
    session.print(answer, lambda: output.print_text(f"experiment {name} is deleted"))
