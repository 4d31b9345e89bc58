"""The job machine under random graphs and any order of events.

A job is driven by random moments: attempts that end well, badly or get lost, reports that are repeated or late, pauses and
resumes, stops, calls from user code, and restarts. Beside it stands a ``World`` that keeps what a perfect outside would know
and what was commanded before, and looks after every event whether both agree.

Pipelines are drawn by Hypothesis, so that one that fails is made small. Moments come from a seed: drawn one by one they would
nearly all be the same few, and hardly a job would get to its end.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
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
    HoldTasks,
    JobCommand,
    JobEvent,
    JobStarted,
    JobState,
    NodeCached,
    PauseRequested,
    Readmit,
    ReleaseTasks,
    ReportProgress,
    ResumeRequested,
    RunTasks,
    StartCall,
    StartNode,
    StopCall,
    StopRequested,
    TakeNote,
    TaskEnd,
    TasksEnded,
)
from controlplane.domain.job_machine import JobMachine
from controlplane.domain.job_view import view_of
from controlplane.domain.node_run import NodeRun, NodeState, TaskState
from controlplane.domain.pipeline import BatchOperation, Node, Pipeline, Retry, RetryPolicy
from controlplane.domain.records import pack_events, unpack_events
from controlplane.domain.retry import delay_seconds
from controlplane.domain.values import MSGPACK, NULL, Failure, FailureCategory, Payload, Shape

Draw = Callable[[st.SearchStrategy[Any]], Any]

MAX_STEPS = 400
MAX_DUE = 300
"""A job that goes on for longer, or has more to run at once, is stopped: lists of lists grow fast."""

CACHED = ("old0", "old1")
"""Nodes of an earlier job that a pipeline may refer to."""

NOTHING = Payload(MSGPACK, b"\x90")


class Given:
    """A pipeline, and the nodes of an earlier job that stand in for some of its parents."""

    def __init__(self, pipeline: Pipeline, cached: tuple[str, ...]) -> None:
        self.pipeline = pipeline
        self.cached = cached
        self.graph = graph.build(pipeline, cached=cached)

    def machine(self) -> JobMachine:
        return JobMachine(self.pipeline, self.graph, {})

    def __repr__(self) -> str:
        """What a failed example needs to be understood, without all that is the same in each."""
        nodes = [
            f"{n.name} {n.input} {n.batch_operation} {n.retry.policy} {n.retry.limit} {n.retry.backoff_seconds}"
            for n in self.pipeline.nodes
        ]
        return f"Given({nodes}, {self.pipeline.edges}, {self.pipeline.batch_tolerance}, {self.cached})"


def an_input(draw: Draw, number: int, cached: bool) -> object:
    """One input of a node: a reference of any sign to a node before it, a list, or text."""
    kind = draw(st.sampled_from(["*@", "*#@", "@", "#@", "raw", "literal", "cached"]))
    match kind:
        case "raw":
            return f"#[1...{draw(st.integers(0, 4))}]"
        case "cached" if cached:
            return draw(st.sampled_from(["@", "#@"])) + draw(st.sampled_from(CACHED))
        case "@" | "#@" | "*@" | "*#@" if number:
            reference = f"{kind}n{draw(st.integers(0, number - 1))}"
            return draw(st.sampled_from([reference, [reference], {"k": [reference]}]))
        case _:
            return "x"


@st.composite
def jobs(draw: st.DrawFn) -> Given:
    """Acyclic pipelines of up to 30 nodes with every kind of reference, edges, retries and tolerances."""
    count = draw(st.integers(1, 30))
    cached = draw(st.booleans())
    nodes = [
        Node(
            name=f"n{i}",
            algorithm="x",
            input=[an_input(draw, i, cached) for _ in range(draw(st.integers(0, 3)))],  # type: ignore[misc]
            batch_operation=draw(st.sampled_from(BatchOperation)),
            retry=Retry(
                policy=draw(st.sampled_from(RetryPolicy)),
                limit=draw(st.integers(1, 3)),
                backoff_seconds=draw(st.sampled_from([0.0, 2.0])),
            ),
        )
        for i in range(count)
    ]
    edges = [
        (f"n{draw(st.integers(0, target - 1))}", f"n{target}")
        for target in draw(st.lists(st.integers(1, count - 1), max_size=3) if count > 1 else st.just([]))
    ]
    tolerance = draw(st.sampled_from([100, 80, 50, 0]))
    pipeline = Pipeline(name="p", nodes=tuple(nodes), edges=tuple(edges), batch_tolerance=tolerance)
    return Given(pipeline, CACHED if cached else ())


Attempt = tuple[str, int, int]
"""Node, task, attempt."""


@dataclass
class World:
    """What a perfect outside would know, and everything that was commanded."""

    given: Given
    machine: JobMachine
    events: list[JobEvent] = field(default_factory=list)
    answers: list[list[JobCommand]] = field(default_factory=list)
    results: int = 0
    """Outputs in the result log."""
    due: set[Attempt] = field(default_factory=set)
    """What the machine wants run."""
    ever: set[Attempt] = field(default_factory=set)
    """All that it ever wanted run."""
    contexts: set[str] = field(default_factory=set)
    """Nodes that were started."""
    calls: dict[CallKey, Call] = field(default_factory=dict)
    """Pipelines that were called and have not ended."""
    answered: dict[CallKey, AnswerCall] = field(default_factory=dict)
    ended: EndJob | None = None
    waits: bool = False
    """Whether it waits to become active again."""
    is_held: bool = False

    def happen(self, event: JobEvent) -> list[JobCommand]:
        """The machine takes an event, and the outside does what it commands."""
        commands = self.machine.handle(event)
        self.machine.check()
        self.events.append(event)
        self.answers.append(commands)
        match event:
            case TasksEnded(node=node, ends=ends):
                self.results += len(ends)
                self.due -= {(node, end.task, end.attempt) for end in ends}
            case CallEnded(outcome=outcome) if not outcome.stopped:
                self.calls.pop(CallKey(event.node, event.task, event.attempt, event.call_id), None)
            case JobStarted():
                self.waits = False
            case StopRequested():
                assert self.machine.state.is_final, "a stop did not end the job"
        for command in commands:
            assert self.ended is None, f"{command} after the end"
            self._obey(command)
        self.look()
        return commands

    def _obey(self, command: JobCommand) -> None:
        match command:
            case RunTasks():
                self._run(command)
            case StartNode(node=node):
                assert node not in self.contexts, f"{node} was started twice"
                self.contexts.add(node)
            case EndJob():
                assert command.state is not JobState.COMPLETED or not self.is_held, "completed while it was held"
                self.ended = command
            case CancelTasks():
                self.due.clear()
            case CancelSome(node=node, indices=tasks):
                gone = {at for at in self.due if at[0] == node and at[1] in tasks}
                assert {at[1] for at in gone} == set(tasks), "a task was cancelled that does not run"
                self.due -= gone
            case StartCall(key=key, call=call):
                assert key not in self.calls, "a call was started twice"
                self.calls[key] = call
            case StopCall(key=key):
                assert self.calls.pop(key, None) is not None, "a call was stopped that does not run"
            case AnswerCall(key=key):
                assert self.answered.setdefault(key, command) == command, "a call was answered in two ways"
            case HoldTasks():
                self.is_held = True
            case ReleaseTasks():
                self.is_held = False
            case Readmit():
                self.waits = True
            case TakeNote() | ReportProgress():
                pass

    def _run(self, command: RunTasks) -> None:
        node, attempt = command.node, command.attempt
        run = self.machine.nodes[node]
        assert node in self.contexts, f"tasks of {node} before the node was started"
        assert command.indices, "a command about no tasks"
        assert command.delay_seconds == (0.0 if attempt == 1 else delay_seconds(run.spec.node.retry, attempt))
        for task in command.indices:
            assert (node, task, attempt) not in self.ever, "an attempt was commanded twice"
            assert attempt == 1 or (node, task, attempt - 1) in self.ever, "an attempt before the one before it"
            self.ever.add((node, task, attempt))
            self.due.add((node, task, attempt))
        for parent in run.spec.parents:
            if run.spec.waits_for_all_of(parent):
                assert self.machine.nodes[parent].state.is_final, f"{node} runs before {parent} has ended"
                assert not any(at[0] == parent for at in self.due), f"{node} runs while {parent} does"

    def look(self) -> None:
        """What must hold between events, besides what the machine checks itself."""
        machine = self.machine
        assert unfinished(machine) == self.due
        if self.ended is None:
            self._look_at_calls()
        assert machine.state.is_final == (self.ended is not None)
        assert self.is_held == (machine.state in (JobState.PAUSED, JobState.RESUMED)) or machine.state.is_final
        if machine.state is JobState.ACTIVE:
            assert self.due, "nothing runs, and nothing will end the job"
        view = view_of(machine, job_id="j", submitted_at=0.0, at=3.0, running={})
        assert (view.progress is None) == (machine.active_at is None)
        assert view.progress is None or 0 <= view.progress <= 100
        for node in view.nodes:
            assert sum(node.states.values()) == node.total, f"counts of {node.name} do not add up"
        assert sum(view.states.values()) == sum(node.total for node in view.nodes)

    def _look_at_calls(self) -> None:
        """Whoever called is under way, and so is what was called."""
        calls = list(self.machine.calls.open())
        assert {call.key for call in calls if not call.node} == set(self.calls)
        assert {call.key[:3] for call in calls} <= self.due, "a call without a caller"
        called = {at for at in self.due if self.machine.nodes[at[0]].spec.caller}
        assert {(call.node, call.task, 1) for call in calls if call.node} == called

    def restart(self) -> None:
        """A new machine that is told what the journal has must be as the old one was."""
        machine = self.given.machine()
        for event, answer in zip(unpack_events(pack_events(self.events)), self.answers, strict=True):
            assert machine.handle(event) == answer
        assert facts(machine) == facts(self.machine)
        self.machine = machine


def unfinished(machine: JobMachine) -> set[Attempt]:
    """What a queue must hold."""
    return {
        (node, task, attempt)
        for node, by_attempt in machine.unfinished_tasks()
        for attempt, tasks in by_attempt.items()
        for task in tasks
    }


def facts(machine: JobMachine) -> dict[str, object]:
    """All that can be told of a machine from outside."""
    return {
        "job": (machine.state, machine.active_at, machine.ended_at, machine.error, machine.reason, machine.failed_node),
        "nodes": {name: node_facts(run) for name, run in machine.nodes.items()},
        "calls": [(call.key, call.call, call.node, call.task) for call in machine.calls.open()],
        "view": view_of(machine, job_id="j", submitted_at=0.0, at=3.0, running={}),
    }


def node_facts(run: NodeRun) -> tuple[object, ...]:
    """All attributes but the spec, those of the join taken apart."""
    names = [name for name in NodeRun.__slots__ if name not in ("spec", "join")]
    join = None if run.join is None else (run.join.is_open, run.join.open_parents, run.join.is_complete)
    return run.spec.name, join, *(getattr(run, name) for name in names)


class Fate(random.Random):
    """What happens to a job, and how often things go wrong in it."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.trouble = self.choice([0.0, 0.0, 0.01, 0.05, 0.2])
        """Share of attempts that fail."""

    def coin(self) -> bool:
        return self.random() < 0.5


