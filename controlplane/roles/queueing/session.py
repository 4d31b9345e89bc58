"""One worker as its queue sees it: what it may take, what it holds, and what became of that."""

from collections import deque
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple, Protocol

from controlplane.domain.calls import Call
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
    since: float = 0.0
    """When it got it (monotonic seconds); 0 when that was before a restart of ours."""


class Owner(Protocol):
    """What a session needs of its queue."""

    def report(self, session: "Session", run: TaskRun, ends: Sequence[TaskEnd]) -> DurableMark | None: ...

    def called(self, held: Held, call: Call) -> DurableMark | None: ...

    def call_cancelled(self, held: Held, call_id: str, reason: str) -> None: ...

    def give_back(self, run: TaskRun, task: int, attempt: int) -> None: ...

    def refill(self, session: "Session") -> None: ...

    def seen(self, session: "Session") -> None: ...

    def slot_changed(self) -> None: ...

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
        self.idle_since: float | None = None
        """Monotonic seconds; None until ``note_idleness`` finds it idle."""
        self.last_seen = 0.0
        self._owner = owner
        self._max_tasks = 0
        self._stopping: set[bytes] = set()
        """Cancelled tasks that the worker has not done with; nobody wants to hear of them."""
        self._blocked: set[bytes] = set()
        """Tasks, held or stopping, that only wait for their calls."""
        self._frame_mark: DurableMark | None = None
        """Where the journal must be for what the frame being taken in says to be durable."""
        self._unacknowledged: deque[tuple[int, DurableMark]] = deque()
        """Frames with results or calls that are not durable yet: (seq, where the journal must be)."""

    @property
    def session_id(self) -> str:
        return self._session_id

    @property
    def blocked(self) -> bool:
        """Whether all of its slots, of which it has one, wait for calls: it does not work and is given nothing."""
        return bool(self._blocked)

    @property
    def blocked_runs(self) -> list[TaskRun]:
        """The run of each held task that waits for calls."""
        held = (self.held.get(text) for text in self._blocked)
        return [one.run for one in held if one is not None and not one.run.cancelled]

    @property
    def serving(self) -> bool:
        """Whether it gets tasks when it has room."""
        return self.link is not None and not self.retired and not self._blocked

    @property
    def room(self) -> int:
        """Tasks it would take now."""
        return self._max_tasks - self.assigned if self.serving else 0

    @property
    def busy(self) -> bool:
        return bool(self.held or self._stopping)

    def note_idleness(self, now: float) -> bool:
        """Notes since when it has been idle; True when it has become so just now."""
        if self.busy:
            self.idle_since = None
        elif self.idle_since is None:
            self.idle_since = now
            return True
        return False

    def grant(self, run: TaskRun, tasks: Sequence[tuple[int, int]], now: float) -> None:
        """Gives tasks to the worker; there must be a link and room. ``now``: monotonic seconds."""
        assert self.link is not None
        prefix, values = run.prefix, run.values
        grants = (
            [Grant(run.token_of(task, attempt), task, attempt, values.get(task)) for task, attempt in tasks]
            if values
            else [Grant(token(prefix, task, attempt), task, attempt) for task, attempt in tasks]
        )
        self.link.assign(run.context, grants)
        held = self.held
        for grant in grants:
            held[grant.token] = Held(run, grant.task, grant.attempt, now)
        run.granted += len(grants)
        self.assigned += len(grants)
        self.idle_since = None

    # A worker that comes back.

    def reconnected(self, link: WorkerLink, assigned: int) -> None:
        self.link = link
        self.assigned = self._max_tasks = assigned
        self._unacknowledged.clear()

    def drop_unreceived(self, has: Collection[bytes]) -> list[Held]:
        """Removes and returns what it was sent and does not have."""
        self._stopping &= set(has)
        lost = [self._remove(text) for text in [t for t in self.held if t not in has]]
        self._blocked &= self.held.keys() | self._stopping
        return lost

    def still_holds(self, text: bytes) -> bool:
        """Whether it holds a task that is wanted. One that is not is forgotten here: the worker is told to drop it."""
        held = self.held.get(text)
        if held is not None and not held.run.cancelled:
            return True
        if held is not None:
            self._remove(text)
        self._stopping.discard(text)
        self._blocked.discard(text)
        return False

    def adopt(self, text: bytes, held: Held) -> None:
        """The worker holds this task already."""
        self.held[text] = held
        held.run.granted += 1
        self.idle_since = None

    def _remove(self, text: bytes) -> Held:
        held = self.held.pop(text)
        held.run.granted -= 1
        return held

    # What the worker says.

    def credit(self, max_tasks: int) -> None:
        self._max_tasks = max(self._max_tasks, max_tasks)

    def ended(self, ends: Sequence[Ended]) -> None:
        by_run: dict[TaskRun, list[TaskEnd]] = {}
        for end in ends:
            if self._blocked:
                self._unblock(end.token)
            held = self._taken_off(end.token)
            if held is None or held.run.cancelled:
                continue
            run = held.run
            if end.released:
                self._owner.give_back(run, held.task, held.attempt)
                continue
            if end.output is not None and run.values:
                run.values.pop(held.task, None)
            failure = end.failure or (None if end.output is not None else CANCELLED)
            by_run.setdefault(run, []).append(TaskEnd(held.task, held.attempt, end.output, failure, end.took_us))
        for run, reports in by_run.items():
            self._wait_for(self._owner.report(self, run, reports))
        self._wait_for(None)

    def called(self, token: bytes, call: Call) -> None:
        held = self._wanted(token)
        self._wait_for(self._owner.called(held, call) if held is not None else None)

    def call_cancelled(self, token: bytes, call_id: str, reason: str) -> None:
        held = self.held.get(token)
        if held is not None and not held.run.cancelled:
            self._owner.call_cancelled(held, call_id, reason)

    def slot(self, token: bytes, *, blocked: bool) -> None:
        if not blocked:
            self._unblock(token)
        elif token not in self._blocked and (token in self.held or token in self._stopping):
            self._blocked.add(token)
            self._owner.slot_changed()

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

    def _taken_off(self, text: bytes) -> Held | None:
        """A task that the worker is done with; None when nobody wants to hear of it."""
        held = self.held.pop(text, None)
        if held is not None:
            held.run.granted -= 1
        elif text in self._stopping:
            self._stopping.discard(text)
        elif self.link is not None:
            self.link.refuse(text)
        return held

    def _wanted(self, text: bytes) -> Held | None:
        """A task that the worker has and goes on with."""
        held = self.held.get(text)
        if held is None:
            if text not in self._stopping and self.link is not None:
                self.link.refuse(text)
            return None
        return None if held.run.cancelled else held

    def _unblock(self, text: bytes) -> None:
        if text in self._blocked:
            self._blocked.discard(text)
            self._owner.slot_changed()

    def _wait_for(self, mark: DurableMark | None) -> None:
        """The frame is to be acknowledged, and not before the journal has passed ``mark``."""
        if mark is None:
            mark = DurableMark(0)
        if self._frame_mark is None or mark > self._frame_mark:
            self._frame_mark = mark

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
        """Removes everything it has, and returns what is wanted of that."""
        lost = [self._remove(text) for text in list(self.held)]
        self._stopping.clear()
        self._blocked.clear()
        return [held for held in lost if not held.run.cancelled]

    def cancel(self, unwanted: Callable[[Held], bool], reason: CancelReason) -> None:
        """Stops part of what it holds; what it says of that from here on is ignored."""
        tokens = [text for text, held in self.held.items() if unwanted(held)]
        for text in tokens:
            self._remove(text)
            self._stopping.add(text)
        if tokens and self.link is not None:
            self.link.cancel(tokens, CancelMode.FORCE, reason)
