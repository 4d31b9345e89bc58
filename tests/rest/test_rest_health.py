"""What every client looks at first: versions of the API, roots of its groups, and how wrong verbs are answered."""

import pytest

from tests.rest.server import Rest


@pytest.mark.covers("GET /api")
def test_versions(rest: Rest) -> None:
    assert rest.get("/api").json() == ["v1"]


@pytest.mark.parametrize("group", ["store", "exec", "versions", "builds", "cron", "pipelines", "webhooks", "storage"])
def test_roots(rest: Rest, group: str) -> None:
    """With and without a slash at the end, in any case, below the prefix that clients use."""
    for path in (group, f"{group}/", group.upper(), f"/hkube/api-server/api/v1/{group}"):
        assert rest.get(path).json() == {"message": f"v1 {group} api"}


def test_wrong_verb(rest: Rest) -> None:
    answer = rest.post("exec/status/nobody", {})
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")
    assert answer.json() == {"error": {"code": 405, "message": "Method Not Allowed"}}


def test_unknown_route(rest: Rest) -> None:
    answer = rest.get("nothing/here")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert "Cannot GET /api/v1/nothing/here" in answer.text
