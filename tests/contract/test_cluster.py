"""The Cluster port over real local processes: start, stop, end, adoption, events.

The worker is a small script that writes its environment into a pipe and then does as it is told.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest

from controlplane.adapters.processes import ProcessCluster, ProcessSettings
from controlplane.adapters.system import SystemClock, SystemIds
from controlplane.domain.errors import UnavailableError
from controlplane.ports.cluster import Capacity, Cluster, ClusterEvent, WorkerEnded, WorkerSpec, WorkerStarted

SCRIPT = """
import json, os, signal, subprocess, sys
mode = os.environ.get("MODE", "")
if mode == "deaf":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = None
if mode in ("parent", "runaway"):
    child = subprocess.Popen(["sleep", "1000"], start_new_session=mode == "runaway")
with open(os.environ["REPORT"], "w") as pipe:
    json.dump({
        "env": dict(os.environ), "sid": os.getsid(0), "pid": os.getpid(), "child": child and child.pid,
        "cwd": os.getcwd(), "stdin": sys.stdin.read(), "metrics": os.path.isdir(os.environ["ALGO_METRICS_DIR"]),
    }, pipe)
if mode == "broken":
    print("cannot work: no heart", file=sys.stderr)
    sys.exit(7)
if mode == "chatty":
    for number in range(100_000):
        print("line", number, "of very many")
    sys.exit(1)
signal.pause()
"""


class Worker:
    """Where a started worker reports to."""

    def __init__(self, folder: Path) -> None:
        self.fifo = folder / f"report-{len(list(folder.iterdir()))}"
        os.mkfifo(self.fifo)

    async def report(self) -> dict[str, object]:
        """Waits until the worker has started."""
        return json.loads(await asyncio.to_thread(self.fifo.read_text))  # type: ignore[no-any-return]


def processes(tmp_path: Path) -> Cluster:
    (tmp_path / "env" / "code").mkdir(parents=True)
    script = tmp_path / "worker.py"
    script.write_text(SCRIPT)
    return make_cluster(tmp_path, {"python": [sys.executable, str(script)]})


ADAPTERS: list[Callable[[Path], Cluster]] = [processes]


@pytest.fixture(params=ADAPTERS, ids=lambda adapter: adapter.__name__)
async def cluster(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Cluster]:
    made: Cluster = request.param(tmp_path)
    yield made
    await made.close()


def make_cluster(tmp_path: Path, commands: dict[str, list[str]]) -> ProcessCluster:
    return ProcessCluster(
        gateway=lambda: "unix:/gateway",
        token=lambda algorithm, worker_id: f"{algorithm}/{worker_id}",
        commands=commands,
        log_dir=tmp_path / "logs",
        capacity=Capacity(cpu_milli=4000, memory_mib=1000),
        clock=SystemClock(),
        ids=SystemIds(),
        settings=ProcessSettings(close_grace_seconds=5),
    )


def spec(tmp_path: Path, worker: Worker, mode: str = "", **variables: str) -> WorkerSpec:
    return WorkerSpec(
        algorithm_name="alg",
        algorithm_version="v1",
        runtime=f"env:python:{tmp_path / 'env'}",
        entry_point="main.py",
        cpu_milli=500,
        memory_mib=100,
        environment={"REPORT": str(worker.fifo), "MODE": mode, "MINE": "yes", **variables},
    )


def folder(tmp_path: Path) -> Path:
    path = tmp_path / "reports"
    path.mkdir(exist_ok=True)
    return path


async def ended(events: AsyncIterator[ClusterEvent], worker_id: str) -> WorkerEnded:
    async for event in events:
        if isinstance(event, WorkerEnded) and event.worker_id == worker_id:
            return event
    raise AssertionError("events ended")


async def test_a_worker_gets_its_identity_and_a_clean_environment(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It knows where to connect and who it is, has its author's variables, and none of the control plane's."""
    monkeypatch.setenv("SOME_SECRET", "hush")
    worker = Worker(folder(tmp_path))
    started = await cluster.start_worker(spec(tmp_path, worker))
    report = await worker.report()
    env = report["env"]
    assert isinstance(env, dict)
    assert env["DK_WORKER_ID"] == started.worker_id
    assert env["DK_WORKER_TOKEN"] == f"alg/{started.worker_id}"
    assert env["DK_GATEWAY"] == "unix:/gateway"
    assert env["DK_CODE_DIR"] == str(tmp_path / "env" / "code")
    assert env["DK_RUNNER_PYTHON"] == str(tmp_path / "env" / "venv" / "bin" / "python")
    assert (env["DK_ALGORITHM_NAME"], env["DK_ALGORITHM_VERSION"], env["DK_ENTRY_POINT"]) == ("alg", "v1", "main.py")
    assert (env["ALGORITHM_TYPE"], env["ALGORITHM_ENTRY_POINT"]) == ("alg", "main.py")
    assert env["ALGORITHM_PATH"] == str(tmp_path / "env" / "code")
    assert report["metrics"], "the folder for metrics is there"
    assert report["stdin"] == ""
    assert env["MINE"] == "yes"
    assert "SOME_SECRET" not in env
    assert report["sid"] == report["pid"], "a worker leads a session of its own"
    assert [w.worker_id for w in await cluster.workers()] == [started.worker_id]


