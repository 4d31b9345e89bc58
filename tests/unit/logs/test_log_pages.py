"""Pages of a log that lies in several stored pieces and in memory: every line once, in order, in both directions."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from controlplane.adapters.memory import MemoryObjectStore
from controlplane.domain.errors import InvalidError
from controlplane.ports.logs import LogFilter, LogLine
from controlplane.roles.logs.role import LogSettings, LogsRole
from tests.contract.hand_clock import HandClock

ALL = LogFilter()
JOB = "job1"


class CountingObjects(MemoryObjectStore):
    """An object store that says how often it was asked."""

    def __init__(self) -> None:
        super().__init__(clock=HandClock())
        self.lists = 0
        self.reads: list[str] = []

    async def list(self, prefix: str) -> AsyncIterator[object]:  # type: ignore[override]
        self.lists += 1
        async for info in super().list(prefix):
            yield info

    async def read(self, key: str, **more: object) -> AsyncIterator[bytes]:  # type: ignore[override]
        self.reads.append(key)
        async for piece in super().read(key, **more):  # type: ignore[arg-type]
            yield piece


def line(number: int, level: str = "info", size: int = 0) -> LogLine:
    return LogLine(float(number), "N", "t", 0, 1, "stdout", level, f"{number:03d}" + "x" * size)


def numbers(lines: object) -> list[int]:
    return [int(each.text.rstrip("x")) for each in lines]  # type: ignore[attr-defined]


async def written(objects: CountingObjects, *, ended: bool, chunk: int = 10, count: int = 95) -> LogsRole:
    """A role that has taken ``count`` lines, in pieces of ``chunk``; those of a job that goes on are partly in memory."""
    role = LogsRole(objects=objects, clock=HandClock(), settings=LogSettings(chunk_bytes=chunk * 67 - 1))
    role.begin(JOB)
    for number in range(count):
        role.write(JOB, [line(number)], 0)
    if ended:
        role.end(JOB)
        await role.close()
    return role


@pytest.mark.parametrize("ended", [True, False])
@pytest.mark.parametrize("limit", [1, 7, 10, 94, 95, 1000])
async def test_every_line_once_in_both_directions(ended: bool, limit: int) -> None:
    role = await written(CountingObjects(), ended=ended)
    seen, cursor = list[int](), ""
    while True:
        page = await role.read(JOB, wanted=ALL, cursor=cursor, limit=limit)
        seen += numbers(page.lines)
        assert page.before == cursor
        cursor = page.cursor
        if not page.more:
            break
    assert seen == list(range(95))
    assert page.ended is ended
    seen, cursor = [], ""
    while True:
        page = await role.read(JOB, wanted=ALL, cursor=cursor, limit=limit, backward=True)
        seen = numbers(page.lines) + seen
        cursor = page.before
        if not cursor:
            break
    assert seen == list(range(95))
    await role.close()


async def test_a_page_reads_only_what_it_shows() -> None:
    """Names are listed once; a page from a place far behind reads the piece it is in and no other."""
    objects = CountingObjects()
    await (await written(objects, ended=True)).close()
    role = LogsRole(objects=objects, clock=HandClock(), settings=LogSettings())
    page = await role.read(JOB, wanted=ALL, cursor="", limit=10, backward=True)
    page = await role.read(JOB, wanted=ALL, cursor=page.before, limit=5, backward=True)
    objects.reads.clear()
    page = await role.read(JOB, wanted=ALL, cursor=page.before, limit=3)
    assert objects.lists == 1
    assert len(objects.reads) == 1
    assert numbers(page.lines) == [80, 81, 82]


async def test_pages_are_bounded_in_bytes() -> None:
    role = LogsRole(objects=CountingObjects(), clock=HandClock(), settings=LogSettings(page_bytes=1000))
    role.write(JOB, [line(number, size=400) for number in range(10)], 0)
    for backward in (False, True):
        page = await role.read(JOB, wanted=ALL, cursor="", limit=100, backward=backward)
        assert len(page.lines) == 3
        assert page.more
    await role.close()


async def test_following_an_ended_log_gives_all_of_it() -> None:
    """More than one page of it; and nothing is waited for."""
    objects = CountingObjects()
    await written(objects, ended=True)
    role = LogsRole(objects=objects, clock=HandClock(), settings=LogSettings(page_lines=10))
    seen = [number async for page in role.follow(JOB, wanted=ALL, cursor="") for number in numbers(page.lines)]
    assert seen == list(range(95))


async def test_following_reads_no_stored_piece_again() -> None:
    """A follower that has read all waits in memory: new lines cost no read of old ones."""
    objects = CountingObjects()
    role = await written(objects, ended=False, count=100)
    follow = role.follow(JOB, wanted=ALL, cursor="")
    assert len((await anext(follow)).lines) == 100
    coming = asyncio.ensure_future(anext(follow))
    for _ in range(20):
        await asyncio.sleep(0)
    objects.reads.clear()
    role.write(JOB, [line(100)], 0)
    assert numbers((await coming).lines) == [100]
    assert objects.reads == []
    await follow.aclose()
    await role.close()


@pytest.mark.parametrize(
    ("level", "admitted"),
    [
        ("", ["trace", "debug", "info", "WARN", "error", "fatal", "odd"]),
        ("debug", ["debug", "info", "WARN", "error", "fatal", "odd"]),
        ("warning", ["WARN", "error", "fatal"]),
        ("critical", ["fatal"]),
    ],
)
def test_levels(level: str, admitted: list[str]) -> None:
    """A level or worse, in any case and under other tools' names; what nobody knows counts as `info`."""
    levels = ["trace", "debug", "info", "WARN", "error", "fatal", "odd"]
    assert [each for each in levels if LogFilter(level=level).admits(line(1, each))] == admitted


@pytest.mark.parametrize("cursor", ["x", "1", "1.", ".1", "1.x", "-1.1", "٣.1", "1" * 50 + ".1"])
async def test_bad_cursors(cursor: str) -> None:
    role = LogsRole(objects=CountingObjects(), clock=HandClock(), settings=LogSettings())
    with pytest.raises(InvalidError, match="page token"):
        await role.read(JOB, wanted=ALL, cursor=cursor, limit=1)
