# ruff: noqa: ARG001, ARG005  What stands in for a function takes what the function takes.
"""Bugs planted on purpose, to see how soon the simulation finds them.

``python -m controlplane.simulation.planted --seeds 500`` prints a table. Each bug replaces one function of the
engine for as long as a simulation runs. Some of them were real once.
"""

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from inspect import getattr_static
from typing import Annotated, Any, NamedTuple

import structlog
import typer
from rich.console import Console
from rich.table import Table

from controlplane.api.submission import JobSubmission
from controlplane.domain.any_join import AnyJoin
from controlplane.domain.calls import CallOutcome
from controlplane.domain.job_events import AnswerCall, RunTasks, StopRequested, TasksEnded
from controlplane.ports.dispatch import DurableMark
from controlplane.ports.state_store import LeaseId, Transaction, Write
from controlplane.roles.driver import journal
from controlplane.roles.driver.admission import Admission
from controlplane.roles.driver.job_runner import JobRunner
from controlplane.roles.driver.job_timers import JobTimers
from controlplane.roles.driver.pipeline_calls import PipelineCalls
from controlplane.roles.driver.result_log import ResultMemory
from controlplane.roles.driver.role import DriverRole
from controlplane.roles.queueing.restart_gate import RestartGate
from controlplane.roles.queueing.role import QueueingRole
from controlplane.roles.queueing.session import Session
from controlplane.roles.queueing.task_run import TaskRun
from controlplane.simulation.world import simulate

Make = Callable[[Any], Any]
"""Takes the real function and returns the one with the bug."""


class Caught(NamedTuple):
    """The first seed that shows a bug."""

    seed: int
    how: str


@dataclass(frozen=True, slots=True)
class PlantedBug:
    """A function of the engine, and what is wrong with what stands in for it."""

    name: str
    owner: Any
    """Class or module."""
    attribute: str
    make: Make

    @contextmanager
    def planted(self) -> Iterator[None]:
        """The bug is there inside the context."""
        real = getattr_static(self.owner, self.attribute)
        setattr(self.owner, self.attribute, self.make(real))
        try:
            yield
        finally:
            setattr(self.owner, self.attribute, real)

    def hunt(self, seeds: Iterable[int]) -> Caught | None:
        """Simulates one seed after another until one shows the bug."""
        with self.planted():
            for seed in seeds:
                try:
                    simulate(seed)
                except Exception as error:  # noqa: BLE001  a bug may show in any way
                    return Caught(seed, f"{type(error).__name__}: {error}")
        return None


def _nothing(real: Any) -> Any:
    return lambda *args, **kwargs: None


def _acknowledge_at_once(real: Any) -> Any:
    def wait_for(self: Session, mark: DurableMark | None) -> None:
        real(self, None)

    return wait_for


def _without_fence(real: Any) -> Any:
    def transaction(writes: Sequence[Write], lease: LeaseId | None = None) -> Transaction:
        return Transaction(writes)

    return transaction


def _drop_delayed(real: Any) -> Any:
    def come_due(self: JobTimers, due: Any) -> None:
        del self._delayed[id(due)]

    return come_due


def _start_at_once(real: Any) -> Any:
    def runs_again(self: JobTimers, node: str, tasks: Sequence[int], attempt: int) -> list[RunTasks]:
        return [RunTasks(node, tasks, attempt)]

    return runs_again


def _stop_in_memory(real: Any) -> Any:
    def stop(self: JobRunner, reason: str, user: str = "") -> None:
        if not self.machine.state.is_final:
            self._perform(self.machine.handle(StopRequested(at=self._clock.now(), reason=reason, user=user)))

    return stop


def _replay_without_results(real: Any) -> Any:
    def replay(self: JobRunner, event: Any, key: str) -> None:
        if isinstance(event, TasksEnded):
            event = TasksEnded(
                at=event.at,
                node=event.node,
                first_result=event.first_result,
                ends=[
                    end._replace(output=end.output._replace(data=b"\xc0")) if end.output else end for end in event.ends
                ],
            )
        real(self, event, key)

    return replay


def _emit_again(real: Any) -> Any:
    def ended(self: AnyJoin, elements: Iterable[int]) -> list[int]:
        ready: list[int] = real(self, elements)
        for element in ready:
            self._ended[element] = self.parents
        return ready

    return ended


def _keep_gate_closed(real: Any) -> Any:
    def open_gate(self: RestartGate) -> None:
        self._awaited.clear()
        self._runs.clear()

    return open_gate


def _answer_anybody(real: Any) -> Any:
    def answer(
        self: QueueingRole, job_id: str, node: str, task: int, attempt: int, call_id: str, outcome: CallOutcome
    ) -> None:
        run = self._jobs.get(job_id, {}).get(node)
        for session in self._sessions.values():
            for text, held in session.held.items():
                if held.run is run and session.link is not None:
                    session.link.answer(text, call_id, outcome)

    return answer