SEEDS = st.integers(0, 2**32)


def begun(given: Given, fate: Fate) -> World:
    """A world in which the outputs of an earlier job are there, before the job has started."""
    world = World(given, given.machine())
    for name in given.cached:
        is_batch = fate.coin()
        total = fate.randint(0, 3) if is_batch else 1
        world.happen(NodeCached(at=0.5, node=name, is_batch=is_batch, total=total))
        for task in range(total):
            end = TaskEnd(task, 1, Payload(MSGPACK, b"\x90", None, ((name, Shape("array", task + 1)),)), None)
            if is_batch and fate.coin():
                lasting = Failure(category=FailureCategory.USER_CODE, message="m", retryable=False)
                end = TaskEnd(task, 1, None, lasting)
            world.happen(TasksEnded(at=0.5, node=name, first_result=world.results, ends=[end]))
    return world


def moment(fate: Fate, world: World) -> JobEvent:
    """What happens next."""
    if len(world.events) > MAX_STEPS or len(world.due) > MAX_DUE:
        return StopRequested(at=3.0, reason="enough")
    if world.machine.state is JobState.PENDING and fate.randint(0, 9):
        return JobStarted(at=1.0)
    if world.waits and fate.coin():
        return JobStarted(at=2.0)
    if not world.due:
        return JobStarted(at=2.0) if world.waits else ResumeRequested(at=2.0, user="u")
    match fate.randint(0, 60):
        case 0:
            return PauseRequested(at=2.0, user="u")
        case 1:
            return ResumeRequested(at=2.0, user="u")
        case 2 if fate.trouble and fate.coin():
            return StopRequested(at=2.0, reason="r", user="u")
        case 3 | 4 | 5 | 6:
            return a_call(fate, world)
        case 7 | 8 if world.calls:
            key = fate.choice(sorted(world.calls))
            return CallEnded(at=2.0, **key._asdict(), outcome=CallOutcome(output=NOTHING))
        case 9:
            return a_call_given_up(fate, world)
        case 10:
            return a_late_report(fate, world)
    node, task, attempt = fate.choice(sorted(world.due))
    ends = [an_end(fate, node, task, attempt)]
    while fate.randint(0, 4) == 0:  # more tasks of the node; perhaps repeated or late reports
        _, task, attempt = fate.choice([at for at in sorted(world.due) if at[0] == node])
        ends.append(an_end(fate, node, task, fate.randint(1, attempt)))
    return TasksEnded(at=2.0, node=node, first_result=world.results, ends=ends, worker="w")


