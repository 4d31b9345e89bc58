"""What the embedded state store promises beyond the port: it outlives its process, and explains bad paths."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, closing
from pathlib import Path
from typing import Any

import pytest

from controlplane.adapters.sqlite import SqliteStateStore
from controlplane.domain.errors import (
    CompactedError,
    LeaseLostError,
    NotAllowedError,
    StoreUnavailableError,
    UnavailableError,
)
from controlplane.ports.state_store import (
    Delete,
    DeleteEvent,
    DeletePrefix,
    Entry,
    Put,
    PutEvent,
    Revision,
    Transaction,
    Write,
)

from .disk_full import files_may_not_exceed
from .hand_clock import HandClock
from .state_stores import write_many

CHILD = Path(__file__).with_name("committing_child.py")

Open = Callable[..., Awaitable[SqliteStateStore]]


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def open_store(tmp_path: Path, clock: HandClock) -> AsyncIterator[Open]:
    """Opens tmp_path/state.db; closes what is open at the end."""
    opened: list[SqliteStateStore] = []

    async def open_store(**settings: Any) -> SqliteStateStore:
        opened.append(await SqliteStateStore.open(tmp_path / "state.db", clock=clock, **settings))
        return opened[-1]

    yield open_store
    for store in opened:
        await store.close()


async def put(store: SqliteStateStore, key: str, value: bytes = b"v") -> Revision:
    return await store.commit(Transaction([Put(key, value)]))


# Outliving the process


async def test_state_and_revisions_survive_reopening(open_store: Open) -> None:
    """Shows entries, their revisions, the store's revision and the history after a close and a new open."""
    store = await open_store()
    await put(store, "a", b"1")
    await put(store, "b")
    await put(store, "a", b"2")
    await store.commit(Transaction([Delete("b")]))
    await store.close()
    store = await open_store()
    page = await store.range("")
    assert page.entries == [Entry("a", b"2", Revision(1), Revision(3))]
    assert page.revision == 4
    async with aclosing(store.watch("", after=Revision(1))) as watch:
        waiting = [await anext(watch) for _ in range(3)]
        assert await put(store, "c") == 5
        waiting.append(await anext(watch))
    assert [event for events in waiting for event in events] == [
        PutEvent(Entry("b", b"v", Revision(2), Revision(2))),
        PutEvent(Entry("a", b"2", Revision(1), Revision(3))),
        DeleteEvent("b", Revision(4)),
        PutEvent(Entry("c", b"v", Revision(5), Revision(5))),
    ]


async def test_the_order_within_a_revision_survives_reopening(open_store: Open) -> None:
    """Shows writes of all kinds in one transaction: a watch after reopening gives them in the order they were made."""
    store = await open_store()
    await write_many(store, "gone/", 3)
    writes: list[Write] = [Put("z", b""), DeletePrefix("gone/"), Put("a", b"")]
    revision = await store.commit(Transaction(writes))
    async with aclosing(store.watch("", after=Revision(1))) as watch:
        live = await anext(watch)
    assert live == [
        PutEvent(Entry("z", b"", revision, revision)),
        *(DeleteEvent(f"gone/00000{index}", revision) for index in range(3)),
        PutEvent(Entry("a", b"", revision, revision)),
    ]
    await store.close()
    store = await open_store()
    async with aclosing(store.watch("", after=Revision(1))) as watch:
        assert await anext(watch) == live


async def test_the_revision_survives_when_everything_was_deleted(open_store: Open) -> None:
    """Shows that revisions never start again, even with no entry and next to no history left."""
    store = await open_store(history=1)
    for index in range(20):
        await put(store, f"k/{index}")
    await store.commit(Transaction([DeletePrefix("")]))
    await store.close()
    store = await open_store(history=1)
    assert (await store.range("")).revision == 21
    assert await put(store, "k") == 22


async def test_leases_found_on_opening_get_their_full_ttl_again(open_store: Open, clock: HandClock) -> None:
    """Shows a lease near its end that lives on for its whole ttl after reopening, and then takes its keys along."""
    store = await open_store()
    lease, revoked = await store.grant_lease(10), await store.grant_lease(10)
    await store.commit(Transaction([Put("k", b"", lease)]))
    await store.revoke_lease(revoked)
    clock.advance(9)
    await store.close()
    clock.advance(100)
    store = await open_store()
    clock.advance(9)
    await store.commit(Transaction([Put("fenced", b"")], lease=lease))
    async with aclosing(store.watch("k", after=Revision(2))) as watch:
        clock.advance(1.5)
        assert await anext(watch) == [DeleteEvent("k", Revision(3))]
    for ended in (lease, revoked):
        with pytest.raises(LeaseLostError):
            await store.keep_alive(ended)
    assert await store.grant_lease(10) > max(lease, revoked)


