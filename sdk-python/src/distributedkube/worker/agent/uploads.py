"""Values that are too large to travel inline: put into the object store, named in what is sent."""

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
    """Puts a `wire.STORED` result, given by its content type, path, size and shapes. See `store_file`."""
    content_type, path, size, shapes = stored
    ref = await store_file(blobs, create_url, token, path, size)
    payload = payload_pb2.Payload(content_type=content_type, ref=ref)
    for shape_path, kind, length in shapes:
        payload.shapes.add(path=shape_path, type=kind, size=length)
    return payload


async def store_file(
    blobs: BlobStore, create_url: CreateUploadUrl, token: bytes, path: str, size: int
) -> payload_pb2.BlobRef:
    """Puts a file that a runner has left, for the task with a token. The file is deleted in any case.

    Raises:
        TransferError: the control plane gave no place, or the place did not take it.
    """
    try:
        place = await create_url(token, size)
        sha256 = await blobs.put(path, size, place.url)
    finally:
        os.unlink(path)
    return payload_pb2.BlobRef(key=place.key, size=size, sha256=sha256)
