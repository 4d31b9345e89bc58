"""Tasks of a job by page, in any order and filtered; and how the tasks of a batch are, bin by bin.

A page costs at most one look at each task of the nodes asked for, and in the order of the batch only what it shows and skips.
"""

import heapq
import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from controlplane.domain.errors import InvalidError
from controlplane.domain.job_tasks import WORDS, JobTasks, NodeTasks, TaskRow, TaskWord
from controlplane.domain.node_run import FAILED


class TaskSort(StrEnum):
    """What tasks are ordered by; the values are the names of their fields. Equal ones are in the order of the job, which
    is turned round too when the order is."""

    INDEX = "batchIndex"
    STATUS = "status"
    START = "startTime"
    DURATION = "duration"
    ATTEMPTS = "retries"
    SIZE = "size"


class TaskPosition(NamedTuple):
    """Where a task is in an ordered list."""

    value: Any
    """What it is ordered by; None in the order of the job."""
    node: int
    """Number of its node."""
    task: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskQuery:
    node: str = ""
    """Only this node's; empty means all."""
    words: frozenset[TaskWord] = frozenset()
    """Only in these states; empty means all."""
    text: str = ""
    """Only those whose last failure has this in it, in upper or lower case."""
    sort: TaskSort = TaskSort.INDEX
    descending: bool = False
    limit: int
    after: TaskPosition | None = None
    """The page begins behind this one."""
    item: int = 0
    """Without ``after``: the page begins with this place of the batch (from 1), or the next one that fits; 0: the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPage:
    rows: Sequence[TaskRow]
    next: TaskPosition | None
    """The last of the page, when there are more."""
    total: int
    """Tasks that fit, on all pages together."""
    words: dict[str, int]
    """Tasks by state, of the nodes asked for; whatever the other filters."""
    unsearched: int
    """Tasks that failed and whose texts were too many to be kept; 0 when no text is looked for."""


def list_tasks(tasks: JobTasks, query: TaskQuery) -> TaskPage:
    """One page. Raises ``InvalidError`` for an item without its node."""
    nodes = [node for name, node in tasks.nodes.items() if query.node in ("", name)]
    words: dict[str, int] = {}
    for node in nodes:
        for word, count in node.words().items():
            words[word] = words.get(word, 0) + count
    found = list(itertools.islice(_positions(nodes, query), query.limit + 1))
    page = found[: query.limit]
    numbers = {node.run.spec.number: node for node in nodes}
    return TaskPage(
        rows=[numbers[at.node].row(at.task) for at in page],
        next=page[-1] if len(found) > len(page) and page else None,
        total=_total(nodes, words, query),
        words=words,
        unsearched=sum(max(0, n.run.counts[FAILED] - len(n.run.errors)) for n in nodes) if query.text else 0,
    )


def _positions(nodes: Sequence[NodeTasks], query: TaskQuery) -> Iterator[TaskPosition]:
    """The tasks that fit, in order, from where the page begins."""
    if query.sort is TaskSort.INDEX:
        return _in_job_order(nodes, query)
    start = query.after or _position_of_item(nodes, query)
    inclusive = query.after is None
    candidates = (
        at
        for node in nodes
        for at in _with_values(node, query)
        if start is None or _is_behind(at, start, query.descending) or (inclusive and at == start)
    )
    choose = heapq.nlargest if query.descending else heapq.nsmallest
    return itertools.starmap(TaskPosition, choose(query.limit + 1, candidates))


def _in_job_order(nodes: Sequence[NodeTasks], query: TaskQuery) -> Iterator[TaskPosition]:
    start = query.after or _position_of_item(nodes, query)
    for node in reversed(nodes) if query.descending else nodes:
        number = node.run.spec.number
        fitting = _fitting(node, query)
        if start is not None and number != start.node and (number < start.node) is not query.descending:
            continue
        if start is not None and number == start.node:
            behind = start.task + (query.after is not None) * (-1 if query.descending else 1)
            fitting = _from(fitting, behind, descending=query.descending)
        for task in _only(node, reversed(fitting) if query.descending else fitting, query):
            yield TaskPosition(None, number, task)


def _from(tasks: Sequence[int], task: int, *, descending: bool) -> Sequence[int]:
    """Those from a task on, in the given direction."""
    if isinstance(tasks, range):
        return tasks[: max(task + 1, 0)] if descending else tasks[max(task, 0) :]
    return [t for t in tasks if (t <= task if descending else t >= task)]


def _fitting(node: NodeTasks, query: TaskQuery) -> Sequence[int]:
    """The node's tasks, of those whose failure has the text, in order."""
    if not query.text:
        return node.tasks()
    wanted = query.text.casefold()
    return sorted(task for task, text in node.run.errors.items() if wanted in text.casefold())


