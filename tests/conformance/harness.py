"""Starts workers of any language against the gateway for tests."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.conformance.gateway import HANG_SECONDS, Gateway

CODE = Path(__file__).parent / "code"


@dataclass(frozen=True)
class Language:
    """How to start a worker of one language, and where the user code for the checks is."""

    name: str
    """Folder below `code` with the algorithms."""
    command: Sequence[str]
    suffix: str
    """Of the file names of its algorithms."""
    environ: Mapping[str, str] = field(default_factory=dict)


class Worker:
    """A worker process and its gateway."""

    def __init__(self, language: Language, gateway: Gateway, process: asyncio.subprocess.Process, log: Path) -> None:
        self.language = language
        self.gateway = gateway
        self.process = process
        self.log = log

    async def exited(self) -> int:
        """Waits for the end of the process and gives its exit code."""
        async with asyncio.timeout(HANG_SECONDS):
            return await self.process.wait()

    def signal(self, number: int) -> None:
        self.process.send_signal(number)


class WorkerFactory:
    """Starts workers for one test and ends them after it."""

    def __init__(self, language: Language, folder: Path) -> None:
        self.language = language
        self.folder = folder
        self._workers: list[Worker] = []
        self._gateways: list[Gateway] = []

    async def gateway(self) -> Gateway:
        """A gateway that is open; settings can be made before a worker is started with it."""
        folder = self.folder / f"gateway-{len(self._gateways)}"
        folder.mkdir()
        gateway = Gateway(folder)
        await gateway.start()
        self._gateways.append(gateway)
        return gateway

    async def start(
        self,
        algorithm: str,
        *,
        gateway: Gateway | None = None,
        code_dir: Path | None = None,
        entry_point: str | None = None,
        slots: int = 1,
        environ: Mapping[str, str] | None = None,
    ) -> Worker:
        """Starts a worker with an algorithm in `code/<language>`, or with any other entry point and folder."""
        gateway = gateway or await self.gateway()
        log = self.folder / f"worker-{len(self._workers)}.log"
        work_dir = self.folder / f"work-{len(self._workers)}"
        work_dir.mkdir()
        env = {
            **os.environ,
            **self.language.environ,
            "DK_GATEWAY": gateway.target,
            "DK_WORKER_TOKEN": "secret",
            "DK_WORKER_ID": f"worker-{len(self._workers)}",
            "DK_ALGORITHM_NAME": "algorithm",
            "DK_ALGORITHM_VERSION": "v1",
            "DK_CODE_DIR": str(code_dir or CODE / self.language.name),
            "DK_ENTRY_POINT": entry_point or algorithm + self.language.suffix,
            "DK_SLOTS": str(slots),
            "DK_WORK_DIR": str(work_dir),
            **(environ or {}),
        }
        with log.open("wb") as file:
            process = await asyncio.create_subprocess_exec(
                *self.language.command,
                env=env,
                cwd=self.folder,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=file,
                stderr=file,
            )
        worker = Worker(self.language, gateway, process, log)
        self._workers.append(worker)
        return worker

    async def close(self) -> None:
        """Ends what is still running and shows what the workers had to say."""
        for worker in self._workers:
            with contextlib.suppress(ProcessLookupError):
                worker.process.send_signal(signal.SIGKILL)
            await worker.process.wait()
            print(worker.log.read_text(errors="replace"))
        for gateway in self._gateways:
            await gateway.stop()
