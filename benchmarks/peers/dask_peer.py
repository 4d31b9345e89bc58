"""Measures Dask: ``python -m peers.dask_peer``, in the folder ``benchmarks``."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import dask
import distributed
from distributed import Client, LocalCluster
from workload import WORKERS, main


def noop(value):
    return os.getpid()


def numbers(count):
    return list(range(1, count + 1))


def multiply(value, factor):
    return value * factor


class Dask:
    """Tasks as Dask's users write them: ``map`` and ``gather``, futures as arguments.

    ``pure=False`` since Dask otherwise takes the result of an equal call before instead of running the task.
    """

    def __init__(self, client: Client) -> None:
        self._client = client

    def fan_out(self, items: int) -> list[int]:
        return self._client.gather(self._client.map(noop, range(items), pure=False))

    def chain(self, steps: int) -> None:
        future = self._client.submit(noop, 0, pure=False)
        for _ in range(steps - 1):
            future = self._client.submit(noop, future, pure=False)
        future.result()

    def pipeline(self, count: int, factor: int) -> int:
        values = self._client.submit(numbers, count, pure=False).result()
        products = self._client.map(multiply, values, factor=factor, pure=False)
        return self._client.submit(sum, products, pure=False).result()


@contextmanager
def start() -> Iterator[Dask]:
    with (
        tempfile.TemporaryDirectory(prefix="dask-") as folder,
        dask.config.set(temporary_directory=folder),
        LocalCluster(
            n_workers=WORKERS,
            threads_per_worker=1,
            host="127.0.0.1",
            scheduler_kwargs={"dashboard": False, "dashboard_address": "127.0.0.1:0"},
        ) as cluster,
        Client(cluster) as client,
    ):
        yield Dask(client)


if __name__ == "__main__":
    main(distributed.__version__, start)
