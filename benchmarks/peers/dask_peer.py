"""Dask's side of the benchmarks: reads the name of a measure from standard input, answers with its numbers as JSON."""

import itertools
import json
import sys
import time

import dask
import distributed

TASKS, STEPS = 10_000, 40
_fresh = itertools.count()  # Dask would answer a repeated call from its memory.


def noop(value, _fresh=None):
    return value


def numbers(count, _fresh=None):
    return list(range(1, count + 1))


def multiply(value, factor, _fresh=None):
    return value * factor


def fan_out(client):
    began = time.perf_counter()
    got = client.gather(client.map(noop, range(TASKS), pure=False))
    took = time.perf_counter() - began
    assert len(got) == TASKS
    return [TASKS / took]


def chain(client):
    times = []
    for _ in range(5):
        began = time.perf_counter()
        step = client.submit(noop, 0, pure=False)
        for _ in range(STEPS - 1):
            step = client.submit(noop, step, pure=False)
        step.result()
        times.append((time.perf_counter() - began) / STEPS * 1000)
    return times


def example(client):
    times = []
    for _ in range(50):
        began = time.perf_counter()
        values = client.submit(numbers, 5, pure=False).result()
        products = client.map(multiply, values, [2] * len(values), pure=False)
        assert client.submit(sum, products, pure=False).result() == 30
        times.append((time.perf_counter() - began) * 1000)
    return times


def main():
    dask.config.set({"distributed.dashboard.link": "", "distributed.worker.memory.terminate": False})
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1", silence_logs=50
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        client.gather(client.map(noop, range(500), pure=False))
        print(json.dumps({"ready": f"dask {dask.__version__}"}), flush=True)
        for line in sys.stdin:
            measure = {"fan_out": fan_out, "chain": chain, "example": example}[line.strip()]
            print(json.dumps({"values": measure(client)}), flush=True)


if __name__ == "__main__":
    main()
