"""When to give a worker up: it was silent for too long, or its stream broke and it did not come back."""

import asyncio
from collections.abc import Callable

from controlplane.ports.system import Clock
from controlplane.roles.queueing.session import Session


class Leases:
    """One timer per session."""

    def __init__(
        self,
        *,
        clock: Clock,
        lease_seconds: float,
        resume_grace_seconds: float,
        give_up: Callable[[Session, str], None],
    ) -> None:
        self._clock = clock
        self._lease_seconds = lease_seconds
        self._resume_grace_seconds = resume_grace_seconds
        self._give_up = give_up
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def watch(self, session: Session) -> None:
        """A worker is there: it must not be silent for longer than its lease."""
        self._arm(session, self._lease_seconds)

    def stream_broke(self, session: Session) -> None:
        """It has its grace to come back."""
        self._arm(session, self._resume_grace_seconds)

    def forget(self, session: Session) -> None:
        timer = self._timers.pop(session.session_id, None)
        if timer is not None:
            timer.cancel()

    def close(self) -> None:
        for timer in self._timers.values():
            timer.cancel()

    def _arm(self, session: Session, seconds: float) -> None:
        self.forget(session)
        self._timers[session.session_id] = asyncio.get_running_loop().call_later(seconds, self._due, session)

    def _due(self, session: Session) -> None:
        if session.link is None:
            self._give_up(session, "its connection broke and it did not come back")
            return
        silent = self._clock.monotonic() - session.last_seen
        if silent >= self._lease_seconds:
            session.link.close()
            self._give_up(session, f"it was silent for {silent:.0f} s")
        else:
            self._arm(session, self._lease_seconds - silent)
