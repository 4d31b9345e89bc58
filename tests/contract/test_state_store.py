"""What the port of the state store promises, sentence by sentence, against every adapter."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from controlplane.domain.errors import CompactedError, CompareFailedError, LeaseLostError, StoreUnavailableError
from controlplane.ports.state_store import (
    MAX_KEY_BYTES,
    MAX_OPERATIONS,
    MAX_VALUE_BYTES,
    ChangeEvent,
    Compare,
    Delete,
    DeleteEvent,
    DeletePrefix,
    Entry,
    LeaseId,
    Put,
    PutEvent,
    Revision,
    StateStore,
    Transaction,
    Write,
)

from .state_stores import ADAPTERS, StateStoreAdapter, write_many


@pytest.fixture(params=ADAPTERS, ids=lambda adapter: adapter.__name__.lower())
async def adapter(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[StateStoreAdapter]:
    adapter: StateStoreAdapter = request.param(tmp_path)
    yield adapter
    await adapter.close()


@pytest.fixture
async def store(adapter: StateStoreAdapter) -> StateStore:
    return await adapter.open()


async def put(store: StateStore, *keys: str, value: bytes = b"v", lease: LeaseId | None = None) -> Revision:
    return await store.commit(Transaction([Put(key, value, lease) for key in keys]))


async def keys_of(store: StateStore, prefix: str = "", **how: Any) -> list[str]:
    return [entry.key for entry in (await store.range(prefix, **how)).entries]


def watching(store: StateStore, prefix: str, after: int) -> Any:
    return aclosing(store.watch(prefix, after=Revision(after)))  # type: ignore[type-var,unused-ignore]


async def take(watch: AsyncIterator[Sequence[ChangeEvent]], count: int) -> list[list[ChangeEvent]]:
    return [list(await anext(watch)) for _ in range(count)]


def changed(events: Sequence[ChangeEvent]) -> list[str]:
    """Keys, with a minus before the deleted ones."""
    return [event.entry.key if isinstance(event, PutEvent) else f"-{event.key}" for event in events]


# Revisions and entries


async def test_an_entry_knows_when_it_was_made_and_last_written(store: StateStore) -> None:
    """Shows create and mod revision over put, put again, delete and put anew."""
    first = await put(store, "k", value=b"1")
    second = await put(store, "k", value=b"2")
    assert await store.get("k") == Entry("k", b"2", first, second)
    await store.commit(Transaction([Delete("k")]))
    assert await store.get("k") is None
    third = await put(store, "k", value=b"")
    assert await store.get("k") == Entry("k", b"", third, third)


async def test_revisions_start_at_zero_and_grow_by_one_with_every_commit_that_writes(store: StateStore) -> None:
    """Shows that a commit of many writes is one step, and that deleting nothing or writing nothing is none."""
    assert (await store.range("")).revision == 0
    assert await put(store, "a", "b", "c") == 1
    assert await put(store, "a") == 2
    assert await store.commit(Transaction([Delete("missing"), DeletePrefix("missing/")])) == 2
    assert await store.commit(Transaction([], [Compare("a", Revision(2))])) == 2
    assert await store.commit(Transaction([Delete("a")])) == 3
    assert (await store.range("")).revision == 3


async def test_values_are_opaque(store: StateStore) -> None:
    """Shows that any bytes come back, one by one and side by side on a page."""
    values = [b"", b"\0", b"\xff\xfe", bytes(range(256)), b"", "ü😀".encode(), b"\0\0", b'"]', b"x" * 100_000]
    await store.commit(Transaction([Put(f"k/{index}", value) for index, value in enumerate(values)]))
    assert [entry.value for entry in (await store.range("k/")).entries] == values
    for index, value in enumerate(values):
        entry = await store.get(f"k/{index}")
        assert entry is not None
        assert entry.value == value


async def test_reads_see_every_commit_answered_before_them(store: StateStore) -> None:
    """Shows it by reading right after each of many writes."""
    for index in range(100):
        revision = await put(store, "k", value=str(index).encode())
        entry = await store.get("k")
        assert entry is not None
        assert (entry.value, entry.mod_revision) == (str(index).encode(), revision)
        assert (await store.range("k")).revision == revision


# Ranges


async def test_keys_sort_by_their_bytes(store: StateStore) -> None:
    """Shows it with characters whose order differs between UTF-8, UTF-16 and case-blind comparison."""
    keys = ["A", "a", "a-b", "a.b", "a/b", "a0", "ä", "\ud7ff", "\ue000", "\uffff", "😀", "\U0010ffff", "B", "a\\%_*"]
    await put(store, *keys)
    ordered = sorted(keys, key=str.encode)
    assert await keys_of(store) == ordered
    assert await keys_of(store, reverse=True) == ordered[::-1]


async def test_a_range_holds_what_starts_with_the_prefix_and_nothing_else(store: StateStore) -> None:
    """Shows it for prefixes at the ends of the character range and with signs that mean something to databases."""
    await put(
        store, "a", "a/", "a/1", "a/2", "a0", "A/1", "b", "\U0010ffff", "\U0010ffff1", "\ud7ff1", "\ue0001", "%", "_"
    )
    assert await keys_of(store, "a/") == ["a/", "a/1", "a/2"]
    assert await keys_of(store, "a") == ["a", "a/", "a/1", "a/2", "a0"]
    assert await keys_of(store, "\U0010ffff") == ["\U0010ffff", "\U0010ffff1"]
    assert await keys_of(store, "\ud7ff") == ["\ud7ff1"]
    assert await keys_of(store, "%") == ["%"]
    assert await keys_of(store, "_") == ["_"]
    assert await keys_of(store, "c") == []


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("limit", [1, 3, 7, 24, 25, 26])
async def test_paging_gives_each_key_once_in_order(store: StateStore, reverse: bool, limit: int) -> None:
    """Shows it both ways, with ``more`` true on all pages but the last."""
    await put(store, "b", "d", *(f"c/{index:02}" for index in range(25)))
    seen: list[str] = []
    after = ""
    for page_number in itertools.count(1):
        assert page_number <= -(-25 // limit)
        page = await store.range("c/", after=after, limit=limit, reverse=reverse)
        assert len(page.entries) <= limit
        seen += [entry.key for entry in page.entries]
        assert page.more == (len(seen) < 25)
        if not page.more:
            break
        after = seen[-1]
    assert seen == sorted((f"c/{index:02}" for index in range(25)), reverse=reverse)


async def test_after_may_lie_outside_of_the_prefix(store: StateStore) -> None:
    """Shows that ``after`` leaves out what does not sort behind it, and before it in reverse, wherever it lies."""
    await put(store, "b", "c/1", "c/2", "d")
    assert await keys_of(store, "c/", after="a") == ["c/1", "c/2"]
    assert await keys_of(store, "c/", after="d") == []
    assert await keys_of(store, "c/", after="d", reverse=True) == ["c/2", "c/1"]
    assert await keys_of(store, "c/", after="a", reverse=True) == []
    assert await keys_of(store, "c/", after="c/15", reverse=True) == ["c/1"]


async def test_a_page_may_be_larger_than_the_usual_one(store: StateStore) -> None:
    """Shows a page of 2500 with values in place, and that the usual limit is 1000."""
    await write_many(store, "k/", 2600, value=b"value")
    page = await store.range("k/", limit=2500)
    assert [entry.key for entry in page.entries] == [f"k/{index:06}" for index in range(2500)]
    assert {entry.value for entry in page.entries} == {b"value"}
    assert page.more
    page = await store.range("k/")
    assert (len(page.entries), page.more) == (1000, True)


# Transactions


async def test_a_compare_holds_only_at_exactly_that_revision(store: StateStore) -> None:
    """Shows compares of present, absent, changed and deleted keys, and that a failed one writes nothing."""
    one = await store.commit(Transaction([Put("k", b"1")], [Compare("k", Revision(0))]))
    with pytest.raises(CompareFailedError):
        await store.commit(Transaction([Put("k", b"x"), Put("other", b"x")], [Compare("k", Revision(0))]))
    two = await store.commit(Transaction([Put("k", b"2")], [Compare("k", one), Compare("other", Revision(0))]))
    for wrong in (one, Revision(two + 1)):
        with pytest.raises(CompareFailedError):
            await store.commit(Transaction([DeletePrefix("")], [Compare("k", wrong)]))
    assert await store.get("k") == Entry("k", b"2", one, two)
    await store.commit(Transaction([Delete("k")], [Compare("k", two)]))
    with pytest.raises(CompareFailedError):
        await store.commit(Transaction([Put("k", b"3")], [Compare("k", two)]))
    assert await keys_of(store) == []
    assert (await store.range("")).revision == two + 1


async def test_all_writes_of_a_transaction_happen_at_one_revision(store: StateStore) -> None:
    """Shows it with every kind of write in one transaction."""
    await put(store, "gone", "below/1", "below/2", "stays")
    revision = await store.commit(
        Transaction([Put("new", b"n"), DeletePrefix("below/"), Delete("gone"), Put("stays", b"s")])
    )
    page = await store.range("")
    assert [(entry.key, entry.value, entry.mod_revision) for entry in page.entries] == [
        ("new", b"n", revision),
        ("stays", b"s", revision),
    ]
    assert page.revision == revision


async def test_delete_prefix_deletes_what_starts_with_it_and_nothing_else(store: StateStore) -> None:
    """Shows it beside neighbours in key order, and for the empty prefix."""
    await put(store, "a", "a/1", "a/2/3", "a0", "b")
    await store.commit(Transaction([DeletePrefix("a/")]))
    assert await keys_of(store) == ["a", "a0", "b"]
    await store.commit(Transaction([DeletePrefix("")]))
    assert await keys_of(store) == []


async def test_delete_prefix_takes_any_number_of_keys_as_one_operation(store: StateStore) -> None:
    """Shows 1500 deletions in one transaction, seen by a watch as one revision."""
    await write_many(store, "many/", 1500)
    before = await put(store, "other")
    async with watching(store, "", before) as watch:
        waiting = asyncio.ensure_future(anext(watch))
        revision = await store.commit(Transaction([DeletePrefix("many/"), Put("end", b"")]))
        events = await waiting
    assert changed(events) == [*(f"-many/{index:06}" for index in range(1500)), "end"]
    assert {event.mod_revision for event in events if isinstance(event, DeleteEvent)} == {revision}
    assert await keys_of(store) == ["end", "other"]


async def test_concurrent_commits_are_each_atomic_with_a_revision_of_their_own(store: StateStore) -> None:
    """Shows 500 commits at once of which every fifth has a failing compare: the others all succeed, in order."""

    async def attempt(index: int) -> Revision | None:
        wrong = index % 5 == 0
        compare = Compare("absent", Revision(1 if wrong else 0))
        try:
            return await store.commit(Transaction([Put(f"{index:03}/a", b"a"), Put(f"{index:03}/b", b"b")], [compare]))
        except CompareFailedError:
            assert wrong
            return None

    revisions = await asyncio.gather(*map(attempt, range(500)))
    assert [revision for revision in revisions if revision is not None] == list(range(1, 401))
    page = await store.range("")
    assert {entry.key: entry.mod_revision for entry in page.entries} == {
        f"{index:03}/{part}": revision for index, revision in enumerate(revisions) if revision for part in "ab"
    }


async def test_of_concurrent_commits_with_one_compare_one_wins(store: StateStore) -> None:
    """Shows 50 racers for each of 10 rounds: the compare sees what an earlier commit of the same flush has done."""
    for round_number in range(10):
        entry = await store.get("prize")
        compare = Compare("prize", entry.mod_revision if entry else Revision(0))
        results = await asyncio.gather(
            *(store.commit(Transaction([Put("prize", f"{index}".encode())], [compare])) for index in range(50)),
            return_exceptions=True,
        )
        assert sum(isinstance(result, int) for result in results) == 1, round_number
        assert sum(isinstance(result, CompareFailedError) for result in results) == 49


async def test_commits_on_one_key_at_once_build_on_each_other(store: StateStore) -> None:
    """Shows put, delete by prefix, delete and put again, all in flight together, in the order they were made."""
    writes: list[Write] = [
        Put("k/1", b"1"),
        Put("k/1", b"2"),
        DeletePrefix("k/"),
        Put("k/1", b"3"),
        Delete("k/1"),
        Put("k/1", b"4"),
    ]
    revisions = await asyncio.gather(*(store.commit(Transaction([write])) for write in writes))
    assert revisions == [1, 2, 3, 4, 5, 6]
    assert await store.get("k/1") == Entry("k/1", b"4", Revision(6), Revision(6))
    async with watching(store, "", 0) as watch:
        events = [event for events in await take(watch, 6) for event in events]
    assert changed(events) == ["k/1", "k/1", "-k/1", "k/1", "-k/1", "k/1"]
    assert [event.entry.create_revision for event in events if isinstance(event, PutEvent)] == [1, 1, 4, 6]


@pytest.mark.parametrize(
    "transaction",
    [
        Transaction([Put("k", b"x" * (MAX_VALUE_BYTES + 1))]),
        Transaction([Put("k" * (MAX_KEY_BYTES + 1), b"")]),
        Transaction([Put("ü" * (MAX_KEY_BYTES // 2 + 1), b"")]),
        Transaction([Delete("k" * (MAX_KEY_BYTES + 1))]),
        Transaction([], [Compare("k" * (MAX_KEY_BYTES + 1), Revision(0))]),
        Transaction([Put("", b"")]),
        Transaction([Put("\ud800", b"")]),
        Transaction([DeletePrefix("\ud800")]),
        Transaction([Put("nul\0", b"")]),
        Transaction([Put(f"k{index}", b"") for index in range(MAX_OPERATIONS + 1)]),
        Transaction(
            [Put(f"k{index}", b"") for index in range(100)], [Compare(f"c{index}", Revision(0)) for index in range(29)]
        ),
        Transaction([Put("k", b""), Put("k", b"")]),
        Transaction([Put("k", b""), Delete("k")]),
        Transaction([DeletePrefix("k/"), Put("k/1", b"")]),
        Transaction([DeletePrefix("k/"), DeletePrefix("k/1/")]),
    ],
    ids=[
        *["value", "key", "key-bytes", "delete-key", "compare-key", "empty", "surrogate", "surrogate-prefix", "nul"],
        *["puts", "operations", "put-twice", "put-and-delete", "put-below-prefix", "prefixes"],
    ],
)
async def test_limits_are_enforced(store: StateStore, transaction: Transaction) -> None:
    """Shows a ValueError for each way to break a rule, and that nothing is stored."""
    with pytest.raises(ValueError, match=r"key|value|operations|prefixes|surrogates"):
        await store.commit(transaction)
    assert (await store.range("")).revision == 0


async def test_what_is_just_within_the_limits_is_stored(store: StateStore) -> None:
    """Shows the largest key, value and transaction."""
    longest = "ü" * (MAX_KEY_BYTES // 2)
    await store.commit(Transaction([Put(longest, b"x" * MAX_VALUE_BYTES)]))
    entry = await store.get(longest)
    assert entry is not None
    assert entry.value == b"x" * MAX_VALUE_BYTES
    compares = [Compare(f"c{index}", Revision(0)) for index in range(28)]
    await store.commit(Transaction([Put(f"k{index}", b"") for index in range(MAX_OPERATIONS - 28)], compares))
    assert len(await keys_of(store, "k")) == 100


@pytest.mark.parametrize("limit", [0, -1])
async def test_a_page_of_nothing_is_refused(store: StateStore, limit: int) -> None:
    """Shows a ValueError, not an endless loop of empty pages."""
    with pytest.raises(ValueError, match="limit"):
        await store.range("", limit=limit)


# Watches


async def test_a_watch_gives_every_change_in_order_grouped_by_revision(store: StateStore) -> None:
    """Shows changes made before and after the watch began, each revision in one piece, in the order of its writes."""
    await put(store, "a/1", "a/2", value=b"old")
    await put(store, "b")
    async with watching(store, "a/", 0) as watch:
        (first,) = await take(watch, 1)
        assert first == [PutEvent(Entry(f"a/{n}", b"old", Revision(1), Revision(1))) for n in (1, 2)]
        await store.commit(Transaction([Put("a/3", b"new"), Delete("a/1"), Put("b", b""), DeletePrefix("a/2")]))
        await put(store, "a/3", value=b"newer")
        assert await take(watch, 2) == [
            [
                PutEvent(Entry("a/3", b"new", Revision(3), Revision(3))),
                DeleteEvent("a/1", Revision(3)),
                DeleteEvent("a/2", Revision(3)),
            ],
            [PutEvent(Entry("a/3", b"newer", Revision(3), Revision(4)))],
        ]


async def test_a_watch_sees_only_what_is_below_its_prefix(store: StateStore) -> None:
    """Shows it by a last change that must come next if nothing else comes."""
    async with watching(store, "a/", 0) as watch:
        waiting = asyncio.ensure_future(anext(watch))
        await put(store, "a", "a0", "b/a/1")
        await store.commit(Transaction([DeletePrefix("b/")]))
        await put(store, "a/last")
        assert changed(await waiting) == ["a/last"]


async def test_a_watch_resumes_from_any_revision(store: StateStore) -> None:
    """Shows that a watch from each revision gives exactly what comes behind it."""
    for index in range(20):
        await put(store, f"k/{index:02}")
    for after in range(20):
        async with watching(store, "k/", after) as watch:
            got = await take(watch, 20 - after)
        assert [changed(events) for events in got] == [[f"k/{index:02}"] for index in range(after, 20)]


async def test_a_watch_may_begin_in_the_future(store: StateStore) -> None:
    """Shows that changes up to that revision are left out."""
    async with watching(store, "", 2) as watch:
        waiting = asyncio.ensure_future(anext(watch))
        for key in "abc":
            await put(store, key)
        assert changed(await waiting) == ["c"]


async def test_list_then_watch_leaves_no_gap(store: StateStore) -> None:
    """Shows that a copy kept by listing and then watching equals the store, with writers busy all the while."""

    async def write(writer: int) -> None:
        for step in range(60):
            key = f"k/{writer}/{step % 7}"
            await store.commit(Transaction([Delete(key) if step % 3 == 2 else Put(key, f"{step}".encode())]))
        await put(store, f"k/{writer}/end")

    writers = asyncio.gather(*map(write, range(5)))
    await put(store, "k/start")
    page = await store.range("k/")
    copy = {entry.key: entry.value for entry in page.entries}
    ends = sum(key.endswith("/end") for key in copy)
    async with watching(store, "k/", page.revision) as watch:
        while ends < 5:
            for event in await anext(watch):
                if isinstance(event, PutEvent):
                    copy[event.entry.key] = event.entry.value
                    ends += event.entry.key.endswith("/end")
                else:
                    del copy[event.key]
    await writers
    assert copy == {entry.key: entry.value for entry in (await store.range("k/")).entries}


async def test_many_watchers_each_see_their_own(store: StateStore) -> None:
    """Shows 200 watchers of 20 prefixes, all waiting while the changes are made at once."""

    async def follow(prefix: str) -> list[str]:
        async with watching(store, prefix, 0) as watch:
            return [key for events in await take(watch, 10) for key in changed(events)]

    followers = [asyncio.ensure_future(follow(f"{index % 20:02}/")) for index in range(200)]
    await asyncio.gather(*(put(store, f"{index % 20:02}/{index:03}") for index in range(200)))
    for index, seen in enumerate(await asyncio.gather(*followers)):
        assert seen == [f"{index % 20:02}/{number:03}" for number in range(index % 20, 200, 20)]


async def test_history_that_is_gone_is_said_to_be_gone(adapter: StateStoreAdapter, store: StateStore) -> None:
    """Shows the error for a watch from too far back, and that listing and watching from there works."""
    await put(store, "k")
    await put(store, "k")
    await adapter.forget_history(store)
    with pytest.raises(CompactedError):
        await anext(store.watch("k", after=Revision(0)))
    page = await store.range("k")
    assert [entry.key for entry in page.entries] == ["k"]
    async with watching(store, "k", page.revision) as watch:
        await store.commit(Transaction([Delete("k")]))
        assert changed(await anext(watch)) == ["-k"]


async def test_a_waiting_watch_outlives_the_history(adapter: StateStoreAdapter, store: StateStore) -> None:
    """Shows that a watcher with nothing to see is not told that it fell behind, however much happens elsewhere."""
    await put(store, "other")
    async with watching(store, "k", 0) as watch:
        waiting = asyncio.ensure_future(anext(watch))
        await asyncio.sleep(0)  # One turn, in which the watch begins.
        await write_many(store, "elsewhere/", 3000)
        await adapter.forget_history(store)
        await put(store, "k")
        assert changed(await waiting) == ["k"]


async def test_closing_the_iterator_ends_the_watch(store: StateStore) -> None:
    """Shows it for a watch closed after use, one never begun and one cancelled while it waits."""
    await put(store, "k")
    watch = store.watch("", after=Revision(0))
    await anext(watch)
    async with aclosing(watch):  # type: ignore[type-var]
        pass
    with pytest.raises(StopAsyncIteration):
        await anext(watch)
    async with watching(store, "", 0):
        pass
    async with watching(store, "", 1) as waiting_watch:
        waiting = asyncio.ensure_future(anext(waiting_watch))
        await put(store, "unrelated-to-the-cancelled")
        await waiting
        waiting = asyncio.ensure_future(anext(waiting_watch))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    await put(store, "k")


# Leases


async def test_keys_vanish_with_their_lease(adapter: StateStoreAdapter, store: StateStore) -> None:
    """Shows that keys live until the ttl has passed, then go together, and that a watch sees it."""
    lease = await store.grant_lease(10)
    revision = await put(store, "l/1", "l/2", lease=lease)
    await put(store, "stays")
    await adapter.pass_time(9)
    assert await keys_of(store) == ["l/1", "l/2", "stays"]
    async with watching(store, "l/", revision) as watch:
        await adapter.pass_time(1.5)
        assert changed(await anext(watch)) == ["-l/1", "-l/2"]
    assert await keys_of(store) == ["stays"]


async def test_keep_alive_moves_the_end_to_the_ttl_from_now(adapter: StateStoreAdapter, store: StateStore) -> None:
    """Shows a lease of 10 s kept alive for 40, then left alone."""
    lease = await store.grant_lease(10)
    revision = await put(store, "k", lease=lease)
    for _ in range(5):
        await adapter.pass_time(8)
        await store.keep_alive(lease)
    assert await keys_of(store) == ["k"]
    async with watching(store, "", revision) as watch:
        await adapter.pass_time(10.5)
        assert changed(await anext(watch)) == ["-k"]
    with pytest.raises(LeaseLostError):
        await store.keep_alive(lease)


async def test_revoking_ends_a_lease_now(store: StateStore) -> None:
    """Shows that its keys go at one revision and that doing it again, or to no lease, does nothing."""
    lease, other = await store.grant_lease(10), await store.grant_lease(10)
    assert lease != other
    await put(store, "k/1", "k/2", lease=lease)
    revision = await put(store, "k/3", lease=other)
    await store.revoke_lease(lease)
    page = await store.range("")
    assert ([entry.key for entry in page.entries], page.revision) == (["k/3"], revision + 1)
    await store.revoke_lease(lease)
    await store.revoke_lease(LeaseId(987_654_321))
    assert (await store.range("")).revision == revision + 1
    with pytest.raises(LeaseLostError):
        await store.keep_alive(lease)
    with pytest.raises(LeaseLostError):
        await store.keep_alive(LeaseId(987_654_321))
    await store.keep_alive(other)


async def test_a_lease_is_a_fence(adapter: StateStoreAdapter, store: StateStore) -> None:
    """Shows that a fenced commit passes while the lease lives, not after it was revoked or ran out."""
    revoked, expired = await store.grant_lease(10), await store.grant_lease(10)
    revision = await put(store, "mark", lease=expired)
    for lease in (revoked, expired):
        await store.commit(Transaction([Put("k", b"fenced")], lease=lease))
    await store.revoke_lease(revoked)
    async with watching(store, "mark", revision) as watch:
        await adapter.pass_time(10.5)
        assert changed(await anext(watch)) == ["-mark"]
    for lease in (revoked, expired):
        with pytest.raises(LeaseLostError):
            await store.commit(Transaction([Put("k", b"late")], lease=lease))
        with pytest.raises(LeaseLostError):
            await put(store, "k", value=b"late", lease=lease)
    entry = await store.get("k")
    assert entry is not None
    assert entry.value == b"fenced"


async def test_a_lost_fence_counts_before_a_failed_compare(store: StateStore) -> None:
    """Shows which error comes when both would: to read again is no use to one who must stop acting."""
    lease = await store.grant_lease(10)
    await store.revoke_lease(lease)
    with pytest.raises(LeaseLostError):
        await store.commit(Transaction([Put("k", b"")], [Compare("k", Revision(5))], lease))


async def test_commits_around_a_revocation_are_fenced_in_order(store: StateStore) -> None:
    """Shows fenced commits in flight together with the end of their lease: one before passes, one behind does not."""
    lease = await store.grant_lease(10)

    def fenced(key: str) -> Transaction:
        return Transaction([Put(key, b"", lease)], lease=lease)

    before, _, after = await asyncio.gather(
        store.commit(fenced("before")),
        store.revoke_lease(lease),
        store.commit(fenced("after")),
        return_exceptions=True,
    )
    assert before == 1
    assert isinstance(after, LeaseLostError)
    assert await keys_of(store) == []


async def test_the_last_put_says_which_lease_a_key_has(store: StateStore) -> None:
    """Shows a key moved to another lease, one freed of its lease, and one deleted and put anew without."""
    first, second = await store.grant_lease(10), await store.grant_lease(10)
    await put(store, "moved", "freed", "anew", lease=first)
    await put(store, "moved", lease=second)
    await put(store, "freed")
    await store.commit(Transaction([Delete("anew")]))
    await put(store, "anew")
    await store.revoke_lease(first)
    assert await keys_of(store) == ["anew", "freed", "moved"]
    await store.revoke_lease(second)
    assert await keys_of(store) == ["anew", "freed"]


@pytest.mark.parametrize("ttl_seconds", [0, -1, float("nan"), float("inf")])
async def test_a_lease_needs_a_real_ttl(store: StateStore, ttl_seconds: float) -> None:
    """Shows a ValueError for what is no duration."""
    with pytest.raises(ValueError, match="ttl_seconds"):
        await store.grant_lease(ttl_seconds)


# The end


async def test_a_closed_store_says_so(store: StateStore) -> None:
    """Shows that every method, and a watch that waits, raise; and that closing again does nothing."""
    lease = await store.grant_lease(10)
    watch = store.watch("", after=Revision(0))
    waiting = asyncio.ensure_future(anext(watch))
    await asyncio.sleep(0)
    await store.close()
    await store.close()
    calls = [
        waiting,
        store.get("k"),
        store.range(""),
        put(store, "k"),
        store.grant_lease(1),
        store.keep_alive(lease),
        store.revoke_lease(lease),
        anext(store.watch("", after=Revision(0))),
    ]
    for call in calls:
        with pytest.raises(StoreUnavailableError):
            await call
