"""Removing jobs before their time."""

from typing import Protocol

from controlplane.ports.state_store import Revision


class JobRemover(Protocol):
    async def remove(self, job_id: str) -> Revision | None:
        """Removes a job that has ended, and all that belongs to it. May be repeated.

        Returns the revision at which it went, 0 when there was none; None when it has not ended, and stays.
        """
        ...
