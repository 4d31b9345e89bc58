"""Prints in every way there is."""

import os
import subprocess
import sys
import threading
import time


def start(args):
    match args["input"][0]:
        case "lines":
            print("to stdout")
            print("to stderr", file=sys.stderr)
            print('{"log": "in json", "stream": "stderr", "key": 1}')
            os.write(1, b"from the descriptor\n")
            subprocess.run(["sh", "-c", "echo from a child"], check=True)
            print("no newline", end="")
        case "live":
            print("still running")
            while not os.path.exists(args["input"][1]):
                time.sleep(0.01)
        case "flood":
            line = "x" * 99
            for _ in range(args["input"][1] // 100):
                print(line)
        case "later":
            threading.Thread(target=print_when, args=(args["input"][1],)).start()
        case "long":
            print("é" * 20000)


def print_when(path):
    while not os.path.exists(path):
        time.sleep(0.01)
    print("after the task", flush=True)
