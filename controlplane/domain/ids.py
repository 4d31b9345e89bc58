"""Identifiers. A new type each, so that a job id cannot be passed where a node name is meant."""

from typing import NewType

JobId = NewType("JobId", str)
"""12 characters of ``[0-9a-z]``."""

NodeName = NewType("NodeName", str)
AlgorithmName = NewType("AlgorithmName", str)
WorkerId = NewType("WorkerId", str)
SessionId = NewType("SessionId", str)
BuildId = NewType("BuildId", str)

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def task_id(node_number: int, index: int) -> str:
    """The 8 characters that name a task within its job: two for the node, six for the place in the batch.

    Derived, so that a million tasks need no stored ids. ``node_number`` and ``index`` count from 0.
    """
    return _base36(node_number, 2) + _base36(index, 6)


def _base36(number: int, width: int) -> str:
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
    return text.rjust(width, "0")
