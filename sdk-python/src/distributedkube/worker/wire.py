"""What agent and runner say to each other.

They share three things:

* the *data* socket: contexts, tasks and results, many a frame. The runner's main thread reads it between tasks;
* the *control* socket: what cannot wait until a task has ended. A thread of the runner sleeps in it;
* the *page*: a few 64-bit words in shared memory, in which the runner notes what it is doing. The agent looks at them
  when a timer of its own fires, so that a task which is over in a moment costs no message; and it outlives a crash.

A frame is its length (4 bytes, big-endian) and a msgpack array whose first element says what it is. The runner's side
runs on Python 3.9 with msgpack alone.
"""

from __future__ import annotations

import mmap
import struct
from typing import Any, Final

import msgpack

# Data socket, agent to runner.
CONFIG: Final = 0  # [CONFIG, max_inline_bytes]
CONTEXT: Final = 1  # [CONTEXT, number, args, input, sources, bindings, save_paths]
DROP_CONTEXT: Final = 2  # [DROP_CONTEXT, number]
# A task is [number, context, task_id, attempt, batch_index, elements, values, extras]; extras are None, or a map with what
# few tasks have: "args" (more of them), "trace", "progress".
TASKS: Final = 3  # [TASKS, [task, ...]]
EXIT: Final = 4  # [EXIT, exit_code]

# Data socket, runner to agent.
READY: Final = 0  # [READY, load failure or None]
RESULTS: Final = 1  # [RESULTS, [result, ...]]
PROGRESS: Final = 2  # [PROGRESS, number, fraction, message, details or None]
CALL: Final = 3  # [CALL, number, call id, target kind, name or JSON, input as a payload, include_result]
CANCEL_CALL: Final = 4  # [CANCEL_CALL, number, call id, reason]
WAITS: Final = 5  # [WAITS, number, bool]: user code waits for answers to its calls, or does so no more

# Control socket, agent to runner.
CANCEL: Final = 0  # [CANCEL, number, force, reason]
FLUSH: Final = 1  # [FLUSH]: send the results that wait for company
RECALL: Final = 2  # [RECALL, number]: give a task back, if it has not begun
ANSWER: Final = 3  # [ANSWER, number, call id, how it ended, ...]

# Control socket, runner to agent.
RELEASED: Final = 0  # [RELEASED, number]: the task had not begun and will not

# How a task ended: result[1]. A result is [number, kind, fetch_us, init_us, run_us, store_us, offsets or None, ...].
OUTPUT: Final = 0  # ..., content type ("" is the default one), bytes, shapes
STORED: Final = 1  # ..., content type, path of a file, its size, shapes
FAILED: Final = 2  # ..., failure
CANCELLED: Final = 3  # nothing more

# What a call is about: the target of CallRequest in the worker contract.
CALL_ALGORITHM, CALL_PIPELINE, CALL_RAW = 0, 1, 2

# How a call ended: answer[3]. A payload is [content type, bytes or None, path of a file or None, size], None for null.
ANSWER_OUTPUT: Final = 0  # ..., payload; a file is the runner's to delete
ANSWER_FAILED: Final = 1  # ..., category in words, type, message
ANSWER_STOPPED: Final = 2  # ..., reason

# Phases of a task, as numbered in TaskPhase of the worker contract.
PHASE_FETCHING, PHASE_INIT, PHASE_RUNNING, PHASE_STORING, PHASE_STOPPING = 1, 2, 3, 4, 5

# Categories of a failure that the runner can tell, as numbered in Failure of the worker contract.
CATEGORY_LOAD, CATEGORY_INIT, CATEGORY_USER_CODE, CATEGORY_INPUT_FETCH = 1, 2, 3, 4
CATEGORY_INPUT_DECODE, CATEGORY_OUTPUT_ENCODE, CATEGORY_OUTPUT_STORE, CATEGORY_CRASH = 5, 6, 7, 8

# What a binding takes: see InputBinding of the worker contract. With TAKE_VALUE_ELEMENT, the place of the source holds the
# index of the value.
TAKE_WHOLE, TAKE_ELEMENT, TAKE_VALUE, TAKE_VALUE_ELEMENT = 0, 1, 2, 3

# Words of the page. Times are nanoseconds of the monotonic clock, which all processes of a machine share.
CURRENT: Final = 0  # number of the task that runs, 0 between tasks. Written by the runner, as are the next four.
PHASE: Final = 1
SINCE: Final = 2  # when this phase began
BEGAN: Final = 3  # when the task began: what its ttl counts from
BEGUN: Final = 4  # highest number of a task that has begun
OUTPUT_BEGIN: Final = 5  # two words: how many bytes had gone to stdout and stderr when the task began
CLAIMED: Final = 7  # two words: bytes of stdout and stderr that the agent is about to have read. Written by the agent.
DONE: Final = 9  # two words: bytes that it has read
PAGE_BYTES: Final = mmap.PAGESIZE

USER_PACKAGE: Final = "algorithm_unique_folder"
"""Name of the package that holds the user's modules: algorithms refer to it, and so do their pickles."""

MAX_FRAME_BYTES: Final = 1 << 30
"""Frames are bounded by what the control plane sends; more than this is a defect."""

_LENGTH = struct.Struct(">I")


def frame(message: Any) -> bytes:
    """Encodes one message."""
    body: bytes = msgpack.packb(message)
    return _LENGTH.pack(len(body)) + body


class FrameReader:
    """Cuts a stream of bytes into messages."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def feed(self, data: bytes) -> list[Any]:
        """Takes bytes as they came and gives the messages that are complete."""
        if self._rest:
            self._rest += data
            buffer: Any = self._rest
        else:
            buffer = data
        messages: list[Any] = []
        position, size = 0, len(buffer)
        view = memoryview(buffer)
        while size - position >= 4:
            (length,) = _LENGTH.unpack_from(view, position)
            if length > MAX_FRAME_BYTES:
                raise ValueError(f"a frame of {length} bytes is over the limit of {MAX_FRAME_BYTES}")
            end = position + 4 + length
            if end > size:
                break
            messages.append(msgpack.unpackb(view[position + 4 : end], strict_map_key=False))
            position = end
        view.release()
        if buffer is self._rest:
            del self._rest[:position]
        elif position < size:
            self._rest += data[position:]
        return messages
