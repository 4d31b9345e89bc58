"""WorkerService: decodes what workers send and hands it to the queues."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator

import structlog
from google.protobuf.duration_pb2 import Duration

from controlplane.api.methods import Caller
from controlplane.api.payloads import failure_from, payload_from
from controlplane.api.worker_link import MAX_FRAME_BYTES, MAX_FRAME_EVENTS, GrpcWorkerLink
from controlplane.domain.calls import Call, CallKind
from controlplane.domain.errors import LimitError, NotAllowedError, UnavailableError
from controlplane.domain.ids import task_id
from controlplane.domain.tokens import address
from controlplane.domain.values import MAX_INLINE_BYTES, Json
from controlplane.ports.dispatch import Admission, Ended, WorkerDoor, WorkerHello, WorkerSession
from controlplane.ports.logs import LogLine, LogSink
from controlplane.ports.object_store import ObjectStore
from controlplane.ports.system import Clock, Ids
from distributedkube.api.worker.v1 import worker_pb2 as worker
from distributedkube.api.worker.v1 import worker_service_pb2 as service

log = structlog.get_logger()

MINOR = 1
"""Minor of the worker contract that this server speaks."""

HEARTBEAT_SECONDS = 5
URL_SECONDS = 24 * 3600
MAX_UPLOAD_BYTES = 16 * 1024**3
MAX_LEVEL_CHARACTERS = 16
MAX_LINE_CHARACTERS = 16 * 1024
MAX_TOOK_US = 10**13
"""Nothing runs for longer; what workers say is not trusted."""

_STREAMS = {
    worker.LogEntry.STREAM_STDOUT: ("stdout", "info"),
    worker.LogEntry.STREAM_STDERR: ("stderr", "error"),
    worker.LogEntry.STREAM_WORKER: ("worker", "info"),
}


class WorkerIdentities:
    """Proves that a worker is one that we started, for one algorithm: a keyed digest of both names."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def issue(self, algorithm: str, worker_id: str) -> str:
        mac = hmac.new(self._key, f"worker\0{algorithm}\0{worker_id}".encode(), hashlib.sha256)
        return mac.hexdigest()

    def fits(self, token: str, algorithm: str, worker_id: str) -> bool:
        return hmac.compare_digest(token, self.issue(algorithm, worker_id))


