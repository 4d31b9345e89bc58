"""Examples that an installation may begin with."""

from pathlib import Path
from typing import Any

from tests.rest.server import Rest, error, server

PIPELINES = {"simple", "batch", "for-each", "trigger-1", "trigger-2", "streaming"}
ALGORITHMS = {"eval-alg", "green-alg", "yellow-alg", "black-alg", "stream-alg"}


def names(rest: Rest, path: str) -> set[str]:
    return {item["name"] for item in rest.get(path).json()}


def test_seeds(tmp_path: Path) -> None:
    """Stored at the start without defaults, each with one version by nobody; what is changed stays, what is missing comes."""
    with server(tmp_path, env={"ADD_DEFAULT_ALGORITHMS": "true"}) as rest:
        assert names(rest, "store/pipelines") == PIPELINES
        assert names(rest, "store/algorithms") == ALGORITHMS
        simple: dict[str, Any] = rest.get("store/pipelines/simple").json()
        assert simple.pop("created") == simple.pop("modified")
        version = simple.pop("version")
        assert simple == {
            "name": "simple",
            "nodes": [
                {"nodeName": "green", "algorithmName": "green-alg", "input": ["@flowInput.files.link"]},
                {"nodeName": "yellow", "algorithmName": "yellow-alg", "input": ["@green"]},
                {"nodeName": "black", "algorithmName": "black-alg", "input": ["@yellow"]},
            ],
            "options": {"batchTolerance": 100, "progressVerbosityLevel": "debug"},
            "flowInput": {"files": {"link": "links-1"}},
            "auditTrail": [{"timestamp": None, "version": version}],
        }
        [made] = rest.get("versions/pipelines/simple").json()
        assert (made["version"], made["semver"], "createdBy" in made) == (version, "1.0.0", False)
        assert len(rest.get("versions/algorithms/eval-alg").json()) == 1
        assert rest.get("store/pipelines/trigger-2").json()["triggers"] == {"pipelines": ["trigger-1"]}
        graph = rest.get("store/pipelines/graph/streaming").json()
        assert [(edge["from"], edge["to"]) for edge in graph["edges"]] == [
            ("A", "B"),
            ("A", "C"),
            ("B", "D"),
            ("C", "D"),
        ]
        green = rest.get("store/algorithms/green-alg").json()
        assert (green["algorithmImage"], green["cpu"], green["mem"], green["type"], green["options"]) == (
            "hkube/algorithm-example-python",
            0.1,
            "256Mi",
            "Image",
            {"pending": False},
        )
        rest.put("store/pipelines", {**simple, "auditTrail": [], "description": "mine"})
        rest.delete("store/pipelines/batch")
    with server(tmp_path, "--seed") as rest:
        assert names(rest, "store/pipelines") == PIPELINES
        assert rest.get("store/pipelines/simple").json()["description"] == "mine"
        assert [item["semver"] for item in rest.get("versions/pipelines/batch").json()] == ["1.0.1", "1.0.0"]
        job = rest.post("exec/stored", {"name": "simple"})
        assert job.status_code == 200, job.text
        assert error(rest.post("exec/stored", {"name": "streaming"})) == (
            400,
            "stream pipelines are not available yet, use kind batch",
        )
