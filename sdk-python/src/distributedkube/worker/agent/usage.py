"""CPU and memory that the worker's processes use, from /proc; zero where there is no /proc."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from pathlib import Path


class UsageMeter:
    """Measures between calls."""

    def __init__(self, proc: Path = Path("/proc")) -> None:
        self._proc = proc
        self._ticks_per_second = os.sysconf("SC_CLK_TCK")
        self._page_bytes = os.sysconf("SC_PAGE_SIZE")
        self._last_seconds: dict[int, float] = {}
        self._last_time = time.monotonic()

    def measure(self, pids: Iterable[int]) -> tuple[float, int]:
        """Share of one core used since the last call, and resident bytes, of this process and `pids` together."""
        now, used, resident = time.monotonic(), 0.0, 0
        seconds: dict[int, float] = {}
        for pid in (os.getpid(), *pids):
            usage = self._read(pid)
            if usage is not None:
                seconds[pid] = usage[0]
                used += usage[0] - self._last_seconds.get(pid, 0.0)
                resident += usage[1]
        elapsed = max(now - self._last_time, 1e-3)
        self._last_seconds, self._last_time = seconds, now
        return used / elapsed, resident

    def _read(self, pid: int) -> tuple[float, int] | None:
        try:
            text = (self._proc / str(pid) / "stat").read_text()
        except OSError:
            return None  # It has ended, or this system keeps no such files.
        # The name of the program, in brackets, may hold anything; the numbers come after it.
        fields = text.rpartition(")")[2].split()
        seconds = (int(fields[11]) + int(fields[12])) / self._ticks_per_second
        return seconds, int(fields[21]) * self._page_bytes
