"""The tasks of a job: pages in any order, filters, exact numbers, bins of a batch, and when they ran."""

from typing import Any

import pytest

from tests.rest.server import Rest, error

TASKS = "GET /api/v1/exec/tasks/{job_id}"
ITEMS = "GET /api/v1/exec/items/{job_id}/{node}"
TIMELINE = "GET /api/v1/exec/timeline/{job_id}"

SOME_FAIL = """
def start(args):
    if args["input"][0] % 4 == 0:
        raise ValueError(f"no {args['input'][0]}")
    return "x" * args["input"][0]
"""
BATCH = 12


@pytest.fixture(scope="module")
def job(live: Rest) -> str:
    """A batch of 12 of which 4, 8 and 12 fail, then one more task."""
    live.apply_code("some-fail", SOME_FAIL)
    nodes = [
        {"nodeName": "batch", "algorithmName": "some-fail", "input": [f"#[1...{BATCH}]"], "retry": {"policy": "Never"}},
        {"nodeName": "one", "algorithmName": "echo", "input": ["@batch"]},
    ]
    job_id = live.run({"name": "tasks", "nodes": nodes, "options": {"batchTolerance": 100}})
    assert live.ended(job_id)["status"] == "completed"
    return job_id


def tasks(rest: Rest, job: str, **query: Any) -> Any:
    answer = rest.get(f"exec/tasks/{job}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def places(answer: Any) -> list[int]:
    return [task["batchIndex"] for task in answer["tasks"]]


@pytest.mark.covers(TASKS)
def test_all_tasks(rest: Rest, job: str) -> None:
    answer = tasks(rest, job)
    assert answer["total"] == BATCH + 1
    assert answer["states"] == {"succeed": 10, "failed": 3}
    assert [task["nodeName"] for task in answer["tasks"]] == ["batch"] * BATCH + ["one"]
    assert places(answer) == [*range(1, BATCH + 1), 0]
    assert "nextPageToken" not in answer
    first, fourth = answer["tasks"][0], answer["tasks"][3]
    assert first["status"] == "succeed"
    assert first["algorithmName"] == "some-fail"
    assert first["output"]["storageInfo"]["path"] == f"local-hkube/{job}/{first['taskId']}"
    assert first["startTime"] <= first["endTime"]
    assert fourth["status"] == "failed"
    assert fourth["error"] == "ValueError: no 4"
    assert "output" not in fourth


@pytest.mark.covers(TASKS)
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"status": "failed"}, [4, 8, 12]),
        ({"status": ["failed", "succeed"], "node": "batch", "limit": 3}, [1, 2, 3]),
        ({"q": "NO 8"}, [8]),
        ({"node": "batch", "order": "desc", "limit": 2}, [12, 11]),
        ({"node": "batch", "item": 5, "limit": 2}, [5, 6]),
        ({"node": "batch", "item": 5, "limit": 2, "order": "desc"}, [5, 4]),
        ({"node": "batch", "sort": "size", "order": "desc", "limit": 2}, [11, 10]),
        ({"node": "batch", "sort": "status", "limit": 3}, [4, 8, 12]),
        ({"node": "one"}, [0]),
    ],
)
def test_filter_and_order(rest: Rest, job: str, query: dict[str, Any], expected: list[int]) -> None:
    assert places(tasks(rest, job, **query)) == expected


@pytest.mark.covers(TASKS)
@pytest.mark.parametrize("sort", ["index", "status", "start", "duration", "attempts", "size"])
def test_pages(rest: Rest, job: str, sort: str) -> None:
    """Page by page each task comes once."""
    found: list[str] = []
    token = ""
    while True:
        answer = tasks(rest, job, sort=sort, pageSize=5, pageToken=token)
        found += [task["taskId"] for task in answer["tasks"]]
        assert answer["total"] == BATCH + 1
        token = answer.get("nextPageToken", "")
        if not token:
            break
    assert len(found) == len(set(found)) == BATCH + 1


@pytest.mark.covers(TASKS)
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"node": "nobody"}, (404, "node nobody Not Found")),
        ({"pageSize": 1001}, (400, "data.pageSize should be <= 1000")),
        ({"item": -1}, (400, "data.item should be >= 0")),
        ({"item": 3}, (400, "say of which node the item is")),
        ({"status": "skipped-over"}, None),
        ({"status": "stalled"}, (400, "no task is in state TASK_STATE_STALLED")),
        ({"sort": "colour"}, None),
        ({"order": "up"}, (400, "data.order should be equal to one of the allowed values (asc,desc)")),
        ({"pageToken": "e30="}, (400, "the page token is not one of ours, or of a page in another order")),
        ({"pageToken": "%%%"}, (400, "the page token is not one of ours")),
    ],
)
def test_bad_queries(rest: Rest, job: str, query: dict[str, Any], expected: tuple[int, str] | None) -> None:
    said = error(rest.get(f"exec/tasks/{job}", params=query))
    if expected is None:  # The words are listed, and may become more.
        field = next(iter(query))
        assert said[0] == 400
        assert said[1].startswith(f"data.{field} should be equal to one of the allowed values (")
    else:
        assert said == expected


