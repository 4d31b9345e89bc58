"""The SQLite store against the one in memory: random operations must have the same outcome in both."""

import asyncio
import itertools
from collections.abc import Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from controlplane.adapters.memory import MemoryStateStore
from controlplane.adapters.sqlite import SqliteStateStore
from controlplane.domain.errors import DistributedKubeError
from controlplane.ports.state_store import (
    ChangeEvent,
    Compare,
    Delete,
    DeleteEvent,
    DeletePrefix,
    LeaseId,
    Put,
    Revision,
    StateStore,
    Transaction,
    Write,
)

from .hand_clock import HandClock

KEYS = ["a", "a/", "a/b", "a/b/c", "a/c", "a0", "b", "ä/1", "\uffff", "😀/1", '"]', "%"]
PREFIXES = ["", "a", "a/", "a/b", "b", "ä", "😀/", "zz"]

leases = Bundle("leases")
optional_leases = st.one_of(st.none(), leases)
compares = st.lists(st.builds(Compare, st.sampled_from(KEYS), st.integers(0, 6)), max_size=1)
writes = st.lists(
    st.one_of(
        st.builds(Put, st.sampled_from(KEYS), st.binary(max_size=20), optional_leases),
        st.builds(Delete, st.sampled_from(KEYS)),
        st.builds(DeletePrefix, st.sampled_from(PREFIXES)),
    ),
    max_size=4,
)


async def outcome(call: Any) -> Any:
    """The result, or the kind of error."""
    try:
        return await call
    except (DistributedKubeError, ValueError) as error:
        return type(error)


async def changes(store: StateStore, prefix: str, after: int, count: int) -> list[Sequence[ChangeEvent]]:
    async with aclosing(store.watch(prefix, after=Revision(after))) as watch:  # type: ignore[type-var]
        return [list(await anext(watch)) for _ in range(count)]


class Machine(RuleBasedStateMachine):
    """Does everything to both stores."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.runner = asyncio.Runner()
        self.clocks = (HandClock(), HandClock())
        self.alive: set[LeaseId] = set()
        self.model, self.store = self.runner.run(self.open())

    async def open(self) -> tuple[MemoryStateStore, SqliteStateStore]:
        return MemoryStateStore(self.clocks[0]), await SqliteStateStore.open(self.path, clock=self.clocks[1])

    def both(self, method: str, *arguments: Any, **named: Any) -> Any:
        """Calls it on both and returns the outcome, which must be one."""

        async def call() -> tuple[Any, Any]:
            return (
                await outcome(getattr(self.model, method)(*arguments, **named)),
                await outcome(getattr(self.store, method)(*arguments, **named)),
            )

        expected, got = self.runner.run(call())
        assert got == expected
        return expected

    @rule(writes=writes, compares=compares, lease=optional_leases)
    def commit(self, writes: list[Write], compares: list[Compare], lease: LeaseId | None) -> None:
        self.both("commit", Transaction(writes, compares, lease))

    @rule(key=st.sampled_from(KEYS), value=st.binary(max_size=20), lease=optional_leases)
    def compare_and_put(self, key: str, value: bytes, lease: LeaseId | None) -> None:
        entry = self.both("get", key)
        compare = Compare(key, entry.mod_revision if entry else Revision(0))
        self.both("commit", Transaction([Put(key, value)], [compare], lease))

    @rule(parts=st.lists(st.tuples(writes, compares, optional_leases), min_size=2, max_size=8))
    def commit_together(self, parts: list[tuple[list[Write], list[Compare], LeaseId | None]]) -> None:
        transactions = [Transaction(*part) for part in parts]

        async def call() -> tuple[list[Any], list[Any]]:
            expected = [await outcome(self.model.commit(transaction)) for transaction in transactions]
            return expected, await asyncio.gather(*(outcome(self.store.commit(each)) for each in transactions))

        expected, got = self.runner.run(call())
        assert got == expected

    @rule(
        prefix=st.sampled_from(PREFIXES),
        after=st.sampled_from(["", *KEYS]),
        limit=st.sampled_from([1, 2, 5, 1000]),
        reverse=st.booleans(),
    )
    def range(self, prefix: str, after: str, limit: int, reverse: bool) -> None:
        self.both("range", prefix, after=after, limit=limit, reverse=reverse)

    @rule(prefix=st.sampled_from(PREFIXES), data=st.data())
    def watch(self, prefix: str, data: st.DataObject) -> None:
        head = self.runner.run(self.model.range("")).revision
        after = data.draw(st.integers(0, head))
        everything = self.runner.run(changes(self.model, "", after, head - after))
        expected = [found for events in everything if (found := [e for e in events if key_of(e).startswith(prefix)])]
        assert self.runner.run(changes(self.model, prefix, after, len(expected))) == expected
        assert self.runner.run(changes(self.store, prefix, after, len(expected))) == expected

    @rule(target=leases, ttl_seconds=st.sampled_from([5, 10]))
    def grant(self, ttl_seconds: int) -> Any:
        lease: LeaseId = self.both("grant_lease", ttl_seconds)
        self.alive.add(lease)
        return multiple(lease)

    @rule(lease=leases)
    def keep_alive(self, lease: LeaseId) -> None:
        self.both("keep_alive", lease)

    @rule(lease=leases)
    def revoke(self, lease: LeaseId) -> None:
        self.both("revoke_lease", lease)

    @rule(seconds=st.sampled_from([1, 4, 6]))
    def pass_time(self, seconds: int) -> None:
        async def call() -> None:
            for clock in self.clocks:
                clock.advance(seconds)
            for _ in range(5):  # Turns in which the timers run.
                await asyncio.sleep(0)
            await self.store.commit(Transaction([]))  # Behind what the timers have asked of the writer.

        self.runner.run(call())

    @rule()
    def reopen(self) -> None:
        async def call() -> SqliteStateStore:
            await self.store.close()
            for lease in self.alive:  # Reopening gives them their full ttl again.
                await outcome(self.model.keep_alive(lease))
            return await SqliteStateStore.open(self.path, clock=self.clocks[1])

        self.store = self.runner.run(call())

    @invariant()
    def same_content(self) -> None:
        self.both("range", "")

    def teardown(self) -> None:
        self.runner.run(self.model.close())
        self.runner.run(self.store.close())
        self.runner.close()


def key_of(event: ChangeEvent) -> str:
    return event.key if isinstance(event, DeleteEvent) else event.entry.key


def test_sqlite_does_what_memory_does(tmp_path: Path) -> None:
    """Shows equal outcomes, pages and histories over random commits, leases, time and restarts."""
    numbers = itertools.count()
    run_state_machine_as_test(
        lambda: Machine(tmp_path / f"{next(numbers)}.db"),  # type: ignore[arg-type]
        settings=settings(max_examples=40, stateful_step_count=30, deadline=None, database=None),
    )
