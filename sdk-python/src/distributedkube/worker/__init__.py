"""The worker: what runs algorithms for the control plane.

Two processes. The `agent` owns the stream to the control plane, the timers, the logs and the transfer of data; the
`runner` is the process of the user's code. User code that crashes, forks or holds the interpreter for minutes
therefore never costs the session. What both sides share is in `wire`; what user code sees is in `runner.api`,
`runner.calls` and `errors`.
"""

from distributedkube.worker.errors import (
    ChildFailedError,
    ChildStoppedError,
    DistributedKubeError,
    NotInJobError,
    PayloadTooLargeError,
    TaskCancelled,
)

__all__ = [
    "ChildFailedError",
    "ChildStoppedError",
    "DistributedKubeError",
    "NotInJobError",
    "PayloadTooLargeError",
    "TaskCancelled",
]