async def test_kill_9_loses_nothing_that_was_answered(tmp_path: Path, open_store: Open) -> None:
    """Shows a process killed in the middle of committing, twice: all it was answered is there, nothing by halves."""
    answered: dict[str, int] = {}
    for wanted in (1000, 2000):
        child = await asyncio.create_subprocess_exec(
            sys.executable, CHILD, tmp_path / "state.db", stdout=subprocess.PIPE
        )
        assert child.stdout is not None
        lines = [await child.stdout.readline() for _ in range(wanted)]
        child.send_signal(signal.SIGKILL)
        lines += (await child.stdout.read()).splitlines(keepends=True)
        assert await child.wait() == -signal.SIGKILL
        for line in lines:
            if line.endswith(b"\n"):
                name, number = line.decode().split()
                answered[name] = int(number)  # The second run writes the same keys again.
        store = await open_store()
        page = await store.range("", limit=1_000_000)
        found = {entry.key: entry for entry in page.entries}
        for key, revision in answered.items():
            assert found[key].mod_revision >= revision
            assert found[key].value == key.encode() * 20
        for key, entry in found.items():
            whole = key.removesuffix("/pair")
            assert found[whole].mod_revision == found[f"{whole}/pair"].mod_revision == entry.mod_revision
        assert page.revision == max(entry.mod_revision for entry in page.entries)
        await store.close()


# History


async def test_old_changes_are_removed_in_the_background(open_store: Open, tmp_path: Path) -> None:
    """Shows that the table of changes stays near its setting over ten times as many commits, and its end is exact."""
    store = await open_store(history=500)
    for start in range(0, 5000, 100):
        await asyncio.gather(*(put(store, f"k/{index}") for index in range(start, start + 100)))
    await store.close()
    with closing(sqlite3.connect(tmp_path / "state.db")) as db:
        (rows,) = db.execute("SELECT count(*) FROM changes").fetchone()
        (compacted,) = db.execute("SELECT compacted_revision FROM store_info").fetchone()
    assert 500 <= rows <= 700
    assert 4300 <= compacted <= 4500
    store = await open_store(history=500)
    with pytest.raises(CompactedError):
        await anext(store.watch("", after=Revision(compacted - 1)))
    async with aclosing(store.watch("", after=Revision(compacted))) as watch:
        for revision in range(compacted + 1, 5001):
            (event,) = await anext(watch)
            assert isinstance(event, PutEvent)
            assert event.entry.mod_revision == revision


async def test_a_slow_watcher_is_served_from_disk(open_store: Open) -> None:
    """Shows a watcher that begins when far more has happened than is held in memory: it misses and repeats nothing."""
    store = await open_store()
    for start in range(0, 3000, 100):
        await asyncio.gather(
            *(put(store, f"k/{index % 2}/{index}", bytes(8192)) for index in range(start, start + 100))
        )
    async with aclosing(store.watch("k/1/", after=Revision(0))) as watch:
        for index in range(1, 3000, 2):
            assert await anext(watch) == [
                PutEvent(Entry(f"k/1/{index}", bytes(8192), Revision(index + 1), Revision(index + 1)))
            ]
        await put(store, "k/1/last")
        (event,) = await anext(watch)
        assert isinstance(event, PutEvent)
        assert event.entry.key == "k/1/last"


async def test_deleting_very_many_keys_reaches_watchers_and_the_history(open_store: Open) -> None:
    """Shows 20,000 deletions at one revision, more than ``history``, seen whole by a waiting watch and a later one."""
    store = await open_store(history=100)
    await write_many(store, "k/", 20_000)
    before = Revision(await put(store, "other"))
    async with aclosing(store.watch("k/", after=before)) as watch:
        waiting = asyncio.ensure_future(anext(watch))
        revision = await store.commit(Transaction([DeletePrefix("k/")]))
        expected = [DeleteEvent(f"k/{index:06}", revision) for index in range(20_000)]
        assert await waiting == expected
    async with aclosing(store.watch("k/", after=before)) as watch:
        assert await anext(watch) == expected


# Failing disks


async def test_a_full_disk_is_said_and_survived(open_store: Open) -> None:
    """Shows an error while nothing fits, nothing of the failed commits kept, reads all the while, and recovery."""
    store = await open_store()
    await put(store, "before")
    big = Transaction([Put(f"big/{index}", bytes(100_000)) for index in range(50)])
    with files_may_not_exceed(1_000_000):
        results = await asyncio.gather(*(store.commit(big) for _ in range(3)), return_exceptions=True)
        assert [type(result) for result in results] == [StoreUnavailableError] * 3
        assert "state.db" in str(results[0])
        assert await store.get("before") is not None
        with pytest.raises(StoreUnavailableError):
            await store.commit(big)
    assert await put(store, "after") == 2
    assert [entry.key for entry in (await store.range("")).entries] == ["after", "before"]
    await store.close()
    store = await open_store()
    assert await store.commit(big) == 3


