"""The promises of the engine, each a function over what a simulation left behind. Its docstring is the promise."""

from collections import Counter
from collections.abc import Callable, Sequence

import orjson

from controlplane.domain.calls import CallKind
from controlplane.domain.job_events import (
    CallKey,
    CallRequested,
    JobStarted,
    JobState,
    PauseRequested,
    RunTasks,
    StopRequested,
    TasksEnded,
)
from controlplane.domain.job_view import view_of
from controlplane.domain.node_run import ABSENT, NodeState
from controlplane.domain.values import Json
from controlplane.ports.state_store import MAX_VALUE_BYTES, Revision
from controlplane.roles.driver.pipeline_calls import call_request_id
from controlplane.simulation.facts import Facts, JobFacts, fresh_machine
from controlplane.simulation.history import BrokenPromiseError
from controlplane.simulation.sequential import Evaluation, FailsError, NodeOutputs

SLACK_SECONDS = 3.0
"""A wish to stop may be heard so much later: watches lag, and stores are away."""


class Broken(BrokenPromiseError):
    """Found in what was left behind."""


def every_accepted_job_ends(facts: Facts) -> None:
    """An accepted job is never lost: it ends."""
    for request_id, job_id in facts.history.accepted.items():
        _must(job_id in facts.jobs, f"job {job_id} of request {request_id} is gone")


def one_result_per_task(facts: Facts) -> None:
    """Each task commits at most one result."""
    for job in facts.jobs.values():
        for place, count in Counter((item.node, item.batch_index) for item in job.items).items():
            _must(count == 1, f"job {job.job_id} has {count} results for {place}")


def results_come_from_runs(facts: Facts) -> None:
    """Each task runs at least once or ends with a reason."""
    returned = facts.history.returned_outputs
    for job in facts.jobs.values():
        for _, event in job.events:
            if not isinstance(event, TasksEnded) or event.node in job.record.cached_nodes:
                continue
            for end in event.ends:
                where = f"task {end.task} of {job.job_id}/{event.node}"
                if end.output is not None:
                    outputs = returned.get((job.job_id, event.node, end.task), ())
                    _must(end.output.data in outputs, f"{where} has a result that no worker returned")
                else:
                    _must(end.failure is not None and bool(end.failure.text()), f"{where} failed without a reason")
        if not job.completed:
            _must(bool(job.end.view.error or job.end.view.reason), f"job {job.job_id} ended without a reason")


def counts_add_up(facts: Facts) -> None:
    """The counts of a job's tasks add up, and nothing is left open."""
    for job in facts.jobs.values():
        job.machine.check()
        for node in job.end.view.nodes:
            total = sum(node.states.values())
            _must(total == node.total, f"{job.job_id}/{node.name}: {total} of {node.total} tasks accounted for")
        if job.completed:
            open_words = {"creating", "warning", "active", "pending"} & job.end.view.states.keys()
            _must(not open_words, f"job {job.job_id} completed with tasks {sorted(open_words)}")


def replay_gives_the_same_end(facts: Facts) -> None:
    """The journal alone leads to the end that the job had."""
    for job in facts.jobs.values():
        view, machine = job.end.view, job.machine
        again = view_of(machine, job_id=job.job_id, submitted_at=view.submitted_at, at=view.at, running={})
        for name in ("state", "states", "nodes", "error", "failed_node", "reason", "active_at", "ended_at"):
            was, now = getattr(view, name), getattr(again, name)
            _must(was == now, f"job {job.job_id} replayed: {name} is {now}, was {was}")


def elements_run_once(facts: Facts) -> None:
    """Each element of a ``*@`` parent runs exactly once, even when elements of several parents come in any order."""
    for job in facts.jobs.values():
        if not job.completed:
            continue
        for run in job.machine.nodes.values():
            if run.join is None:
                continue
            most = max(len(job.machine.nodes[parent].tasks) for parent in run.spec.any_parents)
            if run.emissions is None:
                whole = run.state is NodeState.SKIPPED if most == 0 else len(run.tasks) == most
                _must(whole and ABSENT not in run.tasks, f"{job.job_id}/{run.spec.name}: elements are missing")
            else:
                triggers = Counter(emission.trigger for emission in run.emissions)
                once = all(count == 1 for count in triggers.values())
                _must(once, f"{job.job_id}/{run.spec.name}: an element made tasks twice")


