"""What the control plane says of itself, of algorithms without workers, and of what this installation does not have."""

import re
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from tests.rest.conftest import HOLD, check_covers
from tests.rest.events import patched, watching_one
from tests.rest.server import Rest, error, server

Fresh = Callable[[str], str]


def run_on(rest: Rest, algorithm: str) -> str:
    return rest.run({"name": algorithm, "nodes": [{"nodeName": "n", "algorithmName": algorithm}]})


# The program


@pytest.mark.covers("GET /api/v1/status/version")
def test_version(rest: Rest) -> None:
    said = rest.get("status/version").json()
    assert said == {"systemVersion": version("distributedkube-server"), "clusterName": "local", "storage": "fs"}


@pytest.mark.covers("GET /api/v1/system/health")
def test_health(rest: Rest) -> None:
    """All stores were asked, and each role is named."""
    said = rest.get("system/health").json()
    assert said["status"] in ("ok", "waiting", "failing")
    assert [(store["name"], store["status"]) for store in said["stores"]] == [
        ("state", "ok"),
        ("objects", "ok"),
        ("index", "ok"),
    ]
    assert all(store["latencyMs"] > 0 and "message" not in store for store in said["stores"])
    assert {"driver", "queueing", "scaling", "triggers"} <= {role["name"] for role in said["roles"]}


@pytest.mark.covers("GET /api/v1/system/roles")
def test_roles(rest: Rest) -> None:
    assert {role["status"] for role in rest.get("system/roles").json()} == {"ok"}


@pytest.mark.covers("GET /api/v1/system/about")
def test_about(rest: Rest) -> None:
    said = rest.get("system/about").json()
    assert said["addresses"]["http"] == rest.endpoint
    assert re.fullmatch(r"127\.0\.0\.1:\d+", said["addresses"]["grpc"])
    assert (said["shape"], said["clusterName"], said["storage"]) == ("embedded", "local", "fs")
    assert said["startTime"] > 1_700_000_000_000
    assert {"name": "active jobs", "value": 10_000, "unit": "jobs"} in said["limits"]


@pytest.mark.covers("GET /api/v1/jaeger")
def test_traces(rest: Rest) -> None:
    assert rest.get("jaeger?jobId=nobody").json() == {"data": []}


@pytest.mark.covers("GET /api/v1/auth/me")
def test_me(rest: Rest) -> None:
    """Nobody has to log in; what a client sends all the same is ignored."""
    said = rest.client.get("/api/v1/auth/me", headers={"Authorization": "Bearer undefined"}).json()
    assert rest.get("auth/me").json() == said
    assert said == {"user": "defaultUser", "access": ["view", "run", "edit", "admin"], "loginRequired": False}


@pytest.mark.covers("POST /api/v1/auth/login")
@pytest.mark.parametrize(
    ("body", "status", "text"),
    [
        ({}, 400, "data should have required property 'username'"),
        ({"username": "me"}, 400, "data should have required property 'password'"),
        ({"username": "me", "password": "?"}, 401, "there is no identity provider here: calls need no token"),
    ],
)
def test_login(rest: Rest, body: Any, status: int, text: str) -> None:
    assert error(rest.post("auth/login", body)) == (status, text)


# Algorithms without workers


@pytest.mark.covers(
    "GET /api/v1/resources/unscheduledalgorithms",
    "GET /api/v1/resources/unscheduledalgorithms/{name}",
    "GET /api/v1/system/warnings",
)
def test_an_algorithm_that_finds_no_room(tmp_path: Path, fresh: Fresh, request: pytest.FixtureRequest) -> None:
    """Two that take more than half of the memory each: one is listed while the other works, and is gone with its job."""
    with server(tmp_path) as own:
        _find_no_room(own, fresh)
        check_covers(own, request)


