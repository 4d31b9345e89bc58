"""Runs the tools of a build: each in a session of its own, without input, its output passed on a line at a time.

When a tool ends, is cancelled or takes too long, its whole process group is killed: nothing of a build outlives it. A pidfd
tells of the end, so the group is killed while its number still belongs to it.
"""

import asyncio
import os
import select
import signal
import subprocess
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from controlplane.adapters.environments.output import Excerpt, LineSplitter

READ_BYTES = 64 * 1024
REST_BYTES = 1024 * 1024
"""Of output after the end of a tool: what a pipe can hold."""

CLOSE_SECONDS = 2.0
"""How long a process that got away may hold up the end of a tool."""

_LEFT_OUT = ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__", "PYTHONSTARTUP")
"""Ours, and wrong for another interpreter."""

_PASSED_TO_CODE = (
    *("PATH", "HOME", "LANG", "LC_ALL", "TZ", "SSL_CERT_FILE"),
    *("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"),
)
"""What workers get of our environment; importing the code must not succeed here for want of less."""

Say = Callable[[str], Awaitable[None]]
"""Takes a line of output."""


class BuildError(Exception):
    """The build fails by the author's doing; the message is for the author."""


@dataclass(frozen=True, slots=True)
class Ended:
    exit_code: int
    """Negative for the number of the signal that ended it."""
    excerpt: str
    """First and last lines of the output."""


def environment_for_tools(scratch: Path) -> dict[str, str]:
    """Our own environment with the user's configuration of pip and npm; temporary files go into ``scratch``."""
    inherited = {k: v for k, v in os.environ.items() if k not in _LEFT_OUT and not k.startswith("DK_")}
    return inherited | {"TMPDIR": str(scratch), "PYTHONUNBUFFERED": "1"}


def environment_for_code(code: Path, algorithm_name: str, entry_point: str, scratch: Path) -> dict[str, str]:
    """What a worker would give the code."""
    inherited = {name: os.environ[name] for name in _PASSED_TO_CODE if name in os.environ}
    return inherited | {
        "ALGORITHM_TYPE": algorithm_name,
        "ALGORITHM_ENTRY_POINT": entry_point,
        "ALGORITHM_PATH": str(code),
        "ALGO_METRICS_DIR": str(scratch / "metrics"),
        "PYTHONUNBUFFERED": "1",
        "TMPDIR": str(scratch),
    }


async def run_tool(
    command: Sequence[str], *, cwd: Path, environment: Mapping[str, str], say: Say, limit_seconds: float
) -> Ended:
    """Runs a command to its end.

    Raises ``TimeoutError`` after ``limit_seconds`` and ``FileNotFoundError`` when there is no such program.
    """
    read_end, write_end = os.pipe()
    try:
        os.set_blocking(read_end, False)
        try:
            process = subprocess.Popen(  # noqa: ASYNC220 - starting takes a moment; all waiting is done on the event loop
                command,
                cwd=cwd,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=write_end,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        finally:
            os.close(write_end)
        pidfd = os.pidfd_open(process.pid)
        output = _Output(say)
        try:
            async with asyncio.timeout(limit_seconds):
                await _pass_on(read_end, pidfd, output)
        finally:
            rest = await _end(process, pidfd, read_end)
            os.close(pidfd)
        await output.take(rest)
        await output.finish()
        return Ended(process.returncode, output.excerpt.text())
    finally:
        os.close(read_end)


class _Output:
    """Takes what a tool prints."""

    def __init__(self, say: Say) -> None:
        self.excerpt = Excerpt()
        self._say = say
        self._splitter = LineSplitter()

    async def take(self, data: bytes) -> None:
        await self._pass(self._splitter.feed(data))

    async def finish(self) -> None:
        await self._pass(self._splitter.finish())

    async def _pass(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.excerpt.add(line)
            await self._say(line)


async def _pass_on(read_end: int, pidfd: int, output: _Output) -> None:
    """Until the process has ended; there may be a rest in the pipe then."""
    waited_for = [read_end, pidfd]
    while True:
        await _any_ready(waited_for)
        if _is_ready(pidfd):
            return
        data = _read(read_end)
        if data:
            await output.take(data)
        elif data is not None:
            waited_for.remove(read_end)  # Closed by the process, which goes on without output.


async def _end(process: subprocess.Popen[bytes], pidfd: int, read_end: int) -> bytes:
    """Kills what is left of the group, waits until it is gone, and gives what was still in the pipe.

    The children of the process are not ours to wait for, but the pipe closes with the last of them. One that left the group
    and holds the pipe is not waited for long.
    """
    _kill_group(process.pid)
    rest = b""
    try:
        await _any_ready([pidfd])
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                while (data := _read(read_end)) != b"":
                    rest = (rest + data)[-REST_BYTES:] if data else rest
                    if data is None:
                        await _any_ready([read_end])
                    await asyncio.sleep(0)
    finally:
        process.wait()
    return rest


def _read(descriptor: int) -> bytes | None:
    """None when there is nothing now, nothing when there never will be."""
    try:
        return os.read(descriptor, READ_BYTES)
    except BlockingIOError:
        return None


async def _any_ready(descriptors: Sequence[int]) -> None:
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    for descriptor in descriptors:
        loop.add_reader(descriptor, ready.set)
    try:
        await ready.wait()
    finally:
        for descriptor in descriptors:
            loop.remove_reader(descriptor)


def _is_ready(descriptor: int) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))


def _kill_group(pid: int) -> None:
    """The leader has not been waited for, so the number is still the group's."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
