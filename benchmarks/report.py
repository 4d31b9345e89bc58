"""From the times of all rounds to one table: medians, comparison, verdicts. Pure, but for drawing with Rich."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.table import Table
from rich.text import Text
from workload import Workload

Round = Mapping[str, Any]
"""What a system printed for one round, see `workload.measure` and `ours`."""

MET, MISSED, UNKNOWN, NO_BUDGET = "met", "missed", "unknown", ""


@dataclass(frozen=True, slots=True)
class Measure:
    """One row: how it comes from a round, and what it is held to."""

    name: str
    unit: str
    of: Callable[[Round, Workload], float | None]
    """The value of one round; None where the system does not have it."""
    digits: int = 1
    more_is_better: bool = False
    times_ray: float | None = None
    """Budget: at least so many times as good as Ray."""
    below: float | None = None
    """Budget: less than this."""

    @property
    def budget(self) -> str:
        """The budget in words."""
        match self.times_ray, self.below:
            case None, None:
                return ""
            case None, limit:
                return f"< {limit:g} {self.unit}"
            case 1.0, _:
                return "Ray or better"
            case times, _:
                return f"{times:g} x Ray"


@dataclass(frozen=True, slots=True)
class Row:
    """One row with its numbers; None where there is none."""

    measure: str
    unit: str
    ours: float | None
    ray: float | None
    dask: float | None
    times_ray: float | None
    """How many times as good as Ray's: above 1 is better."""
    times_dask: float | None
    budget: str
    verdict: str


def _median_of(key: str, scale: Callable[[Workload], float]) -> Callable[[Round, Workload], float | None]:
    return lambda found, workload: statistics.median(found[key]) * scale(workload) if key in found else None


def _rate(found: Round, workload: Workload) -> float:
    return workload.items / float(statistics.median(found["fan_out_seconds"]))


def _pipeline_p99(found: Round, _: Workload) -> float:
    return float(statistics.quantiles(found["pipeline_seconds"], n=100, method="inclusive")[98]) * 1e3


def _single(key: str) -> Callable[[Round, Workload], float | None]:
    return lambda found, _: found.get(key)


MEASURES: Sequence[Measure] = (
    Measure("fan-out", "tasks/s", _rate, digits=0, more_is_better=True, times_ray=5.0),
    Measure("chain step", "ms", _median_of("chain_seconds", lambda load: 1e3 / load.steps), digits=2, times_ray=1.0),
    Measure("pipeline p50", "ms", _median_of("pipeline_seconds", lambda _: 1e3), times_ray=1.0),
    Measure("pipeline p99", "ms", _pipeline_p99, below=30),
    Measure("start to result", "s", _single("start_seconds"), digits=2, below=3),
    Measure("CPU per task", "us", _median_of("cpu_us_per_task", lambda _: 1.0), digits=0, below=60),
    Measure("idle memory", "MB", _single("idle_mb"), digits=0, below=120),
    Measure("idle CPU", "%", _single("idle_cpu_percent"), below=1),
    Measure("peak memory", "MB", _single("peak_mb"), digits=0),
    Measure("million, memory", "MB", _single("million_peak_mb"), digits=0, below=400),
    Measure("million, time", "s", _single("million_seconds")),
    Measure("million, CPU", "us", _single("million_cpu_us_per_task"), digits=0, below=60),
)


def rows(rounds: Mapping[str, Sequence[Round]], workload: Workload, million: Round | None = None) -> list[Row]:
    """The table of a run.

    Args:
        rounds: all rounds of ``ours``, ``ray`` and ``dask``; none for a peer that could not be measured.
        million: what the batch of a million items gave, if it was asked for.
    """
    found = {**rounds, "ours": [{**each, **(million or {})} for each in rounds["ours"]]}
    table = [_row(measure, found, workload) for measure in MEASURES]
    return [row for row in table if row.ours is not None]


def _row(measure: Measure, rounds: Mapping[str, Sequence[Round]], workload: Workload) -> Row:
    ours, ray, dask = (_over_rounds(measure, rounds[name], workload) for name in ("ours", "ray", "dask"))
    times_ray, times_dask = _times(measure, ours, ray), _times(measure, ours, dask)
    return Row(
        measure.name, measure.unit, ours, ray, dask, times_ray, times_dask, measure.budget,
        verdict(measure, ours, times_ray),
    )  # fmt: skip


def _over_rounds(measure: Measure, rounds: Sequence[Round], workload: Workload) -> float | None:
    values = [value for each in rounds if (value := measure.of(each, workload)) is not None]
    return statistics.median(values) if values else None


def _times(measure: Measure, ours: float | None, peer: float | None) -> float | None:
    if not ours or not peer:
        return None
    return ours / peer if measure.more_is_better else peer / ours


def verdict(measure: Measure, ours: float | None, times_ray: float | None) -> str:
    """Whether a budget is met; unknown when what it compares with is missing."""
    if measure.times_ray is not None:
        if times_ray is None:
            return UNKNOWN
        return MET if times_ray >= measure.times_ray else MISSED
    if measure.below is not None:
        if ours is None:
            return UNKNOWN
        return MET if ours < measure.below else MISSED
    return NO_BUDGET


def as_json(table: Sequence[Row]) -> list[dict[str, Any]]:
    """The rows as they go into the results file."""
    return [asdict(row) for row in table]


def cells(row: Row) -> list[str]:
    """The row as texts: measure, ours, Ray, Dask, times as good as Ray, budget, verdict."""
    digits = next(measure.digits for measure in MEASURES if measure.name == row.measure)
    values = [f"{value:,.{digits}f}" if value is not None else "-" for value in (row.ours, row.ray, row.dask)]
    ratio = f"{row.times_ray:.2f} x" if row.times_ray is not None else "-"
    return [f"{row.measure} ({row.unit})", *values, ratio, row.budget, row.verdict]


def draw(table: Sequence[Row], problems: Mapping[str, str]) -> Table:
    """The table for a terminal; a peer with a problem says so in the head of its column."""
    drawn = Table(title="DistributedKube beside Ray and Dask: medians, ratios above 1 are in our favour")
    for name, key in (("measure", ""), ("ours", "ours"), ("Ray", "ray"), ("Dask", "dask")):
        drawn.add_column(f"{name}\n{problems[key]}" if key in problems else name, justify="right" if key else "left")
    drawn.add_column("vs Ray", justify="right")
    drawn.add_column("budget")
    drawn.add_column("verdict")
    colours = {MET: "green", MISSED: "bold red", UNKNOWN: "yellow"}
    for row in table:
        *texts, last = cells(row)
        drawn.add_row(*texts, Text(last, style=colours.get(last, "")))
    return drawn


def markdown(table: Sequence[Row]) -> str:
    """The table as it goes into a README."""
    head = ["measure", "ours", "Ray", "Dask", "vs Ray", "budget", "verdict"]
    lines = [head, ["---", *["--:"] * 4, "---", "---"], *(cells(row) for row in table)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
