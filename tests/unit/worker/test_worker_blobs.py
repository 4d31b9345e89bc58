"""Fetched objects: once each, kept while they are needed, and no more of them than there is room for."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from distributedkube.api.type.v1 import payload_pb2
from distributedkube.worker.agent.blobs import BlobStore, TransferError


class Objects(BaseHTTPRequestHandler):
    """Serves a hundred bytes for any path, and an error for some."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        status = 503 if self.path == "/busy" and self.asked.count("/busy") < 3 else 404 if self.path == "/none" else 200
        self.send_response(status)
        self.send_header("Content-Length", "100")
        self.end_headers()
        self.wfile.write(b"x" * 100)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    Objects.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Objects) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def ref(url: str, key: str) -> payload_pb2.BlobRef:
    return payload_pb2.BlobRef(key=key, size=100, url=f"{url}/{key}")


async def test_objects_are_fetched_once_and_go_when_there_is_no_room(tmp_path: Path, url: str) -> None:
    """Tasks that want the same object share it; pinned ones stay, the oldest of the others goes."""
    blobs = BlobStore(tmp_path, limit_bytes=250)
    refs = [ref(url, key) for key in ("a", "b", "c", "d")]
    for one in refs:
        blobs.pin([one])
        await asyncio.gather(blobs.fetch([one]), blobs.fetch([one]))
    assert Objects.asked == ["/a", "/b", "/c", "/d"]
    assert len(list(tmp_path.iterdir())) == 4, "all are needed, whatever the room"
    blobs.pin([refs[0]])
    for one in refs:
        blobs.unpin([one])
    assert not Path(blobs.path(refs[1])).exists()
    assert all(Path(blobs.path(one)).exists() for one in (refs[0], refs[2], refs[3]))
    blobs.pin(refs)
    assert blobs.missing(refs) == [refs[1]]
    await blobs.close()
    assert not tmp_path.exists()


async def test_errors(tmp_path: Path, url: str) -> None:
    """A store that is busy is asked again, one that says no is not; without a URL there is nobody to ask."""
    blobs = BlobStore(tmp_path)
    busy, none, nowhere = ref(url, "busy"), ref(url, "none"), payload_pb2.BlobRef(key="nowhere")
    blobs.pin([busy, none, nowhere])
    await blobs.fetch([busy])
    assert Objects.asked.count("/busy") == 3
    with pytest.raises(TransferError, match="404"):
        await blobs.fetch([none])
    assert Objects.asked.count("/none") == 1
    with pytest.raises(TransferError, match="no URL"):
        await blobs.fetch([nowhere])
    blobs.unpin([busy, none, nowhere])
    await blobs.close()
