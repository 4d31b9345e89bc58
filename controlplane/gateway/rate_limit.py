"""Keeps one caller from taking the server from all others: so many requests a second from one address, the rest are refused.

Each address has a bucket of tokens that fills at a steady pace; a request takes one. Only those seen last are remembered, so
memory does not grow with the number of callers: one that is forgotten begins with a full bucket. Every replica counts alone.
"""

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from controlplane.gateway.rest_errors import dump, json_response

MAX_CALLERS = 10_000
"""Addresses that are remembered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimitSettings:
    """How many requests one address may make."""

    requests: int = 10_000
    """In ``seconds``, and at once after a pause; 0: as many as it likes. Dashboards and scripts stay far below this."""
    seconds: float = 1.0
    behind_proxy: bool = False
    """Whether the address stands in ``X-Forwarded-For``, as its last entry: only for servers that nobody reaches but a proxy
    that adds it."""


class RateLimiter:
    """The buckets; pure but for the clock that is given."""

    def __init__(self, settings: RateLimitSettings, monotonic: Callable[[], float]) -> None:
        self._settings = settings
        self._monotonic = monotonic
        self._pace = settings.requests / settings.seconds
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        """Tokens and when they were counted, by address; the one seen last at the end."""

    def wait_seconds(self, address: str) -> float:
        """Takes a token of an address; 0 when there was one, else how long until there is."""
        now = self._monotonic()
        tokens, counted_at = self._buckets.pop(address, (float(self._settings.requests), now))
        tokens = min(float(self._settings.requests), tokens + (now - counted_at) * self._pace)
        allowed = tokens >= 1
        self._buckets[address] = (tokens - 1 if allowed else tokens, now)
        if len(self._buckets) > MAX_CALLERS:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - tokens) / self._pace


class RateLimit:
    """Refuses requests to the API beyond the limit."""

    def __init__(self, app: ASGIApp, settings: RateLimitSettings, monotonic: Callable[[], float]) -> None:
        self._app = app
        self._settings = settings
        self._limiter = RateLimiter(settings, monotonic)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and "/api/" in scope["path"].lower():
            wait = self._limiter.wait_seconds(self._address(scope))
            if wait:
                headers = {"Retry-After": str(math.ceil(wait))}
                refusal = json_response(dump({"error": {"code": 429, "message": "Too Many Requests"}}), 429, headers)
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _address(self, scope: Scope) -> str:
        if self._settings.behind_proxy:
            forwarded = Headers(scope=scope).get("x-forwarded-for", "").rpartition(",")[2].strip()
            if forwarded:
                return forwarded[:64]
        client = scope.get("client")
        return client[0] if client else ""
