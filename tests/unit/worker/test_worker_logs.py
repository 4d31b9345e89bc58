"""Output becomes lines of tasks: splitting, flood control, and whose line it is."""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distributedkube.api.worker.v1 import worker_pb2
from distributedkube.worker import wire
from distributedkube.worker.agent.logs import (
    MAX_BYTES_PER_SECOND,
    MAX_LINE_BYTES,
    LogCapture,
    LogSink,
    split_lines,
)
from distributedkube.worker.agent.outbox import Outbox

STDOUT = worker_pb2.LogEntry.STREAM_STDOUT


def batch(outbox: Outbox) -> worker_pb2.LogBatch:
    frame = outbox.frame(seq=1, ack=0, credit=None)
    return frame.events[0].log_batch if frame is not None else worker_pb2.LogBatch()


@given(st.lists(st.text(st.characters(exclude_characters="\n\r", exclude_categories=["Cs"]), max_size=20)))
def test_lines(lines: list[str]) -> None:
    """Lines come out as they went in, with and without an end of the last one."""
    text = "".join(f"{line}\n" for line in lines)
    assert list(split_lines(text.encode())) == lines
    assert list(split_lines(text.replace("\n", "\r\n").encode())) == lines
    if lines and lines[-1]:
        assert list(split_lines(text.encode()[:-1])) == lines


@given(st.text(alphabet="aé€🐎", min_size=1).map(lambda text: text * (2 * MAX_LINE_BYTES // len(text) + 1)))
def test_pieces_of_long_lines(text: str) -> None:
    """No piece is too long and none ends inside a character."""
    pieces = list(split_lines(text.encode()))
    assert "".join(pieces) == text
    assert all(len(piece.encode()) <= MAX_LINE_BYTES for piece in pieces)


def test_bytes_that_are_no_text() -> None:
    """They are shown as what they are, not refused."""
    assert list(split_lines(b"\xff\xfe\n")) == ["\ufffd\ufffd"]


def test_flood_control() -> None:
    """In one moment so many bytes are kept, the other lines counted; a second later there is room again."""
    now = 100.0
    outbox = Outbox()
    sink = LogSink(outbox, lambda: now)
    line = b"x" * 999 + b"\n"
    count = 2 * MAX_BYTES_PER_SECOND // 1000
    sink.write(b"t", STDOUT, line * count)
    sink.write(b"t", STDOUT, b"no end")
    lines = dropped = 0
    while not outbox.empty:
        logs = batch(outbox)
        lines += len(logs.lines)
        dropped += logs.dropped
    assert lines == MAX_BYTES_PER_SECOND // 1000
    assert lines + dropped == count + 1
    now += 1
    sink.write(b"t", STDOUT, b"again\n")
    assert [entry.text for entry in batch(outbox).lines] == ["again"]


class Pipes:
    """A capture and the writing ends of its pipes."""

    def __init__(self) -> None:
        (self.out_read, self.out), (self.err_read, self.err) = os.pipe(), os.pipe()
        self.page = memoryview(mmap.mmap(-1, wire.PAGE_BYTES)).cast("Q")
        self.outbox = Outbox()
        sink = LogSink(self.outbox)
        self.capture = LogCapture((self.out_read, self.err_read), self.page, sink, lambda number: b"%d" % number)

    def lines(self) -> list[tuple[bytes, str]]:
        return [(line.token, line.text) for line in batch(self.outbox).lines]


@pytest.fixture
def pipes() -> Iterator[Pipes]:
    pipes = Pipes()
    yield pipes
    pipes.capture.close()
    for descriptor in (pipes.out, pipes.err):
        os.close(descriptor)


def test_offsets_tell_whose_line_it_is(pipes: Pipes) -> None:
    """Results say where the output of their tasks begins and ends, whatever else is in the pipe already."""
    os.write(pipes.out, b"between\nfirst\npartialsecond\n")
    pipes.capture.end_task(1, [8, 0, 21, 0])
    pipes.capture.end_task(2, [21, 0, 28, 0])
    assert pipes.lines() == [(b"", "between"), (b"1", "first"), (b"1", "partial"), (b"2", "second")]


def test_lines_of_a_running_task(pipes: Pipes) -> None:
    """They are sent while it runs, all but an unfinished one; output of a task before it waits for its result."""
    pipes.page[wire.CURRENT] = 5
    os.write(pipes.out, b"old\nnew\nunfinished")
    pipes.page[wire.OUTPUT_BEGIN] = 4
    pipes.capture.settle(idle=False)
    assert pipes.lines() == []
    pipes.capture.end_task(4, [0, 0, 4, 0])
    pipes.capture.settle(idle=False)
    assert pipes.lines() == [(b"4", "old"), (b"5", "new")]
    pipes.capture.end_task(5, [4, 0, 18, 0])
    assert pipes.lines() == [(b"5", "unfinished")]


def test_lines_of_an_idle_runner(pipes: Pipes) -> None:
    """They belong to no task, and do not wait for an end."""
    os.write(pipes.err, b"a line\nand more")
    pipes.capture.settle(idle=True)
    assert pipes.lines() == [(b"", "a line"), (b"", "and more")]
    assert not pipes.capture.waiting
    assert pipes.capture.last_lines() == "a line\nand more"


def test_what_is_left_of_a_runner(pipes: Pipes) -> None:
    """The output up to a crash belongs to the task that ran."""
    os.write(pipes.out, b"last words")
    pipes.capture.end(9)
    assert pipes.lines() == [(b"9", "last words")]


def test_the_end_of_the_output(pipes: Pipes) -> None:
    """A pipe without writers is not read for ever."""
    pipe = pipes.capture.pipes[0]
    os.write(pipes.out, b"x")
    assert pipes.capture.read(pipe)
    os.close(pipes.out)
    assert not pipes.capture.read(pipe)
    pipes.out = os.dup(pipes.err)
