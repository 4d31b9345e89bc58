"""`make demo`: the example pipeline on a control plane of its own, from user code to result, and nothing left running.

It does what the tour in the README does, with the same commands and files.
"""

import json
import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BIN = Path(sys.executable).parent
DATA = ROOT / ".dk" / "demo"
START_SECONDS = 60
STYLE = ("\033[1;36m", "\033[0m") if sys.stdout.isatty() and not os.environ.get("NO_COLOR") else ("", "")


def say(text: str) -> None:
    print(f"\n{STYLE[0]}{text}{STYLE[1]}", flush=True)


class ControlPlane:
    """`distributedkube dev` as a child."""

    def __init__(self) -> None:
        command = [BIN / "distributedkube", "dev", "--port", "0", "--grpc-port", "0", "--data-dir", DATA]
        self.process = subprocess.Popen(
            [*map(str, command), "--log-level", "warning"], stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        self.endpoint = self._endpoint()

    def _endpoint(self) -> str:
        """Waits for the line that names the REST address."""
        lines: queue.Queue[str] = queue.Queue()

        def read() -> None:
            assert self.process.stdout is not None
            for line in self.process.stdout:
                lines.put(line)
            lines.put("")

        threading.Thread(target=read, daemon=True).start()
        deadline = time.monotonic() + START_SECONDS
        while True:
            line = lines.get(timeout=max(0.1, deadline - time.monotonic()))
            if not line:
                sys.exit("the control plane did not start; its last words are above")
            found = re.search(r"(http://\S+)/api/v1", line)
            if found:
                return found[1]

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait()


class Ctl:
    """`distributedkubectl`, shown as it is run."""

    def __init__(self, endpoint: str) -> None:
        self.env = {**os.environ, "DISTRIBUTEDKUBE_ENDPOINT": endpoint}

    def show(self, *args: str) -> None:
        """Runs a command in the user's terminal."""
        print(f"\n$ distributedkubectl {' '.join(args)}", flush=True)
        subprocess.run([BIN / "distributedkubectl", *args], cwd=HERE, env=self.env, check=True)

    def ask(self, *args: str) -> str:
        """Runs a command for its output."""
        command = [BIN / "distributedkubectl", *args]
        return subprocess.run(command, cwd=HERE, env=self.env, check=True, capture_output=True, text=True).stdout

    def newest_job(self) -> str:
        jobs = self.ask("exec", "list", "--status", "completed", "--output", "json")
        return str(json.loads(jobs)[0]["jobId"])


def check(ctl: Ctl, job: str, expected: int) -> None:
    value = json.loads(ctl.ask("exec", "result", job, "--output", "json"))["data"][0]["result"]
    if value != expected:
        sys.exit(f"expected {expected}, got {value}")


def main() -> None:
    say("Starting the embedded control plane")
    control_plane = ControlPlane()
    try:
        print(f"REST on {control_plane.endpoint}/api/v1, try {control_plane.endpoint}/swagger-ui")
        ctl = Ctl(control_plane.endpoint)
        say("Turning three pieces of user code in two languages into workers")
        for algorithm in ("range", "multiply", "reduce"):
            ctl.show("algorithm", "apply", "-f", f"{algorithm}.yml")
        ctl.show("algorithm", "list")
        say("Running the pipeline: 5 -> [1..5] -> times 2 -> sum")
        ctl.show("exec", "raw", "-f", "numbers.yml", "--watch")
        check(ctl, ctl.newest_job(), 30)
        say("Storing it and running it with other input: N=500, k=200")
        if "numbers" not in ctl.ask("pipeline", "list"):
            ctl.show("pipeline", "store", "-f", "numbers.yml")
        ctl.show("exec", "stored", "numbers", "-f", "otherFlowInput.yml", "--watch")
        job = ctl.newest_job()
        check(ctl, job, 25_050_000)
        ctl.show("exec", "status", job)
        ctl.show("exec", "result", job)
        ctl.show("logs", job, "Range")
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
    finally:
        control_plane.stop()
    say("Done: 30 and 25050000. Nothing is left running; make a tour of your own with the README.")


if __name__ == "__main__":
    main()
