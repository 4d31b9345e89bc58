"""A running `distributedkube dev` and a plain HTTP client for it, as any script would use it."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import httpx

BIN = Path(sys.executable).parent
READY = re.compile(r"(http://\S+)/api/v1")
API = "/api/v1/"


@dataclass(slots=True)
class Rest:
    """Requests below ``/api/v1``; keeps which were made, so that tests can be held to what they say they cover."""

    endpoint: str
    client: httpx.Client
    pid: int = 0
    """The server's process."""
    seen: list[tuple[str, str]] = field(default_factory=list)
    """Verb and path of every request."""

    def call(self, verb: str, path: str, **more: Any) -> httpx.Response:
        """``path`` is below ``/api/v1/`` unless it begins with a slash."""
        path = path if path.startswith("/") else API + path
        self.seen.append((verb, path.partition("?")[0]))
        return self.client.request(verb, path, **more)

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.call("GET", path, **more)

    def post(self, path: str, json: Any = None, **more: Any) -> httpx.Response:
        return self.call("POST", path, json=json, **more)

    def put(self, path: str, json: Any = None, **more: Any) -> httpx.Response:
        return self.call("PUT", path, json=json, **more)

    def delete(self, path: str, **more: Any) -> httpx.Response:
        return self.call("DELETE", path, **more)

    # What most tests need first

    def apply_code(self, name: str, code: str, **more: Any) -> str:
        """Applies a Python algorithm from its source and waits, by the build's events, until it can run."""
        packed = BytesIO()
        with ZipFile(packed, "w") as archive:
            archive.writestr("main.py", code)
        described = {"name": name, "env": "python", "cpu": 0.1, "mem": "64Mi", **more}
        answer = self.client.post(
            f"{API}store/algorithms/apply",
            data={"payload": httpx_json(described)},
            files={"file": (f"{name}.zip", packed.getvalue())},
        )
        assert answer.status_code == 200, answer.text
        build = answer.json()["buildId"]
        ended = self.follow(f"watch/build/{build}")
        assert ended["build"]["status"] == "completed", ended
        return str(build)

    def run(self, pipeline: Mapping[str, Any]) -> str:
        """Runs a raw pipeline; returns its job."""
        answer = self.post("exec/raw", pipeline)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["jobId"])

    def ended(self, job_id: str) -> Any:
        """Waits for the end of a job by its events; returns its last status."""
        return self.follow(f"watch/job/{job_id}")["status"]

    def until(self, job_id: str, reached: Callable[[Any], bool]) -> Any:
        """Waits by a job's events until its status is as wanted; returns that. Fails when the job ends before."""
        with self.client.stream("GET", f"{API}watch/job/{job_id}", timeout=None) as answer:
            for line in answer.iter_lines():
                if line.startswith("data:"):
                    status = parse(line[5:])["status"]
                    if reached(status):
                        return status
        raise AssertionError(f"job {job_id} has ended and never was as wanted")

    def follow(self, path: str) -> Any:
        """Reads an event stream to its end; returns the last event."""
        return self.events(path)[-1]

    def events(self, path: str, params: Mapping[str, Any] | None = None) -> list[Any]:
        """Reads an event stream to its end; returns its events."""
        self.seen.append(("GET", f"{API}{path}".partition("?")[0]))
        with self.client.stream("GET", API + path, params=params, timeout=None) as answer:
            assert answer.status_code == 200, answer.read()
            return [parse(line[5:]) for line in answer.iter_lines() if line.startswith("data:")]


def httpx_json(value: Any) -> str:
    """JSON text as clients put it into a form."""
    return bytes(httpx.Request("POST", "http://x", json=value).content).decode()


def parse(text: str) -> Any:
    return httpx.Response(200, text=text).json()


def error(answer: httpx.Response) -> tuple[int, str]:
    """Status and message of a refusal; its body must have the contract's shape."""
    said = answer.json()["error"]
    assert said["code"] == answer.status_code
    return answer.status_code, said["message"]


@contextmanager
def server(folder: Path, *args: str, env: Mapping[str, str] | None = None) -> Iterator[Rest]:
    """A control plane with a data folder of its own, stopped the polite way afterwards."""
    log = folder / "dev.log"
    with log.open("ab") as sink:
        process = subprocess.Popen(
            [BIN / "distributedkube", "dev", "--port", "0", "--grpc-port", "0", "--data-dir", folder / "data", *args],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=sink,
            text=True,
            start_new_session=True,
            env={**os.environ, **(env or {})},
        )
    try:
        assert process.stdout is not None
        found = next((match for line in process.stdout if (match := READY.search(line))), None)
        assert found is not None, f"the control plane ended: {log.read_text()}"
        with httpx.Client(base_url=found[1], timeout=120) as client:
            yield Rest(found[1], client, process.pid)
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait() == 0, log.read_text()
        process.stdout.close()
