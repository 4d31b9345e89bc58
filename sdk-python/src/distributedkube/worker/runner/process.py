"""The runner's main thread: takes tasks, runs them, sends results."""

from __future__ import annotations

import asyncio
import mmap
import os
import sys
import time
import traceback
from collections import deque
from functools import partial
from types import CoroutineType
from typing import Any, Final, NoReturn

from distributedkube import codec
from distributedkube.worker import wire
from distributedkube.worker.runner import failures
from distributedkube.worker.runner.api import TaskApi
from distributedkube.worker.runner.calls import Outlet
from distributedkube.worker.runner.channel import Channel, OutputMeter, flush_streams
from distributedkube.worker.runner.control import ControlThread
from distributedkube.worker.runner.inputs import Context, DecodedParts
from distributedkube.worker.runner.loader import Algorithm, load
from distributedkube.worker.runner.spool import leave_file
from distributedkube.worker.runner.stage import Stage

FLUSH_RESULTS: Final = 32
FLUSH_NS: Final = 2_000_000
"""A result waits at most this long for others, unless the task after it takes longer than its like did before."""

SHORT_TASK_NS: Final = 1_000_000
"""Results wait for company only while tasks are shorter than this."""


def run(options: dict[str, Any]) -> NoReturn:
    """Runs in the process that `launch.py` has prepared, until the agent says so or goes away."""
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    page = memoryview(mmap.mmap(options["page"], wire.PAGE_BYTES)).cast("Q")
    runner = Runner(page, Channel(options["data"]), Channel(options["control"]), options["spool"])
    runner.load(options["code_dir"], options["entry_point"])
    sys.exit(runner.run())


