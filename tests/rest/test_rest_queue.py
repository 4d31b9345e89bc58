"""The job queue: its two lists, page by page and in groups, and the order that people give it, which jobs really start in.

One job may be active at a time, and it runs until it is stopped: all others wait for as long as a test wants.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.rest.conftest import HOLD, check_covers
from tests.rest.server import Rest, error, server

ONE = ("--max-active-jobs", "1")
HOLDING = [{"nodeName": "n", "algorithmName": "hold"}]
PREFERRED = "queue/preferred"


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rest]:
    """A server where one job is active at a time."""
    with server(tmp_path_factory.mktemp("queue"), *ONE) as rest:
        rest.apply_code("hold", HOLD)
        yield rest


@pytest.fixture
def held(narrow: Rest, request: pytest.FixtureRequest) -> Iterator[Rest]:
    """The server with one job that runs; whatever else a test submits is stopped behind it."""
    narrow.run({"name": "front", "nodes": HOLDING})
    narrow.seen.clear()
    yield narrow
    check_covers(narrow, request)
    for name in ("a", "b", "c", "front"):
        narrow.post("exec/stop", {"pipelineName": name, "statusToStop": "active,pending,paused,resumed"})
    assert narrow.get("queue/count").json() == {"managed": 0, "preferred": 0}


def submit(rest: Rest, name: str, *tags: str, priority: int = 3) -> str:
    return rest.run({"name": name, "nodes": HOLDING, "tags": list(tags), "priority": priority})


def listed(rest: Rest, kind: str, **query: Any) -> list[str]:
    page = rest.get(f"queue/{kind}", params={"pageSize": 100, **query}).json()
    return [item["jobId"] for item in page["returnList"]]


def prefer(rest: Rest, jobs: list[str], position: str = "last", **more: Any) -> list[str]:
    answer = rest.post(PREFERRED, {"jobs": jobs, "position": position, **more})
    assert answer.status_code == 200, answer.text
    return [item["jobId"] for item in answer.json()]


@pytest.mark.covers("GET /api/v1/queue/count")
def test_items(held: Rest) -> None:
    """What is told of a job that waits; by score, so that the stronger priority is first."""
    weak, strong = submit(held, "a", "x", "y", priority=2), submit(held, "b", priority=5)
    assert held.get("queue/count").json() == {"managed": 2, "preferred": 0}
    page = held.get("queue/managed", params={"pageSize": 5}).json()
    assert (page["prevCount"], page["nextCount"]) == (0, 0)
    assert [item["jobId"] for item in page["returnList"]] == [strong, weak]
    item = page["returnList"][1]
    assert 0.2 < item.pop("score") < 0.3
    assert item.pop("entranceTime") > 1_700_000_000_000
    assert item == {
        "jobId": weak,
        "experimentName": "main",
        "pipelineName": "a",
        "priority": 2,
        "maxExceeded": False,
        "tags": ["x", "y"],
        "position": 2,
    }
    assert page["returnList"][0]["tags"] == []
    empty = held.get(PREFERRED, params={"pageSize": 5}).json()
    assert empty == {"prevCount": 0, "nextCount": 0, "returnList": []}


@pytest.mark.covers("GET /api/v1/queue/managed")
def test_filters(held: Rest) -> None:
    """The pipeline wins over the tag; a blank tag or `null` means none."""
    one, two, three = submit(held, "a", "x"), submit(held, "b", "x", "y"), submit(held, "a")
    assert listed(held, "managed", pipelineName="a") == [one, three]
    assert listed(held, "managed", tag="x") == [one, two]
    assert listed(held, "managed", tag="y", pipelineName="a") == [one, three]
    assert listed(held, "managed", tag="null") == listed(held, "managed", tag=" ") == [three]
    assert listed(held, "managed", tag="nobody") == []


@pytest.mark.parametrize("kind", ["managed", "preferred"])
@pytest.mark.parametrize("query", [{}, {"pipelineName": "a"}])
def test_pages(held: Rest, kind: str, query: dict[str, str]) -> None:
    """First, behind a job, up to a job, last; a page is full whenever the list is long enough."""
    jobs = [submit(held, "a") for _ in range(5)]
    other = submit(held, "b")
    if kind == "preferred":
        prefer(held, [*jobs, other])
    behind = 0 if query else 1

    def page(**more: Any) -> tuple[int, list[int], int]:
        said = held.get(f"queue/{kind}", params={"pageSize": 2, **query, **more}).json()
        places = [jobs.index(item["jobId"]) for item in said["returnList"] if item["jobId"] != other]
        return said["prevCount"], places, said["nextCount"]

    assert page() == (0, [0, 1], 3 + behind)
    assert page(firstJobId=jobs[2]) == (2, [2, 3], 1 + behind)
    assert page(firstJobId="nobody") == (0, [0, 1], 3 + behind)
    assert page(lastJobId=jobs[3]) == (2, [2, 3], 1 + behind)
    assert page(lastJobId=jobs[0]) == page(lastJobId="nobody") == (0, [0, 1], 3 + behind)
    if query:
        assert page(lastJobs="true") == (3, [3, 4], 0)
        assert page(firstJobId=jobs[4]) == (3, [3, 4], 0)
    assert page(pageSize=9, firstJobId=jobs[3]) == (0, [0, 1, 2, 3, 4], 0)


@pytest.mark.covers(
    "GET /api/v1/queue/managed/aggregation/pipeline",
    "GET /api/v1/queue/managed/aggregation/tag",
    "GET /api/v1/queue/preferred/aggregation/pipeline",
    "GET /api/v1/queue/preferred/aggregation/tag",
)
def test_groups(held: Rest) -> None:
    """Managed jobs are counted by name; preferred ones only while they stand next to each other."""
    jobs = [submit(held, "a", "x"), submit(held, "b", "x", "y"), submit(held, "a", "x"), submit(held, "a")]
    assert held.get("queue/managed/aggregation/pipeline").json() == [
        {"name": "a", "count": 3},
        {"name": "b", "count": 1},
    ]
    assert held.get("queue/managed/aggregation/tag").json() == [
        {"name": "", "count": 1},
        {"name": "x", "count": 3},
        {"name": "y", "count": 1},
    ]
    first = held.get("queue/managed/aggregation/tag", params={"pageSize": 2})
    token = first.headers["x-next-page-token"]
    rest = held.get("queue/managed/aggregation/tag", params={"pageSize": 2, "pageToken": token})
    assert [group["name"] for answer in (first, rest) for group in answer.json()] == ["", "x", "y"]
    assert held.get("queue/preferred/aggregation/pipeline").json() == []
    prefer(held, [jobs[0], jobs[2], jobs[1], jobs[3]])
    assert held.get("queue/preferred/aggregation/pipeline").json() == [
        {"name": "a", "count": 2, "lastJob": jobs[2]},
        {"name": "b", "count": 1, "lastJob": jobs[1]},
        {"name": "a", "count": 1, "lastJob": jobs[3]},
    ]
    assert held.get("queue/preferred/aggregation/tag").json() == [
        {"name": "x", "count": 2, "lastJob": jobs[2]},
        {"name": "x,y", "count": 1, "lastJob": jobs[1]},
        {"name": "", "count": 1, "lastJob": jobs[3]},
    ]


@pytest.mark.covers("POST /api/v1/queue/preferred", "GET /api/v1/queue/preferred")
def test_positions(held: Rest) -> None:
    """Jobs keep the order of the request; the answer lists them the other way round, without those that do not wait."""
    a, b, c, d, e, f = (submit(held, name, f"tag-{name}") for name in ("a", "b", "a", "c", "c", "b"))
    assert prefer(held, [c, a, "nobody"], "first") == [a, c]
    assert listed(held, "preferred") == [c, a]
    assert listed(held, "managed") == [b, d, e, f]
    prefer(held, [b], "last")
    prefer(held, [d], "before", query={"pipelineName": "a"})
    assert listed(held, "preferred") == [d, c, a, b]
    prefer(held, [e], "after", query={"pipeline": "a"})
    assert listed(held, "preferred") == [d, c, a, e, b]
    prefer(held, [f], "after", query={"tag": "not there"})
    assert listed(held, "preferred") == [f, d, c, a, e, b]
    assert held.get("queue/count").json() == {"managed": 0, "preferred": 6}
    positions = held.get(PREFERRED, params={"pageSize": 9}).json()["returnList"]
    assert [item["position"] for item in positions] == [1, 2, 3, 4, 5, 6]


def test_single_places(held: Rest) -> None:
    """Before and behind one job, and behind the last of those with a tag."""
    a, b, c, d = (submit(held, name, "x") for name in ("a", "b", "c", "a"))
    prefer(held, [a, b], "first")
    prefer(held, [c], "before", query={"jobId": b})
    assert listed(held, "preferred") == [a, c, b]
    prefer(held, [d], "after", query={"tag": "x"})
    assert listed(held, "preferred") == [a, c, b, d]


def test_reorder(held: Rest) -> None:
    """Jobs that are preferred already stay where they are, unless the caller says that they are meant too."""
    a, b, c = (submit(held, name) for name in ("a", "b", "c"))
    prefer(held, [a, b], "first")
    assert error(held.post(PREFERRED, {"jobs": [b], "position": "first"})) == (400, NONE)
    assert prefer(held, [b, c], "first") == [c]
    assert listed(held, "preferred") == [c, a, b]
    prefer(held, [b, c], "first", reorder=True)
    assert listed(held, "preferred") == [b, c, a]


@pytest.mark.covers("POST /api/v1/queue/preferred/deletes")
def test_back(held: Rest) -> None:
    """Jobs that are put back stand where their score says; others are passed over."""
    a, b, c = (submit(held, name) for name in ("a", "b", "c"))
    prefer(held, [c, b], "first")
    moved = held.post("queue/preferred/deletes", {"jobs": [c, a, "nobody"]}).json()
    assert [item["jobId"] for item in moved] == [c]
    assert listed(held, "preferred") == [b]
    assert listed(held, "managed") == [a, c]
    assert held.post("queue/preferred/deletes", {"jobs": ["nobody"]}).json() == []


def test_they_start_in_this_order(held: Rest) -> None:
    """Preferred jobs start first, in their order; then the others by score. Who started is not preferred any more."""
    a, b, c, d = (submit(held, name) for name in ("a", "b", "c", "a"))
    prefer(held, [d, b], "first")
    explained = held.get(f"exec/explain/{b}").json()["sentence"]
    assert "place 2 of 4 in the job queue, where it is preferred" in explained
    held.post("exec/stop", {"pipelineName": "front"})
    for job in (d, b, a, c):
        assert held.get(f"exec/status/{job}").json()["status"] == "active"
        assert job not in listed(held, "preferred") + listed(held, "managed")
        held.post("exec/stop", {"jobId": job})


def test_leaving(held: Rest) -> None:
    """A job that is paused, or ends while it waits, loses its place; resumed, it waits among the managed ones."""
    a, b, c = (submit(held, name) for name in ("a", "b", "c"))
    prefer(held, [c, b, a], "first")
    held.post("exec/pause", {"jobId": c})
    held.post("exec/stop", {"jobId": b})
    assert listed(held, "preferred") == [a]
    held.post("exec/resume", {"jobId": c})
    assert (listed(held, "preferred"), listed(held, "managed")) == ([a], [c])


def test_limits_hold(held: Rest) -> None:
    """A preferred job that its pipeline's limit holds back is passed by the next one."""
    limited = {
        "name": "a",
        "nodes": HOLDING,
        "options": {"concurrentPipelines": {"amount": 1, "rejectOnFailure": False}},
    }
    first, second = held.run(limited), held.run(limited)
    other = submit(held, "b")
    prefer(held, [first, second], "first")
    assert [item["maxExceeded"] for item in held.get(PREFERRED, params={"pageSize": 9}).json()["returnList"]] == [
        False,
        True,
    ]
    held.post("exec/stop", {"pipelineName": "front"})
    held.post("exec/pause", {"jobId": first})
    assert held.get(f"exec/status/{other}").json()["status"] == "active"
    assert listed(held, "preferred") == [second]


