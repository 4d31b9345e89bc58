"""The OpenAPI document of the REST API, made from the descriptors of the contract.

So it cannot say anything that the routes do not do.
"""

from collections.abc import Iterable

from google.protobuf.descriptor import Descriptor, MethodDescriptor

from controlplane.gateway.handwritten_openapi import amend_odd_answers, handwritten_paths
from controlplane.gateway.json_plan import FieldPlan, plan_of
from controlplane.gateway.openapi_errors import common_refusals, refusals, shared_responses
from controlplane.gateway.routes import Binding
from controlplane.gateway.schemas import Descriptions, Json, Schemas
from controlplane.gateway.settings import GatewaySettings
from distributedkube.api.type.v1 import annotations_pb2

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
    amend_odd_answers(generator.paths)
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


class _Generator(Schemas):
    def __init__(self, descriptions: Descriptions, *, require_login: bool) -> None:
        super().__init__(descriptions, prefix=_SCHEMAS)
        self._require_login = require_login
        self.paths: dict[str, Json] = {}
        self._operations: set[str] = set()

    def add(self, binding: Binding) -> None:
        """Adds the operation for a binding."""
        fields = {field.name: f"{{{field.json_name}}}" for field in _fields(binding.method.input_type)}
        names = iter(binding.path_fields)
        path = "/".join(fields[next(names)] if part.startswith("{") else part for part in binding.path.split("/"))
        self.paths.setdefault(path, {})[binding.verb.lower()] = self._operation(binding)

    def _operation(self, binding: Binding) -> Json:
        method = binding.method
        access = annotations_pb2.Access.Name(method.GetOptions().Extensions[annotations_pb2.access])
        about = self.descriptions.of(method.full_name)
        operation: Json = {
            "operationId": self._operation_id(method),
            "tags": [method.containing_service.name.removesuffix("Service")],
            "summary": about.partition("\n")[0] or method.name,
            "description": about,
            "x-access": access.removeprefix("ACCESS_").lower(),
            "parameters": self._parameters(binding),
            "responses": {
                str(binding.success_status): self._good_answer(binding),
                **refusals(method, self.descriptions.of, _ERROR, require_login=self._require_login),
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
        return self.value(_plan(message, field)) if field else self.reference(message)

    def _good_answer(self, binding: Binding) -> Json:
        message = binding.method.output_type
        if binding.method.server_streaming:
            part = binding.response_body
            schema = self.value(_plan(message, part)) if part else self.reference(message)
            about = (
                "Server-sent events with this message as data, called as its key `event` says, or else `update`; an event "
                "`error` with the error body is the last one."
            )
            return {"description": about, "content": {"text/event-stream": {"schema": schema}}}
        schema = self.reference(message)
        if binding.response_body:
            schema = self.field(_plan(message, binding.response_body))
        return {"description": "Done.", "content": {"application/json": {"schema": schema}}}

    def _parameters(self, binding: Binding) -> list[Json]:
        if binding.body == "*":
            fields = [plan for plan in _fields(binding.method.input_type) if plan.name in binding.path_fields]
        else:
            fields = [plan for plan in _fields(binding.method.input_type) if plan.name != binding.body_field]
        return [self._parameter(plan, in_path=plan.name in binding.path_fields) for plan in fields]

    def _parameter(self, plan: FieldPlan, *, in_path: bool) -> Json:
        schema = self.field(plan)
        about = schema.pop("description", "")
        return {
            "name": plan.json_name,
            "in": "path" if in_path else "query",
            "required": in_path,
            "description": about,
            "schema": schema,
        }


def _fields(message: Descriptor) -> Iterable[FieldPlan]:
    return plan_of(message).fields


def _plan(message: Descriptor, name: str) -> FieldPlan:
    return next(field for field in _fields(message) if field.name == name)
