"""The newest changes in memory, and the watchers that wait for more. Lives on the event loop.

Nothing is queued per watcher: one that has fallen behind the tail reads the database until it has caught up, so a
slow watcher costs no memory and a fast one no query.
"""

import asyncio
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from controlplane.adapters.sqlite.writer import ChangeRow
from controlplane.ports.state_store import ChangeEvent, DeleteEvent, Entry, PutEvent, Revision

MAX_TAIL_BYTES = 8 * 1024 * 1024
_ROW_BYTES = 200
"""About what a change costs beside its value."""


@dataclass(slots=True, eq=False)
class Watcher:
    """One watch."""

    prefix: str
    seen: int
    """Everything up to this revision has been handed over or does not match."""
    wake: asyncio.Event = field(default_factory=asyncio.Event)


class Tail:
    """Holds all revisions in (``start``, ``head``]."""

    def __init__(self, head: int) -> None:
        self.head = head
        self.start = head
        self._revisions: dict[int, tuple[int, list[ChangeRow]]] = {}
        """Size in bytes and rows by revision, ascending and without gaps."""
        self._size_bytes = 0
        self._waiting: dict[Watcher, None] = {}
        """Watchers that have seen everything."""

    def append(self, changes: Sequence[tuple[int, list[ChangeRow] | None]]) -> None:
        """Takes the changes of a group and wakes those who wait for one of them.

        None for the rows of a revision means that only the database has them.
        """
        if not changes:
            return
        for revision, rows in changes:
            self.head = revision
            if rows is None:
                self._forget_upto(revision)
            else:
                size = sum(_ROW_BYTES + len(value or b"") for _, value, _ in rows)
                self._revisions[revision] = (size, rows)
                self._size_bytes += size
        while self._size_bytes > MAX_TAIL_BYTES:
            self._forget_upto(self.start + 1)
        self._notify(changes)

    def events(self, revision: int, prefix: str) -> list[ChangeEvent]:
        """The changes below ``prefix`` of a revision in the tail."""
        return [_event(row, revision) for row in self._revisions[revision][1] if row[0].startswith(prefix)]

    async def wait(self, watcher: Watcher) -> None:
        """Returns when there may be something for the watcher, who has seen everything, or on :meth:`wake_all`."""
        watcher.wake.clear()
        self._waiting[watcher] = None
        try:
            await watcher.wake.wait()
        finally:
            del self._waiting[watcher]

    def wake_all(self) -> None:
        """For when the store closes."""
        for watcher in self._waiting:
            watcher.wake.set()

    def _forget_upto(self, revision: int) -> None:
        while self.start < revision:
            self.start += 1
            size, _ = self._revisions.pop(self.start, (0, []))
            self._size_bytes -= size

    def _notify(self, changes: Sequence[tuple[int, list[ChangeRow] | None]]) -> None:
        if not self._waiting:
            return
        everything = any(rows is None for _, rows in changes)
        keys = sorted({row[0] for _, rows in changes for row in rows or ()})
        for watcher in self._waiting:
            if watcher.wake.is_set():
                continue
            index = bisect_left(keys, watcher.prefix)
            if everything or (index < len(keys) and keys[index].startswith(watcher.prefix)):
                watcher.wake.set()
            else:
                # Nothing for it: moved on, so that it never falls out of the history while it waits.
                watcher.seen = max(watcher.seen, self.head)


def _event(row: ChangeRow, revision: int) -> ChangeEvent:
    key, value, create_revision = row
    if value is None:
        return DeleteEvent(key, Revision(revision))
    return PutEvent(Entry(key, value, Revision(create_revision), Revision(revision)))
