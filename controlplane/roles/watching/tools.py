"""What topics are computed from: the ports that sources use, and one place to hear of changes in what is not stored."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from controlplane.domain.job_view import JobView
from controlplane.domain.merge_patch import Document
from controlplane.ports.builds import BuildViews
from controlplane.ports.cluster import Cluster
from controlplane.ports.demand import DemandSource
from controlplane.ports.explain import JobExplainer
from controlplane.ports.job_index import JobSearch
from controlplane.ports.job_queue import JobQueueView
from controlplane.ports.job_records import read_view
from controlplane.ports.job_views import JobViews
from controlplane.ports.logs import LogReader
from controlplane.ports.placement import Obstacle, Placement
from controlplane.ports.state_store import StateStore
from controlplane.ports.system import Clock
from controlplane.ports.watching import TopicDocuments
from controlplane.roles.following import Listeners
from controlplane.roles.watching.source import Bell

_FAILING = frozenset({Obstacle.NO_PLACE, Obstacle.NO_START})


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchTools:
    store: StateStore
    clock: Clock
    jobs: JobViews
    search: JobSearch
    queue: JobQueueView
    explainer: JobExplainer
    demand: DemandSource
    placement: Placement
    cluster: Cluster
    logs: LogReader
    builds: BuildViews
    documents: TopicDocuments
    about: Callable[[], Document]
    """What the program says of itself in the topic ``system``."""

    async def view(self, job_id: str) -> JobView | None:
        return await read_view(self.store, self.jobs, self.clock, job_id)

    def health(self) -> str:
        """``failing``: workers of an algorithm that is wanted do not come up; ``waiting``: one finds no room; else ``ok``."""
        obstacles = {unplaced.obstacle for unplaced in self.placement.unplaced()}
        if obstacles & _FAILING:
            return "failing"
        return "waiting" if obstacles else "ok"


class WorkNews:
    """Changes of queues, workers and what keeps workers from being placed, for sources that come and go.

    Those ports keep their callbacks for ever, so they get one, which costs next to nothing while nobody watches.
    """

    def __init__(self, demand: DemandSource, placement: Placement) -> None:
        self._bells = Listeners[Callable[[], None]]()
        demand.on_demand(self._tell)
        placement.on_decision(self._tell)

    def _tell(self) -> None:
        for ring in self._bells:
            ring()

    def add(self, ring: Callable[[], None]) -> Callable[[], None]:
        """``ring`` is called at every change; what is returned ends that."""
        return self._bells.add(ring)


@asynccontextmanager
async def ringing(bell: Bell, *stops: Callable[[], None]) -> AsyncGenerator[None, None]:
    """Rings at once, as what was listened to before may have changed already; ends the listening afterwards."""
    bell.ring()
    try:
        yield
    finally:
        for stop in stops:
            stop()
