"""Forks, uses a pool of processes, and spawns."""

import multiprocessing
import os


def square(number):
    return number * number


def start(args):
    for _ in range(30):
        child = os.fork()
        if child == 0:
            os._exit(0)
        os.waitpid(child, 0)
    results = {}
    for method in ("fork", "spawn"):
        with multiprocessing.get_context(method).Pool(2) as pool:
            results[method] = pool.map(square, [1, 2, 3])
    return results
