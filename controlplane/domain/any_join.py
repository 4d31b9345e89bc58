"""Elements that a node with ``*@`` references may run for: each exactly once, as soon as it has ended in every parent.

An element that exists in some parents only runs with null for the others once all parents are complete: until then it may
still come.
"""

from collections.abc import Iterable

_EMITTED = 255


class AnyJoin:
    """Counts, per element, the parents in which it has ended."""

    __slots__ = ("_ended", "is_open", "open_parents", "parents")

    def __init__(self, parents: int) -> None:
        self.parents = parents
        self.open_parents = parents
        """Parents of which more elements may come."""
        self.is_open = False
        """Whether everything else the node waits for is there."""
        self._ended = bytearray()

    def ended(self, elements: Iterable[int]) -> list[int]:
        """Elements ended in one parent; returns those to run for now."""
        ready: list[int] = []
        counts = self._ended
        for element in elements:
            if element >= len(counts):
                counts.extend(bytes(element + 1 - len(counts)))
            counts[element] += 1
            if self.is_open and counts[element] == self.parents:
                counts[element] = _EMITTED
                ready.append(element)
        return ready

    def open(self) -> list[int]:
        """Everything else is there; returns the elements that have waited for it."""
        self.is_open = True
        return self._take(self.parents)

    def rest(self) -> list[int]:
        """All parents are complete: what has ended in some of them only."""
        return self._take(1)

    def _take(self, least: int) -> list[int]:
        ready = [i for i, count in enumerate(self._ended) if least <= count < _EMITTED]
        for element in ready:
            self._ended[element] = _EMITTED
        return ready

    @property
    def is_complete(self) -> bool:
        """Whether no element will come any more."""
        return self.is_open and self.open_parents == 0
