"""Installed dependencies by the digest of what was asked for, so that code which changes alone is built in a moment.

A layer is made aside and renamed into place, so it is whole or not there; of two builds that make the same one, the second
to finish takes the first one's. Layers that no environment uses are kept up to a number, and go in the order of their age.
"""

import hashlib
import json
import os
import threading
from pathlib import Path

from controlplane.adapters.environments.folders import remove_tree

LAYERS = ".layers"
_UNFINISHED = ".tmp-"


def digest_of(*facts: object) -> str:
    """Of JSON values that together say what is installed, and for what."""
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


class Layers:
    """Safe to use from several threads. All methods but ``hold`` and ``release`` block."""

    def __init__(self, root: Path, *, keep_unused: int) -> None:
        """Removes what a crash has left unfinished."""
        self._root = root / LAYERS
        self._keep_unused = keep_unused
        self._holders: dict[str, set[Path]] = {}
        """Environments, finished or being built, by the digest of the layer they use."""
        self._lock = threading.Lock()
        """So that no layer goes between the look at its holders and its removal."""
        self._root.mkdir(exist_ok=True)
        for folder in self._root.iterdir():
            if folder.name.startswith(_UNFINISHED):
                remove_tree(folder)

    def path(self, digest: str) -> Path:
        return self._root / digest

    def hold(self, digest: str, environment: Path) -> None:
        """The layer, there or still to be made, stays until it is released."""
        with self._lock:
            self._holders.setdefault(digest, set()).add(environment)

    def release(self, environment: Path) -> None:
        """This environment is gone."""
        with self._lock:
            for digest, holders in list(self._holders.items()):
                holders.discard(environment)
                if not holders:
                    del self._holders[digest]

    def find(self, digest: str) -> bool:
        """Whether the layer is there; that counts as its use."""
        try:
            os.utime(self.path(digest))
        except FileNotFoundError:
            return False
        return True

    def begin(self, name: str) -> Path:
        """An empty folder to install into; to be given to ``finish``, or to ``abandon``."""
        folder = self._root / (_UNFINISHED + name)
        folder.mkdir()
        return folder

    def finish(self, unfinished: Path, digest: str) -> None:
        """The folder becomes the layer, unless another build was faster."""
        try:
            unfinished.rename(self.path(digest))
        except OSError:
            if not self.find(digest):
                raise

    def abandon(self, unfinished: Path) -> None:
        """Nothing happens when the folder has become the layer."""
        remove_tree(unfinished)

    def sweep(self) -> None:
        """Removes the oldest of the layers that nothing uses, if there are too many."""
        going: list[Path] = []
        with self._lock:
            unused = [
                (folder.stat().st_mtime_ns, folder)
                for folder in self._root.iterdir()
                if not folder.name.startswith(_UNFINISHED) and folder.name not in self._holders
            ]
            for _, folder in sorted(unused, reverse=True)[self._keep_unused :]:
                # Renamed first: a layer that is half removed must not be found.
                going.append(folder.rename(folder.with_name(_UNFINISHED + folder.name)))
        for folder in going:
            remove_tree(folder)
