"""Calls of a job's user code, by the attempt that made them: what becomes of them, and whom to tell."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from controlplane.domain.calls import Call, CallKind, CallOutcome
from controlplane.domain.graph import MAX_NODES, MAX_TASKS_PER_NODE, called_node
from controlplane.domain.job_events import (
    AnswerCall,
    CallKey,
    CallRequested,
    CancelSome,
    JobCommand,
    Noted,
    NoteKind,
    ReportProgress,
    RunTasks,
    StartCall,
    StartNode,
    StopCall,
    TakeNote,
    TaskEnd,
)
from controlplane.domain.node_run import STOPPED, NodeRun, NodeState
from controlplane.domain.values import Failure, FailureCategory

MAX_CALLS_PER_ATTEMPT = 10_000
"""Calls, open and answered, of one attempt; their answers are kept until it ends."""

CALLER_ENDED = "the task that called it has ended"

Attempt = tuple[str, int, int]
"""Node, task, attempt."""


@dataclass(slots=True)
class OpenCall:
    """One call until the attempt that made it has ended."""

    key: CallKey
    call: Call
    node: str = ""
    """Of a called algorithm: the node it runs in."""
    task: int = -1
    """Its task there."""
    answer: AnswerCall | None = None
    """Set when it has ended; told again when the caller's worker comes back."""


