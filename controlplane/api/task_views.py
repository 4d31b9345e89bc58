"""Tasks, bins and timelines as messages of the contract."""

import json

from controlplane.api.views import optional_timestamp
from controlplane.domain.errors import InvalidError
from controlplane.domain.job_tasks import JobTasks, TaskRow, TaskWord
from controlplane.domain.storage_paths import StoragePaths
from controlplane.domain.task_lists import TaskPosition, TaskSort
from controlplane.domain.task_timeline import Lane
from distributedkube.api.job.v1 import job_pb2, task_pb2

_WORDS = {job_pb2.TaskState.Value(f"TASK_STATE_{word.name}"): word for word in TaskWord}


def task_state(word: str) -> "job_pb2.TaskState.ValueType":
    return job_pb2.TaskState.Value(f"TASK_STATE_{word.upper()}")


def task_word(number: "job_pb2.TaskState.ValueType") -> TaskWord:
    """Raises ``InvalidError`` for a state that no task is in."""
    word = _WORDS.get(number)
    if word is None:
        raise InvalidError(f"no task is in state {job_pb2.TaskState.Name(number)}", field="status")
    return word


def task(row: TaskRow, tasks: JobTasks, paths: StoragePaths) -> task_pb2.Task:
    message = task_pb2.Task(
        node_name=row.node,
        algorithm_name=tasks.nodes[row.node].run.spec.node.algorithm,
        task_id=row.task_id,
        batch_index=row.batch_index,
        status=task_state(row.word),
        retries=row.attempt - 1,
        pod_name=row.worker,
        start_time=optional_timestamp(row.started_at),
        end_time=optional_timestamp(row.ended_at),
        error=row.error,
    )
    if row.output_bytes is not None:
        write_output(message.output, row, tasks.ledger.record.job_id, paths)
    return message


def write_output(message: task_pb2.GraphOutput, row: TaskRow, job_id: str, paths: StoragePaths) -> None:
    """Where the output of a task is."""
    message.task_id = row.task_id
    message.storage_info.path = paths.of_output(job_id, row.task_id)
    message.storage_info.size = row.output_bytes or 0


def lane(found: Lane) -> task_pb2.TimelineLane:
    return task_pb2.TimelineLane(name=found.name, spans=map(_span, found.rows), running=found.running)


def _span(row: TaskRow) -> task_pb2.TimelineSpan:
    return task_pb2.TimelineSpan(
        node_name=row.node,
        task_id=row.task_id,
        batch_index=row.batch_index,
        status=task_state(row.word),
        retries=row.attempt - 1,
        pod_name=row.worker,
        start_time=optional_timestamp(row.started_at),
        end_time=optional_timestamp(row.ended_at),
    )


def write_position(position: TaskPosition) -> str:
    """A place in an ordered list of tasks, for page tokens."""
    return json.dumps(position)


def read_position(text: str, sort: TaskSort) -> TaskPosition | None:
    """The place that a page token says; None for no token. Raises ``InvalidError`` for one of another order."""
    if not text:
        return None
    try:
        value, node, task = json.loads(text)
    except (ValueError, TypeError):
        raise _foreign() from None
    match sort:
        case TaskSort.INDEX:
            fits = value is None
        case TaskSort.STATUS:
            fits = isinstance(value, str)
        case _:
            fits = isinstance(value, int | float)
    if not (fits and isinstance(node, int) and isinstance(task, int)):
        raise _foreign()
    return TaskPosition(value, node, task)


def _foreign() -> InvalidError:
    return InvalidError("the page token is not one of ours, or of a page in another order", field="page_token")
