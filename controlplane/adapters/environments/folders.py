"""The folders that builds make: how one becomes complete, and how it goes away.

<root>/<algorithm>/<build id>/code/               the author's files
<root>/<algorithm>/<build id>/venv/               the interpreter, for Python
<root>/<algorithm>/<build id>/environment.json    written last: without it the folder is the rest of a broken build
<root>/.layers/<digest>/                          installed dependencies, shared by environments
"""

import asyncio
import errno
import json
import os
import re
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

from controlplane.domain.errors import InvalidError

T = TypeVar("T")

MARKER = "environment.json"

_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}", re.ASCII)
_REMOVE_ATTEMPTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """What the marker says."""

    env: str
    entry_point: str
    interpreter: str
    """Version, as in ``3.11.7``."""
    requirements_digest: str
    """Of what was asked to be installed; empty when nothing was."""
    layer: str
    """Digest of the layer that is linked in; empty when there is none."""
    built_at: float
    """Seconds since the epoch."""


def folder_of(root: Path, algorithm: str, build_id: str) -> Path:
    """Raises ``InvalidError`` for names that are no plain file names."""
    for field, name in (("algorithm_name", algorithm), ("build_id", build_id)):
        if not _NAME.fullmatch(name):
            raise InvalidError(f"{field} {name!r} cannot be the name of a folder", field=field)
    return root / algorithm / build_id


def all_folders(root: Path) -> Iterator[Path]:
    """The folders of all builds, complete or not."""
    for algorithm in root.iterdir():
        if _NAME.fullmatch(algorithm.name) and algorithm.is_dir():
            yield from (build for build in algorithm.iterdir() if build.is_dir())


def write_marker(folder: Path, environment: Environment) -> None:
    """From here on the environment counts, also after a power failure."""
    unfinished = folder / (MARKER + ".tmp")
    with unfinished.open("w", encoding="utf-8") as file:
        json.dump(asdict(environment), file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(folder / MARKER)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_marker(folder: Path) -> Environment | None:
    """None when the folder does not count."""
    try:
        return Environment(**json.loads((folder / MARKER).read_bytes()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def remove_environment(folder: Path) -> None:
    """Also the algorithm's folder when this was its last one."""
    (folder / MARKER).unlink(missing_ok=True)
    remove_tree(folder)
    with suppress(OSError):
        folder.parent.rmdir()


def remove_tree(folder: Path) -> None:
    """Removes a folder with everything in it, also what its owner may not write to. Nothing happens when it is gone."""
    for attempt in range(1, _REMOVE_ATTEMPTS + 1):
        try:
            shutil.rmtree(folder)
            return
        except OSError as error:
            if not folder.exists():
                return
            # Somebody was writing into it a moment ago, such as a process that has just been killed.
            disturbed = error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOENT)
            if attempt == _REMOVE_ATTEMPTS or not (disturbed or isinstance(error, PermissionError)):
                raise
            _make_writable(folder)


def _make_writable(folder: Path) -> None:
    os.chmod(folder, stat.S_IRWXU)
    for path, names, _ in os.walk(folder):
        for name in names:
            inner = os.path.join(path, name)
            if not os.path.islink(inner):
                with suppress(FileNotFoundError):
                    os.chmod(inner, stat.S_IRWXU)


async def in_thread(work: Callable[[], T]) -> T:
    """Does ``work`` on a thread; when cancelled, ends only after the thread, as folders must not go away under it."""
    future = asyncio.get_running_loop().run_in_executor(None, work)
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        await asyncio.wait([future])
        raise
