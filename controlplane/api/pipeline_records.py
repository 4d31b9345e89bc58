"""Stored pipelines between the contract and the store: what goes into a record, and how it looks to callers."""

import json
from dataclasses import replace

from controlplane.api.algorithms import audit_entry
from controlplane.api.pipelines import json_of, to_domain
from controlplane.api.views import timestamp
from controlplane.domain.catalog_records import (
    Audit,
    CronSpec,
    PipelineRecord,
    algorithm_key,
    pack,
    pipeline_key,
    unpack_algorithm,
    unpack_pipeline,
    with_audit,
)
from controlplane.domain.cron import DEFAULT_TIME_ZONE, parse_cron
from controlplane.domain.errors import InvalidError, NotAllowedError, NotFoundError, raise_first
from controlplane.domain.pipeline import STATEFUL, STATELESS, STREAM, NodeKind, Pipeline
from controlplane.domain.pipeline_rules import gateway_faults, store_faults
from controlplane.ports.state_store import MAX_VALUE_BYTES, Entry, StateStore
from distributedkube.api.algorithm.v1 import algorithm_pb2
from distributedkube.api.pipeline.v1 import pipeline_pb2 as pb

MAX_RECORD_BYTES = MAX_VALUE_BYTES - 8 * 1024
"""Of a stored pipeline; what is left is for the record of its version, which holds it."""

SERVER_FIELDS = ("version", "audit_trail", "types", "root_job_id")
"""What callers send of these is dropped."""


async def check_storable(pipeline: pb.Pipeline, store: StateStore) -> Pipeline:
    """Holds a pipeline, defaults filled in, to all rules of storing; returns what rules see of it.

    Raises ``InvalidError``, ``NotFoundError`` and ``NotAllowedError`` for the first one that it breaks.
    """
    check_form(pipeline)
    engine = to_domain(pipeline)
    raise_first(store_faults(engine))
    for name in algorithms_of(engine):
        await check_algorithm(name, store)
    raise_first(gateway_faults(engine))
    return engine


def check_form(pipeline: pb.Pipeline) -> None:
    """What is left of the form of fields; raises ``InvalidError``."""
    cron = pipeline.triggers.cron
    if pipeline.triggers.HasField("cron"):
        parse_cron(cron.pattern, cron.time_zone or DEFAULT_TIME_ZONE, where="triggers.cron.")
    if not isinstance(json_of(pipeline.flow_input, "flow_input"), dict | None):
        raise InvalidError("data.flowInput should be object,null", field="flow_input")


def algorithms_of(engine: Pipeline) -> tuple[str, ...]:
    """Algorithms that the author names, each once, in the order of the nodes."""
    return tuple(dict.fromkeys(node.algorithm for node in engine.nodes if node.kind.names_algorithm))


async def check_algorithm(name: str, store: StateStore) -> None:
    entry = await store.get(algorithm_key(name))
    if entry is None:
        raise NotFoundError("algorithm", name)
    record = unpack_algorithm(entry.value)
    if not (record.runtime or record.build_id):
        raise NotAllowedError(f"missing image for algorithm {name}", reason="ALGORITHM_NOT_READY")


async def stateless_nodes(engine: Pipeline, store: StateStore) -> frozenset[str]:
    """Nodes of a stream pipeline that keep no state, by what they say or else what their algorithm says."""
    if engine.kind != STREAM:
        return frozenset()
    said = {name: await _state_type(name, store) for name in algorithms_of(engine)}
    return frozenset(
        node.name
        for node in engine.nodes
        if node.kind is not NodeKind.GATEWAY and (node.state_type or said.get(node.algorithm, STATELESS)) == STATELESS
    )


async def _state_type(algorithm: str, store: StateStore) -> str:
    entry = await store.get(algorithm_key(algorithm))
    document = algorithm_pb2.Algorithm.FromString(unpack_algorithm(entry.value).document) if entry else None
    is_stateful = document is not None and document.state_type == algorithm_pb2.Algorithm.STATE_TYPE_STATEFUL
    return STATEFUL if is_stateful else STATELESS