NONE = "None of the jobs exist in the general queue"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"position": "first"}, "should have required property 'jobs'"),
        ({"jobs": ["x"]}, "should have required property 'position'"),
        ({"jobs": "x", "position": "first"}, "should be array"),
        (
            {"jobs": ["x"], "position": "top"},
            "should be equal to one of the allowed values (first,last,before,after)",
        ),
        (
            {"jobs": ["x"], "position": "before", "query": {"tag": ""}},
            "should NOT be shorter than 1 characters",
        ),
        (
            {"jobs": ["x"], "position": "before", "query": {"tag": "x" * 33}},
            "should NOT be longer than 32 characters",
        ),
        (
            {"jobs": ["x"], "position": "first", "query": {"tag": "x"}},
            "No query is needed in case of position first or last",
        ),
        ({"jobs": ["x"], "position": "last", "query": {}}, "No query is needed in case of position first or last"),
        ({"jobs": ["x"], "position": "after"}, "Must supply query in case of position before or after"),
        (
            {"jobs": ["x"], "position": "after", "query": {"tag": "x", "jobId": "y"}},
            "Query must contain only one of jobId ,tag ,pipeline",
        ),
        (
            {"jobs": ["x"], "position": "before", "query": {}},
            "Query must contain one of jobId ,tag ,pipeline",
        ),
        ({"jobs": ["x"], "position": "last"}, NONE),
    ],
)
def test_refused_moves(narrow: Rest, body: dict[str, Any], text: str) -> None:
    assert error(narrow.post(PREFERRED, body)) == (400, text)


