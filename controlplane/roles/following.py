"""What roles that follow the store have in common: list and watch, one timer, and running until told to stop."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import aclosing
from typing import Any, Generic, TypeVar

from controlplane.domain.errors import CompactedError, UnavailableError
from controlplane.ports.state_store import Entry, PutEvent, Revision, StateStore
from controlplane.ports.system import Clock

RETRY_SECONDS = 0.2

C = TypeVar("C")


class Follower:
    """Tells of every entry below a prefix: of all there are, then of each change; after a gap, of all again.

    ``put`` may be told of the same entry more than once. ``begin`` is called before all are told again, so that what is
    gone since can be forgotten; ``settled`` after all have been told, and after the changes of a moment. Callbacks do not
    block.
    """

    def __init__(
        self,
        store: StateStore,
        clock: Clock,
        prefix: str,
        *,
        put: Callable[[Entry], None],
        gone: Callable[[str], None],
        begin: Callable[[], None],
        settled: Callable[[], None] = lambda: None,
        read: Callable[[], Awaitable[Revision]] | None = None,
    ) -> None:
        """``read`` takes the place of telling of all there are, for those who need not know all: it reads what they need,
        and returns the revision as of which that was."""
        self._store = store
        self._clock = clock
        self._prefix = prefix
        self._put = put
        self._gone = gone
        self._begin = begin
        self._settled = settled
        self._read = read
        self._revision = Revision(0)

    async def start(self) -> None:
        """Tells of all there are. Raises ``UnavailableError`` when the store does not answer."""
        self._begin()
        self._revision = await (self._read() if self._read is not None else self._tell_all())
        self._settled()

    async def _tell_all(self) -> Revision:
        after, first = "", Revision(0)
        while True:
            page = await self._store.range(self._prefix, after=after)
            first = first or page.revision
            for entry in page.entries:
                self._put(entry)
            if not page.more:
                break
            after = page.entries[-1].key
        return first

    async def run(self) -> None:
        """Tells of changes since ``start``; until cancelled."""
        compacted = False
        while True:
            try:
                if compacted:
                    await self.start()
                    compacted = False
                await self._watch()
            except CompactedError:
                compacted = True
            except UnavailableError:
                await self._clock.sleep(RETRY_SECONDS)

    async def _watch(self) -> None:
        async with aclosing(self._store.watch(self._prefix, after=self._revision)) as changes:
            async for events in changes:
                for event in events:
                    if isinstance(event, PutEvent):
                        self._put(event.entry)
                        self._revision = max(self._revision, event.entry.mod_revision)
                    else:
                        self._gone(event.key)
                        self._revision = max(self._revision, event.mod_revision)
                self._settled()


class Listeners(Generic[C]):
    """Callbacks that come and go; iterate to call them. They do not block, and may be called often."""

    def __init__(self) -> None:
        self._callbacks: tuple[C, ...] = ()

    def __iter__(self) -> Iterator[C]:
        return iter(self._callbacks)

    def add(self, callback: C) -> Callable[[], None]:
        """Adds one; what is returned takes it away again."""
        self._callbacks = (*self._callbacks, callback)
        return lambda: self._remove(callback)

    def _remove(self, callback: C) -> None:
        self._callbacks = tuple(other for other in self._callbacks if other is not callback)


class Alarm:
    """A timer that can be cut short: for loops that wait for a time or for news, whichever comes first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self._rung.set()

    async def wait(self, seconds: float | None) -> None:
        """Returns after ``seconds`` (None: never by itself), or when rung since the last return."""
        if not self._rung.is_set():
            waits: set[asyncio.Task[Any]] = {asyncio.create_task(self._rung.wait(), name="alarm-rung")}
            if seconds is not None:
                waits.add(asyncio.create_task(self._clock.sleep(max(seconds, 0)), name="alarm-timer"))
            try:
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for wait in waits:
                    wait.cancel()
        self._rung.clear()


async def until_stopped(stopping: asyncio.Event, *loops: Coroutine[Any, Any, None]) -> None:
    """Runs loops that never end until told to stop. The error of one of them ends all."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(loop) for loop in loops]
        await stopping.wait()
        for task in tasks:
            task.cancel()
