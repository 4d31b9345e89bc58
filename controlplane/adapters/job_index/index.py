"""Implements ``JobIndex``: one connection on one thread, so that changes and searches never meet."""

import asyncio
import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import orjson

from controlplane.adapters.job_index.queries import count_query, find_query, state_word, words_of
from controlplane.adapters.job_index.schema import (
    MICROSECONDS,
    clear,
    first_place,
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
            for change in changes:
                match change:
                    case JobFacts():
                        self._accept(db, change)
                    case StateChange(job_id=job_id):
                        if not self._change(db, change):
                            unknown.append(job_id)
                    case JobRemoved(job_id=job_id):
                        self._remove(db, job_id)
            db.executemany("INSERT OR REPLACE INTO index_info VALUES (?, ?)", list(reached.items()))
            db.execute("COMMIT")
        except BaseException:
            db.execute("ROLLBACK")
            self._words.clear()  # Some of them may have been rolled back.
            raise
        return unknown

    def _accept(self, db: sqlite3.Connection, facts: JobFacts) -> None:
        if db.execute("SELECT 1 FROM jobs WHERE job_id = ?", (facts.job_id,)).fetchone():
            return
        place = _free_place(db, first_place(facts.submitted_at))
        state = self._word(db, state_word(JobState.PENDING))
        words = [self._word(db, text) for text in words_of(facts)]
        changed_at = int(facts.submitted_at * MICROSECONDS)
        row = (place, facts.job_id, facts.pipeline, state, changed_at, json.dumps(words))
        db.execute("INSERT INTO jobs VALUES (?, ?, ?, ?, ?, ?)", row)
        self._post(db, place, [*words, state])

    def _change(self, db: sqlite3.Connection, change: StateChange) -> bool:
        found = db.execute("SELECT place, state, changed_at FROM jobs WHERE job_id = ?", (change.job_id,)).fetchone()
        if found is None:
            return False
        place, old, changed_at = found
        new, at = self._word(db, state_word(change.state)), int(change.at * MICROSECONDS)
        if (old, changed_at) == (new, at) or (not change.state.is_final and self._is_final(db, old)):
            return True  # What is told late of a job that has ended says nothing any more.
        db.execute("UPDATE jobs SET state = ?, changed_at = ? WHERE place = ?", (new, at, place))
        if old != new:
            self._withdraw(db, place, [old])
            self._post(db, place, [new])
        return True

    def _is_final(self, db: sqlite3.Connection, word: int) -> bool:
        return word in [self._word(db, state_word(state)) for state in JobState if state.is_final]

    def _remove(self, db: sqlite3.Connection, job_id: str) -> None:
        found = db.execute("SELECT place, state, words FROM jobs WHERE job_id = ?", (job_id,)).fetchone()
        if found is None:
            return
        place, state, words = found
        db.execute("DELETE FROM jobs WHERE place = ?", (place,))
        self._withdraw(db, place, [*json.loads(words), state])
        for word in json.loads(words):
            gone = db.execute("DELETE FROM words WHERE word = ? AND jobs = 0 RETURNING text", (word,)).fetchone()
            if gone is not None:
                self._words.pop(gone[0], None)

    def _post(self, db: sqlite3.Connection, place: int, words: Sequence[int]) -> None:
        db.executemany("INSERT INTO postings VALUES (?, ?)", [(word, place) for word in words])
        db.executemany("UPDATE words SET jobs = jobs + 1 WHERE word = ?", [(word,) for word in words])

    def _withdraw(self, db: sqlite3.Connection, place: int, words: Sequence[int]) -> None:
        db.executemany("DELETE FROM postings WHERE word = ? AND place = ?", [(word, place) for word in words])
        db.executemany("UPDATE words SET jobs = jobs - 1 WHERE word = ?", [(word,) for word in words])

    def _word(self, db: sqlite3.Connection, text: str) -> int:
        """The number of a word, which gets one if it has none."""
        known = self._words.get(text)
        if known is None:
            row: Any = db.execute("SELECT word FROM words WHERE text = ?", (text,)).fetchone()
            row = row or db.execute("INSERT INTO words (text) VALUES (?) RETURNING word", (text,)).fetchone()
            known = self._words[text] = int(row[0])
        return known

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


def _free_place(db: sqlite3.Connection, place: int) -> int:
    while db.execute("SELECT 1 FROM jobs WHERE place = ?", (place,)).fetchone():
        place += 1
    return place
