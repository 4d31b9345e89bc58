"""What tools print: cut into lines as it comes, and shortened for errors. Pure."""

from collections import deque
from collections.abc import Iterator

MAX_LINE_BYTES = 4000
"""The rest of a longer line is left out."""

FIRST_LINES = 10
LAST_LINES = 40


class LineSplitter:
    """Bytes in, lines out. Of a line that was drawn over with carriage returns, as progress bars are, the last state counts."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[str]:
        *lines, rest = (self._rest + data).split(b"\n")
        # A progress bar may never end its line; only what it showed last is of use.
        self._rest = rest[:MAX_LINE_BYTES] if b"\r" not in rest.rstrip(b"\r") else _last_state(rest)[:MAX_LINE_BYTES]
        for line in lines:
            yield _text(line)

    def finish(self) -> Iterator[str]:
        """The line that was not ended."""
        if self._rest:
            yield _text(self._rest)
        self._rest = b""


def _text(line: bytes) -> str:
    shown = _last_state(line)
    cut = " [...]" if len(shown) > MAX_LINE_BYTES else ""
    return shown[:MAX_LINE_BYTES].decode(errors="replace").replace("\0", "") + cut


def _last_state(line: bytes) -> bytes:
    return line.rstrip(b"\r").rpartition(b"\r")[2]


class Excerpt:
    """The first and the last lines of an output of any length."""

    def __init__(self) -> None:
        self._first: list[str] = []
        self._last: deque[str] = deque(maxlen=LAST_LINES)
        self._left_out = 0

    def add(self, line: str) -> None:
        if len(self._first) < FIRST_LINES:
            self._first.append(line)
            return
        self._left_out += len(self._last) == LAST_LINES
        self._last.append(line)

    def text(self) -> str:
        """Lines joined; a line in between says how many were left out."""
        gap = [f"[{self._left_out} lines left out]"] if self._left_out else []
        return "\n".join([*self._first, *gap, *self._last])
