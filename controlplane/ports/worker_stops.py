"""Sending workers away because somebody wants it."""

from collections.abc import Iterable
from typing import Protocol


class WorkerStops(Protocol):
    def stop_workers(self, worker_ids: Iterable[str]) -> None:
        """Asks workers to end and ends them by force after a grace; returns at once.

        What they do not finish runs again on others. Those that are needed are replaced.
        """
        ...
