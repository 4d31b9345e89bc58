"""The rules of requests and the words in which breaking them is told: the first violation, by its path below `data`.

Values are bent to their types before they are judged, as existing clients rely on.
"""

from collections.abc import Callable
from typing import Any

import pytest

from tests.rest.server import Rest, error

NODE = {"nodeName": "a", "algorithmName": "echo"}

VIOLATIONS: list[tuple[dict[str, Any], str]] = [
    ({"name": ...}, "data should have required property 'name'"),
    ({"nodes": [{"algorithmName": "echo"}]}, "data.nodes[0] should have required property 'nodeName'"),
    ({"name": ["p"]}, "data.name should be string"),
    ({"name": {"a": 1}}, "data.name should be string"),
    ({"priority": "high"}, "data.priority should be integer"),
    ({"priority": 1.5}, "data.priority should be integer"),
    ({"priority": []}, "data.priority should be integer"),
    ({"nodes": {"a": 1}}, "data.nodes should be array"),
    ({"nodes": ["a"]}, "data.nodes[0] should be object"),
    ({"nodes": [{**NODE, "input": "@b"}]}, "data.nodes[0].input should be array"),
    ({"nodes": [{**NODE, "includeInResult": "maybe"}]}, "data.nodes[0].includeInResult should be boolean"),
    ({"options": 7}, "data.options should be object"),
    ({"options": {"activeTtl": "x"}}, "data.options.activeTtl should be integer,null"),
    ({"flowInput": []}, "data.flowInput should be object,null"),
    ({"flowInput": "x"}, "data.flowInput should be object,null"),
    ({"flowInput": 7}, "data.flowInput should be object,null"),
    ({"name": None}, "data.name should NOT be shorter than 1 characters"),
    ({"name": ""}, "data.name should NOT be shorter than 1 characters"),
    ({"experimentName": ""}, "data.experimentName should NOT be shorter than 1 characters"),
    ({"experimentName": "e" * 33}, "data.experimentName should NOT be longer than 32 characters"),
    ({"nodes": [{**NODE, "algorithmName": "e" * 33}]}, "data.nodes[0].algorithmName should NOT be longer than 32 characters"),
    ({"tags": ["t" * 33]}, "data.tags[0] should NOT be longer than 32 characters"),
    ({"tags": [""]}, "data.tags[0] should NOT be shorter than 1 characters"),
    ({"priority": 0}, "data.priority should be >= 1"),
    ({"priority": 6}, "data.priority should be <= 5"),
    ({"options": {"batchTolerance": 101}}, "data.options.batchTolerance should be <= 100"),
    ({"options": {"batchTolerance": -1}}, "data.options.batchTolerance should be >= 0"),
    ({"options": {"activeTtl": 0}}, "data.options.activeTtl should be >= 1"),
    ({"options": {"concurrentPipelines": 3}}, "data.options.concurrentPipelines should be object"),
    ({"options": {"concurrentPipelines": {"amount": 0}}}, "data.options.concurrentPipelines.amount should be >= 1"),
    (
        {"options": {"concurrentPipelines": {"amount": 1, "zz": 1}}},
        "data.options.concurrentPipelines should NOT have additional properties (zz)",
    ),
    ({"nodes": [{**NODE, "ttl": -1}]}, "data.nodes[0].ttl should be >= 0"),
    ({"nodes": [{**NODE, "retry": {"limit": 0}}]}, "data.nodes[0].retry.limit should be >= 1"),
    ({"kind": "steam"}, "data.kind should be equal to one of the allowed values (batch,stream)"),
    (
        {"nodes": [{**NODE, "kind": "zz"}]},
        "data.nodes[0].kind should be equal to one of the allowed values "
        "(algorithm,pipeline,debug,dataSource,gateway,output,hyperparamsTuner)",
    ),
    (
        {"nodes": [{**NODE, "retry": {"policy": "zz"}}]},
        "data.nodes[0].retry.policy should be equal to one of the allowed values (Never,Always,OnError,OnCrash)",
    ),
    (
        {"nodes": [{**NODE, "batchOperation": "zz"}]},
        "data.nodes[0].batchOperation should be equal to one of the allowed values (indexed,cartesian)",
    ),
    (
        {"options": {"progressVerbosityLevel": "loud"}},
        "data.options.progressVerbosityLevel should be equal to one of the allowed values "
        "(trace,debug,info,warn,error,critical)",
    ),
    ({"webhooks": {"zz": 1}}, "data.webhooks should NOT have additional properties (zz)"),
    ({"triggers": {"zz": 1}}, "data.triggers should NOT have additional properties (zz)"),
    ({"webhooks": {"progress": "host"}}, 'data.webhooks.progress should match format "url"'),
    ({"webhooks": {"result": "gopher://host"}}, 'data.webhooks.result should match format "url"'),
    ({"triggers": {"cron": {"pattern": "every day"}}}, 'data.triggers.cron.pattern should match format "cron"'),
    (
        {"options": {"debugOverride": ["a", "a"]}},
        "data.options.debugOverride should NOT have duplicate items (items ## 1 and 0 are identical)",
    ),
    (
        {"triggers": {"pipelines": ["x", "y", "x"]}},
        "data.triggers.pipelines should NOT have duplicate items (items ## 2 and 0 are identical)",
    ),
    ({"name": "a b"}, "pipeline name must contain only alphanumeric, dash, dot or underscore"),
    ({"experimentName": "a b"}, "experiment name must contain only alphanumeric, dash, dot or underscore"),
    (
        {"nodes": [{**NODE, "algorithmName": "A_b"}]},
        "algorithm name must contain only lower-case alphanumeric, dash or dot",
    ),
]  # fmt: skip
"""What is changed in a good pipeline, `...` for taken out, and what is said about it."""


