"""Ends its process in the way that its input says."""

import ctypes
import os
import signal


def start(args):
    match args["input"][0]:
        case "exit":
            os._exit(3)
        case "segfault":
            ctypes.string_at(0)
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
    return os.getpid()
