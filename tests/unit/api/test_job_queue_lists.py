"""Pages, groups and places in the lists of the job queue."""

import pytest

from controlplane.api.job_queue_lists import Filter, page_start, placing, runs, tags_of, totals
from controlplane.domain.errors import InvalidError
from controlplane.ports.job_queue import QueuedJob
from distributedkube.api.queue.v1 import queue_pb2
from distributedkube.api.queue.v1.queue_pb2 import QueueQuery


def job(job_id: str, pipeline: str = "p", *tags: str) -> QueuedJob:
    return QueuedJob(job_id, "main", pipeline, 3, False, 0.0, tags, True, 1, 0.0)


@pytest.mark.parametrize(
    ("length", "size", "first", "last", "at_end", "start"),
    [
        (0, 3, None, None, False, 0),
        (0, 3, None, None, True, 0),
        (3, 3, 2, None, False, 0),
        (3, 3, None, 0, True, 0),
        (10, 3, None, None, False, 0),
        (10, 3, None, None, True, 7),
        (10, 3, 4, None, False, 4),
        (10, 3, 7, None, False, 7),
        (10, 3, 9, None, False, 7),
        (10, 3, None, 9, False, 7),
        (10, 3, None, 4, False, 2),
        (10, 3, None, 1, False, 0),
        (10, 3, 4, 9, False, 4),
        (10, 3, 4, None, True, 7),
    ],
)
def test_page_start(length: int, size: int, first: int | None, last: int | None, at_end: bool, start: int) -> None:
    """Pages begin or end where they are asked to, and are full whenever the list is long enough."""
    assert page_start(length, size, first=first, last=last, at_end=at_end) == start


@pytest.mark.parametrize(
    ("wanted", "taken"),
    [
        (Filter(), ["1", "2", "3"]),
        (Filter(pipeline="a"), ["1", "3"]),
        (Filter(tag="x"), ["1", "2"]),
        (Filter(pipeline="a", tag="y"), ["1", "3"]),
        (Filter(tag=""), ["3"]),
        (Filter(tag=" null "), ["3"]),
    ],
)
def test_filter(wanted: Filter, taken: list[str]) -> None:
    jobs = [job("1", "a", "x"), job("2", "b", "x", "y"), job("3", "a")]
    assert [j.job_id for j in jobs if wanted.takes(j)] == taken


def test_groups() -> None:
    """Totals count all, runs only neighbours."""
    jobs = [job("1", "a", "x"), job("2", "b", "x", "y"), job("3", "b"), job("4", "a")]
    assert totals(j.pipeline for j in jobs) == [("a", 2), ("b", 2)]
    assert totals(tags_of(jobs)) == [("", 2), ("x", 2), ("y", 1)]
    assert [(g.name, g.count, g.last_job) for g in runs(jobs, lambda j: j.pipeline)] == [
        ("a", 1, "1"),
        ("b", 2, "3"),
        ("a", 1, "4"),
    ]
    assert runs([], lambda j: j.pipeline) == []


@pytest.mark.parametrize(
    ("position", "query", "index"),
    [
        (queue_pb2.QUEUE_POSITION_FIRST, None, 0),
        (queue_pb2.QUEUE_POSITION_LAST, None, 5),
        (queue_pb2.QUEUE_POSITION_BEFORE, QueueQuery(pipeline_name="b"), 1),
        (queue_pb2.QUEUE_POSITION_AFTER, QueueQuery(pipeline_name="b"), 4),
        (queue_pb2.QUEUE_POSITION_BEFORE, QueueQuery(tag="y"), 3),
        (queue_pb2.QUEUE_POSITION_AFTER, QueueQuery(job_id="5"), 5),
        (queue_pb2.QUEUE_POSITION_BEFORE, QueueQuery(job_id="gone"), 0),
        (queue_pb2.QUEUE_POSITION_AFTER, QueueQuery(tag="gone"), 0),
    ],
)
def test_places(position: "queue_pb2.QueuePosition.ValueType", query: QueueQuery | None, index: int) -> None:
    """Before the first match or behind the last one; listed jobs that do not wait now keep their places."""
    preferred = [job("1", "a"), job("2", "b"), None, job("4", "b", "y"), job("5", "a")]
    assert placing(position, query).index_in(preferred) == index


def test_an_empty_text_is_a_criterion() -> None:
    """It is said, so it is one of two; alone it means nothing that there is."""
    with pytest.raises(InvalidError, match="only one of"):
        placing(queue_pb2.QUEUE_POSITION_BEFORE, QueueQuery(job_id="", pipeline_name="a"))
    assert placing(queue_pb2.QUEUE_POSITION_AFTER, QueueQuery(job_id="")).index_in([job("1")]) == 0
