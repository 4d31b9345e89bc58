"""The stream between a simulated worker and the control plane: in order both ways, with a delay, until it breaks."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

from controlplane.domain.calls import CallOutcome
from controlplane.domain.job_events import CancelReason
from controlplane.domain.task_context import NodeContext
from controlplane.ports.dispatch import CancelMode, Grant

Deliver = Callable[[], None]


class Pipe:
    """One direction: what is sent arrives in order, each message once, or not at all when the stream breaks first."""

    def __init__(self, latency_seconds: float) -> None:
        self.open = True
        self.silent_until = 0.0
        """Nothing arrives before this time."""
        self._latency_seconds = latency_seconds
        self._due: deque[tuple[float, Deliver]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def send(self, deliver: Deliver) -> None:
        self._due.append((asyncio.get_running_loop().time() + self._latency_seconds, deliver))
        self._arm()

    def _arm(self) -> None:
        if self._timer is None and self._due:
            at = max(self._due[0][0], self.silent_until)
            self._timer = asyncio.get_running_loop().call_at(at, self._pump)

    def _pump(self) -> None:
        self._timer = None
        now = asyncio.get_running_loop().time()
        while self.open and self._due and max(self._due[0][0], self.silent_until) <= now:
            _, deliver = self._due.popleft()
            deliver()
        if self.open:
            self._arm()

    def break_off(self) -> None:
        self.open = False
        self._due.clear()


class WorkerEnd(Protocol):
    """What a worker hears. Called when messages arrive."""

    def assigned(self, seq: int, context: NodeContext, grants: Sequence[Grant]) -> None: ...

    def cancelled(self, tokens: Sequence[bytes]) -> None: ...

    def answered(self, token: bytes, call_id: str, outcome: CallOutcome) -> None: ...

    def refused(self, token: bytes) -> None: ...

    def acknowledged(self, seq: int) -> None: ...

    def stream_lost(self, link: "Link") -> None: ...


class Plane(Protocol):
    """What the control plane's end of a stream knows of its process."""

    @property
    def in_charge(self) -> bool:
        """Whether it is the one that owns the jobs."""
        ...

    def run_here(self, function: Callable[[], None]) -> None:
        """Calls a function as a part of that process."""
        ...

    def granted(self, context: NodeContext, grants: Sequence[Grant]) -> None:
        """Watches what is handed out."""
        ...


class Link:
    """Implements ``WorkerLink``: the control plane's end."""

    def __init__(
        self, worker: WorkerEnd, run_there: Callable[[Deliver], None], plane: Plane, *, seq: int, latency_seconds: float
    ) -> None:
        self.plane = plane
        self._run_there = run_there
        """Calls a function as a part of the worker."""
        self.to_worker = Pipe(latency_seconds)
        self.to_plane = Pipe(latency_seconds)
        self._worker = worker
        self._seq = seq

    @property
    def open(self) -> bool:
        return self.to_worker.open

    def assign(self, context: NodeContext, grants: Sequence[Grant]) -> None:
        self.plane.granted(context, grants)
        self._seq += 1
        seq = self._seq
        self._tell(lambda: self._worker.assigned(seq, context, grants))

    def drop_context(self, context: NodeContext) -> None:
        return

    def cancel(self, tokens: Sequence[bytes], mode: CancelMode, reason: CancelReason) -> None:
        self._tell(lambda: self._worker.cancelled(tokens))

    def refuse(self, token: bytes) -> None:
        self._tell(lambda: self._worker.refused(token))

    def answer(self, token: bytes, call_id: str, outcome: CallOutcome) -> None:
        self._tell(lambda: self._worker.answered(token, call_id, outcome))

    def acknowledge(self, seq: int) -> None:
        self._tell(lambda: self._worker.acknowledged(seq))

    def leave(self, reason: str, *, grace_seconds: float) -> None:
        return

    def close(self) -> None:
        self.break_off()
        self._run_there(lambda: self._worker.stream_lost(self))

    def _tell(self, deliver: Deliver) -> None:
        self.to_worker.send(lambda: self._run_there(deliver))

    def break_off(self) -> None:
        """What is under way in either direction is lost."""
        self.to_worker.break_off()
        self.to_plane.break_off()

    def say(self, deliver: Deliver) -> None:
        """The worker says something."""
        self.to_plane.send(lambda: self.plane.run_here(deliver))
