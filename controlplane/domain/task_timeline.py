"""When the tasks of a job ran: each one while they are few, and how many ran at a time when they are many.

A task shows its attempt under way, or the last one that ended. Tasks whose worker did not say how long it took are left out
and counted.
"""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate

from controlplane.domain.job_tasks import JobTasks, NodeTasks, TaskRow

MAX_LANES = 500
"""Further lanes are put together in one without a name."""


class LaneOf(StrEnum):
    """What a lane stands for."""

    NODE = "node"
    WORKER = "worker"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineQuery:
    node: str = ""
    """Only this node's tasks; empty means all."""
    lanes: LaneOf = LaneOf.NODE
    start: float | None = None
    """Seconds since the epoch; None means the beginning of the first task."""
    end: float | None = None
    """None means the end of the last one, or now."""
    columns: int
    """Columns that many tasks are counted in."""
    most: int
    """Tasks that are shown one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    name: str
    rows: Sequence[TaskRow]
    """When the tasks are few: each of them, by node and place."""
    running: Sequence[int]
    """When they are many: how many ran in each column; one that ran in several counts in each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    start: float
    end: float
    total: int
    """Tasks that ran in this time."""
    untimed: int
    """Tasks that have ended and of which it is not known when they began."""
    lanes: Sequence[Lane]


def timeline(tasks: JobTasks, query: TimelineQuery, now: float) -> Timeline:
    """The tasks that ran in a span of time."""
    nodes = [node for name, node in tasks.nodes.items() if query.node in ("", name)]
    start, end = _span(nodes, query, now)
    shown: dict[str, list[TaskRow]] = {}
    total = untimed = 0
    for node, task, began, ended in _spans(nodes, now):
        if began is None:
            untimed += 1
        elif began <= end and ended >= start:
            total += 1
            if total <= query.most:
                row = node.row(task)
                shown.setdefault(row.worker if query.lanes is LaneOf.WORKER else node.name, []).append(row)
    if total <= query.most:
        lanes = [Lane(name=name, rows=rows, running=()) for name, rows in shown.items()]
    else:
        lanes = list(_counted(nodes, query, start, end, now))
    return Timeline(start=start, end=end, total=total, untimed=untimed, lanes=lanes)


def _spans(nodes: Sequence[NodeTasks], now: float) -> Iterator[tuple[NodeTasks, int, float | None, float]]:
    """Node, task, when it began (None: not known) and ended, of all tasks that have begun."""
    for node in nodes:
        active = set(node.active())
        notes = node.notes
        for task, (ended_at, took) in enumerate(zip(notes.ended_at, notes.took_seconds, strict=True)):
            if ended_at and task not in active:
                yield node, task, ended_at - took if took else None, ended_at
        for task in sorted(active):
            yield node, task, node.started_at(task), now


def _span(nodes: Sequence[NodeTasks], query: TimelineQuery, now: float) -> tuple[float, float]:
    begins = [query.start] if query.start is not None else []
    ends = [query.end] if query.end is not None else []
    if not begins or not ends:
        first, last = now, 0.0
        for _, _, began, ended in _spans(nodes, now):
            first = min(first, ended if began is None else began)
            last = max(last, ended)
        begins.append(first)
        ends.append(last or now)
    return begins[0], max(begins[0], ends[0])


def _counted(nodes: Sequence[NodeTasks], query: TimelineQuery, start: float, end: float, now: float) -> Iterator[Lane]:
    """Lanes with numbers: a task adds one where it begins and takes it away behind where it ends."""
    width = (end - start) / query.columns or 1.0
    steps: dict[str, array[int]] = {}

    def column(at: float) -> int:
        return min(max(int((at - start) / width), 0), query.columns - 1)

    for node, task, began, ended in _spans(nodes, now):
        if began is None or began > end or ended < start:
            continue
        lane = node.name if query.lanes is LaneOf.NODE else node.row(task).worker
        if lane not in steps and len(steps) >= MAX_LANES:
            lane = ""
        counts = steps.setdefault(lane, array("q", bytes(8 * (query.columns + 1))))
        counts[column(began)] += 1
        counts[column(ended) + 1] -= 1
    for name, counts in steps.items():
        yield Lane(name=name, rows=(), running=list(accumulate(counts[:-1])))
