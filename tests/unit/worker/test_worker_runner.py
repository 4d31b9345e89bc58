"""Parts of the runner that decide something: loading, call shapes, inputs, failures, stops, frames."""

from __future__ import annotations

import functools
import mmap
from pathlib import Path
from typing import Any

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from distributedkube import codec
from distributedkube.worker import wire
from distributedkube.worker.agent.tasks import count_oom_kills, describe_exit
from distributedkube.worker.runner.api import TaskApi
from distributedkube.worker.runner.calls import Outlet
from distributedkube.worker.runner.failures import InputError, cut, describe
from distributedkube.worker.runner.inputs import Context, DecodedParts, Part, own_copy
from distributedkube.worker.runner.loader import Algorithm, adapt, module_name
from distributedkube.worker.runner.stage import Stage


@pytest.mark.parametrize(
    ("entry_point", "name"),
    [("main.py", "main"), ("main", "main"), ("pkg/mod.py", "pkg.mod"), ("pkg.mod", "pkg.mod"), ("./a/b.py", "a.b")],
)
def test_entry_points(entry_point: str, name: str) -> None:
    """Paths and dotted names mean the same module."""
    assert module_name(entry_point) == name


def decorated(function: Any) -> Any:
    @functools.wraps(function)
    def wrapper(*args: Any, **options: Any) -> Any:
        return function(*args, **options)

    return wrapper


def narrowed(function: Any) -> Any:
    """A decorator that passes one argument only, and still claims the signature of what it wraps."""

    @functools.wraps(function)
    def wrapper(args: Any) -> Any:
        return function(args, "from the decorator")

    return wrapper


class Callable:
    def __call__(self, args: Any) -> Any:
        return (args,)

    def method(self, args: Any, api: Any) -> Any:
        return (args, api)


def one(args: Any) -> Any:
    return (args,)


def two(args: Any, hkube_api: Any) -> Any:
    return (args, hkube_api)


def optional(args: Any, api: Any = None) -> Any:
    return (args, api)


def star(*args: Any) -> Any:
    return args


def keyword(args: Any, *, api: Any) -> Any:
    return (args, api)


def options(args: Any, **more: Any) -> Any:
    return (args, *more)


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (one, ("args",)),
        (two, ("args", "api")),
        (optional, ("args", "api")),
        (star, ("args", "api")),
        (keyword, ("args", "api")),
        (options, ("args",)),
        (Callable(), ("args",)),
        (Callable().method, ("args", "api")),
        (decorated(one), ("args",)),
        (decorated(two), ("args", "api")),
        (narrowed(two), ("args", "from the decorator")),
        (functools.partial(two, "args"), ("args", "args")),
    ],
)
def test_call_shapes(start: Any, expected: tuple[str, ...]) -> None:
    """`start` is called in the way it is declared, however it is made."""
    module = type("module", (), {"start": staticmethod(start), "__name__": "module"})
    algorithm = Algorithm(module)
    given = algorithm.start("args", "api") if algorithm.takes_api else algorithm.start("args")
    assert given == expected


def test_optional_functions_may_leave_their_argument_out() -> None:
    """`stop()` and `stop(options)` are both fine."""
    assert adapt(lambda: "none", 1)("options") == "none"
    assert adapt(one, 1)("options") == ("options",)


def context(sources: list[Any], bindings: list[Any], template: Any = (None,), args: Any = None) -> Context:
    def payload(value: Any) -> list[Any]:
        data = codec.pack(value)
        return ["", data, None, len(data)]

    wired = [
        {"list": [[payload(member), None] for member in source[1]]}
        if isinstance(source, tuple) and source[0] == "list"
        else {"value": payload(source)}
        for source in sources
    ]
    message = [wire.CONTEXT, 1, payload(args or {}), payload(list(template)), wired, bindings, []]
    return Context(message, DecodedParts())


def resolve(prepared: Context, elements: tuple[int, ...] = (), values: tuple[Any, ...] = ()) -> Any:
    return prepared.arguments([1, 1, "task", 2, 1, elements, values, None])["input"]


def test_tasks_do_not_see_each_other() -> None:
    """What a task does to its arguments, inputs and their insides stays its own business."""
    bindings = [[["0"], wire.TAKE_WHOLE, 0, "", 0]]
    prepared = context([{"list": [1]}], bindings, (None, {"deep": [2]}), {"info": {"a": 1}})
    task = [1, 1, "task", 1, 0, (), (), None]
    for _ in range(2):
        args = prepared.arguments(task)
        assert args["input"] == [{"list": [1]}, {"deep": [2]}]
        assert args["info"] == {"a": 1}
        args["input"][0]["list"].append("mine")
        args["input"][1]["deep"].clear()
        args["info"]["b"] = args["new"] = "mine"


@pytest.mark.parametrize("source", [[10, 20], (10, 20), numpy.array([10, 20]), ("list", [10, 20])])
def test_elements(source: Any) -> None:
    """An element is taken of lists, tuples and arrays alike; -1 is null."""
    prepared = context([source], [[["0"], wire.TAKE_ELEMENT, 0, "", 0]])
    assert [resolve(prepared, (index,))[0] for index in (1, 0, -1)] == [20, 10, None]


def test_elements_of_a_set_are_the_same_in_every_process() -> None:
    """They are counted in the order in which the set was written."""
    members = {f"member{index}" for index in range(50)}
    written = codec.unpack(codec.pack({"set": members}), ordered=True)["set"]
    prepared = context([{"set": members}], [[["0"], wire.TAKE_ELEMENT, 0, "set", 0]])
    assert [resolve(prepared, (index,))[0] for index in range(50)] == written


