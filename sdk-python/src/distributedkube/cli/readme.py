"""``distributedkubectl readme``: what algorithms and pipelines say of themselves."""

from __future__ import annotations

import sys
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from distributedkube.cli import output
from distributedkube.cli.command import Session, command, new_group
from distributedkube.cli.failures import UsageError, advice

group = new_group("Describe algorithms and pipelines in Markdown.")

FORM_FIELD = "README.md"
MAX_BYTES = 1024 * 1024
"""Longest text that is sent; longer ones are surely no description."""


class Kind(str, Enum):  # noqa: UP042
    """What may have a readme."""

    algorithm = "algorithm"
    pipeline = "pipeline"


Of = Annotated[Kind, typer.Argument(help="What it describes.")]
Name = Annotated[str, typer.Argument(help="Its name.")]


@command(group, "get", example="readme get algorithm range")
def get(session: Session, kind: Of, name: Name) -> None:
    """Print a readme."""
    with advice(missing=f"write one: distributedkubectl readme set {kind.value} {name} README.md"):
        answer = session.api.get(path_of(kind.value, name))
    session.print(answer, lambda: output.print_text(answer.get("readme", "")))


@command(group, "set", example="readme set algorithm range README.md")
def set_readme(
    session: Session,
    kind: Of,
    name: Name,
    file: Annotated[Path, typer.Argument(help="Markdown file; - is standard input.")],
) -> None:
    """Store a readme, instead of the one that may be there."""
    with advice(missing=f"see what there is: distributedkubectl {kind.value} list"):
        answer = session.api.upload_text(path_of(kind.value, name), FORM_FIELD, read_text(file))
    session.print(answer, lambda: output.print_text(f"readme of {kind.value} {name} is stored"))


@command(group, "delete", example="readme delete algorithm range")
def delete(session: Session, kind: Of, name: Name) -> None:
    """Delete a readme."""
    with advice(missing=""):
        answer = session.api.delete(path_of(kind.value, name))
    session.print(answer, lambda: output.print_text(f"readme of {kind.value} {name} is deleted"))


def path_of(kind: str, name: str) -> str:
    """The route of a readme."""
    from distributedkube.cli.api import segment

    return f"/readme/{kind}s/{segment(name)}"


def read_text(file: Path) -> bytes:
    """Reads a Markdown file. Raises ``UsageError`` when it cannot be, or is too long."""
    try:
        if str(file) == "-":
            text = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with file.open("rb") as source:
                text = source.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}") from error
    if len(text) > MAX_BYTES:
        raise UsageError(f"{file} is longer than {MAX_BYTES >> 10} KiB", "keep the readme short, and link to the rest")
    return text
