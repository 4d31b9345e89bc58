"""A control plane made for tests: speaks the worker contract over real gRPC and serves objects over real HTTP.

It decides nothing. A test sends contexts, tasks and cancels through it, breaks streams, and waits for what the worker says.
Language-neutral: any worker that is started with its addresses can be tested with it.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc

from distributedkube import codec
from distributedkube.api.type.v1 import payload_pb2
from distributedkube.api.worker.v1 import worker_pb2, worker_service_pb2, worker_service_pb2_grpc

HANG_SECONDS = 60
"""Ends a test that hangs; says nothing about speed."""

Event = worker_pb2.GatewayEvent


class Blobs:
    """Objects over HTTP: GET and PUT, nothing else."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.gets: list[str] = []
        self.gate = asyncio.Event()
        """Cleared: GETs wait."""
        self.gate.set()
        self.waiting = asyncio.Event()
        """Set once a GET has come in."""
        self.refuse_puts = False
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[Any]] = set()
        self.port = 0

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        await self._server.wait_closed()

    def url(self, key: str) -> str:
        return f"http://127.0.0.1:{self.port}/{key}"

    def ref(self, key: str, data: bytes) -> payload_pb2.BlobRef:
        """Stores an object and gives a complete reference to it."""
        self.objects[key] = data
        return payload_pb2.BlobRef(key=key, size=len(data), sha256=hashlib.sha256(data).hexdigest(), url=self.url(key))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            while await self._serve_one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self._connections.discard(task)
            writer.close()

    async def _serve_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        request = (await reader.readline()).decode().split()
        if not request:
            return False
        headers = {}
        while line := (await reader.readline()).decode().strip():
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        method, key = request[0], request[1].lstrip("/")
        body = b""
        if method == "PUT":
            data = await reader.readexactly(int(headers["content-length"]))
            status = "403 Forbidden" if self.refuse_puts else "200 OK"
            if not self.refuse_puts:
                self.objects[key] = data
        else:
            self.gets.append(key)
            self.waiting.set()
            await self.gate.wait()
            body = self.objects.get(key, b"")
            status = "200 OK" if key in self.objects else "404 Not Found"
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        await writer.drain()
        return True


@dataclass(eq=False)
class Stream:
    """One stream of a worker."""

    hello: worker_pb2.Hello
    outgoing: asyncio.Queue[Any]
    frames: list[worker_service_pb2.ConnectRequest] = field(default_factory=list)
    ended: asyncio.Event = field(default_factory=asyncio.Event)


