"""Algorithms between the contract and the store: what counts as the same, what merges, what a search shows."""

import pytest

from controlplane.api import algorithms
from controlplane.api.algorithm_rules import check_change, memory_mib
from controlplane.api.algorithm_search import name_filter, projection
from controlplane.domain.errors import InvalidError
from controlplane.gateway.json_codec import parse_message, to_json
from distributedkube.api.algorithm.v1 import algorithm_pb2 as pb
from distributedkube.api.type.v1.payload_pb2 import Payload


def algorithm(text: str) -> pb.Algorithm:
    return parse_message(pb.Algorithm, text)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ('{"zz":{"a":1,"b":[1, 2]}}', '{"zz":{"b":[1,2],"a":1}}', True),
        ('{"zz":[1,2]}', '{"zz":[2,1]}', False),
        ('{"algorithmEnv":{"A":"x","B":{"k": 1}}}', '{"algorithmEnv":{"B":{"k":1},"A":"x"}}', True),
        ('{"algorithmEnv":{"A":1}}', '{"algorithmEnv":{"A":"1"}}', False),
        ('{"options":{"mine": {"a":1}}}', '{"options":{"mine":{"a": 1}}}', True),
        ('{"kaiObject":{"queue":"q","fraction":0.50}}', '{"kaiObject":{"fraction":0.5,"queue":"q"}}', True),
        ('{"labels":{"a":"b"}}', "{}", False),
        ('{"cpu":1}', '{"cpu":1.0}', True),
        ('{"maxWorkers":0}', "{}", False),
    ],
)
def test_same(one: str, other: str, same: bool) -> None:
    assert algorithms.same(algorithm(one), algorithm(other)) is same


def test_a_change_replaces_whole_fields() -> None:
    """Objects and maps too, but for keys that no field names, each of which is a field of its own."""
    stored = algorithm('{"name":"a","options":{"devMode":true},"labels":{"a":"b"},"x":1,"y":2,"cpu":1}')
    change = algorithm('{"name":"a","options":{"opengl":true,"pending":true},"labels":{"c":"d"},"x":3,"version":"v"}')
    merged = algorithms.apply_over(stored, change, ["cpu", "y"])
    assert merged == algorithm('{"name":"a","options":{"opengl":true},"labels":{"c":"d"},"x":3}')
    assert stored.cpu == 1


def test_a_token_stays_with_its_repository() -> None:
    stored = algorithm('{"gitRepository":{"url":"https://h/x","token":"t"}}')
    sent = algorithm('{"gitRepository":{"url":"https://h/x","branchName":"b"}}')
    assert algorithms.apply_over(stored, sent, ()).git_repository.token == "t"
    other = algorithm('{"gitRepository":{"url":"https://elsewhere/x"}}')
    assert not algorithms.apply_over(stored, other, ()).git_repository.token


@pytest.mark.parametrize(
    ("url", "web", "clone"),
    [
        ("https://h/a/b", "https://h/a/b", "https://h/a/b.git"),
        ("https://h/a/b.git", "https://h/a/b", "https://h/a/b.git"),
        ("https://h/a/b/", "https://h/a/b", "https://h/a/b.git"),
    ],
)
def test_addresses_of_repositories(url: str, web: str, clone: str) -> None:
    filled = pb.Algorithm(git_repository=pb.GitRepository(url=url))
    algorithms.fill_defaults(filled)
    assert (filled.git_repository.web_url, filled.git_repository.clone_url) == (web, clone)


@pytest.mark.parametrize("data", [b"{", b"\x81\xa1a\x01", b"[" * 100_000])
def test_what_is_no_json(data: bytes) -> None:
    """Over REST it never gets here; other callers may send anything."""
    for change in (
        pb.Algorithm(open={"x": data}),
        pb.Algorithm(options=pb.AlgorithmOptions(open={"x": data})),
        pb.Algorithm(algorithm_env={"A": Payload(data=data)}),
        pb.Algorithm(node_selector={"A": Payload(data=data)}),
        pb.Algorithm(volumes=Payload(data=data)),
    ):
        with pytest.raises(InvalidError, match="must be JSON"):
            check_change(change)


@pytest.mark.parametrize(
    ("text", "mib"), [("1Ki", 1 / 1024), ("4Mi", 4), ("2Gi", 2048), ("1Ti", 2**20), ("1M", 1e6 / 2**20), ("0.5Gi", 512)]
)
def test_memory(text: str, mib: float) -> None:
    assert memory_mib(text, "mem") == mib


@pytest.mark.parametrize("text", ["", "5", "Mi", "-5Mi", "5 5Mi", "٥Mi", "1e3Mi"])
def test_bad_memory(text: str) -> None:
    with pytest.raises(InvalidError, match="memory unit must be one of"):
        memory_mib(text, "mem")


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("", ["a.b", "ab", "xab"]),
        ("ab", ["ab", "xab"]),
        ("^a", ["a.b", "ab"]),
        ("a.b", ["a.b"]),
        ("a.*b$", ["a.b", "ab", "xab"]),
    ],
)
def test_names(pattern: str, found: list[str]) -> None:
    matches = name_filter(pattern)
    assert [name for name in ("a.b", "ab", "xab") if matches(name)] == found


@pytest.mark.parametrize("pattern", ["(a)", "a\\d", "a*b*c*d*", "[", "*"])
def test_bad_patterns(pattern: str) -> None:
    with pytest.raises(InvalidError):
        name_filter(pattern)


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ("", '{"name":"a","cpu":1,"options":{"devMode":true,"mine":1},"labels":{"a":"b"},"zz":[1.0]}'),
        ("name:true", '{"name":"a"}'),
        (" name : true , zz:true", '{"name":"a","zz":[1.0]}'),
        ("options.devMode:true,options.mine:true", '{"options":{"devMode":true,"mine":1}}'),
        ("options.none:true,none.at.all:true,cpu.x:true", '{"cpu":1}'),
        ("zz:false,options:false,labels:false", '{"name":"a","cpu":1}'),
        ("name:true,options:true,options.mine:false", '{"name":"a","options":{"devMode":true}}'),
    ],
)
def test_projections(fields: str, shown: str) -> None:
    whole = algorithm('{"name":"a","cpu":1,"options":{"devMode":true,"mine":1},"labels":{"a":"b"},"zz":[1.0]}')
    assert to_json(projection(fields)(whole)) == to_json(algorithm(shown))
