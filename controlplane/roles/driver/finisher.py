"""Ends a job: stores its result and its end, and clears what only the running job needed. Its journal stays.

The end is one transaction, made when everything it points to is durable or part of it; it is what makes the job ended.
Repeating all of it after a crash gives the same records.
"""

from collections.abc import AsyncGenerator, Iterator

from controlplane.domain.errors import UnavailableError
from controlplane.domain.job_events import JobState
from controlplane.domain.job_machine import JobMachine
from controlplane.domain.job_view import JobView
from controlplane.domain.node_run import NodeRun, NodeState, TaskState
from controlplane.domain.outbox import end_entries
from controlplane.domain.records import (
    MAX_PART_BYTES,
    EndRecord,
    JobRecord,
    ResultItem,
    end_key,
    job_intents,
    live_key,
    open_key,
    pack_end,
    pack_result_items,
    result_key,
)
from controlplane.domain.values import NULL, Payload
from controlplane.ports.state_store import Delete, DeletePrefix, LeaseId, Put, StateStore, Transaction, Write
from controlplane.ports.system import Clock
from controlplane.roles.driver.journal import Journal
from controlplane.roles.driver.result_log import ResultLog, pages

PAGE = 1024
RETRY_SECONDS = 0.2
ITEM_OVERHEAD = 256


class Finisher:
    """Shared by all jobs of a driver."""

    def __init__(self, store: StateStore, journal: Journal, clock: Clock) -> None:
        self._store = store
        self._journal = journal
        self._clock = clock
        self.lease: LeaseId | None = None

    async def finish(self, record: JobRecord, view: JobView, machine: JobMachine, log: ResultLog) -> None:
        """Returns once the end is durable. Raises ``LeaseLostError`` when the shard is somebody else's."""
        parts = 0
        last: Put | None = None
        if view.state is JobState.COMPLETED:
            async for part in _pieces(machine, log):
                if last is not None:
                    await self._commit(Transaction([last], lease=self.lease))
                last = Put(result_key(view.job_id, parts), part)
                parts += 1
        pipeline = record.pipeline
        writes: list[Write] = [
            Put(end_key(view.job_id), pack_end(EndRecord(view=view, result_parts=parts))),
            Delete(open_key(view.job_id)),
            Delete(live_key(pipeline.experiment, pipeline.name, view.job_id)),
            DeletePrefix(job_intents(view.job_id)),
            *(Put(key, value) for key, value in end_entries(record, view)),
        ]
        await self._journal.finish(view.job_id, [*writes, last] if last else writes)

    async def _commit(self, transaction: Transaction) -> None:
        while True:
            try:
                await self._store.commit(transaction)
                return
            except UnavailableError:
                await self._clock.sleep(RETRY_SECONDS)


async def _pieces(machine: JobMachine, log: ResultLog) -> AsyncGenerator[bytes, None]:
    """The result, in values of bounded size."""
    part: list[ResultItem] = []
    size = 0
    for spec in machine.graph.result_nodes():
        run = machine.nodes[spec.name]
        for tasks in pages(range(run.total), PAGE):
            outputs = await log.load([run.results[task] for task in tasks])
            for item in _items(run, tasks[0] if tasks else 0, outputs):
                more = ITEM_OVERHEAD + len(item.error) * 4 + len((item.output.data if item.output else b"") or b"")
                if part and size + more > MAX_PART_BYTES:
                    yield pack_result_items(part)
                    part, size = [], 0
                part.append(item)
                size += more
        if run.state is NodeState.SKIPPED:
            part.append(ResultItem(spec.name, -1, spec.node.algorithm, None, ""))
    if part:
        yield pack_result_items(part)


def _items(run: NodeRun, first: int, outputs: list[Payload]) -> Iterator[ResultItem]:
    spec = run.spec
    for offset, output in enumerate(outputs):
        task = first + offset
        failed = run.errors.get(task, "") if run.tasks[task] != TaskState.SUCCEED else ""
        yield ResultItem(
            spec.name,
            task + 1 if run.is_batch else 0,
            spec.node.algorithm,
            None if failed else output or NULL,
            failed,
        )
