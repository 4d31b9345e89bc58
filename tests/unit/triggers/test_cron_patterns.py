"""When cron patterns come due: fields, time zones, and the hours that come twice or not at all."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from controlplane.domain.cron import parse_cron
from controlplane.domain.errors import InvalidError

BERLIN = "Europe/Berlin"


def times(pattern: str, zone: str, start: str, count: int) -> list[str]:
    """The next times after a local time, as local times with their offset."""
    cron = parse_cron(pattern, zone)
    at = datetime.fromisoformat(start).replace(tzinfo=ZoneInfo(zone)).timestamp()
    found = []
    for _ in range(count):
        due = cron.next_after(at)
        assert due is not None
        assert due > at
        at = due
        found.append(datetime.fromtimestamp(at, ZoneInfo(zone)).strftime("%m-%d %H:%M:%S %z"))
    return found


@pytest.mark.parametrize(
    ("pattern", "start", "wanted"),
    [
        ("0 * * * *", "2026-05-01 10:00", ["05-01 11:00:00 +0000", "05-01 12:00:00 +0000"]),
        ("*/20 9-10 * * MON-FRI", "2026-05-01 10:30", ["05-01 10:40:00 +0000", "05-04 09:00:00 +0000"]),
        ("30 10 0 * * *", "2026-05-01 10:00", ["05-02 00:10:30 +0000", "05-03 00:10:30 +0000"]),
        ("*/25 * * * * *", "2026-05-01 10:00:49", ["05-01 10:00:50 +0000", "05-01 10:01:00 +0000"]),
        ("50,5 * * * * *", "2026-05-01 10:00:05", ["05-01 10:00:50 +0000", "05-01 10:01:05 +0000"]),
        ("0 0 L * *", "2026-02-01 00:00", ["02-28 00:00:00 +0000", "03-31 00:00:00 +0000"]),
        ("0 0 13 * 5", "2026-05-01 00:00", ["05-08 00:00:00 +0000", "05-13 00:00:00 +0000"]),
        ("0 0 * * 7", "2026-05-01 00:00", ["05-03 00:00:00 +0000", "05-10 00:00:00 +0000"]),
    ],
)
def test_fields(pattern: str, start: str, wanted: list[str]) -> None:
    assert times(pattern, "UTC", start, 2) == wanted


def test_time_zones() -> None:
    assert times("0 9 * * *", BERLIN, "2026-03-27 12:00", 2) == ["03-28 09:00:00 +0100", "03-29 09:00:00 +0200"]


@pytest.mark.parametrize("pattern", ["30 2 * * *", "0 30 2 * * *"])
def test_a_fixed_time_that_is_missing_comes_right_after_the_gap(pattern: str) -> None:
    """In Berlin 2026-03-29 has no 02:30."""
    wanted = ["03-29 03:00:00 +0200", "03-30 02:30:00 +0200"]
    assert times(pattern, BERLIN, "2026-03-28 12:00", 2) == wanted


@pytest.mark.parametrize("pattern", ["30 2 * * *", "0 30 2 * * *"])
def test_a_fixed_time_that_is_there_twice_comes_once(pattern: str) -> None:
    """In Berlin 2026-10-25 has 02:30 twice."""
    wanted = ["10-25 02:30:00 +0200", "10-26 02:30:00 +0100"]
    assert times(pattern, BERLIN, "2026-10-24 12:00", 2) == wanted


def test_what_comes_every_hour_follows_time_as_it_passes() -> None:
    assert times("30 * * * *", BERLIN, "2026-10-25 01:00", 4) == [
        "10-25 01:30:00 +0200",
        "10-25 02:30:00 +0200",
        "10-25 02:30:00 +0100",
        "10-25 03:30:00 +0100",
    ]
    assert times("30 * * * *", BERLIN, "2026-03-29 01:00", 2) == ["03-29 01:30:00 +0100", "03-29 03:30:00 +0200"]


def test_two_times_that_fall_together_after_a_gap_come_once() -> None:
    wanted = ["03-29 03:00:00 +0200", "03-30 02:00:00 +0200", "03-30 03:00:00 +0200"]
    assert times("0 2,3 * * *", BERLIN, "2026-03-28 12:00", 3) == wanted


@pytest.mark.parametrize(
    "pattern",
    ["", "x", "* * * *", "* * * * * * *", "60 * * * *", "* 24 * * *", "*/0 * * * *", "5-1 * * * *", "0 0 30 2 *"],
)
def test_bad_patterns_name_their_field(pattern: str) -> None:
    with pytest.raises(InvalidError, match=r'data\.pattern should match format "cron"') as caught:
        parse_cron(pattern)
    assert caught.value.field == "pattern"


@pytest.mark.parametrize("zone", ["", "Mars/Base", "../../etc/passwd", "/etc/localtime", "Europe"])
def test_bad_time_zones_name_their_field(zone: str) -> None:
    with pytest.raises(InvalidError) as caught:
        parse_cron("* * * * *", zone)
    assert caught.value.field == "time_zone"
