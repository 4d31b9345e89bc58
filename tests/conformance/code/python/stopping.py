"""Says on stdout when it begins, then waits as its input says."""

import ctypes
import threading
import time

stopped = threading.Event()
options_seen = []


def init(args):
    if args["input"][0] == "init":
        print("in init", flush=True)
        wait()


def start(args):
    stopped.clear()
    match args["input"][0]:
        case "polite":
            print("in start", flush=True)
            wait()
            return "too late"
        case "stubborn":
            print("in start", flush=True)
            while True:
                time.sleep(60)
        case "hold the lock":
            print("in start", flush=True)
            # A call into C through `PyDLL` keeps the interpreter's lock, as careless extensions do.
            ctypes.PyDLL(None).sleep(args["input"][1])
        case "options":
            return options_seen
        case "sleep":
            time.sleep(args["input"][1])
    return "done"


def wait():
    stopped.wait()


def stop(options):
    options_seen.append(options)
    stopped.set()
