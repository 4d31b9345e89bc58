"""Algorithms with their code, and lists of algorithms and pipelines, are stored over a real connection."""

import asyncio
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from controlplane.gateway.settings import GatewaySettings

APPLY = "/api/v1/store/algorithms/apply"
ALGORITHMS = "/api/v1/store/algorithms"
PIPELINES = "/api/v1/store/pipelines"


def multipart(*parts: str, end: str = "--B--\r\n") -> dict[str, Any]:
    body = "".join(f"--B\r\nContent-Disposition: form-data; {part}\r\n" for part in parts) + end
    return {"content": body.encode(), "headers": {"content-type": "multipart/form-data; boundary=B"}}


def part(name: str, content: str) -> str:
    return f'name="{name}"\r\n\r\n{content}'


async def test_a_file_is_handed_on_in_pieces(server: Any, tmp_path: Path) -> None:
    """A file of several MiB reaches the upload method whole, in pieces of at most 1 MiB, and the apply names it."""
    archive = tmp_path / "code.tar.gz"
    content = bytes(range(256)) * 4096 * 5 + b"end"
    archive.write_bytes(content)
    with archive.open("rb") as file:
        answer = await server.client.post(
            APPLY,
            data={"payload": '{"name":"x-y","cpu":0.5,"zz":1.10}', "options": '{"forceUpdate":true,"other":1}'},
            files={"file": ("code.tar.gz", file, "application/gzip")},
        )
    assert answer.status_code == 200, answer.text
    assert server.servicers.builds.uploads == [("code.tar.gz", len(content), sha256(content).hexdigest())]
    assert max(server.servicers.builds.pieces) <= 1024 * 1024
    (applied,) = server.servicers.algorithms.applied
    assert (applied.upload_id, applied.options.force_update, applied.options.force_build) == ("upload-1", True, False)
    assert answer.json()["messages"] == ["done"]
    assert b'"zz":1.10' in answer.content


@pytest.mark.parametrize(
    "body",
    [
        multipart(part("payload", '{"name":"x-y","cpu":null,"zz":null}'), part("file", "")),
        multipart(part("file", ""), part("payload", '{"name":"x-y","cpu":null,"zz":null}'), part("options", "")),
        {"json": {"payload": '{"name":"x-y","cpu":null,"zz":null}'}},
        {"json": {"payload": {"name": "x-y", "cpu": None, "zz": None}, "options": "{}"}},
    ],
)
async def test_apply_without_a_file(server: Any, body: dict[str, Any]) -> None:
    """Parts in any order, an empty field instead of a file, or JSON with text or object: the same call; nulls are removals."""
    answer = await server.client.post(APPLY, **body)
    assert answer.status_code == 200, answer.text
    (applied,) = server.servicers.algorithms.applied
    assert (applied.algorithm.name, applied.upload_id) == ("x-y", "")
    assert sorted(applied.clear.paths) == ["cpu", "zz"]
    assert not applied.algorithm.HasField("cpu")
    assert server.servicers.builds.uploads == []


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"json": {"payload": "{}"}}, 'algorithm should have required property "name"'),
        ({"json": {}}, 'algorithm should have required property "name"'),
        ({"json": []}, "data should be object"),
        ({"json": {"payload": "{"}}, "not valid JSON: the end is unexpected at line 1 column 2"),
        ({"json": {"payload": {"name": "xx"}, "options": "[]"}}, "options should be object"),
        ({"json": {"payload": {"name": "xx", "cpu": "x"}}}, "data.cpu should be number"),
        ({"json": {"payload": {"name": "xx", "cpu": -1}}}, "data.cpu should be >= 0"),
        ({"json": {"payload": [{"name": "xx"}, {"name": "yy"}]}}, "send one payload, not 2"),
        (multipart(), "send one payload, not 0"),
        (multipart(part("file", "x")), "file is a text; send it as a file, with a file name"),
        (multipart(part("payload", '{"na'), end=""), "the multipart body ends before its last boundary; send it again"),
        (multipart(end="nonsense"), "the multipart body is broken: "),
        (
            {"content": b"x", "headers": {"content-type": "multipart/form-data"}},
            "the content type multipart/form-data names no boundary",
        ),
        (
            {"content": b"x", "headers": {"content-type": "multipart/form-data; boundary=" + "B" * 300}},
            "the multipart body is broken: ",
        ),
    ],
)
async def test_bad_applies(server: Any, body: dict[str, Any], message: str) -> None:
    """Each is a 400 that says what to do, and stores nothing."""
    answer = await server.client.post(APPLY, **body)
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]["message"].startswith(message)
    assert server.servicers.algorithms.stored == {}


