"""What the client asks and how it reads the answers. Pure; the blocking and the awaiting client both go through
it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, Generic, TypeVar

from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message

from distributedkube.api.algorithm.v1 import algorithm_pb2, algorithm_service_pb2
from distributedkube.api.build.v1 import build_service_pb2
from distributedkube.api.job.v1 import job_pb2, job_service_pb2
from distributedkube.api.pipeline.v1 import pipeline_pb2, pipeline_service_pb2
from distributedkube.api.trigger.v1 import trigger_service_pb2
from distributedkube.client import convert
from distributedkube.client.definition import flatten_algorithm, normal_pipeline
from distributedkube.client.errors import InvalidError, JobFailedError, JobStoppedError

UPLOAD_PIECE_BYTES = 1024 * 1024
"""Largest piece of an upload that the contract allows."""

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Call(Generic[Answer]):
    """One call: where it goes, what it says, how its answer is read."""

    service: str
    method: str
    request: Message
    read: Callable[[Any], Answer]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list, and where the next one starts."""

    items: list[dict[str, Any]]
    next_page_token: str


@dataclass(frozen=True, slots=True)
class Applied:
    """What an apply did."""

    algorithm: dict[str, Any]
    """The algorithm as it will be."""
    messages: tuple[str, ...]
    """What happened, in sentences."""
    build_id: str
    """The build that was started, empty when none was."""
    build: dict[str, Any] | None = None
    """The build as it ended, None when there was none or it was not waited for."""


@dataclass(frozen=True, slots=True)
class ResultItem:
    """Output of one task."""

    node_name: str
    algorithm_name: str
    batch_index: int | None
    """Place in its batch from 1; None for single tasks, -1 for a batch without elements."""
    value: Any
    """The value, or a `LargeValue` when it is too large to travel inline."""
    error: str
    """Why the task failed, empty when it did not."""


@dataclass(frozen=True, slots=True)
class JobResult:
    """What a completed job returned: outputs of the nodes without children and of those flagged for the result."""

    job_id: str
    pipeline: str
    seconds: float
    """From submission to the end."""
    items: tuple[ResultItem, ...] = field(default=())

    @property
    def value(self) -> Any:
        """The value of the only item. Raises ``ValueError`` when there is not exactly one; then look at `items`."""
        if len(self.items) != 1:
            raise ValueError(f"job {self.job_id} returned {len(self.items)} values; read them from items or values")
        return self.items[0].value

    @property
    def values(self) -> list[Any]:
        """The values of all items, in the order of the pipeline and of the batches."""
        return [item.value for item in self.items]


# algorithms


def algorithm_from_dict(definition: Mapping[str, Any]) -> tuple[algorithm_pb2.Algorithm, FieldMask, str | None]:
    """Reads a definition in grouped or flat form: the algorithm, the fields to remove, and ``code.path``.

    A key that is None removes the stored value. Raises ``InvalidError`` naming the field.
    """
    flat, code_path = flatten_algorithm(definition)
    removed = [_removable(key) for key, value in flat.items() if value is None]
    return convert.to_message(algorithm_pb2.Algorithm, flat), FieldMask(paths=removed), code_path


def _removable(key: str) -> str:
    name = convert.proto_name(algorithm_pb2.Algorithm, key)
    if name is None:
        raise InvalidError(f"there is no field {key} that could be removed", field=key)
    return name


def apply_algorithm(
    algorithm: algorithm_pb2.Algorithm, clear: FieldMask, upload_id: str, *, force_update: bool, force_build: bool
) -> Call[Applied]:
    request = algorithm_service_pb2.ApplyAlgorithmRequest(
        algorithm=algorithm,
        clear=clear,
        upload_id=upload_id,
        options=algorithm_service_pb2.ApplyOptions(force_update=force_update, force_build=force_build),
        request_id=_request_id(),
    )
    return Call("algorithm", "ApplyAlgorithm", request, _applied)


def _applied(response: algorithm_service_pb2.ApplyAlgorithmResponse) -> Applied:
    return Applied(convert.to_dict(response.algorithm), tuple(response.messages), response.build_id)


def upload_pieces(file: IO[bytes], name: str) -> Iterator[build_service_pb2.UploadSourceRequest]:
    """An archive in pieces, the first one with its name."""
    piece = build_service_pb2.UploadSourceRequest(file_name=name, data=file.read(UPLOAD_PIECE_BYTES))
    while piece.data or piece.file_name:
        yield piece
        piece = build_service_pb2.UploadSourceRequest(data=file.read(UPLOAD_PIECE_BYTES))


def list_algorithms(name: str, page_token: str) -> Call[Page]:
    request = algorithm_service_pb2.ListAlgorithmsRequest(name=name, page_token=page_token)
    return Call("algorithm", "ListAlgorithms", request, _page("algorithms"))


