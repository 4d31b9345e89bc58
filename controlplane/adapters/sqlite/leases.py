"""Timers of the leases. Lives on the event loop.

Deadlines are not written to disk: after a restart every lease gets its full ttl again, as its owner may come back.
That errs to the safe side, since a right to act then ends later than promised, never earlier.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from controlplane.domain.errors import LeaseLostError, StoreUnavailableError
from controlplane.ports.state_store import LeaseId
from controlplane.ports.system import Clock

_RETRY_SECONDS = 1.0
"""Between tries to delete the keys of an ended lease while the disk refuses."""


@dataclass(slots=True)
class _Lease:
    ttl_seconds: float
    deadline: float
    """On the clock's monotonic scale."""
    timer: asyncio.Task[None]


class LeaseTimers:
    """Calls ``revoke`` for each lease that is not kept alive; until it has succeeded, as the keys must go."""

    def __init__(self, clock: Clock, revoke: Callable[[LeaseId], Awaitable[None]]) -> None:
        self._clock = clock
        self._revoke = revoke
        self._leases: dict[LeaseId, _Lease] = {}
        """Those that have not ended."""
        self._timers: set[asyncio.Task[None]] = set()
        """Also of leases that have ended and whose keys are being deleted."""

    def start(self, lease: LeaseId, ttl_seconds: float) -> None:
        """The lease ends ``ttl_seconds`` from now."""
        timer = asyncio.create_task(self._end_when_due(lease), name=f"lease-{lease}")
        self._leases[lease] = _Lease(ttl_seconds, self._clock.monotonic() + ttl_seconds, timer)
        self._timers.add(timer)
        timer.add_done_callback(self._timers.discard)

    def check(self, lease: LeaseId) -> None:
        """``LeaseLostError`` when the lease has ended."""
        held = self._leases.get(lease)
        if held is None or held.deadline <= self._clock.monotonic():
            raise LeaseLostError

    def renew(self, lease: LeaseId) -> None:
        """Moves the end to the ttl from now; ``LeaseLostError`` when it has ended."""
        self.check(lease)
        held = self._leases[lease]
        held.deadline = self._clock.monotonic() + held.ttl_seconds

    def forget(self, lease: LeaseId) -> None:
        """The lease was ended by somebody else than its timer, if it is still here."""
        held = self._leases.pop(lease, None)
        if held is not None:
            held.timer.cancel()

    async def close(self) -> None:
        """Stops all timers."""
        timers = list(self._timers)
        for timer in timers:
            timer.cancel()
        await asyncio.gather(*timers, return_exceptions=True)

    async def _end_when_due(self, lease: LeaseId) -> None:
        held = self._leases[lease]
        while (left := held.deadline - self._clock.monotonic()) > 0:
            await self._clock.sleep(left)
        del self._leases[lease]
        while True:
            try:
                return await self._revoke(lease)
            except StoreUnavailableError:
                await self._clock.sleep(_RETRY_SECONDS)