def _find_no_room(rest: Rest, fresh: Fresh) -> None:
    refused = rest.post(
        "store/algorithms/apply", {"payload": {"name": fresh("huge"), "type": "Image", "mem": "900000Gi"}}
    )
    capacity = re.search(r"mem\(local: (\d+)\)", refused.text)
    assert capacity is not None, refused.text
    first, second = fresh("large"), fresh("large")
    for name in (first, second):
        rest.apply_code(name, HOLD, mem=f"{int(capacity[1]) * 6 // 10}Mi")
    busy = run_on(rest, first)
    rest.until(busy, lambda status: any(node.get("states", {}).get("active") for node in status["nodes"]))
    with watching_one(rest, "system") as events:
        seen = [next(events)]
        waiting = run_on(rest, second)
        while second not in patched({}, seen)["warnings"]:
            seen.append(next(events))
        (warning,) = [each for each in rest.get("system/warnings").json() if each["subject"] == second]
        assert (warning["code"], warning["isError"]) == ("no_memory", False)
        listed = rest.get("resources/unscheduledalgorithms").json()[second]
        single = rest.get(f"resources/unscheduledalgorithms/{second}").json()
        assert (listed.pop("type"), single.pop("kind")) == ("warning", "warning")
        assert listed == single
        assert (listed["algorithmName"], listed["reason"], listed["code"]) == (second, "no_memory", 1002)
        assert (listed["isError"], listed["message"]) == (False, warning["message"])
        rest.post("exec/stop", {"jobId": waiting})
        while second in patched({}, seen)["warnings"]:
            seen.append(next(events))
    assert second not in rest.get("resources/unscheduledalgorithms").json()
    rest.post("exec/stop", {"jobId": busy})


@pytest.mark.covers(
    "GET /api/v1/resources/ignoredunscheduledalgorithms",
    "GET /api/v1/resources/ignoredunscheduledalgorithms/{name}",
)
def test_an_algorithm_that_can_have_no_place(rest: Rest, fresh: Fresh) -> None:
    """A container image has none here: it is listed apart."""
    name = fresh("image")
    described = {"name": name, "algorithmImage": "registry/some:1", "cpu": 0.1, "mem": "64Mi"}
    assert rest.post("store/algorithms", described).status_code == 201
    with watching_one(rest, "system") as events:
        seen = [next(events)]
        job = run_on(rest, name)
        while name not in patched({}, seen)["warnings"]:
            seen.append(next(events))
    listed = rest.get("resources/ignoredunscheduledalgorithms").json()[name]
    single = rest.get(f"resources/ignoredunscheduledalgorithms/{name}").json()
    assert (listed["type"], single["kind"], single["isError"]) == ("error", "error", True)
    assert name not in rest.get("resources/unscheduledalgorithms").json()
    rest.post("exec/stop", {"jobId": job})


@pytest.mark.covers(
    "GET /api/v1/resources/unscheduledalgorithms/{name}",
    "GET /api/v1/resources/ignoredunscheduledalgorithms/{name}",
)
def test_an_algorithm_that_is_not_listed(rest: Rest) -> None:
    """The sentence alone, as plain text."""
    for path, where in (("unscheduled", "unscheduled"), ("ignoredunscheduled", "ignored unscheduled")):
        answer = rest.get(f"resources/{path}algorithms/nobody")
        assert (answer.status_code, answer.text) == (404, f"Algorithm nobody not found in the {where} list")
        assert answer.headers["content-type"].startswith("text/plain")


# Workers


@pytest.mark.parametrize(
    "what",
    [
        pytest.param("pods", marks=pytest.mark.covers("DELETE /api/v1/kubernetes/algorithms/pods/{algorithm_name}")),
        pytest.param("jobs", marks=pytest.mark.covers("DELETE /api/v1/kubernetes/algorithms/jobs/{algorithm_name}")),
    ],
)
def test_workers_are_sent_away(rest: Rest, fresh: Fresh, what: str) -> None:
    """They end once what they do has ended, or their grace; then there are none of these labels any more."""
    name = fresh("held")
    rest.apply_code(name, HOLD)
    job = run_on(rest, name)
    rest.until(job, lambda status: any(node.get("states", {}).get("active") for node in status["nodes"]))
    selector = {"selector": f"algorithm-name={name},type==worker,group!=other"}
    answer = rest.delete(f"kubernetes/algorithms/{what}/nobody", params=selector)
    assert answer.status_code == 200, answer.text
    (worker,) = answer.json()["message"]
    with watching_one(rest, "workers", {"filter[algorithm]": name}) as events:
        seen = [next(events)]
        assert worker in seen[0].content["rows"]
        rest.post("exec/stop", {"jobId": job})
        while patched({}, seen)["rows"]:
            seen.append(next(events))
    assert rest.delete(f"kubernetes/algorithms/{what}/{name}").status_code == 404


