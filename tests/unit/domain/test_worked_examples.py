"""The rules of references, example by example: a pipeline, what its nodes return, and the inputs of every task that runs.

A wanted task is its input; ``SKIP`` stands for a node that is skipped. Every example is run in several orders of ends.
"""

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from controlplane.api.pipelines import to_domain
from controlplane.domain import graph as graphs
from controlplane.domain.errors import InvalidError, raise_first
from controlplane.domain.graph import elements_of, flow_input_shapes, shape_of
from controlplane.domain.job_events import JobStarted, JobState, RunTasks, TaskEnd, TasksEnded
from controlplane.domain.job_machine import JobMachine
from controlplane.domain.node_run import NodeState
from controlplane.domain.pipeline import BatchOperation, Node, Pipeline, Retry, RetryPolicy
from controlplane.domain.pipeline_rules import unavailable_faults
from controlplane.domain.references import RawBatch, Reference
from controlplane.domain.task_context import InputBinding, SourceKey, source_keys
from controlplane.domain.values import JSON, NULL, Failure, FailureCategory, Json, Payload
from controlplane.gateway.json_codec import parse_message
from distributedkube.api.pipeline.v1 import pipeline_pb2 as pb

SKIP = "skip"
FAILED = object()
"""Instead of an output: the task fails for good."""

CARTESIAN = BatchOperation.CARTESIAN
NO_RETRY = Retry(policy=RetryPolicy.NEVER)


def lookup(value: Any, path: str) -> Any:
    """What a dotted path finds; null where it leads nowhere."""
    for key in path.split(".") if path else ():
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return value


class Run:
    """A job that is driven by hand: outputs are chosen, inputs are put together as a worker would."""

    def __init__(self, nodes: Sequence[Node], edges: Sequence[tuple[str, str]], flow_input: Json) -> None:
        pipeline = Pipeline(name="p", nodes=tuple(nodes), edges=tuple(edges), batch_tolerance=100)
        self.graph = graphs.build(pipeline)
        self.machine = JobMachine(pipeline, self.graph, flow_input_shapes(self.graph, flow_input))
        self.flow_input = flow_input
        self.values: dict[int, Any] = {}
        """Outputs by their number in the result log."""
        self.inputs: dict[str, dict[int, Any]] = {}
        """Input of every task that was run, by node and task."""
        self.waiting: list[tuple[str, int]] = []
        self._take(self.machine.handle(JobStarted(at=0)))

    def _take(self, commands: Sequence[object]) -> None:
        for command in commands:
            if isinstance(command, RunTasks):
                for task in command.indices:
                    tasks = self.inputs.setdefault(command.node, {})
                    assert task not in tasks, f"{command.node}#{task + 1} runs twice"
                    tasks[task] = self._input(command.node, task)
                    self.waiting.append((command.node, task))
        self.machine.check()

    def end(self, node: str, task: int, value: Any) -> None:
        """A task returns a value, or fails."""
        self.waiting.remove((node, task))
        number = len(self.values)
        if value is FAILED:
            failure = Failure(category=FailureCategory.USER_CODE, message="failed")
            end = TaskEnd(task, 1, None, failure)
        elif value is None:
            end = TaskEnd(task, 1, NULL, None)
        else:
            paths = self.graph.nodes[node].save_paths
            found = {path: lookup(value, path.removeprefix(node).removeprefix(".")) for path in paths}
            shapes = tuple((path, shape_of(part)) for path, part in found.items() if part is not None)
            end = TaskEnd(task, 1, Payload(JSON, b"1", None, shapes), None)
        self.values[number] = value
        self._take(self.machine.handle(TasksEnded(at=0, node=node, first_result=number, ends=[end])))

    def _output(self, number: int) -> Any:
        return None if number < 0 else self.values[number]

    def _input(self, name: str, task: int) -> list[Any]:
        """The input of a task, as a worker puts it together from its context."""
        spec, run = self.graph.nodes[name], self.machine.nodes[name]
        keys, bindings = source_keys(spec)
        whole: Any = [_copy(value) for value in spec.template]
        if run.join is not None:
            elements = run.elements(task) if run.emissions is not None else ()
        else:
            elements = elements_of(spec.node.batch_operation, run.sizes, task) if run.is_batch else ()
        for binding in bindings:
            _put(whole, binding.place, self._bound(name, task, keys, binding, elements))
        return whole  # type: ignore[no-any-return]

    def _bound(
        self, name: str, task: int, keys: Sequence[SourceKey], binding: InputBinding, elements: Sequence[int]
    ) -> Any:
        run = self.machine.nodes[name]
        if binding.value is not None:
            parent = self.machine.nodes[run.spec.any_parents[binding.value]]
            element = run.emission_of(task).trigger
            number = parent.results[element] if element < len(parent.results) else -1
            value = lookup(self._output(number), binding.selector)
            return value if binding.slot is None else _element(value, elements[binding.slot])
        source, is_list = self._source(keys[binding.source])
        if binding.slot is None:
            return [lookup(v, binding.selector) for v in source] if is_list else lookup(source, binding.selector)
        if is_list:
            return lookup(_element(source, elements[binding.slot]), binding.selector)
        return _element(lookup(source, binding.selector), elements[binding.slot])

    def _source(self, key: SourceKey) -> tuple[Any, bool]:
        """A source, and whether it is the list of a batch's outputs."""
        if key.literal is not None:
            return list(key.literal.elements), False
        if key.root == "flowInput":
            return self.flow_input, False
        run = self.machine.nodes[key.root]
        if not run.is_batch:
            return (self._output(run.results[0]) if run.results else None), False
        numbers = [n for n in run.results if n >= 0] if key.survivors else run.results
        return [self._output(n) for n in numbers], True


