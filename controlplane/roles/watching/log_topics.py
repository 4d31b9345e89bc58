"""The topic ``logs``: lines of a job or a build.

A log is its own history, so nothing is kept of it here: each reader has a place in the log as its cursor, reads from there,
and waits when it has not taken what was read. A slow reader costs one page and loses nothing.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import NamedTuple

import structlog

from controlplane.domain.errors import DistributedKubeError, InvalidError, NotFoundError
from controlplane.domain.records import job_key
from controlplane.ports.logs import LogFilter, LogPage
from controlplane.ports.streams import AsyncStream
from controlplane.ports.watching import Frame, FrameKind, Topic, TopicFilter
from controlplane.roles.watching.tools import WatchTools

log = structlog.get_logger()

NAME = "logs"
PAGE_LINES = 500


class LogNews(NamedTuple):
    content: bytes
    """``{"lines": […], "dropped": n}``"""
    cursor: str
    more: bool
    """There is more already."""


def log_news(tools: WatchTools, topic: Topic) -> AsyncStream[LogNews]:
    """Lines behind the topic's cursor, from then on until its job or build has ended.

    Raises ``NotFoundError``, or ``InvalidError`` for a bad cursor, when it is read.
    """
    if topic.filter.build:
        return _of_build(tools, topic.filter.build, topic.cursor)
    return _of_job(tools, topic.filter, topic.cursor)


async def _of_job(tools: WatchTools, wanted: TopicFilter, cursor: str) -> AsyncGenerator[LogNews, None]:
    if await tools.store.get(job_key(wanted.job)) is None:
        raise NotFoundError("job", wanted.job)
    lines = LogFilter(
        node=wanted.node,
        task_id=wanted.task,
        attempt=wanted.attempt,
        level=wanted.level,
        stream=wanted.source,
        text=wanted.q,
    )
    # Told at once, with lines or without: the reader knows then that there are none yet.
    page = await tools.logs.read(wanted.job, wanted=lines, cursor=cursor, limit=PAGE_LINES)
    yield _news(tools, page)
    async with aclosing(tools.logs.follow(wanted.job, wanted=lines, cursor=page.cursor)) as pages:
        async for page in pages:
            if page.lines:
                yield _news(tools, page)


def _news(tools: WatchTools, page: LogPage) -> LogNews:
    text = tools.documents.log_lines(page.lines)
    return LogNews(b'{"lines":%b,"dropped":%d}' % (text, page.dropped), page.cursor, page.more)


async def _of_build(tools: WatchTools, build_id: str, cursor: str) -> AsyncGenerator[LogNews, None]:
    if cursor and not (cursor.isascii() and cursor.isdigit() and len(cursor) < 10):
        raise InvalidError("the cursor is not one of this log", field="cursor")
    sent = int(cursor or 0)
    async with aclosing(tools.builds.follow(build_id, after_line=sent)) as news:
        async for each in news:
            lines = list(each.lines)
            for start in range(0, len(lines), PAGE_LINES) or (0,):
                part = lines[start : start + PAGE_LINES]
                sent += len(part)
                text = tools.documents.build_lines(part)
                yield LogNews(b'{"lines":%b,"dropped":0}' % text, str(sent), start + PAGE_LINES < len(lines))


class LogTail:
    """One reader of a log; taken from like a ``Reader`` of a channel."""

    def __init__(
        self, place: int, topic: Topic, tools: WatchTools, wake: Callable[[], None], pace_seconds: float
    ) -> None:
        self.is_over = False
        self.error: DistributedKubeError | None = None
        self._place = place
        self._tools = tools
        self._wake = wake
        self._pace_seconds = pace_seconds
        self._kind = FrameKind.PATCH if topic.cursor else FrameKind.SNAPSHOT
        self._cursor = topic.cursor
        self._read: LogNews | None = None
        self._taken = asyncio.Event()
        self._ended = False
        self._reading = asyncio.create_task(self._run(topic), name="watch-logs")

    async def _run(self, topic: Topic) -> None:
        try:
            async with aclosing(log_news(self._tools, topic)) as news:
                async for each in news:
                    self._read = each
                    self._taken.clear()
                    self._wake()
                    await self._taken.wait()
                    if not each.more:
                        await self._tools.clock.sleep(self._pace_seconds)
        except DistributedKubeError as error:
            self.error = error
        except Exception:  # A defect of one topic must not cost the others; it is told and logged.
            log.exception("watch_topic_broke", topic=NAME)
            self.error = DistributedKubeError("the topic broke; the server's log has why")
        self._ended = True
        self._wake()

    def take(self) -> Frame | None:
        """The next frame; None when there is none for now."""
        if self.is_over:
            return None
        if self._read is not None:
            news, self._read = self._read, None
            kind, self._kind = self._kind, FrameKind.PATCH
            self._cursor = news.cursor
            self._taken.set()
            return Frame(self._place, NAME, kind, news.cursor, content=news.content)
        if not self._ended:
            return None
        self.is_over = True
        if self.error is not None:
            return Frame(self._place, NAME, FrameKind.ERROR, error=self.error)
        return Frame(self._place, NAME, FrameKind.GONE, self._cursor)

    async def close(self) -> None:
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
