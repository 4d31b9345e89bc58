"""Check 19: what user code prints."""

from __future__ import annotations

import asyncio
from pathlib import Path

from distributedkube.api.worker.v1 import worker_pb2
from tests.conformance.gateway import Gateway
from tests.conformance.harness import WorkerFactory

STDOUT, STDERR = worker_pb2.LogEntry.STREAM_STDOUT, worker_pb2.LogEntry.STREAM_STDERR


class LoggingChecks:
    async def test_lines_of_a_task(self, workers: WorkerFactory) -> None:
        """All that a task and its children print arrives no later than its result, under its token."""
        gateway = (await workers.start("printing")).gateway
        token = await gateway.run("lines")
        await gateway.result(token)
        lines = [(line.stream, line.text) for line in gateway.lines if line.token == token]
        assert [text for stream, text in lines if stream == STDOUT] == [
            "to stdout",
            '{"log": "in json", "stream": "stderr", "key": 1}',
            "from the descriptor",
            "from a child",
            "no newline",
        ]
        assert [text for stream, text in lines if stream == STDERR] == ["to stderr"]
        assert len(lines) == len(gateway.lines)
        assert all(line.time_us > 1_600_000_000_000_000 for line in gateway.lines)

    async def test_each_line_finds_its_task(self, workers: WorkerFactory) -> None:
        """Tasks that come in one frame and are over at once keep their lines apart."""
        gateway = (await workers.start("printing")).gateway
        await gateway.connected()
        context = gateway.add_context(inputs=["lines"])
        tokens = gateway.assign(context, 20)
        quiet = gateway.assign(gateway.add_context(inputs=["quiet"]), 20)
        for token in tokens + quiet:
            await gateway.result(token)
        for token in tokens:
            assert len([line for line in gateway.lines if line.token == token]) == 6
        assert len(gateway.lines) == 6 * len(tokens)

    async def test_lines_arrive_while_the_task_runs(self, workers: WorkerFactory, tmp_path: Path) -> None:
        """Nobody has to wait for the end of a long task."""
        gateway = (await workers.start("printing")).gateway
        flag = tmp_path / "flag"
        token = await gateway.run("live", str(flag))
        assert (await gateway.line("still running")).token == token
        assert token not in gateway.results
        await asyncio.to_thread(flag.touch)
        await gateway.result(token)

    async def test_output_after_the_task(self, workers: WorkerFactory, tmp_path: Path) -> None:
        """Lines that are printed between tasks belong to none."""
        gateway = (await workers.start("printing")).gateway
        flag = tmp_path / "flag"
        await gateway.result(await gateway.run("later", str(flag)))
        await asyncio.to_thread(flag.touch)
        assert (await gateway.line("after the task")).token == b""

    async def test_long_line(self, workers: WorkerFactory) -> None:
        """A line that is too long comes in pieces, none of which cuts a character."""
        gateway = (await workers.start("printing")).gateway
        token = await gateway.run("long")
        await gateway.result(token)
        texts = [line.text for line in gateway.lines if line.token == token]
        assert "".join(texts) == "é" * 20000
        assert max(len(text.encode()) for text in texts) <= 16 * 1024

    async def test_flood(self, workers: WorkerFactory) -> None:
        """100 MB of output cost nothing but lines: they are counted, and the result is there."""
        gateway = (await workers.start("printing")).gateway
        size = 100_000_000
        token = await gateway.run("flood", size)
        await gateway.result(token)
        await gateway.wait(lambda: _counted(gateway) >= size // 100)
        assert _counted(gateway) == size // 100
        assert gateway.dropped_lines > size // 200
        assert len(gateway.lines) > 10_000
        assert await gateway.result(await gateway.run("quiet"))


def _counted(gateway: Gateway) -> int:
    return len(gateway.lines) + gateway.dropped_lines
