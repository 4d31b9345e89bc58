"""The command ``distributedkubectl``: its groups, and the last resort for errors.

Commands, as ``distributedkubectl <group> <command>``::

    algorithm   apply build list get delete debug, versions list get apply tag alias delete
    pipeline    store validate list get delete graph, versions list get apply alias delete
    exec        raw stored algorithm rerun caching, watch status result get graph history explain,
                stop pause resume, list search
    cron        list start stop preview
    trigger     list tree pipelines
    webhook     list
    build       list status logs stop rerun
    queue       list count prefer release
    storage     ls cat get
    experiment  list get create delete
    readme      get set delete
    export      algorithms pipelines all
    import      algorithms pipelines all
    config      set get list contexts use
    completion  install show
    logs, version

All take ``--endpoint``, ``--context``, ``--token``, ``--ca``, ``--insecure`` and ``--output table|json|yaml``. What runs
something takes ``--watch`` and ``--wait``. Exit codes are listed in `failures`.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from distributedkube import __version__
from distributedkube.cli import (
    algorithm,
    build,
    config,
    experiment,
    explain,
    graph,
    history,
    job_queue,
    jobs,
    logs,
    output,
    pipeline,
    readme,
    results,
    search,
    storage,
    transfer,
    triggers,
)
from distributedkube.cli.command import Session, command, new_group
from distributedkube.cli.failures import CliError, ExitCode

PROGRAM = "distributedkubectl"
_COMPLETE_VARIABLE = "_DISTRIBUTEDKUBECTL_COMPLETE"  # Typer prints or computes completions when it is set

app = typer.Typer(
    name=PROGRAM,
    help="Run distributed pipelines of algorithms.",
    epilog="\b\nExit codes:\n" + "\n".join(f"  {code:>3}  {code.meaning}" for code in ExitCode),
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(algorithm.group, name="algorithm")
app.add_typer(pipeline.group, name="pipeline")
results.add_to(jobs.group)
history.add_to(jobs.group)
explain.add_to(jobs.group)
graph.add_to_jobs(jobs.group)
search.add_to(jobs.group)
app.add_typer(jobs.group, name="exec")
app.add_typer(triggers.crons, name="cron")
app.add_typer(triggers.trees, name="trigger")
app.add_typer(triggers.webhooks, name="webhook")
app.add_typer(build.group, name="build")
app.add_typer(job_queue.group, name="queue")
app.add_typer(storage.group, name="storage")
app.add_typer(experiment.group, name="experiment")
app.add_typer(readme.group, name="readme")
app.add_typer(transfer.exports, name="export")
app.add_typer(transfer.imports, name="import")
app.add_typer(config.group, name="config")
logs.add_to(app)

completion = new_group("Completion of commands in the shell.")
app.add_typer(completion, name="completion")


@command(app, "version", example="version --output json")
def version(session: Session) -> None:
    """Print the versions of this program and of the server, and say when they differ."""
    endpoint = session.settings.endpoint
    server, api = None, None
    try:
        api = session.api.server_root("/api")
        server = session.api.get("/status/version")["systemVersion"]
    except CliError as error:  # the own version is told in any case
        output.note(f"note: {error.message}\n{error.next_step}")
    data = {"client": __version__, "server": server, "endpoint": endpoint, "api": api}
    shown = {**data, "server": server or "unknown", "api": ", ".join(api or ())}
    session.print(data, lambda: output.print_fields(shown.items()))
    if server and server != __version__:
        output.note(
            f"note: server and client differ; install the client that fits: pip install distributedkube=={server}"
        )


@completion.command("install")
def install() -> None:
    """Install completion for the current shell."""
    typer.main.get_command(app).main(args=["--install-completion"], prog_name=PROGRAM)


@completion.command("show")
def show(shell: Annotated[str | None, typer.Argument(help="bash, zsh, fish or powershell.")] = None) -> None:
    """Print the completion script of a shell, by default of the current one."""
    name = shell or os.path.basename(os.environ.get("SHELL", "bash"))
    if name not in ("bash", "zsh", "fish", "powershell", "pwsh"):
        raise typer.BadParameter(f"there is no completion for {name}; name bash, zsh, fish or powershell")
    os.environ[_COMPLETE_VARIABLE] = f"source_{name}"
    try:
        typer.main.get_command(app).main(args=[], prog_name=PROGRAM)
    finally:
        del os.environ[_COMPLETE_VARIABLE]


def main() -> None:
    """Runs the command line. What reaches this point unhandled is a defect; its trace is shown on request only."""
    try:
        app(prog_name=PROGRAM)
    except Exception as error:
        if os.environ.get("DISTRIBUTEDKUBE_DEBUG"):
            raise
        output.note(f"error: unexpected {type(error).__name__}: {error}")
        output.note("this is a defect of distributedkubectl; run it again with DISTRIBUTEDKUBE_DEBUG=1 for details")
        sys.exit(ExitCode.DEFECT)


if __name__ == "__main__":
    main()
