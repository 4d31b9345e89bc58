"""The write connection: many transactions, one flush.

A group of jobs becomes one SQLite transaction. Each job is decided on its own (compares, fence, revision), against what
the database holds overlaid with what earlier jobs of the group have done, so one that is refused leaves no trace and
costs the others nothing. Then the rows of all of them are written by a handful of statements, whatever their number:
rows as one JSON text, values as one blob cut up by SQLite. Python's SQLite module gives the interpreter's lock away
at every statement, and with a busy event loop each time of getting it back costs more than many rows.
"""

import itertools
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeGuard

import orjson

from controlplane.adapters.sqlite.database import unavailable
from controlplane.adapters.sqlite.reader import key_bounds
from controlplane.domain.errors import CompareFailedError, LeaseLostError
from controlplane.ports.state_store import Delete, DeletePrefix, LeaseId, Put, Revision, Transaction

KEYS_AT_HAND = 1000
"""A wide deletion of more keys than this is not held in memory for watches; they read it from the database."""

_TRIM_AT_ONCE = 5000
"""Old changes removed with one group: few enough not to be felt. More when more came in, so as to keep up."""

_LOAD = """
SELECT json_group_array(json_array(key, create_revision, mod_revision)) FROM entries
WHERE key IN (SELECT value FROM json_each(?))
"""

# substr() of an empty blob is NULL, hence coalesce.
_WRITE_ENTRIES = """
INSERT OR REPLACE INTO entries (key, value, create_revision, mod_revision, lease)
SELECT json_extract(value, '$[0]'),
       coalesce(substr(?2, json_extract(value, '$[1]'), json_extract(value, '$[2]')), x''),
       json_extract(value, '$[3]'), json_extract(value, '$[4]'), json_extract(value, '$[5]')
FROM json_each(?1)
"""

_WRITE_CHANGES = """
INSERT INTO changes (revision, key, value, create_revision)
SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'),
       CASE WHEN json_extract(value, '$[3]') IS NOT NULL
            THEN coalesce(substr(?2, json_extract(value, '$[2]'), json_extract(value, '$[3]')), x'') END,
       json_extract(value, '$[4]')
FROM json_each(?1)
"""

_DELETE_ENTRIES = "DELETE FROM entries WHERE key IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True, slots=True)
class Grant:
    """Makes a lease; answered with its id."""

    ttl_seconds: float


@dataclass(frozen=True, slots=True)
class Revoke:
    """Ends a lease and deletes its keys, if it is still alive."""

    lease: LeaseId


Job = Transaction | Grant | Revoke

ChangeRow = tuple[str, bytes | None, int]
"""Key, value (None: deleted) and the revision that created the key."""


@dataclass(slots=True)
class Report:
    """What a group has done, for the event loop's side of the store."""

    changes: list[tuple[int, list[ChangeRow] | None]] = field(default_factory=list)
    """By revision, ascending; None when they are too many to hold in memory."""
    granted: list[tuple[LeaseId, float]] = field(default_factory=list)
    """With their ttl in seconds."""
    ended: list[LeaseId] = field(default_factory=list)


