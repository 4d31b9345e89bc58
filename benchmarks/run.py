"""`make bench`: the embedded control plane beside Ray and Dask, in one run on one machine, round by round.

In each round the peers have the machine one after the other, alone: each is started, measures what it is told, and ends. So
nobody pays for another's background work, and whatever else the machine does hits all alike. Ray and Dask live in an
environment of their own, benchmarks/.venv.
"""

import argparse
import datetime
import json
import os
import platform
import statistics
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

HERE = Path(__file__).resolve().parent
ROUNDS, QUICK_ROUNDS = 3, 1
REPEATS = {"fan_out": 3, "chain": 3, "example": 3}
"""How often each is measured in a round."""

SCRIPTS = {"ours": "our_peer.py", "ray": "ray_peer.py", "dask": "dask_peer.py"}


class Peer:
    """A process that measures."""

    def __init__(self, name: str, python: Path, script: str) -> None:
        self.name = name
        self.version = "not available"
        self.process: subprocess.Popen[str] | None = None
        if not python.exists():
            return
        environment = {k: v for k, v in os.environ.items() if not k.startswith("OPENBLAS_")}
        self.process = subprocess.Popen(
            [python, HERE / "peers" / script],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment,
        )
        self.version = str(self._answer("ready"))

    def measure(self, what: str) -> list[float]:
        if self.process is None:
            return []
        assert self.process.stdin is not None
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()
        return list(self._answer("values"))  # type: ignore[call-overload]

    def _answer(self, key: str) -> object:
        assert self.process is not None
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith("{"):
                return json.loads(line)[key]
        raise SystemExit(f"{self.name} ended while it was measured; run benchmarks/peers by hand to see why")

    def close(self) -> None:
        if self.process is not None:
            assert self.process.stdin is not None
            self.process.stdin.close()
            self.process.wait()


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; ``ratio`` above 1 means that ours is better than Ray."""

    measure: str
    unit: str
    ours: float
    ray: float | None
    dask: float | None
    ratio: float | None
    budget: str
    met: bool


def install_peers(console: Console) -> Path:
    """Makes benchmarks/.venv once; without it the peers' columns stay empty."""
    python = HERE / ".venv" / "bin" / "python"
    stamp = HERE / ".venv" / ".requirements"
    wanted = (HERE / "requirements.txt").read_text()
    if not (stamp.exists() and stamp.read_text() == wanted):
        console.print("Installing Ray and Dask into benchmarks/.venv")
        subprocess.run([sys.executable, "-m", "venv", "--clear", HERE / ".venv"], check=True)
        pip = [
            python,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "-r",
            HERE / "requirements.txt",
        ]
        if subprocess.run(pip, check=False).returncode:
            console.print("[red]The peers could not be installed; their columns stay empty.[/]")
            return HERE / "nowhere"
        stamp.write_text(wanted)
    return python


def measure_all(
    pythons: dict[str, Path], rounds: int, extras: list[str], console: Console
) -> tuple[dict[str, dict[str, list[float]]], dict[str, list[float]], dict[str, str]]:
    """Values by measure and peer, our own extra values, and the versions of the peers."""
    found: dict[str, dict[str, list[float]]] = {what: {name: [] for name in SCRIPTS} for what in REPEATS}
    ours: dict[str, list[float]] = {}
    versions: dict[str, str] = {}
    with Progress(console=console) as progress:
        bar = progress.add_task("Measuring", total=rounds * len(SCRIPTS))
        for turn in range(rounds):
            for name, script in SCRIPTS.items():
                progress.update(bar, description=f"Measuring {name}")
                peer = Peer(name, pythons[name], script)
                versions[name] = peer.version
                for what, count in REPEATS.items():
                    for _ in range(count):
                        found[what][name] += peer.measure(what)
                if name == "ours" and turn == rounds - 1:
                    ours = {what: peer.measure(what) for what in extras}
                peer.close()
                progress.advance(bar)
    return found, ours, versions


def median(values: list[float]) -> float | None:
    return statistics.median(values) if values else None


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def rows_of(found: dict[str, dict[str, list[float]]], extra: dict[str, list[float]]) -> list[Row]:
    def against(what: str, name: str, unit: str, budget: str, limit: float, *, more_is_better: bool) -> Row:
        mine, ray, dask = (median(found[what][peer]) for peer in ("ours", "ray", "dask"))
        assert mine is not None
        ratio = None if not ray else (mine / ray if more_is_better else ray / mine)
        return Row(name, unit, mine, ray, dask, ratio, budget, ratio is None or ratio >= limit)

    p99 = percentile(found["example"]["ours"], 0.99)
    start, cost, idle = extra["start"], extra["cost"][0], extra["idle"]
    rows = [
        against("fan_out", "fan-out of 10,000 no-op tasks", "tasks/s", "5 x Ray", 5, more_is_better=True),
        against("chain", "chain of 40 steps", "ms/step", "Ray's", 1, more_is_better=False),
        against("example", "example pipeline, warm, p50", "ms", "Ray's", 1, more_is_better=False),
        Row("example pipeline, warm, p99", "ms", p99, None, None, None, "30", p99 < 30),
        Row(
            "start to first result", "s", statistics.median(start), None, None, None, "3", statistics.median(start) < 3
        ),
        Row("control-plane CPU per task", "us", cost, None, None, None, "60", cost < 60),
        Row("idle memory", "MB", idle[0], None, None, None, "120", idle[0] < 120),
        Row("idle CPU", "% of a core", idle[1], None, None, None, "near 0", idle[1] < 2),
    ]
    if "million" in extra:
        seconds, peak = extra["million"]
        rows.append(Row("1,000,000 tasks and their sum", "s", seconds, None, None, None, "completes", True))
        rows.append(Row("peak memory in that", "MB", peak, None, None, None, "400", peak < 400))
    return rows


def show(rows: list[Row], console: Console) -> None:
    table = Table(title="medians, one run, one machine")
    for name in ("measure", "unit", "ours", "Ray", "Dask", "better than Ray", "budget", ""):
        table.add_column(name, justify="left" if name in ("measure", "unit", "") else "right")
    for row in rows:
        cells = [
            f"{v:,.0f}" if v and v >= 100 else f"{v:.2f}" if v is not None else ""
            for v in (row.ours, row.ray, row.dask)
        ]
        ratio = f"{row.ratio:.1f} x" if row.ratio else ""
        table.add_row(
            row.measure, row.unit, *cells, ratio, row.budget, "[green]met[/]" if row.met else "[red]missed[/]"
        )
    console.print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    parser.add_argument("--million", action="store_true", help="also a batch of a million items")
    parser.add_argument("--check", action="store_true", help="fail when a budget is missed")
    options = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 120)
    theirs = install_peers(console)
    pythons = {"ours": Path(sys.executable), "ray": theirs, "dask": theirs}
    extras = ["cost", *(["million"] if options.million else []), "start", "idle"]
    rounds = QUICK_ROUNDS if options.quick else ROUNDS
    found, extra, versions = measure_all(pythons, rounds, extras, console)
    rows = rows_of(found, extra)
    show(rows, console)
    file = HERE / "results" / f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}.json"
    file.parent.mkdir(exist_ok=True)
    facts = {
        "at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "peers": versions,
    }
    file.write_text(json.dumps({**facts, "rows": [asdict(row) for row in rows], "values": found}, indent=1) + "\n")
    console.print(f"saved to {file.relative_to(HERE.parent)}")
    if options.check and not all(row.met for row in rows):
        sys.exit(1)


if __name__ == "__main__":
    main()
