"""The runner's ends of the sockets, and how it measures what user code prints."""

from __future__ import annotations

import fcntl
import os
import socket
import sys
import termios
import threading
import time
from typing import Any, Final

from distributedkube.worker import wire

_RECEIVE_BYTES: Final = 1 << 18
_SPIN_SECONDS: Final = 50e-6


class Channel:
    """One socket to the agent: any thread may send, one receives."""

    def __init__(self, file_descriptor: int) -> None:
        self._socket = socket.socket(fileno=file_descriptor)
        self._reader = wire.FrameReader()
        self._sending = threading.Lock()

    def send(self, message: Any) -> None:
        """Sends one message; waits while the agent is behind."""
        data = wire.frame(message)
        with self._sending:
            self._socket.sendall(data)

    def receive(self) -> list[Any] | None:
        """Waits for messages; None when the agent has gone."""
        data = self._socket.recv(_RECEIVE_BYTES)
        return self._reader.feed(data) if data else None

    def receive_now(self) -> list[Any] | None:
        """The messages that are there already, perhaps none; None when the agent has gone."""
        try:
            data = self._socket.recv(_RECEIVE_BYTES, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return []
        return self._reader.feed(data) if data else None

    def close(self) -> None:
        """Closes this process's end."""
        self._socket.close()


class OutputMeter:
    """Counts the bytes that went to stdout and stderr, so that the agent can tell which line belongs to which task.

    Whatever writes there is counted: Python, C code, child processes. The bytes ever written to a pipe are those that
    the agent has read plus those still in it. Both change while we look, so the agent announces in the page what it
    is about to read (`CLAIMED`) and what it has read (`DONE`): while the two are equal, no read is under way.
    """

    def __init__(self, page: Any) -> None:
        self._page = page
        # Copies, because user code may close or replace descriptors 1 and 2.
        self._pipes = (os.dup(1), os.dup(2))
        self._unread = (bytearray(4), bytearray(4))
        self._totals = [0, 0]

    def begin(self) -> None:
        """Counts what was written between tasks to no task."""
        totals = self._measure()
        if totals is not None:
            self._note(totals)

    def end(self) -> list[int] | None:
        """Where the output of the task that ends begins and ends: four byte counts. None when it has printed nothing."""
        flush_streams()
        totals = self._measure()
        if totals is None:
            return None
        offsets = [*self._totals, *totals]
        self._note(totals)
        return offsets

    def _note(self, totals: list[int]) -> None:
        self._totals = totals
        self._page[wire.OUTPUT_BEGIN], self._page[wire.OUTPUT_BEGIN + 1] = totals

    def _measure(self) -> list[int] | None:
        """The totals, or None when they are as before."""
        (out, err), (out_unread, err_unread) = self._pipes, self._unread
        page, before = self._page, self._totals
        fcntl.ioctl(out, termios.FIONREAD, out_unread)
        fcntl.ioctl(err, termios.FIONREAD, err_unread)
        # In this order: a byte that left the pipe before we looked into it was claimed before, so none is missed.
        if (
            not any(out_unread)
            and not any(err_unread)
            and page[wire.CLAIMED] == before[0]
            and page[wire.CLAIMED + 1] == before[1]
        ):
            return None
        totals = [self._total(0), self._total(1)]
        return None if totals == before else totals

    def _total(self, stream: int) -> int:
        pipe, unread, page = self._pipes[stream], self._unread[stream], self._page
        while True:
            done = page[wire.DONE + stream]
            fcntl.ioctl(pipe, termios.FIONREAD, unread)
            claimed = page[wire.CLAIMED + stream]
            if claimed == done:
                return int(claimed + int.from_bytes(unread, sys.byteorder))
            time.sleep(_SPIN_SECONDS)  # The agent is inside one read of a pipe that has data.


def flush_streams() -> None:
    """Empties Python's buffers of stdout and stderr; user code may have replaced or closed them."""
    # Runs once per task, where contextlib.suppress would cost more than the flushes.
    try:  # noqa: SIM105
        sys.stdout.flush()
    except (AttributeError, ValueError, OSError):
        pass
    try:  # noqa: SIM105
        sys.stderr.flush()
    except (AttributeError, ValueError, OSError):
        pass
