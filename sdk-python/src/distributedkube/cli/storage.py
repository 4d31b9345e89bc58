"""``distributedkubectl storage``: the data that jobs left behind."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from distributedkube.cli import output
from distributedkube.cli.bars import byte_bar
from distributedkube.cli.command import Session, command, new_group
from distributedkube.cli.failures import MissingError, UsageError, advice

group = new_group("Look at what jobs stored, and save it.")

Key = Annotated[str, typer.Argument(help="Path, as the list or the result of a job shows it.")]

_HOW_TO_LIST = "see what is stored: distributedkubectl storage ls"


@command(group, "ls", example="storage ls local-hkube/4xk9d2m1q7az", aliases=("list",))
def list_paths(
    session: Session, path: Annotated[str | None, typer.Argument(help="Where to look. Default: the top.")] = None
) -> None:
    """List what is at a path: first the paths below it, then the values with their sizes."""
    from distributedkube.cli.api import segments

    if path is None or not path.strip("/"):
        top = session.api.get("/storage/prefix/types")
        session.print(top, lambda: output.print_table(("PATH",), [(name,) for name in top]))
        return
    with advice(missing=_HOW_TO_LIST):
        below = _listed(session, f"/storage/prefixes/{segments(path)}")
        values = _listed(session, f"/storage/keys/{segments(path)}")
        if below is None and values is None:
            raise MissingError(f"nothing is stored at {path}")
    found = {
        "path": path,
        "prefixes": (below or {}).get("keys", []),
        "keys": (values or {}).get("keys", []),
        "total": (values or {}).get("total", 0),
    }
    session.print(found, lambda: _print_listed(found))


def _listed(session: Session, route: str) -> dict[str, Any] | None:
    try:
        answer: dict[str, Any] = session.api.get(route)
    except MissingError:
        return None
    return answer


def _print_listed(found: Mapping[str, Any]) -> None:
    keys = found["keys"]
    rows = [(f"{name.rstrip('/')}/", "", "") for name in found["prefixes"]]
    rows += [(key.get("path"), output.size_text(int(key.get("size", 0))), key.get("mtime")) for key in keys]
    output.print_table(("PATH", "SIZE", "MODIFIED"), rows)
    if int(found["total"]) > len(keys):
        output.note(f"{len(keys)} of {found['total']} values; name a longer path to see others")


@command(group, "cat", example="storage cat local-hkube/4xk9d2m1q7az/4xk9d2m1q7az")
def cat(
    session: Session,
    path: Key,
    raw: Annotated[bool, typer.Option("--raw", help="The bytes as they are stored, encoded.")] = False,
) -> None:
    """Print a value: decoded when it is small, else its bytes. With -o it is data, and has to be small."""
    from distributedkube.cli.api import segments

    with advice(missing=_HOW_TO_LIST, invalid=f"save it: distributedkubectl storage get {path} <file>"):
        if session.is_data:
            value = session.api.get(f"/storage/values/{segments(path)}")
            session.print(value, lambda: None)
            return
        with session.api.download(f"/storage/stream/{'' if raw else 'custom/'}{segments(path)}") as download:
            for chunk in download.chunks:
                sys.stdout.buffer.write(chunk)
            sys.stdout.buffer.flush()


@command(group, "get", example="storage get local-hkube/4xk9d2m1q7az/4xk9d2m1q7az input.json")
def get(
    session: Session,
    path: Key,
    file: Annotated[Path | None, typer.Argument(help="Where to; default: the last part of the path.")] = None,
    raw: Annotated[bool, typer.Option("--raw", help="The bytes as they are stored, encoded.")] = False,
) -> None:
    """Save a value in a file."""
    from distributedkube.cli.api import segments

    target = file or Path(path.rstrip("/").rpartition("/")[2])
    with advice(missing=_HOW_TO_LIST):
        size = save(session, f"/storage/download/{'' if raw else 'custom/'}{segments(path)}", target)
    answer = {"file": str(target), "size": size}
    session.print(answer, lambda: output.print_text(f"saved {target}, {output.size_text(size)}"))


def save(session: Session, route: str, target: Path) -> int:
    """Saves what a route sends in a file, whole or not at all; returns its length in bytes.

    Raises ``UsageError`` when the file cannot be written.
    """
    part = target.with_name(f"{target.name}.part")
    try:
        with (
            session.api.download(route) as download,
            byte_bar("loading", download.size) as on_bytes,
            part.open("wb") as out,
        ):
            for chunk in download.chunks:
                out.write(chunk)
                on_bytes(len(chunk))
            size = out.tell()
        os.replace(part, target)
    except OSError as error:
        raise UsageError(f"cannot write {target}: {error.strerror}", "name another file") from error
    finally:
        part.unlink(missing_ok=True)
    return size
