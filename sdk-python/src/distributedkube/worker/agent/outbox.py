"""What waits to be sent to the control plane, and what was sent and is not acknowledged. Pure.

Results and calls are kept, in their order, until the control plane says that they are safe. Everything else is sent
once, and dropped when too much of it waits: lines of output before all else.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from distributedkube.api.type.v1 import payload_pb2
from distributedkube.api.worker.v1 import worker_pb2, worker_service_pb2

MAX_WAITING_LOG_BYTES: Final = 8 * 1024 * 1024
MAX_FRAME_LOG_BYTES: Final = 512 * 1024
MAX_WAITING_EVENTS: Final = 4096

_LOG_ENTRY_OVERHEAD: Final = 96
"""What a line costs besides its text."""


LogStream: TypeAlias = "worker_pb2.LogEntry.Stream.ValueType"


@dataclass(slots=True)
class Output:
    """An encoded value that travels inline."""

    content_type: str
    data: bytes
    shapes: list[tuple[str, str, int]]


@dataclass(slots=True)
class Outcome:
    """How a task ended: by its first field that is set, and given back when none is.

    `output` is an encoded value, or a payload that names an object.
    """

    token: bytes
    output: Output | payload_pb2.Payload | None = None
    failure: payload_pb2.Failure | None = None
    cancelled: bool = False
    fetch_us: int = 0
    init_us: int = 0
    run_us: int = 0
    store_us: int = 0

    @property
    def is_release(self) -> bool:
        """Whether the task was given back."""
        return self.output is None and self.failure is None and not self.cancelled

    def inline_bytes(self) -> int:
        """Bytes of the value that travels along."""
        return len(self.output.data) if isinstance(self.output, Output) else 0

    def write(self, event: worker_pb2.WorkerEvent) -> None:
        """Fills an event in place, which is several times cheaper than to copy one in."""
        result = event.task_result
        result.token = self.token
        output = self.output
        if isinstance(output, Output):
            payload = result.output
            payload.data = output.data
            if output.content_type:
                payload.content_type = output.content_type
            for path, kind, length in output.shapes:
                payload.shapes.add(path=path, type=kind, size=length)
        elif output is not None:
            result.output.CopyFrom(output)
        elif self.failure is not None:
            result.failure.CopyFrom(self.failure)
        elif self.cancelled:
            result.cancelled = True
        else:
            result.released = True
        result.fetch_us = self.fetch_us
        result.init_us = self.init_us
        result.run_us = self.run_us
        result.store_us = self.store_us


@dataclass(frozen=True, slots=True)
class CallEvent:
    """Something that is said of a call."""

    token: bytes
    event: worker_pb2.WorkerEvent
    size: int = 0
    """Inline bytes."""

    def inline_bytes(self) -> int:
        """Bytes of the values that travel along."""
        return self.size

    def write(self, event: worker_pb2.WorkerEvent) -> None:
        """Fills an event."""
        event.CopyFrom(self.event)


Durable: TypeAlias = Outcome | CallEvent
"""What is kept until it is acknowledged."""


@dataclass(frozen=True, slots=True)
class FrameLimits:
    """Limits of one frame, as the control plane announces them."""

    max_events: int = 256
    max_bytes: int = 1048576


class Outbox:
    """All that waits, in the order in which it goes out: lines, events, calls and results."""

    def __init__(self) -> None:
        self.limits = FrameLimits()
        self._durable: deque[Durable] = deque()
        self._sent: deque[tuple[int, list[Durable]]] = deque()
        self._unacked = 0
        self._given_back: set[bytes] = set()
        """Tokens of tasks that were given back, as long as that is not acknowledged."""
        self._events: deque[worker_pb2.WorkerEvent] = deque()
        self._progress: dict[bytes, worker_pb2.WorkerEvent] = {}
        self._lines: deque[tuple[bytes, LogStream, int, str]] = deque()
        self._line_bytes = 0
        self._dropped_lines = 0

    @property
    def unacked(self) -> int:
        """Results and calls that the control plane has not acknowledged, sent or not."""
        return self._unacked

    @property
    def empty(self) -> bool:
        """Whether nothing waits to be sent."""
        return not (self._durable or self._events or self._progress or self._lines or self._dropped_lines)

    def add_result(self, outcome: Outcome) -> None:
        """Adds the end of a task."""
        self._durable.append(outcome)
        self._unacked += 1
        if outcome.is_release:
            self._given_back.add(outcome.token)

    def assigned_again(self, token: bytes) -> None:
        """A task is assigned: that it was given back once is known, and must not be said of it now."""
        if token in self._given_back:
            self.forget([token])

    def add_call(self, event: CallEvent) -> None:
        """Adds what is said of a call."""
        self._durable.append(event)
        self._unacked += 1

    def add_event(self, **event: Any) -> None:
        """Adds an event that may be lost."""
        if len(self._events) >= MAX_WAITING_EVENTS:
            self._events.popleft()
        self._events.append(worker_pb2.WorkerEvent(**event))

    def add_progress(self, progress: worker_pb2.TaskProgress) -> None:
        """Adds a report of progress; it takes the place of one that still waits."""
        if progress.token in self._progress or len(self._progress) < MAX_WAITING_EVENTS:
            self._progress[progress.token] = worker_pb2.WorkerEvent(task_progress=progress)

    def add_line(self, token: bytes, stream: LogStream, time_us: int, text: str) -> None:
        """Adds a line of output, or counts it as dropped when too much waits."""
        size = len(text) + _LOG_ENTRY_OVERHEAD
        if self._line_bytes + size > MAX_WAITING_LOG_BYTES:
            self._dropped_lines += 1
            return
        self._lines.append((token, stream, time_us, text))
        self._line_bytes += size

    def count_dropped(self, lines: int) -> None:
        """Counts lines that were dropped before they got here."""
        self._dropped_lines += lines

    def frame(self, *, seq: int, ack: int, credit: int | None) -> worker_service_pb2.ConnectRequest | None:
        """The next frame, or None when there is nothing to say."""
        if credit is None and self.empty:
            return None
        frame = worker_service_pb2.ConnectRequest(seq=seq, ack=ack)
        events = frame.events
        if credit is not None:
            events.add().credit.max_tasks = credit
        if self._lines or self._dropped_lines:
            self._write_lines(events.add().log_batch)
        while (self._events or self._progress) and len(events) < self.limits.max_events:
            events.append(self._next_event())
        self._write_durable(seq, events)
        return frame

    def acknowledge(self, seq: int) -> None:
        """Lets go of the results and calls in all frames up to `seq`."""
        sent = self._sent
        while sent and sent[0][0] <= seq:
            known = sent.popleft()[1]
            self._unacked -= len(known)
            if self._given_back:
                self._given_back.difference_update(item.token for item in known)

    def rewind(self) -> None:
        """Lets everything that is not acknowledged be sent again, in new frames."""
        for _, durable in reversed(self._sent):
            self._durable.extendleft(reversed(durable))
        self._sent.clear()

    def tokens(self) -> list[bytes]:
        """Tokens of the tasks whose results are not acknowledged."""
        durable = [item for _, sent in self._sent for item in sent]
        return [item.token for item in (*durable, *self._durable) if isinstance(item, Outcome)]

    def forget(self, tokens: Iterable[bytes]) -> None:
        """Drops the results and calls of some tasks."""
        unwanted = set(tokens)
        self._given_back -= unwanted
        self._durable = deque(item for item in self._durable if item.token not in unwanted)
        self._sent = deque((seq, [item for item in sent if item.token not in unwanted]) for seq, sent in self._sent)
        self._unacked = len(self._durable) + sum(len(sent) for _, sent in self._sent)

    def clear(self) -> None:
        """Drops everything that belongs to a session: all but the lines."""
        self._durable.clear()
        self._sent.clear()
        self._unacked = 0
        self._given_back.clear()
        self._events.clear()
        self._progress.clear()

    def _next_event(self) -> worker_pb2.WorkerEvent:
        if self._events:
            return self._events.popleft()
        return self._progress.pop(next(iter(self._progress)))

    def _write_durable(self, seq: int, events: Any) -> None:
        written: list[Durable] = []
        durable, size = self._durable, 0
        room, max_bytes = self.limits.max_events - len(events), self.limits.max_bytes
        while durable and len(written) < room:
            size += durable[0].inline_bytes()
            if written and size > max_bytes:
                break
            item = durable.popleft()
            item.write(events.add())
            written.append(item)
        if written:
            self._sent.append((seq, written))

    def _write_lines(self, batch: worker_pb2.LogBatch) -> None:
        lines, size = self._lines, 0
        batch.dropped, self._dropped_lines = self._dropped_lines, 0
        while lines and size < MAX_FRAME_LOG_BYTES:
            token, stream, time_us, text = lines.popleft()
            size += len(text) + _LOG_ENTRY_OVERHEAD
            entry = batch.lines.add()
            entry.stream, entry.time_us, entry.text = stream, time_us, text
            if token:
                entry.token = token
        self._line_bytes -= size
