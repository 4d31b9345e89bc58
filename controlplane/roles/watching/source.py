"""What a topic is computed from, and how it says that there is news."""

from typing import Protocol

from controlplane.domain.merge_patch import Document
from controlplane.ports.system import Clock
from controlplane.roles.following import Alarm


class Bell:
    """Rung by a source at every change, as often as it likes: rings are merged until the topic is computed again."""

    def __init__(self, clock: Clock) -> None:
        self._news = Alarm(clock)
        self._urgent = Alarm(clock)

    def ring(self, *, urgent: bool = False) -> None:
        """There is news. Urgent news (an end, a failure) does not wait for the topic's pace."""
        self._news.ring()
        if urgent:
            self._urgent.ring()

    async def wait(self) -> None:
        """Returns when there is news since the last return."""
        await self._news.wait(None)

    async def rest(self, seconds: float) -> None:
        """Lets time pass so that changes are merged; urgent news cuts it short."""
        await self._urgent.wait(seconds)


class Source(Protocol):
    """One topic with one filter. What it remembers outlives a pause in which nobody watches."""

    async def follow(self, bell: Bell) -> None:
        """Rings at once and at every change. Returns when nothing more will come; runs until cancelled otherwise.

        Called again after a pause; what changed meanwhile must then be in the content.

        Errors of the tree in ``domain.errors`` end the topic, and are told.
        """
        ...

    async def content(self) -> Document:
        """What the topic shows now. Called after rings, at the topic's pace; may raise as ``follow``."""
        ...
