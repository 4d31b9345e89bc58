"""The HTTP client for reports: ``httpcore``, which speaks HTTP and does nothing else by itself.

No redirects, no cookies, no proxies from the environment, no credentials from files. Connections are kept and used again.
"""

import asyncio
import errno
import socket
import ssl
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import httpcore

from controlplane.adapters.webhooks.addresses import (
    AddressRefusedError,
    PublicOnlyBackend,
    Resolve,
    resolve,
    tls_context,
)
from controlplane.ports.webhook_sender import WebhookAnswer

SCHEMES = ("http", "https")


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSenderSettings:
    allow_private: bool = True
    """Whether receivers may be on this machine or in its private networks. True suits a laptop, whose user owns both sides;
    a control plane that others use should say False: else whoever can store a pipeline can reach what it can reach."""
    connect_seconds: float = 5.0
    total_seconds: float = 30.0
    """For one request, until its answer was read."""
    max_answer_bytes: int = 64 * 1024
    """More of an answer is not read; its connection is closed then."""
    max_connections: int = 512
    keep_alive_seconds: float = 30.0


class HttpWebhookSender:
    """Implements ``WebhookSender``."""

    def __init__(self, settings: WebhookSenderSettings, *, resolver: Resolve = resolve) -> None:
        self._settings = settings
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls_context(),
            max_connections=settings.max_connections,
            keepalive_expiry=settings.keep_alive_seconds,
            network_backend=None if settings.allow_private else PublicOnlyBackend(resolver),
        )

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> WebhookAnswer:
        try:
            refused = _refuse(url)
            if refused is not None:
                return refused
            async with asyncio.timeout(self._settings.total_seconds):
                return await self._post(url, headers, body)
        except AddressRefusedError as error:
            return WebhookAnswer(0, "ADDRESS_REFUSED", str(error), final=True)
        except (TimeoutError, httpcore.TimeoutException):
            return WebhookAnswer(0, "ETIMEDOUT", f"no answer within {self._settings.total_seconds:g} seconds")
        except (httpcore.UnsupportedProtocol, UnicodeError, ValueError) as error:
            return WebhookAnswer(0, "BAD_URL", str(error), final=True)
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            return WebhookAnswer(0, _word(error), str(error) or type(error).__name__)

    async def _post(self, url: str, headers: Mapping[str, str], body: bytes) -> WebhookAnswer:
        timeouts = dict.fromkeys(("read", "write", "pool"), self._settings.total_seconds)
        sent: dict[bytes | str, bytes | str] = {"Content-Length": str(len(body))}
        sent.update(_headers_of(url))
        sent.update(headers)
        async with self._pool.stream(
            "POST",
            url,
            headers=sent,
            content=body,
            extensions={"timeout": {**timeouts, "connect": self._settings.connect_seconds}},
        ) as response:
            left = self._settings.max_answer_bytes
            async for piece in response.aiter_stream():
                left -= len(piece)
                if left < 0:
                    break
            message = response.extensions.get("reason_phrase", b"").decode("latin-1")
            if 300 <= response.status < 400:
                message = f"{message}: redirects are not followed"
            return WebhookAnswer(response.status, str(response.status), message)

    async def close(self) -> None:
        await self._pool.aclose()


def _refuse(url: str) -> WebhookAnswer | None:
    parts = urlsplit(url)
    if parts.scheme.lower() not in SCHEMES:
        return WebhookAnswer(
            0, "UNSUPPORTED_SCHEME", f"reports are sent over http and https, not {parts.scheme.lower()}", final=True
        )
    if not parts.hostname:
        return WebhookAnswer(0, "BAD_URL", "the URL names no host", final=True)
    return None


def _headers_of(url: str) -> dict[str, str]:
    """What the URL itself says: its host, and user and password if it has them."""
    parts = urlsplit(url)
    account, _, host = parts.netloc.rpartition("@")
    if not account:
        return {"Host": host}
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return {"Host": host, "Authorization": "Basic " + b64encode(f"{user}:{password}".encode()).decode()}


def _word(error: BaseException) -> str:
    """The system's word for what went wrong, as far down as there is one."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLError):
            return "TLS"
        if isinstance(seen, socket.gaierror):
            return "ENOTFOUND"
        if isinstance(seen, OSError) and seen.errno is not None and seen.errno in errno.errorcode:
            return errno.errorcode[seen.errno]
        seen = seen.__cause__ or seen.__context__
    return "NETWORK"
