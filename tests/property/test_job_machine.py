"""The job machine under random graphs and any order of events: reports repeated, stale and failed, pauses, stops, calls."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from controlplane.domain import graph
from controlplane.domain.calls import Call, CallKind, CallOutcome
from controlplane.domain.job_events import (
    AnswerCall,
    CallEnded,
    CallKey,
    CallRequested,
    CancelSome,
    CancelTasks,
    EndJob,
    JobCommand,
    JobEvent,
    JobStarted,
    JobState,
    PauseRequested,
    Readmit,
    ResumeRequested,
    RunTasks,
    StartCall,
    StopCall,
    StopRequested,
    TaskEnd,
    TasksEnded,
)
from controlplane.domain.job_machine import JobMachine
from controlplane.domain.job_view import view_of
from controlplane.domain.pipeline import BatchOperation, Node, Pipeline, Retry, RetryPolicy
from controlplane.domain.records import pack_events, unpack_events
from controlplane.domain.values import MSGPACK, NULL, Failure, FailureCategory, Payload, Shape

Draw = Callable[[st.SearchStrategy[Any]], Any]

MAX_STEPS = 400
"""A job that goes on for longer is stopped: lists of lists grow fast."""


@st.composite
def pipelines(draw: st.DrawFn) -> Pipeline:
    """Acyclic pipelines of up to 30 nodes with every kind of reference."""
    count = draw(st.integers(1, 30))
    nodes = []
    for i in range(count):
        inputs: list[object] = []
        for _ in range(draw(st.integers(0, 3))):
            kind = draw(st.sampled_from(["node", "batch", "any", "any-batch", "raw", "literal"]))
            parent = f"n{draw(st.integers(0, i - 1))}" if i else None
            if kind == "node" and parent:
                inputs.append(f"@{parent}")
            elif kind == "batch" and parent:
                inputs.append({"k": [f"#@{parent}"]})
            elif kind == "any" and parent:
                inputs.append([f"*@{parent}"])
            elif kind == "any-batch" and parent:
                inputs.append(f"*#@{parent}")
            elif kind == "raw":
                inputs.append(f"#[1...{draw(st.integers(0, 4))}]")
            else:
                inputs.append("x")
        nodes.append(
            Node(
                name=f"n{i}",
                algorithm="x",
                input=inputs,  # type: ignore[arg-type]
                batch_operation=draw(st.sampled_from(BatchOperation)),
                retry=Retry(
                    policy=draw(st.sampled_from(RetryPolicy)),
                    limit=draw(st.integers(1, 3)),
                    backoff_seconds=draw(st.sampled_from([0.0, 2.0])),
                ),
            )
        )
    edges = [
        (f"n{draw(st.integers(0, target - 1))}", f"n{target}")
        for target in draw(st.lists(st.integers(1, count - 1), max_size=3) if count > 1 else st.just([]))
    ]
    return Pipeline(name="p", nodes=tuple(nodes), edges=tuple(edges), batch_tolerance=draw(st.integers(0, 100)))


@dataclass
class World:
    """What a perfect outside would know."""

    machine: JobMachine
    due: set[tuple[str, int, int]]
    """(node, task, attempt) that the machine wants run."""
    ended: list[EndJob]
    calls: dict[CallKey, Call]
    """Pipelines that were called and have not ended."""
    answered: dict[CallKey, AnswerCall]
    waits: bool = False
    """Whether it waits to become active again."""

    def obey(self, commands: list[JobCommand]) -> None:
        for command in commands:
            match command:
                case RunTasks(node=node, indices=tasks, attempt=attempt):
                    for task in tasks:
                        assert (node, task, attempt) not in self.due, "an attempt was commanded twice"
                        self.due.add((node, task, attempt))
                        self.check_parents(node, task)
                case EndJob():
                    self.ended.append(command)
                case CancelTasks():
                    self.due.clear()
                case CancelSome(node=node, indices=tasks):
                    self.due = {at for at in self.due if at[0] != node or at[1] not in tasks}
                case StartCall(key=key, call=call):
                    assert key not in self.calls, "a call was started twice"
                    self.calls[key] = call
                case StopCall(key=key):
                    assert self.calls.pop(key, None) is not None, "a call was stopped that does not run"
                case AnswerCall(key=key):
                    assert self.answered.setdefault(key, command) == command, "a call was answered in two ways"
                case Readmit():
                    self.waits = True

    def check_parents(self, node: str, task: int) -> None:
        """What waits for whole nodes runs only when those have ended."""
        spec = self.machine.nodes[node].spec
        for parent in spec.parents:
            if spec.waits_for_all_of(parent):
                assert self.machine.nodes[parent].state.is_final, f"{node}#{task} runs before {parent} has ended"


def world_of(pipeline: Pipeline) -> World:
    built = graph.build(pipeline)
    return World(JobMachine(pipeline, built, {}), set(), [], {}, {})


NOTHING = Payload(MSGPACK, b"\x90")


def called(draw: Draw, world: World) -> CallRequested:
    """A task that is due calls an algorithm or a pipeline."""
    node, task, attempt = draw(st.sampled_from(sorted(world.due)))
    kind = draw(st.sampled_from(CallKind))
    call = Call(str(draw(st.integers(1, 2))), kind, "y", b"", NOTHING, include_result=draw(st.booleans()))
    return CallRequested(at=2.0, node=node, task=task, attempt=attempt, call=call)


def moment(draw: Draw, world: World, results: int, steps: int) -> JobEvent:
    """What happens next."""
    if steps > MAX_STEPS:
        return StopRequested(at=3.0, reason="enough")
    if world.waits and draw(st.booleans()):
        return JobStarted(at=2.0)
    if not world.due:
        return ResumeRequested(at=2.0, user="u") if not world.waits else JobStarted(at=2.0)
    match draw(st.integers(0, 40)):
        case 0:
            return PauseRequested(at=2.0, user="u")
        case 1:
            return ResumeRequested(at=2.0, user="u")
        case 2:
            return StopRequested(at=2.0, reason="r", user="u")
        case 3 | 4:
            return called(draw, world)
        case 5 if world.calls:
            key = draw(st.sampled_from(sorted(world.calls)))
            return CallEnded(at=2.0, **key._asdict(), outcome=CallOutcome(output=NOTHING))
    node, task, attempt = draw(st.sampled_from(sorted(world.due)))
    ends = [outcome(draw, node, task, attempt)]
    if draw(st.integers(0, 4)) == 0:  # a repeated or stale report in the same event
        ends.append(outcome(draw, node, task, draw(st.integers(1, attempt))))
    return TasksEnded(at=2.0, node=node, first_result=results, ends=ends, worker="w")


def happen(world: World, event: JobEvent) -> list[JobCommand]:
    """The machine takes an event, and the outside does what it commands."""
    answer = world.machine.handle(event)
    world.machine.check()
    match event:
        case TasksEnded(node=node, ends=ends):
            first = ends[0]
            world.due.discard((node, first.task, first.attempt))
        case CallEnded():
            world.calls.pop(CallKey(event.node, event.task, event.attempt, event.call_id), None)
        case JobStarted():
            world.waits = False
    world.obey(answer)
    return answer


def outcome(draw: Draw, node: str, task: int, attempt: int) -> TaskEnd:
    kind = draw(st.sampled_from(["ok", "ok", "ok", "array", "null", "raise", "crash", "timeout"]))
    match kind:
        case "ok":
            return TaskEnd(task, attempt, Payload(MSGPACK, b"\x01", None, ((node, Shape("number", 0)),)), None)
        case "array":
            size = draw(st.integers(0, 3))
            return TaskEnd(task, attempt, Payload(MSGPACK, b"\x90", None, ((node, Shape("array", size)),)), None)
        case "null":
            return TaskEnd(task, attempt, NULL, None)
        case _:
            category = {"raise": FailureCategory.USER_CODE, "crash": FailureCategory.CRASH}.get(
                kind, FailureCategory.TIMEOUT
            )
            return TaskEnd(task, attempt, None, Failure(category=category, message=kind))


@settings(max_examples=200, deadline=None)
@given(st.data(), pipelines())
def test_any_order_of_events(data: st.DataObject, pipeline: Pipeline) -> None:
    """Invariants hold after every event, the job ends exactly once, and it does end when everything due is reported.

    The same events, written to the journal and read back, give the same commands and the same end. When it has ended, no
    called pipeline is left running, and no call got two answers.
    """
    world = world_of(pipeline)
    history: list[JobEvent] = [JobStarted(at=1.0)]
    answers = [happen(world, history[0])]
    results = 0
    while not world.machine.state.is_final:
        event = moment(data.draw, world, results, len(history))
        results += len(event.ends) if isinstance(event, TasksEnded) else 0
        history.append(event)
        answers.append(happen(world, event))
    assert len(world.ended) == 1
    assert world.machine.state is world.ended[0].state
    assert not world.due
    assert not world.calls
    view = view_of(world.machine, job_id="j", submitted_at=0.0, at=3.0, running={})
    for node in view.nodes:
        assert sum(node.states.values()) == node.total
    if world.machine.state is JobState.COMPLETED:
        assert view.progress == 100

    replayed = world_of(pipeline).machine
    for event, answer in zip(unpack_events(pack_events(history)), answers, strict=True):
        assert replayed.handle(event) == answer
    assert replayed.state is world.machine.state


@settings(max_examples=100, deadline=None)
@given(st.data(), pipelines())
def test_unfinished_tasks_are_what_is_due(data: st.DataObject, pipeline: Pipeline) -> None:
    """After a restart, the machine names exactly the attempts that were due, and the calls that run."""
    world = world_of(pipeline)
    happen(world, JobStarted(at=1.0))
    results = 0
    for step in range(data.draw(st.integers(0, 30))):
        if world.machine.state.is_final:
            break
        event = moment(data.draw, world, results, step)
        results += len(event.ends) if isinstance(event, TasksEnded) else 0
        happen(world, event)
    found = {
        (node, task, attempt)
        for node, by_attempt in world.machine.unfinished_tasks()
        for attempt, tasks in by_attempt.items()
        for task in tasks
    }
    assert found == (set() if world.machine.state.is_final else world.due)
    if not world.machine.state.is_final:
        assert {call.key for call in world.machine.calls.open() if not call.node} == set(world.calls)
