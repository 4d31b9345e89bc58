"""Stores pipelines: new ones, in place of others, and those that come with the installation.

Each change makes a version, in the same transaction; what somebody else changed meanwhile starts it over.
"""

from collections.abc import Sequence

from controlplane.api.pipeline_records import check_storable, make_record, must_get, same, snapshot_of, to_message
from controlplane.api.pipelines import fill_defaults
from controlplane.api.views import timestamp
from controlplane.domain.catalog_records import Audit, PipelineRecord, pack, pipeline_key, unpack_pipeline
from controlplane.domain.errors import AlreadyExistsError, CompareFailedError
from controlplane.domain.outbox import Kept, retention_key
from controlplane.domain.records import request_key
from controlplane.domain.versions import VERSION_CHARACTERS, Versioned
from controlplane.ports.state_store import Compare, Entry, Put, Revision, StateStore, Transaction, Write
from controlplane.ports.system import Clock, Ids
from controlplane.ports.versions import prepare_version
from distributedkube.api.pipeline.v1 import pipeline_pb2


class PipelineStoring:
    def __init__(self, *, store: StateStore, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids

    async def create(self, pipeline: pipeline_pb2.Pipeline, user: str, request_id: str = "") -> PipelineRecord:
        """Stores a new pipeline; a request made before is answered with what is stored now.

        Raises ``AlreadyExistsError``, and what ``check_storable`` raises.
        """
        if earlier := await self._earlier(request_id, pipeline.name):
            return earlier
        fill_defaults(pipeline)
        await check_storable(pipeline, self._store)
        while True:
            if await self._store.get(pipeline_key(pipeline.name)) is not None:
                raise AlreadyExistsError("pipeline", pipeline.name)
            try:
                return await self._change(pipeline, None, user, self._remembered(request_id, pipeline.name))
            except CompareFailedError:  # Perhaps the same request came in twice.
                if earlier := await self._earlier(request_id, pipeline.name):
                    return earlier

    async def _earlier(self, request_id: str, name: str) -> PipelineRecord | None:
        if not request_id or await self._store.get(request_key(request_id)) is None:
            return None
        return unpack_pipeline((await must_get(self._store, name)).value)

    def _remembered(self, request_id: str, name: str) -> Sequence[Write]:
        if not request_id:
            return ()
        return (
            Put(request_key(request_id), name.encode()),
            Put(retention_key(self._clock.now(), Kept.REQUEST, request_id), b""),
        )

    async def replace(self, pipeline: pipeline_pb2.Pipeline, user: str) -> PipelineRecord:
        """Stores a pipeline in place of the one of its name.

        Raises ``NotFoundError``, and what ``check_storable`` raises.
        """
        fill_defaults(pipeline)
        await check_storable(pipeline, self._store)
        while True:
            entry = await must_get(self._store, pipeline.name)
            try:
                return await self._change(pipeline, entry, user)
            except CompareFailedError:
                continue

    async def seed(self, pipeline: pipeline_pb2.Pipeline) -> None:
        """Stores a pipeline when there is none of its name: as it is written, without defaults, and by nobody.

        It must keep all rules of storing.
        """
        filled = pipeline_pb2.Pipeline.FromString(pipeline.SerializeToString())
        fill_defaults(filled)
        while await self._store.get(pipeline_key(pipeline.name)) is None:
            await check_storable(filled, self._store)
            now, version = self._clock.now(), self._ids.text(VERSION_CHARACTERS)
            stored = pipeline_pb2.Pipeline.FromString(pipeline.SerializeToString())
            stored.created.CopyFrom(timestamp(now))
            stored.modified.CopyFrom(timestamp(now))
            record = make_record(stored, stored=None, version=version, audit=Audit("", None, version), now=now)
            try:
                await self._commit(record, None, snapshot_of(pipeline, record), now)
            except CompareFailedError:
                continue

    async def _change(
        self, pipeline: pipeline_pb2.Pipeline, entry: Entry | None, user: str, more: Sequence[Write] = ()
    ) -> PipelineRecord:
        """Stores a pipeline that keeps all rules. Raises ``CompareFailedError``: read again."""
        stored = unpack_pipeline(entry.value) if entry else None
        now = self._clock.now()
        is_new = stored is None or not same(pipeline, to_message(stored))
        version = self._ids.text(VERSION_CHARACTERS) if stored is None or is_new else stored.version
        changed = pipeline_pb2.Pipeline.FromString(pipeline.SerializeToString())
        if not changed.HasField("modified"):
            changed.modified.CopyFrom(timestamp(now))
        audit = Audit(user, changed.modified.ToMilliseconds() / 1000, version)
        record = make_record(changed, stored=stored, version=version, audit=audit, now=now)
        snapshot = snapshot_of(pipeline, record) if is_new else None
        await self._commit(record, entry, snapshot, now, user, more)
        return record

    async def _commit(
        self,
        record: PipelineRecord,
        entry: Entry | None,
        snapshot: bytes | None,
        now: float,
        user: str = "",
        more: Sequence[Write] = (),
    ) -> None:
        """Stores a record in place of an entry; ``snapshot`` is what its version keeps, None when there is no new one."""
        put = Put(pipeline_key(record.name), pack(record))
        writes: list[Write] = [put, *more]
        compares = [Compare(put.key, entry.mod_revision if entry else Revision(0))]
        if snapshot is not None:
            made = await prepare_version(
                self._store,
                Versioned.PIPELINE,
                name=record.name,
                version=record.version,
                snapshot=snapshot,
                created_at=now,
                created_by=user,
            )
            writes += made.writes
            compares += made.compares
        await self._store.commit(Transaction(writes, compares))
