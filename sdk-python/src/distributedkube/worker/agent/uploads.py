"""Results that are too large to travel inline: put into the object store, named in the result."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from distributedkube.api.type.v1 import payload_pb2
from distributedkube.api.worker.v1 import worker_service_pb2
from distributedkube.worker.agent.blobs import BlobStore

CreateUploadUrl = Callable[[bytes, int], Awaitable[worker_service_pb2.UploadUrl]]
"""Asks the control plane where to put a value of a size, for the task with a token. Raises `TransferError`."""


async def store_result(
    blobs: BlobStore, create_url: CreateUploadUrl, token: bytes, stored: Sequence[Any]
) -> payload_pb2.Payload:
    """Puts a `wire.STORED` result, given by its content type, path, size and shapes. The file is deleted in any case.

    Raises:
        TransferError: the control plane gave no place, or the place did not take it.
    """
    content_type, path, size, shapes = stored
    try:
        place = await create_url(token, size)
        sha256 = await blobs.put(path, size, place.url)
    finally:
        os.unlink(path)
    payload = payload_pb2.Payload(content_type=content_type)
    payload.ref.key, payload.ref.size, payload.ref.sha256 = place.key, size, sha256
    for shape_path, kind, length in shapes:
        payload.shapes.add(path=shape_path, type=kind, size=length)
    return payload
