"""Frames from the worker: what goes into them, and what is kept until it is acknowledged."""

from __future__ import annotations

from distributedkube.api.type.v1 import payload_pb2
from distributedkube.api.worker.v1 import worker_pb2, worker_service_pb2
from distributedkube.worker.agent.outbox import (
    MAX_WAITING_LOG_BYTES,
    CallEvent,
    FrameLimits,
    Outbox,
    Outcome,
    Output,
)

STDOUT = worker_pb2.LogEntry.STREAM_STDOUT


def output(token: str, data: bytes = b"\x01") -> Outcome:
    return Outcome(token.encode(), Output("", data, []), run_us=5)


def next_frame(outbox: Outbox, seq: int) -> worker_service_pb2.ConnectRequest:
    frame = outbox.frame(seq=seq, ack=0, credit=None)
    assert frame is not None
    return frame


def tokens(frame: worker_service_pb2.ConnectRequest) -> list[str]:
    return [event.task_result.token.decode() for event in frame.events if event.HasField("task_result")]


def test_nothing_to_say() -> None:
    """An empty outbox makes no frame, unless there is credit to send."""
    outbox = Outbox()
    assert outbox.frame(seq=1, ack=0, credit=None) is None
    frame = outbox.frame(seq=1, ack=7, credit=9)
    assert frame is not None
    assert (frame.ack, frame.events[0].credit.max_tasks) == (7, 9)


def test_outcomes() -> None:
    """Each way to end fills its own field, an empty output as well."""
    failure = payload_pb2.Failure(message="no")
    stored = payload_pb2.Payload(ref=payload_pb2.BlobRef(key="k"))
    shaped = Output("application/octet-stream", b"", [("n.a", "array", 3)])
    cases = {
        "output": [Outcome(b"t", shaped), Outcome(b"t", stored)],
        "failure": [Outcome(b"t", failure=failure)],
        "cancelled": [Outcome(b"t", cancelled=True)],
        "released": [Outcome(b"t")],
    }
    for name, outcomes in cases.items():
        for outcome in outcomes:
            event = worker_pb2.WorkerEvent()
            outcome.write(event)
            assert event.task_result.WhichOneof("outcome") == name
    event = worker_pb2.WorkerEvent()
    Outcome(b"t", shaped).write(event)
    result = event.task_result
    assert result.output.HasField("data")
    assert result.output.shapes[0] == payload_pb2.PathShape(path="n.a", type="array", size=3)


def test_frames_keep_the_limits() -> None:
    """No frame has more events or inline bytes than announced; a result that is over by itself goes alone."""
    outbox = Outbox()
    outbox.limits = FrameLimits(max_events=3, max_bytes=100)
    for index in range(5):
        outbox.add_result(output(f"small{index}"))
    for index in range(3):
        outbox.add_result(output(f"large{index}", b"x" * 60))
    outbox.add_result(output("huge", b"x" * 500))
    frames = [next_frame(outbox, seq) for seq in range(1, 6)]
    assert [tokens(frame) for frame in frames] == [
        ["small0", "small1", "small2"],
        ["small3", "small4", "large0"],
        ["large1"],
        ["large2"],
        ["huge"],
    ]
    assert outbox.empty


def test_results_are_kept_until_acknowledged() -> None:
    """After a broken stream exactly the results that are not acknowledged come again, in their old order, before new ones."""
    outbox = Outbox()
    for index in range(4):
        outbox.add_result(output(f"t{index}"))
        next_frame(outbox, index + 1)
    outbox.add_result(output("t4"))
    assert outbox.unacked == 5
    outbox.acknowledge(2)
    assert outbox.unacked == 3
    outbox.rewind()
    outbox.add_result(output("t5"))
    assert tokens(next_frame(outbox, 5)) == ["t2", "t3", "t4", "t5"]
    outbox.acknowledge(4)
    assert outbox.unacked == 4, "the frames of before mean nothing any more"
    outbox.acknowledge(5)
    assert outbox.unacked == 0
    assert outbox.tokens() == []


