"""The README of the package lists what the program has: every command in its words, every exit code, every setting."""

import re
from collections.abc import Iterator
from pathlib import Path

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup

from distributedkube.cli.failures import ExitCode
from distributedkube.cli.main import app
from distributedkube.cli.settings import KEYS

README = (Path(__file__).parents[3] / "sdk-python" / "README.md").read_text()


def commands(found: TyperGroup | TyperCommand, *path: str) -> Iterator[str]:
    """A row for each: the words, then the first sentence of its help."""
    if isinstance(found, TyperGroup):
        for name, inner in found.commands.items():
            if not inner.hidden:
                yield from commands(inner, *path, name)
        return
    words = [*path, *(_placeholder(param) for param in found.params if isinstance(param, TyperArgument))]
    about = " ".join((found.help or "").split("\n\n")[0].split())
    yield f"| `{' '.join(words)}` | {re.split(r'[.;] ', about)[0].rstrip('.')} |"


def _placeholder(argument: TyperArgument) -> str:
    name = re.sub(r"_(\w)", lambda found: found[1].upper(), str(argument.name)) + ("…" if argument.nargs < 0 else "")
    return f"<{name}>" if argument.required else f"[{name}]"


def test_every_command_is_listed() -> None:
    listed = [line for line in README.splitlines() if re.match(r"\| `[a-z]+( |`)", line)]
    assert listed == list(commands(typer.main.get_command(app)))


def test_exit_codes_and_settings_are_listed() -> None:
    for code in ExitCode:
        assert f"| {code.value} | {code.meaning} |" in README
    for key in KEYS:
        assert f"| {key} | `" in README
