"""What one worker costs and how fast it is: ``python tests/conformance/measure.py [seconds]``.

No-op tasks against the gateway for tests, which shares the machine: first as many as the worker asks for, then one at a time.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

import psutil

from tests.conformance.gateway import Gateway, binding, make_assign, value_source
from tests.conformance.harness import Language, Worker, WorkerFactory

LONE_TASKS = 1000
FRAME_TASKS = 256

PYTHON = Language("python", (sys.executable, "-m", "distributedkube.worker.agent"), ".py")


async def flood(gateway: Gateway, seconds: float) -> tuple[int, float]:
    """Keeps the worker's credit used up; gives the number of tasks and the time they took."""
    context = batch_context(gateway)
    sent, done, began = 0, len(gateway.result_order), time.perf_counter()
    first = done
    while time.perf_counter() - began < seconds:
        room = min(gateway.credit - sent - first, FRAME_TASKS)
        if room > 0:
            gateway.send(*(make_assign(gateway.new_token(), context, batch_index=1, elements=[7]) for _ in range(room)))
            sent += room
        else:
            used = sent + first
            await gateway.wait(lambda used=used: gateway.credit > used)
    await gateway.wait(lambda: len(gateway.result_order) - first >= sent)
    return sent, time.perf_counter() - began


def batch_context(gateway: Gateway) -> int:
    return gateway.add_context(
        inputs=[None], sources=[value_source(list(range(100)))], bindings=[binding("0", source=0, element=0)]
    )


async def lone(gateway: Gateway) -> list[float]:
    """Microseconds from sending a task to having its result, one task at a time."""
    context, times = batch_context(gateway), []
    for _ in range(LONE_TASKS):
        began = time.perf_counter()
        token = gateway.new_token()
        gateway.send(make_assign(token, context, batch_index=1, elements=[7]))
        await gateway.result(token)
        times.append((time.perf_counter() - began) * 1e6)
    return times


def cpu_seconds(worker: Worker) -> tuple[float, float]:
    """Of the agent and of its runner, so far."""
    agent = psutil.Process(worker.process.pid)
    return tuple(sum(process.cpu_times()[:2]) for process in (agent, agent.children()[0]))


async def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 5.0
    with tempfile.TemporaryDirectory() as folder:
        workers = WorkerFactory(PYTHON, Path(folder))
        worker = await workers.start("noop")
        gateway = worker.gateway
        await gateway.connected()
        await lone(gateway)
        times = await lone(gateway)
        await flood(gateway, 1)
        before, own = cpu_seconds(worker), time.process_time()
        tasks, elapsed = await flood(gateway, seconds)
        after, own = cpu_seconds(worker), time.process_time() - own
        await workers.close()
    print(f"{tasks / elapsed:,.0f} tasks/s")
    agent, runner = ((end - start) / tasks * 1e6 for start, end in zip(before, after, strict=True))
    print(f"CPU per task: agent {agent:.1f} us, runner {runner:.1f} us, gateway for tests {own / tasks * 1e6:.1f} us")
    print(f"one at a time: p50 {statistics.median(times):.0f} us, p90 {statistics.quantiles(times, n=10)[-1]:.0f} us")


if __name__ == "__main__":
    asyncio.run(main())
