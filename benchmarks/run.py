"""``make bench``: measures the embedded control plane beside Ray and Dask on this machine, and says what was found.

The systems take turns, round by round, in an order that changes, so that noise hits all alike. Each number is the median
over the rounds of the median within a round.
"""

import argparse
import importlib.metadata
import json
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import report
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from systems import HERE, MILLION_SECONDS, OURS, PEERS, MeasureError, System, install, run_round
from workload import WORKERS, Workload

RESULTS = HERE / "results"
REFRESHES_PER_SECOND = 1
"""Of the progress bar: seldom, since drawing it takes time from what is measured."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how much."""

    rounds: int
    workload: Workload
    idle_seconds: float


FULL = Plan(5, Workload(fan_outs=1), 5.0)
QUICK = Plan(1, Workload(fan_outs=1, chains=5, pipelines=50), 2.0)


@dataclass(slots=True)
class Found:
    """What the rounds gave so far."""

    rounds: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {"ours": [], "ray": [], "dask": []})
    problems: dict[str, str] = field(default_factory=dict)
    """Why a peer has no numbers, in a few words."""
    million: dict[str, Any] | None = None


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one short round; its result is not kept")
    parser.add_argument("--million", action="store_true", help="also run a batch of 1,000,000 items")
    parser.add_argument("--check", action="store_true", help="fail when a budget is missed or cannot be judged")
    parser.add_argument("--output", type=Path, help="results file; default results/<date>.json, none with --quick")
    return parser.parse_args()


def run(plan: Plan, million: bool, data_dir: Path, console: Console) -> Found:
    """Takes all turns. A peer that fails is left out from then on; an error of ours goes up as ``MeasureError``."""
    found = Found()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, refresh_per_second=REFRESHES_PER_SECOND) as progress:
        bar = progress.add_task("installing Ray and Dask", total=plan.rounds * (1 + len(PEERS)) + million)
        peers = [peer for peer in PEERS if _installed(peer, found, console)]
        for number in range(plan.rounds):
            for system in rotated([OURS, *peers], number):
                progress.update(bar, description=f"round {number + 1} of {plan.rounds}: {system.name}")
                if system.key not in found.problems:
                    _measure(system, plan, data_dir, found, console)
                progress.advance(bar)
        if million:
            progress.update(bar, description="a million tasks")
            arguments = [*plan.workload.arguments(), f"--data-dir={data_dir}", "--million"]
            found.million = run_round(OURS, arguments, MILLION_SECONDS)
            progress.advance(bar)
        progress.update(bar, description="done")
    return found


def _installed(peer: System, found: Found, console: Console) -> bool:
    try:
        install(peer)
    except MeasureError as error:
        _leave_out(peer, "not installed", error, found, console)
        return False
    return True


def _measure(system: System, plan: Plan, data_dir: Path, found: Found, console: Console) -> None:
    arguments = plan.workload.arguments()
    if system is OURS:
        arguments += [f"--data-dir={data_dir}", f"--idle-seconds={plan.idle_seconds}"]
    try:
        found.rounds[system.key].append(run_round(system, arguments))
    except MeasureError as error:
        if system is OURS:
            raise
        _leave_out(system, "failed", error, found, console)


def _leave_out(peer: System, why: str, error: MeasureError, found: Found, console: Console) -> None:
    found.problems[peer.key] = why
    found.rounds[peer.key].clear()
    console.print(f"[yellow]{peer.name} is left out:[/] {error}", highlight=False)


def rotated(systems: Sequence[System], number: int) -> list[System]:
    """The order of a round: another one is first each time."""
    start = number % len(systems)
    return [*systems[start:], *systems[:start]]


def machine() -> dict[str, Any]:
    """What the numbers depend on."""
    return {
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load_before": round(os.getloadavg()[0], 2),
        "grpcio": importlib.metadata.version("grpcio"),
    }


def save(path: Path, facts: dict[str, Any], plan: Plan, found: Found, table: Sequence[report.Row]) -> None:
    """Writes everything that was measured, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    versions = {key: rounds[0]["version"] for key, rounds in found.rounds.items() if rounds}
    content = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": facts,
        "versions": versions,
        "workers": WORKERS,
        "plan": asdict(plan),
        "problems": found.problems,
        "table": report.as_json(table),
        "rounds": found.rounds,
        "million": found.million,
    }
    unfinished = path.with_name(path.name + ".tmp")
    unfinished.write_text(json.dumps(content, indent=1) + "\n")
    unfinished.replace(path)


def main() -> int:
    """Measures, prints and keeps the table; returns the exit code."""
    chosen, console = options(), Console()
    if not Path("/proc/self/stat").exists():
        console.print("The benchmark reads CPU and memory from /proc, so it needs Linux.")
        return 1
    plan, facts = (QUICK if chosen.quick else FULL), machine()
    try:
        with tempfile.TemporaryDirectory(prefix="dk-bench-") as folder:
            found = run(plan, chosen.million, Path(folder), console)
    except MeasureError as error:
        console.print(f"[red]benchmark:[/] {error}", highlight=False)
        return 1
    except KeyboardInterrupt:
        console.print("interrupted; nothing is left running")
        return 130
    table = report.rows(found.rounds, plan.workload, found.million)
    console.print(report.draw(table, found.problems))
    console.print(
        f"{facts['cores']} cores, Python {facts['python']}, load {facts['load_before']} before; "
        f"rounds: {plan.rounds}, fan-out of {plan.workload.items:,}, chain of {plan.workload.steps}, "
        f"{plan.workload.pipelines} pipelines a round",
        highlight=False,
        soft_wrap=True,
    )
    output = chosen.output or (None if chosen.quick else RESULTS / f"{datetime.now(UTC):%Y-%m-%d}.json")
    if output:
        save(output, facts, plan, found, table)
        console.print(f"all numbers: {output}", highlight=False, soft_wrap=True)
    judged = {row.verdict for row in table}
    return 1 if chosen.check and judged & {report.MISSED, report.UNKNOWN} else 0


if __name__ == "__main__":
    sys.exit(main())
