"""Algorithms between the contract and the store: merging, defaults, units, and what a change sets off."""

import json
import math
import re
from collections.abc import Mapping

from controlplane.api.views import timestamp
from controlplane.domain.catalog_records import AlgorithmRecord, Audit, BuildInputs
from controlplane.domain.errors import InvalidError
from distributedkube.api.algorithm.v1 import algorithm_pb2 as pb
from distributedkube.api.type.v1 import payload_pb2

DEFAULT_CPU = 0.1
DEFAULT_MEM = "256Mi"
MIN_MEM_MIB = 4
RESERVED_RATIO = 0.2

_BINARY = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}
_DECIMAL = {"m": 1e-3, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}
_UNITS = _BINARY | _DECIMAL
_UNIT_NAMES = "Ki,M,Mi,Gi,m,K,G,T,Ti"

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


def memory_mib(text: str, field: str) -> float:
    """``512Mi`` as mebibytes; raises ``InvalidError`` with the texts of the contract."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([A-Za-z]*)", text.strip())
    if match is None or not match[2]:
        raise InvalidError(f"memory unit must be one of {_UNIT_NAMES}", field=field)
    factor = _UNITS.get(match[2])
    if factor is None:
        raise InvalidError(f"{match[2]} is not a valid unit [{_UNIT_NAMES}]", field=field)
    return float(match[1]) * factor / 2**20


def apply_over(current: pb.Algorithm | None, change: pb.Algorithm, clear: list[str]) -> pb.Algorithm:
    """The change laid over what is stored: each top-level field that is set replaces the stored one whole."""
    merged = pb.Algorithm()
    if current is not None:
        merged.CopyFrom(current)
    for field, _ in change.ListFields():
        if field.name not in OUTPUT_ONLY:
            merged.ClearField(field.name)  # type: ignore[arg-type]
    change = pb.Algorithm.FromString(change.SerializeToString())
    for name in OUTPUT_ONLY:
        change.ClearField(name)  # type: ignore[arg-type]
    merged.MergeFrom(change)
    for name in clear:
        if name in pb.Algorithm.DESCRIPTOR.fields_by_name and name != "name":
            merged.ClearField(name)  # type: ignore[arg-type]
        else:
            merged.open.pop(name, None)
    return merged


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
    """Writes the defaults of the contract into what the author left out, and checks what needs units."""
    if not algorithm.HasField("cpu"):
        algorithm.cpu = DEFAULT_CPU
    if not algorithm.HasField("mem"):
        algorithm.mem = DEFAULT_MEM
    if not algorithm.HasField("min_hot_workers"):
        algorithm.min_hot_workers = 0
    algorithm.options.SetInParent()
    mem = memory_mib(algorithm.mem, "mem")
    if mem < MIN_MEM_MIB:
        raise InvalidError(f"memory must be at least {MIN_MEM_MIB} Mi", field="mem")
    if algorithm.HasField("reserved_memory"):
        memory_mib(algorithm.reserved_memory, "reserved_memory")
    else:
        algorithm.reserved_memory = f"{math.ceil(mem * RESERVED_RATIO)}Mi"


def environment_of(algorithm: pb.Algorithm) -> Mapping[str, str]:
    """The author's variables; references to secrets and fields need Kubernetes."""
    variables: dict[str, str] = {}
    for name, payload in algorithm.algorithm_env.items():
        value = _json(payload)
        if isinstance(value, dict):
            raise InvalidError(
                f"algorithmEnv.{name}: references to secrets and fields need Kubernetes; give a plain value",
                field="algorithm_env",
            )
        variables[name] = value if isinstance(value, str) else json.dumps(value)
    return variables


def _json(payload: payload_pb2.Payload) -> object:
    return json.loads(payload.data) if payload.data else ""


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
    """The stored algorithm as callers see it."""
    algorithm = pb.Algorithm.FromString(record.document)
    algorithm.version = record.version
    algorithm.created.CopyFrom(timestamp(record.created_at))
    algorithm.modified.CopyFrom(timestamp(record.modified_at))
    algorithm.audit_trail.extend(audit_entry(entry) for entry in record.audit)
    algorithm.options.pending = not record.runtime
    if record.type != "Image" and record.runtime:
        algorithm.algorithm_image = record.runtime
    if record.source is not None:
        algorithm.file_info.file_ext = record.source.file_ext
        algorithm.file_info.checksum = record.source.sha1
        algorithm.file_info.file_size = record.source.size_bytes
        algorithm.file_info.path = record.source.key
    return algorithm


def audit_entry(entry: Audit) -> pb.AuditEntry:
    at = None if entry.at is None else timestamp(entry.at)
    return pb.AuditEntry(user=entry.user, timestamp=at, version=entry.version)
