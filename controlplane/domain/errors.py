"""Every error this program raises on purpose.

    DistributedKubeError
    |- InvalidError            INVALID_ARGUMENT      the caller's data breaks a rule; names the field
    |- NotFoundError           NOT_FOUND
    |- AlreadyExistsError      ALREADY_EXISTS
    |- NotAllowedError         FAILED_PRECONDITION   right data, wrong moment
    |- LimitError              RESOURCE_EXHAUSTED    a limit was hit; says which
    |- UnavailableError        UNAVAILABLE           try again later
    |  `- StoreUnavailableError
    |- CompareFailedError      ABORTED               somebody else wrote first
    |- LeaseLostError          ABORTED               the right to act is gone
    |- CompactedError                                a watch fell behind
    `- ObjectNotFoundError     NOT_FOUND

``reason`` is the machine word that travels in ``ErrorInfo.reason``; the first line of a docstring is the default message.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar


class DistributedKubeError(Exception):
    """Something went wrong."""

    reason: ClassVar[str] = "INTERNAL"

    def __init__(
        self, message: str | None = None, *, reason: str | None = None, field: str = "", details: Any = None
    ) -> None:
        self.message = message or (type(self).__doc__ or "").strip().splitlines()[0]
        self.why: str = reason or type(self).reason
        """Machine word of this very error; the class's unless a finer one was given."""
        self.field = field
        """Dotted path of the field at fault, empty when it is no field's fault."""
        self.details = details
        """Plain JSON value for callers that can use more than the sentence."""
        super().__init__(self.message)

    def metadata(self) -> Mapping[str, str]:
        """What goes into ``ErrorInfo.metadata``."""
        return {"field": self.field} if self.field else {}


class InvalidError(DistributedKubeError):
    """The request breaks a rule."""

    reason = "INVALID"


class NotFoundError(DistributedKubeError):
    """There is no such thing."""

    reason = "NOT_FOUND"

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"{kind} {name} Not Found", field=kind)
        self.kind = kind
        self.name = name


class AlreadyExistsError(DistributedKubeError):
    """There is one by that name already."""

    reason = "ALREADY_EXISTS"

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"{kind} {name} already exists", field=kind)
        self.kind = kind
        self.name = name


class NotAllowedError(DistributedKubeError):
    """Not allowed in the present state."""

    reason = "NOT_ALLOWED"


class LimitError(DistributedKubeError):
    """A limit was reached."""

    reason = "LIMIT"


class UnavailableError(DistributedKubeError):
    """Not available now; try again."""

    reason = "UNAVAILABLE"


class StoreUnavailableError(UnavailableError):
    """The store does not answer; try again."""

    reason = "STORE_UNAVAILABLE"


class CompareFailedError(DistributedKubeError):
    """The data changed meanwhile; read it again."""

    reason = "COMPARE_FAILED"


class LeaseLostError(DistributedKubeError):
    """The lease has ended."""

    reason = "LEASE_LOST"


class CompactedError(DistributedKubeError):
    """The history asked for is gone; list again."""

    reason = "COMPACTED"


class ObjectNotFoundError(DistributedKubeError):
    """There is no such object."""

    reason = "OBJECT_NOT_FOUND"


def raise_first(errors: Iterable[DistributedKubeError]) -> None:
    """Raises the first of the errors when there is one."""
    error = next(iter(errors), None)
    if error is None:
        return
    try:
        raise error
    finally:
        del error  # Else its traceback would hold this frame, which holds it, until garbage is collected.
