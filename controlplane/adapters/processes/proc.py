"""Processes by the worker they belong to. All that a worker starts inherits ``DK_WORKER_ID``, whatever session it is in.

A pidfd is opened before a process is looked at, so that what was looked at and what is signalled are one process, even
when its number is given to another meanwhile.
"""

import os
import signal
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path

WORKER_ID = "DK_WORKER_ID"


def open_worker(pid: int, worker_ids: Collection[str]) -> int | None:
    """A pidfd of a running process of ours that belongs to one of the workers; None when it is no such process.

    The caller closes it.
    """
    try:
        pidfd = os.pidfd_open(pid)
    except (OSError, ValueError):
        return None
    if _is_ours(pid) and environment_of_process(pid).get(WORKER_ID) in worker_ids:
        return pidfd
    os.close(pidfd)
    return None


def kill_remains(worker_ids: Collection[str]) -> int:
    """Kills what is left of workers that have ended, and says how many processes that were. Blocks for some milliseconds.

    A worker's group is not enough: user code runs in sessions of its own, so that agents survive its signals.
    """
    killed = 0
    for name in os.listdir("/proc"):
        if not name.isdigit() or int(name) == os.getpid():
            continue
        pidfd = open_worker(int(name), worker_ids)
        if pidfd is None:
            continue
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(pidfd, signal.SIGKILL)
            killed += 1
        os.close(pidfd)
    return killed


def environment_of_process(pid: int) -> Mapping[str, str]:
    """The variables a running process was started with; empty when it cannot be read."""
    try:
        data = Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return {}
    pairs = (entry.partition(b"=") for entry in data.split(b"\0") if entry)
    return {name.decode(errors="replace"): value.decode(errors="replace") for name, _, value in pairs}


def _is_ours(pid: int) -> bool:
    try:
        return os.stat(f"/proc/{pid}").st_uid == os.getuid()
    except OSError:
        return False