def a_call(fate: Fate, world: World) -> CallRequested:
    """A task that is due calls an algorithm or a pipeline; sometimes it has asked before, sometimes it is a late attempt."""
    node, task, attempt = fate.choice(sorted(world.due))
    kind = fate.choice(list(CallKind))
    call = Call(str(fate.randint(1, 3)), kind, "y", b"", NOTHING, include_result=fate.coin())
    return CallRequested(at=2.0, node=node, task=task, attempt=fate.choice([attempt, 1]), call=call)


def a_call_given_up(fate: Fate, world: World) -> CallEnded:
    """A caller does not want its call any more; perhaps it is answered already, or nobody's."""
    known = sorted({call.key for call in world.machine.calls.open()} | set(world.answered))
    key = fate.choice([*known, CallKey("n0", 0, 1, "none")])
    return CallEnded(at=2.0, **key._asdict(), outcome=CallOutcome(stopped="given up"))


def a_late_report(fate: Fate, world: World) -> TasksEnded:
    """About any attempt that ever was and is not under way any more; of one that is, it is no late one but the first."""
    node, task, attempt = fate.choice(sorted(world.ever))
    end = an_end(fate, node, task, attempt)
    return TasksEnded(at=2.0, node=node, first_result=world.results, ends=[end], worker="w")