@pytest.mark.covers(
    "DELETE /api/v1/kubernetes/algorithms/pods/{algorithm_name}",
    "DELETE /api/v1/kubernetes/algorithms/jobs/{algorithm_name}",
)
def test_no_workers(rest: Rest) -> None:
    """The sentence alone, as JSON; by the selector that was asked for or by the algorithm."""
    for what in ("pods", "jobs"):
        answer = rest.delete(f"kubernetes/algorithms/{what}/nobody")
        assert (answer.status_code, answer.json()) == (404, f"No {what} found with selector algorithm-name=nobody")
        answer = rest.delete(f"kubernetes/algorithms/{what}/nobody?selector=type!=worker")
        assert (answer.status_code, answer.json()) == (404, f"No {what} found with selector type!=worker")
        status, text = error(rest.delete(f"kubernetes/algorithms/{what}/nobody?selector=type in (worker)"))
        assert (status, text[:31]) == (400, "selector type in (worker) is no")


# What there is none of


@pytest.mark.covers("GET /api/v1/gateway", "GET /api/v1/gateway/{name}")
def test_gateways(rest: Rest) -> None:
    assert rest.get("gateway").json() == []
    assert error(rest.get("gateway/nobody")) == (404, "gateway nobody Not Found")


@pytest.mark.covers(
    "GET /api/v1/boards/tensors",
    "GET /api/v1/boards/tensors/{id}",
    "DELETE /api/v1/boards/tensors/{id}",
    "GET /api/v1/boards/optunas",
    "GET /api/v1/boards/optunas/{id}",
    "DELETE /api/v1/boards/optunas/{id}",
)
def test_boards(rest: Rest) -> None:
    for kind in ("tensors", "optunas"):
        assert rest.get(f"boards/{kind}").json() == []
        assert error(rest.get(f"boards/{kind}/nobody")) == (404, "board nobody Not Found")
        assert error(rest.delete(f"boards/{kind}/nobody")) == (404, "board nobody Not Found")


NO_BOARDS = "boards are not available in this installation"


@pytest.mark.covers("POST /api/v1/boards/tensors")
@pytest.mark.parametrize(
    ("body", "status", "text"),
    [
        ({"taskId": "t"}, 400, "Must supply jobId"),
        ({}, 400, "Must supply nodeName"),
        ({"nodeName": "n"}, 400, "Must supply pipeLineName"),
        ({"nodeName": "n", "jobId": "nobody"}, 404, "pipeline nobody Not Found"),
        ({"nodeName": "x", "jobId": "<job>"}, 404, "node x for job <job> Not Found"),
        ({"nodeName": "n", "jobId": "<job>"}, 400, NO_BOARDS),
        ({"nodeName": "n", "pipelineName": "p"}, 400, NO_BOARDS),
    ],
)
def test_boards_for_metrics(rest: Rest, fresh: Fresh, body: dict[str, str], status: int, text: str) -> None:
    job = "" if body.get("jobId") != "<job>" else run_on(rest, "echo")
    body = {key: value.replace("<job>", job) for key, value in body.items()}
    assert error(rest.post("boards/tensors", body)) == (status, text.replace("<job>", job))


@pytest.mark.covers("POST /api/v1/boards/optunas")
def test_boards_for_searches(rest: Rest) -> None:
    assert error(rest.post("boards/optunas", {})) == (400, "Must supply jobId")
    assert error(rest.post("boards/optunas", {"jobId": "j"})) == (400, NO_BOARDS)
