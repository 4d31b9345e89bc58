"""What drivers tell of jobs as they go, for whoever reports on them. Calls do not block and are made on the event loop."""

from typing import Protocol

from controlplane.domain.job_view import JobView
from controlplane.domain.pipeline import Verbosity
from controlplane.domain.records import JobRecord


class JobFeed(Protocol):
    def changed(self, record: JobRecord, view: JobView, level: Verbosity) -> None:
        """The status of a job that has a progress webhook has changed; ``level`` says how important that is.

        Not called for the end of a job: that is written to the outbox with it.
        """
        ...