FAILURES = {
    "raise": FailureCategory.USER_CODE,
    "crash": FailureCategory.CRASH,
    "lost": FailureCategory.LOST,
    "timeout": FailureCategory.TIMEOUT,
    "image": FailureCategory.IMAGE,
}


def an_end(fate: Fate, node: str, task: int, attempt: int) -> TaskEnd:
    """Most attempts end well: a job with 30 nodes would hardly get anywhere otherwise."""
    if fate.random() < fate.trouble:
        kind = fate.choice(["raise", "crash", "lost", "lost", "timeout", "image"])
        return TaskEnd(task, attempt, None, Failure(category=FAILURES[kind], message=kind))
    match fate.randint(0, 5):
        case 0:
            return TaskEnd(task, attempt, NULL, None)
        case 1 | 2:
            shape = Shape("number", 0)
        case _:
            shape = Shape("array", fate.randint(0, 3))
    return TaskEnd(task, attempt, Payload(MSGPACK, b"\x90", None, ((node, shape),)), None)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(jobs(), SEEDS)
def test_any_order_of_events(job: Given, seed: int) -> None:
    """Invariants hold after every event, the job ends exactly once, and it does end when everything due is reported.

    The same events, written to the journal and read back, give the same commands and the same state. When it has ended no
    called pipeline is left running, and nothing that is heard later changes anything.
    """
    fate = Fate(seed)
    world = begun(job, fate)
    while world.ended is None:
        world.happen(moment(fate, world))
    machine = world.machine
    assert machine.state is world.ended.state
    assert not world.due
    assert not world.calls
    assert world.answers[-1][-1] is world.ended
    if machine.state is JobState.COMPLETED:
        check_completed(machine)
    world.restart()
    before = facts(world.machine)
    last = a_late_report(fate, world) if world.ever else JobStarted(at=4.0)
    for event in (last, PauseRequested(at=4.0, user="u"), ResumeRequested(at=4.0, user="u"), JobStarted(at=4.0)):
        assert world.machine.handle(event) == []
    assert facts(world.machine) == before


