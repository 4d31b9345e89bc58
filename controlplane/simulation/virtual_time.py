"""An event loop whose time is a number: instead of waiting it moves on. One seed gives one trace.

The ready queue of asyncio is first in, first out, so the order of everything follows from the order of calls and of timers.
"""

import asyncio
import selectors
from collections.abc import Mapping
from typing import Any

EPOCH = 1_700_000_000.0
"""What a simulation takes for the time of day when it begins."""


class DeadlockError(Exception):
    """Nothing is ready and no timer is set: everybody waits for somebody."""


class _Selector(selectors.DefaultSelector):
    """Waits by moving the loop's time."""

    loop: "VirtualTimeLoop"

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise DeadlockError("nothing is ready and no timer is set")
        if timeout > 0:
            self.loop.now += timeout
        return super().select(0)


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """See the module."""

    def __init__(self) -> None:
        selector = _Selector()
        selector.loop = self
        self.now = 0.0
        self.broken: list[Mapping[str, Any]] = []
        """Errors that nobody took; a simulation must end without any."""
        super().__init__(selector)
        self.set_exception_handler(lambda _, context: self.broken.append(context))

    def time(self) -> float:
        return self.now


class VirtualClock:
    """Implements ``Clock`` on a virtual-time loop."""

    def __init__(self, loop: VirtualTimeLoop) -> None:
        self._loop = loop

    def now(self) -> float:
        return EPOCH + self._loop.time()

    def monotonic(self) -> float:
        return self._loop.time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
