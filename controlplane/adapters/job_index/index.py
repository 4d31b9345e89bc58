"""Implements ``JobIndex``: one connection on one thread, so that changes and searches never meet."""

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import orjson

from controlplane.adapters.job_index.batch import Batch
from controlplane.adapters.job_index.queries import count_query, find_query
from controlplane.adapters.job_index.schema import (
    clear,
    open_file,
    remove_file,
)
from controlplane.domain.errors import UnavailableError
from controlplane.domain.job_events import JobState
from controlplane.domain.job_facts import JobFacts, StateChange
from controlplane.ports.job_index import FoundJob, JobChange, JobFilter, JobPage, JobRemoved
from controlplane.ports.state_store import Revision

MAX_KNOWN_WORDS = 10_000
"""Numbers of words kept in memory."""

T = TypeVar("T")


class SqliteJobIndex:
    """The index in the file at ``path``, or in memory for None."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._db: sqlite3.Connection | None = None
        self._words: dict[str, int] = {}
        self._thread = ThreadPoolExecutor(1, "job-index")

    async def open(self, source: str) -> Mapping[str, Revision]:
        """See the port. Blocks nobody; raises ``UnavailableError`` when the folder cannot be written."""
        return await self._run(lambda: self._open(source))

    async def clear(self) -> None:
        """See the port."""
        await self._run(self._clear)

    async def apply(self, changes: Sequence[JobChange], reached: Mapping[str, Revision]) -> Sequence[str]:
        """See the port."""
        return await self._run(lambda: self._apply(changes, reached))

    async def find(self, wanted: JobFilter, page: JobPage) -> Sequence[FoundJob]:
        """See the port."""
        return await self._run(lambda: self._find(wanted, page))

    async def count(self, wanted: JobFilter) -> int:
        """See the port."""
        return await self._run(lambda: self._count(wanted))

    async def close(self) -> None:
        """May be repeated."""
        if self._db is not None:
            await self._run(self._db.close)
            self._db = None
        self._thread.shutdown()

    async def _run(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except sqlite3.Error as error:
            place = self._path or "in memory"
            raise UnavailableError(
                f"the index of jobs {place} failed: {error}; it is a copy, so its file may be removed",
                reason="JOB_INDEX_FAILED",
            ) from error

    # On the thread

    def _open(self, source: str) -> Mapping[str, Revision]:
        try:
            self._db = open_file(self._path)
            return self._reached(source)
        except sqlite3.DatabaseError:
            if self._path is None:
                raise
            if self._db is not None:
                self._db.close()
            remove_file(self._path)
            self._db = open_file(self._path)
            return self._reached(source)

    def _reached(self, source: str) -> Mapping[str, Revision]:
        said = dict(self._opened.execute("SELECT key, value FROM index_info").fetchall())
        if said.pop("source", source) != source:
            self._clear()
            said = {}
        self._opened.execute("INSERT OR REPLACE INTO index_info VALUES ('source', ?)", (source,))
        return {key: Revision(int(value)) for key, value in said.items()}

    @property
    def _opened(self) -> sqlite3.Connection:
        if self._db is None:
            raise UnavailableError("the index of jobs is closed")
        return self._db

    def _clear(self) -> None:
        source = self._opened.execute("SELECT value FROM index_info WHERE key = 'source'").fetchone()
        clear(self._opened)
        self._words.clear()
        if source is not None:
            self._opened.execute("INSERT INTO index_info VALUES ('source', ?)", source)

    def _apply(self, changes: Sequence[JobChange], reached: Mapping[str, Revision]) -> Sequence[str]:
        db = self._opened
        if len(self._words) > MAX_KNOWN_WORDS:
            self._words.clear()
        unknown: list[str] = []
        db.execute("BEGIN IMMEDIATE")
        try:
            batch = Batch(db, self._words)
            for change in changes:
                match change:
                    case JobFacts():
                        batch.accept(change)
                    case StateChange(job_id=job_id):
                        if not batch.change(change):
                            unknown.append(job_id)
                    case JobRemoved(job_id=job_id):
                        batch.remove(job_id)
            batch.finish()
            db.executemany("INSERT OR REPLACE INTO index_info VALUES (?, ?)", list(reached.items()))
            db.execute("COMMIT")
        except BaseException:
            db.execute("ROLLBACK")
            self._words.clear()  # Some of them may have been rolled back.
            raise
        return unknown

    def _find(self, wanted: JobFilter, page: JobPage) -> Sequence[FoundJob]:
        query = find_query(self._opened, wanted, page)
        if query is None:
            return []
        (hits,) = self._opened.execute(query.sql, query.parameters).fetchone()
        return [
            FoundJob(place, job_id, pipeline, JobState(word[2:]))
            for place, job_id, pipeline, word in orjson.loads(hits)
        ]

    def _count(self, wanted: JobFilter) -> int:
        query = count_query(self._opened, wanted)
        return int(self._opened.execute(query.sql, query.parameters).fetchone()[0]) if query is not None else 0
