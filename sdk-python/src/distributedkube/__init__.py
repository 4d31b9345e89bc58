"""DistributedKube for Python: `Client` and `AsyncClient`, the worker that runs algorithms, and the command line.

Names are loaded when they are first used. The worker imports this package inside the environment of user code, where
neither gRPC nor protobuf need be installed, so nothing is imported here.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from distributedkube.client import AsyncClient as AsyncClient
    from distributedkube.client import Client as Client

__version__ = "0.1.0"

_HOMES = {"AsyncClient": "distributedkube.client", "Client": "distributedkube.client"}


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(home), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
