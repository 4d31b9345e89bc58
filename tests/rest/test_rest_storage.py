"""What lies in the object store: lists by path, values in each form, and results as archives."""

import io
import json
import zipfile
from typing import Any
from urllib.parse import quote

import msgpack
import pytest

from tests.rest.server import Rest, error

INFO = "GET /api/v1/storage/info"
TYPES = "GET /api/v1/storage/prefix/types"
PREFIXES = "GET /api/v1/storage/prefixes"
PREFIX = "GET /api/v1/storage/prefixes/{path=**}"
KEYS = "GET /api/v1/storage/keys"
KEYS_BELOW = "GET /api/v1/storage/keys/{path=**}"
VALUES = "GET /api/v1/storage/values/{path=**}"
STREAM = "GET /api/v1/storage/stream/{path=**}"
STREAM_CUSTOM = "GET /api/v1/storage/stream/custom/{path=**}"
DOWNLOAD = "GET /api/v1/storage/download/{path=**}"
DOWNLOAD_CUSTOM = "GET /api/v1/storage/download/custom/{path=**}"
ARCHIVE = "GET /api/v1/storage/download/pipeline/result/{job_id}"
NAMED_ARCHIVE = "GET /api/v1/storage/download/pipeline/result/{job_id}/{namefile}"

BUCKETS = [
    *("local-hkube", "local-hkube-persistency", "local-hkube-results", "local-hkube-metadata", "local-hkube-store"),
    *("local-hkube-execution", "local-hkube-index", "local-hkube-builds", "local-hkube-algo-metrics"),
    "local-hkube-datasource",
]
REPEAT = """
def start(args):
    return "x" * args["input"][0]
"""
SMALL, MEDIUM, LARGE = 10, 110_000, 3_000_000
"""Inline and shown; inline and too large to be shown; an object of its own, of several pieces."""


@pytest.fixture(scope="module")
def job(live: Rest) -> str:
    """Returns texts of three sizes, a null and what it was given."""
    live.apply_code("repeat", REPEAT, downloadFileExt="txt")
    nodes = [
        {"nodeName": "sizes", "algorithmName": "repeat", "input": [f"#[{SMALL}...{SMALL}]"]},
        {"nodeName": "medium", "algorithmName": "repeat", "input": [MEDIUM]},
        {"nodeName": "large", "algorithmName": "repeat", "input": [LARGE]},
        {"nodeName": "nothing", "algorithmName": "echo", "input": []},
        {"nodeName": "given", "algorithmName": "echo", "input": ["@flowInput.text"]},
    ]
    job_id = live.run(
        {"name": "storage", "nodes": nodes, "flowInput": {"text": "hello", "number": 12345678901234567890}}
    )
    assert live.ended(job_id)["status"] == "completed"
    return job_id


@pytest.fixture(scope="module")
def job_of_objects(live: Rest, job: str) -> str:
    """The outputs of all nodes but the first are objects."""
    nodes = [{"nodeName": "none", "algorithmName": "echo", "input": []}] + [
        {"nodeName": f"n{i}", "algorithmName": "repeat", "input": [200_000]} for i in range(3)
    ]
    job_id = live.run({"name": "names", "nodes": nodes})
    live.ended(job_id)
    return job_id


@pytest.fixture
def results(rest: Rest, job: str) -> dict[str, Any]:
    return {item["nodeName"]: item for item in rest.get(f"exec/results/{job}").json()["data"]}


def outputs(rest: Rest, job: str) -> dict[str, str]:
    """Path of each node's first output, as graphs have it."""
    nodes = rest.get(f"graph/raw/{job}").json()["nodes"]
    return {
        node["nodeName"]: (node["batch"][0] if "batch" in node else node)["output"]["storageInfo"]["path"]
        for node in nodes
    }


