"""BoardService where there are no boards: it finds none, and says what is wrong with a wish for one before it says that."""

from controlplane.api.methods import Caller
from controlplane.domain.errors import InvalidError, NotAllowedError, NotFoundError
from controlplane.ports.job_records import read_job
from controlplane.ports.state_store import StateStore
from distributedkube.api.cluster.v1 import board_service_pb2 as service


class BoardServicer:
    def __init__(self, *, store: StateStore) -> None:
        self._store = store

    # Metrics

    async def list_tensorboards(
        self, request: service.ListTensorboardsRequest, caller: Caller
    ) -> service.ListTensorboardsResponse:
        return service.ListTensorboardsResponse()

    async def get_tensorboard(
        self, request: service.GetTensorboardRequest, caller: Caller
    ) -> service.GetTensorboardResponse:
        raise NotFoundError("board", request.id)

    async def start_tensorboard(
        self, request: service.StartTensorboardRequest, caller: Caller
    ) -> service.StartTensorboardResponse:
        if request.task_id and not request.job_id:
            raise InvalidError("Must supply jobId", field="job_id")
        if not request.node_name and not request.task_id:
            raise InvalidError("Must supply nodeName", field="node_name")
        if not request.job_id and not request.pipeline_name:
            raise InvalidError("Must supply pipeLineName", field="pipeline_name")
        if request.job_id:
            await self._check_node(request.job_id, request.node_name)
        raise _not_available()

    async def _check_node(self, job_id: str, node: str) -> None:
        record = await read_job(self._store, job_id)
        if record is None:
            raise NotFoundError("pipeline", job_id)
        if node and node not in {each.name for each in record.pipeline.nodes}:
            raise NotFoundError("node", f"{node} for job {job_id}")

    async def stop_tensorboard(
        self, request: service.StopTensorboardRequest, caller: Caller
    ) -> service.StopTensorboardResponse:
        raise NotFoundError("board", request.id)

    # Searches for parameters

    async def list_optunaboards(
        self, request: service.ListOptunaboardsRequest, caller: Caller
    ) -> service.ListOptunaboardsResponse:
        return service.ListOptunaboardsResponse()

    async def get_optunaboard(
        self, request: service.GetOptunaboardRequest, caller: Caller
    ) -> service.GetOptunaboardResponse:
        raise NotFoundError("board", request.id)

    async def start_optunaboard(
        self, request: service.StartOptunaboardRequest, caller: Caller
    ) -> service.StartOptunaboardResponse:
        if not request.job_id:
            raise InvalidError("Must supply jobId", field="job_id")
        raise _not_available()

    async def stop_optunaboard(
        self, request: service.StopOptunaboardRequest, caller: Caller
    ) -> service.StopOptunaboardResponse:
        raise NotFoundError("board", request.id)


def _not_available() -> NotAllowedError:
    return NotAllowedError(
        "boards are not available in this installation", reason="BOARDS_NOT_AVAILABLE", details="board"
    )