async def test_what_a_killed_worker_leaves_behind_is_removed(cluster: Cluster, tmp_path: Path) -> None:
    """It has a folder to work in, which goes with it however it ends."""
    worker = Worker(folder(tmp_path))
    started = await cluster.start_worker(spec(tmp_path, worker))
    report = await worker.report()
    env, pid = report["env"], report["pid"]
    assert isinstance(env, dict)
    assert isinstance(pid, int)
    work_dir = Path(env["DK_WORK_DIR"])
    (work_dir / "large").write_text("data")
    os.kill(pid, signal.SIGKILL)
    await cluster.stop_worker(started.worker_id, grace_seconds=60)  # Returns when it is gone.
    assert not work_dir.exists()


async def test_stop_ends_a_worker_politely(cluster: Cluster, tmp_path: Path) -> None:
    """SIGTERM is enough for a worker that listens; its end is an event."""
    worker = Worker(folder(tmp_path))
    async with aclosing(cluster.events()) as events:
        first = asyncio.ensure_future(anext(events))
        started = await cluster.start_worker(spec(tmp_path, worker))
        await worker.report()
        assert await first == WorkerStarted(worker=started)
        await cluster.stop_worker(started.worker_id, grace_seconds=30)
        event = await ended(events, started.worker_id)
    assert event.exit_code == -signal.SIGTERM
    assert await cluster.workers() == []
    await cluster.stop_worker(started.worker_id, grace_seconds=30)  # gone: nothing happens


async def test_stop_kills_after_the_grace(cluster: Cluster, tmp_path: Path) -> None:
    """A worker that is deaf to SIGTERM is killed."""
    worker = Worker(folder(tmp_path))
    async with aclosing(cluster.events()) as events:
        waiting = asyncio.ensure_future(anext(events))
        started = await cluster.start_worker(spec(tmp_path, worker, "deaf"))
        await worker.report()
        await waiting
        await cluster.stop_worker(started.worker_id, grace_seconds=0.05)
        assert (await ended(events, started.worker_id)).exit_code == -signal.SIGKILL


async def test_a_worker_that_breaks_says_why(cluster: Cluster, tmp_path: Path) -> None:
    """Its exit code and last lines come with the event."""
    worker = Worker(folder(tmp_path))
    async with aclosing(cluster.events()) as events:
        waiting = asyncio.ensure_future(anext(events))
        started = await cluster.start_worker(spec(tmp_path, worker, "broken"))
        await worker.report()
        await waiting
        event = await ended(events, started.worker_id)
    assert event.exit_code == 7
    assert list(event.last_lines) == ["cannot work: no heart"]


