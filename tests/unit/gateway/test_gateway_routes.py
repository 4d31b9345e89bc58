"""Paths lead to what was added for them, and annotations become bindings."""

import pytest

from controlplane.domain.errors import InvalidError
from controlplane.gateway.parameters import parameters_to_json, parse_parameters
from controlplane.gateway.routes import RouteTable, bindings_of
from distributedkube.api.build.v1 import build_service_pb2
from distributedkube.api.pipeline.v1 import pipeline_service_pb2


@pytest.fixture
def table() -> RouteTable[str]:
    table: RouteTable[str] = RouteTable()
    table.add("GET", "/api/v1/things", "list")
    table.add("POST", "/api/v1/things", "create")
    table.add("GET", "/api/v1/things/{name}", "get")
    table.add("DELETE", "/api/v1/things/{name}", "delete")
    table.add("GET", "/api/v1/things/{name}/parts/{part}", "part")
    table.add("GET", "/api/v1/things/search", "search")
    table.add("GET", "/api/v1/exec/status/{job_id}", "status")
    table.add("GET", "/blobs/{key=**}", "blob")
    return table


@pytest.mark.parametrize(
    ("verb", "path", "target", "parameters"),
    [
        ("GET", "/api/v1/things", "list", {}),
        ("GET", "/api/v1/things/", "list", {}),
        ("POST", "/API/V1/THINGS", "create", {}),
        ("GET", "/api/v1/things/A", "get", {"name": "A"}),
        ("DELETE", "/api/v1/things/A/", "delete", {"name": "A"}),
        ("GET", "/api/v1/things/Search", "search", {}),
        ("GET", "/api/v1/things/a%2Fb%20%C3%A9", "get", {"name": "a/b é"}),
        ("GET", "/api/v1/things/a/parts/1", "part", {"name": "a", "part": "1"}),
        ("GET", "/hkube/api-server/api/v1/things/a", "get", {"name": "a"}),
        ("GET", "/DistributedKube/api-server/api/v1/things/a", "get", {"name": "a"}),
        ("GET", "/blobs/a/B/c.txt", "blob", {"key": "a/B/c.txt"}),
        ("GET", "/api/v1/exec/status", "status", {}),
        ("GET", "/api/v1/exec/status/", "status", {}),
    ],
)
def test_found(table: RouteTable[str], verb: str, path: str, target: str, parameters: dict[str, str]) -> None:
    """Case does not matter but in values, one slash at the end is accepted, and a last parameter may be left out."""
    match = table.find(path)
    assert match is not None
    found, names = match.verbs[verb]
    assert (found, match.parameters(names)) == (target, parameters)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/api",
        "/api/v1",
        "/api/v1/thing",
        "/api/v1//things",
        "/api/v1/things//",
        "/api/v1/things/a/parts/1/2",
        "/hkube/api/v1/things",
        "/hkube/api-server",
        "api/v1/things",
        "",
    ],
)
def test_not_found(table: RouteTable[str], path: str) -> None:
    """Double slashes are not collapsed, and nothing is guessed."""
    assert table.find(path) is None


@pytest.mark.parametrize("part", ["%FF", "%00"])
def test_values_must_be_text(table: RouteTable[str], part: str) -> None:
    """Bytes that no field can hold are refused at once."""
    with pytest.raises(InvalidError):
        table.find(f"/api/v1/things/{part}")


def test_only_gets_may_leave_the_last_parameter_out(table: RouteTable[str]) -> None:
    """A DELETE without a name is no route."""
    table.add("DELETE", "/api/v1/other/{name}", "delete other")
    assert table.find("/api/v1/other") is None


def test_each_place_is_taken_once(table: RouteTable[str]) -> None:
    """Two handlers for one route, or replacing what is not there, are mistakes found at start."""
    with pytest.raises(TypeError, match="there already"):
        table.add("GET", "/api/v1/things/{other}", "x")
    with pytest.raises(TypeError, match="missing"):
        table.add("PUT", "/api/v1/things", "x", replace=True)
    table.add("GET", "/api/v1/things/{name}", "better", replace=True)
    match = table.find("/api/v1/things/a")
    assert match is not None
    assert match.verbs["GET"][0] == "better"


def test_bindings() -> None:
    """Verb, path, parts and status come from the annotations; additional bindings are bindings too."""
    create = pipeline_service_pb2.DESCRIPTOR.services_by_name["PipelineService"].methods_by_name["CreatePipeline"]
    (binding,) = bindings_of(create)
    assert (binding.verb, binding.path, binding.body_field) == ("POST", "/api/v1/store/pipelines", "pipeline")
    assert (binding.response_body, binding.success_status) == ("pipeline", 201)
    builds = build_service_pb2.DESCRIPTOR.services_by_name["BuildService"].methods_by_name
    assert [(b.path, b.path_fields) for b in bindings_of(builds["ListBuilds"])] == [
        ("/api/v1/builds/list/{algorithm_name}", ("algorithm_name",)),
        ("/api/v1/builds/list", ()),
    ]
    assert list(bindings_of(builds["UploadSource"])) == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "{}"),
        ("a=1&b=", '{"a": "1", "b": ""}'),
        ("a=1&a=2&a=3", '{"a": ["1", "2", "3"]}'),
        ("a[]=1", '{"a": ["1"]}'),
        ("a[]=1&a[]=2", '{"a": ["1", "2"]}'),
        ("a[b]=1&a[c][d]=2", '{"a": {"b": "1", "c": {"d": "2"}}}'),
        ("a[1][b]=2&a[0][b]=1", '{"a": [{"b": "1"}, {"b": "2"}]}'),
        ("a=1&a[b]=2", '{"a": {"b": "2"}}'),
        ("a%5Bb%5D=%C3%A9+x", '{"a": {"b": "é x"}}'),
        ("a[b=1", '{"a[b": "1"}'),
        ("a[b]x=1", '{"a[b]x": "1"}'),
    ],
)
def test_parameters(query: str, expected: str) -> None:
    """Repeated names are lists, brackets are objects, odd brackets are part of the name."""
    assert parameters_to_json(parse_parameters(query)) == expected


def test_unknown_parameters_are_left_out() -> None:
    """Of a query only what the method knows is kept."""
    assert parameters_to_json(parse_parameters("a=1&b[c]=2&d=3"), {"a", "b"}) == '{"a": "1", "b": {"c": "2"}}'


@pytest.mark.parametrize("query", ["&".join(f"a{i}=1" for i in range(1001)), "a" + "[b]" * 6 + "=1", "a=%FF"])
def test_parameters_are_bounded(query: str) -> None:
    """Too many, too deep, or no text."""
    with pytest.raises(InvalidError):
        parameters_to_json(parse_parameters(query))
