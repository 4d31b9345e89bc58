"""What drivers tell of jobs as they go, for whoever reports on them. Calls do not block and are made on the event loop."""

from typing import Protocol

from controlplane.domain.job_events import JobState
from controlplane.domain.job_view import JobView
from controlplane.domain.pipeline import Verbosity
from controlplane.domain.records import JobRecord


class JobFeed(Protocol):
    def changed(self, record: JobRecord, view: JobView, level: Verbosity) -> None:
        """The status of a job that has a progress webhook has changed; ``level`` says how important that is.

        Not called for the end of a job: that is written to the outbox with it.
        """
        ...


class JobStateFeed(Protocol):
    def state_changed(self, job_id: str, state: JobState, at: float) -> None:
        """A job is in this state since then, as far as anybody may know: an end only once it is durable.

        May be told more than once; told of all jobs when their driver takes them up.
        """
        ...
