"""What people see of a job: each task counts once, whatever it is doing."""

from controlplane.domain.job_view import view_of
from controlplane.domain.pipeline import Retry, RetryPolicy
from tests.unit.domain.harness import VALUE, Job, failure, node


def test_a_running_retry_counts_once() -> None:
    """Of three tasks one has ended, one runs for the second time, and one waits or runs."""
    job = Job(node("a", "#[1,2,3]", retry=Retry(policy=RetryPolicy.ALWAYS)))
    job.start()
    job.end("a", (0, VALUE), (1, failure()))

    def states(running: int) -> dict[str, int]:
        view = view_of(job.machine, job_id="j", submitted_at=0.0, at=1.0, running={"a": running})
        (seen,) = view.nodes
        assert sum(seen.states.values()) == seen.total
        return dict(seen.states)

    assert states(0) == {"creating": 1, "warning": 1, "succeed": 1}
    assert states(1) == {"active": 1, "warning": 1, "succeed": 1}
    assert states(2) == {"active": 2, "succeed": 1}
