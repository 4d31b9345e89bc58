"""Builds: where they are, lists, stopping and beginning again, and pushes of repositories."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.rest.server import Rest, error, httpx_json
from tests.rest.test_rest_apply import apply, built, current, zipped

Fresh = Callable[[str], str]

SET_BY_STORING = ("auditTrail", "created", "modified")
"""What an algorithm only has once it is stored."""


@pytest.mark.covers("GET /api/v1/builds/status/{build_id}")
def test_documents(rest: Rest, fresh: Fresh) -> None:
    """Keys without a value are null until they have one."""
    name = fresh("doc")
    code = zipped()
    new = apply(rest, {"name": name, "env": "python", "baseImage": "b:1", "extra": 1}, code)
    built(rest, new["buildId"])
    build = rest.get(f"builds/status/{new['buildId']}").json()
    stored = current(rest, name)
    assert build == {
        "buildId": new["buildId"],
        "imageTag": build["imageTag"],
        "algorithmName": name,
        "algorithm": {key: value for key, value in new["algorithm"].items() if key not in SET_BY_STORING},
        "env": "python",
        "type": "Code",
        "baseImage": "b:1",
        "fileExt": "zip",
        "filePath": stored["fileInfo"]["path"],
        "fileInfo": stored["fileInfo"],
        "status": "completed",
        "progress": 100,
        "result": build["result"],
        "error": None,
        "trace": None,
        "startTime": build["startTime"],
        "endTime": build["endTime"],
        "algorithmImage": stored["algorithmImage"],
        "version": stored["version"],
        "semver": "1.0.0",
    }
    assert new["buildId"].removeprefix(f"{name}-").isalnum()
    assert (len(new["buildId"]), len(build["imageTag"])) == (len(name) + 7, 8)
    assert build["algorithm"]["extra"] == 1
    assert build["startTime"] <= build["endTime"]
    assert "Unpacked the code" in build["result"]["data"]


def test_unknown_ones(rest: Rest) -> None:
    assert error(rest.get("builds/status")) == (400, "data should have required property 'buildId'")
    assert error(rest.get("builds/status/nope-1")) == (404, "build nope-1 Not Found")
    for verb in ("stop", "rerun"):
        assert error(rest.post(f"builds/{verb}", {})) == (400, "data should have required property 'buildId'")
        assert error(rest.post(f"builds/{verb}", {"buildId": "nope-1"})) == (404, "build nope-1 Not Found")


@pytest.mark.covers("GET /api/v1/builds/list/{algorithm_name}", "GET /api/v1/builds/list")
def test_lists(rest: Rest, fresh: Fresh) -> None:
    """One when nothing else is asked for; by the time they were started, of one algorithm or of all."""
    one, two = fresh("many"), fresh("many")
    ids = [rest.apply_code(name, f"def start(args):\n    return {n}\n") for n, name in enumerate((one, two, one))]

    def found(path: str) -> list[str]:
        answer = rest.get(path)
        assert answer.status_code == 200, answer.text
        return [build["buildId"] for build in answer.json()]

    assert found(f"builds/list/{one}") == [ids[2]]
    assert found(f"builds/list/{one}?limit=10") == [ids[2], ids[0]]
    assert found(f"builds/list/{one}?limit=10&sort=asc") == [ids[0], ids[2]]
    assert found("builds/list") == [ids[2]]
    assert found("builds/list?limit=3") == ids[::-1]
    assert found("builds/list?limit=100000&sort=asc")[-3:] == ids
    assert found("builds/list/no-such") == []
    page = rest.get(f"builds/list/{one}?pageSize=1")
    assert found(f"builds/list/{one}?pageSize=1&pageToken={page.headers['x-next-page-token']}") == [ids[0]]


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("limit=x", "data.limit should be integer"),
        ("limit=0", "data.limit should be >= 1"),
        ("limit=100001", "data.limit should be <= 100000"),
        ("sort=up", "data.sort should be equal to one of the allowed values (asc,desc)"),
    ],
)
def test_bad_lists(rest: Rest, query: str, text: str) -> None:
    assert error(rest.get(f"builds/list?{query}")) == (400, text)


@pytest.mark.covers("POST /api/v1/builds/stop", "POST /api/v1/builds/rerun")
def test_stop_and_again(rest: Rest, fresh: Fresh, tmp_path: Path) -> None:
    """A stop ends the tool that runs; the algorithm stays pending until the build is begun again and ends well."""
    name, pipe = fresh("stop"), tmp_path / "pipe"
    os.mkfifo(pipe)
    command = f"echo so far; echo $$ > {pipe}; read line < {pipe}.go || sleep 600"
    new = apply(rest, {"name": name, "env": "python", "dependencyInstallCmd": command}, zipped())
    tool = psutil.Process(int(pipe.read_text()))  # Returns once the tool runs.
    body = {"buildId": new["buildId"]}
    early = rest.post("builds/rerun", body)
    assert error(early) == (400, "unable to rerun build because its in active status")
    assert rest.post("builds/stop", body).json() == {"message": "OK"}
    stopped = built(rest, new["buildId"])
    assert (stopped["status"], stopped["endTime"] >= stopped["startTime"]) == ("stopped", True)
    assert "so far" in rest.get(f"builds/status/{new['buildId']}").json()["result"]["data"]
    psutil.wait_procs([tool], timeout=60)
    assert not tool.is_running()
    assert error(rest.post("builds/stop", body)) == (400, "unable to stop build because its in stopped status")
    assert current(rest, name)["options"] == {"pending": True}
    (tmp_path / "pipe.go").write_text("go\n")
    assert rest.post("builds/rerun", body).json() == {"message": "OK"}
    again = rest.get(f"builds/status/{new['buildId']}").json()
    assert (again["startTime"] > stopped["startTime"], again["endTime"], again["result"]) == (True, None, None)
    pipe.read_text()
    assert built(rest, new["buildId"])["status"] == "completed"
    assert current(rest, name)["options"] == {"pending": False}
    assert [build["buildId"] for build in rest.get(f"builds/list/{name}?limit=9").json()] == [new["buildId"]]
    one = current(rest, name)
    assert rest.post("builds/rerun", body).json() == {"message": "OK"}
    pipe.read_text()
    assert built(rest, new["buildId"])["status"] == "completed"
    assert current(rest, name)["version"] != one["version"]
    # What the first one was built to is still there.
    assert rest.post("versions/algorithms/apply", {"name": name, "version": one["version"]}).status_code == 201
    job = rest.run({"name": name, "nodes": [{"nodeName": "a", "algorithmName": name, "input": [1]}]})
    assert rest.ended(job)["status"] == "completed"


def github(rest: Rest, event: Any) -> Any:
    return rest.call("POST", "builds/webhook/github", data={"payload": httpx_json(event)})


@pytest.mark.covers("POST /api/v1/builds/webhook/github", "POST /api/v1/builds/webhook/gitlab")
def test_pushes(rest: Rest, fresh: Fresh) -> None:
    """The first commit is applied to every algorithm of the repository and branch, and to no other."""
    url = f"https://git.example/{fresh('group')}/thing"
    one, two, other = fresh("push"), fresh("push"), fresh("push")
    for name, branch in ((one, "main"), (two, "main"), (other, "feature/x")):
        repository = {"url": url, "branchName": branch, "token": "t"}
        assert apply(rest, {"name": name, "env": "python", "gitRepository": repository})["buildId"]
    commits = [{"id": "abc", "timestamp": "t", "message": "m", "author": {}}, {"id": "def"}]
    event = {"ref": "refs/heads/main", "commits": commits, "repository": {"url": url, "id": 1}, "pusher": {}}
    answer = github(rest, event)
    assert answer.status_code == 200, answer.text
    assert sorted(applied["algorithm"]["name"] for applied in answer.json()) == sorted([one, two])
    for applied in answer.json():
        assert applied["messages"][0].startswith("a build was triggered due to")
        commit = {"id": "abc", "timestamp": "t", "message": "m"}
        assert applied["algorithm"]["gitRepository"]["commit"] == commit
        assert built(rest, applied["buildId"])["gitRepository"]["commit"] == commit
    hook = {**event, "ref": "refs/heads/feature/x", "repository": {"homepage": url}, "object_kind": "push"}
    answer = rest.post("builds/webhook/gitlab", hook)
    assert [applied["algorithm"]["name"] for applied in answer.json()] == [other]


@pytest.mark.parametrize(
    ("event", "url"),
    [
        ({"ref": "refs/heads/main", "commits": [{"id": "a"}], "repository": {"url": "https://h/no"}}, "https://h/no"),
        ({"ref": "refs/heads/main", "commits": [], "repository": {"url": "https://h/no"}}, ""),
        ({}, ""),
        ([], ""),
    ],
)
def test_pushes_of_nobody(rest: Rest, event: Any, url: str) -> None:
    assert error(github(rest, event)) == (404, f"url {url} Not Found")
    if isinstance(event, dict):
        hook = {**event, "repository": {"homepage": event.get("repository", {}).get("url", "")}}
        assert error(rest.post("builds/webhook/gitlab", hook)) == (404, f"url {url} Not Found")


def test_bad_pushes(rest: Rest) -> None:
    missing = rest.call("POST", "builds/webhook/github", data={})
    assert error(missing) == (400, "data should have required property 'payload'")
    broken = rest.call("POST", "builds/webhook/github", data={"payload": "{"})
    assert error(broken) == (400, "data.payload should be the JSON text of a push event")


@pytest.mark.parametrize(
    ("verb", "path", "allow"),
    [
        ("POST", "builds/status/x", "GET"),
        ("DELETE", "builds/list", "GET"),
        ("GET", "builds/stop", "POST"),
        ("GET", "builds/webhook/github", "POST"),
    ],
)
def test_wrong_verbs(rest: Rest, verb: str, path: str, allow: str) -> None:
    answer = rest.call(verb, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allow)
    assert answer.json() == {"error": {"code": 405, "message": "Method Not Allowed"}}
