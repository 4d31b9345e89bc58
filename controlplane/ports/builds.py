"""Builds as people follow them, from whoever runs them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from controlplane.domain.catalog_records import BuildRecord
from controlplane.ports.streams import AsyncStream


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildNews:
    build: BuildRecord
    lines: Sequence[str]
    """Lines of the log since the news before."""
    line_count: int
    """Lines so far."""


class BuildViews(Protocol):
    def follow(self, build_id: str, *, after_line: int) -> AsyncStream[BuildNews]:
        """News of a build until it has ended; the last one is final. Raises ``NotFoundError``."""
        ...

    async def log_lines(self, build: BuildRecord) -> list[str]:
        """The log of a build that has ended."""
        ...