def changed(name: str, change: dict[str, Any]) -> dict[str, Any]:
    pipeline = {"name": name, "nodes": [NODE], **change}
    return {key: value for key, value in pipeline.items() if value is not ...}


@pytest.mark.covers("POST /api/v1/exec/raw")
@pytest.mark.parametrize(("change", "said"), VIOLATIONS, ids=[said for _, said in VIOLATIONS])
def test_violations_of_a_run(rest: Rest, fresh: Callable[[str], str], change: dict[str, Any], said: str) -> None:
    assert error(rest.post("exec/raw", changed(fresh("bad"), change))) == (400, said)


@pytest.mark.covers("POST /api/v1/store/pipelines")
@pytest.mark.parametrize(("change", "said"), VIOLATIONS, ids=[said for _, said in VIOLATIONS])
def test_violations_of_a_stored_pipeline(
    rest: Rest, fresh: Callable[[str], str], change: dict[str, Any], said: str
) -> None:
    """The same words, and nothing is stored."""
    name = fresh("bad")
    assert error(rest.post("store/pipelines", changed(name, change))) == (400, said)
    assert rest.get(f"store/pipelines/{name}").status_code == 404


COERCIONS: list[tuple[dict[str, Any], list[str], Any]] = [
    ({"priority": "2"}, ["priority"], 2),
    ({"priority": 2.0}, ["priority"], 2),
    ({"description": 7}, ["description"], "7"),
    ({"description": True}, ["description"], "true"),
    ({"description": None}, ["description"], ""),
    ({"options": {"ttl": "60"}}, ["options", "ttl"], 60),
    ({"options": {"ttl": None}}, ["options", "ttl"], 0),
    ({"triggers": {"cron": {"enabled": "true", "pattern": "0 * * * *"}}}, ["triggers", "cron", "enabled"], True),
    ({"triggers": {"cron": {"enabled": 0, "pattern": "0 * * * *"}}}, ["triggers", "cron", "enabled"], False),
    ({"flowInput": {"a": "2", "b": 1.0, "c": None}}, ["flowInput"], {"a": "2", "b": 1.0, "c": None}),
]  # fmt: skip
"""What is sent, and what is found at a path of the stored pipeline: user data keeps its types."""


