"""SystemService: versions, health and who one is."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from controlplane.api.methods import Caller
from controlplane.api.views import timestamp
from controlplane.domain.errors import DistributedKubeError, NotAllowedError, ObjectNotFoundError
from controlplane.ports.job_index import JobFilter, JobSearch
from controlplane.ports.object_store import ObjectStore
from controlplane.ports.placement import Obstacle, Placement
from controlplane.ports.program import Program
from controlplane.ports.state_store import StateStore
from controlplane.ports.system import Clock
from distributedkube.api.cluster.v1 import system_pb2
from distributedkube.api.cluster.v1 import system_service_pb2 as service
from distributedkube.api.type.v1 import annotations_pb2

PROBE_SECONDS = 2.0
"""A store that does not answer in this time counts as failing."""

PROBE_KEY = "health/probe"
"""Nothing is ever there: that is the answer of a store that works."""

MAX_WARNINGS = 1000

PERMANENT = frozenset({Obstacle.NO_PLACE, Obstacle.NO_START})
"""Obstacles that do not go away by themselves."""

_ACCESS = {
    annotations_pb2.ACCESS_VIEW: "view",
    annotations_pb2.ACCESS_RUN: "run",
    annotations_pb2.ACCESS_EDIT: "edit",
    annotations_pb2.ACCESS_ADMIN: "admin",
}


class SystemServicer:
    def __init__(
        self,
        *,
        program: Program,
        store: StateStore,
        objects: ObjectStore,
        search: JobSearch,
        placement: Placement,
        clock: Clock,
    ) -> None:
        self._program = program
        self._placement = placement
        self._clock = clock
        self._probes: Mapping[str, Callable[[], Awaitable[object]]] = {
            "state": lambda: store.get(PROBE_KEY),
            "objects": lambda: objects.stat(PROBE_KEY),
            "index": lambda: search.count(JobFilter(name=PROBE_KEY)),
        }

    async def get_version(self, request: service.GetVersionRequest, caller: Caller) -> service.GetVersionResponse:
        installation = self._program.installation
        return service.GetVersionResponse(
            system_version=installation.version, cluster_name=installation.cluster, storage=installation.storage
        )

    async def get_about(self, request: service.GetAboutRequest, caller: Caller) -> service.GetAboutResponse:
        installation = self._program.installation
        return service.GetAboutResponse(
            version=installation.version,
            cluster_name=installation.cluster,
            shape=installation.shape,
            storage=installation.storage,
            start_time=timestamp(installation.started_at),
            addresses=self._program.addresses(),
            limits=[
                system_pb2.Limit(name=limit.name, value=limit.value, unit=limit.unit) for limit in installation.limits
            ],
        )

    # How it is

    async def get_health(self, request: service.GetHealthRequest, caller: Caller) -> service.GetHealthResponse:
        stores = await asyncio.gather(*(self._probe(name, ask) for name, ask in self._probes.items()))
        roles, workers = self._roles(), self._workers()
        status = max(workers, *(store.status for store in stores), *(role.status for role in roles))
        return service.GetHealthResponse(status=status, stores=stores, roles=roles, workers=workers)

    async def _probe(self, name: str, ask: Callable[[], Awaitable[object]]) -> system_pb2.Store:
        began = self._clock.monotonic()
        message = ""
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                await ask()
        except ObjectNotFoundError:
            pass  # It was asked for something that is not there.
        except DistributedKubeError as error:
            message = error.message
        except TimeoutError:
            message = f"no answer within {PROBE_SECONDS:g} s"
        return system_pb2.Store(
            name=name,
            status=system_pb2.HEALTH_FAILING if message else system_pb2.HEALTH_OK,
            message=message,
            latency_ms=round((self._clock.monotonic() - began) * 1000, 3),
        )

    def _roles(self) -> list[system_pb2.Role]:
        return [
            system_pb2.Role(name=name, status=system_pb2.HEALTH_OK if running else system_pb2.HEALTH_FAILING)
            for name, running in self._program.roles()
        ]

    def _workers(self) -> "system_pb2.Health.ValueType":
        obstacles = {unplaced.obstacle for unplaced in self._placement.unplaced()}
        if obstacles & PERMANENT:
            return system_pb2.HEALTH_FAILING
        return system_pb2.HEALTH_WAITING if obstacles else system_pb2.HEALTH_OK

    async def list_roles(self, request: service.ListRolesRequest, caller: Caller) -> service.ListRolesResponse:
        return service.ListRolesResponse(roles=self._roles())

    async def list_warnings(self, request: service.ListWarningsRequest, caller: Caller) -> service.ListWarningsResponse:
        return service.ListWarningsResponse(
            warnings=[
                system_pb2.Warning(
                    code=unplaced.obstacle.value,
                    subject=unplaced.algorithm,
                    message=unplaced.sentence,
                    since=timestamp(unplaced.since),
                    is_error=unplaced.obstacle in PERMANENT,
                )
                for unplaced in self._placement.unplaced()[:MAX_WARNINGS]
            ]
        )

    async def list_traces(self, request: service.ListTracesRequest, caller: Caller) -> service.ListTracesResponse:
        return service.ListTracesResponse()

    # Who one is

    async def login(self, request: service.LoginRequest, caller: Caller) -> service.LoginResponse:
        raise NotAllowedError("there is no identity provider here: calls need no token", reason="LOGIN_REFUSED")

    async def get_me(self, request: service.GetMeRequest, caller: Caller) -> service.GetMeResponse:
        access = [word for number, word in _ACCESS.items() if number in caller.access]
        return service.GetMeResponse(user=caller.user, access=access, login_required=False)
