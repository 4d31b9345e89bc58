"""Keys and records of experiments. Pure.

=====================  ============================================
key                    what
=====================  ============================================
``experiment/<name>``  ``ExperimentRecord``
=====================  ============================================
"""

from dataclasses import dataclass

import msgpack

from controlplane.domain.packing import packed

EXPERIMENTS = "experiment/"

MAIN_DESCRIPTION = "the default jobs place if experiment is not set"


def experiment_key(name: str) -> str:
    return EXPERIMENTS + name


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimentRecord:
    """A place that jobs belong to."""

    name: str
    description: str | None
    created_at: float
    """Seconds since the epoch."""
    deleting: bool = False
    """It is gone for all but its deletion, which has not removed all of its jobs yet."""


def pack_experiment(record: ExperimentRecord) -> bytes:
    return packed(record)


def unpack_experiment(data: bytes) -> ExperimentRecord:
    return ExperimentRecord(**msgpack.unpackb(data))
