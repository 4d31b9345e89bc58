"""The real clock and real chance: the only readers of either in the whole program."""

import asyncio
import secrets
import time

_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"


class SystemClock:
    """The machine's clocks."""

    def now(self) -> float:
        """Seconds since the epoch; may jump when the machine's clock is set."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds from some start; never goes back."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Lets others run for ``seconds``; for one turn when that is zero or less."""
        await asyncio.sleep(max(seconds, 0))


class SystemIds:
    """Chance from the operating system, fit for secrets."""

    def text(self, length: int) -> str:
        """``length`` characters of ``[0-9a-z]``, all equally likely."""
        number = secrets.randbelow(36**length)
        characters = []
        for _ in range(length):
            number, index = divmod(number, 36)
            characters.append(_ALPHABET[index])
        return "".join(characters)

    def secret(self, length: int) -> bytes:
        """``length`` random bytes."""
        return secrets.token_bytes(length)
