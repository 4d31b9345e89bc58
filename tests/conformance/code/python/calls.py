"""Calls other algorithms and pipelines as its input says, and tells what came of it."""

import os
import time
from concurrent.futures import ThreadPoolExecutor

kept = []
in_init = []


def told(error):
    return {
        "error": type(error).__name__,
        "message": str(error),
        "child": getattr(error, "child", None),
        "category": getattr(error, "category", None),
        "reason": getattr(error, "reason", None),
    }


def many(api, count):
    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(lambda number: api.start_algorithm("child", [number]), range(count)))


def cancel(api):
    call = api.start_algorithm("child", [1], blocking=False)
    call.cancel("no need")
    call.cancel("once is enough")
    return call.result()


def crash(api):
    api.start_algorithm("child", blocking=False)
    print("in start", flush=True)
    time.sleep(0.1)
    os._exit(3)


def too_many(api):
    for _ in range(1001):
        api.start_algorithm("child", blocking=False)


def leave(api):
    kept.append(api)
    api.start_algorithm("child", blocking=False)
    return "left"


ACTIONS = {
    "algorithm": lambda api, *given: api.start_algorithm("child", *given),
    "stored": lambda api, *given: api.start_stored_subpipeline("pipeline", *given),
    "raw": lambda api, *given: api.start_raw_subpipeline("raw", *given),
    "big": lambda api, size: api.start_algorithm("child", ["x" * size]),
    "no array": lambda api: api.start_algorithm("child", "text"),
    "many": many,
    "cancel": cancel,
    "crash": crash,
    "too many": too_many,
    "leave": leave,
    "kept": lambda api: kept[0].start_algorithm("child"),
    "in init": lambda api: in_init.pop(),
    "number": lambda api, number: number,
}


def attempt(what, api, *given):
    try:
        return ACTIONS[what](api, *given)
    except Exception as error:  # noqa: BLE001 - all are told
        return told(error)


def init(args):
    if args["input"][0] == "in init":
        in_init.append(attempt("kept", None))


def start(args, api):
    return attempt(args["input"][0], api, *args["input"][1:])
