"""Queries of the read connection.

Each answers with one row, whatever the number of keys: facts as one JSON text, values as one blob cut up here. Python's
SQLite module gives the interpreter's lock away at every row, and with a busy event loop each time of getting it back
costs more than the row.
"""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from controlplane.adapters import prefix_end
from controlplane.adapters.sqlite.database import unavailable
from controlplane.adapters.sqlite.group_thread import Answers
from controlplane.domain.errors import CompactedError
from controlplane.ports.state_store import ChangeEvent, DeleteEvent, Entry, Page, PutEvent, Revision

Query = Callable[[sqlite3.Connection], Any]

_ROWS_AT_ONCE = 1000
"""Bounds the blob of one answer to about 256 MB, a quarter of SQLite's limit."""

_CHANGES_AT_ONCE = 500
"""More only when a single revision has more."""

_ENTRIES = """
SELECT json_group_array(json_array(key, size, create_revision, mod_revision)), CAST(group_concat(value, '') AS BLOB)
FROM (SELECT key, value, length(value) AS size, create_revision, mod_revision FROM entries
      WHERE {bounds} ORDER BY key {order} LIMIT ?)
"""

_CHANGES = """
SELECT json_group_array(json_array(revision, key, size, create_revision)), CAST(group_concat(value, '') AS BLOB)
FROM (SELECT revision, key, value, length(value) AS size, create_revision FROM changes
      WHERE revision > ? AND revision <= ? AND {bounds} ORDER BY id)
"""


@dataclass(frozen=True, slots=True)
class Changes:
    """Part of the history below a prefix."""

    groups: Sequence[tuple[int, Sequence[ChangeEvent]]]
    """Revisions with something in it, ascending."""
    upto: int
    """All revisions up to this one have been looked at."""


class Reader:
    """Runs the queries of a group one after the other."""

    def __init__(self, db: sqlite3.Connection, path: Path) -> None:
        self._db = db
        self._path = path

    def process(self, queries: Sequence[Query]) -> Answers:
        """What the group thread calls."""
        return [self._run(query) for query in queries], None

    def _run(self, query: Query) -> Any:
        try:
            return query(self._db)
        except sqlite3.Error as error:
            return unavailable(self._path, error)
        except CompactedError as error:
            return error
        finally:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")


def read_entry(db: sqlite3.Connection, key: str) -> Entry | None:
    """The entry of ``key`` now."""
    row = db.execute("SELECT value, create_revision, mod_revision FROM entries WHERE key = ?", (key,)).fetchone()
    return row and Entry(key, *row)


def read_page(db: sqlite3.Connection, prefix: str, after: str, limit: int, *, reverse: bool) -> Page:
    """One page of entries and the revision they were read at."""
    db.execute("BEGIN")
    revision = Revision(_head(db))
    entries: list[Entry] = []
    wanted = limit + 1  # One more tells whether there is more.
    while len(entries) < wanted:
        rows = min(wanted - len(entries), _ROWS_AT_ONCE)
        bounds, parameters = key_bounds(prefix, entries[-1].key if entries else after, reverse=reverse)
        sql = _ENTRIES.format(bounds=bounds, order="DESC" if reverse else "ASC")
        found = _cut_entries(*db.execute(sql, (*parameters, rows)).fetchone())
        entries += found
        if len(found) < rows:
            break
    return Page(entries[:limit], revision, more=len(entries) > limit)


def read_changes(db: sqlite3.Connection, prefix: str, after: int) -> Changes:
    """The next part of the history behind revision ``after``; ``CompactedError`` when it is gone."""
    db.execute("BEGIN")
    (compacted,) = db.execute("SELECT compacted_revision FROM store_info").fetchone()
    if after < compacted:
        raise CompactedError
    upto = _end_of_part(db, after)
    bounds, parameters = key_bounds(prefix, "", reverse=False)
    row = db.execute(_CHANGES.format(bounds=bounds), (after, upto, *parameters)).fetchone()
    return Changes(_cut_changes(*row), upto)


def key_bounds(prefix: str, after: str, *, reverse: bool) -> tuple[str, list[str]]:
    """The condition and parameters for keys below ``prefix`` behind ``after``, in the terms an index understands.

    One bound to each side: of two, SQLite may begin at the wider one, and then each page walks over all pages before it.
    """
    end = prefix_end(prefix)
    if reverse and after:
        end = min(end, after) if end is not None else after
    lower = ("key > ?", after) if after > prefix and not reverse else ("key >= ?", prefix)
    bounds = [lower, *([("key < ?", end)] if end is not None else [])]
    return " AND ".join(condition for condition, _ in bounds), [bound for _, bound in bounds]


def _head(db: sqlite3.Connection) -> int:
    (revision,) = db.execute("SELECT coalesce(max(revision), 0) FROM changes").fetchone()
    return int(revision)


def _end_of_part(db: sqlite3.Connection, after: int) -> int:
    sql = f"SELECT revision FROM changes WHERE revision > ? ORDER BY revision LIMIT 1 OFFSET {_CHANGES_AT_ONCE}"
    row = db.execute(sql, (after,)).fetchone()
    # The revision found may go on behind the limit, so the part ends before it.
    return max(after + 1, row[0] - 1) if row else max(after, _head(db))


def _cut_entries(facts: str, values: bytes | None) -> list[Entry]:
    entries = []
    start = 0
    for key, size, create_revision, mod_revision in orjson.loads(facts):
        value = values[start : start + size] if values is not None else b""
        entries.append(Entry(key, value, create_revision, mod_revision))
        start += size
    return entries


def _cut_changes(facts: str, values: bytes | None) -> list[tuple[int, list[ChangeEvent]]]:
    groups: list[tuple[int, list[ChangeEvent]]] = []
    start = 0
    for revision, key, size, create_revision in orjson.loads(facts):
        if not groups or groups[-1][0] != revision:
            groups.append((revision, []))
        if size is None:
            groups[-1][1].append(DeleteEvent(key, revision))
            continue
        value = values[start : start + size] if values is not None else b""
        groups[-1][1].append(PutEvent(Entry(key, value, create_revision, revision)))
        start += size
    return groups
