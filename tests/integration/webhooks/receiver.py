"""A real HTTP server on the loopback address that takes reports and answers as a test says."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class Report:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    answer: Callable[[Report], str]
    """Status line and headers after ``HTTP/1.1``, for each report."""
    url: str = ""
    reports: list[Report] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    connections: int = 0

    async def wait_for(self, count: int) -> None:
        while len(self.reports) < count:
            self.arrived.clear()
            await self.arrived.wait()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while (head := await _head(reader)) is not None:
                lines = head.decode().split("\r\n")
                headers = dict(line.lower().split(": ", 1) for line in lines[1:] if line)
                raw = {line.split(": ", 1)[0].lower(): line.split(": ", 1)[1] for line in lines[1:] if line}
                body = await reader.readexactly(int(headers["content-length"]))
                report = Report(lines[0].split(" ")[1], raw, body)
                answer = self.answer(report)
                self.reports.append(report)
                self.arrived.set()
                writer.write(f"HTTP/1.1 {answer}\r\nContent-Length: 0\r\n\r\n".encode())
                await writer.drain()
        finally:
            writer.close()


async def _head(reader: asyncio.StreamReader) -> bytes | None:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionResetError):
        return None


@asynccontextmanager
async def receiving(answer: Callable[[Report], str] = lambda _: "200 OK") -> AsyncGenerator[Receiver, None]:
    receiver = Receiver(answer)
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    receiver.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield receiver
    finally:
        server.close()


@asynccontextmanager
async def silent() -> AsyncGenerator[str, None]:
    """A server that takes connections and never answers; its URL."""
    gone = asyncio.Event()

    async def hold(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await gone.wait()
        writer.close()

    server = await asyncio.start_server(hold, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        gone.set()
        server.close()
