"""The object that user code gets as the second argument of ``start``."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

from distributedkube import codec
from distributedkube.worker import wire
from distributedkube.worker.errors import NotInJobError, PayloadTooLargeError, TaskCancelled
from distributedkube.worker.runner.calls import Calls, Outlet, Target

MAX_MESSAGE_CHARACTERS: Final = 4096

_OLD_NAMES: Final = {"algorithmName": "name", "includeResult": "include_result", "flowInput": "flow_input"}
_IGNORED: Final = "resultAsRaw"
"""An argument of older wrappers that never changed what user code got."""

_Method = TypeVar("_Method", bound=Callable[..., Any])


def _takes_old_names(method: _Method) -> _Method:
    """Lets a method take its arguments by the names that older wrappers gave them."""

    @functools.wraps(method)
    def renamed(*args: Any, **options: Any) -> Any:
        for old, new in _OLD_NAMES.items():
            if old in options:
                if new in options:
                    raise TypeError(f"{old} is the old name of {new}; give one of them")
                options[new] = options.pop(old)
        options.pop(_IGNORED, None)
        return method(*args, **options)

    return renamed  # type: ignore[return-value]  # It has the same signature and more.


class TaskApi:
    """What a task can tell and ask.

    Attributes:
        cancelled: a `threading.Event`, set when the task is told to stop. Long loops should look at it.
        last_progress: what the attempt before reported last, as a dict with ``fraction``, ``message`` and
            ``details``; None on a first attempt.
        trace: the W3C trace context of the task: headers by name.
    """

    def __init__(self, outlet: Outlet, number: int, extras: dict[str, Any] | None) -> None:
        self.cancelled = threading.Event()
        self.last_progress: dict[str, Any] | None = None
        self.trace: dict[str, str] = {}
        if extras:
            self.last_progress = _decoded(extras.get("progress"))
            self.trace = extras.get("trace") or {}
        self._outlet = outlet
        self._number = number
        self._calls: Calls | None = None  # Made by the first call: most tasks make none.
        self._refusal: Callable[[], Exception] | None = None  # Why no call can be made any more.

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
        limit = self._outlet.max_inline_bytes
        if details is not None:
            payload = codec.encode(details)
            if len(payload[1]) > limit:
                raise PayloadTooLargeError(
                    f"the details of a progress report have {len(payload[1])} bytes; at most {limit} are possible"
                )
        text = (message or "")[:MAX_MESSAGE_CHARACTERS]
        self._outlet.send([wire.PROGRESS, self._number, float(fraction), text, payload])

    @_takes_old_names
    def start_algorithm(
        self,
        name: str,
        input: Sequence[Any] = (),
        include_result: bool = True,
        blocking: bool = True,
    ) -> Any:
        """Runs an algorithm as a child of this task, in the same job; may be called from any thread while `start` runs.

        Args:
            name: the algorithm.
            input: its ``input``, a list.
            include_result: False: wait for its end all the same, but give None.
            blocking: False: give a `Call` at once, to be waited for or awaited later.

        Returns:
            What the algorithm returned, or a `Call`.

        Raises:
            ChildFailedError: it failed, or there is no such algorithm.
            ChildStoppedError: it was stopped.
            TaskCancelled: this task was told to stop.
            NotInJobError: `start` does not run.
            DistributedKubeError: 1000 calls are open.
            TypeError: an argument is of the wrong type.
        """
        if not isinstance(input, (list, tuple)):
            raise TypeError(f"input must be a list, not {type(input).__name__}")
        target = Target(wire.CALL_ALGORITHM, _name("name", name))
        return self._call(target, list(input), include_result, blocking)

    @_takes_old_names
    def start_stored_subpipeline(
        self, name: str, flow_input: Mapping[str, Any] | None = None, include_result: bool = True, blocking: bool = True
    ) -> Any:
        """Runs a stored pipeline as a job of its own.

        Args:
            name: the pipeline.
            flow_input: merged over the stored one.
            include_result: as for `start_algorithm`, and so is `blocking`.

        Returns:
            The list of its result items, dicts with ``nodeName``, ``algorithmName``, ``batchIndex`` and ``result``; or a
            `Call`.

        Raises:
            DistributedKubeError: as for `start_algorithm`.
            TypeError: an argument is of the wrong type.
        """
        target = Target(wire.CALL_PIPELINE, _name("name", name))
        return self._call(target, _map("flow_input", flow_input), include_result, blocking)

    @_takes_old_names
    def start_raw_subpipeline(
        self,
        name: str,
        nodes: Sequence[Mapping[str, Any]],
        flow_input: Mapping[str, Any] | None = None,
        options: Mapping[str, Any] | None = None,
        webhooks: Mapping[str, Any] | None = None,
        include_result: bool = True,
        blocking: bool = True,
    ) -> Any:
        """Runs a pipeline that is not stored as a job of its own.

        Args:
            name: of the pipeline.
            nodes: as in the REST API, and so are `options` and `webhooks`.
            flow_input: its flow input.
            include_result: as for `start_algorithm`, and so is `blocking`.

        Returns:
            As for `start_stored_subpipeline`.

        Raises:
            PayloadTooLargeError: the pipeline without its flow input is larger than what travels inline.
            DistributedKubeError: as for `start_algorithm`.
            TypeError: an argument is of the wrong type.
        """
        if not isinstance(nodes, (list, tuple)):
            raise TypeError(f"nodes must be a list, not {type(nodes).__name__}")
        pipeline = {
            "name": _name("name", name),
            "nodes": list(nodes),
            "options": _map("options", options),
            "webhooks": _map("webhooks", webhooks),
        }
        _, descriptor = codec.encode(pipeline, codec.JSON)
        target = Target(wire.CALL_RAW, name, descriptor)
        return self._call(target, _map("flow_input", flow_input), include_result, blocking)

    sendProgress = send_progress
    startAlgorithm = start_algorithm
    startStoredSubpipeline = start_stored_subpipeline
    startRawSubpipeline = start_raw_subpipeline

    # What the runner says. Calls from other threads may come in between at any point.

    def _answer(self, call_id: str, answer: Sequence[Any]) -> None:
        if self._calls is not None:
            self._calls.answer(call_id, answer)

    def _stop(self, reason: str) -> None:
        """The task was told to stop: whoever waits for a call waits no longer."""
        text = f"the task was told to stop: {reason}"
        self._refusal = lambda: TaskCancelled(text)
        self.cancelled.set()
        if self._calls is not None:
            self._calls.close(self._refusal, text)

    def _end(self) -> None:
        """`start` has ended; the control plane stops what it called."""
        self._refusal = _not_in_job
        if self._calls is not None:
            self._calls.close(_not_in_job, None)

    def _leave(self) -> None:
        """In a process that user code has forked. Takes no lock: the thread that had it is not here."""
        self._refusal = _not_in_job

    def _call(self, target: Target, value: Any, include_result: bool, blocking: bool) -> Any:
        if self._refusal is not None:
            raise self._refusal()
        calls = self._calls
        if calls is None:
            with _MAKING:
                calls = self._calls = self._calls or Calls(self._number, self._outlet)
            # Who refuses looks for `_calls` after it has set `_refusal`, so one of us sees what the other has done.
            if self._refusal is not None:
                raise self._refusal()
        call = calls.start(target, value, bool(include_result))
        return call.result() if blocking else call


_MAKING = threading.Lock()


def _not_in_job() -> Exception:
    return NotInJobError("other algorithms and pipelines can only be called while `start` runs, and in its process")


def _name(argument: str, name: Any) -> str:
    if not isinstance(name, str) or not name:
        raise TypeError(f"{argument} must be a name, not {name!r}")
    return name


def _map(argument: str, value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise TypeError(f"{argument} must be a dict, not {type(value).__name__}")
    return dict(value)


def _decoded(progress: dict[str, Any] | None) -> dict[str, Any] | None:
    if progress is None:
        return None
    details = progress["details"]
    return {**progress, "details": None if details is None else codec.decode(details[0], details[1])}