async def test_an_unexpected_field(server: Any) -> None:
    """Clients know this one by its text and status."""
    answer = await server.client.post(APPLY, **multipart(part("payload", '{"name":"x-y"}'), part("odd", "x")))
    assert answer.status_code == 500
    assert answer.json() == {"error": {"code": 500, "message": "Unexpected field"}}
    assert server.servicers.algorithms.applied == []


async def test_a_truncated_file_breaks_its_upload(server: Any) -> None:
    """When a body ends inside the file, the upload method sees the error and nothing is applied."""
    body = multipart(
        part("payload", '{"name":"x-y"}') + "\r\n", 'name="file"; filename="a.zip"\r\n\r\nPK' + "x" * 5000, end=""
    )
    answer = await server.client.post(APPLY, **body)
    assert answer.status_code == 400
    assert "ends before its last boundary" in answer.json()["error"]["message"]
    assert server.servicers.builds.uploads == []
    assert server.servicers.builds.broken.is_set()
    assert server.servicers.algorithms.applied == []


async def test_a_lost_connection_breaks_its_upload(server: Any) -> None:
    """When the caller goes away in the middle of the file, the upload method sees that, and the server goes on."""
    _, writer = await asyncio.open_connection("127.0.0.1", server.port)
    lines = ["Host: x", "Content-Type: multipart/form-data; boundary=B", "Content-Length: 9999999"]
    head = "\r\n".join([f"POST {APPLY} HTTP/1.1", *lines, "", ""])
    file = '--B\r\nContent-Disposition: form-data; name="file"; filename="a.zip"\r\n\r\nPK'
    writer.write(head.encode() + file.encode())
    await server.servicers.builds.started.wait()
    writer.close()
    await server.servicers.builds.broken.wait()
    answer = await server.client.get("/api/v1/exec/jobs")
    assert answer.status_code == 200
    assert server.servicers.builds.uploads == []


async def test_uploads_are_limited(start_server: Any) -> None:
    """A body over the limit is refused while it comes in; the texts in it have the limit of JSON."""
    async with start_server(GatewaySettings(max_upload_bytes=10_000, max_json_bytes=1000)) as server:
        payload = {"payload": '{"name":"x-y"}'}
        large = await server.client.post(APPLY, data=payload, files={"file": ("a.zip", b"x" * 20_000_000)})
        assert large.status_code == 413
        text = await server.client.post(APPLY, **multipart(part("payload", " " * 2000) + "\r\n"))
        assert text.status_code == 413
        assert server.servicers.builds.uploads == []


def error(code: int, message: str, **more: Any) -> dict[str, Any]:
    return {"error": {**more, "code": code, "message": message}}


ALGORITHM_CASES = [
    ({"json": {"name": "new"}}, "", 201, {"name": "new"}),
    (
        {"json": {"payload": {"name": "new"}}},
        "",
        201,
        {"messages": ["done"], "messagesCode": [1024], "algorithm": {"name": "new"}},
    ),
    ({"json": {}}, "", 400, error(400, "data should have required property 'name'")),
    (
        {"json": {"name": "X!"}},
        "",
        400,
        error(400, "algorithm name must contain only lower-case alphanumeric, dash or dot"),
    ),
    ({"json": {"name": "new", "cpu": -1}}, "", 201, error(400, "data.cpu should be >= 0", name="new")),
    ({"json": {"name": "new", "cpu": "x"}}, "", 201, error(400, "data.cpu should be number", name="new")),
    ({"json": {"name": "bad"}}, "", 201, error(400, "bad is bad", name="bad", details="very")),
    ({"json": {"name": "old"}}, "", 409, error(409, "algorithm old already exists")),
    ({"json": {"name": "old"}}, "?overwrite=false", 201, {"name": "old"}),
    ({"json": {"name": "old"}}, "?overwrite=", 409, error(409, "algorithm old already exists")),
    (
        {"json": {"payload": {"name": "old"}, "options": {"allowOverwrite": True}}},
        "",
        201,
        {"messages": ["done"], "messagesCode": [1024], "algorithm": {"name": "old"}},
    ),
    (
        {"json": [{"name": "new"}, {"name": "old"}, {"name": "bad"}, {}, 5]},
        "",
        201,
        [
            {"name": "new"},
            error(409, "algorithm old already exists"),
            error(400, "bad is bad", name="bad", details="very"),
            error(400, "data should have required property 'name'"),
            error(400, "data should be object"),
        ],
    ),
]


