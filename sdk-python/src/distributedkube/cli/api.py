"""The REST API over httpx: requests, uploads and event streams; every failure becomes a `CliError` with a next
step."""

from __future__ import annotations

import json
import re
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NoReturn
from urllib.parse import quote

import httpx

from distributedkube.cli import failures
from distributedkube.cli.settings import Settings
from distributedkube.cli.sse import parse_events, split_lines
from distributedkube.client.packing import Archive
from distributedkube.client.retry import Reconnects

CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 120.0
"""Longest silence of the server while it answers, or between the keep-alives of a stream."""

NEXT_PAGE_HEADER = "X-Next-Page-Token"
"""On an answer that is a page of a list: what to send as ``pageToken`` to get the next one."""

_HOW_TO_NAME = "say where yours is with: distributedkubectl config set endpoint <url>"
_HOW_TO_START = f"start one on this machine with: distributedkube dev\nor {_HOW_TO_NAME}"
_HOW_TO_TRUST = (
    "trust it with: distributedkubectl config set caFile <file>\n"
    "or skip the check with --insecure or: distributedkubectl config set rejectUnauthorized false"
)
_HOW_TO_LOG_IN = "set a token with: distributedkubectl config set token <token>"
_HOW_TO_ADDRESS = "check: distributedkubectl config get endpoint. Behind an ingress it needs the prefix, for example "

_ERRNO = re.compile(r"^\[Errno -?\d+\] ")


@dataclass(frozen=True, slots=True)
class Download:
    """Bytes on their way."""

    size: int | None
    """Their number, None when the server does not say."""
    chunks: Iterator[bytes]


