"""From an exception of user code to the failure that its users read."""

from __future__ import annotations

import os
import traceback
from types import TracebackType
from typing import Any, Final

from distributedkube.worker import wire

MAX_STACK_CHARACTERS: Final = 64 * 1024
MAX_MESSAGE_CHARACTERS: Final = 16 * 1024
MAX_CAUSES: Final = 8

_HERE = os.path.dirname(os.path.abspath(__file__))

Failure = dict[str, Any]
"""The fields of `Failure` in the worker contract that a runner knows."""


class InputError(Exception):
    """An input of a task could not be had; carries the category of the failure."""

    def __init__(self, category: int, message: str) -> None:
        super().__init__(message)
        self.category = category


def describe(category: int, error: BaseException) -> Failure:
    """The failure of a task that ended with `error`; an exit that user code asked for counts as a crash."""
    if isinstance(error, InputError):
        return plain(error.category, "InputError", str(error))
    failure = _one(category, error, depth=0)
    if isinstance(error, SystemExit):
        code = 0 if error.code is None else error.code
        failure.update(category=wire.CATEGORY_CRASH, message=f"the user code ended its process with exit code {code}")
    return failure


def plain(category: int, kind: str, message: str) -> Failure:
    """A failure without a stack."""
    return {"category": category, "type": kind, "message": cut(message, MAX_MESSAGE_CHARACTERS)}


def cut(text: str, limit: int) -> str:
    """Shortens a text in its middle: the start says where it came from, the end what went wrong."""
    if len(text) <= limit:
        return text
    mark = f"\n... {len(text) - limit} characters left out ...\n"
    half = (limit - len(mark)) // 2
    return text[:half] + mark + text[-half:]


def _one(category: int, error: BaseException, depth: int) -> Failure:
    failure = plain(category, type(error).__qualname__, _message(error))
    frames = traceback.format_exception(type(error), error, _user_frames(error.__traceback__), chain=False)
    failure["stack_trace"] = cut("".join(frames), MAX_STACK_CHARACTERS)
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None and depth < MAX_CAUSES:
        failure["cause"] = _one(category, cause, depth + 1)
    return failure


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as broken:  # noqa: BLE001 - user code may define __str__ as it likes
        return f"(the text of this {type(error).__qualname__} cannot be had: {type(broken).__qualname__})"


def _user_frames(frames: TracebackType | None) -> TracebackType | None:
    """Leaves out the frames of the runner itself, which come first."""
    while frames is not None and frames.tb_frame.f_code.co_filename.startswith(_HERE):
        frames = frames.tb_next
    return frames
