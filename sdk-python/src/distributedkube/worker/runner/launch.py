"""Starts a runner. Run by its path, in the algorithm's environment: ``python launch.py '<options as JSON>'``.

The agent's copies of this package and of msgpack are in the folder ``support``. It goes to the end of ``sys.path``,
so that the packages of the algorithm win; only this package itself is taken from there in any case, because agent and
runner must be of one version.
"""

from __future__ import annotations

import importlib
import json
import sys


def main() -> None:
    """Puts the paths right and hands over to `runner.process`."""
    options = json.loads(sys.argv[1])
    del sys.path[0]  # The folder of this script, which Python has put there.
    sys.argv[:] = [options["entry_point"]]
    try:
        import msgpack
    except ImportError:
        pass
    else:
        if msgpack.version < (1, 0):
            raise SystemExit(f"the environment has msgpack {msgpack.version}; the worker needs msgpack 1.0 or newer")
    sys.path.insert(0, options["support"])
    process = importlib.import_module("distributedkube.worker.runner.process")
    sys.path.remove(options["support"])
    sys.path.append(options["support"])
    process.run(options)


# Guarded because `multiprocessing` imports the main script anew in the processes that user code spawns.
if __name__ == "__main__":
    main()
