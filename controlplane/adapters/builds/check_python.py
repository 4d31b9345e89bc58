"""Loads an algorithm with the worker's own loader and says what is wrong. Runs in the algorithm's environment.

Arguments: code folder, entry point, folder with the loader. The last line is ``check: `` and a JSON object. Needs only the
standard library of Python 3.9.
"""

from __future__ import annotations

import json
import os
import sys
import traceback


def verdict(code: str, entry: str, support: str) -> "dict[str, str | None]":
    sys.path.append(support)
    from distributedkube.worker.runner import loader

    # The worker's packages must not stand in for what the algorithm lacks.
    sys.path.remove(support)
    try:
        loader.load(code, entry)
    except loader.LoadError as error:
        return {"problem": "start", "text": str(error)}
    except SyntaxError as error:
        where = os.path.relpath(error.filename or entry, code)
        return {"problem": "syntax", "text": "%s, line %s: %s" % (where, error.lineno, error.msg)}
    except ModuleNotFoundError as error:
        return {"problem": "module", "module": error.name, "text": str(error)}
    except SystemExit as error:
        return {"problem": "exit", "text": "it ends the process when it is imported (exit code %s)" % error.code}
    except BaseException:
        return {"problem": "import", "text": traceback.format_exc(limit=-3).strip()}
    return {}


if __name__ == "__main__":
    found = verdict(*sys.argv[1:4])
    sys.stdout.flush()
    print("\ncheck: " + json.dumps(found), flush=True)
    os._exit(0)