def _element(value: Any, index: int) -> Any:
    return value[index] if index >= 0 and isinstance(value, list) else None


def _copy(value: Any) -> Any:
    match value:
        case list():
            return [_copy(item) for item in value]
        case dict():
            return {key: _copy(item) for key, item in value.items()}
        case _:
            return value


def _put(whole: Any, place: Sequence[str], value: Any) -> None:
    for key in place[:-1]:
        whole = whole[int(key)] if isinstance(whole, list) else whole[key]
    if isinstance(whole, list):
        whole[int(place[-1])] = value
    else:
        whole[place[-1]] = value


@dataclass(frozen=True, slots=True)
class Row:
    """One example."""

    number: int
    nodes: Mapping[str, list[Json]]
    outputs: Mapping[str, Any]
    """By node: its output, or of a batch the list of its tasks' outputs."""
    wanted: Mapping[str, Any]
    """By node: the inputs of its tasks in order, or SKIP."""
    operation: BatchOperation = BatchOperation.INDEXED
    edges: Sequence[tuple[str, str]] = ()
    flow_input: Json = None
    batches: frozenset[str] = field(default=frozenset())
    """Nodes whose outputs are given per task."""


def row(number: int, nodes: Mapping[str, list[Json]], wanted: Mapping[str, Any], **more: Any) -> Row:
    outputs = more.pop("outputs", {})
    batches = frozenset(more.pop("batches", ()))
    return Row(number, nodes, outputs, wanted, batches=batches, **more)