@pytest.mark.covers("POST /api/v1/store/pipelines")
@pytest.mark.parametrize(("change", "path", "value"), COERCIONS, ids=[str(change) for change, *_ in COERCIONS])
def test_values_are_bent_to_their_types(
    rest: Rest, fresh: Callable[[str], str], change: dict[str, Any], path: list[str], value: Any
) -> None:
    answer = rest.post("store/pipelines", changed(fresh("bent"), change))
    assert answer.status_code == 201, answer.text
    found = answer.json()
    for key in path:
        found = found[key]
    assert found == value
    assert type(found) is type(value)


MORE_KEYS: list[tuple[str, str, dict[str, Any], tuple[int, str]]] = [
    ("POST", "exec/pause", {"jobId": "nobody"}, (404, "jobId nobody Not Found")),
    ("POST", "exec/resume", {"jobId": "nobody"}, (404, "jobId nobody Not Found")),
    ("POST", "cron/start", {"name": "nobody"}, (404, "pipeline nobody Not Found")),
    ("POST", "cron/stop", {"name": "nobody"}, (404, "pipeline nobody Not Found")),
    ("POST", "builds/stop", {"buildId": "nobody"}, (404, "build nobody Not Found")),
    ("POST", "builds/rerun", {"buildId": "nobody"}, (404, "build nobody Not Found")),
    ("POST", "versions/algorithms/apply", {"name": "nobody", "version": "v"}, (404, "algorithm nobody Not Found")),
    ("POST", "versions/algorithms/tag", {"name": "nobody", "version": "v"}, (404, "algorithm nobody Not Found")),
    ("PUT", "versions/algorithms/alias", {"version": "v"}, (400, "data should have required property 'alias'")),
    ("POST", "versions/pipelines/apply", {"name": "nobody", "version": "v"}, (404, "pipeline nobody Not Found")),
    ("PUT", "versions/pipelines/alias", {"version": "v"}, (400, "data should have required property 'alias'")),
    ("POST", "store/pipelines/graph", {"name": "nobody"}, (404, "pipeline nobody Not Found")),
    ("POST", "exec/getGraphByStreamingFlow", {}, (400, "data should have required property 'pipeline'")),
    ("POST", "boards/tensors", {}, (400, "Must supply nodeName")),
    ("POST", "boards/optunas", {}, (400, "Must supply jobId")),
    ("POST", "auth/login", {"username": "a"}, (400, "data should have required property 'password'")),
    ("POST", "queue/preferred", {"jobs": ["a"]}, (400, "should have required property 'position'")),
    ("POST", "queue/preferred/deletes", {}, (400, "should have required property 'jobs'")),
    ("POST", "/internal/v1/exec/stop", {"jobId": "nobody"}, (404, "jobId nobody Not Found")),
    ("POST", "/internal/v1/exec/clean", {"jobId": "nobody"}, (404, "jobId nobody Not Found")),
    ("POST", "/internal/v1/exec/stored/cron", {"name": "nobody"}, (404, "pipeline nobody Not Found")),
    ("POST", "/internal/v1/exec/stored/trigger", {"name": "nobody"}, (404, "pipeline nobody Not Found")),
]  # fmt: skip
"""Requests that the contract leaves open, and what is wrong with them besides a key that it does not know: nothing."""


@pytest.mark.parametrize(
    ("verb", "path", "body", "said"), MORE_KEYS, ids=[f"{verb} {path}" for verb, path, *_ in MORE_KEYS]
)
def test_more_keys_do_no_harm(rest: Rest, verb: str, path: str, body: dict[str, Any], said: tuple[int, str]) -> None:
    assert error(rest.call(verb, path, json={**body, "zz": {"a": 1}})) == said


@pytest.mark.parametrize("path", ["exec/stop", "exec/search"])
def test_a_misspelled_condition_is_refused(rest: Rest, path: str) -> None:
    """What was to be left out would be meant as well: for a stop that is every job."""
    said = "data should NOT have additional properties (jobID)"
    assert error(rest.post(path, {"jobID": "nobody"})) == (400, said)
