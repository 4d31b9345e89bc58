"""Brings tasks with values of their own to the queues: elements of ``*@`` references, and what user code called.

A node may have a million elements ready; only so many of them are in the queue with their values at a time.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from itertools import islice

from controlplane.domain.job_machine import JobMachine
from controlplane.domain.node_run import WARNING
from controlplane.domain.task_context import NodeContext, TaskValues
from controlplane.ports.dispatch import TaskQueues
from controlplane.roles.driver.inputs import InputBuilder

WINDOW = 4096
"""Tasks of one node that wait in the queue or run with values of their own."""

PAGE = 512
"""Tasks whose values are loaded at a time."""


class _NodeFeed:
    def __init__(self, context: NodeContext) -> None:
        self.context = context
        self.ready: deque[tuple[int, int]] = deque()
        """(task, attempt) that wait for room."""
        self.outstanding = 0
        """Tasks in the queue or on workers; not counted for called nodes, which have few."""


class TaskFeed:
    """For one job."""

    def __init__(
        self,
        machine: JobMachine,
        inputs: InputBuilder,
        queues: TaskQueues,
        load: Callable[[], None],
    ) -> None:
        self._machine = machine
        self._inputs = inputs
        self._queues = queues
        self._load = load
        """Asks for ``run`` to be awaited: values must be read from the journal."""
        self._feeds: dict[str, _NodeFeed] = {}
        self._stuck: dict[str, None] = {}
        """Nodes whose next values are not in memory."""

    def add(self, context: NodeContext, tasks: Sequence[int], attempt: int, *, recovered: bool) -> None:
        feed = self._feeds.get(context.node)
        if feed is None:
            feed = self._feeds[context.node] = _NodeFeed(context)
        feed.ready.extend((task, attempt) for task in tasks)
        self._pump(feed, recovered=recovered)

    def ended(self, node: str, tasks: int) -> None:
        """So many of a node's tasks are off the queue and the workers."""
        feed = self._feeds.get(node)
        if feed is not None and feed.outstanding:
            feed.outstanding -= tasks
            if feed.ready:
                self._pump(feed, recovered=False)

    def _pump(self, feed: _NodeFeed, *, recovered: bool) -> None:
        """Moves what has room and has its values at hand."""
        node = feed.context.node
        while feed.ready and feed.outstanding < WINDOW and node not in self._stuck:
            page = self._next_page(feed)
            values = self._inputs.values_now(node, [task for task, _ in page])
            if values is None:
                self._stuck[node] = None
                feed.ready.extendleft(reversed(page))
                self._load()
                return
            self._enqueue(feed, page, values, recovered=recovered)

    def _next_page(self, feed: _NodeFeed) -> list[tuple[int, int]]:
        """The next tasks that are still wanted."""
        room = min(PAGE, WINDOW - feed.outstanding)
        page = list(islice(feed.ready, room))
        for _ in page:
            feed.ready.popleft()
        run = self._machine.nodes[feed.context.node]
        return [(t, a) for t, a in page if run.tasks[t] <= WARNING and run.attempts[t] == a]

    def _enqueue(
        self, feed: _NodeFeed, page: Sequence[tuple[int, int]], values: Mapping[int, TaskValues], *, recovered: bool
    ) -> None:
        by_attempt: dict[int, list[int]] = {}
        for task, attempt in page:
            by_attempt.setdefault(attempt, []).append(task)
        if self._machine.nodes[feed.context.node].join is not None:
            feed.outstanding += len(page)
        for attempt, tasks in by_attempt.items():
            own = {task: values[task] for task in tasks}
            self._queues.enqueue(feed.context, tasks, attempt, recovered=recovered, values=own)

    async def run(self) -> None:
        """Reads the values that were not in memory, and goes on from there. Raises ``UnavailableError``; may be repeated."""
        while self._stuck:
            node = next(iter(self._stuck))
            feed = self._feeds[node]
            page = self._next_page(feed)
            try:
                values = await self._inputs.values(node, [task for task, _ in page])
            except BaseException:
                feed.ready.extendleft(reversed(page))
                raise
            del self._stuck[node]
            if self._machine.state.is_final:
                return
            self._enqueue(feed, page, values, recovered=False)
            self._pump(feed, recovered=False)
            await asyncio.sleep(0)
