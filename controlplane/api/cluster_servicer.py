"""ClusterService: why workers are not placed, and sending workers away."""

import re
from collections.abc import Callable, Iterable, Mapping

import structlog

from controlplane.api.methods import Caller
from controlplane.api.system_servicer import MAX_WARNINGS, PERMANENT
from controlplane.api.views import timestamp
from controlplane.domain.errors import InvalidError, NotFoundError
from controlplane.ports.cluster import Cluster, RunningWorker
from controlplane.ports.placement import Obstacle, Placement, Unplaced
from controlplane.ports.system import Clock
from controlplane.ports.worker_stops import WorkerStops
from distributedkube.api.cluster.v1 import cluster_pb2
from distributedkube.api.cluster.v1 import cluster_service_pb2 as service

log = structlog.get_logger()

PATIENCE_SECONDS = 60.0
"""An algorithm that gets no worker for longer is told apart from one that only waits for its turn."""

_CODES = {Obstacle.NO_CPU: 1002, Obstacle.NO_MEMORY: 1002, Obstacle.NO_START: 1003, Obstacle.NO_PLACE: 1003}
"""Numbers that clients know: 1002 resources, 1003 workers cannot be started."""

_requirement = re.compile(r"\s*([\w./-]+)\s*(==|=|!=)\s*([\w.-]*)\s*").fullmatch

Has = Callable[[Mapping[str, str]], bool]


class ClusterServicer:
    def __init__(self, *, cluster: Cluster, placement: Placement, stops: WorkerStops, clock: Clock) -> None:
        self._cluster = cluster
        self._placement = placement
        self._stops = stops
        self._clock = clock

    # Algorithms that get no worker

    async def list_unscheduled(
        self, request: service.ListUnscheduledRequest, caller: Caller
    ) -> service.ListUnscheduledResponse:
        return service.ListUnscheduledResponse(algorithms=self._warnings(ignored=False))

    async def list_ignored(self, request: service.ListIgnoredRequest, caller: Caller) -> service.ListIgnoredResponse:
        return service.ListIgnoredResponse(algorithms=self._warnings(ignored=True))

    async def get_unscheduled(
        self, request: service.GetUnscheduledRequest, caller: Caller
    ) -> service.GetUnscheduledResponse:
        return service.GetUnscheduledResponse(algorithm=self._single(request.name, "unscheduled", ignored=False))

    async def get_ignored(self, request: service.GetIgnoredRequest, caller: Caller) -> service.GetIgnoredResponse:
        return service.GetIgnoredResponse(algorithm=self._single(request.name, "ignored unscheduled", ignored=True))

    def _unplaced(self, *, ignored: bool) -> Iterable[Unplaced]:
        """Those that no room would help are left out of account."""
        return (each for each in self._placement.unplaced() if (each.obstacle is Obstacle.NO_PLACE) is ignored)

    def _warnings(self, *, ignored: bool) -> dict[str, cluster_pb2.SchedulingWarning]:
        warnings = {each.algorithm: self._warning(each) for each in self._unplaced(ignored=ignored)}
        return dict(list(warnings.items())[:MAX_WARNINGS])

    def _single(self, name: str, where: str, *, ignored: bool) -> cluster_pb2.SchedulingWarning:
        for each in self._unplaced(ignored=ignored):
            if each.algorithm == name:
                warning = self._warning(each)
                warning.kind, warning.type = warning.type, ""
                return warning
        error = NotFoundError("algorithm", name)
        error.message = f"Algorithm {name} not found in the {where} list"
        raise error

    def _warning(self, unplaced: Unplaced) -> cluster_pb2.SchedulingWarning:
        is_error = unplaced.obstacle in PERMANENT
        return cluster_pb2.SchedulingWarning(
            algorithm_name=unplaced.algorithm,
            type="error" if is_error else "warning",
            reason=unplaced.obstacle.value,
            surpass_timeout=self._clock.now() - unplaced.since > PATIENCE_SECONDS,
            message=unplaced.sentence,
            timestamp=timestamp(unplaced.since),
            code=_CODES[unplaced.obstacle],
            is_error=is_error,
        )

    # Gateways

    async def list_gateways(self, request: service.ListGatewaysRequest, caller: Caller) -> service.ListGatewaysResponse:
        return service.ListGatewaysResponse()

    async def get_gateway(self, request: service.GetGatewayRequest, caller: Caller) -> service.GetGatewayResponse:
        raise NotFoundError("gateway", request.name)

    # Sending workers away

    async def stop_pods(self, request: service.StopPodsRequest, caller: Caller) -> service.StopPodsResponse:
        return service.StopPodsResponse(message=await self._stop(request, "pods", caller))

    async def stop_jobs(self, request: service.StopJobsRequest, caller: Caller) -> service.StopJobsResponse:
        return service.StopJobsResponse(message=await self._stop(request, "jobs", caller))

    async def _stop(
        self, request: service.StopPodsRequest | service.StopJobsRequest, what: str, caller: Caller
    ) -> list[str]:
        selector = request.selector or f"algorithm-name={request.algorithm_name}"
        wanted = parse_selector(selector)
        found = [worker.worker_id for worker in await self._cluster.workers() if wanted(labels_of(worker))]
        if not found:
            error = NotFoundError(what, selector)
            error.message = f"No {what} found with selector {selector}"
            raise error
        log.info("workers_sent_away", workers=found, selector=selector, user=caller.user)
        self._stops.stop_workers(found)
        return found


def labels_of(worker: RunningWorker) -> Mapping[str, str]:
    """The labels that clients know pods of workers by."""
    return {
        "algorithm-name": worker.algorithm_name,
        "algorithm-version": worker.algorithm_version,
        "type": "worker",
        "group": "hkube",
    }


def parse_selector(text: str) -> Has:
    """Reads a label selector of equalities. Raises ``InvalidError``."""
    wanted: list[tuple[str, bool, str]] = []
    for part in text.split(","):
        match = _requirement(part)
        if match is None:
            raise InvalidError(
                f"selector {text} is none; give labels as key=value or key!=value, with commas between them",
                field="selector",
            )
        wanted.append((match[1], match[2] != "!=", match[3]))
    return lambda labels: all((labels.get(key) == value) is equal for key, equal, value in wanted)
