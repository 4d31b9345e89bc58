"""The triggers role: knows which pipelines start by themselves, by list and watch, and starts them."""

import asyncio
from collections.abc import Sequence

from controlplane.domain.catalog_records import PIPELINES, unpack_pipeline
from controlplane.domain.outbox import TRIGGER_OUTBOX
from controlplane.ports.job_starter import JobStarter
from controlplane.ports.state_store import Entry, StateStore
from controlplane.ports.system import Clock
from controlplane.ports.webhook_sender import DocumentSource
from controlplane.roles.following import Follower, until_stopped
from controlplane.roles.triggers.chains import Chains
from controlplane.roles.triggers.crons import Crons
from controlplane.roles.triggers.settings import TriggerSettings
from controlplane.roles.writer import BackgroundWriter

GATHER_SECONDS = 1.0
"""Most jobs start no other: their entries are removed together, so that this costs the next job no commit of its own."""


class TriggersRole:
    def __init__(
        self,
        *,
        store: StateStore,
        starter: JobStarter,
        documents: DocumentSource,
        clock: Clock,
        settings: TriggerSettings,
    ) -> None:
        self._writer = BackgroundWriter(store, clock, gather_seconds=GATHER_SECONDS)
        self._crons = Crons(store=store, starter=starter, clock=clock, settings=settings)
        self._chains = Chains(
            store=store,
            starter=starter,
            documents=documents,
            writer=self._writer,
            followers=self._followers,
            clock=clock,
            settings=settings,
        )
        self._starts_after: dict[str, tuple[str, ...]] = {}
        """Of each pipeline that starts after others, which those are."""
        self._after: dict[str, set[str]] = {}
        """The same the other way round."""
        self._pipelines = Follower(store, clock, PIPELINES, put=self._put, gone=self._gone, begin=self._begin)
        self._ended = Follower(
            store, clock, TRIGGER_OUTBOX, put=self._chains.put, gone=self._chains.gone, begin=lambda: None
        )

    def _followers(self, pipeline: str) -> Sequence[str]:
        return sorted(self._after.get(pipeline, ()))

    def _begin(self) -> None:
        self._starts_after.clear()
        self._after.clear()
        self._crons.begin()

    def _put(self, entry: Entry) -> None:
        record = unpack_pipeline(entry.value)
        self._crons.put(record)
        self._forget(record.name)
        if record.starts_after:
            self._starts_after[record.name] = record.starts_after
            for name in record.starts_after:
                self._after.setdefault(name, set()).add(record.name)

    def _gone(self, key: str) -> None:
        name = key.removeprefix(PIPELINES)
        self._crons.gone(name)
        self._forget(name)

    def _forget(self, pipeline: str) -> None:
        for name in self._starts_after.pop(pipeline, ()):
            others = self._after[name]
            others.discard(pipeline)
            if not others:
                del self._after[name]

    async def start(self) -> None:
        """Reads which pipelines start by themselves, and which jobs have completed meanwhile."""
        await self._crons.start()
        await self._pipelines.start()
        await self._ended.start()

    async def run(self, stopping: asyncio.Event) -> None:
        """Starts jobs until told to stop."""
        writer_stopping = asyncio.Event()
        writer = asyncio.create_task(self._writer.run(writer_stopping), name="triggers-writer")
        try:
            await until_stopped(
                stopping, self._pipelines.run(), self._ended.run(), self._crons.run(), self._chains.run()
            )
        finally:
            writer_stopping.set()
            await writer
