"""Which algorithms are wanted and get no worker, from whoever places them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Obstacle(StrEnum):
    """What keeps workers from being placed."""

    NO_PLACE = "no_place"
    """There can be none here at all, for example of a container image without a container platform."""
    NO_CPU = "no_cpu"
    NO_MEMORY = "no_memory"
    NO_START = "no_start"
    """Workers end before they connect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unplaced:
    """An algorithm that is wanted and gets no further worker."""

    algorithm: str
    obstacle: Obstacle
    sentence: str
    """For people: what is wanted, what is there, what is missing."""
    since: float
    """Seconds since the epoch."""


class Placement(Protocol):
    def unplaced(self) -> Sequence[Unplaced]:
        """All such algorithms as of the last decision; an algorithm without work is none of them."""
        ...

    def on_decision(self, callback: Callable[[], None]) -> None:
        """Calls back when a decision holds back other algorithms than the one before, or for other reasons."""
        ...