class Writer:
    """Owns the write connection; used by one thread after construction."""

    def __init__(self, db: sqlite3.Connection, path: Path, *, history: int) -> None:
        self._db = db
        self._path = path
        self._history = history
        self._failed = False
        """The last group failed: the connection and the fields below may say what is not so."""
        self._fresh_rows = 0
        """Changes written by this group, but for wide deletions, whose keys were counted when they were put."""
        self._load()

    @property
    def head(self) -> int:
        """The store's revision."""
        return self._head

    @property
    def leases(self) -> dict[LeaseId, float]:
        """Leases alive, with their ttl in seconds."""
        return dict(self._leases)

    def process(self, jobs: Sequence[Job]) -> tuple[Sequence[Any], Report]:
        """Does the jobs and flushes once; a result or exception for each, and what there is to tell of them all."""
        report = Report()
        try:
            if self._failed:
                self._recover()
            self._failed = True  # Until shown otherwise.
            self._db.execute("BEGIN IMMEDIATE")
            self._fresh_rows = 0
            answers = self._run(jobs, report)
            self._trim()
            self._db.execute("COMMIT")
            self._failed = False
        except sqlite3.Error as error:
            return [unavailable(self._path, error) for _ in jobs], Report()
        return answers, report

    def _load(self) -> None:
        (self._compacted,) = self._db.execute("SELECT compacted_revision FROM store_info").fetchone()
        first, last, head = self._db.execute("SELECT min(id), max(id), max(revision) FROM changes").fetchone()
        self._first_change: int = first or 1
        self._last_change: int = last or 0
        self._head: int = head or 0
        self._leases: dict[LeaseId, float] = dict(self._db.execute("SELECT id, ttl_seconds FROM leases"))

    def _recover(self) -> None:
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")
        self._load()

    def _run(self, jobs: Sequence[Job], report: Report) -> list[Any]:
        answers: list[Any] = []
        # Narrow jobs side by side share their statements; a wide one is alone, since its keys are known to SQLite only.
        for narrow, run in itertools.groupby(jobs, _is_narrow):
            if narrow:
                answers += self._commit([job for job in run if isinstance(job, Transaction)], report)
            else:
                for job in run:
                    answers += self._run_alone(job, report)
        return answers

    def _run_alone(self, job: Job, report: Report) -> list[Any]:
        match job:
            case Grant(ttl_seconds):
                return [self._grant(ttl_seconds, report)]
            case Revoke(lease):
                self._revoke(lease, report)
                return [None]
            case Transaction():
                return self._commit([job], report)

    def _grant(self, ttl_seconds: float, report: Report) -> LeaseId:
        lease = LeaseId(self._db.execute("INSERT INTO leases (ttl_seconds) VALUES (?)", (ttl_seconds,)).lastrowid or 0)
        self._leases[lease] = ttl_seconds
        report.granted.append((lease, ttl_seconds))
        return lease

    def _revoke(self, lease: LeaseId, report: Report) -> None:
        if self._leases.pop(lease, None) is None:
            return
        self._db.execute("DELETE FROM leases WHERE id = ?", (lease,))
        revision = self._head + 1
        count, rows = self._delete_where("lease = ?", [lease], revision)
        if count:
            self._head = revision
            report.changes.append((revision, rows))
        report.ended.append(lease)

    def _commit(self, transactions: list[Transaction], report: Report) -> list[Revision | Exception]:
        batch = _Batch(self._known(transactions))
        answers = [self._decide(transaction, batch, report) for transaction in transactions]
        self._flush(batch)
        return answers

    def _known(self, transactions: list[Transaction]) -> dict[str, tuple[int, int]]:
        """Create and mod revision of all keys, of those named, that exist."""
        keys = {compare.key for transaction in transactions for compare in transaction.compares}
        keys.update(
            write.key
            for transaction in transactions
            for write in transaction.writes
            if not isinstance(write, DeletePrefix)
        )
        if not keys:
            return {}
        (facts,) = self._db.execute(_LOAD, (_json(list(keys)),)).fetchone()
        return {key: (create, mod) for key, create, mod in orjson.loads(facts)}

    def _decide(self, transaction: Transaction, batch: "_Batch", report: Report) -> Revision | Exception:
        refusal = self._refusal(transaction, batch)
        if refusal is not None:
            return refusal
        revision = self._head + 1
        rows: list[ChangeRow] = []
        at_hand = True
        changed = False
        for write in transaction.writes:
            match write:
                case Put():
                    rows.append(batch.put(write, revision))
                case Delete(key=key):
                    rows += batch.delete(key, revision)
                case DeletePrefix(prefix=prefix):
                    self._flush(batch)  # Changes are to be in the order of the writes.
                    count, deleted = self._delete_where(*key_bounds(prefix, "", reverse=False), revision)
                    changed = changed or count > 0
                    at_hand = at_hand and deleted is not None
                    rows += deleted or []
        if rows or changed:
            self._head = revision
            report.changes.append((revision, rows if at_hand else None))
        return Revision(self._head)

    def _refusal(self, transaction: Transaction, batch: "_Batch") -> Exception | None:
        if transaction.lease is not None and transaction.lease not in self._leases:
            return LeaseLostError()
        for write in transaction.writes:
            if isinstance(write, Put) and write.lease is not None and write.lease not in self._leases:
                return LeaseLostError()
        for compare in transaction.compares:
            if batch.mod_revision(compare.key) != compare.mod_revision:
                return CompareFailedError(f"{compare.key} changed meanwhile; read it again")
        return None

    def _flush(self, batch: "_Batch") -> None:
        """Writes what the batch holds, in a fixed number of statements."""
        blob = b"".join(batch.values)
        written = [row for row in batch.rows.values() if row is not None]
        deleted = [key for key, row in batch.rows.items() if row is None]
        if written:
            self._db.execute(_WRITE_ENTRIES, (_json(written), blob))
        if deleted:
            self._db.execute(_DELETE_ENTRIES, (_json(deleted),))
        if batch.changes:
            self._db.execute(_WRITE_CHANGES, (_json(batch.changes), blob))
            self._last_change += len(batch.changes)
            self._fresh_rows += len(batch.changes)
        batch.clear()

    def _delete_where(self, where: str, parameters: list[Any], revision: int) -> tuple[int, list[ChangeRow] | None]:
        """Deletes entries without looking at each; says how many, and which if they are few."""
        before = self._last_change
        count = self._db.execute(
            "INSERT INTO changes (revision, key, value, create_revision) "
            f"SELECT ?, key, NULL, 0 FROM entries WHERE {where} ORDER BY key",
            [revision, *parameters],
        ).rowcount
        if count:
            self._db.execute(f"DELETE FROM entries WHERE {where}", parameters)
            self._last_change += count
        if count > KEYS_AT_HAND:
            return count, None
        (keys,) = self._db.execute("SELECT json_group_array(key) FROM changes WHERE id > ?", (before,)).fetchone()
        return count, [(key, None, 0) for key in orjson.loads(keys)]

    def _trim(self) -> None:
        """Moves the end of the history along and removes some of what is behind it."""
        behind = self._last_change - self._history
        if behind - self._first_change >= self._history // 10:  # Not with every group: it costs statements.
            (revision,) = self._db.execute("SELECT revision FROM changes WHERE id = ?", (behind,)).fetchone()
            compacted = min(revision, self._head - 1)
            if compacted > self._compacted:
                self._compacted = compacted
                self._db.execute("UPDATE store_info SET compacted_revision = ?", (compacted,))
            self._first_change += self._db.execute(
                "DELETE FROM changes WHERE id < ? AND revision <= ?",
                (self._first_change + max(_TRIM_AT_ONCE, 3 * self._fresh_rows), self._compacted),
            ).rowcount


