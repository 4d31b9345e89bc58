"""What a status of a job says about its nodes, and what changed between two of them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FINAL_STATES = frozenset({"completed", "failed", "stopped"})
_ENDED_TASKS = ("succeed", "failed", "stopped", "skipped")


@dataclass(frozen=True, slots=True)
class NodeView:
    """How far one node is."""

    name: str
    algorithm: str
    state: str
    done: int
    """Tasks that have ended, however they did."""
    total: int
    failed: int
    running: int
    error: str

    @property
    def is_quiet(self) -> bool:
        """Nothing to see: not started yet, or over without a failure."""
        return not self.failed and (self.done >= self.total or not (self.done or self.running))


def node_views(status: Mapping[str, Any]) -> list[NodeView]:
    """The nodes of a status, in the order of the pipeline."""
    return [_node_view(node) for node in status.get("nodes", ())]


def _node_view(node: Mapping[str, Any]) -> NodeView:
    states = {word: int(count) for word, count in node.get("states", {}).items()}
    state = node.get("status", "")
    done = sum(states.get(word, 0) for word in _ENDED_TASKS)
    total = int(node.get("total", 1)) or 1
    return NodeView(
        name=node.get("nodeName", ""),
        algorithm=node.get("algorithmName", ""),
        state=state,
        done=total if not states and state in _ENDED_TASKS else done,
        total=total,
        failed=states.get("failed", 0),
        running=states.get("active", 0),
        error=node.get("error", ""),
    )


def percent(status: Mapping[str, Any]) -> float:
    """Progress of a job, 0 to 100."""
    if status.get("status") == "completed":
        return 100.0
    return float(status.get("data", {}).get("progress", 0.0))


def is_final(status: Mapping[str, Any]) -> bool:
    return status.get("status") in FINAL_STATES


def change_lines(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What is new, one line a change: nodes first, then the job."""
    known = {view.name: view for view in node_views(before)}
    lines = [_node_line(view) for view in node_views(after) if _shown(view) != _shown(known.get(view.name))]
    if before.get("status") != after.get("status"):
        why = after.get("error") or after.get("reason")
        lines.append(f"job {after.get('jobId', '')}: {after.get('status', '')}" + (f" ({why})" if why else ""))
    return lines


def choose(views: Sequence[NodeView], limit: int) -> tuple[list[NodeView], int]:
    """The nodes to show where there is room for few, in their order, and how many are left out: quiet ones first."""
    if len(views) <= limit:
        return list(views), 0
    ranked = sorted(range(len(views)), key=lambda index: (views[index].is_quiet, index))
    shown = sorted(ranked[: max(limit, 1)])
    return [views[index] for index in shown], len(views) - len(shown)


def _shown(view: NodeView | None) -> object:
    return None if view is None else (view.state, view.done, view.total, view.failed, view.error)


def _node_line(view: NodeView) -> str:
    counts = f"{view.done}/{view.total}"
    failed = f", {view.failed} failed" if view.failed and view.total > 1 else ""
    error = f": {' '.join(view.error.split())}" if view.error else ""
    return f"{view.name}: {view.state} {counts}{failed}{error}"
