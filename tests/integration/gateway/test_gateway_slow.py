"""Callers that send bit by bit are let go of: the head within its time, the body at a pace; others do not wait for them."""

import asyncio
from typing import Any

from controlplane.gateway.settings import GatewaySettings


async def answer_to(server: Any, *pieces: bytes) -> bytes:
    """What comes back on a connection that sends these pieces and then no more, up to its end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        return await reader.read()
    finally:
        writer.close()


async def test_a_head_that_does_not_end(start_server: Any) -> None:
    """Nothing at all, half a line, half a head, and half a second request: all connections are closed."""
    async with start_server(GatewaySettings(head_seconds=0.1)) as server:
        assert await answer_to(server) == b""
        assert await answer_to(server, b"GET /api HT") == b""
        assert await answer_to(server, b"GET /api HTTP/1.1\r\nHost: x\r\nX-More: ") == b""
        twice = await answer_to(server, b"GET /api HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /api HTTP/1.1\r\nHo")
        assert twice.count(b"HTTP/1.1 200") == 1
        assert (await server.client.get("/api")).status_code == 200


async def test_a_body_that_does_not_come(start_server: Any) -> None:
    """After its pause it is refused, whatever route it is for; the answer says why and the connection ends."""
    settings = GatewaySettings(body_pause_seconds=0.1, body_bytes_per_second=1000, linger_seconds=0.1)
    async with start_server(settings) as server:
        head = (
            b"POST /api/v1/exec/raw HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n"
        )
        said = await answer_to(server, head, b'{"name":')
        assert said.startswith(b"HTTP/1.1 408")
        assert b"the body came too slowly: 8 bytes" in said
        form = b"POST /api/v1/store/algorithms/apply HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n"
        said = await answer_to(server, form, b"Content-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\n")
        assert said.startswith(b"HTTP/1.1 408")
        assert (await server.client.post("/api/v1/exec/raw", json={"name": "p"})).status_code == 200


async def test_a_stream_of_events_is_no_slow_body(start_server: Any) -> None:
    """A caller that has sent everything may listen for longer than bodies may pause."""
    settings = GatewaySettings(body_pause_seconds=0.05, keep_alive_seconds=0.01)
    async with (
        start_server(settings) as server,
        server.client.stream("GET", "/api/v1/watch/job/waits") as answer,
    ):
        began = asyncio.get_running_loop().time()
        async for _ in answer.aiter_lines():
            if asyncio.get_running_loop().time() > began + 0.2:
                server.servicers.jobs.more.set()
        assert server.servicers.jobs.closed.is_set()
