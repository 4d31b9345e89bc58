"""Live topics over real connections: readers that do not read, gRPC, a server that stops, and limits."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx

from controlplane.domain.catalog_records import BuildRecord, BuildState, build_key, build_order_key, pack, pipeline_key
from controlplane.domain.records import job_key
from controlplane.ports.logs import LogLine
from controlplane.ports.state_store import Delete, Put, Transaction
from controlplane.roles.logs.role import LogSettings
from controlplane.roles.watching.channel import WatchSettings
from distributedkube import AsyncClient
from tests.integration.watching import running

JOB = "big"
LOG_BYTES = 64 * 1024 * 1024
"""More than the two ends of a connection can hold between them."""

LARGEST_LINE = 2 * 1024 * 1024
"""A client of asyncio reads no further when it holds twice as much."""

BUILD = BuildRecord(
    build_id="b1",
    algorithm="c",
    image_tag="t",
    env="python",
    type="Code",
    entry_point="main.py",
    base_image="",
    dependency_install_cmd="",
    source=None,
    state=BuildState.PENDING,
    progress=0,
    started_at=1.0,
)

ROUND = 50
"""Changes in a row that a reader who reads is given one by one."""


async def events(lines: AsyncIterator[str]) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    name = ""
    async for line in lines:
        if line.startswith("event: "):
            name = line[7:]
        elif line.startswith("data: "):
            yield name, json.loads(line[6:])


async def connect_small(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection that holds little on this side."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.setblocking(False)
    await asyncio.get_running_loop().sock_connect(client, ("127.0.0.1", port))
    return await asyncio.open_connection(sock=client, limit=LARGEST_LINE)


async def test_a_reader_that_does_not_read(tmp_path: Path) -> None:
    """Its log waits for it without being read ahead; of the topic that changed meanwhile it gets a gap and a snapshot."""
    watch_settings = WatchSettings(pace_seconds=0, ring_bytes=2000)
    async with running(
        tmp_path, watch_settings, LogSettings(max_job_bytes=2 * LOG_BYTES, flush_seconds=3600)
    ) as server:
        port, store, logs = server.http_port, server.store, server.logs
        await store.commit(Transaction([Put(job_key(JOB), b"")]))
        line = LogLine(0.0, "N", "t", 0, 1, "stdout", "info", "x" * 16_000)
        logs.write(JOB, [line] * (LOG_BYTES // 16_000), 0)
        topics = [{"name": "logs", "filter": {"job": JOB}}, {"name": "catalog"}]
        body = json.dumps({"topics": topics}).encode()
        slow, out = await connect_small(port)
        head = [
            "POST /api/v1/watch HTTP/1.1",
            "Host: x",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
        ]
        out.write("\r\n".join([*head, "", ""]).encode() + body)
        async with (
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=None) as client,
            client.stream("GET", "/api/v1/watch/topics/catalog") as answer,
        ):
            fast = events(answer.aiter_lines())
            assert (await anext(fast))[0] == "snapshot"
            before = -1
            while before != logs.pages:  # Until a whole round passes in which no further page of its log was wanted.
                before = logs.pages
                for number in range(ROUND):
                    await store.commit(Transaction([Put(pipeline_key(f"p{number}"), b"")]))
                    name, _ = await anext(fast)
                    assert name == "patch"
        assert logs.pages * LogSettings().page_bytes < LOG_BYTES
        catalog = []
        async for name, data in events(_lines(slow)):
            if data["topic"] == "catalog":
                catalog.append((name, data))
            if "gap" in [each for each, _ in catalog] and name == "snapshot":
                break
        assert [name for name, _ in catalog][-2:] == ["gap", "snapshot"]
        assert set(catalog[-1][1]["content"]["pipelines"]) == {f"p{number}" for number in range(ROUND)}
        out.close()


async def _lines(reader: asyncio.StreamReader) -> AsyncIterator[str]:
    while line := await reader.readline():
        yield line.decode().rstrip("\r\n")


async def test_the_python_client(tmp_path: Path) -> None:
    """Over gRPC: the whole content after each change, with what was deleted gone from it."""
    async with (
        running(tmp_path, WatchSettings(pace_seconds=0), LogSettings()) as server,
        AsyncClient(server.grpc) as client,
    ):
        shown = client.watch("catalog")
        assert await anext(shown) == {"algorithms": {}, "pipelines": {}}
        put = await server.store.commit(Transaction([Put(pipeline_key("p"), b"")]))
        assert await anext(shown) == {"algorithms": {}, "pipelines": {"p": put}}
        await server.store.commit(Transaction([Delete(pipeline_key("p"))]))
        assert await anext(shown) == {"algorithms": {}, "pipelines": {}}
        await shown.aclose()  # type: ignore[attr-defined]


async def test_a_server_that_stops_ends_its_streams(tmp_path: Path) -> None:
    """Also those that have nothing to say: nothing is waited for, and nothing is cut off."""
    async with (
        running(tmp_path, WatchSettings(), LogSettings()) as server,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.http_port}", timeout=None) as client,
        client.stream("POST", "/api/v1/watch", json={"topics": [{"name": "catalog"}]}) as answer,
    ):
        lines = answer.aiter_lines()
        assert (await anext(events(lines)))[0] == "snapshot"
        server.stopping.set()
        assert [line async for line in lines if line] == []
        await server.serving


async def test_too_many_topics(tmp_path: Path) -> None:
    """The topic beyond the limit is refused, with what to do; those before it go on."""
    settings = WatchSettings(max_topics=0, max_log_readers=1)
    async with running(tmp_path, settings, LogSettings()) as server:
        await server.store.commit(Transaction([Put(job_key(JOB), b"")]))
        server.logs.begin(JOB)
        log = {"name": "logs", "filter": {"job": JOB}}
        async with (
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.http_port}", timeout=None) as client,
            client.stream("POST", "/api/v1/watch", json={"topics": [log, log, {"name": "catalog"}]}) as answer,
        ):
            frames = events(answer.aiter_lines())
            seen = sorted([await anext(frames) for _ in range(3)], key=lambda each: each[1]["place"])
            assert [name for name, _ in seen] == ["snapshot", "error", "error"]
            assert {each["error"]["reason"] for _, each in seen[1:]} == {"TOO_MANY_TOPICS"}
            alone = await client.post("/api/v1/watch", json={"topics": [{"name": "catalog"}]})
            assert (alone.status_code, alone.json()["error"]["code"]) == (429, 429)


async def test_topics_at_rest_are_bounded(tmp_path: Path) -> None:
    """Who comes back to a topic that was left last goes on; those left before it were given up, and begin anew."""
    async with (
        running(tmp_path, WatchSettings(max_resting=1), LogSettings()) as server,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.http_port}", timeout=None) as client,
    ):

        async def begin(algorithm: str, cursor: str = "") -> tuple[str, str]:
            """The first event of a topic, and its cursor; the topic is left then."""
            asked = {"filter[algorithm]": algorithm, "cursor": cursor}
            async with client.stream("GET", "/api/v1/watch/topics/builds", params=asked) as answer:
                name, data = await anext(events(answer.aiter_lines()))
                return name, data.get("cursor", "")

        _, first = await begin("a")
        _, second = await begin("b")
        assert (await begin("a", first))[0] == "gap"
        name, _ = await begin("b", second)
        assert name == "gap"  # `a` was left last meanwhile
        _, third = await begin("c")
        await server.store.commit(
            Transaction([Put(build_key("b1"), pack(BUILD)), Put(build_order_key("c", BUILD.started_at), b"b1")])
        )
        assert (await begin("c", third))[0] == "patch"
