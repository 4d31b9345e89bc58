"""Extensions of files with outputs, as the algorithms say that made them."""

import re
from collections.abc import Iterable, Mapping

from controlplane.domain.catalog_records import algorithm_key, unpack_algorithm
from controlplane.ports.state_store import StateStore
from distributedkube.api.algorithm.v1 import algorithm_pb2

_unfit = re.compile(r"[^A-Za-z0-9._-]")


async def file_extensions(store: StateStore, algorithms: Iterable[str]) -> Mapping[str, str]:
    """By algorithm, of those that say one; without what cannot be in the name of a file."""
    found: dict[str, str] = {}
    for name in algorithms:
        entry = await store.get(algorithm_key(name))
        if entry is not None:
            described = algorithm_pb2.Algorithm.FromString(unpack_algorithm(entry.value).document)
            found[name] = _unfit.sub("", described.download_file_ext).strip(".")
    return {name: extension for name, extension in found.items() if extension}
