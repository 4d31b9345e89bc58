"""Deletes algorithms with what belongs to them, and, when forced, with what depends on them."""

from collections.abc import Mapping, Sequence

from controlplane.api.job_filters import OPEN_STATES
from controlplane.api.job_verbs import JobVerbs
from controlplane.domain.catalog_records import (
    PIPELINES,
    AlgorithmRecord,
    BuildRecord,
    algorithm_key,
    algorithm_order_key,
    build_key,
    build_log_prefix,
    build_order_prefix,
    build_runtime_key,
    build_time_key,
    open_build_key,
    unpack_build,
    unpack_pipeline,
)
from controlplane.domain.errors import CompareFailedError, NotAllowedError
from controlplane.domain.readmes import Described
from controlplane.domain.versions import Versioned
from controlplane.ports.algorithm_records import must_find_algorithm, unchanged
from controlplane.ports.job_index import JobFilter, JobSearch, find_all
from controlplane.ports.pipelines import pipeline_removal
from controlplane.ports.readmes import has_readme, readme_removal
from controlplane.ports.state_store import Delete, DeletePrefix, StateStore, Transaction, Write, scan
from controlplane.ports.versions import delete_versions


class AlgorithmDeletion:
    """Deletes algorithms."""

    def __init__(self, *, store: StateStore, search: JobSearch, verbs: JobVerbs) -> None:
        self._store = store
        self._search = search
        self._verbs = verbs

    async def delete(self, name: str, *, force: bool, keep_versions: bool, user: str) -> str:
        """Deletes an algorithm; returns what went with it, in words.

        Raises ``NotFoundError``, and ``NotAllowedError`` when pipelines or unfinished jobs use it and ``force`` is not set.
        """
        pipelines: set[str] = set()
        jobs: set[str] = set()
        while True:
            found = await must_find_algorithm(self._store, name)
            using = await self._pipelines_using(name)
            running = await find_all(self._search, JobFilter(algorithm=name, states=OPEN_STATES))
            if not force:
                _refuse(name, {"pipelines": using, "executions": running})
            await self._verbs.stop(running, f"algorithm {name} was deleted", user)
            for pipeline in using:
                await self._store.commit(Transaction(pipeline_removal(pipeline)))
            pipelines.update(using)
            jobs.update(running)
            readmes = int(await has_readme(self._store, Described.ALGORITHM, name))
            try:
                await self._store.commit(Transaction(_removal(found.record), [unchanged(name, found)]))
            except CompareFailedError:
                continue
            break
        counts = {
            "builds": await self._delete_builds(name),
            "versions": 0 if keep_versions else await delete_versions(self._store, Versioned.ALGORITHM, name),
            "readme": readmes,
            "pipelines": len(pipelines),
            "executions": len(jobs),
        }
        return ", ".join(f"{count} {what}" for what, count in counts.items() if count)

    async def _pipelines_using(self, algorithm: str) -> list[str]:
        found: list[str] = []
        async for entry in scan(self._store, PIPELINES):
            record = unpack_pipeline(entry.value)
            if algorithm in record.algorithms:
                found.append(record.name)
        return found

    async def _delete_builds(self, algorithm: str) -> int:
        """Deletes all builds, the running ones too, one after the other; says how many. May be repeated."""
        count = 0
        async for entry in scan(self._store, build_order_prefix(algorithm), page_size=100):
            found = await self._store.get(build_key(entry.value.decode()))
            if found is not None:
                build = unpack_build(found.value)
                await self._store.commit(Transaction([Delete(entry.key), *_deletes(build)]))
                count += 1
        return count


def _removal(record: AlgorithmRecord) -> Sequence[Write]:
    return (
        Delete(algorithm_key(record.name)),
        Delete(algorithm_order_key(record.created_at, record.name)),
        readme_removal(Described.ALGORITHM, record.name),
    )


def _deletes(build: BuildRecord) -> Sequence[Write]:
    """All that there is of a build but its place among those of the algorithm."""
    return (
        Delete(build_key(build.build_id)),
        Delete(open_build_key(build.build_id)),
        Delete(build_time_key(build.started_at, build.build_id)),
        DeletePrefix(build_log_prefix(build.build_id)),
        *([Delete(build_runtime_key(build.runtime))] if build.runtime else []),
    )


def _refuse(name: str, users: Mapping[str, Sequence[str]]) -> None:
    used = ", ".join(f"{len(found)} {what} ({','.join(found)})" for what, found in users.items() if found)
    if used:
        raise NotAllowedError(
            f"algorithm {name} is stored in {used}. you must first delete all related data or use the force flag",
            reason="IN_USE",
            details=used,
        )
