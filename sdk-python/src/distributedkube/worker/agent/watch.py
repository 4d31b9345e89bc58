"""The one timer of a worker: looks at what runs, and turns only while something does.

A task that is over before the timer fires never meets it. For the others it reports long phases, enforces the ttl,
sends lines of output, and fetches results that wait in a runner which has got stuck in a longer task.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import Final, TypeAlias, cast

from google.protobuf.timestamp_pb2 import Timestamp

from distributedkube.api.worker.v1 import worker_pb2
from distributedkube.worker import wire
from distributedkube.worker.agent.outbox import Outbox
from distributedkube.worker.agent.runner import RunnerProcess
from distributedkube.worker.agent.tasks import Ending, HeldTask, Place

TICK_SECONDS: Final = 0.025
LONG_PHASE_NS: Final = 50_000_000
"""Phases that are over sooner are not reported."""

STOPPING_REPORT_NS: Final = 1_000_000_000
"""A task that stops says so again this often, so that the control plane knows that it still does."""

STALE_RESULTS_NS: Final = 2_000_000

Phase: TypeAlias = "worker_pb2.TaskPhase.Phase.ValueType"


class Watch:
    """Looks at runners and transfers in turns."""

    def __init__(
        self,
        *,
        outbox: Outbox,
        runners: Callable[[], Iterable[RunnerProcess]],
        transfers: Callable[[], Iterable[HeldTask]],
        time_out: Callable[[HeldTask], None],
        turned: Callable[[], None],
    ) -> None:
        self._outbox = outbox
        self._runners = runners
        self._transfers = transfers
        self._time_out = time_out
        self._turned = turned
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Makes the timer turn, if it does not."""
        if self._timer is None:
            self._timer = self._loop.call_later(TICK_SECONDS, self._turn)

    def stop(self) -> None:
        """Ends the timer."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _turn(self) -> None:
        now = time.monotonic_ns()
        busy = False
        for runner in self._runners():
            busy |= self._look_at_runner(runner, now)
        for task in self._transfers():
            busy = True
            fetching = task.place is Place.FETCHING
            phase = worker_pb2.TaskPhase.PHASE_FETCHING if fetching else worker_pb2.TaskPhase.PHASE_STORING
            self._report(task, phase, task.since_ns, now)
        self._timer = self._loop.call_later(TICK_SECONDS, self._turn) if busy else None
        self._turned()

    def _look_at_runner(self, runner: RunnerProcess, now: int) -> bool:
        tasks, page = runner.tasks, runner.page
        runner.output.settle(idle=not tasks)
        current = page[wire.CURRENT]
        task = tasks.get(current)
        if task is not None:
            if next(iter(tasks)) != current and now - page[wire.BEGAN] > STALE_RESULTS_NS:
                runner.flush()
            self._look_at_task(task, cast("Phase", page[wire.PHASE]), page[wire.SINCE], page[wire.BEGAN], now)
        return bool(tasks) or runner.output.waiting

    def _look_at_task(self, task: HeldTask, phase: Phase, since: int, began: int, now: int) -> None:
        ttl = task.context.ttl_ns
        if ttl and now - began > ttl and task.ending is None:
            self._time_out(task)
        if task.ending is Ending.REVOKED:
            return
        if task.ending is not None:
            phase, since = worker_pb2.TaskPhase.PHASE_STOPPING, task.since_ns
        self._report(task, phase, since, now)

    def _report(self, task: HeldTask, phase: Phase, since: int, now: int) -> None:
        repeat = phase == worker_pb2.TaskPhase.PHASE_STOPPING and now - task.reported_ns > STOPPING_REPORT_NS
        if now - since <= LONG_PHASE_NS or (task.reported_phase == phase and not repeat):
            return
        task.reported_phase, task.reported_ns = phase, now
        began = Timestamp()
        began.FromNanoseconds(time.time_ns() - (now - since))
        self._outbox.add_event(task_phase=worker_pb2.TaskPhase(token=task.token, phase=phase, since=began))
