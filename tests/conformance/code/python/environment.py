"""Shows what a process of user code has around it."""

import os
import sys
import threading


def start(args):
    return {
        "token": os.environ.get("DK_WORKER_TOKEN"),
        "grpc": "grpc" in sys.modules or "google.protobuf" in sys.modules,
        "main": threading.current_thread() is threading.main_thread(),
        "version": list(sys.version_info[:2]),
    }
