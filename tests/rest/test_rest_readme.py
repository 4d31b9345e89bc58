"""Readmes of algorithms and pipelines: sent as files, read as JSON, gone with what they describe."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.rest.server import Rest, error

Fresh = Callable[[str], str]

KINDS = pytest.mark.parametrize("kind", ["algorithms", "pipelines"])


def form(text: str | bytes, field: str = "README.md") -> Any:
    return {field: ("README.md", text)}


def described(rest: Rest, kind: str, fresh: Fresh) -> str:
    """Something of that kind that has no readme yet."""
    name = fresh("thing")
    if kind == "algorithms":
        rest.apply_code(name, "def start(args):\n    return 1\n")
    else:
        rest.post("store/pipelines", {"name": name, "nodes": [{"nodeName": "a", "algorithmName": "echo"}]})
    return name


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(
            "algorithms",
            marks=pytest.mark.covers(
                "GET /api/v1/readme/algorithms/{name}",
                "POST /api/v1/readme/algorithms/{name}",
                "PUT /api/v1/readme/algorithms/{name}",
                "DELETE /api/v1/readme/algorithms/{name}",
            ),
        ),
        pytest.param(
            "pipelines",
            marks=pytest.mark.covers(
                "GET /api/v1/readme/pipelines/{name}",
                "POST /api/v1/readme/pipelines/{name}",
                "PUT /api/v1/readme/pipelines/{name}",
                "DELETE /api/v1/readme/pipelines/{name}",
            ),
        ),
    ],
)
def test_life_of_a_readme(rest: Rest, fresh: Fresh, kind: str) -> None:
    """Created and replaced by both verbs, in more than one piece of the store, and shorter again."""
    name = described(rest, kind, fresh)
    path = f"readme/{kind}/{name}"
    assert error(rest.get(path)) == (404, f"readme {name} Not Found")
    long = "# Größe\n" + "ü" * 300_000
    for verb, text, status in (("POST", "# one", 201), ("POST", long, 201), ("PUT", "", 200), ("PUT", "two", 200)):
        answer = rest.call(verb, path, files=form(text))
        assert (answer.status_code, answer.json()) == (status, {"message": "OK"})
        assert rest.get(path).json() == {"name": name, "readme": text}
    deleted = rest.delete(path)
    assert (deleted.status_code, deleted.json()) == (200, {"message": "OK"})
    assert error(rest.get(path)) == (404, f"readme {name} Not Found")
    assert error(rest.delete(path)) == (404, f"readme {name} Not Found")


def test_deleted_with_its_pipeline(rest: Rest, fresh: Fresh) -> None:
    """A new pipeline of the name begins without one."""
    name = described(rest, "pipelines", fresh)
    rest.post(f"readme/pipelines/{name}", files=form("text"))
    rest.delete(f"store/pipelines/{name}")
    assert error(rest.get(f"readme/pipelines/{name}")) == (404, f"readme {name} Not Found")


@KINDS
@pytest.mark.parametrize("verb", ["POST", "PUT"])
def test_refusals(rest: Rest, fresh: Fresh, kind: str, verb: str) -> None:
    nobody = fresh("nobody")
    path = f"readme/{kind}/{nobody}"
    assert error(rest.call(verb, path, files=form("x"))) == (404, f"{kind.removesuffix('s')} {nobody} Not Found")
    missing = "send the readme as the file README.md of a multipart form"
    assert error(rest.call(verb, path, json={"readme": "x"})) == (400, missing)
    assert error(rest.call(verb, path, files=form("x", "file"))) == (500, "Unexpected field")
    assert error(rest.call(verb, path, files=form(b"\xff\xfe"))) == (400, "the readme is no text in UTF-8")
    assert rest.call(verb, path, files=form("x" * 1_100_000)).status_code == 413
    kinds = {
        "algorithms": "algorithm name must contain only lower-case alphanumeric, dash or dot",
        "pipelines": "pipeline name must contain only alphanumeric, dash, dot or underscore",
    }
    assert error(rest.call(verb, f"readme/{kind}/A b", files=form("x"))) == (400, kinds[kind])
    assert error(rest.get(f"readme/{kind}/A b")) == (400, kinds[kind])
