"""The watch hub: brings readers and topics together.

A topic with one filter is one channel, whoever asks for it, and is computed only while somebody reads it. Channels whose
last reader has gone rest for a while, bounded in number and size, so that a reader that comes back after a broken
connection, or a change of the topics it wants, is told the difference instead of everything.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncGenerator, Sequence
from typing import NamedTuple, Protocol

from controlplane.domain.errors import DistributedKubeError, LimitError
from controlplane.domain.merge_patch import Document
from controlplane.ports.system import Ids
from controlplane.ports.watching import Frame, FrameKind, Topic, TopicFilter
from controlplane.roles.watching.channel import Channel, Reader, WatchSettings
from controlplane.roles.watching.log_topics import LogTail
from controlplane.roles.watching.tools import WatchTools, WorkNews
from controlplane.roles.watching.topics import Make, kind_of

EPOCH_CHARACTERS = 8


class _Key(NamedTuple):
    name: str
    filter: TopicFilter


class _Reader(Protocol):
    """What a connection reads of one topic."""

    is_over: bool

    def take(self) -> Frame | None: ...

    async def close(self) -> None: ...


class _Refused:
    """A topic that cannot be watched: says so, once."""

    def __init__(self, place: int, topic: Topic, error: DistributedKubeError) -> None:
        self.is_over = False
        self._frame = Frame(place, topic.name, FrameKind.ERROR, error=error)

    def take(self) -> Frame | None:
        was_over, self.is_over = self.is_over, True
        return None if was_over else self._frame

    async def close(self) -> None:
        """There is nothing to close."""


class WatchingRole:
    """Implements ``Watching``."""

    def __init__(self, *, tools: WatchTools, ids: Ids, settings: WatchSettings) -> None:
        self._tools = tools
        self._ids = ids
        self._settings = settings
        self._work = WorkNews(tools.demand, tools.placement)
        self._channels: dict[_Key, Channel] = {}
        """Those with readers."""
        self._resting: OrderedDict[_Key, Channel] = OrderedDict()
        """Those without, the longest at rest first."""
        self._tails = 0

    def about(self) -> Document:
        """How much is watched, for the topic ``system``."""
        return {"topics": len(self._channels), "logReaders": self._tails}

    async def watch(self, topics: Sequence[Topic]) -> AsyncGenerator[Frame, None]:
        woken = asyncio.Event()
        readers: list[_Reader] = []
        try:
            for place, topic in enumerate(topics):
                readers.append(self._open(place, topic, woken))
            is_first = True
            async for frame in _frames(readers, woken):
                if is_first and len(topics) == 1 and frame.error is not None:
                    raise frame.error
                is_first = False
                yield frame
        finally:
            for topic, reader in zip(topics, readers, strict=False):
                await reader.close()
                self._closed(topic, reader)

    async def close(self) -> None:
        """Ends the computing of all topics; their readers are told nothing more."""
        for channel in list(self._channels.values()):  # Readers leave meanwhile.
            await channel.close()

    # Inside

    def _open(self, place: int, topic: Topic, woken: asyncio.Event) -> _Reader:
        try:
            if topic.error is not None:
                raise topic.error
            make = kind_of(topic).make
            if make is None:
                return self._open_log(place, topic, woken)
            return Reader(place, self._channel(topic, make), topic.cursor, woken.set)
        except DistributedKubeError as error:
            return _Refused(place, topic, error)

    def _open_log(self, place: int, topic: Topic, woken: asyncio.Event) -> LogTail:
        if self._tails >= self._settings.max_log_readers:
            raise LimitError(f"{self._tails} logs are being watched; close some of them", reason="TOO_MANY_TOPICS")
        self._tails += 1
        return LogTail(place, topic, self._tools, woken.set, self._settings.pace_seconds)

    def _channel(self, topic: Topic, make: Make) -> Channel:
        key = _Key(topic.name, topic.filter)
        channel = self._channels.get(key) or self._resting.pop(key, None)
        # What is over is not computed again: only who has seen the end of it is told of it.
        if channel is None or (channel.is_over and not topic.cursor.startswith(channel.epoch)):
            if len(self._channels) >= self._settings.max_topics:
                raise LimitError(
                    f"{len(self._channels)} topics are being watched; close some of them", reason="TOO_MANY_TOPICS"
                )
            source = make(self._tools, self._work, topic.filter)
            epoch = self._ids.text(EPOCH_CHARACTERS)
            channel = Channel(topic.name, epoch, source, self._tools.clock, self._settings)
        self._channels[key] = channel
        return channel

    def _closed(self, topic: Topic, reader: _Reader) -> None:
        if isinstance(reader, LogTail):
            self._tails -= 1
        key = _Key(topic.name, topic.filter)
        channel = self._channels.get(key)
        if channel is None or channel.has_readers:
            return
        del self._channels[key]
        if channel.can_resume:
            self._resting[key] = channel
            self._forget_oldest()

    def _forget_oldest(self) -> None:
        size = sum(channel.size() for channel in self._resting.values())
        while len(self._resting) > self._settings.max_resting or size > self._settings.max_resting_bytes:
            _, oldest = self._resting.popitem(last=False)
            size -= oldest.size()


async def _frames(readers: Sequence[_Reader], woken: asyncio.Event) -> AsyncGenerator[Frame, None]:
    """One frame of each reader in turn, so that none has to wait for all of another."""
    while True:
        woken.clear()
        found = False
        for reader in readers:
            frame = reader.take()
            if frame is not None:
                found = True
                yield frame
        if all(reader.is_over for reader in readers):
            return
        if not found:
            await woken.wait()
