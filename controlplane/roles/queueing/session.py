"""One worker as its queue sees it: what it may take, what it holds, and what became of that."""

from collections import deque
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from controlplane.domain.job_events import CancelReason, TaskEnd
from controlplane.domain.tokens import token
from controlplane.domain.values import Failure, FailureCategory
from controlplane.ports.dispatch import CancelMode, DurableMark, Ended, Grant, WorkerHello, WorkerLink
from controlplane.roles.queueing.task_run import TaskRun


class Held(NamedTuple):
    """A task that a worker has."""

    run: TaskRun
    task: int
    attempt: int


class Owner(Protocol):
    """What a session needs of its queue."""

    def report(self, run: TaskRun, ends: Sequence[TaskEnd]) -> DurableMark | None: ...

    def give_back(self, run: TaskRun, task: int, attempt: int) -> None: ...

    def refill(self, session: "Session") -> None: ...

    def seen(self, session: "Session") -> None: ...

    def gone(self, session: "Session") -> None: ...


CANCELLED = Failure(category=FailureCategory.CANCELLED, message="the task was cancelled")


class Session:
    """A worker session. It outlives its stream for a while."""

    def __init__(self, session_id: str, hello: WorkerHello, link: WorkerLink, owner: Owner) -> None:
        self._session_id = session_id
        self.hello = hello
        self.link: WorkerLink | None = link
        self.assigned = 0
        """Tasks assigned since the session began."""
        self.held: dict[bytes, Held] = {}
        self.retired = False
        """Gets no new tasks."""
        self.idle_since = 0.0
        """Monotonic seconds; meaningless while it holds tasks."""
        self.last_seen = 0.0
        self._owner = owner
        self._max_tasks = 0
        self._frame_mark: DurableMark | None = None
        """Where the journal must be for the results of the frame being taken in to be durable."""
        self._unacknowledged: deque[tuple[int, DurableMark]] = deque()
        """Frames with results that are not durable yet: (seq, where the journal must be)."""

    @property
    def session_id(self) -> str:
        return self._session_id

    @property
    def room(self) -> int:
        """Tasks it would take now."""
        return 0 if self.retired or self.link is None else self._max_tasks - self.assigned

    def reconnected(self, link: WorkerLink, assigned: int) -> None:
        self.link = link
        self.assigned = self._max_tasks = assigned
        self._unacknowledged.clear()

    def grant(self, run: TaskRun, tasks: Sequence[tuple[int, int]]) -> None:
        """Gives tasks to the worker; there must be a link and room."""
        assert self.link is not None
        prefix = run.prefix
        grants = [Grant(token(prefix, task, attempt), task, attempt) for task, attempt in tasks]
        self.link.assign(run.context, grants)
        held = self.held
        for grant in grants:
            held[grant.token] = Held(run, grant.task, grant.attempt)
        run.granted += len(grants)
        self.assigned += len(grants)

    def adopt(self, text: bytes, run: TaskRun, task: int, attempt: int) -> None:
        """The worker holds this task already."""
        self.held[text] = Held(run, task, attempt)
        run.granted += 1

    # What the worker says.

    def credit(self, max_tasks: int) -> None:
        self._max_tasks = max(self._max_tasks, max_tasks)

    def ended(self, ends: Sequence[Ended]) -> None:
        by_run: dict[TaskRun, list[TaskEnd]] = {}
        for end in ends:
            held = self.held.pop(end.token, None)
            if held is None:
                if self.link is not None:
                    self.link.refuse(end.token)
                continue
            run = held.run
            run.granted -= 1
            if run.cancelled:
                continue
            if end.released:
                self._owner.give_back(run, held.task, held.attempt)
                continue
            failure = end.failure or (None if end.output is not None else CANCELLED)
            by_run.setdefault(run, []).append(TaskEnd(held.task, held.attempt, end.output, failure))
        for run, reports in by_run.items():
            mark = self._owner.report(run, reports)
            if mark is not None and (self._frame_mark is None or mark > self._frame_mark):
                self._frame_mark = mark
        if self._frame_mark is None:
            self._frame_mark = DurableMark(0)

    def frame_done(self, seq: int) -> None:
        if self._frame_mark is not None:
            self._unacknowledged.append((seq, self._frame_mark))
            self._frame_mark = None
        self._owner.seen(self)
        self._owner.refill(self)

    def disconnected(self, link: WorkerLink) -> None:
        if self.link is link:
            self.link = None
            self._owner.gone(self)

    # What the queue does.

    def became_durable(self, mark: DurableMark) -> None:
        """Acknowledges what the journal has passed."""
        upto = 0
        while self._unacknowledged and self._unacknowledged[0][1] <= mark:
            upto = self._unacknowledged.popleft()[0]
        if upto and self.link is not None:
            self.link.acknowledge(upto)

    @property
    def wants_acknowledgement(self) -> bool:
        return bool(self._unacknowledged)

    def take_all(self) -> list[Held]:
        """Removes and returns everything it holds."""
        lost = list(self.held.values())
        self.held.clear()
        for held in lost:
            held.run.granted -= 1
        return lost

    def cancel_job(self, job_id: str, reason: CancelReason) -> None:
        """Stops what it holds of a job."""
        tokens = [text for text, held in self.held.items() if held.run.context.job_id == job_id]
        if tokens and self.link is not None:
            self.link.cancel(tokens, CancelMode.FORCE, reason)
