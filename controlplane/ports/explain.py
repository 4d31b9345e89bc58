"""Answers to "why is it waiting?", from those who decide."""

from collections.abc import Sequence
from typing import Protocol

from controlplane.domain.reasons import Reason


class CapacityReasons(Protocol):
    def why_no_worker(self, algorithm: str) -> Reason | None:
        """Why an algorithm gets no further worker; None when it gets what it needs, or is starting one."""
        ...


class JobExplainer(Protocol):
    def explain(self, job_id: str) -> Sequence[Reason] | None:
        """What holds a job, the most telling first, at least one; None when it is not driven here."""
        ...