def _one_too_many(real: Any) -> Any:
    def admissible(self: Admission, job_id: str) -> bool:
        limit = self._waiting[job_id].pipeline.concurrency
        return bool(real(self, job_id)) or (limit is not None and len(self._active) <= limit.amount)

    return admissible


def _without_request_id(real: Any) -> Any:
    async def accept(self: JobSubmission, record: Any, request_id: str) -> str:
        job_id: str = await real(self, record, "")
        return job_id

    return accept


def _number_alone(real: Any) -> Any:
    def token_of(self: TaskRun, task: int, attempt: int) -> bytes:
        values, self.values = self.values, {}
        try:
            token: bytes = real(self, task, attempt)
            return token
        finally:
            self.values = values

    return token_of


def _admit_early(real: Any) -> Any:
    def admit(self: DriverRole) -> None:
        self._is_complete = True
        real(self)

    return admit


def _forget_outcome(real: Any) -> Any:
    async def do(self: JobRunner, command: Any) -> None:
        if isinstance(command, AnswerCall):
            command = AnswerCall(command.key, None, command.result)
        await real(self, command)

    return do


def _forget_before_durable(real: Any) -> Any:
    def add(self: ResultMemory, chunk: Any) -> None:
        real(self, chunk)
        if self._used > self._limit:
            self.drop(chunk)
            chunk.outputs = None

    return add


def _lose_tasks_of_the_dead(real: Any) -> Any:
    def take_all(self: Session) -> list[Any]:
        return list(real(self))[1:]

    return take_all


def _prefer_in_reverse(real: Any) -> Any:
    def prefer(self: Admission, order: Sequence[str]) -> None:
        real(self, order[::-1])

    return prefer


BUGS = (
    PlantedBug("acknowledges results before they are durable", Session, "_wait_for", _acknowledge_at_once),
    PlantedBug("writes the journal without the fence of its lease", journal, "Transaction", _without_fence),
    PlantedBug("drops retries that waited for their time", JobTimers, "_come_due", _drop_delayed),
    PlantedBug("starts retries at once after a restart", JobTimers, "runs_again", _start_at_once),
    PlantedBug("stops jobs in memory only", JobRunner, "stop", _stop_in_memory),
    PlantedBug("replays the journal without results", JobRunner, "replay", _replay_without_results),
    PlantedBug("emits elements of a join twice", AnyJoin, "ended", _emit_again),
    PlantedBug("loses tasks held back after a restart", RestartGate, "_open", _keep_gate_closed),
    PlantedBug("answers a call to other tasks of its node too", QueueingRole, "answer", _answer_anybody),
    PlantedBug("lets one job too many of a pipeline start", Admission, "_admissible", _one_too_many),
    PlantedBug("forgets to hold the tasks of a paused job", QueueingRole, "hold", _nothing),
    PlantedBug("takes a repeated request for a new one", JobSubmission, "_accept", _without_request_id),
    PlantedBug("takes a task for the one that had its number", TaskRun, "token_of", _number_alone),
    PlantedBug("takes the order of preferred jobs the wrong way round", Admission, "prefer", _prefer_in_reverse),
    PlantedBug("forgets preferred jobs", Admission, "prefer", _nothing),
    PlantedBug("admits jobs before it knows all", DriverRole, "_admit", _admit_early),
    PlantedBug("forgets answers that have to wait", JobRunner, "_do", _forget_outcome),
    PlantedBug("lets outputs go before they are durable", ResultMemory, "add", _forget_before_durable),
    PlantedBug("does not repeat answers to workers that come back", JobRunner, "reattached", _nothing),
    PlantedBug("forgets a task of a lost worker", Session, "take_all", _lose_tasks_of_the_dead),
    PlantedBug("does not stop what an ended task has called", PipelineCalls, "stop", _nothing),
)


def main(seeds: Annotated[int, typer.Option(help="Give up on a bug after so many seeds.")] = 500) -> None:
    """Says of each planted bug which seed shows it first, and how."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    table = Table("bug", "seeds", "seconds", "shown by")
    missed = 0
    for bug in BUGS:
        began = time.monotonic()
        caught = bug.hunt(range(seeds))
        missed += caught is None
        took = f"{time.monotonic() - began:.1f}"
        table.add_row(bug.name, "-", took, "nothing") if caught is None else table.add_row(
            bug.name, str(caught.seed + 1), took, caught.how[:100]
        )
    Console().print(table)
    sys.exit(bool(missed))


if __name__ == "__main__":
    typer.run(main)
