"""Server-sent events as a browser reads them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from tests.rest.server import API, Rest, parse

Topic = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    name: str
    id: str
    data: Any

    @property
    def content(self) -> Any:
        return self.data["content"]


class Events:
    """An open stream; iterate for its events. Comments are left out."""

    def __init__(self, answer: httpx.Response) -> None:
        self._lines = answer.iter_lines()

    def __iter__(self) -> Iterator[Event]:
        return self

    def __next__(self) -> Event:
        fields: dict[str, str] = {}
        for line in self._lines:
            if not line and fields:
                return Event(fields.get("event", "message"), fields.get("id", ""), parse(fields["data"]))
            name, _, value = line.partition(": ")
            if name:
                fields[name] = value
        raise StopIteration

    def until(self, name: str, topic: str = "") -> Event:
        """The next event of a name, of a topic if one is said."""
        return next(event for event in self if event.name == name and topic in ("", event.data["topic"]))


@contextmanager
def watching(rest: Rest, *topics: Topic) -> Iterator[Events]:
    """Watches topics on one connection."""
    rest.seen.append(("POST", f"{API}watch"))
    with rest.client.stream("POST", f"{API}watch", json={"topics": topics}, timeout=60) as answer:
        assert answer.status_code == 200, answer.read()
        yield Events(answer)


@contextmanager
def watching_one(
    rest: Rest, name: str, params: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
) -> Iterator[Events]:
    """Watches one topic by GET."""
    path = f"{API}watch/topics/{name}"
    rest.seen.append(("GET", path))
    with rest.client.stream("GET", path, params=params, headers=headers, timeout=60) as answer:
        assert answer.status_code == 200, answer.read()
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield Events(answer)


def patched(document: Any, events: Sequence[Event]) -> Any:
    """The document of a topic after some of its events: snapshots replace it, patches are laid over it (RFC 7386)."""
    for event in events:
        document = event.content if event.name == "snapshot" else merged(document, event.content)
    return document


def merged(document: Any, patch: Any) -> Any:
    if not isinstance(patch, dict):
        return patch
    result = dict(document) if isinstance(document, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), value)
    return result
