"""``distributedkubectl export`` and ``import``: takes algorithms and pipelines from one server to another as files.

There is one file for each, named like it, without what the server adds, so that the files may be kept under version
control.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import typer

from distributedkube.cli import output
from distributedkube.cli.command import Session, command, new_group
from distributedkube.cli.failures import FailedError, UsageError
from distributedkube.cli.files import read_mapping

exports = new_group("Save stored algorithms and pipelines as files.")
imports = new_group("Store algorithms and pipelines that were saved as files.")

KINDS = ("algorithms", "pipelines")
MADE_BY_SERVER = ("version", "created", "modified", "auditTrail", "errors", "unscheduledReason")
SUFFIXES = (".yml", ".yaml", ".json")

_BATCH = 50
"""How many are stored with one request."""


class FileFormat(str, Enum):  # noqa: UP042
    """Forms of the files."""

    yaml = "yaml"
    json = "json"


Out = Annotated[Path, typer.Option("--out", "--dir", "-d", metavar="FOLDER", help="Where to save the files.")]
From = Annotated[
    Path, typer.Option("--file", "--f", "-f", "--dir", "-d", metavar="PATH", help="One file, or a folder of them.")
]
Form = Annotated[FileFormat, typer.Option("--format", help="Form of the files.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", "--replace", help="Replace what is there.")]

HERE = Path()


@command(exports, "algorithms", example="export algorithms --out backup")
def export_algorithms(session: Session, out: Out = HERE, form: Form = FileFormat.yaml) -> None:
    """Save all algorithms in a folder."""
    _export(session, {"algorithms": out}, form)


@command(exports, "pipelines", example="export pipelines --out backup")
def export_pipelines(session: Session, out: Out = HERE, form: Form = FileFormat.yaml) -> None:
    """Save all pipelines in a folder."""
    _export(session, {"pipelines": out}, form)


@command(exports, "all", example="export all --out backup --format json")
def export_all(session: Session, out: Out = HERE, form: Form = FileFormat.yaml) -> None:
    """Save all algorithms and pipelines, in folders of these names."""
    _export(session, {kind: out / kind for kind in KINDS}, form)


@command(imports, "algorithms", example="import algorithms -f backup/algorithms --overwrite")
def import_algorithms(session: Session, path: From, overwrite: Overwrite = False) -> None:
    """Store the algorithms of a folder."""
    _import(session, {"algorithms": path}, overwrite=overwrite)


@command(imports, "pipelines", example="import pipelines -f backup/pipelines")
def import_pipelines(session: Session, path: From, overwrite: Overwrite = False) -> None:
    """Store the pipelines of a folder."""
    _import(session, {"pipelines": path}, overwrite=overwrite)


@command(imports, "all", example="import all -f backup --overwrite")
def import_all(session: Session, path: From, overwrite: Overwrite = False) -> None:
    """Store the algorithms, then the pipelines, that export all saved."""
    _import(session, {kind: path / kind for kind in KINDS}, overwrite=overwrite)


def _export(session: Session, folders: Mapping[str, Path], form: FileFormat) -> None:
    saved = list[str]()
    for kind, folder in folders.items():
        for item in session.api.get_all(f"/store/{kind}"):
            file = folder / f"{item['name']}.{'json' if form is FileFormat.json else 'yml'}"
            _write(file, {key: value for key, value in item.items() if key not in MADE_BY_SERVER}, form)
            saved.append(str(file))
    session.print(saved, lambda: output.print_text("\n".join(saved)) if saved else output.note("there is nothing"))


def _write(file: Path, item: Mapping[str, Any], form: FileFormat) -> None:
    is_json = form is FileFormat.json
    text = json.dumps(item, ensure_ascii=False, indent=2) + "\n" if is_json else output.to_yaml(dict(item))
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    except OSError as error:
        raise UsageError(f"cannot write {file}: {error.strerror}") from error


def _import(session: Session, paths: Mapping[str, Path], *, overwrite: bool) -> None:
    """Stores what the files say; all are read first, so that a mistake in one leaves the server as it is."""
    found = {kind: [read_mapping(file) for file in _files(path)] for kind, path in paths.items()}
    outcomes = [
        {"kind": kind, **outcome}
        for kind, items in found.items()
        for outcome in _store(session, kind, items, overwrite=overwrite)
    ]
    rows = [(o["kind"], o["name"], o.get("error") or "stored") for o in outcomes]
    session.print(outcomes, lambda: output.print_table(("KIND", "NAME", "OUTCOME"), rows))
    failed = [outcome for outcome in outcomes if "error" in outcome]
    if failed:
        again = "" if overwrite else "replace what is there with --overwrite"
        raise FailedError(f"{len(failed)} of {len(outcomes)} were not stored", again)


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = sorted(file for file in path.iterdir() if file.suffix in SUFFIXES)
    if not files:
        raise UsageError(f"there are no YAML or JSON files in {path}", "make some with: distributedkubectl export all")
    return files


def _store(session: Session, kind: str, items: list[dict[str, Any]], *, overwrite: bool) -> Iterator[dict[str, Any]]:
    """Stores items some at a time; gives what became of each."""
    # Any text turns it on for algorithms, only "true" does for pipelines.
    params = {"overwrite": "true"} if overwrite else None
    for start in range(0, len(items), _BATCH):
        batch = items[start : start + _BATCH]
        answers = session.api.post(f"/store/{kind}", batch, params)
        for item, answer in zip(batch, answers, strict=True):
            error = answer.get("error")
            yield {"name": item.get("name", ""), **({"error": error.get("message", "")} if error else {})}
