"""The last patches of a topic, bounded in bytes: what a reader that lags, or comes back, can still be given. Pure."""

from collections import deque
from typing import NamedTuple

PATCH_OVERHEAD = 64
"""About what a patch costs beside its text, in bytes."""


class Patch(NamedTuple):
    revision: int
    content: bytes


class PatchRing:
    """Patches with consecutive revisions, the oldest given up first."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._patches: deque[Patch] = deque()
        self._size = 0

    def add(self, patch: Patch) -> None:
        """Takes the patch behind the last one. One that is too large for the ring leaves it empty."""
        self._patches.append(patch)
        self._size += len(patch.content) + PATCH_OVERHEAD
        while self._size > self._max_bytes:
            self._size -= len(self._patches.popleft().content) + PATCH_OVERHEAD

    def after(self, revision: int) -> Patch | None:
        """The patch that follows a revision; None when it was given up, or is yet to come."""
        if not self._patches:
            return None
        place = revision + 1 - self._patches[0].revision
        return self._patches[place] if 0 <= place < len(self._patches) else None
