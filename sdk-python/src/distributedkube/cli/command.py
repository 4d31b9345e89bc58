"""What all commands share: options for the server and the output, the session, and how errors end the program."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from distributedkube.cli import output, settings
from distributedkube.cli.failures import CliError, UsageError
from distributedkube.cli.output import Format
from distributedkube.client.errors import DistributedKubeError

if TYPE_CHECKING:
    from distributedkube.cli.api import Api

Endpoint = Annotated[
    str | None,
    typer.Option("--endpoint", metavar="URL", help="Address of the server. [env: DISTRIBUTEDKUBE_ENDPOINT]"),
]
Insecure = Annotated[bool, typer.Option("--insecure", help="Accept certificates that cannot be verified.")]
Output = Annotated[Format, typer.Option("--output", "-o", help="Form of the data on standard output.")]
FileOption = Annotated[
    Path | None,
    typer.Option("--file", "-f", "--f", metavar="FILE", help="YAML or JSON file; - is standard input."),
]
RequiredFile = Annotated[
    Path, typer.Option("--file", "-f", "--f", metavar="FILE", help="YAML or JSON file; - is standard input.")
]

_SHARED = {"endpoint": (Endpoint, None), "insecure": (Insecure, False), "output": (Output, Format.table)}


class Session:
    """One run of a command: its server, reached when first needed, and its form of output."""

    def __init__(self, *, endpoint: str | None, insecure: bool, output: Format) -> None:
        self.format = output
        self._endpoint = endpoint
        self._insecure = insecure
        self._api: Api | None = None

    @property
    def settings(self) -> settings.Settings:
        return settings.resolve(endpoint=self._endpoint, insecure=self._insecure, environ=os.environ)

    @property
    def api(self) -> Api:
        if self._api is None:
            from distributedkube.cli.api import Api

            self._api = Api(self.settings)
        return self._api

    @property
    def is_data(self) -> bool:
        """Whether standard output is for data alone."""
        return self.format is not Format.table

    def print(self, data: Any, as_text: Callable[[], None]) -> None:
        """Prints data in the form that was asked for; ``as_text`` prints it for people."""
        match self.format:
            case Format.json:
                output.print_json(data)
            case Format.yaml:
                output.print_yaml(data)
            case Format.table:
                as_text()

    def close(self) -> None:
        if self._api is not None:
            self._api.close()


def new_group(help_text: str) -> typer.Typer:
    """A group of commands."""
    return typer.Typer(help=help_text, no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False)


def command(group: typer.Typer, name: str, *, example: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Registers ``function(session, ...)`` as a command, with the shared options after its own.

    ``example`` is shown at the end of its help, without the name of the program.
    """

    def register(function: Callable[..., None]) -> Callable[..., None]:
        def run(**values: Any) -> None:
            session = Session(**{key: values.pop(key) for key in _SHARED})
            try:
                function(session, **values)
            except (CliError, DistributedKubeError) as error:
                raise typer.Exit(report(error)) from error
            except KeyboardInterrupt as error:
                raise typer.Exit(130) from error
            finally:
                session.close()

        _describe(run, function)
        group.command(name, epilog=f"Example: distributedkubectl {example}")(run)
        return function

    return register


def _describe(run: Any, function: Callable[..., None]) -> None:
    """Gives the runner the name, the text and the parameters that Typer looks at."""
    own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
    keyword = inspect.Parameter.KEYWORD_ONLY
    shared = [
        inspect.Parameter(name, keyword, default=default, annotation=annotation)
        for name, (annotation, default) in _SHARED.items()
    ]
    parameters = [parameter.replace(kind=keyword) for parameter in own] + shared
    run.__name__, run.__doc__ = function.__name__, function.__doc__
    run.__signature__ = inspect.Signature(parameters)
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}


def report(error: CliError | DistributedKubeError) -> int:
    """Tells a person about an error; returns the exit code."""
    if isinstance(error, DistributedKubeError):  # a definition or folder that the shared code of the client refused
        error = UsageError(error.message)
    output.note(f"error: {error.message}")
    if error.next_step:
        output.note(error.next_step)
    return error.exit_code
