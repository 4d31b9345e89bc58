"""Adapters: one package per outside system, each behind a port and none knowing another.

Here are only the rules of the storage ports that every adapter of them enforces alike, so that what one refuses the
others refuse too. No decision of the program is made in an adapter.
"""

import re
from collections.abc import Iterable

from controlplane.domain.errors import InvalidError
from controlplane.ports.state_store import (
    MAX_KEY_BYTES,
    MAX_OPERATIONS,
    MAX_VALUE_BYTES,
    Delete,
    DeletePrefix,
    Put,
    Transaction,
)

MAX_OBJECT_KEY_BYTES = 1024
"""S3's limit."""

MAX_OBJECT_KEY_PART_BYTES = 200
"""A part is a file name in the embedded store; file systems end at 255, and some room is needed for marks."""

_LAST_CHARACTER = "\U0010ffff"
_OBJECT_KEY_PART = re.compile(r"[A-Za-z0-9._-]+", re.ASCII)


def prefix_end(prefix: str) -> str | None:
    """The smallest text that sorts behind every key starting with ``prefix``; None when there is no such text.

    Code points sort as their UTF-8 bytes do, so this holds for both.
    """
    stem = prefix.rstrip(_LAST_CHARACTER)
    if not stem:
        return None
    following = ord(stem[-1]) + 1
    # Surrogates are no characters and have no UTF-8.
    return stem[:-1] + ("\ue000" if following == 0xD800 else chr(following))


def check_transaction(transaction: Transaction) -> int:
    """Raises ``ValueError`` when a limit of the port is broken; returns the size of all values in bytes."""
    operations = len(transaction.compares) + len(transaction.writes)
    if operations > MAX_OPERATIONS:
        raise ValueError(f"a transaction of {operations} operations; at most {MAX_OPERATIONS} are allowed: split it")
    for compare in transaction.compares:
        check_key(compare.key)
    size_bytes = 0
    written: list[str] = []
    prefixes: list[str] = []
    for write in transaction.writes:
        match write:
            case Put(key=key, value=value):
                check_key(key)
                written.append(key)
                if len(value) > MAX_VALUE_BYTES:
                    raise ValueError(f"value of {key!r} has {len(value)} bytes; at most {MAX_VALUE_BYTES} are allowed")
                size_bytes += len(value)
            case Delete(key=key):
                check_key(key)
                written.append(key)
            case DeletePrefix(prefix=prefix):
                check_text(prefix)
                prefixes.append(prefix)
    if len(transaction.writes) > 1:
        _check_written_once(written, prefixes)
    return size_bytes


def check_key(key: str) -> None:
    """Raises ``ValueError`` when ``key`` cannot be a key of the state store."""
    if not key:
        raise ValueError("a key is empty")
    check_text(key)
    # Four bytes are the most that a character takes.
    if len(key) * 4 > MAX_KEY_BYTES and len(key.encode()) > MAX_KEY_BYTES:
        raise ValueError(f"key {key[:60]!r}... has {len(key.encode())} bytes; at most {MAX_KEY_BYTES} are allowed")


def check_text(text: str) -> None:
    """Raises ``ValueError`` when ``text`` has no UTF-8 or holds NUL, which not every store can keep in a key."""
    if not text.isascii():
        text.encode()
    if "\0" in text:
        raise ValueError(f"key or prefix {text[:60]!r} holds a NUL character")


def check_limit(limit: int) -> None:
    """Raises ``ValueError`` when a page is asked for that could never hold anything."""
    if limit < 1:
        raise ValueError(f"limit is {limit}; it must be at least 1")


def check_ttl(ttl_seconds: float) -> None:
    """Raises ``ValueError`` when a lease could not live that long."""
    if not 0 < ttl_seconds < float("inf"):
        raise ValueError(f"ttl_seconds is {ttl_seconds}; it must be a positive number")


def check_object_key(key: str) -> None:
    """Raises ``InvalidError`` when ``key`` breaks the grammar of the object store's keys."""
    _check_object_path(key, key.split("/"))


def check_object_prefix(prefix: str) -> None:
    """Raises ``InvalidError`` when no object key can start with ``prefix``. Empty means all objects."""
    *folders, start = prefix.split("/")
    # The last part is the start of a name: a lone dot is one, and so is nothing at all.
    _check_object_path(prefix, [*folders, start.strip(".") or "any"])


def _check_written_once(written: list[str], prefixes: list[str]) -> None:
    if len(set(written)) < len(written) or any(_overlaps(prefix, written) for prefix in prefixes):
        raise ValueError("a key is written twice in one transaction")
    if any(_overlaps(one, prefixes[:index] + prefixes[index + 1 :]) for index, one in enumerate(prefixes)):
        raise ValueError("prefixes to delete overlap in one transaction")


def _overlaps(prefix: str, texts: Iterable[str]) -> bool:
    return any(text.startswith(prefix) for text in texts)


def _check_object_path(key: str, parts: list[str]) -> None:
    if len(key) > MAX_OBJECT_KEY_BYTES:
        raise InvalidError(f"key has {len(key)} characters; use at most {MAX_OBJECT_KEY_BYTES}", field="key")
    for part in parts:
        if not part:
            raise InvalidError(f"key {key!r} has an empty part; use single slashes between names", field="key")
        if part in (".", ".."):
            raise InvalidError(f"key {key!r} has a part {part!r}; use names only", field="key")
        if len(part) > MAX_OBJECT_KEY_PART_BYTES:
            raise InvalidError(
                f"a part of key has {len(part)} characters; at most {MAX_OBJECT_KEY_PART_BYTES}", field="key"
            )
        if not _OBJECT_KEY_PART.fullmatch(part):
            raise InvalidError(f"key {key!r} has other characters than letters, digits and ._-/", field="key")
