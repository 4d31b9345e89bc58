"""The adapters of the state store's port. A new one is a class here and a line in ``ADAPTERS``."""

from abc import ABC, abstractmethod
from pathlib import Path

from controlplane.adapters.memory import MemoryStateStore
from controlplane.adapters.sqlite import SqliteStateStore
from controlplane.ports.state_store import Put, StateStore, Transaction

from .hand_clock import HandClock

HISTORY = 2000
"""Changes that adapters with such a setting keep."""


class StateStoreAdapter(ABC):
    """How the suite handles one adapter."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._opened: list[StateStore] = []

    @abstractmethod
    async def make(self) -> StateStore:
        """A store with nothing in it."""

    @abstractmethod
    async def pass_time(self, seconds: float) -> None:
        """Returns when that much time has passed for leases."""

    @abstractmethod
    async def forget_history(self, store: StateStore) -> None:
        """Makes the store forget the changes before the present revision; may write below ``forgetting/``."""

    async def open(self) -> StateStore:
        store = await self.make()
        self._opened.append(store)
        return store

    async def close(self) -> None:
        for store in self._opened:
            await store.close()


class Memory(StateStoreAdapter):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.clock = HandClock()

    async def make(self) -> StateStore:
        return MemoryStateStore(self.clock, history=HISTORY)

    async def pass_time(self, seconds: float) -> None:
        self.clock.advance(seconds)

    async def forget_history(self, store: StateStore) -> None:
        assert isinstance(store, MemoryStateStore)
        store.compact()


class Sqlite(StateStoreAdapter):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.clock = HandClock()

    async def make(self) -> StateStore:
        return await SqliteStateStore.open(self.folder / "state.db", clock=self.clock, history=HISTORY)

    async def pass_time(self, seconds: float) -> None:
        self.clock.advance(seconds)

    async def forget_history(self, store: StateStore) -> None:
        # Also larger than what is held in memory, from which watches are served longer than the setting promises.
        await write_many(store, "forgetting/", HISTORY * 2, value=bytes(4096))


ADAPTERS: list[type[StateStoreAdapter]] = [Memory, Sqlite]


async def write_many(store: StateStore, prefix: str, count: int, value: bytes = b"x") -> None:
    """``count`` keys, a hundred to a transaction."""
    for start in range(0, count, 100):
        keys = [f"{prefix}{index:06}" for index in range(start, min(start + 100, count))]
        await store.commit(Transaction([Put(key, value) for key in keys]))