def check_completed(machine: JobMachine) -> None:
    """Every node of a completed job has run all that it had to run, each element once."""
    view = view_of(machine, job_id="j", submitted_at=0.0, at=3.0, running={})
    assert view.progress == 100
    for name, run in machine.nodes.items():
        if run.join is None or run.spec.caller:
            continue
        parents = [machine.nodes[parent] for parent in run.spec.any_parents]
        elements = set(range(max(len(parent.tasks) for parent in parents)))
        if run.emissions is None:
            assert run.total == len(elements), f"{name} did not run every element"
            continue
        triggers = [emission.trigger for emission in run.emissions]
        assert len(triggers) == len(set(triggers)), f"{name} ran an element twice"
        assert set(triggers) <= elements
        check_numbers(run)
    for run in machine.nodes.values():
        assert run.spec.caller or run.state in (NodeState.DONE, NodeState.SKIPPED)
        assert run.state is not NodeState.SKIPPED or run.total == 0
        assert len(run.tasks) == run.total
        assert all(TaskState(state).is_final for state in run.tasks)


def check_numbers(run: NodeRun) -> None:
    """Emissions share the numbers of tasks out among them without gaps."""
    assert run.emissions is not None
    number = 0
    for emission in run.emissions:
        assert emission.first == number
        number += graph.task_count(run.spec.node.batch_operation, emission.sizes)
        for task in (emission.first, number - 1):
            assert run.emission_of(task) == emission
    assert number == run.total


@settings(max_examples=200, deadline=None, derandomize=True)
@given(jobs(), SEEDS)
def test_restarts_in_between(job: Given, seed: int) -> None:
    """A machine that was replaced by one that was told the same goes on as if nothing had happened, at any moment."""
    fate = Fate(seed)
    world = begun(job, fate)
    while world.ended is None:
        if fate.randint(0, 15) == 0:
            world.restart()
            world.look()
        world.happen(moment(fate, world))
    world.restart()


ORDERS: Sequence[Callable[[set[Attempt]], Attempt]] = (min, max, lambda due: sorted(due)[len(due) // 2])


@settings(max_examples=60, deadline=None, derandomize=True)
@given(jobs())
def test_the_order_of_ends_does_not_matter(job: Given) -> None:
    """When every task returns a list of two, every order of ends runs the same number of tasks of each node."""
    if job.cached:
        return
    counts = [totals(job, choose) for choose in ORDERS]
    assert counts[1:] == counts[:-1]


def totals(job: Given, choose: Callable[[set[Attempt]], Attempt]) -> dict[str, int] | None:
    """Tasks by node of a job that completes; None when it grows too large to be worth it."""
    world = World(job, job.machine())
    world.happen(JobStarted(at=1.0))
    while world.ended is None:
        if len(world.events) > MAX_STEPS or len(world.due) > MAX_DUE:
            return None
        node, task, attempt = choose(world.due)
        end = TaskEnd(task, attempt, Payload(MSGPACK, b"\x90", None, ((node, Shape("array", 2)),)), None)
        world.happen(TasksEnded(at=2.0, node=node, first_result=world.results, ends=[end]))
    assert world.machine.state is JobState.COMPLETED
    return {name: run.total for name, run in world.machine.nodes.items()}
