"""What a simulation left behind, read from the stores for the checks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from controlplane.adapters.memory import MemoryObjectStore, MemoryStateStore
from controlplane.domain import graph as graphs
from controlplane.domain.job_events import JobEvent, JobState
from controlplane.domain.job_machine import JobMachine
from controlplane.domain.records import (
    EndRecord,
    JobRecord,
    ResultItem,
    end_key,
    job_key,
    journal_prefix,
    last_part,
    request_key,
    unpack_end,
    unpack_events,
)
from controlplane.domain.values import Json
from controlplane.ports.job_records import read_job, read_result
from controlplane.ports.state_store import Revision, scan
from controlplane.simulation.history import BrokenPromiseError, History
from controlplane.simulation.inputs import decoded


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFacts:
    """What the store has of one job when everything is over."""

    record: JobRecord
    accepted_at: Revision
    end: EndRecord
    ended_at: Revision
    items: Sequence[ResultItem]
    results: Sequence[Json]
    """Values of ``items``."""
    flow_input: Json
    events: Sequence[tuple[Revision, JobEvent]]
    machine: JobMachine
    """A fresh one that has taken all events."""

    @property
    def job_id(self) -> str:
        return self.record.job_id

    @property
    def completed(self) -> bool:
        return self.end.view.state is JobState.COMPLETED

    @property
    def has_failures(self) -> bool:
        """Tasks of it failed for good."""
        return bool(self.end.view.states.get("failed", 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is there to be judged."""

    jobs: dict[str, JobFacts]
    requests: Mapping[str, str]
    """Job by request id."""
    keys: Sequence[str]
    largest_value: int
    history: History
    most_active: int

    def is_clean(self, job: JobFacts) -> bool:
        """It completed, and no failed task was tolerated: neither in it nor in the jobs that it called."""
        called = [other for other in self.jobs.values() if other.record.parent_job_id == job.job_id and other.completed]
        return job.completed and not job.has_failures and all(map(self.is_clean, called))


async def facts_of(store: MemoryStateStore, objects: MemoryObjectStore, history: History, *, most_active: int) -> Facts:
    """Reads everything."""
    jobs: dict[str, JobFacts] = {}
    keys: list[str] = []
    requests: dict[str, str] = {}
    largest = 0
    async for entry in scan(store, ""):
        keys.append(entry.key)
        largest = max(largest, len(entry.value))
        if entry.key.startswith(request_key("")):
            requests[last_part(entry.key)] = entry.value.decode()
        if entry.key.startswith(job_key("")):
            job_id = last_part(entry.key)
            jobs[job_id] = await _facts_of_job(store, objects, job_id, entry.create_revision)
    return Facts(
        jobs=jobs, requests=requests, keys=keys, largest_value=largest, history=history, most_active=most_active
    )


async def _facts_of_job(
    store: MemoryStateStore, objects: MemoryObjectStore, job_id: str, accepted_at: Revision
) -> JobFacts:
    record = await read_job(store, job_id)
    entry = await store.get(end_key(job_id))
    if record is None or entry is None:
        raise BrokenPromiseError(f"job {job_id} was accepted and has not ended")
    end = unpack_end(entry.value)
    items = await read_result(store, job_id, end.result_parts)
    machine = fresh_machine(record)
    events: list[tuple[Revision, JobEvent]] = []
    async for value in scan(store, journal_prefix(job_id)):
        for event in unpack_events(value.value):
            events.append((value.create_revision, event))
            machine.handle(event)
    return JobFacts(
        record=record,
        accepted_at=accepted_at,
        end=end,
        ended_at=entry.create_revision,
        items=items,
        results=[await decoded(item.output, objects) if item.output else None for item in items],
        flow_input=await decoded(record.flow_input, objects),
        events=events,
        machine=machine,
    )


def fresh_machine(record: JobRecord) -> JobMachine:
    """A machine that has seen nothing yet."""
    graph = graphs.build(record.pipeline, cached=record.cached_nodes)
    return JobMachine(record.pipeline, graph, record.flow_input_shapes)