def _only(node: NodeTasks, tasks: Iterable[int], query: TaskQuery) -> Iterable[int]:
    """Those in the wanted states."""
    return (task for task in tasks if node.word(task) in query.words) if query.words else tasks


def _with_values(node: NodeTasks, query: TaskQuery) -> Iterator[tuple[Any, int, int]]:
    """Positions as plain tuples, as there may be very many."""
    number, value_of = node.run.spec.number, _value_of(node, query)
    return ((value_of(task), number, task) for task in _only(node, _fitting(node, query), query))


def _value_of(node: NodeTasks, query: TaskQuery) -> Callable[[int], Any]:
    """What tasks are ordered by; those without come last in either direction."""
    key = node.key_of(query.sort.value)
    assert key is not None, f"tasks have no {query.sort}"
    last = -math.inf if query.descending else math.inf

    def value(task: int) -> Any:
        found = key(task)
        return last if found is None else found

    return value


def _position_of_item(nodes: Sequence[NodeTasks], query: TaskQuery) -> TaskPosition | None:
    """Where the item to begin with is."""
    if not query.item:
        return None
    if not query.node:
        raise InvalidError("say of which node the item is", field="node")
    if not nodes:
        return None
    node, task = nodes[0], query.item - 1
    there = node.tasks()
    if query.sort is not TaskSort.INDEX and task in there:
        return TaskPosition(_value_of(node, query)(task), node.run.spec.number, task)
    if query.sort is TaskSort.INDEX:
        return TaskPosition(None, node.run.spec.number, task)
    raise InvalidError(f'node "{node.name}" has no item {query.item}', field="item")


def _is_behind(at: tuple[Any, int, int], start: TaskPosition, descending: bool) -> bool:
    return at < start if descending else at > start


def _total(nodes: Sequence[NodeTasks], words: dict[str, int], query: TaskQuery) -> int:
    if query.text:
        return sum(1 for node in nodes for _ in _only(node, _fitting(node, query), query))
    return sum(count for word, count in words.items() if not query.words or word in query.words)


# Bins


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemBins:
    """How the tasks of a node are, in runs of equal length."""

    first: int
    """Place in the batch that the first bin begins with, from 0."""
    end: int
    """The one behind the last."""
    size: int
    """Tasks of one bin; the last one may have fewer."""
    bins: Sequence[dict[str, int]]
    """By state, without zeros."""


def item_bins(node: NodeTasks, *, start: int | None, end: int | None, most: int) -> ItemBins:
    """At most ``most`` bins over a range of the batch; the whole of it by default. Places without a task count nowhere."""
    states = node.run.tasks
    first = min(start or 0, len(states))
    behind = max(first, min(len(states) if end is None else end, len(states)))
    size = max(1, math.ceil((behind - first) / most))
    bins: list[dict[str, int]] = []
    for low in range(first, behind, size):
        part = states[low : min(low + size, behind)]
        bins.append({word: count for state, word in WORDS.items() if (count := part.count(state))})
    for task in node.active():
        if first <= task < behind:
            counts = bins[(task - first) // size]
            word = WORDS[states[task]]
            counts[word] -= 1
            if not counts[word]:
                del counts[word]
            counts[TaskWord.ACTIVE] = counts.get(TaskWord.ACTIVE, 0) + 1
    return ItemBins(first=first, end=behind, size=size, bins=bins)
