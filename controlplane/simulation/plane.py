"""One incarnation of a simulated control plane: the engine's roles in a process that can be killed at any moment."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from random import Random
from typing import TypeVar

from controlplane.adapters.memory import MemoryObjectStore
from controlplane.api.submission import JobSubmission
from controlplane.domain.job_events import JobState
from controlplane.domain.task_context import NodeContext
from controlplane.gateway.json_codec import parse_message
from controlplane.ports.dispatch import Grant
from controlplane.roles.catalog.role import CatalogRole
from controlplane.roles.driver.role import DriverRole, DriverSettings
from controlplane.roles.logs.role import LogSettings, LogsRole
from controlplane.roles.queueing.role import QueueingRole, QueueingSettings
from controlplane.simulation.flaky_store import FlakyStateStore
from controlplane.simulation.history import History
from controlplane.simulation.streams import Deliver
from controlplane.simulation.virtual_time import Process, VirtualClock, VirtualTimeLoop
from distributedkube.api.pipeline.v1 import pipeline_pb2

SECRET = b"simulation-secret-simulation-key"

T = TypeVar("T")


class SeededIds:
    """Implements ``Ids``."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def text(self, length: int) -> str:
        return "".join(self._random.choices("0123456789abcdefghijklmnopqrstuvwxyz", k=length))

    def secret(self, length: int) -> bytes:
        return self._random.randbytes(length)


class ControlPlane:
    """Implements ``streams.Plane``."""

    def __init__(
        self,
        store: FlakyStateStore,
        objects: MemoryObjectStore,
        loop: VirtualTimeLoop,
        ids: SeededIds,
        history: History,
        settings: DriverSettings,
    ) -> None:
        self.store = store
        self.process = Process(loop)
        self.in_charge = True
        self.tried_to_pause: set[str] = set()
        """Jobs that may be paused: only of these is the state looked up at each grant."""
        self._history = history
        self._objects = objects
        self._ids = ids
        self._settings = settings
        self._clock = VirtualClock(loop)
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = asyncio.Event()
        self.process.call(self._build)

    def _build(self) -> None:
        clock, store, ids = self._clock, self.store, self._ids
        logs = LogsRole(objects=self._objects, clock=clock, settings=LogSettings())
        self.catalog = CatalogRole(store=store, clock=clock)
        self.submission = JobSubmission(
            store=store, objects=self._objects, catalog=self.catalog, clock=clock, ids=ids, parse=parse_pipeline
        )
        self.driver = DriverRole(
            store=store,
            objects=self._objects,
            catalog=self.catalog,
            starter=self.submission,
            logs=logs,
            clock=clock,
            settings=self._settings,
        )
        self.queueing = QueueingRole(
            sink=self.driver,
            catalog=self.catalog,
            store=store,
            clock=clock,
            ids=ids,
            token_key=SECRET,
            settings=QueueingSettings(),
        )
        self.driver.connect(self.queueing)

    async def start(self) -> None:
        """As in ``app.core``; raises ``UnavailableError`` when there is no store."""
        await self.catalog.start()
        await self.queueing.recover()
        jobs_from = await self.driver.start()
        for name, run in (
            ("queueing", self.queueing.run(self._stopping)),
            ("catalog", self.catalog.run(self._stopping)),
            ("driver", self.driver.run(self._stopping, jobs_from)),
        ):
            self._tasks.append(self.process.spawn(run, name))

    async def do(self, action: Callable[[], Awaitable[T]]) -> T:
        """Does something in this process; ``CancelledError`` when it dies meanwhile."""

        async def act() -> T:
            return await action()

        done: asyncio.Task[T] = self.process.spawn(act(), "action")
        return await done

    def failure(self) -> BaseException | None:
        """Why a role ended by itself."""
        for task in self._tasks:
            if task.done() and not task.cancelled() and (error := task.exception()) is not None:
                return error
        return None

    def run_here(self, function: Deliver) -> None:
        if not self.process.is_dead:
            self.process.call(function)

    def granted(self, context: NodeContext, grants: Sequence[Grant]) -> None:
        is_paused = False
        if context.job_id in self.tried_to_pause:
            view = self.driver.views.live(context.job_id)
            is_paused = view is not None and view.state in (JobState.PAUSED, JobState.RESUMED)
        self._history.granted(context, grants, is_paused=is_paused)


def parse_pipeline(data: bytes) -> pipeline_pb2.Pipeline:
    return parse_message(pipeline_pb2.Pipeline, data)