class Gateway(worker_service_pb2_grpc.WorkerServiceServicer):
    """One worker's control plane."""

    def __init__(self, folder: Path) -> None:
        self.blobs = Blobs()
        self.target = f"unix:{folder}/gateway.sock"
        self.limits = worker_pb2.Limits(max_inline_bytes=131072, max_prefetch=256)
        self.heartbeat_ms = 5000
        self.auto_ack = True
        self.accept_resume = True
        self.drop_on_resume: list[bytes] = []
        self.reject: worker_pb2.Reject | None = None
        self.silent = False
        """Accepts streams and says nothing on them."""

        self.streams: list[Stream] = []
        self.metadata: list[dict[str, str]] = []
        self.results: dict[bytes, list[worker_pb2.TaskResult]] = {}
        self.result_order: list[bytes] = []
        self.lines: list[worker_pb2.LogEntry] = []
        self.dropped_lines = 0
        self.events: list[tuple[str, Any]] = []
        """All events but results and lines, in order: name and message."""
        self.credit = 0
        self.credit_log: list[int] = []
        self.uploads = 0
        self._folder = folder
        self._doors = 0
        self._changed = asyncio.Condition()
        self._seq = 0
        self._received = 0
        self._tokens = 0
        self._contexts = 0
        self._server: grpc.aio.Server | None = None

    async def start(self) -> None:
        await self.blobs.start()
        await self.listen()

    async def listen(self) -> None:
        """Opens the door, for the first time or again."""
        self._server = grpc.aio.server(options=[("grpc.http2.min_recv_ping_interval_without_data_ms", 5000)])
        worker_service_pb2_grpc.add_WorkerServiceServicer_to_server(self, self._server)
        # A socket of its own each time, behind one name: a server that has been stopped removes its socket when it likes.
        self._doors += 1
        self._server.add_insecure_port(f"unix:{self._folder}/door-{self._doors}.sock")
        await self._server.start()
        link = self._folder / "link"
        link.symlink_to(f"door-{self._doors}.sock")
        link.replace(self._folder / "gateway.sock")

    async def close_door(self) -> None:
        """Breaks all streams and refuses new ones."""
        assert self._server is not None
        server, self._server = self._server, None
        await server.stop(0)

    async def stop(self) -> None:
        if self._server is not None:
            await self.close_door()
        await self.blobs.stop()

    # What a test does.

    @property
    def stream(self) -> Stream:
        """The stream that is open."""
        return self.streams[-1]

    async def wait(self, reached: Callable[[], Any]) -> Any:
        """Waits until `reached` is true; looks again whenever the worker has said something. Gives what it gave."""
        async with asyncio.timeout(HANG_SECONDS), self._changed:
            await self._changed.wait_for(reached)
        return reached()

    async def connected(self, count: int = 1) -> Stream:
        """Waits for the `count`-th stream."""
        await self.wait(lambda: len(self.streams) >= count)
        return self.streams[count - 1]

    async def result(self, token: bytes) -> worker_pb2.TaskResult:
        """Waits for the end of a task."""
        await self.wait(lambda: token in self.results)
        return self.results[token][0]

    async def value(self, token: bytes) -> Any:
        """Waits for the end of a task, which must be a good one, and decodes its output."""
        result = await self.result(token)
        assert result.WhichOneof("outcome") == "output", result
        return self.decode(result.output)

    def decode(self, payload: payload_pb2.Payload) -> Any:
        """The value of a payload, wherever it is; null of one that is nowhere."""
        if payload.WhichOneof("location") is None:
            return None
        data = self.blobs.objects[payload.ref.key] if payload.HasField("ref") else payload.data
        return codec.decode(payload.content_type, data)

    def send(self, *events: Event, ack: int | None = None) -> None:
        """Sends one frame."""
        self._seq += 1
        frame = worker_service_pb2.ConnectResponse(
            seq=self._seq, ack=self._received if ack is None else ack, events=events
        )
        self.stream.outgoing.put_nowait(frame)

    def send_raw(self, frame: worker_service_pb2.ConnectResponse) -> None:
        """Sends a frame as it is, for instance one that was sent before."""
        self.stream.outgoing.put_nowait(frame)

    def break_stream(self) -> None:
        """Ends the open stream with an error, as a dying replica would."""
        self.stream.outgoing.put_nowait(None)

    def new_token(self) -> bytes:
        self._tokens += 1
        return f"token-{self._tokens}".encode()

    def context_event(self, number: int, **fields: Any) -> Event:
        """A context; see `make_context`."""
        return Event(task_context=make_context(number, **fields))

    def add_context(self, **fields: Any) -> int:
        """Sends a context and gives its number."""
        self._contexts += 1
        self.send(self.context_event(self._contexts, **fields))
        return self._contexts

    def assign(self, context: int, count: int = 1, **fields: Any) -> list[bytes]:
        """Sends tasks of one context in one frame and gives their tokens; more than one make a batch."""
        tokens = [self.new_token() for _ in range(count)]
        self.send(
            *(
                make_assign(token, context, **{"batch_index": index + 1 if count > 1 else 0, **fields})
                for index, token in enumerate(tokens)
            )
        )
        return tokens

    async def run(self, *inputs: Any, **fields: Any) -> bytes:
        """Waits for the worker and sends it a single task with the given `input` array; gives its token."""
        await self.connected()
        return self.assign(self.add_context(inputs=inputs, **fields))[0]

    def cancel(self, token: bytes, *, force: bool = True, grace_seconds: float = 10) -> None:
        """Sends a cancel."""
        cancel = worker_pb2.TaskCancel(
            token=token,
            mode=worker_pb2.TaskCancel.MODE_FORCE if force else worker_pb2.TaskCancel.MODE_GRACEFUL,
            reason=worker_pb2.TaskCancel.REASON_STOPPED,
        )
        cancel.grace.FromNanoseconds(int(grace_seconds * 1e9))
        self.send(Event(task_cancel=cancel))

    async def call(self, token: bytes, call_id: str = "1") -> worker_pb2.CallRequest:
        """Waits for a call that a task makes."""
        return await self.wait(lambda: next((call for call in self.calls(token) if call.call_id == call_id), None))

    def calls(self, token: bytes) -> list[worker_pb2.CallRequest]:
        """The calls of a task that came, in order; those that came again as well."""
        return [call for call in self.named("call_request") if call.token == token]

    def answer(self, token: bytes, call_id: str = "1", **outcome: Any) -> None:
        """Says how a call ended: `output`, `failure` or `stopped`, as in `CallResult`."""
        self.send(Event(call_result=worker_pb2.CallResult(token=token, call_id=call_id, **outcome)))

    async def slot(self, token: bytes, *said: bool) -> None:
        """Waits until exactly this was said of a task's slot, in order: whether it is blocked."""
        await self.wait(lambda: self.slots(token) == list(said))

    def slots(self, token: bytes) -> list[bool]:
        """What was said of a task's slot, in order."""
        return [state.blocked for state in self.named("slot_state") if state.token == token]

    async def line(self, text: str) -> worker_pb2.LogEntry:
        """Waits for a line of output that contains a text."""
        return await self.wait(lambda: next((line for line in self.lines if text in line.text), None))

    def named(self, name: str) -> list[Any]:
        """The events of one kind that came, in order."""
        return [event for kind, event in self.events if kind == name]

    # What the worker does.

    async def Connect(
        self, requests: AsyncIterator[worker_service_pb2.ConnectRequest], context: grpc.aio.ServicerContext
    ) -> AsyncIterator[worker_service_pb2.ConnectResponse]:
        first = await anext(aiter(requests))
        stream = Stream(first.events[0].hello, asyncio.Queue())
        stream.frames.append(first)
        self.metadata.append({key: str(value) for key, value in context.invocation_metadata() or ()})
        if self.silent:
            async with self._note():
                self.streams.append(stream)
            await stream.ended.wait()
        self._open(stream, first)
        async with self._note():
            self.streams.append(stream)
        reader = asyncio.create_task(self._read(stream, requests))
        try:
            while (frame := await stream.outgoing.get()) is not None:
                yield frame
            await context.abort(grpc.StatusCode.UNAVAILABLE, "broken by the test")
        finally:
            reader.cancel()
            stream.ended.set()

    async def CreateUploadUrls(
        self, request: worker_service_pb2.CreateUploadUrlsRequest, context: grpc.aio.ServicerContext
    ) -> worker_service_pb2.CreateUploadUrlsResponse:
        response = worker_service_pb2.CreateUploadUrlsResponse()
        for _ in request.sizes:
            self.uploads += 1
            key = f"results/{request.token.decode()}/{self.uploads}"
            response.urls.add(key=key, url=self.blobs.url(key))
        return response

    def _open(self, stream: Stream, first: worker_service_pb2.ConnectRequest) -> None:
        if self.reject is not None:
            self._put(stream, Event(reject=self.reject))
            stream.outgoing.put_nowait(None)
            return
        resumed = stream.hello.HasField("resume") and self.accept_resume
        welcome = worker_pb2.Welcome(session_id="session", minor=1, limits=self.limits, resumed=resumed)
        welcome.heartbeat_interval.FromMilliseconds(self.heartbeat_ms)
        if resumed:
            welcome.drop_tokens.extend(self.drop_on_resume)
        else:
            self._seq = self._received = 0
        # The Welcome acknowledges what came on streams before; what was lost with them comes again after it.
        self._put(stream, Event(welcome=welcome))
        if self.auto_ack or not resumed:
            self._received = first.seq

    def _put(self, stream: Stream, event: Event) -> None:
        self._seq += 1
        stream.outgoing.put_nowait(
            worker_service_pb2.ConnectResponse(seq=self._seq, ack=self._received, events=[event])
        )

    async def _read(self, stream: Stream, requests: AsyncIterator[worker_service_pb2.ConnectRequest]) -> None:
        async for frame in requests:
            async with self._note():
                stream.frames.append(frame)
                self._take(frame)
            if self.auto_ack and frame.events:
                self._received = frame.seq
                if any(event.HasField("task_result") for event in frame.events):
                    self.send()
        async with self._note():
            stream.ended.set()
        stream.outgoing.put_nowait(None)

    def _take(self, frame: worker_service_pb2.ConnectRequest) -> None:
        for event in frame.events:
            name = event.WhichOneof("event")
            match name:
                case "task_result":
                    self.results.setdefault(event.task_result.token, []).append(event.task_result)
                    self.result_order.append(event.task_result.token)
                case "log_batch":
                    self.lines.extend(event.log_batch.lines)
                    self.dropped_lines += event.log_batch.dropped
                case "credit":
                    self.credit = event.credit.max_tasks
                    self.credit_log.append(self.credit)
                case _:
                    self.events.append((name or "", getattr(event, name or "hello")))

    @asynccontextmanager
    async def _note(self) -> AsyncIterator[None]:
        async with self._changed:
            yield
            self._changed.notify_all()


