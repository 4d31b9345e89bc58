"""Algorithms between the contract and the store: merging, defaults, comparing, and what callers see."""

import json
import math
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from google.protobuf.message import Message

from controlplane.api.algorithm_rules import json_value, memory_mib
from controlplane.api.views import timestamp
from controlplane.domain.catalog_records import IMAGE, AlgorithmRecord, Audit, BuildInputs
from controlplane.domain.errors import InvalidError
from distributedkube.api.algorithm.v1 import algorithm_pb2 as pb
from distributedkube.api.type.v1 import payload_pb2

DEFAULT_CPU = 0.1
DEFAULT_MEM = "256Mi"
RESERVED_RATIO = 0.2
DEFAULT_BRANCH = "master"
DEFAULT_GIT_KIND = "github"

OUTPUT_ONLY = (
    "version",
    "created",
    "modified",
    "audit_trail",
    "file_info",
    "errors",
    "unscheduled_reason",
)
_ENVS = {
    pb.Algorithm.ENV_UNSPECIFIED: "",
    pb.Algorithm.ENV_NODEJS: "nodejs",
    pb.Algorithm.ENV_PYTHON: "python",
    pb.Algorithm.ENV_JAVA: "java",
    pb.Algorithm.ENV_DOTNET: "dotnet",
}
_TYPES = {pb.Algorithm.TYPE_GIT: "Git", pb.Algorithm.TYPE_CODE: "Code", pb.Algorithm.TYPE_IMAGE: "Image"}
_TYPE_NUMBERS = {word: number for number, word in _TYPES.items()}


def env_word(algorithm: pb.Algorithm) -> str:
    return _ENVS[algorithm.env]


def type_word(algorithm: pb.Algorithm) -> str:
    return _TYPES[algorithm.type]


def document_of(record: AlgorithmRecord) -> pb.Algorithm:
    """What the author set, with what it runs from."""
    algorithm = pb.Algorithm.FromString(record.document)
    algorithm.algorithm_image = image_of(record.runtime)
    return algorithm


def image_of(runtime: str) -> str:
    """A runtime as people know it: the name of an image, or what a build made."""
    return runtime.removeprefix(IMAGE)


def apply_over(current: pb.Algorithm | None, change: pb.Algorithm, clear: Iterable[str]) -> pb.Algorithm:
    """The change laid over what is stored: each top-level field that is set replaces the stored one whole."""
    change = pb.Algorithm.FromString(change.SerializeToString())
    for name in OUTPUT_ONLY:
        change.ClearField(name)  # type: ignore[arg-type]
    change.options.ClearField("pending")
    merged = pb.Algorithm()
    if current is not None:
        merged.CopyFrom(current)
        if change.HasField("git_repository"):
            _keep_token(current.git_repository, change.git_repository)
    for field, _ in change.ListFields():
        if field.name != "open":
            merged.ClearField(field.name)  # type: ignore[arg-type]
    merged.MergeFrom(change)
    for name in clear:
        if name in pb.Algorithm.DESCRIPTOR.fields_by_name and name != "name":
            merged.ClearField(name)  # type: ignore[arg-type]
        else:
            merged.open.pop(name, None)
    return merged


def _keep_token(stored: pb.GitRepository, sent: pb.GitRepository) -> None:
    """The token is never shown, so whoever sends back what was shown does not mean to remove it."""
    if stored.HasField("token") and not sent.HasField("token") and sent.url == stored.url:
        sent.token = stored.token


def resolve_type(merged: pb.Algorithm, change: pb.Algorithm, has_file: bool, stored: str) -> None:
    """Works out where the algorithm comes from, and refuses a change of that."""
    if not change.type:
        if has_file:
            merged.type = pb.Algorithm.TYPE_CODE
        elif change.HasField("git_repository"):
            merged.type = pb.Algorithm.TYPE_GIT
        else:
            merged.type = _TYPE_NUMBERS[stored] if stored else pb.Algorithm.TYPE_IMAGE
    if stored and type_word(merged) != stored:
        raise InvalidError(
            f'algorithm type cannot be changed from "{stored}" to "{type_word(merged)}"',
            reason="TYPE_FIXED",
            field="type",
        )


