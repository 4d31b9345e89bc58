"""``distributedkubectl algorithm versions`` and ``pipeline versions``: what was stored before, and going back to it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Annotated, Any

import typer

from distributedkube.cli import output
from distributedkube.cli.command import Session, command, new_group
from distributedkube.cli.failures import MissingError, advice

Version = Annotated[str, typer.Argument(help="Version, as in the list of versions.")]


def add_to(group: typer.Typer, kind: str) -> None:
    """Adds the commands to the group of a kind of stored things, ``algorithm`` or ``pipeline``."""
    versions = new_group(f"Versions of {'an algorithm' if kind == 'algorithm' else 'a pipeline'}.")
    _Commands(kind).add_to(versions)
    group.add_typer(versions, name="versions")
    group.add_typer(versions, name="version", hidden=True)


class _Commands:
    """The commands about versions of one kind."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._path = f"/versions/{kind}s"

    def add_to(self, group: typer.Typer) -> None:
        start = f"{self._kind} versions"
        command(group, "list", example=f"{start} list numbers")(self.list_versions)
        command(group, "get", example=f"{start} get numbers 7mnctliekh")(self.get)
        if self._kind == "algorithm":
            command(group, "apply", example=f"{start} apply range 7mnctliekh --force")(self.apply_algorithm)
            command(group, "tag", example=f"{start} tag range 7mnctliekh good fast --pin")(self.tag)
        else:
            command(group, "apply", example=f"{start} apply numbers 7mnctliekh")(self.apply_pipeline)
        command(group, "alias", example=f"{start} alias numbers 7mnctliekh stable")(self.alias)
        command(group, "delete", example=f"{start} delete numbers 7mnctliekh")(self.delete)

    def list_versions(self, session: Session, name: Annotated[str, typer.Argument(help="Name.")]) -> None:
        """List versions, newest first. The current one has a star."""
        from distributedkube.cli.api import segment

        found = session.api.get_all(f"{self._path}/{segment(name)}")
        current = None if session.is_data or not found else self._current(session, name)
        columns = ("", "VERSION", "NUMBER", "ALIAS", "TAGS", "CREATED", "BY")
        session.print(found, lambda: output.print_table(columns, [_row(version, current) for version in found]))

    def _current(self, session: Session, name: str) -> str | None:
        """The version in the store, None when only old versions are left."""
        from distributedkube.cli.api import segment

        try:
            stored = session.api.get(f"/store/{self._kind}s/{segment(name)}")
        except MissingError:
            return None
        return str(stored.get("version", ""))

    def get(self, session: Session, name: Annotated[str, typer.Argument(help="Name.")], version: Version) -> None:
        """Print a version with all that was stored."""
        with self._advice(name):
            found = session.api.get(self._of(name, version))
        session.print(found, lambda: output.print_yaml(found))

    def apply_algorithm(
        self,
        session: Session,
        name: Annotated[str, typer.Argument(help="Name of the algorithm.")],
        version: Version,
        force: Annotated[bool, typer.Option("--force", help="Also while jobs use the algorithm.")] = False,
    ) -> None:
        """Make a version the current one, which new jobs use."""
        invalid = f"do it all the same: distributedkubectl algorithm versions apply {name} {version} --force"
        self._apply(session, {"name": name, "version": version, "force": force}, invalid)

    def apply_pipeline(
        self, session: Session, name: Annotated[str, typer.Argument(help="Name of the pipeline.")], version: Version
    ) -> None:
        """Make a version the current one, which new jobs use."""
        self._apply(session, {"name": name, "version": version}, "")

    def _apply(self, session: Session, body: dict[str, Any], invalid: str) -> None:
        with self._advice(body["name"], invalid):
            answer = session.api.post(f"{self._path}/apply", body)
        text = f"{self._kind} {body['name']} is at version {body['version']}"
        session.print(answer, lambda: output.print_text(text))

    def tag(
        self,
        session: Session,
        name: Annotated[str, typer.Argument(help="Name of the algorithm.")],
        version: Version,
        tags: Annotated[list[str] | None, typer.Argument(help="Its tags from now on.")] = None,
        pin: Annotated[bool, typer.Option("--pin", help="Mark it as one to keep.")] = False,
    ) -> None:
        """Give a version tags, instead of those it has."""
        body = {"name": name, "version": version, "tags": tags or [], "pinned": pin}
        with self._advice(name):
            answer = session.api.post(f"{self._path}/tag", body)
        session.print(answer, lambda: output.print_text(f"version {version} is tagged"))

    def alias(
        self,
        session: Session,
        name: Annotated[str, typer.Argument(help="Name.")],
        version: Version,
        alias: Annotated[str, typer.Argument(help="What to call it.")],
    ) -> None:
        """Give a version a name for people."""
        with self._advice(name):
            answer = session.api.put(f"{self._path}/alias", {"version": version, "alias": alias})
            if answer.get("type") == "NOT_FOUND":  # said with 200 by the contract
                raise MissingError(f"version {version} Not Found")
        session.print(answer, lambda: output.print_text(f"version {version} is called {alias}"))

    def delete(self, session: Session, name: Annotated[str, typer.Argument(help="Name.")], version: Version) -> None:
        """Delete a version that is not the current one."""
        with self._advice(name, f"make another one current first: distributedkubectl {self._kind} versions apply"):
            answer = session.api.delete(self._of(name, version))
        session.print(answer, lambda: output.print_text(f"version {version} is deleted"))

    def _of(self, name: str, version: str) -> str:
        from distributedkube.cli.api import segment

        return f"{self._path}/{segment(name)}/{segment(version)}"

    def _advice(self, name: str, invalid: str = "") -> AbstractContextManager[None]:
        return advice(
            missing=f"see what there is: distributedkubectl {self._kind} versions list {name}", invalid=invalid
        )


def _row(version: Mapping[str, Any], current: str | None) -> tuple[Any, ...]:
    return (
        "*" if version.get("version") == current else "",
        version.get("version"),
        version.get("semver"),
        version.get("versionAlias"),
        ", ".join([*(["pinned"] if version.get("pinned") else []), *version.get("tags", ())]),
        output.time_text(version.get("created")),
        version.get("createdBy"),
    )
