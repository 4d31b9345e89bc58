"""The systems that are measured: how each is installed, run for one round, and ended.

Each round is a process of its own, so that one system never costs another anything.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PEER_ENVIRONMENT = HERE / ".venv"
REQUIREMENTS = HERE / "requirements.txt"
ROUND_SECONDS = 300.0
MILLION_SECONDS = 900.0
LAST_WORDS = 1500
"""So many characters of a failed program's output are shown."""


class MeasureError(Exception):
    """A system could not be installed or measured; the message says why."""


@dataclass(frozen=True, slots=True)
class System:
    """One of them."""

    key: str
    name: str
    command: tuple[str, ...]
    """What measures one round; run in this folder."""
    requirement: str = ""
    """Its package in the peers' environment; ours has none."""


OURS = System("ours", "DistributedKube", (sys.executable, str(HERE / "ours.py")))
PEER_PYTHON = str(PEER_ENVIRONMENT / "bin" / "python")
PEERS = (
    System("ray", "Ray", (PEER_PYTHON, "-m", "peers.ray_peer"), "ray"),
    System("dask", "Dask", (PEER_PYTHON, "-m", "peers.dask_peer"), "distributed"),
)


def install(system: System) -> None:
    """Installs a peer as pinned, unless it is. Raises ``MeasureError``."""
    wanted = pinned(system)
    stamp = PEER_ENVIRONMENT / f".{system.key}"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    if not Path(PEER_PYTHON).exists():
        venv.create(PEER_ENVIRONMENT, with_pip=True)
    done = subprocess.run(
        [PEER_PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wanted],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise MeasureError(f"{wanted} cannot be installed with pip: {_last_line(done.stderr)}")
    stamp.write_text(wanted)


def _last_line(text: str) -> str:
    """Where pip says what went wrong; before it come all versions that there are."""
    lines = text.strip().splitlines()
    return lines[-1] if lines else "it did not say why"


def pinned(system: System) -> str:
    """Its line of requirements.txt."""
    for line in REQUIREMENTS.read_text().splitlines():
        if line.startswith(f"{system.requirement}=="):
            return line
    raise MeasureError(f"{REQUIREMENTS.name} has no line {system.requirement}==<version>")


def run_round(system: System, arguments: list[str], timeout_seconds: float = ROUND_SECONDS) -> dict[str, Any]:
    """Measures one round and returns what it printed. Raises ``MeasureError``."""
    with tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            [*system.command, *arguments],
            cwd=HERE,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,
        )
        try:
            output, _ = process.communicate(timeout=timeout_seconds)
        except subprocess.TimeoutExpired:
            raise MeasureError(f"{system.name} took more than {timeout_seconds:.0f} s for a round") from None
        finally:
            _end(process)
        errors.seek(0)
        if process.returncode:
            raise MeasureError(f"{system.name} failed: {errors.read().strip()[-LAST_WORDS:]}")
    result: dict[str, Any] = json.loads(output.splitlines()[-1])
    return result


def _end(process: subprocess.Popen[str]) -> None:
    """Interrupts a round that still runs, so that it ends its own children; kills its process group if it does not."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGINT)
    try:
        process.wait(45)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
