"""Versions of algorithms: lists, documents, applying, tagging, aliases and deletion, and every refusal."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.rest.server import Rest, error
from tests.rest.test_rest_apply import apply, current

Fresh = Callable[[str], str]

NAME = "algorithm name must contain only lower-case alphanumeric, dash or dot"


def versions(rest: Rest, name: str) -> Any:
    return rest.get(f"versions/algorithms/{name}").json()


@pytest.fixture
def stored(rest: Rest, fresh: Fresh) -> str:
    """An algorithm with two versions; the first one is current."""
    name = fresh("ver")
    rest.post("store/algorithms", {"name": name, "algorithmImage": "img:1"})
    apply(rest, {"name": name, "algorithmImage": "img:2"})
    return name


@pytest.mark.covers("GET /api/v1/versions/algorithms/{name}", "GET /api/v1/versions/algorithms/{name}/{version}")
def test_documents(rest: Rest, stored: str) -> None:
    """Newest first; the first one was made before the algorithm was stored, so it has no times of it."""
    two, one = versions(rest, stored)
    now = current(rest, stored)
    assert one == {
        "version": now["version"],
        "semver": "1.0.0",
        "created": now["created"],
        "createdBy": "defaultUser",
        "name": stored,
        "versionAlias": "v1.0.0",
        "algorithm": {key: now[key] for key in now if key not in ("auditTrail", "created", "modified")},
        "algorithmImage": "img:1",
    }
    assert (two["semver"], two["versionAlias"], two["algorithmImage"]) == ("1.0.1", "v1.0.1", "img:2")
    assert (two["algorithm"]["version"], two["algorithm"]["created"]) == (two["version"], now["created"])
    assert rest.get(f"versions/algorithms/{stored}/{one['version']}").json() == one
    page = rest.get(f"versions/algorithms/{stored}?pageSize=1")
    behind = rest.get(f"versions/algorithms/{stored}?pageToken={page.headers['x-next-page-token']}")
    assert page.json() + behind.json() == [two, one]


def test_unknown_ones(rest: Rest, fresh: Fresh, stored: str) -> None:
    missing = fresh("nope")
    assert versions(rest, missing) == []
    assert error(rest.get("versions/algorithms/A_b")) == (400, NAME)
    for call in (rest.get, rest.delete):
        assert error(call(f"versions/algorithms/{missing}/abc")) == (404, f"algorithm {missing} Not Found")
        assert error(call(f"versions/algorithms/{stored}/nope")) == (404, "version nope Not Found")
        assert error(call(f"versions/algorithms/{stored}/{'x' * 11}")) == (
            400,
            "data.version should NOT be longer than 10 characters",
        )


@pytest.mark.covers("DELETE /api/v1/versions/algorithms/{name}/{version}")
def test_deletion(rest: Rest, stored: str) -> None:
    two, one = versions(rest, stored)
    used = rest.delete(f"versions/algorithms/{stored}/{one['version']}")
    assert error(used) == (400, "unable to remove the currently used version")
    assert rest.delete(f"versions/algorithms/{stored}/{two['version']}").json() == {"deleted": 1}
    assert versions(rest, stored) == [one]
    again = rest.delete(f"versions/algorithms/{stored}/{two['version']}")
    assert error(again) == (404, f"version {two['version']} Not Found")


@pytest.mark.covers("POST /api/v1/versions/algorithms/apply")
def test_applying(rest: Rest, fresh: Fresh, stored: str) -> None:
    """By the id, or by the image for clients that know no more; the newest version of the image is taken."""
    two, one = versions(rest, stored)
    before = current(rest, stored)
    answer = rest.post("versions/algorithms/apply", {"name": stored, "version": two["version"], "force": False})
    assert answer.status_code == 201
    now = current(rest, stored)
    assert answer.json() == {**two, "algorithm": now}
    assert [entry["version"] for entry in now["auditTrail"]] == [two["version"], one["version"]]
    assert now["created"] == before["created"]
    for version in (None, ""):
        by_image = rest.post("versions/algorithms/apply", {"name": stored, "image": "img:1", "version": version})
        assert (by_image.status_code, by_image.json()["version"]) == (201, one["version"])
    by_image = rest.post("versions/algorithms/apply", {"name": stored, "image": "img:2"})
    assert by_image.json()["algorithmImage"] == "img:2"
    other = fresh("other")
    rest.post("store/algorithms", {"name": other, "algorithmImage": "i"})
    mixed = rest.post("versions/algorithms/apply", {"name": other, "version": one["version"]})
    assert error(mixed) == (404, f"version {one['version']} Not Found")


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ({}, (400, "data should have required property 'name'")),
        ({"name": "A_b", "version": "x"}, (400, NAME)),
        ({"name": "no-such"}, (404, "algorithm no-such Not Found")),
        ({"name": "echo"}, (400, "data should have required property 'version'")),
        ({"name": "echo", "version": ""}, (400, "data.version should NOT be shorter than 1 characters")),
        ({"name": "echo", "version": "x" * 11}, (400, "data.version should NOT be longer than 10 characters")),
        ({"name": "echo", "version": "x", "force": "x"}, (400, "data.force should be boolean")),
        ({"name": "echo", "version": "nope"}, (404, "version nope Not Found")),
        ({"name": "echo", "image": "nope:1"}, (404, "version nope:1 Not Found")),
    ],
)
def test_bad_applies(rest: Rest, body: dict[str, Any], wanted: tuple[int, str]) -> None:
    assert error(rest.post("versions/algorithms/apply", body)) == wanted


@pytest.mark.covers("POST /api/v1/versions/algorithms/tag")
def test_tags(rest: Rest, stored: str) -> None:
    """The answer is the version as it was before."""
    two, _ = versions(rest, stored)
    body = {"name": stored, "version": two["version"], "pinned": True, "tags": ["a", "b"]}
    answer = rest.post("versions/algorithms/tag", body)
    assert (answer.status_code, answer.json()) == (201, two)
    tagged = {**two, "pinned": True, "tags": ["a", "b"]}
    assert versions(rest, stored)[0] == tagged
    assert rest.post("versions/algorithms/tag", {**body, "pinned": False, "tags": []}).json() == tagged
    assert versions(rest, stored)[0] == {**two, "pinned": False}


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ({}, (400, "data should have required property 'name'")),
        ({"name": "echo"}, (400, "data should have required property 'version'")),
        ({"name": "echo", "version": "x", "tags": [""]}, (400, "data.tags[0] should NOT be shorter than 1 characters")),
        (
            {"name": "echo", "version": "x", "tags": ["x" * 33]},
            (400, "data.tags[0] should NOT be longer than 32 characters"),
        ),
        ({"name": "echo", "version": "x", "pinned": "x"}, (400, "data.pinned should be boolean")),
        ({"name": "echo", "version": "nope"}, (404, "version nope Not Found")),
        ({"name": "no-such", "version": "x"}, (404, "algorithm no-such Not Found")),
    ],
)
def test_bad_tags(rest: Rest, body: dict[str, Any], wanted: tuple[int, str]) -> None:
    assert error(rest.post("versions/algorithms/tag", body)) == wanted


@pytest.mark.covers("PUT /api/v1/versions/algorithms/alias")
def test_aliases(rest: Rest, stored: str) -> None:
    """An unknown version is a good answer that says so."""
    two, _ = versions(rest, stored)
    answer = rest.put("versions/algorithms/alias/", {"version": two["version"], "alias": "best"})
    assert (answer.status_code, answer.json()) == (200, {**two, "versionAlias": "best"})
    assert versions(rest, stored)[0]["versionAlias"] == "best"
    unknown = rest.put("versions/algorithms/alias", {"version": "nope", "alias": "x"})
    assert unknown.status_code == 200
    assert unknown.json() == {"type": "NOT_FOUND", "metaData": {"entityType": "version", "id": "nope"}}
    assert error(rest.put("versions/algorithms/alias", {"alias": "x"})) == (
        400,
        "data should have required property 'version'",
    )
    assert error(rest.put("versions/algorithms/alias", {"version": "x"})) == (
        400,
        "data should have required property 'alias'",
    )