def get_algorithm(name: str) -> Call[dict[str, Any]]:
    return Call("algorithm", "GetAlgorithm", algorithm_service_pb2.GetAlgorithmRequest(name=name), _part("algorithm"))


def delete_algorithm(name: str, *, force: bool, keep_old_versions: bool) -> Call[str]:
    request = algorithm_service_pb2.DeleteAlgorithmRequest(name=name, force=force, keep_old_versions=keep_old_versions)
    return Call("algorithm", "DeleteAlgorithm", request, _message)


# builds


def get_build(build_id: str) -> Call[dict[str, Any]]:
    return Call("build", "GetBuild", build_service_pb2.GetBuildRequest(build_id=build_id), _part("build"))


def list_builds(algorithm_name: str, page_token: str) -> Call[Page]:
    request = build_service_pb2.ListBuildsRequest(algorithm_name=algorithm_name, page_token=page_token)
    return Call("build", "ListBuilds", request, _page("builds"))


# pipelines


def pipeline_from_dict(definition: Mapping[str, Any]) -> pipeline_pb2.Pipeline:
    """Reads a pipeline. Raises ``InvalidError`` naming the field."""
    return convert.to_message(pipeline_pb2.Pipeline, normal_pipeline(definition))


def store_pipeline(definition: Mapping[str, Any], *, replace: bool) -> Call[dict[str, Any]]:
    pipeline = pipeline_from_dict(definition)
    if replace:
        update = pipeline_service_pb2.UpdatePipelineRequest(pipeline=pipeline)
        return Call("pipeline", "UpdatePipeline", update, _part("pipeline"))
    create = pipeline_service_pb2.CreatePipelineRequest(pipeline=pipeline, request_id=_request_id())
    return Call("pipeline", "CreatePipeline", create, _part("pipeline"))


def list_pipelines(page_token: str) -> Call[Page]:
    request = pipeline_service_pb2.ListPipelinesRequest(page_token=page_token)
    return Call("pipeline", "ListPipelines", request, _page("pipelines"))


def get_pipeline(name: str) -> Call[dict[str, Any]]:
    return Call("pipeline", "GetPipeline", pipeline_service_pb2.GetPipelineRequest(name=name), _part("pipeline"))


def delete_pipeline(name: str, *, keep_old_versions: bool) -> Call[str]:
    request = pipeline_service_pb2.DeletePipelineRequest(name=name, keep_old_versions=keep_old_versions)
    return Call("pipeline", "DeletePipeline", request, _message)


# jobs


def run_pipeline(pipeline: Mapping[str, Any] | str, flow_input: Any) -> Call[str]:
    """Runs what a dict says, or the stored pipeline of a name; answers with the job id."""
    definition: dict[str, Any] = {"name": pipeline} if isinstance(pipeline, str) else dict(pipeline)
    if flow_input is not None:
        definition["flowInput"] = flow_input
    message = pipeline_from_dict(definition)
    if isinstance(pipeline, str):
        stored = job_service_pb2.RunStoredPipelineRequest(pipeline=message, request_id=_request_id())
        return Call("job", "RunStoredPipeline", stored, _job_id)
    raw = job_service_pb2.RunRawPipelineRequest(pipeline=message, request_id=_request_id())
    return Call("job", "RunRawPipeline", raw, _job_id)


def run_algorithm(name: str, inputs: Sequence[Any]) -> Call[str]:
    request = job_service_pb2.RunAlgorithmRequest(
        name=name,
        input=[convert.json_payload(value, f"input[{index}]") for index, value in enumerate(inputs)],
        request_id=_request_id(),
    )
    return Call("job", "RunAlgorithm", request, _job_id)


def stop_jobs(job_id: str, pipeline_name: str, reason: str) -> Call[list[str]]:
    request = job_service_pb2.StopJobsRequest(job_id=job_id, pipeline_name=pipeline_name, reason=reason)
    return Call("job", "StopJobs", request, lambda response: list(response.stopped_job_ids))


def pause_job(job_id: str) -> Call[None]:
    return Call("job", "PauseJob", job_service_pb2.PauseJobRequest(job_id=job_id), _nothing)


def resume_job(job_id: str) -> Call[None]:
    return Call("job", "ResumeJob", job_service_pb2.ResumeJobRequest(job_id=job_id), _nothing)


def rerun_job(job_id: str) -> Call[str]:
    request = job_service_pb2.RerunJobRequest(job_id=job_id, request_id=_request_id())
    return Call("job", "RerunJob", request, _job_id)


def run_from_node(job_id: str, node: str, debug: bool) -> Call[str]:
    request = job_service_pb2.RunFromNodeRequest(job_id=job_id, node_name=node, debug=debug, request_id=_request_id())
    return Call("job", "RunFromNode", request, _job_id)


def list_job_history(job_id: str, page_token: str) -> Call[Page]:
    request = job_service_pb2.ListJobHistoryRequest(job_id=job_id, page_token=page_token)
    return Call("job", "ListJobHistory", request, _page("entries"))


