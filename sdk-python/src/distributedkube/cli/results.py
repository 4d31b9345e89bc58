"""``distributedkubectl exec result``, and how commands that run something see a job through to its result."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from distributedkube.cli import output
from distributedkube.cli.command import Session, command
from distributedkube.cli.failures import FailedError, UsageError, advice
from distributedkube.cli.progress import is_final

JobId = Annotated[str, typer.Argument(help="Id of the job.")]
Wait = Annotated[bool, typer.Option("--wait", help="Wait for the job and print its result only.")]


def add_to(group: typer.Typer) -> None:
    """Adds the command to those about jobs."""
    command(group, "result", example="exec result 4xk9d2m1q7az --wait", aliases=("results",))(result)


def path_of(what: str, job_id: str) -> str:
    """A route of one job."""
    from distributedkube.cli.api import segment

    return f"/exec/{what}/{segment(job_id)}"


def show_started(session: Session, answer: dict[str, Any], *, watch: bool, wait: bool) -> None:
    """Prints which job was started, or sees it through when that was asked for."""
    job_id = answer["jobId"]
    if watch or wait:
        output.note(f"job {job_id}")
        see_through(session, job_id, watch=watch)
    else:
        session.print(answer, lambda: output.print_yaml({"result": answer}))


def see_through(session: Session, job_id: str, *, watch: bool) -> None:
    """Waits for the end of a job and prints its result."""
    statuses = follow_job(session, job_id)
    try:
        if watch:
            from distributedkube.cli.live import show_job

            show_job(statuses, data_only=session.is_data)
        else:
            for _ in statuses:
                pass
    except KeyboardInterrupt:
        output.note(f"the job goes on; watch it again with: distributedkubectl exec watch {job_id}")
        output.note(f"or stop it with: distributedkubectl exec stop {job_id}")
        raise
    print_result(session, session.api.get(path_of("results", job_id)))


def follow_job(session: Session, job_id: str) -> Iterator[dict[str, Any]]:
    """Statuses of a job until it has ended."""
    from distributedkube.cli.api import follow, segment

    last: dict[str, Any] = {}
    path = f"/watch/job/{segment(job_id)}"
    with advice():
        for update in follow(lambda: session.api.events(path, {}), lambda: is_final(last)):
            last.clear()
            last.update(update.get("status", {}))
            yield dict(last)


def result(
    session: Session,
    job_id: JobId,
    wait: Wait = False,
    save: Annotated[
        Path | None, typer.Option("--save", metavar="FILE", help="Save all of it as a zip archive instead.")
    ] = None,
) -> None:
    """Print what a job returned."""
    if save is not None:
        if wait:
            for _ in follow_job(session, job_id):
                pass
        _save(session, job_id, save)
        return
    if wait:
        see_through(session, job_id, watch=False)
        return
    with _not_yet(job_id):
        answer = session.api.get(path_of("results", job_id))
    print_result(session, answer)


@contextmanager
def _not_yet(job_id: str) -> Iterator[None]:
    """A job that has not ended has no result: that is no wrong usage."""
    try:
        with advice():
            yield
    except UsageError as error:
        if error.next_step:
            raise
        raise FailedError(error.message, f"wait for it with: distributedkubectl exec result --wait {job_id}") from error


def _save(session: Session, job_id: str, file: Path) -> None:
    from distributedkube.cli.api import segment
    from distributedkube.cli.storage import save

    with _not_yet(job_id):
        size = save(session, f"/storage/download/pipeline/result/{segment(job_id)}", file)
    answer = {"file": str(file), "size": size}
    session.print(answer, lambda: output.print_text(f"saved {file}, {output.size_text(size)}"))


def print_result(session: Session, result: dict[str, Any]) -> None:
    """Prints a result; raises ``FailedError`` unless the job completed."""
    job_id, state = result.get("jobId", ""), result.get("status", "")
    session.print(result, lambda: _print_items(result.get("data", [])) if state == "completed" else None)
    if state != "completed":
        why = result.get("error") or result.get("reason") or "no reason was given"
        node = f" in node {result['nodeName']}" if result.get("nodeName") else ""
        raise FailedError(f"job {job_id} {state}{node}: {why}", f"what it wrote: distributedkubectl logs {job_id}")


def _print_items(items: list[dict[str, Any]]) -> None:
    """One value as it is; several as a table."""
    if len(items) == 1 and "info" not in items[0] and not items[0].get("error"):
        output.print_value(items[0].get("result"))
    elif items:
        rows = [(item.get("nodeName"), item.get("batchIndex"), _item_text(item)) for item in items]
        output.print_table(("NODE", "BATCH", "RESULT"), rows)
    else:
        output.note("the job returned no values")


def _item_text(item: dict[str, Any]) -> Any:
    if item.get("error"):
        return f"error: {item['error']}"
    if info := item.get("info"):
        return f"{output.size_text(int(info.get('size', 0)))} at {info.get('path', '')}"
    value = item.get("result")
    return "null" if value is None else value
