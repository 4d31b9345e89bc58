"""Errors that user code may meet, and catch, when it uses the `api` object of its task.

DistributedKubeError
    ChildFailedError        a called algorithm or pipeline failed
    ChildStoppedError       a called algorithm or pipeline was stopped, or the call was given up
    DataSourceError         a data source is unknown or cannot be read
    FlowError               a message was sent to a flow that does not exist
    NotInJobError           the call is only possible while a task runs
    NotSupportedError       the control plane does not offer this
    PayloadTooLargeError    a value is over a limit
    TaskCancelled           the task was told to stop
"""

from __future__ import annotations


class DistributedKubeError(Exception):
    """Base of all errors raised to user code."""


class ChildFailedError(DistributedKubeError):
    """A called algorithm or pipeline failed; the message is that of its failure.

    Attributes:
        child: name of the algorithm or pipeline.
        category: class of the failure as in the contract, for example ``USER_CODE``, ``TIMEOUT`` or ``CRASH``.
        type: type of what it raised, for example ``ValueError``; may be empty.
    """

    def __init__(self, message: str, *, child: str, category: str, type: str = "") -> None:
        super().__init__(message)
        self.child = child
        self.category = category
        self.type = type


class ChildStoppedError(DistributedKubeError):
    """A called algorithm or pipeline was stopped, or the call was given up.

    Attributes:
        child: name of the algorithm or pipeline.
        reason: why, for people.
    """

    def __init__(self, message: str, *, child: str, reason: str) -> None:
        super().__init__(message)
        self.child = child
        self.reason = reason


class DataSourceError(DistributedKubeError):
    """A data source is unknown or cannot be read."""


class FlowError(DistributedKubeError):
    """A message was sent to a flow that does not exist."""


class NotInJobError(DistributedKubeError):
    """The call is only possible while a task runs."""


class NotSupportedError(DistributedKubeError):
    """The control plane that the worker is connected to does not offer this."""


class PayloadTooLargeError(DistributedKubeError):
    """A value is over a limit; the message names both."""


class TaskCancelled(DistributedKubeError):
    """The task was told to stop."""
