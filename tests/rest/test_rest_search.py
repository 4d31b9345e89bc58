"""``exec/search``: every filter, both forms of the request, what is cut out of the answer, walking through pages."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.rest.conftest import ECHO
from tests.rest.server import Rest, error, server

SEARCH = "GET /api/v1/exec/search", "POST /api/v1/exec/search"


def pipeline(name: str, algorithm: str = "echo", **more: Any) -> dict[str, Any]:
    return {"name": name, "nodes": [{"nodeName": "one", "algorithmName": algorithm, "input": [1]}], **more}


def ids(answer: Any) -> list[str]:
    return [hit["jobId"] for hit in answer.json()["hits"]]


def found(rest: Rest, **query: Any) -> list[str]:
    """Ids of all jobs for a query, newest first."""
    answer = rest.post("exec/search", {"query": query, "fields": {"jobId": True}})
    assert answer.status_code == 200, answer.text
    return ids(answer)


@pytest.mark.covers("POST /api/v1/exec/search", "POST /api/v1/exec/raw")
def test_a_job_is_found_as_soon_as_it_was_accepted(rest: Rest, fresh: Callable[[str], str]) -> None:
    name = fresh("search")
    for _ in range(20):
        job = rest.post("exec/raw", pipeline(name)).json()["jobId"]
        assert found(rest, pipelineName=name)[0] == job


@pytest.mark.covers("POST /api/v1/exec/search")
def test_every_filter(rest: Rest, fresh: Callable[[str], str]) -> None:
    """One job has all that is asked for and is found by each filter alone and by all together; its neighbour is not."""
    name, tag = fresh("filters"), fresh("tag")
    mine = rest.run(pipeline(name, tags=[tag, "more"]))
    other = rest.run(pipeline(name, "hold"))
    assert rest.ended(mine)["status"] == "completed"
    started = rest.get(f"exec/pipelines/{mine}").json()["startTime"]
    each = {
        "experimentName": "main",
        "pipelineType": "raw",
        "algorithmName": "echo",
        "pipelineStatus": "completed",
        "datesRange": {"from": str(started), "to": str(started + 1)},
        "tags": [tag],
        "user": "defaultUser",
    }
    for key, value in each.items():
        assert mine in found(rest, pipelineName=name, **{key: value}), key
    assert found(rest, pipelineName=name, **each) == [mine]
    assert found(rest, pipelineName=mine) == [mine]
    assert found(rest, tags=[tag, "nobody-has-this"]) == [mine]
    assert found(rest, tags=f"{tag},nobody-has-this") == [mine]
    for none in (
        {"experimentName": "nowhere"},
        {"pipelineType": "cron"},
        {"algorithmName": "yellow"},
        {"pipelineStatus": "failed"},
        {"pipelineStatus": "no-such-word"},
        {"datesRange": {"from": "2001-01-01", "to": "2001-01-02T00:00:00+00:00"}},
        {"tags": ["nobody-has-this"]},
        {"user": "nobody"},
    ):
        assert found(rest, pipelineName=name, **none) == [], none
    rest.post("exec/stop", {"jobId": other})
    assert found(rest, pipelineName=name, pipelineStatus="stopped") == [other]


@pytest.mark.covers("POST /api/v1/exec/search", "POST /api/v1/exec/pause", "POST /api/v1/exec/resume")
def test_states_of_live_jobs(rest: Rest, fresh: Callable[[str], str]) -> None:
    name = fresh("live")
    job = rest.run(pipeline(name, "hold"))
    assert rest.post("exec/pause", {"jobId": job}).json() == {"message": "OK"}
    assert found(rest, pipelineName=name, pipelineStatus="paused") == [job]
    assert found(rest, pipelineName=name, pipelineStatus="active") == []
    rest.post("exec/resume", {"jobId": job})
    states = [found(rest, pipelineName=name, pipelineStatus=state) for state in ("resumed", "active")]
    assert sorted(map(len, states)) == [0, 1]
    rest.post("exec/stop", {"jobId": job})


@pytest.mark.covers("POST /api/v1/exec/stored", "POST /api/v1/exec/search")
def test_external_id(rest: Rest, fresh: Callable[[str], str]) -> None:
    name, external = fresh("external"), fresh("order")
    assert rest.post("store/pipelines", pipeline(name)).status_code == 201
    job = rest.post("exec/stored", {"name": name, "externalId": external, "spanId": {"a": 1}}).json()["jobId"]
    assert found(rest, pipelineName=external) == [job]
    (hit,) = rest.post("exec/search", {"query": {"pipelineName": job}}).json()["hits"]
    assert hit["externalId"] == external
    assert "externalId" not in hit["pipeline"]
    assert "spanId" not in hit["pipeline"]
    has = {"query": {"pipelineName": name}, "exists": {"externalId": True}}
    assert ids(rest.post("exec/search", has)) == [job]
    assert ids(rest.post("exec/search", {**has, "exists": {"externalId": False}})) == []
    answer = rest.post("exec/stored", {"name": name, "externalId": {}})
    assert error(answer) == (400, "data.externalId should be string")


@pytest.mark.covers("POST /api/v1/exec/search")
def test_a_hit_is_the_whole_job(rest: Rest, fresh: Callable[[str], str]) -> None:
    name = fresh("whole")
    nodes = [{"nodeName": "one", "algorithmName": "echo", "input": ["@flowInput.a"]}]
    job = rest.run({"name": name, "nodes": nodes, "flowInput": {"a": [1, 2]}, "mine": "kept"})
    assert rest.ended(job)["status"] == "completed"
    (hit,) = rest.post("exec/search", {"query": {"pipelineName": job}}).json()["hits"]
    assert set(hit) == {"jobId", "userPipeline", "pipeline", "status", "result", "completion", "auditTrail"}
    assert hit["jobId"] == job
    assert hit["completion"] is True
    assert hit["status"]["status"] == hit["result"]["status"] == "completed"
    assert hit["result"]["data"][0]["result"] == [1, 2]
    given, ran = hit["userPipeline"], hit["pipeline"]
    assert given["flowInput"] is None
    assert ran["flowInput"] is None
    assert "priority" not in given
    assert ran["priority"] == 3
    assert ran["mine"] == "kept"
    assert ran["types"] == ["raw"]
    assert ran["maxExceeded"] is False
    assert ran["lastRunResult"] is None
    assert (
        ran["flowInputMetadata"]
        == given["flowInputMetadata"]
        == {
            "metadata": {"flowInput.a": {"type": "array", "size": 2}},
            "storageInfo": {"path": f"local-hkube/{job}/{job}"},
        }
    )
    assert ran["startTime"] <= ran["activeTime"]
    assert ran["queueTimeSeconds"] >= 0
    (entry,) = hit["auditTrail"]
    assert entry == {"timestamp": ran["startTime"], "user": "defaultUser", "action": "run"}
    again = rest.run({"name": name, "nodes": nodes, "flowInput": {"a": [1, 2]}})
    (second,) = rest.post("exec/search", {"query": {"pipelineName": again}}).json()["hits"]
    assert second["pipeline"]["lastRunResult"]["status"] == "completed"
    assert set(second["pipeline"]["lastRunResult"]) == {"timestamp", "status", "timeTook"}


PROJECTIONS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"jobId": True}, {"jobId": "JOB"}),
    ({"status.status": "true"}, {"status": {"status": "completed"}}),
    ({"pipeline.nodes.nodeName": True}, {"pipeline": {"nodes": [{"nodeName": "one"}]}}),
    ({"jobId": True, "result.data.result": 1}, {"jobId": "JOB", "result": {"data": [{"result": 1}]}}),
    ({"no.such.path": True}, {}),
    ({"graph.nodes.nodeName": True}, {"graph": {"nodes": [{"nodeName": "one"}]}}),
]


@pytest.mark.covers(*SEARCH)
@pytest.mark.parametrize(("fields", "expected"), PROJECTIONS, ids=lambda value: ",".join(value))
def test_fields(rest: Rest, searched: str, fields: dict[str, Any], expected: dict[str, Any]) -> None:
    wanted = {key: searched if value == "JOB" else value for key, value in expected.items()}
    posted = rest.post("exec/search", {"query": {"pipelineName": searched}, "fields": fields})
    assert posted.json()["hits"] == [wanted]
    text = ", ".join(f"{path} : {'true' if on else 'false'}" for path, on in fields.items())
    got = rest.get("exec/search", params={"pipelineName": searched, "fields": text})
    assert got.json()["hits"] == [wanted]


@pytest.fixture(scope="module")
def searched(live: Rest) -> str:
    """A job that completed."""
    job = live.run(pipeline("searched", tags=["find-me"]))
    live.ended(job)
    return job


@pytest.mark.covers("POST /api/v1/exec/search")
def test_fields_left_out(rest: Rest, searched: str) -> None:
    body = {"query": {"pipelineName": searched}, "fields": {"userPipeline": False, "pipeline.nodes": False}}
    (hit,) = rest.post("exec/search", body).json()["hits"]
    assert "userPipeline" not in hit
    assert "nodes" not in hit["pipeline"]
    assert hit["pipeline"]["name"] == "searched"


@pytest.mark.covers(*SEARCH)
@pytest.mark.parametrize(
    ("exists", "there"),
    [
        ({"result": True}, True),
        ({"result": False}, False),
        ({"pipeline": True}, True),
        ({"pipeline": False}, False),
        ({"pipeline.tags": True}, True),
        ({"pipeline.triggers.cron": True}, False),
        ({"pipeline.triggers.cron": False}, True),
        ({"pipeline.lastRunResult": True}, True),
        ({"status.data.states.succeed": True}, True),
        ({"pipeline.nodes.algorithmName": True, "result": True}, True),
        ({"no.such.path": True}, False),
    ],
)
def test_exists(rest: Rest, searched: str, exists: dict[str, bool], there: bool) -> None:
    body = {"query": {"pipelineName": searched}, "exists": exists, "fields": {"jobId": True}}
    assert ids(rest.post("exec/search", body)) == [searched] * there
    text = ",".join(f"{path}:{str(on).lower()}" for path, on in exists.items())
    assert ids(rest.get("exec/search", params={"pipelineName": searched, "exists": text})) == [searched] * there


@pytest.mark.covers("GET /api/v1/exec/search")
def test_parameters(rest: Rest, searched: str) -> None:
    """All of them at once; a plus in a date that nobody encoded is understood."""
    query = (
        f"experimentName=main&pipelineName={searched}&pipelineType=raw&algorithmName=echo&pipelineStatus=completed"
        "&from=2020-01-01T00:00:00+00:00&to=2100-01-01&page=1&sort=asc&limit=5&tags=find-me,other&fields=jobId:true"
    )
    response = rest.get(f"exec/search?{query}")
    assert response.status_code == 200, response.text
    answer = response.json()
    assert answer["hits"] == [{"jobId": searched}]
    assert answer["timeTook"].endswith("ms")
    assert len(answer["cursor"]) == 24
    assert rest.get(f"exec/search?{query}&cursor={answer['cursor']}").json().keys() == {"hits", "timeTook"}


@pytest.mark.covers("POST /api/v1/exec/search")
@pytest.mark.parametrize("sort", ["asc", "desc"])
def test_walks(rest: Rest, fresh: Callable[[str], str], sort: str) -> None:
    """By cursor and by number of the page, every job comes once and in order, also when new ones come in meanwhile."""
    name = fresh("walk")
    jobs = [rest.run(pipeline(name)) for _ in range(7)]
    ordered = jobs if sort == "asc" else jobs[::-1]
    body: dict[str, Any] = {"query": {"pipelineName": name}, "limit": 3, "sort": sort, "fields": {"jobId": True}}
    assert [ids(rest.post("exec/search", {**body, "pageNum": page})) for page in (1, 2, 3, 4)] == [
        ordered[:3], ordered[3:6], ordered[6:], [],
    ]  # fmt: skip
    walked: list[str] = []
    while True:
        answer = rest.post("exec/search", body)
        if not ids(answer):
            break
        walked += ids(answer)
        body["cursor"] = answer.json()["cursor"]
        body["pageNum"] = 9  # The cursor wins.
        if sort == "desc":
            rest.run(pipeline(name))
    assert walked == ordered
    assert len(ids(rest.post("exec/search", {"query": {"pipelineName": name}, "limit": 0}))) >= 7


def test_nothing(rest: Rest) -> None:
    answer = rest.post("exec/search", {"query": {"pipelineName": "nobody"}}).json()
    assert answer["hits"] == []
    assert answer.keys() == {"hits", "timeTook"}


PATTERN = "name must contain only"
ERRORS = [
    ({"limit": "x"}, "data.limit should be integer"),
    ({"limit": 101}, "data.limit should be <= 100"),
    ({"limit": -1}, "data.limit should be >= 0"),
    ({"sort": "up"}, "data.sort should be equal to one of the allowed values (asc,desc)"),
    ({"query": {"pipelineName": ""}}, "data.query.pipelineName should NOT be shorter than 1 characters"),
    ({"query": {"pipelineName": "a b"}}, f"pipeline {PATTERN} alphanumeric, dash, dot or underscore"),
    ({"query": {"algorithmName": "A"}}, f"algorithm {PATTERN} lower-case alphanumeric, dash or dot"),
    ({"query": {"algorithmName": "a" * 33}}, "data.query.algorithmName should NOT be longer than 32 characters"),
    ({"query": {"tags": {}}}, "data.query.tags should be array"),
    ({"query": {"datesRange": {"from": "soon"}}}, 'data.query.datesRange.from should match format "date"'),
    ({"query": {"datesRange": {"to": "1-1"}}}, 'data.query.datesRange.to should match format "date"'),
    ({"fields": {"a": "b"}}, "data.fields.a should be boolean"),
    ({"fields": "a"}, "data.fields should be object"),
]


@pytest.mark.covers("POST /api/v1/exec/search")
@pytest.mark.parametrize(("body", "text"), ERRORS)
def test_refusals(rest: Rest, body: dict[str, Any], text: str) -> None:
    assert error(rest.post("exec/search", body)) == (400, text)


@pytest.mark.covers(*SEARCH)
@pytest.mark.parametrize("cursor", ["x", "5f953d50dd38c8291925e0g1", "5" * 25, "f" * 24])
def test_bad_cursor(rest: Rest, cursor: str) -> None:
    said = (500, "please provide a valid cursor")
    assert error(rest.post("exec/search", {"cursor": cursor})) == said
    assert error(rest.get("exec/search", params={"cursor": cursor})) == said


@pytest.mark.covers("GET /api/v1/exec/search")
def test_refused_parameter(rest: Rest) -> None:
    assert error(rest.get("exec/search?limit=x")) == (400, "data.limit should be integer")


def test_a_restart_and_a_lost_index(tmp_path: Path) -> None:
    """What was found before is found after, with the index as it was and with one that cannot be used."""
    with server(tmp_path) as rest:
        rest.apply_code("echo", ECHO)
        job = rest.run(pipeline("before"))
        rest.ended(job)
    for content in (None, b"no index"):
        if content is not None:
            (tmp_path / "data" / "index.db").write_bytes(content)
        with server(tmp_path) as rest:
            assert found(rest, pipelineName="before", pipelineStatus="completed") == [job]
            new = rest.run(pipeline("after"))
            assert found(rest, pipelineName="after")[0] == new