L123 = [1, 2, 3]
ROWS = [
    row(1, {"a": [1, "x", True], "b": ["@a"]}, {"a": [[1, "x", True]], "b": [[5]]}, outputs={"a": 5}),
    row(2, {"a": [], "b": ["@a.data.x", {"k": "@a.y"}, ["@a"]]},
        {"b": [[1, {"k": 2}, [{"data": {"x": 1}, "y": 2}]]]}, outputs={"a": {"data": {"x": 1}, "y": 2}}),
    row(3, {"a": [], "b": ["@a.0.x", "@a.1"]}, {"b": [[1, 2]]}, outputs={"a": [{"x": 1}, 2]}),
    row(4, {"a": ["#[1,2,hello, 5...7]", "c"]}, {"a": [[v, "c"] for v in ("1", "2", "hello", 5, 6, 7)]}),
    row(5, {"a": ["#[1,2,3]", "#[a,b]"]}, {"a": [["1", "a"], ["2", "b"], ["3", None]]}),
    row(6, {"a": ["#[1,2]", "#[a,b,c]", True]}, {"a": [[x, y, True] for x in "12" for y in "abc"]}, operation=CARTESIAN),
    row(7, {"a": [{"x": "#[1,2]", "y": "#[3,4]"}]}, {"a": [[{"x": "1", "y": "3"}], [{"x": "2", "y": "4"}]]}),
    row(8, {"a": [[1, "#[1,2]", 3]]}, {"a": [[[1, "1", 3]], [[1, "2", 3]]]}),
    row(9, {"a": [{"x": "#[1...3]", "y": {"z": "k"}}, "#[10...12]"]},
        {"a": [[{"x": i, "y": {"z": "k"}}, 9 + i] for i in L123]}),
    row(10, {"a": ["#[5...3]", "z"]}, {"a": SKIP}),
    row(11, {"a": ["#[]"]}, {"a": [[""]]}),
    row(12, {"a": ["#[hello world, b]"]}, {"a": [["helloworld"], ["b"]]}),
    row(13, {"a": ['#[1.5,true,null,[1,2],{"a":1}]']}, {"a": [[v] for v in ("1.5", "true", "null", "1", "2", '{"a":1}')]}),
    row(14, {"a": ["#[ -2 ... 1 ]"]}, {"a": [[-2], [-1], [0], [1]]}),
    row(15, {"a": [], "b": ["#@a"]}, {"b": [[10], [20], [30]]}, outputs={"a": [10, 20, 30]}),
    row(16, {"a": [], "b": ["#@a.list", "k"]}, {"b": [[1, "k"], [2, "k"]]}, outputs={"a": {"list": [1, 2]}}),
    row(17, {"a": [], "b": ["#@a"], "c": ["@b"]}, {"b": SKIP, "c": [[[]]]}, outputs={"a": []}),
    row(18, {"a": [], "b": ["#@a"], "c": ["@b"]}, {"b": SKIP, "c": [[[]]]}, outputs={"a": {"x": 1}}),
    row(20, {"a": [], "b": ["@a"], "c": ["#@a"]}, {"b": [[None]], "c": SKIP}, outputs={"a": None}),
    row(21, {"a": ["#[1,2,3]"], "b": ["@a"]}, {"b": [[[7, 8, 9]]]}, outputs={"a": [7, 8, 9]}, batches="a"),
    row(22, {"a": ["#[1,2]"], "b": ["@a.x"]}, {"b": [[[1, 2]]]}, outputs={"a": [{"x": 1}, {"x": 2}]}, batches="a"),
    row(23, {"a": ["#[1,2,3]"], "b": ["#@a"]}, {"b": [[[7, 8]]] * 3}, outputs={"a": [[7, 8]] * 3}, batches="a"),
    row(24, {"a": ["#[1,2,3]"], "b": ["#@a"], "c": ["@a"]},
        {"b": [[1], [3]], "c": [[[1, None, 3]]]}, outputs={"a": [1, FAILED, 3]}, batches="a"),
    row(25, {"a": ["#[1,2]"], "b": ["#@a.v"]}, {"b": [[1]]}, outputs={"a": [FAILED, {"v": 1}]}, batches="a"),
    row(27, {"a": [], "b": ["#@a", "#[x,y]"]}, {"b": [[i, c] for i in (1, 2) for c in "xy"]},
        outputs={"a": [1, 2]}, operation=CARTESIAN),
    row(28, {"a": [], "b": ["#@a", "#[x,y]"]}, {"b": SKIP}, outputs={"a": []}, operation=CARTESIAN),
    row(29, {"a": [], "b": ["#@a", "#[x,y]"]}, {"b": [[None, "x"], [None, "y"]]}, outputs={"a": []}),
    row(30, {"a": [], "b": ["#@a", "@a"]}, {"b": [[1, [1, 2]], [2, [1, 2]]]}, outputs={"a": [1, 2]}),
    row(31, {"a": ["#[1,2,3]"], "b": ["*@a"]}, {"b": [[7], [8], [9]]}, outputs={"a": [7, 8, 9]}, batches="a"),
    row(32, {"a": ["#[1,2,3]"], "b": ["*@a"]}, {"b": [[7], [None], [9]]}, outputs={"a": [7, FAILED, 9]}, batches="a"),
    row(33, {"g": [], "a": ["#[1,2]"], "c": ["*@a", "@g"]}, {"c": [[7, "g"], [8, "g"]]},
        outputs={"g": "g", "a": [7, 8]}, batches="a"),
    row(34, {"a": ["#[1,2]"], "c": ["*@a", "@a"]}, {"c": [[7, [7, 8]], [8, [7, 8]]]}, outputs={"a": [7, 8]}, batches="a"),
    row(35, {"s": ["#[1,2]"], "a": ["*@s"], "b": ["*@s"], "c": ["*@a", "*@b"]}, {"c": [[1, 3], [2, 4]]},
        outputs={"a": [1, 2], "b": [3, 4]}, batches="ab"),
    row(36, {"a": ["#[1,2]"], "b": ["#[5,6,7]"], "c": ["*@a", "*@b"]}, {"c": [[1, 5], [2, 6], [None, 7]]},
        outputs={"a": [1, 2], "b": [5, 6, 7]}, batches="ab"),
    row(38, {"a": ["#[1,2]"], "b": ["*@a"], "c": ["*@b"], "d": ["@c"]}, {"b": [[1], [2]], "c": [[3], [4]], "d": [[[5, 6]]]},
        outputs={"a": [1, 2], "b": [3, 4], "c": [5, 6]}, batches="abc"),
    row(39, {"z": [], "a": ["#@z"], "b": ["*@a"], "c": ["@b"]}, {"a": SKIP, "b": SKIP, "c": [[[]]]}, outputs={"z": []}),
    row(40, {"a": [], "c": ["*@a"]}, {"c": [[7]]}, outputs={"a": 7}),
    row(42, {"a": ["#@flowInput.arr", "@flowInput.v", "@flowInput", "@flowInput.o.p"]},
        {"a": [[i, 3, {"arr": [1, 2], "v": 3, "o": {"p": [4]}}, [4]] for i in (1, 2)]},
        flow_input={"arr": [1, 2], "v": 3, "o": {"p": [4]}}),
    row(43, {"a": ["#@flowInput.v"]}, {"a": SKIP}, flow_input={"v": 3}),
    row(44, {"r": [], "m": ["#@r", "@flowInput.m"], "s": ["@m"]}, {"m": [[i, 2] for i in L123], "s": [[[2, 4, 6]]]},
        outputs={"r": L123, "m": [2, 4, 6]}, batches="m", flow_input={"m": 2}),
    row(45, {"a": [], "b": ["@a"], "c": ["@a"], "d": ["@b", "@c"]}, {"b": [[1]], "c": [[1]], "d": [[2, 3]]},
        outputs={"a": 1, "b": 2, "c": 3}),
    row(46, {"a": [], "b": ["lit"]}, {"b": [["lit"]]}, edges=[("a", "b")]),
    row(47, {"a": [{}, [], {"k": {}}, 1]}, {"a": [[{}, [], {"k": {}}, 1]]}),
    row(48, {"a": [None, {"prop": None}, [None]]}, {"a": [[None, {"prop": None}, [None]]]}),
    row(50, {"a": ["#foo", "*x"]}, {"a": [["#foo", "*x"]]}),
]  # fmt: skip


