"""A result that is too large for one message is refused before any of it is read."""

import asyncio
from dataclasses import replace

import pytest

from controlplane.adapters.memory import MemoryStateStore
from controlplane.adapters.system import SystemClock
from controlplane.api.documents import MAX_RESULT_BYTES, whole_result
from controlplane.domain.errors import NotAllowedError, NotFoundError
from controlplane.domain.job_events import JobState
from controlplane.domain.job_view import accepted_view
from controlplane.domain.records import MAX_PART_BYTES, EndRecord

MOST = 2 * MAX_RESULT_BYTES // MAX_PART_BYTES + 1


def read(parts: int) -> None:
    view = replace(accepted_view("job", "p", 0.0, 1.0), state=JobState.COMPLETED, ended_at=1.0)
    asyncio.run(whole_result(MemoryStateStore(SystemClock()), EndRecord(view=view, result_parts=parts)))


def test_a_result_that_is_too_large() -> None:
    with pytest.raises(NotAllowedError, match="read it from storage/download/pipeline/result/job") as caught:
        read(MOST + 1)
    assert caught.value.why == "RESULT_TOO_LARGE"


def test_the_largest_one_is_read() -> None:
    """As far as it is kept: what went away while it was read is not there, which is no defect."""
    with pytest.raises(NotFoundError, match="results job Not Found"):
        read(MOST)