def fill_defaults(algorithm: pb.Algorithm) -> None:
    """Writes the defaults of the contract into what the author left out, but for the reserved memory."""
    if not algorithm.HasField("cpu"):
        algorithm.cpu = DEFAULT_CPU
    if not algorithm.HasField("mem"):
        algorithm.mem = DEFAULT_MEM
    if not algorithm.HasField("min_hot_workers"):
        algorithm.min_hot_workers = 0
    algorithm.options.SetInParent()
    if algorithm.HasField("git_repository"):
        _fill_repository(algorithm.git_repository)


def fill_reserved_memory(algorithm: pb.Algorithm) -> None:
    """Comes after the comparison with what is stored: who removes the value changes the algorithm."""
    if not algorithm.HasField("reserved_memory"):
        reserved = math.ceil(memory_mib(algorithm.mem, "mem") * RESERVED_RATIO)
        algorithm.reserved_memory = f"{reserved}Mi"


def _fill_repository(repository: pb.GitRepository) -> None:
    try:
        parts = urlsplit(repository.url)
        readable = bool(parts.hostname) and bool(parts.path.strip("/"))
    except ValueError:
        readable = False
    if not readable:
        raise InvalidError(f"invalid url '{repository.url}'", field="gitRepository.url")
    repository.web_url = repository.url.removesuffix("/").removesuffix(".git")
    repository.clone_url = f"{repository.web_url}.git"
    if not repository.branch_name:
        repository.branch_name = DEFAULT_BRANCH
    if not repository.git_kind:
        repository.git_kind = DEFAULT_GIT_KIND


def same(one: pb.Algorithm, other: pb.Algorithm) -> bool:
    """Whether both say the same, however their JSON is written."""
    return _normal(one) == _normal(other)


def _normal(algorithm: pb.Algorithm) -> pb.Algorithm:
    normal = pb.Algorithm.FromString(algorithm.SerializeToString())
    for value in normal.open:
        normal.open[value] = _normal_json(normal.open[value])
    for key in normal.options.open:
        normal.options.open[key] = _normal_json(normal.options.open[key])
    for payload in _payloads(normal):
        payload.data = _normal_json(payload.data)
    return normal


def _normal_json(data: bytes) -> bytes:
    return json.dumps(json.loads(data), sort_keys=True).encode() if data else data


def _payloads(message: Message) -> Iterable[payload_pb2.Payload]:
    """All raw JSON that the fields of a message hold."""
    for _, value in message.ListFields():
        if isinstance(value, payload_pb2.Payload):
            yield value
        elif isinstance(value, Mapping):
            yield from (item for item in value.values() if isinstance(item, payload_pb2.Payload))


def environment_of(algorithm: pb.Algorithm) -> Mapping[str, str]:
    """The author's variables that are plain values."""
    values = {name: json_value(payload) for name, payload in algorithm.algorithm_env.items()}
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in values.items()
        if value is not None and not isinstance(value, dict)
    }


def references_of(algorithm: pb.Algorithm) -> tuple[str, ...]:
    """The author's variables that stand for something that only the cluster knows."""
    return tuple(name for name, payload in algorithm.algorithm_env.items() if isinstance(json_value(payload), dict))


def build_inputs(algorithm: pb.Algorithm, checksum: str) -> BuildInputs:
    return BuildInputs(
        checksum=checksum,
        env=env_word(algorithm),
        commit=algorithm.git_repository.commit.id,
        base_image=algorithm.base_image,
        dependency_install_cmd=algorithm.dependency_install_cmd,
        entry_point=algorithm.entry_point,
    )


def to_message(record: AlgorithmRecord) -> pb.Algorithm:
    """The stored algorithm as callers see it; the token of its repository stays here."""
    algorithm = document_of(record)
    algorithm.version = record.version
    if record.created_at:
        algorithm.created.CopyFrom(timestamp(record.created_at))
        algorithm.modified.CopyFrom(timestamp(record.modified_at))
    algorithm.audit_trail.extend(audit_entry(entry) for entry in record.audit)
    algorithm.options.pending = not record.runtime
    algorithm.errors.extend(record.errors)
    if algorithm.HasField("git_repository"):
        algorithm.git_repository.ClearField("token")
    if record.source is not None:
        algorithm.file_info.file_ext = record.source.file_ext
        algorithm.file_info.checksum = record.source.sha1
        algorithm.file_info.file_size = record.source.size_bytes
        algorithm.file_info.path = record.source.key
    return algorithm


def audit_entry(entry: Audit) -> pb.AuditEntry:
    at = None if entry.at is None else timestamp(entry.at)
    return pb.AuditEntry(user=entry.user, timestamp=at, version=entry.version)
