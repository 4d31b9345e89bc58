"""Simulated workers: they keep the worker contract, take time, fail, fall silent, break their connection and die.

What must not be lost (results and calls) is kept until its frame is acknowledged and sent again after a broken stream, as a
real worker does.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

import msgpack
import orjson

from controlplane.domain.calls import Call, CallKind, CallOutcome
from controlplane.domain.errors import UnavailableError
from controlplane.domain.task_context import NodeContext
from controlplane.domain.values import MSGPACK, Failure, FailureCategory, Json, Payload
from controlplane.ports.dispatch import Admission, Ended, Grant, WorkerDoor, WorkerHello, WorkerSession
from controlplane.ports.object_store import ObjectStore
from controlplane.simulation.faults import WorkerFaults
from controlplane.simulation.history import History
from controlplane.simulation.inputs import decoded, encoded, input_of
from controlplane.simulation.programs import Care, PlannedCall, calls_of, output_of
from controlplane.simulation.streams import Link, Plane
from controlplane.simulation.virtual_time import EPOCH, Process, VirtualTimeLoop

HEARTBEAT_SECONDS = 5.0
SLOW_FACTOR = 40.0


class Entrance(NamedTuple):
    """Where workers come in just now."""

    door: WorkerDoor
    plane: Plane


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What all workers share."""

    loop: VirtualTimeLoop
    random: Random
    history: History
    objects: ObjectStore
    entrance: Callable[[], Entrance | None]
    faults: Callable[[], WorkerFaults]
    on_death: Callable[["SimulatedWorker"], None]


@dataclass(slots=True)
class _Frame:
    """What must reach the control plane."""

    ends: list[Ended] = field(default_factory=list)
    calls: list[tuple[bytes, Call]] = field(default_factory=list)
    given_up: list[tuple[bytes, str]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.ends or self.calls or self.given_up)

    def without(self, tokens: set[bytes]) -> "_Frame":
        return _Frame(
            [end for end in self.ends if end.token not in tokens],
            [call for call in self.calls if call[0] not in tokens],
            [call for call in self.given_up if call[0] not in tokens],
        )


@dataclass(slots=True)
class _Execution:
    """A task that runs."""

    context: NodeContext
    grant: Grant
    aio_task: asyncio.Task[None] | None = None
    answers: dict[str, asyncio.Future[CallOutcome]] = field(default_factory=dict)


class _CallFailedError(Exception):
    """A call did not return what the code wanted."""


