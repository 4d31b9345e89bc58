"""A job's log as a text file: read a page at a time while it is sent, so it costs the same however long it is.

It ends in the same method as the pages, with the same filters and the same errors; written by hand because the answer is no
message.
"""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.types import ASGIApp

from controlplane.api.methods import Caller, Method, ViolationError
from controlplane.gateway.edge import Edge
from controlplane.gateway.json_codec import parse_into
from controlplane.gateway.parameters import parameters_to_json, parse_parameters
from controlplane.gateway.violations import translated
from distributedkube.api.job.v1 import job_pb2, job_service_pb2

LIST_JOB_LOGS = "distributedkube.api.job.v1.JobService.ListJobLogs"
PATH = "/api/v1/logs/{job_id}/download"

FILTERS = frozenset({"nodeName", "taskId", "level", "q", "attempt", "source"})
"""Parameters of the pages that say which lines."""

_STREAMS = {
    job_pb2.LogLine.STREAM_STDOUT: "stdout",
    job_pb2.LogLine.STREAM_STDERR: "stderr",
    job_pb2.LogLine.STREAM_WORKER: "worker",
}


class LogDownload:
    """Serves ``PATH``."""

    def __init__(self, edge: Edge) -> None:
        self._edge = edge
        self._method: Method = edge.methods[LIST_JOB_LOGS]

    async def __call__(self, request: Request, path: Mapping[str, str]) -> ASGIApp:
        """All lines that there are now; of a running job those that were written so far."""
        caller = await self._edge.authenticate(request.headers)
        wanted = job_service_pb2.ListJobLogsRequest()
        query = request.scope["query_string"].decode("latin-1")
        parse_into(wanted, parameters_to_json(parse_parameters(query), FILTERS), loose=True)
        wanted.job_id = path["job_id"]
        first = await self._page(wanted, caller)
        name = "".join(c if c.isascii() and c.isalnum() else "_" for c in wanted.job_id)
        return StreamingResponse(
            self._text(first, wanted, caller),
            media_type="text/plain; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}.log"', "Cache-Control": "no-store"},
        )

    async def _text(
        self,
        page: job_service_pb2.ListJobLogsResponse,
        wanted: job_service_pb2.ListJobLogsRequest,
        caller: Caller,
    ) -> AsyncIterator[bytes]:
        while page.lines:
            yield "".join(map(_line, page.lines)).encode()
            if not page.next_page_token:
                return
            wanted.page_token = page.next_page_token
            page = await self._page(wanted, caller)

    async def _page(
        self, wanted: job_service_pb2.ListJobLogsRequest, caller: Caller
    ) -> job_service_pb2.ListJobLogsResponse:
        try:
            answer = await self._edge.methods.call(self._method, wanted, caller)
        except ViolationError as error:
            raise translated(error, self._method.descriptor.input_type, "") from error
        assert isinstance(answer, job_service_pb2.ListJobLogsResponse)
        return answer


def _line(line: job_pb2.LogLine) -> str:
    moment = datetime.fromtimestamp(line.timestamp.ToMilliseconds() / 1000, UTC)
    node = f"{line.node_name}[{line.batch_index}]" if line.batch_index else line.node_name
    stamp = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return f"{stamp} {line.level or 'info'} {node} {_STREAMS.get(line.stream, '-')} {line.message}\n"
