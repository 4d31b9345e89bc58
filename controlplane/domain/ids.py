"""Identifiers that are derived rather than made."""

import re

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_NODE_DIGITS = 2
_PLACE_DIGITS = 6

_task_id = re.compile(f"[0-9a-z]{{{_NODE_DIGITS + _PLACE_DIGITS}}}", re.ASCII).fullmatch


def task_id(node_number: int, index: int) -> str:
    """The 8 characters that name a task within its job: two for the node, six for the place in the batch.

    Derived, so that a million tasks need no stored ids. ``node_number`` and ``index`` count from 0.
    """
    return _base36(node_number, _NODE_DIGITS) + _base36(index, _PLACE_DIGITS)


def task_place(task_id: str) -> tuple[int, int] | None:
    """Number of the node and place in the batch that a task's id says; None when it is none."""
    if not _task_id(task_id):
        return None
    return int(task_id[:_NODE_DIGITS], 36), int(task_id[_NODE_DIGITS:], 36)


def short_name(number: int) -> str:
    """At least four characters that tell a number from 0 on from all others."""
    return _base36(number, 4)


def _base36(number: int, width: int) -> str:
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
    return text.rjust(width, "0")