def test_refused_deletes(narrow: Rest) -> None:
    assert error(narrow.post("queue/preferred/deletes", {})) == (400, "should have required property 'jobs'")


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("", "should have required property 'pageSize'"),
        ("?pageSize=x", "should be integer"),
        ("?pageSize=1001", "should be <= 1000"),
        ("?pageSize=-1", "should be >= 1"),
    ],
)
@pytest.mark.parametrize("kind", ["managed", "preferred"])
def test_refused_pages(narrow: Rest, kind: str, query: str, text: str) -> None:
    assert error(narrow.get(f"queue/{kind}{query}")) == (400, text)


def test_the_order_outlives_a_restart(tmp_path: Path) -> None:
    """A control plane that is stopped and started goes by the order that was given before."""
    with server(tmp_path, *ONE) as rest:
        rest.apply_code("hold", HOLD)
        front = submit(rest, "front")
        a, b, c = (submit(rest, name) for name in ("a", "b", "c"))
        prefer(rest, [c, b], "first")
    with server(tmp_path, *ONE) as rest:
        assert rest.get(f"exec/status/{front}").json()["status"] == "active"
        assert (listed(rest, "preferred"), listed(rest, "managed")) == ([c, b], [a])
        rest.post("exec/stop", {"jobId": front})
        assert rest.get(f"exec/status/{c}").json()["status"] == "active"
        for job in (c, b, a):
            rest.post("exec/stop", {"jobId": job})
