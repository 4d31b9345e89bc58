"""Settings of reports to webhooks."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSettings:
    secret: bytes = field(default=b"", repr=False)
    """Key of signatures; without one nothing is signed."""
    attempts: int = 200
    """Tries of one report. With the delays below about an hour and a half."""
    first_delay_seconds: float = 1.0
    """Before the second try, at most: the delay is a random part of this, which doubles with every further try."""
    max_delay_seconds: float = 60.0
    total_seconds: float = 24 * 3600.0
    """A report that is older is not tried again."""
    progress_seconds: float = 1.0
    """Between two reports of a job's progress; changes of its state are reported at once."""
    per_host: int = 8
    """Requests at a time to one host. One that does not answer well gets one at a time."""
    in_all: int = 256
    """Requests at a time: so many that slow hosts do not use them up."""
    large_results: int = 4
    """Results of more than one piece that are in memory at a time."""
    waiting_per_host: int = 10_000
    """Reports to one host that are kept in mind; those beyond stay in the store until there is room."""
