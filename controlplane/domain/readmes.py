"""Keys of readmes, and how a text is cut into values that the store takes. Pure.

=============================  =================================================
key                            what
=============================  =================================================
``readme/<kind>/<name>/<n>``   the text in UTF-8, in pieces from 0
=============================  =================================================
"""

from collections.abc import Iterable
from enum import StrEnum

MAX_README_BYTES = 1024 * 1024

PIECE_BYTES = 128 * 1024


class Described(StrEnum):
    """What has a readme."""

    ALGORITHM = "algorithm"
    PIPELINE = "pipeline"


def readme_prefix(kind: Described, name: str) -> str:
    return f"readme/{kind.value}/{name}/"


def readme_key(kind: Described, name: str, number: int) -> str:
    return f"{readme_prefix(kind, name)}{number:02d}"


def pieces_of(text: str) -> list[bytes]:
    """The pieces of a text, at least one."""
    data = text.encode()
    return [data[start : start + PIECE_BYTES] for start in range(0, len(data), PIECE_BYTES)] or [b""]


def text_of(pieces: Iterable[bytes]) -> str:
    return b"".join(pieces).decode()
