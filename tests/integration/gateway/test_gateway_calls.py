"""REST requests over a real connection reach the methods of the contract, and answers and errors have its shape."""

import gzip
import json
from typing import Any

import httpx
import pytest

from controlplane.api.methods import Caller
from controlplane.domain.errors import NotAllowedError
from controlplane.gateway.rate_limit import RateLimitSettings
from controlplane.gateway.routes import bindings_of
from controlplane.gateway.settings import PREFIXES, GatewaySettings
from distributedkube.api.type.v1 import annotations_pb2
from tests.integration.gateway.gateway_servicers import NOT_SERVED, Servicers

PIPELINE = {"name": "p", "nodes": [{"nodeName": "a", "algorithmName": "x-y", "input": ["@flowInput.a"]}]}


def all_bindings() -> list[Any]:
    methods: Any = Servicers().table()
    return [binding for method in methods for binding in bindings_of(method.descriptor)]


BODIES = {
    **{key: {"jobId": "known"} for key in ("stop", "pause", "resume", "rerun")},
    "caching": {"jobId": "known", "nodeName": "a"},
    "builds/stop": {"buildId": "b-1"},
    "builds/rerun": {"buildId": "b-1"},
    "webhook/github": {"payload": "{}"},
}
"""Bodies of methods on one job or build, by the last one or two parts of their paths."""


@pytest.mark.parametrize("prefix", PREFIXES)
async def test_every_annotation_has_a_route(server: Any, prefix: str) -> None:
    """Below each prefix the path of each annotation answers with its status, in any case and with a slash behind it.

    Internal routes are closed below prefixes.
    """
    await server.client.post("/api/v1/store/algorithms", json={"name": "x-y"})
    await server.client.post("/api/v1/store/pipelines", json={**PIPELINE, "name": "x-y"})
    values = {"job_id": "known", "build_id": "b-1", "name": "x-y", "algorithm_name": "x-y"}
    bindings = all_bindings()
    assert len(bindings) > 20
    for binding in bindings:
        parts = [values[part[1:-1]] if part.startswith("{") else part.title() for part in binding.path.split("/")]
        body = {"name": "x-y"} if binding.verb == "PUT" or binding.body == "*" else PIPELINE
        body = BODIES.get("/".join(parts[-2:]).lower(), BODIES.get(parts[-1].lower(), body))
        content = {"json": body} if binding.body else {}
        answer = await server.client.request(binding.verb, f"{prefix.title()}{'/'.join(parts)}/", **content)
        status = 403 if prefix and binding.path.startswith("/internal/") else binding.success_status
        assert answer.status_code == status or NOT_SERVED in answer.text, (binding.path, answer.text)


async def test_run_and_read(server: Any) -> None:
    """A pipeline runs as it was written, and its result comes back with every digit."""
    text = b'{"name":"p","nodes":[{"nodeName":"a","input":[1.10,12345678901234567890123]}],"zz":1e400}'
    answer = await server.client.post(
        "/hkube/api-server/api/v1/exec/raw/", content=text, headers={"content-type": "application/json"}
    )
    assert (answer.status_code, answer.json()) == (200, {"jobId": "abcdefghijkl"})
    pipeline = server.servicers.jobs.requests[0].pipeline
    assert [payload.data for payload in pipeline.nodes[0].input] == [b"1.10", b"12345678901234567890123"]
    assert dict(pipeline.open) == {"zz": b"1e400"}
    result = await server.client.get("/api/v1/exec/results/known")
    assert result.content == (
        b'{"jobId":"known","status":"completed","timeTook":0.25,'
        b'"data":[{"nodeName":"a","algorithmName":"x-y","result":[1.10,12345678901234567890123]}]}'
    )


