"""JSON Schemas of what users write, for editors: ``schemas/pipeline.json`` and ``schemas/algorithm.json``.

They allow what the server takes, so also the values that it bends to a field's type: ``"3"`` for 3, ``null`` for what was
not said. Rules across fields are not in them; ``store/pipelines/validate`` knows those.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from google.protobuf.descriptor import Descriptor

from controlplane.gateway.json_plan import MAY_BE_NULL, FieldPlan, Kind
from controlplane.gateway.rest_errors import dump
from controlplane.gateway.schemas import Descriptions, Json, Schemas
from distributedkube.api.algorithm.v1 import algorithm_pb2
from distributedkube.api.pipeline.v1 import pipeline_pb2

DIALECT = "https://json-schema.org/draft/2020-12/schema"

DOCUMENTS: Mapping[str, Descriptor] = {
    "/api/v1/schemas/pipeline.json": pipeline_pb2.Pipeline.DESCRIPTOR,
    "/api/v1/schemas/algorithm.json": algorithm_pb2.Algorithm.DESCRIPTOR,
}
"""Path of a schema to the message it is of."""

_PREFIX = "#/$defs/"
_NUMBER = r"^\s*-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?\s*$"

_OBJECTS = frozenset({"distributedkube.api.pipeline.v1.Pipeline.flow_input"})
"""User JSON that must be an object or null."""


@cache
def schema_document(message: Descriptor, descriptor_set: Path | None) -> bytes:
    """The JSON text of the schema of a message."""
    schemas = _EditorSchemas(Descriptions(descriptor_set), prefix=_PREFIX)
    reference = schemas.reference(message)
    return dump({"$schema": DIALECT, "title": message.name, **reference, "$defs": schemas.schemas})


class _EditorSchemas(Schemas):
    def field(self, plan: FieldPlan) -> Json:
        """The schema of a field with all that the reader takes for it."""
        schema = super().field(plan)
        if schema.pop("exclusiveMinimum", False):
            schema["exclusiveMinimum"] = schema.pop("minimum")
        if plan.repeated or plan.map_values is not None:
            return {**schema, "type": [schema["type"], "null"]}
        if plan.kind in (Kind.STRING, Kind.INTEGER, Kind.NUMBER) and _takes_null(plan, schema):
            return {**schema, "type": [*schema["type"], "null"]}
        return schema

    def value(self, plan: FieldPlan) -> Json:
        match plan.kind:
            case Kind.STRING:
                return {"type": ["string", "number", "boolean"]}
            case Kind.INTEGER:
                return {"type": ["integer", "string"], "pattern": _NUMBER}
            case Kind.NUMBER:
                return {"type": ["number", "string"], "pattern": _NUMBER}
            case Kind.TIMESTAMP | Kind.DURATION:
                return {"type": ["number", "string", "null"], "pattern": _NUMBER}
            case Kind.BOOLEAN:
                return {"enum": [True, False, "true", "false", 1, 0, None]}
            case Kind.PAYLOAD if plan.descriptor.full_name in _OBJECTS:
                return {"type": ["object", "null"]}
            case Kind.MESSAGE:
                return {"anyOf": [self.reference(plan.message_type), {"type": "null"}]}
            case _:
                return super().value(plan)


def _takes_null(plan: FieldPlan, schema: Json) -> bool:
    """Whether null breaks no limit: it is the empty text or 0, or for some fields means that they are not set."""
    if plan.descriptor.full_name in MAY_BE_NULL:
        return True
    return not schema.get("minLength") and schema.get("minimum", 0) <= 0 and schema.get("exclusiveMinimum", -1) < 0