def make_record(
    pipeline: pb.Pipeline,
    *,
    stored: PipelineRecord | None,
    version: str,
    audit: Audit,
    now: float,
) -> PipelineRecord:
    """The record of a checked pipeline. ``modified`` must be set; ``now`` is when clock times may have changed.

    Raises ``InvalidError`` for clock times that make no sense, and for what is too large to be stored.
    """
    document = pb.Pipeline.FromString(pipeline.SerializeToString())
    for field in SERVER_FIELDS:
        document.ClearField(field)  # type: ignore[arg-type]
    triggers = pipeline.triggers
    record = PipelineRecord(
        name=pipeline.name,
        document=document.SerializeToString(deterministic=True),
        version=version,
        created_at=stored.created_at if stored else now,
        modified_at=document.modified.ToMilliseconds() / 1000,
        audit=with_audit(stored.audit if stored else (), audit),
        algorithms=algorithms_of(to_domain(document)),
        cron=cron_spec(triggers.cron, stored, now) if triggers.HasField("cron") else None,
        starts_after=tuple(triggers.pipelines),
    )
    size = len(pack(record))
    if size > MAX_RECORD_BYTES:
        raise InvalidError(
            f"pipeline {pipeline.name} takes {size} bytes, at most {MAX_RECORD_BYTES} can be stored: "
            "send a large flowInput with each run instead",
            reason="PIPELINE_TOO_LARGE",
            field="flow_input",
        )
    return record


def snapshot_of(pipeline: pb.Pipeline, record: PipelineRecord) -> bytes:
    """What a version keeps: the pipeline as its author sent it, defaults filled in, without times of the server."""
    document = pb.Pipeline.FromString(pipeline.SerializeToString())
    for field in SERVER_FIELDS:
        document.ClearField(field)  # type: ignore[arg-type]
    kept = PipelineRecord(
        name=record.name,
        document=document.SerializeToString(deterministic=True),
        version=record.version,
        created_at=record.created_at,
        modified_at=record.modified_at,
    )
    return pack(kept)


def to_message(record: PipelineRecord) -> pb.Pipeline:
    """The stored pipeline as callers see it."""
    pipeline = snapshot_message(record)
    if not pipeline.HasField("modified"):  # Stored before documents held it.
        pipeline.modified.CopyFrom(timestamp(record.modified_at))
    pipeline.audit_trail.extend(audit_entry(entry) for entry in record.audit)
    return pipeline


def snapshot_message(record: PipelineRecord) -> pb.Pipeline:
    """The same without what only the current pipeline has."""
    pipeline = pb.Pipeline.FromString(record.document)
    pipeline.version = record.version
    return pipeline


async def must_get(store: StateStore, name: str) -> Entry:
    """The entry of a stored pipeline; raises ``NotFoundError``."""
    entry = await store.get(pipeline_key(name))
    if entry is None:
        raise NotFoundError("pipeline", name)
    return entry


async def stored_pipeline(store: StateStore, name: str) -> pb.Pipeline:
    """A stored pipeline as callers see it; raises ``NotFoundError``."""
    return to_message(unpack_pipeline((await must_get(store, name)).value))


def cron_spec(cron: pb.Cron, stored: PipelineRecord | None, now: float) -> CronSpec:
    """The clock times of a pipeline, checked, and since when they are so.

    Raises ``InvalidError`` that names the field at fault.
    """
    spec = CronSpec(
        enabled=cron.enabled,
        pattern=cron.pattern,
        time_zone=cron.time_zone or DEFAULT_TIME_ZONE,
        catch_up=cron.missed_runs == pb.Cron.MISSED_RUNS_ONCE,
        since=now,
    )
    parse_cron(spec.pattern, spec.time_zone, where="triggers.cron.")
    before = stored.cron if stored else None
    return replace(spec, since=before.since) if before and spec.same_times(before) else spec


def same(one: pb.Pipeline, other: pb.Pipeline) -> bool:
    """Whether two pipelines say the same; how JSON in them is spaced and ordered does not count."""
    return _canonical(one) == _canonical(other)


def _canonical(pipeline: pb.Pipeline) -> bytes:
    copy = pb.Pipeline.FromString(pipeline.SerializeToString())
    payloads = [copy.flow_input] if copy.HasField("flow_input") else []
    opens = [copy.open, copy.options.open] if copy.HasField("options") else [copy.open]
    for node in copy.nodes:
        payloads += [*node.input, *(getattr(node, name) for name in ("spec", "extra_data") if node.HasField(name))]
        opens.append(node.open)
    for payload in payloads:
        if payload.WhichOneof("location") == "data":
            payload.data = _canonical_json(payload.data)
    for entries in opens:
        for key, value in entries.items():
            entries[key] = _canonical_json(value)
    return copy.SerializeToString(deterministic=True)


def _canonical_json(data: bytes) -> bytes:
    try:
        return json.dumps(json.loads(data), sort_keys=True, separators=(",", ":")).encode()
    except (ValueError, RecursionError):  # No JSON: only equal to the very same bytes.
        return data