def made(example: Row) -> Run:
    nodes = [
        Node(name=name, algorithm="x", input=given, batch_operation=example.operation, retry=NO_RETRY)
        for name, given in example.nodes.items()
    ]
    return Run(nodes, example.edges, example.flow_input)


def drive(run: Run, example: Row, choose: Callable[[list[tuple[str, int]]], tuple[str, int]]) -> None:
    """Ends tasks in the order that is chosen until nothing waits."""
    while run.waiting and run.machine.state is JobState.ACTIVE:
        node, task = choose(run.waiting)
        value = example.outputs.get(node, 0)
        run.end(node, task, value[task] if node in example.batches else value)


def tasks_of(run: Run, node: str) -> Any:
    if run.machine.nodes[node].state is NodeState.SKIPPED:
        return SKIP
    inputs = run.inputs[node]
    assert sorted(inputs) == list(range(len(inputs))), "places in a batch are counted without gaps"
    return [inputs[task] for task in sorted(inputs)]


ORDERS: Mapping[str, Callable[[list[tuple[str, int]]], tuple[str, int]]] = {
    "first in first out": lambda waiting: waiting[0],
    "last in first out": lambda waiting: waiting[-1],
    "by node, last task first": lambda waiting: max(waiting, key=lambda at: (-ord(at[0][0]), at[1])),
    "last node first": lambda waiting: max(waiting),
}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("example", ROWS, ids=lambda example: str(example.number))
def test_worked_example(example: Row, order: str) -> None:
    """In every order of ends each task runs once, with the input that the example gives, and the job completes."""
    run = made(example)
    drive(run, example, ORDERS[order])
    assert run.machine.state is JobState.COMPLETED, run.machine.error
    assert {node: tasks_of(run, node) for node in example.wanted} == example.wanted


