"""Cron patterns: when they come due next. Pure; time is an argument, in seconds since the epoch.

A pattern has 5 fields (minute, hour, day of month, month, day of week) or 6 with seconds first, as the library ``cronsim``
reads them: lists, ranges, steps, names of months and days, ``L`` and ``#``. As in Debian's cron, both days must match when
one of the two fields starts with a star; otherwise either will do.

Where clocks change, a time zone has hours that come twice or not at all. The rules follow Debian's cron too, with any seconds:

* A fixed time (neither minute nor hour starts with a star) comes once: at the first of two equal times, and at the first
  moment after the gap when it falls into one.
* Everything else follows time as it passes: an hour that comes twice counts twice, one that is missing does not count.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from controlplane.domain.errors import InvalidError

DEFAULT_PATTERN = "0 * * * *"
DEFAULT_TIME_ZONE = "UTC"

_FIELDS_WITH_SECONDS = 6


@dataclass(frozen=True, slots=True)
class CronPattern:
    """A pattern in a time zone, checked; made by :func:`parse_cron`."""

    minutes: str
    """Its 5 fields without the seconds."""
    seconds: tuple[int, ...]
    """Ascending."""
    zone: tzinfo

    def next_after(self, at: float) -> float | None:
        """The first time later than ``at``; None when there is none within 50 years."""
        moment = datetime.fromtimestamp(at, UTC).astimezone(self.zone)
        # The minute of ``at`` itself may have later seconds.
        start = moment.replace(second=0, microsecond=0) - timedelta(seconds=1)
        for minute in CronSim(self.minutes, start):
            for second in self.seconds:
                due = minute.timestamp() + second
                if due > at:
                    return due
        return None


def parse_cron(pattern: str, time_zone: str = DEFAULT_TIME_ZONE, where: str = "") -> CronPattern:
    """Reads a pattern. Raises ``InvalidError`` that names the field ``pattern`` or ``time_zone`` below ``where``."""
    zone = _zone(time_zone, where)
    try:
        whole = CronSim(pattern, datetime(2000, 1, 1, tzinfo=UTC))
    except CronSimError:
        raise InvalidError(f'data.{where}pattern should match format "cron"', field=f"{where}pattern") from None
    fields = pattern.split()
    minutes = fields[1:] if len(fields) == _FIELDS_WITH_SECONDS else fields
    return CronPattern(" ".join(minutes), tuple(sorted(whole.seconds)), zone)


def _zone(name: str, where: str) -> tzinfo:
    if name == DEFAULT_TIME_ZONE:
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # Unknown, not a name at all, or a folder of names.
        raise InvalidError(
            f"data.{where}timeZone {name} is no time zone; give an IANA name such as Europe/Berlin",
            field=f"{where}time_zone",
        ) from None
