"""The graph of a job as a message of the contract: its nodes with what became of their tasks, and the edges.

Made from the job's ledger; what is listed of a batch is bounded, numbers of tasks are exact always. When the journal of a job
is not kept any more, its end record still tells how its nodes ended.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from controlplane.api.file_extensions import file_extensions
from controlplane.api.job_ledgers import JobLedger, JobLedgers
from controlplane.api.task_views import task_state, write_output
from controlplane.api.views import timestamp
from controlplane.domain.errors import NotFoundError
from controlplane.domain.item_order import ALL, Range, pick
from controlplane.domain.job_tasks import JobTasks, NodeTasks, TaskRow, TaskWord
from controlplane.domain.job_view import NodeView
from controlplane.domain.storage_paths import StoragePaths
from controlplane.domain.task_ledger import levels
from controlplane.ports.state_store import StateStore
from controlplane.ports.system import Clock
from distributedkube.api.job.v1 import task_pb2
from distributedkube.api.pipeline.v1 import pipeline_pb2

MAX_ITEMS = 1000
"""Tasks listed of one batch."""

MAX_GRAPH_ITEMS = 20_000
"""Tasks listed of all batches of a graph together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphWish:
    """What is wanted of a graph."""

    node: str = ""
    """Only this node, and the edges that touch it; empty means all."""
    items: Range = ALL
    """Which tasks of each batch."""


WHOLE = GraphWish()


class JobGraphs:
    """One for the whole API."""

    def __init__(self, *, store: StateStore, ledgers: JobLedgers, clock: Clock, paths: StoragePaths) -> None:
        self._store = store
        self._ledgers = ledgers
        self._clock = clock
        self._paths = paths

    async def graph(self, job_id: str, wish: GraphWish = WHOLE) -> task_pb2.JobGraph | None:
        """The graph of a job as it is now; None when there is no such job. Raises ``NotFoundError`` for an unknown node."""
        async with self._ledgers.open(job_id) as found:
            if found is None:
                return None
            runs = found.ledger.runs
            if wish.node and wish.node not in runs:
                raise NotFoundError("node", wish.node)
            extensions = await file_extensions(self._store, {run.spec.node.algorithm for run in runs.values()})
            writer = _Writer(found, wish, extensions, self._paths, self._clock.now())
            return await found.work(writer.write)


