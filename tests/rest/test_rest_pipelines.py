"""Storing pipelines: what is added to a document and what is kept, lists of them, replacing and deleting."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.rest.server import Rest, error

Fresh = Callable[[str], str]


def minimal(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "nodes": [{"nodeName": "a", "algorithmName": "echo"}], **more}


def stored(rest: Rest, pipeline: dict[str, Any]) -> Any:
    answer = rest.post("store/pipelines", pipeline)
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.mark.covers("POST /api/v1/store/pipelines", "GET /api/v1/store/pipelines/{name}")
def test_defaults_are_filled_in_and_nothing_else(rest: Rest, fresh: Fresh) -> None:
    name = fresh("pipe")
    made = stored(rest, minimal(name))
    added = {key: made.pop(key) for key in ("modified", "version", "auditTrail")}
    assert made == {
        "name": name,
        "nodes": [{"nodeName": "a", "algorithmName": "echo", "kind": "algorithm", "input": [], "minStatelessCount": 0}],
        "kind": "batch",
        "experimentName": "main",
        "options": {"ttl": 3600, "batchTolerance": 80, "progressVerbosityLevel": "info"},
        "priority": 3,
    }
    assert added["auditTrail"] == [{"user": "defaultUser", "timestamp": added["modified"], "version": added["version"]}]
    assert len(added["version"]) == 10
    assert rest.get(f"store/pipelines/{name}").json() == {**made, **added}


@pytest.mark.covers("POST /api/v1/store/pipelines")
def test_defaults_inside_objects_that_are_given(rest: Rest, fresh: Fresh) -> None:
    """Retry, limits and clock times get theirs only where somebody began to say something."""
    pipeline = minimal(fresh("pipe"), triggers={"cron": {"pattern": "0 0 * * *"}})
    pipeline["nodes"][0]["retry"] = {}
    pipeline["options"] = {"concurrentPipelines": {"amount": 2}}
    made = stored(rest, pipeline)
    assert made["nodes"][0]["retry"] == {"policy": "OnCrash", "limit": 3}
    assert made["options"]["concurrentPipelines"] == {"amount": 2, "rejectOnFailure": True}
    assert made["triggers"] == {"cron": {"enabled": False, "pattern": "0 0 * * *"}}


@pytest.mark.covers("POST /api/v1/store/pipelines")
def test_what_the_author_says_is_kept(rest: Rest, fresh: Fresh) -> None:
    """Unknown keys at any open level, and times; what only the server may say is replaced."""
    pipeline = minimal(
        fresh("pipe"), mine={"b": [1, 2.50]}, modified=1700000000123, created=1600000000001, version="own",
        auditTrail=[{"user": "me", "timestamp": 1, "version": "own"}], options={"custom": True},
    )  # fmt: skip
    pipeline["nodes"][0]["extra"] = {"x": None}
    made = stored(rest, pipeline)
    assert (made["mine"], made["options"]["custom"], made["nodes"][0]["extra"]) == ({"b": [1, 2.5]}, True, {"x": None})
    assert (made["modified"], made["created"]) == (1700000000123, 1600000000001)
    assert made["version"] != "own"
    assert made["auditTrail"] == [{"user": "defaultUser", "timestamp": 1700000000123, "version": made["version"]}]


@pytest.mark.covers("POST /api/v1/store/pipelines")
def test_values_are_bent_to_their_types(rest: Rest, fresh: Fresh) -> None:
    pipeline = minimal(fresh("pipe"), priority="2", options={"ttl": "60"}, description=5)
    made = stored(rest, pipeline)
    assert (made["priority"], made["options"]["ttl"], made["description"]) == (2, 60, "5")


@pytest.mark.covers("POST /api/v1/store/pipelines")
def test_a_name_is_taken_once(rest: Rest, fresh: Fresh) -> None:
    """One object is never replaced by POST, whatever the query says."""
    name = fresh("pipe")
    stored(rest, minimal(name))
    for query in ("", "?overwrite=true"):
        answer = rest.post(f"store/pipelines{query}", minimal(name))
        assert error(answer) == (409, f"pipeline {name} already exists")


@pytest.mark.covers("POST /api/v1/store/pipelines")
def test_many_at_once(rest: Rest, fresh: Fresh) -> None:
    """Each gets its own answer, good or bad, and the whole is a success."""
    taken, new = fresh("pipe"), fresh("pipe")
    stored(rest, minimal(taken))
    bad = {"name": fresh("pipe"), "nodes": [{"nodeName": "a"}]}
    unknown = {"name": fresh("pipe"), "nodes": [{"nodeName": "a", "algorithmName": "nobody"}]}
    answer = rest.post("store/pipelines", [minimal(new), minimal(taken), bad, unknown, {"nodes": []}])
    assert answer.status_code == 201
    first, *rest_of_them = answer.json()
    assert first["name"] == new
    assert rest_of_them == [
        {"error": {"code": 409, "message": f"pipeline {taken} already exists"}},
        {"error": {"name": bad["name"], "code": 400, "message": "please provide algorithm name"}},
        {"error": {"code": 404, "message": "algorithm nobody Not Found"}},
        {"error": {"code": 400, "message": "data should have required property 'name'"}},
    ]


@pytest.mark.covers("POST /api/v1/store/pipelines")
@pytest.mark.parametrize("overwrite", ["false", "1", "True"])
def test_only_the_word_true_overwrites(rest: Rest, fresh: Fresh, overwrite: str) -> None:
    name = fresh("pipe")
    stored(rest, minimal(name))
    [answer] = rest.post(f"store/pipelines?overwrite={overwrite}", [minimal(name)]).json()
    assert answer["error"]["code"] == 409


@pytest.mark.covers("POST /api/v1/store/pipelines")
def test_overwriting_a_list(rest: Rest, fresh: Fresh) -> None:
    """An existing name is replaced as by PUT; a fault of the pipeline keeps its own text."""
    name = fresh("pipe")
    before = stored(rest, minimal(name, description="before"))
    [after] = rest.post("store/pipelines?overwrite=true", [minimal(name)]).json()
    assert "description" not in after
    assert after["version"] != before["version"]
    assert [entry["version"] for entry in after["auditTrail"]] == [after["version"], before["version"]]
    [refused] = rest.post("store/pipelines?overwrite=true", [{"name": name, "nodes": []}]).json()
    assert refused == {"error": {"name": name, "code": 400, "message": "pipeline must have at least one node"}}


@pytest.mark.covers("PUT /api/v1/store/pipelines", "GET /api/v1/store/pipelines/{name}")
def test_replacing(rest: Rest, fresh: Fresh) -> None:
    """The whole document is replaced; the audit trail grows."""
    name = fresh("pipe")
    before = stored(rest, minimal(name, description="before", priority=5))
    answer = rest.put("store/pipelines", minimal(name))
    assert answer.status_code == 200
    after = answer.json()
    assert "description" not in after
    assert after["priority"] == 3
    assert [entry["version"] for entry in after["auditTrail"]] == [after["version"], before["version"]]
    assert rest.get(f"store/pipelines/{name}").json() == after


@pytest.mark.covers("PUT /api/v1/store/pipelines")
def test_replacing_with_the_very_same_makes_no_version(rest: Rest, fresh: Fresh) -> None:
    """Same means the whole answer of a GET, times and audit trail included; it still is an entry in the trail."""
    name = fresh("pipe")
    before = stored(rest, minimal(name, flowInput={"b": 1, "a": {"y": 2, "x": 1}}))
    after = rest.put("store/pipelines", before).json()
    assert after["version"] == before["version"]
    assert len(after["auditTrail"]) == 2
    assert len(rest.get(f"versions/pipelines/{name}").json()) == 1
    changed = rest.put("store/pipelines", {**after, "priority": 1}).json()
    assert changed["version"] != before["version"]


@pytest.mark.covers(
    "PUT /api/v1/store/pipelines", "GET /api/v1/store/pipelines/{name}", "DELETE /api/v1/store/pipelines/{name}"
)
def test_unknown_and_bad_names(rest: Rest, fresh: Fresh) -> None:
    name = fresh("pipe")
    for answer in (
        rest.put("store/pipelines", minimal(name)),
        rest.get(f"store/pipelines/{name}"),
        rest.delete(f"store/pipelines/{name}"),
    ):
        assert error(answer) == (404, f"pipeline {name} Not Found")
    text = "pipeline name must contain only alphanumeric, dash, dot or underscore"
    assert error(rest.get("store/pipelines/a b")) == (400, text)
    assert error(rest.delete("store/pipelines/a b")) == (400, text)


@pytest.mark.covers("GET /api/v1/store/pipelines")
def test_list(rest: Rest, fresh: Fresh) -> None:
    """All of them by name; `sort` is accepted and changes nothing; pages go on with a token."""
    one, two = sorted((fresh("pipe"), fresh("pipe")))
    made = [stored(rest, minimal(one)), stored(rest, minimal(two))]
    listed = rest.get("store/pipelines?sort=desc").json()
    assert [item for item in listed if item["name"] in (one, two)] == made
    page = rest.get("store/pipelines?limit=1")
    assert len(page.json()) == 1
    following = rest.get(f"store/pipelines?limit=1&pageToken={page.headers['x-next-page-token']}").json()
    assert following[0]["name"] > page.json()[0]["name"]


@pytest.mark.covers("DELETE /api/v1/store/pipelines/{name}")
def test_delete(rest: Rest, fresh: Fresh) -> None:
    """Versions stay unless told otherwise; a new pipeline of the name goes on counting."""
    name = fresh("pipe")
    stored(rest, minimal(name))
    deleted = {"message": f"pipeline {name} successfully deleted from store"}
    assert rest.delete(f"store/pipelines/{name}").json() == deleted
    stored(rest, minimal(name))
    assert [item["semver"] for item in rest.get(f"versions/pipelines/{name}").json()] == ["1.0.1", "1.0.0"]
    assert rest.delete(f"store/pipelines/{name}?keepOldVersions=false").json() == deleted
    assert rest.get(f"versions/pipelines/{name}").json() == []


@pytest.mark.covers("DELETE /api/v1/store/pipelines/{name}")
def test_delete_stops_what_was_started_by_the_name(rest: Rest, fresh: Fresh) -> None:
    """Stored jobs have ended, with the reason, once it answers; a raw job that has the same name goes on."""
    name = fresh("pipe")
    pipeline = {"name": name, "nodes": [{"nodeName": "a", "algorithmName": "hold"}]}
    stored(rest, pipeline)
    jobs = [rest.post("exec/stored", {"name": name}).json()["jobId"] for _ in range(2)]
    raw = rest.run(pipeline)
    assert rest.delete(f"store/pipelines/{name}").json() == {
        "message": f"pipeline {name} successfully deleted from store, stopped related running pipelines 2/2"
    }
    for job_id in jobs:
        status = rest.get(f"exec/status/{job_id}").json()
        assert (status["status"], status["reason"]) == ("stopped", "pipeline has been deleted")
    assert rest.get(f"exec/status/{raw}").json()["status"] not in ("stopped", "failed")
    rest.post("exec/stop", {"jobId": raw})


@pytest.mark.covers("POST /api/v1/store/pipelines")
def test_what_cannot_be_kept_is_refused(rest: Rest, fresh: Fresh) -> None:
    """A document beyond the largest value of the store: nothing is stored, and the sentence says what to do."""
    name = fresh("pipe")
    status, text = error(rest.post("store/pipelines", minimal(name, flowInput={"x": "y" * 300_000})))
    assert status == 400
    assert "send a large flowInput with each run instead" in text
    assert rest.get(f"store/pipelines/{name}").status_code == 404


@pytest.mark.covers("POST /api/v1/exec/stored")
def test_a_stored_pipeline_runs_as_it_is(rest: Rest, fresh: Fresh) -> None:
    """The job's pipeline keeps version and audit trail; nested flow inputs lie under the caller's."""
    inner, outer = fresh("pipe"), fresh("pipe")
    kept = {
        "name": inner,
        "nodes": [{"nodeName": "a", "algorithmName": "echo", "input": [["@flowInput.x", "@flowInput.o"]]}],
        "flowInput": {"x": 1, "o": {"p": 1}},
    }
    stored(rest, kept)
    made = stored(rest, {"name": outer, "nodes": [{"nodeName": "n", "kind": "pipeline", "spec": {"name": inner}}]})
    job_id = rest.post("exec/stored", {"name": outer, "flowInput": {"o": {"q": 2}}}).json()["jobId"]
    assert rest.ended(job_id)["status"] == "completed"
    assert rest.get(f"exec/results/{job_id}").json()["data"][0]["result"] == [1, {"p": 1, "q": 2}]
    pipeline = rest.get(f"exec/pipelines/{job_id}").json()
    assert pipeline["version"] == made["version"]
    assert pipeline["auditTrail"] == made["auditTrail"]
