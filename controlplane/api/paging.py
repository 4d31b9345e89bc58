"""Page tokens: opaque to callers, a store key to us."""

import base64
import binascii

from controlplane.domain.errors import InvalidError


def write_token(key: str) -> str:
    return base64.urlsafe_b64encode(key.encode()).decode()


def read_token(token: str) -> str:
    """The key in a token; empty for no token. Raises ``InvalidError`` for one that we did not make."""
    try:
        return base64.b64decode(token.encode(), b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        raise InvalidError("the page token is not one of ours", field="page_token") from None
