"""Commits for ever from 20 callers at once and prints each answered key with its revision; meant to be killed."""

import asyncio
import itertools
import os
import sys

from controlplane.adapters.sqlite import SqliteStateStore
from controlplane.adapters.system import SystemClock
from controlplane.ports.state_store import Put, Transaction


async def main(path: str) -> None:
    store = await SqliteStateStore.open(path, clock=SystemClock())

    async def write(writer: int) -> None:
        for step in itertools.count():
            key = f"{writer}/{step}"
            revision = await store.commit(Transaction([Put(key, key.encode() * 20), Put(f"{key}/pair", b"")]))
            # Past all buffers of this process, so that what was answered is known after kill -9.
            os.write(1, f"{key} {revision}\n".encode())

    await asyncio.gather(*map(write, range(20)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