def successes_are_final(facts: Facts) -> None:
    """A task that succeeded is not run to another success, however often it was reported."""
    for job in facts.jobs.values():
        fresh = fresh_machine(job.record)
        for _, event in job.events:
            if isinstance(event, TasksEnded) and (run := fresh.nodes.get(event.node)) is not None:
                before = {e.task: run.results[e.task] for e in event.ends if run.has_ended(e.task)}
                fresh.handle(event)
                fresh.check()
                for task, number in before.items():
                    _must(run.results[task] == number, f"{job.job_id}/{event.node}/{task} has changed its result")
            else:
                fresh.handle(event)
                fresh.check()


def limits_of_pipelines_hold(facts: Facts) -> None:
    """There are never more jobs of a pipeline than its limit."""
    groups: dict[tuple[str, str], list[JobFacts]] = {}
    for job in facts.jobs.values():
        groups.setdefault((job.record.pipeline.experiment, job.record.pipeline.name), []).append(job)
    for (_, name), jobs in groups.items():
        limit = jobs[0].record.pipeline.concurrency
        if limit is None:
            continue
        if limit.reject:
            spans = [(job.accepted_at, job.ended_at) for job in jobs]
        else:
            spans = [(start, job.ended_at) for job in jobs if (start := _started(job)) is not None]
        most = _most_at_once(spans)
        _must(most <= limit.amount, f"{most} jobs of {name} at once, the limit is {limit.amount}")


def no_more_jobs_are_active_than_allowed(facts: Facts) -> None:
    """Jobs wait while as many are active as the driver may have; those that user code called do not count."""
    spans: list[tuple[Revision, Revision]] = []
    for job in facts.jobs.values():
        start: Revision | None = None
        for at, event in job.events if job.record.parent_job_id is None else ():
            match event:
                case JobStarted():
                    start = at
                case PauseRequested() if start is not None:
                    spans.append((start, at))
                    start = None
        if start is not None:
            spans.append((start, job.ended_at))
    most = _most_at_once(spans)
    _must(most <= facts.most_active, f"{most} jobs were active at once, the limit is {facts.most_active}")


def preferred_jobs_start_first(facts: Facts) -> None:
    """No job starts before one that is preferred to it: by an answered move, if neither was held, or moved since."""
    for order in facts.history.orders:
        for place, job_id in enumerate(order.job_ids):
            ahead = facts.jobs[job_id]
            at = _started_after(ahead, order.at, facts)
            if at is None or ahead.record.pipeline.concurrency is not None:
                continue
            for job in facts.jobs.values():
                other = _started_after(job, order.at, facts)
                if other is None or job.job_id in order.job_ids[: place + 1]:
                    continue
                _must(other >= at, f"job {job.job_id} started before {job_id}, which was preferred to it at {order.at}")


def _started_after(job: JobFacts, at: float, facts: Facts) -> float | None:
    """When a job began to be active after a moment; None when it did not, or when other rules than the order had a say."""
    if job.record.parent_job_id is not None or job.record.cached_nodes:
        return None
    if facts.history.last_move.get(job.job_id, 0.0) > at:
        return None
    for _, event in job.events:
        match event:
            case JobStarted() if event.at > at:
                return event.at
            case PauseRequested() | StopRequested():
                return None
    return None


def retries_wait(facts: Facts) -> None:
    """A retry does not begin before its back-off has passed, whoever drives the job by then."""
    for job in facts.jobs.values():
        fresh = fresh_machine(job.record)
        for _, event in job.events:
            for command in fresh.handle(event):
                if isinstance(command, RunTasks) and command.delay_seconds:
                    _check_wait(facts, job.job_id, command, event.at)


def _check_wait(facts: Facts, job_id: str, retry: RunTasks, failed_at: float) -> None:
    """What began before the failure was recorded followed a failure that a crash made forgotten."""
    for task in retry.indices:
        for at in facts.history.begins.get(((job_id, retry.node, task), retry.attempt), ()):
            early = failed_at < at < failed_at + retry.delay_seconds
            _must(
                not early,
                f"{job_id}/{retry.node}/{task} was tried again {failed_at + retry.delay_seconds - at} s early",
            )


def results_are_right(facts: Facts) -> None:
    """The result of a completed job is what its pipeline gives when its nodes are run one after another."""
    expected: dict[str, Evaluation | None] = {}
    for job in sorted(facts.jobs.values(), key=lambda j: j.accepted_at):
        if not facts.is_clean(job):
            continue
        evaluation = _evaluate(job, facts, expected)
        if evaluation is not None:
            _compare(job, evaluation)


