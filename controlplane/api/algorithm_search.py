"""What a search for algorithms asks for: conditions, and which fields to show. Pure."""

import re
from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass

from google.protobuf.message import Message

from controlplane.domain.catalog_records import AlgorithmRecord
from controlplane.domain.errors import InvalidError
from distributedkube.api.algorithm.v1 import algorithm_pb2 as pb

MAX_REPEATS = 3
"""Stars and the like in one pattern: names are short, so that the cost of as many is bounded."""

_PLAIN = re.compile(r"[-a-zA-Z0-9]*", re.ASCII)
_REPEATS = re.compile(r"[*+?{]")

Names = Callable[[str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Conditions on algorithms; None stands for either."""

    name: Names
    kind: int = pb.Algorithm.KIND_UNSPECIFIED
    image: bool | None = None
    pending: bool | None = None

    def has_name(self, name: str) -> bool:
        return self.name(name)

    def matches(self, record: AlgorithmRecord) -> bool:
        """All conditions but the name."""
        runnable = bool(record.runtime)
        return (
            (self.image is None or self.image is runnable)
            and (self.pending is None or self.pending is not runnable)
            and (not self.kind or pb.Algorithm.FromString(record.document).kind == self.kind)
        )


def name_filter(text: str) -> Names:
    """Whether a name contains a text or, where that is one, a pattern.

    Raises ``InvalidError`` for patterns that are broken, or whose search could take long: groups and many repeats.
    """
    if _PLAIN.fullmatch(text):
        return lambda name: text in name
    if any(letter in text for letter in "()\\") or len(_REPEATS.findall(text)) > MAX_REPEATS:
        raise InvalidError(
            f"data.name should be a text or a pattern without groups, with at most {MAX_REPEATS} repeats", field="name"
        )
    try:
        pattern = re.compile(text)
    except re.error as error:
        raise InvalidError(f"data.name should be a pattern: {error}", field="name") from None
    return lambda name: pattern.search(name) is not None


Show = Callable[[pb.Algorithm], pb.Algorithm]


def projection(text: str) -> Show:
    """Shows the fields that ``a:true,b.c:true`` names, or all but those that ``a:false`` names.

    Raises ``InvalidError`` for what has another form.
    """
    shown: list[Sequence[str]] = []
    hidden: list[Sequence[str]] = []
    for item in filter(None, re.sub(r"\s", "", text).split(",")):
        path, _, value = item.partition(":")
        if not path or value not in ("true", "false"):
            raise InvalidError(
                f"data.fields should be a list like name:true,options.pending:true, not {item}", field="fields"
            )
        (shown if value == "true" else hidden).append(path.split("."))

    def show(whole: pb.Algorithm) -> pb.Algorithm:
        part = whole
        if shown:
            part = pb.Algorithm()
            for path in shown:
                _copy(path, whole, part)
        for path in hidden:
            _clear(path, part)
        return part

    return show


def _field(message: Message, key: str) -> str:
    """Name of the field that a key of JSON means; empty for none."""
    fields = message.DESCRIPTOR.fields_by_name.items()
    return next((name for name, field in fields if field.json_name == key and name != "open"), "")


def _copy(path: Sequence[str], source: Message, target: Message) -> None:
    """Copies one field; one that is not there is left out."""
    name = _field(source, path[0])
    if not name:
        kept = _open(source)
        if path[0] in kept:
            _open(target)[path[0]] = kept[path[0]]
    elif len(path) > 1 and isinstance(part := getattr(source, name), Message):
        if source.HasField(name):
            _copy(path[1:], part, getattr(target, name))
    else:
        only = type(source)()
        only.CopyFrom(source)
        for other in source.DESCRIPTOR.fields_by_name:
            if other != name:
                only.ClearField(other)
        target.MergeFrom(only)


def _clear(path: Sequence[str], message: Message) -> None:
    name = _field(message, path[0])
    if not name:
        _open(message).pop(path[0], None)
    elif len(path) > 1 and isinstance(part := getattr(message, name), Message):
        _clear(path[1:], part)
    else:
        message.ClearField(name)


def _open(message: Message) -> MutableMapping[str, bytes]:
    """Keys that no field names."""
    found: MutableMapping[str, bytes] = getattr(message, "open", {})
    return found
