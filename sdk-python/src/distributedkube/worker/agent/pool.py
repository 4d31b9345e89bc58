"""The runners of a worker, one per slot: started, replaced when they crash, ended in the end."""

from __future__ import annotations

import asyncio
import importlib.util
import shutil
import tempfile
from pathlib import Path
from typing import Any, Final

import distributedkube.worker
from distributedkube.worker import wire
from distributedkube.worker.agent.logs import LogSink
from distributedkube.worker.agent.runner import RunnerOwner, RunnerProcess, RunnerSetup
from distributedkube.worker.agent.settings import WorkerSettings
from distributedkube.worker.agent.tasks import describe_exit

MAX_FAILED_STARTS: Final = 3
"""A runner that ends so often in a row before its code is loaded is not started again."""


class RunnerPool:
    """Keeps as many runners as the worker has slots."""

    def __init__(self, settings: WorkerSettings, owner: RunnerOwner, sink: LogSink) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="distributedkube-", dir=settings.work_dir))
        self._setup = RunnerSetup(
            python=settings.runner_python,
            code_dir=settings.code_dir,
            entry_point=settings.entry_point,
            support=_make_support_folder(self.folder, settings.code_dir),
            spool=self.folder,
        )
        self._owner = owner
        self._sink = sink
        self._max_inline_bytes = 0
        self._failed_starts = 0
        self._starting: set[asyncio.Task[None]] = set()
        self._leaving = False
        self.runners = [self._make() for _ in range(settings.slots)]

    @property
    def leaving(self) -> bool:
        """Whether the runners have been told to end."""
        return self._leaving

    def start(self) -> None:
        """Starts all processes. Whether their code could be loaded, the owner hears by and by."""
        for runner in self.runners:
            self._launch(runner)

    def least_busy(self) -> RunnerProcess:
        """The runner for the next task. There is one that is not blocked."""
        runners = self.runners
        if len(runners) == 1:
            return runners[0]
        return min((runner for runner in runners if not runner.blocked), key=lambda runner: len(runner.tasks))

    @property
    def blocked(self) -> int:
        """Runners whose task only waits for calls."""
        return sum(runner.blocked for runner in self.runners)

    def configure(self, max_inline_bytes: int) -> None:
        """Says how large results may be before they go into a file."""
        self._max_inline_bytes = max_inline_bytes
        for runner in self.runners:
            runner.send_config(max_inline_bytes)

    def replace(self, runner: RunnerProcess) -> RunnerProcess:
        """Puts a new runner in the place of one that has ended. It is not started when that has failed too often."""
        fresh = self.runners[self.runners.index(runner)] = self._make()
        if runner.ready:
            self._failed_starts = 0
        else:
            self._failed_starts += 1
        if self._failed_starts < MAX_FAILED_STARTS:
            self._launch(fresh)
        else:
            self._give_up(fresh, runner)
        return fresh

    async def stop(self, exit_code: int, grace_seconds: float) -> None:
        """Calls the user's `exit` in every runner and waits for the processes to end, by force if need be."""
        self._leaving = True
        for runner in self.runners:
            runner.exit(exit_code)
        await asyncio.gather(*self._starting, return_exceptions=True)
        ended = asyncio.gather(*(runner.wait() for runner in self.runners))
        done, _ = await asyncio.wait([ended], timeout=grace_seconds)
        if not done:
            for runner in self.runners:
                runner.terminate()
        await ended

    def close(self) -> None:
        """Removes the files that runners and agent share."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _make(self) -> RunnerProcess:
        runner = RunnerProcess(self._setup, self._owner, self._sink)
        if self._max_inline_bytes:
            runner.send_config(self._max_inline_bytes)
        return runner

    def _launch(self, runner: RunnerProcess) -> None:
        starting = asyncio.get_running_loop().create_task(self._start(runner), name="runner-start")
        self._starting.add(starting)
        starting.add_done_callback(self._starting.discard)

    async def _start(self, runner: RunnerProcess) -> None:
        try:
            await runner.start()
        except OSError as error:
            message = f"the interpreter {self._setup.python} cannot be run: {error}"
            self._owner.runner_ready(runner, _load_failure(type(error).__name__, message))

    def _give_up(self, fresh: RunnerProcess, ended: RunnerProcess) -> None:
        message = (
            f"the process with the user code ended {MAX_FAILED_STARTS} times before the code was loaded, the last time"
            f" {describe_exit(ended.exit_code or 0)}"
        )
        failure = _load_failure("Crash", message)
        failure["stack_trace"] = ended.output.last_lines()
        self._owner.runner_ready(fresh, failure)


def _load_failure(kind: str, message: str) -> dict[str, Any]:
    return {"category": wire.CATEGORY_LOAD, "type": kind, "message": message}


def _make_support_folder(parent: Path, code_dir: Path) -> Path:
    """A folder with links to this package and msgpack: all that a runner needs, and nothing else of our environment.

    The user's package is there as well, for the processes that user code spawns: they get the path, but not the package
    that the runner has made.
    """
    support = parent / "support"
    support.mkdir()
    (support / "distributedkube").symlink_to(Path(distributedkube.worker.__file__).parent.parent)
    msgpack = importlib.util.find_spec("msgpack")
    assert msgpack is not None, "msgpack is a dependency of this package"
    assert msgpack.origin is not None, "msgpack is a regular package"
    (support / "msgpack").symlink_to(Path(msgpack.origin).parent)
    (support / wire.USER_PACKAGE).symlink_to(code_dir)
    return support
