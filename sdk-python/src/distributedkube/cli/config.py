"""``distributedkubectl config``: where servers are, how to speak to them, and which one is in use."""

from __future__ import annotations

import os
from typing import Annotated, Any

import typer

from distributedkube.cli import output, settings
from distributedkube.cli.command import Session, command, new_group
from distributedkube.cli.failures import MissingError

group = new_group("Where the server is and how to speak to it.")

Key = Annotated[str, typer.Argument(help=", ".join(settings.KEYS))]


@command(group, "set", example="config set endpoint https://cluster.example")
def set_value(session: Session, key: Key, value: Annotated[str, typer.Argument()]) -> None:
    """Keep a setting in the configuration file. With --context it is kept under that name, which is made if need be."""
    path = settings.config_path(os.environ)
    file = settings.with_value(settings.load(path), session.context, key, settings.check(key, value))
    settings.save(path, file)
    values = _shown(settings.of_context(file, session.context))
    session.print(values, lambda: output.print_text(f"{key} is set in {path}"))


@command(group, "get", example="config get endpoint")
def get(session: Session, key: Key) -> None:
    """Print one setting of the configuration file."""
    path = settings.config_path(os.environ)
    values = settings.of_context(settings.load(path), session.context)
    if key not in settings.KEYS:
        settings.check(key, "")
    if key not in values:
        raise MissingError(f"{key} is not set in {path}", f"set it with: distributedkubectl config set {key} ...")
    value = settings.check(key, values[key])
    session.print({key: value}, lambda: output.print_value(value))


@command(group, "list", example="config list")
def list_values(session: Session) -> None:
    """Print the settings of the context in use, or of the one given with --context."""
    path = settings.config_path(os.environ)
    file = settings.load(path)
    values = _shown(settings.of_context(file, session.context))
    session.print(values, lambda: _print(values, f"file: {path}, context: {_name(session, file)}"))


@command(group, "contexts", example="config contexts")
def list_contexts(session: Session) -> None:
    """List the contexts: servers with their settings, by name."""
    file = settings.load(settings.config_path(os.environ))
    used = _name(session, file)
    found = [
        {"name": name, "inUse": name == used, "endpoint": values.get("endpoint", "")}
        for name, values in settings.contexts(file).items()
    ]
    rows = [("*" if context["inUse"] else "", context["name"], context["endpoint"]) for context in found]
    session.print(found, lambda: output.print_table(("", "CONTEXT", "ENDPOINT"), rows))


@command(group, "use", example="config use production")
def use(session: Session, name: Annotated[str, typer.Argument(help="Name of the context.")]) -> None:
    """Use the settings of a context from now on; those at the top of the file are the context default."""
    path = settings.config_path(os.environ)
    file = settings.load(path)
    values = _shown(settings.of_context(file, name))
    settings.save(path, {**file, "context": name})
    session.print(values, lambda: output.print_text(f"context {name} is in use"))


def _name(session: Session, file: dict[str, Any]) -> str:
    return settings.context_in_use(file, session.context)


def _print(values: dict[str, Any], where: str) -> None:
    if values:
        output.print_fields(values.items())
    output.note(where)


def _shown(values: dict[str, Any]) -> dict[str, Any]:
    return {key: "(hidden)" if key == "token" else value for key, value in values.items()}
