"""Imports an entry point as a worker does and writes down what came of it: ``python load_check.py '<options as JSON>'``.

Run in a child, with the interpreter and the packages of the environment, by its path. The verdict goes to a file, as the code
may print what it likes; it is written aside and renamed, so it is whole or missing.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import traceback
from typing import Any, NoReturn


def main() -> NoReturn:
    """Ends without waiting for threads that the code has started."""
    options = json.loads(sys.argv[1])
    del sys.path[0]  # The folder of this script, which Python has put there.
    sys.argv[:] = [options["entry_point"]]
    # The worker, too, takes its own package from here and lets the algorithm's packages win otherwise.
    sys.path.insert(0, options["support"])
    loader = importlib.import_module("distributedkube.worker.runner.loader")
    wire = importlib.import_module("distributedkube.worker.wire")
    sys.path.remove(options["support"])
    sys.path.append(options["support"])
    verdict: dict[str, Any] = {"kind": "loaded"}
    try:
        loader.load(options["code_dir"], options["entry_point"])
    except loader.LoadError:
        verdict = {"kind": "no start"}
    except BaseException as error:  # noqa: BLE001 - modules may raise anything, SystemExit included
        verdict = describe(error, options["code_dir"], wire.USER_PACKAGE)
        show(error, options["code_dir"])
    with open(options["verdict"] + ".tmp", "w", encoding="utf-8") as file:
        json.dump(verdict, file)
    os.rename(options["verdict"] + ".tmp", options["verdict"])
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    os._exit(0)


def describe(error: BaseException, code_dir: str, user_package: str) -> dict[str, Any]:
    """The kind of failure, and the last place in the author's files that led to it."""
    place: dict[str, Any] = {}
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename.startswith(code_dir + os.sep):
            place = {"file": os.path.relpath(frame.filename, code_dir), "line": frame.lineno}
    if isinstance(error, SyntaxError) and error.filename:
        inside = error.filename.startswith(code_dir + os.sep)
        name = os.path.relpath(error.filename, code_dir) if inside else error.filename
        text = f": {error.text.strip()}" if error.text else ""
        return {"kind": "syntax", "file": name, "line": error.lineno, "message": f"{error.msg}{text}"[:1000]}
    if isinstance(error, ModuleNotFoundError) and error.name:
        return {"kind": "missing", **_missing(error.name, code_dir, user_package), **place}
    if isinstance(error, SystemExit):
        return {"kind": "exit", "message": repr(error.code)[:1000], **place}
    return {"kind": "raised", "message": f"{type(error).__name__}: {error}"[:1000], **place}


def _missing(name: str, code_dir: str, user_package: str) -> dict[str, Any]:
    """Whether it is one of the author's own modules that is missing: a relative import, or inside a folder of the code."""
    if name.startswith(user_package + "."):
        return {"name": name[len(user_package) + 1 :], "own": True}
    top, _, rest = name.partition(".")
    own = bool(rest) and os.path.isdir(os.path.join(code_dir, top))
    return {"name": name, "own": own}


def show(error: BaseException, code_dir: str) -> None:
    """The traceback from the author's first frame on; what is above is ours."""
    first = error.__traceback__
    while first is not None and not first.tb_frame.f_code.co_filename.startswith(code_dir + os.sep):
        first = first.tb_next
    traceback.print_exception(type(error), error, first)


# Guarded because `multiprocessing` imports the main script anew in the processes that the code spawns.
if __name__ == "__main__":
    main()