class Runner:
    """Runs the tasks of one slot, one at a time."""

    def __init__(self, page: Any, data: Channel, control: Channel, spool: str) -> None:
        self._page = page
        self._data = data
        self._stage = Stage(page)
        self._control = ControlThread(control, self._stage, self._flush)
        self._output = OutputMeter(page)
        self._algorithm: Algorithm | None = None
        self._event_loop: asyncio.AbstractEventLoop | None = None
        self._outlet = Outlet(data.send, spool, 0)
        self._pack = codec.new_encoder()
        self._cache = DecodedParts()
        self._contexts: dict[int, Context] = {}
        self._queue: deque[Any] = deque()
        # Filled by the main thread, emptied by it or by the control thread.
        self._unsent: deque[list[Any]] = deque()
        self._unsent_since = 0
        self._exit_code: int | None = None
        os.register_at_fork(after_in_child=self._leave_to_parent)

    def load(self, code_dir: str, entry_point: str) -> None:
        """Loads the user's code and tells the agent how that went; a failure to load is no reason to end."""
        failure = None
        self._control.start()
        try:
            self._algorithm = self._control.algorithm = load(code_dir, entry_point)
        except BaseException as error:  # noqa: BLE001 - modules may raise anything, SystemExit included
            failure = failures.describe(wire.CATEGORY_LOAD, error)
            failure["category"] = wire.CATEGORY_LOAD
        flush_streams()
        self._output.begin()
        self._data.send([wire.READY, failure])

    def run(self) -> int:
        """Takes and runs tasks until told to exit; the result is the exit code."""
        queue = self._queue
        while self._exit_code is None:
            while queue:
                self._run_task(queue.popleft())
            messages = self._data.receive_now()
            if messages == []:
                self._flush()
                self._page[wire.CURRENT] = 0
                messages = self._data.receive()
                self._output.begin()
            if messages is None:
                return 1
            for message in messages:
                self._handle(message)
        return self._exit(self._exit_code)

    def _handle(self, message: Any) -> None:
        kind = message[0]
        if kind == wire.TASKS:
            self._queue.extend(message[1])
        elif kind == wire.CONTEXT:
            self._contexts[message[1]] = Context(message, self._cache)
        elif kind == wire.DROP_CONTEXT:
            context = self._contexts.pop(message[1], None)
            if context is not None:
                context.close()
        elif kind == wire.CONFIG:
            self._outlet = self._outlet._replace(max_inline_bytes=message[1])
        elif kind == wire.EXIT:
            self._exit_code = message[1]

    def _run_task(self, task: Any) -> None:
        context = self._contexts[task[1]]
        if self._unsent and (context.mean_ns is None or context.mean_ns > SHORT_TASK_NS):
            self._flush()
        algorithm = self._algorithm
        assert algorithm is not None, "the agent answers for tasks of code that cannot be loaded"
        api = TaskApi(self._outlet, task[0], task[7]) if algorithm.takes_api else None
        if not self._stage.begin(task[0], api):
            return
        began = time.monotonic_ns()
        result = self._perform(task, context, algorithm, api, began)
        now = time.monotonic_ns()
        context.observe(now - began)
        unsent = self._unsent
        if not unsent:
            self._unsent_since = now
        unsent.append(result)
        if len(unsent) >= FLUSH_RESULTS or now - self._unsent_since >= FLUSH_NS:
            self._flush()

    def _perform(self, task: Any, context: Context, algorithm: Algorithm, api: TaskApi | None, began: int) -> list[Any]:
        """Runs one task and makes its result. Nothing that user code does gets out of here."""
        page = self._page
        page[wire.PHASE] = wire.PHASE_FETCHING
        page[wire.SINCE] = page[wire.BEGAN] = began
        page[wire.CURRENT] = number = task[0]
        category = wire.CATEGORY_INPUT_DECODE
        fetched = initialised = began
        value = failure = None
        try:
            args = context.arguments(task)
            fetched = initialised = time.monotonic_ns()
            if algorithm.init is not None:
                category = wire.CATEGORY_INIT
                page[wire.PHASE], page[wire.SINCE] = wire.PHASE_INIT, fetched
                self._await(algorithm.init(args))
                initialised = time.monotonic_ns()
            category = wire.CATEGORY_USER_CODE
            page[wire.PHASE], page[wire.SINCE] = wire.PHASE_RUNNING, initialised
            value = algorithm.start(args, api) if algorithm.takes_api else algorithm.start(args)
            if type(value) is CoroutineType:
                value = self._await(value)
        except BaseException as error:  # noqa: BLE001 - user code may raise anything
            failure = failures.describe(category, error)
        stopped = self._stage.end()
        ended = time.monotonic_ns()
        if stopped:
            outcome: list[Any] = [wire.CANCELLED]
        elif failure is not None:
            outcome = [wire.FAILED, failure]
        else:
            page[wire.PHASE], page[wire.SINCE] = wire.PHASE_STORING, ended
            outcome = self._encode(value, context)
        return [
            number,
            outcome[0],
            (fetched - began) // 1000,
            (initialised - fetched) // 1000,
            (ended - initialised) // 1000,
            (time.monotonic_ns() - ended) // 1000,
            self._output.end(),
            *outcome[1:],
        ]

    def _encode(self, value: Any, context: Context) -> list[Any]:
        content_type = ""
        try:
            if isinstance(value, (bytes, bytearray, memoryview)):
                content_type, data = codec.encode(value)
            else:
                data = self._pack(value)
            shapes = [
                (path, *codec.shape_of(codec.select(value, selector)))
                for path, selector in context.save_paths
                if codec.contains(value, selector)
            ]
        except Exception as error:  # noqa: BLE001 - values may be of classes whose methods raise anything
            return [wire.FAILED, failures.describe(wire.CATEGORY_OUTPUT_ENCODE, error)]
        if len(data) <= self._outlet.max_inline_bytes:
            return [wire.OUTPUT, content_type, data, shapes]
        try:
            return [wire.STORED, content_type, leave_file(self._outlet.spool, "result-", data), len(data), shapes]
        except OSError as error:
            return [wire.FAILED, failures.describe(wire.CATEGORY_OUTPUT_STORE, error)]

    def _await(self, value: Any) -> Any:
        """The result of a coroutine; any other value as it is."""
        if type(value) is not CoroutineType:
            return value
        if self._event_loop is None:
            self._event_loop = asyncio.new_event_loop()
        loop = self._event_loop
        asyncio.set_event_loop(loop)
        aio_task = loop.create_task(value)
        self._stage.set_coroutine(partial(loop.call_soon_threadsafe, aio_task.cancel))
        try:
            return loop.run_until_complete(aio_task)
        finally:
            self._stage.set_coroutine(None)

    def _flush(self) -> None:
        """Sends the results that are there. Called by both threads: whoever takes a result sends it."""
        unsent, results = self._unsent, []
        try:
            while True:
                results.append(unsent.popleft())
        except IndexError:
            if results:
                self._data.send([wire.RESULTS, results])

    def _exit(self, code: int) -> int:
        self._flush()
        leave = self._algorithm.exit if self._algorithm is not None else None
        if leave is not None:
            try:
                self._await(leave({"exitCode": code}))
            except BaseException:  # noqa: BLE001 - user code may raise anything; the process ends all the same
                traceback.print_exc()
        flush_streams()
        return code

    def _leave_to_parent(self) -> None:
        """In a process that user code has forked: results and messages are the parent's business."""
        self._unsent.clear()
        self._queue.clear()
        self._stage.leave()
        self._data.close()
