"""What is written to the store is read back as it was: every event of a journal, jobs, their ends, results and intents."""

from dataclasses import replace
from typing import Any, get_args

import msgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controlplane.domain import records
from controlplane.domain.calls import Call, CallKind, CallOutcome
from controlplane.domain.job_events import (
    CallEnded,
    CallRequested,
    JobEvent,
    JobStarted,
    JobState,
    NodeCached,
    NodeFailed,
    Noted,
    NoteKind,
    PauseRequested,
    ResumeRequested,
    StopRequested,
    TaskEnd,
    TasksEnded,
)
from controlplane.domain.job_view import JobView, NodeView
from controlplane.domain.pipeline import (
    BatchOperation,
    ConcurrencyLimit,
    Node,
    Pipeline,
    Retry,
    RetryPolicy,
    Verbosity,
)
from controlplane.domain.records import (
    EndRecord,
    Intent,
    IntentKind,
    JobRecord,
    LastRun,
    ResultItem,
    pack_end,
    pack_events,
    pack_intent,
    pack_job,
    pack_result_items,
    unpack_end,
    unpack_events,
    unpack_intent,
    unpack_job,
    unpack_job_head,
    unpack_result_items,
)
from controlplane.domain.values import JSON, MSGPACK, NULL, BlobRef, Failure, FailureCategory, Payload, Shape

TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
TIMES = st.floats(0, 2e9)
SMALL = st.integers(0, 2**40)
SHAPES = st.builds(Shape, st.sampled_from(["array", "object", "bytes"]), SMALL)
PAYLOADS = st.builds(
    Payload,
    st.sampled_from([MSGPACK, JSON]),
    st.none() | st.binary(max_size=8),
    st.none() | st.builds(BlobRef, TEXT, SMALL, TEXT),
    st.lists(st.tuples(TEXT, SHAPES), max_size=2).map(tuple),
)
FAILURES = st.recursive(
    st.builds(
        Failure,
        category=st.sampled_from(FailureCategory),
        message=TEXT,
        type=TEXT,
        stack_trace=TEXT,
        source=TEXT,
        retryable=st.none() | st.booleans(),
        cause=st.none(),
    ),
    lambda causes: st.builds(Failure, category=st.sampled_from(FailureCategory), message=TEXT, type=TEXT, cause=causes),
    max_leaves=3,
)
ENDS = st.builds(TaskEnd, SMALL, st.integers(1, 60_000), PAYLOADS, st.none(), SMALL) | st.builds(
    TaskEnd, SMALL, st.integers(1, 60_000), st.none(), FAILURES, SMALL
)
CALLS = st.builds(Call, TEXT, st.sampled_from(CallKind), TEXT, st.binary(max_size=8), PAYLOADS, st.booleans())
OUTCOMES = (
    st.builds(CallOutcome, PAYLOADS, st.none(), st.just(""))
    | st.builds(CallOutcome, st.none(), FAILURES, st.just(""))
    | st.builds(CallOutcome, st.none(), st.none(), TEXT)
)
EVENTS: dict[type, st.SearchStrategy[Any]] = {
    JobStarted: st.builds(JobStarted, at=TIMES),
    TasksEnded: st.builds(
        TasksEnded, at=TIMES, node=TEXT, first_result=SMALL, ends=st.lists(ENDS, max_size=3), worker=TEXT
    ),
    StopRequested: st.builds(StopRequested, at=TIMES, reason=TEXT, user=TEXT),
    PauseRequested: st.builds(PauseRequested, at=TIMES, user=TEXT),
    ResumeRequested: st.builds(ResumeRequested, at=TIMES, user=TEXT),
    NodeFailed: st.builds(NodeFailed, at=TIMES, node=TEXT, error=TEXT),
    NodeCached: st.builds(NodeCached, at=TIMES, node=TEXT, is_batch=st.booleans(), total=SMALL),
    CallRequested: st.builds(CallRequested, at=TIMES, node=TEXT, task=SMALL, attempt=SMALL, call=CALLS),
    CallEnded: st.builds(
        CallEnded, at=TIMES, node=TEXT, task=SMALL, attempt=SMALL, call_id=TEXT, outcome=OUTCOMES
    ),
    Noted: st.builds(Noted, at=TIMES, kind=st.sampled_from(NoteKind), node=TEXT, text=TEXT),
}  # fmt: skip


def test_every_event_has_a_strategy() -> None:
    """A new kind of event cannot be forgotten here."""
    assert set(EVENTS) == set(get_args(JobEvent))


@settings(max_examples=50, deadline=None, derandomize=True)
@given(data=st.data())
@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_events_come_back_as_they_were(kind: type, data: st.DataObject) -> None:
    """Whatever they hold, and several of them in one value of the journal."""
    events = data.draw(st.lists(EVENTS[kind], min_size=1, max_size=3))
    assert list(unpack_events(pack_events(events))) == events


