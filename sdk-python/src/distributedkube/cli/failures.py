"""What the command line says when something goes wrong: one sentence, a next step, an exit code of the table
`ExitCode`, which ``--help`` shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum


class ExitCode(IntEnum):
    """How the program ends, and what that means."""

    meaning: str

    def __new__(cls, value: int, meaning: str) -> ExitCode:
        code = int.__new__(cls, value)
        code._value_ = value
        code.meaning = meaning
        return code

    DONE = 0, "done"
    FAILED = 1, "the job or build failed, was stopped, or has not ended yet"
    USAGE = 2, "wrong usage, or a definition that breaks a rule"
    UNREACHABLE = 3, "the server cannot be reached, or is none of ours"
    MISSING = 4, "there is no such thing"
    REFUSED = 5, "refused: not allowed, not permitted, or the name is taken"
    SERVER = 6, "the server failed"
    DEFECT = 70, "a defect of this program"
    OUTPUT = 74, "the output cannot be written, or nobody reads it"
    INTERRUPTED = 130, "interrupted; the job or build that was watched goes on"


class CliError(Exception):
    """Something that a user can understand and act on."""

    exit_code = ExitCode.FAILED

    def __init__(self, message: str, next_step: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step
        """What to do about it; empty when the message says so itself."""


class FailedError(CliError):
    """The job or build failed, was stopped, or has not ended."""


class UsageError(CliError):
    """Wrong usage, or a definition that breaks a rule."""

    exit_code = ExitCode.USAGE


class UnreachableError(CliError):
    """The server cannot be reached, or what answers is none of ours."""

    exit_code = ExitCode.UNREACHABLE


class StreamBrokenError(UnreachableError):
    """A stream broke after it had begun; it may be opened again."""


class MissingError(CliError):
    """There is no such thing."""

    exit_code = ExitCode.MISSING


class RefusedError(CliError):
    """The server refused."""

    exit_code = ExitCode.REFUSED


class ServerError(CliError):
    """The server failed."""

    exit_code = ExitCode.SERVER


HOW_TO_LIST_JOBS = "see which jobs there are: distributedkubectl exec list"


@contextmanager
def advice(*, missing: str = HOW_TO_LIST_JOBS, invalid: str = "", refused: str = "") -> Iterator[None]:
    """Adds the next step to what a server says about one request.

    REST answers 400 both for bad input and for the wrong moment. ``refused`` is for requests that have nothing in them
    to be bad: there the answer means that it is the wrong moment, and ends the program as a refusal.
    """
    try:
        yield
    except MissingError as error:
        raise MissingError(error.message, error.next_step or missing) from error
    except UsageError as error:
        kind = RefusedError if refused else UsageError
        raise kind(error.message, error.next_step or refused or invalid) from error
