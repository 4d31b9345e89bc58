"""The thread that listens while user code runs: stops tasks, sends waiting results, notices that the agent has gone."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from typing import Any

from distributedkube.worker import wire
from distributedkube.worker.runner.channel import Channel
from distributedkube.worker.runner.loader import Algorithm
from distributedkube.worker.runner.stage import Stage


class ControlThread(threading.Thread):
    """Sleeps in the control socket, so that it costs the main thread nothing."""

    def __init__(self, channel: Channel, stage: Stage, flush: Callable[[], None]) -> None:
        super().__init__(name="distributedkube-control", daemon=True)
        self._channel = channel
        self._stage = stage
        self._flush = flush
        self.algorithm: Algorithm | None = None

    def run(self) -> None:
        """Handles messages until the agent goes; then ends the process, and with it what user code has started."""
        try:
            messages = self._channel.receive()
            while messages is not None:
                for message in messages:
                    self._handle(message)
                messages = self._channel.receive()
        except OSError:
            traceback.print_exc()
        end_process_group()

    def _handle(self, message: Any) -> None:
        if message[0] == wire.FLUSH:
            self._flush()
        elif message[0] == wire.CANCEL:
            _, number, force, reason = message
            self._cancel(number, force, reason)
        elif message[0] == wire.RECALL and self._stage.recall(message[1]):
            self._channel.send([wire.RELEASED, message[1]])
        elif message[0] == wire.ANSWER:
            _, number, call_id, *answer = message
            self._stage.answer(number, call_id, answer)

    def _cancel(self, number: int, force: bool, reason: str) -> None:
        verdict = self._stage.stop(number, reason)
        if verdict == "released":
            self._channel.send([wire.RELEASED, number])
        elif verdict == "stop":
            # In a thread of its own: user code may take its time, and a later request may be more urgent.
            threading.Thread(target=self._stop, args=(number, force, reason), name="stop", daemon=True).start()
        elif verdict == "again" and force:
            self._stage.cancel_coroutine(number)

    def _stop(self, number: int, force: bool, reason: str) -> None:
        stop = self.algorithm.stop if self.algorithm is not None else None
        if stop is not None:
            try:
                answer = stop({"forceStop": force, "reason": reason})
                if asyncio.iscoroutine(answer):
                    asyncio.run(answer)
            except BaseException:  # noqa: BLE001 - user code may raise anything; its task is told to stop all the same
                traceback.print_exc(file=sys.stderr)
        if force:
            self._stage.cancel_coroutine(number)


def end_process_group() -> None:
    """Ends this process at once, with its children when it leads a group of its own."""
    if os.getpid() == os.getpgrp():
        os.killpg(os.getpgrp(), signal.SIGKILL)
    os._exit(1)
