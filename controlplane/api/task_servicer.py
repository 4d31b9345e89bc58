"""TaskService: tells about the nodes and tasks of jobs."""

from controlplane.api.job_graphs import GraphWish, JobGraphs
from controlplane.api.methods import Caller
from controlplane.domain.errors import NotFoundError
from controlplane.domain.item_order import Range
from distributedkube.api.job.v1 import task_pb2
from distributedkube.api.job.v1 import task_service_pb2 as service


class TaskServicer:
    def __init__(self, *, graphs: JobGraphs) -> None:
        self._graphs = graphs

    async def get_job_graph(self, request: service.GetJobGraphRequest, caller: Caller) -> service.GetJobGraphResponse:
        return service.GetJobGraphResponse(graph=await self._graph(request.job_id, GraphWish()))

    async def get_job_graph_part(
        self, request: service.GetJobGraphPartRequest, caller: Caller
    ) -> service.GetJobGraphPartResponse:
        items = Range(
            start=request.start if request.HasField("start") else None,
            end=request.end if request.HasField("end") else None,
            sort=request.sort,
            descending=request.order == "desc",
        )
        wish = GraphWish(node=request.node, items=items)
        return service.GetJobGraphPartResponse(graph=await self._graph(request.job_id, wish))

    async def _graph(self, job_id: str, wish: GraphWish) -> task_pb2.JobGraph:
        graph = await self._graphs.graph(job_id, wish)
        if graph is None:
            raise NotFoundError("graph", job_id)
        return graph
