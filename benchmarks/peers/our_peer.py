"""Our side of the benchmarks: a control plane of its own, used through the Python client over gRPC.

Reads the name of a measure from standard input and answers with its numbers as JSON, as the other peers do.
"""

import json
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from distributedkube import Client

HERE = Path(__file__).resolve().parent.parent
TASKS, STEPS, MILLION = 10_000, 40, 1_000_000
STARTS = 5
ALGORITHMS = {
    "noop": {"cpu": 0.7, "minHotWorkers": 2, "maxWorkers": 2},
    "range": {"cpu": 0.1},
    "multiply": {"cpu": 0.1, "maxWorkers": 2},
    "reduce": {"cpu": 0.1},
}
FAN_OUT = {"name": "fan-out", "nodes": [{"nodeName": "a", "algorithmName": "noop", "input": [f"#[1...{TASKS}]"]}]}
CHAIN = {
    "name": "chain",
    "nodes": [
        {"nodeName": f"n{i}", "algorithmName": "noop", "input": [f"@n{i - 1}" if i else 0]} for i in range(STEPS)
    ],
}
EXAMPLE = {
    "name": "numbers",
    "nodes": [
        {"nodeName": "Range", "algorithmName": "range", "input": ["@flowInput.data"]},
        {"nodeName": "Multiply", "algorithmName": "multiply", "input": ["#@Range", "@flowInput.mul"]},
        {"nodeName": "Reduce", "algorithmName": "reduce", "input": ["@Multiply"]},
    ],
    "flowInput": {"data": 5, "mul": 2},
}
A_MILLION = {
    "name": "million",
    "nodes": [
        {"nodeName": "a", "algorithmName": "noop", "input": [f"#[1...{MILLION}]"]},
        {"nodeName": "b", "algorithmName": "reduce", "input": ["@a"]},
    ],
}


class ControlPlane:
    """`distributedkube dev` as a child."""

    def __init__(self, data_dir: Path) -> None:
        self.socket = f"unix:{data_dir}/workers.sock"
        command = [Path(sys.executable).parent / "distributedkube", "dev", "--port", "0", "--grpc-port", "0"]
        self.process = subprocess.Popen(
            [*map(str, command), "--data-dir", str(data_dir), "--log-level", "warning"],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if re.search(r"gRPC", line):
                return
        raise SystemExit("the control plane did not start")

    def status(self, key: str) -> float:
        """A line of /proc/<pid>/status in MB."""
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"{key}:\s+(\d+)", text)[1]) / 1024  # type: ignore[index]

    def cpu_seconds(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / 100

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait()


class Ours:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.plane = ControlPlane(folder / "data")
        self.client = Client(self.plane.socket)
        for name, more in ALGORITHMS.items():
            definition = {"name": name, "env": "python", "mem": "64Mi", **more}
            self.client.algorithms.apply(definition, code=HERE / "algorithms" / name)
        for pipeline in (FAN_OUT, CHAIN, EXAMPLE):
            self.client.run(pipeline).result()

    def fan_out(self) -> list[float]:
        began = time.perf_counter()
        got = self.client.run(FAN_OUT).result().values
        took = time.perf_counter() - began
        assert got == list(range(1, TASKS + 1))
        return [TASKS / took]

    def chain(self) -> list[float]:
        times = []
        for _ in range(5):
            began = time.perf_counter()
            self.client.run(CHAIN).result()
            times.append((time.perf_counter() - began) / STEPS * 1000)
        return times

    def example(self) -> list[float]:
        times = []
        for _ in range(50):
            began = time.perf_counter()
            assert self.client.run(EXAMPLE).result().value == 30
            times.append((time.perf_counter() - began) * 1000)
        return times

    def cost(self) -> list[float]:
        """Microseconds of control-plane CPU per task of the fan-out, durable writes included."""
        began = self.plane.cpu_seconds()
        for _ in range(3):
            self.client.run(FAN_OUT).wait()
        return [(self.plane.cpu_seconds() - began) / (3 * TASKS) * 1e6]

    def million(self) -> list[float]:
        """Seconds, and the control plane's peak memory in MB."""
        began = time.perf_counter()
        assert self.client.run(A_MILLION).result(timeout=600).value == MILLION * (MILLION + 1) // 2
        return [time.perf_counter() - began, self.plane.status("VmHWM")]

    def start(self) -> list[float]:
        """Seconds from the command to the first result, environments already built."""
        times = []
        for _ in range(STARTS):
            self.close()
            began = time.perf_counter()
            self.plane = ControlPlane(self.folder / "data")
            self.client = Client(self.plane.socket)
            assert self.client.run(EXAMPLE).result().value == 30
            times.append(time.perf_counter() - began)
        return times

    def idle(self) -> list[float]:
        """Memory in MB and percent of one core over five seconds, of a control plane with warm workers and no work."""
        self.close()
        self.plane = ControlPlane(self.folder / "data")
        self.client = Client(self.plane.socket)
        self.client.run(EXAMPLE).result()
        began, at = self.plane.cpu_seconds(), time.perf_counter()
        time.sleep(5)
        return [self.plane.status("VmRSS"), (self.plane.cpu_seconds() - began) / (time.perf_counter() - at) * 100]

    def close(self) -> None:
        self.client.close()
        self.plane.stop()


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="dk-bench-") as folder:
        ours = Ours(Path(folder))
        try:
            print(json.dumps({"ready": "distributedkube"}), flush=True)
            for line in sys.stdin:
                print(json.dumps({"values": getattr(ours, line.strip())()}), flush=True)
        finally:
            ours.close()


if __name__ == "__main__":
    main()
