"""Which worker has which task of a job: read off the sessions when somebody asks."""

from collections.abc import Collection, Iterable

from controlplane.domain.job_tasks import OnWorker, TasksOnWorkers
from controlplane.roles.queueing.session import Session
from controlplane.roles.queueing.task_run import TaskRun


def on_workers(runs: Collection[TaskRun], sessions: Iterable[Session], *, epoch: float) -> TasksOnWorkers:
    """What these workers have of these runs. ``epoch``: time of day at zero of the monotonic clock."""
    found: dict[str, dict[int, OnWorker]] = {}
    wanted = frozenset(runs)
    for session in sessions:
        for held in session.held.values():
            if held.run in wanted:
                since = epoch + held.since if held.since else None
                place = OnWorker(session.hello.worker_id, held.attempt, since)
                found.setdefault(held.run.context.node, {})[held.task] = place
    return found
