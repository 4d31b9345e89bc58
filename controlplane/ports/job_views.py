"""Jobs as people see them, from whoever drives them. Embedded a function call; between replicas an internal RPC."""

from collections.abc import Callable, Mapping
from typing import Protocol

from controlplane.domain.job_events import JobState
from controlplane.domain.job_view import JobView
from controlplane.ports.streams import AsyncStream

JobCallback = Callable[[str, bool], None]
"""Takes note of a change of the job with this id; whether its end is durable now. Does not block: it is called on the way of
tasks."""


class JobViews(Protocol):
    def live(self, job_id: str) -> JobView | None:
        """A job that is being driven here, as it is now; None when it is not, or has ended.

        Never ahead of what is durable: a job that has ended shows its end only once that is stored.
        """
        ...

    async def settled(self, job_id: str) -> None:
        """Returns once the journal of a job has all that ``live`` shows of it now. At once when it is not driven here."""
        ...

    def watch(self, job_id: str) -> AsyncStream[JobView]:
        """Views of a job as they change, at most four a second, until it has ended; the last one is final.

        Ends at once without any view when the job is not driven here. A slow reader skips views, never the last.
        """
        ...

    def states(self) -> Mapping[JobState, int]:
        """How many jobs are driven here, by their states; states without any are left out."""
        ...

    def listen(self, callback: JobCallback) -> Callable[[], None]:
        """Calls back whenever the view of a job may have changed, so often; what is returned ends that.

        Also when a job is taken up, and once its end is durable.
        """
        ...
