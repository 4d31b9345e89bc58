"""The control plane without its edges: store, roles and API put together, ready for any cluster, builder and ports.

Roles meet only here. ``Core`` starts them in the order in which they need each other and stops them in reverse.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2s
from importlib.metadata import version as version_of
from random import SystemRandom

from controlplane.api.algorithm_apply import AlgorithmApply
from controlplane.api.algorithm_deletion import AlgorithmDeletion
from controlplane.api.algorithm_servicer import AlgorithmServicer
from controlplane.api.algorithm_version_servicer import AlgorithmVersionServicer
from controlplane.api.board_servicer import BoardServicer
from controlplane.api.build_servicer import BuildServicer
from controlplane.api.bulk_servicer import JobBulkServicer
from controlplane.api.cluster_servicer import ClusterServicer
from controlplane.api.documents import JobDocuments
from controlplane.api.experiment_servicer import ExperimentServicer, make_main
from controlplane.api.internal_servicer import InternalServicer
from controlplane.api.job_graphs import JobGraphs
from controlplane.api.job_ledgers import JobLedgers
from controlplane.api.job_reader import JobReader
from controlplane.api.job_servicer import JobServicer
from controlplane.api.job_verbs import JobVerbs
from controlplane.api.methods import MethodTable
from controlplane.api.pipeline_design import PipelineDesignServicer
from controlplane.api.pipeline_servicer import PipelineServicer
from controlplane.api.pipeline_storing import PipelineStoring
from controlplane.api.pipeline_versions import PipelineVersionServicer
from controlplane.api.pushes import Pushes
from controlplane.api.queue_servicer import QueueServicer
from controlplane.api.readme_servicer import ReadmeServicer
from controlplane.api.search_servicer import JobSearchServicer
from controlplane.api.sources import Sources
from controlplane.api.storage_servicer import StorageServicer
from controlplane.api.stored_values import StoredValues
from controlplane.api.submission import JobSubmission
from controlplane.api.system_servicer import SystemServicer
from controlplane.api.task_servicer import TaskServicer
from controlplane.api.trigger_servicer import TriggerServicer
from controlplane.api.watch_documents import WatchDocuments
from controlplane.api.watch_servicer import WatchServicer
from controlplane.api.worker_servicer import WorkerIdentities, WorkerServicer
from controlplane.app.settings import EmbeddedSettings, limits_of
from controlplane.app.upgrade import upgrade
from controlplane.domain.errors import CompareFailedError
from controlplane.domain.merge_patch import Document
from controlplane.domain.storage_paths import DEFAULT_CLUSTER, StoragePaths
from controlplane.gateway.json_codec import parse_message, to_json
from controlplane.gateway.violations import translated
from controlplane.ports.cluster import Cluster
from controlplane.ports.image_builder import ImageBuilder, SourceInspector
from controlplane.ports.job_index import JobIndex
from controlplane.ports.object_store import ObjectStore
from controlplane.ports.program import Installation, RoleState
from controlplane.ports.state_store import Compare, Put, Revision, StateStore, Transaction
from controlplane.ports.system import Clock, Ids
from controlplane.ports.webhook_sender import WebhookSender
from controlplane.roles.builds.role import BuildsRole
from controlplane.roles.catalog.role import CatalogRole
from controlplane.roles.driver.role import DriverRole
from controlplane.roles.indexing.role import IndexingRole
from controlplane.roles.janitor.role import JanitorRole
from controlplane.roles.logs.role import LogsRole
from controlplane.roles.queueing.role import QueueingRole
from controlplane.roles.scaling.role import ScalingRole
from controlplane.roles.triggers.role import TriggersRole
from controlplane.roles.watching.role import WatchingRole
from controlplane.roles.watching.tools import WatchTools
from controlplane.roles.webhooks.role import WebhooksRole
from distributedkube.api.algorithm.v1 import algorithm_service_pb2, algorithm_version_service_pb2
from distributedkube.api.build.v1 import build_service_pb2
from distributedkube.api.cluster.v1 import board_service_pb2, cluster_service_pb2, system_service_pb2
from distributedkube.api.experiment.v1 import experiment_service_pb2
from distributedkube.api.job.v1 import (
    bulk_service_pb2,
    internal_service_pb2,
    job_service_pb2,
    search_service_pb2,
    task_service_pb2,
)
from distributedkube.api.pipeline.v1 import (
    pipeline_design_service_pb2,
    pipeline_pb2,
    pipeline_service_pb2,
    pipeline_version_service_pb2,
)
from distributedkube.api.queue.v1 import queue_service_pb2
from distributedkube.api.readme.v1 import readme_service_pb2
from distributedkube.api.storage.v1 import storage_service_pb2
from distributedkube.api.trigger.v1 import trigger_service_pb2
from distributedkube.api.watch.v1 import watch_service_pb2
from distributedkube.api.worker.v1 import worker_service_pb2

SECRET_KEY = "install/secret"
SECRET_BYTES = 32


async def installation_secret(store: StateStore, ids: Ids) -> bytes:
    """The key of this installation: made once, the same after every restart."""
    while True:
        entry = await store.get(SECRET_KEY)
        if entry is not None:
            return entry.value
        try:
            secret = ids.secret(SECRET_BYTES)
            await store.commit(Transaction([Put(SECRET_KEY, secret)], [Compare(SECRET_KEY, Revision(0))]))
        except CompareFailedError:
            continue
        return secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """The adapters that a core is wired to."""

    store: StateStore
    objects: ObjectStore
    cluster: Cluster
    builder: ImageBuilder
    inspector: SourceInspector
    clock: Clock
    ids: Ids
    webhooks: WebhookSender
    index: JobIndex
    secret: bytes


class Core:
    """All roles of one process. Implements ``Program``."""

    def __init__(self, outside: Outside, settings: EmbeddedSettings) -> None:
        store, clock, ids = outside.store, outside.clock, outside.ids
        self._store = store
        self._clock = clock
        self.installation = Installation(
            version=version_of("distributedkube-server"),
            cluster=DEFAULT_CLUSTER,
            shape="embedded",
            storage="fs",
            started_at=clock.now(),
            limits=limits_of(settings),
        )
        self.listens: Mapping[str, str] = {}
        """Addresses by protocol; whoever opens them says so."""
        self.logs = LogsRole(objects=outside.objects, clock=clock, settings=settings.logs)
        self.catalog = CatalogRole(store=store, clock=clock)
        source = blake2s(outside.secret, digest_size=8, person=b"jobindex").hexdigest()
        self.indexing = IndexingRole(store=store, index=outside.index, clock=clock, source=source)
        self.submission = JobSubmission(
            store=store,
            objects=outside.objects,
            catalog=self.catalog,
            clock=clock,
            ids=ids,
            parse=lambda data: parse_message(pipeline_pb2.Pipeline, data),
            accepted=self.indexing.expect,
        )
        self._documents = documents = JobDocuments(store=store, to_json=to_json)
        self.webhooks = WebhooksRole(
            store=store,
            sender=outside.webhooks,
            documents=documents,
            clock=clock,
            chance=SystemRandom().random,
            settings=settings.webhooks,
        )
        self.triggers = TriggersRole(
            store=store, starter=self.submission, documents=documents, clock=clock, settings=settings.triggers
        )
        self.janitor = JanitorRole(store=store, objects=outside.objects, clock=clock, settings=settings.janitor)
        self.driver = DriverRole(
            store=store,
            objects=outside.objects,
            catalog=self.catalog,
            starter=self.submission,
            logs=self.logs,
            clock=clock,
            settings=settings.driver,
            feeds=[self.webhooks],
            states=[self.indexing],
        )
        self.queueing = QueueingRole(
            sink=self.driver,
            catalog=self.catalog,
            store=store,
            clock=clock,
            ids=ids,
            token_key=outside.secret,
            settings=settings.queueing,
        )
        self.driver.connect(self.queueing)
        self.scaling = ScalingRole(
            cluster=outside.cluster,
            demand=self.queueing,
            catalog=self.catalog,
            clock=clock,
            settings=settings.scaling,
        )
        self.driver.connect_capacity(self.scaling)
        self.builds = BuildsRole(store=store, builder=outside.builder, clock=clock, ids=ids, settings=settings.builds)
        paths = StoragePaths()
        ledgers = JobLedgers(store=store, views=self.driver.views, places=self.queueing)
        graphs = JobGraphs(store=store, ledgers=ledgers, clock=clock, paths=paths)
        self._reader = JobReader(store=store, views=self.driver.views, graphs=graphs, clock=clock, paths=paths)
        self._storage = StorageServicer(
            store=store,
            objects=outside.objects,
            values=StoredValues(store=store, objects=outside.objects, ledgers=ledgers, paths=paths),
            views=self.driver.views,
            clock=clock,
            paths=paths,
            to_json=to_json,
        )
        self._tasks = TaskServicer(graphs=graphs, ledgers=ledgers, clock=clock, paths=paths)
        self.watching = WatchingRole(
            tools=WatchTools(
                store=store,
                clock=clock,
                jobs=self.driver.views,
                search=self.indexing,
                queue=self.driver.line,
                explainer=self.driver,
                demand=self.queueing,
                placement=self.scaling,
                cluster=outside.cluster,
                logs=self.logs,
                builds=self.builds,
                documents=WatchDocuments(to_json=to_json, tasks=self._tasks),
                about=self._about,
            ),
            ids=ids,
            settings=settings.watching,
        )
        self.worker_servicer = WorkerServicer(
            door=self.queueing,
            logs=self.logs,
            objects=outside.objects,
            identities=WorkerIdentities(outside.secret),
            clock=clock,
            ids=ids,
            lease_seconds=settings.queueing.lease_seconds,
            resume_grace_seconds=settings.queueing.resume_grace_seconds,
        )
        self.methods = self._methods(outside, settings)
        self._stages: list[tuple[asyncio.Event, asyncio.Task[None]]] = []
        self.failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Gets the error when a role ends by itself; the process must end then."""

    def _methods(self, outside: Outside, settings: EmbeddedSettings) -> MethodTable:
        store, clock, ids = outside.store, outside.clock, outside.ids
        sources = Sources(
            objects=outside.objects,
            inspector=outside.inspector,
            scratch=settings.data_dir / "uploads",
            clock=clock,
            ids=ids,
            max_bytes=settings.max_upload_bytes,
        )
        verbs = JobVerbs(store=store, views=self.driver.views, reader=self._reader)
        apply = AlgorithmApply(store=store, sources=sources, cluster=outside.cluster, clock=clock, ids=ids)
        triggers = TriggerServicer(store=store, search=self.indexing, clock=clock)
        table = MethodTable()
        for module, service, servicer in (
            (
                algorithm_service_pb2,
                "AlgorithmService",
                AlgorithmServicer(
                    store=store,
                    apply=apply,
                    deletion=AlgorithmDeletion(store=store, search=self.indexing, verbs=verbs),
                    placement=self.scaling,
                    clock=clock,
                ),
            ),
            (
                algorithm_version_service_pb2,
                "AlgorithmVersionService",
                AlgorithmVersionServicer(store=store, search=self.indexing, clock=clock),
            ),
            (
                pipeline_service_pb2,
                "PipelineService",
                PipelineServicer(
                    store=store,
                    storing=PipelineStoring(store=store, clock=clock, ids=ids),
                    search=self.indexing,
                    verbs=verbs,
                ),
            ),
            (
                pipeline_version_service_pb2,
                "PipelineVersionService",
                PipelineVersionServicer(store=store, clock=clock),
            ),
            (
                pipeline_design_service_pb2,
                "PipelineDesignService",
                PipelineDesignServicer(
                    store=store,
                    to_json=to_json,
                    words=lambda error: translated(error, pipeline_pb2.Pipeline.DESCRIPTOR, ""),
                ),
            ),
            (readme_service_pb2, "ReadmeService", ReadmeServicer(store=store)),
            (
                job_service_pb2,
                "JobService",
                JobServicer(
                    store=store,
                    objects=outside.objects,
                    views=self.driver.views,
                    submission=self.submission,
                    explainer=self.driver,
                    logs=self.logs,
                    reader=self._reader,
                    search=self.indexing,
                    verbs=verbs,
                    paths=StoragePaths(),
                ),
            ),
            (
                search_service_pb2,
                "JobSearchService",
                JobSearchServicer(store=store, search=self.indexing, reader=self._reader, clock=clock),
            ),
            (task_service_pb2, "TaskService", self._tasks),
            (
                internal_service_pb2,
                "InternalService",
                InternalServicer(
                    store=store,
                    submission=self.submission,
                    documents=self._documents,
                    verbs=verbs,
                    remover=self.janitor,
                    demand=self.queueing,
                ),
            ),
            (
                system_service_pb2,
                "SystemService",
                SystemServicer(
                    program=self,
                    store=store,
                    objects=outside.objects,
                    search=self.indexing,
                    placement=self.scaling,
                    clock=clock,
                ),
            ),
            (
                cluster_service_pb2,
                "ClusterService",
                ClusterServicer(cluster=outside.cluster, placement=self.scaling, stops=self.scaling, clock=clock),
            ),
            (board_service_pb2, "BoardService", BoardServicer(store=store)),
            (queue_service_pb2, "QueueService", QueueServicer(store=store, queue=self.driver.line)),
            (storage_service_pb2, "StorageService", self._storage),
            (trigger_service_pb2, "TriggerService", triggers),
            (
                bulk_service_pb2,
                "JobBulkService",
                JobBulkServicer(search=self.indexing, reader=self._reader, verbs=verbs, submission=self.submission),
            ),
            (
                experiment_service_pb2,
                "ExperimentService",
                ExperimentServicer(
                    store=store,
                    search=self.indexing,
                    verbs=verbs,
                    remover=self.janitor,
                    stop_cron=triggers.switch_off,
                    clock=clock,
                ),
            ),
            (
                build_service_pb2,
                "BuildService",
                BuildServicer(
                    store=store,
                    views=self.builds,
                    sources=sources,
                    pushes=Pushes(store=store, apply=apply),
                    clock=clock,
                ),
            ),
            (watch_service_pb2, "WatchService", WatchServicer(self.watching)),
            (worker_service_pb2, "WorkerService", self.worker_servicer),
        ):
            table.add_service(module.DESCRIPTOR.services_by_name[service], servicer)
        return table

    def _about(self) -> Document:
        """What the program says of itself: since when it runs, its roles, and how much of it is watched."""
        return {
            "startTime": int(self.installation.started_at * 1000),
            "roles": {name: {"status": "running" if running else "ended"} for name, running in self.roles()},
            "watching": self.watching.about(),
        }

    def roles(self) -> Sequence[RoleState]:
        return [RoleState(task.get_name().removeprefix("role-"), not task.done()) for _, task in self._stages]

    def addresses(self) -> Mapping[str, str]:
        return self.listens

    async def start(self) -> None:
        """Recovers what was there and starts all roles; once this returns, work is being dispatched."""
        await upgrade(self._store)
        await make_main(self._store, self._clock)
        await self.catalog.start()
        await self.indexing.start()
        await self.queueing.recover()
        jobs_from = await self.driver.start()
        for role in (self.webhooks, self.triggers, self.janitor):
            await role.start()
        self._stage("indexing", self.indexing.run)
        self._stage("janitor", self.janitor.run)
        self._stage("webhooks", self.webhooks.run)
        self._stage("triggers", self.triggers.run)
        self._stage("queueing", self.queueing.run)
        self._stage("driver", lambda stopping: self.driver.run(stopping, jobs_from))
        self._stage("catalog", self.catalog.run)
        self._stage("builds", self.builds.run)
        self._stage("scaling", self.scaling.run)

    def _stage(self, name: str, run: Callable[[asyncio.Event], Awaitable[None]]) -> None:
        stopping = asyncio.Event()

        async def guarded() -> None:
            try:
                await run(stopping)
            except Exception as error:
                if not self.failed.done():
                    self.failed.set_exception(error)
                raise
            if not stopping.is_set() and not self.failed.done():
                self.failed.set_exception(RuntimeError(f"role {name} ended by itself"))

        self._stages.append((stopping, asyncio.create_task(guarded(), name=f"role-{name}")))

    async def stop_scaling(self) -> None:
        """First step of a stop: no worker is started or declared lost from here on."""
        await self._stop_last()

    async def stop(self) -> None:
        """Stops the other roles, the last started first; what they hold is durable then."""
        await self.watching.close()
        while self._stages:
            await self._stop_last()
        await self.logs.close()
        if not self.failed.done():
            self.failed.cancel()

    async def _stop_last(self) -> None:
        stopping, task = self._stages.pop()
        stopping.set()
        await asyncio.wait([task])
