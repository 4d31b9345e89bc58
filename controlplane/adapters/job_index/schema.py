"""The index's file: tables, and opening it in such a way that a file that cannot be used is made anew.

Every job has a place: the microsecond of its submission times 1024, or the first free number behind that. So the order of
places is that of submission, a range of times is a range of places, and an index that is made anew gives the same places.

What jobs are found by are words: ``n:my-pipeline``, ``a:my-algorithm``, ``s:completed``. Each has a number, and the table
``postings`` is the sorted list of places per word. How many jobs a word has is counted along, since the search begins
with the rarest of its words.
"""

import sqlite3
from pathlib import Path

VERSION = 2

PLACES_PER_MICROSECOND = 1024
"""Places are numbers of 63 bits: with so many there is room until the year 2255."""

_LAST_PLACE = 2**63 - 1

MICROSECONDS = 1_000_000

_SCHEMA = """
CREATE TABLE IF NOT EXISTS index_info (key TEXT PRIMARY KEY, value) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS jobs (
    place INTEGER PRIMARY KEY,
    job_id TEXT NOT NULL UNIQUE,
    pipeline TEXT NOT NULL,
    state INTEGER NOT NULL,     -- the word of its state
    changed_at INTEGER NOT NULL, -- microseconds: since when it is in it
    words TEXT NOT NULL         -- its other words, as a JSON list
);
CREATE INDEX IF NOT EXISTS jobs_by_change ON jobs (changed_at, place);

CREATE TABLE IF NOT EXISTS words (
    word INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE,
    jobs INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE IF NOT EXISTS postings (
    word INTEGER NOT NULL,
    place INTEGER NOT NULL,
    PRIMARY KEY (word, place)
) WITHOUT ROWID;
"""

_CACHE_KIB = 32 * 1024


def first_place(seconds: float) -> int:
    """The first place of a moment; the last place of all for one that is too far away."""
    return min(int(seconds * MICROSECONDS) * PLACES_PER_MICROSECOND, _LAST_PLACE)


def open_file(path: Path | None) -> sqlite3.Connection:
    """Opens the file, or an index in memory for None. Raises ``sqlite3.DatabaseError`` for a file that is no index."""
    if path is None:
        return _connect(":memory:")
    return _connect(str(path))


def remove_file(path: Path) -> None:
    """Removes the file and what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _connect(path: str) -> sqlite3.Connection:
    # Used by one thread only, which is not the one that closes it.
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        # The last changes may be lost with the machine, together with the note of how far they went: they are read again.
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA journal_size_limit = 16777216")
        db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        db.execute("PRAGMA temp_store = MEMORY")
        _prepare(db)
    except BaseException:
        db.close()
        raise
    return db


def _prepare(db: sqlite3.Connection) -> None:
    if db.execute("PRAGMA user_version").fetchone()[0] != VERSION:
        clear(db)


def clear(db: sqlite3.Connection) -> None:
    """Makes all tables anew, empty."""
    for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        db.execute(f'DROP TABLE IF EXISTS "{name}"')
    db.executescript(_SCHEMA)
    db.execute(f"PRAGMA user_version = {VERSION}")
