"""What people see of a job: its state, counts and progress, made from the machine on demand."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from controlplane.domain.job_events import JobState, UserAction
from controlplane.domain.job_machine import JobMachine
from controlplane.domain.node_run import STOPPED, NodeRun, NodeState, TaskState


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeView:
    name: str
    algorithm: str
    state: str
    """Word of the node as a whole."""
    batch: bool
    total: int
    """Tasks; 1 until a batch is known."""
    states: Mapping[str, int]
    """State word to number of tasks."""
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobView:
    job_id: str
    pipeline: str
    state: JobState
    at: float
    """When this view was made."""
    submitted_at: float
    active_at: float | None
    ended_at: float | None
    progress: float | None
    """Percent of ended tasks, two decimals; None before the job was active."""
    details: str
    states: Mapping[str, int]
    nodes: tuple[NodeView, ...]
    error: str = ""
    failed_node: str = ""
    reason: str = ""
    actions: tuple[UserAction, ...] = ()
    """What people did to it after they had started it, oldest first."""


def view_of(machine: JobMachine, *, job_id: str, submitted_at: float, at: float, running: Mapping[str, int]) -> JobView:
    """A view of a job as it is, calls of its code included.

    ``running`` is the number of tasks on workers by node: only the queues know it.
    """
    nodes = tuple(
        _node_view(run, running.get(name, 0)) for name, run in machine.nodes.items() if not run.spec.is_cached
    )
    states: dict[str, int] = {}
    for node in nodes:
        for word, count in node.states.items():
            states[word] = states.get(word, 0) + count
    total = sum(node.total for node in nodes)
    ended = sum(states.get(word, 0) for word in ("succeed", "failed", "skipped"))
    # A call that was given up is over too, and its job goes on.
    ended += sum(run.counts[STOPPED] for run in machine.nodes.values() if run.spec.caller)
    progress = None if machine.active_at is None else round(100 * ended / total, 2)
    return JobView(
        job_id=job_id,
        pipeline=machine.pipeline.name,
        state=machine.state,
        at=at,
        submitted_at=submitted_at,
        active_at=machine.active_at,
        ended_at=machine.ended_at,
        progress=progress,
        details=_details(progress, states),
        states=states,
        nodes=nodes,
        error=machine.error,
        failed_node=machine.failed_node,
        reason=machine.reason,
        actions=machine.actions,
    )


def accepted_view(job_id: str, pipeline: str, submitted_at: float, at: float) -> JobView:
    """How a job looks that nobody has taken up yet."""
    return JobView(
        job_id=job_id,
        pipeline=pipeline,
        state=JobState.PENDING,
        at=at,
        submitted_at=submitted_at,
        active_at=None,
        ended_at=None,
        progress=None,
        details="",
        states={},
        nodes=(),
    )


def still_active(view: JobView) -> JobView:
    """How a job looks whose end is not durable yet."""
    return replace(view, state=JobState.ACTIVE, ended_at=None, error="", failed_node="", reason="")


def _details(progress: float | None, states: Mapping[str, int]) -> str:
    if progress is None:
        return ""
    counts = ", ".join(f"{count} {word}" for word, count in states.items())
    return f"{progress:g}% completed, {counts}"


def _node_view(run: NodeRun, running: int) -> NodeView:
    states = {TaskState(i).name.lower(): count for i, count in enumerate(run.counts) if count}
    match run.state:
        case NodeState.WAITING:
            states = {"pending": 1}
        case NodeState.SKIPPED:
            states = {"skipped": 1}
        case NodeState.RUNNING if running:
            # Those that run were creating, or had failed before and were tried again.
            first = min(running, states.get("creating", 0))
            again = min(running - first, states.get("warning", 0))
            left = {"creating": states.get("creating", 0) - first, "warning": states.get("warning", 0) - again}
            states = {word: left.get(word, count) for word, count in states.items() if left.get(word, count)}
            if first + again:
                states["active"] = first + again
    return NodeView(
        name=run.spec.name,
        algorithm=run.spec.node.algorithm,
        state=_word(run, states),
        batch=run.is_batch,
        total=max(run.total, 1),
        states=states,
        error=next(reversed(run.errors.values()), ""),
    )


def _word(run: NodeRun, states: Mapping[str, int]) -> str:
    if len(states) == 1:
        return next(iter(states))
    if run.state is NodeState.DONE:
        return "succeed"
    return "stopped" if "stopped" in states else "active"
