"""What simulated user code does: pure functions of the algorithm and its input, so that every attempt returns the same and a
checker can work out by itself what a job should have returned."""

import json
from enum import Enum, auto
from functools import lru_cache
from hashlib import blake2s
from typing import NamedTuple

from controlplane.domain.calls import CallKind
from controlplane.domain.values import Json

ALGORITHMS = ("alpha", "beta", "gamma", "caller")
"""``alpha`` and ``caller`` return objects, ``beta`` lists, ``gamma`` anything; ``caller`` calls others before it returns."""

CALL_DEPTH = 2
"""Calls of calls, where the input does not say otherwise."""

LARGE_EVERY = 60
"""One output in so many is large."""

SIZES = (10_000, 70_000, 150_000)
"""Such that some fit into a frame and some travel by data reference."""

STORED_SMALL = "stored-small"
STORED_QUEUE = "stored-queue"

STORED: dict[str, dict[str, Json]] = {
    STORED_SMALL: {
        "name": STORED_SMALL,
        "nodes": [
            {"nodeName": "first", "algorithmName": "alpha", "input": ["@flowInput.x"]},
            {"nodeName": "each", "algorithmName": "beta", "input": ["#@first.k", "@first.v"]},
            {"nodeName": "all", "algorithmName": "gamma", "input": ["@each"]},
        ],
        "flowInput": {"x": 0},
    },
    STORED_QUEUE: {
        "name": STORED_QUEUE,
        "nodes": [{"nodeName": "only", "algorithmName": "beta", "input": ["@flowInput.x"]}],
        "flowInput": {"x": 0},
        "options": {"concurrentPipelines": {"amount": 2, "rejectOnFailure": False}},
    },
    "stored-nest": {
        "name": "stored-nest",
        "nodes": [
            {"nodeName": "in", "kind": "pipeline", "spec": {"name": STORED_SMALL}},
            {"nodeName": "out", "algorithmName": "alpha", "input": ["@in"]},
        ],
    },
}
"""Pipelines that are in the store before anything else happens."""


class Care(Enum):
    """What code does with a call it has made."""

    AWAIT = auto()
    IGNORE = auto()
    """It goes on at once and ends without the answer."""
    GIVE_UP = auto()
    """It tells that it does not want the answer any more."""


class PlannedCall(NamedTuple):
    call_id: str
    kind: CallKind
    name: str
    descriptor: dict[str, Json] | None
    given: Json
    include_result: bool
    care: Care


def output_of(algorithm: str, given: list[Json], answers: list[Json]) -> Json:
    """What an algorithm returns."""
    h = _digest(algorithm, given, answers)
    match algorithm:
        case "alpha":
            small: dict[str, Json] = {"k": [h % 7 + i for i in range(h // 7 % 4)], "v": h % 1000}
            return {**small, "pad": "x" * SIZES[h // 28 % len(SIZES)]} if h % LARGE_EVERY == 0 else small
        case "beta":
            return [h % 9 + i for i in range(h // 9 % 5)]
        case "caller":
            return {"k": [h % 5 + i for i in range(h // 5 % 3)], "v": h % 1000}
        case _:
            kinds: list[Json] = [None, h % 100, [h % 3] * (h // 3 % 4), {"k": [h % 5], "v": h % 11}]
            return kinds[h // 8 % 4]


def calls_of(algorithm: str, given: list[Json]) -> list[PlannedCall]:
    """What the code of a task calls, all at once."""
    depth = _depth(given)
    h = _digest("calls", algorithm, given)
    if algorithm != "caller" or depth <= 0 or h % 3 == 0:
        return []
    return [_call(str(i + 1), (h >> (5 * i)) % 64, depth - 1) for i in range(1 + h // 3 % 3)]


def _call(call_id: str, h: int, depth: int) -> PlannedCall:
    below: Json = {"depth": depth}
    match h % 9:
        case 0 | 1:
            return PlannedCall(call_id, CallKind.ALGORITHM, "alpha", None, [h], True, Care.AWAIT)
        case 2:
            return PlannedCall(call_id, CallKind.ALGORITHM, "caller", None, [below, h], True, Care.AWAIT)
        case 3:
            return PlannedCall(call_id, CallKind.ALGORITHM, "beta", None, [h, "ignored"], False, Care.IGNORE)
        case 4:
            return PlannedCall(call_id, CallKind.ALGORITHM, "gamma", None, [h, "given up"], True, Care.GIVE_UP)
        case 5:
            return PlannedCall(call_id, CallKind.STORED_PIPELINE, STORED_SMALL, None, {"x": h}, True, Care.AWAIT)
        case 6:
            return PlannedCall(call_id, CallKind.RAW_PIPELINE, "raw", _raw(h, depth), {"x": [h, 1]}, True, Care.AWAIT)
        case 7:
            return PlannedCall(call_id, CallKind.STORED_PIPELINE, STORED_QUEUE, None, {"x": h}, False, Care.AWAIT)
        case _:
            care = Care.IGNORE if h % 2 else Care.GIVE_UP
            return PlannedCall(call_id, CallKind.STORED_PIPELINE, STORED_SMALL, None, {"x": h}, True, care)


def _raw(h: int, depth: int) -> dict[str, Json]:
    return {
        "name": "raw",
        "nodes": [
            {"nodeName": "a", "algorithmName": "alpha", "input": ["#@flowInput.x"]},
            {"nodeName": "b", "algorithmName": "caller", "input": [{"depth": depth}, h, "@a.v"]},
        ],
    }


def _depth(given: list[Json]) -> int:
    for value in given:
        if isinstance(value, dict) and isinstance(depth := value.get("depth"), int):
            return depth
    return CALL_DEPTH


def _digest(*parts: object) -> int:
    return _hash(json.dumps(parts, sort_keys=True))


@lru_cache(maxsize=4096)
def _hash(text: str) -> int:
    return int.from_bytes(blake2s(text.encode(), digest_size=8).digest(), "big")