class Api:
    """One server."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        headers = {"Authorization": f"Bearer {settings.token}"} if settings.token else {}
        self._http = httpx.Client(
            base_url=settings.base_url,
            headers=headers,
            verify=_verification(settings),
            trust_env=not settings.is_local,  # proxies are for other machines
            timeout=httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS),
        )

    def close(self) -> None:
        self._http.close()

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        return self._request("GET", path, params=params)

    def get_all(self, path: str, params: Mapping[str, Any] | None = None) -> list[Any]:
        """Gets a list, page after page."""
        items, query = list[Any](), dict(params or {})
        while True:
            response = self._send("GET", path, params=query)
            items += self._json(response)
            token = response.headers.get(NEXT_PAGE_HEADER)
            if not token:
                return items
            query["pageToken"] = token

    def pages(self, path: str, items: str) -> Iterator[list[Any]]:
        """Pages of a list whose answers are objects, one after the other as they are asked for."""
        query: dict[str, Any] = {}
        while True:
            page = self.get(path, query)
            yield page.get(items, [])
            token = page.get("nextPageToken")
            if not token:
                return
            query["pageToken"] = token

    def post(self, path: str, body: Any, params: Mapping[str, Any] | None = None) -> Any:
        return self._request("POST", path, json=body, params=params)

    def put(self, path: str, body: Any) -> Any:
        return self._request("PUT", path, json=body)

    def delete(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        return self._request("DELETE", path, params=params)

    def upload(
        self, path: str, fields: Mapping[str, str], archive: Archive | None, on_bytes: Callable[[int], None]
    ) -> Any:
        """Posts a form with an archive; ``on_bytes`` gets the number of bytes that have just been sent."""
        parts: dict[str, Any] = {name: (None, text) for name, text in fields.items()}
        if archive is not None:
            parts["file"] = (archive.name, _Counted(archive, on_bytes), "application/octet-stream")
        return self._request("POST", path, files=parts)

    def upload_text(self, path: str, name: str, text: bytes) -> Any:
        """Posts a form with one small file, which has the name of its field."""
        return self._request("POST", path, files={name: (name, text, "text/markdown")})

    @contextmanager
    def download(self, path: str, params: Mapping[str, Any] | None = None) -> Iterator[Download]:
        """Opens the bytes at a path; they are read as they are asked for."""
        try:
            with self._http.stream("GET", path, params=params) as response:
                if response.is_error:
                    response.read()
                self._check(response)
                length = response.headers.get("content-length")
                yield Download(int(length) if length else None, response.iter_bytes())
        except httpx.HTTPError as error:
            self._unreachable(error)

    def server_root(self, path: str) -> Any:
        """Gets a path beside the routes of the API."""
        return self._request("GET", f"{self._settings.endpoint}{path}")

    def events(self, path: str, params: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Updates of one event stream, until the server ends it.

        Raises ``StreamBrokenError`` when it breaks after it has begun, and the error that it reports itself.
        """
        try:
            with self._http.stream("GET", path, params=params, headers={"Accept": "text/event-stream"}) as response:
                if response.is_error:
                    response.read()
                self._check(response)
                for event in parse_events(split_lines(response.iter_bytes())):
                    if event.name == "error":
                        _fail(_status_of(event.data), _message(event.data), self._settings)
                    yield json.loads(event.data)
        except (httpx.ReadError, httpx.RemoteProtocolError, httpx.ReadTimeout) as error:
            raise failures.StreamBrokenError(f"the connection to {self._settings.endpoint} broke: {error}") from error
        except httpx.HTTPError as error:
            self._unreachable(error)
        except ValueError as error:
            raise failures.ServerError(f"the server sent an event that cannot be read: {error}") from error

    def _request(self, method: str, path: str, **options: Any) -> Any:
        answer = self._json(self._send(method, path, **options))
        if isinstance(answer, dict) and isinstance(error := answer.get("error"), dict):
            # some routes answer 201 with an error inside
            _fail(int(error.get("code", 400)), str(error.get("message", error)), self._settings)
        return answer

    def _send(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            response = self._http.request(method, path, **options)
        except httpx.HTTPError as error:
            self._unreachable(error)
        self._check(response)
        return response

    def _json(self, response: httpx.Response) -> Any:
        try:
            return response.json()
        except ValueError:
            raise self._not_ours() from None

    def _check(self, response: httpx.Response) -> None:
        if response.is_success:
            return
        is_json = "json" in response.headers.get("content-type", "")
        if response.is_redirect or (response.status_code == 404 and not is_json):
            raise self._not_ours(unknown="Cannot " in response.text)
        _fail(response.status_code, _message(response.text) if is_json else response.reason_phrase, self._settings)

    def _unreachable(self, error: httpx.HTTPError) -> NoReturn:
        where, text = self._settings.endpoint, _ERRNO.sub("", str(error)) or type(error).__name__
        if "CERTIFICATE_VERIFY_FAILED" in text:
            raise failures.UnreachableError(f"the certificate of {where} cannot be verified", _HOW_TO_TRUST) from error
        if "WRONG_VERSION_NUMBER" in text or "RECORD_LAYER_FAILURE" in text:
            plain = where.replace("https://", "http://", 1)
            raise failures.UnreachableError(f"{where} does not speak TLS", f"try --endpoint {plain}") from error
        if isinstance(error, httpx.RemoteProtocolError):
            next_step = f"is it the port for gRPC? REST has one of its own, and TLS begins with https\n{_HOW_TO_NAME}"
            raise failures.UnreachableError(
                f"what answers at {where} is no server of REST: {text}", next_step
            ) from error
        if isinstance(error, httpx.TimeoutException):
            text = "no answer in time"
        raise failures.UnreachableError(
            f"cannot reach the server at {where}: {text}", _HOW_TO_START if self._settings.is_local else _HOW_TO_NAME
        ) from error

    def _not_ours(self, *, unknown: bool = False) -> failures.UnreachableError:
        """Something else answers, or ``unknown``: a server that knows nothing of the route."""
        example = f"{self._settings.endpoint}/distributedkube/api-server"
        what = f"no DistributedKube API answers at {self._settings.base_url}"
        older = "\nor the server may be older than this program and not know this command: distributedkubectl version"
        return failures.UnreachableError(what, _HOW_TO_ADDRESS + example + (older if unknown else ""))


def segment(text: str) -> str:
    """Text as one segment of a path."""
    return quote(text, safe="")


def segments(text: str) -> str:
    """Text as the rest of a path, with its slashes."""
    return quote(text.strip("/"), safe="/")


def follow(updates: Callable[[], Iterator[dict[str, Any]]], ended: Callable[[], bool]) -> Iterator[dict[str, Any]]:
    """Updates of a stream that is opened again when it breaks, or ends before ``ended`` says that there is no more.

    Failures to open it for the first time are raised at once.
    """
    reconnects, last, begun = Reconnects(), None, False  # news is what differs: a stream may begin by saying it again
    while True:
        failure: failures.CliError = failures.StreamBrokenError("the server ended the stream early")
        try:
            for update in updates():
                begun = True
                if update != last:
                    last = update
                    reconnects.news()
                yield update
            if ended():
                return
        except failures.UnreachableError as error:
            if not begun:
                raise
            failure = error
        pause = reconnects.pause()
        if pause is None:
            raise failure
        time.sleep(pause)


class _Counted:
    """An archive that tells how much of it was read. httpx asks for nothing but these methods."""

    def __init__(self, archive: Archive, on_bytes: Callable[[int], None]) -> None:
        self._file = archive.file
        self._on_bytes = on_bytes

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self._on_bytes(len(data))
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()


def _verification(settings: Settings) -> ssl.SSLContext | bool:
    if not settings.verify:
        return False
    if settings.ca_file is None:
        return True
    try:
        return ssl.create_default_context(cafile=settings.ca_file)
    except OSError as error:
        raise failures.UsageError(
            f"cannot read certificates from {settings.ca_file}: {error.strerror or error}", "correct the setting caFile"
        ) from error


def _fail(status: int, message: str, settings: Settings) -> NoReturn:
    match status:
        case 401:
            raise failures.RefusedError(f"{settings.endpoint} does not know you: {message}", _HOW_TO_LOG_IN)
        case 403 | 405 | 409:
            raise failures.RefusedError(message)
        case 404:
            raise failures.MissingError(message)
        case 413 | 429:
            raise failures.RefusedError(message)
        case 502 | 503 | 504:
            raise failures.UnreachableError(f"{settings.endpoint} is not available: {message}", "try again in a while")
        case code if code >= 500:
            raise failures.ServerError(f"the server failed: {message}", "look at its log")
        case _:
            raise failures.UsageError(message)


def _message(text: str) -> str:
    """The sentence of an error body: ``{"error": {"message": ...}}``, or ``{"error": "..."}`` of what stands in between."""
    try:
        error = json.loads(text).get("error")
    except (ValueError, AttributeError):
        return text[:500]
    return str(error.get("message", text[:500])) if isinstance(error, dict) else str(error)


def _status_of(text: str) -> int:
    try:
        return int(json.loads(text)["error"]["code"])
    except (ValueError, KeyError, TypeError):
        return 500
