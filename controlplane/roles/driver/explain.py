"""Why a job is where it is: put together from its machine, the queues, admission and scaling."""

from collections.abc import Iterator, Mapping

from controlplane.domain.calls import CallKind
from controlplane.domain.job_events import JobState
from controlplane.domain.job_machine import JobMachine
from controlplane.domain.node_run import NodeRun, NodeState
from controlplane.domain.reasons import Reason, ReasonCode
from controlplane.ports.catalog import AlgorithmCatalog
from controlplane.ports.dispatch import QueueView
from controlplane.ports.explain import CapacityReasons
from controlplane.roles.driver.admission import Waiting
from controlplane.roles.driver.job_runner import JobRunner

MAX_NAMES = 20
"""Nodes or jobs named in one reason."""

_ORDER = {code: place for place, code in enumerate(ReasonCode)}


def explain(
    runner: JobRunner,
    waiting: Waiting | None,
    queues: Mapping[str, QueueView],
    catalog: AlgorithmCatalog,
    capacity: CapacityReasons | None,
) -> list[Reason]:
    """What holds a job that is driven here, the most telling first."""
    machine = runner.machine
    found: list[Reason] = []
    if machine.state is JobState.PAUSED:
        found.append(Reason(code=ReasonCode.PAUSED, sentence="The job is paused; resume it to let it go on."))
    if waiting is not None:
        found.append(_admission(waiting, runner.record.pipeline.name))
    if machine.active_at is not None:
        found += _nodes(runner, machine, queues, catalog, capacity)
    if not found:
        found.append(Reason(code=ReasonCode.STORING, sentence="Its records are being written."))
    return sorted(found, key=lambda reason: _ORDER[reason.code])


def _admission(waiting: Waiting, pipeline: str) -> Reason:
    place = f"place {waiting.position} of {waiting.length} in the job queue"
    if waiting.preferred:
        place += ", where it is preferred"
    if waiting.pipeline_limit:
        sentence = (
            f"Pipeline {pipeline} has {waiting.pipeline_jobs} jobs, and its limit is {waiting.pipeline_limit}: "
            f"the job starts when one of them ends ({place})."
        )
        code = ReasonCode.PIPELINE_LIMIT
    else:
        sentence = f"{waiting.active} jobs are active, and the limit is {waiting.most_active} ({place})."
        code = ReasonCode.JOB_LIMIT
    return Reason(
        code=code,
        sentence=sentence,
        queue_position=waiting.position,
        queue_length=waiting.length,
        score=waiting.score.parts,
    )


def _nodes(
    runner: JobRunner,
    machine: JobMachine,
    queues: Mapping[str, QueueView],
    catalog: AlgorithmCatalog,
    capacity: CapacityReasons | None,
) -> Iterator[Reason]:
    delayed = runner.delayed
    for name, run in machine.nodes.items():
        if run.spec.is_cached or run.state.is_final:
            continue
        if run.state is NodeState.WAITING:
            yield _parents(machine, run)
            continue
        if name in delayed:
            sentence = f'{delayed[name]} failed tasks of node "{name}" wait for the time of their next try.'
            yield Reason(code=ReasonCode.BACKOFF, sentence=sentence, node=name, tasks_waiting=delayed[name])
        view = queues.get(name)
        if view is not None:
            yield from _queue(name, view, catalog, capacity)
        elif run.unfinished() and runner.is_storing:
            sentence = f'The input of node "{name}" is being put together.'
            yield Reason(code=ReasonCode.STORING, sentence=sentence, node=name)
    yield from _calls(machine)


def _parents(machine: JobMachine, run: NodeRun) -> Reason:
    names = [name for name in run.spec.parents if not machine.nodes[name].state.is_final]
    shown = ", ".join(names[:MAX_NAMES])
    return Reason(
        code=ReasonCode.PARENTS,
        sentence=f'Node "{run.spec.name}" waits for {shown}.',
        node=run.spec.name,
        algorithm=run.spec.node.algorithm,
        waiting_for=tuple(names[:MAX_NAMES]),
    )


def _queue(node: str, view: QueueView, catalog: AlgorithmCatalog, capacity: CapacityReasons | None) -> Iterator[Reason]:
    if view.running:
        yield _of_queue(ReasonCode.RUNNING, f'{view.running} tasks of node "{node}" are running.', node, view)
    if not view.waiting or view.held:
        return
    tasks = f'{view.waiting} tasks of node "{node}"'
    if catalog.get(view.algorithm) is None:
        sentence = f"{tasks} wait: algorithm {view.algorithm} was deleted or has no version that can run."
        yield _of_queue(ReasonCode.ALGORITHM, sentence, node, view)
        return
    held = capacity.why_no_worker(view.algorithm) if capacity is not None else None
    if held is not None:
        yield _of_queue(held.code, f"{tasks} wait. {held.sentence}", node, view)
    elif not view.workers:
        sentence = f"{tasks} wait for the first worker of algorithm {view.algorithm}, which is starting."
        yield _of_queue(ReasonCode.WORKER_STARTING, sentence, node, view)
    else:
        sentence = (
            f"{tasks} wait for their turn: place {view.position} of {view.length} in the queue of algorithm "
            f"{view.algorithm}, which has {view.workers} workers."
        )
        yield _of_queue(ReasonCode.QUEUE, sentence, node, view)


def _of_queue(code: ReasonCode, sentence: str, node: str, view: QueueView) -> Reason:
    return Reason(
        code=code,
        sentence=sentence,
        node=node,
        algorithm=view.algorithm,
        tasks_waiting=view.waiting,
        tasks_running=view.running,
        queue_position=view.position,
        queue_length=view.length,
        workers=view.workers,
        score=view.score,
    )


def _calls(machine: JobMachine) -> Iterator[Reason]:
    """Tasks that wait for pipelines they called; called algorithms are nodes of the job."""
    by_node: dict[str, list[str]] = {}
    for call in machine.calls.open():
        if call.call.kind is not CallKind.ALGORITHM:
            by_node.setdefault(call.key.node, []).append(call.call.name or "a pipeline of its own")
    for node, names in by_node.items():
        yield Reason(
            code=ReasonCode.CALL,
            sentence=f'Node "{node}" waits for {len(names)} pipelines that it called.',
            node=node,
            waiting_for=tuple(dict.fromkeys(names))[:MAX_NAMES],
        )
