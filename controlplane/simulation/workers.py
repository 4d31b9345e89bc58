"""Simulated workers: they keep the worker contract, take time, fail, break their connection and die.

A result is kept until its frame is acknowledged and sent again after a broken stream, as a real worker does; messages of a
stream arrive in order, and those under way when it breaks are lost.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from controlplane.domain.calls import CallOutcome
from controlplane.domain.errors import UnavailableError
from controlplane.domain.job_events import CancelReason
from controlplane.domain.task_context import NodeContext
from controlplane.domain.values import MSGPACK, NULL, Failure, FailureCategory, Payload, Shape
from controlplane.ports.dispatch import CancelMode, Ended, Grant, WorkerDoor, WorkerHello, WorkerSession
from controlplane.simulation.history import History

HEARTBEAT_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """How often things go wrong; chances per event."""

    raise_chance: float = 0.0
    crash_chance: float = 0.0
    """The worker dies while it runs a task."""
    break_chance: float = 0.0
    """The stream breaks after a message."""
    repeat_chance: float = 0.0
    """A frame of results is sent twice."""
    max_task_seconds: float = 0.05
    latency_seconds: float = 0.001
    reconnect_seconds: float = 0.5


class _Link:
    """The control plane's end of a stream, with a delay to the worker's end."""

    def __init__(self, worker: "SimulatedWorker", seq: int) -> None:
        self._worker = worker
        self.seq = seq
        self.open = True

    def assign(self, context: NodeContext, grants: Sequence[Grant]) -> None:
        self.seq += 1
        seq = self.seq
        self._send(lambda: self._worker.assigned(seq, context, grants))

    def drop_context(self, context: NodeContext) -> None:
        return

    def cancel(self, tokens: Sequence[bytes], mode: CancelMode, reason: CancelReason) -> None:
        self._send(lambda: self._worker.cancelled(tokens))

    def refuse(self, token: bytes) -> None:
        return

    def answer(self, token: bytes, call_id: str, outcome: CallOutcome) -> None:
        self._send(lambda: self._worker.answered(token, call_id, outcome))

    def acknowledge(self, seq: int) -> None:
        self._send(lambda: self._worker.acknowledged(seq))

    def leave(self, reason: str, *, grace_seconds: float) -> None:
        return

    def close(self) -> None:
        self.open = False
        self._worker.stream_lost(self)

    def _send(self, deliver: Callable[[], None]) -> None:
        def arrive() -> None:
            if self.open and self._worker.link is self:
                deliver()

        asyncio.get_running_loop().call_later(self._worker.faults.latency_seconds, arrive)


class SimulatedWorker:
    """One worker; it finds its way back by itself for as long as it lives."""

    def __init__(
        self,
        name: str,
        algorithm: str,
        *,
        door: Callable[[], WorkerDoor | None],
        faults: Faults,
        random: Random,
        history: History,
        on_death: Callable[["SimulatedWorker"], None],
    ) -> None:
        self.name = name
        self.algorithm = algorithm
        self.faults = faults
        self.alive = True
        self.link: _Link | None = None
        self._door = door
        self._random = random
        self._history = history
        self._on_death = on_death
        self._session: WorkerSession | None = None
        self._session_id = ""
        self._waiting: list[tuple[NodeContext, Grant]] = []
        self._running: tuple[NodeContext, Grant] | None = None
        self._unacknowledged: dict[int, list[Ended]] = {}
        self._assigned = 0
        self._seq = 0
        self._last_seen_seq = 0
        self._prefetch = random.choice([1, 2, 8, 64])

    # The stream

    def connect(self) -> None:
        """Connects, or tries again later."""
        if not self.alive or self.link is not None:
            return
        door = self._door()
        if door is None:
            self._later(self.faults.reconnect_seconds * self._random.random(), self.connect)
            return
        link = _Link(self, self._last_seen_seq)
        hello = WorkerHello(
            worker_id=self.name,
            algorithm=self.algorithm,
            version="v1",
            host="here",
            pid=1,
            session_id=self._session_id,
            held_tokens=self._held(),
            assigned_tasks=self._assigned,
        )
        try:
            admission = door.admit(hello, link)
        except UnavailableError:
            self._later(self.faults.reconnect_seconds, self.connect)
            return
        self.link, self._session = link, admission.session
        if not admission.resumed:
            self._forget_all()
        drop = set(admission.drop_tokens)
        self._waiting = [(c, g) for c, g in self._waiting if g.token not in drop]
        if self._running and self._running[1].token in drop:
            self._running = None
        self._session_id = admission.session.session_id
        resend = [end for ends in self._unacknowledged.values() for end in ends if end.token not in drop]
        self._unacknowledged.clear()
        self._report(resend)
        self._run_next()
        self._beat(link)

    def _beat(self, link: _Link) -> None:
        """Heartbeats for as long as the stream lasts."""
        if self.link is link:
            self._report([])
            self._later(HEARTBEAT_SECONDS, lambda: self._beat(link))

    def _held(self) -> list[bytes]:
        held = [grant.token for _, grant in self._waiting]
        if self._running:
            held.append(self._running[1].token)
        return held + [end.token for ends in self._unacknowledged.values() for end in ends]

    def _forget_all(self) -> None:
        self._waiting.clear()
        self._running = None
        self._unacknowledged.clear()
        self._assigned = self._seq = 0

    def stream_lost(self, link: _Link) -> None:
        """The control plane ended the stream, or is gone."""
        if self.link is link:
            self.link = None
            self._later(self.faults.reconnect_seconds * self._random.random(), self.connect)

    def _break(self) -> None:
        link, session = self.link, self._session
        if link is not None and session is not None:
            link.open = False
            self.link = None
            session.disconnected(link)
            self._later(self.faults.reconnect_seconds * self._random.random(), self.connect)

    # What the control plane says

    def assigned(self, seq: int, context: NodeContext, grants: Sequence[Grant]) -> None:
        self._last_seen_seq = seq
        self._assigned += len(grants)
        self._waiting += [(context, grant) for grant in grants]
        self._report([])
        self._run_next()

    def cancelled(self, tokens: Sequence[bytes]) -> None:
        gone = set(tokens)
        ends = [Ended(g.token, None, None, True) for _, g in self._waiting if g.token in gone]
        self._waiting = [(c, g) for c, g in self._waiting if g.token not in gone]
        if self._running and self._running[1].token in gone:
            ends.append(Ended(self._running[1].token, None, None, False))
            self._running = None
        self._report(ends)
        self._run_next()

    def answered(self, token: bytes, call_id: str, outcome: CallOutcome) -> None:
        raise AssertionError(f"an answer to call {call_id}, which no simulated task made: {outcome}")

    def acknowledged(self, seq: int) -> None:
        for number in [n for n in self._unacknowledged if n <= seq]:
            self._history.acknowledged(self._unacknowledged.pop(number))

    # What the worker does

    def _run_next(self) -> None:
        if self._running is None and self._waiting and self.alive:
            self._running = self._waiting.pop(0)
            context, grant = self._running
            # Out of reach, a worker cannot know that somebody else has done its work meanwhile.
            self._history.began(context, grant, in_reach=self.link is not None)
            self._later(self._random.random() * self.faults.max_task_seconds, lambda: self._finish(grant))

    def _finish(self, grant: Grant) -> None:
        if not self.alive or self._running is None or self._running[1] is not grant:
            return
        if self._random.random() < self.faults.crash_chance:
            self.die()
            return
        context, _ = self._running
        self._running = None
        self._report([self._outcome(context, grant)])
        self._run_next()

    def _outcome(self, context: NodeContext, grant: Grant) -> Ended:
        if self._random.random() < self.faults.raise_chance:
            failure = Failure(category=FailureCategory.USER_CODE, message="simulated")
            return Ended(grant.token, None, failure, False)
        return Ended(grant.token, output_of(context.job_id, context.node, grant.task), None, False)

    def _report(self, ends: list[Ended]) -> None:
        """A frame: results, credit and an acknowledgement."""
        if self.link is None or self._session is None:
            if ends:
                self._seq += 1
                self._unacknowledged[self._seq] = ends
            return
        self._seq += 1
        seq, session, link = self._seq, self._session, self.link
        if ends:
            self._unacknowledged[seq] = ends
        busy = len(self._waiting) + (self._running is not None)
        max_tasks = self._assigned + max(0, 1 + self._prefetch - busy)

        def arrive() -> None:
            if link.open and self.link is link:
                session.credit(max_tasks)
                if ends:
                    session.ended(ends)
                session.frame_done(seq)

        self._later(self.faults.latency_seconds, arrive)
        if ends and self._random.random() < self.faults.repeat_chance:
            self._later(self.faults.latency_seconds, arrive)
        if self._random.random() < self.faults.break_chance:
            self._later(self.faults.latency_seconds * self._random.random() * 3, self._break)

    def die(self) -> None:
        """The machine is gone: nothing more is said."""
        self.alive = False
        link, session = self.link, self._session
        self.link = None
        if link is not None and session is not None:
            link.open = False
            session.disconnected(link)
        self._on_death(self)

    def _later(self, seconds: float, call: Callable[[], None]) -> None:
        asyncio.get_running_loop().call_later(seconds, call)


def output_of(job_id: str, node: str, task: int) -> Payload:
    """What a task returns: a list, a number or null, from its name alone, so that every attempt returns the same."""
    kind = sum(map(ord, f"{job_id[:2]}{node}{task}")) % 7
    if kind == 0:
        return NULL
    if kind == 1:
        return Payload(MSGPACK, b"\x01", None, ((node, Shape("number", 0)),))
    return Payload(MSGPACK, b"\x90", None, ((node, Shape("array", kind - 1)),))
