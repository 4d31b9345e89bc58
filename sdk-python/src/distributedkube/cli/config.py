"""``distributedkubectl config``: where the server is and how to speak to it."""

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
    """Keep a setting in the configuration file."""
    path = settings.config_path(os.environ)
    values = {**settings.load(path), key: settings.check(key, value)}
    settings.save(path, values)
    session.print(_shown(values), lambda: output.print_text(f"{key} is set in {path}"))


@command(group, "get", example="config get endpoint")
def get(session: Session, key: Key) -> None:
    """Print one setting of the configuration file."""
    settings_file = settings.config_path(os.environ)
    values = settings.load(settings_file)
    if key not in settings.KEYS:
        settings.check(key, "")
    if key not in values:
        raise MissingError(
            f"{key} is not set in {settings_file}", f"set it with: distributedkubectl config set {key} ..."
        )
    value = settings.check(key, values[key])
    session.print({key: value}, lambda: output.print_value(value))


@command(group, "list", example="config list")
def list_values(session: Session) -> None:
    """Print all settings of the configuration file."""
    path = settings.config_path(os.environ)
    values = _shown(settings.load(path))
    session.print(values, lambda: _print(values, str(path)))


def _print(values: dict[str, Any], path: str) -> None:
    if values:
        output.print_fields(values.items())
    output.note(f"file: {path}")


def _shown(values: dict[str, Any]) -> dict[str, Any]:
    return {key: "(hidden)" if key == "token" else value for key, value in values.items()}
