"""Which report is sent next: reports of a job in order, hosts in turn, and each host only so many at a time. No effects."""

import heapq
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from controlplane.domain.outbox import WebhookKind, WebhookSlot


@dataclass(slots=True, eq=False)
class Host:
    """A receiver of reports."""

    name: str
    ready: deque["Lane"] = field(default_factory=deque)
    lanes: int = 0
    """Lanes that go to it, whatever they wait for."""
    running: int = 0
    failing: bool = False
    """Its last answer was none, or no good one."""
    left_out: bool = False
    """There are reports in the store that are not kept in mind."""


@dataclass(slots=True, eq=False)
class Lane:
    """The reports of one kind about one job: one at a time, in order."""

    job_id: str
    kind: WebhookKind
    host: Host
    slots: set[WebhookSlot] = field(default_factory=set)
    """Reports that are in the store, as far as is known."""
    busy: bool = False
    """It is ready, running, or waits for its next try."""
    tried: WebhookSlot | None = None
    """Report that was tried in vain."""
    attempts: int = 0
    """Tries of that report."""
    known: bool = False
    """The delivery record was looked at."""
    ended: bool = False
    """The last status of the job was tried: no older one may follow."""

    def next_slot(self) -> WebhookSlot | None:
        return min(self.slots, default=None)

    def passed_over(self) -> Iterator[WebhookSlot]:
        """Reports that are not sent any more: an older one that failed once a newer one is there, or any after the last."""
        for slot in sorted(self.slots):
            older = slot is not WebhookSlot.ENDED and slot.kind is WebhookKind.PROGRESS
            if older and (self.ended or (slot is self.tried and slot != max(self.slots))):
                yield slot


class Lanes:
    def __init__(self, *, per_host: int, in_all: int, waiting_per_host: int) -> None:
        self._per_host = per_host
        self._in_all = in_all
        self._waiting_per_host = waiting_per_host
        self._lanes: dict[tuple[str, WebhookKind], Lane] = {}
        self._hosts: dict[str, Host] = {}
        self._turns: deque[Host] = deque()
        """All and only the hosts with ready lanes, in the order of their turns."""
        self._running = 0
        self._later: list[tuple[float, int, Lane]] = []
        self._count = 0

    def add(self, job_id: str, slot: WebhookSlot, url: str) -> None:
        """There is a report in the store."""
        lane = self._lanes.get((job_id, slot.kind))
        if lane is None:
            host = self._host(url)
            if host.lanes >= self._waiting_per_host:
                host.left_out = True
                return
            lane = self._lanes[(job_id, slot.kind)] = Lane(job_id, slot.kind, host)
            host.lanes += 1
        lane.slots.add(slot)
        if not lane.busy:
            self._make_ready(lane)

    def _host(self, url: str) -> Host:
        name = host_of(url)
        return self._hosts.setdefault(name, Host(name))

    def _make_ready(self, lane: Lane) -> None:
        lane.busy = True
        if not lane.host.ready:
            self._turns.append(lane.host)
        lane.host.ready.append(lane)

    def start_next(self) -> Lane | None:
        """Takes the next lane whose host has room; it must be given back by ``done``."""
        if self._running >= self._in_all:
            return None
        for _ in range(len(self._turns)):
            host = self._turns.popleft()
            if host.running >= (1 if host.failing else self._per_host):
                self._turns.append(host)
                continue
            lane = host.ready.popleft()
            if host.ready:
                self._turns.append(host)
            host.running += 1
            self._running += 1
            return lane
        return None

    def done(self, lane: Lane, next_try_at: float | None) -> bool:
        """Gives a lane back, ready again at ``next_try_at`` (None: at once). Says whether left out reports have room now."""
        self._running -= 1
        host = lane.host
        host.running -= 1
        lane.busy = False
        if lane.slots and next_try_at is None:
            self._make_ready(lane)
        elif lane.slots and next_try_at is not None:
            lane.busy = True
            self._count += 1
            heapq.heappush(self._later, (next_try_at, self._count, lane))
        else:
            del self._lanes[(lane.job_id, lane.kind)]
            host.lanes -= 1
            if not host.lanes:
                del self._hosts[host.name]
        room = host.left_out and host.lanes <= self._waiting_per_host // 2
        if room:
            host.left_out = False
        return room

    def wake(self, now: float) -> float | None:
        """Makes ready what is due; returns when the next one is."""
        while self._later and self._later[0][0] <= now:
            self._make_ready(heapq.heappop(self._later)[2])
        return self._later[0][0] if self._later else None


def host_of(url: str) -> str:
    """What receivers are told apart by."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return url
