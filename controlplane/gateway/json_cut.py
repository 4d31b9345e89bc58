"""Writes messages as JSON with only the paths that a caller wants: what is not wanted is never written.

Paths lead into every member of a list, and into user JSON, whose values keep their very text.
"""

from collections.abc import Mapping
from json.encoder import encode_basestring

from google.protobuf.message import Message

from controlplane.gateway.json_plan import FieldPlan, Kind, MessagePlan, plan_of
from controlplane.gateway.json_text import list_slices, object_slices
from controlplane.gateway.json_writer import raw_json, write_field

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


def to_cut_json(message: Message, tree: Tree) -> bytes:
    """A message with only the paths that are true; or, when none is, without those that are false."""
    return _object(message, plan_of(message.DESCRIPTOR), tree, keeps_rest=not _any_wanted(tree))


def _any_wanted(tree: Tree) -> bool:
    return any(_any_wanted(below) if isinstance(below, dict) else below for below in tree.values())


def _object(message: Message, plan: MessagePlan, tree: Tree, *, keeps_rest: bool) -> bytes:
    members: list[bytes] = []
    for field in plan.fields:
        below = tree.get(field.json_name, keeps_rest)
        if below and (value := _field(message, field, below, keeps_rest=keeps_rest)) is not None:
            members.append(field.prefix[1:] + value)
    entries = getattr(message, plan.open_field) if plan.open_field else {}
    for key in sorted(entries):
        below = tree.get(key, keeps_rest)
        if below and key not in plan.by_key and (value := _text(raw_json(entries[key]), below, keeps_rest=keeps_rest)):
            members.append(b"%s:%s" % (encode_basestring(key).encode(), value))
    return b"{" + b",".join(members) + b"}"


def _field(message: Message, field: FieldPlan, below: Tree | bool, *, keeps_rest: bool) -> bytes | None:
    """The value of a field; None when it has none, or nothing of it is wanted."""
    if isinstance(below, dict) and field.kind is Kind.MESSAGE and field.map_values is None:
        if field.repeated:
            items = [
                _object(item, field.message, below, keeps_rest=keeps_rest) for item in getattr(message, field.name)
            ]
            return b"[" + b",".join(items) + b"]" if items else None
        if not message.HasField(field.name):
            return None
        return _object(getattr(message, field.name), field.message, below, keeps_rest=keeps_rest)
    out: list[bytes] = []
    write_field(message, field, out)
    return _text(b"".join(out)[len(field.prefix) :], below, keeps_rest=keeps_rest) if out else None


def _text(value: bytes, below: Tree | bool, *, keeps_rest: bool) -> bytes | None:
    """The part of a JSON value that is wanted; None when a path leads into a value that has no parts."""
    if not isinstance(below, dict):
        return value
    if value[:1] in (b"{", b"["):
        return _cut(value.decode(), below, keeps_rest=keeps_rest).encode()
    return value if keeps_rest else None


def _cut(text: str, tree: Tree, *, keeps_rest: bool) -> str:
    if text[:1] == "[":
        return "[" + ",".join(_cut(item, tree, keeps_rest=keeps_rest) for item in list_slices(text)) + "]"
    if text[:1] != "{":
        return text
    kept: list[str] = []
    for key, value in object_slices(text).items():
        below = tree.get(key, keeps_rest)
        part = _text(value.encode(), below, keeps_rest=keeps_rest) if below else None
        if part is not None:
            kept.append(f"{encode_basestring(key)}:{part.decode()}")
    return "{" + ",".join(kept) + "}"
