"""Streams of answers over a real connection are server-sent events that end when they should."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from controlplane.gateway.settings import GatewaySettings


async def events(answer: httpx.Response) -> AsyncIterator[dict[str, str]]:
    """Events, and comments as events of that name, as a browser would see them."""
    event: dict[str, str] = {}
    async for line in answer.aiter_lines():
        if line:
            name, _, value = line.partition(":")
            event[name or "comment"] = value.strip()
        else:
            yield event
            event = {}


async def all_events(client: httpx.AsyncClient, path: str, **more: Any) -> list[dict[str, str]]:
    async with client.stream("GET", path, **more) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        return [event async for event in events(answer) if "comment" not in event]


async def test_events_and_their_places(server: Any) -> None:
    """Each answer is an event on one line, whatever line breaks user data has; its id is where to go on."""
    seen = await all_events(server.client, "/api/v1/watch/logs/known")
    assert [event["id"] for event in seen] == ["1", "2"]
    assert json.loads(seen[0]["data"]) == {
        "lines": [{"batchIndex": 0, "attempt": 0, "message": "line 0\nand more", "x": {}}],
        "nextPageToken": "1",
    }


@pytest.mark.parametrize(
    ("path", "headers", "first"),
    [
        ("/api/v1/watch/build/b-1", {}, "line 1"),
        ("/api/v1/watch/build/b-1", {"last-event-id": "2"}, "line 3"),
        ("/api/v1/watch/build/b-1?afterLine=1", {}, "line 2"),
        ("/api/v1/watch/build/b-1?afterLine=1", {"last-event-id": "not a number"}, "line 2"),
    ],
)
async def test_a_broken_stream_goes_on(server: Any, path: str, headers: dict[str, str], first: str) -> None:
    """Browsers send the last id back by themselves, and miss nothing."""
    seen = await all_events(server.client, path, headers=headers)
    assert json.loads(seen[0]["data"])["lines"] == [first]
    assert seen[-1]["id"] == "3"


async def test_an_error_ends_the_stream(server: Any) -> None:
    """What goes wrong after the first answer is the last event."""
    seen = await all_events(server.client, "/api/v1/watch/job/breaks")
    assert [event["event"] for event in seen] == ["update", "error"]
    assert json.loads(seen[1]["data"]) == {"error": {"code": 404, "message": "job breaks Not Found"}}


async def test_answers_come_as_they_are_made(start_server: Any) -> None:
    """The first answer is there while the second is not made yet, and comments fill the silence between them."""
    async with (
        start_server(GatewaySettings(keep_alive_seconds=0.01)) as server,
        server.client.stream("GET", "/api/v1/watch/job/waits") as answer,
    ):
        seen = events(answer)
        assert (await anext(seen))["comment"] == "open"
        assert json.loads((await anext(seen))["data"])["status"]["status"] == "active"
        assert (await anext(seen))["comment"] == "still here"
        server.servicers.jobs.more.set()
        async for event in seen:
            if "data" in event:
                assert json.loads(event["data"])["status"]["status"] == "completed"
                break
        else:
            pytest.fail("the second answer never came")


async def test_a_stream_may_begin_without_an_answer(start_server: Any) -> None:
    """When the first answer takes its time, the stream is open before it is there."""
    async with start_server(GatewaySettings(first_event_seconds=0.01)) as server:
        async with server.client.stream("GET", "/api/v1/watch/job/late") as answer:
            assert answer.status_code == 200
            server.servicers.jobs.more.set()
            seen = [event async for event in events(answer)]
        assert seen[-1]["event"] == "error"


async def test_a_caller_that_leaves_frees_the_method(server: Any) -> None:
    """The method's generator is closed when its caller goes away, while it waits for something else."""
    async with server.client.stream("GET", "/api/v1/watch/job/waits") as answer:
        await anext(events(answer))
        assert not server.servicers.jobs.closed.is_set()
    await server.servicers.jobs.closed.wait()


async def test_a_server_that_stops_does_not_wait_for_streams(server: Any) -> None:
    """An open stream ends by itself when the server stops, so the server has stopped without cutting anything off."""
    async with server.client.stream("GET", "/api/v1/watch/job/waits") as answer:
        seen = events(answer)
        await anext(seen)
        server.stopping.set()
        rest = [event async for event in seen]
    assert [event.get("event") for event in rest] == ["update"]
    await server.serving
    assert server.servicers.jobs.closed.is_set()


async def test_many_streams_at_once(server: Any) -> None:
    """Streams do not wait for each other."""
    server.servicers.jobs.more.set()
    limits = httpx.Limits(max_connections=50)
    async with httpx.AsyncClient(base_url=server.client.base_url, limits=limits, timeout=None) as client:
        found = await asyncio.gather(*(all_events(client, "/api/v1/watch/job/waits") for _ in range(50)))
    assert [len(seen) for seen in found] == [2] * 50


async def test_no_more_streams_than_there_may_be(start_server: Any) -> None:
    """A further one is refused at once, and let in when another has ended."""
    async with start_server(GatewaySettings(max_event_streams=1)) as server:
        async with server.client.stream("GET", "/api/v1/watch/job/waits") as answer:
            await anext(events(answer))
            refused = await server.client.get("/api/v1/watch/job/waits")
            assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
            assert (
                refused.json()["error"]["message"] == "1 event streams are open, and there may not be more; close some"
            )
        await server.servicers.jobs.closed.wait()
        assert await all_events(server.client, "/api/v1/watch/logs/known")
