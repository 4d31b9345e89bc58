"""What the command line says when something goes wrong: one sentence, a next step, an exit code.

code  meaning
0     done
1     the job or build failed, was stopped, or has not ended yet
2     wrong usage, or a definition that breaks a rule
3     the server cannot be reached, or is none of ours
4     there is no such thing
5     refused: not allowed, not permitted, or the name is taken
6     the server failed
70    a defect of this program
130   interrupted
"""

from __future__ import annotations


class CliError(Exception):
    """Something that a user can understand and act on."""

    exit_code = 1

    def __init__(self, message: str, next_step: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step
        """What to do about it; empty when the message says so itself."""


class FailedError(CliError):
    """The job or build failed, was stopped, or has not ended."""


class UsageError(CliError):
    """Wrong usage, or a definition that breaks a rule."""

    exit_code = 2


class UnreachableError(CliError):
    """The server cannot be reached, or what answers is none of ours."""

    exit_code = 3


class StreamBrokenError(UnreachableError):
    """A stream broke after it had begun; it may be opened again."""


class MissingError(CliError):
    """There is no such thing."""

    exit_code = 4


class RefusedError(CliError):
    """The server refused."""

    exit_code = 5


class ServerError(CliError):
    """The server failed."""

    exit_code = 6
