"""Reads what the state store has of jobs; the keys and records are those of ``domain.records``. Used by all who look."""

from collections.abc import AsyncGenerator, Sequence

from controlplane.domain.errors import CompareFailedError, DistributedKubeError, NotFoundError
from controlplane.domain.job_view import JobView, accepted_view
from controlplane.domain.records import (
    SHARDS,
    EndRecord,
    Intent,
    IntentKind,
    JobHead,
    JobRecord,
    ResultItem,
    end_key,
    intent_key,
    job_key,
    job_part_key,
    last_part,
    open_key,
    open_prefix,
    pack_intent,
    result_key,
    unpack_end,
    unpack_job,
    unpack_job_head,
    unpack_result_items,
)
from controlplane.ports.job_views import JobViews
from controlplane.ports.state_store import Compare, Put, StateStore, Transaction, scan
from controlplane.ports.system import Clock


async def read_head(store: StateStore, job_id: str) -> JobHead | None:
    """What a job is called and when it came, without its pieces."""
    entry = await store.get(job_key(job_id))
    return unpack_job_head(entry.value) if entry else None


async def read_job(store: StateStore, job_id: str) -> JobRecord | None:
    """A job as it was accepted, its pieces put together."""
    entry = await store.get(job_key(job_id))
    if entry is None:
        return None
    parts = await read_parts(store, job_id, unpack_job_head(entry.value).parts)
    if parts is None and await store.get(entry.key) is None:  # It was removed while it was read.
        return None
    if parts is None:
        raise DistributedKubeError(f"the record of job {job_id} is not complete: a part is missing")
    return unpack_job(entry.value, parts)


async def read_parts(store: StateStore, job_id: str, count: int) -> Sequence[bytes] | None:
    """The pieces of a job's record; None when one is gone."""
    parts: list[bytes] = []
    for number in range(count):
        part = await store.get(job_part_key(job_id, number))
        if part is None:
            return None
        parts.append(part.value)
    return parts


async def read_end(store: StateStore, job_id: str) -> EndRecord | None:
    """How a job ended; None when it has not."""
    entry = await store.get(end_key(job_id))
    return unpack_end(entry.value) if entry else None


async def read_view(store: StateStore, live: JobViews, clock: Clock, job_id: str) -> JobView | None:
    """A job as it is: from whoever drives it, from its end, or as it was accepted; None when there is none."""
    view = live.live(job_id)
    if view is not None:
        return view
    end = await read_end(store, job_id)
    if end is not None:
        return end.view
    head = await read_head(store, job_id)
    return accepted_view(job_id, head.pipeline_name, head.submitted_at, clock.now()) if head is not None else None


async def read_result(store: StateStore, job_id: str, parts: int) -> list[ResultItem]:
    """The result of a job that has ended."""
    return [item async for item in result_items(store, job_id, parts)]


async def result_items(store: StateStore, job_id: str, parts: int) -> AsyncGenerator[ResultItem, None]:
    """The same one by one, with one piece of the result in memory at a time.

    Raises ``NotFoundError`` when it is not kept any longer.
    """
    for number in range(parts):
        part = await store.get(result_key(job_id, number))
        if part is None:
            end = await read_end(store, job_id)
            if end is None or end.result_parts <= number:  # It was removed while it was read.
                raise NotFoundError("results", job_id)
            raise DistributedKubeError(f"the result of job {job_id} is not complete: part {number} is missing")
        for item in unpack_result_items(part.value):
            yield item


async def request_intent(store: StateStore, job_id: str, intent: Intent) -> bool:
    """Tells whoever drives a job what is wanted of it; False when it has ended."""
    entry = await store.get(open_key(job_id))
    if entry is None:
        return False
    wish = Put(intent_key(job_id, intent.kind), pack_intent(intent))
    try:
        await store.commit(Transaction([wish], [Compare(entry.key, entry.mod_revision)]))
    except CompareFailedError:
        return False
    return True


async def request_stop(store: StateStore, job_id: str, reason: str, user: str = "") -> bool:
    """Asks whoever drives a job to stop it; False when it has ended."""
    return await request_intent(store, job_id, Intent(IntentKind.STOP, reason, user))


async def open_jobs(store: StateStore) -> AsyncGenerator[str, None]:
    """Ids of all jobs that have not ended."""
    for shard in range(SHARDS):
        async for entry in scan(store, open_prefix(shard)):
            yield last_part(entry.key)
