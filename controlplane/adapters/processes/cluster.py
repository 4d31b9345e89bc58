"""A ``Cluster`` of local processes.

Each worker leads a session of its own, so a Ctrl-C in the terminal does not reach it and its whole group can be ended. Its
end is learnt from a pidfd, also for workers that an earlier control plane started, and then what it leaves behind is ended.
"""

import asyncio
import json
import os
import shutil
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self

import structlog

from controlplane.adapters.processes.capacity import machine_capacity
from controlplane.adapters.processes.launch import Runtime, command_of, environment_of, missing, parse_runtime
from controlplane.adapters.processes.proc import kill_remains, open_worker
from controlplane.adapters.processes.worker_logs import WorkerLogs
from controlplane.domain.catalog_records import IMAGE
from controlplane.domain.errors import UnavailableError
from controlplane.ports.cluster import (
    Capacity,
    ClusterEvent,
    Machine,
    RunningWorker,
    WorkerEnded,
    WorkerSpec,
    WorkerStarted,
)
from controlplane.ports.system import Clock, Ids

log = structlog.get_logger()

WORKER_ID_CHARACTERS = 12
MACHINE = "local"
"""Name of the only machine."""
MAX_EVENTS = 10_000
NOTE = ".worker.json"
"""Ending of the file that names a worker's process while it runs."""


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
    child: bool
    """Whether we started it, so that its exit code is ours to collect."""
    over: bool = False
    """Its pidfd is closed and its number may soon be another's."""
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    """It and all that it started."""


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
        self._endings: set[asyncio.Task[None]] = set()
        self._closed = False
        self._logs = WorkerLogs(log_dir)
        self._adopt_noted()

    @staticmethod
    def machine_capacity() -> Capacity:
        """The cores this process may use and the machine's memory, or what its control groups allow of them."""
        return machine_capacity()

    async def start_worker(self, spec: WorkerSpec) -> RunningWorker:
        if self._closed:
            raise UnavailableError("the control plane is ending; no worker is started any more")
        runtime = parse_runtime(spec.runtime)
        command = command_of(runtime, self._commands)
        worker_id = self._ids.text(WORKER_ID_CHARACTERS)
        worker = RunningWorker(
            worker_id=worker_id,
            algorithm_name=spec.algorithm_name,
            algorithm_version=spec.algorithm_version,
            cpu_milli=spec.cpu_milli,
            memory_mib=spec.memory_mib,
            started_at=self._clock.now(),
        )
        try:
            pid, pidfd = self._spawn(command, self._environment(spec, runtime, worker_id), runtime, worker_id)
        except UnavailableError:
            self._logs.ended(worker_id, keep=False)
            shutil.rmtree(self._scratch(worker_id), ignore_errors=True)
            raise
        self._watch(_Process(worker, pid, pidfd, child=True))
        self._note(worker, pid)
        self._publish(WorkerStarted(worker=worker))
        return worker

    def _environment(self, spec: WorkerSpec, runtime: Runtime, worker_id: str) -> dict[str, str]:
        metrics_dir, work_dir = (self._scratch(worker_id) / name for name in ("metrics", "work"))
        for folder in (metrics_dir, work_dir):
            try:
                folder.mkdir(parents=True)
            except OSError as error:
                raise UnavailableError(f"the worker's folder {folder} cannot be made: {error.strerror}") from None
        return environment_of(
            spec,
            runtime,
            worker_id=worker_id,
            gateway=self._gateway(),
            token=self._token(spec.algorithm_name, worker_id),
            orphan_seconds=self._settings.orphan_seconds,
            metrics_dir=metrics_dir,
            work_dir=work_dir,
        )

    def _scratch(self, worker_id: str) -> Path:
        """Folder that goes with its worker."""
        return self._log_dir / worker_id

    def _note(self, worker: RunningWorker, pid: int) -> None:
        """Leaves word of a worker for the next control plane, in case this one dies."""
        note = self._log_dir / f"{worker.worker_id}{NOTE}"
        try:
            note.write_text(json.dumps({"pid": pid, **asdict(worker)}))
        except OSError as error:
            # The worker runs all the same, and introduces itself to whoever listens.
            log.warning("worker_not_noted", worker_id=worker.worker_id, reason=error.strerror)

    def _adopt_noted(self) -> None:
        """Takes over the workers that an earlier control plane left word of and that still run."""
        ended = []
        for note in self._log_dir.glob(f"*{NOTE}"):
            worker_id = note.name.removesuffix(NOTE)
            try:
                plain = json.loads(note.read_text())
                pid, worker = plain.pop("pid"), RunningWorker(**plain)
            except (OSError, ValueError, TypeError, KeyError, AttributeError):
                note.unlink(missing_ok=True)  # Cut off while it was written: that worker will introduce itself.
                continue
            if not self.adopt(worker, host="", pid=pid):
                ended.append(worker_id)
                note.unlink(missing_ok=True)
                shutil.rmtree(self._scratch(worker_id), ignore_errors=True)
        if ended:
            kill_remains(ended)

    def _spawn(
        self, command: Sequence[str], environment: Mapping[str, str], runtime: Runtime, worker_id: str
    ) -> tuple[int, int]:
        """Starts a process in a session of its own; its output goes to its log. Returns its number and a pidfd."""
        if not runtime.code_dir.is_dir():
            raise UnavailableError(f"the environment {runtime.path} is gone; apply the algorithm again")
        output = self._logs.create(worker_id)
        actions = [
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_DUP2, output, 1),
            (os.POSIX_SPAWN_DUP2, output, 2),
        ]
        try:
            pid = os.posix_spawnp(command[0], list(command), environment, file_actions=actions, setsid=True)
        except FileNotFoundError:
            raise missing(command[0]) from None
        except (OSError, ValueError) as error:  # ValueError: a variable that no process can have.
            why = getattr(error, "strerror", None) or error
            raise UnavailableError(f"{command[0]} cannot be started: {why}") from None
        finally:
            os.close(output)
        return pid, _pidfd_of_child(pid)

    def adopt(self, worker: RunningWorker, *, host: str, pid: int) -> bool:
        known = self._processes.get(worker.worker_id)
        if known is not None:
            return not known.over
        pidfd = open_worker(pid, [worker.worker_id])
        if pidfd is None:
            return False
        self._watch(_Process(worker, pid, pidfd, child=False))
        log.info("worker_adopted", worker_id=worker.worker_id, host=host, pid=pid)
        return True

    def _watch(self, process: _Process) -> None:
        self._processes[process.worker.worker_id] = process
        self._logs.began(process.worker.worker_id)
        asyncio.get_running_loop().add_reader(process.pidfd, self._ended, process)

    def _ended(self, process: _Process) -> None:
        """The pidfd is readable: the process is gone."""
        asyncio.get_running_loop().remove_reader(process.pidfd)
        os.close(process.pidfd)
        process.over = True
        # What the worker left behind in its group must not outlive it; before its number can be another's.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        exit_code = _collect(process.pid) if process.child else None
        worker = process.worker
        self._publish(
            WorkerEnded(
                worker_id=worker.worker_id,
                algorithm_name=worker.algorithm_name,
                exit_code=exit_code,
                last_lines=self._logs.tail(worker.worker_id),
            )
        )
        self._logs.ended(worker.worker_id, keep=exit_code != 0)
        ending = asyncio.create_task(self._clear_up(process), name=f"worker-gone:{worker.worker_id}")
        self._endings.add(ending)
        ending.add_done_callback(self._endings.discard)

    async def _clear_up(self, process: _Process) -> None:
        """Ends what the worker started outside its group, and removes its files."""
        worker_id = process.worker.worker_id
        try:
            killed = await asyncio.to_thread(kill_remains, [worker_id])
            if killed:
                log.info("worker_remains_killed", worker_id=worker_id, processes=killed)
            await asyncio.to_thread(shutil.rmtree, self._scratch(worker_id), ignore_errors=True)
            (self._log_dir / f"{worker_id}{NOTE}").unlink(missing_ok=True)
        finally:
            self._processes.pop(worker_id, None)
            process.gone.set()

    async def stop_worker(self, worker_id: str, *, grace_seconds: float) -> None:
        process = self._processes.get(worker_id)
        if process is None:
            return
        _signal(process, signal.SIGTERM)
        if await _gone_within(process, grace_seconds):
            return
        if not process.over:
            log.warning("worker_killed", worker_id=worker_id, reason="it did not end in time")
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
        if not await _gone_within(process, self._settings.kill_wait_seconds):
            log.error("worker_not_gone", worker_id=worker_id, pid=process.pid, reason="it does not end when killed")

    async def workers(self) -> Sequence[RunningWorker]:
        return [process.worker for process in self._processes.values() if not process.over]

    async def capacity(self) -> Capacity:
        return self._capacity

    async def machines(self) -> Sequence[Machine]:
        size = self._capacity
        return [Machine(name=MACHINE, cpu_milli=size.cpu_milli, memory_mib=size.memory_mib)]

    def refusal(self, runtime: str, references: Sequence[str] = ()) -> str:
        if runtime.startswith(IMAGE):
            what, instead = f"container image {runtime.removeprefix(IMAGE)} needs", "apply the code instead"
        elif references:
            what, instead = f"what {', '.join(references)} in algorithmEnv refers to needs", "give plain values instead"
        else:
            return ""
        return f"{what} the Kubernetes cluster, and workers here are processes of this machine; {instead}"

    def events(self) -> "_Subscription":
        return _Subscription(self._subscribers)

    def _publish(self, event: ClusterEvent) -> None:
        for subscription in self._subscribers:
            subscription.put(event)

    async def close(self) -> None:
        self._closed = True
        grace = self._settings.close_grace_seconds
        await asyncio.gather(*(self.stop_worker(name, grace_seconds=grace) for name in list(self._processes)))


def _collect(pid: int) -> int | None:
    try:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    except ChildProcessError:
        return None


def _pidfd_of_child(pid: int) -> int:
    """A child that cannot be watched is ended: nobody would hear of it again."""
    try:
        return os.pidfd_open(pid)
    except OSError as error:
        os.killpg(pid, signal.SIGKILL)
        _collect(pid)
        raise UnavailableError(f"the worker cannot be watched: {error.strerror}") from None


def _signal(process: _Process, number: signal.Signals) -> None:
    """To the worker alone, through the pidfd, so that it can never be a newer process of the same number."""
    if process.over:
        return
    with suppress(ProcessLookupError):
        signal.pidfd_send_signal(process.pidfd, number)


async def _gone_within(process: _Process, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await process.gone.wait()
    except TimeoutError:
        return False
    return True
