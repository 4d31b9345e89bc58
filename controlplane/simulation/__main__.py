"""``python -m controlplane.simulation --seeds 1000`` or ``--seed 7``."""

import sys
import time
from typing import Annotated

import structlog
import typer
from rich.progress import track

from controlplane.simulation.history import History
from controlplane.simulation.world import simulate


def main(
    seed: Annotated[int, typer.Option(help="Run only this seed and print its trace.")] = -1,
    seeds: Annotated[int, typer.Option(help="Run so many seeds.")] = 1000,
) -> None:
    """Runs the engine on virtual time with seeded faults and checks its promises."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    if seed >= 0:
        history = History()
        try:
            outcome = simulate(seed, history)
        finally:
            typer.echo("\n".join(history.trace))
        typer.echo(f"seed {seed}: {outcome.jobs} jobs, {outcome.attempts} attempts, {outcome.virtual_seconds:.1f} s")
        return
    began, attempts, failed = time.monotonic(), 0, []
    for number in track(range(seeds), "Simulating"):
        try:
            attempts += simulate(number).attempts
        except Exception as error:  # noqa: BLE001  Whatever it is, the seed is to be reported.
            failed.append(number)
            typer.echo(
                f"seed {number}: {type(error).__name__}: {error}\n  replay: make simulate SEED={number}", err=True
            )
    took = time.monotonic() - began
    typer.echo(f"{seeds - len(failed)} passed, {len(failed)} failed; {attempts} attempts in {took:.1f} s")
    sys.exit(bool(failed))


if __name__ == "__main__":
    typer.run(main)