def explain_job(job_id: str) -> Call[dict[str, Any]]:
    return Call("job", "ExplainJob", job_service_pb2.ExplainJobRequest(job_id=job_id), convert.to_dict)


def list_jobs(state: str | None, page_token: str) -> Call[Page]:
    number = 0 if state is None else convert.enum_number(job_pb2.JobState.DESCRIPTOR, state, "status")
    request = job_service_pb2.ListJobsRequest(status=job_pb2.JobState.ValueType(number), page_token=page_token)
    return Call("job", "ListJobs", request, _page("jobs"))


def get_job_status(job_id: str) -> Call[dict[str, Any]]:
    return Call("job", "GetJobStatus", job_service_pb2.GetJobStatusRequest(job_id=job_id), _part("status"))


def get_job_result(job_id: str) -> Call[JobResult]:
    """Reading the answer raises ``JobFailedError`` or ``JobStoppedError`` when the job did not complete."""
    return Call(
        "job",
        "GetJobResult",
        job_service_pb2.GetJobResultRequest(job_id=job_id),
        lambda response: job_result(response.result),
    )


def get_job_pipeline(job_id: str) -> Call[dict[str, Any]]:
    return Call("job", "GetJobPipeline", job_service_pb2.GetJobPipelineRequest(job_id=job_id), _part("pipeline"))


def list_job_logs(job_id: str, node: str | None, page_token: str) -> Call[Page]:
    request = job_service_pb2.ListJobLogsRequest(job_id=job_id, node_name=node or "", page_token=page_token)
    return Call("job", "ListJobLogs", request, _log_page)


def job_result(result: job_pb2.JobResult) -> JobResult:
    """Raises ``JobFailedError`` or ``JobStoppedError`` when the job did not complete."""
    match result.status:
        case job_pb2.JOB_STATE_FAILED:
            raise JobFailedError(result.job_id, result.error, result.node_name)
        case job_pb2.JOB_STATE_STOPPED:
            raise JobStoppedError(result.job_id, result.reason)
    return JobResult(result.job_id, result.pipeline, result.time_took, tuple(_item(item) for item in result.data))


def _item(item: job_pb2.ResultItem) -> ResultItem:
    value: Any = convert.payload_value(item.result)
    if item.HasField("info"):
        value = convert.LargeValue(item.info.path, item.info.size)
    batch_index = item.batch_index if item.HasField("batch_index") else None
    return ResultItem(item.node_name, item.algorithm_name, batch_index, value, item.error)


def _log_page(response: job_service_pb2.ListJobLogsResponse) -> Page:
    """The last page of a running job has a token for what is still to come; without lines it ends the list."""
    return Page([convert.to_dict(line) for line in response.lines], response.next_page_token if response.lines else "")


# triggers


def list_crons(page_token: str) -> Call[Page]:
    request = trigger_service_pb2.ListCronsRequest(page_token=page_token)
    return Call("trigger", "ListCrons", request, _page("crons"))


def start_cron(name: str, pattern: str | None, time_zone: str | None, missed_runs: str | None) -> Call[None]:
    """What is None stays as it is stored. Raises ``InvalidError`` for an unknown word about missed runs."""
    words = pipeline_pb2.Cron.MissedRuns
    number = 0 if missed_runs is None else convert.enum_number(words.DESCRIPTOR, missed_runs, "missedRuns")
    request = trigger_service_pb2.StartCronRequest(
        name=name, pattern=pattern, time_zone=time_zone, missed_runs=words.ValueType(number)
    )
    return Call("trigger", "StartCron", request, _nothing)


def stop_cron(name: str) -> Call[None]:
    return Call("trigger", "StopCron", trigger_service_pb2.StopCronRequest(name=name), _nothing)


def get_trigger_tree(job_id: str) -> Call[dict[str, Any]]:
    request = trigger_service_pb2.GetTriggerTreeRequest(job_id=job_id)
    return Call("trigger", "GetTriggerTree", request, _part("tree"))


def list_webhooks(job_id: str) -> Call[dict[str, Any]]:
    return Call("trigger", "ListWebhooks", trigger_service_pb2.ListWebhooksRequest(job_id=job_id), convert.to_dict)


# reading answers


def _page(items: str) -> Callable[[Any], Page]:
    def read(response: Any) -> Page:
        return Page([convert.to_dict(item) for item in getattr(response, items)], response.next_page_token)

    return read


def _part(name: str) -> Callable[[Any], dict[str, Any]]:
    return lambda response: convert.to_dict(getattr(response, name))


def _nothing(_: Any) -> None:
    """For answers that say no more than that it is done."""


def _message(response: Any) -> str:
    return str(response.message)


def _job_id(response: Any) -> str:
    return str(response.job_id)


def _request_id() -> str:
    """Makes a repetition of the call harmless."""
    return uuid.uuid4().hex
