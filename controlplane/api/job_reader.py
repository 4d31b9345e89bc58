"""Reads jobs for the API: from whoever drives them, from the records of those that have ended."""

from collections.abc import Collection, Sequence

from controlplane.api import views
from controlplane.api.documents import whole_result
from controlplane.api.job_graphs import GraphWish, JobGraphs
from controlplane.api.job_pipelines import audit_trail, executed_pipeline, given_pipeline
from controlplane.domain.item_order import Range
from controlplane.domain.job_view import JobView
from controlplane.domain.records import EndRecord
from controlplane.domain.storage_paths import StoragePaths
from controlplane.ports.job_records import read_end, read_job, read_view
from controlplane.ports.job_views import JobViews
from controlplane.ports.state_store import StateStore
from controlplane.ports.system import Clock
from distributedkube.api.job.v1 import document_pb2, job_pb2

PARTS = frozenset(
    {"job_id", "external_id", "user_pipeline", "pipeline", "status", "result", "graph", "completion", "audit_trail"}
)
"""Fields of ``JobDocument``."""

_OF_RECORD = frozenset({"external_id", "user_pipeline", "pipeline", "audit_trail"})
_OF_VIEW = frozenset({"pipeline", "status", "result", "completion", "audit_trail"})

MAX_RESULT_PARTS = 4
"""Pieces of a result, of 192 KiB each, that go along with something else; of a larger one only how the job ended."""

GRAPH_ITEMS = Range(start=0, end=100)
"""Tasks of a batch that are listed in the graph of a document."""


class JobReader:
    """One for the whole API."""

    def __init__(
        self, *, store: StateStore, views: JobViews, graphs: JobGraphs, clock: Clock, paths: StoragePaths
    ) -> None:
        self._store = store
        self._views = views
        self._graphs = graphs
        self._clock = clock
        self._paths = paths

    async def view(self, job_id: str) -> JobView | None:
        """A job as it is: from whoever drives it, from its end, or as it was accepted."""
        return await read_view(self._store, self._views, self._clock, job_id)

    async def end(self, job_id: str) -> EndRecord | None:
        """How a job ended; None when it has not, or there is none."""
        return await read_end(self._store, job_id)

    async def result(self, job_id: str) -> job_pb2.JobResult | None:
        """What a job returned; None when it has not ended, or there is none. Raises what ``whole_result`` raises."""
        end = await self.end(job_id)
        return await whole_result(self._store, end) if end is not None else None

    async def small_result(self, job_id: str) -> job_pb2.JobResult | None:
        """The same; also None when it is too large to go along with something else."""
        end = await self.end(job_id)
        return await self._small_result(end) if end is not None else None

    async def _small_result(self, end: EndRecord) -> job_pb2.JobResult | None:
        return await whole_result(self._store, end) if end.result_parts <= MAX_RESULT_PARTS else None

    async def document(self, job_id: str, parts: Collection[str]) -> document_pb2.JobDocument | None:
        """A job with the wanted parts of ``PARTS``; None when there is none, or it went away meanwhile."""
        message = document_pb2.JobDocument()
        if "job_id" in parts:
            message.job_id = job_id
        end = await self.end(job_id) if _OF_VIEW.intersection(parts) else None
        view = end.view if end is not None else None
        if view is None and _OF_VIEW.intersection(parts):
            view = await self.view(job_id)
            if view is None:
                return None
        if _OF_RECORD.intersection(parts) and not await self._add_record(message, job_id, view, parts):
            return None
        if view is not None:
            self._add_view(message, view, parts)
        if end is not None and "result" in parts:
            message.result.CopyFrom(await self._small_result(end) or views.job_result(end.view, []))
        if "graph" in parts:
            graph = await self._graphs.graph(job_id, GraphWish(items=GRAPH_ITEMS))
            if graph is None:
                return None
            message.graph.CopyFrom(graph)
        return message

    async def _add_record(
        self, message: document_pb2.JobDocument, job_id: str, view: JobView | None, parts: Collection[str]
    ) -> bool:
        record = await read_job(self._store, job_id)
        if record is None:
            return False
        if "external_id" in parts:
            message.external_id = record.external_id
        if "user_pipeline" in parts:
            message.user_pipeline.CopyFrom(given_pipeline(record, self._paths))
        if "pipeline" in parts:
            message.pipeline.CopyFrom(executed_pipeline(record, view, self._paths))
        if "audit_trail" in parts:
            message.audit_trail.extend(audit_trail(record, view))
        return True

    def _add_view(self, message: document_pb2.JobDocument, view: JobView, parts: Collection[str]) -> None:
        if "status" in parts:
            message.status.CopyFrom(views.job_status(view))
        if "completion" in parts:
            message.completion = view.state.is_final


def parts_of(fields: Sequence[str], excluded: Sequence[str]) -> frozenset[str]:
    """The parts that paths with JSON names lead into, without those that are left out whole.

    Without paths that is all but the graph, which takes more work than all the rest.
    """
    by_json_name = {field.json_name: field.name for field in document_pb2.JobDocument.DESCRIPTOR.fields}
    wanted = {by_json_name.get(path.split(".")[0], "") for path in fields} & PARTS
    return frozenset((wanted if fields else PARTS - {"graph"}) - {by_json_name.get(path, "") for path in excluded})
