"""Answers to "why is this job where it is?"."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class ReasonCode(StrEnum):
    """What holds a job; the words are those of the API, the most telling first."""

    ENDED = "ended"
    PAUSED = "paused"
    DRIVER = "driver"
    PIPELINE_LIMIT = "pipeline_limit"
    JOB_LIMIT = "job_limit"
    ALGORITHM = "algorithm"
    CAPACITY = "capacity"
    WORKER_FAILING = "worker_failing"
    MAX_WORKERS = "max_workers"
    WORKER_STARTING = "worker_starting"
    QUEUE = "queue"
    BACKOFF = "backoff"
    STORING = "storing"
    CALL = "call"
    RUNNING = "running"
    PARENTS = "parents"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One thing that holds a job."""

    code: ReasonCode
    sentence: str
    """With what would change it."""
    node: str = ""
    algorithm: str = ""
    waiting_for: tuple[str, ...] = ()
    """Nodes, jobs or algorithms by name."""
    tasks_waiting: int = 0
    tasks_running: int = 0
    queue_position: int = 0
    """From 1."""
    queue_length: int = 0
    workers: int = 0
    score: Mapping[str, float] = field(default_factory=dict)
    """Heuristic to its part of the score."""
