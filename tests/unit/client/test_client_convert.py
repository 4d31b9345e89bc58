"""Dicts and protos: what is read, what is refused and how it is named, and that nothing is lost on the way."""

import subprocess
import sys
from typing import Any

import pytest

from distributedkube.api.job.v1.job_pb2 import JobStatus
from distributedkube.api.pipeline.v1.pipeline_pb2 import Pipeline
from distributedkube.client import calls, convert
from distributedkube.client.errors import InvalidError
from distributedkube.client.retry import Reconnects

FULL: dict[str, Any] = {
    "name": "p",
    "kind": "batch",
    "nodes": [
        {
            "nodeName": "A",
            "kind": "dataSource",
            "input": ["@flowInput.x", {"deep": [1, 1.0, None, True, "ü"]}],
            "spec": {"name": "ds"},
            "retry": {"policy": "OnCrash", "limit": 2},
            "extraData": [1],
            "custom": {"kept": 12345678901234567890123},
        }
    ],
    "flowInput": {"x": 0.1},
    "options": {"batchTolerance": 0, "progressVerbosityLevel": "info", "later": True},
    "triggers": {"pipelines": ["q"], "cron": {"enabled": False, "pattern": "* * * * *"}},
    "streaming": {"flows": {"f": "A >> B"}},
    "tags": ["t"],
    "created": 1700000000123,
    "future": [{}],
}


def test_a_full_definition_comes_back_as_it_was() -> None:
    """Words, numbers, times, user data and keys that the contract does not name survive the way there and back."""
    assert convert.to_dict(convert.to_message(Pipeline, FULL)) == FULL


@pytest.mark.parametrize(
    ("definition", "field", "text"),
    [
        ({"name": 5}, "name", "should be text, not int 5"),
        ({"nodes": {}}, "nodes", "should be a list"),
        ({"nodes": "abc"}, "nodes", "should be a list"),
        ({"nodes": [3]}, "nodes[0]", "should be a mapping"),
        ({"nodes": [{"kind": "zz"}]}, "nodes[0].kind", "one of algorithm, pipeline, debug, dataSource"),
        ({"webhooks": {"zz": 1}}, "webhooks.zz", "known here are progress, result"),
        ({"priority": 2.5}, "priority", "should be a whole number"),
        ({"priority": True}, "priority", "should be a whole number"),
        ({"priority": 2**31}, "priority", "out of range"),
        ({"priority": float("nan")}, "priority", "should be a whole number"),
        ({"priority": float("inf")}, "priority", "should be a whole number"),
        ({"nodes": [{"includeInResult": 1}]}, "nodes[0].includeInResult", "true or false"),
        ({"streaming": {"flows": {"f": 1}}}, "streaming.flows.f", "should be text"),
        ({"streaming": {"flows": []}}, "streaming.flows", "should be a mapping"),
        ({"flowInput": {"a": float("nan")}}, "flowInput", "cannot be written as JSON"),
        ({"flowInput": {"a": b"x"}}, "flowInput", "cannot be written as JSON"),
        ({"created": "now"}, "created", "milliseconds"),
        ({"zz": object()}, "zz", "cannot be written as JSON"),
    ],
)
def test_mistakes_are_named(definition: dict[str, Any], field: str, text: str) -> None:
    """The path of the field and what it should be."""
    with pytest.raises(InvalidError, match=text) as caught:
        calls.pipeline_from_dict(definition)
    assert caught.value.field == field


def test_numbers_that_may_be_whole_are_taken() -> None:
    """JSON of other languages writes 3.0 for 3."""
    assert calls.pipeline_from_dict({"priority": 3.0}).priority == 3


def test_unset_is_left_out_and_zero_is_not() -> None:
    """Empty text, lists and unspecified words are no values; numbers that cannot be unset are always there."""
    assert convert.to_dict(JobStatus(nodes=[{"node_name": "A"}])) == {
        "nodes": [{"nodeName": "A", "batch": False, "total": 0}]
    }


def test_removing_a_key_that_is_no_field_is_refused() -> None:
    """None removes stored values, which only fields have."""
    with pytest.raises(InvalidError, match="no field nope"):
        calls.algorithm_from_dict({"name": "a", "nope": None})


def test_reconnects_end_unless_there_is_news() -> None:
    """The first attempt is at once, later ones wait longer, and news begin anew."""
    reconnects = Reconnects(pauses_seconds=(0.0, 1.0))
    assert [reconnects.pause() for _ in range(3)] == [0.0, 1.0, None]
    reconnects.news()
    assert reconnects.pause() == 0.0


def test_the_package_itself_loads_nothing() -> None:
    """The worker's runner imports it where neither gRPC nor protobuf are installed; names are loaded when used."""
    program = (
        "import sys, distributedkube\n"
        "print([n for n in ('grpc', 'google.protobuf', 'httpx', 'msgpack', 'typing') if n in sys.modules])\n"
        "distributedkube.Client\n"
        "print('grpc' in sys.modules, 'httpx' in sys.modules)"
    )
    environ = {"PYTHONPATH": ":".join(sys.path)}
    words = [sys.executable, "-S", "-c", program]
    shown = subprocess.run(words, capture_output=True, text=True, env=environ, check=True)
    assert shown.stdout == "[]\nTrue False\n"