class SimulatedWorker:
    """One worker; it finds its way back by itself for as long as it lives."""

    def __init__(self, name: str, algorithm: str, around: Surroundings) -> None:
        self.name = name
        self.algorithm = algorithm
        self.process = Process(around.loop)
        self.link: Link | None = None
        self.blocked = False
        """Whether its task only waits for calls."""
        self._around = around
        self._random = around.random
        self._history = around.history
        self._session: WorkerSession | None = None
        self._session_id = ""
        self._waiting: list[tuple[NodeContext, Grant]] = []
        self._running: _Execution | None = None
        self._unacknowledged: dict[int, _Frame] = {}
        self._assigned = 0
        self._seq = 0
        self._last_seen_seq = 0
        self._prefetch = self._random.choice([0, 1, 2, 8, 64])
        self._pace = SLOW_FACTOR if self._random.random() < self.faults.slow_chance else 1.0

    @property
    def faults(self) -> WorkerFaults:
        return self._around.faults()

    @property
    def alive(self) -> bool:
        return not self.process.is_dead

    def start(self) -> None:
        self.process.call(self._connect)

    # The stream

    def _connect(self) -> None:
        """Connects, or tries again later."""
        if not self.alive or self.link is not None:
            return
        entrance = self._around.entrance()
        if entrance is None:
            self._later(self.faults.reconnect_seconds * self._random.random(), self._connect)
            return
        link = Link(
            self,
            self.process.call,
            entrance.plane,
            seq=self._last_seen_seq,
            latency_seconds=self.faults.latency_seconds,
        )
        admitted: list[Admission] = []
        hello = self._hello()
        try:
            entrance.plane.run_here(lambda: admitted.append(entrance.door.admit(hello, link)))
        except UnavailableError:
            self._later(self.faults.reconnect_seconds, self._connect)
            return
        self._welcomed(link, admitted[0])

    def _hello(self) -> WorkerHello:
        return WorkerHello(
            worker_id=self.name,
            algorithm=self.algorithm,
            version="v1",
            host="here",
            pid=1,
            session_id=self._session_id,
            held_tokens=self._held(),
            assigned_tasks=self._assigned,
        )

    def _held(self) -> list[bytes]:
        held = [grant.token for _, grant in self._waiting]
        if self._running:
            held.append(self._running.grant.token)
        return held + [end.token for frame in self._unacknowledged.values() for end in frame.ends]

    def _welcomed(self, link: Link, admission: Admission) -> None:
        self.link, self._session = link, admission.session
        self._session_id = admission.session.session_id
        self._history.note(f"connected {self.name} resumed={admission.resumed}")
        drop = set(admission.drop_tokens)
        if not admission.resumed:
            drop |= set(self._held())
            self._assigned = self._seq = 0
        self._waiting = [(c, g) for c, g in self._waiting if g.token not in drop]
        if self._running and self._running.grant.token in drop:
            self._stop_running()
        again = [frame.without(drop) for frame in self._unacknowledged.values()]
        self._unacknowledged.clear()
        for frame in again:
            if frame:
                self._send(frame)
        if self.blocked:
            self._tell_blocked()
        self._send(_Frame())
        self._run_next()
        self._beat(link)

    def _beat(self, link: Link) -> None:
        """Heartbeats for as long as the stream lasts."""
        if self.link is link:
            self._send(_Frame())
            self._later(HEARTBEAT_SECONDS, lambda: self._beat(link))

    def stream_lost(self, link: Link) -> None:
        """The control plane ended the stream, or is gone."""
        if self.link is link:
            self.link = None
            self._later(self.faults.reconnect_seconds * self._random.random(), self._connect)

    def break_stream(self) -> None:
        """The connection breaks; both ends notice."""
        link, session = self.link, self._session
        if link is not None and session is not None:
            link.break_off()
            link.plane.run_here(lambda: session.disconnected(link))
            self.stream_lost(link)

    def _send(self, frame: _Frame) -> None:
        """A frame: what happened, with credit."""
        self._seq += 1
        seq, session, link = self._seq, self._session, self.link
        if frame:
            self._unacknowledged[seq] = frame
        if link is None or session is None:
            return
        busy = len(self._waiting) + (self._running is not None)
        max_tasks = self._assigned + (0 if self.blocked else max(0, 1 + self._prefetch - busy))

        def arrive() -> None:
            session.credit(max_tasks)
            for token, call in frame.calls:
                session.called(token, call)
            for token, call_id in frame.given_up:
                session.call_cancelled(token, call_id, "given up")
            if frame.ends:
                session.ended(frame.ends)
            session.frame_done(seq)

        link.say(arrive)
        if frame and self._random.random() < self.faults.repeat_chance:
            link.say(arrive)
        if self._random.random() < self.faults.break_chance:
            self._later(self.faults.latency_seconds * self._random.random() * 3, self.break_stream)

    # What the control plane says

    def assigned(self, seq: int, context: NodeContext, grants: Sequence[Grant]) -> None:
        self._last_seen_seq = seq
        self._assigned += len(grants)
        again = {grant.token for grant in grants}
        # What was given back and comes again must not be given back a second time, by a frame that has to be repeated.
        for frame in self._unacknowledged.values():
            frame.ends = [end for end in frame.ends if not (end.released and end.token in again)]
        self._waiting += [(context, grant) for grant in grants]
        if self.blocked:
            self._give_back()
        else:
            self._send(_Frame())
            self._run_next()

    def cancelled(self, tokens: Sequence[bytes]) -> None:
        self._history.unwanted(tokens)
        gone = set(tokens)
        ends = [Ended(g.token, None, None, True) for _, g in self._waiting if g.token in gone]
        self._waiting = [(c, g) for c, g in self._waiting if g.token not in gone]
        if self._running and self._running.grant.token in gone:
            ends.append(Ended(self._running.grant.token, None, None, False))
            self._stop_running()
        self._send(_Frame(ends))
        self._run_next()

    def answered(self, token: bytes, call_id: str, outcome: CallOutcome) -> None:
        running = self._running
        if running is None or running.grant.token != token:
            return
        self._history.answered(running.context, running.grant, call_id, outcome)
        answer = running.answers.get(call_id)
        if answer is not None and not answer.done():
            answer.set_result(outcome)

    def refused(self, token: bytes) -> None:
        self._history.unwanted([token])

    def acknowledged(self, seq: int) -> None:
        for number in [n for n in self._unacknowledged if n <= seq]:
            self._history.acknowledged(self._unacknowledged.pop(number).ends)

    # What the worker does

    def _run_next(self) -> None:
        if self._running is None and self._waiting and self.alive:
            context, grant = self._waiting.pop(0)
            self._running = running = _Execution(context, grant)
            at = EPOCH + self._around.loop.time()
            self._history.began(context, grant, at=at, in_reach=self._in_reach())
            running.aio_task = self.process.spawn(self._execute(running), f"{self.name}-{context.node}-{grant.task}")
            running.aio_task.add_done_callback(self._executed)

    def _executed(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self._history.break_promise(f"{task.get_name()} could not be run as it was given: {error!r}")

    def _in_reach(self) -> bool:
        """Out of reach, a worker cannot know that somebody else has done its work meanwhile."""
        link, now = self.link, self._around.loop.time()
        return link is not None and link.plane.in_charge and link.to_worker.silent_until <= now

    def _stop_running(self) -> None:
        running, self._running, self.blocked = self._running, None, False
        if running is not None and running.aio_task is not None:
            running.aio_task.cancel()

    async def _execute(self, running: _Execution) -> None:
        end = await self._outcome(running)
        if self._running is not running or not self.alive:
            return
        self._running = None
        self._history.returned(running.context, running.grant, end)
        self._send(_Frame([end]))
        self._run_next()

    async def _outcome(self, running: _Execution) -> Ended:
        context, grant = running.context, running.grant
        given = await input_of(context, grant, self._around.objects)
        await asyncio.sleep(self._random.random() * self.faults.max_task_seconds * self._pace)
        self._something_happens()
        if self._random.random() < self.faults.raise_chance:
            return _failed(grant, "simulated")
        try:
            answers = await self._call(running, calls_of(context.algorithm, given))
        except _CallFailedError as error:
            return _failed(grant, f"a call failed: {error}")
        value = output_of(context.algorithm, given, answers)
        key = f"job/{context.job_id}/output/{self.name}/{context.node_number}/{grant.task}/{grant.attempt}"
        output = await encoded(value, key, context, self._around.objects)
        return Ended(grant.token, output, None, False)

    def _something_happens(self) -> None:
        if self._random.random() < self.faults.crash_chance:
            self.die()
        elif self._random.random() < self.faults.silent_chance and self.link is not None:
            until = self._around.loop.time() + self._random.random() * self.faults.max_silent_seconds
            self.link.to_worker.silent_until = self.link.to_plane.silent_until = until
            self._history.note(f"silent {self.name}")

    # Calls

    async def _call(self, running: _Execution, planned: Sequence[PlannedCall]) -> list[Json]:
        """Makes all calls at once; returns the answers that are waited for."""
        if not planned:
            return []
        token = running.grant.token
        for call in planned:
            running.answers[call.call_id] = asyncio.get_running_loop().create_future()
        calls = [(token, _request(call)) for call in planned]
        together = [calls] if self._random.random() < 0.5 else [[call] for call in calls]
        for some in together:
            self._send(_Frame(calls=some))
        unwanted = [(token, call.call_id) for call in planned if call.care is Care.GIVE_UP]
        if unwanted:
            await asyncio.sleep(self._random.random() * 0.05)
            self._send(_Frame(given_up=unwanted))
        awaited = [call for call in planned if call.care is Care.AWAIT]
        if not awaited:
            return []
        self._block()
        outcomes = [await running.answers[call.call_id] for call in awaited]
        self._unblock()
        return [await self._value(call, outcome) for call, outcome in zip(awaited, outcomes, strict=True)]

    async def _value(self, call: PlannedCall, outcome: CallOutcome) -> Json:
        if outcome.output is None:
            raise _CallFailedError(outcome.stopped or (outcome.failure.text() if outcome.failure else "nothing"))
        value = await decoded(outcome.output, self._around.objects)
        if call.kind is CallKind.ALGORITHM or not call.include_result:
            return value
        assert isinstance(value, list), f"the result of pipeline {call.name} is {value}"
        items: list[Json] = []
        for item in value:
            assert isinstance(item, dict), "each item of a result is an object"
            if "error" in item:
                raise _CallFailedError(str(item["error"]))
            items.append([item["nodeName"], item.get("batchIndex", 0), item.get("result")])
        return items

    def _block(self) -> None:
        """The slot is free for the work of others; what has not begun goes back."""
        self.blocked = True
        self._tell_blocked()
        self._give_back()

    def _unblock(self) -> None:
        self.blocked = False
        self._tell_blocked()
        self._send(_Frame())

    def _tell_blocked(self) -> None:
        session, link, running, blocked = self._session, self.link, self._running, self.blocked
        if session is not None and link is not None and running is not None:
            link.say(lambda: session.slot(running.grant.token, blocked=blocked))

    def _give_back(self) -> None:
        ends = [Ended(grant.token, None, None, True) for _, grant in self._waiting]
        self._waiting.clear()
        self._send(_Frame(ends))

    def die(self) -> None:
        """The machine is gone: nothing more is said."""
        link, session = self.link, self._session
        self.link = None
        if link is not None and session is not None:
            link.break_off()
            link.plane.run_here(lambda: session.disconnected(link))
        self.process.kill()
        self._around.on_death(self)

    def _later(self, seconds: float, call: Callable[[], None]) -> None:
        self.process.call(lambda: self._around.loop.call_later(seconds, call))


def _failed(grant: Grant, message: str) -> Ended:
    return Ended(grant.token, None, Failure(category=FailureCategory.USER_CODE, message=message), False)


def _request(call: PlannedCall) -> Call:
    return Call(
        call_id=call.call_id,
        kind=call.kind,
        name=call.name,
        descriptor=orjson.dumps(call.descriptor) if call.descriptor is not None else b"",
        input=Payload(MSGPACK, msgpack.packb(call.given)),
        include_result=call.include_result,
    )
