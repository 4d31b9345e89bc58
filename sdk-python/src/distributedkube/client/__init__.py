"""Client for the gRPC API: store algorithms and pipelines, run them, follow their jobs.

`Client` blocks and `AsyncClient` awaits; both offer the same methods. What they share is pure: `convert` (dicts and
protos), `calls` (requests and answers), `follow` (streams that survive a broken connection), `definition` and
`packing`. The command line uses the last two without gRPC, so names are loaded here when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from distributedkube.client.aio import AsyncClient as AsyncClient
    from distributedkube.client.aio import AsyncJob as AsyncJob
    from distributedkube.client.calls import Applied as Applied
    from distributedkube.client.calls import JobResult as JobResult
    from distributedkube.client.calls import ResultItem as ResultItem
    from distributedkube.client.convert import LargeValue as LargeValue
    from distributedkube.client.errors import AccessError as AccessError
    from distributedkube.client.errors import AlreadyExistsError as AlreadyExistsError
    from distributedkube.client.errors import BuildFailedError as BuildFailedError
    from distributedkube.client.errors import DistributedKubeError as DistributedKubeError
    from distributedkube.client.errors import InvalidError as InvalidError
    from distributedkube.client.errors import JobFailedError as JobFailedError
    from distributedkube.client.errors import JobStoppedError as JobStoppedError
    from distributedkube.client.errors import LimitError as LimitError
    from distributedkube.client.errors import NotAllowedError as NotAllowedError
    from distributedkube.client.errors import NotFoundError as NotFoundError
    from distributedkube.client.errors import UnavailableError as UnavailableError
    from distributedkube.client.errors import WaitTimeoutError as WaitTimeoutError
    from distributedkube.client.sync import Client as Client
    from distributedkube.client.sync import Job as Job

_HOMES = {
    "aio": ("AsyncClient", "AsyncJob"),
    "calls": ("Applied", "JobResult", "ResultItem"),
    "convert": ("LargeValue",),
    "errors": (
        "AccessError",
        "AlreadyExistsError",
        "BuildFailedError",
        "DistributedKubeError",
        "InvalidError",
        "JobFailedError",
        "JobStoppedError",
        "LimitError",
        "NotAllowedError",
        "NotFoundError",
        "UnavailableError",
        "WaitTimeoutError",
    ),
    "sync": ("Client", "Job"),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)
