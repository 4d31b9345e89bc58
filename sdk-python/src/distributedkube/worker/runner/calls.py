"""Calls that a task makes of other algorithms and pipelines: on their way to the agent, and their answers back to user code.

User code may call from any thread. The answers come in the control thread; they are decoded by whoever waits for them.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import os
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final, NamedTuple

from distributedkube import codec
from distributedkube.worker import wire
from distributedkube.worker.errors import (
    ChildFailedError,
    ChildStoppedError,
    DistributedKubeError,
    PayloadTooLargeError,
)
from distributedkube.worker.runner.inputs import Part
from distributedkube.worker.runner.spool import leave_file

MAX_OPEN_CALLS: Final = 1000
"""Calls of a task that wait for their answer."""

GIVEN_UP: Final = "the caller gave it up"


class Outlet(NamedTuple):
    """How a task's messages leave the runner."""

    send: Callable[[Any], None]
    spool: str
    """Folder for what does not travel inline."""
    max_inline_bytes: int


class Target(NamedTuple):
    """What is called."""

    kind: int
    """`wire.CALL_ALGORITHM` and the like."""
    child: str
    """Name, for messages as well."""
    descriptor: bytes = b""
    """The pipeline in JSON, for those that are not stored."""


class Call:
    """A call that is under way: what the methods that call give with ``blocking=False``.

    Its value is what the child returned, the list of result items of a pipeline, or None without ``include_result``.
    ``await call`` gives it as well, in asynchronous code.
    """

    def __init__(self, calls: Calls, call_id: str, child: str) -> None:
        self._calls = calls
        self._id = call_id
        self._child = child
        self._answer: concurrent.futures.Future[Any] = concurrent.futures.Future()
        self._decoding = threading.Lock()
        self._ended: tuple[Any, Exception | None] | None = None

    def result(self, timeout: float | None = None) -> Any:
        """Waits for the value.

        Args:
            timeout: seconds to wait; None waits as long as it takes.

        Raises:
            ChildFailedError: the child failed.
            ChildStoppedError: the child was stopped, or `cancel` was called.
            TaskCancelled: this task was told to stop.
            NotInJobError: `start` has ended.
            TimeoutError: there was no answer in time; the call goes on.
        """
        if not self._answer.done():
            with self._calls.waiting():
                self._wait(timeout)
        return self._value()

    def done(self) -> bool:
        """Whether `result` has something to give, be it an error."""
        return self._answer.done()

    def cancel(self, reason: str = "") -> None:
        """Gives the call up: the child is stopped, and `result` raises `ChildStoppedError`. Does nothing once it is done."""
        self._calls.give_up(self, reason or GIVEN_UP)

    # As older wrappers had it.
    get = result
    ready = done

    def __await__(self) -> Generator[Any, None, Any]:
        if not self._answer.done():
            loop = asyncio.get_running_loop()
            told = loop.create_future()

            def tell() -> None:
                if not told.done():
                    told.set_result(None)

            def tell_loop(_: Any) -> None:
                with suppress(RuntimeError):  # The loop is closed: nobody waits in it.
                    loop.call_soon_threadsafe(tell)

            self._answer.add_done_callback(tell_loop)
            with self._calls.waiting():
                yield from told
        return self._value()

    def _wait(self, timeout: float | None) -> None:
        done, _ = concurrent.futures.wait([self._answer], timeout)
        if not done:
            raise TimeoutError(f"{self._child} did not answer within {timeout:g} s")

    def _value(self) -> Any:
        answer = self._answer.result()
        with self._decoding:
            if self._ended is None:
                self._ended = _ended(self._child, answer)
        value, error = self._ended
        if error is not None:
            raise error
        return value


