"""The catalog role: a view in memory of all runnable algorithms, by list and watch."""

import asyncio
from collections.abc import Callable, Sequence

from controlplane.domain.catalog_records import ALGORITHMS, unpack_algorithm
from controlplane.ports.catalog import RunnableAlgorithm
from controlplane.ports.state_store import Entry, StateStore
from controlplane.ports.system import Clock
from controlplane.roles.following import Follower, until_stopped


class CatalogRole:
    """Implements ``AlgorithmCatalog``."""

    def __init__(self, *, store: StateStore, clock: Clock) -> None:
        self._algorithms: dict[str, RunnableAlgorithm] = {}
        self._reading: dict[str, RunnableAlgorithm] | None = None
        """What has been found so far while all is read anew."""
        self._callbacks: list[Callable[[], None]] = []
        self._follower = Follower(
            store, clock, ALGORITHMS, put=self._put, gone=self._gone, begin=self._begin, settled=self._settled
        )

    def get(self, name: str) -> RunnableAlgorithm | None:
        return self._algorithms.get(name)

    def all(self) -> Sequence[RunnableAlgorithm]:
        return list(self._algorithms.values())

    def on_change(self, callback: Callable[[], None]) -> None:
        self._callbacks.append(callback)

    async def start(self) -> None:
        """Reads what there is."""
        await self._follower.start()

    async def run(self, stopping: asyncio.Event) -> None:
        """Follows changes until told to stop."""
        await until_stopped(stopping, self._follower.run())

    def _begin(self) -> None:
        # What is known stays in force until all has been read anew.
        self._reading = {}

    def _put(self, entry: Entry) -> None:
        name, runnable = entry.key.removeprefix(ALGORITHMS), _runnable(entry.value)
        target = self._algorithms if self._reading is None else self._reading
        if runnable is None:
            target.pop(name, None)
        else:
            target[name] = runnable

    def _gone(self, key: str) -> None:
        self._algorithms.pop(key.removeprefix(ALGORITHMS), None)

    def _settled(self) -> None:
        if self._reading is not None:
            self._algorithms, self._reading = self._reading, None
        for callback in self._callbacks:
            callback()


def _runnable(data: bytes) -> RunnableAlgorithm | None:
    record = unpack_algorithm(data)
    if not record.runtime:
        return None
    return RunnableAlgorithm(
        name=record.name,
        version=record.version,
        runtime=record.runtime,
        entry_point=record.runtime_entry_point,
        cpu_milli=record.cpu_milli,
        memory_mib=record.memory_mib,
        min_hot_workers=record.min_hot_workers,
        max_workers=record.max_workers,
        environment=record.environment,
        references=record.references,
    )
