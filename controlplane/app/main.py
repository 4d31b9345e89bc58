"""The command ``distributedkube``."""

import asyncio
import gc
import signal
import sys
import traceback
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from controlplane.adapters.webhooks import WebhookSenderSettings
from controlplane.app import logs
from controlplane.app.embedded import Addresses, embedded
from controlplane.app.settings import DEFAULT_GRPC_PORT, DEFAULT_HTTP_PORT, EmbeddedSettings, default_data_dir
from controlplane.domain.errors import DistributedKubeError
from controlplane.gateway.rate_limit import RateLimitSettings
from controlplane.roles.driver.role import DriverSettings
from controlplane.roles.webhooks.settings import WebhookSettings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="DistributedKube: pipelines of algorithms.",
    rich_markup_mode=None,
)


@app.callback()
def _root() -> None:
    """Keeps the sub-commands."""


@app.command()
def dev(
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="HTTP port; 0 picks a free one.")
    ] = DEFAULT_HTTP_PORT,
    grpc_port: Annotated[
        int, typer.Option("--grpc-port", min=0, max=65535, help="gRPC port; 0 picks a free one.")
    ] = DEFAULT_GRPC_PORT,
    data_dir: Annotated[
        Path | None, typer.Option("--data-dir", help="Folder for all state.", show_default="your data folder")
    ] = None,
    host: Annotated[str, typer.Option("--host", help="Address to listen on (loopback).")] = "127.0.0.1",
    orphan_seconds: Annotated[
        float, typer.Option("--orphan-seconds", min=1, help="Workers without a control plane end after so long.")
    ] = 60.0,
    webhook_secret: Annotated[
        str,
        typer.Option(
            "--webhook-secret",
            envvar="DISTRIBUTEDKUBE_WEBHOOK_SECRET",
            show_envvar=True,
            show_default=False,
            help="Key that signs webhooks; better given by the environment, where other users cannot read it.",
        ),
    ] = "",
    private_webhooks: Annotated[
        bool, typer.Option(help="Whether webhooks may go to this machine and to private networks.")
    ] = True,
    rate_limit: Annotated[
        int,
        typer.Option(
            "--rate-limit",
            min=0,
            envvar="DISTRIBUTEDKUBE_RATE_LIMIT",
            show_envvar=True,
            help="Most REST requests a second from one address; 0: no limit.",
        ),
    ] = RateLimitSettings().requests,
    max_active_jobs: Annotated[
        int, typer.Option("--max-active-jobs", min=1, help="Further jobs wait in the job queue.")
    ] = DriverSettings().max_active_jobs,
    seed: Annotated[
        bool,
        typer.Option(
            envvar="ADD_DEFAULT_ALGORITHMS",
            show_envvar=True,
            help="Stores example algorithms and pipelines that are missing; their images run on Kubernetes alone.",
        ),
    ] = False,
    log_level: Annotated[str, typer.Option("--log-level", help="debug, info, warning or error.")] = "info",
) -> None:
    """Runs the whole control plane on this machine until Ctrl-C. State is kept in the data folder.

    Example: distributedkube dev --data-dir .dk --port 8090
    """
    if log_level not in ("debug", "info", "warning", "error"):
        raise typer.BadParameter("one of debug, info, warning, error", param_hint="--log-level")
    logs.configure(log_level)
    settings = EmbeddedSettings(
        data_dir=data_dir or default_data_dir(),
        host=host,
        http_port=port,
        grpc_port=grpc_port,
        orphan_seconds=orphan_seconds,
        seed=seed,
        driver=DriverSettings(max_active_jobs=max_active_jobs),
        webhooks=WebhookSettings(secret=webhook_secret.encode()),
        webhook_sender=WebhookSenderSettings(allow_private=private_webhooks),
        rate_limit=RateLimitSettings(requests=rate_limit),
    )
    try:
        asyncio.run(_dev(settings))
    except DistributedKubeError as error:
        Console(stderr=True).print(f"[red]distributedkube:[/] {error.message}", highlight=False, soft_wrap=True)
        raise typer.Exit(1) from None
    except Exception:  # noqa: BLE001  whatever it is, nobody shall see a traceback
        # A role has ended by itself. The whole process ends with it; the next start goes on from what is durable.
        crash = settings.data_dir / "crash.log"
        crash.write_text(traceback.format_exc())
        Console(stderr=True).print(
            f"[red]distributedkube:[/] stopped by a defect, described in {crash}; start again to go on",
            highlight=False,
            soft_wrap=True,
        )
        raise typer.Exit(70) from None


async def _dev(settings: EmbeddedSettings) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    async with embedded(settings) as control_plane:
        _settle()
        _announce(control_plane.addresses, settings)
        await control_plane.wait(stopping)
        Console(stderr=True).print("stopping...")


def _settle() -> None:
    """Tunes the interpreter for a long run: what is there now stays, and what a task leaves behind is freed by its last
    reference, so garbage is collected rarely."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    # The store's threads hand over to the loop many times a second: they should not wait long for the interpreter.
    sys.setswitchinterval(0.0005)


def _announce(addresses: Addresses, settings: EmbeddedSettings) -> None:
    """Says where everything is: for people, and for scripts that wait for the line with ``ready``."""
    console = Console()
    console.print("[bold]DistributedKube[/] is ready. Stop it with Ctrl-C.", highlight=False)
    for name, value in (
        ("REST", f"{addresses.http}/api/v1"),
        ("Swagger UI", f"{addresses.http}/swagger-ui"),
        ("gRPC", addresses.grpc),
        ("data", str(settings.data_dir)),
    ):
        console.print(f"  {name:<11}{value}", highlight=False, soft_wrap=True)
    sys.stdout.flush()


@app.command()
def version() -> None:
    """Prints the version."""
    typer.echo(version_of("distributedkube-server"))


def main() -> None:
    """Entry point of the console script."""
    app()
