"""Writes small records in the background, in order, keeping only the newest per key."""

import asyncio

from controlplane.domain.errors import UnavailableError
from controlplane.ports.state_store import MAX_OPERATIONS, Delete, Put, StateStore, Transaction
from controlplane.ports.system import Clock

RETRY_SECONDS = 0.5


class BackgroundWriter:
    """For records whose loss costs no work, only a little time: nobody waits for them."""

    def __init__(self, store: StateStore, clock: Clock, *, gather_seconds: float = 0.0) -> None:
        """``gather_seconds``: a write waits so long for company, so that many of them cost others one commit."""
        self._store = store
        self._clock = clock
        self._gather_seconds = gather_seconds
        self._due: dict[str, Put | Delete] = {}
        """The newest write by key, oldest key first."""
        self._wake = asyncio.Event()

    def write(self, change: Put | Delete) -> None:
        self._due.pop(change.key, None)
        self._due[change.key] = change
        self._wake.set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Writes until told to stop, then writes what is left once."""
        ended = asyncio.create_task(stopping.wait(), name="writer-stopping")
        try:
            while not stopping.is_set():
                woken = asyncio.create_task(self._wake.wait(), name="writer-woken")
                await asyncio.wait((ended, woken), return_when=asyncio.FIRST_COMPLETED)
                woken.cancel()
                if self._gather_seconds:
                    await asyncio.wait((ended,), timeout=self._gather_seconds)
                self._wake.clear()
                if not await self._flush():
                    await self._clock.sleep(RETRY_SECONDS)
                    self._wake.set()
            await self._flush()
        finally:
            ended.cancel()

    async def _flush(self) -> bool:
        while self._due:
            keys = list(self._due)[:MAX_OPERATIONS]
            writes = [self._due.pop(key) for key in keys]
            try:
                await self._store.commit(Transaction(writes))
            except UnavailableError:
                self._due = {w.key: w for w in writes} | self._due
                return False
        return True