class _Batch:
    """What the transactions decided so far will write, on top of what the database holds."""

    def __init__(self, known: dict[str, tuple[int, int]]) -> None:
        self._known = known
        """Create and mod revision of the keys named in this batch that exist; right at every step."""
        self.rows: dict[str, list[Any] | None] = {}
        """The last row of each key written: what _WRITE_ENTRIES takes, None for deleted."""
        self.changes: list[list[Any]] = []
        """What _WRITE_CHANGES takes."""
        self.values: list[bytes] = []
        self._offset = 1  # SQLite counts from one.

    def mod_revision(self, key: str) -> int:
        """0 when there is no such key."""
        known = self._known.get(key)
        return known[1] if known else 0

    def put(self, put: Put, revision: int) -> ChangeRow:
        key, value = put.key, put.value
        known = self._known.get(key)
        create_revision = known[0] if known else revision
        self._known[key] = (create_revision, revision)
        start, size = self._offset, len(value)
        self.values.append(value)
        self._offset += size
        self.rows[key] = [key, start, size, create_revision, revision, put.lease]
        self.changes.append([revision, key, start, size, create_revision])
        return key, value, create_revision

    def delete(self, key: str, revision: int) -> list[ChangeRow]:
        if self._known.pop(key, None) is None:
            return []
        self.rows[key] = None
        self.changes.append([revision, key, 1, None, 0])
        return [(key, None, 0)]

    def clear(self) -> None:
        """Forgets what has been written; what is known to exist stays known."""
        self.rows.clear()
        self.changes.clear()
        self.values.clear()
        self._offset = 1


def _is_narrow(job: Job) -> TypeGuard[Transaction]:
    """Whether the job names every key that it touches."""
    return isinstance(job, Transaction) and not any(isinstance(write, DeletePrefix) for write in job.writes)


def _json(rows: list[Any]) -> str:
    return orjson.dumps(rows).decode()
