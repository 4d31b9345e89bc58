"""User data as the control plane sees it: opaque bytes with a type, inline or by reference, and their shape."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

MSGPACK = "application/vnd.dk.msgpack;v=1"
JSON = "application/json"
OCTETS = "application/octet-stream"

MAX_INLINE_BYTES = 128 * 1024
"""Larger payloads travel by data reference."""

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


class Shape(NamedTuple):
    """What a batch needs to know of one part of a value."""

    type: str
    """``array``, ``object``, ``string``, ``number``, ``boolean``, ``null`` or ``bytes``."""
    size: int
    """Number of elements of an array, else 0."""


class BlobRef(NamedTuple):
    """A data reference: an immutable object in the object store."""

    key: str
    size_bytes: int
    sha256: str = ""


class Payload(NamedTuple):
    """One value. A tuple, not a dataclass: there is one for each task of a batch."""

    content_type: str
    data: bytes | None
    """The encoded value when it is inline."""
    ref: BlobRef | None = None
    """Where it is otherwise. Neither means null."""
    shapes: tuple[tuple[str, Shape], ...] = ()
    """Shapes by reference path: node name, then the dotted path inside the value."""

    @property
    def size_bytes(self) -> int:
        return self.ref.size_bytes if self.ref else len(self.data or b"")

    @property
    def is_null(self) -> bool:
        if self.ref is not None:
            return False
        return not self.data or (self.data == b"\xc0" if self.content_type == MSGPACK else self.data == b"null")


NULL = Payload(MSGPACK, None)


class FailureCategory(StrEnum):
    """Coarse class of a failure; retry policies look at nothing else."""

    LOAD = "load"
    INIT = "init"
    USER_CODE = "user_code"
    INPUT_FETCH = "input_fetch"
    INPUT_DECODE = "input_decode"
    OUTPUT_ENCODE = "output_encode"
    OUTPUT_STORE = "output_store"
    CRASH = "crash"
    OUT_OF_MEMORY = "out_of_memory"
    IMAGE = "image"
    TIMEOUT = "timeout"
    LOST = "lost"
    CANCELLED = "cancelled"
    PROTOCOL = "protocol"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a task did not return a result."""

    category: FailureCategory
    message: str
    type: str = ""
    stack_trace: str = ""
    source: str = ""
    retryable: bool | None = None
    """Overrides the node's retry policy when set."""
    cause: "Failure | None" = field(default=None)

    def text(self) -> str:
        """One line for people: the message, led by the exception's type when there is one."""
        return f"{self.type}: {self.message}" if self.type and self.type not in self.message else self.message
