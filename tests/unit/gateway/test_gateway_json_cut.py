"""Documents with only the paths that a caller wants: through messages, lists, open keys and user JSON alike."""

import json
from typing import Any

import pytest

from controlplane.gateway.json_codec import parse_message, to_json
from controlplane.gateway.json_cut import to_cut_json, tree_of
from distributedkube.api.pipeline.v1 import pipeline_pb2

TEXT = b"""{"name":"p","priority":3,"mine":{"a":{"b":1.50},"c":[{"d":1},{"e":2}]},"tags":["x"],
"flowInput":{"k":[1,{"m":12345678901234567890123}]},"options":{"ttl":1,"batchTolerance":5},
"nodes":[{"nodeName":"a","input":["x"],"retry":{"limit":2}},{"nodeName":"b","input":[]}]}"""

ROWS: list[tuple[dict[str, bool], Any]] = [
    ({"name": True}, {"name": "p"}),
    ({"name": True, "tags": True}, {"name": "p", "tags": ["x"]}),
    ({"options.ttl": True}, {"options": {"ttl": 1}}),
    ({"nodes.nodeName": True}, {"nodes": [{"nodeName": "a"}, {"nodeName": "b"}]}),
    ({"nodes.retry.limit": True}, {"nodes": [{"retry": {"limit": 2}}, {}]}),
    ({"mine.a": True}, {"mine": {"a": {"b": 1.5}}}),
    ({"mine.c.d": True}, {"mine": {"c": [{"d": 1}, {}]}}),
    ({"flowInput.k.m": True}, {"flowInput": {"k": [1, {"m": 12345678901234567890123}]}}),
    ({"name.first": True, "priority": True}, {"priority": 3}),
    ({"nothing": True, "no.such.path": True}, {}),
    ({"webhooks.result": True}, {}),
    ({"nodes": True, "nodes.nodeName": True}, {"nodes": [{"nodeName": "a"}, {"nodeName": "b"}]}),
    ({"options.ttl": True, "name": False}, {"options": {"ttl": 1}}),
]


@pytest.mark.parametrize(("paths", "expected"), ROWS, ids=lambda value: ",".join(value))
def test_wanted(paths: dict[str, bool], expected: Any) -> None:
    message = parse_message(pipeline_pb2.Pipeline, TEXT)
    assert json.loads(to_cut_json(message, tree_of(paths))) == expected


def test_left_out() -> None:
    """Everything else is written as it always is, to the digit."""
    message = parse_message(pipeline_pb2.Pipeline, TEXT)
    cut = to_cut_json(message, tree_of({"nodes.input": False, "mine.a": False, "tags": False, "flowInput.k": False}))
    whole = json.loads(to_json(message))
    del whole["tags"], whole["mine"]["a"], whole["flowInput"]["k"]
    for node in whole["nodes"]:
        del node["input"]
    assert json.loads(cut) == whole
    assert to_cut_json(message, tree_of({"nothing": False})) == to_json(message)
    assert b'{"b":1.50}' in to_cut_json(message, tree_of({"mine.a": True}))
