"""Presigned URLs of the embedded object store work over a real connection, in ranges and within their limit."""

from typing import Any

import pytest

SIGNED = "?signature=right"
CONTENT = bytes(range(256)) * 20


@pytest.mark.parametrize("prefix", ["", "/hkube/api-server"])
async def test_write_and_read(server: Any, prefix: str) -> None:
    """What was put is what is got, byte for byte and never compressed."""
    put = await server.client.put(f"{prefix}/blobs/a/B%20c.bin{SIGNED}&max=10000", content=CONTENT)
    assert put.status_code == 200
    assert server.blobs.objects == {"a/B c.bin": CONTENT}
    got = await server.client.get(f"{prefix}/blobs/a/B%20c.bin{SIGNED}", headers={"accept-encoding": "gzip"})
    assert got.content == CONTENT
    assert got.headers["content-length"] == str(len(CONTENT))
    assert "content-encoding" not in got.headers
    head = await server.client.head(f"{prefix}/blobs/a/B%20c.bin{SIGNED}")
    assert (head.status_code, head.headers["content-length"], head.content) == (200, str(len(CONTENT)), b"")


SIZE = len(CONTENT)


@pytest.mark.parametrize(
    ("header", "status", "start", "end"),
    [
        ("bytes=0-0", 206, 0, 1),
        ("bytes=10-19", 206, 10, 20),
        ("bytes=5000-", 206, 5000, SIZE),
        ("bytes=-7", 206, SIZE - 7, SIZE),
        ("bytes=-999999", 200, 0, SIZE),
        ("bytes=10-999999", 206, 10, SIZE),
        (f"bytes=0-{SIZE - 1}", 200, 0, SIZE),
        (f"bytes={SIZE}-", 416, 0, 0),
        ("bytes=-0", 416, 0, 0),
        ("bytes=9-3", 200, 0, SIZE),
        ("bytes=-", 200, 0, SIZE),
        ("bytes=0-1,3-4", 200, 0, SIZE),
        ("lines=0-1", 200, 0, SIZE),
        ("bytes=" + "9" * 30 + "-", 200, 0, SIZE),
    ],
)
async def test_ranges(server: Any, header: str, status: int, start: int, end: int) -> None:
    """One range is answered with it, bytes behind the end with 416, anything else with the whole."""
    server.blobs.objects["k"] = CONTENT
    answer = await server.client.get(f"/blobs/k{SIGNED}", headers={"range": header})
    assert (answer.status_code, answer.content) == (status, CONTENT[start:end])
    if status == 206:
        assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{SIZE}"
    if status == 416:
        assert answer.headers["content-range"] == f"bytes */{SIZE}"


async def test_empty_objects(server: Any) -> None:
    """An object may hold nothing."""
    await server.client.put(f"/blobs/k{SIGNED}", content=b"")
    answer = await server.client.get(f"/blobs/k{SIGNED}")
    assert (answer.status_code, answer.content) == (200, b"")
    assert (await server.client.get(f"/blobs/k{SIGNED}", headers={"range": "bytes=0-"})).status_code == 416


async def test_the_limit_of_a_url(server: Any) -> None:
    """A body that is larger than the URL allows is refused, declared or not, and nothing is stored."""

    async def pieces() -> Any:
        for _ in range(11):
            yield b"x" * 10

    for content in (b"x" * 101, pieces()):
        answer = await server.client.put(f"/blobs/k{SIGNED}&max=100", content=content)
        assert answer.status_code == 413
    assert server.blobs.objects == {}


async def test_refusals(server: Any) -> None:
    """A URL that was not given out, an object that is not there, and part of an object."""
    assert (await server.client.get("/blobs/k?signature=wrong")).status_code == 403
    assert (await server.client.put("/blobs/k?signature=wrong", content=b"x")).status_code == 403
    assert (await server.client.get(f"/blobs/k{SIGNED}")).status_code == 404
    part = await server.client.put(f"/blobs/k{SIGNED}", content=b"x", headers={"content-range": "bytes 0-0/9"})
    assert part.status_code == 400
    assert (await server.client.delete(f"/blobs/k{SIGNED}")).status_code == 404
