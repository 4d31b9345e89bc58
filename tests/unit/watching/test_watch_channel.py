"""One topic and its readers on a clock that is moved by hand: pace, urgency, slow readers, pauses, ends and failures."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from controlplane.domain.errors import DistributedKubeError, NotFoundError, StoreUnavailableError
from controlplane.domain.merge_patch import Document
from controlplane.ports.watching import Frame, FrameKind
from controlplane.roles.watching.channel import Channel, Reader, WatchSettings
from controlplane.roles.watching.source import Bell
from tests.contract.hand_clock import HandClock

TURNS = 20
"""Rounds of the event loop after which nothing moves any more but by the clock."""


class Dial:
    """A source that a test turns by hand."""

    def __init__(self) -> None:
        self.shown: Document = {"n": 0}
        self.bell: Bell | None = None
        self.computed = 0
        self.ended = asyncio.Event()
        self.error: DistributedKubeError | None = None
        self.content_errors: list[DistributedKubeError] = []

    async def follow(self, bell: Bell) -> None:
        self.bell = bell
        bell.ring()
        await self.ended.wait()
        if self.error is not None:
            raise self.error

    async def content(self) -> Document:
        if self.content_errors:
            raise self.content_errors.pop()
        self.computed += 1
        return dict(self.shown)

    def turn(self, *, urgent: bool = False, **shown: Any) -> None:
        self.shown = {**self.shown, **shown}
        if self.bell is not None:
            self.bell.ring(urgent=urgent)


class Desk:
    """A channel over a dial, with a clock."""

    def __init__(self, **settings: Any) -> None:
        self.clock = HandClock()
        self.dial = Dial()
        self.channel = Channel("topic", "epoch", self.dial, self.clock, WatchSettings(**settings))
        self.woken = 0

    def reader(self, cursor: str = "") -> Reader:
        return Reader(0, self.channel, cursor, self._wake)

    def _wake(self) -> None:
        self.woken += 1

    async def settle(self, seconds: float = 0.0) -> None:
        """Lets everything happen that needs no time, then moves the clock, and again."""
        for pause in (0.0, seconds):
            self.clock.advance(pause)
            for _ in range(TURNS):
                await asyncio.sleep(0)


@asynccontextmanager
async def desk(**settings: Any) -> AsyncIterator[Desk]:
    made = Desk(**settings)
    try:
        yield made
    finally:
        await made.channel.close()


def all_of(reader: Reader) -> list[Frame]:
    frames = []
    while (frame := reader.take()) is not None:
        frames.append(frame)
    return frames


def said(frames: list[Frame]) -> list[tuple[str, Any]]:
    return [(frame.kind.value, json.loads(frame.content) if frame.content else None) for frame in frames]


async def test_snapshot_then_patches_of_changed_keys() -> None:
    async with desk() as at:
        at.dial.shown = {"n": 0, "same": "x"}
        reader = at.reader()
        await at.settle()
        assert said(all_of(reader)) == [("snapshot", {"n": 0, "same": "x"})]
        at.dial.turn(n=1)
        await at.settle(0.25)
        assert said(all_of(reader)) == [("patch", {"n": 1})]


async def test_changes_are_merged_to_four_a_second() -> None:
    """A hundred changes in a second are four patches, and the last value arrives."""
    async with desk() as at:
        reader = at.reader()
        await at.settle()
        all_of(reader)
        patches = []
        for number in range(1, 101):
            at.dial.turn(n=number)
            await at.settle(0.01)
            patches += all_of(reader)
        await at.settle(0.25)
        patches += all_of(reader)
        assert len(patches) <= 5
        assert said(patches)[-1] == ("patch", {"n": 100})
        assert at.dial.computed <= 6


async def test_urgent_news_passes_at_once() -> None:
    async with desk() as at:
        reader = at.reader()
        await at.settle()
        at.dial.turn(n=1)
        await at.settle()
        assert said(all_of(reader)) == [("snapshot", {"n": 0})]  # it rests
        at.dial.turn(n=2, urgent=True)
        await at.settle()
        assert said(all_of(reader)) == [("patch", {"n": 2})]


async def test_nothing_is_told_when_nothing_changed() -> None:
    async with desk() as at:
        reader = at.reader()
        await at.settle()
        all_of(reader)
        woken = at.woken
        at.dial.turn()
        await at.settle(1)
        assert all_of(reader) == []
        assert at.channel.revision == 0
        assert at.woken >= woken


async def test_computed_once_for_all_readers() -> None:
    async with desk() as at:
        readers = [at.reader() for _ in range(100)]
        await at.settle()
        at.dial.turn(n=1)
        await at.settle(0.25)
        frames = [all_of(reader) for reader in readers]
        assert all(said(each) == [("snapshot", {"n": 1})] or len(each) == 2 for each in frames)
        assert at.dial.computed == 2
        contents = {id(frame.content) for each in frames for frame in each}
        assert len(contents) <= 2  # The very same bytes for everybody.


async def test_a_slow_reader_gets_a_gap_and_all_anew() -> None:
    """It lags behind by more than the ring holds, while a fast one is given every patch."""
    async with desk(ring_bytes=1000) as at:
        slow, fast = at.reader(), at.reader()
        await at.settle()
        all_of(slow), all_of(fast)
        fast_frames = []
        for number in range(1, 41):
            at.dial.turn(n=number)
            await at.settle(0.25)
            fast_frames += all_of(fast)
        assert [frame.kind for frame in fast_frames] == [FrameKind.PATCH] * 40
        gap, snapshot = all_of(slow)
        assert (gap.kind, gap.cursor) == (FrameKind.GAP, "")
        assert said([snapshot]) == [("snapshot", {"n": 40})]
        assert snapshot.cursor == fast_frames[-1].cursor
        at.dial.turn(n=41)
        await at.settle(0.25)
        assert said(all_of(slow)) == [("patch", {"n": 41})]


async def test_coming_back_with_a_cursor() -> None:
    """From the ring while it holds what was missed; else a gap and everything."""
    async with desk(ring_bytes=300) as at:
        stays, leaves = at.reader(), at.reader()
        await at.settle()
        cursor = all_of(leaves)[-1].cursor
        await leaves.close()
        for number in (1, 2):
            at.dial.turn(n=number)
            await at.settle(0.25)
        assert said(all_of(at.reader(cursor))) == [("patch", {"n": 1}), ("patch", {"n": 2})]
        for number in range(3, 20):
            at.dial.turn(n=number)
            await at.settle(0.25)
        assert said(all_of(at.reader(cursor))) == [("gap", None), ("snapshot", {"n": 19})]
        await stays.close()


@pytest.mark.parametrize("cursor", ["other.0", "epoch.7", "epoch.", "epoch", "nonsense", "epoch.-1", "epoch.٣"])
async def test_a_cursor_that_means_nothing_here(cursor: str) -> None:
    async with desk() as at:
        reader = at.reader(cursor)
        await at.settle()
        assert said(all_of(reader)) == [("gap", None), ("snapshot", {"n": 0})]


async def test_not_computed_while_nobody_reads() -> None:
    """And who comes back is given the difference to what was shown last."""
    async with desk() as at:
        reader = at.reader()
        await at.settle()
        cursor = all_of(reader)[-1].cursor
        await reader.close()
        await at.settle(1)
        computed = at.dial.computed
        at.dial.turn(n=5)
        await at.settle(10)
        assert at.dial.computed == computed
        back = at.reader(cursor)
        assert all_of(back) == []
        await at.settle(0.25)
        assert said(all_of(back)) == [("patch", {"n": 5})]


async def test_a_new_reader_after_a_pause_is_never_shown_what_is_old() -> None:
    async with desk() as at:
        reader = at.reader()
        await at.settle()
        await reader.close()
        at.dial.turn(n=9)
        new = at.reader()
        assert all_of(new) == []
        await at.settle(0.25)
        assert said(all_of(new)) == [("snapshot", {"n": 9})]


async def test_the_end() -> None:
    """The last content, `gone`, and nothing more; who has seen the last content is only told that it is over."""
    async with desk() as at:
        reader = at.reader()
        await at.settle()
        all_of(reader)
        at.dial.turn(n=1)
        at.dial.ended.set()
        await at.settle()
        frames = all_of(reader)
        assert said(frames) == [("patch", {"n": 1}), ("gone", None)]
        assert reader.is_over
        assert said(all_of(at.reader(frames[-1].cursor))) == [("gone", None)]


async def test_a_failure_is_told_to_all() -> None:
    async with desk() as at:
        at.dial.error = NotFoundError("job", "x")
        at.dial.ended.set()
        readers = [at.reader(), at.reader()]
        await at.settle()
        for reader in readers:
            (frame,) = all_of(reader)
            assert (frame.kind, frame.error, reader.is_over) == (FrameKind.ERROR, at.dial.error, True)
        assert not at.channel.can_resume


async def test_a_store_that_is_away_costs_only_time() -> None:
    async with desk(retry_seconds=1.0) as at:
        at.dial.content_errors = [StoreUnavailableError(), StoreUnavailableError()]
        reader = at.reader()
        await at.settle()
        assert all_of(reader) == []
        await at.settle(1)
        await at.settle(1)
        assert said(all_of(reader)) == [("snapshot", {"n": 0})]
