"""Puts together what the tasks of a node need: their context, with all sources loaded or referred to.

Small inputs go along inline and are made without waiting. A large list (the results of a batch for a node that reduces
them) is written to the object store in chunks, so that no message grows with the size of a run.
"""

from collections.abc import Iterable, Sequence

import msgpack

from controlplane.domain.graph import GraphNode
from controlplane.domain.job_machine import JobMachine
from controlplane.domain.node_run import NodeRun
from controlplane.domain.records import JobRecord
from controlplane.domain.references import FLOW_INPUT
from controlplane.domain.task_context import (
    Chunk,
    NodeContext,
    PayloadList,
    Source,
    SourceKey,
    TaskValues,
    shared_args,
    source_keys,
)
from controlplane.domain.values import MAX_INLINE_BYTES, MSGPACK, BlobRef, Payload
from controlplane.ports.object_store import ObjectStore
from controlplane.roles.driver.result_log import ResultLog, pages

MAX_INLINE_LIST = 256 * 1024
"""Bytes of a list that goes along inline."""

CHUNK_BYTES = 4 * 1024 * 1024
CHUNK_MEMBERS = 50_000
"""A chunk of small members ends here: while it is gathered each costs much more than its bytes."""

PAGE = 4096
"""Outputs loaded at a time."""

PART_OVERHEAD = 16
_NIL = b"\xc0"


class InputBuilder:
    """For one job."""

    def __init__(self, record: JobRecord, machine: JobMachine, log: ResultLog, objects: ObjectStore) -> None:
        self._record = record
        self._machine = machine
        self._log = log
        self._objects = objects

    def context_now(self, name: str) -> NodeContext | None:
        """The context of a node if everything it needs is at hand and small; else None."""
        spec = self._machine.nodes[name].spec
        keys, _ = source_keys(spec)
        sources: list[Source] = []
        for key in keys:
            source = self._source_now(key)
            if source is None:
                return None
            sources.append(source)
        return self._context(spec, sources)

    async def context(self, name: str) -> NodeContext:
        """The context of a node, however large its inputs are."""
        spec = self._machine.nodes[name].spec
        keys, _ = source_keys(spec)
        sources: list[Source] = []
        for number, key in enumerate(keys):
            source = self._source_now(key)
            if source is None:
                source = await self._load(key, f"job/{self._record.job_id}/input/{spec.number}/{number}")
            sources.append(source)
        return self._context(spec, sources)

    def values_now(self, name: str, tasks: Sequence[int]) -> dict[int, TaskValues] | None:
        """What each of these tasks has of its own, or None when an output it needs is not in memory."""
        run = self._machine.nodes[name]
        if run.spec.caller:
            return {task: self._called_with(name, task) for task in tasks}
        elements = [run.emission_of(task).trigger for task in tasks]
        outputs = self._log.cached(self._element_results(run, elements))
        return None if outputs is None else _task_values(run, tasks, outputs)

    async def values(self, name: str, tasks: Sequence[int]) -> dict[int, TaskValues]:
        """The same, from the journal where needed. Ask for a page of tasks at a time."""
        run = self._machine.nodes[name]
        elements = [run.emission_of(task).trigger for task in tasks]
        return _task_values(run, tasks, await self._log.load(self._element_results(run, elements)))

    def _called_with(self, name: str, task: int) -> TaskValues:
        call = self._machine.calls.of_task(name, task)
        assert call is not None, f"task {task} of {name} runs after its call has ended"
        return TaskValues((call.call.input,), (), 0, call.call.call_id)

    def _element_results(self, run: NodeRun, elements: Sequence[int]) -> list[int]:
        """Numbers of the outputs of these elements in each parent, parents side by side; -1 where there is none."""
        parents = [self._machine.nodes[name].results for name in run.spec.any_parents]
        return [results[e] if e < len(results) else -1 for e in elements for results in parents]

    def _context(self, spec: GraphNode, sources: Sequence[Source]) -> NodeContext:
        record = self._record
        run = self._machine.nodes[spec.name]
        return NodeContext(
            job_id=record.job_id,
            node=spec.name,
            node_number=spec.number,
            pipeline=record.pipeline.name,
            algorithm=spec.node.algorithm,
            priority=record.pipeline.priority,
            args=shared_args(record, spec),
            template=spec.template,
            sources=tuple(sources),
            bindings=source_keys(spec)[1],
            save_paths=spec.save_paths,
            ttl_seconds=spec.node.ttl_seconds,
            is_batch=run.is_batch,
            operation=spec.node.batch_operation,
            sizes=run.sizes,
        )

    def _source_now(self, key: SourceKey) -> Source | None:
        if key.literal is not None:
            data: bytes = msgpack.packb(list(key.literal.elements))
            return Payload(MSGPACK, data) if len(data) <= MAX_INLINE_BYTES else None
        if key.root == FLOW_INPUT:
            return self._record.flow_input
        run = self._machine.nodes[key.root]
        if not run.is_batch:
            outputs = self._log.cached(run.results)
            return outputs[0] if outputs else None
        numbers = _members(run, key)
        if len(numbers) * PART_OVERHEAD > MAX_INLINE_LIST:
            return None
        outputs = self._log.cached(numbers)
        if outputs is None or sum(len(o.data or b"") + PART_OVERHEAD for o in outputs) > MAX_INLINE_LIST:
            return None
        return PayloadList(tuple(_inline_parts(outputs)))

    async def _load(self, key: SourceKey, object_key: str) -> Source:
        if key.literal is not None:
            return await self._store(msgpack.packb(list(key.literal.elements)), object_key)
        run = self._machine.nodes[key.root]
        if not run.is_batch:
            return (await self._log.load(run.results))[0]
        return await self._load_list(_members(run, key), object_key)

    async def _load_list(self, numbers: Sequence[int], object_key: str) -> PayloadList:
        parts: list[Payload | Chunk] = []
        pending: list[bytes] = []
        size = 0

        async def flush() -> None:
            nonlocal size
            if pending:
                array = await self._store(_array(pending), f"{object_key}/{len(parts)}")
                parts.append(Chunk(array, len(pending)))
                pending.clear()
                size = 0

        for page in pages(numbers, PAGE):
            for output in await self._log.load(page):
                data = _as_member(output)
                if data is None:
                    await flush()
                    parts.append(output)
                    continue
                pending.append(data)
                size += len(data)
                if size >= CHUNK_BYTES or len(pending) >= CHUNK_MEMBERS:
                    await flush()
        await flush()
        return PayloadList(tuple(parts))

    async def _store(self, data: bytes, object_key: str) -> Payload:
        info = await self._objects.put(object_key, data)
        return Payload(MSGPACK, None, BlobRef(info.key, info.size_bytes, info.sha256))


