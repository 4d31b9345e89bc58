"""What workers themselves write, in a file each, bounded.

Workers write to the file, not to a pipe of ours: they must be able to go on writing when the control plane is gone. So the
file is cut from outside. The kernel tells when one has grown (inotify), and past a size its end is kept in a second file
and it starts anew. Lines written in that very moment may be lost; the file is for reasons shown to people.
"""

import asyncio
import ctypes
import os
import struct
from collections.abc import Sequence
from pathlib import Path

import structlog

from controlplane.domain.errors import UnavailableError

log = structlog.get_logger()

HALF_BYTES = 512 * 1024
"""Size at which a file is cut. With the end that is kept, a worker has up to 1 MiB."""

KEPT_LOGS = 100
"""Logs of workers that failed; the oldest go first."""

TAIL_LINES = 50
TAIL_BYTES = 16 * 1024

_IN_MODIFY = 0x2
_IN_FLAGS = os.O_NONBLOCK | os.O_CLOEXEC
_EVENT = struct.Struct("iIII")
_READ_BYTES = 64 * 1024


class WorkerLogs:
    """The log files of one folder."""

    def __init__(self, folder: Path, *, half_bytes: int = HALF_BYTES) -> None:
        self._folder = folder
        self._half_bytes = half_bytes
        self._open: set[str] = set()
        """Workers that run."""
        self._inotify: int | None = None
        """Watches the folder while any worker runs."""
        folder.mkdir(parents=True, exist_ok=True)

    def path(self, worker_id: str) -> Path:
        return self._folder / f"{worker_id}.log"

    def create(self, worker_id: str) -> int:
        """Descriptor to give to a new worker; the caller closes it. Raises ``UnavailableError``."""
        path = self.path(worker_id)
        try:
            # Appending, so that a worker goes on at the start after the file was cut.
            return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError as error:
            raise UnavailableError(f"the worker's log {path} cannot be written: {error.strerror}") from None

    def began(self, worker_id: str) -> None:
        """A worker runs, started or adopted: its file is kept small until it has ended."""
        self._open.add(worker_id)
        if self._inotify is None:
            self._watch()
        self._cut_if_large(worker_id)

    def ended(self, worker_id: str, *, keep: bool) -> None:
        """A worker is gone; its log is of use only if it failed."""
        self._open.discard(worker_id)
        if not self._open and self._inotify is not None:
            asyncio.get_running_loop().remove_reader(self._inotify)
            os.close(self._inotify)
            self._inotify = None
        if keep:
            self._cut_if_large(worker_id)
            self._remove_oldest()
        else:
            self._remove(worker_id)

    def tail(self, worker_id: str) -> Sequence[str]:
        """The last lines, at most 50."""
        path = self.path(worker_id)
        text = (_end_of(_older(path), TAIL_BYTES) + _end_of(path, TAIL_BYTES))[-TAIL_BYTES:]
        return text.decode(errors="replace").splitlines()[-TAIL_LINES:]

    def _remove(self, worker_id: str) -> None:
        path = self.path(worker_id)
        path.unlink(missing_ok=True)
        _older(path).unlink(missing_ok=True)

    def _remove_oldest(self) -> None:
        ended = [path for path in self._folder.glob("*.log") if path.stem not in self._open]
        for path in sorted(ended, key=lambda path: path.stat().st_mtime_ns)[:-KEPT_LOGS]:
            self._remove(path.stem)

    def _watch(self) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        inotify = libc.inotify_init1(_IN_FLAGS)
        if inotify < 0 or libc.inotify_add_watch(inotify, os.fsencode(self._folder), _IN_MODIFY) < 0:
            # Workers matter more than the size of their logs.
            log.warning("worker_logs_not_watched", reason=os.strerror(ctypes.get_errno()))
            if inotify >= 0:
                os.close(inotify)
            return
        self._inotify = inotify
        asyncio.get_running_loop().add_reader(inotify, self._on_modified, inotify)

    def _on_modified(self, inotify: int) -> None:
        data, start = os.read(inotify, _READ_BYTES), 0
        names = set()
        while start < len(data):
            _, _, _, length = _EVENT.unpack_from(data, start)
            start += _EVENT.size
            names.add(os.fsdecode(data[start : start + length].rstrip(b"\0")))
            start += length
        # An overflow of the kernel's queue has no name: then any file may have grown.
        grown = self._open if "" in names else {name.removesuffix(".log") for name in names} & self._open
        for worker_id in grown:
            self._cut_if_large(worker_id)

    def _cut_if_large(self, worker_id: str) -> None:
        path = self.path(worker_id)
        try:
            if path.stat().st_size <= self._half_bytes:
                return
        except FileNotFoundError:
            return  # An adopted worker may write elsewhere.
        try:
            _older(path).write_bytes(_end_of(path, self._half_bytes))
        except OSError as error:
            log.warning("worker_log_not_kept", worker_id=worker_id, reason=error.strerror)
        os.truncate(path, 0)


def _older(path: Path) -> Path:
    return path.with_name(f"{path.name}.1")


def _end_of(path: Path, size: int) -> bytes:
    """The last bytes of a file; nothing when there is none."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - size))
            return file.read(size)
    except FileNotFoundError:
        return b""