async def test_query_path_and_form(server: Any) -> None:
    """Parameters fill the fields of the request; unknown ones are ignored, and forms are read like JSON."""
    get = server.client.get
    for name in ("aa", "ab", "ac"):
        await server.client.post("/api/v1/store/algorithms", json={"name": name})
    page = await get("/api/v1/store/algorithms?name=a&limit=2&sort=asc&zz[a]=1")
    assert [item["name"] for item in page.json()] == ["aa", "ab"]
    rest = await get("/api/v1/store/algorithms", params={"limit": 2, "pageToken": page.headers["x-next-page-token"]})
    assert [item["name"] for item in rest.json()] == ["ac"]
    assert "x-next-page-token" not in rest.headers
    deleted = await server.client.delete("/api/v1/store/algorithms/aa?force=true&keepOldVersions=false")
    assert deleted.json() == {"message": "force True keep False"}
    assert (await get("/api/v1/exec/jobs?status=paused")).json() == [
        {"jobId": "known", "pipelineName": "p", "status": "paused"}
    ]
    assert (await get("/api/v1/builds/list/x-y")).json() == [
        {"algorithmName": "x-y", "progress": 0, "result": None, "error": None, "trace": None, "endTime": None}
    ]
    form = "name=p&nodes[0][nodeName]=zz&options[batchTolerance]=5&tags=one"
    headers = {"content-type": "application/x-www-form-urlencoded"}
    stored = await server.client.post("/api/v1/exec/stored", content=form, headers=headers)
    assert stored.status_code == 200
    pipeline = server.servicers.jobs.requests[0].pipeline
    assert (pipeline.name, pipeline.options.batch_tolerance, list(pipeline.tags)) == ("p", 5, ["one"])
    assert [node.node_name for node in pipeline.nodes] == ["zz"]


async def test_request_id_is_a_parameter(server: Any) -> None:
    """Where the body is the pipeline, other fields of the request are parameters."""
    await server.client.post("/api/v1/exec/raw?requestId=r1", json=PIPELINE)
    assert server.servicers.jobs.requests[0].request_id == "r1"


@pytest.mark.parametrize(
    ("verb", "path", "body", "status", "error"),
    [
        ("POST", "exec/raw", {}, 400, {"message": "data should have required property 'name'"}),
        (
            "POST",
            "exec/raw",
            {"name": 5, "nodes": [{}]},
            400,
            {"message": "data.nodes[0] should have required property 'nodeName'"},
        ),
        ("POST", "exec/raw", [], 400, {"message": "data should be object"}),
        ("POST", "exec/raw", {"name": "not-now"}, 400, {"message": "not now", "details": {"why": [1, None]}}),
        ("POST", "exec/raw", {"name": "unavailable"}, 503, {"message": "The store does not answer; try again."}),
        (
            "POST",
            "exec/algorithm",
            {"name": "x-y", "zz": 1},
            400,
            {"message": "data should NOT have additional properties (zz)"},
        ),
        ("POST", "store/pipelines", {"name": "x-y"}, 409, {"message": "pipeline x-y already exists"}),
        ("PUT", "store/pipelines", {"name": "other"}, 404, {"message": "pipeline other Not Found"}),
        (
            "GET",
            "store/algorithms/X!",
            None,
            400,
            {"message": "algorithm name must contain only lower-case alphanumeric, dash or dot"},
        ),
        ("GET", "store/algorithms?limit=x", None, 400, {"message": "data.limit should be integer"}),
        ("GET", "store/algorithms?limit=0", None, 400, {"message": "data.limit should be >= 1"}),
        ("GET", "store/algorithms?pageSize=1001", None, 400, {"message": "data.pageSize should be <= 1000"}),
        (
            "GET",
            "store/algorithms?sort=up",
            None,
            400,
            {"message": "data.sort should be equal to one of the allowed values (asc,desc)"},
        ),
        ("GET", "exec/status/nope", None, 404, {"message": "status nope Not Found"}),
        ("GET", "exec/status", None, 400, {"message": "data should have required property 'jobId'"}),
        ("GET", "exec/status/", None, 400, {"message": "data should have required property 'jobId'"}),
        ("DELETE", "store/algorithms/x-y?force=maybe", None, 400, {"message": "data.force should be boolean"}),
        ("POST", "exec/jobs", {}, 405, {"message": "Method Not Allowed"}),
        ("GET", "watch/job/unknown", None, 404, {"message": "status unknown Not Found"}),
    ],
)
async def test_errors(server: Any, verb: str, path: str, body: Any, status: int, error: dict[str, Any]) -> None:
    """Status, sentence and details, in the one shape that all clients read."""
    await server.client.post("/api/v1/store/pipelines", json={"name": "x-y"})
    answer = await server.client.request(verb, f"/api/v1/{path}", **({} if body is None else {"json": body}))
    assert (answer.status_code, answer.json()) == (status, {"error": {"code": status, **error}})
    assert answer.headers.get("retry-after") == ("1" if status == 503 else None)
    assert answer.headers.get("allow") == ("GET" if status == 405 else None)


