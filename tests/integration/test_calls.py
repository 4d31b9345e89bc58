"""Calls from user code over the complete engine, with real Python workers."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.plane import Plane, node, plane

FACTORIAL = """
def start(args, api):
    n = args["input"][0]
    return 1 if n <= 1 else n * api.start_algorithm("factorial", [n - 1])
"""
TWO = """
from concurrent.futures import ThreadPoolExecutor
def start(args, api):
    with ThreadPoolExecutor(2) as threads:
        return list(threads.map(lambda n: api.start_algorithm("echo", [n]), [1, 2]))
"""
KINDS = """
from distributedkube.worker import ChildFailedError
def start(args, api):
    nodes = [{"nodeName": "n", "algorithmName": "echo", "input": ["@flowInput.x"]}]
    raw = api.start_raw_subpipeline("raw", nodes, {"x": 7})
    large = api.start_algorithm("echo", ["y" * 1_000_000])
    quiet = api.start_algorithm("echo", [1], False)
    errors = []
    for name in ("none", "bad"):
        try:
            api.start_algorithm(name, [1])
        except ChildFailedError as error:
            errors.append([str(error), error.category, error.child])
    try:
        api.start_stored_subpipeline("nowhere", {})
    except ChildFailedError as error:
        errors.append([str(error), error.category, error.child])
    return {"raw": raw, "large": len(large), "quiet": quiet, "errors": errors}
"""


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[Plane]:
    async with plane(tmp_path) as made:
        await made.algorithm("echo", "def start(args):\n    return args['input'][0]\n")
        await made.algorithm("bad", "def start(args):\n    raise ValueError('no good')\n")
        yield made


async def test_depth_with_one_worker(engine: Plane) -> None:
    """An algorithm of at most one worker calls itself five deep."""
    await engine.algorithm("factorial", FACTORIAL, cpu_milli=500, max_workers=1)
    assert await engine.run(node("a", "factorial", 5)) == [120]


async def test_two(engine: Plane) -> None:
    """Two at once."""
    await engine.algorithm("two", TWO)
    assert await engine.run(node("a", "two", 5)) == [[1, 2]]


async def test_kinds(engine: Plane) -> None:
    """All kinds."""
    await engine.algorithm("kinds", KINDS)
    (value,) = await engine.run(node("a", "kinds", 5))
    print(value)
    assert value["raw"][0]["result"] == 7
    assert value["large"] == 1_000_000
    assert value["quiet"] is None
    assert [error[2] for error in value["errors"]] == ["none", "bad", "nowhere"]
