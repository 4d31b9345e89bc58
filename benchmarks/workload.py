"""What is measured, and how: the same steps for every system, so that only the systems differ.

Needs the standard library alone, since it runs in the peers' environment as well as in ours. A system is a `System`;
its script hands one to `main`, which prints the times as one JSON object.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

WORKERS = 2
WARM_UP_TASKS = 100
WARM_UP_SECONDS = 60.0
PIPELINE_INPUT = (5, 2)
"""Items of the example pipeline, and what each is multiplied by."""
PIPELINE_RESULT = 30


@dataclass(frozen=True, slots=True)
class Workload:
    """How much of everything one round measures."""

    items: int = 10_000
    """Tasks of one fan-out."""
    fan_outs: int = 2
    steps: int = 40
    """Tasks of one chain."""
    chains: int = 10
    pipelines: int = 200

    def arguments(self) -> list[str]:
        """The command line that `main` reads back."""
        return [f"--{name.replace('_', '-')}={getattr(self, name)}" for name in self.__slots__]


class System(Protocol):
    """Something that runs tasks. Every method returns when the caller knows the result."""

    def fan_out(self, items: int) -> list[int]:
        """Runs one no-op task per item; returns the process id that each ran in."""

    def chain(self, steps: int) -> None:
        """Runs no-op tasks, each of which needs the result of the one before."""

    def pipeline(self, count: int, factor: int) -> int:
        """Range, multiply, reduce: the sum of 1..count, each times the factor."""


def warm_up(system: System) -> None:
    """Runs tasks until every worker has had some. Raises ``TimeoutError`` when one never comes."""
    deadline = time.monotonic() + WARM_UP_SECONDS
    while len(set(system.fan_out(WARM_UP_TASKS))) < WORKERS:
        if time.monotonic() > deadline:
            raise TimeoutError(f"fewer than {WORKERS} workers took tasks for {WARM_UP_SECONDS:.0f} s")


def fan_out_seconds(system: System, workload: Workload) -> float:
    """Times one fan-out. Raises ``RuntimeError`` when it was not done by all workers, each task once."""
    began = time.perf_counter()
    places = system.fan_out(workload.items)
    seconds = time.perf_counter() - began
    if len(places) != workload.items or len(set(places)) != WORKERS:
        raise RuntimeError(f"{len(places)} results of {len(set(places))} workers, not {workload.items} of {WORKERS}")
    return seconds


def chain_seconds(system: System, workload: Workload) -> list[float]:
    """Times the chains, after one that does not count."""
    return _timed(lambda: system.chain(workload.steps), workload.chains)


def pipeline_seconds(system: System, workload: Workload) -> list[float]:
    """Times the example pipeline, after some runs that do not count."""

    def once() -> None:
        result = system.pipeline(*PIPELINE_INPUT)
        if result != PIPELINE_RESULT:
            raise RuntimeError(f"the pipeline gave {result}, not {PIPELINE_RESULT}")

    return _timed(once, workload.pipelines, unmeasured=10)


def _timed(action: Callable[[], None], times: int, unmeasured: int = 1) -> list[float]:
    for _ in range(unmeasured):
        action()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        action()
        taken.append(time.perf_counter() - began)
    return taken


def measure(system: System, workload: Workload) -> dict[str, Any]:
    """Measures all that every system is measured by."""
    warm_up(system)
    return {
        "fan_out_seconds": [fan_out_seconds(system, workload) for _ in range(workload.fan_outs)],
        "chain_seconds": chain_seconds(system, workload),
        "pipeline_seconds": pipeline_seconds(system, workload),
    }


def parser() -> argparse.ArgumentParser:
    """Reads what `Workload.arguments` writes."""
    options = argparse.ArgumentParser()
    for name in Workload.__slots__:
        options.add_argument(f"--{name.replace('_', '-')}", type=int, required=True)
    return options


def workload_of(arguments: argparse.Namespace) -> Workload:
    """The workload among parsed arguments."""
    return Workload(**{name: getattr(arguments, name) for name in Workload.__slots__})


def main(version: str, start: Callable[[], AbstractContextManager[System]]) -> None:
    """Measures one peer for one round and prints the times, in seconds, as JSON."""
    workload = workload_of(parser().parse_args())
    with start() as system:
        result = measure(system, workload)
    json.dump({"version": version, **result}, sys.stdout)
