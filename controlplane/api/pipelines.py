"""Pipelines between the contract and the domain: defaults, overrides, and what the engine needs of them."""

import json
from collections.abc import Iterable
from typing import cast

import msgpack
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from controlplane.domain import pipeline as domain
from controlplane.domain.errors import InvalidError
from controlplane.domain.references import MAX_DEPTH
from controlplane.domain.values import JSON, NULL, Json, Payload
from distributedkube.api.algorithm.v1 import algorithm_pb2
from distributedkube.api.pipeline.v1 import pipeline_pb2 as pb
from distributedkube.api.type.v1 import payload_pb2

_POLICIES = {
    pb.Retry.POLICY_UNSPECIFIED: domain.RetryPolicy.ON_CRASH,
    pb.Retry.POLICY_NEVER: domain.RetryPolicy.NEVER,
    pb.Retry.POLICY_ALWAYS: domain.RetryPolicy.ALWAYS,
    pb.Retry.POLICY_ON_ERROR: domain.RetryPolicy.ON_ERROR,
    pb.Retry.POLICY_ON_CRASH: domain.RetryPolicy.ON_CRASH,
}

_VERBOSITY = {
    number: domain.Verbosity[name.removeprefix("PROGRESS_VERBOSITY_LEVEL_")]
    for name, number in pb.PipelineOptions.ProgressVerbosityLevel.items()
    if number
}

_KINDS = {
    pb.Node.KIND_UNSPECIFIED: domain.NodeKind.ALGORITHM,
    pb.Node.KIND_ALGORITHM: domain.NodeKind.ALGORITHM,
    pb.Node.KIND_PIPELINE: domain.NodeKind.PIPELINE,
    pb.Node.KIND_DEBUG: domain.NodeKind.DEBUG,
    pb.Node.KIND_DATA_SOURCE: domain.NodeKind.DATA_SOURCE,
    pb.Node.KIND_GATEWAY: domain.NodeKind.GATEWAY,
    pb.Node.KIND_OUTPUT: domain.NodeKind.OUTPUT,
    pb.Node.KIND_HYPERPARAMS_TUNER: domain.NodeKind.HYPERPARAMS_TUNER,
}

_STATE_TYPES = {
    algorithm_pb2.Algorithm.STATE_TYPE_STATELESS: domain.STATELESS,
    algorithm_pb2.Algorithm.STATE_TYPE_STATEFUL: domain.STATEFUL,
}


def fill_defaults(pipeline: pb.Pipeline) -> None:
    """Writes the defaults of the contract into what the author left out."""
    if not pipeline.kind:
        pipeline.kind = pb.Pipeline.KIND_BATCH
    if not pipeline.HasField("experiment_name"):
        pipeline.experiment_name = domain.DEFAULT_EXPERIMENT
    if not pipeline.HasField("priority"):
        pipeline.priority = domain.DEFAULT_PRIORITY
    options = pipeline.options
    options.SetInParent()
    if not options.HasField("ttl"):
        options.ttl = domain.DEFAULT_TTL_SECONDS
    if not options.HasField("batch_tolerance"):
        options.batch_tolerance = domain.DEFAULT_BATCH_TOLERANCE
    if not options.progress_verbosity_level:
        options.progress_verbosity_level = pb.PipelineOptions.PROGRESS_VERBOSITY_LEVEL_INFO
    limit = options.concurrent_pipelines
    if options.HasField("concurrent_pipelines") and not limit.HasField("reject_on_failure"):
        limit.reject_on_failure = True
    cron = pipeline.triggers.cron
    if pipeline.triggers.HasField("cron") and not cron.HasField("enabled"):
        cron.enabled = False
    for node in pipeline.nodes:
        if not node.kind:
            node.kind = pb.Node.KIND_ALGORITHM
        if not node.HasField("min_stateless_count"):
            node.min_stateless_count = 0
        if node.HasField("retry"):
            if not node.retry.policy:
                node.retry.policy = pb.Retry.POLICY_ON_CRASH
            if not node.retry.HasField("limit"):
                node.retry.limit = domain.DEFAULT_RETRY_LIMIT


def to_domain(pipeline: pb.Pipeline) -> domain.Pipeline:
    """The pipeline as rules and the engine see it; defaults must be filled in, and need not be for rules.

    Raises ``InvalidError`` for values that records cannot hold.
    """
    options = pipeline.options
    return domain.Pipeline(
        name=pipeline.name,
        kind=domain.STREAM if pipeline.kind == pb.Pipeline.KIND_STREAM else domain.BATCH,
        nodes=tuple(_node(node, i) for i, node in enumerate(pipeline.nodes)),
        edges=tuple((edge.source, edge.target) for edge in pipeline.edges),
        priority=pipeline.priority,
        ttl_seconds=options.ttl,
        active_ttl_seconds=options.active_ttl,
        batch_tolerance=options.batch_tolerance,
        experiment=pipeline.experiment_name,
        concurrency=_concurrency(options),
        verbosity=_VERBOSITY.get(options.progress_verbosity_level, domain.Verbosity.INFO),
        progress_webhook=pipeline.webhooks.progress,
        result_webhook=pipeline.webhooks.result,
        tags=tuple(pipeline.tags),
        debug_override=tuple(options.debug_override),
        flows=dict(pipeline.streaming.flows),
        default_flow=pipeline.streaming.default_flow,
    )


