"""What happened in a simulation, and the promises it must keep."""

from collections import Counter
from collections.abc import Iterable

from controlplane.domain.records import EndRecord, ResultItem
from controlplane.domain.task_context import NodeContext
from controlplane.ports.dispatch import Ended, Grant


class BrokenPromiseError(AssertionError):
    """A promise of the engine does not hold; the message says which."""


class History:
    """Observations from outside the control plane, in order."""

    def __init__(self) -> None:
        self.trace: list[str] = []
        """One line per observation: the same seed gives the same lines."""
        self.accepted: list[str] = []
        self._acknowledged: set[bytes] = set()
        """Tokens whose result a worker was told is durable."""
        self._began: Counter[tuple[str, str, int]] = Counter()

    def note(self, text: str) -> None:
        self.trace.append(text)

    def accept(self, job_id: str) -> None:
        self.accepted.append(job_id)
        self.note(f"accepted {job_id}")

    def began(self, context: NodeContext, grant: Grant, *, in_reach: bool) -> None:
        if in_reach and grant.token in self._acknowledged:
            raise BrokenPromiseError(
                f"task {grant.task} of {context.job_id}/{context.node} runs again after its result was acknowledged"
            )
        self._began[context.job_id, context.node, grant.task] += 1
        self.note(f"began {context.job_id} {context.node} {grant.task} {grant.attempt}")

    def acknowledged(self, ends: Iterable[Ended]) -> None:
        for end in ends:
            if end.output is not None:
                self._acknowledged.add(end.token)
        self.note("acknowledged")

    def check_end(self, job_id: str, end: EndRecord | None, items: list[ResultItem]) -> None:
        """Every accepted job has ended, and has at most one result per task."""
        if end is None:
            raise BrokenPromiseError(f"job {job_id} was accepted and has not ended")
        seen = Counter((item.node, item.batch_index) for item in items)
        for place, count in seen.items():
            if count > 1:
                raise BrokenPromiseError(f"job {job_id} has {count} results for {place}")
        for node in end.view.nodes:
            total = sum(node.states.values())
            if total != node.total:
                raise BrokenPromiseError(f"job {job_id}, node {node.name}: {total} of {node.total} tasks accounted for")

    def attempts(self) -> int:
        return sum(self._began.values())
