"""A job machine with short verbs, for the tests of this folder."""

from collections.abc import Sequence

from controlplane.domain import graph
from controlplane.domain.calls import Call, CallKind, CallOutcome
from controlplane.domain.job_events import (
    CallEnded,
    CallKey,
    CallRequested,
    JobCommand,
    JobEvent,
    JobStarted,
    Noted,
    PauseRequested,
    ResumeRequested,
    RunTasks,
    StopRequested,
    TakeNote,
    TaskEnd,
    TasksEnded,
)
from controlplane.domain.job_machine import JobMachine
from controlplane.domain.node_run import TaskState
from controlplane.domain.pipeline import Node, Pipeline, Retry, RetryPolicy
from controlplane.domain.values import MSGPACK, Failure, FailureCategory, Json, Payload, Shape

VALUE = Payload(MSGPACK, b"\x01")
ONCE = Retry(policy=RetryPolicy.NEVER)


def array(path: str, size: int) -> Payload:
    """An output whose part at ``path`` is a list."""
    return Payload(MSGPACK, b"\x90", None, ((path, Shape("array", size)),))


def failure(category: FailureCategory = FailureCategory.USER_CODE, text: str = "boom") -> Failure:
    return Failure(category=category, message=text)


def node(name: str, *inputs: Json, retry: Retry | None = None, **more: object) -> Node:
    return Node(name=name, algorithm="x", input=list(inputs), retry=retry or Retry(), **more)  # type: ignore[arg-type]


def ran(commands: Sequence[object]) -> dict[str, list[int]]:
    """Tasks that are to run, by node."""
    return {c.node: list(c.indices) for c in commands if isinstance(c, RunTasks)}


class Job:
    """A machine with short verbs; what they command comes back without the notes, which are kept apart."""

    def __init__(self, *nodes: Node, flow_input: Json = None, tolerance: int = 80, cached: Sequence[str] = ()) -> None:
        pipeline = Pipeline(name="p", nodes=nodes, batch_tolerance=tolerance)
        built = graph.build(pipeline, cached=cached)
        self.machine = JobMachine(pipeline, built, graph.flow_input_shapes(built, flow_input))
        self.notes: list[Noted] = []
        self.next = 0
        """Number of the next output in the result log."""

    def take(self, event: JobEvent) -> list[JobCommand]:
        commands = self.machine.handle(event)
        self.machine.check()
        self.notes += [c.note for c in commands if isinstance(c, TakeNote)]
        return [c for c in commands if not isinstance(c, TakeNote)]

    def start(self) -> list[JobCommand]:
        return self.take(JobStarted(at=1.0))

    def pause(self) -> list[JobCommand]:
        return self.take(PauseRequested(at=1.5, user="u"))

    def resume(self) -> list[JobCommand]:
        return self.take(ResumeRequested(at=1.75, user="u"))

    def stop(self) -> list[JobCommand]:
        return self.take(StopRequested(at=3.0, reason="enough"))

    def end(self, node: str, *ends: tuple[int, Payload | Failure], attempt: int = 1) -> list[JobCommand]:
        reports = [
            TaskEnd(task, attempt, *((None, what) if isinstance(what, Failure) else (what, None)))
            for task, what in ends
        ]
        event = TasksEnded(at=2.0, node=node, first_result=self.next, ends=reports)
        self.next += len(ends)
        return self.take(event)

    def call(
        self, node: str, call_id: str = "1", *, task: int = 0, attempt: int = 1, kind: CallKind = CallKind.ALGORITHM,
        name: str = "y", include_result: bool = True
    ) -> list[JobCommand]:  # fmt: skip
        """User code calls ``name``."""
        call = a_call(call_id, kind, name, include_result=include_result)
        return self.take(CallRequested(at=2.0, node=node, task=task, attempt=attempt, call=call))

    def call_ended(self, key: CallKey, outcome: CallOutcome) -> list[JobCommand]:
        return self.take(CallEnded(at=2.0, **key._asdict(), outcome=outcome))

    def state_of(self, node: str, task: int = 0) -> TaskState:
        return TaskState(self.machine.nodes[node].tasks[task])

    def unfinished(self) -> set[tuple[str, int, int]]:
        """(node, task, attempt) of all that a queue must hold."""
        return {
            (name, task, attempt)
            for name, by_attempt in self.machine.unfinished_tasks()
            for attempt, tasks in by_attempt.items()
            for task in tasks
        }


def a_call(call_id: str, kind: CallKind, name: str = "y", *, include_result: bool = True) -> Call:
    return Call(call_id, kind, name, b"", Payload(MSGPACK, b"\x90"), include_result)
