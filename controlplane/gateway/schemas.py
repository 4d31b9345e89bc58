"""Schemas of the contract's messages as they look in JSON, for the OpenAPI document and for editors.

Made from the descriptors, so they cannot say anything that the reader does not do. Descriptions are the comments of the
proto files, which Python's descriptors do not hold: they come from a descriptor set that was written with source info,
when there is one.
"""

from pathlib import Path
from typing import Any

from buf.validate import validate_pb2
from google.protobuf import descriptor_pb2
from google.protobuf.descriptor import Descriptor

from controlplane.gateway.json_plan import FieldPlan, Kind, enum_words, plan_of, rules_of

Json = dict[str, Any]


class Descriptions:
    """Comments of the contract by full name."""

    def __init__(self, path: Path | None) -> None:
        """Reads a ``FileDescriptorSet`` with source info; without a path there are no comments."""
        self._texts: dict[str, str] = {}
        if path is not None:
            for file in descriptor_pb2.FileDescriptorSet.FromString(path.read_bytes()).file:
                self._read(file)

    def of(self, full_name: str) -> str:
        """The comment of an element; empty when there is none."""
        return self._texts.get(full_name, "")

    def _read(self, file: descriptor_pb2.FileDescriptorProto) -> None:
        for location in file.source_code_info.location:
            comment = "\n".join(line.strip() for line in location.leading_comments.strip().splitlines())
            if comment and location.path:
                name = _name_at(file, list(location.path))
                if name:
                    self._texts[f"{file.package}.{name}"] = comment


def _name_at(file: Any, path: list[int]) -> str:
    """The name of the element at a path of field numbers and indexes, as source info has it."""
    names: list[str] = []
    element = file
    for number, index in zip(path[::2], path[1::2], strict=False):
        field = element.DESCRIPTOR.fields_by_number.get(number)
        if field is None or field.message_type is None or not field.is_repeated:
            return ""
        element = getattr(element, field.name)[index]
        if not hasattr(element, "name"):
            return ""
        names.append(element.name)
    return ".".join(names)


class Schemas:
    """Makes schemas, and keeps those of all messages that they refer to."""

    def __init__(self, descriptions: Descriptions, *, prefix: str) -> None:
        """``prefix``: what references to schemas begin with."""
        self.descriptions = descriptions
        self.schemas: dict[str, Json] = {}
        self._prefix = prefix
        self._names: dict[str, str] = {}
        """Of schemas, by the full names of their messages."""

    def reference(self, message: Descriptor) -> Json:
        """A reference to the schema of a message, which is made when it is new."""
        if message.full_name not in self._names:
            self._names[message.full_name] = self._new_name(message)
        name = self._names[message.full_name]
        if name not in self.schemas:
            self.schemas[name] = {}  # Messages may contain themselves.
            self.schemas[name] = self._object(message)
        return {"$ref": f"{self._prefix}{name}"}

    def _new_name(self, message: Descriptor) -> str:
        """The last words of the full name, as many as it takes to be unique."""
        words = message.full_name.removeprefix("distributedkube.api.").split(".")
        taken = set(self._names.values())
        candidates = (".".join(words[-count:]) for count in range(1, len(words) + 1))
        return next(name for name in candidates if name not in taken and name != "Error")

    def _object(self, message: Descriptor) -> Json:
        plan = plan_of(message)
        schema: Json = {
            "type": "object",
            "properties": {field.json_name: self.field(field) for field in plan.fields},
            "additionalProperties": bool(plan.open_field or plan.ignores_unknown),
        }
        if about := self.descriptions.of(message.full_name):
            schema["description"] = about
        if required := [field.json_name for field in plan.fields if _is_required(field)]:
            schema["required"] = required
        return schema

    def field(self, plan: FieldPlan) -> Json:
        """The schema of a field as a whole, with its description."""
        about = self.descriptions.of(plan.descriptor.full_name)
        rules = rules_of(plan.descriptor)
        if plan.repeated:
            items = {**self.value(plan), **_limits(plan, rules.repeated.items)}
            schema: Json = {"type": "array", "items": items, **_list_limits(rules)}
        elif plan.map_values is not None:
            schema = {"type": "object", "additionalProperties": self.value(plan.map_values)}
        else:
            schema = {**self.value(plan), **_limits(plan, rules)}
        if not about:
            return schema
        # Nothing may stand beside a reference in this version of OpenAPI.
        return {"allOf": [schema], "description": about} if "$ref" in schema else {**schema, "description": about}

    def value(self, plan: FieldPlan) -> Json:
        """The schema of one value of a field, without its limits."""
        match plan.kind:
            case Kind.STRING:
                return {"type": "string"}
            case Kind.INTEGER:
                return {"type": "integer", "format": "int32" if plan.integers[1] < 2**32 else "int64"}
            case Kind.NUMBER:
                return {"type": "number", "format": "double"}
            case Kind.BOOLEAN:
                return {"type": "boolean"}
            case Kind.ENUM:
                return {"type": "string", "enum": list(enum_words(plan.descriptor.enum_type))}
            case Kind.BYTES:
                return {"type": "string", "format": "byte"}
            case Kind.PAYLOAD:
                return {"description": "Any JSON value."}
            case Kind.TIMESTAMP:
                return {"type": "number", "description": "Milliseconds since 1970."}
            case Kind.DURATION:
                return {"type": "number", "description": "Seconds."}
            case Kind.MESSAGE:
                return self.reference(plan.message_type)


def _limits(plan: FieldPlan, rules: Any) -> Json:
    """What ``buf.validate`` says, in the words of JSON Schema."""
    match plan.kind:
        case Kind.STRING:
            return _string_limits(rules.string)
        case Kind.INTEGER | Kind.NUMBER:
            return _number_limits(rules)
        case _:
            return {}


def _string_limits(rules: Any) -> Json:
    limits: Json = {}
    if rules.min_len:
        limits["minLength"] = rules.min_len
    if rules.HasField("max_len"):
        limits["maxLength"] = rules.max_len
    if rules.pattern:
        # JSON Schema has the patterns of JavaScript, which know no flags inside.
        limits["pattern"] = rules.pattern.replace("(?i:https?|ftps?)", "([hH][tT][tT][pP][sS]?|[fF][tT][pP][sS]?)")
    if choices := [choice for choice in getattr(rules, "in") if choice]:
        limits["enum"] = choices
    return limits


def _number_limits(rules: Any) -> Json:
    kind = rules.WhichOneof("type")
    if kind is None:
        return {}
    limits = getattr(rules, kind)
    out: Json = {}
    for name, key, exclusive in (
        ("gte", "minimum", ""),
        ("gt", "minimum", "exclusiveMinimum"),
        ("lte", "maximum", ""),
        ("lt", "maximum", "exclusiveMaximum"),
    ):
        if limits.HasField(name):
            out[key] = getattr(limits, name)
            if exclusive:
                out[exclusive] = True
    return out


def _list_limits(rules: Any) -> Json:
    limits: Json = {}
    if rules.repeated.min_items:
        limits["minItems"] = rules.repeated.min_items
    if rules.repeated.HasField("max_items"):
        limits["maxItems"] = rules.repeated.max_items
    if rules.repeated.unique:
        limits["uniqueItems"] = True
    return limits


def _is_required(field: FieldPlan) -> bool:
    rules = rules_of(field.descriptor)
    if rules.ignore == validate_pb2.IGNORE_IF_ZERO_VALUE:
        return False
    return bool(rules.required) or (field.refuses_empty and not field.repeated)
