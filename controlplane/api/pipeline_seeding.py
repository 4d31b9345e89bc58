"""Stores pipelines that come with the installation: as they are written, without defaults, and by nobody."""

from controlplane.api.pipeline_records import check_storable, make_record, snapshot_of
from controlplane.api.pipelines import fill_defaults
from controlplane.api.views import timestamp
from controlplane.domain.catalog_records import Audit, pack, pipeline_key
from controlplane.domain.errors import CompareFailedError
from controlplane.domain.versions import VERSION_CHARACTERS, Versioned
from controlplane.ports.state_store import Compare, Put, Revision, StateStore, Transaction
from controlplane.ports.system import Clock, Ids
from controlplane.ports.versions import prepare_version
from distributedkube.api.pipeline.v1 import pipeline_pb2


class PipelineSeeding:
    def __init__(self, *, store: StateStore, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids

    async def store(self, pipeline: pipeline_pb2.Pipeline) -> None:
        """Stores a pipeline with one version when there is none of its name; it must keep all rules of storing."""
        filled = pipeline_pb2.Pipeline.FromString(pipeline.SerializeToString())
        fill_defaults(filled)
        key = pipeline_key(pipeline.name)
        while await self._store.get(key) is None:
            await check_storable(filled, self._store)
            try:
                await self._commit(pipeline)
            except CompareFailedError:
                continue

    async def _commit(self, pipeline: pipeline_pb2.Pipeline) -> None:
        now, version = self._clock.now(), self._ids.text(VERSION_CHARACTERS)
        stored = pipeline_pb2.Pipeline.FromString(pipeline.SerializeToString())
        stored.created.CopyFrom(timestamp(now))
        stored.modified.CopyFrom(timestamp(now))
        record = make_record(stored, stored=None, version=version, audit=Audit("", None, version), now=now)
        made = await prepare_version(
            self._store,
            Versioned.PIPELINE,
            name=record.name,
            version=version,
            snapshot=snapshot_of(pipeline, record),
            created_at=now,
        )
        put = Put(pipeline_key(record.name), pack(record))
        await self._store.commit(Transaction([put, *made.writes], [Compare(put.key, Revision(0)), *made.compares]))