@pytest.mark.covers(INFO, TYPES)
def test_info(rest: Rest) -> None:
    info = rest.get("storage/info").json()
    assert info == {
        "type": "fs",
        "encoding": "msgpack",
        "clusterName": "local",
        "moduleName": "FileObjectStore",
        "storageResultsThreshold": "100Ki",
    }
    assert rest.get("storage/prefix/types").json() == BUCKETS


# Lists


@pytest.mark.covers(PREFIXES, PREFIX)
def test_prefixes(rest: Rest, job: str) -> None:
    listed = rest.get("storage/prefixes").json()
    assert [entry["path"] for entry in listed] == BUCKETS
    assert job in listed[0]["keys"]
    assert listed[0]["keys"] == sorted(listed[0]["keys"])
    assert listed[2] == {"path": "local-hkube-results", "total": 0, "keys": []}
    for path in (f"local-hkube/{job}", f"job/{job}", job):
        assert rest.get(f"storage/prefixes/{path}").json() == {"path": path, "total": 1, "keys": ["output"]}
    assert rest.get("storage/prefixes/local-hkube-results").json()["total"] == 0


@pytest.mark.covers(PREFIX)
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["1", "2", "3"]),
        ({"order": "desc"}, ["3", "2", "1"]),
        ({"from": 1}, ["2", "3"]),
        ({"from": 0, "to": 2, "order": "desc"}, ["3", "2"]),
        ({"from": 9}, []),
    ],
)
def test_range_of_names(rest: Rest, job_of_objects: str, query: dict[str, Any], expected: list[str]) -> None:
    answer = rest.get(f"storage/prefixes/local-hkube/{job_of_objects}/output", params=query).json()
    assert (answer["keys"], answer["total"]) == (expected, 3)


@pytest.mark.covers(KEYS, KEYS_BELOW)
def test_keys(rest: Rest, job: str) -> None:
    assert [entry["path"] for entry in rest.get("storage/keys").json()] == BUCKETS
    answer = rest.get(f"storage/keys/local-hkube/{job}").json()
    assert answer["total"] == 1
    (key,) = answer["keys"]
    assert key["path"].startswith(f"/local-hkube/{job}/output/2/")
    assert key["size"] > LARGE
    assert key["mtime"].endswith("Z")
    assert rest.get(f"storage/keys{key['path']}").json()["keys"] == [key], "the path of an object lists the object"
    assert len(rest.get(f"storage/stream{key['path']}").content) == key["size"]


@pytest.mark.covers(KEYS_BELOW)
def test_order_of_keys(rest: Rest) -> None:
    """Code of algorithms, which every test of this folder has some of."""
    answer = rest.get("storage/keys/local-hkube-builds", params={"sort": "size", "order": "desc"}).json()
    sizes = [key["size"] for key in answer["keys"]]
    assert sizes == sorted(sizes, reverse=True)
    assert answer["total"] == len(sizes) > 1
    times = rest.get("storage/keys/local-hkube-builds?sort=mtime&from=1").json()
    assert times["total"] == answer["total"]
    assert [key["mtime"] for key in times["keys"]] == sorted(key["mtime"] for key in answer["keys"])[1:]


@pytest.mark.covers(KEYS_BELOW, VALUES, STREAM)
def test_code_of_algorithms(rest: Rest) -> None:
    info = rest.get("store/algorithms/echo").json()["fileInfo"]
    code = rest.get(f"storage/stream/{info['path']}").content
    assert zipfile.ZipFile(io.BytesIO(code)).namelist() == ["main.py"]
    name = info["path"].rpartition("/")[2]
    keys = rest.get(f"storage/keys/local-hkube-builds/{name}").json()["keys"]
    assert [key["path"] for key in keys] == [f"/local-hkube-builds/{name}"]
    assert isinstance(rest.get(f"storage/values/local-hkube-builds/{name}").json(), str), "bytes are base64 text"


# Values


