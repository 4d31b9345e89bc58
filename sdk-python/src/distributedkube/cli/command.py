"""What all commands share: options for the server and the output, the session, and how errors end the program."""

from __future__ import annotations

import errno
import inspect
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from distributedkube.cli import output, settings
from distributedkube.cli.failures import CliError, ExitCode, UsageError
from distributedkube.cli.output import Format
from distributedkube.client.errors import DistributedKubeError

if TYPE_CHECKING:
    from distributedkube.cli.api import Api

Endpoint = Annotated[
    str | None,
    typer.Option("--endpoint", metavar="URL", help="Address of the server. [env: DISTRIBUTEDKUBE_ENDPOINT]"),
]
Context = Annotated[
    str | None,
    typer.Option("--context", metavar="NAME", help="Settings to use, see config use. [env: DISTRIBUTEDKUBE_CONTEXT]"),
]
Token = Annotated[
    str | None, typer.Option("--token", metavar="TEXT", help="Bearer token. [env: DISTRIBUTEDKUBE_TOKEN]")
]
CaFile = Annotated[
    str | None,
    typer.Option("--ca", metavar="FILE", help="Certificates to trust. [env: DISTRIBUTEDKUBE_CA_FILE]"),
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
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]

_SHARED = {
    "endpoint": (Endpoint, None),
    "context": (Context, None),
    "token": (Token, None),
    "ca_file": (CaFile, None),
    "insecure": (Insecure, False),
    "output": (Output, Format.table),
}

_OUTPUT_ERRORS = (errno.EPIPE, errno.ENOSPC, errno.EDQUOT, errno.EIO)


class Session:
    """One run of a command: its server, reached when first needed, and its form of output."""

    def __init__(self, *, output: Format, context: str | None, **said: Any) -> None:
        self.format = output
        self.context = context or os.environ.get("DISTRIBUTEDKUBE_CONTEXT")
        """The named settings that this run asks for, None for those in use."""
        self._said = said
        self._api: Api | None = None

    @property
    def settings(self) -> settings.Settings:
        return settings.resolve(context=self.context, environ=os.environ, **self._said)

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


def command(
    group: typer.Typer, name: str, *, example: str, aliases: Sequence[str] = ()
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Registers ``function(session, ...)`` as a command, with the shared options after its own.

    ``example`` is shown at the end of its help, without the name of the program. ``aliases`` are other spellings that
    work and are not shown.
    """

    def register(function: Callable[..., None]) -> Callable[..., None]:
        def run(**values: Any) -> None:
            session = Session(**{key: values.pop(key) for key in _SHARED})
            try:
                function(session, **values)
                output.flush()
            except (CliError, DistributedKubeError) as error:
                raise typer.Exit(report(error)) from error
            except OSError as error:  # other files and connections have their own words
                raise typer.Exit(_not_written(error)) from error
            except (KeyboardInterrupt, typer.Abort) as error:  # the latter where a question was not answered with yes
                if isinstance(error, typer.Abort):
                    output.note("nothing was done")
                raise typer.Exit(ExitCode.INTERRUPTED) from error
            finally:
                session.close()

        _describe(run, function)
        for spelling in (name, *aliases):
            group.command(spelling, epilog=f"Example: distributedkubectl {example}", hidden=spelling != name)(run)
        return function

    return register


def confirm(question: str, *, yes: bool) -> None:
    """Asks before something that cannot be undone; ends the program unless the answer is yes.

    Raises ``UsageError`` where nobody is there to answer.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError(question, "add --yes to do it without being asked")
    typer.confirm(question, abort=True, err=True)


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


def _not_written(error: OSError) -> int:
    """Ends the output, silently when nobody reads it any more, as with ``| head``; returns the exit code."""
    if error.errno not in _OUTPUT_ERRORS:
        raise error
    if error.errno != errno.EPIPE:
        output.note(f"error: the output cannot be written: {error.strerror}")
    output.discard()
    return ExitCode.OUTPUT


def report(error: CliError | DistributedKubeError) -> int:
    """Tells a person about an error; returns the exit code."""
    if isinstance(error, DistributedKubeError):  # a definition or folder that the shared code of the client refused
        error = UsageError(error.message)
    output.note(f"error: {error.message}")
    if error.next_step:
        output.note(error.next_step)
    return error.exit_code
