"""Topics about the whole: counts for badges, workers, and the program itself."""

import asyncio
from collections import Counter
from contextlib import aclosing
from typing import Any

from controlplane.domain.catalog_records import OPEN_BUILDS
from controlplane.domain.merge_patch import Document
from controlplane.domain.values import Json
from controlplane.ports.demand import ConnectedWorker
from controlplane.roles.following import Follower
from controlplane.roles.watching.source import Bell
from controlplane.roles.watching.tools import WatchTools, WorkNews, ringing

MAX_QUEUES = 100
"""Algorithms whose tasks are told one by one, those with most of them; the others are only in the sum."""

MAX_WORKERS = 1000
"""Workers that are told one by one."""


class CountersSource:
    """``counters``: what badges show."""

    def __init__(self, tools: WatchTools, work: WorkNews) -> None:
        self._tools = tools
        self._work = work
        self._builds: set[str] = set()

    async def follow(self, bell: Bell) -> None:
        def heard(_job_id: str, _ended: bool) -> None:
            bell.ring()  # Ends too: many jobs may end in a moment.

        builds = Follower(
            self._tools.store,
            self._tools.clock,
            OPEN_BUILDS,
            put=lambda entry: self._builds.add(entry.key),
            gone=self._builds.discard,
            begin=self._builds.clear,
            settled=bell.ring,
        )
        async with ringing(bell, self._tools.jobs.listen(heard), self._work.add(bell.ring)):
            await builds.start()
            await builds.run()

    async def content(self) -> Document:
        demand = self._tools.demand.demand()
        waiting = sorted(((each.tasks, name) for name, each in demand.items() if each.tasks), reverse=True)
        workers = Counter(_phase(worker) for worker in self._tools.demand.connected())
        return {
            "jobs": {state.value: count for state, count in self._tools.jobs.states().items()},
            "tasks": sum(tasks for tasks, _ in waiting),
            "queues": {name: tasks for tasks, name in waiting[:MAX_QUEUES]},
            "builds": len(self._builds),
            "workers": {"total": workers.total(), **workers},
            "health": self._tools.health(),
        }


class WorkersSource:
    """``workers``: all of them, or those of one algorithm."""

    def __init__(self, tools: WatchTools, work: WorkNews, algorithm: str) -> None:
        self._tools = tools
        self._work = work
        self._algorithm = algorithm

    async def follow(self, bell: Bell) -> None:
        async with ringing(bell, self._work.add(bell.ring)), aclosing(self._tools.cluster.events()) as events:
            async for _ in events:
                bell.ring()

    async def content(self) -> Document:
        rows: dict[str, Json] = {
            worker.worker_id: {
                "workerId": worker.worker_id,
                "algorithmName": worker.algorithm_name,
                "version": worker.algorithm_version,
                "status": "starting",
                "startTime": int(worker.started_at * 1000),
            }
            for worker in await self._tools.cluster.workers()
            if self._algorithm in ("", worker.algorithm_name)
        }
        for connected in self._tools.demand.connected():
            if self._algorithm in ("", connected.algorithm):
                row: Any = rows.setdefault(connected.worker_id, {})
                row.update(_row(connected))
        shown = dict(list(rows.items())[:MAX_WORKERS])
        return {"rows": shown, "total": len(rows)}


def _phase(worker: ConnectedWorker) -> str:
    return "blocked" if worker.blocked else "busy" if worker.busy else "idle"


def _row(worker: ConnectedWorker) -> Document:
    return {
        "workerId": worker.worker_id,
        "algorithmName": worker.algorithm,
        "version": worker.version,
        "host": worker.host,
        "status": _phase(worker),
    }


class SystemSource:
    """``system``: how the program is, and what keeps workers from being placed."""

    def __init__(self, tools: WatchTools, work: WorkNews) -> None:
        self._tools = tools
        self._work = work

    async def follow(self, bell: Bell) -> None:
        async with ringing(bell, self._work.add(bell.ring)):
            await asyncio.Event().wait()  # Until nobody watches any more.

    async def content(self) -> Document:
        warnings: dict[str, Json] = {
            unplaced.algorithm: {
                "reason": unplaced.obstacle.value,
                "message": unplaced.sentence,
                "since": int(unplaced.since * 1000),
            }
            for unplaced in self._tools.placement.unplaced()
        }
        return {**self._tools.about(), "health": self._tools.health(), "warnings": warnings}
