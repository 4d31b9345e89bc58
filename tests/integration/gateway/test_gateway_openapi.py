"""The OpenAPI document is valid, describes what is served, and the page that shows it needs no network."""

import asyncio
import re
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

from controlplane.gateway.settings import PREFIXES, GatewaySettings

PROTO = Path(__file__).parents[3] / "proto"


async def document(server: Any, path: str = "/swagger-api") -> dict[str, Any]:
    answer = await server.client.get(path)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


async def test_valid(server: Any) -> None:
    """The validator has nothing to say, and both paths give the same document."""
    found = await document(server)
    OpenAPIV30SpecValidator(found).validate()
    assert found == await document(server, "/openapi.json")


async def test_says_what_the_contract_says(server: Any) -> None:
    """Names, limits and shapes are those of REST."""
    found = await document(server)
    schemas, paths = found["components"]["schemas"], found["paths"]
    pipeline = schemas["Pipeline"]
    assert pipeline["required"] == ["name"]
    assert pipeline["properties"]["priority"] == {"type": "integer", "format": "int32", "minimum": 1, "maximum": 5}
    assert pipeline["properties"]["kind"]["enum"] == ["batch", "stream"]
    assert pipeline["additionalProperties"] is True
    assert schemas["Webhooks"]["additionalProperties"] is False
    assert schemas["Node"]["properties"]["input"]["maxItems"] == 10000
    run = paths["/exec/raw"]["post"]
    assert run["requestBody"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Pipeline"}
    assert [parameter["name"] for parameter in run["parameters"]] == ["requestId"]
    assert run["x-access"] == "run"
    assert paths["/store/pipelines"]["get"]["responses"]["200"]["content"]["application/json"]["schema"] == {
        "type": "array",
        "items": {"$ref": "#/components/schemas/Pipeline"},
    }
    assert paths["/exec/status/{jobId}"]["get"]["parameters"][0]["in"] == "path"
    assert "text/event-stream" in paths["/watch/job/{jobId}"]["get"]["responses"]["200"]["content"]
    assert "multipart/form-data" in paths["/store/algorithms/apply"]["post"]["requestBody"]["content"]
    assert paths["/healthz"]["servers"] == [{"url": "/"}]


@pytest.mark.parametrize("prefix", PREFIXES)
async def test_the_page_finds_everything(server: Any, prefix: str) -> None:
    """Below each prefix, with a slash and without, the page's files and the document are there, and nowhere else."""
    for address in (f"{prefix}/swagger-ui", f"{prefix}/swagger-ui/"):
        page = await server.client.get(address)
        assert page.headers["content-type"].startswith("text/html")
        match = re.search(r'<base href="([^"]+)">', page.text)
        assert match is not None
        base = urljoin(address, match[1])
        for name in re.findall(r'(?:src|href)="([^"./][^"]*)"', page.text):
            if name != match[1]:
                assert (await server.client.get(urljoin(base, name))).status_code == 200, name
        assert "//" not in page.text.replace("<!DOCTYPE html>", "")
        found = await document(server, urljoin(base, "../swagger-api"))
        assert found["servers"] == [{"url": f"{prefix}/api/v1"}]
    assert (await server.client.get(f"{prefix}/swagger-ui/index.html")).status_code == 404
    assert (await server.client.get(f"{prefix}/swagger-ui/..%2F__init__.py")).status_code == 404


async def test_a_proxy_may_strip_a_prefix(start_server: Any) -> None:
    """What a proxy takes off the paths is put before them in the document; a login shows as security."""
    async with start_server(GatewaySettings(ingress_prefix="/k", require_login=True)) as server:
        found = await document(server)
        assert found["servers"] == [{"url": "/k/api/v1"}]
        assert found["security"] == [{"bearer": []}]
        OpenAPIV30SpecValidator(found).validate()


async def test_descriptions_come_from_the_protos(start_server: Any, tmp_path: Path) -> None:
    """With a descriptor set that the proto compiler wrote, comments describe methods, messages and fields."""
    target = tmp_path / "api.binpb"
    files = sorted(str(path.relative_to(PROTO)) for path in (PROTO / "distributedkube").rglob("*.proto"))
    includes = [f"-I{PROTO}", f"-I{PROTO / 'third_party'}"]
    command = [sys.executable, "-m", "grpc_tools.protoc", *includes, "--include_source_info"]
    compiler = await asyncio.create_subprocess_exec(*command, f"--descriptor_set_out={target}", *files, cwd=PROTO)
    assert await compiler.wait() == 0
    async with start_server(GatewaySettings(descriptor_set=target)) as server:
        found = await document(server)
    OpenAPIV30SpecValidator(found).validate()
    assert found["paths"]["/exec/raw"]["post"]["summary"] == "Runs a pipeline that is not stored."
    assert found["components"]["schemas"]["Pipeline"]["description"].startswith("A pipeline as its author writes it.")
    node = found["components"]["schemas"]["Node"]["properties"]["nodeName"]
    assert node["description"] == "Unique name without dots."
