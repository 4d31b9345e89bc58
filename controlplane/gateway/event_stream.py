"""Streams of answers as server-sent events.

Each answer is an event ``update`` with the response message, or the part of it that the binding names, as JSON; an error is an
event ``error`` with the error body, and the last one. A message with an enum ``event`` names its event itself. Where the
contract says how to go on after a broken stream, that place is the event's id: browsers send the last one back by
themselves (``Last-Event-ID``).

A stream ends with the method's answers, when the caller goes away, and when the server stops.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

from google.protobuf.message import Message
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from controlplane.api.methods import Caller, Method
from controlplane.domain.errors import LimitError
from controlplane.gateway.edge import Edge, off_loop, where
from controlplane.gateway.json_codec import to_json
from controlplane.gateway.json_plan import Kind, plan_of
from controlplane.gateway.json_reader import from_text
from controlplane.gateway.rest_errors import dump, error_body

_RESUME = (("next_page_token", "page_token"), ("line_count", "after_line"), ("cursor", "cursor"))
"""Response fields that say where to go on, with the request fields that take it."""

_NAME = "event"
"""Response field that names the event."""

_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-cache, no-transform"),
    (b"x-accel-buffering", b"no"),  # Tells nginx to pass events on at once.
]


async def open_event_stream(
    edge: Edge, method: Method, message: Message, caller: Caller, request: Request, part: str
) -> "EventStream":
    """Calls the method. What it raises at once is raised here, so that it becomes a plain HTTP error.

    ``part`` is the field of the answers that is the event's data; empty for the answers themselves. Raises ``LimitError``
    when there are as many streams as there may be.
    """
    if edge.streams.count >= edge.settings.max_event_streams:
        raise LimitError(
            f"{edge.streams.count} event streams are open, and there may not be more; close some",
            reason="TOO_MANY_STREAMS",
        )
    _resume(message, request.headers.get("last-event-id", ""))
    answers = aiter(edge.methods.stream(method, message, caller))
    edge.streams.count += 1
    first = asyncio.ensure_future(anext(answers))
    try:
        await asyncio.wait([first], timeout=edge.settings.first_event_seconds)
        if first.done() and not isinstance(first.exception(), StopAsyncIteration):
            first.result()
    except BaseException:
        edge.streams.count -= 1
        await _close(answers, first)
        raise
    return EventStream(edge, answers, first, where(request), part)


def _resume(message: Message, last_id: str) -> None:
    fields = {field.name: field for field in plan_of(message.DESCRIPTOR).fields}
    for _, name in _RESUME:
        field = fields.get(name)
        if last_id and field is not None and (field.kind is Kind.STRING or last_id.isdecimal()):
            setattr(message, name, from_text(field, last_id, "Last-Event-ID"))


class EventStream:
    """The answer with the events; an ASGI application."""

    def __init__(
        self, edge: Edge, answers: AsyncIterator[Message], first: "asyncio.Future[Message]", request: str, part: str
    ) -> None:
        self._edge = edge
        self._answers = answers
        self._next = first
        self._request = request
        self._part = part
        self._count = 0

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Sends events until there are no more, or nobody wants them."""
        ends: list[asyncio.Future[bool]] = [
            asyncio.ensure_future(_gone(receive)),
            asyncio.ensure_future(self._edge.stopping.wait()),
        ]
        try:
            await send({"type": "http.response.start", "status": 200, "headers": list(_HEADERS)})
            # At once, since browsers call a stream open only when its headers are there.
            await send({"type": "http.response.body", "body": b": open\n\n", "more_body": True})
            await self._send_events(send, ends)
            if not ends[0].done():
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            for end in ends:
                end.cancel()
            await asyncio.gather(*ends, return_exceptions=True)
            self._edge.streams.count -= 1
            await _close(self._answers, self._next)

    async def _send_events(self, send: Send, ends: Sequence[asyncio.Future[bool]]) -> None:
        more = True
        while more:
            waited_for: list[asyncio.Future[Any]] = [self._next, *ends]
            pause = self._edge.settings.keep_alive_seconds
            await asyncio.wait(waited_for, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
            if any(end.done() for end in ends):
                return
            event, more = await self._event() if self._next.done() else (b": still here\n\n", True)
            if event:
                await send({"type": "http.response.body", "body": event, "more_body": True})

    async def _event(self) -> tuple[bytes, bool]:
        """The event for what the method has given, and whether there may be more."""
        error = self._next.exception()
        if isinstance(error, StopAsyncIteration):
            return b"", False
        if error is not None:
            return _framed("error", dump({"error": error_body(error, where=self._request)}), ""), False
        answer = self._next.result()
        self._next = asyncio.ensure_future(anext(self._answers))
        self._count += 1
        said: Message = getattr(answer, self._part) if self._part else answer
        data = await off_loop(said.ByteSize(), to_json, said)
        return _framed(_name(said), data, self._id(said)), True

    def _id(self, answer: Message) -> str:
        fields = {field.name for field in plan_of(answer.DESCRIPTOR).fields}
        places = (str(getattr(answer, name)) for name, _ in _RESUME if name in fields)
        return next(places, str(self._count))


def _name(answer: Message) -> str:
    """What the event is called."""
    field = next((field for field in plan_of(answer.DESCRIPTOR).fields if field.name == _NAME), None)
    if field is None or field.kind is not Kind.ENUM:
        return "update"
    return field.words_by_number[getattr(answer, _NAME)].decode().strip('"')


def _framed(event: str, data: bytes, place: str) -> bytes:
    # Line breaks can only be white space here: in JSON texts they are escaped.
    line = data.replace(b"\r", b" ").replace(b"\n", b" ")
    return f"{f'id: {place}{chr(10)}' if place else ''}event: {event}\ndata: ".encode() + line + b"\n\n"


async def _gone(receive: Receive) -> bool:
    """Returns when the caller has gone away."""
    while (await receive())["type"] != "http.disconnect":
        pass
    return True


async def _close(answers: AsyncIterator[Message], pending: "asyncio.Future[Message]") -> None:
    pending.cancel()
    await asyncio.gather(pending, return_exceptions=True)
    close = getattr(answers, "aclose", None)
    if close is not None:
        await close()
