"""What is known of one node of a running job: numbers per task in flat arrays, so that a batch of a million costs megabytes."""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from typing import NamedTuple

from controlplane.domain.any_join import AnyJoin
from controlplane.domain.graph import GraphNode, elements_of
from controlplane.domain.values import Shape

MAX_KEPT_ERRORS = 1000
"""Failure texts kept per node; further failures are only counted."""

MAX_ERROR_CHARACTERS = 2000


class TaskState(IntEnum):
    """State of one task; ``ABSENT`` is a place in a batch whose element has not come yet."""

    CREATING = 0
    WARNING = 1
    SUCCEED = 2
    FAILED = 3
    STOPPED = 4
    ABSENT = 5

    @property
    def is_final(self) -> bool:
        return self in (TaskState.SUCCEED, TaskState.FAILED, TaskState.STOPPED)


class NodeState(IntEnum):
    WAITING = 0
    RUNNING = 1
    DONE = 2
    SKIPPED = 3

    @property
    def is_final(self) -> bool:
        return self >= NodeState.DONE


CREATING, WARNING, SUCCEED, FAILED, STOPPED, ABSENT = map(int, TaskState)


class Emission(NamedTuple):
    """Tasks that one element of a parent made."""

    first: int
    """Number of the first one."""
    trigger: int
    """The element, from 0."""
    sizes: tuple[int, ...]
    """Elements of each batch leaf."""


class NodeRun:
    """One node in motion."""

    __slots__ = (
        "attempts",
        "closed",
        "counts",
        "emissions",
        "errors",
        "is_batch",
        "item_sizes",
        "join",
        "nulls",
        "results",
        "shapes",
        "sizes",
        "spec",
        "state",
        "tasks",
    )

    def __init__(self, spec: GraphNode, item_paths: Iterable[str] = ()) -> None:
        self.spec = spec
        self.state = NodeState.WAITING
        self.is_batch = spec.is_batch
        self.sizes: tuple[int, ...] = ()
        """Elements of each batch leaf, known from RUNNING on; of a node with ``join`` they differ by emission."""
        self.tasks = bytearray()
        """One TaskState per task."""
        self.attempts = array("H")
        """Attempt under way or last made, per task, from 1."""
        self.results = array("q")
        """Number of the output in the result log, per task; -1 for none."""
        self.nulls = 0
        """Outputs that are null: they are no elements of a later batch."""
        self.counts = [0] * (len(TaskState) - 1)
        """Tasks per state; places without a task are not counted."""
        self.errors: dict[int, str] = {}
        """Failure text by index, the latest last, at most MAX_KEPT_ERRORS."""
        self.shapes: Mapping[str, Shape] = {}
        """Shapes of the output of a single task."""
        self.join = AnyJoin(len(spec.any_parents)) if spec.any_parents else None
        """Of nodes that wait for elements one by one."""
        self.closed = self.join is None and not spec.caller
        """Whether no more tasks will come."""
        self.emissions: list[Emission] | None = [] if self.join is not None and spec.slots else None
        """Of nodes that fan out each element: which tasks it made. Without, the task is the element."""
        self.item_sizes = {path: array("q") for path in item_paths}
        """Reference path to its size in each task's output: -1 when it is not there. For children that fan out elements."""

    @property
    def total(self) -> int:
        """Tasks there are so far."""
        return sum(self.counts)

    def begin(self, sizes: tuple[int, ...], total: int) -> None:
        """All its tasks are known at once."""
        self.sizes = sizes
        self.state = NodeState.RUNNING
        self.grow(range(total))

    def grow(self, indices: Sequence[int]) -> None:
        """Adds tasks at these places, which must not be taken."""
        if not indices:
            return
        last = indices[-1] if isinstance(indices, range) else max(indices)
        missing = last + 1 - len(self.tasks)
        if missing > 0:
            self.tasks += bytes([ABSENT]) * missing
            self.attempts.extend(array("H", [1]) * missing)
            self.results.extend(array("q", [-1]) * missing)
            for sizes in self.item_sizes.values():
                sizes.extend(array("q", [0]) * missing)
        if missing == len(indices) == len(self.tasks):
            self.tasks = bytearray(missing)
        else:
            for index in indices:
                self.tasks[index] = CREATING
        self.counts[CREATING] += len(indices)

    def unfinished(self) -> int:
        return self.counts[CREATING] + self.counts[WARNING]

    def is_under_way(self, index: int, attempt: int) -> bool:
        """Whether a report about this attempt is news, not a late or repeated one."""
        return 0 <= index < len(self.tasks) and self.tasks[index] <= WARNING and self.attempts[index] == attempt

    def has_ended(self, index: int) -> bool:
        return index < len(self.tasks) and SUCCEED <= self.tasks[index] <= FAILED

    def move(self, index: int, state: int) -> None:
        self.counts[self.tasks[index]] -= 1
        self.counts[state] += 1
        self.tasks[index] = state

    def note_error(self, index: int, error: str) -> None:
        known = self.errors.pop(index, None)
        if known is not None or len(self.errors) < MAX_KEPT_ERRORS:
            self.errors[index] = error[:MAX_ERROR_CHARACTERS]

    def last_failure(self) -> str:
        """Text of the last failure for good that was kept; empty when there is none."""
        return next((text for index, text in reversed(self.errors.items()) if self.tasks[index] == FAILED), "")

    def emission_of(self, index: int) -> Emission:
        """What made a task of a node with ``join``."""
        if self.emissions is None:
            return Emission(index, index, ())
        return self.emissions[bisect_right(self.emissions, index, key=lambda e: e.first) - 1]

    def elements(self, index: int) -> tuple[int, ...]:
        """Which element each batch leaf gives to a task; -1 is null."""
        emission = self.emission_of(index)
        return elements_of(self.spec.node.batch_operation, emission.sizes, index - emission.first)

    def stop_unfinished(self) -> None:
        for index, state in enumerate(self.tasks):
            if state <= WARNING:
                self.move(index, STOPPED)

    def waiting_tasks(self) -> Iterator[tuple[int, int]]:
        """(task, attempt) of all that have not ended."""
        for index, state in enumerate(self.tasks):
            if state <= WARNING:
                yield index, self.attempts[index]
