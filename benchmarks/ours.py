"""Measures DistributedKube for one round: ``python ours.py --data-dir <folder>`` and the options of `workload`.

Everything goes through ``distributedkube dev`` and the Python client over gRPC, as it does for a user. State is durable
in SQLite on the disk that holds the data folder.
"""

import json
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml
from control_plane import ControlPlane, running
from workload import (
    PIPELINE_INPUT,
    PIPELINE_RESULT,
    WORKERS,
    Workload,
    chain_seconds,
    fan_out_seconds,
    parser,
    pipeline_seconds,
    warm_up,
    workload_of,
)

from distributedkube.client import AlreadyExistsError, Client

HERE = Path(__file__).resolve().parent
EXAMPLE = HERE.parent / "examples" / "numbers"
ALGORITHMS: Mapping[str, Mapping[str, Any]] = {
    "noop": {"cpu": 1, "minHotWorkers": WORKERS},
    "range": {"cpu": 0.5, "minHotWorkers": 1},
    "multiply": {"cpu": 0.5, "minHotWorkers": WORKERS},
    "reduce": {"cpu": 0.5, "minHotWorkers": 1},
}
MILLION = 1_000_000


def fan_out_pipeline() -> dict[str, Any]:
    """One no-op task per item of the input."""
    return {
        "name": "fan-out",
        "nodes": [{"nodeName": "each", "algorithmName": "noop", "input": ["#@flowInput.items"]}],
    }


def chain_pipeline(steps: int) -> dict[str, Any]:
    """Tasks that each get the result of the one before."""
    inputs = ["@flowInput.value", *(f"@step{step}" for step in range(1, steps))]
    return {
        "name": "chain",
        "nodes": [
            {"nodeName": f"step{step}", "algorithmName": "noop", "input": [value]}
            for step, value in enumerate(inputs, start=1)
        ],
    }


@dataclass(slots=True)
class Ours:
    """Pipelines as our users write them: stored, run by name, results read when the job has ended."""

    client: Client
    control_plane: ControlPlane
    cpu_us_per_task: list[float] = field(default_factory=list)
    """Of the control plane, one for each fan-out."""

    def fan_out(self, items: int) -> list[int]:
        before = self.control_plane.cpu_seconds()
        places = self.client.run("fan-out", {"items": list(range(items))}).result().values
        self.cpu_us_per_task.append((self.control_plane.cpu_seconds() - before) / items * 1e6)
        return places

    def chain(self, steps: int) -> None:
        self.client.run("chain", {"value": 0}).result()

    def pipeline(self, count: int, factor: int) -> int:
        return int(self.client.run("numbers", {"data": count, "mul": factor}).result().value)


def store(client: Client, names: list[str], pipeline: dict[str, Any]) -> None:
    """Applies algorithms of the benchmark, which builds them the first time, and stores a pipeline over them."""
    for name in names:
        definition = {"name": name, "env": "python", "entryPoint": "main.py", **ALGORITHMS[name]}
        client.algorithms.apply(definition, code=HERE / "algorithms" / name)
    store_pipeline(client, pipeline)


def store_pipeline(client: Client, pipeline: dict[str, Any]) -> None:
    """Stores it unless an earlier round has."""
    with suppress(AlreadyExistsError):
        client.pipelines.store(pipeline)


def measure_tasks(data_dir: Path, workload: Workload, idle_seconds: float) -> dict[str, Any]:
    """Fan-outs and chains on two warm workers; before them the idle control plane."""
    with running(data_dir) as control_plane, Client(control_plane.grpc) as client:
        store(client, ["noop"], fan_out_pipeline())
        store_pipeline(client, chain_pipeline(workload.steps))
        ours = Ours(client, control_plane)
        warm_up(ours)
        idle = measure_idle(control_plane, idle_seconds)
        ours.cpu_us_per_task.clear()
        return {
            "fan_out_seconds": [fan_out_seconds(ours, workload) for _ in range(workload.fan_outs)],
            "cpu_us_per_task": ours.cpu_us_per_task,
            "chain_seconds": chain_seconds(ours, workload),
            "peak_mb": control_plane.peak_resident_mb(),
            **idle,
        }


def measure_idle(control_plane: ControlPlane, seconds: float) -> dict[str, float]:
    """What it costs to do nothing with two workers connected: percent of a core, memory in 10^6 bytes."""
    before = control_plane.cpu_seconds()
    time.sleep(seconds)
    used = control_plane.cpu_seconds() - before
    return {"idle_cpu_percent": used / seconds * 100, "idle_mb": control_plane.resident_mb()}


def measure_pipeline(data_dir: Path, workload: Workload) -> list[float]:
    """The example pipeline, all in Python as for the peers, on warm workers."""
    pipeline = yaml.safe_load((EXAMPLE / "numbers.yml").read_text())
    with running(data_dir) as control_plane, Client(control_plane.grpc) as client:
        store(client, ["range", "multiply", "reduce"], pipeline)
        return pipeline_seconds(Ours(client, control_plane), workload)


def measure_start(data_dir: Path) -> float:
    """Seconds from the command to the first result of the example as it is in ``examples``, in two languages.

    The environments are built at the first call; what is measured is a later start.
    """
    if not data_dir.exists():
        with running(data_dir) as control_plane, Client(control_plane.grpc) as client:
            for name in ("range", "multiply", "reduce"):
                definition = yaml.safe_load((EXAMPLE / f"{name}.yml").read_text())
                client.algorithms.apply(definition, code=EXAMPLE / name)
            store_pipeline(client, yaml.safe_load((EXAMPLE / "numbers.yml").read_text()))
    with running(data_dir) as control_plane, Client(control_plane.grpc) as client:
        result = Ours(client, control_plane).pipeline(*PIPELINE_INPUT)
        seconds = time.perf_counter() - control_plane.began
        if result != PIPELINE_RESULT:
            raise RuntimeError(f"the example gave {result}, not {PIPELINE_RESULT}")
        return seconds


def measure_million(data_dir: Path) -> dict[str, float]:
    """One batch of a million items, until the job has completed. Its results are not fetched."""
    with running(data_dir) as control_plane, Client(control_plane.grpc) as client:
        store(client, ["noop"], fan_out_pipeline())
        warm_up(Ours(client, control_plane))
        before, began = control_plane.cpu_seconds(), time.perf_counter()
        status = client.run("fan-out", {"items": list(range(MILLION))}).wait()
        seconds = time.perf_counter() - began
        if status.get("status") != "completed":
            raise RuntimeError(f"the batch of a million items ended as {status}")
        return {
            "million_seconds": seconds,
            "million_peak_mb": control_plane.peak_resident_mb(),
            "million_cpu_us_per_task": (control_plane.cpu_seconds() - before) / MILLION * 1e6,
        }


def main() -> None:
    """Prints the times of one round, in seconds, as JSON; with ``--million`` only those of the large batch."""
    options = parser()
    options.add_argument("--data-dir", type=Path, required=True)
    options.add_argument("--idle-seconds", type=float, default=5.0)
    options.add_argument("--million", action="store_true")
    arguments = options.parse_args()
    data_dir, workload = arguments.data_dir, workload_of(arguments)
    if arguments.million:
        result: dict[str, Any] = measure_million(data_dir / "million")
    else:
        result = measure_tasks(data_dir / "tasks", workload, arguments.idle_seconds)
        result["pipeline_seconds"] = measure_pipeline(data_dir / "pipeline", workload)
        result["start_seconds"] = measure_start(data_dir / "example")
    json.dump({"version": version("distributedkube-server"), **result}, sys.stdout)


if __name__ == "__main__":
    main()
