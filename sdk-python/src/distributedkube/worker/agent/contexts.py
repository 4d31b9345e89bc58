"""Contexts of the control plane, turned into messages for runners, and which objects their tasks need."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from distributedkube.api.type.v1 import payload_pb2
from distributedkube.api.worker.v1 import worker_pb2
from distributedkube.worker import wire
from distributedkube.worker.agent.blobs import BlobStore

_TAKES = {"whole": wire.TAKE_WHOLE, "element": wire.TAKE_ELEMENT, "value": wire.TAKE_VALUE}


@dataclass(slots=True)
class _ListRefs:
    """The references inside a list of which tasks take one member each."""

    element: int  # Index into `TaskAssign.elements`.
    starts: list[int]
    payloads: list[payload_pb2.Payload]


@dataclass(slots=True, eq=False)
class AgentContext:
    """A context as the agent sees it; it never looks into the payloads."""

    number: int
    """Unique for the life of the agent, unlike the number that the control plane uses."""
    message: bytes
    """The framed `wire.CONTEXT` message."""
    ttl_ns: int
    """0 means no limit."""
    always: list[payload_pb2.BlobRef] = field(default_factory=list)
    """Objects that every task needs."""
    lists: list[_ListRefs] = field(default_factory=list)
    tasks: int = 0
    """Tasks in hand that use it."""
    dropped: bool = False
    """The control plane will not use it again."""

    def refs(self, assign: worker_pb2.TaskAssign) -> list[payload_pb2.BlobRef]:
        """Objects that a task needs."""
        refs = list(self.always)
        for members in self.lists:
            index = assign.elements[members.element] if members.element < len(assign.elements) else -1
            if index >= 0 and members.payloads:
                payload = members.payloads[bisect_right(members.starts, index) - 1]
                refs.extend(_refs(payload))
        for value in assign.values:
            refs.extend(_refs(value))
        return refs


class ContextTable:
    """The contexts of the stream that is open."""

    def __init__(self, blobs: BlobStore) -> None:
        self._blobs = blobs
        self._last = 0
        self._by_stream_number: dict[int, AgentContext] = {}

    def add(self, context: worker_pb2.TaskContext) -> AgentContext | None:
        """Takes in a context; gives the one that had its number, if there was one."""
        self._last += 1
        replaced = self._by_stream_number.get(context.context)
        self._by_stream_number[context.context] = self._build(context)
        return replaced

    def get(self, stream_number: int) -> AgentContext | None:
        """The context that the control plane means by a number."""
        return self._by_stream_number.get(stream_number)

    def drop(self, stream_number: int) -> AgentContext | None:
        """Forgets a number, and gives the context it meant."""
        return self._by_stream_number.pop(stream_number, None)

    def drop_all(self) -> list[AgentContext]:
        """Forgets all numbers, because a new stream gives new ones."""
        contexts = list(self._by_stream_number.values())
        self._by_stream_number.clear()
        return contexts

    def payload(self, payload: payload_pb2.Payload) -> list[Any] | None:
        """A payload in the form that runners take; None for null."""
        match payload.WhichOneof("location"):
            case "data":
                return [payload.content_type, payload.data, None, len(payload.data)]
            case "ref":
                return [payload.content_type, None, self._blobs.path(payload.ref), payload.ref.size]
            case _:
                return None

    def _build(self, context: worker_pb2.TaskContext) -> AgentContext:
        bindings = [_binding(binding) for binding in context.bindings]
        message = [
            wire.CONTEXT,
            self._last,
            self.payload(context.args),
            self.payload(context.input),
            [self._source(source) for source in context.sources],
            bindings,
            list(context.save_paths),
        ]
        built = AgentContext(self._last, wire.frame(message), context.ttl.ToNanoseconds())
        built.always += _refs(context.args) + _refs(context.input)
        for index, source in enumerate(context.sources):
            _note_refs(built, source, [binding for binding in bindings if binding[2] == index])
        return built

    def _source(self, source: worker_pb2.InputSource) -> dict[str, Any]:
        if source.WhichOneof("source") != "list":
            return {"value": self.payload(source.value)}
        return {"list": [self._part(part) for part in source.list.parts]}

    def _part(self, part: worker_pb2.InputPart) -> list[Any]:
        if part.WhichOneof("part") == "chunk":
            return [self.payload(part.chunk.array), part.chunk.count]
        return [self.payload(part.item), None]


def _binding(binding: worker_pb2.InputBinding) -> list[Any]:
    take = binding.WhichOneof("take") or "whole"
    if take == "value_element":
        own = binding.value_element
        return [list(binding.place), wire.TAKE_VALUE_ELEMENT, own.value, binding.selector, own.element]
    index = 0 if take == "whole" else getattr(binding, take)
    return [list(binding.place), _TAKES[take], binding.source, binding.selector, index]


def _refs(payload: payload_pb2.Payload) -> list[payload_pb2.BlobRef]:
    return [payload.ref] if payload.HasField("ref") else []


def _note_refs(context: AgentContext, source: worker_pb2.InputSource, bindings: Sequence[Sequence[Any]]) -> None:
    """Notes which objects the bindings of one source need: of a list, single members need one object only."""
    takes = {binding[1] for binding in bindings} - {wire.TAKE_VALUE, wire.TAKE_VALUE_ELEMENT}
    if source.WhichOneof("source") != "list":
        if takes:
            context.always += _refs(source.value)
        return
    payloads = [part.chunk.array if part.HasField("chunk") else part.item for part in source.list.parts]
    if not any(payload.HasField("ref") for payload in payloads):
        return
    if wire.TAKE_WHOLE in takes:
        context.always += [ref for payload in payloads for ref in _refs(payload)]
        return
    starts, size = [], 0
    for part in source.list.parts:
        starts.append(size)
        size += part.chunk.count if part.HasField("chunk") else 1
    elements = {binding[4] for binding in bindings if binding[1] == wire.TAKE_ELEMENT}
    context.lists += [_ListRefs(element, starts, payloads) for element in elements]