class _Writer:
    """Writes one graph. Pure, so that it can be done on a thread."""

    def __init__(
        self, found: JobLedger, wish: GraphWish, extensions: Mapping[str, str], paths: StoragePaths, now: float
    ) -> None:
        self._found = found
        self._wish = wish
        self._extensions = extensions
        self._paths = paths
        self._now = now
        self._job_id = found.ledger.record.job_id
        self._room = MAX_GRAPH_ITEMS
        """Tasks that may still be listed."""

    def write(self, tasks: JobTasks) -> task_pb2.JobGraph:
        ledger = self._found.ledger
        described = {n.node_name: n for n in pipeline_pb2.Pipeline.FromString(ledger.record.document).nodes}
        depths = levels(ledger.runs)
        ends = self._ends()
        graph = task_pb2.JobGraph(job_id=self._job_id, timestamp=timestamp(ledger.machine.ended_at or self._now))
        for name, node in tasks.nodes.items():
            if self._wish.node not in ("", name):
                continue
            message = graph.nodes.add(
                node_name=name,
                algorithm_name=node.run.spec.node.algorithm,
                algorithm_version=ledger.record.versions.get(node.run.spec.node.algorithm, ""),
                kind=pipeline_pb2.Node.KIND_ALGORITHM,
                level=depths[name],
                download_file_ext=self._extensions.get(node.run.spec.node.algorithm, ""),
            )
            if name in described:
                message.kind = described[name].kind or message.kind
                message.input.extend(described[name].input)
            if ends is None:
                self._write_node(message, node)
            elif name in ends:
                _write_end(message, ends[name])
        graph.edges.extend(edge for edge in _edges(tasks) if self._wish.node in ("", edge.source, edge.target))
        return graph

    def _ends(self) -> Mapping[str, NodeView] | None:
        """How nodes ended, when that is all that is left of the job."""
        end = self._found.end
        return None if end is None or self._found.has_journal else {node.name: node for node in end.view.nodes}

    def _write_node(self, message: task_pb2.GraphNode, node: NodeTasks) -> None:
        run = node.run
        message.status = task_state(node.node_word())
        if run.is_batch:
            self._write_batch(message, node)
        elif run.total:
            self._write_task(message, node, node.row(0))
        machine = node.ledger.machine
        if node.name == machine.failed_node and not message.error:  # For a reason that is no task's.
            message.status = task_state(TaskWord.FAILED)
            message.error = machine.error

    def _write_task(self, message: task_pb2.GraphNode, node: NodeTasks, row: TaskRow) -> None:
        _write_row(message, row)
        message.retries = row.attempt - 1
        started_at = row.started_at or node.notes.started_at
        if started_at is not None:
            message.start_time.CopyFrom(timestamp(started_at))
        if row.output_bytes is not None:
            write_output(message.output, row, self._job_id, self._paths)
            for path, shape in node.run.shapes.items():
                told = message.output.metadata[path]
                told.type = shape.type
                if shape.type == "array":
                    told.size = shape.size

    def _write_batch(self, message: task_pb2.GraphNode, node: NodeTasks) -> None:
        notes = node.notes
        _write_info(message.batch_info, node.words())
        if notes.started_at is not None:
            message.retries = sum(node.run.attempts) - len(node.run.attempts)
            message.start_time.CopyFrom(timestamp(notes.started_at))
        ended_at = notes.ended_node_at or (node.ledger.machine.ended_at if notes.started_at else None)
        if ended_at is not None:
            message.end_time.CopyFrom(timestamp(ended_at))
        message.error = node.run.last_failure()
        listed = pick(node.tasks(), node.key_of, self._wish.items, most=min(MAX_ITEMS, self._room))
        self._room -= len(listed)
        for row in map(node.row, listed):
            item = message.batch.add(batch_index=row.batch_index, retries=row.attempt - 1)
            _write_row(item, row)
            if row.output_bytes is not None:
                write_output(item.output, row, self._job_id, self._paths)


def _write_row(message: task_pb2.GraphNode | task_pb2.GraphItem, row: TaskRow) -> None:
    """What single tasks and those of batches have in common."""
    message.task_id = row.task_id
    message.pod_name = row.worker
    message.status = task_state(row.word)
    if row.started_at is not None:
        message.start_time.CopyFrom(timestamp(row.started_at))
    if row.ended_at is not None:
        message.end_time.CopyFrom(timestamp(row.ended_at))
    if row.error and row.word is TaskWord.FAILED:
        message.error = row.error
    elif row.error:
        message.warnings.append(row.error)


def _write_info(message: task_pb2.BatchInfo, words: Mapping[str, int]) -> None:
    """Numbers by state. Those that were stopped or skipped are in the total only."""
    message.idle = words.get(TaskWord.CREATING, 0)
    message.completed = words.get(TaskWord.SUCCEED, 0) + words.get(TaskWord.FAILED, 0)
    message.errors = words.get(TaskWord.FAILED, 0)
    message.running = words.get(TaskWord.ACTIVE, 0) + words.get(TaskWord.WARNING, 0)
    message.total = sum(words.values())


def _write_end(message: task_pb2.GraphNode, end: NodeView) -> None:
    """What the end of the job says of a node."""
    message.status = task_state(end.state)
    message.error = end.error
    if end.batch:
        skipped = end.state == TaskWord.SKIPPED
        _write_info(message.batch_info, {} if skipped else end.states)


def _edges(tasks: JobTasks) -> Iterator[task_pb2.GraphEdge]:
    for edge in tasks.ledger.machine.graph.edges:
        if edge.source in tasks.nodes and edge.target in tasks.nodes:
            yield _edge(edge.source, edge.target, edge.types)
    for name, node in tasks.nodes.items():
        if node.run.spec.caller:
            yield _edge(node.run.spec.caller, name, ("algorithmExecution",))


def _edge(source: str, target: str, types: Sequence[str]) -> task_pb2.GraphEdge:
    return task_pb2.GraphEdge(source=source, target=target, value=task_pb2.GraphEdgeValue(types=types))
