"""``distributedkubectl exec``: runs pipelines and algorithms, and what is done with one job. Other modules add more:
`results`, `graph`, `search`, `history`, `explain`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from distributedkube.cli import output
from distributedkube.cli.command import FileOption, RequiredFile, Session, Yes, command, confirm, new_group
from distributedkube.cli.failures import HOW_TO_LIST_JOBS, UsageError, advice
from distributedkube.cli.files import parse_value, read_mapping
from distributedkube.cli.progress import node_views
from distributedkube.cli.results import JobId, Wait, path_of, see_through, show_started
from distributedkube.client.definition import normal_pipeline

group = new_group("Run pipelines and algorithms, and follow their jobs.")

Watch = Annotated[bool, typer.Option("--watch", "-w", help="Show the job while it runs, then its result.")]


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
    with advice(missing="see which pipelines there are: distributedkubectl pipeline list"):
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
    with advice(missing="see which algorithms there are: distributedkubectl algorithm list"):
        _run(session, "/exec/algorithm", {"name": name, "input": values}, watch=watch, wait=wait)


def _run(session: Session, path: str, body: dict[str, Any], *, watch: bool, wait: bool) -> None:
    show_started(session, session.api.post(path, body), watch=watch, wait=wait)


@command(group, "watch", example="exec watch 4xk9d2m1q7az")
def watch_job(session: Session, job_id: JobId) -> None:
    """Show a job while it runs, then its result."""
    see_through(session, job_id, watch=True)


@command(group, "stop", example="exec stop 4xk9d2m1q7az 'not needed'")
def stop(
    session: Session,
    job_id: Annotated[str | None, typer.Argument(help="Id of the job.")] = None,
    reason: Annotated[str | None, typer.Argument(help="Why.")] = None,
    pipeline: Annotated[str | None, typer.Option("--pipeline", help="Instead of one job: all of a pipeline.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Instead of one job: all there are.")] = False,
    status: Annotated[
        str | None, typer.Option("--status", help="Only in these states, as pending,active. Default: not ended.")
    ] = None,
    yes: Yes = False,
) -> None:
    """Stop a job, or with --pipeline or --all many. With those the one argument is the reason."""
    many = every or pipeline is not None
    if many and reason is None:
        job_id, reason = None, job_id
    if many == (job_id is not None):
        raise UsageError("which job?", "name one job, or say --pipeline <name> or --all")
    if many:
        confirm("Stop all jobs?" if pipeline is None else f"Stop all jobs of {pipeline}?", yes=yes)
    said = {"jobId": job_id, "pipelineName": pipeline, "reason": reason, "statusToStop": status}
    with advice(missing=f"{HOW_TO_LIST_JOBS}\nor say which states to stop, as --status resumed,queued"):
        answer = session.api.post("/exec/stop", {key: value for key, value in said.items() if value is not None})
    session.print(answer, lambda: output.print_text(f"stopped {', '.join(answer.get('stoppedJobIds', []))}"))


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
    show_started(session, answer, watch=watch, wait=wait)


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
    show_started(session, answer, watch=watch, wait=wait)


@command(group, "status", example="exec status 4xk9d2m1q7az")
def status(session: Session, job_id: JobId) -> None:
    """Print where a job is."""
    with advice():
        answer = session.api.get(path_of("status", job_id))
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


@command(group, "get", example="exec get 4xk9d2m1q7az -o json")
def get(session: Session, job_id: JobId) -> None:
    """Print the pipeline of a job as it runs, with its flow input."""
    with advice():
        answer = session.api.get(path_of("pipelines", job_id))
    session.print(answer, lambda: output.print_yaml(answer))


@command(group, "list", example="exec list --status completed")
def list_jobs(
    session: Session,
    status: Annotated[
        str | None,
        typer.Option("--status", help="Only jobs in this state, as completed. Default: pending and active."),
    ] = None,
) -> None:
    """List the jobs that have not ended, or those in one state. For more ways to look: exec search."""
    jobs = session.api.get_all("/exec/jobs", {"status": status} if status else None)
    rows = [(job.get("jobId"), job.get("pipelineName"), job.get("status")) for job in jobs]
    session.print(jobs, lambda: output.print_table(("JOB", "PIPELINE", "STATUS"), rows))
