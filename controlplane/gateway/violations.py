"""Words a broken rule of the contract the way REST clients know it.

The rules live in the protos and are checked for gRPC and REST alike; only the sentences differ. A path such as
``pipeline.nodes[0].node_name`` becomes ``data.nodes[0].nodeName``: the document is called ``data``, whatever field of
the request it is.
"""

import operator
import re
from collections.abc import Callable, Mapping, Sequence

from buf.validate import validate_pb2
from google.protobuf.descriptor import Descriptor, FieldDescriptor

from controlplane.api.methods import ViolationError
from controlplane.gateway.json_plan import rules_of
from controlplane.gateway.json_reader import ROOT, FieldError, fault

_PIPELINE_NAME = "pipeline name must contain only alphanumeric, dash, dot or underscore"
_ALGORITHM_NAME = "algorithm name must contain only lower-case alphanumeric, dash or dot"

_OWN_TEXTS = {
    r"^[:\-_.A-Za-z0-9]+$": _PIPELINE_NAME,
    r"^[:\-_.A-Za-z0-9]*$": _PIPELINE_NAME,
    r"^[a-z0-9][-a-z0-9\\.]*[a-z0-9]$": _ALGORITHM_NAME,
    r"^([a-z0-9][-a-z0-9\\.]*[a-z0-9])?$": _ALGORITHM_NAME,
    r"^\S*$": "algorithm image must contain only lower-case alphanumeric, dash or dot",
}
"""Patterns with a whole sentence of their own, without a path."""

_EXPERIMENT_NAME = "experiment name must contain only alphanumeric, dash, dot or underscore"

_OWN_TEXTS_BY_FIELD = {
    "experiment_name": _EXPERIMENT_NAME,
    "distributedkube.api.experiment.v1.CreateExperimentRequest.name": _EXPERIMENT_NAME,
}
"""The same, by name or whole name, for fields that share a pattern with another kind of name."""

_FORMATS = {
    r"^(?i:https?|ftps?)://": "url",
    r"^[a-z0-9][-.a-z0-9\\]*[a-z0-9]$": "algorithm-mount-pvc",
    r"^[-.|/\\A-Za-z0-9]+$": "path",
}
"""Patterns that are formats with a name."""

_COMPARISONS: Mapping[str, tuple[str, Callable[[float, float], bool]]] = {
    "gte": (">=", operator.ge),
    "gt": (">", operator.gt),
    "lte": ("<=", operator.le),
    "lt": ("<", operator.lt),
}

_step = re.compile(r"(\w+)((?:\[[^\]]*\])?)(?:\.|$)").match


def translated(error: ViolationError, request: Descriptor, body_field: str) -> FieldError:
    """The error for REST callers. ``body_field`` is the request's field that the body stands for, or empty."""
    steps, field = _walk(error.field, request)
    if body_field and steps and steps[0] == body_field:
        steps = steps[1:]
    said = FieldError(_sentence(error, steps, field), field=".".join(steps), details=error.details)
    said.why = error.why
    return said


def without_path(error: FieldError) -> FieldError:
    """The same error, its sentence without the path at its beginning."""
    path, _, rest = error.message.partition(" ")
    if path != ROOT and not path.startswith((f"{ROOT}.", f"{ROOT}[")):
        return error
    short = FieldError(rest, field=error.field, details=error.details)
    short.why = error.why
    return short


def _walk(path: str, request: Descriptor) -> tuple[list[str], FieldDescriptor | None]:
    """The steps of a path with JSON names, and the field it ends at; None when that is not in the contract."""
    steps: list[str] = []
    field: FieldDescriptor | None = None
    message: Descriptor | None = request
    while path:
        match = _step(path)
        found = message.fields_by_name.get(match[1]) if match and message else None
        if match is None or found is None:
            return [*steps, path], None
        subscript = match[2]
        is_map = found.message_type is not None and found.message_type.GetOptions().map_entry
        if is_map and subscript:  # Keys of maps are steps of their own and may hold anything.
            return [*steps, found.json_name, path[match.end(1) + 1 :].partition("]")[0]], None
        steps.append(found.json_name + subscript)
        path, field, message = path[match.end() :], found, found.message_type
    return steps, field


def _sentence(error: ViolationError, steps: Sequence[str], field: FieldDescriptor | None) -> str:
    path = ".".join((ROOT, *steps))
    if error.rule == "required" or (error.rule == "string.min_len" and _is_unset(error, field)):
        return f"{'.'.join((ROOT, *steps[:-1]))} should have required property '{steps[-1] if steps else ''}'"
    if error.rule == "string.pattern":
        return _pattern_sentence(error, path, field)
    return str(fault(path, _predicate(error, field)))


def _is_unset(error: ViolationError, field: FieldDescriptor | None) -> bool:
    """An empty text without presence was never said; the reader refuses one that was."""
    return field is not None and error.value == "" and not field.has_presence and not field.is_repeated


def _pattern_sentence(error: ViolationError, path: str, field: FieldDescriptor | None) -> str:
    pattern = str(error.bound)
    names = (field.full_name, field.name) if field else ()
    own = next((_OWN_TEXTS_BY_FIELD[name] for name in names if name in _OWN_TEXTS_BY_FIELD), _OWN_TEXTS.get(pattern))
    if own:
        return own
    if pattern in _FORMATS:
        return f'{path} should match format "{_FORMATS[pattern]}"'
    return f'{path} should match pattern "{pattern}"'


def _predicate(error: ViolationError, field: FieldDescriptor | None) -> str:
    kind, _, rule = error.rule.partition(".")
    match kind, rule:
        case "string" | "bytes", "min_len":
            return f"should NOT be shorter than {error.bound} characters"
        case "string" | "bytes", "max_len":
            return f"should NOT be longer than {error.bound} characters"
        case _, "in":
            return f"should be equal to one of the allowed values ({_joined(error.bound)})"
        case "enum", _:
            return "should be equal to one of the allowed values"
        case "repeated", "unique":
            return f"should NOT have duplicate items (items ## {_duplicates(error.value)} are identical)"
        case "repeated", "max_items":
            return f"should NOT have more than {error.bound} items"
        case "repeated", "min_items":
            return f"should NOT have fewer than {error.bound} items"
        case "map", "max_pairs":
            return f"should NOT have more than {error.bound} properties"
        case "json", "type":
            return f"should be {error.bound}"
        case _ if field is not None and (bound := _bound(kind, error.value, rules_of(field))):
            return f"should be {bound}"
        case _:
            return error.message.removeprefix(error.field).strip()


def _bound(kind: str, value: object, rules: validate_pb2.FieldRules) -> str:
    """The limit of a number that its value is beyond: a rule with two limits does not say which."""
    if kind not in ("int32", "int64", "uint32", "uint64", "double", "float") or not isinstance(value, int | float):
        return ""
    limits = getattr(rules.repeated.items if rules.HasField("repeated") else rules, kind)
    for name, (sign, holds) in _COMPARISONS.items():
        if limits.HasField(name) and not holds(value, getattr(limits, name)):
            return f"{sign} {getattr(limits, name):g}"
    return ""


def _joined(values: object) -> str:
    return ",".join(str(value) for value in values if value) if isinstance(values, Sequence) else str(values)


def _duplicates(items: object) -> str:
    """Places of the first two equal items, the later one first."""
    places: dict[object, int] = {}
    for place, item in enumerate(items if isinstance(items, Sequence) else ()):
        if item in places:
            return f"{place} and {places[item]}"
        places[item] = place
    return "? and ?"