async def test_crashes_tell_nothing(server: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """What nobody foresaw is told under an incident id; the text of the error goes to the log alone."""
    answer = await server.client.post("/api/v1/exec/raw", json={"name": "crash"})
    assert answer.status_code == 500
    assert "secret" not in answer.text
    incident = answer.json()["error"]["message"].rpartition(" ")[2]
    logged = capsys.readouterr().out
    assert incident in logged
    assert "password=secret" in logged


@pytest.mark.parametrize(
    ("verb", "path"),
    [("GET", "/nope"), ("GET", "/api/v1"), ("PATCH", "/api/v1/store/pipelines"), ("GET", "/api/v1/exec/raw")],
)
async def test_unknown_routes(server: Any, verb: str, path: str) -> None:
    """They are answered by a small page, as clients of this API expect."""
    answer = await server.client.request(verb, path)
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert f"Cannot {verb} {path}" in answer.text


async def test_paths_in_error_pages_are_escaped(server: Any) -> None:
    """Nobody's link may run a script here."""
    answer = await server.client.get("/<script>alert(1)</script>")
    assert "<script>" not in answer.text


async def test_headers_of_every_answer(server: Any) -> None:
    """Browsers of other origins may read the answers, errors included."""
    for path in ("/api/v1/exec/jobs", "/nope", "/api/v1/exec/status/nope"):
        answer = await server.client.get(path)
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["x-powered-by"] == "DistributedKube"
    options = await server.client.options("/api/v1/store/pipelines")
    assert (options.status_code, set(options.text.split(","))) == (200, {"GET", "HEAD", "POST", "PUT"})
    assert "PATCH" in options.headers["access-control-allow-methods"]


async def test_entity_tags(server: Any) -> None:
    """An answer that the caller has already is not sent again."""
    first = await server.client.get("/api/v1/exec/jobs")
    assert first.headers["content-type"] == "application/json; charset=utf-8"
    tag = first.headers["etag"]
    assert tag.startswith('W/"')
    again = await server.client.get("/api/v1/exec/jobs", headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    other = await server.client.get("/api/v1/exec/jobs?status=failed", headers={"if-none-match": tag})
    assert other.status_code == 200


async def test_head(server: Any) -> None:
    """HEAD is GET without the body."""
    answer = await server.client.head("/api/v1/exec/jobs")
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) > 0


async def test_compression_is_negotiated(server: Any) -> None:
    """Long answers are compressed for callers that say they can take it."""
    await server.client.post("/api/v1/store/pipelines", json={"name": "p", "description": "x" * 5000})
    async with server.client.stream("GET", "/api/v1/store/pipelines/p", headers={"accept-encoding": "gzip"}) as answer:
        raw = b"".join([piece async for piece in answer.aiter_raw()])
    assert len(raw) < 1000
    assert json.loads(gzip.decompress(raw))["description"] == "x" * 5000
    plain = await server.client.get("/api/v1/store/pipelines/p", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers


async def test_bodies_of_other_types_count_as_empty(server: Any) -> None:
    """Text that is not declared to be JSON is no JSON."""
    answer = await server.client.post(
        "/api/v1/exec/raw", content=b'{"name":"p"}', headers={"content-type": "text/plain"}
    )
    assert answer.json()["error"]["message"] == "data should have required property 'name'"


async def test_limits(start_server: Any) -> None:
    """Bodies, URLs and headers beyond the limits are refused, declared or not."""
    settings = GatewaySettings(max_json_bytes=1000, max_url_bytes=200, max_header_bytes=1000)
    async with start_server(settings) as server:
        post, get = server.client.post, server.client.get
        headers = {"content-type": "application/json"}

        async def pieces() -> Any:
            for _ in range(11):
                yield b" " * 100

        for body in (b" " * 1001, pieces()):
            answer = await post("/api/v1/exec/raw", content=body, headers=headers)
            assert answer.status_code == 413
            assert "at most 1000" in answer.json()["error"]["message"]
        assert (await get("/api/v1/exec/jobs?a=" + "x" * 200)).status_code == 414
        assert (await get("/api/v1/exec/jobs", headers={"x": "y" * 1000})).status_code == 431
        assert (await get("/api/v1/exec/jobs")).status_code == 200


async def test_the_rate_of_one_caller_is_limited(start_server: Any) -> None:
    """Beyond it requests are refused with a hint when to come again; health checks never, and addresses count alone."""
    limit = RateLimitSettings(requests=3, seconds=1.0, behind_proxy=True)
    now = [0.0]
    async with start_server(GatewaySettings(rate_limit=limit), monotonic=lambda: now[0]) as server:
        answers = [await server.client.get("/api/v1/exec") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert answers[3].json() == {"error": {"code": 429, "message": "Too Many Requests"}}
        assert answers[3].headers["retry-after"] == "1"
        assert (await server.client.get("/healthz")).status_code == 200
        other = {"X-Forwarded-For": "198.51.100.7, 198.51.100.8"}
        assert (await server.client.get("/api/v1/exec", headers=other)).status_code == 200
        now[0] = 0.4
        assert (await server.client.get("/api/v1/exec")).status_code == 200


async def test_who_may_call(start_server: Any) -> None:
    """The edge says who calls; without a login there is a 401, without the right a 403."""

    async def authenticate(headers: Any) -> Caller:
        user = headers.get("authorization", "")
        if not user:
            raise NotAllowedError("no token", reason="UNAUTHENTICATED")
        return Caller(user=user, access=frozenset({annotations_pb2.ACCESS_VIEW}))

    async with start_server(authenticate=authenticate) as server:
        nobody = await server.client.get("/api/v1/exec/jobs")
        assert (nobody.status_code, nobody.json()) == (401, {"error": "Unauthorized"})
        viewer = {"authorization": "ann"}
        assert (await server.client.get("/api/v1/exec/jobs", headers=viewer)).status_code == 200
        forbidden = await server.client.delete("/api/v1/store/pipelines/p", headers=viewer)
        assert (forbidden.status_code, forbidden.json()["error"]["code"]) == (403, 403)
        apply = await server.client.post(
            "/api/v1/store/algorithms/apply", json={"payload": {"name": "xx"}}, headers=viewer
        )
        assert apply.status_code == 403


async def test_groups_and_versions(server: Any) -> None:
    """The fixed answers that clients probe for."""
    assert (await server.client.get("/api")).json() == ["v1"]
    assert (await server.client.get("/hkube/api-server/api/v1/store/")).json() == {"message": "v1 store api"}


async def test_health_and_metrics(server: Any) -> None:
    """Alive is not ready: the reasons are told, and Prometheus gets its text."""
    assert (await server.client.get("/healthz")).status_code == 200
    assert (await server.client.get("/readyz")).status_code == 200
    server.not_ready.append("the store does not answer")
    answer = await server.client.get("/readyz")
    assert (answer.status_code, answer.json()["reasons"]) == (503, ["the store does not answer"])
    assert "distributedkube_test_things_total 1.0" in (await server.client.get("/metrics")).text


async def test_many_callers_share_connections(server: Any) -> None:
    """Large bodies are read beside small ones, and each caller gets the own answer."""
    large = {**PIPELINE, "flowInput": {"a": [[1]] * 100_000}}
    limits = httpx.Limits(max_connections=4)
    async with httpx.AsyncClient(base_url=server.client.base_url, limits=limits, timeout=None) as client:
        for name in ("a", "b", "c"):
            answer = await client.post("/api/v1/store/pipelines", json={**large, "name": name})
            assert answer.json()["name"] == name
    stored = server.servicers.pipelines.stored
    assert json.loads(stored["a"].flow_input.data) == large["flowInput"]
