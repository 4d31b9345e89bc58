"""The only way to time and chance."""

from typing import Protocol


class Clock(Protocol):
    def now(self) -> float:
        """Seconds since the epoch, for records."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back, for durations."""
        ...

    async def sleep(self, seconds: float) -> None: ...


class Ids(Protocol):
    def text(self, length: int) -> str:
        """That many random characters of ``[0-9a-z]``."""
        ...

    def secret(self, length: int) -> bytes:
        """That many random bytes fit for keys."""
        ...
