"""One runner as the agent sees it: a process, two sockets, two pipes and a page."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import mmap
import os
import signal
import socket
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from distributedkube.worker import wire
from distributedkube.worker.agent.contexts import AgentContext
from distributedkube.worker.agent.logs import CapturedPipe, LogCapture, LogSink

if TYPE_CHECKING:
    from distributedkube.worker.agent.tasks import HeldTask

RECEIVE_BYTES: Final = 1 << 18
KILL_SECONDS: Final = 5.0
"""Between asking a process to end and ending it."""

_LAUNCH = Path(__file__).parent.parent / "runner" / "launch.py"
_HIDDEN = ("DK_WORKER_TOKEN",)
"""Variables that user code has no business with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunnerSetup:
    """What all runners of a worker have in common."""

    python: str
    code_dir: Path
    entry_point: str
    support: Path
    """Folder with this package and msgpack, for an environment that has neither."""
    spool: Path
    """Folder for large results."""


class RunnerOwner(Protocol):
    """Who hears of what a runner does."""

    def runner_ready(self, runner: RunnerProcess, failure: dict[str, Any] | None) -> None:
        """The code is loaded, or cannot be."""

    def runner_results(self, runner: RunnerProcess, results: list[list[Any]]) -> None:
        """Tasks have ended."""

    def runner_released(self, runner: RunnerProcess, number: int) -> None:
        """A task that was to be stopped had not begun."""

    def runner_progress(self, runner: RunnerProcess, message: list[Any]) -> None:
        """A task has said how far it is."""

    def runner_calls(self, runner: RunnerProcess, message: list[Any]) -> None:
        """User code calls, gives a call up, or waits: a `wire.CALL`, `wire.CANCEL_CALL` or `wire.WAITS` message."""

    def runner_printed(self) -> None:
        """There is output that has to be looked at soon."""

    def runner_exited(self, runner: RunnerProcess) -> None:
        """The process has ended; everything that it sent has been delivered."""


