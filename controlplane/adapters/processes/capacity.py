"""What this machine can hold: its own size, or less where control groups allow less, as in a container."""

import os
from collections.abc import Iterator
from pathlib import Path

import psutil

from controlplane.ports.cluster import Capacity

_MEBI = 1024 * 1024


def machine_capacity(*, own_group: Path = Path("/proc/self/cgroup"), groups: Path = Path("/sys/fs/cgroup")) -> Capacity:
    """The cores this process may use and the machine's memory, within the limits of all control groups around it."""
    cpu_milli, memory_bytes = 1000 * len(os.sched_getaffinity(0)), psutil.virtual_memory().total
    for folder in _folders(own_group, groups):
        cpu_milli = min(cpu_milli, _cpu_limit(folder) or cpu_milli)
        memory_bytes = min(memory_bytes, _memory_limit(folder) or memory_bytes)
    return Capacity(cpu_milli=cpu_milli, memory_mib=memory_bytes // _MEBI)


def _folders(own_group: Path, groups: Path) -> Iterator[Path]:
    """The own group and those around it: each may set a limit."""
    lines = _read(own_group).splitlines()
    # The unified hierarchy has the number 0 and no name.
    own = next((line.removeprefix("0::") for line in lines if line.startswith("0::")), "/")
    folder = groups / own.lstrip("/")
    yield folder
    while folder != groups and folder.is_relative_to(groups):
        folder = folder.parent
        yield folder


def _cpu_limit(folder: Path) -> int | None:
    """``cpu.max`` is how many microseconds of CPU are allowed in each period of so many; ``max`` is no limit."""
    match _read(folder / "cpu.max").split():
        case [quota, period] if quota.isdigit() and period.isdigit() and int(period):
            return max(1, 1000 * int(quota) // int(period))
        case _:
            return None


def _memory_limit(folder: Path) -> int | None:
    text = _read(folder / "memory.max").strip()
    return int(text) if text.isdigit() else None


def _read(file: Path) -> str:
    """Empty where there is no such file: the outermost group has none, and some systems have no groups at all."""
    try:
        return file.read_text()
    except OSError:
        return ""
