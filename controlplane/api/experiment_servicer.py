"""ExperimentService: places that keep jobs apart.

Deleting one is many steps: its record first says so, which keeps new jobs out; then its jobs are stopped and removed, some
at a time; the record goes last. What was interrupted goes on when the deletion is asked for again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from controlplane.api.job_verbs import JobVerbs
from controlplane.api.methods import Caller
from controlplane.api.paging import fitting, read_token
from controlplane.api.views import timestamp
from controlplane.domain.catalog_records import PIPELINES, unpack_pipeline
from controlplane.domain.errors import (
    AlreadyExistsError,
    CompareFailedError,
    NotAllowedError,
    NotFoundError,
    UnavailableError,
)
from controlplane.domain.experiment_records import (
    EXPERIMENTS,
    MAIN_DESCRIPTION,
    ExperimentRecord,
    experiment_key,
    pack_experiment,
    unpack_experiment,
)
from controlplane.domain.outbox import Kept, retention_key
from controlplane.domain.pipeline import DEFAULT_EXPERIMENT
from controlplane.domain.records import request_key
from controlplane.ports.job_index import FoundJob, JobFilter, JobPage, JobSearch
from controlplane.ports.job_remover import JobRemover
from controlplane.ports.state_store import Compare, Delete, Put, Revision, StateStore, Transaction, scan
from controlplane.ports.system import Clock
from distributedkube.api.experiment.v1 import experiment_pb2
from distributedkube.api.experiment.v1 import experiment_service_pb2 as service
from distributedkube.api.pipeline.v1 import pipeline_pb2

MAX_PAGE = 1000
JOBS_AT_ONCE = 50
"""Jobs that are removed at the same time."""

DELETED_REASON = "experiment has been deleted"


class ExperimentServicer:
    """``stop_cron`` switches the clock times of a pipeline off."""

    def __init__(
        self,
        *,
        store: StateStore,
        search: JobSearch,
        verbs: JobVerbs,
        remover: JobRemover,
        stop_cron: Callable[[str], Awaitable[None]],
        clock: Clock,
    ) -> None:
        self._store = store
        self._search = search
        self._verbs = verbs
        self._remover = remover
        self._stop_cron = stop_cron
        self._clock = clock

    async def list_experiments(
        self, request: service.ListExperimentsRequest, caller: Caller
    ) -> service.ListExperimentsResponse:
        size = request.page_size or MAX_PAGE
        page = await self._store.range(EXPERIMENTS, after=read_token(request.page_token), limit=size)
        entries, token = fitting(page)
        records = [unpack_experiment(entry.value) for entry in entries]
        return service.ListExperimentsResponse(
            experiments=[_message(record) for record in records if not record.deleting],
            next_page_token=token,
        )

    async def get_experiment(
        self, request: service.GetExperimentRequest, caller: Caller
    ) -> service.GetExperimentResponse:
        entry = await self._store.get(experiment_key(request.name))
        record = unpack_experiment(entry.value) if entry is not None else None
        if record is None or record.deleting:
            raise NotFoundError("experiment", request.name)
        return service.GetExperimentResponse(experiment=_message(record))

    async def create_experiment(
        self, request: service.CreateExperimentRequest, caller: Caller
    ) -> service.CreateExperimentResponse:
        name = request.name or DEFAULT_EXPERIMENT
        description = request.description if request.HasField("description") else None
        record = ExperimentRecord(name=name, description=description, created_at=self._clock.now())
        if not await _create(self._store, record, request.request_id):
            if request.request_id and (seen := await self._store.get(request_key(request.request_id))) is not None:
                return service.CreateExperimentResponse(message="OK", name=seen.value.decode())
            error = AlreadyExistsError("experiment", name)
            error.message, error.why = "could not create experiment, name is already taken", "EXPERIMENT_EXISTS"
            raise error
        return service.CreateExperimentResponse(message="OK", name=name)

    async def delete_experiment(
        self, request: service.DeleteExperimentRequest, caller: Caller
    ) -> service.DeleteExperimentResponse:
        name = request.name
        if name == DEFAULT_EXPERIMENT:
            raise NotAllowedError("main experiment cannot be deleted", reason="MAIN_EXPERIMENT", details=name)
        await self._close(name)
        await self._stop_crons(name)
        while found := await self._search.find(JobFilter(experiment=name), JobPage(limit=JOBS_AT_ONCE)):
            await self._remove(found, caller)
        await self._store.commit(Transaction([Delete(experiment_key(name))]))
        return service.DeleteExperimentResponse(message="deleted successfully", name=name)

    async def _close(self, name: str) -> None:
        """From here on nothing runs in it any more."""
        while True:
            entry = await self._store.get(experiment_key(name))
            if entry is None:
                raise NotFoundError("experiment", name)
            closed = Put(entry.key, pack_experiment(replace(unpack_experiment(entry.value), deleting=True)))
            try:
                await self._store.commit(Transaction([closed], [Compare(entry.key, entry.mod_revision)]))
            except CompareFailedError:
                continue
            return

    async def _stop_crons(self, name: str) -> None:
        async for entry in scan(self._store, PIPELINES, page_size=100):
            record = unpack_pipeline(entry.value)
            if record.cron is None or not record.cron.enabled:
                continue
            if pipeline_pb2.Pipeline.FromString(record.document).experiment_name == name:
                with suppress(NotFoundError):  # It was deleted meanwhile.
                    await self._stop_cron(record.name)

    async def _remove(self, found: Sequence[FoundJob], caller: Caller) -> None:
        live = [job.job_id for job in found if not job.state.is_final]
        await self._verbs.stop(live, DELETED_REASON, caller.user)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._remover.remove(job.job_id)) for job in found]
        revisions = [task.result() for task in tasks]
        if None in revisions:
            raise UnavailableError(f"{revisions.count(None)} jobs of the experiment are still ending; delete it again")
        self._search.expect(max(revision for revision in revisions if revision is not None))


async def make_main(store: StateStore, clock: Clock) -> None:
    """The experiment that jobs belong to when nothing else is said is there from the first start."""
    main = ExperimentRecord(name=DEFAULT_EXPERIMENT, description=MAIN_DESCRIPTION, created_at=clock.now())
    await _create(store, main)


async def _create(store: StateStore, record: ExperimentRecord, request_id: str = "") -> bool:
    """False when the name is taken, or the request was made before."""
    keys = [experiment_key(record.name)]
    writes = [Put(keys[0], pack_experiment(record))]
    if request_id:
        keys.append(request_key(request_id))
        writes.append(Put(keys[1], record.name.encode()))
        writes.append(Put(retention_key(record.created_at, Kept.REQUEST, request_id), b""))
    try:
        await store.commit(Transaction(writes, [Compare(key, Revision(0)) for key in keys]))
    except CompareFailedError:
        return False
    return True


def _message(record: ExperimentRecord) -> experiment_pb2.Experiment:
    return experiment_pb2.Experiment(
        name=record.name, description=record.description, created=timestamp(record.created_at)
    )