def _concurrency(options: pb.PipelineOptions) -> domain.ConcurrencyLimit | None:
    if not options.HasField("concurrent_pipelines"):
        return None
    limit = options.concurrent_pipelines
    return domain.ConcurrencyLimit(amount=limit.amount, reject=limit.reject_on_failure)


def _node(node: pb.Node, number: int) -> domain.Node:
    where = f"nodes[{number}]"
    cartesian = node.batch_operation == pb.Node.BATCH_OPERATION_CARTESIAN
    retry = domain.Retry()
    if node.HasField("retry"):
        has_most = node.retry.HasField("max_backoff_seconds")
        retry = domain.Retry(
            policy=_POLICIES[node.retry.policy],
            limit=node.retry.limit,
            backoff_seconds=node.retry.backoff_seconds,
            max_backoff_seconds=node.retry.max_backoff_seconds if has_most else domain.DEFAULT_MAX_BACKOFF_SECONDS,
        )
    return domain.Node(
        name=node.node_name,
        algorithm=node.algorithm_name,
        input=[packable_json_of(value, f"{where}.input[{i}]") for i, value in enumerate(node.input)],
        batch_operation=domain.BatchOperation.CARTESIAN if cartesian else domain.BatchOperation.INDEXED,
        retry=retry,
        ttl_seconds=node.ttl,
        include_in_result=node.include_in_result,
        spec=packable_json_of(node.spec, f"{where}.spec"),
        extra_data=packable_json_of(node.extra_data, f"{where}.extra_data"),
        kind=_KINDS[node.kind],
        state_type=_STATE_TYPES.get(node.state_type, ""),
        min_stateless=node.min_stateless_count,
        max_stateless=node.max_stateless_count if node.HasField("max_stateless_count") else None,
    )


def json_of(payload: payload_pb2.Payload, field: str) -> Json:
    """The JSON value of a payload; raises ``InvalidError`` when it is none."""
    if payload.WhichOneof("location") is None:
        return None
    if payload.content_type != JSON or payload.WhichOneof("location") != "data":
        raise InvalidError(f"{field} must be inline JSON (content type {JSON})", field=field)
    try:
        return cast(Json, json.loads(payload.data))
    except (ValueError, RecursionError) as error:
        raise InvalidError(f"{field} is not valid JSON: {error}", field=field) from None


def packable_json_of(payload: payload_pb2.Payload, field: str) -> Json:
    """The same for values that go into records as they are; raises ``InvalidError`` for what those cannot hold."""
    value = json_of(payload, field)
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        level = [item for one in level if isinstance(one, dict | list) for item in _items(one)]
        if not level:
            break
    else:
        raise InvalidError(f"{field} is nested deeper than {MAX_DEPTH} levels", field=field)
    try:
        msgpack.packb(value)
    except OverflowError:
        raise InvalidError(f"{field} has a whole number beyond 64 bits; write it as text", field=field) from None
    except UnicodeEncodeError:
        raise InvalidError(f"{field} has text that is not Unicode (half of a surrogate pair)", field=field) from None
    return value


def _items(value: dict[str, Json] | list[Json]) -> Iterable[Json]:
    return value.values() if isinstance(value, dict) else value


def json_bytes(value: Json) -> bytes:
    """JSON text of a value: numbers of any size, and text that is not Unicode, come back as they were."""
    return json.dumps(value, separators=(",", ":")).encode()


def flow_input_of(pipeline: pb.Pipeline) -> tuple[Payload, Json]:
    """The flow input as it travels, and its JSON value."""
    value = json_of(pipeline.flow_input, "flow_input")
    if value is None:
        return NULL, None
    if not isinstance(value, dict):
        raise InvalidError("data.flowInput should be object,null", field="flow_input")
    return Payload(JSON, pipeline.flow_input.data), value


def merge(base: Message, over: Message) -> None:
    """Lays one message over another: messages merge by field, lists by index, maps by key, all else is replaced."""
    for field, value in over.ListFields():
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            _merge_map(getattr(base, field.name), value, field)
        elif _is_list(field):
            _merge_list(getattr(base, field.name), value, field)
        elif field.message_type is None:
            setattr(base, field.name, value)
        elif field.message_type is payload_pb2.Payload.DESCRIPTOR:
            getattr(base, field.name).CopyFrom(value)
        else:
            merge(getattr(base, field.name), value)


def _is_list(field: FieldDescriptor) -> bool:
    return field.is_repeated


def _merge_map(base: object, over: object, field: FieldDescriptor) -> None:
    assert field.message_type is not None
    is_message = field.message_type.fields_by_name["value"].message_type is not None
    for key, value in over.items():  # type: ignore[attr-defined]
        if is_message:
            base[key].CopyFrom(value)  # type: ignore[index]
        else:
            base[key] = value  # type: ignore[index]


def _merge_list(base: object, over: Iterable[object], field: FieldDescriptor) -> None:
    count = len(base)  # type: ignore[arg-type]
    for i, value in enumerate(over):
        if field.message_type is None:
            if i < count:
                base[i] = value  # type: ignore[index]
            else:
                base.append(value)  # type: ignore[attr-defined]
        elif i >= count:
            base.add().CopyFrom(value)  # type: ignore[attr-defined]
        elif field.message_type is payload_pb2.Payload.DESCRIPTOR:
            base[i].CopyFrom(value)  # type: ignore[index]
        else:
            merge(base[i], cast(Message, value))  # type: ignore[index]
