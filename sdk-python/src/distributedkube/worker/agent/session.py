"""The session with the control plane: one stream after another, until the worker leaves.

A stream breaks, the session goes on: frames are numbered over its whole life, results are sent again until they are
acknowledged, tasks in hand keep running. When the control plane does not know the session any more, the tasks are
somebody else's, and a new session begins.
"""

from __future__ import annotations

import asyncio
import importlib.metadata
import os
import random
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import grpc

from distributedkube import codec
from distributedkube.api.worker.v1 import worker_pb2, worker_service_pb2, worker_service_pb2_grpc
from distributedkube.worker.agent.blobs import TransferError
from distributedkube.worker.agent.book import TaskBook
from distributedkube.worker.agent.credit import CreditLedger, prefetch
from distributedkube.worker.agent.outbox import FrameLimits, Outbox
from distributedkube.worker.agent.settings import WorkerSettings
from distributedkube.worker.agent.usage import UsageMeter

MINOR: Final = 1
FEATURES: Final = ("calls", "progress")
FIRST_DELAY_SECONDS: Final = 0.1
MAX_DELAY_SECONDS: Final = 10.0
LOCAL_MAX_DELAY_SECONDS: Final = 0.4
"""On the same machine asking is cheap, and a restarted control plane gives our tasks to others if we stay away."""

WELCOME_SECONDS: Final = 10.0
"""Time that the control plane has to answer `Hello` in."""

UPLOAD_URL_SECONDS: Final = 60.0
"""How long a large result waits for a control plane that is away."""

