"""Every RPC and every route: each is in the contract's documents, and some test of this folder calls it.

A route counts as tested when a test carries ``@pytest.mark.covers("GET /api/v1/...")``; the fixture ``rest`` fails that test
unless it really makes such a request.
"""

import ast
import asyncio
import importlib
import re
from pathlib import Path
from typing import Any, cast

import httpx

from controlplane.adapters.files import FileObjectStore
from controlplane.adapters.job_index import SqliteJobIndex
from controlplane.adapters.memory import MemoryObjectStore, MemoryStateStore
from controlplane.adapters.system import SystemClock, SystemIds
from controlplane.adapters.webhooks import HttpWebhookSender
from controlplane.app.core import Core, Outside
from controlplane.app.embedded import CONTRACT, FileBlobs
from controlplane.app.settings import EmbeddedSettings
from controlplane.gateway.app import GROUPS, build_app
from controlplane.gateway.routes import bindings_of
from controlplane.gateway.schemas import Descriptions
from controlplane.gateway.settings import GatewaySettings
from tests.integration.plane import NoBuilder

FOLDER = Path(__file__).parent

WITHOUT_ROUTE = {
    "AlgorithmService.ApplyAlgorithm": "a form with a file: POST store/algorithms/apply and its relatives",
    "BuildService.UploadSource": "the file of that form",
    "ReadmeService.PutAlgorithmReadme": "a form with a file: POST and PUT readme/algorithms/{name}",
    "ReadmeService.PutPipelineReadme": "a form with a file: POST and PUT readme/pipelines/{name}",
    "StorageService.ReadResultArchive": "bytes: GET storage/download/pipeline/result/{job_id}",
    "StorageService.ReadValue": "bytes: GET storage/stream/{path} and its relatives",
    "WorkerService.Connect": "the stream of a worker",
    "WorkerService.CreateUploadUrls": "for workers, which speak gRPC",
}
"""RPCs that no annotation makes a route for, and why."""

PAGES = ("/swagger", "/openapi.json", "/healthz", "/readyz", "/metrics", "/blobs/")
"""What is no part of the API but surrounds it; the tests of the gateway look at these."""

INTERNAL = "/internal/"
"""Routes for other programs of the installation, which are tested but not shown to callers from outside."""


async def a_core(folder: Path) -> tuple[Core, Any]:
    """A control plane that is put together but never started, and its REST application."""
    clock, ids = SystemClock(), SystemIds()
    objects = FileObjectStore(folder / "objects", base_url=lambda: "http://here", secret=b"x" * 32, clock=clock)
    core = Core(
        Outside(
            store=MemoryStateStore(clock),
            objects=MemoryObjectStore(clock),
            cluster=cast(Any, None),
            builder=NoBuilder(),
            inspector=NoBuilder(),
            clock=clock,
            ids=ids,
            webhooks=HttpWebhookSender(EmbeddedSettings(data_dir=folder).webhook_sender),
            index=SqliteJobIndex(None),
            secret=b"x" * 32,
        ),
        EmbeddedSettings(data_dir=folder),
    )
    return core, build_app(
        core.methods,
        settings=GatewaySettings(descriptor_set=CONTRACT),
        stopping=asyncio.Event(),
        blob_access=FileBlobs(objects, b"x" * 32, clock),
    )


def covered() -> set[str]:
    """Routes that marks of this folder name."""
    named: set[str] = set()
    for file in FOLDER.glob("test_*.py"):
        names = vars(importlib.import_module(f"{__package__}.{file.stem}"))
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "covers":
                routes = ast.Expression(ast.Tuple(node.args, ast.Load()))
                named |= set(eval(compile(ast.fix_missing_locations(routes), file, "eval"), names))
    return named


def shape(route: str) -> str:
    """A route whatever its parameters are called."""
    return re.sub(r"\{[^}]*\}", "{}", route)


async def test_every_rpc_has_a_route_or_a_reason(tmp_path: Path) -> None:
    core, _ = await a_core(tmp_path)
    without = {
        f"{method.descriptor.containing_service.name}.{method.descriptor.name}"
        for method in core.methods
        if not list(bindings_of(method.descriptor))
    }
    assert without == set(WITHOUT_ROUTE)


async def test_every_rpc_is_described(tmp_path: Path) -> None:
    """A sentence on what it does and what can go wrong; messages and fields too, which the linter of the contract sees to."""
    core, _ = await a_core(tmp_path)
    described = Descriptions(CONTRACT)
    assert [method.name for method in core.methods if not described.of(method.name)] == []


async def test_every_route_is_documented(tmp_path: Path) -> None:
    """The OpenAPI document has exactly the routes that are served."""
    _, app = await a_core(tmp_path)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here") as client:
        document = (await client.get("/openapi.json")).json()
    documented = {
        shape(f"{verb.upper()} {'' if 'servers' in item else '/api/v1'}{path}")
        for path, item in document["paths"].items()
        for verb in item
        if verb in ("get", "put", "post", "delete", "patch")
    }
    served = {
        shape(f"{verb} {path}")
        for verb, path in app.state.served
        if not _is_page(path) and not path.startswith(INTERNAL)
    }
    assert served - documented == set()
    assert {route for route in documented if not _is_page(route.partition(" ")[2])} - served == set()


async def test_every_route_is_tested(tmp_path: Path) -> None:
    _, app = await a_core(tmp_path)
    served = {f"{verb} {path}" for verb, path in app.state.served if not _is_page(path)}
    tested = {shape(route) for route in covered()}
    assert sorted(route for route in served if shape(route) not in tested) == []
    assert sorted(tested - {shape(route) for route in served} - {"GET /api"}) == []


def _is_page(path: str) -> bool:
    return path == "/api" or path.startswith(PAGES) or path in {f"/api/v1/{group}" for group in GROUPS}
