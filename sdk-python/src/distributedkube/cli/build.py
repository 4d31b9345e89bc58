"""``distributedkubectl build``: builds of algorithms, and following one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Annotated, Any

import typer

from distributedkube.cli import output
from distributedkube.cli.bars import step_bar
from distributedkube.cli.command import Session, command, new_group
from distributedkube.cli.failures import FailedError, MissingError, advice

group = new_group("Builds of algorithms: follow, stop and repeat them.")

FINAL_STATES = ("completed", "failed", "stopped")

_HOW_TO_LIST = "see which builds there are: distributedkubectl build list"

BuildId = Annotated[str, typer.Argument(help="Id of the build.")]


@command(group, "status", example="build status range-x7k2")
def status(session: Session, build_id: BuildId) -> None:
    """Print where a build is."""
    from distributedkube.cli.api import segment

    with _advice(""):
        build = session.api.get(f"/builds/status/{segment(build_id)}")
    session.print(build, lambda: _print_build(build))


@command(group, "list", example="build list range")
def list_builds(
    session: Session,
    algorithm: Annotated[str | None, typer.Argument(help="Only of this algorithm.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="Most builds to list.")] = 20,
) -> None:
    """List builds, newest first."""
    from distributedkube.cli.api import segment

    path = f"/builds/list/{segment(algorithm)}" if algorithm else "/builds/list"
    builds = session.api.get(path, {"limit": limit})
    session.print(builds, lambda: _print_list(builds))


@command(group, "logs", example="build logs range-x7k2")
def logs(session: Session, build_id: BuildId) -> None:
    """Print the log of a build, and follow it until it has ended."""
    build, lines = {"buildId": build_id}, list[str]()
    with _goes_on(build_id):
        for build, new in follow_build(session, build_id):  # noqa: B007
            lines += new
            if not session.is_data:
                for line in new:
                    output.print_text(line)
                output.flush()
    if session.is_data:
        session.print({"build": build, "lines": lines}, lambda: None)
    check_built(build)


@command(group, "stop", example="build stop range-x7k2")
def stop(session: Session, build_id: BuildId) -> None:
    """Stop a build."""
    with _advice(f"see how it ended: distributedkubectl build status {build_id}"):
        answer = session.api.post("/builds/stop", {"buildId": build_id})
    session.print(answer, lambda: output.print_text(f"stopped {build_id}"))


@command(group, "rerun", example="build rerun range-x7k2 --follow")
def rerun(
    session: Session,
    build_id: BuildId,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Follow it until it has ended.")] = False,
) -> None:
    """Build again what a build that has ended was about."""
    with _advice(f"wait for its end: distributedkubectl build logs {build_id}"):
        answer = session.api.post("/builds/rerun", {"buildId": build_id})
    if follow:
        answer = show_build(session, build_id, f"building {build_id}")
    session.print(answer, lambda: output.print_text(f"{'built' if follow else 'building'} {build_id}"))
    if follow:
        check_built(answer)


def _advice(refused: str) -> AbstractContextManager[None]:
    return advice(missing=_HOW_TO_LIST, refused=refused)


def follow_build(session: Session, build_id: str) -> Iterator[tuple[dict[str, Any], list[str]]]:
    """The build as it changes, with its new log lines, until it has ended."""
    from distributedkube.cli.api import follow, segment

    state: dict[str, Any] = {"status": "", "lines": 0}
    path = f"/watch/build/{segment(build_id)}"
    updates = follow(
        lambda: session.api.events(path, {"afterLine": state["lines"]}), lambda: state["status"] in FINAL_STATES
    )
    try:
        for update in updates:
            build = update.get("build", {})
            state["status"], state["lines"] = build.get("status", ""), int(update.get("lineCount", state["lines"]))
            yield build, list(update.get("lines", ()))
    except MissingError as error:
        raise MissingError(error.message, _HOW_TO_LIST) from error


@contextmanager
def _goes_on(build_id: str) -> Iterator[None]:
    """Says what becomes of a build whose follower is interrupted."""
    try:
        yield
    except KeyboardInterrupt:
        output.note(f"the build goes on; follow it again with: distributedkubectl build logs {build_id}")
        output.note(f"or stop it with: distributedkubectl build stop {build_id}")
        raise


def check_built(build: dict[str, Any]) -> None:
    """Raises ``FailedError`` with the build's own words unless it completed."""
    if build.get("status") == "completed":
        return
    build_id = build.get("buildId", "")
    raise FailedError(
        f"build {build_id} {build.get('status', 'failed')}: {build.get('error') or 'no reason was given'}",
        f"its whole log: distributedkubectl build logs {build_id}",
    )


def show_build(session: Session, build_id: str, title: str) -> dict[str, Any]:
    """Shows a build on standard error while it runs: its log, and how far it is; returns it as it ended."""
    build: dict[str, Any] = {}
    with _goes_on(build_id), step_bar(title) as (print_line, set_percent):
        for build, lines in follow_build(session, build_id):
            for line in lines:
                print_line(line)
            set_percent(float(build.get("progress", 0)))
    return build


def _print_build(build: dict[str, Any]) -> None:
    names = ("buildId", "algorithmName", "env", "type", "status", "progress", "version", "algorithmImage")
    fields = [(name, build.get(name)) for name in names]
    times = [(name, output.time_text(build.get(name))) for name in ("startTime", "endTime")]
    output.print_fields([*fields, *times])
    if error := build.get("error"):
        output.print_text(f"error:\n{error}")


def _print_list(builds: list[dict[str, Any]]) -> None:
    rows = [
        (
            b.get("buildId"),
            b.get("algorithmName"),
            b.get("env"),
            b.get("status"),
            b.get("progress"),
            output.time_text(b.get("startTime")),
        )
        for b in builds
    ]
    output.print_table(("BUILD", "ALGORITHM", "ENV", "STATUS", "PROGRESS", "STARTED"), rows)
