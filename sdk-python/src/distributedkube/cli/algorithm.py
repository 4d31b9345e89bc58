"""``distributedkubectl algorithm``: stored algorithms; packs, uploads and builds code."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from distributedkube.cli import output
from distributedkube.cli.build import check_built, follow_build, show_build
from distributedkube.cli.command import FileOption, Session, command, new_group
from distributedkube.cli.failures import UsageError
from distributedkube.cli.files import read_mapping
from distributedkube.client.definition import flatten_algorithm

if TYPE_CHECKING:
    from distributedkube.client.packing import Archive

group = new_group("Store algorithms, build their code, and look at them.")

Name = Annotated[str, typer.Argument(help="Name of the algorithm.")]

SHOW_UPLOAD_BYTES = 1024 * 1024
"""Smaller uploads are over before a bar could be read."""


@command(group, "apply", example="algorithm apply -f range.yml")
def apply(
    session: Session,
    name: Annotated[str | None, typer.Argument(help="Name; may be in the file instead.")] = None,
    file: FileOption = None,
    env: Annotated[str | None, typer.Option("--env", help="python, javascript, java or dotnet.")] = None,
    code_path: Annotated[
        Path | None,
        typer.Option("--codePath", "--code-path", help="Folder or archive with the code."),
    ] = None,
    entry_point: Annotated[
        str | None,
        typer.Option("--codeEntryPoint", "--code-entry-point", help="File to load, for example main.py."),
    ] = None,
    image: Annotated[str | None, typer.Option("--image", help="Container image, instead of code.")] = None,
    cpu: Annotated[float | None, typer.Option("--cpu", min=0, help="Cores that a worker needs.")] = None,
    gpu: Annotated[float | None, typer.Option("--gpu", min=0, help="GPUs that a worker needs.")] = None,
    mem: Annotated[str | None, typer.Option("--mem", help="Memory that a worker needs, as 512Mi.")] = None,
    no_wait: Annotated[bool, typer.Option("--no-wait", "--noWait", help="Do not wait for the build.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Make it current even while jobs use it.")] = False,
    force_build: Annotated[bool, typer.Option("--force-build", help="Build even when nothing changed.")] = False,
) -> None:
    """Create or change an algorithm, and build its code when that changed."""
    definition, code = _definition(name, file)
    flags = {"env": env, "entryPoint": entry_point, "algorithmImage": image, "cpu": cpu, "gpu": gpu, "mem": mem}
    definition.update({key: value for key, value in flags.items() if value is not None})
    definition, _ = flatten_algorithm(definition)  # the words of --env
    answer = _upload(session, definition, code_path or code, force=force, force_build=force_build)
    for message in filter(None, answer.get("messages", ())):
        output.note(message)
    if answer.get("buildId") and not no_wait:
        answer["build"] = show_build(follow_build(session, answer["buildId"]), f"building {definition['name']}")
    session.print(answer, lambda: _print_applied(definition["name"], answer))
    if "build" in answer:
        check_built(answer["build"])


def _definition(name: str | None, file: Path | None) -> tuple[dict[str, Any], Path | None]:
    """The flat definition of the file and the code that it names; a relative path starts from the file's folder."""
    flat, code = flatten_algorithm(read_mapping(file)) if file is not None else ({}, None)
    if name is not None and flat.setdefault("name", name) != name:
        raise UsageError(f"the file says name: {flat['name']}, the command says {name}", "keep one of them")
    if not isinstance(flat.get("name"), str) or not flat["name"]:
        raise UsageError("the algorithm has no name", "give it as an argument or as name: in the file")
    if code is None:
        return flat, None
    folder = Path.cwd() if file is None or str(file) == "-" else file.parent
    return flat, folder / Path(code).expanduser()


def _upload(
    session: Session, definition: dict[str, Any], code: Path | None, *, force: bool, force_build: bool
) -> dict[str, Any]:
    fields = {
        "payload": json.dumps(definition, ensure_ascii=False),
        "options": json.dumps({"forceUpdate": force, "forceBuild": force_build}),
    }
    archive = _open(code) if code is not None else None
    try:
        with _upload_bar(archive.size if archive is not None else 0) as on_bytes:
            answer: dict[str, Any] = session.api.upload("/store/algorithms/apply", fields, archive, on_bytes)
    finally:
        if archive is not None:
            archive.close()
    return answer


def _open(code: Path) -> Archive:
    from distributedkube.client.packing import open_code

    archive = open_code(code)
    count = "1 file" if archive.files == 1 else f"{archive.files} files"
    packed = f"packed {count} of" if archive.files is not None else "took"
    output.note(f"{packed} {code}: {output.size_text(archive.size)}")
    return archive


@contextmanager
def _upload_bar(size: int) -> Iterator[Callable[[int], None]]:
    """Shows how much of an upload is sent, when it is large enough and somebody looks."""
    console = output.error_console() if size >= SHOW_UPLOAD_BYTES else None
    if console is None or not console.is_terminal:
        yield lambda _: None
        return
    from rich.progress import BarColumn, DownloadColumn, Progress, TransferSpeedColumn

    with Progress("uploading", BarColumn(), DownloadColumn(), TransferSpeedColumn(), console=console) as progress:
        bar = progress.add_task("uploading", total=size)
        yield lambda count: progress.advance(bar, count)


def _print_applied(name: str, answer: dict[str, Any]) -> None:
    build = answer.get("build")
    if build is None and answer.get("buildId"):
        output.print_text(f"build: {answer['buildId']}")
    elif build is None or build.get("status") == "completed":
        version = (build or {}).get("version") or answer.get("algorithm", {}).get("version")
        output.print_text(f"algorithm {name} is applied" + (f", version {version}" if version else ""))


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
    answer = session.api.delete(f"/store/algorithms/{segment(name)}", params)
    session.print(answer, lambda: output.print_text(answer.get("message", "deleted")))
