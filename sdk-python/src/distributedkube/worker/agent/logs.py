"""What user code prints, cut into lines that know their task.

The bytes come through one pipe for stdout and one for stderr, whoever wrote them. The runner reports, with each
result, at which byte the task's output begins and ends; lines of a task that still runs are recognised by what the
runner notes in the page. See `wire` and `runner.channel.OutputMeter`.
"""

from __future__ import annotations

import fcntl
import os
import select
import sys
import termios
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, Final

from distributedkube.api.worker.v1 import worker_pb2
from distributedkube.worker import wire
from distributedkube.worker.agent.outbox import LogStream, Outbox

MAX_LINE_BYTES: Final = 16 * 1024
MAX_BYTES_PER_SECOND: Final = 5 * 1024 * 1024
"""More than this is counted, not kept."""

READ_BYTES: Final = 256 * 1024
URGENT_BYTES: Final = 256 * 1024
"""So many bytes are not left lying until the next turn of the timer."""

TAIL_LINES: Final = 20

_STREAMS: Final = (worker_pb2.LogEntry.STREAM_STDOUT, worker_pb2.LogEntry.STREAM_STDERR)

Clock = Callable[[], float]


class LogSink:
    """Takes the output of all runners, within the limit of the worker."""

    def __init__(self, outbox: Outbox, clock: Clock = time.monotonic) -> None:
        self._outbox = outbox
        self._clock = clock
        self._budget = float(MAX_BYTES_PER_SECOND)
        self._refilled = clock()

    def write(self, token: bytes, stream: LogStream, data: bytes) -> None:
        """Takes whole lines, or the rest of an output that has ended."""
        allowed = self._spend(len(data))
        if allowed < len(data):
            # Whole lines only, so that no line is kept in part and counted as dropped as well.
            allowed = data.rfind(b"\n", 0, allowed) + 1
            dropped = data[allowed:]
            self._outbox.count_dropped(dropped.count(b"\n") + (not dropped.endswith(b"\n")))
        time_us = time.time_ns() // 1000
        for line in split_lines(data[:allowed]):
            self._outbox.add_line(token, stream, time_us, line)

    def _spend(self, size: int) -> int:
        now = self._clock()
        refill = (now - self._refilled) * MAX_BYTES_PER_SECOND
        self._budget = min(float(MAX_BYTES_PER_SECOND), self._budget + refill)
        self._refilled = now
        allowed = min(size, int(self._budget))
        self._budget -= allowed
        return allowed


def split_lines(data: bytes) -> Iterator[str]:
    """The lines of an output; one that is too long comes in pieces."""
    if not data:
        return
    for line in (data[:-1] if data.endswith(b"\n") else data).split(b"\n"):
        text = line[:-1] if line.endswith(b"\r") else line
        if len(text) <= MAX_LINE_BYTES:
            yield text.decode(errors="replace")
            continue
        start = 0
        while start < len(text):
            end = min(len(text), start + MAX_LINE_BYTES)
            # Not inside a character of UTF-8, whose following bytes all begin with the bits 10.
            while end < len(text) and end > start + MAX_LINE_BYTES - 4 and text[end] & 0xC0 == 0x80:
                end -= 1
            yield text[start:end].decode(errors="replace")
            start = end


class CapturedPipe:
    """One pipe of a runner, of which this is the only reader."""

    def __init__(self, file_descriptor: int, index: int, page: Any) -> None:
        self._fd = file_descriptor
        self.index = index  # 0 for stdout, 1 for stderr, as in the page.
        self._page = page
        self._buffer = bytearray()
        self.position = 0  # Of the first byte in the buffer, counted from the start of the runner.
        os.set_blocking(file_descriptor, False)

    @property
    def waiting(self) -> int:
        """Bytes that are read and not assigned to a task."""
        return len(self._buffer)

    def fileno(self) -> int:
        """The descriptor, for the event loop."""
        return self._fd

    def read(self) -> int:
        """Reads what is there, up to a limit; gives the number of bytes."""
        size = min(self._unread(), READ_BYTES)
        if size:
            page, index = self._page, self.index
            page[wire.CLAIMED + index] += size  # Before the read: see OutputMeter.
            self._buffer += os.read(self._fd, size)
            page[wire.DONE + index] += size
        return size

    def at_end(self) -> bool:
        """Whether all writers have gone and nothing is left."""
        poll = select.poll()
        poll.register(self._fd, select.POLLIN)
        events = poll.poll(0)
        return bool(events) and bool(events[0][1] & select.POLLHUP) and not self._unread()

    def take(self, end: int, *, whole_lines: bool = False) -> bytes:
        """Takes the bytes before position `end`; with `whole_lines` an unfinished line stays, unless it is too long."""
        size = max(0, min(end - self.position, len(self._buffer)))
        if whole_lines and size:
            complete = self._buffer.rfind(b"\n", 0, size) + 1
            size = complete or (size if size > MAX_LINE_BYTES else 0)
        data = bytes(self._buffer[:size])
        del self._buffer[:size]
        self.position += size
        return data

    def close(self) -> None:
        """Closes the pipe."""
        os.close(self._fd)

    def _unread(self) -> int:
        unread = bytearray(4)
        fcntl.ioctl(self._fd, termios.FIONREAD, unread)
        return int.from_bytes(unread, sys.byteorder)


