"""What surrounds every answer: headers that all have, and a patient end for callers that are still sending."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class CommonHeaders:
    """Adds headers to every answer."""

    def __init__(self, app: ASGIApp, headers: Mapping[str, str]) -> None:
        self._app = app
        self._headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *self._headers]
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class Linger:
    """Reads on, within limits, when an answer is complete before its request is.

    A body that is refused has mostly been sent in part. Closing the connection on top of unread bytes resets it, and the
    caller sees that instead of the answer which says why.
    """

    def __init__(self, app: ASGIApp, max_bytes: int, max_seconds: float) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._max_seconds = max_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _has_body(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        more_to_read = True

        async def watched_receive() -> Message:
            nonlocal more_to_read
            message = await receive()
            more_to_read = message["type"] == "http.request" and message.get("more_body", False)
            return message

        async def patient_send(message: Message) -> None:
            is_last = message["type"] == "http.response.body" and not message.get("more_body", False)
            if is_last and more_to_read:
                await send({**message, "more_body": True})
                await self._read_on(receive)
                message = {"type": "http.response.body", "body": b"", "more_body": False}
            await send(message)

        await self._app(scope, watched_receive, patient_send)

    async def _read_on(self, receive: Receive) -> None:
        size = 0
        with suppress(TimeoutError):
            async with asyncio.timeout(self._max_seconds):
                while size < self._max_bytes:
                    message = await receive()
                    size += len(message.get("body", b""))
                    if message["type"] != "http.request" or not message.get("more_body", False):
                        return


def _has_body(headers: Headers) -> bool:
    # A caller that asks first, and got an answer instead of leave to go on, does not send its body.
    asks_first = headers.get("expect", "").lower() == "100-continue"
    return not asks_first and ("transfer-encoding" in headers or headers.get("content-length", "0") != "0")
