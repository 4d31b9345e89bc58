"""The part of the OpenAPI document for the routes in ``handwritten``, ``blobs`` and ``health``."""

from collections.abc import Callable
from typing import Any

from google.protobuf.descriptor import Descriptor

from distributedkube.api.algorithm.v1 import algorithm_pb2, algorithm_service_pb2
from distributedkube.api.pipeline.v1 import pipeline_pb2

Json = dict[str, Any]

_TEXT: Json = {"type": "string"}


def handwritten_paths(reference: Callable[[Descriptor], Json], error: Json) -> dict[str, Json]:
    """Path items by path; ``reference`` gives the schema of a message, ``error`` is that of errors."""
    algorithm = reference(algorithm_pb2.Algorithm.DESCRIPTOR)
    applied = reference(algorithm_service_pb2.ApplyAlgorithmResponse.DESCRIPTOR)
    pipeline = reference(pipeline_pb2.Pipeline.DESCRIPTOR)
    upload = _upload(reference(algorithm_service_pb2.ApplyOptions.DESCRIPTOR), algorithm)
    either = {"oneOf": [applied, algorithm]}
    failures = {"description": "What went wrong.", "content": _json(error)}

    def operation(tag: str, name: str, summary: str, status: str, answer: Json, **more: Any) -> Json:
        responses = {status: {"description": "Done.", "content": answer}, "default": failures}
        return {"operationId": name, "tags": [tag], "summary": summary, "responses": responses, **more}

    overwrite = {"name": "overwrite", "in": "query", "schema": _TEXT, "description": "Replace what is there."}
    force = {"name": "forceStopAndApplyVersion", "in": "query", "schema": {"type": "boolean"}}
    anything, plain_text = _json({"type": "object"}), {"text/plain": {"schema": _TEXT}}
    listed = {"oneOf": [either, _list(either)]}
    return {
        "/api/v1/store/algorithms/apply": {
            "post": operation(
                "Algorithm",
                "ApplyAlgorithm",
                "Creates or changes an algorithm, with its code.",
                "200",
                _json(applied),
                requestBody={"content": upload},
            )
        },
        "/api/v1/store/algorithms": {
            "post": operation(
                "Algorithm",
                "CreateAlgorithm",
                "Stores new algorithms.",
                "201",
                _json(listed),
                parameters=[overwrite],
                requestBody={"content": upload | _json({"oneOf": [algorithm, _list(algorithm)]})},
            ),
            "put": operation(
                "Algorithm",
                "UpdateAlgorithm",
                "Changes an algorithm that is there.",
                "200",
                _json(either),
                parameters=[force],
                requestBody={"content": upload | _json(algorithm)},
            ),
        },
        "/api/v1/store/pipelines": {
            "post": operation(
                "Pipeline",
                "CreatePipelines",
                "Stores a new pipeline, or each of a list.",
                "201",
                _json({"oneOf": [pipeline, _list({"oneOf": [pipeline, error]})]}),
                parameters=[overwrite],
                requestBody={"required": True, "content": _json({"oneOf": [pipeline, _list(pipeline)]})},
            )
        },
        "/blobs/{key}": _blob_item(operation),
        "/healthz": {"get": operation("Health", "GetLiveness", "Whether the server lives.", "200", anything)},
        "/readyz": {"get": operation("Health", "GetReadiness", "Whether the server is ready.", "200", anything)},
        "/metrics": {"get": operation("Health", "GetMetrics", "Metrics for Prometheus.", "200", plain_text)},
    }


def _blob_item(operation: Callable[..., Json]) -> Json:
    data: Json = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    signed = [
        {"name": name, "in": "query", "required": True, "schema": _TEXT, "description": "As in the presigned URL."}
        for name in ("op", "expires", "max", "signature")
    ]
    return {
        "parameters": [{"name": "key", "in": "path", "required": True, "schema": _TEXT}, *signed],
        "get": operation("Blob", "GetBlob", "Reads an object, or a range of it.", "200", data, security=[]),
        "put": operation("Blob", "PutBlob", "Writes an object.", "200", {}, requestBody={"content": data}, security=[]),
    }


def _upload(options: Json, algorithm: Json) -> Json:
    form: Json = {
        "type": "object",
        "properties": {
            "payload": {"type": "string", "description": "The algorithm as JSON text."},
            "options": {"type": "string", "description": "Options as JSON text."},
            "file": {"type": "string", "format": "binary", "description": "Archive with the code: zip or tar.gz."},
        },
        "required": ["payload"],
    }
    keys: Json = {
        "type": "object",
        "properties": {"payload": {"oneOf": [_TEXT, algorithm]}, "options": {"oneOf": [_TEXT, options]}},
        "required": ["payload"],
    }
    return {"multipart/form-data": {"schema": form}, "application/json": {"schema": keys}}


def _json(schema: Json) -> Json:
    return {"application/json": {"schema": schema}}


def _list(items: Json) -> Json:
    return {"type": "array", "items": items}
