"""Logs of jobs: pages in both directions from a place, filters, and the whole as text. Lines come from real workers."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.rest.server import Rest, error

LINES = 25
TALK = f"""
import json, sys
def start(args):
    for number in range({LINES}):
        print(f"line {{number:02d}}", flush=True)
    print("Warned Twice", file=sys.stderr, flush=True)
    print(json.dumps({{"level": "critical", "log": "the end"}}), flush=True)
    return 1
"""


@pytest.fixture(scope="module")
def talked(live: Rest) -> str:
    """A job that has ended and left its lines."""
    live.apply_code("talk", TALK)
    job = live.run({"name": "talking", "nodes": [{"nodeName": "Talk", "algorithmName": "talk", "input": []}]})
    assert live.ended(job)["status"] == "completed"
    return job


def texts(page: Any) -> list[str]:
    return [line["message"] for line in page["lines"]]


def numbered(*numbers: int) -> list[str]:
    return [f"line {number:02d}" for number in numbers]


@pytest.mark.covers("GET /api/v1/logs/{job_id}")
def test_pages_forward(rest: Rest, talked: str) -> None:
    """Each page says where the next one starts; together they are all lines, once and in order."""
    seen: list[str] = []
    params: dict[str, Any] = {"pageSize": 10, "source": "stdout"}
    while True:
        page = rest.get(f"logs/{talked}", params=params).json()
        seen += texts(page)
        if "nextPageToken" not in page:
            break
        params["pageToken"] = page["nextPageToken"]
    assert seen[:LINES] == numbered(*range(LINES))


@pytest.mark.covers("GET /api/v1/logs/{job_id}")
def test_pages_backward(rest: Rest, talked: str) -> None:
    """From the end to the beginning; the places on a page lead both ways, to the very lines beside it."""
    ask = {"pageSize": 10, "q": "LINE ", "backward": "true"}
    last = rest.get(f"logs/{talked}", params=ask).json()
    assert texts(last) == numbered(*range(15, 25))
    middle = rest.get(f"logs/{talked}", params={**ask, "pageToken": last["previousPageToken"]}).json()
    assert texts(middle) == numbered(*range(5, 15))
    first = rest.get(f"logs/{talked}", params={**ask, "pageToken": middle["previousPageToken"]}).json()
    assert texts(first) == numbered(*range(5))
    assert "previousPageToken" not in first
    forth = {"pageSize": 10, "q": "line ", "pageToken": first["nextPageToken"]}
    assert texts(rest.get(f"logs/{talked}", params=forth).json()) == numbered(*range(5, 15))


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"level": "error"}, {"Warned Twice", "the end"}),
        ({"level": "critical"}, {"the end"}),
        ({"source": "stderr"}, {"Warned Twice"}),
        ({"q": "warned tw"}, {"Warned Twice"}),
        ({"attempt": 2}, set()),
        ({"attempt": 1, "q": "line 07"}, {"line 07"}),
        ({"nodeName": "Other"}, set()),
        ({"nodeName": "Talk", "q": "line 24"}, {"line 24"}),
        ({"taskId": "none"}, set()),
    ],
)
@pytest.mark.covers("GET /api/v1/logs/{job_id}", "GET /api/v1/watch/logs/{job_id}")
def test_filters(rest: Rest, talked: str, filters: dict[str, Any], expected: set[str]) -> None:
    """The same for those who read a page and those who follow."""
    assert set(texts(rest.get(f"logs/{talked}", params=filters).json())) == expected
    followed = [line for event in rest.events(f"watch/logs/{talked}", filters) for line in texts(event)]
    assert set(followed) == expected


@pytest.mark.parametrize(
    ("query", "status", "message"),
    [
        ("level=loud", 400, "data.level should be equal to one of the allowed values"),
        ("pageToken=nowhere", 400, "the page token is not one of this log"),
        ("pageSize=1001", 400, "data.pageSize should be <= 1000"),
        ("attempt=-1", 400, "data.attempt should be >= 0"),
        ("source=radio", 400, "data.source should be equal to one of the allowed values"),
    ],
)
@pytest.mark.covers("GET /api/v1/logs/{job_id}")
def test_bad_requests(rest: Rest, talked: str, query: str, status: int, message: str) -> None:
    code, said = error(rest.get(f"logs/{talked}?{query}"))
    assert (code, said[: len(message)]) == (status, message)


@pytest.mark.covers("GET /api/v1/logs/{job_id}", "GET /api/v1/logs/{job_id}/download")
def test_unknown_job(rest: Rest) -> None:
    assert error(rest.get("logs/nosuchjob")) == (404, "job nosuchjob Not Found")
    assert error(rest.get("logs/nosuchjob/download")) == (404, "job nosuchjob Not Found")


@pytest.mark.covers("GET /api/v1/logs/{job_id}/download")
def test_download(rest: Rest, talked: str) -> None:
    """A text file with a line for each, in order, under the same filters."""
    answer = rest.get(f"logs/{talked}/download", params={"q": "line "})
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="{talked}.log"'
    lines = answer.text.splitlines()
    assert [line[line.index("Z ") :] for line in lines] == [
        f"Z info Talk stdout {text}" for text in numbered(*range(LINES))
    ]
    code, said = error(rest.get(f"logs/{talked}/download?level=loud"))
    assert (code, said[:11]) == (400, "data.level ")


@pytest.mark.covers("GET /api/v1/watch/logs/{job_id}")
def test_following_and_stopping(rest: Rest, fresh: Callable[[str], str]) -> None:
    """Lines arrive while their job runs, and the stream ends with the job."""
    name = fresh("says")
    rest.apply_code(name, "def start(args):\n    print('said', flush=True)\n    return 1\n")
    job = rest.run({"name": name, "nodes": [{"nodeName": "A", "algorithmName": name, "input": []}]})
    rest.seen.append(("GET", f"/api/v1/watch/logs/{job}"))
    rest.follow(f"watch/logs/{job}")
    assert texts(rest.get(f"logs/{job}", params={"source": "stdout"}).json()) == ["said"]
