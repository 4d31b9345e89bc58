"""Versions of pipelines: listed, read, gone back to, named and deleted."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.rest.server import Rest, error

Fresh = Callable[[str], str]


def document(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "nodes": [{"nodeName": "a", "algorithmName": "echo"}], **more}


def two_versions(rest: Rest, name: str) -> tuple[str, str]:
    """A pipeline that was stored and replaced once; its versions, oldest first."""
    first = rest.post("store/pipelines", document(name, description="first")).json()["version"]
    second = rest.put("store/pipelines", document(name, priority=5)).json()["version"]
    return first, second


@pytest.mark.covers("GET /api/v1/versions/pipelines/{name}", "GET /api/v1/versions/pipelines/{name}/{version}")
def test_list_and_get(rest: Rest, fresh: Fresh) -> None:
    """Newest first; a version holds the whole pipeline without audit trail, and without times of the server."""
    name = fresh("pipe")
    first, second = two_versions(rest, name)
    newest, oldest = rest.get(f"versions/pipelines/{name}").json()
    assert (newest["version"], oldest["version"]) == (second, first)
    created = oldest.pop("created")
    assert oldest == {
        "version": first,
        "semver": "1.0.0",
        "createdBy": "defaultUser",
        "name": name,
        "versionAlias": "v1.0.0",
        "pipeline": {
            "name": name,
            "description": "first",
            "nodes": [
                {"nodeName": "a", "algorithmName": "echo", "kind": "algorithm", "input": [], "minStatelessCount": 0}
            ],
            "kind": "batch",
            "experimentName": "main",
            "options": {"ttl": 3600, "batchTolerance": 80, "progressVerbosityLevel": "info"},
            "priority": 3,
            "version": first,
        },
    }
    assert newest["semver"] == "1.0.1"
    assert rest.get(f"versions/pipelines/{name}/{first}").json() == {**oldest, "created": created}


@pytest.mark.covers("GET /api/v1/versions/pipelines/{name}")
def test_pages(rest: Rest, fresh: Fresh) -> None:
    name = fresh("pipe")
    first, second = two_versions(rest, name)
    page = rest.get(f"versions/pipelines/{name}?pageSize=1")
    assert [item["version"] for item in page.json()] == [second]
    token = page.headers["x-next-page-token"]
    rest_of_them = rest.get(f"versions/pipelines/{name}?pageSize=1&pageToken={token}")
    assert [item["version"] for item in rest_of_them.json()] == [first]
    assert "x-next-page-token" not in rest_of_them.headers


@pytest.mark.covers(
    "GET /api/v1/versions/pipelines/{name}",
    "GET /api/v1/versions/pipelines/{name}/{version}",
    "DELETE /api/v1/versions/pipelines/{name}/{version}",
    "POST /api/v1/versions/pipelines/apply",
)
def test_what_is_not_there(rest: Rest, fresh: Fresh) -> None:
    name, nobody = fresh("pipe"), fresh("nobody")
    first, _ = two_versions(rest, name)
    assert rest.get(f"versions/pipelines/{nobody}").json() == []
    text = "pipeline name must contain only alphanumeric, dash, dot or underscore"
    assert error(rest.get("versions/pipelines/a b")) == (400, text)
    for version, of, message in (
        (first, nobody, f"pipeline {nobody} Not Found"),
        ("nope", name, "version nope Not Found"),
    ):
        assert error(rest.get(f"versions/pipelines/{of}/{version}")) == (404, message)
        assert error(rest.delete(f"versions/pipelines/{of}/{version}")) == (404, message)
        applied = rest.post("versions/pipelines/apply", {"name": of, "version": version})
        assert error(applied) == (404, message)


@pytest.mark.covers("POST /api/v1/versions/pipelines/apply", "GET /api/v1/store/pipelines/{name}")
def test_apply_lays_the_version_over_what_is_stored(rest: Rest, fresh: Fresh) -> None:
    """Keys that the version lacks survive; the entry on top of the audit trail tells no time; `created` appears."""
    name = fresh("pipe")
    first, second = two_versions(rest, name)
    rest.put("store/pipelines", document(name, tags=["kept"], priority=5))
    answer = rest.post("versions/pipelines/apply", {"name": name, "version": first})
    assert answer.status_code == 201
    assert answer.json() == rest.get(f"versions/pipelines/{name}/{first}").json()
    now = rest.get(f"store/pipelines/{name}").json()
    assert (now["version"], now["description"], now["tags"], now["priority"]) == (first, "first", ["kept"], 3)
    assert now["auditTrail"][0] == {"user": "defaultUser", "timestamp": None, "version": first}
    assert [entry["version"] for entry in now["auditTrail"]][-2:] == [second, first]
    assert now["created"] <= now["modified"]


@pytest.mark.covers("DELETE /api/v1/versions/pipelines/{name}/{version}")
def test_delete(rest: Rest, fresh: Fresh) -> None:
    """Any but the current one."""
    name = fresh("pipe")
    first, second = two_versions(rest, name)
    assert error(rest.delete(f"versions/pipelines/{name}/{second}")) == (
        400,
        "unable to remove the currently used version",
    )
    assert rest.delete(f"versions/pipelines/{name}/{first}").json() == {"deleted": 1}
    assert [item["version"] for item in rest.get(f"versions/pipelines/{name}").json()] == [second]
    assert error(rest.delete(f"versions/pipelines/{name}/{first}")) == (404, f"version {first} Not Found")


@pytest.mark.covers("DELETE /api/v1/versions/pipelines/{name}/{version}", "POST /api/v1/versions/pipelines/apply")
def test_versions_of_another_pipeline(rest: Rest, fresh: Fresh) -> None:
    """They are not applied here; and what is current there is not removed under this name either."""
    name, other = fresh("pipe"), fresh("pipe")
    two_versions(rest, name)
    _, current = two_versions(rest, other)
    applied = rest.post("versions/pipelines/apply", {"name": name, "version": current})
    assert error(applied) == (404, f"version {current} Not Found")
    removed = rest.delete(f"versions/pipelines/{name}/{current}")
    assert error(removed) == (400, "unable to remove the currently used version")
    assert rest.get(f"versions/pipelines/{other}/{current}").status_code == 200


@pytest.mark.covers("PUT /api/v1/versions/pipelines/alias")
def test_alias(rest: Rest, fresh: Fresh) -> None:
    name = fresh("pipe")
    first, _ = two_versions(rest, name)
    answer = rest.put("versions/pipelines/alias", {"version": first, "alias": "good one"})
    assert (answer.status_code, answer.json()["versionAlias"]) == (200, "good one")
    assert rest.get(f"versions/pipelines/{name}/{first}").json() == answer.json()


@pytest.mark.covers("PUT /api/v1/versions/pipelines/alias")
def test_alias_of_an_unknown_version_is_a_good_answer(rest: Rest) -> None:
    answer = rest.put("versions/pipelines/alias", {"version": "nope", "alias": "x"})
    assert answer.status_code == 200
    assert answer.json() == {"type": "NOT_FOUND", "metaData": {"entityType": "version", "id": "nope"}}


@pytest.mark.parametrize(
    ("verb", "path", "body", "text"),
    [
        ("POST", "versions/pipelines/apply", {"version": "v"}, "data should have required property 'name'"),
        ("POST", "versions/pipelines/apply", {"name": "p"}, "data should have required property 'version'"),
        (
            "POST",
            "versions/pipelines/apply",
            {"name": "p", "version": "12345678901"},
            "data.version should NOT be longer than 10 characters",
        ),
        (
            "POST",
            "versions/pipelines/apply",
            {"name": "p", "version": None},
            "data.version should NOT be shorter than 1 characters",
        ),
        ("PUT", "versions/pipelines/alias", {"alias": "x"}, "data should have required property 'version'"),
        ("PUT", "versions/pipelines/alias", {"version": "x"}, "data should have required property 'alias'"),
        (
            "GET",
            "versions/pipelines/p/12345678901",
            None,
            "data.version should NOT be longer than 10 characters",
        ),
        (
            "DELETE",
            "versions/pipelines/p/12345678901",
            None,
            "data.version should NOT be longer than 10 characters",
        ),
    ],
)
def test_bad_requests(rest: Rest, verb: str, path: str, body: Any, text: str) -> None:
    assert error(rest.call(verb, path, json=body)) == (400, text)
