"""Builds as messages of the contract."""

from collections.abc import Sequence

from controlplane.api import algorithms
from controlplane.api.views import optional_timestamp, timestamp
from controlplane.domain.catalog_records import BuildRecord, unpack_algorithm
from distributedkube.api.algorithm.v1 import algorithm_pb2
from distributedkube.api.build.v1 import build_pb2

MAX_RESULT_LINES = 2000
"""Last lines of a log that the result of a build holds; all of them can be followed."""


def build_message(record: BuildRecord, *, lines: Sequence[str] | None = None) -> build_pb2.Build:
    """A build; with what it said, when ``lines`` are given and it has ended."""
    message = build_pb2.Build(
        build_id=record.build_id,
        image_tag=record.image_tag,
        algorithm_name=record.algorithm,
        env=algorithm_pb2.Algorithm.Env.Value(f"ENV_{record.env.upper()}"),
        type=algorithm_pb2.Algorithm.Type.Value(f"TYPE_{record.type.upper()}"),
        status=build_pb2.Build.State.Value(f"STATE_{record.state.name}"),
        progress=record.progress,
        start_time=timestamp(record.started_at),
        end_time=optional_timestamp(record.ended_at),
        algorithm_image=record.runtime,
        version=record.version,
        semver=record.semver,
        base_image=record.base_image,
        dependency_install_cmd=record.dependency_install_cmd,
    )
    if record.error:
        message.error = record.error
    if record.snapshot:
        message.algorithm.CopyFrom(algorithms.to_message(unpack_algorithm(record.snapshot)))
        if message.algorithm.HasField("git_repository"):
            message.git_repository.CopyFrom(message.algorithm.git_repository)
    if lines is not None and record.state.is_final:
        message.result.CopyFrom(build_pb2.BuildResult(data="\n".join(lines[-MAX_RESULT_LINES:]), errors=record.error))
    if record.source is not None:
        message.file_ext = record.source.file_ext
        message.file_path = record.source.key
        message.file_info.CopyFrom(
            algorithm_pb2.FileInfo(
                file_ext=record.source.file_ext,
                checksum=record.source.sha1,
                file_size=record.source.size_bytes,
                path=record.source.key,
            )
        )
    return message
