"""Keys and records of the job queue. Pure: bytes in, values out, and back.

=====================================  ===================================================================
key                                    what
=====================================  ===================================================================
``job-queue/preferred``                ids of the jobs that people put in front of all others, in their order
=====================================  ===================================================================

One record and not a key per job: a move of many jobs is one write, and nobody ever sees half of it. It is bounded, and only
people write it; drivers take out the jobs that do not wait any more.
"""

from collections.abc import Iterable

import msgpack

PREFERRED_KEY = "job-queue/preferred"

MAX_PREFERRED = 2000
"""Jobs in the list: an order made by hand has no use for more, and its record stays below 32 KiB."""


def pack_preferred(job_ids: Iterable[str]) -> bytes:
    data: bytes = msgpack.packb(list(job_ids))
    return data


def unpack_preferred(data: bytes) -> tuple[str, ...]:
    return tuple(msgpack.unpackb(data))
