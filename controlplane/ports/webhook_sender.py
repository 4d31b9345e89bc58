"""Reports to receivers outside: how they are sent, and what is in them."""

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from controlplane.domain.job_view import JobView


class WebhookAnswer(NamedTuple):
    """What came back."""

    status: int
    """HTTP status code; 0 when there was no answer."""
    code: str
    """The status code as text, or a word for what went wrong before there was one, for example ``ECONNREFUSED``."""
    message: str
    final: bool = False
    """There was no answer, and trying again cannot help: the URL may not be sent to."""


class WebhookSender(Protocol):
    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> WebhookAnswer:
        """Sends one request and does not follow redirects. Whatever goes wrong is an answer; bounded in time."""
        ...


class DocumentSource(Protocol):
    """Documents of a job in JSON, exactly as the REST API shows them."""

    async def status(self, job_id: str, view: JobView) -> bytes: ...

    async def result(self, job_id: str) -> bytes:
        """The result of a job that has ended.

        Errors: ``NotFoundError`` (it has not ended, or is no longer kept), ``NotAllowedError`` (too large),
        ``UnavailableError``.
        """
        ...

    async def result_items(self, job_id: str, max_bytes: int) -> bytes:
        """Only the list of outputs (``data``); when that would be larger, the largest say where they are instead.

        Errors: as above; ``LimitError`` when even that is larger than ``max_bytes``.
        """
        ...
