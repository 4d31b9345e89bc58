"""The control plane's end of one worker's stream: turns what the queue wants into frames.

Events gather in a frame until the stream takes it; since it is woken by the event loop, all that happens in one turn goes
out together, and a lone event goes out at once.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence

import msgpack

from controlplane.api.payloads import fill_failure, fill_payload
from controlplane.domain.calls import CallOutcome
from controlplane.domain.ids import task_id
from controlplane.domain.job_events import CancelReason
from controlplane.domain.task_context import Chunk, NodeContext, Source, TaskValues
from controlplane.domain.values import MSGPACK, Payload
from controlplane.ports.dispatch import CancelMode, Grant
from distributedkube.api.type.v1 import payload_pb2
from distributedkube.api.worker.v1 import worker_pb2 as worker
from distributedkube.api.worker.v1 import worker_service_pb2 as service

MAX_FRAME_EVENTS = 256
MAX_FRAME_BYTES = 1024 * 1024
DEFER_SECONDS = 0.05
"""Acknowledgements and forgotten contexts only free a worker's memory: they wait this long for other news."""

_MODES = {
    CancelMode.GRACEFUL: worker.TaskCancel.MODE_GRACEFUL,
    CancelMode.FORCE: worker.TaskCancel.MODE_FORCE,
}


_REASONS = {
    CancelReason.STOPPED: worker.TaskCancel.REASON_STOPPED,
    CancelReason.JOB_FAILED: worker.TaskCancel.REASON_PARENT_FAILED,
    CancelReason.CALLER_ENDED: worker.TaskCancel.REASON_PARENT_FAILED,
}