CHANNEL_OPTIONS: Final = (
    ("grpc.keepalive_time_ms", 20_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.max_pings_without_data", 0),
    ("grpc.max_receive_message_length", 8 * 1024 * 1024),
    ("grpc.max_send_message_length", 8 * 1024 * 1024),
    ("grpc.enable_http_proxy", 0),
)

_DEFAULT_HEARTBEAT_SECONDS: Final = 5.0
_EOF: Final = grpc.aio.EOF  # type: ignore[attr-defined]  # The type stubs lack it.
_RETRIED: Final = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED, grpc.StatusCode.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """Why and how the worker leaves."""

    exit_code: int
    reason: str
    grace_seconds: float = 10.0
    stop_tasks: bool = False
    """Stop what runs at once, instead of letting it end within the grace."""


class Session:
    """Speaks the worker contract."""

    def __init__(self, settings: WorkerSettings, outbox: Outbox, leave: Callable[[Departure], None]) -> None:
        self._settings = settings
        self._outbox = outbox
        self._leave = leave
        self._loop = asyncio.get_running_loop()
        self._credit = CreditLedger()
        self._usage = UsageMeter()
        self._target = settings.gateway
        self._session_id = ""
        self._seq = 0  # Of the last frame that was sent.
        self._ack = 0  # Of the last frame that was processed.
        self._sent_ack = 0
        self._ack_wanted = False  # A task was assigned in a frame that is not acknowledged.
        self._ack_due = False  # And nothing that could carry the acknowledgement has gone out for a while.
        self._refused = False
        self._limits = worker_pb2.Limits()
        self._max_prefetch = 0
        self._heartbeat_seconds = _DEFAULT_HEARTBEAT_SECONDS
        self._last_sent = 0.0
        self._last_answer = self._loop.time()
        self._wake = asyncio.Event()
        self._acknowledged = asyncio.Event()
        self._stub: Any = None
        self._connected = asyncio.Event()
        self._reconnect_delay = 0.0
        self.book: TaskBook
        """Set by whoever makes both, before `run`."""

    def wake(self) -> None:
        """Has the sender look whether there is something to send."""
        self._wake.set()

    def tick(self) -> None:
        """Called now and then while tasks are in hand: what did not have to go out at once goes out now."""
        self._ack_due = self._ack_wanted
        self._wake.set()

    async def run(self) -> None:
        """Connects, again and again, until cancelled. Asks to leave when the control plane wants that or stays away."""
        failures = 0
        while True:
            welcomed = self._last_answer
            try:
                await self._run_stream()
            except grpc.aio.AioRpcError as error:
                _report(f"the stream to {self._target} broke: {error.code().name}: {error.details()}")
            except TimeoutError:
                _report(f"{self._target} did not answer within {WELCOME_SECONDS:g} s")
            except asyncio.CancelledError:
                task = asyncio.current_task()
                if task is None or task.cancelling():
                    raise
                # gRPC has given the call up by itself, and tells it in this way.
                _report(f"the stream to {self._target} broke")
            if self._refused:
                return
            failures = 0 if self._last_answer > welcomed else failures + 1
            silent = self._loop.time() - self._last_answer
            if silent > self._settings.orphan_seconds:
                reason = f"no control plane answered for {silent:.0f} s"
                self._leave(Departure(exit_code=1, reason=reason, stop_tasks=True))
                return
            most = LOCAL_MAX_DELAY_SECONDS if self._target.startswith("unix:") else MAX_DELAY_SECONDS
            ceiling = min(most, FIRST_DELAY_SECONDS * 2 ** min(failures, 10))
            remaining = self._settings.orphan_seconds - silent
            await asyncio.sleep(min(random.uniform(0, ceiling) + self._reconnect_delay, remaining + 0.01))
            self._reconnect_delay = 0.0

    async def create_upload_url(self, token: bytes, size: int) -> worker_service_pb2.UploadUrl:
        """Asks where to put a large result. Raises `TransferError`."""
        request = worker_service_pb2.CreateUploadUrlsRequest(token=token, sizes=[size])
        deadline = self._loop.time() + UPLOAD_URL_SECONDS
        delay = FIRST_DELAY_SECONDS
        while True:
            try:
                async with asyncio.timeout_at(deadline):
                    await self._connected.wait()
                    response = await self._stub.CreateUploadUrls(request, metadata=self._metadata())
            except grpc.aio.AioRpcError as error:
                if error.code() not in _RETRIED:
                    raise TransferError(f"no place for the result: {error.code().name}: {error.details()}") from error
            except TimeoutError:
                raise TransferError(
                    f"no control plane gave a place for the result in {UPLOAD_URL_SECONDS:g} s"
                ) from None
            else:
                place: worker_service_pb2.UploadUrl = response.urls[0]
                return place
            await asyncio.sleep(delay)
            delay = min(delay * 2, 5.0)

    async def finish(self, timeout_seconds: float) -> None:
        """Waits until everything is sent and acknowledged, as long as there is a stream."""
        try:
            async with asyncio.timeout(timeout_seconds):
                while self._connected.is_set() and (self._outbox.unacked or not self._outbox.empty):
                    self._acknowledged.clear()
                    await self._acknowledged.wait()
        except TimeoutError:
            _report(f"left with {self._outbox.unacked} results and calls that were not acknowledged")

    async def _run_stream(self) -> None:
        async with grpc.aio.insecure_channel(self._target, options=CHANNEL_OPTIONS) as channel:
            self._stub = worker_service_pb2_grpc.WorkerServiceStub(channel)
            call = self._stub.Connect(metadata=self._metadata())
            try:
                async with asyncio.timeout(WELCOME_SECONDS):
                    await call.write(self._hello_frame())
                    first = await call.read()
                if first is _EOF:
                    await self._raise_status(call)
                elif self._open(first):
                    await self._exchange(call, first)
            finally:
                self._connected.clear()
                self._acknowledged.set()
                call.cancel()

    async def _exchange(self, call: Any, first: worker_service_pb2.ConnectResponse) -> None:
        self._connected.set()
        self._process(first)
        sender = self._loop.create_task(self._send(call), name="sender")
        self._beat()
        try:
            while not self._reconnect_delay:
                frame = await call.read()
                if frame is _EOF:
                    await self._raise_status(call)
                    return
                self._last_answer = self._loop.time()
                self._process(frame)
        finally:
            sender.cancel()
            self._heartbeat.cancel()

    async def _raise_status(self, call: Any) -> None:
        code, details = await call.code(), await call.details()
        if code is not grpc.StatusCode.OK:
            initial, trailing = await call.initial_metadata(), await call.trailing_metadata()
            raise grpc.aio.AioRpcError(code, initial, trailing, details, None)

    def _metadata(self) -> tuple[tuple[str, str], ...]:
        token = self._settings.token
        return (("authorization", f"Bearer {token}"),) if token else ()

    # What goes out.

    async def _send(self, call: Any) -> None:
        try:
            while True:
                frame = self._next_frame()
                if frame is None:
                    self._wake.clear()
                    await self._wake.wait()
                    continue
                await call.write(frame)
        except (grpc.aio.AioRpcError, asyncio.InvalidStateError):
            return  # The reader of the stream sees the same end, and knows why.

    def _next_frame(self) -> worker_service_pb2.ConnectRequest | None:
        credit = self._refill()
        frame = self._outbox.frame(seq=self._seq + 1, ack=self._ack, credit=credit)
        if frame is None:
            if not self._ack_due:
                return None
            frame = worker_service_pb2.ConnectRequest(seq=self._seq + 1, ack=self._ack)
        self._seq += 1
        self._ack_wanted = self._ack_due = False
        self._last_sent = self._loop.time()
        return frame

    def _refill(self) -> int | None:
        book = self.book
        slots = self._settings.slots - book.blocked
        if book.draining or not slots:
            return None
        return self._credit.refill(
            target=slots + prefetch(book.run_times.average_seconds, self._max_prefetch),
            held=book.held - book.blocked,
            unacked=self._outbox.unacked,
            max_unacked=self._limits.max_unacked_results,
        )

    def _beat(self) -> None:
        """Sends a heartbeat when no frame was sent for an interval."""
        due = self._last_sent + self._heartbeat_seconds
        if self._loop.time() >= due:
            cpu, rss = self._usage.measure(self.book.pids())
            beat = worker_pb2.Heartbeat(running=self.book.running(), cpu=cpu, rss_bytes=rss)
            self._outbox.add_event(heartbeat=beat)
            self.wake()
            due = self._loop.time() + self._heartbeat_seconds
        self._heartbeat = self._loop.call_at(due, self._beat)

    def _hello_frame(self) -> worker_service_pb2.ConnectRequest:
        settings = self._settings
        hello = worker_pb2.Hello(
            min_minor=MINOR,
            max_minor=MINOR,
            sdk_name="distributedkube-python",
            sdk_version=importlib.metadata.version("distributedkube"),
            language="python",
            mode=worker_pb2.Hello.MODE_HOT,
            algorithm_name=settings.algorithm_name,
            algorithm_version=settings.algorithm_version,
            host=socket.gethostname(),
            pid=os.getpid(),
            incarnation_id=settings.worker_id,
            slots=settings.slots,
            content_types=[kind for kind in codec.CONTENT_TYPES if kind != codec.MSGPACK],
            features=FEATURES,
        )
        if self.book.load_failure is not None:
            hello.load_error.CopyFrom(self.book.load_failure)
        if self._session_id:
            hello.resume.session_id = self._session_id
            hello.resume.last_seq = self._ack
            hello.resume.assigned_tasks = self._credit.assigned
            hello.resume.held_tokens.extend([*self.book.tokens(), *self._outbox.tokens()])
        self._seq += 1
        self._last_sent = self._loop.time()
        frame = worker_service_pb2.ConnectRequest(seq=self._seq, ack=self._ack)
        frame.events.add().hello.CopyFrom(hello)
        return frame

    # What comes in.

    def _open(self, frame: worker_service_pb2.ConnectResponse) -> bool:
        """Looks at the first frame of a stream; False when the worker is refused."""
        for event in frame.events:
            match event.WhichOneof("event"):
                case "welcome":
                    self._last_answer = self._loop.time()
                    self._begin_stream(event.welcome, frame.ack)
                    return True
                case "reject":
                    self._reject(event.reject)
                    return False
        _report(f"the first frame of {self._target} was neither Welcome nor Reject")
        return False

    def _begin_stream(self, welcome: worker_pb2.Welcome, ack: int) -> None:
        self.book.begin_stream()
        if welcome.resumed:
            # What arrived before the break need not be sent again.
            self._outbox.acknowledge(ack)
            self._outbox.rewind()
            self.book.revoke(welcome.drop_tokens)
            self.book.repeat_slots()
            self._credit.resume()
        else:
            self._outbox.clear()
            self.book.revoke_all()
            self._ack = 0
            if self._session_id:
                self._seq = 0
            self._credit.reset()
        self._session_id = welcome.session_id
        self._take_limits(welcome)

    def _take_limits(self, welcome: worker_pb2.Welcome) -> None:
        limits = self._limits
        limits.CopyFrom(welcome.limits)
        limits.max_inline_bytes = limits.max_inline_bytes or 131072
        limits.max_frame_bytes = limits.max_frame_bytes or 1048576
        limits.max_frame_events = limits.max_frame_events or 256
        limits.max_unacked_results = limits.max_unacked_results or 1024
        limits.max_prefetch = limits.max_prefetch or 256
        self._max_prefetch = limits.max_prefetch
        self._outbox.limits = FrameLimits(limits.max_frame_events, limits.max_frame_bytes)
        if welcome.HasField("heartbeat_interval"):
            self._heartbeat_seconds = welcome.heartbeat_interval.ToTimedelta().total_seconds()
        self.book.configure(limits.max_inline_bytes)

    def _reject(self, reject: worker_pb2.Reject) -> None:
        text = f"{self._target} refused this worker: {worker_pb2.Reject.Code.Name(reject.code)}: {reject.message}"
        _report(text)
        if reject.code not in (worker_pb2.Reject.CODE_UNSPECIFIED, worker_pb2.Reject.CODE_UNAVAILABLE):
            self._refused = True
            self._leave(Departure(exit_code=1, reason=text, stop_tasks=True))

    def _process(self, frame: worker_service_pb2.ConnectResponse) -> None:
        self._outbox.acknowledge(frame.ack)
        self._acknowledged.set()
        if frame.seq <= self._ack:
            return  # Seen before the stream broke.
        assigns = []
        for event in frame.events:
            kind = event.WhichOneof("event")
            if kind == "task_assign":
                assigns.append(event.task_assign)
                continue
            # Events of one frame are in order: a cancel may be about a task just before it.
            if assigns and kind != "task_context":
                self._assign(assigns)
                assigns = []
            if kind is not None:
                self._handle(kind, event)
        if assigns:
            self._assign(assigns)
        self._ack = frame.seq
        self.wake()

    def _assign(self, assigns: list[worker_pb2.TaskAssign]) -> None:
        self._credit.assigned += len(assigns)
        self._ack_wanted = True
        self.book.assign(assigns)

    def _handle(self, kind: str, event: worker_pb2.GatewayEvent) -> None:
        book = self.book
        match kind:
            case "task_context":
                book.add_context(event.task_context)
            case "context_drop":
                book.drop_context(event.context_drop.context)
            case "task_cancel":
                book.cancel(event.task_cancel)
            case "lease_revoked":
                book.revoke(event.lease_revoked.tokens)
            case "call_result":
                book.answer(event.call_result)
            case "drain":
                book.drain()
                state = worker_pb2.WorkerState(state=worker_pb2.WorkerState.STATE_DRAINING, reason=event.drain.reason)
                self._outbox.add_event(worker_state=state)
            case "exit":
                grace = event.exit.grace.ToTimedelta().total_seconds() if event.exit.HasField("grace") else 10.0
                reason = "the control plane asked it to leave"
                code = event.exit.exit_code
                self._leave(Departure(exit_code=code, reason=reason, grace_seconds=grace, stop_tasks=True))
            case "reconnect":
                self._target = event.reconnect.endpoint or self._target
                longest = event.reconnect.max_delay.ToTimedelta().total_seconds()
                self._reconnect_delay = random.uniform(0, longest) + 1e-6
            case "config_update" if event.config_update.HasField("max_prefetch"):
                self._max_prefetch = min(self._limits.max_prefetch, event.config_update.max_prefetch)
            case "protocol_error":
                problem = event.protocol_error
                _report(f"the control plane did not understand frame {problem.seq}: {problem.code}: {problem.message}")


def _report(sentence: str) -> None:
    """Lines of the agent itself go to its own stderr."""
    print(sentence, file=sys.stderr, flush=True)  # noqa: T201