@pytest.mark.parametrize(("body", "query", "status", "expected"), ALGORITHM_CASES)
async def test_new_algorithms(server: Any, body: dict[str, Any], query: str, status: int, expected: Any) -> None:
    """One or many, plain or as payload; some failures are answered inside a good answer, where clients look for them."""
    await server.client.post(ALGORITHMS, json={"name": "old"})
    answer = await server.client.post(ALGORITHMS + query, **body)
    assert (answer.status_code, answer.json()) == (status, expected)


async def test_overwriting_forces_the_update(server: Any) -> None:
    """A replacement becomes current at once, and its failure says what was being replaced."""
    for _ in range(2):
        await server.client.post(f"{ALGORITHMS}?overwrite=true", json={"name": "x-y"})
    assert [(a.options.create_only, a.options.force_update) for a in server.servicers.algorithms.applied] == [
        (True, False),
        (True, False),
        (False, True),
    ]


async def test_changing_algorithms(server: Any) -> None:
    """PUT needs one that is there; the answer is the algorithm or, for a payload, what the apply did."""
    missing = await server.client.put(ALGORITHMS, json={"name": "x-y"})
    assert (missing.status_code, missing.json()) == (404, error(404, "algorithm x-y Not Found"))
    await server.client.post(ALGORITHMS, json={"name": "x-y"})
    plain = await server.client.put(f"{ALGORITHMS}?forceStopAndApplyVersion=true", json={"name": "x-y", "cpu": 2})
    assert (plain.status_code, plain.json()) == (200, {"name": "x-y", "cpu": 2})
    assert server.servicers.algorithms.applied[-1].options.force_update
    payload = await server.client.put(ALGORITHMS, json={"payload": {"name": "x-y"}})
    assert payload.json()["messagesCode"] == [1024]
    assert not server.servicers.algorithms.applied[-1].options.force_update


async def test_many_pipelines(server: Any) -> None:
    """Each item of a list has its own answer, in order; without ``overwrite`` what is there stays."""
    old = {"name": "old", "description": "first"}
    assert (await server.client.post(PIPELINES, json=old)).status_code == 201
    items = [{"name": "new"}, {"name": "old"}, {"name": "no-algorithm"}, {"name": "a b"}, {}, []]
    answer = await server.client.post(PIPELINES, json=items)
    assert (answer.status_code, answer.json()) == (
        201,
        [
            {"name": "new"},
            error(409, "pipeline old already exists"),
            error(404, "algorithm x Not Found"),
            error(400, "pipeline name must contain only alphanumeric, dash, dot or underscore", name="a b"),
            error(400, "data should have required property 'name'"),
            error(400, "data should be object"),
        ],
    )
    replaced = await server.client.post(
        f"{PIPELINES}?overwrite=true", json=[{"name": "old", "tags": ["t"]}, {"name": "new", "description": "bad"}]
    )
    assert replaced.json() == [
        {"name": "old", "tags": ["t"]},
        error(400, "Error updating new the graph is bad", name="new"),
    ]
    assert (
        await server.client.post(PIPELINES, content=b"[]", headers={"content-type": "application/json"})
    ).json() == []


async def test_lists_are_limited(start_server: Any) -> None:
    """Nobody may send more work in one request than the settings say."""
    async with start_server(GatewaySettings(max_array_items=2, parallel_items=1)) as server:
        for path in (ALGORITHMS, PIPELINES):
            items = [{"name": f"n{i}"} for i in range(3)]
            assert (await server.client.post(path, json=items)).status_code == 413
            assert [item["name"] for item in (await server.client.post(path, json=items[:2])).json()] == ["n0", "n1"]


async def test_numbers_of_listed_items_keep_their_text(server: Any) -> None:
    """Also what comes in a list is stored digit by digit."""
    headers = {"content-type": "application/json"}
    answer = await server.client.post(PIPELINES, content=b'[{"name":"p","flowInput":{"a":1.10}}]', headers=headers)
    assert answer.content == b'[{"name":"p","flowInput":{"a":1.10}}]'
    assert json.loads(answer.content)
