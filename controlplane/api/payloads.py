"""Payloads and failures between the contract and the domain."""

from controlplane.domain.values import MSGPACK, NULL, BlobRef, Failure, FailureCategory, Payload, Shape
from distributedkube.api.type.v1 import payload_pb2

_CATEGORIES = {
    payload_pb2.Failure.Category.Value(f"CATEGORY_{category.name}"): category for category in FailureCategory
}
_CATEGORY_NUMBERS = {category: number for number, category in _CATEGORIES.items()}

MAX_CAUSES = 16


def payload_from(message: payload_pb2.Payload) -> Payload:
    """A payload of the contract as a value."""
    where = message.WhichOneof("location")
    if where is None:
        return NULL
    shapes = tuple((s.path, Shape(s.type, s.size)) for s in message.shapes) if message.shapes else ()
    content_type = message.content_type or MSGPACK
    if where == "data":
        return Payload(content_type, message.data, None, shapes)
    ref = message.ref
    return Payload(content_type, None, BlobRef(ref.key, ref.size, ref.sha256), shapes)


def fill_payload(message: payload_pb2.Payload, payload: Payload, url: str = "") -> None:
    """Writes a value into a payload of the contract; ``url`` is where a reference can be read."""
    message.content_type = payload.content_type
    if payload.ref is not None:
        message.ref.key = payload.ref.key
        message.ref.size = payload.ref.size_bytes
        message.ref.sha256 = payload.ref.sha256
        message.ref.url = url
    elif payload.data is not None:
        message.data = payload.data
    for path, shape in payload.shapes:
        message.shapes.add(path=path, type=shape.type, size=shape.size)


def failure_from(message: payload_pb2.Failure, depth: int = 0) -> Failure:
    """A failure of the contract as a value; causes beyond 16 are dropped."""
    has_cause = message.HasField("cause") and depth < MAX_CAUSES
    return Failure(
        category=_CATEGORIES.get(message.category, FailureCategory.USER_CODE),
        type=message.type,
        message=message.message or "failed without a message",
        stack_trace=message.stack_trace,
        source=message.source,
        retryable=message.retryable if message.HasField("retryable") else None,
        cause=failure_from(message.cause, depth + 1) if has_cause else None,
    )


def fill_failure(message: payload_pb2.Failure, failure: Failure) -> None:
    """Writes a failure into one of the contract."""
    message.category = _CATEGORY_NUMBERS[failure.category]
    message.type = failure.type
    message.message = failure.message
    message.stack_trace = failure.stack_trace
    message.source = failure.source
    if failure.retryable is not None:
        message.retryable = failure.retryable
    if failure.cause is not None:
        fill_failure(message.cause, failure.cause)