def calls_leave_nothing_behind(facts: Facts) -> None:
    """What user code has called is stopped when the code that called has ended."""
    for job in facts.jobs.values():
        for _, event in job.events:
            if not isinstance(event, CallRequested) or event.call.kind is CallKind.ALGORITHM:
                continue
            key = CallKey(event.node, event.task, event.attempt, event.call.call_id)
            called = facts.jobs.get(facts.requests.get(call_request_id(job.job_id, key), ""))
            if called is None or called.ended_at < job.ended_at:
                continue
            # A store that takes its time may accept the called job when the other one has long ended.
            alone_since = max(job.end.view.ended_at or 0.0, called.record.submitted_at)
            late = (called.end.view.ended_at or 0.0) - alone_since
            stopped = called.end.view.state is JobState.STOPPED
            _must(late < SLACK_SECONDS or stopped, f"job {called.job_id} went on without {job.job_id}, which called it")


def nothing_is_left_over(facts: Facts) -> None:
    """When all jobs have ended, nothing is left of what only running jobs need."""
    for key in facts.keys:
        rest = key.startswith(("open/", "live/", "intent/"))
        _must(not rest, f"{key} is left over")


def values_are_small(facts: Facts) -> None:
    """No key grows with the size of a run."""
    _must(facts.largest_value <= MAX_VALUE_BYTES, f"a value has {facts.largest_value} bytes")


CHECKS: Sequence[Callable[[Facts], None]] = (
    every_accepted_job_ends,
    one_result_per_task,
    results_come_from_runs,
    counts_add_up,
    replay_gives_the_same_end,
    elements_run_once,
    successes_are_final,
    limits_of_pipelines_hold,
    no_more_jobs_are_active_than_allowed,
    preferred_jobs_start_first,
    retries_wait,
    results_are_right,
    calls_leave_nothing_behind,
    nothing_is_left_over,
    values_are_small,
)


def check_all(facts: Facts) -> None:
    """Raises ``BrokenPromiseError``."""
    if facts.history.broken:
        raise facts.history.broken[0]
    for check in CHECKS:
        try:
            check(facts)
        except AssertionError as error:
            raise BrokenPromiseError(f"{check.__name__}: {error}") from error


def _started(job: JobFacts) -> Revision | None:
    return next((at for at, event in job.events if isinstance(event, JobStarted)), None)


def _most_at_once(spans: Sequence[tuple[Revision, Revision]]) -> int:
    """Most spans that overlap; one may begin in the revision in which another ends."""
    moments = sorted([(start, 1) for start, _ in spans] + [(end, -1) for _, end in spans])
    now = most = 0
    for _, change in moments:
        now += change
        most = max(most, now)
    return most


def _evaluate(job: JobFacts, facts: Facts, known: dict[str, Evaluation | None]) -> Evaluation | None:
    """What the job should have returned; None when an earlier job that it builds on says too little."""
    if job.job_id in known:
        return known[job.job_id]
    evaluation = Evaluation(job.record.pipeline, job.flow_input)
    if job.record.cache_job_id:
        earlier = facts.jobs[job.record.cache_job_id]
        below = _evaluate(earlier, facts, known) if facts.is_clean(earlier) else None
        if below is None:
            known[job.job_id] = None
            return None
        evaluation.nodes.update({name: below.nodes[name] for name in job.record.cached_nodes})
    try:
        evaluation.run()
    except FailsError as error:
        raise Broken(f"job {job.job_id} completed, but {error}") from error
    known[job.job_id] = evaluation
    return evaluation


def _compare(job: JobFacts, evaluation: Evaluation) -> None:
    found: dict[str, list[tuple[int, Json]]] = {}
    for item, value in zip(job.items, job.results, strict=True):
        found.setdefault(item.node, []).append((item.batch_index, value))
    expected = evaluation.results()
    _must(list(found) == list(expected), f"job {job.job_id} returned {list(found)}, not {list(expected)}")
    for name, node in expected.items():
        if node.certain:
            _compare_node(f"{job.job_id}/{name}", found[name], node)


def _compare_node(where: str, found: list[tuple[int, Json]], expected: NodeOutputs) -> None:
    if not expected.is_batch:
        wanted: list[tuple[int, Json]] = [(0, expected.outputs[0])]
    elif not expected.outputs:
        wanted = [(-1, None)]
    else:
        wanted = [(i + 1, output) for i, output in enumerate(expected.outputs)]
    if not expected.in_order:
        found, wanted = _sorted(found), _sorted(wanted)
    _must(found == wanted, f"{where} returned {found}, not {wanted}")


def _sorted(items: list[tuple[int, Json]]) -> list[tuple[int, Json]]:
    """By value; numbers only say how many there are."""
    values = sorted((value for _, value in items), key=lambda value: orjson.dumps(value))
    numbers = sorted(number for number, _ in items)
    return list(zip(numbers, values, strict=True))


def _must(holds: bool, otherwise: str) -> None:
    if not holds:
        raise Broken(otherwise)
