"""Random requests made from the OpenAPI document, against a server of their own: what comes back is what the document says.

No answer is a 5xx, and none has a status, a content type or a shape that the document does not name. The server has no
algorithms, so that nothing that is let through can run.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from openapi_spec_validator import OpenAPIV30SpecValidator
from schemathesis.specs.openapi import checks as openapi_checks

from tests.rest.server import Rest, server

KEPT = ("Unexpected field", "could not create experiment, name is already taken", "please provide a valid cursor")
"""What the contract answers with 500 because clients match on it; a defect it is not."""


@schemathesis.check
def no_defect(ctx: object, response: schemathesis.Response, case: schemathesis.Case) -> None:
    """No answer is a 5xx, but for those that are kept for older clients."""
    if response.status_code >= 500 and not any(text.encode() in response.content for text in KEPT):
        raise AssertionError(f"{response.status_code}: {response.content[:500]!r} for {case.as_curl_command()[:1000]}")


CHECKS = [
    no_defect,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_schema_conformance,
]
EXAMPLES = 20
"""Requests for each operation; always the same ones."""


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rest]:
    with server(tmp_path_factory.mktemp("schema")) as rest:
        yield rest


@pytest.mark.timeout(900)
def test_answers_are_as_the_document_says(own: Rest) -> None:
    document = own.client.get("/openapi.json").json()
    OpenAPIV30SpecValidator(document).validate()
    schema = schemathesis.openapi.from_dict(document)
    problems = []
    for result in schema.get_all_operations():
        operation = result.ok()
        if "text/event-stream" in str(operation.definition.raw["responses"]):
            continue  # It ends when its subject does; the tests of streams read them.
        root = document["paths"][operation.path].get("servers", document["servers"])[0]["url"]
        try:
            _try(operation, own.endpoint + root.rstrip("/"))
        except (Exception, BaseExceptionGroup) as error:  # noqa: BLE001  the other operations are tried all the same
            said = error.exceptions if isinstance(error, BaseExceptionGroup) else [error]
            problems.append(
                "\n".join([operation.label, *(f"  {one}" for one in said), *getattr(error, "__notes__", ())])
            )
    assert not problems, "\n\n".join(problems)


def _try(operation: Any, base_url: str) -> None:
    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(operation.as_strategy())
    def one(case: schemathesis.Case) -> None:
        response = case.call(base_url=base_url, timeout=60)
        try:
            case.validate_response(response, checks=CHECKS)
        except (Exception, BaseExceptionGroup) as error:
            error.add_note(f"answer: {response.status_code} {response.content[:300]!r}")
            raise

    one()
