"""The part of the OpenAPI document for the routes that are written by hand, and for ``blobs`` and ``health``."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from google.protobuf.descriptor import Descriptor

from controlplane.gateway import job_routes, log_download, storage_routes
from controlplane.gateway.openapi_errors import described
from distributedkube.api.algorithm.v1 import algorithm_pb2, algorithm_service_pb2
from distributedkube.api.job.v1 import search_service_pb2
from distributedkube.api.pipeline.v1 import pipeline_pb2

Json = dict[str, Any]

_TEXT: Json = {"type": "string"}

NO_ERRORS: Mapping[str, str] = {}

_SIGNED = {"403": "The URL does not allow this.", "404": "No such object.", "416": "The object has no such bytes."}


def handwritten_paths(reference: Callable[[Descriptor], Json], error: Json, refused: Json) -> dict[str, Json]:
    """Path items by path.

    ``reference`` gives the schema of a message, ``error`` is that of errors, ``refused`` are the responses that all
    operations have.
    """
    algorithm = reference(algorithm_pb2.Algorithm.DESCRIPTOR)
    applied = reference(algorithm_service_pb2.ApplyAlgorithmResponse.DESCRIPTOR)
    pipeline = reference(pipeline_pb2.Pipeline.DESCRIPTOR)
    upload = _upload(reference(algorithm_service_pb2.ApplyOptions.DESCRIPTOR), algorithm)
    either = {"anyOf": [applied, algorithm]}

    def operation(
        tag: str, name: str, summary: str, status: str, answer: Json, errors: Mapping[str, str] = NO_ERRORS, **more: Any
    ) -> Json:
        """``errors``: further statuses that it may answer with, and when."""
        done = {status: {"description": "Done.", "content": answer}}
        responses = done | dict(sorted({**refused, **described(errors, error)}.items()))
        return {"operationId": name, "tags": [tag], "summary": summary, "responses": responses, **more}

    overwrite = {"name": "overwrite", "in": "query", "schema": _TEXT, "description": "Replace what is there."}
    force = {"name": "forceStopAndApplyVersion", "in": "query", "schema": {"type": "boolean"}}
    anything, plain_text = _json({"type": "object"}), {"text/plain": {"schema": _TEXT}}
    # Some refusals are answered inside a good answer, which clients of this route look for.
    item = {"anyOf": [applied, algorithm, error]}
    listed = {"anyOf": [item, _list(item)]}
    unknown = {"404": "No such algorithm."}
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
                unknown,
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
                _json({"anyOf": [pipeline, _list({"anyOf": [pipeline, error]})]}),
                parameters=[overwrite],
                requestBody={"required": True, "content": _json({"oneOf": [pipeline, _list(pipeline)]})},
            )
        },
        job_routes.SEARCH_PATH: {
            "get": operation(
                "JobSearch",
                "SearchJobsByParameters",
                "Finds jobs, as the POST does.",
                "200",
                _json(reference(search_service_pb2.SearchJobsResponse.DESCRIPTOR)),
                {"400": "A parameter breaks a rule.", "500": "The cursor is none of ours."},
                parameters=[{"name": n, "in": "query", "schema": _TEXT} for n in job_routes.SEARCH_PARAMETERS],
            )
        },
        "/api/v1/logs/{jobId}/download": {
            "parameters": [
                {"name": "jobId", "in": "path", "required": True, "schema": _TEXT},
                *({"name": name, "in": "query", "schema": _TEXT} for name in sorted(log_download.FILTERS)),
            ],
            "get": operation(
                "Job",
                "DownloadJobLogs",
                "A job's log as a text file.",
                "200",
                plain_text,
                {"404": "There is no such job."},
            ),
        },
        **_storage_items(operation),
        "/api/v1/readme/algorithms/{name}": _readme_item(operation, "Algorithm"),
        "/api/v1/readme/pipelines/{name}": _readme_item(operation, "Pipeline"),
        "/api/v1/schemas/pipeline.json": {
            "get": operation("Pipeline", "GetPipelineSchema", "JSON Schema of pipelines, for editors.", "200", anything)
        },
        "/api/v1/schemas/algorithm.json": {
            "get": operation("Algorithm", "GetAlgorithmSchema", "JSON Schema of algorithms.", "200", anything)
        },
        "/blobs/{key}": _blob_item(operation),
        "/healthz": {"get": operation("Health", "GetLiveness", "Whether the server lives.", "200", anything)},
        "/readyz": {"get": operation("Health", "GetReadiness", "Whether the server is ready.", "200", anything)},
        "/metrics": {"get": operation("Health", "GetMetrics", "Metrics for Prometheus.", "200", plain_text)},
    }


def amend_odd_answers(paths: dict[str, Json]) -> None:
    """Changes what the contract says of its own methods, as far as they are served, where older clients know another answer."""

    def answers(path: str, verb: str) -> Iterator[Json]:
        if path in paths:
            yield paths[path][verb]["responses"]

    for kind in ("algorithms", "pipelines"):
        for responses in answers(f"/api/v1/versions/{kind}/alias", "put"):
            good = responses["200"]["content"]["application/json"]
            good["schema"] = {"anyOf": [good["schema"], _NO_VERSION]}
    for what in ("pods", "jobs"):
        for responses in answers(f"/api/v1/kubernetes/algorithms/{what}/{{algorithmName}}", "delete"):
            responses["404"] = {"description": "None was found; the body is a sentence.", "content": _json(_TEXT)}
    for what in ("unscheduledalgorithms", "ignoredunscheduledalgorithms"):
        for responses in answers(f"/api/v1/resources/{what}/{{name}}", "get"):
            responses["404"] = {"description": "It is not in the list.", "content": {"text/plain": {"schema": _TEXT}}}
    for responses in answers("/api/v1/exec/flowInput/{jobId}", "get"):
        responses["404"] = {"description": "No such job, or it has no flow input; there is no body."}


_NO_VERSION: Json = {
    "type": "object",
    "description": "No such version.",
    "properties": {
        "type": {"type": "string", "enum": ["NOT_FOUND"]},
        "metaData": {"type": "object", "properties": {"entityType": _TEXT, "id": _TEXT}},
    },
    "required": ["type", "metaData"],
}


def _storage_items(operation: Callable[..., Json]) -> dict[str, Json]:
    octets: Json = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    archive: Json = {"application/zip": {"schema": {"type": "string", "format": "binary"}}}
    errors = {"400": "The path leads nowhere.", "404": "There is no such value."}
    no_result = {"400": "No such job, it has not ended, or it has no result."}
    about = "Path of a value, as results and graphs have it."
    extension = {"name": "ext", "in": "query", "schema": _TEXT, "description": "Extension of the file's name."}
    named = {"name": "namefile", "in": "query", "schema": _TEXT, "description": "Name of the file."}

    def read(path: str, name: str, summary: str, *more: Json) -> tuple[str, Json]:
        parameters = [{"name": "path", "in": "path", "required": True, "schema": _TEXT, "description": about}, *more]
        return path.replace("=**", ""), {
            "get": operation("Storage", name, summary, "200", octets, errors, parameters=parameters)
        }

    def result(path: str, name: str, *fields: str) -> tuple[str, Json]:
        parameters = [{"name": field, "in": "path", "required": True, "schema": _TEXT} for field in fields]
        summary = "The result of a job as a zip file."
        return path.replace("job_id", "jobId"), {
            "get": operation("Storage", name, summary, "200", archive, no_result, parameters=parameters)
        }

    return dict(
        [
            read(storage_routes.STREAM, "StreamValue", "A value as it is encoded."),
            read(storage_routes.STREAM_CUSTOM, "StreamDecoded", "A small value as JSON, a large one as it is encoded."),
            read(storage_routes.DOWNLOAD, "DownloadValue", "A value as it is encoded, as a file.", extension),
            read(storage_routes.DOWNLOAD_CUSTOM, "DownloadDecoded", "As a stream, as a file.", extension, named),
            result(storage_routes.ARCHIVE, "DownloadResult", "jobId"),
            result(storage_routes.NAMED_ARCHIVE, "DownloadNamedResult", "jobId", "namefile"),
        ]
    )


def _readme_item(operation: Callable[..., Json], kind: str) -> Json:
    file: Json = {"type": "string", "format": "binary", "description": "The text in UTF-8, at most 1 MiB."}
    form: Json = {"type": "object", "properties": {"README.md": file}, "required": ["README.md"]}
    done = _json({"type": "object", "properties": {"message": _TEXT}})
    more: Json = {
        "parameters": [{"name": "name", "in": "path", "required": True, "schema": _TEXT}],
        "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": form}}},
    }
    errors = {"404": f"No such {kind.lower()}."}
    about = (
        f"Stores the readme of {'an' if kind == 'Algorithm' else 'a'} {kind.lower()}, in place of the one there was."
    )
    return {
        "post": operation("Readme", f"Create{kind}Readme", about, "201", done, errors, **more),
        "put": operation("Readme", f"Put{kind}Readme", about, "200", done, errors, **more),
    }


def _blob_item(operation: Callable[..., Json]) -> Json:
    data: Json = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    signed = [
        {"name": name, "in": "query", "required": True, "schema": _TEXT, "description": "As in the presigned URL."}
        for name in ("op", "expires", "max", "signature")
    ]
    return {
        "parameters": [{"name": "key", "in": "path", "required": True, "schema": _TEXT}, *signed],
        "get": operation("Blob", "GetBlob", "Reads an object, or a range of it.", "200", data, _SIGNED, security=[]),
        "put": operation(
            "Blob", "PutBlob", "Writes an object.", "200", {}, _SIGNED, requestBody={"content": data}, security=[]
        ),
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
