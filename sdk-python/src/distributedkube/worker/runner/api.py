"""The object that user code gets as the second argument of ``start``."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Final

from distributedkube import codec
from distributedkube.worker import wire
from distributedkube.worker.errors import NotSupportedError, PayloadTooLargeError

MAX_MESSAGE_CHARACTERS: Final = 4096


class TaskApi:
    """What a task can tell and ask.

    Attributes:
        cancelled: a `threading.Event`, set when the task is told to stop. Long loops should look at it.
            last_progress: what the attempt before reported last, as a dict with ``fraction``, ``message`` and
            ``details``; None on a first attempt. trace: the W3C trace context of the task: headers by name.
    """

    def __init__(
        self, send: Callable[[Any], None], number: int, max_inline_bytes: int, extras: dict[str, Any] | None
    ) -> None:
        self.cancelled = threading.Event()
        self.last_progress: dict[str, Any] | None = None
        self.trace: dict[str, str] = {}
        if extras:
            self.last_progress = _decoded(extras.get("progress"))
            self.trace = extras.get("trace") or {}
        self._send = send
        self._number = number
        self._max_inline_bytes = max_inline_bytes

    def send_progress(self, fraction: float, message: str | None = None, details: Any = None) -> None:
        """Reports how far the task is; may be called from any thread. The latest report counts.

        Args:
            fraction: from 0 to 1.
            message: a sentence for people.
            details: anything that a next attempt can go on from; handed to it as `last_progress`.

        Raises:
            ValueError: `fraction` is not between 0 and 1.
            PayloadTooLargeError: `details` is larger than what travels inline.
        """
        if not 0 <= fraction <= 1:
            raise ValueError(f"fraction must be between 0 and 1, not {fraction!r}")
        payload = None
        if details is not None:
            payload = codec.encode(details)
            if len(payload[1]) > self._max_inline_bytes:
                raise PayloadTooLargeError(
                    f"the details of a progress report have {len(payload[1])} bytes; at most {self._max_inline_bytes}"
                    " are possible"
                )
        text = (message or "")[:MAX_MESSAGE_CHARACTERS]
        self._send([wire.PROGRESS, self._number, float(fraction), text, payload])

    def start_algorithm(self, *_args: Any, **_options: Any) -> Any:
        """Runs another algorithm. Raises `NotSupportedError`: this control plane does not offer calls."""
        raise NotSupportedError("the control plane does not offer calls of other algorithms")

    def start_stored_subpipeline(self, *_args: Any, **_options: Any) -> Any:
        """Runs a stored pipeline. Raises `NotSupportedError`: this control plane does not offer calls."""
        raise NotSupportedError("the control plane does not offer calls of stored pipelines")

    def start_raw_subpipeline(self, *_args: Any, **_options: Any) -> Any:
        """Runs a pipeline given in full. Raises `NotSupportedError`: this control plane does not offer calls."""
        raise NotSupportedError("the control plane does not offer calls of pipelines")

    sendProgress = send_progress
    startAlgorithm = start_algorithm
    startStoredSubpipeline = start_stored_subpipeline
    startRawSubpipeline = start_raw_subpipeline


def _decoded(progress: dict[str, Any] | None) -> dict[str, Any] | None:
    if progress is None:
        return None
    details = progress["details"]
    return {**progress, "details": None if details is None else codec.decode(details[0], details[1])}
