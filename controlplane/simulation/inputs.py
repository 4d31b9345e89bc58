"""What a simulated worker makes of a task it was given: the input as user code sees it, from context, values and objects."""

from collections.abc import Sequence

import msgpack
import orjson

from controlplane.domain.graph import shape_of
from controlplane.domain.task_context import Chunk, NodeContext, PayloadList
from controlplane.domain.values import JSON, MAX_INLINE_BYTES, MSGPACK, BlobRef, Json, Payload, Shape
from controlplane.ports.dispatch import Grant
from controlplane.ports.object_store import ObjectStore


async def input_of(context: NodeContext, grant: Grant, objects: ObjectStore) -> list[Json]:
    """The input of one task."""
    values = [await decoded(value, objects) for value in grant.values.values] if grant.values else []
    elements: Sequence[int] = grant.values.elements if grant.values else context.elements(grant.task)
    given: Json = [*context.template]
    for place, source, selector, slot, value in context.bindings:
        if value is not None:
            found = select(values[value], selector)
            content = found if slot is None else _element(found, elements[slot])
        else:
            content = await _shared(context, source, selector, None if slot is None else elements[slot], objects)
        given = filled(given, place, content)
    assert isinstance(given, list)
    return given


async def _shared(context: NodeContext, number: int, selector: str, element: int | None, objects: ObjectStore) -> Json:
    source = context.sources[number]
    if element is not None and element < 0:
        return None
    if isinstance(source, Payload):
        found = select(await decoded(source, objects), selector)
        return found if element is None else _element(found, element)
    members = await _members(source, objects)
    if element is None:
        return [select(member, selector) for member in members]
    return select(members[element], selector)


async def _members(source: PayloadList, objects: ObjectStore) -> list[Json]:
    members: list[Json] = []
    for part in source.parts:
        if isinstance(part, Chunk):
            array = await decoded(part.array, objects)
            assert isinstance(array, list), "a chunk is a list"
            assert len(array) == part.members, "a chunk has as many members as it says"
            members += array
        else:
            members.append(await decoded(part, objects))
    return members


async def decoded(payload: Payload, objects: ObjectStore) -> Json:
    """The value of a payload."""
    data = payload.data
    if payload.ref is not None:
        data = b"".join([piece async for piece in objects.read(payload.ref.key)])
    if not data:
        return None
    value: Json = orjson.loads(data) if payload.content_type == JSON else msgpack.unpackb(data)
    return value


async def encoded(value: Json, key: str, context: NodeContext, objects: ObjectStore) -> Payload:
    """An output with the shapes that its node's children need; a large one is stored under the key."""
    shapes: list[tuple[str, Shape]] = []
    for full_path in context.save_paths:
        try:
            found = lookup(value, full_path.removeprefix(context.node).removeprefix("."))
        except LookupError:
            continue
        shapes.append((full_path, shape_of(found)))
    data: bytes = msgpack.packb(value)
    if len(data) <= MAX_INLINE_BYTES:
        return Payload(MSGPACK, data, None, tuple(shapes))
    info = await objects.put(key, data)
    return Payload(MSGPACK, None, BlobRef(info.key, info.size_bytes, info.sha256), tuple(shapes))


def lookup(value: Json, path: str) -> Json:
    """The part of a value at a dotted path; raises ``LookupError``."""
    for key in path.split(".") if path else ():
        if isinstance(value, dict):
            value = value[key]
        elif isinstance(value, list) and key.isdigit():
            value = value[int(key)]
        else:
            raise LookupError(path)
    return value


def select(value: Json, path: str) -> Json:
    try:
        return lookup(value, path)
    except LookupError:
        return None


def _element(found: Json, number: int) -> Json:
    if number < 0:
        return None
    assert isinstance(found, list), "a batch leaf is over a list"
    return found[number]


def filled(value: Json, place: Sequence[str], content: Json) -> Json:
    """The value with ``content`` at a place."""
    if not place:
        return content
    key, rest = place[0], place[1:]
    if isinstance(value, list):
        return [filled(item, rest, content) if str(i) == key else item for i, item in enumerate(value)]
    assert isinstance(value, dict)
    return {name: filled(item, rest, content) if name == key else item for name, item in value.items()}
