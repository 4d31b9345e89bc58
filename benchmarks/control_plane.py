"""``distributedkube dev`` as a child: its start, its end, and what it costs, read from ``/proc``."""

import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

COMMAND = Path(sys.executable).parent / "distributedkube"
START_SECONDS = 60.0
STOP_SECONDS = 30.0
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class ControlPlane:
    """A running one."""

    pid: int
    grpc: str
    """``host:port`` of the API."""
    rest: str
    """Base URL of the REST API."""
    began: float
    """When the command was started, on ``time.perf_counter``."""

    def cpu_seconds(self) -> float:
        """Processor time used so far, of this process alone, without its workers."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND

    def resident_mb(self) -> float:
        """Resident memory now, in 10^6 bytes."""
        return self._status_mb("VmRSS")

    def peak_resident_mb(self) -> float:
        """The most resident memory since its start, in 10^6 bytes."""
        return self._status_mb("VmHWM")

    def _status_mb(self, name: str) -> float:
        found = re.search(rf"^{name}:\s*(\d+) kB$", Path(f"/proc/{self.pid}/status").read_text(), re.MULTILINE)
        if found is None:
            raise RuntimeError(f"/proc/{self.pid}/status does not tell {name}; is the process gone?")
        return int(found[1]) * 1024 / 1e6


@contextmanager
def running(data_dir: Path) -> Iterator[ControlPlane]:
    """Runs one on free ports for as long as the context lasts. Raises ``RuntimeError`` when it does not start."""
    data_dir.mkdir(parents=True, exist_ok=True)
    with open(data_dir / "control-plane.log", "ab") as log:
        began = time.perf_counter()
        process = subprocess.Popen(
            [COMMAND, "dev", "--port=0", "--grpc-port=0", f"--data-dir={data_dir}", "--log-level=warning"],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    try:
        rest, grpc = _addresses(process, Path(log.name))
        yield ControlPlane(process.pid, grpc, rest, began)
    finally:
        _stop(process)


def _addresses(process: subprocess.Popen[str], log: Path) -> tuple[str, str]:
    """Waits for the lines that name them; goes on reading so that the child never waits for us."""
    found: queue.Queue[tuple[str, str]] = queue.Queue()

    def read() -> None:
        assert process.stdout is not None
        rest = ""
        for line in process.stdout:
            if (match := re.search(r"(http://\S+/api/v1)", line)) is not None:
                rest = match[1]
            if (match := re.match(r"\s*gRPC\s+(\S+)", line)) is not None:
                found.put((rest, match[1]))
        found.put(("", ""))

    threading.Thread(target=read, daemon=True, name="control-plane-output").start()
    try:
        addresses = found.get(timeout=START_SECONDS)
    except queue.Empty:
        addresses = ("", "")
    if not all(addresses):
        raise RuntimeError(f"the control plane did not start: {log.read_text()[-2000:]}")
    return addresses


def _stop(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGINT)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise RuntimeError(f"the control plane did not stop within {STOP_SECONDS:.0f} s") from None
