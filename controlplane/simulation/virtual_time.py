"""An event loop whose time is a number: instead of waiting it moves on. One seed gives one trace.

The ready queue of asyncio is first in, first out, and timers of the same moment are kept apart by a number, so the order of
everything follows from the order of calls.

What runs on it belongs to *processes*, which can be killed at any turn of the loop, also in the middle of things.
"""

import asyncio
import selectors
from collections.abc import Callable, Mapping
from contextvars import Context, ContextVar
from typing import Any

EPOCH = 1_700_000_000.0
"""What a simulation takes for the time of day when it begins."""

TICK = 1e-12
"""Seconds between timers that would be due at the same moment: a heap alone does not keep them in order."""

MAX_TURNS = 3_000_000
"""No simulation of faults needs so many turns."""

_PROCESS: ContextVar["Process | None"] = ContextVar("process", default=None)


class DeadlockError(Exception):
    """Nothing is ready and no timer is set: everybody waits for somebody."""


class Process:
    """Tasks and timers that live and die together."""

    def __init__(self, loop: "VirtualTimeLoop") -> None:
        self.is_dead = False
        self._loop = loop
        self._tasks: dict[asyncio.Task[Any], None] = {}
        self._context = Context()
        self._context.run(_PROCESS.set, self)

    def spawn(self, coroutine: Any, name: str) -> asyncio.Task[Any]:
        """Starts a task that belongs to it, and so do all that this one starts."""
        return self._loop.create_task(coroutine, name=name, context=self._context.copy())

    def call(self, function: Callable[[], Any]) -> Any:
        """Calls a function as a part of it: tasks and timers it makes belong to it."""
        return self._context.copy().run(function)

    def own(self, task: asyncio.Task[Any]) -> None:
        self._tasks[task] = None
        task.add_done_callback(lambda done: self._tasks.pop(done, None))

    def kill(self) -> None:
        """Ends it where it stands: no timer of it fires any more, and no task goes on."""
        self.is_dead = True
        self._loop.forget_timers(self)
        for task in list(self._tasks):
            task.cancel()


class _Selector(selectors.DefaultSelector):
    """Waits by moving the loop's time."""

    loop: "VirtualTimeLoop"

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise DeadlockError("nothing is ready and no timer is set")
        if timeout > 0:
            self.loop.now += timeout
        self.loop.turn()
        return []


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """See the module."""

    def __init__(self, *, max_turns: int | None = MAX_TURNS) -> None:
        selector = _Selector()
        selector.loop = self
        self.now = 0.0
        self.broken: list[Mapping[str, Any]] = []
        """Errors that nobody took; a simulation must end without any."""
        self.on_turn: Callable[[], None] | None = None
        """Called at each turn."""
        self._ties = 0
        self._turns = 0
        self._max_turns = max_turns
        super().__init__(selector)
        self.set_exception_handler(lambda _, context: self.broken.append(context))
        self.set_task_factory(_make_task)

    def time(self) -> float:
        return self.now

    def turn(self) -> None:
        self._turns += 1
        if self._max_turns is not None and self._turns > self._max_turns:
            raise DeadlockError(f"nothing came of {self._turns} turns: somebody goes round in a circle")
        if self.on_turn is not None:
            self.on_turn()

    def call_at(  # type: ignore[override]
        self, when: float, callback: Any, *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        self._ties += 1
        return super().call_at(when + self._ties * TICK, callback, *args, context=context)

    def forget_timers(self, process: Process) -> None:
        for timer in list(self._scheduled):  # type: ignore[attr-defined]
            if timer._context.get(_PROCESS) is process:
                timer.cancel()


def _make_task(loop: asyncio.AbstractEventLoop, coroutine: Any, **options: Any) -> asyncio.Task[Any]:
    context = options.get("context")
    process = _PROCESS.get() if context is None else context.get(_PROCESS)
    task: asyncio.Task[Any] = asyncio.Task(coroutine, loop=loop, **options)
    if process is not None:
        process.own(task)
        if process.is_dead:
            task.cancel()
    return task


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
