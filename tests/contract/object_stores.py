"""The adapters of the object store's port. A new one is a class here and a line in ``ADAPTERS``."""

from abc import ABC, abstractmethod
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from controlplane.adapters.files import FileObjectStore, verify_presigned
from controlplane.adapters.memory import MemoryObjectStore
from controlplane.ports.object_store import ObjectStore

from .hand_clock import HandClock


class ObjectStoreAdapter(ABC):
    """How the suite handles one adapter."""

    store: ObjectStore

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @abstractmethod
    async def open(self) -> None:
        """Sets ``store`` to one with nothing in it."""

    @abstractmethod
    async def pass_time(self, seconds: float) -> None:
        """Returns when that much time has passed for presigned URLs."""

    @abstractmethod
    async def http_get(self, url: str) -> bytes:
        """What a client gets who follows a presigned URL; raises what the server would refuse it with."""

    @abstractmethod
    async def http_put(self, url: str, body: bytes) -> None:
        """The same for an upload."""


class Memory(ObjectStoreAdapter):
    async def open(self) -> None:
        self.clock = HandClock()
        self.store = self.memory = MemoryObjectStore(self.clock)

    async def pass_time(self, seconds: float) -> None:
        self.clock.advance(seconds)

    async def http_get(self, url: str) -> bytes:
        return await self.memory.fetch(url)

    async def http_put(self, url: str, body: bytes) -> None:
        await self.memory.upload(url, body)


class Files(ObjectStoreAdapter):
    """Follows URLs as the gateway does."""

    SECRET = b"only for tests"

    async def open(self) -> None:
        self.clock = HandClock()
        self.store = FileObjectStore(
            self.folder / "objects", base_url=lambda: "http://127.0.0.1:1234", secret=self.SECRET, clock=self.clock
        )

    async def pass_time(self, seconds: float) -> None:
        self.clock.advance(seconds)

    async def http_get(self, url: str) -> bytes:
        grant = verify_presigned(self.SECRET, "GET", *self._request(url), now=self.clock.now())
        return b"".join([piece async for piece in self.store.read(grant.key)])

    async def http_put(self, url: str, body: bytes) -> None:
        grant = verify_presigned(self.SECRET, "PUT", *self._request(url), now=self.clock.now())
        grant.check_body(len(body))
        await self.store.put(grant.key, body)

    def _request(self, url: str) -> tuple[str, dict[str, str]]:
        parts = urlsplit(url)
        return parts.path.removeprefix("/blobs/"), dict(parse_qsl(parts.query))


ADAPTERS: list[type[ObjectStoreAdapter]] = [Memory, Files]
