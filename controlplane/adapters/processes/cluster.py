"""A ``Cluster`` of local processes.

Each worker leads a session of its own, so a Ctrl-C in the terminal does not reach it and its whole group can be ended. Its
end is learnt from a pidfd, also for workers that an earlier control plane started.
"""

import asyncio
import json
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self

import psutil
import structlog

from controlplane.adapters.processes.launch import command_of, environment_of, environment_of_process, parse_runtime
from controlplane.domain.errors import UnavailableError
from controlplane.ports.cluster import (
    Capacity,
    ClusterEvent,
    RunningWorker,
    WorkerEnded,
    WorkerSpec,
    WorkerStarted,
)
from controlplane.ports.system import Clock, Ids

log = structlog.get_logger()

WORKER_ID_CHARACTERS = 12
TAIL_BYTES = 16 * 1024
TAIL_LINES = 50
MAX_EVENTS = 10_000
NOTE = ".worker.json"
"""Ending of the file that names a worker's process while it runs."""

_MEBI = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessSettings:
    orphan_seconds: float = 60.0
    """Workers end by themselves when no control plane has answered for so long."""
    close_grace_seconds: float = 5.0
    """Time that workers get to end when the cluster closes."""
    kill_wait_seconds: float = 5.0
    """How long a killed process may take to be gone."""


@dataclass(eq=False, slots=True)
class _Process:
    worker: RunningWorker
    pid: int
    pidfd: int
    log_path: Path
    child: bool
    """Whether we started it, so that its exit code is ours to collect."""
    gone: asyncio.Event = field(default_factory=asyncio.Event)


class _Subscription:
    """Events from its making on, until it is closed."""

    def __init__(self, subscribers: "set[_Subscription]") -> None:
        self.queue: asyncio.Queue[ClusterEvent] = asyncio.Queue(MAX_EVENTS)
        self._subscribers = subscribers
        subscribers.add(self)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> ClusterEvent:
        return await self.queue.get()

    async def aclose(self) -> None:
        self._subscribers.discard(self)

    def put(self, event: ClusterEvent) -> None:
        if self.queue.full():
            # A reader that far behind will see the truth in `workers()`.
            self.queue.get_nowait()
        self.queue.put_nowait(event)