def payload(value: Any) -> payload_pb2.Payload:
    """A value that travels inline."""
    content_type, data = codec.encode(value)
    return payload_pb2.Payload(content_type=content_type, data=data)


def make_context(
    number: int,
    *,
    inputs: Sequence[Any] = (),
    sources: Iterable[worker_pb2.InputSource] = (),
    bindings: Iterable[worker_pb2.InputBinding] = (),
    save_paths: Sequence[str] = (),
    ttl_seconds: float | None = None,
    job_id: str = "job-123456ab",
    args: dict[str, Any] | None = None,
) -> worker_pb2.TaskContext:
    """A context with the `args` that all tasks have."""
    shared = {
        "jobId": job_id,
        "nodeName": "node",
        "pipelineName": "pipeline",
        "algorithmName": "algorithm",
        "info": {"extraData": None, "savePaths": list(save_paths), "rootJobId": job_id},
        "kind": "batch",
        "parents": [],
        "childs": ["next"],
        **(args or {}),
    }
    context = worker_pb2.TaskContext(
        context=number,
        job_id=job_id,
        node_name="node",
        pipeline_name="pipeline",
        algorithm_name="algorithm",
        args=payload(shared),
        input=payload(list(inputs)),
        sources=sources,
        bindings=bindings,
        save_paths=save_paths,
    )
    if ttl_seconds is not None:
        context.ttl.FromNanoseconds(int(ttl_seconds * 1e9))
    return context


