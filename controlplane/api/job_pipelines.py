"""The pipelines of jobs as messages of the contract, and who did what to a job. Pure."""

import json
from typing import Any

from controlplane.api.views import timestamp
from controlplane.domain.job_view import JobView
from controlplane.domain.records import JobRecord
from controlplane.domain.storage_paths import StoragePaths
from distributedkube.api.job.v1 import document_pb2
from distributedkube.api.pipeline.v1 import pipeline_pb2

RUN = "run"
"""The action that every trail begins with."""


def executed_pipeline(record: JobRecord, view: JobView | None, paths: StoragePaths) -> pipeline_pb2.Pipeline:
    """The pipeline that a job runs, with what only jobs have; its flow input is null."""
    pipeline = pipeline_pb2.Pipeline.FromString(record.document)
    pipeline.flow_input.SetInParent()
    del pipeline.types[:]
    pipeline.types.extend(record.types)
    if record.root_job_id:
        pipeline.root_job_id = record.root_job_id
    last = record.last_run
    _say(pipeline, "startTime", _milliseconds(record.submitted_at))
    _say(pipeline, "maxExceeded", record.max_exceeded)
    _say(
        pipeline,
        "lastRunResult",
        {"timestamp": _milliseconds(last.at), "status": last.state.value, "timeTook": round(last.seconds, 3)}
        if last
        else None,
    )
    _add_flow_input_metadata(pipeline, record, paths)
    if view is not None and view.active_at is not None:
        _say(pipeline, "activeTime", _milliseconds(view.active_at))
        _say(pipeline, "queueTimeSeconds", round(view.active_at - record.submitted_at, 3))
    return pipeline


def given_pipeline(record: JobRecord, paths: StoragePaths) -> pipeline_pb2.Pipeline:
    """The pipeline as it was given; its flow input is null."""
    pipeline = pipeline_pb2.Pipeline.FromString(record.given)
    pipeline.flow_input.SetInParent()
    _add_flow_input_metadata(pipeline, record, paths)
    return pipeline


def _add_flow_input_metadata(pipeline: pipeline_pb2.Pipeline, record: JobRecord, paths: StoragePaths) -> None:
    if record.flow_input.is_null:
        return
    metadata = {
        path: {"type": shape.type, **({"size": shape.size} if shape.type == "array" else {})}
        for path, shape in record.flow_input_shapes.items()
    }
    place = {"path": paths.of_flow_input(record.job_id)}
    _say(pipeline, "flowInputMetadata", {"metadata": metadata, "storageInfo": place})


def with_job_id(pipeline: pipeline_pb2.Pipeline, job_id: str) -> pipeline_pb2.Pipeline:
    """The same, naming its job."""
    _say(pipeline, "jobId", job_id)
    return pipeline


def _say(pipeline: pipeline_pb2.Pipeline, key: str, value: Any) -> None:
    pipeline.open[key] = json.dumps(value).encode()


def _milliseconds(seconds: float) -> int:
    return int(seconds * 1000)


def audit_trail(record: JobRecord, view: JobView | None) -> list[document_pb2.JobAuditEntry]:
    """Who did what to a job, newest first."""
    trail = [document_pb2.JobAuditEntry(timestamp=timestamp(record.submitted_at), user=record.user, action=RUN)]
    trail += [
        document_pb2.JobAuditEntry(timestamp=timestamp(at), user=user, action=action)
        for at, action, user in (view.actions if view is not None else ())
    ]
    return trail[::-1]
