"""The OpenAPI document of the REST API, made from the descriptors of the contract.

So it cannot say anything that the routes do not do. Descriptions are the comments of the proto files, which Python's
descriptors do not hold: they come from a descriptor set that was written with source info, when there is one.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from google.protobuf import descriptor_pb2
from google.protobuf.descriptor import Descriptor, MethodDescriptor

from controlplane.gateway.handwritten_openapi import handwritten_paths
from controlplane.gateway.json_plan import FieldPlan, Kind, enum_words, plan_of, rules_of
from controlplane.gateway.openapi_errors import common_refusals, refusals, shared_responses
from controlplane.gateway.routes import Binding
from controlplane.gateway.settings import GatewaySettings
from distributedkube.api.type.v1 import annotations_pb2

Json = dict[str, Any]

_BASE = "/api/v1"
_SCHEMAS = "#/components/schemas/"
_ERROR = {"$ref": f"{_SCHEMAS}Error"}

_ERROR_SCHEMA: Json = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {
                "code": {"type": "integer", "description": "The HTTP status."},
                "message": {"type": "string", "description": "What is wrong, and which field."},
                "details": {"description": "More of it, in a form that depends on the error."},
            },
        }
    },
}


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


def openapi_document(bindings: Iterable[Binding], settings: GatewaySettings, prefix: str) -> Json:
    """The document for the routes below ``prefix``."""
    generator = _Generator(Descriptions(settings.descriptor_set), require_login=settings.require_login)
    root = f"{settings.ingress_prefix}{prefix}"
    for binding in bindings:
        generator.add(binding)
    for path, item in handwritten_paths(
        generator.reference, _ERROR, common_refusals(require_login=settings.require_login)
    ).items():
        generator.paths.setdefault(path, {}).update(item)
    document: Json = {
        "openapi": "3.0.3",
        "info": {
            "title": "DistributedKube",
            "version": settings.version,
            "description": "Runs pipelines of algorithms as jobs.",
        },
        "servers": [{"url": f"{root}{_BASE}"}],
        "paths": {path: _served_from(path, item, root) for path, item in sorted(generator.paths.items())},
        "components": {
            "schemas": {"Error": _ERROR_SCHEMA} | dict(sorted(generator.schemas.items())),
            "responses": shared_responses(_ERROR),
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }
    document["paths"] = {path.removeprefix(_BASE): item for path, item in document["paths"].items()}
    if settings.require_login:
        document["security"] = [{"bearer": []}]
    return document


def _served_from(path: str, item: Json, root: str) -> Json:
    return item if path.startswith(_BASE) else {"servers": [{"url": root or "/"}], **item}


class _Generator:
    def __init__(self, descriptions: Descriptions, *, require_login: bool) -> None:
        self._descriptions = descriptions
        self._require_login = require_login
        self.paths: dict[str, Json] = {}
        self.schemas: dict[str, Json] = {}
        self._operations: set[str] = set()
        self._names: dict[str, str] = {}
        """Of schemas, by the full names of their messages."""

    def add(self, binding: Binding) -> None:
        """Adds the operation for a binding."""
        fields = {f"{{{field.name}}}": f"{{{field.json_name}}}" for field in _fields(binding.method.input_type)}
        path = "/".join(fields.get(part, part) for part in binding.path.split("/"))
        self.paths.setdefault(path, {})[binding.verb.lower()] = self._operation(binding)

    def reference(self, message: Descriptor) -> Json:
        """A reference to the schema of a message, which is made when it is new."""
        if message.full_name not in self._names:
            self._names[message.full_name] = self._new_name(message)
        name = self._names[message.full_name]
        if name not in self.schemas:
            self.schemas[name] = {}  # Messages may contain themselves.
            self.schemas[name] = self._object(message)
        return {"$ref": f"{_SCHEMAS}{name}"}

    def _new_name(self, message: Descriptor) -> str:
        """The last words of the full name, as many as it takes to be unique."""
        words = message.full_name.removeprefix("distributedkube.api.").split(".")
        taken = set(self._names.values())
        candidates = (".".join(words[-count:]) for count in range(1, len(words) + 1))
        return next(name for name in candidates if name not in taken and name != "Error")

    def _operation(self, binding: Binding) -> Json:
        method = binding.method
        access = annotations_pb2.Access.Name(method.GetOptions().Extensions[annotations_pb2.access])
        about = self._descriptions.of(method.full_name)
        operation: Json = {
            "operationId": self._operation_id(method),
            "tags": [method.containing_service.name.removesuffix("Service")],
            "summary": about.partition("\n")[0] or method.name,
            "description": about,
            "x-access": access.removeprefix("ACCESS_").lower(),
            "parameters": self._parameters(binding),
            "responses": {
                str(binding.success_status): self._good_answer(binding),
                **refusals(method, self._descriptions.of, _ERROR, require_login=self._require_login),
            },
        }
        if binding.body:
            operation["requestBody"] = {
                "required": True,
                "content": {"application/json": {"schema": self._body(binding)}},
            }
        return operation

    def _operation_id(self, method: MethodDescriptor) -> str:
        name, number = method.name, 1
        while name in self._operations:
            number += 1
            name = f"{method.name}{number}"
        self._operations.add(name)
        return name

    def _body(self, binding: Binding) -> Json:
        message = binding.method.input_type
        field = binding.body_field
        return self._single(_plan(message, field)) if field else self.reference(message)

    def _good_answer(self, binding: Binding) -> Json:
        message = binding.method.output_type
        if binding.method.server_streaming:
            part = binding.response_body
            schema = self._single(_plan(message, part)) if part else self.reference(message)
            about = (
                "Server-sent events with this message as data, called as its key `event` says, or else `update`; an event "
                "`error` with the error body is the last one."
            )
            return {"description": about, "content": {"text/event-stream": {"schema": schema}}}
        schema = self.reference(message)
        if binding.response_body:
            schema = self._field(_plan(message, binding.response_body))
        return {"description": "Done.", "content": {"application/json": {"schema": schema}}}

    def _parameters(self, binding: Binding) -> list[Json]:
        if binding.body == "*":
            fields = [plan for plan in _fields(binding.method.input_type) if plan.name in binding.path_fields]
        else:
            fields = [plan for plan in _fields(binding.method.input_type) if plan.name != binding.body_field]
        return [self._parameter(plan, in_path=plan.name in binding.path_fields) for plan in fields]

    def _parameter(self, plan: FieldPlan, *, in_path: bool) -> Json:
        schema = self._field(plan)
        about = schema.pop("description", "")
        return {
            "name": plan.json_name,
            "in": "path" if in_path else "query",
            "required": in_path,
            "description": about,
            "schema": schema,
        }

    def _object(self, message: Descriptor) -> Json:
        plan = plan_of(message)
        schema: Json = {
            "type": "object",
            "properties": {field.json_name: self._field(field) for field in plan.fields},
            "additionalProperties": bool(plan.open_field or plan.ignores_unknown),
        }
        if about := self._descriptions.of(message.full_name):
            schema["description"] = about
        if required := [field.json_name for field in plan.fields if _is_required(field)]:
            schema["required"] = required
        return schema

    def _field(self, plan: FieldPlan) -> Json:
        about = self._descriptions.of(plan.descriptor.full_name)
        rules = rules_of(plan.descriptor)
        if plan.repeated:
            items = {**self._single(plan), **_limits(plan, rules.repeated.items)}
            schema: Json = {"type": "array", "items": items, **_list_limits(rules)}
        elif plan.map_values is not None:
            schema = {"type": "object", "additionalProperties": self._single(plan.map_values)}
        else:
            schema = {**self._single(plan), **_limits(plan, rules)}
        if not about:
            return schema
        # Nothing may stand beside a reference in this version of OpenAPI.
        return {"allOf": [schema], "description": about} if "$ref" in schema else {**schema, "description": about}

    def _single(self, plan: FieldPlan) -> Json:
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
    return bool(rules_of(field.descriptor).required) or (field.refuses_empty and not field.repeated)


def _fields(message: Descriptor) -> Iterable[FieldPlan]:
    return plan_of(message).fields


def _plan(message: Descriptor, name: str) -> FieldPlan:
    return next(field for field in _fields(message) if field.name == name)