class WorkerServicer:
    def __init__(
        self,
        *,
        door: WorkerDoor,
        logs: LogSink,
        objects: ObjectStore,
        identities: WorkerIdentities,
        clock: Clock,
        ids: Ids,
        lease_seconds: float,
        resume_grace_seconds: float,
    ) -> None:
        self._door = door
        self._logs = logs
        self._objects = objects
        self._identities = identities
        self._clock = clock
        self._ids = ids
        self._lease_seconds = lease_seconds
        self._resume_grace_seconds = resume_grace_seconds
        self._links: set[GrpcWorkerLink] = set()

    def close(self) -> None:
        """Ends all streams; workers come back to whoever is there then."""
        for link in self._links:
            link.close()

    async def connect(
        self, requests: AsyncIterator[service.ConnectRequest], caller: Caller
    ) -> AsyncIterator[service.ConnectResponse]:
        frame = await anext(aiter(requests), None)
        if frame is None:
            return
        if not frame.events or frame.events[0].WhichOneof("event") != "hello":
            raise NotAllowedError("the first event of a stream must be Hello", reason="HELLO_EXPECTED")
        hello = frame.events[0].hello
        refusal = self._refusal(hello, caller)
        if refusal is not None:
            yield _rejection(*refusal)
            return
        link = GrpcWorkerLink(url_of=self._url_of, last_seq=hello.resume.last_seq)
        try:
            admission = self._door.admit(_hello(hello), link)
        except UnavailableError as error:
            yield _rejection(worker.Reject.CODE_UNAVAILABLE, error.message)
            return
        self._welcome(link, admission)
        self._links.add(link)
        reader = asyncio.create_task(
            self._read(requests, admission.session, link), name=f"worker-{hello.incarnation_id}"
        )
        try:
            while (out := await link.next_frame()) is not None:
                yield out
        finally:
            self._links.discard(link)
            admission.session.disconnected(link)
            reader.cancel()
            await asyncio.wait([reader])
            if not reader.cancelled() and (broken := reader.exception()) is not None:
                log.error("worker_stream_broke", worker_id=hello.incarnation_id, error=repr(broken))

    def _refusal(self, hello: worker.Hello, caller: Caller) -> tuple["worker.Reject.Code.ValueType", str] | None:
        if not hello.min_minor <= MINOR <= max(hello.max_minor, hello.min_minor):
            return worker.Reject.CODE_VERSION, f"this server speaks minor {MINOR} of the worker contract"
        token = caller.metadata.get("authorization", "").removeprefix("Bearer ")
        if not self._identities.fits(token, hello.algorithm_name, hello.incarnation_id):
            return worker.Reject.CODE_UNAUTHENTICATED, "the worker's identity does not fit its algorithm"
        return None

    def _welcome(self, link: GrpcWorkerLink, admission: Admission) -> None:
        welcome = link.event().welcome
        welcome.session_id = admission.session.session_id
        welcome.minor = MINOR
        welcome.heartbeat_interval.FromSeconds(HEARTBEAT_SECONDS)
        welcome.lease_ttl.CopyFrom(_duration(self._lease_seconds))
        welcome.resume_grace.CopyFrom(_duration(self._resume_grace_seconds))
        welcome.limits.max_inline_bytes = MAX_INLINE_BYTES
        welcome.limits.max_frame_bytes = MAX_FRAME_BYTES
        welcome.limits.max_frame_events = MAX_FRAME_EVENTS
        welcome.limits.max_unacked_results = 1024
        welcome.limits.max_prefetch = 256
        welcome.server_time.FromNanoseconds(int(self._clock.now() * 1e9))
        welcome.features.append("calls")
        welcome.resumed = admission.resumed
        welcome.drop_tokens.extend(admission.drop_tokens)

    async def _read(
        self, requests: AsyncIterator[service.ConnectRequest], session: WorkerSession, link: GrpcWorkerLink
    ) -> None:
        """Takes frames in until the worker ends the stream."""
        try:
            async for frame in requests:
                self._take(frame, session, link)
        finally:
            link.close()

    def _take(self, frame: service.ConnectRequest, session: WorkerSession, link: GrpcWorkerLink) -> None:
        ends: list[Ended] = []
        for event in frame.events:
            kind = event.WhichOneof("event")
            if kind == "task_result":
                ends.append(_ended(event.task_result))
            elif kind == "credit":
                session.credit(event.credit.max_tasks)
            elif kind == "log_batch":
                self._log(event.log_batch)
            elif kind == "call_request":
                call = _call(event.call_request)
                if call is None:
                    _protocol_error(link, frame.seq, "a call needs an algorithm_name, pipeline_name or raw_pipeline")
                else:
                    session.called(event.call_request.token, call)
            elif kind == "call_cancel":
                cancel = event.call_cancel
                session.call_cancelled(cancel.token, cancel.call_id, cancel.reason)
            elif kind == "slot_state":
                session.slot(event.slot_state.token, blocked=event.slot_state.blocked)
        if ends:
            session.ended(ends)
        session.frame_done(frame.seq)

    def _log(self, batch: worker.LogBatch) -> None:
        by_job: dict[str, list[LogLine]] = {}
        for entry in batch.lines:
            context = self._door.context_of(entry.token)
            at = address(entry.token)
            if context is None or at is None:
                continue  # lines of the process between tasks belong to no job
            line = _line(
                entry, context.node, task_id(context.node_number, at.task), context.batch_index(at.task), at.attempt
            )
            by_job.setdefault(context.job_id, []).append(line)
        for job_id, lines in by_job.items():
            self._logs.write(job_id, lines, batch.dropped)

    def _url_of(self, key: str) -> str:
        return self._objects.presign_get(key, expires_seconds=URL_SECONDS)

    async def create_upload_urls(
        self, request: service.CreateUploadUrlsRequest, caller: Caller
    ) -> service.CreateUploadUrlsResponse:
        context = self._door.context_of(request.token)
        at = address(request.token)
        if context is None or at is None:
            raise NotAllowedError("the task is not yours any more", reason="STALE_TOKEN")
        response = service.CreateUploadUrlsResponse()
        for size in request.sizes:
            if size > MAX_UPLOAD_BYTES:
                raise LimitError(f"a result has at most {MAX_UPLOAD_BYTES} bytes", field="sizes")
            key = f"job/{context.job_id}/output/{context.node_number}/{at.task}/{at.attempt}-{self._ids.text(8)}"
            url = self._objects.presign_put(key, expires_seconds=URL_SECONDS, max_bytes=size)
            response.urls.add(key=key, url=url)
        return response


