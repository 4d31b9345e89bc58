"""Accepts jobs: checks everything, then makes the job durable in one transaction. For clients, triggers and calls alike."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from controlplane.api.methods import check
from controlplane.api.nested import Parse, expand, lay_over
from controlplane.api.pipeline_records import check_form, stateless_nodes, stored_pipeline
from controlplane.api.pipelines import fill_defaults, flow_input_of, json_bytes, json_of, merge, to_domain
from controlplane.domain import graph as graphs
from controlplane.domain import pipeline_rules as rules
from controlplane.domain.catalog_records import AlgorithmRecord, algorithm_key, unpack_algorithm
from controlplane.domain.errors import CompareFailedError, InvalidError, NotAllowedError, NotFoundError, raise_first
from controlplane.domain.experiment_records import experiment_key, unpack_experiment
from controlplane.domain.graph import Graph
from controlplane.domain.outbox import accepted_entries
from controlplane.domain.pipeline import DEFAULT_EXPERIMENT, ConcurrencyLimit, NodeKind, Pipeline
from controlplane.domain.records import (
    JobRecord,
    LastRun,
    job_key,
    job_order_key,
    job_part_key,
    journal_prefix,
    live_gate_key,
    live_key,
    live_prefix,
    open_key,
    pack_job,
    request_key,
    runs_prefix,
    unpack_last_run,
)
from controlplane.domain.references import Reference
from controlplane.domain.values import JSON, MAX_INLINE_BYTES, BlobRef, Payload
from controlplane.ports.catalog import AlgorithmCatalog
from controlplane.ports.job_records import read_job
from controlplane.ports.job_starter import StartJob
from controlplane.ports.object_store import ObjectStore
from controlplane.ports.state_store import Compare, Entry, Put, Revision, StateStore, Transaction
from controlplane.ports.system import Clock, Ids
from distributedkube.api.pipeline.v1 import pipeline_pb2

JOB_ID_CHARACTERS = 12

MAX_CHAIN = 32
"""Jobs that start jobs that start jobs: a chain that is longer is taken for a circle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """How a job came about, besides its pipeline."""

    types: tuple[str, ...]
    user: str
    request_id: str = ""
    root_job_id: str | None = None
    parent_job_id: str | None = None
    cache_job_id: str = ""
    cached_nodes: tuple[str, ...] = ()
    external_id: str = ""
    """What the submitter calls the job."""
    expanded: bool = False
    """Whether nested pipelines were replaced before."""


