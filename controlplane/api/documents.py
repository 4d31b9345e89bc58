"""Documents of jobs in JSON, for reports and for the inputs of triggered jobs: the same messages as over REST."""

from collections.abc import Callable

from google.protobuf.message import Message

from controlplane.api import views
from controlplane.domain.errors import LimitError, NotAllowedError, NotFoundError
from controlplane.domain.job_view import JobView
from controlplane.domain.records import MAX_PART_BYTES, EndRecord
from controlplane.ports.job_records import read_end, read_result
from controlplane.ports.state_store import StateStore
from distributedkube.api.job.v1 import job_pb2

ToJson = Callable[[Message], bytes]
"""Writes a message as REST does: the gateway's ``to_json``, which the wiring hands in."""

MAX_RESULT_BYTES = 64 * 1024 * 1024
"""Larger results are neither shown, nor sent, nor given to other jobs; they can be read as an archive."""

_MEBI = 1024 * 1024


class JobDocuments:
    """Implements ``DocumentSource``."""

    def __init__(self, *, store: StateStore, to_json: ToJson) -> None:
        self._store = store
        self._to_json = to_json

    async def status(self, job_id: str, view: JobView) -> bytes:
        return self._to_json(views.job_status(view))

    async def result(self, job_id: str) -> bytes:
        return self._to_json(await whole_result(self._store, await self._end(job_id)))

    async def result_items(self, job_id: str, max_bytes: int) -> bytes:
        result = await whole_result(self._store, await self._end(job_id))
        pieces = [self._to_json(item) for item in result.data]
        total = sum(len(piece) + 1 for piece in pieces) + 2
        # The largest first: as few as possible lose their value.
        for number in sorted(range(len(pieces)), key=lambda i: -len(pieces[i])):
            if total <= max_bytes:
                break
            if result.data[number].HasField("result"):
                _only_say_where(result.data[number], len(pieces[number]))
                shorter = self._to_json(result.data[number])
                total += len(shorter) - len(pieces[number])
                pieces[number] = shorter
        if total > max_bytes:
            raise LimitError(
                f"the result of job {job_id} has {total} bytes of JSON without its values, over {max_bytes}"
            )
        return b"[" + b",".join(pieces) + b"]"

    async def _end(self, job_id: str) -> EndRecord:
        end = await read_end(self._store, job_id)
        if end is None:
            raise NotFoundError("status", job_id)
        return end


async def whole_result(store: StateStore, end: EndRecord) -> job_pb2.JobResult:
    """What a job returned, in one message. Raises ``NotAllowedError`` when that would be too large."""
    # Pieces are cut by a bound from above; so this refuses nothing that is smaller.
    if (end.result_parts - 1) * MAX_PART_BYTES // 2 > MAX_RESULT_BYTES:
        raise NotAllowedError(
            f"the result of job {end.view.job_id} has {end.result_parts} pieces, more than are put into one document; "
            f"read it from storage/download/pipeline/result/{end.view.job_id}",
            reason="RESULT_TOO_LARGE",
        )
    return views.job_result(end.view, await read_result(store, end.view.job_id, end.result_parts))


def _only_say_where(item: job_pb2.ResultItem, size: int) -> None:
    item.ClearField("result")
    item.info.size = size
    item.info.is_big_data = True
    item.info.message = f"data too large ({size / _MEBI:.2f} MB) beside the others, use the result of the job"
