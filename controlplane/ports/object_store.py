"""Large immutable data by key: results, archives, logs. Embedded: a directory; cluster: an S3 bucket.

Keys are relative paths of letters, digits and ``._-/`` without ``..`` or empty parts. What is atomic: an object appears
whole or not at all. What may be repeated: everything; a second put of a key replaces it.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Protocol

from controlplane.ports.streams import AsyncStream


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    key: str
    size_bytes: int
    sha256: str
    """Hex digest of the content; empty when the store was written to directly and does not know it."""
    modified_at: float = field(default=0.0, compare=False)
    """When it was put (seconds since the epoch)."""


class ObjectStore(Protocol):
    """All methods may raise ``StoreUnavailableError``; reads raise ``ObjectNotFoundError``."""

    kind: str
    """What it is, for people: ``fs`` is a folder."""

    async def put(self, key: str, data: bytes | AsyncIterator[bytes]) -> ObjectInfo: ...

    async def stat(self, key: str) -> ObjectInfo: ...

    def read(self, key: str, *, offset: int = 0, length: int | None = None) -> AsyncStream[bytes]:
        """The content, or a byte range of it, in pieces of at most 1 MiB."""
        ...

    def list(self, prefix: str) -> AsyncStream[ObjectInfo]:
        """Objects whose key starts with ``prefix``, in key order. ``sha256`` may be empty."""
        ...

    def folders(self, prefix: str) -> AsyncStream[str]:
        """First parts of what follows ``prefix`` in keys that have more behind it, in order, each once.

        ``prefix`` is empty or ends in a slash. Costs as much as there are names directly below it.
        """
        ...

    async def delete(self, key: str) -> None:
        """Nothing happens when there is no such object."""
        ...

    async def delete_prefix(self, prefix: str) -> int:
        """Deletes all objects below ``prefix`` and says how many."""
        ...

    def presign_get(self, key: str, *, expires_seconds: int) -> str:
        """A URL that answers GET (also with ``Range``) with the content and needs no other credential."""
        ...

    def presign_put(self, key: str, *, expires_seconds: int, max_bytes: int) -> str:
        """A URL that stores the body of one PUT under ``key``; larger bodies are refused."""
        ...

    async def close(self) -> None: ...
