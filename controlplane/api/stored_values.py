"""Values by path: outputs and inputs of jobs wherever they are, and objects of the store.

A small output lies in its job's journal, a large one is an object; who reads by path need not know. Objects do not say how
they are encoded: of the small ones that is found out from their content.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import msgpack

from controlplane.api.job_ledgers import JobLedgers
from controlplane.api.views import BIG_RESULT_BYTES
from controlplane.domain.errors import NotFoundError, ObjectNotFoundError
from controlplane.domain.ids import task_place
from controlplane.domain.node_run import SUCCEED
from controlplane.domain.storage_paths import StoragePaths, StoragePlace
from controlplane.domain.values import JSON, MSGPACK, NULL, OCTETS, Payload
from controlplane.ports.job_records import read_job
from controlplane.ports.object_store import ObjectStore
from controlplane.ports.state_store import StateStore

UNKNOWN = ""
"""Content type of what nobody says it of."""


@dataclass(frozen=True, slots=True)
class StoredValue:
    """A value that is there."""

    content_type: str
    size_bytes: int
    pieces: AsyncIterator[bytes]
    """Of at most 1 MiB; to be read once."""


class StoredValues:
    """One for the whole API."""

    def __init__(self, *, store: StateStore, objects: ObjectStore, ledgers: JobLedgers, paths: StoragePaths) -> None:
        self._store = store
        self._objects = objects
        self._ledgers = ledgers
        self._paths = paths

    async def open(self, path: str, kind: str) -> StoredValue:
        """The value at a path. Raises ``NotFoundError`` with this kind, and ``InvalidError`` for a path that is none."""
        place = self._paths.place(path)
        try:
            payload = await self._payload(place)
            if payload is None:
                return await self._object(place)
            return await self.of(payload)
        except ObjectNotFoundError as error:
            raise missing(kind, path, error.message) from None

    async def of(self, payload: Payload) -> StoredValue:
        """The same for a value that was found already. Raises ``ObjectNotFoundError``."""
        if payload.ref is None:
            data = payload.data or b"\xc0"
            return StoredValue(payload.content_type, len(data), _once(data))
        size = (await self._objects.stat(payload.ref.key)).size_bytes
        return StoredValue(payload.content_type, size, self._objects.read(payload.ref.key))

    async def _payload(self, place: StoragePlace) -> Payload | None:
        """What is known by its job; None when the path is that of an object."""
        if place.flow_input:
            record = await read_job(self._store, place.flow_input)
            if record is None:
                raise ObjectNotFoundError(f"there is no job {place.flow_input}")
            return record.flow_input
        return await self._output(*place.output) if place.output is not None else None

    async def _output(self, job_id: str, task_id: str) -> Payload:
        number, task = task_place(task_id) or (-1, -1)
        async with self._ledgers.open(job_id) as found:
            if found is None:
                raise ObjectNotFoundError(f"there is no job {job_id}")
            name = next((name for name, run in found.ledger.runs.items() if run.spec.number == number), "")
            at = found.ledger.place_of_output(name, task)
            tasks = found.ledger.machine.nodes[name].tasks if name else b""
            if at is None and task < len(tasks) and tasks[task] == SUCCEED:
                return NULL
        output = await self._ledgers.output(job_id, at) if at is not None else None
        if output is None:
            raise ObjectNotFoundError(f"job {job_id} has no output of task {task_id}")
        return output

    async def _object(self, place: StoragePlace) -> StoredValue:
        if not place.objects or not place.rest:
            raise ObjectNotFoundError(f"bucket {place.bucket} has no such object")
        size = (await self._objects.stat(place.key)).size_bytes
        if size >= BIG_RESULT_BYTES:
            return StoredValue(UNKNOWN, size, self._objects.read(place.key))
        data = await read_all(self._objects.read(place.key))
        return StoredValue(_found_out(data), size, _once(data))


async def read_all(pieces: AsyncIterator[bytes]) -> bytes:
    """A value that is known to be small."""
    return b"".join([piece async for piece in pieces])


def missing(kind: str, path: str, why: str) -> NotFoundError:
    error = NotFoundError(kind, path)
    error.details = why
    return error


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data


def _found_out(data: bytes) -> str:
    """How a small object is encoded. Most are msgpack; what begins like JSON cannot be that, unless it is a single number."""
    if data[:1] in (b"{", b"[", b'"'):
        return JSON
    try:
        msgpack.unpackb(data, strict_map_key=False)
    except (ValueError, msgpack.UnpackException):
        return OCTETS
    return MSGPACK
