"""Settings of triggers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerSettings:
    late_seconds: float = 10.0
    """A clock time that is noticed later than this was missed: nobody was there, or the store was away."""
    max_sleep_seconds: float = 60.0
    """The timer is set anew at least so often: the time of day may be set, and a laptop may sleep."""
    starts_at_a_time: int = 8
    """Clock times, and ended jobs, that are dealt with at the same time."""
    max_depth: int = 32
    """Jobs that started each other: a longer chain is taken for a circle."""
    max_input_bytes: int = 8 * 1024 * 1024
    """JSON of a result that is given to a job; what is larger only says where its values are."""
