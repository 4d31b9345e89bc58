"""Tokens name one attempt of one task to a worker, and prove that the control plane handed it out.

A token is a keyed digest of job and node, then task and attempt. The digest stands for the whole run of a node, so it is
made once per node and not once per task; after a restart the same key makes the same tokens, so work that went on meanwhile
is recognised.

Tokens also tell tasks apart that bear the same number but not the same input. Dispatch does not wait until results are
durable, so after a crash a node may be run on other results of its parents than before, and numbers of tasks that follow from
the order of reports (those of calls and of elements) may be given anew: what a worker still holds from before is then
something else, and must not be taken for it.
"""

import hashlib
import struct
from collections.abc import Sequence
from typing import NamedTuple

from controlplane.domain.task_context import Chunk, Source, TaskValues
from controlplane.domain.values import Payload

_TAIL = struct.Struct(">QH")
PREFIX_BYTES = 16
TOKEN_BYTES = PREFIX_BYTES + _TAIL.size
MARK_BYTES = 8


class TaskAddress(NamedTuple):
    """What a token says."""

    prefix: bytes
    task: int
    attempt: int


def run_prefix(key: bytes, job_id: str, node: str, sources: Sequence[Source] = ()) -> bytes:
    """The part of a token that all tasks of a node share. ``sources``: those of its input."""
    prefix = hashlib.blake2s(f"{job_id}\0{node}".encode(), key=key, digest_size=PREFIX_BYTES)
    for source in sources:
        parts = (source,) if isinstance(source, Payload) else source.parts
        prefix.update(len(parts).to_bytes(8, "big"))
        for part in parts:
            _add(prefix, part.array if isinstance(part, Chunk) else part)
    return prefix.digest()


def values_mark(values: TaskValues) -> bytes:
    """Tells tasks with different values apart."""
    mark = hashlib.blake2s(digest_size=MARK_BYTES)
    mark.update(repr((values.elements, values.trigger_index, values.call_id)).encode())
    for value in values.values:
        _add(mark, value)
    return mark.digest()


def _add(digest: "hashlib.blake2s", value: Payload) -> None:
    ref = value.ref
    content = value.data or b"" if ref is None else f"{ref.key}\0{ref.sha256}".encode()
    digest.update(len(content).to_bytes(8, "big"))
    digest.update(content)


def token(prefix: bytes, task: int, attempt: int, mark: bytes = b"") -> bytes:
    return prefix + _TAIL.pack(task, attempt) + mark


def address(text: bytes) -> TaskAddress | None:
    """What a token says; None when it is none of ours."""
    if len(text) not in (TOKEN_BYTES, TOKEN_BYTES + MARK_BYTES):
        return None
    return TaskAddress(text[:PREFIX_BYTES], *_TAIL.unpack_from(text, PREFIX_BYTES))