async def test_a_worker_that_says_too_much(cluster: Cluster, tmp_path: Path) -> None:
    """What it writes takes at most 1 MiB on disk, of which the end is kept; the event has the last 50 lines."""
    worker = Worker(folder(tmp_path))
    async with aclosing(cluster.events()) as events:
        started = await cluster.start_worker(spec(tmp_path, worker, "chatty"))
        await worker.report()
        event = await ended(events, started.worker_id)
    assert list(event.last_lines) == [f"line {number} of very many" for number in range(99_950, 100_000)]
    logs = [path for path in (tmp_path / "logs").iterdir() if path.is_file() and ".log" in path.name]
    assert 0 < sum(path.stat().st_size for path in logs) <= 1024 * 1024


async def test_an_author_cannot_take_another_identity(cluster: Cluster, tmp_path: Path) -> None:
    """Variables of the author never replace the worker's own."""
    worker = Worker(folder(tmp_path))
    started = await cluster.start_worker(spec(tmp_path, worker, DK_WORKER_ID="other", DK_GATEWAY="elsewhere"))
    env = (await worker.report())["env"]
    assert isinstance(env, dict)
    assert (env["DK_WORKER_ID"], env["DK_GATEWAY"]) == (started.worker_id, "unix:/gateway")


async def test_variables_that_no_process_can_have(cluster: Cluster, tmp_path: Path) -> None:
    """Refused as any worker that cannot be started; nothing is left of it."""
    worker = Worker(folder(tmp_path))
    with pytest.raises(UnavailableError, match="cannot be started"):
        await cluster.start_worker(spec(tmp_path, worker, ZERO="a\0b"))
    assert await cluster.workers() == []
    assert list((tmp_path / "logs").iterdir()) == []


async def test_every_subscriber_gets_every_event(cluster: Cluster, tmp_path: Path) -> None:
    """In the same order, from when it subscribed."""
    worker = Worker(folder(tmp_path))
    async with aclosing(cluster.events()) as first, aclosing(cluster.events()) as second:
        started = await cluster.start_worker(spec(tmp_path, worker))
        await worker.report()
        await cluster.stop_worker(started.worker_id, grace_seconds=30)
        seen = [[await anext(events), await anext(events)] for events in (first, second)]
    assert seen[0] == seen[1]
    assert [type(event) for event in seen[0]] == [WorkerStarted, WorkerEnded]


async def test_close_ends_all_workers(cluster: Cluster, tmp_path: Path) -> None:
    """Also those that are deaf; afterwards none can be started, and their files are gone but for the logs."""
    for mode in ("", "", "parent"):
        worker = Worker(folder(tmp_path))
        await cluster.start_worker(spec(tmp_path, worker, mode))
        await worker.report()
    await cluster.close()
    assert await cluster.workers() == []
    assert {path.suffix for path in (tmp_path / "logs").iterdir()} <= {".log"}
    with pytest.raises(UnavailableError, match="is ending"):
        await cluster.start_worker(spec(tmp_path, Worker(folder(tmp_path))))


@pytest.mark.parametrize("mode", ["parent", "runaway"])
@pytest.mark.parametrize("how", ["asked", "killed"])
async def test_children_of_a_worker_do_not_outlive_it(cluster: Cluster, tmp_path: Path, mode: str, how: str) -> None:
    """What it started ends with it, in its group or in a session of its own, however the worker ended."""
    worker = Worker(folder(tmp_path))
    async with aclosing(cluster.events()) as events:
        started = await cluster.start_worker(spec(tmp_path, worker, mode))
        report = await worker.report()
        pid, child = report["pid"], report["child"]
        assert isinstance(pid, int)
        assert isinstance(child, int)
        pidfd = os.pidfd_open(child)
        gone = asyncio.Event()
        asyncio.get_running_loop().add_reader(pidfd, gone.set)
        if how == "asked":
            await cluster.stop_worker(started.worker_id, grace_seconds=30)
        else:
            os.kill(pid, signal.SIGKILL)
            await ended(events, started.worker_id)
        await gone.wait()
    asyncio.get_running_loop().remove_reader(pidfd)
    os.close(pidfd)


