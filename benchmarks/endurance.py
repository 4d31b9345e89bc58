"""A large batch whose control plane is killed again and again: ``endurance.py [--items N] [--every SECONDS]``.

Every item is appended to a file by the task that has it, so that what ran twice shows. The job must end with the right
result; printed are the kills, the memory of each control plane and how many tasks ran more than once.
"""

import argparse
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from control_plane import ControlPlane, running
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from distributedkube.client import Client, WaitTimeoutError

CODE = """import os
FILE = os.open({path!r}, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
def start(args):
    os.write(FILE, b"%d\\n" % args["input"][0])
    return args["input"][0] * 2
"""
SUM = "def start(args):\n    return [len(args['input'][0]), sum(args['input'][0])]\n"


def definitions(items: int) -> dict[str, object]:
    return {
        "name": "endurance",
        "nodes": [
            {"nodeName": "each", "algorithmName": "double", "input": [f"#[1...{items}]"]},
            {"nodeName": "sum", "algorithmName": "sum", "input": ["@each"]},
        ],
        "options": {"ttl": 0},
    }


def apply(client: Client, folder: Path, counted: Path) -> None:
    for name, code, cpu in (("double", CODE.format(path=str(counted)), 0.9), ("sum", SUM, 0.1)):
        source = folder / name
        source.mkdir()
        (source / "main.py").write_text(code)
        client.algorithms.apply({"name": name, "env": "python", "cpu": cpu, "mem": "64Mi"}, code=source)


def is_over(control_plane: ControlPlane, job_id: str, seconds: float, tell: Callable[[int], None]) -> bool:
    """Follows a job for so long, and tells how many items have ended; whether the job has."""
    with Client(control_plane.grpc) as client:
        try:
            for status in client.job(job_id).watch(timeout=seconds):
                each: dict[str, Any] = next(
                    (node for node in status.get("nodes", []) if node["nodeName"] == "each"), {}
                )
                tell(each.get("states", {}).get("succeed", 0))
        except WaitTimeoutError:
            return False
    return True


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--items", type=int, default=100_000)
    options.add_argument("--every", type=float, default=1.0, help="seconds between two kills")
    given = options.parse_args()
    console = Console()
    memory: list[float] = []
    with tempfile.TemporaryDirectory(prefix="distributedkube-endurance-") as name:
        folder = Path(name)
        counted, job_id, kills, began = folder / "counted", "", 0, time.monotonic()
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, console=console) as progress:
            bar = progress.add_task("Items run", total=given.items)
            over = False
            while not over:
                with running(folder / "data") as control_plane:
                    if not job_id:
                        with Client(control_plane.grpc) as client:
                            apply(client, folder, counted)
                            job_id = client.run(definitions(given.items)).id
                    over = is_over(
                        control_plane, job_id, given.every, lambda items: progress.update(bar, completed=items)
                    )
                    memory.append(control_plane.peak_resident_mb())
                    if not over:
                        os.kill(control_plane.pid, signal.SIGKILL)
                        kills += 1
        with running(folder / "data") as control_plane, Client(control_plane.grpc) as client:
            found = client.job(job_id).result().value
        runs = Counter(counted.read_text().split())
        took = time.monotonic() - began
    wanted = [given.items, given.items * (given.items + 1)]
    again = sum(count - 1 for count in runs.values())
    console.print(f"{given.items} items, {kills} kills, {took:.0f} s; most memory {max(memory):.0f} MB")
    console.print(
        f"{again} tasks ran again; result {found}, {'right' if found == wanted else f'WRONG, wanted {wanted}'}"
    )
    sys.exit(found != wanted or len(runs) != given.items)


if __name__ == "__main__":
    main()
