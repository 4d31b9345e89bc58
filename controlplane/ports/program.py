"""The program itself: what it is, where it listens, and which of its roles run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol


class RoleState(NamedTuple):
    name: str
    running: bool


class Limit(NamedTuple):
    """Something that is limited by a setting."""

    name: str
    value: int
    unit: str
    """What the number counts: ``bytes``, ``jobs`` and the like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """What does not change while the program runs."""

    version: str
    cluster: str
    """Name of the installation."""
    shape: str
    """``embedded`` or ``cluster``."""
    storage: str
    """Kind of the object store: ``fs`` or ``s3``."""
    started_at: float
    """Seconds since the epoch."""
    limits: Sequence[Limit] = field(default=())


class Program(Protocol):
    @property
    def installation(self) -> Installation: ...

    def roles(self) -> Sequence[RoleState]:
        """In the order in which they were started."""
        ...

    def addresses(self) -> Mapping[str, str]:
        """Where it listens, by protocol."""
        ...
