"""Identifiers that are derived rather than made."""

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