class JobSubmission:
    """Implements ``JobStarter``."""

    def __init__(
        self,
        *,
        store: StateStore,
        objects: ObjectStore,
        catalog: AlgorithmCatalog,
        clock: Clock,
        ids: Ids,
        parse: Parse,
        accepted: Callable[[Revision], None] = lambda _: None,
    ) -> None:
        """``accepted`` is told of each commit that accepted a job, before anybody else hears of it."""
        self._store = store
        self._objects = objects
        self._catalog = catalog
        self._clock = clock
        self._ids = ids
        self._parse = parse
        self._accepted = accepted

    async def stored(self, name: str) -> pipeline_pb2.Pipeline:
        """A stored pipeline; raises ``NotFoundError``."""
        return await stored_pipeline(self._store, name)

    async def submit_stored(self, over: pipeline_pb2.Pipeline, submission: Submission) -> str:
        """Runs a stored pipeline with what ``over`` says instead."""
        raise_first(rules.node_faults(to_domain(over)))
        pipeline = await self.stored(over.name)
        merge(pipeline, over)
        check(pipeline)
        return await self.submit(pipeline, submission)

    async def submit(self, pipeline: pipeline_pb2.Pipeline, submission: Submission) -> str:
        """Validates everything, then makes the job durable; returns its id. A request made before is answered again."""
        given = pipeline_pb2.Pipeline.FromString(pipeline.SerializeToString())
        given.ClearField("flow_input")
        fill_defaults(pipeline)
        # Together, since each time of waiting for the store is a good part of what a small job takes.
        earlier, last_run = await asyncio.gather(self._earlier(submission.request_id), self._last_run(pipeline))
        if earlier:
            return earlier
        check_form(pipeline)
        engine = await self._expanded(pipeline, submission)
        raise_first(rules.spec_faults(engine))
        raise_first(rules.node_faults(engine))
        versions = await self._versions(engine)
        raise_first(rules.gateway_faults(engine))
        raise_first(rules.flow_faults(engine, await stateless_nodes(engine, self._store)))
        graph = rules.build_runnable(engine, submission.cached_nodes)
        flow_input, flow_value = flow_input_of(pipeline)
        shapes = graphs.flow_input_shapes(graph, flow_value)
        await self._experiment(engine.experiment)
        depth = await self._depth(submission.parent_job_id)
        job_id = self._ids.text(JOB_ID_CHARACTERS)
        flow_input = await self._place(job_id, flow_input)
        pipeline.ClearField("flow_input")
        record = JobRecord(
            job_id=job_id,
            submitted_at=self._clock.now(),
            types=submission.types,
            document=pipeline.SerializeToString(),
            given=given.SerializeToString(),
            pipeline=engine,
            flow_input=flow_input,
            flow_input_shapes=shapes,
            root_job_id=submission.root_job_id,
            parent_job_id=submission.parent_job_id,
            depth=depth,
            user=submission.user,
            cache_job_id=submission.cache_job_id,
            cached_nodes=submission.cached_nodes,
            versions=versions,
            external_id=submission.external_id,
            last_run=last_run,
        )
        return await self._accept(record, submission.request_id)

    async def _earlier(self, request_id: str) -> str:
        """The job that a request made before; empty when there is none."""
        if not request_id:
            return ""
        entry = await self._store.get(request_key(request_id))
        return entry.value.decode() if entry is not None else ""

    async def _expanded(self, pipeline: pipeline_pb2.Pipeline, submission: Submission) -> Pipeline:
        """What the engine sees of a pipeline after nested ones have taken the places of their nodes."""
        engine = to_domain(pipeline)
        raise_first(rules.list_faults(engine))
        if submission.expanded or all(node.kind is not NodeKind.PIPELINE for node in engine.nodes):
            return engine
        await expand(pipeline, self.stored, self._parse)
        fill_defaults(pipeline)
        return to_domain(pipeline)

    async def _versions(self, engine: Pipeline) -> Mapping[str, str]:
        """Versions of the algorithms that are used; raises when one is not there or cannot run."""
        versions: dict[str, str] = {}
        for node in engine.nodes:
            name = node.algorithm
            if name in versions or not node.kind.names_algorithm:
                continue
            # The view in memory may lag behind by a moment, so only its yes counts.
            known = self._catalog.get(name)
            found = known or _check_runnable(name, await self._store.get(algorithm_key(name)), node.kind)
            versions[name] = found.version
        return versions

    async def _experiment(self, name: str) -> Sequence[Compare]:
        """Holds as long as an experiment is there; raises ``NotFoundError``."""
        if name == DEFAULT_EXPERIMENT:
            return ()
        entry = await self._store.get(experiment_key(name))
        if entry is None or unpack_experiment(entry.value).deleting:
            raise NotFoundError("experiment", name)
        return [Compare(entry.key, entry.mod_revision)]

    async def _last_run(self, pipeline: pipeline_pb2.Pipeline) -> LastRun | None:
        newest = await self._store.range(runs_prefix(pipeline.experiment_name, pipeline.name), limit=1)
        return unpack_last_run(newest.entries[0].value) if newest.entries else None

    async def _depth(self, parent_job_id: str | None) -> int:
        if parent_job_id is None:
            return 0
        parent = await read_job(self._store, parent_job_id)
        depth = parent.depth + 1 if parent is not None else 1
        if depth > MAX_CHAIN:
            raise NotAllowedError(
                f"job {parent_job_id} is the last of {MAX_CHAIN} jobs that started each other: is it a circle?",
                reason="CHAIN_TOO_LONG",
            )
        return depth

    async def _place(self, job_id: str, flow_input: Payload) -> Payload:
        """A large flow input goes to the object store."""
        if flow_input.data is None or len(flow_input.data) <= MAX_INLINE_BYTES:
            return flow_input
        info = await self._objects.put(f"job/{job_id}/flow-input", flow_input.data)
        return Payload(flow_input.content_type, None, BlobRef(info.key, info.size_bytes, info.sha256))

    async def _accept(self, record: JobRecord, request_id: str) -> str:
        while True:
            record, compares, gate = await self._within_limit(record)
            compares = [*compares, *await self._experiment(record.pipeline.experiment)]
            head, parts = pack_job(record)
            for number, part in enumerate(parts):
                await self._store.commit(Transaction([Put(job_part_key(record.job_id, number), part)]))
            pipeline = record.pipeline
            writes = [
                Put(job_key(record.job_id), head),
                Put(job_order_key(record.submitted_at, record.job_id), b""),
                Put(live_key(pipeline.experiment, pipeline.name, record.job_id), b""),
                Put(open_key(record.job_id), head if not parts else b""),
                *(Put(key, value) for key, value in accepted_entries(record, request_id)),
                *gate,
            ]
            if request_id:
                key = request_key(request_id)
                writes.append(Put(key, record.job_id.encode()))
                compares = [*compares, Compare(key, Revision(0))]
            try:
                self._accepted(await self._store.commit(Transaction(writes, compares)))
            except CompareFailedError:
                # Either the same request came in twice, or another job of the pipeline did meanwhile,
                # or the experiment is being deleted.
                if earlier := await self._earlier(request_id):
                    return earlier
                continue
            return record.job_id

    async def _within_limit(self, record: JobRecord) -> tuple[JobRecord, Sequence[Compare], Sequence[Put]]:
        """Counts the jobs of a limited pipeline; the comparison fails when another limited one comes in meanwhile."""
        limit = record.pipeline.concurrency
        if limit is None:
            return record, (), ()
        experiment, name = record.pipeline.experiment, record.pipeline.name
        gate = live_gate_key(experiment, name)
        entry = await self._store.get(gate)
        live = await self._store.range(live_prefix(experiment, name), limit=limit.amount)
        exceeded = len(live.entries) >= limit.amount
        if exceeded and limit.reject:
            raise _limit_error(limit)
        revision = entry.mod_revision if entry else Revision(0)
        return replace(record, max_exceeded=exceeded), [Compare(gate, revision)], [Put(gate, b"")]

    # Again

    async def rerun(self, job_id: str, *, user: str, request_id: str) -> str:
        """Runs the pipeline of a job again, as it was given then."""
        record = await read_job(self._store, job_id)
        if record is None:
            raise NotFoundError("jobId", job_id)
        pipeline = pipeline_pb2.Pipeline.FromString(record.given)
        await self._add_flow_input(pipeline, record)
        types = tuple(dict.fromkeys((*record.types, "rerun")))
        if record.cache_job_id:
            pipeline = pipeline_pb2.Pipeline.FromString(record.document)
            await self._add_flow_input(pipeline, record)
        submission = Submission(
            types=types,
            user=user,
            request_id=request_id,
            cache_job_id=record.cache_job_id,
            cached_nodes=record.cached_nodes,
            expanded=bool(record.cache_job_id),
        )
        return await self.submit(pipeline, submission)

    async def run_from(self, job_id: str, node: str, *, user: str, request_id: str) -> str:
        """Runs one node of a job and what follows it, with the outputs of that job for all others."""
        record = await read_job(self._store, job_id)
        if record is None:
            raise InvalidError(f"unable to find pipeline {job_id}", field="job_id")
        graph = graphs.build(record.pipeline, cached=record.cached_nodes)
        if node not in graph.nodes or graph.nodes[node].is_cached:
            raise InvalidError(f"cant find relations for {node}", field="node_name")
        _check_no_any(graph)
        if not (await self._store.range(journal_prefix(job_id), limit=1)).entries:
            raise NotAllowedError(f"the outputs of job {job_id} were not kept", reason="NO_CACHED_RESULTS")
        pipeline = pipeline_pb2.Pipeline.FromString(record.document)
        kept = _from(graph, node)
        nodes = [n for n in pipeline.nodes if n.node_name in kept]
        edges = [e for e in pipeline.edges if e.source in kept and e.target in kept]
        pipeline.ClearField("nodes")
        pipeline.nodes.extend(nodes)
        pipeline.ClearField("edges")
        pipeline.edges.extend(edges)
        for message in pipeline.nodes:
            if message.node_name == node:
                message.cache_job_id = job_id
        pipeline.name = f"{pipeline.name}-{node}"
        check(pipeline)
        await self._add_flow_input(pipeline, record)
        submission = Submission(
            types=tuple(dict.fromkeys((*record.types, "node"))),
            user=user,
            request_id=request_id,
            root_job_id=record.root_job_id or job_id,
            cache_job_id=job_id,
            cached_nodes=_needed(graph, kept),
            expanded=True,
        )
        return await self.submit(pipeline, submission)

    async def _add_flow_input(self, pipeline: pipeline_pb2.Pipeline, record: JobRecord) -> None:
        payload = record.flow_input
        if payload.is_null:
            return
        data = payload.data
        if payload.ref is not None:
            data = b"".join([piece async for piece in self._objects.read(payload.ref.key)])
        pipeline.flow_input.content_type = payload.content_type
        pipeline.flow_input.data = data or b""

    # JobStarter

    async def start_stored(self, name: str, start: StartJob) -> str:
        pipeline = await self.stored(name)
        return await self._start(pipeline, start)

    async def start_raw(self, descriptor: bytes, start: StartJob) -> str:
        pipeline = self._parse(descriptor)
        check(pipeline)
        return await self._start(pipeline, start)

    async def _start(self, pipeline: pipeline_pb2.Pipeline, start: StartJob) -> str:
        if start.flow_input is not None:
            own = json_of(pipeline.flow_input, "flow_input")
            merged = lay_over(own if isinstance(own, Mapping) else {}, start.flow_input)
            pipeline.flow_input.content_type = JSON
            pipeline.flow_input.data = json_bytes(merged)
        if start.experiment:
            pipeline.experiment_name = start.experiment
        pipeline.tags.extend(tag for tag in start.tags if tag not in pipeline.tags)
        submission = Submission(
            types=start.types,
            user=start.user,
            request_id=start.request_id,
            root_job_id=start.root_job_id,
            parent_job_id=start.parent_job_id,
        )
        return await self.submit(pipeline, submission)


