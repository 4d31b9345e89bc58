"""The agent's life, from reading its settings to its exit code."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import Any, Final

from distributedkube.api.worker.v1 import worker_pb2
from distributedkube.worker.agent.book import TaskBook
from distributedkube.worker.agent.outbox import Outbox
from distributedkube.worker.agent.session import Departure, Session
from distributedkube.worker.agent.settings import SettingsError, WorkerSettings, read_settings

FINISH_SECONDS: Final = 5.0
"""Time for the last frames to be acknowledged."""

EXIT_SETTINGS: Final = 2


def main() -> None:
    """Runs an agent in this process and exits with its code. See `settings` for the environment."""
    try:
        settings = read_settings(os.environ)
    except SettingsError as error:
        print(f"the worker cannot start: {error}", file=sys.stderr)  # noqa: T201
        raise SystemExit(EXIT_SETTINGS) from None
    raise SystemExit(asyncio.run(Agent.run(settings)))


class Agent:
    """One worker."""

    def __init__(self, settings: WorkerSettings) -> None:
        loop = asyncio.get_running_loop()
        self._departure: asyncio.Future[Departure] = loop.create_future()
        self._outbox = Outbox()
        self._session = Session(settings, self._outbox, self._leave)
        self._book = TaskBook(
            settings,
            self._outbox,
            changed=self._session.wake,
            ticked=self._session.tick,
            create_url=self._session.create_upload_url,
        )
        self._session.book = self._book
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._terminate, number)

    @classmethod
    async def run(cls, settings: WorkerSettings) -> int:
        """Works until the control plane or a signal ends it; gives the exit code."""
        agent = cls(settings)
        work = asyncio.create_task(agent._work(), name="work")
        both: list[asyncio.Future[Any]] = [work, agent._departure]
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        if work.done():
            work.result()
        departure = await agent._departure
        await agent._depart(departure)
        work.cancel()
        await asyncio.wait([work])
        return departure.exit_code

    async def _work(self) -> None:
        await self._book.start()
        await self._session.run()

    def _leave(self, departure: Departure) -> None:
        if not self._departure.done():
            self._departure.set_result(departure)

    def _terminate(self, number: int) -> None:
        self._leave(Departure(exit_code=0, reason=f"it was told to by {signal.Signals(number).name}"))

    async def _depart(self, departure: Departure) -> None:
        """No more tasks, an end for those in hand, the user's `exit`, the last frames."""
        state = worker_pb2.WorkerState(state=worker_pb2.WorkerState.STATE_EXITING, reason=departure.reason)
        self._outbox.add_event(worker_state=state)
        self._book.drain()
        self._session.wake()
        if departure.stop_tasks:
            self._book.abandon(departure.reason, departure.grace_seconds)
        if not await self._book.wait_idle(departure.grace_seconds) and not departure.stop_tasks:
            self._book.abandon(departure.reason, 0)
            await self._book.wait_idle(departure.grace_seconds)
        await self._book.stop(departure.exit_code, departure.grace_seconds)
        await self._session.finish(FINISH_SECONDS)
