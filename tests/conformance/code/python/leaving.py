"""Says goodbye; does what its input says meanwhile."""

import time


def start(args):
    print("in start", flush=True)
    time.sleep(args["input"][0])
    return "ended"


def exit(options):
    print(f"goodbye {options['exitCode']}", flush=True)