def test_forgotten_results_do_not_come_again() -> None:
    """Sent or not, and the others stay."""
    outbox = Outbox()
    outbox.add_result(output("sent"))
    outbox.add_result(output("kept"))
    next_frame(outbox, 1)
    outbox.add_result(output("waiting"))
    outbox.forget([b"sent", b"waiting"])
    assert outbox.tokens() == [b"kept"]
    assert outbox.unacked == 1
    outbox.rewind()
    assert tokens(next_frame(outbox, 2)) == ["kept"]


def test_calls_keep_their_place() -> None:
    """A call is kept until it is acknowledged as a result is, goes before what came after it, and counts as no result."""
    outbox = Outbox()
    request = worker_pb2.WorkerEvent(call_request=worker_pb2.CallRequest(token=b"t", call_id="1"))
    cancel = worker_pb2.WorkerEvent(call_cancel=worker_pb2.CallCancel(token=b"t", call_id="1"))
    outbox.add_call(CallEvent(b"t", request, 10))
    outbox.add_call(CallEvent(b"t", cancel))
    outbox.add_result(output("t"))
    sent = [event.WhichOneof("event") for event in next_frame(outbox, 1).events]
    assert sent == ["call_request", "call_cancel", "task_result"]
    assert outbox.tokens() == [b"t"]
    outbox.rewind()
    assert [event.WhichOneof("event") for event in next_frame(outbox, 2).events] == sent
    outbox.acknowledge(2)
    assert outbox.unacked == 0
    outbox.add_call(CallEvent(b"t", request))
    assert outbox.tokens() == []
    outbox.forget([b"t"])
    assert outbox.empty


def test_lines_go_before_the_results_of_their_tasks() -> None:
    """They are in the same frame, in one batch."""
    outbox = Outbox()
    outbox.add_line(b"t", STDOUT, 1, "one")
    outbox.add_line(b"", STDOUT, 2, "two")
    outbox.add_result(output("t"))
    first, second = next_frame(outbox, 1).events
    assert [(line.token, line.text) for line in first.log_batch.lines] == [(b"t", "one"), (b"", "two")]
    assert second.HasField("task_result")


def test_lines_are_dropped_before_anything_else() -> None:
    """When nobody takes them, only so many are kept; the others are counted, and results are not touched."""
    outbox = Outbox()
    count = 3 * MAX_WAITING_LOG_BYTES // 1000
    for _ in range(count):
        outbox.add_line(b"t", STDOUT, 1, "x" * 1000)
    outbox.add_result(output("t"))
    lines = dropped = seq = 0
    results: list[str] = []
    while not outbox.empty:
        seq += 1
        frame = next_frame(outbox, seq)
        results += tokens(frame)
        for event in frame.events:
            lines += len(event.log_batch.lines)
            dropped += event.log_batch.dropped
        assert frame.ByteSize() < 1_000_000
    assert lines + dropped == count
    assert lines > count / 4
    assert results == ["t"]


def test_progress_is_coalesced() -> None:
    """Of several reports of a task only the last one that waits is sent."""
    outbox = Outbox()
    for fraction in (0.1, 0.2, 0.3):
        outbox.add_progress(worker_pb2.TaskProgress(token=b"t", fraction=fraction))
    assert [event.task_progress.fraction for event in next_frame(outbox, 1).events] == [0.3]


def test_a_new_session_starts_clean() -> None:
    """Only lines of output are kept: they belong to nobody's session."""
    outbox = Outbox()
    outbox.add_result(output("sent"))
    next_frame(outbox, 1)
    outbox.add_result(output("waiting"))
    outbox.add_event(heartbeat=worker_pb2.Heartbeat(running=1))
    outbox.add_line(b"", STDOUT, 1, "text")
    outbox.clear()
    assert outbox.unacked == 0
    (event,) = next_frame(outbox, 1).events
    assert event.HasField("log_batch")
