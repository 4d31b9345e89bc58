"""How the engine fares with large runs, on virtual time: ``python -m controlplane.simulation.scale``.

Each size is run in a process of its own, once at half and once at full size: time must grow no more than in proportion, with
some room for noise. Workers do nothing but answer, so what is measured is the control plane.
"""

import asyncio
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from random import Random
from typing import Annotated

import orjson
import structlog
import typer
from rich.console import Console
from rich.table import Table

from controlplane.adapters.memory import MemoryObjectStore, MemoryStateStore
from controlplane.api.submission import Submission
from controlplane.domain.records import end_key, unpack_end
from controlplane.domain.task_context import NodeContext
from controlplane.domain.values import MSGPACK, Json, Payload
from controlplane.ports.dispatch import Ended, Grant, WorkerHello
from controlplane.ports.state_store import Transaction
from controlplane.roles.driver.role import DriverSettings
from controlplane.simulation.faults import StoreFaults
from controlplane.simulation.flaky_store import FlakyStateStore
from controlplane.simulation.history import History
from controlplane.simulation.plane import ControlPlane, SeededIds, parse_pipeline
from controlplane.simulation.virtual_time import VirtualClock, VirtualTimeLoop
from controlplane.simulation.world import algorithm_writes

MOST_GROWTH = 2.6
"""Times as long for twice the size."""

WORKERS = 4
CREDIT = 256
OUTPUT = Payload(MSGPACK, b"\x01")


class _FastWorker:
    """A worker that is done with everything in the next turn. Implements ``WorkerLink``."""

    def __init__(self, name: str, plane: ControlPlane) -> None:
        self._assigned = self._seq = 0
        hello = WorkerHello(worker_id=name, algorithm="alpha", version="v1", host="here", pid=1)
        self._session = plane.queueing.admit(hello, self).session
        self._due: list[Ended] = []
        self._report()

    def assign(self, context: NodeContext, grants: Sequence[Grant]) -> None:
        if not self._due:
            asyncio.get_running_loop().call_soon(self._report)
        self._due += [Ended(grant.token, OUTPUT, None, False) for grant in grants]
        self._assigned += len(grants)

    def _report(self) -> None:
        due, self._due = self._due, []
        self._seq += 1
        self._session.credit(self._assigned + CREDIT)
        if due:
            self._session.ended(due)
        self._session.frame_done(self._seq)

    def _ignore(self, *args: object, **kwargs: object) -> None:
        return

    drop_context = cancel = refuse = answer = acknowledge = leave = close = _ignore


async def _run(documents: list[dict[str, Json]], loop: VirtualTimeLoop) -> None:
    """Runs jobs to their ends."""
    clock, random = VirtualClock(loop), Random(1)
    store, objects = MemoryStateStore(clock), MemoryObjectStore(clock)
    for write in algorithm_writes():
        await store.commit(Transaction([write]))
    flaky = FlakyStateStore(store, random, StoreFaults())
    plane = ControlPlane(flaky, objects, loop, SeededIds(random), History(), DriverSettings())
    await plane.do(plane.start)
    jobs: list[str] = []
    for document in documents:
        pipeline = parse_pipeline(orjson.dumps(document))
        jobs.append(await plane.submission.submit(pipeline, Submission(types=("raw",), user="user")))
    workers = [plane.process.call(partial(_FastWorker, f"w{n}", plane)) for n in range(WORKERS)]
    for job_id in jobs:
        while (entry := await store.get(end_key(job_id))) is None:
            await asyncio.sleep(0.1)
            if error := plane.failure():
                raise error
        state = unpack_end(entry.value).view.state
        assert state == "completed", f"{job_id} is {state}"
    assert len(workers) == WORKERS


def _batch(size: int) -> list[dict[str, Json]]:
    nodes: list[Json] = [
        {"nodeName": "batch", "algorithmName": "alpha", "input": [f"#[1...{size}]"]},
        {"nodeName": "reduce", "algorithmName": "alpha", "input": ["@batch"]},
    ]
    return [{"name": "batch", "nodes": nodes}]


def _jobs(size: int) -> list[dict[str, Json]]:
    node: Json = {"nodeName": "only", "algorithmName": "alpha", "input": [1]}
    return [{"name": "job", "nodes": [node]} for _ in range(size)]


def _graph(size: int) -> list[dict[str, Json]]:
    """Each node waits for two others, some of them element by element."""
    nodes: list[Json] = [{"nodeName": "n0", "algorithmName": "alpha", "input": ["#[1...4]"]}]
    for i in range(1, size):
        given: list[Json] = [f"@n{i - 1}", f"{'*@' if i % 3 else '@'}n{i // 2}"]
        nodes.append({"nodeName": f"n{i}", "algorithmName": "alpha", "input": given})
    return [{"name": "graph", "nodes": nodes}]


def _elements(size: int) -> list[dict[str, Json]]:
    nodes: list[Json] = [
        {"nodeName": "batch", "algorithmName": "alpha", "input": [f"#[1...{size}]"]},
        {"nodeName": "each", "algorithmName": "alpha", "input": ["*@batch"]},
    ]
    return [{"name": "elements", "nodes": nodes}]


CASES: dict[str, tuple[Callable[[int], list[dict[str, Json]]], int, str]] = {
    "batch": (_batch, 1_000_000, "items in one batch"),
    "elements": (_elements, 200_000, "elements handed on one by one"),
    "jobs": (_jobs, 10_000, "jobs at once"),
    "graph": (_graph, 1_000, "nodes in one graph"),
}


def measure(case: str, size: int) -> None:
    """Runs one case in this process and prints what it took."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    make, _, _ = CASES[case]
    loop = VirtualTimeLoop(max_turns=None)
    asyncio.set_event_loop(loop)
    began, cpu = time.perf_counter(), time.process_time()
    loop.run_until_complete(_run(make(size), loop))
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sys.stdout.write(json.dumps({"seconds": took, "cpu_seconds": cpu, "peak_mib": peak / 1024}) + "\n")


def _in_process(case: str, size: int) -> dict[str, float]:
    command = [sys.executable, "-m", "controlplane.simulation.scale", "--case", case, "--size", str(size)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main(
    case: Annotated[str, typer.Option(help="Measure only this one, in this process.")] = "",
    size: Annotated[int, typer.Option(help="Its size.")] = 0,
) -> None:
    """Runs large jobs at two sizes and says what they took; ends with 1 when time grows faster than size."""
    if case:
        measure(case, size or CASES[case][1])
        return
    table = Table("what", "seconds", "peak MiB (with the store in memory)", "half the size", "growth of CPU time")
    worst = 0.0
    for name, (_, full, what) in CASES.items():
        half, whole = _in_process(name, full // 2), _in_process(name, full)
        growth = whole["cpu_seconds"] / half["cpu_seconds"]
        worst = max(worst, growth)
        table.add_row(
            f"{full:,} {what}",
            f"{whole['seconds']:.1f}",
            f"{whole['peak_mib']:.0f}",
            f"{half['seconds']:.1f} s, {half['peak_mib']:.0f} MiB",
            f"{growth:.2f}",
        )
    Console().print(table)
    sys.exit(worst > MOST_GROWTH)


if __name__ == "__main__":
    typer.run(main)
