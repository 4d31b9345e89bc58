"""A thread that takes all waiting jobs together.

Both connections to the database live on such a thread. While it works on one group, the next one gathers; a group
comes back to the event loop in one call, however many jobs it has. That is what makes a flush to disk cheap per commit.

A busy event loop starves such a thread: it gives the interpreter's lock away at each look for events, but takes it back
before a waiting thread has woken up. Measured with a loop that never rests, reading one key then took up to 600 ms. So
while jobs are under way the loop steps aside for a moment now and then: the same read took 3 ms at most after that, and
the stepping aside takes 5 to 10 % of such a loop's time, next to nothing of one that rests anyway.
"""

import asyncio
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from controlplane.domain.errors import StoreUnavailableError

Job = TypeVar("Job")

Answers = tuple[Sequence[Any], Callable[[], None] | None]
"""One result or exception per job, and what to do on the event loop before any of them is handed over."""

MAX_UNANSWERED = 100_000
"""Jobs accepted and not answered yet. So many wait only when the disk has stopped; then callers had better know."""

MAX_GROUP_JOBS = 10_000
MAX_GROUP_BYTES = 32 * 1024 * 1024
"""A group is held in memory twice while it is written."""

_STEP_ASIDE_EVERY_SECONDS = 0.002
_STEP_ASIDE_SECONDS = 0.0001
"""Long enough for the operating system to wake the thread."""


class GroupThread(Generic[Job]):
    """Runs ``process`` on a thread of its own, with one group of jobs at a time, in the order of ``submit``."""

    def __init__(self, name: str, process: Callable[[Sequence[Job]], Answers]) -> None:
        self._process = process
        self._loop = asyncio.get_running_loop()
        self._fresh: list[_Ticket] = []
        """Submitted in this turn of the event loop, not handed over yet."""
        self._queue: queue.SimpleQueue[list[_Ticket] | None] = queue.SimpleQueue()
        self._waiting: deque[_Ticket] = deque()
        """Taken from the queue; the thread's own."""
        self._unanswered = 0
        self._stepping_aside = False
        """Whether a timer for it is set."""
        self._closing = False
        self._finished = asyncio.Event()
        # A daemon, so that a program that ends without close() still ends.
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, job: Job, size_bytes: int = 0) -> asyncio.Future[Any]:
        """Queues ``job``; ``StoreUnavailableError`` at once when closed or when far too many are waiting."""
        if self._closing:
            raise StoreUnavailableError("the state store is closed")
        if self._unanswered >= MAX_UNANSWERED:
            raise StoreUnavailableError(f"{self._unanswered} requests wait for the disk; try again later")
        if not self._fresh:
            self._loop.call_soon(self._hand_over)
        future: asyncio.Future[Any] = self._loop.create_future()
        self._fresh.append((job, size_bytes, future))
        self._unanswered += 1
        if not self._stepping_aside:
            self._stepping_aside = True
            self._loop.call_later(_STEP_ASIDE_EVERY_SECONDS, self._step_aside)
        return future

    async def close(self) -> None:
        """Finishes and answers what was submitted, then ends the thread."""
        if not self._closing:
            self._closing = True
            self._hand_over()
            self._queue.put(None)
        await self._finished.wait()
        self._thread.join()

    def _hand_over(self) -> None:
        if self._fresh:
            self._queue.put(self._fresh)
            self._fresh = []

    def _step_aside(self) -> None:
        self._stepping_aside = self._unanswered > 0
        if self._stepping_aside:
            time.sleep(_STEP_ASIDE_SECONDS)
            self._loop.call_later(_STEP_ASIDE_EVERY_SECONDS, self._step_aside)

    def _run(self) -> None:
        while group := self._take():
            answers, before = self._answer_for([job for job, _, _ in group])
            self._loop.call_soon_threadsafe(self._answer, group, answers, before)
        self._loop.call_soon_threadsafe(self._finished.set)

    def _take(self) -> "list[_Ticket]":
        """The next group; empty when there will be none."""
        if not self._waiting:
            tickets = self._queue.get()
            if tickets is None:
                return []
            self._waiting.extend(tickets)
        while not self._queue.empty() and len(self._waiting) < MAX_GROUP_JOBS:
            tickets = self._queue.get()
            if tickets is None:
                self._queue.put(None)
                break
            self._waiting.extend(tickets)
        group: list[_Ticket] = []
        size_bytes = 0
        while self._waiting and len(group) < MAX_GROUP_JOBS and (not group or size_bytes < MAX_GROUP_BYTES):
            ticket = self._waiting.popleft()
            group.append(ticket)
            size_bytes += ticket[1]
        return group

    def _answer_for(self, jobs: list[Job]) -> Answers:
        try:
            return self._process(jobs)
        except Exception as error:  # noqa: BLE001 - a defect of ours; those who wait must hear of it, not wait for ever.
            return [error] * len(jobs), None

    def _answer(self, group: "list[_Ticket]", answers: Sequence[Any], before: Callable[[], None] | None) -> None:
        self._unanswered -= len(group)
        if before is not None:
            before()
        for (_, _, future), answer in zip(group, answers, strict=True):
            if future.done():
                continue  # The caller was cancelled; what it asked for has happened all the same.
            if isinstance(answer, Exception):
                future.set_exception(answer)
            else:
                future.set_result(answer)


_Ticket = tuple[Any, int, "asyncio.Future[Any]"]
"""A job, its size in bytes and where its answer goes."""
