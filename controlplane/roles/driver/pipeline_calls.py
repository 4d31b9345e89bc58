"""Pipelines that user code called: each is a job of its own, started once, watched until it ends, stopped with its caller.

The id of the start request follows from the call, so that after a crash the same call finds the same job.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from hashlib import blake2s
from typing import Any

import msgpack

from controlplane.domain.calls import Call, CallKind, CallOutcome
from controlplane.domain.errors import CompactedError, DistributedKubeError, InvalidError, UnavailableError
from controlplane.domain.job_events import CallKey, JobState
from controlplane.domain.records import (
    EndRecord,
    JobRecord,
    ResultItem,
    end_key,
    request_key,
    unpack_end,
)
from controlplane.domain.values import (
    JSON,
    MAX_INLINE_BYTES,
    MSGPACK,
    BlobRef,
    Failure,
    FailureCategory,
    Json,
    Payload,
)
from controlplane.ports.job_records import read_result, request_stop
from controlplane.ports.job_starter import StartJob
from controlplane.ports.state_store import Revision
from controlplane.roles.driver.tools import SUB_PIPELINE, DriverTools

MAX_DESCRIPTOR_BYTES = 48 * 1024
"""A larger pipeline has to be stored and called by its name."""

MAX_FLOW_INPUT_BYTES = 16 * 1024 * 1024
MAX_RESULT_BYTES = 64 * 1024 * 1024
RETRY_SECONDS = 0.2


def call_request_id(job_id: str, key: CallKey) -> str:
    """The id of the request that a call of a job makes."""
    text = "\0".join((job_id, *map(str, key)))
    return "call-" + blake2s(text.encode(), digest_size=20).hexdigest()


@dataclass(frozen=True, slots=True)
class _Running:
    task: asyncio.Task[None]
    started: asyncio.Event
    """Set once the job is durable, or will never be."""


class PipelineCalls:
    """For one job."""

    def __init__(
        self,
        record: JobRecord,
        tools: DriverTools,
        on_end: Callable[[CallKey, CallOutcome], None],
        on_broken: Callable[[BaseException], None],
    ) -> None:
        self._record = record
        self._tools = tools
        self._on_end = on_end
        self._on_broken = on_broken
        self._running: dict[CallKey, _Running] = {}
        self._stopping: set[asyncio.Task[None]] = set()

    def refusal(self, call: Call) -> str:
        """Why a call cannot be made at all; empty when it can."""
        if call.kind is CallKind.ALGORITHM and self._tools.catalog.get(call.name) is None:
            return f"algorithm {call.name} Not Found, or it has no version that can run"
        if len(call.descriptor) > MAX_DESCRIPTOR_BYTES:
            return f"a called pipeline has at most {MAX_DESCRIPTOR_BYTES} bytes: store it and call it by its name"
        return ""

    def start(self, key: CallKey, call: Call) -> None:
        started = asyncio.Event()
        task = asyncio.create_task(self._run(key, call, started), name=f"call-{self._record.job_id}-{key.call_id}")
        self._running[key] = _Running(task, started)
        task.add_done_callback(self._report)

    def stop(self, key: CallKey, reason: str) -> None:
        """The called pipeline is not wanted any more."""
        running = self._running.pop(key, None)
        task = asyncio.create_task(
            self._stop(running, call_request_id(self._record.job_id, key), reason), name=f"stop-{key.call_id}"
        )
        self._stopping.add(task)
        task.add_done_callback(self._stopped)

    async def settle(self) -> None:
        """Returns when all jobs that are to stop have been told so."""
        while self._stopping:
            await asyncio.wait(self._stopping)

    async def close(self) -> None:
        """Lets go of everything; the jobs go on."""
        tasks = [*(running.task for running in self._running.values()), *self._stopping]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _stopped(self, task: asyncio.Task[None]) -> None:
        self._stopping.discard(task)
        self._report(task)

    def _report(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self._on_broken(error)

    async def _run(self, key: CallKey, call: Call, started: asyncio.Event) -> None:
        """Starts the job and waits for its end. While a store is away it waits for the store."""
        while True:
            try:
                job_id = await self._start(key, call)
                started.set()
                outcome = await self._outcome(job_id, include_result=call.include_result)
                break
            except UnavailableError:
                await self._tools.clock.sleep(RETRY_SECONDS)
            except DistributedKubeError as error:
                outcome = CallOutcome(failure=Failure(category=FailureCategory.USER_CODE, message=error.message))
                break
        started.set()
        self._running.pop(key, None)
        self._on_end(key, outcome)

    async def _start(self, key: CallKey, call: Call) -> str:
        record = self._record
        stored = call.kind is CallKind.STORED_PIPELINE
        start = StartJob(
            request_id=call_request_id(record.job_id, key),
            types=("internal", "stored" if stored else "raw", SUB_PIPELINE),
            user=f"{record.job_id}/{key.node}",
            flow_input=await self._flow_input(call.input),
            root_job_id=record.root_job_id or record.job_id,
            parent_job_id=record.job_id,
            experiment=record.pipeline.experiment,
        )
        if stored:
            return await self._tools.starter.start_stored(call.name, start)
        return await self._tools.starter.start_raw(call.descriptor, start)

    async def _flow_input(self, payload: Payload) -> Mapping[str, Json] | None:
        if payload.is_null:
            return None
        if payload.size_bytes > MAX_FLOW_INPUT_BYTES:
            raise InvalidError(f"the flow input of a called pipeline has at most {MAX_FLOW_INPUT_BYTES} bytes")
        value = _decoded(payload.content_type, await self._bytes(payload))
        if not isinstance(value, dict) or not _is_json(value):
            raise InvalidError("the flow input of a called pipeline must be an object of plain JSON values")
        return value

    async def _bytes(self, payload: Payload) -> bytes:
        if payload.ref is None:
            return payload.data or b""
        return b"".join([piece async for piece in self._tools.objects.read(payload.ref.key)])

    async def _stop(self, running: _Running | None, request_id: str, reason: str) -> None:
        if running is not None:
            await running.started.wait()
            running.task.cancel()
        while True:
            try:
                entry = await self._tools.store.get(request_key(request_id))
                if entry is not None:
                    await request_stop(self._tools.store, entry.value.decode(), reason)
                return
            except UnavailableError:
                await self._tools.clock.sleep(RETRY_SECONDS)

    # How it ended

    async def _outcome(self, job_id: str, *, include_result: bool) -> CallOutcome:
        end = await self._end(job_id)
        view = end.view
        match view.state:
            case JobState.COMPLETED if include_result:
                return CallOutcome(output=await self._result(job_id, end))
            case JobState.COMPLETED:
                return CallOutcome(output=Payload(MSGPACK, None))
            case JobState.STOPPED:
                return CallOutcome(stopped=view.reason or "it was stopped")
            case _:
                failure = Failure(category=FailureCategory.USER_CODE, message=view.error, source=view.failed_node)
                return CallOutcome(failure=failure)

    async def _end(self, job_id: str) -> EndRecord:
        """The end of a job, as soon as there is one."""
        store, key = self._tools.store, end_key(job_id)
        while True:
            page = await store.range(key, limit=1)
            if page.entries:
                return unpack_end(page.entries[0].value)
            try:
                await self._written(key, page.revision)
            except CompactedError:
                continue

    async def _written(self, key: str, after: Revision) -> None:
        async with aclosing(self._tools.store.watch(key, after=after)) as changes:
            async for _ in changes:
                return

    async def _result(self, job_id: str, end: EndRecord) -> Payload:
        """The list of the job's result items as one value."""
        items = await read_result(self._tools.store, job_id, end.result_parts)
        packer = msgpack.Packer()
        pieces: list[bytes] = [packer.pack_array_header(len(items))]
        size = 0
        async for piece in self._items(items):
            size += len(piece)
            if size > MAX_RESULT_BYTES:
                raise InvalidError(
                    f"the result of job {job_id} has more than {MAX_RESULT_BYTES} bytes: call without it"
                )
            pieces.append(piece)
        data = b"".join(pieces)
        if len(data) <= MAX_INLINE_BYTES:
            return Payload(MSGPACK, data)
        info = await self._tools.objects.put(f"job/{self._record.job_id}/call/{job_id}", data)
        return Payload(MSGPACK, None, BlobRef(info.key, info.size_bytes, info.sha256))

    async def _items(self, items: list[ResultItem]) -> AsyncGenerator[bytes, None]:
        packer = msgpack.Packer()
        for item in items:
            fields: dict[str, object] = {"nodeName": item.node, "algorithmName": item.algorithm}
            if item.batch_index:
                fields["batchIndex"] = item.batch_index
            if item.error:
                fields["error"] = item.error
            output = item.output
            yield packer.pack_map_header(len(fields) + (output is not None))
            for name, value in fields.items():
                yield packer.pack(name) + packer.pack(value)
            if output is not None:
                yield packer.pack("result") + await self._value(output)

    async def _value(self, output: Payload) -> bytes:
        """A value as msgpack, as it is where it is that already."""
        data = await self._bytes(output)
        if output.is_null:
            return b"\xc0"
        if output.content_type == MSGPACK:
            return data
        packed: bytes = msgpack.packb(_decoded(JSON, data) if output.content_type == JSON else data)
        return packed


def _decoded(content_type: str, data: bytes) -> Any:
    """A value in JSON or msgpack; None when it is neither."""
    try:
        if content_type == JSON:
            return json.loads(data)
        return msgpack.unpackb(data) if content_type == MSGPACK else None
    except ValueError:
        return None


def _is_json(value: object) -> bool:
    """Whether it holds nothing that only msgpack knows."""
    match value:
        case None | bool() | int() | float() | str():
            return True
        case list():
            return all(map(_is_json, value))
        case dict():
            return all(isinstance(key, str) and _is_json(item) for key, item in value.items())
        case _:
            return False
