"""Ray's side of the benchmarks: reads the name of a measure from standard input, answers with its numbers as JSON."""

import json
import os
import sys
import time

os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
import ray

TASKS, STEPS = 10_000, 40


@ray.remote
def noop(value):
    return value


@ray.remote
def numbers(count):
    return list(range(1, count + 1))


@ray.remote
def multiply(value, factor):
    return value * factor


@ray.remote
def reduce(*values):
    return sum(values)


def fan_out():
    began = time.perf_counter()
    got = ray.get([noop.remote(i) for i in range(TASKS)])
    took = time.perf_counter() - began
    assert len(got) == TASKS
    return [TASKS / took]


def chain():
    times = []
    for _ in range(5):
        began = time.perf_counter()
        step = noop.remote(0)
        for _ in range(STEPS - 1):
            step = noop.remote(step)
        ray.get(step)
        times.append((time.perf_counter() - began) / STEPS * 1000)
    return times


def example():
    times = []
    for _ in range(50):
        began = time.perf_counter()
        products = [multiply.remote(value, 2) for value in ray.get(numbers.remote(5))]
        assert ray.get(reduce.remote(*products)) == 30
        times.append((time.perf_counter() - began) * 1000)
    return times


def main():
    ray.init(
        num_cpus=2, include_dashboard=False, logging_level="ERROR", log_to_driver=False, _node_ip_address="127.0.0.1"
    )
    ray.get([noop.remote(i) for i in range(500)])
    print(json.dumps({"ready": f"ray {ray.__version__}"}), flush=True)
    for line in sys.stdin:
        print(
            json.dumps({"values": {"fan_out": fan_out, "chain": chain, "example": example}[line.strip()]()}), flush=True
        )
    ray.shutdown()


if __name__ == "__main__":
    main()
