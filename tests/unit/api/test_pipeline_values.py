"""Values of a pipeline that records cannot hold are refused with their field; a flow input keeps every digit."""

import pytest

from controlplane.api.pipelines import fill_defaults, json_bytes, json_of, to_domain
from controlplane.domain.errors import InvalidError
from distributedkube.api.pipeline.v1 import pipeline_pb2 as pb
from distributedkube.api.type.v1.payload_pb2 import Payload

BAD = {"beyond 64 bits": b"18446744073709551616", "not Unicode": rb'"\ud800"', "deeper than": b"[" * 600 + b"]" * 600}


def as_payload(text: bytes) -> Payload:
    return Payload(content_type="application/json", data=text)


@pytest.mark.parametrize("where", ["input", "spec", "extra_data"])
@pytest.mark.parametrize("text", BAD)
def test_values_that_cannot_be_kept_are_refused(text: str, where: str) -> None:
    """Numbers beyond 64 bits, half surrogates and deep nesting, wherever a node has a value."""
    value = as_payload(BAD[text])
    node = pb.Node(node_name="a", algorithm_name="xx")
    if where == "input":
        node.input.append(value)
    else:
        getattr(node, where).CopyFrom(value)
    pipeline = pb.Pipeline(name="p", nodes=[node])
    fill_defaults(pipeline)
    with pytest.raises(InvalidError, match=text) as error:
        to_domain(pipeline)
    assert error.value.field.startswith(f"nodes[0].{where}")


def test_json_keeps_every_digit_and_every_text() -> None:
    """What is laid over a flow input is written as it was read."""
    text = rb'{"n":18446744073709551616123,"s":"\ud800"}'
    assert json_bytes(json_of(as_payload(text), "flow_input")) == text
