"""Calls and streams of the blocking client over one channel. What a method asks and how it is read is said in `calls`
and `follow`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import grpc

from distributedkube.client import calls
from distributedkube.client.calls import Call, Page
from distributedkube.client.channel import (
    CALL_TIMEOUT_SECONDS,
    UPLOAD_TIMEOUT_SECONDS,
    call_metadata,
    error_of,
    make_stubs,
)
from distributedkube.client.errors import UnavailableError, WaitTimeoutError
from distributedkube.client.follow import Follow
from distributedkube.client.packing import Archive
from distributedkube.client.retry import Reconnects

Answer = TypeVar("Answer")
Item = TypeVar("Item")


class Transport:
    """Performs calls and streams over one channel; the client and its handles share it."""

    def __init__(self, channel: grpc.Channel, target: str, token: str | None) -> None:
        self.channel = channel
        self._target = target
        self._stubs = make_stubs(channel)
        self._metadata = call_metadata(token)

    def do(self, call: Call[Answer]) -> Answer:
        method = getattr(self._stubs[call.service], call.method)
        try:
            return call.read(method(call.request, timeout=CALL_TIMEOUT_SECONDS, metadata=self._metadata))
        except grpc.RpcError as failure:
            raise error_of(failure, self._target) from failure

    def pages(self, call: Callable[[str], Call[Page]]) -> Iterator[dict[str, Any]]:
        """All items of a list, page after page as they are needed."""
        token = ""
        while True:
            page = self.do(call(token))
            yield from page.items
            token = page.next_page_token
            if not token:
                return

    def upload(self, archive: Archive) -> str:
        """Sends an archive; answers with its upload id."""
        try:
            response = self._stubs["build"].UploadSource(
                calls.upload_pieces(archive.file, archive.name), timeout=UPLOAD_TIMEOUT_SECONDS, metadata=self._metadata
            )
        except grpc.RpcError as failure:
            raise error_of(failure, self._target) from failure
        return str(response.upload_id)

    def follow(self, follow: Follow[Item], timeout: float | None = None) -> Iterator[Item]:
        """What is new in a stream, opened again when it breaks. ``WaitTimeoutError`` after ``timeout`` seconds."""
        deadline = None if timeout is None else time.monotonic() + timeout
        reconnects = Reconnects()
        while True:
            failure = UnavailableError(f"{self._target} ended the stream early")
            try:
                for response in self._open(follow, deadline):
                    for item in follow.take(response):
                        reconnects.news()
                        yield item
                if follow.complete:
                    return
            except UnavailableError as error:
                failure = error
            pause = reconnects.pause()
            if pause is None:
                raise failure
            time.sleep(pause)

    def _open(self, follow: Follow[Any], deadline: float | None) -> Iterator[Any]:
        left = None if deadline is None else max(deadline - time.monotonic(), 0.0)
        stream = getattr(self._stubs[follow.service], follow.method)(
            follow.request(), timeout=left, metadata=self._metadata
        )
        try:
            yield from stream
        except grpc.RpcError as failure:
            if failure.code() == grpc.StatusCode.DEADLINE_EXCEEDED and deadline is not None:
                raise WaitTimeoutError("the time to wait ran out") from failure
            raise error_of(failure, self._target) from failure
        finally:
            stream.cancel()