class CallBook:
    """Takes what happens to calls; gives the commands that follow.

    A called algorithm is a task of the same job, in a node made for its caller and kept with the job's other nodes. A called
    pipeline is a job of its own.
    """

    def __init__(self, nodes: dict[str, NodeRun]) -> None:
        self._nodes = nodes
        self._by_attempt: dict[Attempt, dict[str, OpenCall]] = {}
        self._by_task: dict[tuple[str, int], OpenCall] = {}
        """Called algorithms by the task that runs them."""

    def find(self, key: CallKey) -> OpenCall | None:
        return self._by_attempt.get(key[:3], {}).get(key.call_id)

    def count(self, attempt: Attempt) -> int:
        return len(self._by_attempt.get(attempt, ()))

    def answers(self, attempt: Attempt) -> Sequence[AnswerCall]:
        """All answers to an attempt so far."""
        return [c.answer for c in self._by_attempt.get(attempt, {}).values() if c.answer is not None]

    def open(self) -> Iterator[OpenCall]:
        """All calls that have not ended."""
        for calls in self._by_attempt.values():
            yield from (call for call in calls.values() if call.answer is None)

    def of_task(self, node: str, task: int) -> OpenCall | None:
        """The call that a task of a called node answers."""
        return self._by_task.get((node, task))

    # What happens to calls

    def requested(self, event: CallRequested) -> list[JobCommand]:
        """User code calls; asked again, it is answered again."""
        key = CallKey(event.node, event.task, event.attempt, event.call.call_id)
        caller = self._nodes.get(event.node)
        if caller is None or not caller.is_under_way(event.task, event.attempt):
            return []
        known = self.find(key)
        if known is not None:
            return [known.answer] if known.answer is not None else []
        if self.count(key[:3]) >= MAX_CALLS_PER_ATTEMPT:
            return [AnswerCall(key, _refusal(f"a task makes at most {MAX_CALLS_PER_ATTEMPT} calls"))]
        if event.call.kind is not CallKind.ALGORITHM:
            self._add(OpenCall(key, event.call))
            return [StartCall(key, event.call)]
        return self._call_algorithm(key, event, caller)

    def _call_algorithm(self, key: CallKey, event: CallRequested, caller: NodeRun) -> list[JobCommand]:
        name = self._called_name(event.node, event.call.name)
        run = self._nodes.get(name)
        commands: list[JobCommand] = []
        if run is None:
            if len(self._nodes) >= MAX_NODES:
                return self._refuse(
                    key, event.call, f"a job has at most {MAX_NODES} nodes, those of its calls included"
                )
            run = self._nodes[name] = NodeRun(called_node(caller.spec, name, event.call.name, len(self._nodes)))
            run.state = NodeState.RUNNING
            text = f'called by node "{event.node}"'
            commands += [
                TakeNote(Noted(at=event.at, kind=NoteKind.NODE_STARTED, node=name, text=text)),
                StartNode(name),
            ]
        task = len(run.tasks)
        if task >= MAX_TASKS_PER_NODE:
            return self._refuse(key, event.call, f"a node has at most {MAX_TASKS_PER_NODE} tasks")
        run.grow((task,))
        self._add(OpenCall(key, event.call, name, task))
        return [*commands, RunTasks(name, (task,), 1), ReportProgress()]

    def _refuse(self, key: CallKey, call: Call, why: str) -> list[JobCommand]:
        """The answer is kept as others are: it may have to be told again."""
        refused = OpenCall(key, call)
        self._add(refused)
        return [_answer(refused, _refusal(why))]

    def _called_name(self, caller: str, algorithm: str) -> str:
        """Name of the node that runs an algorithm for a caller; one that is taken, which may have colons too, is kept apart."""
        separator = ":"
        while True:
            name = f"{caller}{separator}{algorithm}"
            run = self._nodes.get(name)
            if run is None or (run.spec.caller, run.spec.node.algorithm) == (caller, algorithm):
                return name
            separator += ":"

    def task_ended(self, run: NodeRun, end: TaskEnd) -> list[JobCommand]:
        """A called task ended: its caller is told."""
        call = self.of_task(run.spec.name, end.task)
        if call is None:
            return []
        if end.failure is not None:
            return [_answer(call, CallOutcome(failure=end.failure))]
        wanted = call.call.include_result
        return [_answer(call, None, run.results[end.task] if wanted else -1)]

    def ended(self, key: CallKey, outcome: CallOutcome) -> list[JobCommand]:
        """A called pipeline ended, or the caller gave the call up."""
        call = self.find(key)
        if call is None or call.answer is not None:
            return []
        answer = _answer(call, outcome)
        if call.node:
            return [answer, *self._stop([call]), ReportProgress()]
        return [answer, StopCall(key, outcome.stopped)] if outcome.stopped else [answer]

    def close(self, attempt: Attempt) -> list[JobCommand]:
        """An attempt has ended: forgets its calls, and stops what it did not wait for."""
        return self._stop(self._forget(attempt))

    def _stop(self, calls: list[OpenCall]) -> list[JobCommand]:
        """Nobody waits for these calls any more: stops them and all that they called in turn, the innermost first."""
        layers = [calls]
        while layers[-1]:
            inner = [self._forget(self._attempt_of(call)) for call in layers[-1] if call.node]
            layers.append([call for calls in inner for call in calls])
        commands: list[JobCommand] = []
        for call in (call for layer in reversed(layers) for call in layer):
            if call.node:
                self._nodes[call.node].move(call.task, STOPPED)
                commands.append(CancelSome(call.node, (call.task,)))
            else:
                commands.append(StopCall(call.key, CALLER_ENDED))
        return commands

    def _forget(self, attempt: Attempt) -> list[OpenCall]:
        """Lets go of an attempt's calls; returns those that have not ended."""
        calls = self._by_attempt.pop(attempt, {}).values()
        for call in calls:
            self._by_task.pop((call.node, call.task), None)
        return [call for call in calls if call.answer is None]

    def _attempt_of(self, call: OpenCall) -> Attempt:
        """The attempt that a called algorithm runs in."""
        return call.node, call.task, self._nodes[call.node].attempts[call.task]

    def _add(self, call: OpenCall) -> None:
        self._by_attempt.setdefault(call.key[:3], {})[call.key.call_id] = call
        if call.node:
            self._by_task[call.node, call.task] = call


def _answer(call: OpenCall, outcome: CallOutcome | None, result: int = -1) -> AnswerCall:
    call.answer = AnswerCall(call.key, outcome, result)
    return call.answer


def _refusal(why: str) -> CallOutcome:
    return CallOutcome(failure=Failure(category=FailureCategory.PROTOCOL, message=why))
