"""TaskService: tells about the nodes and tasks of jobs."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from controlplane.api import task_views
from controlplane.api.job_graphs import GraphWish, JobGraphs
from controlplane.api.job_ledgers import JobLedger, JobLedgers
from controlplane.api.methods import Caller
from controlplane.api.paging import read_token, write_token
from controlplane.api.views import timestamp
from controlplane.domain.errors import NotAllowedError, NotFoundError
from controlplane.domain.item_order import Range
from controlplane.domain.job_tasks import JobTasks
from controlplane.domain.storage_paths import StoragePaths
from controlplane.domain.task_lists import TaskQuery, TaskSort, item_bins, list_tasks
from controlplane.domain.task_timeline import LaneOf, TimelineQuery, timeline
from controlplane.ports.system import Clock
from distributedkube.api.job.v1 import task_pb2
from distributedkube.api.job.v1 import task_service_pb2 as service

DEFAULT_PAGE = 100
DEFAULT_BINS = 2048
DEFAULT_COLUMNS = 500
MAX_SPANS = 5000

_SORTS = {
    service.ListTasksRequest.SORT_UNSPECIFIED: TaskSort.INDEX,
    **{service.ListTasksRequest.Sort.Value(f"SORT_{sort.name}"): sort for sort in TaskSort},
}
_LANES = {
    service.GetTimelineRequest.LANES_UNSPECIFIED: LaneOf.NODE,
    **{service.GetTimelineRequest.Lanes.Value(f"LANES_{lane.name}"): lane for lane in LaneOf},
}


class TaskServicer:
    def __init__(self, *, graphs: JobGraphs, ledgers: JobLedgers, clock: Clock, paths: StoragePaths) -> None:
        self._graphs = graphs
        self._ledgers = ledgers
        self._clock = clock
        self._paths = paths

    # Graphs

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

    # Tasks

    async def list_tasks(self, request: service.ListTasksRequest, caller: Caller) -> service.ListTasksResponse:
        query = TaskQuery(
            node=request.node,
            words=frozenset(map(task_views.task_word, request.status)),
            text=request.q,
            sort=_SORTS[request.sort],
            descending=request.order == "desc",
            limit=request.page_size or DEFAULT_PAGE,
            after=task_views.read_position(read_token(request.page_token), _SORTS[request.sort]),
            item=request.item,
        )

        def answer(tasks: JobTasks) -> service.ListTasksResponse:
            page = list_tasks(tasks, query)
            return service.ListTasksResponse(
                tasks=[task_views.task(row, tasks, self._paths) for row in page.rows],
                next_page_token=write_token(task_views.write_position(page.next)) if page.next else "",
                total=page.total,
                states=page.words,
                unsearched=page.unsearched,
            )

        async with self._open(request.job_id, request.node) as found:
            return await found.work(answer)

    async def count_items(self, request: service.CountItemsRequest, caller: Caller) -> service.CountItemsResponse:
        def answer(tasks: JobTasks) -> service.CountItemsResponse:
            node = tasks.nodes[request.node]
            counted = item_bins(
                node,
                start=request.start if request.HasField("start") else None,
                end=request.end if request.HasField("end") else None,
                most=request.bins or DEFAULT_BINS,
            )
            return service.CountItemsResponse(
                node_name=request.node,
                total=node.run.total,
                start=counted.first,
                end=counted.end,
                size=counted.size,
                bins=[
                    task_pb2.ItemBin(first=counted.first + place * counted.size + 1, states=states)
                    for place, states in enumerate(counted.bins)
                ],
            )

        async with self._open(request.job_id, request.node) as found:
            return await found.work(answer)

    async def get_timeline(self, request: service.GetTimelineRequest, caller: Caller) -> service.GetTimelineResponse:
        query = TimelineQuery(
            node=request.node,
            lanes=_LANES[request.lanes],
            start=request.start_time.ToMilliseconds() / 1e3 if request.HasField("start_time") else None,
            end=request.end_time.ToMilliseconds() / 1e3 if request.HasField("end_time") else None,
            columns=request.columns or DEFAULT_COLUMNS,
            most=request.limit or MAX_SPANS,
        )
        now = self._clock.now()

        def answer(tasks: JobTasks) -> service.GetTimelineResponse:
            found = timeline(tasks, query, now)
            return service.GetTimelineResponse(
                start_time=timestamp(found.start),
                end_time=timestamp(found.end),
                total=found.total,
                untimed=found.untimed,
                exact=found.total <= query.most,
                lanes=map(task_views.lane, found.lanes),
            )

        async with self._open(request.job_id, request.node) as opened:
            return await opened.work(answer)

    @asynccontextmanager
    async def _open(self, job_id: str, node: str) -> AsyncGenerator[JobLedger, None]:
        """The ledger of a job, which has the node if one is named."""
        async with self._ledgers.open(job_id) as found:
            if found is None:
                raise NotFoundError("job", job_id)
            if node and node not in found.tasks.nodes:
                raise NotFoundError("node", node)
            if found.end is not None and not found.has_journal:
                raise NotAllowedError(
                    "what became of the single tasks of this job is not kept any more", reason="TASKS_NOT_KEPT"
                )
            yield found
