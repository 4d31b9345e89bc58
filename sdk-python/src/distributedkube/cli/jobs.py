"""``distributedkubectl exec``: run pipelines, follow their jobs, read their results."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from distributedkube.cli import output
from distributedkube.cli.command import FileOption, RequiredFile, Session, command, new_group
from distributedkube.cli.failures import FailedError, UsageError, advice
from distributedkube.cli.files import parse_value, read_mapping
from distributedkube.cli.progress import is_final, node_views
from distributedkube.client.definition import normal_pipeline

group = new_group("Run pipelines and algorithms, and follow their jobs.")

JobId = Annotated[str, typer.Argument(help="Id of the job.")]
Watch = Annotated[bool, typer.Option("--watch", "-w", help="Show the job while it runs, then its result.")]
Wait = Annotated[bool, typer.Option("--wait", help="Wait for the job and print its result only.")]


@command(group, "raw", example="exec raw -f numbers.yml --watch")
def raw(session: Session, file: RequiredFile, watch: Watch = False, wait: Wait = False) -> None:
    """Run a pipeline that is not stored."""
    _run(session, "/exec/raw", normal_pipeline(read_mapping(file)), watch=watch, wait=wait)


@command(group, "stored", example="exec stored numbers -f otherFlowInput.yml --wait")
def stored(
    session: Session,
    name: Annotated[str | None, typer.Argument(help="Name; may be in the file instead.")] = None,
    file: FileOption = None,
    watch: Watch = False,
    wait: Wait = False,
) -> None:
    """Run a stored pipeline, with what a file says instead of what is stored, for example another flowInput."""
    changes = normal_pipeline(read_mapping(file)) if file is not None else {}
    if name is not None:
        changes = {**changes, "name": name}
    if not changes.get("name"):
        raise UsageError("which pipeline?", "name it: distributedkubectl exec stored <name>")
    _run(session, "/exec/stored", changes, watch=watch, wait=wait)


@command(group, "algorithm", example="exec algorithm range --input 5 --wait")
def algorithm(
    session: Session,
    name: Annotated[str, typer.Argument(help="Name of the algorithm.")],
    inputs: Annotated[
        list[str] | None,
        typer.Option("--input", "-i", metavar="VALUE", help="One input as JSON or YAML; may be given many times."),
    ] = None,
    file: FileOption = None,
    watch: Watch = False,
    wait: Wait = False,
) -> None:
    """Run one algorithm on its own. A file may hold its input: as a list."""
    values = read_mapping(file).get("input", []) if file is not None else []
    if not isinstance(values, list):
        raise UsageError(f"input in {file} should be a list")
    values = values + [parse_value(text, f"--input {text}") for text in inputs or ()]
    _run(session, "/exec/algorithm", {"name": name, "input": values}, watch=watch, wait=wait)


def _run(session: Session, path: str, body: dict[str, Any], *, watch: bool, wait: bool) -> None:
    _show_started(session, session.api.post(path, body), watch=watch, wait=wait)


def _show_started(session: Session, answer: dict[str, Any], *, watch: bool, wait: bool) -> None:
    job_id = answer["jobId"]
    if watch or wait:
        output.note(f"job {job_id}")
        _see_through(session, job_id, watch=watch)
    else:
        session.print(answer, lambda: output.print_yaml({"result": answer}))


def _see_through(session: Session, job_id: str, *, watch: bool) -> None:
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
        output.note(f"the job goes on; stop it with: distributedkubectl exec stop {job_id}")
        raise
    _print_result(session, session.api.get(_path("results", job_id)))


def follow_job(session: Session, job_id: str) -> Iterator[dict[str, Any]]:
    """Statuses of a job until it has ended."""
    from distributedkube.cli.api import follow, segment

    last: dict[str, Any] = {}
    path = f"/watch/job/{segment(job_id)}"
    for update in follow(lambda: session.api.events(path, {}), lambda: is_final(last)):
        last.clear()
        last.update(update.get("status", {}))
        yield dict(last)


@command(group, "watch", example="exec watch 4xk9d2m1q7az")
def watch_job(session: Session, job_id: JobId) -> None:
    """Show a job while it runs, then its result."""
    _see_through(session, job_id, watch=True)


@command(group, "stop", example="exec stop 4xk9d2m1q7az 'not needed'")
def stop(
    session: Session,
    job_id: JobId,
    reason: Annotated[str | None, typer.Argument(help="Why.")] = None,
) -> None:
    """Stop a job."""
    answer = session.api.post("/exec/stop", {"jobId": job_id, **({"reason": reason} if reason else {})})
    stopped = answer.get("stoppedJobIds", [])
    session.print(answer, lambda: output.print_text(f"stopped {', '.join(stopped)}"))


@command(group, "pause", example="exec pause 4xk9d2m1q7az")
def pause(session: Session, job_id: JobId) -> None:
    """Hold a job: nothing new starts, what runs goes on and its results are kept."""
    with advice(refused=f"to run it again: distributedkubectl exec rerun {job_id}"):
        answer = session.api.post("/exec/pause", {"jobId": job_id})
    session.print(answer, lambda: output.print_text(f"paused {job_id}"))


@command(group, "resume", example="exec resume 4xk9d2m1q7az")
def resume(session: Session, job_id: JobId) -> None:
    """Let a paused job go on."""
    with advice(refused=f"see where it is: distributedkubectl exec explain {job_id}"):
        answer = session.api.post("/exec/resume", {"jobId": job_id})
    session.print(answer, lambda: output.print_text(f"resumed {job_id}"))


@command(group, "rerun", example="exec rerun 4xk9d2m1q7az --watch")
def rerun(session: Session, job_id: JobId, watch: Watch = False, wait: Wait = False) -> None:
    """Run the pipeline of a job again, with its flow input and the algorithms as they are now."""
    with advice(invalid="to run it changed: distributedkubectl exec raw -f <file>"):
        answer = session.api.post("/exec/rerun", {"jobId": job_id})
    _show_started(session, answer, watch=watch, wait=wait)


@command(group, "caching", example="exec caching 4xk9d2m1q7az Reduce --wait")
def caching(
    session: Session,
    job_id: JobId,
    node_name: Annotated[str, typer.Argument(help="First node to run.")],
    debug: Annotated[bool, typer.Option("--debug", help="Run the node in its author's editor.")] = False,
    watch: Watch = False,
    wait: Wait = False,
) -> None:
    """Run one node of a job and all that follows it, with what the job kept of the nodes before."""
    body = {"jobId": job_id, "nodeName": node_name, **({"debug": True} if debug else {})}
    nodes = f"see its nodes: distributedkubectl exec status {job_id}"
    with advice(invalid=f"{nodes}\nor run all of it again: distributedkubectl exec rerun {job_id}"):
        answer = session.api.post("/exec/caching", body)
    _show_started(session, answer, watch=watch, wait=wait)


@command(group, "status", example="exec status 4xk9d2m1q7az")
def status(session: Session, job_id: JobId) -> None:
    """Print where a job is."""
    answer = session.api.get(_path("status", job_id))
    session.print(answer, lambda: _print_status(answer))


def _print_status(status: dict[str, Any]) -> None:
    data = status.get("data", {})
    output.print_fields(
        [
            ("job", status.get("jobId")),
            ("pipeline", status.get("pipeline")),
            ("status", status.get("status")),
            ("progress", data.get("details") or (f"{data['progress']}%" if "progress" in data else None)),
            ("reason", status.get("reason")),
            ("error", status.get("error")),
            ("failed node", status.get("nodeName")),
            ("seconds", status.get("grossTimeTook")),
        ]
    )
    views = node_views(status)
    if views:
        output.print_text("")
        rows = [(v.name, v.algorithm, v.state, f"{v.done}/{v.total}", v.failed or None, v.error) for v in views]
        output.print_table(("NODE", "ALGORITHM", "STATUS", "DONE", "FAILED", "ERROR"), rows)


@command(group, "result", example="exec result 4xk9d2m1q7az --wait")
def result(session: Session, job_id: JobId, wait: Wait = False) -> None:
    """Print what a job returned."""
    if wait:
        _see_through(session, job_id, watch=False)
        return
    try:
        answer = session.api.get(_path("results", job_id))
    except UsageError as error:  # the answer for a job that has not ended
        raise FailedError(error.message, f"wait for it with: distributedkubectl exec result --wait {job_id}") from error
    _print_result(session, answer)


def _print_result(session: Session, result: dict[str, Any]) -> None:
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


@command(group, "list", example="exec list --status completed")
def list_jobs(
    session: Session,
    status: Annotated[
        str | None,
        typer.Option("--status", help="Only jobs in this state. Default: pending and active ones."),
    ] = None,
) -> None:
    """List jobs, newest first."""
    jobs = session.api.get_all("/exec/jobs", {"status": status} if status else None)
    rows = [(job.get("jobId"), job.get("pipelineName"), job.get("status")) for job in jobs]
    session.print(jobs, lambda: output.print_table(("JOB", "PIPELINE", "STATUS"), rows))


def _path(what: str, job_id: str) -> str:
    from distributedkube.cli.api import segment

    return f"/exec/{what}/{segment(job_id)}"
