"""Tokens name one attempt of one task to a worker, and prove that the control plane handed it out.

A token is a keyed digest of job and node, then task and attempt. The digest stands for the whole run of a node, so it is
made once per node and not once per task; after a restart the same key makes the same tokens, so work that went on meanwhile
is recognised.
"""

import hashlib
import struct
from typing import NamedTuple

_TAIL = struct.Struct(">QH")
PREFIX_BYTES = 16
TOKEN_BYTES = PREFIX_BYTES + _TAIL.size


class TaskAddress(NamedTuple):
    """What a token says."""

    prefix: bytes
    task: int
    attempt: int


def run_prefix(key: bytes, job_id: str, node: str) -> bytes:
    """The part of a token that all tasks of a node share."""
    return hashlib.blake2s(f"{job_id}\0{node}".encode(), key=key, digest_size=PREFIX_BYTES).digest()


def token(prefix: bytes, task: int, attempt: int) -> bytes:
    return prefix + _TAIL.pack(task, attempt)


def address(text: bytes) -> TaskAddress | None:
    """What a token says; None when it is none of ours."""
    if len(text) != TOKEN_BYTES:
        return None
    return TaskAddress(text[:PREFIX_BYTES], *_TAIL.unpack_from(text, PREFIX_BYTES))
