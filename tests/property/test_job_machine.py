"""The job machine under random graphs and any order of reports, repeated, stale and failed ones among them."""

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from controlplane.domain import graph
from controlplane.domain.job_events import CancelTasks, EndJob, JobCommand, JobStarted, RunTasks, TaskEnd, TasksEnded
from controlplane.domain.job_machine import JobMachine
from controlplane.domain.pipeline import BatchOperation, Node, Pipeline, Retry, RetryPolicy
from controlplane.domain.records import pack_events, unpack_events
from controlplane.domain.values import MSGPACK, NULL, Failure, FailureCategory, Payload, Shape


@st.composite
def pipelines(draw: st.DrawFn) -> Pipeline:
    """Acyclic pipelines of up to 30 nodes with every kind of reference."""
    count = draw(st.integers(1, 30))
    nodes = []
    for i in range(count):
        inputs: list[object] = []
        for _ in range(draw(st.integers(0, 3))):
            kind = draw(st.sampled_from(["node", "batch", "raw", "literal"]))
            parent = f"n{draw(st.integers(0, i - 1))}" if i else None
            if kind == "node" and parent:
                inputs.append(f"@{parent}")
            elif kind == "batch" and parent:
                inputs.append({"k": [f"#@{parent}"]})
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
                retry=Retry(policy=draw(st.sampled_from(RetryPolicy)), limit=draw(st.integers(1, 3))),
            )
        )
    return Pipeline(name="p", nodes=tuple(nodes), batch_tolerance=draw(st.integers(0, 100)))


@dataclass
class World:
    """What a perfect outside would know."""

    machine: JobMachine
    due: set[tuple[str, int, int]]
    """(node, task, attempt) that the machine wants run."""
    ended: list[EndJob]
    cancelled: bool = False

    def obey(self, commands: list[JobCommand]) -> None:
        for command in commands:
            match command:
                case RunTasks(node=node, indices=tasks, attempt=attempt):
                    for task in tasks:
                        assert (node, task, attempt) not in self.due, "an attempt was commanded twice"
                        self.due.add((node, task, attempt))
                case EndJob():
                    self.ended.append(command)
                case CancelTasks():
                    self.cancelled = True
                    self.due.clear()


def world_of(pipeline: Pipeline) -> World:
    built = graph.build(pipeline)
    return World(JobMachine(pipeline, built, {}), set(), [])


def outcome(draw: st.DrawFn, node: str, task: int, attempt: int) -> TaskEnd:
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
def test_any_order_of_reports(data: st.DataObject, pipeline: Pipeline) -> None:
    """Invariants hold after every event, the job ends exactly once, and it does end when everything due is reported.

    The same events, written to the journal and read back, give the same commands and the same end.
    """
    world = world_of(pipeline)
    history: list[JobStarted | TasksEnded] = [JobStarted(at=1.0)]
    answers = [world.machine.handle(history[0])]
    world.obey(answers[0])
    results = 0
    while world.due:
        node, task, attempt = data.draw(st.sampled_from(sorted(world.due)))
        ends = [outcome(data.draw, node, task, attempt)]
        world.due.discard((node, task, attempt))
        if data.draw(st.integers(0, 4)) == 0:  # a repeated or stale report in the same event
            ends.append(outcome(data.draw, node, task, data.draw(st.integers(1, attempt))))
        event = TasksEnded(at=2.0, node=node, first_result=results, ends=ends)
        results += len(ends)
        history.append(event)
        answers.append(world.machine.handle(event))
        world.machine.check()
        world.obey(answers[-1])
    assert len(world.ended) == 1
    assert world.machine.state is world.ended[0].state

    replayed = world_of(pipeline).machine
    for event, answer in zip(unpack_events(pack_events(history)), answers, strict=True):
        assert replayed.handle(event) == answer
    assert replayed.state is world.machine.state


@settings(max_examples=50, deadline=None)
@given(st.data(), pipelines())
def test_unfinished_tasks_are_what_is_due(data: st.DataObject, pipeline: Pipeline) -> None:
    """After a restart, the machine names exactly the attempts that were due."""
    world = world_of(pipeline)
    world.obey(world.machine.handle(JobStarted(at=1.0)))
    for _ in range(data.draw(st.integers(0, 20))):
        if not world.due:
            break
        node, task, attempt = data.draw(st.sampled_from(sorted(world.due)))
        world.due.discard((node, task, attempt))
        ends = [outcome(data.draw, node, task, attempt)]
        world.obey(world.machine.handle(TasksEnded(at=2.0, node=node, first_result=0, ends=ends)))
    found = {
        (node, task, attempt)
        for node, by_attempt in world.machine.unfinished_tasks()
        for attempt, tasks in by_attempt.items()
        for task in tasks
    }
    assert found == (set() if world.machine.state.is_final else world.due)
