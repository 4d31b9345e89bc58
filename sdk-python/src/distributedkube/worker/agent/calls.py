"""Calls that user code makes of other algorithms and pipelines: to the control plane, and the answers back.

A slot whose task only waits for answers is *blocked*, and others may run what it waits for. It is one once user code has
waited for 10 ms in which its process was idle more than it worked: other threads of it may be busy meanwhile. It goes
on when nobody has waited for 2 ms, so that a task which waits for one call after the other does not go back and forth.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from distributedkube.api.type.v1 import payload_pb2
from distributedkube.api.worker.v1 import worker_pb2
from distributedkube.worker import wire
from distributedkube.worker.agent.blobs import BlobStore, TransferError
from distributedkube.worker.agent.outbox import CallEvent, Outbox
from distributedkube.worker.agent.uploads import CreateUploadUrl, store_file

if TYPE_CHECKING:
    from distributedkube.worker.agent.tasks import HeldTask

WAITING_SECONDS: Final = 0.01
GOING_ON_SECONDS: Final = 0.002

_CATEGORIES: Final = payload_pb2.Failure.Category


class _State(Enum):
    STORING = 1  # Its input is being stored; the control plane has not heard of it.
    ASKED = 2  # The control plane knows of it, or will.
    ANSWERED = 3  # Its answer has come; what that refers to is being fetched.


@dataclass(slots=True, eq=False)
class _Call:
    state: _State = _State.ASKED
    transfer: asyncio.Task[None] | None = None
    """Set while storing or fetching."""

    def end(self) -> None:
        if self.transfer is not None and self.transfer is not asyncio.current_task():
            self.transfer.cancel()
        self.transfer = None


@dataclass(slots=True, eq=False)
class OpenCalls:
    """What the agent knows of the calls of one task."""

    by_id: dict[str, _Call] = field(default_factory=dict)
    """Those that user code has no answer to and has not given up."""
    blocked: bool = False
    """Whether the control plane was told that the slot only waits."""
    told: bool = False
    """Whether it was told anything."""
    timer: asyncio.TimerHandle | None = None
    """Runs while user code waits and the slot is not blocked, or the other way round."""
    files: list[str] = field(default_factory=list)
    """Left by and for the runner; most are deleted by whoever has read them."""


class CallOwner(Protocol):
    """Who hears of calls."""

    def slot_changed(self, task: HeldTask, *, blocked: bool) -> None:
        """A slot has become blocked, or goes on."""


class CallDesk:
    """The calls of all tasks of a worker."""

    def __init__(
        self,
        owner: CallOwner,
        outbox: Outbox,
        blobs: BlobStore,
        folder: Path,
        *,
        create_url: CreateUploadUrl,
        changed: Callable[[], None],
    ) -> None:
        """Args: see `TaskBook`; `folder` is where answers are left for runners, on the same disk as the blobs."""
        self._owner = owner
        self._outbox = outbox
        self._blobs = blobs
        self._folder = folder
        self._create_url = create_url
        self._changed = changed
        self._loop = asyncio.get_running_loop()
        self._files = 0

    # What runners say.

    def request(self, task: HeldTask, message: Sequence[Any]) -> None:
        """User code calls: a `wire.CALL` message."""
        _, _, call_id, kind, target, given, include_result = message
        if task.calls is None:
            task.calls = OpenCalls()
        call = task.calls.by_id[call_id] = _Call()
        request = worker_pb2.CallRequest(token=task.token, call_id=call_id, include_result=include_result)
        if kind == wire.CALL_ALGORITHM:
            request.algorithm_name = target
        elif kind == wire.CALL_PIPELINE:
            request.pipeline_name = target
        else:
            request.raw_pipeline.content_type, request.raw_pipeline.data = "application/json", target
        content_type, data, path, size = given
        request.input.content_type = content_type
        if path is None:
            request.input.data = data
            self._ask(request)
        else:
            call.state = _State.STORING
            task.calls.files.append(path)
            call.transfer = self._loop.create_task(self._store(task, call, request, path, size), name="call-input")

    def cancel(self, task: HeldTask, call_id: str, reason: str) -> None:
        """User code gives a call up."""
        call = task.calls.by_id.pop(call_id, None) if task.calls is not None else None
        if call is None:
            return
        call.end()
        if call.state is _State.ASKED:
            cancel = worker_pb2.CallCancel(token=task.token, call_id=call_id, reason=reason)
            self._outbox.add_call(CallEvent(task.token, worker_pb2.WorkerEvent(call_cancel=cancel)))
            self._changed()

    def waits(self, task: HeldTask, waiting: bool) -> None:
        """User code waits for answers, or does so no more."""
        calls = task.calls
        if calls is None:
            return
        if calls.timer is not None:
            calls.timer.cancel()
            calls.timer = None
        if waiting == calls.blocked:
            return
        if waiting:
            self._watch(task, calls)
        else:
            calls.timer = self._loop.call_later(GOING_ON_SECONDS, self._set_blocked, task, calls, False)

    # What the control plane says.

    def answer(self, task: HeldTask, result: worker_pb2.CallResult) -> None:
        """A call has ended. What comes a second time, or for a call that was given up, is ignored."""
        call = task.calls.by_id.get(result.call_id) if task.calls is not None else None
        if call is None or call.state is not _State.ASKED:
            return
        match result.WhichOneof("outcome"):
            case "failure":
                failure = result.failure
                category = _CATEGORIES.Name(failure.category).removeprefix("CATEGORY_")
                self._hand(task, result.call_id, wire.ANSWER_FAILED, category, failure.type, failure.message)
            case "stopped":
                self._hand(task, result.call_id, wire.ANSWER_STOPPED, result.stopped)
            case _ if result.output.HasField("ref"):
                call.state = _State.ANSWERED
                fetch = self._fetch(task, result.call_id, result.output)
                call.transfer = self._loop.create_task(fetch, name="call-result")
            case _:
                output = result.output
                has_data = output.HasField("data")
                payload = [output.content_type, output.data, None, len(output.data)] if has_data else None
                self._hand(task, result.call_id, wire.ANSWER_OUTPUT, payload)

    def repeat_slot(self, task: HeldTask) -> None:
        """What was said of a slot may have been lost with a stream."""
        if task.calls is not None and task.calls.told:
            self._tell_slot(task, task.calls)

    def end(self, task: HeldTask, *, silent: bool) -> None:
        """The task is over, or nothing more is to be said of it: its calls are forgotten. May be repeated.

        The control plane stops what they called by itself.
        """
        calls, task.calls = task.calls, None
        if calls is None:
            return
        if calls.timer is not None:
            calls.timer.cancel()
        for call in calls.by_id.values():
            call.end()
        for path in calls.files:
            with suppress(FileNotFoundError):
                os.unlink(path)
        if calls.blocked:
            calls.blocked = False
            if not silent:
                self._tell_slot(task, calls)
            self._owner.slot_changed(task, blocked=False)

    # The rest is between those.

    def _ask(self, request: worker_pb2.CallRequest) -> None:
        size = len(request.input.data) + len(request.raw_pipeline.data)
        self._outbox.add_call(CallEvent(request.token, worker_pb2.WorkerEvent(call_request=request), size))
        self._changed()

    async def _store(self, task: HeldTask, call: _Call, request: worker_pb2.CallRequest, path: str, size: int) -> None:
        try:
            stored = await store_file(self._blobs, self._create_url, task.token, path, size)
        except TransferError as error:
            self._hand(task, request.call_id, wire.ANSWER_FAILED, "OUTPUT_STORE", "TransferError", str(error))
            return
        request.input.ref.CopyFrom(stored)
        call.state, call.transfer = _State.ASKED, None
        self._ask(request)

    async def _fetch(self, task: HeldTask, call_id: str, output: payload_pb2.Payload) -> None:
        refs = [output.ref]
        self._blobs.pin(refs)
        try:
            await self._blobs.fetch(refs)
            path = self._leave(output.ref)
        except (TransferError, OSError) as error:
            self._hand(task, call_id, wire.ANSWER_FAILED, "INPUT_FETCH", type(error).__name__, str(error))
            return
        finally:
            self._blobs.unpin(refs)
        assert task.calls is not None, "the end of the calls ends this"
        task.calls.files.append(path)
        self._hand(task, call_id, wire.ANSWER_OUTPUT, [output.content_type, None, path, output.ref.size])

    def _leave(self, ref: payload_pb2.BlobRef) -> str:
        """A second name for a fetched object, for the runner to delete when it has read it."""
        self._files += 1
        path = str(self._folder / f"answer-{self._files}")
        os.link(self._blobs.path(ref), path)
        return path

    def _hand(self, task: HeldTask, call_id: str, *answer: Any) -> None:
        """Hands user code what it waits for."""
        if task.calls is not None:
            task.calls.by_id.pop(call_id, None)
        if task.runner is not None:
            task.runner.answer(task.number, call_id, answer)

    def _watch(self, task: HeldTask, calls: OpenCalls) -> None:
        """Looks in a moment whether the slot only waits."""
        pid = task.runner.pid if task.runner is not None else 0
        calls.timer = self._loop.call_later(
            WAITING_SECONDS, self._judge, task, calls, time.monotonic_ns(), busy_ns(pid)
        )

    def _judge(self, task: HeldTask, calls: OpenCalls, since_ns: int, busy_before: int) -> None:
        pid = task.runner.pid if task.runner is not None else 0
        if (busy_ns(pid) - busy_before) * 2 > time.monotonic_ns() - since_ns:
            self._watch(task, calls)
        else:
            self._set_blocked(task, calls, True)

    def _set_blocked(self, task: HeldTask, calls: OpenCalls, blocked: bool) -> None:
        calls.timer, calls.blocked = None, blocked
        self._tell_slot(task, calls)
        self._owner.slot_changed(task, blocked=blocked)

    def _tell_slot(self, task: HeldTask, calls: OpenCalls) -> None:
        calls.told = True
        self._outbox.add_event(slot_state=worker_pb2.SlotState(token=task.token, blocked=calls.blocked))


def busy_ns(pid: int) -> int:
    """Processor time of a process so far, and the time for which it was kept from the processor; 0 when there is none.

    A machine with too much to do must not make a process that works look idle.
    """
    if not pid:
        return 0
    waited = 0
    try:
        for path in Path(f"/proc/{pid}/task").glob("*/schedstat"):
            with suppress(OSError, ValueError, IndexError):
                waited += int(path.read_text().split()[1])
        # The kernel's name for the processor clock of another process: clock_getcpuclockid(3).
        return waited + time.clock_gettime_ns((~pid << 3) | 2)
    except OSError:
        return 0
