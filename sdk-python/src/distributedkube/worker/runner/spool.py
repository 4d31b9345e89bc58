"""Files that hand large values over to the agent, which deletes them."""

from __future__ import annotations

import os
import tempfile


def leave_file(folder: str, prefix: str, data: bytes) -> str:
    """Writes a file of a name of its own and gives its path. Raises OSError; then no file is left."""
    descriptor, path = tempfile.mkstemp(dir=folder, prefix=prefix)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
    except OSError:
        os.unlink(path)
        raise
    return path
