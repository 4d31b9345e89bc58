"""One algorithm's queue: whose turn it is, which worker gets what, and what there is to say about it."""

from collections.abc import Callable, Container, Iterable, Iterator

from controlplane.domain.pipeline import DEFAULT_PRIORITY
from controlplane.ports.demand import QueueDemand
from controlplane.ports.dispatch import QueueView
from controlplane.roles.queueing.session import Session
from controlplane.roles.queueing.task_run import TaskRun
from controlplane.scheduling.fair_queue import FairQueue, fair_share
from controlplane.scheduling.task_order import TaskOrderSettings, stronger, task_parts, weight_of

REWEIGH_SECONDS = 60.0
"""Waiting makes runs weightier by a factor 32 an hour; it is enough to reckon with that once a minute."""


class AlgorithmQueue:
    """One algorithm's runs and workers. All times are in monotonic seconds."""

    def __init__(
        self,
        *,
        order: TaskOrderSettings,
        quantum: int,
        on_hold: Container[str],
        started: Callable[[str], None],
    ) -> None:
        self.runs: dict[tuple[str, str], TaskRun] = {}
        self.sessions: dict[str, Session] = {}
        self.expecting: set[str] = set()
        """Jobs that will need it."""
        self._fair: FairQueue[TaskRun] = FairQueue()
        self._weighed_at = 0.0
        self._order = order
        self._quantum = quantum
        self._on_hold = on_hold
        """Jobs of which nothing is to be granted. Their runs leave the fair queue when it is their turn."""
        self._started = started
        """Called with a job's id when tasks of it went to a worker."""

    # Turns

    def offer(self, run: TaskRun, now: float) -> None:
        """New waiting tasks: into the fair queue, and out to workers with room, the least loaded first."""
        if not run.queued and self._may_run(run):
            run.queued = True
            if not len(self._fair):
                self._weighed_at = now
            self._fair.push(run, self._weight(run, now))
        ready = sorted((s for s in self.sessions.values() if s.room > 0), key=lambda s: len(s.held))
        for position, session in enumerate(ready):
            sharers = len(ready) - position
            if not self._serve_one(session, now, sharers):
                break
            # One share each before anybody gets a second one.
            if sharers == 1:
                self._fill(session, now, sharers)

    def refill(self, session: Session, now: float) -> None:
        """Gives a worker what it has room for."""
        if session.room > 0 and len(self._fair):
            self._fill(session, now, sum(1 for s in self.sessions.values() if s.serving))

    def _fill(self, session: Session, now: float, sharers: int) -> None:
        while session.room > 0 and self._serve_one(session, now, sharers):
            pass

    def _serve_one(self, session: Session, now: float, sharers: int) -> bool:
        """Grants one turn to a worker with room; False when nobody has work."""
        run = self._next(now)
        if run is None:
            return False
        tasks = run.take(fair_share(run.waiting, sharers, session.room, self._quantum))
        assert tasks, "a run in the queue has waiting tasks"
        run.queued = run.waiting > 0
        # The time it has waited for this turn makes the turn cheaper; one that leaves owes nothing.
        self._fair.served(len(tasks), self._weight(run, now) if run.queued else 1.0, more=run.queued)
        run.served_at = now
        session.grant(run, tasks, now)
        self._started(run.context.job_id)
        return True

    def _next(self, now: float) -> TaskRun | None:
        """The run whose turn it is; those that lost their tasks or are held leave on the way."""
        if now - self._weighed_at >= REWEIGH_SECONDS:
            self._weighed_at = now
            self._fair.reweigh(lambda run: self._weight(run, now) if run.waiting else 1.0)
        while (run := self._fair.first()) is not None and not self._may_run(run):
            self._fair.drop_first()
            run.queued = False
        return run

    def _may_run(self, run: TaskRun) -> bool:
        return run.waiting > 0 and not run.gated and run.context.job_id not in self._on_hold

    def _weight(self, run: TaskRun, now: float) -> float:
        return weight_of(sum(task_parts(run.next_task(now), self._order)), self._order)

    # Views

    def views(self, runs: Iterable[TaskRun], now: float) -> Iterator[tuple[str, QueueView]]:
        """What there is to say of some runs, by node. O(runs of the queue)."""
        queued = [run for run in self._fair.in_order() if self._may_run(run)]
        places = {run: place for place, run in enumerate(queued, 1)}
        workers = sum(1 for session in self.sessions.values() if session.link is not None)
        for run in runs:
            yield (
                run.context.node,
                QueueView(
                    algorithm=run.context.algorithm,
                    waiting=run.waiting,
                    running=run.granted,
                    position=places.get(run, 0),
                    length=len(queued),
                    workers=workers,
                    held=run.context.job_id in self._on_hold,
                    score=task_parts(run.next_task(now), self._order).score.parts if run.waiting else {},
                ),
            )

    def demand(self, now: float) -> QueueDemand:
        """What scaling is to know. Tasks on hold and tasks that only wait for their calls need no worker."""
        blocked = [run for session in self.sessions.values() for run in session.blocked_runs]
        tasks, called = -len(blocked), -sum(run.called for run in blocked)
        best: int | None = None
        oldest = now
        for run in self.runs.values():
            may_run = run.waiting > 0 and run.context.job_id not in self._on_hold
            wanted = run.granted + (run.waiting if may_run else 0)
            tasks += wanted
            called += wanted if run.called else 0
            if may_run:
                oldest = min(oldest, run.waiting_since())
                priority = run.context.priority
                best = priority if best is None else stronger(best, priority, self._order)
        return QueueDemand(
            tasks=tasks,
            called_tasks=called,
            expected=any(job not in self._on_hold for job in self.expecting),
            best_priority=DEFAULT_PRIORITY if best is None else best,
            oldest_seconds=now - oldest,
        )
