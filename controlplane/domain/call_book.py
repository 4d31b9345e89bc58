"""Open calls of a job's user code, by the attempt that made them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from controlplane.domain.calls import Call, CallOutcome
from controlplane.domain.job_events import AnswerCall, CallKey

MAX_CALLS_PER_ATTEMPT = 10_000
"""Calls, open and answered, of one attempt; their answers are kept until it ends."""

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
    def __init__(self) -> None:
        self._by_attempt: dict[Attempt, dict[str, OpenCall]] = {}
        self._by_task: dict[tuple[str, int], OpenCall] = {}
        """Called algorithms by the task that runs them."""

    def find(self, key: CallKey) -> OpenCall | None:
        return self._by_attempt.get(key[:3], {}).get(key.call_id)

    def count(self, attempt: Attempt) -> int:
        return len(self._by_attempt.get(attempt, ()))

    def add(self, call: OpenCall) -> None:
        self._by_attempt.setdefault(call.key[:3], {})[call.key.call_id] = call
        if call.node:
            self._by_task[call.node, call.task] = call

    def of_task(self, node: str, task: int) -> OpenCall | None:
        """The call that a task of a called node answers."""
        return self._by_task.get((node, task))

    def end(self, call: OpenCall, outcome: CallOutcome | None, result: int = -1) -> AnswerCall:
        call.answer = AnswerCall(call.key, outcome, result)
        return call.answer

    def answers(self, attempt: Attempt) -> Sequence[AnswerCall]:
        """All answers to an attempt so far."""
        return [c.answer for c in self._by_attempt.get(attempt, {}).values() if c.answer is not None]

    def close(self, attempt: Attempt) -> list[OpenCall]:
        """The attempt has ended: forgets its calls and returns those that have not."""
        calls = self._by_attempt.pop(attempt, {})
        for call in calls.values():
            self._by_task.pop((call.node, call.task), None)
        return [call for call in calls.values() if call.answer is None]

    def open(self) -> Iterator[OpenCall]:
        """All calls that have not ended."""
        for calls in self._by_attempt.values():
            yield from (call for call in calls.values() if call.answer is None)