MORE = [
    row(37, {"a": ["#[1,2]"], "g": [], "c": ["*@a", "#@g"]}, {}, outputs={"a": [1, 2], "g": [7, 8, 9]}, batches="a"),
    row(41, {"a": ["#[1...6]"], "c": ["*#@a"]}, {}, outputs={"a": [[1, 2], [], 5, FAILED, None, [3]]}, batches="a"),
]
"""Rows whose tasks are numbered as they come."""


@pytest.mark.parametrize("order", ORDERS)
def test_elements_with_a_batch_make_tasks_of_unique_numbers(order: str) -> None:
    """Row 37: each element of one batch with each element of a list, no index twice, each knowing its element."""
    example = MORE[0]
    run = made(example)
    drive(run, example, ORDERS[order])
    assert sorted(map(tuple, run.inputs["c"].values())) == [(a, g) for a in (1, 2) for g in (7, 8, 9)]
    assert sorted(run.inputs["c"]) == list(range(6))
    elements = {task: run.machine.nodes["c"].emission_of(task).trigger for task in range(6)}
    assert all(run.inputs["c"][task][0] == element + 1 for task, element in elements.items())


@pytest.mark.parametrize("order", ORDERS)
def test_each_element_fans_out(order: str) -> None:
    """Row 41: a task of each element of each item; an item that is no list, null or failed makes none."""
    example = MORE[1]
    run = made(example)
    drive(run, example, ORDERS[order])
    assert run.machine.state is JobState.COMPLETED
    assert sorted(inputs[0] for inputs in run.inputs["c"].values()) == [1, 2, 3]


@pytest.mark.parametrize("sign", ["#@", "*#@"])
def test_a_path_that_is_not_there_fails_the_job_with_a_sentence(sign: str) -> None:
    """Row 19: fanning out over nothing is an error that names the reference and the node."""
    example = row(19, {"a": [], "b": [f"{sign}a.zz"]}, {}, outputs={"a": {"x": 1}})
    run = made(example)
    drive(run, example, ORDERS["first in first out"])
    assert run.machine.state is JobState.FAILED
    assert run.machine.error == f'node "b": "{sign}a.zz": the result of node "a" has no "zz" to iterate over'


@pytest.mark.parametrize("number", range(31, 42))
def test_elements_come_in_any_order(number: int) -> None:
    """Rows 31 to 41: whatever ends when, the same tasks run with the same inputs, each once."""
    example = next(example for example in ROWS + MORE if example.number == number)
    run = made(example)
    drive(run, example, ORDERS["first in first out"])
    for seed in range(40):
        other = made(example)
        drive(other, example, random.Random(seed).choice)
        assert other.machine.state is JobState.COMPLETED
        for name in example.nodes:
            assert _as_set(other.inputs.get(name, {})) == _as_set(run.inputs.get(name, {})), (seed, name)


def _as_set(inputs: Mapping[int, Any]) -> list[str]:
    """Inputs whose numbers depend on the order of ends when an element makes several tasks."""
    return sorted(map(repr, inputs.values()))


