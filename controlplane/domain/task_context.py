"""What the tasks of one node have in common, ready to be sent to workers once per worker instead of once per task."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from controlplane.domain.graph import GraphNode, elements_of
from controlplane.domain.pipeline import BatchOperation
from controlplane.domain.records import JobRecord, LastRun
from controlplane.domain.references import RawBatch, Reference
from controlplane.domain.values import Json, Payload


class Chunk(NamedTuple):
    """Several members of a list as one msgpack array."""

    array: Payload
    members: int


@dataclass(frozen=True, slots=True)
class PayloadList:
    """Results of a batch in batch order: single members, or several as one array."""

    parts: tuple[Payload | Chunk, ...]


Source = Payload | PayloadList


class InputBinding(NamedTuple):
    """Fills one place of the input."""

    place: tuple[str, ...]
    """Empty for the whole input."""
    source: int
    """Index into ``NodeContext.sources``; meaningless when ``value`` is set."""
    selector: str
    """Dotted path inside a value; empty for all of it."""
    slot: int | None
    """Which of a task's elements is taken; None for the whole source or value."""
    value: int | None = None
    """Index into the task's own values instead of a source."""


class TaskValues(NamedTuple):
    """What one task has besides what its node's tasks share."""

    values: tuple[Payload, ...]
    elements: tuple[int, ...] = ()
    """Which element each batch leaf gives to it; -1 is null."""
    trigger_index: int = 0
    """Element of the parent's batch that made it, from 1; 0 when none did."""
    call_id: str = ""
    """Call that made it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NodeContext:
    """Everything a worker needs for the tasks of one node besides their numbers."""

    job_id: str
    node: str
    node_number: int
    pipeline: str
    algorithm: str
    priority: int
    args: Mapping[str, Any]
    """The part of the author's ``args`` that all tasks share."""
    template: list[Json]
    sources: tuple[Source, ...]
    bindings: tuple[InputBinding, ...]
    save_paths: tuple[str, ...]
    ttl_seconds: int
    is_batch: bool
    operation: BatchOperation
    sizes: tuple[int, ...]
    """Elements of each batch leaf."""

    def elements(self, task: int) -> tuple[int, ...]:
        """Which element each batch leaf gives to a task."""
        return elements_of(self.operation, self.sizes, task) if self.is_batch else ()

    def batch_index(self, task: int) -> int:
        """Place in the batch as people count: from 1, and 0 for a single task."""
        return task + 1 if self.is_batch else 0


class SourceKey(NamedTuple):
    """Names one source of a node before it is loaded."""

    root: str
    """``flowInput`` or a node; empty for a literal list."""
    survivors: bool
    """Of a batch: without failed and null members."""
    literal: RawBatch | None


def source_keys(node: GraphNode) -> tuple[tuple[SourceKey, ...], tuple[InputBinding, ...]]:
    """The distinct sources of a node's input in order of use, and the bindings that draw on them."""
    keys: dict[SourceKey, int] = {}
    bindings: list[InputBinding] = []
    for place, source, slot, value in node.bindings:
        if value is not None:
            bindings.append(InputBinding(place, 0, source.path if isinstance(source, Reference) else "", slot, value))
            continue
        if isinstance(source, Reference):
            key, selector = SourceKey(source.root, slot is not None, None), source.path
        else:
            key, selector = SourceKey("", False, source), ""
        bindings.append(InputBinding(place, keys.setdefault(key, len(keys)), selector, slot))
    return tuple(keys), tuple(bindings)


def shared_args(record: JobRecord, spec: GraphNode) -> dict[str, Any]:
    """The part of ``args`` that all tasks of a node share, with the names authors know."""
    pipeline, node = record.pipeline, spec.node
    return {
        "jobId": record.job_id,
        "nodeName": node.name,
        "algorithmName": node.algorithm,
        "pipelineName": pipeline.name,
        "kind": pipeline.kind,
        "parents": list(spec.parents),
        "childs": list(spec.children),
        "priority": pipeline.priority,
        "ttl": node.ttl_seconds,
        **({"parentNodeName": spec.caller} if spec.caller else {}),
        "retry": {"policy": node.retry.policy.value, "limit": node.retry.limit},
        "spec": node.spec,
        "info": {
            "extraData": node.extra_data,
            "savePaths": list(spec.save_paths),
            "lastRunResult": _last_run(record.last_run),
            "rootJobId": record.root_job_id,
        },
    }


def _last_run(run: LastRun | None) -> dict[str, Any] | None:
    """Milliseconds since the epoch, and seconds."""
    if run is None:
        return None
    return {"timestamp": int(run.at * 1000), "status": run.state.value, "timeTook": round(run.seconds, 3)}
