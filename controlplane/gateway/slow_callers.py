"""Patience with callers, within limits: slow ones, and those that are still sending what has been refused already.

A request that comes bit by bit keeps a connection, and many of them keep all. So its head must be there within a fixed time;
its body may pause once for as long, and beyond that must come at a pace that grows with what has come in, so that large
uploads over thin lines go on.
"""

import asyncio
from typing import Any

import h11
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from controlplane.domain.errors import LimitError
from controlplane.gateway.rest_errors import JSON_TYPE, dump


class TimedHead(H11Protocol):
    """Closes connections whose next head does not come to its end in time.

    What is no HTTP is answered in the shape of all errors. The rest of it is read and thrown away for a while: closing on
    top of unread bytes would reset the connection, and the caller would see that instead of the answer.
    """

    def __init__(self, *args: Any, head_seconds: float, linger_seconds: float, **more: Any) -> None:
        super().__init__(*args, **more)
        self._head_seconds = head_seconds
        self._linger_seconds = linger_seconds
        self._head_timer: asyncio.TimerHandle | None = None
        self._refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._time_head()

    def data_received(self, data: bytes) -> None:
        if self._refused:
            return
        super().data_received(data)
        if self._refused:
            return
        if self.conn.their_state is h11.IDLE:  # Some of a head has come, not all of it.
            self._time_head()
        else:
            self._stop_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        body = dump({"error": {"code": 400, "message": msg}})
        headers = [("Content-Type", JSON_TYPE), ("Content-Length", str(len(body))), ("Connection", "close")]
        for event in (
            h11.Response(status_code=400, reason=b"Bad Request", headers=headers),
            h11.Data(data=body),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        self._refused = True
        self._stop_timer()
        self.transport.write_eof()
        self._head_timer = self.loop.call_later(self._linger_seconds, self.transport.close)

    def _time_head(self) -> None:
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(self._head_seconds, self.transport.close)

    def _stop_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None


class TimedBody:
    """Refuses requests whose body comes too slowly, with 408."""

    def __init__(self, app: ASGIApp, *, pause_seconds: float, bytes_per_second: int) -> None:
        self._app = app
        self._pause_seconds = pause_seconds
        self._pace = bytes_per_second

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        loop = asyncio.get_running_loop()
        begun_at = loop.time()
        size = 0
        complete = False

        async def timed_receive() -> Message:
            nonlocal size, complete
            if complete:  # What follows is the caller's leaving.
                return await receive()
            try:
                async with asyncio.timeout_at(begun_at + self._pause_seconds + size / self._pace):
                    message = await receive()
            except TimeoutError:
                complete = True
                raise LimitError(
                    f"the body came too slowly: {size} bytes in {loop.time() - begun_at:.0f} s; send at least "
                    f"{self._pace} bytes a second",
                    reason="BODY_TOO_SLOW",
                ) from None
            size += len(message.get("body", b""))
            complete = message["type"] != "http.request" or not message.get("more_body", False)
            return message

        await self._app(scope, timed_receive, send)
