"""Pages of lists: their tokens, opaque to callers and a store key to us, and how much one answer may hold."""

import base64
import binascii
from collections.abc import Sequence

from google.protobuf.message import Message

from controlplane.domain.errors import InvalidError
from controlplane.ports.state_store import Entry, Page

MAX_ANSWER_BYTES = 6 * 1024 * 1024
"""A page that takes more ends early: 8 MiB is all that a message of gRPC may have, and the last item may be large."""


def write_token(key: str) -> str:
    return base64.urlsafe_b64encode(key.encode()).decode()


def read_token(token: str) -> str:
    """The key in a token; empty for no token. Raises ``InvalidError`` for one that we did not make."""
    try:
        return base64.b64decode(token.encode(), b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        raise InvalidError("the page token is not one of ours", field="page_token") from None


class Room:
    """What is left of an answer."""

    def __init__(self, size_bytes: int = MAX_ANSWER_BYTES) -> None:
        self._left = size_bytes

    def take(self, message: Message) -> bool:
        """Takes what a message needs; whether there is room for one more."""
        self._left -= message.ByteSize()
        return self._left > 0


def fitting(page: Page) -> tuple[Sequence[Entry], str]:
    """The entries of a page that one answer holds, and the token for what is behind them; empty at the end."""
    left = MAX_ANSWER_BYTES
    for count, entry in enumerate(page.entries, 1):
        left -= len(entry.value)
        if left <= 0 and count < len(page.entries):
            return page.entries[:count], write_token(entry.key)
    return page.entries, write_token(page.entries[-1].key) if page.more else ""
