"""Jobs as people see them, from whoever drives them. Embedded a function call; between replicas an internal RPC."""

from typing import Protocol

from controlplane.domain.job_view import JobView
from controlplane.ports.streams import AsyncStream


class JobViews(Protocol):
    def live(self, job_id: str) -> JobView | None:
        """A job that is being driven here, as it is now; None when it is not, or has ended.

        Never ahead of what is durable: a job that has ended shows its end only once that is stored.
        """
        ...

    def watch(self, job_id: str) -> AsyncStream[JobView]:
        """Views of a job as they change, at most four a second, until it has ended; the last one is final.

        Ends at once without any view when the job is not driven here. A slow reader skips views, never the last.
        """
        ...
