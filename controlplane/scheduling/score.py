"""Scores: weighted sums of named parts that are kept, so that "why this one?" has an answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

PRIORITIES = 5
HighestPriority = Literal[5, 1]
"""Which end of the priorities 1 to 5 is served first."""

SECONDS_PER_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Score:
    """Higher goes first."""

    total: float
    parts: Mapping[str, float]
    """What each heuristic adds, weight included; they sum to the total."""

    @classmethod
    def of(cls, parts: Mapping[str, float]) -> "Score":
        return cls(sum(parts.values()), parts)


def priority_fraction(priority: int, highest: HighestPriority = 5) -> float:
    """How strong a priority is: 1 for the strongest, 0.2 for the weakest; numbers outside 1 to 5 count as the nearest."""
    inside = priority if 1 <= priority <= PRIORITIES else min(PRIORITIES, max(1, priority))
    return (inside if highest == PRIORITIES else PRIORITIES + 1 - inside) / PRIORITIES


def hours(seconds: float) -> float:
    """A time waited, in hours; a clock that went back counts as no time."""
    return seconds / SECONDS_PER_HOUR if seconds > 0 else 0.0