class LogCapture:
    """The output of one runner."""

    def __init__(self, pipes: tuple[int, int], page: Any, sink: LogSink, token_of: Callable[[int], bytes]) -> None:
        self._page = page
        self._sink = sink
        self._token_of = token_of
        self.pipes = tuple(CapturedPipe(fd, index, page) for index, fd in enumerate(pipes))
        self._tail: deque[str] = deque(maxlen=TAIL_LINES)

    @property
    def waiting(self) -> bool:
        """Whether there is output that no task or pause has been found for."""
        return any(pipe.waiting for pipe in self.pipes)

    def read(self, pipe: CapturedPipe) -> bool:
        """Called when there is something to read; False at the end of the output."""
        current, begin = self._page[wire.CURRENT], self._page[wire.OUTPUT_BEGIN + pipe.index]
        size = pipe.read()
        if pipe.waiting >= URGENT_BYTES:
            self._assign_running(pipe, current, begin)
        return size > 0 or not pipe.at_end()

    def settle(self, *, idle: bool) -> None:
        """Called by a timer: sends the lines of the task that runs, or, when the runner is idle, those of no task."""
        for pipe in self.pipes:
            current, begin = self._page[wire.CURRENT], self._page[wire.OUTPUT_BEGIN + pipe.index]
            while pipe.read() == READ_BYTES and pipe.waiting < URGENT_BYTES:
                continue
            if idle and current == 0:
                self._write(pipe, b"", pipe.take(pipe.position + pipe.waiting))
            else:
                self._assign_running(pipe, current, begin)

    def end_task(self, number: int, offsets: list[int]) -> None:
        """Sends what is left of the output of a task that has ended, and before it what was printed between tasks."""
        for index, pipe in enumerate(self.pipes):
            begin, end = offsets[index], offsets[index + 2]
            while pipe.position + pipe.waiting < end and pipe.read():
                continue
            self._write(pipe, b"", pipe.take(begin))
            self._write(pipe, self._token_of(number), pipe.take(end))

    def end(self, number: int) -> None:
        """Sends all that is left after the runner has ended, most likely inside a task."""
        for pipe in self.pipes:
            while pipe.read():
                self._write(pipe, self._token_of(number), pipe.take(pipe.position + pipe.waiting, whole_lines=True))
            self._write(pipe, self._token_of(number), pipe.take(pipe.position + pipe.waiting))

    def last_lines(self) -> str:
        """The last lines of both streams that were printed outside tasks."""
        return "\n".join(self._tail)

    def close(self) -> None:
        """Closes the pipes."""
        for pipe in self.pipes:
            pipe.close()

    def _assign_running(self, pipe: CapturedPipe, current: int, begin: int) -> None:
        """What came in while a task ran from before to after the read, and is not older than the task, is its own."""
        if current and self._page[wire.CURRENT] == current and pipe.position >= begin:
            data = pipe.take(pipe.position + pipe.waiting, whole_lines=True)
            self._write(pipe, self._token_of(current), data)

    def _write(self, pipe: CapturedPipe, token: bytes, data: bytes) -> None:
        if not data:
            return
        if not token:
            self._tail.extend(list(split_lines(data))[-TAIL_LINES:])
        self._sink.write(token, _STREAMS[pipe.index], data)