def test_elements_run_as_soon_as_they_can() -> None:
    """Row 31: a task of an element needs no other element; row 33: but all of what it takes as a whole."""
    at_once = made(row(31, {"a": ["#[1,2,3]"], "b": ["*@a"]}, {}))
    at_once.end("a", 1, 8)
    assert at_once.inputs["b"] == {1: [8]}
    held = made(row(33, {"g": [], "a": ["#[1,2]"], "c": ["*@a", "@g"]}, {}))
    held.end("a", 1, 8)
    held.end("a", 0, 7)
    assert "c" not in held.inputs
    held.end("g", 0, "g")
    assert held.inputs["c"] == {0: [7, "g"], 1: [8, "g"]}


def test_elements_that_also_take_the_whole_wait_for_it() -> None:
    """Row 34: the list is there once all of it has ended."""
    run = made(row(34, {"a": ["#[1,2]"], "c": ["*@a", "@a"]}, {}))
    run.end("a", 0, 7)
    assert "c" not in run.inputs
    run.end("a", 1, 8)
    assert run.inputs["c"] == {0: [7, [7, 8]], 1: [8, [7, 8]]}


def test_elements_wait_for_the_same_element_of_the_other_parents() -> None:
    """Row 36: one that ended early in one parent runs when it ends in the other; one that only one has, when both ended."""
    run = made(row(36, {"a": ["#[1,2]"], "b": ["#[5,6,7]"], "c": ["*@a", "*@b"]}, {}))
    for task, value in enumerate((1, 2)):
        run.end("a", task, value)
    assert "c" not in run.inputs
    run.end("b", 2, 7)
    assert "c" not in run.inputs  # the third element may not come from a any more, but b is not complete
    run.end("b", 0, 5)
    assert run.inputs["c"] == {0: [1, 5]}
    run.end("b", 1, 6)
    assert run.inputs["c"] == {0: [1, 5], 1: [2, 6], 2: [None, 7]}


def test_elements_pass_through_without_a_barrier() -> None:
    """Row 38: the second element goes all the way before the first one has ended anywhere."""
    run = made(row(38, {"a": ["#[1,2]"], "b": ["*@a"], "c": ["*@b"], "d": ["@c"]}, {}))
    run.end("a", 1, 2)
    run.end("b", 1, 4)
    assert run.inputs["c"] == {1: [4]}
    run.end("c", 1, 6)
    assert "d" not in run.inputs


def test_data_sources_are_refused() -> None:
    """Row 49: neither nodes of that kind nor references to files in one are there yet, and both say so."""
    text = {"name": "p", "nodes": [{"nodeName": "d", "kind": "dataSource", "spec": {"name": "n"}}]}
    with pytest.raises(InvalidError, match="nodes of kind dataSource are not available yet"):
        raise_first(unavailable_faults(to_domain(parse_message(pb.Pipeline, json.dumps(text).encode()))))
    with pytest.raises(InvalidError, match="inline data sources are not supported"):
        made(row(49, {"b": ["@dataSource.d/file"]}, {}))


def test_nothing_but_failed_and_null_items_leaves_nothing_to_fan_out() -> None:
    """Row 26, within the tolerance: the node below is skipped."""
    example = row(26, {"a": ["#[1,2]"], "c": ["#@a"]}, {"c": SKIP}, outputs={"a": [FAILED, None]}, batches="a")
    run = made(example)
    drive(run, example, ORDERS["first in first out"])
    assert run.machine.state is JobState.COMPLETED
    assert tasks_of(run, "c") == SKIP


def test_all_failed_items_leave_nothing_to_fan_out() -> None:
    """Row 26: at 100 percent of failures even the widest tolerance fails the job."""
    example = row(26, {"a": ["#[1,2]"], "c": ["#@a"]}, {}, outputs={"a": [FAILED, FAILED]}, batches="a")
    run = made(example)
    drive(run, example, ORDERS["first in first out"])
    assert run.machine.state is JobState.FAILED


def test_every_batch_leaf_is_a_reference_or_a_list() -> None:
    """What the table relies on: slots are numbered in the order of the input, depth first."""
    run = made(row(0, {"a": [], "b": [{"x": "#@a", "y": "#[1]"}, "#@a.z"]}, {}))
    kinds = [type(source) for source in run.graph.nodes["b"].slots]
    assert kinds == [Reference, RawBatch, Reference]
