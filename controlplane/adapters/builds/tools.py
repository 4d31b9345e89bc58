"""Runs the tools of a build: pip, npm, a shell. Their lines come as they are written; the whole group ends with the build."""

import asyncio
import os
import signal
from collections import deque
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

FIRST_LINES = 10
LAST_LINES = 40
MAX_LINE_BYTES = 64 * 1024


class ToolMissingError(Exception):
    """The program is not installed."""


@dataclass(slots=True)
class ToolRun:
    """What became of a tool, once ``lines`` has ended."""

    exit_code: int = 0
    timed_out: bool = False
    first: list[str] = field(default_factory=list)
    last: deque[str] = field(default_factory=lambda: deque(maxlen=LAST_LINES))
    count: int = 0

    def note(self, line: str) -> None:
        self.count += 1
        if len(self.first) < FIRST_LINES:
            self.first.append(line)
        else:
            self.last.append(line)

    def excerpt(self) -> str:
        """The beginning and the end of what it wrote."""
        left_out = self.count - len(self.first) - len(self.last)
        gap = [f"... {left_out} lines ..."] if left_out > 0 else []
        return "\n".join([*self.first, *gap, *self.last])


async def lines(
    run: ToolRun,
    command: Sequence[str],
    *,
    cwd: Path,
    environment: Mapping[str, str],
    timeout_seconds: float | None = None,
) -> AsyncGenerator[str, None]:
    """Lines of standard output and error; ``run`` tells the rest afterwards. Closing this ends the tool and its children.

    Raises ``ToolMissingError``.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=cwd,
            env=dict(environment),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            limit=MAX_LINE_BYTES,
            start_new_session=True,
        )
    except FileNotFoundError:
        raise ToolMissingError(command[0]) from None
    assert process.stdout is not None
    try:
        async with asyncio.timeout(timeout_seconds):
            async for line in _lines_of(process.stdout):
                run.note(line)
                yield line
            run.exit_code = await process.wait()
    except TimeoutError:
        run.timed_out = True
    finally:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


async def _lines_of(stream: asyncio.StreamReader) -> AsyncGenerator[str, None]:
    while True:
        try:
            data = await stream.readuntil(b"\n")
        except asyncio.IncompleteReadError as error:
            if error.partial:
                yield error.partial.decode(errors="replace")
            return
        except asyncio.LimitOverrunError as error:
            data = await stream.readexactly(error.consumed)
        yield data.decode(errors="replace").rstrip("\r\n")
