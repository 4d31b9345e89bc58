"""Measures Ray: ``python -m peers.ray_peer``, in the folder ``benchmarks``."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

# Read when ray is imported: nothing is to leave this machine.
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"

import ray
from workload import WORKERS, main

OBJECT_STORE_BYTES = 256 * 1024 * 1024
"""Far more than the tasks need; fits machines with a small /dev/shm."""


@ray.remote
def noop(value):
    return os.getpid()


@ray.remote
def numbers(count):
    return list(range(1, count + 1))


@ray.remote
def multiply(value, factor):
    return value * factor


@ray.remote
def add(*values):
    return sum(values)


class Ray:
    """Tasks as Ray's users write them: remote functions, references as arguments, one ``get`` for all."""

    def fan_out(self, items: int) -> list[int]:
        return ray.get([noop.remote(item) for item in range(items)])

    def chain(self, steps: int) -> None:
        reference = noop.remote(0)
        for _ in range(steps - 1):
            reference = noop.remote(reference)
        ray.get(reference)

    def pipeline(self, count: int, factor: int) -> int:
        values = ray.get(numbers.remote(count))
        return ray.get(add.remote(*[multiply.remote(value, factor) for value in values]))


@contextmanager
def start() -> Iterator[Ray]:
    with tempfile.TemporaryDirectory(prefix="ray-") as folder:
        ray.init(
            num_cpus=WORKERS,
            include_dashboard=False,
            log_to_driver=False,
            logging_level="ERROR",
            object_store_memory=OBJECT_STORE_BYTES,
            _node_ip_address="127.0.0.1",
            _temp_dir=folder,
        )
        try:
            yield Ray()
        finally:
            ray.shutdown()


if __name__ == "__main__":
    main(ray.__version__, start)