@pytest.mark.covers(VALUES)
def test_values(rest: Rest, job: str) -> None:
    paths = outputs(rest, job)
    assert rest.get(f"storage/values/{paths['sizes']}").json() == "x" * SMALL
    assert rest.get(f"storage/values/{paths['given']}").json() == "hello"
    assert rest.get(f"storage/values/{paths['nothing']}").text == "null"
    for path in (paths["given"].removeprefix("local-hkube/"), f"/{paths['given']}"):
        assert rest.get(f"storage/values/{path}").json() == "hello"
    given = rest.get(f"storage/values/local-hkube/{job}/{job}")
    assert given.text == '{"text":"hello","number":12345678901234567890}'


@pytest.mark.covers(VALUES)
@pytest.mark.parametrize(("node", "size"), [("medium", "0.10 MB"), ("large", "2.86 MB")])
def test_values_that_are_too_large(rest: Rest, job: str, results: dict[str, Any], node: str, size: str) -> None:
    """By the path that the result says, with the bucket before it, and by the one that the graph says."""
    info = results[node]["info"]
    text = f"data too large ({size}), use the stream api"
    assert info["message"] == text
    for path in (info["path"], f"local-hkube/{info['path']}", outputs(rest, job)[node]):
        assert error(rest.get(f"storage/values/{path}")) == (400, text)


@pytest.mark.covers(STREAM, DOWNLOAD)
@pytest.mark.parametrize(("node", "length"), [("sizes", SMALL), ("medium", MEDIUM), ("large", LARGE)])
def test_bytes_as_they_are(rest: Rest, job: str, node: str, length: int) -> None:
    path = outputs(rest, job)[node]
    streamed = rest.get(f"storage/stream/{path}")
    assert "content-type" not in streamed.headers
    assert msgpack.unpackb(streamed.content) == "x" * length
    file = rest.get(f"storage/download/{path}?ext=bin")
    assert file.content == streamed.content
    assert file.headers["content-type"] == "application/octet-stream"
    assert file.headers["content-disposition"] == "attachment; filename=hkube-result.bin"


@pytest.mark.covers(STREAM_CUSTOM, DOWNLOAD_CUSTOM)
def test_decoded(rest: Rest, job: str) -> None:
    """Small values are JSON text, larger ones stay as they are encoded."""
    paths = outputs(rest, job)
    assert rest.get(f"storage/stream/custom/{paths['given']}").text == '"hello"'
    assert msgpack.unpackb(rest.get(f"storage/stream/custom/{paths['large']}").content) == "x" * LARGE
    file = rest.get(f"storage/download/custom/{paths['given']}", params={"ext": "json", "namefile": "mine"})
    assert file.text == '"hello"'
    assert file.headers["content-disposition"] == "attachment; filename=mine.json"


@pytest.mark.covers(DOWNLOAD_CUSTOM)
@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({}, "hkube-result"),
        ({"ext": ""}, "hkube-result"),
        ({"namefile": "../../etc/passwd", "ext": "../sh"}, "etc_passwd.sh"),
        ({"namefile": 'a"b; c\r\nX-Evil: 1'}, "a_b_c_X-Evil_1"),
        ({"namefile": "…"}, "hkube-result"),
        ({"namefile": "n" * 500}, "n" * 100),
    ],
)
def test_names_of_files(rest: Rest, job: str, query: dict[str, str], name: str) -> None:
    path = outputs(rest, job)["given"]
    file = rest.get(f"storage/download/custom/{path}", params=query)
    assert file.headers["content-disposition"] == f"attachment; filename={name}"
    assert "x-evil" not in file.headers


@pytest.mark.covers(VALUES, STREAM, STREAM_CUSTOM, DOWNLOAD, DOWNLOAD_CUSTOM, PREFIX, KEYS_BELOW)
def test_nothing_there(rest: Rest, job: str) -> None:
    kinds = {
        "values": "value",
        "stream": "stream",
        "stream/custom": "stream",
        "download": "stream",
        "download/custom": "stream",
        "prefixes": "prefix",
        "keys": "key",
    }
    for route, kind in kinds.items():
        for path in ("nobody/nothing", "local-hkube-results/x", f"local-hkube/{job}/zz000000", "local-hkube/no/no"):
            answer = rest.get(f"storage/{route}/{path}")
            assert error(answer) == (404, f"{kind} {path} Not Found")
            assert answer.json()["error"]["details"]


