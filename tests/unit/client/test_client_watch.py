"""Following a live topic: patches are laid over what was shown, breaks are bridged by cursor, ends and errors are told."""

import json
from typing import Any

import pytest

from distributedkube.api.watch.v1.watch_pb2 import Frame, TopicError
from distributedkube.api.watch.v1.watch_service_pb2 import WatchTopicResponse
from distributedkube.client.errors import DistributedKubeError, InvalidError
from tests.unit.client.conftest import Ask
from tests.unit.client.fake_server import Break, FakeServer


def frame(event: str, revision: int = 0, content: Any = None, **more: Any) -> WatchTopicResponse:
    message = Frame(topic="jobs", event=Frame.Event.Value(f"EVENT_{event}"), revision=revision, **more)
    if event not in ("GAP", "ERROR"):
        message.cursor = f"e.{revision}"
    if content is not None:
        message.content.content_type = "application/json"
        message.content.data = json.dumps(content).encode()
    return WatchTopicResponse(frame=message)


async def test_patches_and_a_break(ask: Ask, fake: FakeServer) -> None:
    fake.streams["WatchTopic"] = [
        [frame("SNAPSHOT", 1, {"rows": {"a": {"n": 1}, "b": {}}}), frame("PATCH", 2, {"rows": {"b": None}}), Break()],
        [frame("PATCH", 3, {"rows": {"a": {"n": 2}}}), frame("GONE", 3)],
    ]
    shown = await ask(lambda client: client.watch("jobs", ids=["a", "b"], query={"pipelineName": "p"}))
    assert shown == [{"rows": {"a": {"n": 1}, "b": {}}}, {"rows": {"a": {"n": 1}}}, {"rows": {"a": {"n": 2}}}]
    first, second = fake.seen["WatchTopic"]
    assert (first.cursor, second.cursor) == ("", "e.2")
    assert (list(second.filter.ids), second.filter.query.pipeline_name) == (["a", "b"], "p")


async def test_a_gap(ask: Ask, fake: FakeServer) -> None:
    """What was shown before counts no more."""
    fake.streams["WatchTopic"] = [
        [frame("SNAPSHOT", 1, {"a": 1}), frame("GAP"), frame("SNAPSHOT", 9, {"b": 2}), frame("GONE", 9)]
    ]
    assert await ask(lambda client: client.watch("counters")) == [{"a": 1}, {"b": 2}]


async def test_lines_are_not_laid_over_each_other(ask: Ask, fake: FakeServer) -> None:
    fake.streams["WatchTopic"] = [
        [frame("SNAPSHOT", 0, {"lines": [1]}), frame("PATCH", 0, {"lines": [2]}), frame("GONE")]
    ]
    assert await ask(lambda client: client.watch("logs", job="j")) == [{"lines": [1]}, {"lines": [2]}]


async def test_errors(ask: Ask, fake: FakeServer) -> None:
    fake.streams["WatchTopic"] = [[frame("ERROR", error=TopicError(reason="NOT_FOUND", message="job j Not Found"))]]
    with pytest.raises(DistributedKubeError, match="job j Not Found"):
        await ask(lambda client: client.watch("job", id="j"))
    with pytest.raises(InvalidError):
        await ask(lambda client: client.watch("jobs", ids=7))