def _task_values(run: NodeRun, tasks: Sequence[int], outputs: Sequence[Payload]) -> dict[int, TaskValues]:
    count = len(run.spec.any_parents)
    fans_out = run.emissions is not None
    return {
        task: TaskValues(
            tuple(outputs[i * count : (i + 1) * count]),
            run.elements(task) if fans_out else (),
            run.emission_of(task).trigger + 1,
        )
        for i, task in enumerate(tasks)
    }


def _members(run: NodeRun, key: SourceKey) -> Sequence[int]:
    """Result numbers of a batch, -1 where there is none, or without those."""
    return [number for number in run.results if number >= 0] if key.survivors else run.results


def _as_member(output: Payload) -> bytes | None:
    """The output as an element of a msgpack array, if it can be one as it is."""
    if output.ref is not None:
        return None
    if output.is_null:
        return _NIL
    return output.data if output.content_type == MSGPACK else None


def _inline_parts(outputs: Iterable[Payload]) -> Iterable[Payload | Chunk]:
    """Neighbours that can be array elements become one chunk."""
    pending: list[bytes] = []
    for output in outputs:
        data = _as_member(output)
        if data is not None:
            pending.append(data)
            continue
        if pending:
            yield Chunk(Payload(MSGPACK, _array(pending)), len(pending))
            pending = []
        yield output
    if pending:
        yield Chunk(Payload(MSGPACK, _array(pending)), len(pending))


def _array(members: Sequence[bytes]) -> bytes:
    """Concatenated msgpack values are an array once its header is put before them; nothing is decoded."""
    header: bytes = msgpack.Packer().pack_array_header(len(members))
    return header + b"".join(members)