def make_assign(token: bytes, context: int, *, batch_index: int = 0, attempt: int = 1, **fields: Any) -> Event:
    """A task."""
    return Event(
        task_assign=worker_pb2.TaskAssign(
            token=token,
            context=context,
            task_id=token.decode()[-8:],
            attempt=attempt,
            batch_index=batch_index,
            **fields,
        )
    )


def value_source(value: Any) -> worker_pb2.InputSource:
    """One value, inline or as a reference."""
    return worker_pb2.InputSource(value=value if isinstance(value, payload_pb2.Payload) else payload(value))


def list_source(*parts: Any) -> worker_pb2.InputSource:
    """A list whose parts are values, or for several members `worker_pb2.InputChunk`."""
    source = worker_pb2.InputSource()
    source.list.SetInParent()
    for part in parts:
        if isinstance(part, worker_pb2.InputChunk):
            source.list.parts.add(chunk=part)
        else:
            source.list.parts.add(item=part if isinstance(part, payload_pb2.Payload) else payload(part))
    return source


def chunk(*members: Any) -> worker_pb2.InputChunk:
    """Several members as one array."""
    return worker_pb2.InputChunk(array=payload(list(members)), count=len(members))


def binding(*place: str, **fields: Any) -> worker_pb2.InputBinding:
    """What goes where in `input`."""
    return worker_pb2.InputBinding(place=place, **fields)