class ProcessCluster:
    """Implements ``Cluster``."""

    def __init__(
        self,
        *,
        gateway: Callable[[], str],
        token: Callable[[str, str], str],
        commands: Mapping[str, Sequence[str]],
        log_dir: Path,
        capacity: Capacity | None,
        clock: Clock,
        ids: Ids,
        settings: ProcessSettings,
    ) -> None:
        """``token(algorithm, worker id)`` is a worker's identity; ``commands`` is the worker's command line by language."""
        self._gateway = gateway
        self._token = token
        self._commands = commands
        self._log_dir = log_dir
        self._capacity = capacity or self.machine_capacity()
        self._clock = clock
        self._ids = ids
        self._settings = settings
        self._processes: dict[str, _Process] = {}
        self._subscribers: set[_Subscription] = set()
        log_dir.mkdir(parents=True, exist_ok=True)
        self._adopt_noted()

    @staticmethod
    def machine_capacity() -> Capacity:
        """The cores this process may use, and the machine's memory or its control group's share of it."""
        memory = psutil.virtual_memory().total
        with suppress(OSError, ValueError):
            memory = min(memory, int(Path("/sys/fs/cgroup/memory.max").read_text()))
        return Capacity(cpu_milli=1000 * len(os.sched_getaffinity(0)), memory_mib=memory // _MEBI)

    async def start_worker(self, spec: WorkerSpec) -> RunningWorker:
        runtime = parse_runtime(spec.runtime)
        worker_id = self._ids.text(WORKER_ID_CHARACTERS)
        environment = environment_of(
            spec,
            runtime,
            worker_id=worker_id,
            gateway=self._gateway(),
            token=self._token(spec.algorithm_name, worker_id),
            orphan_seconds=self._settings.orphan_seconds,
            scratch=self._log_dir / worker_id,
        )
        worker = RunningWorker(
            worker_id=worker_id,
            algorithm_name=spec.algorithm_name,
            algorithm_version=spec.algorithm_version,
            cpu_milli=spec.cpu_milli,
            memory_mib=spec.memory_mib,
            started_at=self._clock.now(),
        )
        log_path = self._log_dir / f"{worker_id}.log"
        pid = self._spawn(command_of(runtime, self._commands), environment, runtime.code_dir, log_path)
        self._watch(_Process(worker, pid, os.pidfd_open(pid), log_path, child=True))
        self._note(worker, pid)
        self._publish(WorkerStarted(worker=worker))
        return worker

    def _note(self, worker: RunningWorker, pid: int) -> None:
        """Leaves word of a worker for the next control plane, in case this one dies."""
        (self._log_dir / f"{worker.worker_id}{NOTE}").write_text(json.dumps({"pid": pid, **asdict(worker)}))

    def _adopt_noted(self) -> None:
        """Takes over the workers that an earlier control plane left word of and that still run."""
        for note in self._log_dir.glob(f"*{NOTE}"):
            try:
                plain = json.loads(note.read_text())
                pid, worker = plain.pop("pid"), RunningWorker(**plain)
            except (OSError, ValueError, TypeError, KeyError):
                note.unlink(missing_ok=True)  # cut off while it was written: that worker will introduce itself
                continue
            if not self.adopt(worker, host="", pid=pid):
                note.unlink(missing_ok=True)

    @staticmethod
    def _spawn(command: Sequence[str], environment: Mapping[str, str], cwd: Path, log_path: Path) -> int:
        """Starts a process in a session of its own; its output goes to the file."""
        try:
            output = os.open(log_path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError as error:
            raise UnavailableError(f"the worker's log {log_path} cannot be written: {error.strerror}") from None
        try:
            if not cwd.is_dir():
                raise UnavailableError(f"the environment {cwd.parent} is gone; apply the algorithm again")
            actions = [
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_DUP2, output, 1),
                (os.POSIX_SPAWN_DUP2, output, 2),
            ]
            return os.posix_spawnp(command[0], list(command), environment, file_actions=actions, setsid=True)
        except FileNotFoundError:
            raise UnavailableError(f"{command[0]} is not installed or not on PATH; install it and try again") from None
        except OSError as error:
            raise UnavailableError(f"{command[0]} cannot be started: {error.strerror}") from None
        finally:
            os.close(output)

    def adopt(self, worker: RunningWorker, *, host: str, pid: int) -> bool:
        if worker.worker_id in self._processes:
            return True
        if environment_of_process(pid).get("DK_WORKER_ID") != worker.worker_id:
            return False
        try:
            pidfd = os.pidfd_open(pid)
        except OSError:
            return False
        self._watch(_Process(worker, pid, pidfd, self._log_dir / f"{worker.worker_id}.log", child=False))
        log.info("worker_adopted", worker_id=worker.worker_id, host=host, pid=pid)
        return True

    def _watch(self, process: _Process) -> None:
        self._processes[process.worker.worker_id] = process
        asyncio.get_running_loop().add_reader(process.pidfd, self._ended, process)

    def _ended(self, process: _Process) -> None:
        """The pidfd is readable: the process is gone."""
        asyncio.get_running_loop().remove_reader(process.pidfd)
        os.close(process.pidfd)
        # What the worker left behind in its group must not outlive it; before its number can be another's.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        exit_code = _collect(process.pid) if process.child else None
        worker = process.worker
        self._processes.pop(worker.worker_id, None)
        self._publish(
            WorkerEnded(
                worker_id=worker.worker_id,
                algorithm_name=worker.algorithm_name,
                exit_code=exit_code,
                last_lines=_tail(process.log_path),
            )
        )
        (self._log_dir / f"{worker.worker_id}{NOTE}").unlink(missing_ok=True)
        if exit_code == 0:
            process.log_path.unlink(missing_ok=True)
        process.gone.set()

    async def stop_worker(self, worker_id: str, *, grace_seconds: float) -> None:
        process = self._processes.get(worker_id)
        if process is None:
            return
        _signal(process, signal.SIGTERM)
        if await _gone_within(process, grace_seconds):
            return
        log.warning("worker_killed", worker_id=worker_id, reason="it did not end in time")
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        await _gone_within(process, self._settings.kill_wait_seconds)

    async def workers(self) -> Sequence[RunningWorker]:
        return [process.worker for process in self._processes.values()]

    async def capacity(self) -> Capacity:
        return self._capacity

    def events(self) -> "_Subscription":
        return _Subscription(self._subscribers)

    def _publish(self, event: ClusterEvent) -> None:
        for subscription in self._subscribers:
            subscription.put(event)

    async def close(self) -> None:
        grace = self._settings.close_grace_seconds
        await asyncio.gather(*(self.stop_worker(name, grace_seconds=grace) for name in list(self._processes)))


def _collect(pid: int) -> int | None:
    try:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    except ChildProcessError:
        return None


def _signal(process: _Process, number: signal.Signals) -> None:
    """To the worker alone, through the pidfd, so that it can never be a newer process of the same number."""
    with suppress(ProcessLookupError):
        signal.pidfd_send_signal(process.pidfd, number)


async def _gone_within(process: _Process, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await process.gone.wait()
    except TimeoutError:
        return False
    return True


def _tail(path: Path) -> Sequence[str]:
    """The last lines of a file."""
    try:
        with path.open("rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - TAIL_BYTES))
            text = file.read().decode(errors="replace")
    except OSError:
        return ()
    return text.splitlines()[-TAIL_LINES:]
