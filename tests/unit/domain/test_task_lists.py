"""Pages of tasks in every order give each task once, whatever the filter; bins add up."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from controlplane.domain.errors import InvalidError
from controlplane.domain.job_events import JobStarted
from controlplane.domain.job_tasks import JobTasks, OnWorker, TaskWord
from controlplane.domain.task_lists import ItemBins, TaskQuery, TaskSort, item_bins, list_tasks
from controlplane.domain.task_timeline import LaneOf, TimelineQuery, timeline
from tests.unit.domain.harness import ONCE, VALUE, failure, node
from tests.unit.domain.test_task_ledger import ended, ledger_of

TASKS = 20
START = 1000.0


@pytest.fixture
def tasks() -> JobTasks:
    """A batch of 20 beside a single task. Those from 15 on have not ended, 16 is on a worker, each fifth has failed."""
    ledger = ledger_of(node("single"), node("b", f"#[1...{TASKS}]", retry=ONCE))
    ledger.take([JobStarted(at=START)], 1)
    for task in range(15):
        how = failure(text=f"Boom {task}") if task % 5 == 0 else VALUE
        took_us = 0 if task == 3 else (task * 7 % 10 + 1) * 100_000
        event = ended("b", (task, 1, how), at=START + 10 + task, first=task, worker=f"w{task % 3}", took_us=took_us)
        ledger.take([event], task + 2)
    return JobTasks(ledger, {"b": {16: OnWorker("w9", 1, START + 30)}})


def all_pages(tasks: JobTasks, query: TaskQuery) -> Iterator[tuple[str, int]]:
    while True:
        page = list_tasks(tasks, query)
        yield from ((row.node, row.task) for row in page.rows)
        if page.next is None:
            return
        query = replace(query, after=page.next)


@pytest.mark.parametrize("sort", TaskSort)
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("limit", [1, 4, 100])
def test_pages_have_each_task_once(tasks: JobTasks, sort: TaskSort, descending: bool, limit: int) -> None:
    """The same order whatever the size of the pages, and it is that of the values, with those without one last."""
    query = TaskQuery(sort=sort, descending=descending, limit=limit)
    found = list(all_pages(tasks, query))
    assert sorted(found) == sorted([("single", 0), *(("b", task) for task in range(TASKS))])
    assert found == list(all_pages(tasks, replace(query, limit=1000)))
    key = {name: tasks.nodes[name].key_of(sort.value) for name in tasks.nodes}
    values = [key[name](task) for name, task in found]  # type: ignore[misc]
    if sort is not TaskSort.INDEX:
        known = [value for value in values if value is not None]
        assert values == sorted(known, reverse=descending) + [None] * (len(values) - len(known))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (TaskQuery(limit=100, node="b", words=frozenset({TaskWord.FAILED})), [0, 5, 10]),
        (TaskQuery(limit=100, node="b", words=frozenset({TaskWord.FAILED, TaskWord.ACTIVE})), [0, 5, 10, 16]),
        (TaskQuery(limit=100, node="b", text="boom"), [0, 5, 10]),
        (TaskQuery(limit=100, text="BOOM 1"), [10]),
        (TaskQuery(limit=100, text="other"), []),
        (TaskQuery(limit=3, node="b", item=8), [7, 8, 9]),
        (TaskQuery(limit=3, node="b", item=8, descending=True), [7, 6, 5]),
        (TaskQuery(limit=2, node="b", item=8, words=frozenset({TaskWord.FAILED})), [10]),
        (TaskQuery(limit=3, node="b", item=19), [18, 19]),
        (TaskQuery(limit=3, node="b", item=2, sort=TaskSort.DURATION), [1, 11, 4]),
    ],
)
def test_filters(tasks: JobTasks, query: TaskQuery, expected: list[int]) -> None:
    assert [row.task for row in list_tasks(tasks, query).rows] == expected


def test_numbers_are_exact(tasks: JobTasks) -> None:
    page = list_tasks(tasks, TaskQuery(limit=1, node="b", words=frozenset({TaskWord.FAILED})))
    assert page.total == 3
    assert page.words == {"succeed": 12, "failed": 3, "creating": 4, "active": 1}
    assert list_tasks(tasks, TaskQuery(limit=1, text="boom")).total == 3
    assert list_tasks(tasks, TaskQuery(limit=1)).total == TASKS + 1


@pytest.mark.parametrize(
    ("query", "field"),
    [(TaskQuery(limit=1, item=3), "node"), (TaskQuery(limit=1, node="b", item=99, sort=TaskSort.START), "item")],
)
def test_bad_items(tasks: JobTasks, query: TaskQuery, field: str) -> None:
    with pytest.raises(InvalidError) as caught:
        list_tasks(tasks, query)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("start", "end", "most", "size", "lengths"),
    [
        (None, None, 100, 1, [1] * 20),
        (None, None, 3, 7, [7, 7, 6]),
        (5, 15, 2, 5, [5, 5]),
        (15, 99, 10, 1, [1] * 5),
        (20, None, 10, 1, []),
        (9, 3, 10, 1, []),
    ],
)
def test_bins_add_up(
    tasks: JobTasks, start: int | None, end: int | None, most: int, size: int, lengths: list[int]
) -> None:
    found = item_bins(tasks.nodes["b"], start=start, end=end, most=most)
    assert (found.size, [sum(states.values()) for states in found.bins]) == (size, lengths)
    assert all(count > 0 for states in found.bins for count in states.values())


def test_bins_say_what_is_where(tasks: JobTasks) -> None:
    assert item_bins(tasks.nodes["b"], start=14, end=18, most=2) == ItemBins(
        first=14, end=18, size=2, bins=[{"succeed": 1, "creating": 1}, {"creating": 1, "active": 1}]
    )


def test_timeline_of_few(tasks: JobTasks) -> None:
    """Each task that ran, in the lane of its node; one without a known beginning is counted apart."""
    found = timeline(tasks, TimelineQuery(columns=10, most=100), START + 40)
    assert (found.total, found.untimed) == (15, 1)
    assert [(lane.name, len(lane.rows)) for lane in found.lanes] == [("b", 15)]
    assert (found.start, found.end) == (pytest.approx(START + 9.9), START + 40)
    part = timeline(tasks, TimelineQuery(columns=10, most=100, start=START + 11.5, end=START + 12.2), START + 40)
    assert [row.task for lane in part.lanes for row in lane.rows] == [2]
    workers = timeline(tasks, TimelineQuery(columns=10, most=100, lanes=LaneOf.WORKER), START + 40)
    assert {lane.name: len(lane.rows) for lane in workers.lanes} == {"w0": 4, "w1": 5, "w2": 5, "w9": 1}


def test_timeline_of_many(tasks: JobTasks) -> None:
    """Beyond the limit only numbers: a task counts in each column that it touches."""
    query = TimelineQuery(columns=4, most=2, start=START + 10, end=START + 14)
    found = timeline(tasks, query, START + 40)
    # Task 0 ends at 10, 1 ran from 10.2 to 11, 2 from 11.5 to 12, nobody knows when 3 began, 4 ran from 13.1 to 14.
    assert [(lane.name, lane.running, lane.rows) for lane in found.lanes] == [("b", [2, 2, 1, 1], ())]
    assert found.total == 4
