"""Algorithms that can run now, as a view in memory that follows the store."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class RunnableAlgorithm:
    """What it takes to run an algorithm's current version."""

    name: str
    version: str
    runtime: str
    """What ``WorkerSpec.runtime`` wants."""
    entry_point: str
    cpu_milli: int
    memory_mib: int
    min_hot_workers: int = 0
    max_workers: int = 0
    """0: no limit."""
    environment: Mapping[str, str] = field(default_factory=dict)
    references: Sequence[str] = ()
    """Variables that stand for secrets, config maps or fields of a pod."""


class AlgorithmCatalog(Protocol):
    def get(self, name: str) -> RunnableAlgorithm | None: ...

    def all(self) -> Sequence[RunnableAlgorithm]: ...

    def on_change(self, callback: Callable[[], None]) -> None:
        """Calls back after every change."""
        ...
