"""Connects only to public addresses: a webhook must not become a way into the network behind the control plane.

The name is resolved here, every address is checked, and the connection goes to an address that was checked, so that a name
which answers differently a moment later (DNS rebinding) gains nothing. TLS still checks the certificate of the name.
"""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

import httpcore
from httpcore import AsyncNetworkBackend, AsyncNetworkStream

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""All addresses of a host; raises ``OSError``."""

_SHARED = ipaddress.ip_network("100.64.0.0/10")
"""Shared between customers of a provider; some clouds have their metadata service there."""
_TRANSLATED = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
"""IPv4 addresses as seen through NAT64."""


class AddressRefusedError(Exception):
    """The name has no address that may be reached."""


def is_public(text: str) -> bool:
    """Whether an address is of the public internet: not loopback, private, link-local (metadata services), multicast."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and any(address in network for network in _TRANSLATED):
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    elif address in _SHARED:
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


async def resolve(host: str, port: int) -> Sequence[str]:
    """All addresses of a name, in the order of the system."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class PublicOnlyBackend(AsyncNetworkBackend):
    """Connects to public addresses alone; raises ``AddressRefusedError`` otherwise."""

    def __init__(self, resolver: Resolve = resolve) -> None:
        self._inner = httpcore.AnyIOBackend()
        self._resolve = resolver

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  (the library's interface)
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> AsyncNetworkStream:
        async with asyncio.timeout(timeout):
            addresses = await self._resolve(host, port)
        refused = [address for address in addresses if not is_public(address)]
        if refused or not addresses:
            # One bad address is enough: whoever names a private one beside a public one is up to something.
            raise AddressRefusedError(f"{host} is at {', '.join(refused) or 'no address'}, which is not public")
        last: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in addresses:
            try:
                return await self._inner.connect_tcp(
                    address, port, timeout, local_address=local_address, socket_options=socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
        raise last

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)


def tls_context() -> ssl.SSLContext:
    """Certificates are checked against the system's authorities."""
    return ssl.create_default_context()
