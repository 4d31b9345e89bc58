"""Cuts JSON documents down to the paths that a caller wants. What stays keeps its very text."""

from collections.abc import Mapping
from json.encoder import encode_basestring

from controlplane.gateway.json_text import list_slices, object_slices

Tree = dict[str, "Tree | bool"]
"""Keys to what is wanted below them: all (true), nothing (false) or some of it."""


def tree_of(paths: Mapping[str, bool]) -> Tree:
    """Dotted paths as a tree; of two that contradict each other the later one counts."""
    root: Tree = {}
    for path, wanted in paths.items():
        *parents, last = path.split(".")
        branch = root
        for step in parents:
            inner = branch.get(step)
            if not isinstance(inner, dict):
                inner = branch[step] = {}
            branch = inner
        branch[last] = wanted
    return root


def cut(text: str, tree: Tree) -> str:
    """A document with only the paths that are true; or, when none is, without those that are false.

    Paths lead into every member of a list.
    """
    return _cut(text, tree, keeps_rest=not _any_wanted(tree))


def _any_wanted(tree: Tree) -> bool:
    return any(_any_wanted(below) if isinstance(below, dict) else below for below in tree.values())


def _cut(text: str, tree: Tree, *, keeps_rest: bool) -> str:
    match text[:1]:
        case "{":
            kept: list[str] = []
            for key, value in object_slices(text).items():
                below = tree.get(key, keeps_rest)
                if isinstance(below, dict):
                    if value[:1] in "{[" or keeps_rest:
                        kept.append(f"{encode_basestring(key)}:{_cut(value, below, keeps_rest=keeps_rest)}")
                elif below:
                    kept.append(f"{encode_basestring(key)}:{value}")
            return "{" + ",".join(kept) + "}"
        case "[":
            return "[" + ",".join(_cut(item, tree, keeps_rest=keeps_rest) for item in list_slices(text)) + "]"
        case _:
            return text