def _hello(hello: worker.Hello) -> WorkerHello:
    return WorkerHello(
        worker_id=hello.incarnation_id,
        algorithm=hello.algorithm_name,
        version=hello.algorithm_version,
        host=hello.host,
        pid=hello.pid,
        session_id=hello.resume.session_id,
        held_tokens=list(hello.resume.held_tokens),
        assigned_tasks=hello.resume.assigned_tasks,
    )


def _rejection(code: "worker.Reject.Code.ValueType", message: str) -> service.ConnectResponse:
    frame = service.ConnectResponse(seq=1)
    reject = frame.events.add().reject
    reject.code = code
    reject.message = message
    return frame


def _duration(seconds: float) -> Duration:
    duration = Duration()
    duration.FromNanoseconds(int(seconds * 1e9))
    return duration


def _ended(result: worker.TaskResult) -> Ended:
    outcome = result.WhichOneof("outcome")
    took_us = min(result.fetch_us + result.init_us + result.run_us + result.store_us, MAX_TOOK_US)
    if outcome == "output":
        return Ended(result.token, payload_from(result.output), None, False, took_us)
    if outcome == "failure":
        return Ended(result.token, None, failure_from(result.failure), False, took_us)
    return Ended(result.token, None, None, outcome == "released", took_us)


def _call(request: worker.CallRequest) -> Call | None:
    given = payload_from(request.input)
    match request.WhichOneof("target"):
        case "algorithm_name":
            kind, name, descriptor = CallKind.ALGORITHM, request.algorithm_name, b""
        case "pipeline_name":
            kind, name, descriptor = CallKind.STORED_PIPELINE, request.pipeline_name, b""
        case "raw_pipeline":
            kind, name, descriptor = CallKind.RAW_PIPELINE, "", request.raw_pipeline.data
        case _:
            return None
    return Call(request.call_id, kind, name, descriptor, given, request.include_result)


def _protocol_error(link: GrpcWorkerLink, seq: int, message: str) -> None:
    error = link.event().protocol_error
    error.code = "INVALID"
    error.message = message
    error.seq = seq


def _line(entry: worker.LogEntry, node: str, task: str, batch_index: int, attempt: int) -> LogLine:
    """One line; a JSON object with the key ``log`` is unwrapped: its text, stream and level, and its other keys as fields."""
    stream, level = _STREAMS.get(entry.stream, ("stdout", "info"))
    text = entry.text[:MAX_LINE_CHARACTERS]
    fields: dict[str, Json] = {}
    if text.startswith("{") and '"log"' in text:
        text, stream, level, fields = _unwrapped(text, stream, level)
    return LogLine(entry.time_us / 1e6, node, task, batch_index, attempt, stream, level, text, fields)


def _unwrapped(text: str, stream: str, level: str) -> tuple[str, str, str, dict[str, Json]]:
    try:
        plain = json.loads(text)
    except ValueError:
        return text, stream, level, {}
    if not isinstance(plain, dict) or not isinstance(plain.get("log"), str):
        return text, stream, level, {}
    if plain.pop("stream", stream) == "stderr":
        stream, level = "stderr", "error"
    said = plain.get("level")
    if isinstance(said, str) and 0 < len(said) <= MAX_LEVEL_CHARACTERS:
        level = said.lower()
        del plain["level"]
    return plain.pop("log").rstrip("\n"), stream, level, plain