async def test_a_lease_that_ends_while_the_disk_is_full_ends_later(open_store: Open, clock: HandClock) -> None:
    """Shows that the deletion of its keys is tried again until it works, and that the fence holds meanwhile."""
    store = await open_store()
    lease = await store.grant_lease(10)
    revision = await store.commit(Transaction([Put("k", b"", lease)]))
    filler = Transaction([Put("filler", bytes(200_000))])
    async with aclosing(store.watch("k", after=revision)) as watch:
        waiting = asyncio.ensure_future(anext(watch))
        with files_may_not_exceed(0):
            clock.advance(11)
            with pytest.raises(StoreUnavailableError):
                await store.commit(filler)
            with pytest.raises(LeaseLostError):
                await store.commit(Transaction([Put("late", b"")], lease=lease))
        while not waiting.done():
            clock.advance(1)
            await store.commit(Transaction([]))  # A turn of the writer.
        assert await waiting == [DeleteEvent("k", Revision(revision + 1))]


# Opening


async def test_a_second_open_is_refused_and_the_first_goes_on(open_store: Open, tmp_path: Path) -> None:
    """Shows the error with path, owner and what to do; and that the file is free once closed."""
    store = await open_store()
    with pytest.raises(UnavailableError) as caught:
        await open_store()
    assert str(tmp_path / "state.db") in caught.value.message
    assert f"in use by another control plane (process {os.getpid()}); stop that one" in caught.value.message
    assert await put(store, "k") == 1
    await store.close()
    assert await (await open_store()).get("k") is not None


async def test_another_process_is_refused_too(tmp_path: Path, open_store: Open) -> None:
    """Shows it with a real process that has the store, and that its death frees it."""
    child = await asyncio.create_subprocess_exec(sys.executable, CHILD, tmp_path / "state.db", stdout=subprocess.PIPE)
    assert child.stdout is not None
    await child.stdout.readline()
    with pytest.raises(UnavailableError, match=f"process {child.pid}"):
        await open_store()
    child.kill()
    await child.stdout.read()
    await child.wait()
    await open_store()


async def test_a_file_locked_by_another_program_is_refused(open_store: Open, tmp_path: Path) -> None:
    """Shows it with SQLite's own exclusive lock, as a database tool takes it."""
    await (await open_store()).close()
    with closing(sqlite3.connect(tmp_path / "state.db", isolation_level=None)) as tool:
        tool.execute("PRAGMA locking_mode = EXCLUSIVE")
        tool.execute("BEGIN EXCLUSIVE")
        with pytest.raises(UnavailableError, match="locked by another program; close that program"):
            await open_store()
    await open_store()


def _missing_folder(folder: Path) -> Path:
    return folder / "missing" / "state.db"


def _file_as_folder(folder: Path) -> Path:
    (folder / "file").write_text("")
    return folder / "file" / "state.db"


def _folder_as_file(folder: Path) -> Path:
    (folder / "state.db").mkdir()
    return folder / "state.db"


def _locked_folder(folder: Path) -> Path:
    """The lock file cannot be written; a folder in its place, since file modes mean nothing to root."""
    (folder / "state.db.lock").mkdir()
    return folder / "state.db"


def _no_database(folder: Path) -> Path:
    (folder / "state.db").write_text("these are the notes of somebody, no database at all\n" * 100)
    return folder / "state.db"


def _other_database(folder: Path) -> Path:
    with closing(sqlite3.connect(folder / "state.db")) as db:
        db.execute("CREATE TABLE recipes (name TEXT)")
    return folder / "state.db"


def _newer_schema(folder: Path) -> Path:
    with closing(sqlite3.connect(folder / "state.db")) as db:
        db.execute("CREATE TABLE store_info (schema_version INTEGER, compacted_revision INTEGER)")
        db.execute("INSERT INTO store_info VALUES (99, 0)")
        db.commit()
    return folder / "state.db"


@pytest.mark.parametrize(
    ("make_path", "sentence"),
    [
        (_missing_folder, "does not exist; create it or name another one"),
        (_file_as_folder, "does not exist; create it or name another one"),
        (_folder_as_file, "give this user write access"),
        (_locked_folder, "cannot be written to"),
        (_no_database, "file is not a database; restore a backup or move the file away"),
        (_other_database, "database of another program; name another file"),
        (
            _newer_schema,
            "its schema is version 99; this program knows 1; run the version that wrote it, or a newer one",
        ),
    ],
)
async def test_an_unusable_path_gets_a_sentence(
    tmp_path: Path, clock: HandClock, make_path: Callable[[Path], Path], sentence: str
) -> None:
    """Shows that the error names the path and the fix, and that what was there is left alone."""
    path = make_path(tmp_path)
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(NotAllowedError) as caught:
        await SqliteStateStore.open(path, clock=clock)
    assert sentence in caught.value.message
    assert str(path.parent) in caught.value.message
    assert (path.read_bytes() if path.is_file() else b"") == before
