"""Keys and records of versions: what stored algorithms and pipelines looked like when they were changed. Pure.

=======================================  ===================================================================
key                                      what
=======================================  ===================================================================
``version/<kind>/<name>/<number>``       ``VersionRecord``; numbers grow with time, so the newest sorts last
``version-id/<kind>/<version>``          key of the record: an id alone finds its version
=======================================  ===================================================================

A version outlives what it is a version of unless it is deleted with it; a new thing of the same name goes on counting.
"""

from dataclasses import dataclass
from enum import StrEnum

import msgpack

from controlplane.domain.packing import packed

VERSION_CHARACTERS = 10
"""Of a version's id."""

FIRST_SEMVER = "1.0.0"
MAX_PART = 500
"""Highest patch and minor number; then the next part grows and those behind it start again."""

_DIGITS = 10


class Versioned(StrEnum):
    """What has versions."""

    ALGORITHM = "algorithm"
    PIPELINE = "pipeline"


def versions_prefix(kind: Versioned, name: str) -> str:
    return f"version/{kind.value}/{name}/"


def version_key(kind: Versioned, name: str, number: int) -> str:
    return f"{versions_prefix(kind, name)}{number:0{_DIGITS}d}"


def version_id_key(kind: Versioned, version: str) -> str:
    return f"version-id/{kind.value}/{version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRecord:
    """A stored thing as it was at one moment; only the alias, the pin and the tags change afterwards."""

    name: str
    version: str
    number: int
    """Place among the versions of the name, from 1."""
    semver: str
    alias: str
    """What people call it."""
    created_at: float
    created_by: str = ""
    """User; empty when a build or the installation made it."""
    snapshot: bytes
    """The packed ``AlgorithmRecord`` or ``PipelineRecord``, without its audit trail."""
    build_id: str = ""
    """Build that made it."""
    pinned: bool | None = None
    """None when nobody ever said."""
    tags: tuple[str, ...] | None = None


def next_version(before: VersionRecord | None, **what: object) -> VersionRecord:
    """The version that follows the newest one of the same name; ``what`` are the other fields of the record."""
    semver = next_semver(before.semver if before else None)
    number = before.number + 1 if before else 1
    return VersionRecord(number=number, semver=semver, alias=f"v{semver}", **what)  # type: ignore[arg-type]


def next_semver(before: str | None) -> str:
    """The number after ``before``; the first one for None."""
    if before is None:
        return FIRST_SEMVER
    major, minor, patch = map(int, before.split("."))
    if patch < MAX_PART:
        return f"{major}.{minor}.{patch + 1}"
    if minor < MAX_PART:
        return f"{major}.{minor + 1}.0"
    return f"{major + 1}.0.0"


def pack_version(record: VersionRecord) -> bytes:
    return packed(record)


def unpack_version(data: bytes) -> VersionRecord:
    plain = msgpack.unpackb(data)
    tags = plain.get("tags")
    return VersionRecord(**{**plain, "tags": None if tags is None else tuple(tags)})
