"""``distributedkubectl algorithm apply`` and ``build``: packs, uploads and builds code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from distributedkube.cli import output, readme
from distributedkube.cli.bars import byte_bar
from distributedkube.cli.build import check_built, show_build
from distributedkube.cli.command import FileOption, Session, command
from distributedkube.cli.failures import UsageError, advice
from distributedkube.cli.files import parse_value, read_mapping
from distributedkube.client.definition import flatten_algorithm

if TYPE_CHECKING:
    from distributedkube.client.packing import Archive

_VERSION_MADE, _STORED = 1024, 1023  # codes of the messages of an apply

NoWait = Annotated[bool, typer.Option("--no-wait", "--noWait", help="Do not wait for the build.")]


def add_to(group: typer.Typer) -> None:
    """Adds the commands to those about algorithms."""
    command(group, "apply", example="algorithm apply range --codePath ./range --env python --codeEntryPoint main.py")(
        apply
    )
    command(group, "build", example="algorithm build range")(build)


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
    values: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Any other key, as minHotWorkers=1; may be given many times."),
    ] = None,
    readme_file: Annotated[Path | None, typer.Option("--readme", "--readmeFile", help="Its readme.")] = None,
    no_wait: NoWait = False,
    force: Annotated[bool, typer.Option("--force", help="Make it current even while jobs use it.")] = False,
    force_build: Annotated[bool, typer.Option("--force-build", help="Build even when nothing changed.")] = False,
    set_current: Annotated[
        bool, typer.Option("--set-current", "--setCurrent", help="Make the version current when it is built.")
    ] = False,
) -> None:
    """Create or change an algorithm, and build its code when that changed.

    A folder is packed without what .gitignore and .dkignore in it name.
    """
    if set_current and no_wait:
        raise UsageError("--set-current waits for the build", "leave out --no-wait")
    definition, code = _definition(name, file)
    flags = {"env": env, "entryPoint": entry_point, "algorithmImage": image, "cpu": cpu, "gpu": gpu, "mem": mem}
    definition.update({key: value for key, value in flags.items() if value is not None})
    definition.update(_assigned(text) for text in values or ())
    definition, _ = flatten_algorithm(definition)  # the words of --env
    about = readme.read_text(readme_file) if readme_file is not None else None
    answer = _upload(session, definition, code_path or code, force=force, force_build=force_build)
    if about is not None:
        session.api.upload_text(readme.path_of("algorithm", definition["name"]), readme.FORM_FIELD, about)
    _finish(session, definition["name"], answer, no_wait=no_wait, set_current=set_current)


def _finish(session: Session, name: str, answer: dict[str, Any], *, no_wait: bool, set_current: bool) -> None:
    """Sees an apply through to the end of its build, and says what came of it."""
    for message in filter(None, answer.get("messages", ())):
        output.note(message)
    if answer.get("buildId") and not no_wait:
        answer["build"] = show_build(session, answer["buildId"], f"building {name}")
    if set_current and answer.get("build", {}).get("status", "completed") == "completed":
        body = {"name": name, "version": _version(answer), "force": True}
        answer["currentVersion"] = session.api.post("/versions/algorithms/apply", body)["version"]
    session.print(answer, lambda: _print_applied(name, answer))
    if "build" in answer:
        check_built(answer["build"])


def _assigned(text: str) -> tuple[str, Any]:
    """``KEY=VALUE``, the value read as JSON or YAML."""
    key, equals, value = text.partition("=")
    if not key or not equals:
        raise UsageError(f"--set {text} should be KEY=VALUE", "for example --set minHotWorkers=1")
    return key, parse_value(value, f"--set {text}")


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
        with byte_bar("uploading", archive.size if archive is not None else 0) as on_bytes:
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


def _print_applied(name: str, answer: dict[str, Any]) -> None:
    build = answer.get("build")
    if build is None and answer.get("buildId"):
        output.print_text(f"build: {answer['buildId']}")
        return
    if build is not None and build.get("status") != "completed":
        return
    version = _version(answer)
    output.print_text(f"algorithm {name} is applied" + (f", version {version}" if version else ""))
    codes = answer.get("messagesCode", ())
    if _VERSION_MADE in codes and _STORED not in codes and "currentVersion" not in answer:
        output.note(f"it is not the current one; jobs use it after: algorithm versions apply {name} {version}")


def _version(answer: dict[str, Any]) -> str:
    """The version that an apply has made: that of its build, else that of the algorithm."""
    of_build = answer.get("build", {}).get("version")
    return str(of_build or answer.get("algorithm", {}).get("version", ""))


def build(
    session: Session,
    name: Annotated[str, typer.Argument(help="Name of the algorithm.")],
    no_wait: NoWait = False,
    force: Annotated[bool, typer.Option("--force", help="Make it current even while jobs use it.")] = False,
) -> None:
    """Build the stored code of an algorithm again, for example for newer packages."""
    from distributedkube.cli.api import segment

    with advice(missing="see which algorithms there are: distributedkubectl algorithm list"):
        session.api.get(f"/store/algorithms/{segment(name)}")  # applying would make one that is not there
    answer = _upload(session, {"name": name}, None, force=force, force_build=True)
    _finish(session, name, answer, no_wait=no_wait, set_current=False)
