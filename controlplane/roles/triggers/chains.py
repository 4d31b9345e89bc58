"""Starts pipelines after others completed.

An entry of the outbox is removed in the transaction that says what it started. Until then it may be dealt with again: the
request id of a start is made from the parent and the pipeline, so that this starts nothing twice.
"""

import asyncio
from collections.abc import Callable, Sequence
from hashlib import blake2s
from typing import cast

import orjson
import structlog

from controlplane.domain.errors import DistributedKubeError, InvalidError, UnavailableError
from controlplane.domain.outbox import (
    TreeEntry,
    TriggerEntry,
    pack_refused,
    pack_tree,
    refused_key,
    tree_key,
    unpack_trigger,
)
from controlplane.domain.values import Json
from controlplane.ports.job_starter import JobStarter, StartJob
from controlplane.ports.state_store import MAX_OPERATIONS, Delete, Entry, Put, StateStore, Transaction, Write
from controlplane.ports.system import Clock
from controlplane.ports.webhook_sender import DocumentSource
from controlplane.roles.following import RETRY_SECONDS, Alarm
from controlplane.roles.triggers.settings import TriggerSettings
from controlplane.roles.writer import BackgroundWriter

log = structlog.get_logger()

TYPES = ("internal", "stored", "trigger")
USER = "triggerUser"


class Chains:
    def __init__(
        self,
        *,
        store: StateStore,
        starter: JobStarter,
        documents: DocumentSource,
        writer: BackgroundWriter,
        followers: Callable[[str], Sequence[str]],
        clock: Clock,
        settings: TriggerSettings,
    ) -> None:
        """``followers``: names of the pipelines that start after one of that name."""
        self._store = store
        self._starter = starter
        self._documents = documents
        self._writer = writer
        self._followers = followers
        self._clock = clock
        self._settings = settings
        self._waiting: dict[str, TriggerEntry] = {}
        """By key, in the order of their arrival."""
        self._busy: set[str] = set()
        self._alarm = Alarm(clock)

    def put(self, entry: Entry) -> None:
        if entry.key not in self._busy:
            self._waiting[entry.key] = unpack_trigger(entry.value)
            self._alarm.ring()

    def gone(self, key: str) -> None:
        self._waiting.pop(key, None)

    async def run(self) -> None:
        """Deals with entries; until cancelled."""
        async with asyncio.TaskGroup() as group:
            while True:
                while self._waiting and len(self._busy) < self._settings.starts_at_a_time:
                    key = next(iter(self._waiting))
                    entry = self._waiting.pop(key)
                    if names := self._followers(entry.pipeline):
                        self._busy.add(key)
                        group.create_task(self._serve(key, entry, names), name=f"trigger-{entry.job_id}")
                    else:
                        # Nobody waits for this; if it is lost in a crash, it is found again.
                        self._writer.write(Delete(key))
                await self._alarm.wait(None)

    async def _serve(self, key: str, entry: TriggerEntry, names: Sequence[str]) -> None:
        children: list[TreeEntry] = []
        refused: dict[str, str] = {}
        if entry.depth + 1 > self._settings.max_depth:
            why = f"{self._settings.max_depth} jobs have started each other: is it a circle?"
            refused = dict.fromkeys(names, why)
        else:
            await self._start_all(entry, names, children, refused)
        for name, why in refused.items():
            log.warning("trigger_refused", pipeline=name, parent_job_id=entry.job_id, reason=why)
        await self._settle(key, entry, children, refused)
        self._busy.discard(key)
        self._alarm.ring()

    async def _start_all(
        self, entry: TriggerEntry, names: Sequence[str], children: list[TreeEntry], refused: dict[str, str]
    ) -> None:
        try:
            items = await self._result_items(entry.job_id)
        except DistributedKubeError as error:
            refused.update(dict.fromkeys(names, error.message))
            return
        for name in names:
            start = StartJob(
                request_id=request_id_of(entry.job_id, name),
                types=TYPES,
                user=USER,
                flow_input={"parent": items},
                tags=entry.tags,
                root_job_id=entry.root_job_id,
                parent_job_id=entry.job_id,
            )
            try:
                job_id = await self._start(name, start)
            except DistributedKubeError as error:
                refused[name] = error.message
            else:
                log.info("trigger_started", pipeline=name, job_id=job_id, parent_job_id=entry.job_id)
                children.append(TreeEntry(job_id, name, entry.job_id))

    async def _result_items(self, job_id: str) -> Json:
        while True:
            try:
                text = await self._documents.result_items(job_id, self._settings.max_input_bytes)
                return cast(Json, orjson.loads(text))
            except UnavailableError:
                await self._clock.sleep(RETRY_SECONDS)

    async def _start(self, name: str, start: StartJob) -> str:
        while True:
            try:
                return await self._starter.start_stored(name, start)
            except UnavailableError:
                await self._clock.sleep(RETRY_SECONDS)
            except (TypeError, ValueError) as error:
                # Numbers beyond 64 bits, for example: this would be so at every start of the process, for ever.
                raise InvalidError(f"its flow input and the result do not go together: {error}") from error

    async def _settle(
        self, key: str, entry: TriggerEntry, children: Sequence[TreeEntry], refused: dict[str, str]
    ) -> None:
        """Says what was started and why something was not, and removes the entry, last of all."""
        root = entry.root_job_id
        parent = None if entry.job_id == root else entry.parent_job_id
        writes: list[Write] = [
            Put(tree_key(root, node.job_id), pack_tree(node))
            for node in (TreeEntry(entry.job_id, entry.pipeline, parent), *children)
        ]
        if refused:
            writes.append(Put(refused_key(root, entry.job_id), pack_refused(refused)))
        writes.append(Delete(key))
        for first in range(0, len(writes), MAX_OPERATIONS):
            await self._commit(writes[first : first + MAX_OPERATIONS])

    async def _commit(self, writes: Sequence[Write]) -> None:
        while True:
            try:
                await self._store.commit(Transaction(writes))
                return
            except UnavailableError:
                await self._clock.sleep(RETRY_SECONDS)


def request_id_of(parent_job_id: str, pipeline: str) -> str:
    return "trigger-" + blake2s(f"{parent_job_id}\n{pipeline}".encode(), digest_size=20).hexdigest()