def _limit_error(limit: ConcurrencyLimit) -> NotAllowedError:
    return NotAllowedError(
        f"maximum number [{limit.amount}] of concurrent pipelines has been reached", reason="PIPELINE_LIMIT"
    )


def _check_no_any(graph: Graph) -> None:
    for spec in graph.nodes.values():
        for binding in spec.bindings:
            if isinstance(binding.source, Reference) and binding.source.any_element:
                raise InvalidError(
                    f"relation {binding.source.relation.value} for node {spec.name} is not allowed", field="node_name"
                )


def _from(graph: Graph, node: str) -> set[str]:
    """A node and all that follows it."""
    found: set[str] = set()
    ahead = [node]
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead += graph.nodes[name].children
    return found


def _needed(graph: Graph, kept: set[str]) -> tuple[str, ...]:
    """Nodes outside whose outputs are referred to from inside."""
    roots = {
        binding.source.root
        for name in kept
        for binding in graph.nodes[name].bindings
        if isinstance(binding.source, Reference)
    }
    return tuple(sorted(name for name in roots & graph.nodes.keys() if name not in kept))


def _check_runnable(name: str, entry: Entry | None, kind: NodeKind) -> AlgorithmRecord:
    if entry is None:
        if kind is NodeKind.DEBUG:
            raise InvalidError(f"debug {name} does not exists", reason="NOT_FOUND")
        raise NotFoundError("algorithm", name)
    record = unpack_algorithm(entry.value)
    if not record.runtime:
        raise NotAllowedError(
            f"missing image for algorithm {name}",
            reason="ALGORITHM_NOT_READY",
            details=f"build {record.build_id} has not made a version yet" if record.build_id else None,
        )
    return record