@pytest.mark.covers(TASKS)
def test_tokens_fit_their_order_only(rest: Rest, job: str) -> None:
    token = tasks(rest, job, limit=2)["nextPageToken"]
    answer = rest.get(f"exec/tasks/{job}", params={"sort": "start", "pageToken": token})
    assert error(answer) == (400, "the page token is not one of ours, or of a page in another order")


@pytest.mark.covers(ITEMS)
@pytest.mark.parametrize(
    ("query", "size", "expected"),
    [
        ({}, 1, [1] * BATCH),
        ({"bins": 5}, 3, [3, 3, 3, 3]),
        ({"from": 2, "to": 7, "bins": 2}, 3, [3, 2]),
        ({"from": 99}, 1, []),
    ],
)
def test_bins(rest: Rest, job: str, query: dict[str, Any], size: int, expected: list[int]) -> None:
    answer = rest.get(f"exec/items/{job}/batch", params=query).json()
    assert (answer["nodeName"], answer["total"], answer["size"]) == ("batch", BATCH, size)
    assert [sum(bin["states"].values()) for bin in answer["bins"]] == expected
    assert [bin["from"] for bin in answer["bins"]] == [answer["from"] + 1 + size * i for i in range(len(expected))]


@pytest.mark.covers(ITEMS)
def test_bins_tell_states(rest: Rest, job: str) -> None:
    answer = rest.get(f"exec/items/{job}/batch?bins=2").json()
    assert [bin["states"] for bin in answer["bins"]] == [{"succeed": 5, "failed": 1}, {"succeed": 4, "failed": 2}]


@pytest.mark.covers(TIMELINE)
def test_timeline(rest: Rest, job: str) -> None:
    answer = rest.get(f"exec/timeline/{job}").json()
    assert answer["exact"] is True
    assert answer["total"] == BATCH + 1
    assert {lane["name"]: len(lane["spans"]) for lane in answer["lanes"]} == {"batch": BATCH, "one": 1}
    span = answer["lanes"][0]["spans"][0]
    assert answer["from"] <= span["startTime"] <= span["endTime"] <= answer["to"]
    # Times of the frame are whole milliseconds, cut off: what ends in its last one may be behind it.
    one = rest.get(f"exec/timeline/{job}", params={"node": "one", "lanes": "worker"}).json()
    assert [lane["name"] for lane in one["lanes"]] == [one["lanes"][0]["spans"][0]["podName"]]


@pytest.mark.covers(TIMELINE)
def test_timeline_of_many(rest: Rest, job: str) -> None:
    answer = rest.get(f"exec/timeline/{job}", params={"limit": 3, "columns": 8, "node": "batch"}).json()
    assert answer["exact"] is False
    assert answer["total"] == BATCH
    assert [len(lane["running"]) for lane in answer["lanes"]] == [8]
    assert max(answer["lanes"][0]["running"]) >= 1


@pytest.mark.covers(ITEMS, TIMELINE)
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("exec/items/{job}/nobody", (404, "node nobody Not Found")),
        ("exec/items/nobody/batch", (404, "job nobody Not Found")),
        ("exec/items/{job}/batch?bins=5000", (400, "data.bins should be <= 4096")),
        ("exec/items/{job}/batch?from=-1", (400, "data.from should be >= 0")),
        ("exec/timeline/nobody", (404, "job nobody Not Found")),
        ("exec/timeline/{job}?node=nobody", (404, "node nobody Not Found")),
        ("exec/timeline/{job}?columns=9999", (400, "data.columns should be <= 2000")),
        ("exec/timeline/{job}?limit=-1", (400, "data.limit should be >= 0")),
        ("exec/tasks/nobody", (404, "job nobody Not Found")),
    ],
)
def test_bad_requests(rest: Rest, job: str, path: str, expected: tuple[int, str]) -> None:
    rest.get(f"exec/items/{job}/batch")
    rest.get(f"exec/timeline/{job}")
    assert error(rest.get(path.format(job=job))) == expected


@pytest.mark.covers(TASKS, ITEMS, TIMELINE)
def test_while_it_runs(rest: Rest) -> None:
    """A task that a worker has is active and knows since when; the rest of the batch waits."""
    nodes = [{"nodeName": "held", "algorithmName": "hold", "input": ["#[1...500]"]}]
    job_id = rest.run({"name": "tasks-held", "nodes": nodes})
    rest.until(job_id, lambda status: status.get("data", {}).get("states", {}).get("active", 0) > 0)
    answer = tasks(rest, job_id, status="active")
    count = answer["states"]["active"]
    assert answer["total"] == len(answer["tasks"]) == count
    assert answer["states"]["creating"] == 500 - count
    assert all(task["startTime"] and task["podName"] and "endTime" not in task for task in answer["tasks"])
    bins = rest.get(f"exec/items/{job_id}/held?bins=1").json()["bins"]
    assert bins[0]["states"]["active"] >= 1
    spans = rest.get(f"exec/timeline/{job_id}").json()["lanes"][0]["spans"]
    assert all("endTime" not in span for span in spans)
    rest.post("exec/stop", {"jobId": job_id})
    rest.ended(job_id)
    assert set(tasks(rest, job_id)["states"]) == {"stopped"}