@pytest.mark.parametrize("bindings", [[[["0"], 1, 0, "", 0]], [[["0"], 1, 0, "", 3]], [[["0"], 0, 7, "", 0]]])
def test_elements_and_sources_that_are_not_there(bindings: list[Any]) -> None:
    """They are an error of the input, not of user code."""
    with pytest.raises(InputError) as error:
        resolve(context([[1]], bindings), (5,))
    assert error.value.category == wire.CATEGORY_INPUT_DECODE


def test_decoded_parts_are_bounded() -> None:
    """The least recently used ones go first; the newest is kept whatever its size."""
    parts = [Part(["", codec.pack("x" * 100), None, 100]) for _ in range(4)]
    cache = DecodedParts(limit_bytes=250)
    first = cache.get(parts[0])
    cache.get(parts[1])
    assert cache.get(parts[0]) is first
    cache.get(parts[2])
    assert cache.get(parts[0]) is first, "used more recently than the one that went"
    huge = Part(["", codec.pack("y" * 1000), None, 1000])
    assert cache.get(huge) is cache.get(huge)
    assert cache.get(parts[0]) is not first
    cache.forget(huge)
    cache.forget(huge)


@given(st.recursive(st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_own_copy(value: Any) -> None:
    """A copy is equal and shares no container."""
    copy = own_copy(value)
    assert copy == value
    assert isinstance(value, (int, str)) or copy is not value


def raised(error: BaseException) -> BaseException:
    try:
        raise error
    except BaseException as caught:  # noqa: BLE001
        return caught


def test_failures() -> None:
    """An exit counts as a crash, an input error keeps its category, and a text that cannot be had does no harm."""

    class Mute(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    crash = describe(wire.CATEGORY_USER_CODE, raised(SystemExit(4)))
    assert crash["category"] == wire.CATEGORY_CRASH
    assert "exit code 4" in crash["message"]
    assert describe(wire.CATEGORY_USER_CODE, InputError(wire.CATEGORY_INPUT_FETCH, "x"))["category"] == 4
    assert "Mute" in describe(wire.CATEGORY_INIT, raised(Mute()))["message"]
    failure = describe(wire.CATEGORY_USER_CODE, raised(ValueError("v" * 100_000)))
    assert len(failure["message"]) <= 16 * 1024
    assert len(failure["stack_trace"]) <= 64 * 1024
    assert "test_worker_runner.py" in failure["stack_trace"]


def test_chains_of_causes_end() -> None:
    """A chain is told to a depth that a message can hold."""
    error: BaseException = ValueError("root")
    for index in range(100):
        outer = ValueError(index)
        outer.__cause__ = error
        error = outer
    depth, failure = 0, describe(wire.CATEGORY_USER_CODE, error)
    while "cause" in failure:
        depth, failure = depth + 1, failure["cause"]
    assert depth == 8


@given(st.text(max_size=300), st.integers(100, 200))
def test_cut(text: str, limit: int) -> None:
    """A text is cut in its middle, to its limit, and only if need be."""
    short = cut(text, limit)
    assert len(short) <= limit
    assert short == text if len(text) <= limit else (short[0], short[-1]) == (text[0], text[-1])


def test_stage() -> None:
    """A request to stop falls on one side of a task's beginning and end, and exactly one side answers for the task."""
    stage = Stage(memoryview(mmap.mmap(-1, wire.PAGE_BYTES)).cast("Q"))
    api = TaskApi(Outlet(lambda message: None, "", 1000), 1, None)
    assert stage.begin(1, api)
    assert stage.stop(2) == "released"
    assert stage.stop(1) == "stop"
    assert stage.stop(1) == "again"
    assert api.cancelled.is_set()
    assert stage.end(), "the late value is discarded"
    assert stage.stop(1) == "over"
    assert not stage.begin(2, None), "the other thread has answered"
    assert stage.begin(3, None)
    assert not stage.recall(3)
    assert not stage.end()


@given(st.lists(st.lists(st.integers() | st.binary(max_size=40), max_size=5)), st.data())
def test_frames(messages: list[list[Any]], data: st.DataObject) -> None:
    """Messages come out whole and in order however the stream of bytes is cut."""
    small = [[item if isinstance(item, bytes) else item % 2**63 for item in message] for message in messages]
    stream = b"".join(map(wire.frame, small))
    reader, read = wire.FrameReader(), []
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        read += reader.feed(stream[:size])
        stream = stream[size:]
    assert read == small


def test_frames_have_a_limit() -> None:
    """A length that makes no sense is refused before anything is allocated."""
    with pytest.raises(ValueError, match="limit"):
        wire.FrameReader().feed(b"\xff\xff\xff\xff")


def test_progress_has_limits() -> None:
    """A fraction outside 0..1 and details that are too large are refused in the caller's face."""
    api = TaskApi(Outlet(lambda message: None, "", 10), 1, None)
    with pytest.raises(ValueError, match="fraction"):
        api.send_progress(1.5)
    with pytest.raises(Exception, match="at most 10"):
        api.send_progress(0.5, details="x" * 100)


def test_exit_codes_in_words() -> None:
    """Signals have names."""
    assert describe_exit(3) == "with exit code 3"
    assert describe_exit(-11) == "by signal SIGSEGV"


def test_out_of_memory_counter(tmp_path: Path) -> None:
    """The kernel's counter of the container is read, in either version; without one nothing is claimed."""
    assert count_oom_kills((tmp_path / "none",)) == 0
    events = tmp_path / "memory.events"
    events.write_text("low 0\noom 3\noom_kill 2\noom_group_kill 0\n")
    assert count_oom_kills((tmp_path / "none", events)) == 2
