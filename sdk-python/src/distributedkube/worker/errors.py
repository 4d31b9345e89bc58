"""Errors that user code may meet, and catch, when it uses the `api` object of its task.

DistributedKubeError
    AlgorithmError          a called algorithm failed
    PipelineError           a called pipeline failed
    StoppedError            a called algorithm or pipeline was stopped
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


class AlgorithmError(DistributedKubeError):
    """A called algorithm failed."""

    def __init__(self, message: str, *, algorithm: str, task_id: str = "") -> None:
        super().__init__(message)
        self.algorithm = algorithm
        self.task_id = task_id


class PipelineError(DistributedKubeError):
    """A called pipeline failed."""

    def __init__(self, message: str, *, job_id: str) -> None:
        super().__init__(message)
        self.job_id = job_id


class StoppedError(DistributedKubeError):
    """A called algorithm or pipeline was stopped; the message is the reason."""


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
