"""Which worker has which task of a job now, from the queues: only they know. Embedded a function call."""

from typing import Protocol

from controlplane.domain.job_tasks import TasksOnWorkers


class TaskPlaces(Protocol):
    def on_workers(self, job_id: str) -> TasksOnWorkers:
        """What workers have of a job now; empty when there is nothing, or no such job."""
        ...
