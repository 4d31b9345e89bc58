"""How often things go wrong in a simulation."""

from dataclasses import dataclass


@dataclass(slots=True)
class StoreFaults:
    """How often things go wrong; changed while a simulation goes on."""

    away_chance: float = 0.0
    """A call is not answered; half of the time a commit has happened all the same."""
    most_latency_seconds: float = 0.0
    """A call takes up to so long."""
    compact_chance: float = 0.0
    """A watch finds its history gone."""
    most_lag_seconds: float = 0.0
    """A watch sees things up to so much later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerFaults:
    """How often things go wrong; chances per event."""

    raise_chance: float = 0.0
    crash_chance: float = 0.0
    """The worker dies while it runs a task."""
    break_chance: float = 0.0
    """The stream breaks after a message."""
    repeat_chance: float = 0.0
    """A frame is sent twice."""
    silent_chance: float = 0.0
    """The network holds everything back for a while, per task."""
    slow_chance: float = 0.0
    """A new worker is slow."""
    max_task_seconds: float = 0.05
    max_silent_seconds: float = 30.0
    latency_seconds: float = 0.001
    reconnect_seconds: float = 0.5
