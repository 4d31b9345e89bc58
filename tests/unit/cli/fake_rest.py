"""A real HTTP server with canned answers, on a free port in a thread."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

Answer = Callable[[], Response]


@dataclass
class Seen:
    """One request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any
    files: dict[str, bytes] = field(default_factory=dict)


class FakeRest:
    """Answers what a test says; several answers for one route are given in turn, the last one again and again."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self._answers: dict[tuple[str, str], list[Answer]] = {}

    def reset(self) -> None:
        self.seen.clear()
        self._answers.clear()

    def on(self, method: str, path: str, *answers: Any, status: int = 200) -> None:
        self._answers[method, path] = [_answer(answer, status) for answer in answers]

    def only(self, method: str, path: str) -> Seen:
        """The one request to a route."""
        [request] = [seen for seen in self.seen if (seen.method, seen.path) == (method, path)]
        return request

    async def handle(self, request: Request) -> Response:
        self.seen.append(await _seen(request))
        answers = self._answers.get((request.method, request.url.path))
        if not answers:
            return PlainTextResponse(f"Cannot {request.method} {request.url.path}", 404)
        return (answers.pop(0) if len(answers) > 1 else answers[0])()


async def _seen(request: Request) -> Seen:
    body: Any = None
    files: dict[str, bytes] = {}
    if request.headers.get("content-type", "").startswith("multipart/"):
        async with request.form() as form:
            files = {name: await part.read() for name, part in form.items() if not isinstance(part, str)}
            body = {name: json.loads(part) for name, part in form.items() if isinstance(part, str)}
    elif raw := await request.body():
        body = json.loads(raw)
    return Seen(request.method, request.url.path, dict(request.query_params), dict(request.headers), body, files)


def _answer(answer: Any, status: int) -> Answer:
    return answer if callable(answer) else lambda: JSONResponse(answer, status)


def error(status: int, message: str) -> Answer:
    """An error in the form of the API."""
    return lambda: JSONResponse({"error": {"code": status, "message": message}}, status)


def events(*updates: dict[str, Any], broken: bool = False, name: str = "update") -> Answer:
    """A stream of events; a broken one ends without its last chunk, as when the server is killed."""

    def stream() -> Iterator[bytes]:
        yield b": keep-alive\n\n"
        for update in updates:
            yield f"event: {name}\r\ndata: {json.dumps(update, ensure_ascii=False)}\r\n\r\n".encode()
        if broken:
            raise ConnectionAbortedError("killed by the test")

    return lambda: StreamingResponse(stream(), media_type="text/event-stream")


class Serving:
    """Runs the server; a context manager that gives its address."""

    def __init__(self, rest: FakeRest, **ssl: Any) -> None:
        routes = [Route("/{path:path}", rest.handle, methods=["GET", "POST", "PUT", "DELETE"])]
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._started = threading.Event()
        config = uvicorn.Config(Starlette(routes=routes), log_config=None, lifespan="off", **ssl)
        self._server = uvicorn.Server(config)
        self._scheme = "https" if ssl else "http"
        self._thread = threading.Thread(target=self._run, name="fake-rest")

    def _run(self) -> None:
        startup = self._server.startup

        async def tell(sockets: Any = None) -> None:
            await startup(sockets)
            self._started.set()

        self._server.startup = tell  # type: ignore[method-assign]
        self._server.run([self._socket])

    def __enter__(self) -> str:
        self._thread.start()
        self._started.wait()
        return f"{self._scheme}://127.0.0.1:{self._socket.getsockname()[1]}"

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()
