"""Calls in the ways that only Python has; its first input says which."""

import asyncio
import os
import threading
import time

from distributedkube.worker import ChildFailedError


async def gather(api, count):
    calls = [api.start_algorithm("child", [number], blocking=False) for number in range(count)]
    return await asyncio.gather(*calls)


async def too_late(api):
    call = api.start_algorithm("child", blocking=False)
    try:
        await asyncio.wait_for(call, 0.05)
    except TimeoutError:
        print("timed out", flush=True)
        return [await call, await call]
    return "in time"


async def wait(api):
    await api.start_algorithm("child", blocking=False)


def timeout(api):
    call = api.start_algorithm("child", blocking=False)
    try:
        call.result(timeout=0.05)
    except TimeoutError as error:
        print("timed out again", flush=True)
        return [str(error), call.done(), call.result(), call.done(), call.get(), call.ready()]
    return "in time"


def failed(api):
    call = api.startStoredSubpipeline("pipeline", blocking=False)
    errors = []
    for _ in range(2):
        try:
            call.result()
        except ChildFailedError as error:
            errors.append([str(error), error.child, error.category, error.type])
    return errors


def nobody_waits(api):
    call = api.start_algorithm("child", blocking=False)
    threading.Event().wait(0.1)
    print("in start", flush=True)
    threading.Event().wait(2)
    return call.result()


def busy(api, gate):
    call = api.start_algorithm("child", blocking=False)
    waiter = threading.Thread(target=call.result)
    waiter.start()
    end = time.monotonic() + 0.2
    while time.monotonic() < end:
        pass
    print("is busy", flush=True)
    while not os.path.exists(gate):
        pass
    waiter.join()
    return call.result()


def one_by_one(api, count):
    calls = [api.start_algorithm("child", [number], blocking=False) for number in range(count)]
    return [call.result() for call in calls]


def forked(api):
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            api.start_algorithm("child")
        except BaseException as error:  # noqa: BLE001 - told to the parent
            os.write(writing, type(error).__name__.encode())
        os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading) as pipe:
        return [pipe.read(), api.start_algorithm("child")]


ACTIONS = {
    "forked": forked,
    "gather": gather,
    "too late": too_late,
    "wait": wait,
    "timeout": timeout,
    "failed": failed,
    "nobody waits": nobody_waits,
    "busy": busy,
    "one by one": one_by_one,
    "old names": lambda api: [
        api.startAlgorithm(algorithmName="child", input=[1], includeResult=False, resultAsRaw=True),
        api.startStoredSubpipeline(name="pipeline", flowInput={"x": 1}, includeResult=True),
        api.startRawSubpipeline("raw", [], flowInput={"x": 2}, includeResult=True),
    ],
    "twice": lambda api: api.start_algorithm("child", includeResult=True, include_result=True),
    "large pipeline": lambda api: api.start_raw_subpipeline("raw", [{"nodeName": "n" * 2000}], {}),
    "number": lambda api, number: number,
}


def start(args, api):
    return ACTIONS[args["input"][0]](api, *args["input"][1:])
