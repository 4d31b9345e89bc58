"""The product as a user meets it: the two commands as child processes, a data folder of their own, free ports."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
EXAMPLE = ROOT / "examples" / "numbers"
READY = re.compile(r"(http://\S+)/api/v1")


@dataclass(frozen=True, slots=True)
class Said:
    """What a command printed."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


class Product:
    """A running `distributedkube dev`."""

    def __init__(self, process: asyncio.subprocess.Process, endpoint: str, data_dir: Path) -> None:
        self.process = process
        self.endpoint = endpoint
        self.data_dir = data_dir

    async def ctl(self, *args: str, cwd: Path | None = None) -> Said:
        """Runs `distributedkubectl`."""
        return await run(BIN / "distributedkubectl", *args, cwd=cwd, env={"DISTRIBUTEDKUBE_ENDPOINT": self.endpoint})

    async def apply(self, folder: Path, name: str, code: str, env: str = "python", **files: str) -> Said:
        """Applies an algorithm from source text."""
        source = folder / name
        source.mkdir(parents=True, exist_ok=True)
        (source / ("main.py" if env == "python" else "index.js")).write_text(code)
        for file, text in files.items():
            (source / file.replace("__", ".")).write_text(text)
        definition = {"name": name, "env": env, "resources": {"cpu": 0.5, "mem": "64Mi"}, "code": {"path": name}}
        (folder / f"{name}.json").write_text(json.dumps(definition))
        return await self.ctl("algorithm", "apply", "-f", f"{name}.json", cwd=folder)

    async def submit(self, folder: Path, pipeline: Mapping[str, Any]) -> str:
        """Runs a raw pipeline and returns its job id."""
        (folder / "pipeline.json").write_text(json.dumps(pipeline))
        said = await self.ctl("exec", "raw", "-f", "pipeline.json", "-o", "json", cwd=folder)
        assert said.code == 0, said
        return str(said.json()["jobId"])

    async def kill(self) -> None:
        """kill -9 of the control plane alone; its workers live on."""
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()


async def run(*command: object, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> Said:
    process = await asyncio.create_subprocess_exec(
        *map(str, command),
        cwd=cwd,
        env={**os.environ, "NO_COLOR": "1", **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    out, err = await process.communicate()
    return Said(process.returncode or 0, out.decode(), err.decode())


async def start(data_dir: Path, *args: str) -> Product:
    """Starts a control plane and waits for its ready line."""
    with (data_dir.parent / "dev.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            str(BIN / "distributedkube"), "dev", "--port", "0", "--grpc-port", "0", "--data-dir", str(data_dir), *args,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, start_new_session=True,
        )  # fmt: skip
    assert process.stdout is not None
    async for line in process.stdout:
        found = READY.search(line.decode())
        if found:
            return Product(process, found[1], data_dir)
    raise AssertionError(f"the control plane ended: {(data_dir.parent / 'dev.log').read_text()}")


@asynccontextmanager
async def product(data_dir: Path, *args: str) -> AsyncIterator[Product]:
    """A control plane that is stopped the polite way, and leaves nothing running."""
    made = await start(data_dir, *args)
    try:
        yield made
    finally:
        await stop(made)


async def stop(made: Product) -> None:
    if made.process.returncode is None:
        made.process.send_signal(signal.SIGINT)
        assert await made.process.wait() == 0
    assert workers_of(made.data_dir) == []


def workers_of(data_dir: Path) -> list[int]:
    """Processes of workers that belong to a data folder, by their environment."""
    mark = f"unix:{data_dir.resolve()}/workers.sock".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                environment = (entry / "environ").read_bytes()
                state = (entry / "stat").read_text().rsplit(")", 1)[1].split()[0]
            except OSError:
                continue
            if mark in environment and state != "Z":
                found.append(int(entry.name))
    return found
