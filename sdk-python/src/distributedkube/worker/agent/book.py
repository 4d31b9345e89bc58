"""Every task that the worker holds, and where it is.

Tasks come from the session and leave as outcomes into the outbox. In between a task may wait for its inputs, wait in a
runner, run, and wait for its result to be stored.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from distributedkube.api.type.v1 import payload_pb2
from distributedkube.api.worker.v1 import worker_pb2
from distributedkube.worker import wire
from distributedkube.worker.agent import tasks
from distributedkube.worker.agent.blobs import BlobStore, TransferError
from distributedkube.worker.agent.calls import CallDesk
from distributedkube.worker.agent.contexts import AgentContext, ContextTable
from distributedkube.worker.agent.credit import RunTimes
from distributedkube.worker.agent.logs import LogSink
from distributedkube.worker.agent.outbox import Outbox, Outcome, Output
from distributedkube.worker.agent.pool import RunnerPool
from distributedkube.worker.agent.runner import RunnerProcess
from distributedkube.worker.agent.settings import WorkerSettings
from distributedkube.worker.agent.tasks import Ending, HeldTask, Place
from distributedkube.worker.agent.uploads import CreateUploadUrl, store_result
from distributedkube.worker.agent.watch import Watch

DEFAULT_GRACE_SECONDS: Final = 10.0
"""Time that a task gets to stop in when nothing else is said."""

_REASONS: Final = {
    worker_pb2.TaskCancel.REASON_STOPPED: "stopped",
    worker_pb2.TaskCancel.REASON_TTL: "ttl",
    worker_pb2.TaskCancel.REASON_SCALE_DOWN: "scale down",
    worker_pb2.TaskCancel.REASON_PARENT_FAILED: "parent failed",
    worker_pb2.TaskCancel.REASON_SUPERSEDED: "superseded",
}
_Failure = payload_pb2.Failure


class TaskBook:
    """Takes tasks, follows them and tells how they end. Is the owner of the runners."""

    def __init__(
        self,
        settings: WorkerSettings,
        outbox: Outbox,
        *,
        changed: Callable[[], None],
        ticked: Callable[[], None],
        create_url: CreateUploadUrl,
    ) -> None:
        """Makes the runners as well; `start` starts them.

        Args:
            changed: called when there is something to send, or may be more room for tasks.
            ticked: called now and then while tasks are in hand.
            create_url: asks the control plane where to put a large result.
        """
        self._outbox = outbox
        self._changed = changed
        self._create_url = create_url
        self._loop = asyncio.get_running_loop()
        self._pool = RunnerPool(settings, self, LogSink(outbox))
        self._blobs = BlobStore(self._pool.folder)
        self._contexts = ContextTable(self._blobs)
        self._calls = CallDesk(self, outbox, self._blobs, self._pool.folder, create_url=create_url, changed=changed)
        self._held: dict[bytes, HeldTask] = {}
        self._transfers: set[HeldTask] = set()
        self._draining = False
        self.blocked = 0
        """Slots whose task only waits for calls."""
        self._ready: set[RunnerProcess] = set()
        self._loaded = asyncio.Event()
        self._idle: asyncio.Future[None] | None = None
        self._oom_kills = tasks.count_oom_kills()
        self.load_failure: payload_pb2.Failure | None = None
        self.run_times = RunTimes()
        self.watch = Watch(
            outbox=outbox,
            runners=lambda: self._pool.runners,
            transfers=lambda: self._transfers,
            time_out=self._time_out,
            turned=ticked,
        )

    # What the agent asks.

    async def start(self) -> None:
        """Starts the runners and waits until the user's code is loaded, or cannot be."""
        self._pool.start()
        await self._loaded.wait()

    async def stop(self, exit_code: int, grace_seconds: float) -> None:
        """Calls the user's `exit`, ends the runners and removes all files."""
        await self._pool.stop(exit_code, grace_seconds)
        for task in list(self._transfers):
            self._end_transfer(task)
        self.watch.stop()
        await self._blobs.close()
        self._pool.close()

    async def wait_idle(self, timeout_seconds: float) -> bool:
        """Waits until no task is left; False when that takes too long."""
        if self._held:
            self._idle = self._loop.create_future()
            await asyncio.wait([self._idle], timeout=timeout_seconds)
        return not self._held

    def pids(self) -> list[int]:
        """Process ids of the runners."""
        return [runner.pid for runner in self._pool.runners if runner.pid]

    # What the session asks.

    @property
    def held(self) -> int:
        """Tasks in hand, those that nothing will be said of included: they take up a slot all the same."""
        return len(self._held)

    @property
    def draining(self) -> bool:
        """Whether no more tasks are wanted."""
        return self._draining

    def running(self) -> int:
        """Tasks that user code is in."""
        return sum(runner.page[wire.CURRENT] != 0 for runner in self._pool.runners)

    def tokens(self) -> list[bytes]:
        """Tokens of the tasks in hand that something will be said of."""
        return [token for token, task in self._held.items() if task.ending is not Ending.REVOKED]

    def configure(self, max_inline_bytes: int) -> None:
        """Takes in the limits of the control plane."""
        self._pool.configure(max_inline_bytes)

    def add_context(self, context: worker_pb2.TaskContext) -> None:
        """Takes in a context."""
        replaced = self._contexts.add(context)
        if replaced is not None:
            self._drop(replaced)

    def drop_context(self, stream_number: int) -> None:
        """Lets a context go once no task uses it."""
        context = self._contexts.drop(stream_number)
        if context is not None:
            self._drop(context)

    def begin_stream(self) -> None:
        """Forgets the numbers of contexts: a new stream gives new ones. Tasks in hand keep theirs."""
        for context in self._contexts.drop_all():
            self._drop(context)

    def assign(self, assigns: Iterable[worker_pb2.TaskAssign]) -> None:
        """Takes tasks. One that is in hand already is not taken again."""
        batches: dict[RunnerProcess, list[HeldTask]] = {}
        for assign in assigns:
            if assign.token in self._held:
                continue
            self._outbox.assigned_again(assign.token)
            context = self._contexts.get(assign.context)
            if context is None:
                message = f"the task uses context {assign.context}, which was never sent on this stream"
                problem = tasks.failure(_Failure.CATEGORY_PROTOCOL, "UnknownContext", message)
                self._outbox.add_result(Outcome(assign.token, failure=problem))
                continue
            task = HeldTask(assign.token, context, self._message(assign, context))
            self._held[task.token] = task
            context.tasks += 1
            if context.always or context.lists or assign.values:
                task.refs = context.refs(assign)
            if self.load_failure is not None or self._draining or self._full or task.refs:
                self._prepare(task)
            else:
                self._place(task, batches)
        self._hand_out(batches)
        self.watch.start()

    def cancel(self, cancel: worker_pb2.TaskCancel) -> None:
        """Stops a task, wherever it is; one that is not in hand is given back."""
        task = self._held.get(cancel.token)
        if task is not None:
            grace = cancel.grace.ToTimedelta().total_seconds() if cancel.HasField("grace") else DEFAULT_GRACE_SECONDS
            force = cancel.mode != worker_pb2.TaskCancel.MODE_GRACEFUL
            self._stop(task, Ending.CANCELLED, _REASONS.get(cancel.reason, ""), force=force, grace_seconds=grace)
        elif cancel.token not in self._outbox.tokens():
            self._outbox.add_result(Outcome(cancel.token))
            self._changed()

    def revoke(self, tokens: Iterable[bytes]) -> None:
        """Stops tasks that are somebody else's now, of which nothing is to be said."""
        tokens = list(tokens)
        self._outbox.forget(tokens)
        for token in tokens:
            task = self._held.get(token)
            if task is not None:
                self._stop(task, Ending.REVOKED, "superseded", force=True, grace_seconds=DEFAULT_GRACE_SECONDS)

    def revoke_all(self) -> None:
        """Stops everything, because the session that gave it is over."""
        self.revoke(self.tokens())

    def drain(self) -> None:
        """Takes nothing more and gives back what has not begun."""
        self._draining = True
        self._give_back()

    def answer(self, result: worker_pb2.CallResult) -> None:
        """Hands a task the answer to one of its calls."""
        task = self._held.get(result.token)
        if task is not None:
            self._calls.answer(task, result)

    def repeat_slots(self) -> None:
        """Says again which slots are blocked: it may have been lost."""
        for task in self._held.values():
            self._calls.repeat_slot(task)

    def abandon(self, reason: str, grace_seconds: float) -> None:
        """Stops everything, because the worker leaves; the control plane hears that the tasks were lost."""
        for task in list(self._held.values()):
            self._stop(task, Ending.LOST, reason, force=True, grace_seconds=grace_seconds)

    # What runners say.

    def runner_ready(self, runner: RunnerProcess, failure: dict[str, Any] | None) -> None:
        """See `RunnerOwner`."""
        self._ready.add(runner)
        if failure is not None:
            self.load_failure = tasks.failure_from_runner(failure)
            for task in [task for other in self._pool.runners for task in other.tasks.values()]:
                self._finish(task, Outcome(task.token, failure=self.load_failure))
            self._changed()
        if failure is not None or len(self._ready) == len(self._pool.runners):
            self._loaded.set()

    def runner_results(self, runner: RunnerProcess, results: list[list[Any]]) -> None:
        """See `RunnerOwner`."""
        elapsed_us = 0
        for result in results:
            if result[6] is not None:
                runner.output.end_task(result[0], result[6])
            task = runner.tasks.get(result[0])
            if task is None:
                continue
            if task.calls is not None:
                self._end_calls(task)
            elapsed_us += result[2] + result[3] + result[4] + result[5]
            if result[1] == wire.STORED:
                self._store(task, result)
            else:
                self._finish(task, _outcome(task, result))
        self.run_times.observe(elapsed_us / 1e6, len(results))
        self._changed()

    def runner_released(self, runner: RunnerProcess, number: int) -> None:
        """See `RunnerOwner`."""
        task = runner.tasks.get(number)
        if task is not None:
            self._finish(task, None if task.ending is Ending.REVOKED else Outcome(task.token))
            self._changed()

    def runner_progress(self, runner: RunnerProcess, message: list[Any]) -> None:
        """See `RunnerOwner`."""
        _, number, fraction, text, details = message
        task = runner.tasks.get(number)
        if task is not None and task.ending is None:
            progress = worker_pb2.TaskProgress(token=task.token, fraction=fraction, message=text)
            if details is not None:
                progress.details.content_type, progress.details.data = details
            self._outbox.add_progress(progress)
            self._changed()

    def runner_calls(self, runner: RunnerProcess, message: list[Any]) -> None:
        """See `RunnerOwner`."""
        task = runner.tasks.get(message[1])
        if task is None or task.ending is Ending.REVOKED:
            if message[0] == wire.CALL and message[5][2] is not None:
                os.unlink(message[5][2])
        elif message[0] == wire.CALL:
            self._calls.request(task, message)
        elif message[0] == wire.CANCEL_CALL:
            self._calls.cancel(task, message[2], message[3])
        else:
            self._calls.waits(task, message[2])

    def slot_changed(self, task: HeldTask, *, blocked: bool) -> None:
        """See `CallOwner`."""
        assert task.runner is not None, "a task that calls is in a runner"
        task.runner.blocked = blocked
        self.blocked += 1 if blocked else -1
        if blocked:
            self._give_back(None if self._full else task.runner)
        self._changed()

    def runner_printed(self) -> None:
        """See `RunnerOwner`."""
        self.watch.start()

    def runner_exited(self, runner: RunnerProcess) -> None:
        """See `RunnerOwner`."""
        self._ready.discard(runner)
        code = runner.exit_code or 0
        running = runner.tasks.get(runner.page[wire.BEGUN])
        runner.output.end(running.number if running is not None else 0)
        if running is not None:
            kills, self._oom_kills = self._oom_kills, tasks.count_oom_kills()
            crash = tasks.crash_failure(code, code == -9 and self._oom_kills > kills)
            self._finish(running, _stopped(running) if running.ending else Outcome(running.token, failure=crash))
        waiting = list(runner.tasks.values())
        runner.tasks.clear()
        for task in waiting:
            task.runner = None
        if not self._pool.leaving:
            self._replace(runner, code)
        self._place_again(waiting)
        self._changed()

    # The rest is between those.

    def _message(self, assign: worker_pb2.TaskAssign, context: AgentContext) -> list[Any]:
        extras: dict[str, Any] | None = None
        if assign.trace or assign.HasField("last_progress") or assign.trigger_index or assign.call_id:
            extras = {"trace": dict(assign.trace), "args": _rare_args(assign)}
            if assign.HasField("last_progress"):
                last = assign.last_progress
                details = [last.details.content_type, last.details.data] if last.details.HasField("data") else None
                extras["progress"] = {"fraction": last.fraction, "message": last.message, "details": details}
        values = [self._contexts.payload(value) for value in assign.values] if assign.values else ()
        elements = list(assign.elements)
        return [0, context.number, assign.task_id, assign.attempt, assign.batch_index, elements, values, extras]

    def _prepare(self, task: HeldTask) -> None:
        """Deals with a task that cannot go to a runner at once."""
        if self.load_failure is not None:
            task.refs = ()
            self._finish(task, Outcome(task.token, failure=self.load_failure))
        elif self._draining or self._full:
            task.refs = ()
            self._finish(task, Outcome(task.token))
        else:
            self._blobs.pin(task.refs)
            missing = self._blobs.missing(task.refs)
            if missing:
                self._begin_transfer(task, Place.FETCHING, self._fetch(task, missing))
            else:
                self._hand_out_one(task)

    async def _fetch(self, task: HeldTask, refs: Sequence[payload_pb2.BlobRef]) -> None:
        try:
            await self._blobs.fetch(refs)
        except TransferError as error:
            problem = tasks.failure(_Failure.CATEGORY_INPUT_FETCH, "TransferError", str(error))
            self._end_transfer(task)
            self._finish(task, Outcome(task.token, failure=problem))
            self._changed()
            return
        task.fetch_us = (time.monotonic_ns() - task.since_ns) // 1000
        self._end_transfer(task)
        if self._full:
            self._finish(task, Outcome(task.token))
            self._changed()
        else:
            self._hand_out_one(task)

    def _store(self, task: HeldTask, result: list[Any]) -> None:
        assert task.runner is not None, "results come from runners"
        if task.ending is Ending.REVOKED:
            os.unlink(result[8])
            self._finish(task, None)
            return
        del task.runner.tasks[task.number]
        task.runner = None
        self._begin_transfer(task, Place.STORING, self._put(task, result))

    async def _put(self, task: HeldTask, result: list[Any]) -> None:
        outcome = Outcome(task.token)
        try:
            outcome.output = await store_result(self._blobs, self._create_url, task.token, result[7:])
        except TransferError as error:
            outcome.failure = tasks.failure(_Failure.CATEGORY_OUTPUT_STORE, "TransferError", str(error))
        _set_times(outcome, task, result)
        outcome.store_us += (time.monotonic_ns() - task.since_ns) // 1000
        self._end_transfer(task)
        self._finish(task, outcome)
        self._changed()

    def _begin_transfer(self, task: HeldTask, place: Place, work: Any) -> None:
        task.place, task.since_ns = place, time.monotonic_ns()
        task.transfer = self._loop.create_task(work, name="transfer")
        self._transfers.add(task)
        self.watch.start()

    def _end_transfer(self, task: HeldTask) -> None:
        self._transfers.discard(task)
        if task.transfer is not None and task.transfer is not asyncio.current_task():
            task.transfer.cancel()
        task.transfer = None

    def _place(self, task: HeldTask, batches: dict[RunnerProcess, list[HeldTask]]) -> None:
        runner = self._pool.least_busy()
        task.place, task.runner = Place.RUNNER, runner
        number = task.message[0] = runner.next_number()
        runner.tasks[number] = task
        batch = batches.get(runner)
        if batch is None:
            batches[runner] = [task]
        else:
            batch.append(task)

    def _hand_out(self, batches: dict[RunnerProcess, list[HeldTask]]) -> None:
        for runner, batch in batches.items():
            runner.send_tasks({task.context for task in batch}, [task.message for task in batch])

    def _hand_out_one(self, task: HeldTask) -> None:
        batches: dict[RunnerProcess, list[HeldTask]] = {}
        self._place(task, batches)
        self._hand_out(batches)

    def _stop(self, task: HeldTask, ending: Ending, reason: str, *, force: bool, grace_seconds: float) -> None:
        if task.place is not Place.RUNNER:
            told = Outcome(task.token, cancelled=task.place is Place.STORING)
            self._end_transfer(task)
            self._finish(task, None if ending is Ending.REVOKED else told)
            self._changed()
            return
        if task.ending is None or ending is Ending.REVOKED:
            task.ending, task.ending_reason, task.since_ns = ending, reason, time.monotonic_ns()
            if ending is Ending.REVOKED:
                self._end_calls(task)
        assert task.runner is not None, "a task in this place has a runner"
        task.runner.cancel(task.number, force=force, reason=reason)
        if force:
            if task.kill_timer is not None:
                task.kill_timer.cancel()
            task.kill_timer = self._loop.call_later(grace_seconds, self._kill, task)

    def _time_out(self, task: HeldTask) -> None:
        reason = f"the task ran longer than its ttl of {task.context.ttl_ns / 1e9:g} s"
        self._stop(task, Ending.TIMEOUT, reason, force=True, grace_seconds=DEFAULT_GRACE_SECONDS)

    def _kill(self, task: HeldTask) -> None:
        if task.runner is not None and task.begun:
            task.runner.terminate()

    def _finish(self, task: HeldTask, outcome: Outcome | None) -> None:
        """Lets a task go; without an outcome nothing is said of it."""
        if task.calls is not None:
            self._end_calls(task)
        if outcome is not None:
            self._outbox.add_result(outcome)
        del self._held[task.token]
        if task.runner is not None:
            del task.runner.tasks[task.number]
        if task.kill_timer is not None:
            task.kill_timer.cancel()
            if task.runner is not None:
                task.runner.spare()
        if task.refs:
            self._blobs.unpin(task.refs)
        context = task.context
        context.tasks -= 1
        if context.dropped and not context.tasks:
            self._drop(context)
        if self._idle is not None and not self._held and not self._idle.done():
            self._idle.set_result(None)

    def _end_calls(self, task: HeldTask) -> None:
        self._calls.end(task, silent=task.ending is Ending.REVOKED)

    @property
    def _full(self) -> bool:
        """Whether all slots are blocked, so that nothing can be taken."""
        return self.blocked > 0 and self.blocked == len(self._pool.runners)

    def _give_back(self, runner: RunnerProcess | None = None) -> None:
        """Gives back what has not begun, all of it or what one runner has."""
        for task in list(self._held.values()):
            if task.place is Place.FETCHING and runner is None:
                self._end_transfer(task)
                self._finish(task, Outcome(task.token))
            elif task.runner is not None and runner in (None, task.runner) and not task.begun:
                task.runner.recall(task.number)

    def _drop(self, context: AgentContext) -> None:
        context.dropped = True
        if not context.tasks:
            for runner in self._pool.runners:
                runner.drop_context(context)

    def _replace(self, runner: RunnerProcess, code: int) -> None:
        """Puts a new runner in the place of one that has ended, and says so."""
        state = worker_pb2.WorkerState(
            state=worker_pb2.WorkerState.STATE_RUNNER_RESTARTED,
            reason=f"the process with the user code ended {tasks.describe_exit(code)}",
        )
        if code < 0:
            state.signal = -code
        else:
            state.exit_code = code
        self._outbox.add_event(worker_state=state)
        self._pool.replace(runner)

    def _place_again(self, waiting: Iterable[HeldTask]) -> None:
        """Deals with the tasks that had not begun in a runner that has ended."""
        batches: dict[RunnerProcess, list[HeldTask]] = {}
        for task in waiting:
            if task.ending is not None or self._pool.leaving:
                self._finish(task, None if task.ending is Ending.REVOKED else Outcome(task.token))
            elif self.load_failure is not None:
                self._finish(task, Outcome(task.token, failure=self.load_failure))
            else:
                self._place(task, batches)
        self._hand_out(batches)


