"""How urgent a node's next task is, and what that is worth in turns.

The score decides weights, not places: ``FairQueue`` serves nodes in proportion to their weights, so that urgency speeds a
node up and never shuts another one out. It is taken once per turn of a node and not once per task.
"""

from dataclasses import dataclass
from typing import NamedTuple

from controlplane.scheduling.score import PRIORITIES, HighestPriority, Score, hours, priority_fraction

ATTEMPTS_UNIT = 3
BATCH_INDEX_SPAN = 1500
"""Tasks of a batch that get a part for being early in it; those further on get none."""
STEP_FACTOR = 4.0
"""One step of priority is worth this factor of weight."""
MAX_STEPS = 12.0
"""Most steps that count. Waiting adds to a score for ever; from here on (for a fresh single task of priority 5 after 1.8 h,
of priority 1 after 3.4 h) all weigh the same and take turns. Also keeps weights within what floats can add up exactly enough:
a queue may serve 10^8 tasks without ever being empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskOrderSettings:
    """Weights of the heuristics for tasks; 0 switches one off."""

    attempts: float = 0.2
    """For each three attempts that failed: work that was paid for already is finished first."""
    priority: float = 0.4
    """For the strongest priority; a fifth of it for the weakest."""
    waiting_per_hour: float = 0.2
    """For each hour without a turn."""
    batch_index: float = 0.1
    """For the first task of a batch, falling to nothing at the 1501st: small batches before the tails of big ones."""
    batch_place: float = 0.1
    """For the first task of a batch, falling to nothing at its end: batches that begin before those that are well under way."""
    called: float = 0.4
    """For a task that another one called: that waits, and keeps its worker meanwhile. Worth five steps of priority, so that
    nearly all that was begun is finished before more is."""
    highest_priority: HighestPriority = 5
    """5: priority 5 is served first. 1: for installations whose users take 1 for the highest."""


class NextTask(NamedTuple):
    """What is known of the task that a node would have run next."""

    attempt: int
    """From 1."""
    priority: int
    waiting_seconds: float
    """Since it came into the queue, or since its node's last turn if that was later: being served is not waiting."""
    batch_index: int
    """From 1; 0 when it is not of a batch."""
    batch_size: int
    called: bool = False
    """Another task waits for it."""


class TaskParts(NamedTuple):
    """Parts of a task's score, by heuristic."""

    attempts: float
    priority: float
    waiting: float
    batch_index: float
    batch_place: float
    called: float

    @property
    def score(self) -> Score:
        return Score.of(self._asdict())


def task_parts(task: NextTask, settings: TaskOrderSettings) -> TaskParts:
    """Scores a task. A task that is not of a batch counts as the first of a batch of one."""
    index, size = max(1, task.batch_index), max(1, task.batch_size)
    return TaskParts(
        settings.attempts * (task.attempt - 1) / ATTEMPTS_UNIT,
        settings.priority * priority_fraction(task.priority, settings.highest_priority),
        settings.waiting_per_hour * hours(task.waiting_seconds),
        settings.batch_index * max(0, BATCH_INDEX_SPAN + 1 - index) / BATCH_INDEX_SPAN,
        settings.batch_place * max(0, size + 1 - index) / size,
        settings.called if task.called else 0.0,
    )


def weight_of(total: float, settings: TaskOrderSettings) -> float:
    """Share of turns for a score: a factor 4 for each step of priority that it is worth, whatever made it.

    With the default weights an hour without a turn (0.2) is worth 2.5 steps, a factor 32.
    """
    step = settings.priority / PRIORITIES
    return float(STEP_FACTOR ** min(MAX_STEPS, total / step)) if step > 0 else 1.0


def urgency(priority: int, waiting_seconds: float, settings: TaskOrderSettings) -> Score:
    """How urgent all that waits for one algorithm is: by its strongest priority and by what has waited longest."""
    return Score.of(
        {
            "priority": settings.priority * priority_fraction(priority, settings.highest_priority),
            "waiting": settings.waiting_per_hour * hours(waiting_seconds),
        }
    )


def stronger(one: int, other: int, settings: TaskOrderSettings) -> int:
    """The one of two priorities that is served first."""
    return max(one, other) if settings.highest_priority == PRIORITIES else min(one, other)
