"""The catalog role: a view in memory of all runnable algorithms, by list and watch."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing

from controlplane.domain.catalog_records import ALGORITHMS, unpack_algorithm
from controlplane.domain.errors import CompactedError, UnavailableError
from controlplane.ports.catalog import RunnableAlgorithm
from controlplane.ports.state_store import ChangeEvent, PutEvent, Revision, StateStore
from controlplane.ports.system import Clock

RETRY_SECONDS = 0.2


class CatalogRole:
    """Implements ``AlgorithmCatalog``."""

    def __init__(self, *, store: StateStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._algorithms: dict[str, RunnableAlgorithm] = {}
        self._callbacks: list[Callable[[], None]] = []

    def get(self, name: str) -> RunnableAlgorithm | None:
        return self._algorithms.get(name)

    def all(self) -> Sequence[RunnableAlgorithm]:
        return list(self._algorithms.values())

    def on_change(self, callback: Callable[[], None]) -> None:
        self._callbacks.append(callback)

    async def start(self) -> Revision:
        """Reads what there is; returns the revision to watch from."""
        found: dict[str, RunnableAlgorithm] = {}
        after, revision = "", Revision(0)
        while True:
            page = await self._store.range(ALGORITHMS, after=after)
            revision = revision or page.revision
            for entry in page.entries:
                runnable = _runnable(entry.value)
                if runnable is not None:
                    found[runnable.name] = runnable
            if not page.more:
                break
            after = page.entries[-1].key
        self._algorithms = found
        self._changed()
        return revision

    async def run(self, stopping: asyncio.Event, revision: Revision) -> None:
        """Follows changes until told to stop."""
        follower = asyncio.create_task(self._follow(revision), name="catalog-follow")
        stop = asyncio.create_task(stopping.wait(), name="catalog-stopping")
        await asyncio.wait((follower, stop), return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        if follower.done():
            follower.result()
        follower.cancel()

    async def _follow(self, revision: Revision) -> None:
        compacted = False
        while True:
            try:
                if compacted:
                    revision = await self.start()
                    compacted = False
                async with aclosing(self._store.watch(ALGORITHMS, after=revision)) as changes:
                    async for events in changes:
                        revision = self._apply(events, revision)
            except CompactedError:
                compacted = True
            except UnavailableError:
                await self._clock.sleep(RETRY_SECONDS)

    def _apply(self, events: Sequence[ChangeEvent], revision: Revision) -> Revision:
        for event in events:
            if isinstance(event, PutEvent):
                name, runnable = event.entry.key.removeprefix(ALGORITHMS), _runnable(event.entry.value)
                revision = max(revision, event.entry.mod_revision)
            else:
                name, runnable = event.key.removeprefix(ALGORITHMS), None
                revision = max(revision, event.mod_revision)
            if runnable is None:
                self._algorithms.pop(name, None)
            else:
                self._algorithms[name] = runnable
        self._changed()
        return revision

    def _changed(self) -> None:
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
    )
