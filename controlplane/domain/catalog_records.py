"""Keys and records of algorithms, pipelines and builds.

=====================================  ===================================================================
key                                    what
=====================================  ===================================================================
``algorithm/<name>``                   ``AlgorithmRecord``
``algorithm-order/<time>/<name>``      the same names by the time they were first stored, the oldest first
``pipeline/<name>``                    ``PipelineRecord``
``build/<id>``                         ``BuildRecord``
``build-order/<algorithm>/<time>``     build ids, newest first
``build-time/<time>/<id>``             those of all algorithms, newest first
``build-runtime/<digest>``             id of the build that made a runtime
``build-open/<id>``                    the build has not ended; the builds role watches this
``build-log/<id>/<n>``                 its log, in pieces
=====================================  ===================================================================

The author's document is bytes that only the API reads; what the server decides stands beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b
from typing import Any, NamedTuple

import msgpack

from controlplane.domain.packing import packed

ALGORITHMS = "algorithm/"
ALGORITHM_ORDER = "algorithm-order/"
PIPELINES = "pipeline/"
BUILDS = "build/"
OPEN_BUILDS = "build-open/"
BUILD_TIMES = "build-time/"

IMAGE = "image:"
"""What the runtime of a container image begins with; its name follows. No build makes such a runtime."""

MAX_AUDIT_ENTRIES = 100

_LAST_TIME = 10**16


def algorithm_key(name: str) -> str:
    return ALGORITHMS + name


def algorithm_order_key(created_at: float, name: str) -> str:
    return f"{ALGORITHM_ORDER}{int(created_at * 1e6):016d}/{name}"


def pipeline_key(name: str) -> str:
    return PIPELINES + name


def build_key(build_id: str) -> str:
    return BUILDS + build_id


def open_build_key(build_id: str) -> str:
    return OPEN_BUILDS + build_id


def build_order_prefix(algorithm: str) -> str:
    return f"build-order/{algorithm}/"


def build_order_key(algorithm: str, started_at: float) -> str:
    return f"{build_order_prefix(algorithm)}{_LAST_TIME - int(started_at * 1e6):016d}"


def build_time_key(started_at: float, build_id: str) -> str:
    return f"{BUILD_TIMES}{_LAST_TIME - int(started_at * 1e6):016d}/{build_id}"


def build_runtime_key(runtime: str) -> str:
    return f"build-runtime/{blake2b(runtime.encode(), digest_size=16).hexdigest()}"


def build_log_prefix(build_id: str) -> str:
    return f"build-log/{build_id}/"


def build_log_key(build_id: str, number: int) -> str:
    return f"{build_log_prefix(build_id)}{number:06d}"


class Audit(NamedTuple):
    """One change of a stored thing."""

    user: str
    """Empty for what the installation brought along."""
    at: float | None
    """None when no time is told: after a version of a pipeline was applied."""
    version: str


class SourceFile(NamedTuple):
    """An uploaded archive."""

    file_ext: str
    """``zip`` or ``gz``."""
    sha1: str
    size_bytes: int
    key: str
    """Object in the object store."""


INPUT_NAMES = ("checksum", "env", "commit", "baseImage", "dependencyInstallCmd", "entryPoint")
"""What clients call the parts of ``BuildInputs``."""

NOT_NEWEST = 901
"""Standing warning: the current version is not the last one that was built."""


class BuildInputs(NamedTuple):
    """What a build depends on: a change of any of these makes a new one."""

    checksum: str
    env: str
    commit: str
    base_image: str
    dependency_install_cmd: str
    entry_point: str

    def changed(self, other: "BuildInputs") -> list[str]:
        """Names of what differs, as clients know them."""
        return [name for name, mine, theirs in zip(INPUT_NAMES, self, other, strict=True) if mine != theirs]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlgorithmRecord:
    name: str
    document: bytes
    """What the author set, encoded by the API."""
    type: str
    """``Code``, ``Git`` or ``Image``."""
    env: str
    image: str = ""
    """Container image of ``Image`` algorithms."""
    entry_point: str = ""
    cpu_milli: int
    memory_mib: int
    min_hot_workers: int = 0
    max_workers: int = 0
    environment: Mapping[str, str] = field(default_factory=dict)
    references: tuple[str, ...] = ()
    """Variables that stand for secrets, config maps or fields of a pod."""
    version: str = ""
    """Current version; empty before the first build has ended."""
    runtime: str = ""
    """What the current version runs from; empty: nothing to run."""
    runtime_entry_point: str = ""
    build_id: str = ""
    """Build that made the runtime, or is to make the first one."""
    build_started_at: float = 0
    """When that build was started; the end of an earlier one leaves the algorithm alone."""
    source: SourceFile | None = None
    inputs: BuildInputs | None = None
    """What was built, or is being built for the first version; None without a build."""
    created_at: float
    """0 in the snapshot of a version that was made before the algorithm was stored."""
    modified_at: float
    audit: tuple[Audit, ...] = ()
    """Newest first."""
    errors: tuple[int, ...] = ()
    """Standing warnings in the numbers that clients know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CronSpec:
    """The clock times of a pipeline."""

    enabled: bool
    pattern: str
    time_zone: str
    catch_up: bool
    """Whether missed times are made up for, once for all of them."""
    since: float
    """When they became what they are: earlier times are none of theirs."""

    def same_times(self, other: "CronSpec | None") -> bool:
        """Whether both come due at the same times."""
        return other is not None and (self.enabled, self.pattern, self.time_zone) == (
            other.enabled,
            other.pattern,
            other.time_zone,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineRecord:
    name: str
    document: bytes
    """The pipeline with defaults filled in, encoded by the API."""
    version: str
    created_at: float
    modified_at: float
    audit: tuple[Audit, ...] = ()
    algorithms: tuple[str, ...] = ()
    """Algorithms that its nodes use."""
    cron: CronSpec | None = None
    """Clock times that start it, also when they are off."""
    starts_after: tuple[str, ...] = ()
    """Pipelines whose completion starts it."""


class BuildState(StrEnum):
    PENDING = "pending"
    CREATING = "creating"
    ACTIVE = "active"
    COMPLETED = "completed"
    FAILED = "failed"
    STOPPED = "stopped"

    @property
    def is_final(self) -> bool:
        return self in (BuildState.COMPLETED, BuildState.FAILED, BuildState.STOPPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildRecord:
    build_id: str
    algorithm: str
    image_tag: str
    env: str
    type: str
    entry_point: str
    base_image: str
    dependency_install_cmd: str
    source: SourceFile | None
    """None for git."""
    git_url: str = ""
    """Address to clone from."""
    git_commit: str = ""
    """Commit, tag or branch to check out."""
    state: BuildState
    progress: int
    """0 to 100."""
    error: str = ""
    started_at: float
    ended_at: float | None = None
    version: str = ""
    """Version of the algorithm that it made."""
    semver: str = ""
    """Number of that version."""
    runtime: str = ""
    runtime_entry_point: str = ""
    log_parts: int = 0
    snapshot: bytes = b""
    """The packed ``AlgorithmRecord`` that was asked for; empty in records of older servers."""
    runs: int = 1
    """How often it was begun on request; each run makes a runtime of its own."""


def pack(record: AlgorithmRecord | PipelineRecord | BuildRecord) -> bytes:
    """Any of the records as bytes."""
    return packed(record)


def unpack_algorithm(data: bytes) -> AlgorithmRecord:
    plain = msgpack.unpackb(data)
    return AlgorithmRecord(
        **{
            **plain,
            "source": _source(plain["source"]),
            "inputs": BuildInputs(*plain["inputs"]) if plain["inputs"] else None,
            "audit": _audit(plain["audit"]),
            "errors": tuple(plain.get("errors", ())),
            "references": tuple(plain.get("references", ())),
        }
    )


def unpack_pipeline(data: bytes) -> PipelineRecord:
    plain = msgpack.unpackb(data)
    cron = plain.get("cron")
    return PipelineRecord(
        **{
            **plain,
            "audit": _audit(plain["audit"]),
            "algorithms": tuple(plain["algorithms"]),
            "cron": CronSpec(**cron) if cron else None,
            "starts_after": tuple(plain.get("starts_after", ())),
        }
    )


def unpack_build(data: bytes) -> BuildRecord:
    plain = msgpack.unpackb(data)
    return BuildRecord(**{**plain, "state": BuildState(plain["state"]), "source": _source(plain["source"])})


def _source(plain: Any) -> SourceFile | None:
    if plain is None:
        return None
    return SourceFile(*(plain.values() if isinstance(plain, dict) else plain))


def _audit(plain: Sequence[Any]) -> tuple[Audit, ...]:
    return tuple(Audit(*entry) for entry in plain)


def with_audit(audit: tuple[Audit, ...], entry: Audit) -> tuple[Audit, ...]:
    """The entry on top, the oldest ones dropped."""
    return (entry, *audit)[:MAX_AUDIT_ENTRIES]


def with_version(audit: tuple[Audit, ...], version: str) -> tuple[Audit, ...]:
    """The newest entry now names the version that came of it."""
    return (audit[0]._replace(version=version), *audit[1:]) if audit else ()