async def test_adopt_takes_over_a_running_worker(cluster: Cluster, tmp_path: Path) -> None:
    """A second cluster on the same machine takes a worker over by its id, and learns of its end; a stranger is refused."""
    worker = Worker(folder(tmp_path))
    started = await cluster.start_worker(spec(tmp_path, worker))
    pid = (await worker.report())["pid"]
    assert isinstance(pid, int)
    second = make_cluster(tmp_path / "other", {})
    assert not second.adopt(started, host="here", pid=os.getpid())
    assert not second.adopt(replace(started, worker_id="another"), host="here", pid=pid)
    assert second.adopt(started, host="here", pid=pid)
    async with aclosing(second.events()) as events:
        ending = asyncio.ensure_future(ended(events, started.worker_id))
        await second.stop_worker(started.worker_id, grace_seconds=30)
        assert (await ending).exit_code is None
    assert await second.workers() == []


async def test_a_new_cluster_finds_the_workers_of_the_one_before(cluster: Cluster, tmp_path: Path) -> None:
    """A control plane that died leaves word of its workers: the next one on the same folder has them, and can end them."""
    worker = Worker(folder(tmp_path))
    started = await cluster.start_worker(spec(tmp_path, worker))
    await worker.report()
    second = make_cluster(tmp_path, {})
    assert await second.workers() == [started]
    await second.close()
    assert await second.workers() == []
    assert await make_cluster(tmp_path, {}).workers() == []


@pytest.mark.parametrize(
    ("runtime", "command", "text"),
    [
        ("docker.io/x:1", ["python3"], "local process"),
        ("env:cobol:/x", ["python3"], "no local worker for cobol; there are nodejs, python"),
        ("env:python:/does/not/exist", ["python3"], "is gone"),
        ("{env}", ["no-such-program-here"], "no-such-program-here is not installed or not on PATH"),
        ("{env}", ["/nowhere/node"], "install Node.js"),
    ],
)
async def test_what_cannot_be_started(tmp_path: Path, runtime: str, command: list[str], text: str) -> None:
    """The error says what is missing."""
    (tmp_path / "env" / "code").mkdir(parents=True)
    cluster = make_cluster(tmp_path, {"python": command, "nodejs": command})
    given = WorkerSpec(
        algorithm_name="a", algorithm_version="v", runtime=runtime.format(env=f"env:python:{tmp_path / 'env'}"),
        entry_point="main.py", cpu_milli=1, memory_mib=1,
    )  # fmt: skip
    with pytest.raises(UnavailableError, match=text):
        await cluster.start_worker(given)
    assert await cluster.workers() == []


async def test_machines_and_what_they_refuse(cluster: Cluster, tmp_path: Path) -> None:
    """The machines make up the capacity. Builds run here, container images do not, and the reason names what to do."""
    (machine,) = await cluster.machines()
    assert (machine.cpu_milli, machine.memory_mib, machine.gpus) == (4000, 1000, 0)
    assert cluster.refusal(f"env:python:{tmp_path}") == ""
    assert cluster.refusal("image:org/thing:1") == (
        "container image org/thing:1 needs the Kubernetes cluster, and workers here are processes of this machine; apply "
        "the code instead"
    )
    assert cluster.refusal(f"env:python:{tmp_path}", ["TOKEN"]).startswith("what TOKEN in algorithmEnv refers to needs")


async def test_capacity(cluster: Cluster) -> None:
    """Capacity is what was given, or what the machine has."""
    assert await cluster.capacity() == Capacity(cpu_milli=4000, memory_mib=1000)
    machine = ProcessCluster.machine_capacity()
    assert machine.cpu_milli >= 1000
    assert machine.memory_mib > 100
