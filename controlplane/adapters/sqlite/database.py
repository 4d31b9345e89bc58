"""Opening the database file: checks that end in a sentence, the lock against a second owner, and the schema."""

import contextlib
import fcntl
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from controlplane.domain.errors import DistributedKubeError, NotAllowedError, StoreUnavailableError, UnavailableError

SCHEMA_VERSION = 1

_SCHEMA = f"""
BEGIN IMMEDIATE;

-- One row. History holds all and only the revisions above compacted_revision; older rows are waiting to be removed.
CREATE TABLE store_info (schema_version INTEGER NOT NULL, compacted_revision INTEGER NOT NULL);
INSERT INTO store_info VALUES ({SCHEMA_VERSION}, 0);

CREATE TABLE entries (
    key TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL,
    create_revision INTEGER NOT NULL,
    mod_revision INTEGER NOT NULL,
    lease INTEGER
) WITHOUT ROWID;
CREATE INDEX entries_by_lease ON entries (lease) WHERE lease IS NOT NULL;

-- What watches are served from. Ids have no gaps and revisions grow with them; value is NULL for a deletion.
-- The newest revision is never removed: its number is the store's revision.
CREATE TABLE changes (
    id INTEGER PRIMARY KEY,
    revision INTEGER NOT NULL,
    key TEXT NOT NULL,
    value BLOB,
    create_revision INTEGER NOT NULL
);
CREATE INDEX changes_by_revision ON changes (revision);

-- AUTOINCREMENT, since a lease that has ended must never come alive again under its old number.
CREATE TABLE leases (id INTEGER PRIMARY KEY AUTOINCREMENT, ttl_seconds REAL NOT NULL);

COMMIT;
"""

_BUSY_MILLISECONDS = 2000
"""How long to wait for another program that looks into the file, such as a backup."""

_CACHE_KIB = 16 * 1024
"""Most memory for pages, for each of the two connections."""


@dataclass(frozen=True, slots=True)
class Database:
    """An open database: two connections and the lock that keeps others out."""

    path: Path
    writer: sqlite3.Connection
    reader: sqlite3.Connection
    lock: int
    """File descriptor; the lock ends when it is closed."""

    def close(self) -> None:
        """Closes both connections, then lets the next owner in."""
        self.reader.close()
        self.writer.close()
        os.close(self.lock)


def open_database(path: Path) -> Database:
    """Opens ``path``, creating it when missing; blocking.

    Errors: ``UnavailableError`` when somebody else has it, ``NotAllowedError`` when it cannot be used as it is.
    """
    if not path.parent.is_dir():
        raise NotAllowedError(f"the state store's folder {path.parent} does not exist; create it or name another one")
    lock = _lock(path)
    try:
        with explained(path), contextlib.ExitStack() as undo:
            writer = undo.enter_context(contextlib.closing(_connect(path)))
            _prepare(path, writer)
            reader = undo.enter_context(contextlib.closing(_connect(path)))
            reader.execute("PRAGMA query_only = ON")
            undo.pop_all()
            return Database(path, writer, reader, lock)
    except BaseException:
        os.close(lock)
        raise


def unavailable(path: Path, error: sqlite3.Error) -> StoreUnavailableError:
    """What callers are told when SQLite fails in the middle of the work."""
    return StoreUnavailableError(f"the state store {path} failed: {error}; check the disk's space and health")


def _lock(path: Path) -> int:
    """Takes the lock for the life of the store.

    A file of its own, since SQLite's exclusive mode would lock out our own second connection too.
    """
    lock_path = path.with_name(path.name + ".lock")
    try:
        lock = os.open(lock_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise NotAllowedError(
            f"the state store's folder {path.parent} cannot be written to ({error.strerror}); "
            "give this user write access or name another folder"
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(lock, 0)
        os.write(lock, str(os.getpid()).encode())
    except BlockingIOError:
        owner = os.pread(lock, 20, 0).decode() or "unknown"
        os.close(lock)
        raise UnavailableError(
            f"the state store {path} is in use by another control plane (process {owner}); "
            "stop that one or name another folder",
            reason="STORE_IN_USE",
        ) from None
    except OSError as error:
        os.close(lock)
        raise _unusable(path, f"its lock failed: {error.strerror}", "use a local disk with free space") from error
    return lock


def _connect(path: Path) -> sqlite3.Connection:
    # Opened here and then used by one thread only, so the check for the same thread would be wrong.
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=_BUSY_MILLISECONDS / 1000)
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA journal_size_limit = 67108864")
    # In KiB. A transaction that outgrows it writes its pages out several times over.
    db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    return db


def _prepare(path: Path, db: sqlite3.Connection) -> None:
    tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if tables:  # Before anything is changed, as the file may be somebody else's.
        _check_schema(path, db, tables)
    (mode,) = db.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise _unusable(path, "its file system cannot share memory, which SQLite's WAL needs", "use a local disk")
    if not tables:
        db.executescript(_SCHEMA)


def _check_schema(path: Path, db: sqlite3.Connection, tables: set[str]) -> None:
    if "store_info" not in tables:
        raise _unusable(path, "it is a database of another program", "name another file")
    (version,) = db.execute("SELECT schema_version FROM store_info").fetchone()
    if version != SCHEMA_VERSION:
        fix = "run the version that wrote it, or a newer one"
        raise _unusable(path, f"its schema is version {version}; this program knows {SCHEMA_VERSION}", fix)


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turns SQLite's errors while opening into ours."""
    try:
        yield
    except sqlite3.Error as error:
        raise _explain(path, error) from error


def _explain(path: Path, error: sqlite3.Error) -> DistributedKubeError:
    match error.sqlite_errorcode & 0xFF:  # The low byte is the kind, the rest says more.
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return UnavailableError(
                f"the state store {path} is locked by another program; close that program",
                reason="STORE_IN_USE",
            )
        case sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_CORRUPT:
            return _unusable(path, f"{error}", "restore a backup or move the file away")
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            return _unusable(path, f"{error}", "give this user write access to the file and its folder")
        case _:
            return unavailable(path, error)


def _unusable(path: Path, why: str, fix: str) -> NotAllowedError:
    return NotAllowedError(f"the state store {path} cannot be used: {why}; {fix}")
