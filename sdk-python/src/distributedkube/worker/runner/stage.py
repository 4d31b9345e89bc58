"""What the runner's two threads share: which task runs, and who has been told to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from distributedkube.worker import wire
from distributedkube.worker.runner.api import TaskApi


class Stage:
    """Decides, for a request to stop, on which side of a task's beginning and end it falls.

    The main thread calls `begin` and `end` around each task, the control thread calls `stop`. Of the two, exactly one
    answers for a task: the control thread when the task had not begun, the main thread otherwise.
    """

    def __init__(self, page: Any) -> None:
        self._page = page
        self._lock = threading.Lock()
        self._running = 0
        self._stopped = 0
        self._skipped: set[int] = set()
        self._api: TaskApi | None = None
        self._cancel_coroutine: Callable[[], object] | None = None

    def begin(self, number: int, api: TaskApi | None) -> bool:
        """Called before anything is done for a task; False when it was given back."""
        with self._lock:
            if self._skipped and number in self._skipped:
                self._skipped.discard(number)
                return False
            self._page[wire.BEGUN] = number
            self._running = number
            self._api = api
        return True

    def end(self) -> bool:
        """Called when user code is done with a task; True when it was told to stop."""
        with self._lock:
            api = self._api
            stopped = self._stopped == self._running
            self._running = 0
            self._api = self._cancel_coroutine = None
        if api is not None:
            api._end()
        return stopped

    def answer(self, number: int, call_id: str, answer: Sequence[Any]) -> None:
        """Hands an answer to the task that has called; its file is left when that has ended."""
        with self._lock:
            api = self._api if number == self._running else None
        if api is not None:
            api._answer(call_id, answer)

    def recall(self, number: int) -> bool:
        """Takes a task back; False when it has begun."""
        with self._lock:
            unstarted: bool = number > self._page[wire.BEGUN]
            if unstarted:
                self._skipped.add(number)
        return unstarted

    def stop(self, number: int, reason: str = "") -> str:
        """What a request to stop means: ``released``, ``stop``, ``again`` for a task that stops already, ``over``."""
        if self.recall(number):
            return "released"
        with self._lock:
            if number != self._running:
                return "over"
            again = self._stopped == number
            self._stopped = number
            api = self._api
        if api is not None and not again:
            api._stop(reason)
        return "again" if again else "stop"

    def leave(self) -> None:
        """In a process that user code has forked: it can run on, but has nobody to talk to."""
        if self._api is not None:
            self._api._leave()

    def set_coroutine(self, cancel: Callable[[], object] | None) -> None:
        """Says how to cancel the coroutine that user code is in; None when it is in none."""
        with self._lock:
            self._cancel_coroutine = cancel

    def cancel_coroutine(self, number: int) -> None:
        """Cancels the coroutine of a task, if it is still in one."""
        with self._lock:
            if self._running == number and self._cancel_coroutine is not None:
                self._cancel_coroutine()