class FrameSocket:
    """The agent's end of a socket: never waits, keeps what the runner does not take yet."""

    def __init__(self, sock: socket.socket, handle: Callable[[Any], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._socket = sock
        self._handle = handle
        self._reader = wire.FrameReader()
        self._unsent = bytearray()
        sock.setblocking(False)
        self._loop.add_reader(sock, self.read)

    def send(self, data: bytes) -> None:
        """Sends a frame, now or as soon as there is room."""
        if not self._unsent:
            sent = self._try_send(data)
            if sent == len(data):
                return
            data = data[sent:]
            self._loop.add_writer(self._socket, self._send_rest)
        self._unsent += data

    def read(self) -> bool:
        """Handles what is there; False when nothing is."""
        try:
            data = self._socket.recv(RECEIVE_BYTES)
        except BlockingIOError:
            return False
        except ConnectionError:
            data = b""
        if not data:
            self._loop.remove_reader(self._socket)
            return False
        for message in self._reader.feed(data):
            self._handle(message)
        return True

    def close(self) -> None:
        """Closes this end."""
        self._loop.remove_reader(self._socket)
        self._loop.remove_writer(self._socket)
        self._socket.close()

    def _send_rest(self) -> None:
        del self._unsent[: self._try_send(self._unsent)]
        if not self._unsent:
            self._loop.remove_writer(self._socket)

    def _try_send(self, data: bytes | bytearray) -> int:
        try:
            return self._socket.send(data)
        except BlockingIOError:
            return 0
        except ConnectionError:
            return len(data)  # The process has ended, of which its owner is about to hear.


class RunnerProcess:
    """A runner. It takes messages from the moment it is made, and handles them once its code is loaded."""

    def __init__(self, setup: RunnerSetup, owner: RunnerOwner, sink: LogSink) -> None:
        self._setup = setup
        self._owner = owner
        self._loop = asyncio.get_running_loop()
        with tempfile.TemporaryFile(dir=setup.spool) as file:
            file.truncate(wire.PAGE_BYTES)
            self._page_fd = fcntl.fcntl(file, fcntl.F_DUPFD_CLOEXEC, 0)
        self.page = memoryview(mmap.mmap(self._page_fd, wire.PAGE_BYTES)).cast("Q")
        data, self._their_data = socket.socketpair()
        control, self._their_control = socket.socketpair()
        self._data = FrameSocket(data, self._handle_data)
        self._control = FrameSocket(control, self._handle_control)
        (out, self._their_out), (err, self._their_err) = os.pipe(), os.pipe()
        self.output = LogCapture((out, err), self.page, sink, self._token_of)
        for pipe in self.output.pipes:
            self._loop.add_reader(pipe, self._read_output, pipe)
        self.tasks: dict[int, HeldTask] = {}  # All that it has and has not answered for, in order.
        self._known: set[int] = set()
        self._process: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None
        self._kill_timer: asyncio.TimerHandle | None = None
        self.ready = False
        self.blocked = False  # Its task only waits for calls; nothing is handed to it meanwhile.
        self._last_number = 0

    @property
    def pid(self) -> int:
        """Its process id, 0 before it has one."""
        return self._process.pid if self._process is not None else 0

    @property
    def exit_code(self) -> int | None:
        """Exit code, negative for a signal; None while it runs."""
        return self._process.returncode if self._process is not None else None

    async def start(self) -> None:
        """Starts the process. Raises OSError when the interpreter cannot be run."""
        theirs = (self._their_data.fileno(), self._their_control.fileno(), self._page_fd)
        options = {
            "support": str(self._setup.support),
            "data": theirs[0],
            "control": theirs[1],
            "page": theirs[2],
            "code_dir": str(self._setup.code_dir),
            "entry_point": self._setup.entry_point,
            "spool": str(self._setup.spool),
        }
        try:
            self._process = await asyncio.create_subprocess_exec(
                self._setup.python,
                str(_LAUNCH),
                json.dumps(options),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=self._their_out,
                stderr=self._their_err,
                cwd=self._setup.code_dir,
                env={name: value for name, value in os.environ.items() if name not in _HIDDEN},
                pass_fds=theirs,
                start_new_session=True,
            )
        finally:
            self._close_theirs()
        self._watch = self._loop.create_task(self._wait(), name="runner-exit")

    def send_config(self, max_inline_bytes: int) -> None:
        """Says how large results may be before they go into a file."""
        self._data.send(wire.frame([wire.CONFIG, max_inline_bytes]))

    def send_tasks(self, contexts: Iterable[AgentContext], tasks: list[list[Any]]) -> None:
        """Hands out tasks, in order, with the contexts they use; a task begins with a number from `next_number`."""
        for context in contexts:
            if context.number not in self._known:
                self._known.add(context.number)
                self._data.send(context.message)
        self._data.send(wire.frame([wire.TASKS, tasks]))

    def next_number(self) -> int:
        """A number for a task, higher than those before."""
        self._last_number += 1
        return self._last_number

    def drop_context(self, context: AgentContext) -> None:
        """Lets the runner forget a context."""
        if context.number in self._known:
            self._known.discard(context.number)
            self._data.send(wire.frame([wire.DROP_CONTEXT, context.number]))

    def cancel(self, number: int, *, force: bool, reason: str) -> None:
        """Tells a task to stop, or takes it back when it has not begun."""
        self._control.send(wire.frame([wire.CANCEL, number, force, reason]))

    def recall(self, number: int) -> None:
        """Takes a task back, if it has not begun."""
        self._control.send(wire.frame([wire.RECALL, number]))

    def answer(self, number: int, call_id: str, answer: Iterable[Any]) -> None:
        """Hands the task that runs the answer to a call."""
        self._control.send(wire.frame([wire.ANSWER, number, call_id, *answer]))

    def flush(self) -> None:
        """Asks for the results of tasks before the one that runs."""
        self._control.send(wire.frame([wire.FLUSH]))

    def exit(self, code: int) -> None:
        """Asks the process to call the user's `exit` and end, after the tasks it has."""
        self._data.send(wire.frame([wire.EXIT, code]))

    def terminate(self) -> None:
        """Ends the process: first politely, a little later for good."""
        if self._kill_timer is None and self.exit_code is None:
            self._signal(signal.SIGTERM)
            self._kill_timer = self._loop.call_later(KILL_SECONDS, self._signal, signal.SIGKILL)

    def spare(self) -> None:
        """Takes `terminate` back, when the process has come to itself in time."""
        if self._kill_timer is not None:
            self._kill_timer.cancel()
            self._kill_timer = None

    async def wait(self) -> None:
        """Waits until the process has ended and its owner knows."""
        if self._watch is not None:
            await asyncio.shield(self._watch)

    def _token_of(self, number: int) -> bytes:
        task = self.tasks.get(number)
        return task.token if task is not None else b""

    def _handle_data(self, message: list[Any]) -> None:
        if message[0] == wire.RESULTS:
            self._owner.runner_results(self, message[1])
        elif message[0] == wire.PROGRESS:
            self._owner.runner_progress(self, message)
        elif message[0] in (wire.CALL, wire.CANCEL_CALL, wire.WAITS):
            self._owner.runner_calls(self, message)
        elif message[0] == wire.READY:
            self.ready = True
            self._owner.runner_ready(self, message[1])

    def _handle_control(self, message: list[Any]) -> None:
        if message[0] == wire.RELEASED:
            self._owner.runner_released(self, message[1])

    def _read_output(self, pipe: CapturedPipe) -> None:
        if not self.output.read(pipe):
            self._loop.remove_reader(pipe)
        self._owner.runner_printed()

    def _signal(self, number: int) -> None:
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(number)

    async def _wait(self) -> None:
        assert self._process is not None
        await self._process.wait()
        self.spare()
        # What it has started goes with it; a process that left its group on purpose stays.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        while self._data.read() or self._control.read():
            continue
        for pipe in self.output.pipes:
            self._loop.remove_reader(pipe)
        self._owner.runner_exited(self)
        self._close_ours()

    def _close_theirs(self) -> None:
        self._their_data.close()
        self._their_control.close()
        os.close(self._page_fd)
        os.close(self._their_out)
        os.close(self._their_err)

    def _close_ours(self) -> None:
        self._data.close()
        self._control.close()
        self.output.close()
