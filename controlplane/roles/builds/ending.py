"""What comes of a build that has ended: its record, a version of the algorithm, and perhaps a new current algorithm.

The version becomes current when the algorithm had none, or when no unfinished job uses it: jobs keep what they were started
with. Otherwise the algorithm says in its ``errors`` that a newer version waits to be applied.
"""

from dataclasses import replace

from controlplane.domain.catalog_records import (
    NOT_NEWEST,
    AlgorithmRecord,
    BuildRecord,
    BuildState,
    build_key,
    build_runtime_key,
    open_build_key,
    pack,
    unpack_algorithm,
    with_version,
)
from controlplane.domain.errors import CompareFailedError
from controlplane.domain.versions import VERSION_CHARACTERS, Versioned
from controlplane.ports.algorithm_records import FoundAlgorithm, find_algorithm, is_in_use, store_algorithm, unchanged
from controlplane.ports.image_builder import BuildFailed, BuildSucceeded
from controlplane.ports.state_store import Compare, Delete, Put, StateStore, Transaction, Write
from controlplane.ports.system import Clock, Ids
from controlplane.ports.versions import prepare_version

MAX_ERROR_CHARACTERS = 8000


class BuildEnding:
    """Stores ends of builds."""

    def __init__(self, *, store: StateStore, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids

    async def end(self, record: BuildRecord, outcome: BuildSucceeded | BuildFailed, is_open: Compare) -> BuildRecord:
        """Makes the end durable with all that comes of it; returns the final record.

        Raises ``CompareFailedError`` when the build is no longer open.
        """
        record = replace(record, ended_at=self._clock.now())
        if isinstance(outcome, BuildFailed):
            record = replace(record, state=BuildState.FAILED, progress=80, error=_cut(outcome.error))
            return await self._commit(record, [], [is_open])
        record = replace(
            record,
            state=BuildState.COMPLETED,
            progress=100,
            runtime=outcome.runtime,
            runtime_entry_point=outcome.entry_point,
            version=self._ids.text(VERSION_CHARACTERS),
        )
        while True:
            found = await find_algorithm(self._store, record.algorithm)
            try:
                return await self._complete(record, found, is_open)
            except CompareFailedError:
                entry = await self._store.get(is_open.key)
                if entry is None or entry.mod_revision != is_open.mod_revision:
                    raise

    async def _complete(self, record: BuildRecord, found: FoundAlgorithm | None, is_open: Compare) -> BuildRecord:
        if found is None:  # Deleted meanwhile: there is nothing left to make a version of.
            return await self._commit(replace(record, version=""), [], [is_open])
        made = _made(record, found.record)
        new = await prepare_version(
            self._store,
            Versioned.ALGORITHM,
            name=record.algorithm,
            version=record.version,
            snapshot=pack(made),
            created_at=self._clock.now(),
            build_id=record.build_id,
        )
        updated = await self._updated(found.record, made)
        writes = [
            *store_algorithm(updated, found.record),
            *new.writes,
            Put(build_runtime_key(record.runtime), record.build_id.encode()),
        ]
        record = replace(record, semver=new.record.semver)
        return await self._commit(record, writes, [is_open, unchanged(record.algorithm, found), *new.compares])

    async def _updated(self, current: AlgorithmRecord, made: AlgorithmRecord) -> AlgorithmRecord:
        """What is current once the version is there."""
        overtaken = made.build_started_at < current.build_started_at
        if overtaken or (current.version and await is_in_use(self._store, current.name)):
            return replace(current, errors=tuple(dict.fromkeys((*current.errors, NOT_NEWEST))))
        return replace(
            made,
            created_at=current.created_at,
            modified_at=self._clock.now(),
            audit=with_version(current.audit, made.version),
        )

    async def _commit(self, record: BuildRecord, writes: list[Write], compares: list[Compare]) -> BuildRecord:
        end: list[Write] = [Put(build_key(record.build_id), pack(record)), Delete(open_build_key(record.build_id))]
        await self._store.commit(Transaction([*writes, *end], compares))
        return record


def _made(record: BuildRecord, current: AlgorithmRecord) -> AlgorithmRecord:
    """The algorithm as it was asked for, with what was built. Records of older servers do not say what was asked for."""
    asked = unpack_algorithm(record.snapshot) if record.snapshot else replace(current, audit=(), errors=())
    return replace(
        asked,
        version=record.version,
        runtime=record.runtime,
        runtime_entry_point=record.runtime_entry_point,
        build_id=record.build_id,
        build_started_at=record.started_at,
    )


def _cut(error: str) -> str:
    """The beginning and the end of a long error: tools say last what went wrong."""
    if len(error) <= MAX_ERROR_CHARACTERS:
        return error
    half = MAX_ERROR_CHARACTERS // 2
    return f"{error[:half]}\n...\n{error[-half:]}"