@pytest.mark.covers(VALUES, STREAM, DOWNLOAD, PREFIX, KEYS_BELOW)
@pytest.mark.parametrize(
    "path", ["job/../source", "..", "local-hkube/..", "a//b", "job/./x", "%2e%2e/%2e%2e/etc/passwd", "a%2f..%2fb"]
)
def test_paths_that_lead_away(rest: Rest, path: str) -> None:
    for route in ("values", "stream", "download", "prefixes", "keys"):
        # The client would tidy dots up: they are sent as they are.
        escaped = path if "%" in path else quote(path).replace(".", "%2e")
        status, message = error(rest.get(f"storage/{route}/{escaped}"))
        assert status == 400
        assert message == "a path is made of names with single slashes between them, and none of dots"


@pytest.mark.covers(PREFIXES, KEYS, PREFIX, KEYS_BELOW)
@pytest.mark.parametrize("route", ["prefixes", "keys", "prefixes/local-hkube", "keys/local-hkube"])
def test_bad_ranges(rest: Rest, route: str) -> None:
    for path in ("prefixes", "keys", "prefixes/local-hkube", "keys/local-hkube"):
        assert rest.get(f"storage/{path}").status_code == 200
    assert error(rest.get(f"storage/{route}?from=-1")) == (400, "data.from should be >= 0")
    assert error(rest.get(f"storage/{route}?to=x")) == (400, "data.to should be integer")
    expected = (400, "data.order should be equal to one of the allowed values (asc,desc)")
    assert error(rest.get(f"storage/{route}?order=up")) == expected


# Archives


@pytest.mark.covers(ARCHIVE, NAMED_ARCHIVE)
@pytest.mark.parametrize(("path", "name"), [("", "hkube-result.zip"), ("/my run", "my_run.zip")])
def test_archive(rest: Rest, job: str, path: str, name: str) -> None:
    rest.get(f"storage/download/pipeline/result/{job}")
    rest.get(f"storage/download/pipeline/result/{job}/any")
    answer = rest.get(f"storage/download/pipeline/result/{job}{quote(path)}")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f"attachment; filename={name}"
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    assert sorted(archive.namelist()) == ["0000.txt", "0001.txt", "metadata.json"]
    items = {item["nodeName"]: item for item in json.loads(archive.read("metadata.json"))}
    assert list(items) == ["sizes", "medium", "large", "nothing", "given"]
    assert items["sizes"] == {
        "nodeName": "sizes",
        "batchIndex": 1,
        "algorithmName": "repeat",
        "result": "x" * SMALL,
    }
    assert items["nothing"]["result"] is None
    for node, length in (("medium", MEDIUM), ("large", LARGE)):
        info = items[node]["info"]
        content = archive.read(info["fileName"])
        assert len(content) == info["size"]
        assert msgpack.unpackb(content) == "x" * length


@pytest.mark.covers(ARCHIVE)
def test_no_archive(rest: Rest) -> None:
    url = "storage/download/pipeline/result"
    assert error(rest.get(f"{url}/nobody")) == (400, "status nobody Not Found")
    job_id = rest.run({"name": "no-archive", "nodes": [{"nodeName": "n", "algorithmName": "hold", "input": []}]})
    rest.until(job_id, lambda status: status["status"] == "active")
    expected = (400, "unable to get results for pipeline no-archive because its in active status")
    assert error(rest.get(f"{url}/{job_id}")) == expected
    rest.post("exec/stop", {"jobId": job_id})
    rest.ended(job_id)
    assert error(rest.get(f"{url}/{job_id}")) == (400, f"results {job_id} Not Found")