def test_events_of_different_kinds_keep_their_order() -> None:
    """A value of the journal is a list."""
    events = (JobStarted(at=1.0), PauseRequested(at=2.0, user="u"), NodeFailed(at=3.0, node="n", error="e"))
    assert tuple(unpack_events(pack_events(events))) == events


def test_an_event_of_a_newer_version_is_refused() -> None:
    """Not skipped: the state would be wrong."""
    with pytest.raises(ValueError, match="newer version"):
        list(unpack_events(msgpack.packb([[99, 1.0]])))


PIPELINE = Pipeline(
    name="p",
    nodes=(
        Node(name="a", algorithm="x", input=["#[1,2]", {"k": [None, 1.5]}], include_in_result=True, spec={"s": 1}),
        Node(
            name="b",
            algorithm="y",
            input=["@a"],
            batch_operation=BatchOperation.CARTESIAN,
            retry=Retry(policy=RetryPolicy.ALWAYS, limit=7, backoff_seconds=1.5, max_backoff_seconds=9.0),
            ttl_seconds=5,
            extra_data=["e"],
        ),
    ),
    edges=(("a", "b"),),
    priority=5,
    ttl_seconds=7,
    active_ttl_seconds=8,
    batch_tolerance=0,
    experiment="e",
    kind="batch",
    concurrency=ConcurrencyLimit(amount=3, reject=False),
    verbosity=Verbosity.TRACE,
    progress_webhook="http://p",
    result_webhook="http://r",
    tags=("t", "u"),
)
FULL = JobRecord(
    job_id="j" * 12,
    submitted_at=1.25,
    types=("raw", "debug"),
    document=b"doc",
    given=b"given",
    pipeline=PIPELINE,
    flow_input=Payload(JSON, b"{}", None, (("flowInput", Shape("object", 0)),)),
    flow_input_shapes={"flowInput.a": Shape("array", 4)},
    root_job_id="root",
    parent_job_id="parent",
    depth=3,
    user="u",
    max_exceeded=True,
    cache_job_id="cache",
    cached_nodes=("c", "d"),
    versions={"x": "v1", "y": ""},
    last_run=LastRun(2.5, JobState.FAILED, 0.25),
)
BARE = JobRecord(
    job_id="k",
    submitted_at=0.0,
    types=(),
    document=b"",
    pipeline=Pipeline(name="q", nodes=()),
    flow_input=NULL,
    flow_input_shapes={},
)


@pytest.mark.parametrize("record", [FULL, BARE], ids=["full", "bare"])
@pytest.mark.parametrize("size", [0, records.MAX_PART_BYTES * 2])
def test_jobs_come_back_as_they_were(record: JobRecord, size: int) -> None:
    """In one value, or with pieces when they are too large for one; the head can be read without those."""
    record = replace(record, document=b"d" * size)
    head, parts = pack_job(record)
    assert unpack_job(head, parts) == record
    assert len(parts) == (3 if size else 0)
    assert all(len(piece) <= records.MAX_PART_BYTES for piece in parts)
    assert unpack_job_head(head) == (record.pipeline.name, record.pipeline.experiment, record.submitted_at, len(parts))


@pytest.mark.parametrize("kind", IntentKind)
def test_intents_come_back_as_they_were(kind: IntentKind) -> None:
    """Who wants what, and why."""
    assert unpack_intent(pack_intent(Intent(kind, "reason", "user"))) == Intent(kind, "reason", "user")


def view(error: str, nodes: int) -> JobView:
    one = NodeView(
        name="n", algorithm="x", state="failed", batch=True, total=2, states={"failed": 1, "succeed": 1}, error=error
    )
    return JobView(
        job_id="j", pipeline="p", state=JobState.FAILED, at=4.0, submitted_at=1.0, active_at=None, ended_at=4.0,
        progress=None, details="d", states={"failed": nodes, "succeed": nodes}, nodes=(one,) * nodes,
        error="whole", failed_node="n", reason="r"
    )  # fmt: skip


def test_ends_come_back_as_they_were() -> None:
    """With the view people see for ever."""
    record = EndRecord(view=view("boom", 2), result_parts=3)
    assert unpack_end(pack_end(record)) == record


def test_an_end_that_is_too_large_keeps_the_error_of_the_job_only() -> None:
    """Very many nodes with very long errors still fit into one value."""
    packed = pack_end(EndRecord(view=view("e" * 2000, 1000), result_parts=0))
    assert len(packed) <= records.MAX_PART_BYTES
    found = unpack_end(packed).view
    assert found.error == "whole"
    assert {node.error for node in found.nodes} == {""}


def test_results_come_back_as_they_were() -> None:
    """Outputs by value and by reference, failures, and skipped batches."""
    items = [
        ResultItem("a", 0, "x", Payload(MSGPACK, b"\x01"), ""),
        ResultItem("b", 2, "x", Payload(MSGPACK, None, BlobRef("key", 7, "sha"), (("b", Shape("array", 1)),)), ""),
        ResultItem("b", 3, "x", None, "boom"),
        ResultItem("c", -1, "x", None, ""),
    ]
    assert unpack_result_items(pack_result_items(items)) == items