class GrpcWorkerLink:
    """Implements ``WorkerLink``."""

    def __init__(self, *, url_of: Callable[[str], str], last_seq: int) -> None:
        self._url_of = url_of
        self._seq = last_seq
        self._open: service.ConnectResponse | None = None
        """Frame that takes events."""
        self._open_bytes = 0
        self._ready: deque[service.ConnectResponse] = deque()
        self._ack = 0
        self._drops: list[int] = []
        """Contexts that the worker may forget."""
        self._deferred_due = False
        self._deferred_timer: asyncio.TimerHandle | None = None
        self._contexts: dict[NodeContext, int] = {}
        self._context_count = 0
        self._wake = asyncio.Event()
        self._closed = False

    async def next_frame(self) -> service.ConnectResponse | None:
        """The next frame to send; None when the stream is to end."""
        while True:
            if self._ready:
                frame = self._ready.popleft()
            elif self._open is not None:
                frame, self._open = self._open, None
            elif self._deferred_due:
                self._seq += 1
                frame = service.ConnectResponse(seq=self._seq)
            elif self._closed:
                return None
            else:
                self._wake.clear()
                await self._wake.wait()
                continue
            self._add_deferred(frame)
            return frame

    def _add_deferred(self, frame: service.ConnectResponse) -> None:
        """What could wait goes along with what could not."""
        frame.ack = self._ack
        for number in self._drops[:MAX_FRAME_EVENTS]:
            frame.events.add().context_drop.context = number
        del self._drops[:MAX_FRAME_EVENTS]
        self._deferred_due = bool(self._drops)
        if self._deferred_timer is not None:
            self._deferred_timer.cancel()
            self._deferred_timer = None

    def _defer(self) -> None:
        """Something waits for a frame to go along with; after a while it goes by itself."""
        if self._deferred_timer is None and not self._closed:
            self._deferred_timer = asyncio.get_running_loop().call_later(DEFER_SECONDS, self._deferred_for_long)

    def _deferred_for_long(self) -> None:
        self._deferred_timer = None
        self._deferred_due = True
        self._wake.set()

    def event(self, size: int = 0) -> worker.GatewayEvent:
        """A new event in the frame that goes out next."""
        frame = self._open
        if frame is not None and (len(frame.events) >= MAX_FRAME_EVENTS or self._open_bytes + size > MAX_FRAME_BYTES):
            self._ready.append(frame)
            frame = None
        if frame is None:
            self._seq += 1
            frame = self._open = service.ConnectResponse(seq=self._seq)
            self._open_bytes = 0
        self._open_bytes += size
        self._wake.set()
        return frame.events.add()

    # WorkerLink

    def assign(self, context: NodeContext, grants: Sequence[Grant]) -> None:
        number = self._contexts.get(context) or self._send_context(context)
        is_batch, elements, node_number = context.is_batch, context.elements, context.node_number
        for token, task, attempt, values in grants:
            message = self.event(64).task_assign
            message.token = token
            message.context = number
            message.task_id = task_id(node_number, task)
            message.attempt = attempt
            if is_batch:
                message.batch_index = task + 1
                message.elements.extend(elements(task) if values is None else values.elements)
            if values is not None:
                self._add_values(message, values)

    def _add_values(self, message: worker.TaskAssign, values: TaskValues) -> None:
        for value in values.values:
            payload = message.values.add()
            self._fill(payload, value)
            self._open_bytes += value.size_bytes if value.ref is None else 0
        message.trigger_index = values.trigger_index
        message.call_id = values.call_id

    def drop_context(self, context: NodeContext) -> None:
        number = self._contexts.pop(context, None)
        if number is not None:
            self._drops.append(number)
            self._defer()

    def cancel(self, tokens: Sequence[bytes], mode: CancelMode, reason: CancelReason) -> None:
        for token in tokens:
            message = self.event().task_cancel
            message.token = token
            message.mode = _MODES[mode]
            message.reason = _REASONS[reason]

    def refuse(self, token: bytes) -> None:
        message = self.event().result_refused
        message.token = token
        message.code = worker.ResultRefused.CODE_STALE

    def answer(self, token: bytes, call_id: str, outcome: CallOutcome) -> None:
        output = outcome.output
        size = len(output.data or b"") if output is not None else 0
        message = self.event(size).call_result
        message.token = token
        message.call_id = call_id
        if output is not None:
            message.output.SetInParent()
            self._fill(message.output, output)
        elif outcome.failure is not None:
            fill_failure(message.failure, outcome.failure)
        else:
            message.stopped = outcome.stopped

    def acknowledge(self, seq: int) -> None:
        self._ack = max(self._ack, seq)
        self._defer()

    def leave(self, reason: str, *, grace_seconds: float) -> None:
        drain = self.event().drain
        drain.reason = reason
        drain.deadline.FromMilliseconds(int(grace_seconds * 1000))
        leave = self.event().exit
        leave.exit_code = 0
        leave.grace.FromMilliseconds(int(grace_seconds * 1000))

    def close(self) -> None:
        self._closed = True
        if self._deferred_timer is not None:
            self._deferred_timer.cancel()
        self._wake.set()

    # Contexts

    def _send_context(self, context: NodeContext) -> int:
        self._context_count += 1
        number = self._contexts[context] = self._context_count
        message = worker.TaskContext(
            context=number,
            job_id=context.job_id,
            node_name=context.node,
            pipeline_name=context.pipeline,
            algorithm_name=context.algorithm,
            args=payload_pb2.Payload(content_type=MSGPACK, data=msgpack.packb(context.args)),
            input=payload_pb2.Payload(content_type=MSGPACK, data=msgpack.packb(context.template)),
            save_paths=context.save_paths,
        )
        for source in context.sources:
            self._fill_source(message.sources.add(), source)
        for place, source_number, selector, slot, value in context.bindings:
            binding = message.bindings.add(place=place, source=source_number, selector=selector)
            match slot, value:
                case None, None:
                    binding.whole = True
                case int(), None:
                    binding.element = slot
                case None, int():
                    binding.value = value
                case int(), int():
                    binding.value_element.value = value
                    binding.value_element.element = slot
        if context.ttl_seconds:
            message.ttl.FromSeconds(context.ttl_seconds)
        self.event(message.ByteSize()).task_context.CopyFrom(message)
        return number

    def _fill_source(self, message: worker.InputSource, source: Source) -> None:
        if isinstance(source, Payload):
            self._fill(message.value, source)
            return
        message.list.SetInParent()
        for part in source.parts:
            if isinstance(part, Chunk):
                chunk = message.list.parts.add().chunk
                chunk.count = part.members
                self._fill(chunk.array, part.array)
            else:
                item = message.list.parts.add().item
                item.SetInParent()
                self._fill(item, part)

    def _fill(self, message: payload_pb2.Payload, payload: Payload) -> None:
        fill_payload(message, payload, self._url_of(payload.ref.key) if payload.ref else "")
