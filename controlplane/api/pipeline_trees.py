"""Which pipelines start after which, as trees. Pure: edges in, trees out."""

from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from controlplane.domain.errors import InvalidError, NotAllowedError, NotFoundError
from distributedkube.api.trigger.v1 import trigger_pb2

MAX_PLACES = 10_000
"""Places in all trees together: a pipeline that starts after several has a place below each of them."""

MAX_DEPTH = 64
"""Messages in messages; readers of protobuf refuse more than a hundred."""


def pipeline_trees(starts_after: Mapping[str, Sequence[str]], only: str = "") -> list[trigger_pb2.PipelineTree]:
    """The trees of all pipelines that start after none, or of one, by name.

    ``starts_after`` has those that start after others. Raises ``InvalidError`` when there are none or they form a circle,
    ``NotFoundError`` when ``only`` is none of them, and ``NotAllowedError`` when the trees are too large.
    """
    if not starts_after:
        raise InvalidError("unable to find any pipeline with triggers", reason="NO_TRIGGERS")
    try:
        names = list(TopologicalSorter(starts_after).static_order())
    except CycleError:
        raise InvalidError("the pipelines triggers is cyclic", reason="CYCLIC_TRIGGERS") from None
    followers: dict[str, list[str]] = {}
    for name in sorted(starts_after):
        for before in starts_after[name]:
            followers.setdefault(before, []).append(name)
    if only and only not in names:
        raise NotFoundError("triggers tree", only)
    roots = [only] if only else sorted(name for name in names if name not in starts_after)
    trees = [trigger_pb2.PipelineTree(name=root) for root in roots]
    _grow(trees, followers)
    return trees


def _grow(trees: Sequence[trigger_pb2.PipelineTree], followers: Mapping[str, Sequence[str]]) -> None:
    """Level by level, so that what is too large is found before it is made."""
    places, level = len(trees), list(trees)
    for _ in range(MAX_DEPTH):
        level = [tree.children.add(name=name) for tree in level for name in followers.get(tree.name, ())]
        places += len(level)
        if not level:
            return
        if places > MAX_PLACES:
            break
    raise NotAllowedError(
        f"the trees have more than {MAX_PLACES} places or {MAX_DEPTH} levels; ask for one pipeline by its name",
        reason="TREE_TOO_LARGE",
    )
