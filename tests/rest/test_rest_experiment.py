"""Experiments: what they hold, which jobs they let in, and what goes with them."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.rest.server import Rest, error

Fresh = Callable[[str], str]
MAIN = {"name": "main", "description": "the default jobs place if experiment is not set"}


def pipeline(name: str, experiment: str, algorithm: str = "echo", **more: Any) -> dict[str, Any]:
    nodes = [{"nodeName": "one", "algorithmName": algorithm, "input": [1]}]
    return {"name": name, "nodes": nodes, "experimentName": experiment, **more}


def jobs_of(rest: Rest, experiment: str) -> list[str]:
    body = {"query": {"experimentName": experiment}, "fields": {"jobId": True}}
    return [hit["jobId"] for hit in rest.post("exec/search", body).json()["hits"]]


@pytest.mark.covers("GET /api/v1/experiment", "GET /api/v1/experiment/{name}", "POST /api/v1/experiment")
def test_life(rest: Rest, fresh: Fresh) -> None:
    name = fresh("exp")
    answer = rest.post("experiment", {"name": name, "description": "mine", "userInfo": {"a": 1}})
    assert (answer.status_code, answer.json()) == (200, {"message": "OK", "name": name})
    one = rest.get(f"experiment/{name}").json()
    assert one.pop("created") > 1_700_000_000_000
    assert one == {"name": name, "description": "mine"}
    listed = {item["name"]: item for item in rest.get("experiment").json()}
    assert listed["main"].items() >= MAIN.items()
    assert listed[name]["description"] == "mine"
    first = rest.get("experiment?limit=1")
    assert len(first.json()) == 1
    second = rest.get("experiment", params={"limit": 1, "pageToken": first.headers["x-next-page-token"]})
    assert second.json() != first.json()


@pytest.mark.covers("DELETE /api/v1/experiment/{name}", "POST /api/v1/exec/raw")
def test_deleting(rest: Rest, fresh: Fresh) -> None:
    """Its jobs are stopped and gone with their data, clock times of its pipelines are off, and it lets nothing in any more."""
    name, stored = fresh("exp"), fresh("cron")
    rest.post("experiment", {"name": name})
    cron = {"cron": {"enabled": True, "pattern": "0 0 1 1 *"}}
    assert rest.post("store/pipelines", pipeline(stored, name, triggers=cron)).status_code == 201
    done = rest.run(pipeline(fresh("done"), name, flowInput={"a": "x" * 300_000}))
    rest.ended(done)
    running, paused = (rest.run(pipeline(fresh("hold"), name, "hold")) for _ in range(2))
    rest.post("exec/pause", {"jobId": paused})
    assert sorted(jobs_of(rest, name)) == sorted([done, running, paused])
    answer = rest.delete(f"experiment/{name}")
    assert (answer.status_code, answer.json()) == (200, {"message": "deleted successfully", "name": name})
    assert jobs_of(rest, name) == []
    for job in (done, running, paused):
        assert rest.get(f"exec/status/{job}").status_code == 404
        assert rest.get(f"exec/flowInput/{job}").status_code == 404
    assert rest.get(f"store/pipelines/{stored}").json()["triggers"]["cron"]["enabled"] is False
    refused = (404, f"experiment {name} Not Found")
    assert error(rest.post("exec/raw", pipeline("p", name))) == refused
    assert error(rest.post("exec/stored", {"name": stored})) == refused
    assert error(rest.get(f"experiment/{name}")) == refused
    assert error(rest.delete(f"experiment/{name}")) == refused
    assert rest.post("experiment", {"name": name}).status_code == 200
    assert rest.ended(rest.run(pipeline("p", name)))["status"] == "completed"


@pytest.mark.covers("POST /api/v1/exec/raw")
def test_other_faults_come_first(rest: Rest) -> None:
    """An experiment is looked for after everything about the pipeline itself was found good."""
    bad = pipeline("p", "nowhere")
    assert error(rest.post("exec/raw", bad)) == (404, "experiment nowhere Not Found")
    bad["nodes"][0]["input"] = ["@flowInput.x"]
    assert error(rest.post("exec/raw", bad)) == (400, "unable to find flowInput.x")
    bad["nodes"][0]["algorithmName"] = "nothing"
    assert error(rest.post("exec/raw", bad)) == (404, "algorithm nothing Not Found")


TAKEN = "could not create experiment, name is already taken"
NAME = "experiment name must contain only alphanumeric, dash, dot or underscore"
ERRORS = [
    ({}, 500, TAKEN),
    ({"name": "main"}, 500, TAKEN),
    ({"name": ""}, 400, "data.name should NOT be shorter than 1 characters"),
    ({"name": "x" * 33}, 400, "data.name should NOT be longer than 32 characters"),
    ({"name": "a b"}, 400, NAME),
    ({"name": {}}, 400, "data.name should be string"),
]


@pytest.mark.covers("POST /api/v1/experiment")
@pytest.mark.parametrize(("body", "code", "text"), ERRORS)
def test_refusals(rest: Rest, body: dict[str, Any], code: int, text: str) -> None:
    assert error(rest.post("experiment", body)) == (code, text)


@pytest.mark.covers("DELETE /api/v1/experiment/{name}")
def test_main_stays(rest: Rest) -> None:
    answer = rest.delete("experiment/main")
    assert error(answer) == (400, "main experiment cannot be deleted")
    assert answer.json()["error"]["details"] == "main"
    assert rest.get("experiment/main").json().items() >= MAIN.items()


@pytest.mark.covers("POST /api/v1/experiment")
def test_a_request_id_makes_one_experiment(rest: Rest, fresh: Fresh) -> None:
    """A repetition gets the first answer; another request for the same name is told that it is taken."""
    name = fresh("once")
    for _ in range(2):
        answer = rest.post(f"experiment?requestId={name}", {"name": name})
        assert (answer.status_code, answer.json()) == (200, {"message": "OK", "name": name})
    assert rest.post(f"experiment?requestId={name}-2", {"name": name}).status_code == 500
