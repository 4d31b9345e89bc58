"""Outputs of an earlier job, for a job that runs only part of its pipeline again.

They are copied into the new job's journal, so that it needs the earlier one only once.
"""

from collections.abc import AsyncGenerator

from controlplane.domain import graph as graphs
from controlplane.domain.errors import NotAllowedError
from controlplane.domain.job_events import JobEvent, NodeCached, TaskEnd, TasksEnded
from controlplane.domain.job_machine import JobMachine
from controlplane.domain.node_run import SUCCEED, NodeRun
from controlplane.domain.records import JobRecord, journal_prefix, unpack_events
from controlplane.domain.values import Failure, FailureCategory, Payload
from controlplane.ports.job_records import read_job
from controlplane.ports.state_store import StateStore, scan
from controlplane.ports.system import Clock
from controlplane.roles.driver.result_log import ResultLog, pages

PAGE = 256
"""Outputs in one event."""

MAX_PAGE_BYTES = 160 * 1024
"""Bytes of outputs in one event, so that it fits into a value of the journal."""

JOURNAL_PAGE = 100

_FAILED = Failure(category=FailureCategory.USER_CODE, message="it failed in the earlier job", retryable=False)


async def cached_outputs(
    record: JobRecord, store: StateStore, clock: Clock, log: ResultLog
) -> AsyncGenerator[JobEvent, None]:
    """Events that stand for the nodes that are not run again. ``log`` is that of the new job.

    Raises ``NotAllowedError`` when an output was not kept.
    """
    machine, outputs = await _replay(record.cache_job_id, store, log)
    for name in record.cached_nodes:
        run = machine.nodes.get(name)
        if run is None or not run.state.is_final:
            raise NotAllowedError(
                f'node "{name}" of job {record.cache_job_id} has no results to go on from', reason="NO_CACHED_RESULTS"
            )
        at = clock.now()
        yield NodeCached(at=at, node=name, is_batch=run.is_batch, total=run.total)
        for page in pages(range(run.total), PAGE):
            loaded = await outputs.load([run.results[task] for task in page])
            for ends in _fitting([_end(run, task, output) for task, output in zip(page, loaded, strict=True)]):
                yield TasksEnded(at=at, node=name, first_result=log.next_number, ends=ends)


async def _replay(job_id: str, store: StateStore, log: ResultLog) -> tuple[JobMachine, ResultLog]:
    earlier = await read_job(store, job_id)
    if earlier is None:
        raise NotAllowedError(f"job {job_id} is gone", reason="NO_CACHED_RESULTS")
    graph = graphs.build(earlier.pipeline, cached=earlier.cached_nodes)
    machine = JobMachine(earlier.pipeline, graph, earlier.flow_input_shapes)
    outputs = log.sibling()
    async for entry in scan(store, journal_prefix(job_id), page_size=JOURNAL_PAGE):
        for event in unpack_events(entry.value):
            if isinstance(event, TasksEnded):
                outputs.add(event, entry.key)
            machine.handle(event)
    return machine, outputs


def _end(run: NodeRun, task: int, output: Payload) -> TaskEnd:
    return TaskEnd(task, 1, output, None) if run.tasks[task] == SUCCEED else TaskEnd(task, 1, None, _FAILED)


def _fitting(ends: list[TaskEnd]) -> list[list[TaskEnd]]:
    """Groups that fit into one event."""
    groups: list[list[TaskEnd]] = [[]]
    size = 0
    for end in ends:
        more = 512 + len((end.output.data if end.output else b"") or b"")
        if groups[-1] and size + more > MAX_PAGE_BYTES:
            groups.append([])
            size = 0
        groups[-1].append(end)
        size += more
    return groups