def _outcome(task: HeldTask, result: Sequence[Any]) -> Outcome | None:
    """What to say of a task that a runner is done with."""
    match result[1]:
        case wire.OUTPUT if task.ending is not Ending.REVOKED:
            outcome = Outcome(task.token, Output(result[7], result[8], result[9]))
        case wire.FAILED if task.ending is not Ending.REVOKED:
            outcome = Outcome(task.token, failure=tasks.failure_from_runner(result[7]))
        case _:
            stopped = _stopped(task)
            if stopped is None:
                return None
            outcome = stopped
    _set_times(outcome, task, result)
    return outcome


def _rare_args(assign: worker_pb2.TaskAssign) -> dict[str, Any]:
    """What only tasks have that were made by a batch element or by a call."""
    args: dict[str, Any] = {}
    if assign.trigger_index:
        args["triggerIndex"] = assign.trigger_index
    if assign.call_id:
        args["execId"] = assign.call_id
    return args


def _stopped(task: HeldTask) -> Outcome | None:
    """What to say of a task that has been stopped."""
    match task.ending:
        case Ending.REVOKED:
            return None
        case Ending.TIMEOUT:
            problem = tasks.failure(_Failure.CATEGORY_TIMEOUT, "Timeout", task.ending_reason)
            return Outcome(task.token, failure=problem)
        case Ending.LOST:
            message = f"the worker left before the task had ended: {task.ending_reason}"
            return Outcome(task.token, failure=tasks.failure(_Failure.CATEGORY_LOST, "Lost", message))
        case _:
            return Outcome(task.token, cancelled=True)


def _set_times(outcome: Outcome, task: HeldTask, result: Sequence[Any]) -> None:
    outcome.fetch_us = task.fetch_us + result[2]
    outcome.init_us, outcome.run_us, outcome.store_us = result[3], result[4], result[5]
