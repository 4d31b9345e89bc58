"""What was observed from outside the control plane while a simulation ran; what can be judged at once is."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from controlplane.domain.calls import CallOutcome
from controlplane.domain.task_context import NodeContext
from controlplane.ports.dispatch import Ended, Grant

Place = tuple[str, str, int]
"""Job, node, task."""


class BrokenPromiseError(AssertionError):
    """A promise of the engine does not hold; the message says which."""


class Order(NamedTuple):
    """The preferred jobs as they were when a move had been answered; some may have left the queue by then."""

    at: float
    """Seconds since the epoch."""
    job_ids: Sequence[str]


class History:
    """Observations in order."""

    def __init__(self) -> None:
        self.trace: list[str] = []
        """One line per observation: the same seed gives the same lines."""
        self.accepted: dict[str, str] = {}
        """Jobs that clients were told of, by request id."""
        self.orders: list[Order] = []
        self.last_move: dict[str, float] = {}
        """When somebody last wanted a job to be among the preferred ones, or not any more; seconds since the epoch."""
        self.broken: list[BrokenPromiseError] = []
        """Promises that were broken on the way."""
        self.began_tasks: Counter[Place] = Counter()
        self.begins: dict[tuple[Place, int], list[float]] = {}
        """When tasks began, by attempt; seconds since the epoch."""
        self.returned_outputs: dict[Place, set[bytes | None]] = {}
        self._acknowledged: set[bytes] = set()
        """Tokens whose result a worker was told is durable."""
        self._unwanted: set[bytes] = set()
        """Tokens that a worker was told to stop, or whose result was refused: it is acknowledged because nobody keeps it."""
        self._answers: dict[tuple[bytes, str], CallOutcome] = {}
        """The first answer to each call."""

    def note(self, text: str) -> None:
        self.trace.append(text)

    def break_promise(self, text: str) -> None:
        self.broken.append(BrokenPromiseError(text))

    def accept(self, request_id: str, job_id: str) -> None:
        """A request made twice makes one job."""
        known = self.accepted.setdefault(request_id, job_id)
        if known != job_id:
            self.break_promise(f"request {request_id} made two jobs, {known} and {job_id}")
        self.note(f"accepted {request_id} {job_id}")

    def granted(self, context: NodeContext, grants: Sequence[Grant], *, is_paused: bool) -> None:
        """No task is handed out while a pause of its job is in force."""
        if is_paused:
            self.break_promise(f"tasks of {context.job_id}/{context.node} were handed out although the job is paused")
        self.note(f"granted {context.job_id} {context.node} {len(grants)}")

    def began(self, context: NodeContext, grant: Grant, *, at: float, in_reach: bool) -> None:
        """Nothing whose result was acknowledged runs again."""
        if in_reach and grant.token in self._acknowledged:
            self.break_promise(
                f"task {grant.task} of {context.job_id}/{context.node} runs again after its result was acknowledged"
            )
        self._unwanted.discard(grant.token)
        place = (context.job_id, context.node, grant.task)
        self.began_tasks[place] += 1
        self.begins.setdefault((place, grant.attempt), []).append(at)
        self.note(f"began {context.job_id} {context.node} {grant.task} {grant.attempt}")

    def returned(self, context: NodeContext, grant: Grant, end: Ended) -> None:
        """The code of a task came to an end."""
        if end.output is not None:
            place = (context.job_id, context.node, grant.task)
            self.returned_outputs.setdefault(place, set()).add(end.output.data)
        self.note(f"returned {context.job_id} {context.node} {grant.task} {end.failure is None}")

    def acknowledged(self, ends: Iterable[Ended]) -> None:
        for end in ends:
            if end.output is not None and end.token not in self._unwanted:
                self._acknowledged.add(end.token)
        self.note("acknowledged")

    def unwanted(self, tokens: Iterable[bytes]) -> None:
        """A worker was told that results of these are not kept."""
        self._unwanted.update(tokens)

    def answered(self, context: NodeContext, grant: Grant, call_id: str, outcome: CallOutcome) -> None:
        """A call has one answer: told again, it is the same."""
        first = self._answers.setdefault((grant.token, call_id), outcome)
        if first.output is not None and outcome.output is not None and first.output.data != outcome.output.data:
            self.break_promise(f"call {call_id} of {context.job_id}/{context.node}/{grant.task} has two answers")
        self.note(f"answered {context.job_id} {context.node} {grant.task} {call_id} {outcome.output is not None}")

    @property
    def attempts(self) -> int:
        return sum(self.began_tasks.values())
