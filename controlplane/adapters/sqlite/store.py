"""The state store over one SQLite file: the part that lives on the event loop.

Writes go to one thread in groups and share a flush; reads have a connection and a thread of their own, so they do not
wait behind flushes (WAL lets both go on at once); watches are fed from what the writer has just answered.
"""

import asyncio
import os
from collections.abc import AsyncGenerator, Sequence
from functools import partial
from pathlib import Path
from typing import Self

from controlplane.adapters import check_limit, check_transaction, check_ttl
from controlplane.adapters.sqlite.database import Database, explained, open_database
from controlplane.adapters.sqlite.group_thread import Answers, GroupThread
from controlplane.adapters.sqlite.leases import LeaseTimers
from controlplane.adapters.sqlite.reader import Changes, Query, Reader, read_changes, read_entry, read_page
from controlplane.adapters.sqlite.tail import Tail, Watcher
from controlplane.adapters.sqlite.writer import Grant, Job, Report, Revoke, Writer
from controlplane.domain.errors import StoreUnavailableError
from controlplane.ports.state_store import ChangeEvent, Entry, LeaseId, Page, Put, Revision, Transaction
from controlplane.ports.system import Clock


class SqliteStateStore:
    """See the port for the promises. Made by :meth:`open`, bound to the event loop that called it."""

    def __init__(self, database: Database, writer: Writer, clock: Clock) -> None:
        self._database = database
        self._writer = writer
        reader = Reader(database.reader, database.path)
        self._tail = Tail(writer.head)
        self._timers = LeaseTimers(clock, self._revoke)
        for lease, ttl_seconds in writer.leases.items():
            self._timers.start(lease, ttl_seconds)
        self._writes: GroupThread[Job] = GroupThread("state-store-writer", self._write)
        self._reads: GroupThread[Query] = GroupThread("state-store-reader", reader.process)
        self._closed = False

    @classmethod
    async def open(cls, path: str | os.PathLike[str], *, clock: Clock, history: int = 100_000) -> Self:
        """Opens the file, or creates it in a folder that exists.

        ``history`` is the number of changes kept for watches; the newest revision is kept whole even when it is larger.
        Leases found in the file get their full ttl again.

        Errors: ``UnavailableError`` when another process has the file, ``NotAllowedError`` when the path, the file or
        the rights to it are not usable; both name the path and what to do.
        """
        database, writer = await asyncio.to_thread(_open, path, history)
        return cls(database, writer, clock)

    async def get(self, key: str) -> Entry | None:
        """The entry of ``key`` as of the last answered commit, or later."""
        entry: Entry | None = await self._reads.submit(partial(read_entry, key=key))
        return entry

    async def range(self, prefix: str, *, after: str = "", limit: int = 1000, reverse: bool = False) -> Page:
        """See the port."""
        check_limit(limit)
        query = partial(read_page, prefix=prefix, after=after, limit=limit, reverse=reverse)
        page: Page = await self._reads.submit(query)
        return page

    async def commit(self, transaction: Transaction) -> Revision:
        """See the port. A caller that is cancelled while waiting does not know whether the commit has happened."""
        size_bytes = check_transaction(transaction)
        # The writer decides; this only keeps a lease from counting between its deadline and the deletion of its keys.
        if transaction.lease is not None:
            self._timers.check(transaction.lease)
        for write in transaction.writes:
            if isinstance(write, Put) and write.lease is not None:
                self._timers.check(write.lease)
        revision: Revision = await self._writes.submit(transaction, size_bytes)
        return revision

    async def watch(self, prefix: str, *, after: Revision) -> AsyncGenerator[Sequence[ChangeEvent], None]:
        """See the port; ends with ``StoreUnavailableError`` when the store is closed."""
        watcher = Watcher(prefix, after)
        while True:
            self._check_open()
            if watcher.seen >= self._tail.head:
                await self._tail.wait(watcher)
            elif watcher.seen >= self._tail.start:
                watcher.seen += 1
                if events := self._tail.events(watcher.seen, prefix):
                    yield events
            else:
                part: Changes = await self._reads.submit(partial(read_changes, prefix=prefix, after=watcher.seen))
                for _, older in part.groups:
                    yield older
                watcher.seen = part.upto

    async def grant_lease(self, ttl_seconds: float) -> LeaseId:
        """A lease that ends ``ttl_seconds`` from now unless kept alive; it survives a restart of the store."""
        check_ttl(ttl_seconds)
        lease: LeaseId = await self._writes.submit(Grant(ttl_seconds))
        return lease

    async def keep_alive(self, lease: LeaseId) -> None:
        """See the port; touches no disk."""
        self._check_open()
        self._timers.renew(lease)

    async def revoke_lease(self, lease: LeaseId) -> None:
        """See the port."""
        await self._revoke(lease)

    async def close(self) -> None:
        """Finishes and answers what was asked before, then lets the file go. May be repeated."""
        if self._closed:
            return
        self._closed = True
        self._tail.wake_all()
        await self._timers.close()
        await self._writes.close()
        await self._reads.close()
        await asyncio.to_thread(self._database.close)

    def _check_open(self) -> None:
        if self._closed:
            raise StoreUnavailableError("the state store is closed")

    def _write(self, jobs: Sequence[Job]) -> Answers:
        """Runs on the writer's thread."""
        answers, report = self._writer.process(jobs)
        return answers, partial(self._take_report, report)

    async def _revoke(self, lease: LeaseId) -> None:
        await self._writes.submit(Revoke(lease))

    def _take_report(self, report: Report) -> None:
        """Runs before anybody hears that the group is done, so what is answered is also in the tail."""
        self._tail.append(report.changes)
        for lease, ttl_seconds in report.granted:
            self._timers.start(lease, ttl_seconds)
        for lease in report.ended:
            self._timers.forget(lease)


def _open(path: str | os.PathLike[str], history: int) -> tuple[Database, Writer]:
    database = open_database(Path(path).absolute())
    try:
        with explained(database.path):
            return database, Writer(database.writer, database.path, history=history)
    except BaseException:
        database.close()
        raise
