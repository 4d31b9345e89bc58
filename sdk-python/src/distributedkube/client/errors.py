"""Every error that the client raises on purpose.

    DistributedKubeError
    |- InvalidError         the definition or the request breaks a rule; names the field
    |- NotFoundError        there is no such algorithm, pipeline, job or build
    |- AlreadyExistsError   the name is taken
    |- NotAllowedError      right request, wrong moment: no result yet, algorithm not ready, in use
    |- AccessError          the caller is unknown or may not do this
    |- LimitError           a limit was hit; says which
    |- UnavailableError     the server cannot be reached or cannot answer now; try again
    |- JobFailedError       the job ended by a failure
    |- JobStoppedError      the job was stopped
    |- BuildFailedError     the build ended without something to run
    `- WaitTimeoutError     the time that the caller allowed ran out; the job goes on

``reason`` is the machine word that the server gave, empty when there was none.
"""

from __future__ import annotations

from typing import Any


class DistributedKubeError(Exception):
    """Something went wrong; also raised for answers of the server that have no class of their own."""

    def __init__(self, message: str, *, reason: str = "", field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason
        self.field = field
        """Dotted path of the field at fault, empty when it is no field's fault."""


class InvalidError(DistributedKubeError):
    """The definition or the request breaks a rule."""


class NotFoundError(DistributedKubeError):
    """There is no such thing."""


class AlreadyExistsError(DistributedKubeError):
    """There is one by that name already."""


class NotAllowedError(DistributedKubeError):
    """Not allowed in the present state."""


class AccessError(DistributedKubeError):
    """The caller is unknown or may not do this."""


class LimitError(DistributedKubeError):
    """A limit was reached."""


class UnavailableError(DistributedKubeError):
    """Not available now; try again."""


class JobFailedError(DistributedKubeError):
    """The job ended by a failure."""

    def __init__(self, job_id: str, message: str, node_name: str = "") -> None:
        super().__init__(f"job {job_id} failed: {message or 'no reason was given'}", reason="JOB_FAILED")
        self.job_id = job_id
        self.error = message
        self.node_name = node_name
        """Node that made it fail, empty when it was no node's fault."""


class JobStoppedError(DistributedKubeError):
    """The job was stopped."""

    def __init__(self, job_id: str, why: str) -> None:
        super().__init__(f"job {job_id} was stopped: {why or 'no reason was given'}", reason="JOB_STOPPED")
        self.job_id = job_id
        self.why = why


class BuildFailedError(DistributedKubeError):
    """The build ended without something to run."""

    def __init__(self, build: dict[str, Any]) -> None:
        why = build.get("error") or "no reason was given"
        super().__init__(
            f"build {build.get('buildId', '')} ended as {build.get('status', 'failed')}: {why}", reason="BUILD_FAILED"
        )
        self.build = build
        """The build as it ended, in the form of the REST API."""


class WaitTimeoutError(DistributedKubeError, TimeoutError):
    """The time that the caller allowed ran out; what was waited for goes on."""