class Calls:
    """The calls of one task."""

    def __init__(self, number: int, outlet: Outlet) -> None:
        self._number = number
        self._outlet = outlet
        self._lock = threading.Lock()
        self._count = 0
        self._open: dict[str, Call] = {}
        self._waiting = 0
        self._refusal: Callable[[], Exception] | None = None

    def start(self, target: Target, value: Any, include_result: bool) -> Call:
        """Calls something.

        Raises:
            DistributedKubeError: no call can be made any more, or too many are open.
            EncodeError: the input cannot be encoded.
            PayloadTooLargeError: the descriptor of the pipeline is larger than what travels inline.
            OSError: a large input cannot be written.
        """
        send, spool, limit = self._outlet
        if len(target.descriptor) > limit:
            raise PayloadTooLargeError(
                f"the pipeline {target.child} has {len(target.descriptor)} bytes; at most {limit} are possible: pass large"
                " data in its flow_input"
            )
        self._check()
        content_type, data = codec.encode(value)
        path = leave_file(spool, "call-", data) if len(data) > limit else None
        payload = [content_type, None if path else data, path, len(data)]
        try:
            with self._lock:
                self._check()
                call_id = str(self._count + 1)
                # Sent under the lock, so that nothing that is said of the call gets out before it.
                what: Any = target.descriptor or target.child
                send([wire.CALL, self._number, call_id, target.kind, what, payload, include_result])
                self._count += 1
                call = self._open[call_id] = Call(self, call_id, target.child)
        except BaseException:
            if path is not None:
                os.unlink(path)
            raise
        return call

    def answer(self, call_id: str, answer: Sequence[Any]) -> None:
        """The agent has an answer."""
        with self._lock:
            call = self._open.pop(call_id, None)
        if call is not None:
            call._answer.set_result(answer)
        else:
            _drop(answer)

    def give_up(self, call: Call, reason: str) -> None:
        """User code does not want the answer any more."""
        with self._lock:
            if self._open.pop(call._id, None) is None:
                return
            self._outlet.send([wire.CANCEL_CALL, self._number, call._id, reason])
        error = ChildStoppedError(f"{call._child} was stopped: {reason}", child=call._child, reason=reason)
        call._answer.set_exception(error)

    def close(self, refusal: Callable[[], Exception], reason: str | None) -> None:
        """Lets nobody call or wait any more.

        Args:
            refusal: makes the error that callers get from now on.
            reason: for the children; None when the control plane stops them by itself.
        """
        with self._lock:
            self._refusal = refusal
            calls = list(self._open.items())
            self._open.clear()
            if reason is not None:
                for call_id, _ in calls:
                    self._outlet.send([wire.CANCEL_CALL, self._number, call_id, reason])
        for _, call in calls:
            call._answer.set_exception(refusal())

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Around the waiting for an answer: the agent is told when the first begins and when the last ends."""
        self._count_waiting(+1)
        try:
            yield
        finally:
            self._count_waiting(-1)

    def _count_waiting(self, more: int) -> None:
        with self._lock:
            before, self._waiting = self._waiting, self._waiting + more
            if not before or not self._waiting:
                self._outlet.send([wire.WAITS, self._number, self._waiting > 0])

    def _check(self) -> None:
        if self._refusal is not None:
            raise self._refusal()
        if len(self._open) >= MAX_OPEN_CALLS:
            raise DistributedKubeError(
                f"{MAX_OPEN_CALLS} calls of this task are open; wait for some before making more"
            )


def _ended(child: str, answer: Sequence[Any]) -> tuple[Any, Exception | None]:
    """The value of an answer, or the error that it stands for."""
    kind = answer[0]
    if kind == wire.ANSWER_FAILED:
        _, category, failure_type, message = answer
        text = message or f"{child} failed"
        return None, ChildFailedError(text, child=child, category=category, type=failure_type)
    if kind == wire.ANSWER_STOPPED:
        reason = answer[1]
        return None, ChildStoppedError(f"{child} was stopped: {reason}", child=child, reason=reason)
    try:
        return Part(answer[1]).decode(), None
    except Exception as error:  # noqa: BLE001 - whoever asks gets it
        return None, error
    finally:
        _drop(answer)


def _drop(answer: Sequence[Any]) -> None:
    """Deletes the file that came with an answer, if one did."""
    if answer[0] == wire.ANSWER_OUTPUT and answer[1] is not None and answer[1][2] is not None:
        with suppress(FileNotFoundError):  # The agent deletes those of tasks that have ended.
            os.unlink(answer[1][2])
