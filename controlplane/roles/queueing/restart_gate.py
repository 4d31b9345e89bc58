"""After a restart, recovered tasks wait a while for the workers that may have them already."""

import asyncio
from collections.abc import Callable, Sequence

from controlplane.roles.queueing.task_run import TaskRun


class RestartGate:
    """Open from the start, unless workers are expected back."""

    def __init__(self, opened: Callable[[Sequence[TaskRun]], None]) -> None:
        self._opened = opened
        self._awaited: set[str] = set()
        """Sessions from before the restart that may come back."""
        self._runs: list[TaskRun] = []

    def await_sessions(self, session_ids: Sequence[str], seconds: float) -> None:
        """Closes until these have come back, and for no longer than this."""
        self._awaited.update(session_ids)
        if self._awaited:
            asyncio.get_running_loop().call_later(seconds, self._open)

    def awaits(self, session_id: str) -> bool:
        return session_id in self._awaited

    def keep(self, run: TaskRun) -> None:
        """Recovered tasks came in: their run is granted to nobody while the gate is closed."""
        if self._awaited and not run.gated:
            run.gated = True
            self._runs.append(run)

    def arrived(self, session_id: str) -> None:
        if session_id in self._awaited:
            self._awaited.discard(session_id)
            if not self._awaited:
                self._open()

    def _open(self) -> None:
        self._awaited.clear()
        runs, self._runs = self._runs, []
        for run in runs:
            run.gated = False
        self._opened([run for run in runs if not run.cancelled])
