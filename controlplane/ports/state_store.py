"""Ordered keys with revisions: where all durable state of the control plane lives.

Shaped after what etcd offers, since that is the cluster adapter; the embedded one gives the same promises over
SQLite. Keys are UTF-8 text with ``/`` between parts and sort by their bytes. Values are opaque.

What is atomic: one :class:`Transaction`. What may be stale: nothing; reads see every commit answered before them.
What may be repeated: a commit whose answer was lost (:class:`~controlplane.domain.errors.StoreUnavailableError`) may or
may not have happened; guard it with a compare when that matters.
"""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from typing import NewType, Protocol

from controlplane.ports.streams import AsyncStream

Revision = NewType("Revision", int)
"""Grows by one with every commit that writes; 0 is "before anything"."""

LeaseId = NewType("LeaseId", int)

MAX_VALUE_BYTES = 256 * 1024
"""Largest value of one key. No value grows with the size of a run: chunk instead."""

MAX_KEY_BYTES = 1024
MAX_OPERATIONS = 128
"""Most compares, puts and deletes in one transaction; etcd's default limit."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One key as it is at some revision."""

    key: str
    value: bytes
    create_revision: Revision
    mod_revision: Revision
    """Revision of the last write to this key."""


@dataclass(frozen=True, slots=True)
class Compare:
    """Holds when the key's ``mod_revision`` equals this one; 0 means the key does not exist."""

    key: str
    mod_revision: Revision


@dataclass(frozen=True, slots=True)
class Put:
    key: str
    value: bytes
    lease: LeaseId | None = None
    """The key vanishes when this lease ends."""


@dataclass(frozen=True, slots=True)
class Delete:
    key: str


@dataclass(frozen=True, slots=True)
class DeletePrefix:
    """Deletes every key that starts with ``prefix``; counts as one operation."""

    prefix: str


Write = Put | Delete | DeletePrefix


@dataclass(frozen=True, slots=True)
class Transaction:
    """All writes happen at one revision, or none if any compare fails. No key is written twice in one transaction."""

    writes: Sequence[Write]
    compares: Sequence[Compare] = field(default=())
    lease: LeaseId | None = None
    """Also requires that this lease is alive: the fence of a shard's owner."""


@dataclass(frozen=True, slots=True)
class PutEvent:
    entry: Entry


@dataclass(frozen=True, slots=True)
class DeleteEvent:
    key: str
    mod_revision: Revision


ChangeEvent = PutEvent | DeleteEvent


@dataclass(frozen=True, slots=True)
class Page:
    """Entries in key order, all as of ``revision``."""

    entries: Sequence[Entry]
    revision: Revision
    more: bool
    """Whether keys were left out because of ``limit``."""


class StateStore(Protocol):
    """See the module text for the promises. All methods may raise ``StoreUnavailableError`` (retry with back-off)."""

    async def get(self, key: str) -> Entry | None: ...

    async def range(self, prefix: str, *, after: str = "", limit: int = 1000, reverse: bool = False) -> Page:
        """Entries whose key starts with ``prefix`` and sorts behind ``after`` (before it when ``reverse``)."""
        ...

    async def commit(self, transaction: Transaction) -> Revision:
        """Durable once this returns. Commits of concurrent callers share one flush to disk.

        Errors: ``CompareFailedError`` (a compare does not hold: read again), ``LeaseLostError`` (the fence is gone: stop
        acting), ``ValueError`` (a limit above is broken: our own bug).
        """
        ...

    def watch(self, prefix: str, *, after: Revision) -> AsyncStream[Sequence[ChangeEvent]]:
        """Every change below ``prefix`` with a revision above ``after``, in order, those of one revision together.

        Raises ``CompactedError`` when the history that far back is gone: list again, then watch from there.
        Closing the iterator ends the watch.
        """
        ...

    async def grant_lease(self, ttl_seconds: float) -> LeaseId: ...

    async def keep_alive(self, lease: LeaseId) -> None:
        """Moves the end of the lease to its ttl from now; ``LeaseLostError`` when it has ended."""
        ...

    async def revoke_lease(self, lease: LeaseId) -> None:
        """Ends the lease now and deletes its keys. Nothing happens when it has ended already."""
        ...

    async def close(self) -> None: ...


async def scan(
    store: StateStore, prefix: str, *, after: str = "", page_size: int = 1000
) -> AsyncGenerator[Entry, None]:
    """All entries below a prefix, read a page at a time; those of different pages may be of different revisions."""
    while True:
        page = await store.range(prefix, after=after, limit=page_size)
        for entry in page.entries:
            yield entry
        if not page.more:
            return
        after = page.entries[-1].key
